from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dedupe import golden

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
COLUMBUS = {"text": "Columbus, OH", "address_locality": "Columbus", "address_region": "OH"}
OHIO = {"text": "Ohio", "address_region": "OH"}
HOURLY = {"text": "$18 an hour", "min_value": "18", "unit_text": "HOUR", "currency": "USD"}
BARE = {"text": "18", "min_value": "18"}
WORDS = {"text": "competitive"}


def listing(identifier: str, source: str = "mirror", **said: Any) -> SimpleNamespace:
    silent: dict[str, Any] = {
        "url": f"https://{source}.example/{identifier}",
        "title": "Call Center Agent",
        "hiring_organization": "Clearbrook Water",
        "length": 400,
        "job_location": [COLUMBUS],
        "job_location_type": None,
        "date_posted": None,
        "valid_through": None,
        "base_salary": None,
        "employment_type": [],
        "requisition": None,
        "first_seen": SEEN,
        "closed_at": None,
    }
    return SimpleNamespace(identifier=identifier, source=source, **{**silent, **said})


CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]], Any, int]] = [
    # field, what the canonical listing says, what others say, the record, whose it is
    ("title", {"title": "Agent"}, [{"title": "Call Center Agent, Nights"}], "Agent", 0),
    ("hiring_organization", {"hiring_organization": ""}, [{}], "Clearbrook Water", 1),
    ("hiring_organization", {}, [{"hiring_organization": "Clearbrook"}], "Clearbrook Water", 0),
    ("base_salary", {}, [{"base_salary": HOURLY}], HOURLY, 1),
    ("base_salary", {"base_salary": BARE}, [{"base_salary": HOURLY}], HOURLY, 1),
    ("base_salary", {"base_salary": BARE}, [{"base_salary": HOURLY, "closed_at": SEEN}], BARE, 0),
    ("base_salary", {"base_salary": WORDS}, [{}, {"base_salary": BARE}], BARE, 2),
    ("base_salary", {}, [{"base_salary": HOURLY, "closed_at": SEEN}], HOURLY, 1),
    ("base_salary", {}, [{}], None, 0),
    ("job_location", {"job_location": [OHIO]}, [{}], [COLUMBUS], 1),
    ("job_location", {}, [{"job_location": [COLUMBUS, OHIO]}], [COLUMBUS], 0),
    ("job_location", {"job_location": [OHIO], "job_location_type": "remote"}, [{}], [OHIO], 0),
    (
        "job_location",
        {"job_location": []},
        [{"job_location": [{"text": "the plains"}]}],
        [{"text": "the plains"}],
        1,
    ),
    ("job_location_type", {}, [{"job_location_type": "hybrid"}], "hybrid", 1),
    (
        "employment_type",
        {"employment_type": ["FULL_TIME"]},
        [{"employment_type": ["OTHER"]}],
        ["FULL_TIME"],
        0,
    ),
    ("requisition", {}, [{}, {"requisition": "CW-1"}], "CW-1", 2),
    ("valid_through", {}, [{"valid_through": date(2026, 12, 1)}], date(2026, 12, 1), 1),
    (
        "date_posted",
        {"date_posted": date(2026, 11, 5)},
        [{"date_posted": date(2026, 11, 1)}],
        date(2026, 11, 1),
        1,
    ),
    ("date_posted", {"date_posted": date(2026, 11, 5)}, [{}], date(2026, 11, 5), 0),
]


@pytest.mark.parametrize("field, first, others, value, teller", CASES)
def test_a_field_is_of_the_listing_that_states_it_best(
    field: str, first: dict[str, Any], others: list[dict[str, Any]], value: Any, teller: int
) -> None:
    listings = [listing(str(at), **said) for at, said in enumerate([first, *others])]
    told = golden.record(listings)[field]
    assert told == golden.Told(value, listings[teller])


def test_equal_statements_are_told_of_the_employers_own_page_then_of_the_fuller_text() -> None:
    first = listing("1", "board")
    own = listing("2", "clearbrookwater", base_salary=HOURLY, length=300)
    full = listing("3", "board", base_salary={**HOURLY, "text": "18 USD/h"}, length=900)
    short = listing("0", "board", base_salary={**HOURLY, "text": "USD 18"}, length=100)
    assert golden.record([first, short, full, own])["base_salary"].listing is own
    assert golden.record([first, short, full])["base_salary"].listing is full


def test_only_what_the_canonical_listing_does_not_say_is_from_elsewhere() -> None:
    first = listing("1", employment_type=["FULL_TIME"])
    other = listing("2", employment_type=["FULL_TIME"], base_salary=HOURLY)
    told = golden.elsewhere(golden.record([first, other]))
    assert told == {"base_salary": golden.Told(HOURLY, other)}


def test_one_may_apply_wherever_a_listing_is_open() -> None:
    listings = [listing("1"), listing("2", closed_at=SEEN), listing("3"), listing("4", url="")]
    assert golden.record(listings)["urls"].value == ("https://mirror.example/1", "https://mirror.example/3")


@given(st.permutations(range(6)))
def test_the_record_does_not_depend_on_the_order_of_the_others(order: list[int]) -> None:
    others = [
        listing(str(at), ("board", "clearbrook", "indeed")[at % 3], base_salary=HOURLY if at % 2 else None)
        for at in range(6)
    ]
    first = listing("9")
    assert golden.record([first, *(others[at] for at in order)]) == golden.record([first, *others])


@pytest.mark.parametrize(
    "days, told",
    [
        (["acme 2026-11-01"], None),
        (["acme 2026-11-01", "acme 2026-11-01", "acme 2026-11-08"], None),
        (["acme 2026-11-01", "acme 2026-11-09"], (2, date(2026, 11, 1))),
        (["acme 2026-11-09", "feeds 2026-03-01"], None),
        (
            ["acme 2026-11-09", "acme 2026-09-01", "acme 2026-10-01", "feeds 2026-01-01", "feeds 2026-02-01"],
            (3, date(2026, 9, 1)),
        ),
        (["acme 2026-09-01", "acme"], (2, date(2026, 9, 1))),  # seen first on 20 November
    ],
)
def test_a_job_is_advertised_anew_when_a_source_lists_it_again_after_a_week(
    days: list[str], told: tuple[int, date] | None
) -> None:
    listings = []
    for at, said in enumerate(days):
        source, _, day = said.partition(" ")
        listings.append(listing(str(at), source, date_posted=date.fromisoformat(day) if day else None))
    assert golden.advertised(listings) == told
    assert golden.advertised(listings[::-1]) == told
