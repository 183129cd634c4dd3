"""Two ads side by side: named features that a recruiter understands, and conflicts above them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from matcher import places
from matcher.dedupe import diff, organizations, titles
from matcher.dedupe.block import WORTH_READING, shingles
from matcher.dedupe.signs import Signs, Words

# Thresholds: what each costs and brings is in docs/dedupe.md; `python -m benchmarks.dedupe` recomputes it.
LINKED = 0.7  # the same for a campaign: a place that differs takes away what an equal place would have given
JOINED = 0.9  # probability from which two ads that nothing keeps apart are one ad
SAME_TEXT = 0.7  # of the shorter text that stands in the longer
CUT_TEXT = 0.85  # the same, where the shorter is under half of the longer: a snippet must be exact
SURE_TEXT = 0.95  # asked for where employer, title or place is only nearly told
TEMPLATE_TEXT = 0.8
FEW_WORDS = (
    12  # a text under this proves nothing: then the address, or recruiter and opening words, must agree
)
TEMPLATE_WORDS = 15

# Log-odds, weighed by hand on the pairs of tests/data/pairs.jsonl; a conflict is subtracted once, whatever
# their number.
_WEIGHTS = {
    "bias": -9.0, "text": 9.0, "text back": 1.5, "title same": 1.5, "title different": -3.0,
    "employer same": 1.5, "employer kin": 0.5, "place same": 1.0, "place near": 0.5,
    "requisition same": 3.0, "recruiter same": 1.0, "address same": 3.0, "pay same": 0.5,
    "replaced": -0.4, "conflict": -5.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """What keeps two ads apart, and what each of them says of it."""

    kind: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`relation` as the two alone tell it; `clash`: no job may hold both; `text`: what share is contained."""

    relation: str
    probability: float
    clash: bool
    employer: str
    title: str
    place: str
    text: float
    text_back: float
    words: int
    requisition: bool | None
    recruiter: bool
    address: bool
    pay: str | None
    days: int | None
    replaced: tuple[str, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def apart(self) -> bool:
        """Whether not even a card may hold both: in one place, another level, shift, team or client."""
        told = any(conflict.kind not in OWN_TO_A_PLACE for conflict in self.conflicts)
        return told and self.place in ("same", "near") and self.text >= WORTH_READING


class Comparer:
    """Compares ads by their positions; each pair once, each text's shingles once."""

    def __init__(self, read: Sequence[Signs]) -> None:
        self.signs = read
        self.made: dict[tuple[int, int], Comparison] = {}
        self._whole: dict[int, Words] = {}
        self._own: dict[int, Words] = {}

    def compare(self, a: int, b: int) -> Comparison:
        """The comparison of the ads at positions `a` < `b`."""
        known = self.made.get((a, b))
        if known is None:
            known = self.made[a, b] = self._compare(a, b)
        return known

    def texts(self, a: int, b: int) -> tuple[float, float, int]:
        """(share of the shorter text in the longer, of the longer, words); boilerplate left out."""
        one, other = self.signs[a], self.signs[b]
        if one.digest == other.digest:
            return (1.0, 1.0, len(one.words)) if len(one.words) else (0.0, 0.0, 0)
        if one.families & other.families:
            left, right = self._shingles(a, own=True), self._shingles(b, own=True)
            words = min(len(one.own), len(other.own))
        else:
            left, right = self._shingles(a, own=False), self._shingles(b, own=False)
            words = min(len(one.words), len(other.words))
        if not len(left) or not len(right):
            return 0.0, 0.0, words
        both = _common(left, right)
        return both / min(len(left), len(right)), both / max(len(left), len(right)), words

    def _shingles(self, at: int, *, own: bool) -> Words:
        one = self.signs[at]
        own = own and one.own is not one.words
        cache = self._own if own else self._whole
        if at not in cache:
            cache[at] = shingles(one.own if own else one.words)
        return cache[at]

    def _compare(self, a: int, b: int) -> Comparison:
        one, other = self.signs[a], self.signs[b]
        share, back, words = self.texts(a, b)
        employer, title, place = (
            employers(one, other),
            title_relation(one, other),
            places.relation(one.where, other.where),
        )
        one_source = one.ad.source == other.ad.source
        found = _field_conflicts(one, other, employer, one_source=one_source)
        if place == "different":
            found = [conflict for conflict in found if conflict.kind not in OWN_TO_A_PLACE]
        replaced: tuple[str, ...] = ()
        if (
            share >= WORTH_READING
            and not found
            and employer != "different"
            and title != "different"
            and one.digest != other.digest
        ):
            found, replaced = self._read_differences(one, other, place, one_source=one_source)
        facts = _Facts(
            employer, title, place, share, back, words, _requisition(one, other),
            bool(one.contacts & other.contacts),
            bool(one.url) and one.url == other.url, _pay(one, other, one_source=one_source),
        )  # fmt: skip
        probability = _probability(facts, len(replaced), conflict=bool(found))
        relation, clash = _relation(
            facts, probability, one, other, conflict=bool(found), one_source=one_source
        )
        posted = one.ad.date_posted, other.ad.date_posted
        days = abs((posted[0] - posted[1]).days) if posted[0] and posted[1] else None
        return Comparison(
            relation, probability, clash, employer, title, place, share, back, words, facts.requisition,
            facts.recruiter,
            facts.address, facts.pay, days, replaced, tuple(found),
        )  # fmt: skip

    def _read_differences(
        self, one: Signs, other: Signs, place: str, *, one_source: bool
    ) -> tuple[list[Conflict], tuple[str, ...]]:
        """Conflicts that only the word diff shows, and the phrases that were replaced."""
        seen = diff.differences(one, other)
        found = [Conflict(*conflict) for conflict in diff.conflicts(seen, one_source=one_source)]
        slots = [d for d in seen if d.kind == "words"]
        allowed = ALLOWED_SLOTS[one_source, place == "different"]
        if not found and len(slots) > allowed:
            found = [Conflict("wording", slot.left, slot.right) for slot in slots[:3]]
        return found, tuple(f"{slot.left} / {slot.right}" for slot in slots)


# In another place a job of the same campaign has its own.
OWN_TO_A_PLACE = frozenset({"pay", "hours a week", "requisition"})

# (one source, other place): replaced phrases that are still only another print. Within one source the print
# is one and the
# same, so a replaced phrase is a filled slot: a ward, a client, a team. Other places bring the names of
# their sites along.
ALLOWED_SLOTS = {(True, False): 0, (True, True): 8, (False, False): 4, (False, True): 8}


@dataclass(frozen=True, slots=True)
class _Facts:
    employer: str
    title: str
    place: str
    text: float
    back: float
    words: int
    requisition: bool | None
    recruiter: bool
    address: bool
    pay: str | None


def _common(left: Words, right: Words) -> int:
    """How many numbers two sorted rows share."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    at = np.searchsorted(long, short)
    at[at == len(long)] = 0
    return int(np.count_nonzero(long[at] == short))


def employers(a: Signs, b: Signs) -> str:
    """How two employers stand: same, kin (a name opens the other, or one recruiter), unknown, different."""
    if a.families & b.families:
        return "same"
    if not a.families or not b.families:
        return "kin" if a.contacts & b.contacts else "unknown"
    return (
        "kin"
        if organizations.kin(a.name, b.name) or organizations.kin_board(a.families, b.families)
        else "different"
    )


def title_relation(a: Signs, b: Signs) -> str:
    """One of "same", "near" (a spelling, or words that the other ad has in its text) or "different"."""
    left, right = a.title.core, b.title.core
    if left == right:
        return "same" if left or a.ad.title.casefold() == b.ad.title.casefold() else "near"
    where = a.where.words | b.where.words | set(a.name) | set(b.name)
    apart = (left - right) - where, (right - left) - where
    if not apart[0] and not apart[1]:
        return "same" if left & right else "near"
    if len(apart[0]) == len(apart[1]) == 1 and _spelling(*apart[0], *apart[1]):
        return "same"
    if (not apart[0] or not apart[1]) and left & right:
        return "near"
    return "different"


def _spelling(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 4 and a[0] == b[0] and fuzz.ratio(a, b) >= 84 and (a + b).isalpha()


def _field_conflicts(a: Signs, b: Signs, employer: str, *, one_source: bool) -> list[Conflict]:
    found = [Conflict(kind, left, right) for kind, left, right in titles.conflicts(a.title, b.title)]
    if employer in ("same", "kin") and _requisition(a, b) is False:
        found.append(
            Conflict("requisition", " ".join(sorted(a.requisitions)), " ".join(sorted(b.requisitions)))
        )
    if len(a.hours) == len(b.hours) == 1 and a.hours != b.hours:
        found.append(Conflict("hours a week", *a.hours, *b.hours))
    types = set(a.ad.employment_type), set(b.ad.employment_type)
    if one_source and types[0] and types[1] and not types[0] & types[1]:
        found.append(Conflict("employment type", " ".join(sorted(types[0])), " ".join(sorted(types[1]))))
    raised = _requisition(a, b)  # one requisition told again weeks later may pay more
    if not raised and _pay(a, b, one_source=one_source) == "different":
        found.append(Conflict("pay", _money(a), _money(b)))
    return found


def _requisition(a: Signs, b: Signs) -> bool | None:
    """Whether the two name the same opening; None when one names none, or in numbers of another make."""
    if a.requisitions.keys() & b.requisitions.keys():
        return True
    makes = [{(len(number), number[:1].isalpha()) for number in one.requisitions} for one in (a, b)]
    return False if makes[0] & makes[1] else None


def _pay(a: Signs, b: Signs, *, one_source: bool) -> str | None:
    """Whether pay is same, overlapping or different, told only within one source: sources estimate."""
    left, right = a.ad.pay, b.ad.pay
    if not one_source or not left or not right or left[2:] != right[2:]:
        return None
    if left == right:
        return "same"
    low, high = [one[0] or one[1] for one in (left, right)], [one[1] or one[0] for one in (left, right)]
    if low[0] is None or low[1] is None or high[0] is None or high[1] is None:
        return None
    return "different" if low[0] > high[1] or low[1] > high[0] else "overlapping"


def _money(one: Signs) -> str:
    low, high, unit, currency = one.ad.pay or (None, None, None, None)
    return " ".join(
        str(part) for part in (currency, low, "-" if low and high else None, high, unit) if part is not None
    )


def _probability(facts: _Facts, replaced: int, *, conflict: bool) -> float:
    weight = _WEIGHTS
    odds = weight["bias"] + weight["text"] * facts.text + weight["text back"] * facts.back
    odds += (
        weight.get(f"title {facts.title}", 0)
        + weight.get(f"employer {facts.employer}", 0)
        + weight.get(f"place {facts.place}", 0)
    )
    odds += (
        weight["requisition same"] * (facts.requisition is True) + weight["recruiter same"] * facts.recruiter
    )
    odds += weight["address same"] * facts.address + weight["pay same"] * (facts.pay == "same")
    odds += weight["replaced"] * min(replaced, 5) + weight["conflict"] * conflict
    return round(1 / (1 + math.exp(-odds)), 4)


def _relation(
    facts: _Facts, probability: float, a: Signs, b: Signs, *, conflict: bool, one_source: bool
) -> tuple[str, bool]:
    """(relation, clash) of two ads."""
    clash = (
        conflict or facts.title == "different" or facts.place == "different" or facts.employer == "different"
    )
    if facts.employer == "different":
        return ("template" if _template(facts, a, b) else "different"), True
    if facts.title == "different" or not _alike(facts, a, b):
        return "different", clash or facts.text < WORTH_READING
    if facts.place == "different" or (facts.place in ("part", "near") and one_source):
        return ("campaign" if facts.employer != "unknown" and probability >= LINKED else "different"), True
    if conflict or probability < JOINED:
        return "different", clash
    return ("job" if _sure(facts, a, b, one_source=one_source) else "different"), False


def _alike(facts: _Facts, a: Signs, b: Signs) -> bool:
    """Whether the texts are one text, as far as they go."""
    if facts.words < FEW_WORDS:
        return (
            facts.address and facts.title == "same" or facts.recruiter and facts.words >= 5 and _opens(a, b)
        )
    if facts.text < SAME_TEXT:
        return False
    return facts.back >= 0.5 or facts.text >= CUT_TEXT


def _opens(a: Signs, b: Signs) -> bool:
    """Whether the shorter text is the beginning of the longer."""
    short, long = sorted((a.words, b.words), key=len)
    return len(short) > 0 and bool((long[: len(short)] == short).all())


def _sure(facts: _Facts, a: Signs, b: Signs, *, one_source: bool) -> bool:
    """What is not told (employer, place) or only nearly equal must be made up for by the text."""
    if facts.employer == "unknown":
        told = facts.place in ("same", "near") or a.digest == b.digest
        return facts.text >= SURE_TEXT and facts.title == "same" and facts.words >= 30 and told
    vague = facts.employer == "kin" or facts.title == "near" or facts.place in ("part", "unknown", "near")
    if facts.place == "unknown" and (a.where.spots or b.where.spots) and one_source and not facts.address:
        return False
    if facts.title == "near" and not _said(a, b):
        return False
    return not vague or facts.text >= CUT_TEXT


def _said(a: Signs, b: Signs) -> bool:
    """Whether what one title has more stands in the other ad's text."""
    extra = (a.title.core - b.title.core, b), (b.title.core - a.title.core, a)
    for words, other in extra:
        heard = {titles.singular(word) for word in other.tokens} if words else set()
        if not words <= heard:
            return False
    return True


def _template(facts: _Facts, a: Signs, b: Signs) -> bool:
    """One text under different organizations: most of both, or a cut beginning."""
    if facts.words < TEMPLATE_WORDS or facts.text < TEMPLATE_TEXT:
        return False
    return facts.back >= 0.5 or a.cut or b.cut
