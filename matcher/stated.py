"""What open jobs state besides the work, as arrays of an index: places, remote work, pay, employment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import filters, gazetteer, requirements

Array = npt.NDArray[Any]

LOCATED, REMOTE = 1, 2  # bits of `says`
NOT_STATED = -1  # for the number of a name
PARTS = 10_000  # pay is counted in ten-thousandths, which the database keeps
MOST = 2**63 - 1
PLACE = ("locality", "region", "country")
POINT = ("x", "y", "z")  # of a ball of radius 1, so that a distance is a difference; NaN where not known
NAMESAKES = 50  # of a town, each a record of its own that is not `sure`
NAMED = (*PLACE, "area")  # what of a record is a place in `names`
PLACES = np.dtype(
    [*((name, "<i4") for name in NAMED), *((name, "<f4") for name in POINT), ("sure", "?")]
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

    Jobs state the same over and over: each different set of it is kept and judged once, and a job has the
    numbers of its sets, one of where the work is and one of what is offered. Sets 0 state nothing. What
    `sift` said of the sets for some filters is `judged`.
    """

    where_of: Array  # n sets of where
    says: Array  # of each such set: bits, LOCATED and REMOTE
    place_sets: Array  # which set has a place, rising
    place_at: Array  # ... and which of `places`
    places: Array  # different records of PLACES: locality, region, country and area are places in `names`
    offer_of: Array  # n sets of offers
    employment: Array  # of each such set: a bit for each of filters.EMPLOYMENT
    pay_sets: Array  # which set has a pay, rising
    pay: Array  # ... and which: records of PAY; a currency is a place in `names`
    campaign: Array  # n numbers, 0 for none
    card: Array  # n rows: the first job of the same campaign, or the job itself
    names: Array  # UTF-8 bytes, sorted
    judged: dict[filters.Filters, dict[str, Array]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def number(self, name: str) -> int:
        """The place of a folded name in `names`; one that no job states has a number that nothing has."""
        at = int(np.searchsorted(self.names, name.encode()))
        return at if at < len(self.names) and self.names[at] == name.encode() else len(self.names)


ARRAYS = tuple(one.name for one in fields(Statements) if one.init)


def table(every: Sequence[Stated]) -> Statements:
    """What jobs state, a row a job."""
    different = sorted(
        {place for said in every for place in said.places}, key=lambda place: [name or "" for name in place]
    )
    names = _names(every, different)
    number = {None: NOT_STATED, "": NOT_STATED} | {name.decode(): n for n, name in enumerate(names)}
    places, of = _spots(different, number)
    where, offers = _Sets(), _Sets()
    where_of = where.numbered(
        (LOCATED * said.located | REMOTE * said.remote, *(at for place in said.places for at in of[place]))
        for said in every
    )
    offer_of = offers.numbered(
        (
            requirements.bits(said.employment, filters.EMPLOYMENT),
            *((amount, number[code]) for amount, code in said.pay),
        )
        for said in every
    )
    campaigns = [xxhash.xxh3_64_intdigest(said.campaign.encode()) if said.campaign else 0 for said in every]
    campaign = np.array(campaigns, dtype=np.uint64)
    return Statements(
        where_of=where_of,
        says=where.bits,
        place_sets=where.sets,
        place_at=where.members(np.dtype(np.int32)),
        places=np.array(places, dtype=PLACES),
        offer_of=offer_of,
        employment=offers.bits,
        pay_sets=offers.sets,
        pay=offers.members(PAY),
        campaign=campaign,
        card=_cards(campaign),
        names=np.array(names, dtype=bytes),
    )


def _names(every: Sequence[Stated], different: Sequence[filters.Near]) -> list[bytes]:
    """What the different places, their areas and the currencies are called, sorted."""
    named = {name for place in different for name in (*place, _area(place)) if name}
    named.update(currency for said in every for _, currency in said.pay if currency)
    return sorted(name.encode() for name in named)


def _spots(
    different: Sequence[filters.Near], number: Mapping[str | None, int]
) -> tuple[list[tuple[Any, ...]], dict[filters.Near, range]]:
    """Records of PLACES, one for each point where a place may be, and which of them each place has."""
    records: list[tuple[Any, ...]] = []
    of: dict[filters.Near, range] = {}
    for place in different:
        called = [number[name] for name in (*place, _area(place))]
        spots = _points(place)
        of[place] = range(len(records), len(records) + len(spots))
        records += [(*called, *point, sure) for point, sure in spots]
    return records, of


def joined(parts: Sequence[tuple[Statements, Array]], size: int) -> Statements:
    """One table of `size` rows made of several: each with the row that each of its rows becomes.

    That is -1 for one that is gone. A row that nothing becomes states nothing.
    """
    campaign = np.zeros(size, dtype=np.uint64)
    where_of, offer_of = np.zeros(size, dtype=SET), np.zeros(size, dtype=SET)
    called: list[list[bytes]] = [part.names.tolist() for part, _ in parts]
    names = sorted({name for own in called for name in own})
    number = {name: n for n, name in enumerate(names)}
    numbers = [np.array([*map(number.__getitem__, own), NOT_STATED]) for own in called]  # the last for -1
    every = [_renamed(part.places, own, NAMED) for (part, _), own in zip(parts, numbers, strict=True)]
    spots = np.concatenate([np.zeros(0, dtype=PLACES), *every])
    spots, which = different(spots)
    where, offers, start = _Sets(), _Sets(), 0
    for (part, rows), own in zip(parts, numbers, strict=True):
        kept = np.flatnonzero(rows >= 0)
        campaign[rows[kept]] = part.campaign[kept]
        members = which[start + part.place_at]
        where_of[rows[kept]] = where.renumbered(part.where_of[kept], part.says, part.place_sets, members)
        pay = _renamed(part.pay, own, ("currency",))
        offer_of[rows[kept]] = offers.renumbered(part.offer_of[kept], part.employment, part.pay_sets, pay)
        start += len(part.places)
    return Statements(
        where_of=where_of,
        says=where.bits,
        place_sets=where.sets,
        place_at=where.members(np.dtype(np.int32)),
        places=spots,
        offer_of=offer_of,
        employment=offers.bits,
        pay_sets=offers.sets,
        pay=offers.members(PAY),
        campaign=campaign,
        card=_cards(campaign),
        names=np.array(names, dtype=bytes),
    )


def order(said: Statements, jobs: Array) -> Array:
    """Rows such that jobs of one place are neighbours: a filter by place then keeps few stretches of rows.

    First what says nothing of where, then what is not remote, then what has one region; and so by the names
    of country, region and town. Ties go by job id: neither numbers of sets nor the order of rows counts.
    """
    heads = np.flatnonzero(np.diff(said.place_sets, prepend=-1))  # of the sets that have places
    having = said.place_sets[heads]
    keys = np.full((len(said.says), 6), NOT_STATED - 1)
    keys[:, 0], keys[:, 1], keys[:, 2] = said.says & LOCATED, said.says & REMOTE, 0
    for number, name in enumerate(reversed(PLACE), 3):
        names = said.places[name][said.place_at]
        if len(heads):
            keys[having, number] = np.minimum.reduceat(names, heads)
            keys[having, 2] |= (keys[having, number] < np.maximum.reduceat(names, heads)) & (number < 5)
    _, rank = np.unique(keys, axis=0, return_inverse=True)
    return np.lexsort((jobs, rank[said.where_of]))


def rearranged(said: Statements, rows: Array) -> Statements:
    """What some rows state, in this order, which is that of the sets' numbers, too."""
    own = {name: getattr(said, name)[rows] for name in ("where_of", "offer_of", "campaign")}
    return joined([(replace(said, **own), np.arange(len(rows)))], len(rows))


def different(records: Array) -> tuple[Array, Array]:
    """The different ones of some records, by their bytes, and which of these each is.

    As records they would be sorted in fourteen times as long; and what is not a number is like nothing else.
    """
    written = np.ascontiguousarray(records).view(f"S{records.dtype.itemsize}")
    _, first, which = np.unique(written, return_index=True, return_inverse=True)
    return records[first], which


class _Sets:
    """Different sets by number, as they are met: bits, then members."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[Any, ...], int] = {(0,): 0}

    def numbered(self, said: Iterable[tuple[Any, ...]]) -> Array:
        """The number of each set."""
        return np.array([self.numbers.setdefault(one, len(self.numbers)) for one in said], dtype=SET)

    def renumbered(self, of: Array, bits: Array, sets: Array, members: Array) -> Array:
        """The same for jobs that have sets by other numbers; sets that none of them has are left out."""
        first = np.full(len(bits), len(of))
        np.minimum.at(first, of, np.arange(len(of)))
        used = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(of))]  # as they are met
        starts, ends = np.searchsorted(sets, used), np.searchsorted(sets, used, side="right")
        told, bounds = members.tolist(), zip(bits[used].tolist(), starts.tolist(), ends.tolist(), strict=True)
        numbers = np.zeros(len(bits), dtype=SET)
        numbers[used] = self.numbered((bit, *told[start:end]) for bit, start, end in bounds)
        return numbers[of]

    @property
    def bits(self) -> Array:
        return np.array([bits for bits, *_ in self.numbers], dtype=np.uint8)

    @property
    def sets(self) -> Array:
        """Which set has each member, rising."""
        return np.repeat(np.arange(len(self.numbers), dtype=np.int32), [len(one) - 1 for one in self.numbers])

    def members(self, dtype: np.dtype[Any]) -> Array:
        return np.array([member for one in self.numbers for member in one[1:]], dtype=dtype)


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


def _area(place: filters.Near) -> str | None:
    """The state or country of a place, as `gazetteer.reach` has it: "US ohio"; None where it may be any."""
    _, region, country = place
    if not country:
        return None
    return f"{country.upper()} {(region and gazetteer.region_of(region, country.upper())) or ''}"


def _points(place: filters.Near) -> list[tuple[tuple[float, float, float], bool]]:
    """Where a place's town lies, or may lie where several are called so."""
    town, region, country = place
    if town and (spot := gazetteer.find(town, region, country)):
        return [(spot.vector, True)]
    several = gazetteer.could_be(town, region, country)[:NAMESAKES] if town else []
    return [(spot.vector, False) for spot in several] or [((math.nan, math.nan, math.nan), False)]
