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
PAY = np.dtype([("row", "<i4"), ("amount", "<i8"), ("currency", "<i4")])


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
    """What n jobs state; every array may be memory-mapped and is read only."""

    says: Array  # n bytes of bits: LOCATED, REMOTE
    employment: Array  # n bytes, a bit for each of filters.EMPLOYMENT
    campaign: Array  # n numbers, 0 for none
    card: Array  # n rows: the first job of the same campaign, or the job itself
    places: Array  # different records of PLACES: locality, region and country are places in `names`
    place_rows: Array  # who states a place, rising
    place_at: Array  # ... and which of `places`
    pay: Array  # records of PAY by row; a currency is a place in `names`
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
    placed = [(row, at) for row, said in enumerate(every) for place in said.places for at in of[place]]
    pay = [(row, amount, number[code]) for row, said in enumerate(every) for amount, code in said.pay]
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
        place_rows=np.array([row for row, _ in placed], dtype=np.int32),
        place_at=np.array([at for _, at in placed], dtype=np.int32),
        names=np.array(names, dtype=bytes),
        pay=np.array(pay, dtype=PAY),
    )


def joined(parts: Sequence[tuple[Statements, Array]], size: int) -> Statements:
    """One table of `size` rows made of several: each with the row that each of its rows becomes.

    That is -1 for one that is gone. A row that nothing becomes states nothing.
    """
    says, employment = np.zeros(size, dtype=np.uint8), np.zeros(size, dtype=np.uint8)
    campaign = np.zeros(size, dtype=np.uint64)
    names = np.unique(np.concatenate([part.names for part, _ in parts])) if parts else np.array([], bytes)
    places, pay = [np.zeros(0, dtype=PLACES)], [np.zeros(0, dtype=PAY)]
    placed, start = [np.zeros((2, 0), dtype=np.int32)], 0
    for part, rows in parts:
        kept = rows >= 0
        for whole, own in ((says, part.says), (employment, part.employment), (campaign, part.campaign)):
            whole[rows[kept]] = own[kept]
        number = np.append(np.searchsorted(names, part.names), NOT_STATED)  # the last for NOT_STATED, too
        places.append(_renamed(part.places, number, PLACE))
        moved = rows[part.place_rows]
        placed.append(np.array([moved[moved >= 0], start + part.place_at[moved >= 0]], dtype=np.int32))
        start += len(part.places)
        own = part.pay[rows[part.pay["row"]] >= 0]
        own["row"] = rows[own["row"]]
        pay.append(_renamed(own, number, ("currency",)))
    every, at = np.concatenate(pay), np.concatenate(placed, axis=1)
    at = at[:, np.argsort(at[0], kind="stable")]
    spots = np.concatenate(places)
    # as bytes: what is not a number is like nothing else
    _, first, which = np.unique(spots.view(f"S{PLACES.itemsize}"), return_index=True, return_inverse=True)
    return Statements(
        says=says,
        employment=employment,
        campaign=campaign,
        card=_cards(campaign),
        places=spots[first],
        place_rows=at[0],
        place_at=which[at[1]].astype(np.int32),
        pay=every[np.argsort(every["row"], kind="stable")],
        names=names,
    )


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
