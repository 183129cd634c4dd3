"""What the text of an ad says of its work, asked where the title names customer service or leaves it open.

How. A logistic regression (`duties.json`, fitted by benchmarks/train_roles.py on labelled ads) adds up what
speaks for and against: what the title names; marks of contact (`roles.csv`: customers call, write, ask, come
to the desk, are helped) and that a long text has none; marks of other work (a till, a kitchen, a mail room,
selling); and single words. A word counts by how often it stands there and how rare it is, as part of all
known words of the text, so that a long text says no more than a short one; a few words alone say little.
Two kinds of marks of a "marketing firm" take a title back by themselves: too few are labelled to weigh them.
`told` are the marks that weighed most, or, without any, the words.

Weighed and left: the marks alone, by rules or by weights (they know the ads from which they were made and few
others), words alone (they miss who calls). Figures: docs/matching.md, Roles.
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
from typing import Literal, get_args

from matcher import folding
from matcher import text as texts

Title = Literal["service", "customer", "open"]  # names the help, the customer only, or not whom it serves

MARKS = ("contact", "elsewhere", "disguise", "machines")  # of roles.csv
MAX_TEXT = 100_000  # characters that are read
TELLS = 400  # characters from which on a text tells what the day is
FEW = 25.0  # the length of a vector of words below which a text counts as short
SCALE = 3.0  # how much all words together may say beside one mark; higher lets words speak louder
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
    rarity: Mapping[str, float]  # by word
    words: Mapping[str, float]  # weight by word


def hear(text: str, title: Title) -> Heard | None:
    """Whether customers are helped, by the text of an ad under such a title; None where there is no text."""
    words = plain(text)
    if not words:
        return None
    model = _model()
    found = signs(words, title)
    weights = {name: model.signs[name] for name in found}
    weighed = {word: value * model.words[word] for word, value in vector(words, model.rarity).items()}
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
    return {f"title {title}": ""} | marks | silent


def names() -> list[str]:
    """The names of all signs; each has a blank, so that none is a word."""
    return [*(f"title {title}" for title in get_args(Title)), *(name for name, _ in _marks()), "no contact"]


def vector(words: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """What each word of `rarity` counts in a text: how often and how rare it is, as a part of all."""
    counts = Counter(word for word in _WORD.findall(words) if word in rarity)
    values = {word: (1 + math.log(count)) * rarity[word] for word, count in counts.items()}
    length = max(math.sqrt(sum(value * value for value in values.values())), FEW)
    return {word: SCALE * value / length for word, value in values.items()}


_RUN = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]{3,}")


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
    rarity = {word: rare for word, (rare, _) in told["words"].items()}
    weights = {word: weight for word, (_, weight) in told["words"].items()}
    return Model(told["intercept"], told["signs"], rarity, weights)
