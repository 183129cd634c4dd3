"""Reads facts from an ad, each with the sentence that says it: shift, channel, language, education, pay kind.

What an ad does not say is not there: every facet is yes, no or *not stated*, and most ads are silent on most.

`facets.csv` has a pattern a line, for lower-case text with one sentence a line. `needs` lists words of which
the text must hold one before the pattern is tried: looking for a word is a hundred times cheaper. A value in
angle brackets is what was captured. No pattern has an unbounded gap: time grows with the text only.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from matcher import demands, folding
from matcher import text as texts

Strength = Literal["required", "preferred"]

MAX_TEXT = 300_000  # characters
MAX_EVIDENCE = 300
AROUND = 40  # characters in which "preferred" and "not" speak of the fact
WORD = 20  # characters of a long one


@dataclass(frozen=True, slots=True)
class Fact:
    facet: str  # "education"
    value: str  # "bachelor"; a number for experience (years), typing (words a minute) and training (weeks)
    evidence: str  # the sentence
    strength: Strength = "required"  # said of education, experience, language and licence only


@dataclass(frozen=True, slots=True)
class Pattern:
    facet: str
    value: str
    needs: tuple[str, ...]
    regex: re.Pattern[str]


def read(text: str, title: str = "", only: Collection[str] = ()) -> list[Fact]:
    """The facts in an ad, each once, in the order of `facets.csv`; of the facets in `only`, if any are.

    Of several sentences that say the same, the first that requires it is the evidence, else the first.
    """
    lines = [" ".join(line.split()) for line in [title[:MAX_EVIDENCE], *texts.sentences(text[:MAX_TEXT])]]
    lowered = [folding.normalize(line) for line in lines]
    starts = list(accumulate((len(line) + 1 for line in lowered), initial=0))
    facts: dict[tuple[str, str], Fact] = {}
    for pattern, found in _finds("\n".join(lowered), only):
        value = _value(pattern, found)
        number = bisect.bisect_right(starts, found.start()) - 1
        line, start, end = lowered[number], found.start() - starts[number], found.end() - starts[number]
        if value is None or _denied(pattern, line, start, end):
            continue
        fact = Fact(
            pattern.facet, value, lines[number][:MAX_EVIDENCE], _strength(pattern.facet, line, start, end)
        )
        known = facts.setdefault((fact.facet, fact.value), fact)
        if (known.strength, fact.strength) == ("preferred", "required"):
            facts[fact.facet, fact.value] = fact
    return list(_settled(list(facts.values())))


def _finds(body: str, only: Collection[str]) -> Iterator[tuple[Pattern, re.Match[str]]]:
    for pattern in _patterns():
        if (not only or pattern.facet in only) and any(word in body for word in pattern.needs):
            for found in pattern.regex.finditer(body):
                yield pattern, found


# --- one find

_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"eighteen": "18"}
_TRAILING = re.compile(r"\W+\Z")


def _value(pattern: Pattern, found: re.Match[str]) -> str | None:
    """The value of a find, None when it cannot be one."""
    if not pattern.value.startswith("<"):
        return pattern.value
    said = next(group for group in found.groups() if group)
    if pattern.value == "<words>":
        return _TRAILING.sub("", said)
    number = float(_NUMBERS.get(said, said))
    if pattern.value == "<months>":
        number = number / 12
    if pattern.facet == "experience" and number > 20:
        return None  # "40 years of experience" is the company's
    return f"{number:.2g}"


_DENIAL_BEFORE = re.compile(r"\b(?:not|no|never|isn't|non|without|cannot be)\b[^,;]{0,20}\Z")
_DENIAL_AFTER = re.compile(r"\A[^.,;]{0,20}\b(?:not|no longer|isn't)\b")
_APPLYING = re.compile(
    r"\b(?:apply|application|applicants?|cv|resume|r\u00e9sum\u00e9|contacted|notified|interviews?)\b"
)


def _denied(pattern: Pattern, line: str, start: int, end: int) -> bool:
    """Whether the line takes the fact back: "this is not a remote job", "send your CV by e-mail"."""
    if (pattern.facet, pattern.value) == ("channel", "email"):
        return bool(_APPLYING.search(line[max(0, start - MAX_EVIDENCE) : end + MAX_EVIDENCE]))
    if pattern.facet != "work_mode" or pattern.value == "onsite":
        return False
    return bool(
        _DENIAL_BEFORE.search(line[max(0, start - AROUND) : start])
        or _DENIAL_AFTER.search(line[end : end + AROUND])
    )


_REQUIRED = re.compile(r"\b(?:require[ds]?|must|minimum|at least|mandatory|essential)\b")
_GRADED = {"education", "experience", "language", "licence"}


def _strength(facet: str, line: str, start: int, end: int) -> Strength:
    """Preferred when the words around say so and none nearer says that it is required."""
    if facet not in _GRADED:
        return "required"
    after = line.find(" ", end + AROUND, end + AROUND + WORD)  # up to the end of a word
    after = after if after >= 0 else end + AROUND + WORD
    # a find may hold "a plus" itself
    soft, hard = (pattern.search(line, start, after) for pattern in (demands.NICE, _REQUIRED))
    if soft or hard:
        return "preferred" if soft and (hard is None or soft.start() < hard.start()) else "required"
    before = line[max(0, start - AROUND) : start]
    return "preferred" if demands.NICE.search(before) and not _REQUIRED.search(before) else "required"


# --- all finds


def _settled(facts: Sequence[Fact]) -> Iterator[Fact]:
    """One least experience instead of all that are named; no "bilingual" beside the language it means."""
    years = [fact for fact in facts if fact.facet == "experience" and fact.value != "0"]
    required = [fact for fact in years if fact.strength == "required"]
    least = min(required or years, key=lambda fact: float(fact.value), default=None)
    named = any(fact.facet == "language" and fact.value not in {"unknown", "english"} for fact in facts)
    for fact in facts:
        if fact.facet == "experience" and fact is not least and (fact.value != "0" or required):
            continue
        if (fact.facet, fact.value) == ("language", "unknown") and named:
            continue
        yield fact


@functools.cache
def _patterns() -> tuple[Pattern, ...]:
    return tuple(
        Pattern(row["facet"], row["value"], tuple(row["needs"].split("|")), re.compile(row["pattern"]))
        for row in texts.vocabulary("facets.csv")
    )
