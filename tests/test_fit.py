from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import filters, fit, profile, requirements

NOBODY = profile.read("customer service")


def job(
    said: str = "", *, place: str = "", pay: dict[str, str] | None = None, kind: str | None = None
) -> Any:
    town, _, state = place.partition(", ")
    spot = {"text": place, "address_locality": town, "address_region": state, "address_country": "US"}
    return SimpleNamespace(
        title="Agent",
        description=said,
        job_location=[spot] if place else [],
        job_location_type=kind,
        base_salary=pay,
    )


def state(name: str, ad: Any, person: profile.Profile = NOBODY, **wanted: Any) -> tuple[str, str]:
    facets = {one.name: one for one in fit.facets_of(person, filters.Filters(**wanted), ad)}
    assert tuple(facets) == fit.FACETS
    return facets[name].state, facets[name].says


@pytest.mark.parametrize(
    "person, ad, expected",
    [
        ("Evenings please", "Evening shift.", ("met", "evening")),
        ("Looking for work, no nights", "Overnight shift.", ("not met", "overnight")),
        ("Looking for day shift", "Third shift, 11pm.", ("not met", "overnight")),
        ("Looking for work, no weekends", "Weekends are required.", ("not met", "weekends")),
        ("Looking for part time work", "A full-time position.", ("not met", "full time")),
        ("Looking for part time work", "Full-time or part-time.", ("met", "part time")),
        ("customer service", "Evening shift.", ("open", "evening")),
        ("Evenings please", "Answer calls.", ("not stated", "")),
        ("Agent\n\nExperience\n* worked the night shift", "Day shift.", ("open", "day")),
    ],
)
def test_a_shift_is_held_against_wishes_and_not_against_what_was_once_worked(
    person: str, ad: str, expected: tuple[str, str]
) -> None:
    assert state("shift", job(ad), profile.read(person)) == expected


COLUMBUS = filters.read_near("Columbus, OH")


@pytest.mark.parametrize(
    "ad, wanted, expected",
    [
        (job(place="Columbus, OH"), {"near": COLUMBUS}, ("met", "there")),
        (job(place="Dayton, OH"), {"near": COLUMBUS}, ("not met", "km")),
        (job(place="Dayton, OH"), {"near": COLUMBUS, "within": 200.0}, ("met", "miles")),
        (job(place="Dayton, OH"), {"near": filters.read_near("Ohio")}, ("met", "Dayton, OH")),
        (job(place="Reno, NV"), {"near": filters.read_near("Ohio")}, ("not met", "Reno, NV")),
        (job(place="Reno, NV", kind="remote"), {"near": COLUMBUS}, ("met", "remote")),
        (job(), {"near": COLUMBUS}, ("not stated", "")),
        (job(place="Reno, NV"), {}, ("open", "Reno, NV")),
        (job(place="Nowhereville, ZZ"), {"near": COLUMBUS}, ("open", "Nowhereville, ZZ")),
    ],
)
def test_a_place_is_so_far_from_where_one_would_work(
    ad: Any, wanted: dict[str, Any], expected: tuple[str, str]
) -> None:
    told = state("place", ad, **wanted)
    assert told[0] == expected[0]
    assert expected[1] in told[1]


def test_a_place_that_the_text_wishes_counts_where_no_filter_names_one() -> None:
    person = profile.read("Looking for work in Columbus, OH")
    assert state("place", job(place="Columbus, OH"), person)[0] == "met"
    assert state("place", job(place="Reno, NV"), person)[0] == "not met"


def test_a_remote_job_says_where_one_must_live() -> None:
    ad = job("You must reside in Ohio, Texas or Florida.", kind="remote")
    assert state("remote area", ad, near=COLUMBUS)[0] == "met"
    assert state("remote area", ad, near=filters.read_near("Reno, NV"))[0] == "not met"
    assert state("remote area", ad)[0] == "open"
    assert state("remote area", job("From home."), near=COLUMBUS)[0] == "not stated"


def test_the_sentence_of_a_facet_holds_no_address() -> None:
    told = fit.facets_of(NOBODY, filters.Filters(), job("Night shift: write to jane.doe@acme.example now."))
    evidence = " ".join(facet.evidence for facet in told)
    assert "Night shift" in evidence
    assert "jane" not in evidence


@pytest.mark.parametrize(
    "pay, expected",
    [
        ({"text": "$20 an hour", "min_value": "20", "unit_text": "HOUR", "currency": "USD"}, "met"),
        ({"text": "$10 - $19", "min_value": "10", "max_value": "19", "unit_text": "HOUR"}, "met"),
        ({"text": "$10 an hour", "min_value": "10", "unit_text": "HOUR", "currency": "USD"}, "not met"),
        ({"text": "£10 an hour", "min_value": "10", "unit_text": "HOUR", "currency": "GBP"}, "open"),
        ({"text": "good pay"}, "open"),
        ({"text": "lots", "min_value": "many", "unit_text": "HOUR"}, "open"),
        (None, "not stated"),
    ],
)
def test_pay_is_enough_by_the_top_of_its_range(pay: dict[str, str] | None, expected: str) -> None:
    assert state("pay", job(pay=pay), min_pay=Decimal(18 * 2080), currency="USD")[0] == expected


@pytest.mark.parametrize(
    "name, person, ad, expected",
    [
        ("language", "Spanish", "Must speak Spanish.", ("met", "Spanish")),
        ("language", "calls", "Must speak Spanish.", ("not met", "Spanish")),
        ("language", "calls", "Spanish is a plus.", ("not met", "Spanish (preferred)")),
        ("language", "calls", "Answer calls.", ("not stated", "")),
        ("licence", "calls", "Must hold an insurance license.", ("not met", "insurance")),
        ("education", "calls", "High school diploma required.", ("met", "high school")),
        ("education", "calls", "Bachelor's degree required.", ("not met", "bachelor's degree")),
        ("education", "MBA", "Bachelor's degree required.", ("met", "bachelor's degree")),
        ("experience", "2 years", "3 years of experience.", ("not met", "3 years")),
        ("experience", "4 years", "3 years of experience.", ("met", "3 years")),
        ("experience", "calls", "3 years of experience.", ("open", "3 years")),
        ("experience", "calls", "No experience needed.", ("met", "none needed")),
    ],
)
def test_a_requirement_is_met_or_not_by_what_the_text_shows(
    name: str, person: str, ad: str, expected: tuple[str, str]
) -> None:
    assert state(name, job(ad), profile.read(person)) == expected


def test_what_lowers_a_score_is_never_told_as_met() -> None:
    ad = "Must speak Spanish and hold an insurance license. Bachelor's degree. 3 years of experience."
    asked = requirements.asked("Agent", ad)
    assert asked.languages
    assert asked.licences
    poor = replace(NOBODY, years=1.0)
    for name in ("language", "licence", "education", "experience"):
        assert state(name, job(ad), poor)[0] == "not met"


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_any_ad_has_every_facet(said: str, place: str, pay: str) -> None:
    fit.facets_of(
        profile.read("Spanish, no nights, evenings, 3 years"),
        filters.Filters(near=COLUMBUS, min_pay=Decimal(1)),
        job(said, place=place, pay={"text": pay, "min_value": pay, "unit_text": pay}),
    )
