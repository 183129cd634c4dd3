"""What open jobs state besides the work, as arrays of an index: places, remote work, pay, employment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import filters, gazetteer, requirements

Array = npt.NDArray[Any]
Members = tuple[Any, ...]  # of a set: places, or pays

LOCATED, REMOTE = 1, 2  # bits of `says`
NOT_STATED = -1  # for the number of a name
PARTS = 10_000  # pay is counted in ten-thousandths, which the database keeps
MOST = 2**63 - 1
PLACE = ("locality", "region", "country")
POINT = ("x", "y", "z")  # of a ball of radius 1, so that a distance is a difference; NaN where not known
NAMESAKES = 50  # of a town, each a record of its own that is not `sure`
PLACES = np.dtype(
    [*((name, "<i4") for name in PLACE), *((name, "<f4") for name in POINT), ("sure", "?")]
)  # fmt: skip
PAY = np.dtype([("amount", "<i8"), ("currency", "<i4")])
SET = np.intp  # what NumPy takes by without making it first: a filter takes a million


class Stated(NamedTuple):
    """What the open listings of one job state; a job states what any of them does.

    `pay` is the yearly amounts in ten-thousandths, each with its currency or "". `campaign` is "" for none.
    """

    located: bool = False  # a place, or a kind of workplace
    remote: bool = False
    places: tuple[filters.Near, ...] = ()
    pay: tuple[tuple[int, str], ...] = ()
    employment: tuple[str, ...] = ()
    campaign: str = ""


NOTHING = Stated()


class Listing(Protocol):
    """A row of an open listing with one of its places, if it has any."""

    job_location_type: str | None
    employment_type: list[Any]
    pay_per_year: Any
    pay_currency: str | None
    locality: str | None
    region: str | None
    country: str | None


def gathered(rows: Iterable[Listing]) -> Stated:
    """What all rows of one job state; the order of rows does not matter."""
    places: set[filters.Near] = set()
    pay: set[tuple[int, str]] = set()
    types: set[str] = set()
    kinds: set[str] = set()
    for row in rows:
        place = (row.locality, row.region, row.country)
        if any(place):
            places.add(place)
        if row.job_location_type:
            types.add(row.job_location_type)
        if row.pay_per_year is not None:
            pay.add((min(int(row.pay_per_year * PARTS), MOST), row.pay_currency or ""))
        kinds.update(row.employment_type)
    return Stated(
        located=bool(places or types),
        remote="remote" in types,
        places=tuple(sorted(places, key=lambda place: [name or "" for name in place])),
        pay=tuple(sorted(pay)),
        employment=tuple(kind for kind in filters.EMPLOYMENT if kind in kinds),
    )


@dataclass(frozen=True, slots=True)
class Statements:
    """What n jobs state; every array may be memory-mapped and is read only.

    Jobs state the same places and the same pay over and over: each different set of them is kept and judged
    once, and a job has the number of its set. Set 0 is empty.
    """

    says: Array  # n bytes of bits: LOCATED, REMOTE
    employment: Array  # n bytes, a bit for each of filters.EMPLOYMENT
    campaign: Array  # n numbers, 0 for none
    card: Array  # n rows: the first job of the same campaign, or the job itself
    places: Array  # different records of PLACES: locality, region and country are places in `names`
    place_of: Array  # n sets of places
    place_sets: Array  # which set has a place, rising
    place_at: Array  # ... and which of `places`
    pay_of: Array  # n sets of pay
    pay_sets: Array  # which set has a pay, rising
    pay: Array  # ... and which: records of PAY; a currency is a place in `names`
    names: Array  # UTF-8 bytes, sorted

    def number(self, name: str) -> int:
        """The place of a folded name in `names`; one that no job states has a number that nothing has."""
        at = int(np.searchsorted(self.names, name.encode()))
        return at if at < len(self.names) and self.names[at] == name.encode() else len(self.names)


ARRAYS = tuple(field.name for field in fields(Statements))


def table(every: Sequence[Stated]) -> Statements:
    """What jobs state, a row a job."""
    named = {name for said in every for place in said.places for name in place if name}
    named.update(currency for said in every for _, currency in said.pay if currency)
    names = sorted(name.encode() for name in named)
    number = {None: NOT_STATED, "": NOT_STATED} | {name.decode(): n for n, name in enumerate(names)}
    different = sorted(
        {place for said in every for place in said.places}, key=lambda place: [name or "" for name in place]
    )
    of: dict[filters.Near, range] = {}
    places: list[tuple[Any, ...]] = []
    for place in different:
        spots = _points(place)
        of[place] = range(len(places), len(places) + len(spots))
        places += [(*(number[name] for name in place), *point, sure) for point, sure in spots]
    place_numbers: dict[Members, int] = {(): 0}
    placed = [tuple(at for place in said.places for at in of[place]) for said in every]
    pay_numbers: dict[Members, int] = {(): 0}
    paid = [tuple((amount, number[code]) for amount, code in said.pay) for said in every]
    place_of, pay_of = _numbered(placed, place_numbers), _numbered(paid, pay_numbers)
    campaigns = [xxhash.xxh3_64_intdigest(said.campaign.encode()) if said.campaign else 0 for said in every]
    campaign = np.array(campaigns, dtype=np.uint64)
    return Statements(
        says=np.array([LOCATED * said.located | REMOTE * said.remote for said in every], dtype=np.uint8),
        employment=np.array(
            [requirements.bits(said.employment, filters.EMPLOYMENT) for said in every], dtype=np.uint8
        ),
        campaign=campaign,
        card=_cards(campaign),
        places=np.array(places, dtype=PLACES),
        place_of=place_of,
        place_sets=_sets(place_numbers),
        place_at=_members(place_numbers, np.dtype(np.int32)),
        pay_of=pay_of,
        pay_sets=_sets(pay_numbers),
        pay=_members(pay_numbers, PAY),
        names=np.array(names, dtype=bytes),
    )


def joined(parts: Sequence[tuple[Statements, Array]], size: int) -> Statements:
    """One table of `size` rows made of several: each with the row that each of its rows becomes.

    That is -1 for one that is gone. A row that nothing becomes states nothing.
    """
    says, employment = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
    campaign = np.zeros(size, dtype=np.uint64)
    place_of, pay_of = np.zeros(size, dtype=SET), np.zeros(size, dtype=SET)
    names = np.unique(np.concatenate([part.names for part, _ in parts])) if parts else np.array([], bytes)
    numbers = [
        np.append(np.searchsorted(names, part.names), NOT_STATED) for part, _ in parts
    ]  # the last for -1
    every = [_renamed(part.places, number, PLACE) for (part, _), number in zip(parts, numbers, strict=True)]
    spots = np.concatenate([np.zeros(0, dtype=PLACES), *every])
    # as bytes: what is not a number is like nothing else
    _, first, which = np.unique(spots.view(f"S{PLACES.itemsize}"), return_index=True, return_inverse=True)
    place_numbers: dict[Members, int] = {(): 0}
    pay_numbers: dict[Members, int] = {(): 0}
    start = 0
    for (part, rows), number in zip(parts, numbers, strict=True):
        kept = np.flatnonzero(rows >= 0)
        for whole, own in ((says, part.says), (employment, part.employment), (campaign, part.campaign)):
            whole[rows[kept]] = own[kept]
        members = which[start + part.place_at]
        place_of[rows[kept]] = _renumbered(part.place_of[kept], part.place_sets, members, place_numbers)
        pay = _renamed(part.pay, number, ("currency",))
        pay_of[rows[kept]] = _renumbered(part.pay_of[kept], part.pay_sets, pay, pay_numbers)
        start += len(part.places)
    return Statements(
        says=says,
        employment=employment,
        campaign=campaign,
        card=_cards(campaign),
        places=spots[first],
        place_of=place_of,
        place_sets=_sets(place_numbers),
        place_at=_members(place_numbers, np.dtype(np.int32)),
        pay_of=pay_of,
        pay_sets=_sets(pay_numbers),
        pay=_members(pay_numbers, PAY),
        names=names,
    )


def many(sets: Array) -> int:
    """How many sets there are, by which of them has each member."""
    return int(sets[-1]) + 1 if len(sets) else 1


def _numbered(said: Iterable[Members], numbers: dict[Members, int]) -> Array:
    """The number of each set; one that is not among `numbers` gets the next."""
    return np.array([numbers.setdefault(one, len(numbers)) for one in said], dtype=SET)


def _renumbered(of: Array, sets: Array, members: Array, numbers: dict[Members, int]) -> Array:
    """The same for jobs that have sets by other numbers; sets that none of them has are left out."""
    used, which = np.unique(of, return_inverse=True)
    starts, ends = np.searchsorted(sets, used), np.searchsorted(sets, used, side="right")
    told = members.tolist()
    every = (tuple(told[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    renumbered: Array = _numbered(every, numbers)[which]
    return renumbered


def _sets(numbers: dict[Members, int]) -> Array:
    return np.repeat(np.arange(len(numbers), dtype=np.int32), [len(one) for one in numbers])


def _members(numbers: dict[Members, int], dtype: np.dtype[Any]) -> Array:
    return np.array([member for one in numbers for member in one], dtype=dtype)


def _cards(campaign: Array) -> Array:
    """The first row of the same campaign, or the row itself."""
    cards = np.arange(len(campaign), dtype=np.int32)
    within = np.flatnonzero(campaign)
    _, first, which = np.unique(campaign[within], return_index=True, return_inverse=True)
    cards[within] = within[first][which]
    return cards


def _renamed(records: Array, number: Array, named: Iterable[str]) -> Array:
    """Records under the new numbers of their names."""
    renamed = records.copy()
    for name in named:
        renamed[name] = number[records[name]]
    return renamed


def _points(place: filters.Near) -> list[tuple[tuple[float, float, float], bool]]:
    """Where a place's town lies, or may lie where several are called so."""
    town, region, country = place
    if town and (spot := gazetteer.find(town, region, country)):
        return [(spot.vector, True)]
    several = gazetteer.could_be(town, region, country)[:NAMESAKES] if town else []
    return [(spot.vector, False) for spot in several] or [((math.nan, math.nan, math.nan), False)]
