from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import filters, sift, stated

OHIO = ("columbus", "ohio", "us")


@dataclass(frozen=True)
class Listing:
    """An open listing with one of its places, as the database tells it."""

    locality: str | None = None
    region: str | None = None
    country: str | None = None
    job_location_type: str | None = None
    pay_per_year: Decimal | None = None
    pay_currency: str | None = None
    employment_type: tuple[str, ...] = ()


def at(*place: str | None) -> Listing:
    return Listing(*place)


def pays(amount: str, currency: str | None = "USD") -> Listing:
    return Listing(pay_per_year=Decimal(amount), pay_currency=currency)


def kinds(*names: str) -> Listing:
    return Listing(employment_type=names)


def kind(name: str) -> Listing:
    return Listing(job_location_type=name)


def passes(wanted: filters.Filters, *rows: Listing) -> bool:
    return bool(sift.sift(stated.table([stated.gathered(rows)]), wanted).passing[0])


def near(*place: str | None, remote: bool = False) -> filters.Filters:
    return filters.Filters(near=place, remote=remote)  # type: ignore[arg-type]


def paid(amount: str, currency: str | None = "USD") -> filters.Filters:
    return filters.Filters(min_pay=Decimal(amount), currency=currency)


def employed(*names: str) -> filters.Filters:
    return filters.Filters(employment=frozenset(names))


@pytest.mark.parametrize(
    "wanted, rows, passing",
    [
        # near: the narrowest part that is asked must be stated, the wider ones not contradicted
        (near(*OHIO), [at(*OHIO)], True),
        (near(*OHIO), [at("columbus", None, None)], True),
        (near(*OHIO), [at("columbus", None, "us")], True),
        (near(*OHIO), [at("columbus", "georgia", "us")], False),
        (near(*OHIO), [at("columbus", "ohio", "gb")], False),
        (near(*OHIO), [at("dayton", "ohio", "us")], False),
        (near(*OHIO), [at(None, "ohio", "us")], False),
        (near("columbus", None, None), [at(*OHIO)], True),
        (near(None, "ohio", "us"), [at(*OHIO)], True),
        (near(None, "ohio", "us"), [at("columbus", None, "us")], False),
        (near(None, None, "us"), [at(*OHIO)], True),
        (near(None, None, "us"), [at("columbus", "ohio", None)], False),
        (near(None, None, "us"), [at("dublin", None, "ie")], False),
        (near("nowhere", None, None), [at("columbus", None, None)], False),
        (near("columbus", "nowhere", None), [at("columbus", None, None)], True),
        # ... by any open listing, at any of its places
        (near(*OHIO), [at("dublin", None, "ie"), at(*OHIO)], True),
        (near(*OHIO), [at("dublin", None, "ie"), Listing()], False),
        # what is not stated passes; a kind of workplace says something of where
        (near(*OHIO), [Listing()], True),
        (near(*OHIO), [], True),
        (near(*OHIO), [kind("remote")], False),
        (near(*OHIO), [kind("onsite")], False),
        (filters.Filters(remote=True), [kind("remote")], True),
        (filters.Filters(remote=True), [kind("hybrid")], False),
        (filters.Filters(remote=True), [kind("hybrid"), kind("remote")], True),
        (filters.Filters(remote=True), [at(*OHIO)], False),
        (filters.Filters(remote=True), [Listing()], True),
        (near(*OHIO, remote=True), [kind("remote")], True),
        (near(*OHIO, remote=True), [at(*OHIO)], True),
        (near(*OHIO, remote=True), [at("dublin", None, "ie")], False),
        # pay: the same currency, or one that is not stated; others are as good as not stated
        (paid("35000"), [pays("35000")], True),
        (paid("35000.0001"), [pays("35000")], False),
        (paid("35000"), [pays("34999.9999")], False),
        (paid("35000"), [pays("34000"), pays("36000")], True),
        (paid("35000"), [pays("20000", "GBP")], True),
        (paid("35000"), [pays("20000", None)], False),
        (paid("35000"), [pays("90000", "GBP"), pays("20000")], False),
        (paid("35000"), [Listing()], True),
        (paid("35000", None), [pays("20000", "GBP")], False),
        (paid("35000", "CHF"), [pays("20000", "GBP")], True),
        (paid("1e30"), [pays("99999999999999")], False),
        (paid("0"), [pays("0")], True),
        # employment
        (employed("FULL_TIME"), [kinds("FULL_TIME", "TEMPORARY")], True),
        (employed("FULL_TIME"), [kinds("PART_TIME")], False),
        (employed("FULL_TIME", "PART_TIME"), [kinds("PART_TIME")], True),
        (employed("FULL_TIME"), [kinds("PART_TIME"), kinds("FULL_TIME")], True),
        (employed("FULL_TIME"), [Listing()], True),
        (employed("FULL_TIME"), [kinds("NO_SUCH_KIND")], True),
        (filters.Filters(), [at(*OHIO), pays("1"), kinds("OTHER")], True),
    ],
)
def test_a_job_passes_unless_it_states_otherwise(
    wanted: filters.Filters, rows: list[Listing], *, passing: bool
) -> None:
    assert passes(wanted, *rows) is passing


def within(kilometres: float, *place: str | None, remote: bool = False) -> filters.Filters:
    return filters.Filters(near=place, within=kilometres, remote=remote)  # type: ignore[arg-type]


DAYTON, OTTAWA = at("dayton", "ohio", "us"), at("ottawa", "ontario", "ca")  # 105 and 770 km from Columbus


@pytest.mark.parametrize(
    "wanted, rows, passing, silent",
    [
        (within(50, *OHIO), [at(*OHIO)], True, False),
        (within(50, *OHIO), [DAYTON], False, False),
        (within(110, *OHIO), [DAYTON], True, False),
        (within(110, *OHIO), [OTTAWA, DAYTON], True, False),
        (within(110, *OHIO), [OTTAWA], False, False),
        (within(900, *OHIO), [OTTAWA], True, False),
        (within(25, "detroit", "michigan", "us"), [at("windsor", "ontario", "ca")], True, False),
        # a namesake elsewhere is not near; one that nobody can place may be it
        (within(50, "dublin", None, None), [at("dublin", None, "ie")], True, False),
        (within(50, "dublin", None, None), [at("dublin", "ohio", "us")], False, False),
        (within(50, *OHIO), [at("springfield", None, None)], False, False),
        (within(100, *OHIO), [at("springfield", None, None)], True, True),
        (within(50, *OHIO), [at("springfield", "illinois", "us")], False, False),
        # a town that is not known, or none: its state or country must reach so far
        (within(50, *OHIO), [at("xyzzyville", "ohio", "us")], True, True),
        (within(50, *OHIO), [at(None, "ohio", "us")], True, True),
        (within(50, *OHIO), [at(None, None, "us")], True, True),
        (within(50, *OHIO), [at("xyzzyville", None, None)], True, True),
        (within(50, *OHIO), [at(None, "indiana", "us")], False, False),
        (within(200, *OHIO), [at(None, "indiana", "us")], True, True),
        (within(200, *OHIO), [at(None, None, "de")], False, False),
        (within(200, *OHIO), [at("xyzzyville", "ontario", "ca")], False, False),
        # what says nothing of where passes; remote work is no place
        (within(50, *OHIO), [Listing()], True, True),
        (within(50, *OHIO), [kind("remote")], False, False),
        (within(50, *OHIO), [Listing(country="us", job_location_type="remote")], False, False),
        (within(50, *OHIO, remote=True), [Listing(country="us", job_location_type="remote")], True, False),
        (within(50, *OHIO, remote=True), [OTTAWA], False, False),
    ],
)
def test_a_job_passes_where_one_of_its_places_lies_within_or_may_lie(
    wanted: filters.Filters, rows: list[Listing], *, passing: bool, silent: bool
) -> None:
    sifted = sift.sift(stated.table([stated.gathered(rows)]), wanted)
    assert bool(sifted.passing[0]) is passing
    told = sift.counts(sifted, np.ones(1, dtype=bool)).near
    assert told == sift.Count(int(passing and not silent), int(silent))


@pytest.mark.soak
def test_a_distance_is_sifted_among_100_000_jobs_in_milliseconds() -> None:
    towns = [at(*OHIO), DAYTON, OTTAWA, at("xyzzyville", "ohio", "us"), at(None, "indiana", "us"), Listing()]
    every = [stated.gathered([towns[n % 6], towns[n // 6 % 6]]) for n in range(36)]
    statements = stated.table([every[n % 36] for n in range(100_000)])
    sift.sift(statements, within(100, *OHIO))
    times = []
    for kilometres in range(50, 60):
        started = time.perf_counter()
        sift.sift(statements, within(kilometres, *OHIO))
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05


# ---------------------------------------------------------------------------------- against plain loops

names = st.sampled_from([None, "a", "b"])
listings = st.builds(
    Listing,
    *(names, names, names),
    job_location_type=st.sampled_from([None, "remote", "hybrid"]),
    pay_per_year=st.sampled_from([None, Decimal(10), Decimal(20)]),
    pay_currency=st.sampled_from([None, "USD", "GBP"]),
    employment_type=st.sets(st.sampled_from(filters.EMPLOYMENT[:3])).map(tuple),
)
jobs = st.lists(st.lists(listings, max_size=3), max_size=12)
asked = st.builds(
    filters.Filters,
    near=st.none() | st.tuples(names, names, names).filter(any),
    remote=st.booleans(),
    min_pay=st.sampled_from([None, Decimal(10), Decimal(15), Decimal(30)]),
    currency=st.sampled_from([None, "USD"]),
    employment=st.frozensets(st.sampled_from(filters.EMPLOYMENT[:3]), max_size=2),
)


def says_place(rows: list[Listing], wanted: filters.Filters) -> bool:
    def there(row: Listing) -> bool:
        pairs = list(zip(wanted.near or (), (row.locality, row.region, row.country), strict=True))
        (narrow, found), *wide = [(one, said) for one, said in pairs if one is not None]
        return narrow == found and all(said in (None, one) for one, said in wide)

    return wanted.near is not None and any(map(there, rows))


def is_remote(rows: list[Listing]) -> bool:
    return any(row.job_location_type == "remote" for row in rows)


def is_silent(rows: list[Listing]) -> bool:
    return not any(row.locality or row.region or row.country or row.job_location_type for row in rows)


def comparable(rows: list[Listing], wanted: filters.Filters) -> list[Decimal]:
    return [
        row.pay_per_year
        for row in rows
        if row.pay_per_year is not None and wanted.currency in (None, row.pay_currency)
        or row.pay_per_year is not None and row.pay_currency is None
    ]  # fmt: skip


def of_kinds(rows: list[Listing]) -> set[str]:
    return {kind for row in rows for kind in row.employment_type}


def judged(rows: list[Listing], wanted: filters.Filters) -> tuple[bool, bool, bool]:
    """Whether a job passes by its place, its pay and its kinds of employment."""
    there = says_place(rows, wanted) or (wanted.remote and is_remote(rows)) or is_silent(rows)
    amounts = comparable(rows, wanted)
    enough = wanted.min_pay is None or not amounts or max(amounts) >= wanted.min_pay
    said = of_kinds(rows)
    return (
        there or not (wanted.near or wanted.remote),
        enough,
        not wanted.employment or not said or bool(said & wanted.employment),
    )


@given(jobs, asked, st.data())
def test_what_passes_and_every_count_are_those_of_plain_loops(
    every: list[list[Listing]], wanted: filters.Filters, data: Any
) -> None:
    size = len(every)
    matched = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)
    sifted = sift.sift(stated.table([stated.gathered(rows) for rows in every]), wanted)
    assert sifted.passing.tolist() == [all(judged(rows, wanted)) for rows in every]

    def others(but: int) -> list[list[Listing]]:
        """The matched jobs that pass all filters but one."""
        found = zip(every, matched, strict=True)
        return [
            rows
            for rows, match in found
            if match and all(ok for number, ok in enumerate(judged(rows, wanted)) if number != but)
        ]

    told = sift.counts(sifted, matched)
    placed, paying, kinded = others(0), others(1), others(2)
    silent = sum(map(is_silent, placed))
    there = [says_place(rows, wanted) or (wanted.remote and is_remote(rows)) for rows in placed]
    assert told.matched == matched.sum()
    assert told.remote == sift.Count(sum(map(is_remote, placed)), silent)
    assert told.near == (sift.Count(sum(there), silent) if wanted.near else None)
    amounts = [comparable(rows, wanted) for rows in paying]
    if wanted.min_pay is None:
        assert told.pay is None
    else:
        enough = sum(max(one, default=Decimal(-1)) >= wanted.min_pay for one in amounts)
        assert told.pay == sift.Count(enough, sum(not one for one in amounts))
    assert told.employment == {
        kind: sum(kind in of_kinds(rows) for rows in kinded) for kind in filters.EMPLOYMENT
    }
    assert told.employment_silent == sum(not of_kinds(rows) for rows in kinded)
    codes = Counter(
        code
        for rows in paying
        for code in {row.pay_currency for row in rows if row.pay_per_year is not None and row.pay_currency}
    )
    assert told.currencies == sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))


@given(st.lists(st.sampled_from(["", "x", "y", "z"]), max_size=12), st.data())
def test_the_jobs_of_a_campaign_are_one_card(campaigns: list[str], data: Any) -> None:
    statements = stated.table([stated.Stated(campaign=campaign) for campaign in campaigns])
    size = len(campaigns)
    among = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)
    kept = [campaign for campaign, one in zip(campaigns, among, strict=True) if one]
    assert sift.cards(statements.card, among) == len(set(kept) - {""}) + kept.count("")


def test_the_order_of_listings_changes_nothing() -> None:
    rows = [
        at(*OHIO),
        at("dublin", None, "ie"),
        pays("5", None),
        pays("5"),
        kinds("OTHER", "INTERN"),
        kind("remote"),
    ]
    assert stated.gathered(rows) == stated.gathered(rows[::-1])
