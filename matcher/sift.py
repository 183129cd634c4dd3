"""Which jobs of an index pass a person's filters, and how many jobs each filter keeps or knows nothing of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import filters, gazetteer, requirements, stated

Mask = npt.NDArray[np.bool_]  # over the rows of an index, or over sets of what they state
SAMPLE = 256  # jobs that are looked at, to say how many pass
FEW = 0.25  # a share of the jobs: to hold back fewer others costs more than it saves
MOST_JUDGED = 32  # filters that an index remembers: half a megabyte each among a million jobs
KINDS = np.arange(1 << len(filters.EMPLOYMENT))  # all that an ad may state of employment, a bit a kind


@dataclass(frozen=True, slots=True)
class Sifted:
    """For each thing that filters ask: which sets of statements say it, say anything of it, and pass."""

    wanted: filters.Filters
    statements: stated.Statements
    located: Mask  # of sets of where: says anything of it
    remote: Mask
    near: Mask
    about: Mask  # names no town that is known, but a state or country that is near
    in_place: Mask  # passes near and remote
    paid: Mask  # of sets of offers: states pay that can be compared
    pays: Mask  # ... and enough
    in_pay: Mask
    in_kind: Mask  # passes employment

    @property
    def passing(self) -> Mask:
        """The jobs that contradict no filter."""
        masks = [self.placed, self.offered]
        asked = [mask for mask in masks if mask is not None]
        if not asked:
            return np.ones(len(self.statements.where_of), dtype=np.bool_)
        return asked[0] if len(asked) == 1 else asked[0] & asked[1]

    @property
    def narrowing(self) -> Mask | None:
        """Jobs of which all that pass are some, where these are few: others need not be looked at.

        By place alone if that leaves few: rows lie by place, and to mask offers, too, takes as long again.
        """
        some = self._some
        if self.share > FEW:
            return None
        there = np.count_nonzero(self.in_place.take(self.statements.where_of.take(some)))
        return self.placed if there <= FEW * len(some) else self.passing

    @property
    def share(self) -> float:
        """About which share of the jobs passes; more than 0."""
        some = self._some
        return max(1, int(np.count_nonzero(self.passes(some)))) / max(1, len(some))

    @property
    def _some(self) -> npt.NDArray[np.int64]:
        """Rows here and there."""
        jobs = len(self.statements.where_of)
        return np.arange(0, jobs, 1 + jobs // SAMPLE)

    def passes(self, rows: npt.NDArray[np.int64]) -> Mask:
        """Which of some jobs contradict no filter."""
        offers, kept = self.in_pay & self.in_kind, np.ones(len(rows), dtype=np.bool_)
        for sets, of in ((self.in_place, self.statements.where_of), (offers, self.statements.offer_of)):
            if not sets.all():
                kept &= sets.take(of.take(rows))
        return kept

    @property
    def placed(self) -> Mask | None:
        """The jobs that pass near and remote; None where all do."""
        return None if self.in_place.all() else self.in_place.take(self.statements.where_of)

    @property
    def offered(self) -> Mask | None:
        """The jobs that pass pay and employment; None where all do."""
        passes = self.in_pay & self.in_kind
        return None if passes.all() else passes.take(self.statements.offer_of)


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs say what a filter asks, and how many say nothing of it."""

    says: int
    silent: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What each filter keeps of the jobs that match a person and pass all other filters.

    `matched` are the jobs that match the person, whatever the filters. Near and remote are one filter:
    `near` counts what is there (or remote, where that is asked, too), and as silent what does not say where,
    or not closely; `remote` what says to be remote, asked
    or not. `near` and `pay` are None when not asked. A job counts for each kind of employment and each
    currency that it states.
    """

    matched: int
    remote: Count
    near: Count | None
    pay: Count | None
    employment: dict[str, int]  # every kind
    employment_silent: int
    currencies: list[tuple[str, int]]  # the most frequent first


def sift(statements: stated.Statements, wanted: filters.Filters) -> Sifted:
    """The sets that pass `wanted`; what is not asked passes, and what is not stated.

    It is remembered: a person who turns pages or writes another word asks for the same place again.
    """
    known = statements.judged
    found = known.get(wanted)
    if found is None:
        if len(known) >= MOST_JUDGED:
            known.clear()
        known[wanted] = found = _judged(statements, wanted)
    return Sifted(wanted, statements, **found)


def _judged(statements: stated.Statements, wanted: filters.Filters) -> dict[str, Mask]:
    """The masks of a `Sifted`."""
    located = statements.says & stated.LOCATED > 0
    remote = statements.says & stated.REMOTE > 0
    near = about = np.zeros(len(located), dtype=np.bool_)
    if wanted.near and wanted.within is None:
        near = _near(statements, wanted.near)
    elif wanted.near and wanted.within is not None:
        near, about = _within(statements, filters.centre(wanted.near), wanted.within)
        near |= _near(statements, wanted.near, unplaced=True)
        about &= ~near & ~remote
    in_place = near | about | ~located if wanted.near or wanted.remote else np.ones_like(located)
    if wanted.remote:
        in_place |= remote
    in_kind = np.ones(len(statements.employment), dtype=np.bool_)
    if kinds := requirements.bits(wanted.employment, filters.EMPLOYMENT):
        in_kind = (statements.employment & kinds > 0) | (statements.employment == 0)
    paid = pays = np.zeros(len(statements.employment), dtype=np.bool_)
    if wanted.min_pay is not None:
        paid, pays = _pay(statements, wanted.min_pay, wanted.currency)
    return dict(  # noqa: C408 - by their names, as the fields are
        located=located,
        remote=remote,
        near=near,
        about=about,
        in_place=in_place,
        paid=paid,
        pays=pays,
        in_pay=pays | ~paid,
        in_kind=in_kind,
    )


def passing(statements: stated.Statements, wanted: filters.Filters) -> Mask:
    """The jobs that contradict none of `wanted`."""
    return sift(statements, wanted).passing


def counts(sifted: Sifted, matched: Mask) -> Counts:
    """How many of the `matched` jobs each filter keeps."""
    statements, asked = sifted.statements, sifted.wanted
    rows = np.flatnonzero(matched)
    where = _jobs(statements.where_of, len(statements.says), rows, sifted.offered)
    offers = _jobs(statements.offer_of, len(statements.employment), rows, sifted.placed)
    there = sifted.near | sifted.remote if asked.remote else sifted.near
    nowhere = _sum(where, ~sifted.located)
    paid, kinded = offers * sifted.in_kind, offers * sifted.in_pay
    kinds = np.bincount(statements.employment, kinded, minlength=len(KINDS)).astype(np.int64)
    return Counts(
        matched=len(rows),
        remote=Count(_sum(where, sifted.remote), nowhere),
        near=Count(_sum(where, there), nowhere + _sum(where, sifted.about)) if asked.near else None,
        pay=None if asked.min_pay is None else Count(_sum(paid, sifted.pays), _sum(paid, ~sifted.paid)),
        employment={kind: _sum(kinds, KINDS >> n & 1 > 0) for n, kind in enumerate(filters.EMPLOYMENT)},
        employment_silent=int(kinds[0]),
        currencies=_currencies(statements, paid),
    )


def _jobs(
    of: npt.NDArray[Any], sets: int, matched: npt.NDArray[np.int64], passing: Mask | None
) -> npt.NDArray[np.int64]:
    """How many of the rows that matched and pass have each set."""
    rows = matched if passing is None else matched[passing.take(matched)]
    return np.bincount(of.take(rows), minlength=sets)


def _sum(jobs: npt.NDArray[np.int64], sets: Mask) -> int:
    return int(jobs[sets].sum())


def cards(card: npt.NDArray[np.int32], among: Mask) -> int:
    """On how many cards the jobs in `among` stand."""
    shown = np.zeros(len(card), dtype=np.bool_)
    shown[card.take(np.flatnonzero(among))] = True  # to take rows is thrice as fast as to pick by a mask
    return _count(shown)


def _count(mask: npt.NDArray[Any]) -> int:
    return int(np.count_nonzero(mask))


def _near(statements: stated.Statements, near: filters.Near, *, unplaced: bool = False) -> Mask:
    """The sets that state the narrowest part of `near` and contradict no wider one; of the `unplaced`, these.

    Where a distance is asked, the name of a town whose point is known says less than its point.
    """
    narrow, *wide = [(part, name) for part, name in zip(stated.PLACE, near, strict=True) if name is not None]
    places = statements.places
    found = places[narrow[0]] == statements.number(narrow[1])
    for part, name in wide:
        found &= (places[part] == statements.number(name)) | (places[part] == stated.NOT_STATED)
    if unplaced:
        found &= ~places["sure"]
    return _placed(statements, found)


def _within(statements: stated.Statements, centre: gazetteer.Spot, within: float) -> tuple[Mask, Mask]:
    """The sets with a place so near, and those with one that may be.

    That is a town of several namesakes, or one that nobody knows in a state that reaches there.
    """
    places = statements.places
    apart = np.zeros(len(places), dtype=np.float32)
    for axis, at in zip(stated.POINT, centre.vector, strict=True):
        apart += (places[axis] - np.float32(at)) ** 2
    inside = apart <= gazetteer.chord(within) ** 2
    vague = np.flatnonzero(np.isnan(apart))
    reached = _reached(statements, places["area"][vague], gazetteer.reach(centre, within))
    sure, maybe = inside & places["sure"], inside & ~places["sure"]
    maybe[vague[reached]] = True
    return _placed(statements, sure), _placed(statements, maybe)


def _placed(statements: stated.Statements, places: Mask) -> Mask:
    """The sets that have one of some places."""
    return _among(len(statements.says), statements.place_sets, places.take(statements.place_at))


def _reached(
    statements: stated.Statements, areas: npt.NDArray[Any], reach: frozenset[tuple[str, str]]
) -> Mask:
    """Which of some areas are reached; one that is not stated may be anywhere."""
    wanted = np.array([" ".join(area).encode() for area in reach], dtype=bytes)
    told = np.zeros(len(statements.names) + 1, dtype=np.bool_)
    told[stated.NOT_STATED] = True  # the last
    at = np.searchsorted(statements.names, wanted)
    inside = at < len(statements.names)
    at, wanted = at[inside], wanted[inside]
    told[at[statements.names[at] == wanted]] = True
    reached: Mask = told[areas]
    return reached


def _pay(statements: stated.Statements, least: Decimal, currency: str | None) -> tuple[Mask, Mask]:
    """The sets that state a pay in this currency, or in one that is not stated, and those that pay enough."""
    pay = statements.pay
    comparable = np.ones(len(pay), dtype=np.bool_)
    if currency:
        comparable = (pay["currency"] == statements.number(currency)) | (pay["currency"] == stated.NOT_STATED)
    enough = comparable & (pay["amount"] >= min(math.ceil(least * stated.PARTS), stated.MOST))
    sets = len(statements.employment)
    return _among(sets, statements.pay_sets, comparable), _among(sets, statements.pay_sets, enough)


def _among(size: int, sets: npt.NDArray[Any], found: Mask) -> Mask:
    """Which of `size` sets have one of the members that were found; `sets`: which has each, rising."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[sets.compress(found)] = True
    return mask


def kinds(statements: stated.Statements) -> tuple[str, ...]:
    """The kinds of employment that some job states."""
    bits = int(np.bitwise_or.reduce(statements.employment)) if len(statements.employment) else 0
    return tuple(requirements.names(bits, filters.EMPLOYMENT))


def currencies(statements: stated.Statements) -> list[tuple[str, int]]:
    """How many jobs state a pay in each currency; the most frequent first."""
    return _currencies(statements, np.bincount(statements.offer_of, minlength=len(statements.employment)))


def _currencies(statements: stated.Statements, jobs: npt.NDArray[np.int64]) -> list[tuple[str, int]]:
    """The same by how many jobs have each set of offers."""
    known = statements.pay["currency"] != stated.NOT_STATED
    names = max(1, len(statements.names))
    every = statements.pay_sets[known].astype(np.int64) * names + statements.pay["currency"][known]
    every.sort()
    once = every[np.diff(every, prepend=-1) > 0]  # a job may state several pays
    numbers = np.bincount(once % names, weights=jobs[once // names])
    told = [(statements.names[name].decode(), int(numbers[name])) for name in np.flatnonzero(numbers)]
    return sorted(told, key=lambda one: (-one[1], one[0]))
