from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from matcher import reviewing, text
from matcher.facets import Fact
from webapp import words
from webapp.seek import job


@pytest.mark.parametrize(
    "facet, value, told",
    [
        ("experience", "1", "1 year"),
        ("experience", "2.5", "2.5 years"),
        ("experience", "0.5", "6 months"),
        ("experience", "0", "none is needed"),
        ("training", "4", "4 weeks"),
        ("training", "paid", "paid"),
        ("typing", "1e+02", "100 words a minute"),
        ("channel", "phone_inbound", "phone, inbound"),
        ("education", "high_school", "high school"),
        ("language", "haitian creole", "Haitian creole"),
    ],
)
def test_a_fact_is_told_in_words(facet: str, value: str, told: str) -> None:
    assert job.in_words(Fact(facet, value, "")) == told


@pytest.mark.parametrize(
    "stated, shown",
    [
        ("US, , Stockton, CA", "US, Stockton, CA"),
        ("US, , ", "US"),
        (", ,", "place not stated"),
        ("Columbus, OH",) * 2,
    ],
)
def test_a_place_is_said_without_the_fields_that_its_form_left_empty(stated: str, shown: str) -> None:
    assert words.place(SimpleNamespace(job_location=[{"text": stated}], job_location_type=None)) == shown


def test_every_value_that_can_be_read_is_told_without_signs_of_a_program() -> None:
    for row in text.vocabulary("facets.csv"):
        told = job.in_words(Fact(row["facet"], row["value"].strip("<>"), ""))
        assert told
        assert "_" not in told


def paired(a: int, b: int, *reasons: str) -> Any:
    return SimpleNamespace(a_id=a, b_id=b, reasons=list(reasons))


def test_a_listing_stands_beside_what_it_was_compared_with_and_says_where_that_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listings: list[Any] = [SimpleNamespace(id=number) for number in (1, 2, 3, 4)]
    pairs = [paired(1, 2, "same text"), paired(2, 3, "same title")]
    told = reviewing.why(listings, pairs)
    assert {number: (why.beside and why.beside.id, why.reasons) for number, why in told.items()} == {
        2: (1, ["same text"]),
        3: (2, ["same title"]),
        4: (None, ["no longer compared"]),
    }
    monkeypatch.setattr(reviewing, "MOST_PAIRS", 2)  # then there may be more than was read
    assert reviewing.why(listings, pairs)[4].reasons == ["joined through other copies"]


def listed(source: str, organization: str, url: str, closed_at: object = None) -> Any:
    return SimpleNamespace(source=source, hiring_organization=organization, url=url, closed_at=closed_at)


OWN = listed("greenhouse:acme", "Acme", "https://boards.greenhouse.io/acme/jobs/1")
CARRIER = listed("adzuna", "Acme", "https://www.adzuna.example/1")
AGENCY = listed("quaystaffing", "Quay Staffing Agency", "https://quaystaffing.example/1")
BOARD = listed("board", "Acme", "https://jobs.example/1")


@pytest.mark.parametrize(
    "listing, told",
    [
        (OWN, "The employer’s own page or board."),
        (AGENCY, "A staffing agency’s ad: ask who would employ you."),
        (CARRIER, "A site that carries others’ ads: where the employer has a page of its own, apply there."),
        (BOARD, ""),
    ],
)
def test_it_is_told_whose_page_a_listing_is_where_that_is_known(listing: Any, told: str) -> None:
    assert job.origin(listing) == told


@pytest.mark.parametrize(
    "listings, first",
    [
        ([AGENCY, BOARD, OWN], OWN),
        ([AGENCY, BOARD, CARRIER], AGENCY),
        ([CARRIER, listed(OWN.source, "Acme", OWN.url, "closed")], CARRIER),
        ([CARRIER, listed(OWN.source, "Acme", "javascript:alert(1)")], CARRIER),
    ],
)
def test_one_applies_at_the_employers_own_page_before_any_other(listings: list[Any], first: Any) -> None:
    assert job.first(listings) is first
