"""What two ads say of the same thing: employer, title, opening, pay; and where they contradict each other."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from matcher import places
from matcher.dedupe import organizations, titles
from matcher.dedupe.signs import Signs

# In another place a job of the same campaign has its own: in its fields, and in the words of its text.
OWN_TO_A_PLACE = frozenset(
    {"pay", "hours a week", "requisition", "employment type", "place", "town", "work mode"}
)
OWN_IN_WORDS = OWN_TO_A_PLACE | {"hours", "shift", "site", "store", "branch", "ward", "department"}
ESTIMATED = Decimal("1.3")  # as far as two boards' ranges may lie apart: they estimate
RAISE, RAISED_DAYS = Decimal("1.1"), 21  # so much more after so many days is a raise, not another post
NAME = 6  # letters: a shorter name stands in a text by chance
GLUED = 4  # letters from which a word is looked for within others: "care" in "healthcare"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What keeps two ads apart, and what each of them says of it."""

    kind: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The features of a pair under the names they are exported by: all that `model` goes by.

    `conflicts` are their kinds, joined by commas; `words_added` counts the words of passages that only one
    of the two has, `phrases_replaced` short phrases that stand in place of others.
    """

    employer: str
    title: str
    place: str
    text_contained: float
    text_contained_back: float
    words_compared: int
    same_requisition: bool | None
    same_recruiter: bool
    same_address: bool
    pay: str | None
    days_apart: int | None
    one_source: bool
    phrases_replaced: int = 0
    words_added: int = 0
    conflicts: str | None = None


def towns(left: str, right: str, a: Signs, b: Signs) -> bool:
    """Whether a phrase in place of another names the one ad's place and the other's."""
    ours, theirs = a.where.words - b.where.words, b.where.words - a.where.words
    return not ours.isdisjoint(left.split()) and not theirs.isdisjoint(right.split())


def employers(a: Signs, b: Signs) -> str:
    """How two employers stand: same, kin (a name opens the other, or one recruiter), unknown, different."""
    if not a.families.isdisjoint(b.families):
        return "same"
    if not a.families or not b.families:
        return "unknown" if a.contacts.isdisjoint(b.contacts) else "kin"
    if {name[0] for name in a.families}.isdisjoint([name[0] for name in b.families]):
        return "different"  # no name opens the other
    near = organizations.kin(a.name, b.name) or organizations.kin_board(a.families, b.families)
    return "kin" if near else "different"


@functools.lru_cache(1 << 16)
def place(a: places.Where, b: places.Where) -> str:
    """How two places stand: `places.relation`, kept, as the same two come back in every block."""
    return places.relation(a, b)


def one_card(a: Signs, b: Signs) -> bool:
    """Whether one card may hold both: no two employers, and titles that differ in nothing but the town."""
    return employers(a, b) != "different" and not titles.apart(a.title, b.title)


def named(a: Signs, b: Signs) -> bool:
    """Whether one's text names the other's employer: an agency its client, a brand its parent."""
    return _names(a, b.name) or _names(b, a.name)


def _names(one: Signs, name: tuple[str, ...]) -> bool:
    words = b" " + one.normal.replace(b"\n", b" ") + b" "
    return sum(map(len, name)) >= NAME and f" {' '.join(name)} ".encode() in words


def title(a: Signs, b: Signs) -> str:
    """One of "same", "near" (a spelling, or one title says more), "head" or "different".

    "head": the same up to the first dash, comma or bracket, and other words after it.
    """
    left, right = a.title.core, b.title.core
    if left == right:
        same = left or a.ad.title and a.ad.title.casefold() == b.ad.title.casefold()
        return "same" if same else "near"
    where = a.where.words | b.where.words | set(a.name) | set(b.name)
    apart = (left - right) - where, (right - left) - where
    if not apart[0] and not apart[1]:
        return "same" if left & right else "near"
    if len(apart[0]) == len(apart[1]) == 1 and _spelling(*apart[0], *apart[1]):
        return "same"
    if (not apart[0] or not apart[1]) and left & right:
        return "near"
    heads = a.title.head, b.title.head
    return "head" if heads[0] == heads[1] and left & right & set(heads[0].split()) else "different"


def _spelling(a: str, b: str) -> bool:
    return min(len(a), len(b)) > 4 and a[0] == b[0] and fuzz.ratio(a, b) >= 84 and (a + b).isalpha()


def said(a: Signs, b: Signs) -> bool:
    """Whether what one title has more stands in the other ad's text, alone or glued to another word."""
    extra = (a.title.core - b.title.core, b), (b.title.core - a.title.core, a)
    return all(_stands(word, other) for words, other in extra for word in words)


def _stands(word: str, among: Signs) -> bool:
    if len(word) >= GLUED:
        return word.encode() in among.normal
    return any(titles.singular(token) == word for token in among.tokens)


def one_board(a: Signs, b: Signs) -> bool:
    """Whether one board printed both, in one way: a file may hold the ads of many, told by their hosts."""
    return a.ad.source == b.ad.source and (a.url == b.url or a.host == b.host)


def requisition(a: Signs, b: Signs) -> bool | None:
    """Whether the two name the same opening; None when one names none, or in numbers of another make."""
    if not a.requisitions or not b.requisitions:
        return None
    if a.requisitions.keys() & b.requisitions.keys():
        return True
    makes = [{(len(number), number[:1].isalpha()) for number in one.requisitions} for one in (a, b)]
    return False if makes[0] & makes[1] else None


def pay(a: Signs, b: Signs, *, board: bool) -> str | None:
    """Whether pay is same, overlapping, raised (a little, weeks later) or different.

    None where it is not compared: between two boards, which estimate, unless it lies far apart.
    """
    left, right = a.ad.pay, b.ad.pay
    if not left or not right or left[2:] != right[2:]:
        return None
    if left == right and board:
        return "same" if left[0] is not None or left[1] is not None else None
    low = [one[0] or one[1] for one in (left, right)]
    high = [one[1] or one[0] for one in (left, right)]
    if low[0] is None or low[1] is None or high[0] is None or high[1] is None:
        return None
    if not board:
        return "different" if max(low[0], low[1]) > min(high[0], high[1]) * ESTIMATED else None
    if low[0] <= high[1] and low[1] <= high[0]:
        return "overlapping"
    raised = max(low[0], low[1]) <= min(low[0], low[1]) * RAISE and (days(a, b) or 0) >= RAISED_DAYS
    return "raised" if raised else "different"


def days(a: Signs, b: Signs) -> int | None:
    """The days between the two dates of posting."""
    left, right = a.ad.date_posted, b.ad.date_posted
    return abs((left - right).days) if left and right else None


def _astray(a: Signs, b: Signs) -> Iterator[tuple[str, str, str]]:
    """A town that only one title tells, which is none of its ad's places, beside the other ad's place."""
    spots = [one.title.values("place") for one in (a, b)]
    if not any(spots):
        return
    told = [sorted(spot[5:] for spot in some if spot.startswith("town ")) for some in spots]
    if bool(told[0]) == bool(told[1]):
        return
    one, other = (a, b) if told[0] else (b, a)
    if other.towns != [""] and not any(_holds(where, town) for where in (one, other) for town in max(told)):
        sides = " and ".join(max(told)), " and ".join(other.towns)
        yield ("town", *(sides if one is a else sides[::-1]))


def _holds(one: Signs, town: str) -> bool:
    """Whether an ad's places are the town, hold it or lie in it."""
    if one.where.words.issuperset(town.split()):
        return True
    wide = {name for spot in one.where.told for name in (spot.town, spot.region, *spot.around)}
    return town in wide or not wide.isdisjoint(places.around(town))


def _one_wording(a: Signs, b: Signs) -> Iterator[tuple[str, str]]:
    """Two towns in the titles of one board, though one hold the other: it words one place in one way."""
    ours, theirs = (
        {spot[5:] for spot in one.title.values("place") if spot.startswith("town ")} for one in (a, b)
    )
    if ours and theirs and ours.isdisjoint(theirs):
        yield " and ".join(sorted(ours)), " and ".join(sorted(theirs))


def _unvoiced(a: Signs, b: Signs) -> Iterator[tuple[str, str, str]]:
    """Work without calls in one title, of which the other ad says nothing."""
    silent = [one.title.values("channel") == _SILENT for one in (a, b)]
    if silent[0] != silent[1]:
        one, other = (a, b) if silent[0] else (b, a)
        if not other.title.values("channel") and not _NON_VOICE.search(other.normal):
            yield ("channel", "non-voice", "") if one is a else ("channel", "", "non-voice")


_SILENT = frozenset(("non-voice",))
_NON_VOICE = re.compile(rb"\bnon ?voice\b")
_HOURS_TYPES = {"FULL_TIME", "PART_TIME"}  # the words of a contract differ between boards, these do not


def conflicts(
    a: Signs, b: Signs, *, employer: str, opening: bool | None, money: str | None, board: bool
) -> list[Conflict]:
    """What the fields of the two contradict each other in; what is named as told above."""
    found = []
    if a.title.markers != b.title.markers:
        said = (*titles.conflicts(a.title, b.title), *_astray(a, b), *_unvoiced(a, b))
        found = [Conflict(*told) for told in said]
    if board and not any(told.kind == "place" for told in found):
        found += [Conflict("place", *told) for told in _one_wording(a, b)]
    if opening is False and employer in ("same", "kin"):
        numbers = [" ".join(sorted(one.requisitions)) for one in (a, b)]
        found.append(Conflict("requisition", numbers[0], numbers[1]))
    if len(a.hours) == len(b.hours) == 1 and a.hours != b.hours:
        found.append(Conflict("hours a week", *a.hours, *b.hours))
    if a.modes and b.modes and a.modes.isdisjoint(b.modes):
        found.append(Conflict("work mode", *a.modes, *b.modes))
    types = set(a.ad.employment_type), set(b.ad.employment_type)
    told = [kinds & _HOURS_TYPES for kinds in types]
    parted = all(types) and not types[0] & types[1]
    if parted and (board or all(told)):
        found.append(Conflict("employment type", " ".join(sorted(types[0])), " ".join(sorted(types[1]))))
    if money == "different" and not opening:  # one requisition told again weeks later may pay more
        found.append(Conflict("pay", _money(a), _money(b)))
    return found


def _money(one: Signs) -> str:
    low, high, unit, currency = one.ad.pay or (None, None, None, None)
    parts = currency, low, "-" if low and high else None, high, unit
    return " ".join(str(part) for part in parts if part is not None)
