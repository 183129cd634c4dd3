"""Where two texts differ, word by word, and what each difference is: another print, or another job."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from matcher import text
from matcher.dedupe import titles
from matcher.dedupe.signs import Signs

SLOT_WORDS = 6  # a longer replaced phrase is a rewrite; a slot of a template holds a name
LONGEST = 4000  # words of a text that are compared; what follows is the small print of the longest ads

_CONTACT = frozenset(
    """
    contact contacts enquiries enquiry informal discussion visit visits email mail telephone phone tel
    call ext extension number name manager recruiter consultant mr mrs ms miss dr dear
    """.split()
)
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday noon
    midnight closing deadline
    """.split()
)
_DATE = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d|\d{1,2}[ap]m|am|pm|the|of|at|on|to|by")
_NUMBER = re.compile(r"[\d]+(?:st|nd|rd|th|k|p|pm|am|h|hrs?|ph|pa)?")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the texts part; `kind`: print, date, number, contact, place, words or passage.

    `after` is the word that follows in both: "part" and "full" are told by "time".
    """

    left: str
    right: str
    kind: str
    after: str


def differences(a: Signs, b: Signs) -> list[Difference]:
    """The differences of the two texts, in order, without those that are nothing but stop words."""
    left, right = a.tokens[:LONGEST], b.tokens[:LONGEST]
    found = []
    for i, j, k, m in _edits(left, right):
        one, other = " ".join(left[i:j]), " ".join(right[k:m])
        kind = _kind(left[i:j], right[k:m], left[max(0, i - 7) : i], a, b)
        if kind:
            found.append(Difference(one, other, kind, " ".join(left[j : j + 1])))
    return found


def _edits(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """(start, end, start, end) of each run that differs; the last run is left out where one text was cut."""
    edits: list[list[int]] = []
    for step in Indel.opcodes(left, right):
        if step.tag == "equal":
            continue
        spot = [step.src_start, step.src_end, step.dest_start, step.dest_end]
        if edits and edits[-1][1] == spot[0] and edits[-1][3] == spot[2]:
            edits[-1][1], edits[-1][3] = spot[1], spot[3]
        else:
            edits.append(spot)
    return [(i, j, k, m) for i, j, k, m in edits]


def _kind(left: list[str], right: list[str], before: list[str], a: Signs, b: Signs) -> str | None:
    if len(left) > SLOT_WORDS or len(right) > SLOT_WORDS:
        return "passage"
    glued = "".join(left), "".join(right)
    if glued[0] == glued[1]:
        return None
    one, other = [w for w in left if w not in text.STOP], [w for w in right if w not in text.STOP]
    if not one and not other:
        return None
    every = one + other
    if all(word in _MONTHS or _DATE.fullmatch(word) for word in every) and any(
        word in _MONTHS for word in every + before[-3:]
    ):
        return "date"
    if all(_NUMBER.fullmatch(word) for word in every):
        return "number"
    if _CONTACT & set(before + every):
        return "contact"
    if (
        one
        and other
        and min(map(len, glued)) > 3
        and fuzz.ratio(*glued) >= 84
        and not any(map(str.isdigit, "".join(glued)))
    ):
        return "print"
    if set(one) <= a.where.words and set(other) <= b.where.words:
        return "place"
    return "words" if one and other else "passage"


def conflicts(found: Sequence[Difference], *, one_source: bool) -> list[tuple[str, str, str]]:
    """(kind, left, right) where a short difference is one of shift, hours, contract, level or grade.

    Within one source a passage on the term of the contract counts too: "12 month fixed term contract
    covering maternity leave".
    """
    out = []
    for difference in found:
        sizes = len(difference.left.split()), len(difference.right.split())
        one_sided = not all(sizes)
        told = max(sizes) <= (3 if one_sided else SLOT_WORDS)
        if difference.kind not in ("date", "contact", "number") and told:
            phrases = [f"{phrase} {difference.after}" for phrase in (difference.left, difference.right)]
            for kind, one, other in titles.conflicts(*map(titles.read, phrases)):
                if (one and other and not one_sided) or (
                    kind in ("shift", "hours", "contract") and "weekend" not in (one, other)
                ):
                    out.append((kind, one, other))
    if one_source and not out:
        terms = [
            bool(_TERM.search(" | ".join(getattr(d, side) for d in found))) for side in ("left", "right")
        ]
        if terms[0] != terms[1]:
            left, right = ("fixed term" if term else "" for term in terms)
            out.append(("contract", left, right))
    return out


_TERM = re.compile(
    r"fixed term|maternity|secondment|parental leave|\b\d{1,2} (?:month|week)s?(?: \w+){0,2} contract"
    r"|contract for \d{1,2} months"
    r"|this is an? \d{1,2} month"
)
