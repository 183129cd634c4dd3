"""What the text of an ad says of its work, asked where the title names customer service or leaves it open.

How. A logistic regression (`duties.json`, fitted by benchmarks/train_roles.py on labelled ads) adds up what
speaks for and against: what the title names; marks of contact (`roles.csv`: customers call, write, ask, come
to the desk, are helped) and that a long text has none; marks of other work (a till, a kitchen, a mail room,
selling); whether "customer service" is named as work, not as an attitude ("excellent customer service
skills"), once or often; and terms: single words, and pairs of words about customers ("customer inquiries",
"potential customers"). A term counts by how often it stands there and how rare it is, as part of all
known terms of the text, so that a long text says no more than a short one; a few terms alone say little.
Two kinds of marks of a "marketing firm" take a title back by themselves: too few are labelled to weigh them.
`told` are the marks that weighed most, or, without any, the terms.

Weighed and left: the marks alone, by rules or by weights (they know the ads from which they were made and few
others), words alone (they miss who calls), what stands first or among the duties, words of the title, counts
of marks, the model's own sure answers as labels, a support vector machine, sentences labelled one by one.
Figures: docs/matching.md, Roles.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Literal, get_args

from matcher import folding
from matcher import text as texts

Title = Literal["service", "customer", "open"]  # names the help, the customer only, or not whom it serves

MARKS = ("contact", "elsewhere", "disguise", "machines")  # of roles.csv
MAX_TEXT = 100_000  # characters that are read
TELLS = 400  # characters from which on a text tells what the day is
FEW = 25.0  # the length of a vector of terms below which a text counts as short
SCALE = 3.0  # how much all terms together may say beside one mark; higher lets terms speak louder
OFTEN = 3  # times that customer service is named as work, from which on it is the work
FIRM = 2  # kinds of marks of a "marketing firm", which sells from door to door and speaks of customers, too
SILENT = "says nothing of customers who ask"
TOLD = 3  # words that a reason names


@dataclass(frozen=True, slots=True)
class Heard:
    served: bool  # the work is to help customers
    told: str  # what spoke most for that, or against it


@dataclass(frozen=True, slots=True)
class Model:
    intercept: float
    signs: Mapping[str, float]  # weight by name
    rarity: Mapping[str, float]  # by term
    terms: Mapping[str, float]  # weight by term


def hear(text: str, title: Title) -> Heard | None:
    """Whether customers are helped, by the text of an ad under such a title; None where there is no text."""
    words = plain(text)
    if not words:
        return None
    model = _model()
    found = signs(words, title)
    weights = {name: model.signs[name] for name in found}
    weighed = {term: value * model.terms[term] for term, value in vector(words, model.rarity).items()}
    score = model.intercept + sum(weights.values()) + sum(weighed.values())
    disguised = sum(name.startswith("disguise ") for name in found) >= FIRM
    served = score >= 0 and not disguised
    marks = {mark: weights[name] for name, mark in found.items() if mark}
    side = 1 if served else -1
    loud = _loudest(marks, side) or _loudest(weighed, side)
    return Heard(served, ", ".join(loud[:TOLD]))


def plain(text: str) -> str:
    """What is read of a text: in normal form, and bullets that ran together apart ("deskLift boxes")."""
    return folding.normalize(_RUN.sub(" ", text[:MAX_TEXT])).strip()


def signs(words: str, title: Title) -> dict[str, str]:
    """The named signs of a text, each with the words that say so, or ""."""
    marks = {name: " ".join(mark[0].split()) for name, pattern in _marks() if (mark := pattern.search(words))}
    contact = any(name.startswith("contact") for name in marks)
    silent = {"no contact": SILENT} if len(words) > TELLS and not contact else {}
    times = len(_NAMED.findall(words)) - len(_ATTITUDE.findall(words))
    named = {name: "" for name, least in (("named", 1), ("named often", OFTEN)) if times >= least}
    return {f"title {title}": ""} | marks | silent | named


def names() -> list[str]:
    """The names of all signs."""
    titles = [f"title {title}" for title in get_args(Title)]
    return [*titles, *(name for name, _ in _marks()), "no contact", "named", "named often"]


def terms(words: str) -> list[str]:
    """The words of a text, and its pairs of words about customers."""
    found = _WORD.findall(words)
    pairs = [f"{one} {two}" for one, two in pairwise(found) if one in _ABOUT or two in _ABOUT]
    return found + pairs


def vector(words: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """What each term of `rarity` counts in a text: how often and how rare it is, as a part of all."""
    counts = Counter(term for term in terms(words) if term in rarity)
    values = {term: (1 + math.log(count)) * rarity[term] for term, count in counts.items()}
    length = max(math.sqrt(sum(value * value for value in values.values())), FEW)
    return {term: SCALE * value / length for term, value in values.items()}


_RUN = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ABOUT = frozenset(
    "customer customers client clients guest guests member members user users patient patients caller callers"
    " calls phone email inquiries questions service".split()
)
_NAMED = re.compile(r"\bcustomer[- ](?:service|care|support)\b")
_ATTITUDE = re.compile(
    r"\bcustomer[- ]service[- ](?:skills?|oriented|minded|attitude|experience|focus\w*|background|spirit|"
    r"abilit\w+|levels?|standards?)|\b(?:excellent|outstanding|exceptional|best|great|quality|superior|"
    r"first[- ]class|world[- ]class|levels? of|highest) (?:\w+ )?customer (?:service|care|support)\b"
)


def _loudest(weights: Mapping[str, float], side: int) -> list[str]:
    """What speaks for a side, 1 or -1, the loudest first."""
    return sorted((one for one in weights if side * weights[one] > 0), key=lambda one: -side * weights[one])


@functools.cache
def _marks() -> list[tuple[str, re.Pattern[str]]]:
    rows = texts.vocabulary("roles.csv")
    return [
        (f"{row['tier']} {row['family']}", re.compile(row["pattern"])) for row in rows if row["tier"] in MARKS
    ]


@functools.cache
def _model() -> Model:
    told = json.loads(resources.files("matcher").joinpath("duties.json").read_text(encoding="utf-8"))
    rarity = {term: rare for term, (rare, _) in told["terms"].items()}
    weights = {term: weight for term, (_, weight) in told["terms"].items()}
    return Model(told["intercept"], told["signs"], rarity, weights)
