"""The study's transparent rule (v2): six tests from cheap to dear, every one a veto; nothing of ours in it.

Title, place, employer, stated attributes, text, and a word diff that looks for a filled slot. A pair that
passes all is one job; one that fails by its place alone is one campaign. Written from the description of the
rule, whose own code was not published: figures may differ by a few pairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from matcher import text
from matcher.dedupe import Ad

SAME_TITLE = 90  # token_sort_ratio of the cores
SAME_TEXT = 0.70  # Jaccard of runs of three words
CONTAINED = 0.85  # of the shorter, where it is under `SHORTER` of the longer
SHORTER = 0.75
SLOT_WORDS = 6

_DISCRIMINATORS = frozenset(
    """
    i ii iii iv 1 2 3 4 5 6 7 8 9 2a 2b 3a 3b 4a 4b 5a 5b 6a 6b 7a 7b 8a 8b 8c 8d 9a band grade level junior
    senior lead head deputy assistant trainee apprentice graduate principal chief associate bank part full
    night nights day days evening weekend inpatient outpatient temporary permanent fixed locum maternity
    """.split()
)
_PROMOTION = frozenset(
    "urgent urgently hiring hire asap start immediate now apply needed wanted new job vacancy".split()
)
_LEGAL = frozenset(
    "inc llc ltd limited plc gmbh ag bv nv pty co corp corporation company llp the and".split()
)
_DATES = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr
    jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday closing
    interview interviews date am pm noon midnight st nd rd th
    """.split()
)
_CONTACT = frozenset(
    """
    contact enquiries informal discussion visit email telephone phone tel call ext extension mr mrs ms miss
    dr dear manager name number please
    """.split()
)
_HOURS = re.compile(r"\b(\d{1,2}(?:\.\d+)?) ?(?:hours?|hrs?)\b", re.I)
_BAND = re.compile(r"\bband (\d[a-d]?)\b", re.I)
_REFERENCE = re.compile(
    r"\b(?:ref|reference|vacancy|job) (?:no|number|id|code)?\.? ?:? ?([\w-]*\d[\w-]*)", re.I
)
_WARD = re.compile(r"\b(\w+) ward\b|\bward (\w+)\b", re.I)
_TERM = re.compile(r"\b(?:fixed.term|temporary|secondment|maternity|\d+.months?)\b", re.I)
_ATTRIBUTES = (_HOURS, _BAND, _REFERENCE, _WARD)


@dataclass(frozen=True)
class _Read:
    """One ad, read when it is first compared."""

    ad: Ad

    @cached_property
    def words(self) -> list[str]:
        return text.tokens(self.ad.text)

    @cached_property
    def runs(self) -> set[tuple[str, ...]]:
        return set(zip(*(self.words[step:] for step in range(3)), strict=False)) or {tuple(self.words)}

    @cached_property
    def where(self) -> set[str]:
        return {word for spot in self.ad.places for part in spot[:2] for word in text.tokens(part or "")}

    @cached_property
    def core(self) -> list[str]:
        drop = _PROMOTION | self.where
        return [word for word in text.tokens(self.ad.title.split("|")[0]) if word not in drop]

    @cached_property
    def employer(self) -> list[str]:
        name = re.sub(r"\([^)]*\)", " ", self.ad.organization)
        return [word for word in text.tokens(name) if word not in _LEGAL]

    @cached_property
    def attributes(self) -> list[set[str]]:
        body = f"{self.ad.title}\n{self.ad.text}"
        return [
            {next(filter(None, found.groups())).lower() for found in pattern.finditer(body)}
            for pattern in _ATTRIBUTES
        ]


def relations(ads: Sequence[Ad], pairs: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What the rule says of each pair: job, campaign or different."""
    read = {at: _Read(ads[at]) for pair in pairs for at in pair}
    for a, b in pairs:
        one, other = read[a], read[b]
        if all(test(one, other) for test in _TESTS):
            yield "job" if _places(one, other) else "campaign"
        else:
            yield "different"


def _titles(a: _Read, b: _Read) -> bool:
    if set(a.core) & _DISCRIMINATORS != set(b.core) & _DISCRIMINATORS:
        return False
    return fuzz.token_sort_ratio(" ".join(a.core), " ".join(b.core)) >= SAME_TITLE


def _places(a: _Read, b: _Read) -> bool:
    """One place by its words and its postal code; or one a part of the other, as another source words it."""
    codes = [{spot[3] for spot in read.ad.places if spot[3]} for read in (a, b)]
    if a.where == b.where and (codes[0] == codes[1] or not all(codes)):
        return True
    return a.ad.source != b.ad.source and (a.where <= b.where or b.where <= a.where)


def _employers(a: _Read, b: _Read) -> bool:
    if not a.employer or not b.employer:
        return _jaccard(a, b) >= 0.95
    return a.employer == b.employer


def _attributes(a: _Read, b: _Read) -> bool:
    """No attribute that both state and in which they share nothing; pay counts inside one source.

    The term of a contract counts too where only one states it: a permanent post often does not say so.
    """
    for one, other in zip(a.attributes, b.attributes, strict=True):
        if one and other and not one & other:
            return False
    if bool(_TERM.search(a.ad.text)) != bool(_TERM.search(b.ad.text)):
        return False
    return a.ad.source != b.ad.source or not _pay_apart(a.ad, b.ad)


def _pay_apart(a: Ad, b: Ad) -> bool:
    """Whether both state pay of one unit and currency, and the ranges do not meet."""
    if not a.pay or not b.pay or a.pay[2:] != b.pay[2:]:
        return False
    ranges = [sorted(amount for amount in pay[:2] if amount is not None) for pay in (a.pay, b.pay)]
    return all(ranges) and (ranges[0][0] > ranges[1][-1] or ranges[1][0] > ranges[0][-1])


def _jaccard(a: _Read, b: _Read) -> float:
    return len(a.runs & b.runs) / len(a.runs | b.runs)


def _texts(a: _Read, b: _Read) -> bool:
    if _jaccard(a, b) >= SAME_TEXT:
        return True
    short, long = sorted((a, b), key=lambda one: len(one.words))
    cut = len(short.words) < SHORTER * len(long.words)
    return cut and len(short.runs & long.runs) / len(short.runs) >= CONTAINED


def _slots(a: _Read, b: _Read) -> bool:
    """Whether no short phrase with a word of its own stands in place of another."""
    edits: list[list[int]] = []
    for step in Indel.opcodes(a.words, b.words):
        spot = [step.src_start, step.src_end, step.dest_start, step.dest_end]
        if step.tag == "equal":
            continue
        if edits and edits[-1][1] == spot[0] and edits[-1][3] == spot[2]:
            edits[-1][1], edits[-1][3] = spot[1], spot[3]
        else:
            edits.append(spot)
    told = text.STOP | a.where | b.where | {*a.employer, *b.employer}
    return not any(
        _slot(a.words[i:j], b.words[k:m], a.words[max(0, i - 8) : i], told) for i, j, k, m in edits
    )


def _slot(left: list[str], right: list[str], before: list[str], told: frozenset[str]) -> bool:
    """Whether each side has a word that is no stop word and is not told by the ads' places and names."""
    if not left or not right or len(left) > SLOT_WORDS or len(right) > SLOT_WORDS:
        return False
    if "".join(left) == "".join(right) or (_DATES | _CONTACT) & {*left, *right, *before}:
        return False
    own = [[word for word in side if word not in told] for side in (left, right)]
    return bool(own[0] and own[1])


_TESTS: tuple[Callable[[_Read, _Read], bool], ...] = (_titles, _employers, _attributes, _texts, _slots)
