"""What employers say in fields of their own on Greenhouse, Lever, Ashby and SmartRecruiters, and older answers."""

from __future__ import annotations

from typing import Any

import pytest
from boards import ASHBY, BOARD, GREENHOUSE, LEVER, PAGE, TODAY, answer, one

from crawler import source
from crawler.answers import Unreadable
from crawler.items import JobPosting
from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.smartrecruiters import SmartRecruiters


def own(name: str, value: object) -> dict[str, Any]:
    """A field of an employer's own on Greenhouse, beside some that say nothing."""
    return {"metadata": [None, {"name": None}, {"id": 1, "name": name, "value": value, "value_type": "x"}]}


def labelled(label: str, value: object) -> dict[str, Any]:
    return {"customField": [None, {"fieldId": "COUNTRY"}, {"fieldLabel": label, "valueLabel": value}]}


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"requisition_id": "See Opening ID", **own("Job Requisition ID", "JR-204")}, "requisition", "JR-204"),
        ({"requisition_id": "R-17", **own("Job Requisition ID", "JR-204")}, "requisition", "R-17"),
        ({"requisition_id": None, **own("Req #", 5512)}, "requisition", "5512"),
        ({"requisition_id": None, **own("Requirements", "2 years")}, "requisition", None),
        (own("Remote?", True), "job_location_type", "remote"),
        (own("Remote", False), "job_location_type", None),
        (own("Remote stipend", True), "job_location_type", None),
        (own("Workplace Type", ["Hybrid"]), "job_location_type", "hybrid"),
        (own("Employment Type", "Part-time"), "employment_type", ("PART_TIME",)),
        (own("Employment Type", {"unit": "x"}), "employment_type", ()),
        ({"internal_job_id": ...}, "identifier", "4000017"),
        ({"application_deadline": "soon"}, "valid_through", None),
        ({"first_published": None}, "date_posted", None),
    ],
)  # fmt: skip
def test_greenhouse_reads_fields_of_an_employer_s_own(changes: Any, field: str, value: object) -> None:
    assert getattr(one(Greenhouse, GREENHOUSE, **changes), field) == value


@pytest.mark.parametrize(
    ("name", "value", "pay"),
    [
        ("Salary", {"min_value": "41000", "max_value": "45000.0", "unit": "USD"}, ("41000", "45000", "USD")),
        ("Annual pay range", {"min_value": None, "max_value": "45000", "unit": "EUR"}, ("None", "45000", "EUR")),
        ("Budget", {"min_value": "41000", "max_value": "45000", "unit": "USD"}, None),
        ("Salary", {"min_value": None, "max_value": None, "unit": "USD"}, None),
        ("Salary", "competitive", None),
    ],
)  # fmt: skip
def test_greenhouse_reads_amounts_of_money_in_fields_about_pay(name: str, value: object, pay: object) -> None:
    amount = one(Greenhouse, GREENHOUSE, **own(name, value)).base_salary
    assert (amount and (str(amount.min_value), str(amount.max_value), amount.currency)) == pay


def test_the_range_that_greenhouse_gives_beats_a_field_of_the_employer_s_own() -> None:
    cents = {"min_cents": 1800, "max_cents": 2000, "currency_type": "USD", "title": "Hourly"}
    other = own("Salary", {"min_value": "1", "max_value": "2", "unit": "USD"})
    assert str(one(Greenhouse, GREENHOUSE, pay_input_ranges=[cents], **other).base_salary.min_value) == "18"


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"description": ..., "descriptionPlain": ..., "descriptionBody": "<p>Body.</p>", "lists": [], "additional": ""}, "description", "Body."),
        ({"lists": {"text": "x"}, "additional": None}, "description", "You help."),
        ({"workplaceType": None}, "job_location_type", None),
        ({"createdAt": None}, "date_posted", None),
        ({"categories": {"commitment": None}, "country": None}, "job_location", ()),
    ],
)  # fmt: skip
def test_lever_reads_postings_of_which_parts_are_left_out(changes: Any, field: str, value: object) -> None:
    assert getattr(one(Lever, LEVER, **changes), field) == value


@pytest.mark.parametrize(
    ("location", "country", "found"),
    [
        *(
            ("Richmond", "CA", "CA"),
            ("London", "CA", "CA"),
            ("London", None, "GB"),
            ("London, UK", "CA", "GB"),
        ),
        ("Home", "PH", "PH"),
    ],
)
def test_a_town_of_lever_that_may_be_anywhere_is_in_the_posting_s_country(
    location: str, country: object, found: str
) -> None:
    changes = {"categories": {"location": location}, "country": country}
    assert one(Lever, LEVER, **changes).job_location[0].address_country == found


@pytest.mark.parametrize(
    ("location", "places", "found"),
    [
        ("New York", ["London", "New York"], ["GB", "US"]),
        ("Richmond", ["Manchester", "Richmond"], [None, "US"]),
        ("Remote", ["Toronto", "Manchester"], ["CA", None]),
    ],
)
def test_the_country_of_a_posting_of_lever_is_that_of_its_own_location_only(
    location: str, places: list[str], found: list[str | None]
) -> None:
    changes = {"categories": {"location": location, "allLocations": places}, "country": "US"}
    assert [where.address_country for where in one(Lever, LEVER, **changes).job_location] == found


@pytest.mark.parametrize(
    ("location", "found"),
    [("Dublin", ("OH", "US")), ("Dublin, Ireland", (None, "IE")), ("Boston", ("MA", "US"))],
)
def test_a_bare_town_of_greenhouse_is_where_an_office_stands(location: str, found: object) -> None:
    offices = [{"name": "Dublin", "location": "Dublin, Ohio, United States"}, {"name": "Boston"}]
    (where,) = one(Greenhouse, GREENHOUSE, location={"name": location}, offices=offices).job_location
    assert (where.address_region, where.address_country) == found


def test_ashby_reads_secondary_places_in_words() -> None:
    found = one(Ashby, ASHBY, secondaryLocations=["Madrid", {"location": "Dublin"}, None, 7])
    assert [where.text for where in found.job_location] == ["Leeds (HQ)", "Madrid", "Dublin"]


@pytest.mark.parametrize(
    ("changes", "pay"),
    [
        ({"compensation": None, "compensationTierSummary": "$40K – $44K"}, ("40000", "44000")),
        ({"compensation": {}, "compensationTierSummary": None}, None),
        ({"compensation": "$40K"}, None),
    ],
)
def test_ashby_reads_pay_where_older_answers_have_it(changes: Any, pay: object) -> None:
    amount = one(Ashby, ASHBY, **changes).base_salary
    assert (amount and (str(amount.min_value), str(amount.max_value))) == pay


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        (labelled("Workplace", "Hybrid"), "job_location_type", "hybrid"),
        (labelled("Remote", "Fully remote"), "job_location_type", "remote"),
        (labelled("Brands", "Remote Controls Ltd"), "job_location_type", None),
        ({"typeOfEmployment": {"id": "part_time"}}, "employment_type", ("PART_TIME",)),
        ({"typeOfEmployment": {"label": None}}, "employment_type", ()),
        (
            {"jobAd": {"jobDescription": "<p>You lead.</p>", "qualifications": None}},
            "description",
            "You lead.",
        ),
        ({"customField": {"x": 1}}, "base_salary", None),
    ],
)
def test_smartrecruiters_reads_fields_of_an_employer_s_own(changes: Any, field: str, value: object) -> None:
    assert getattr(one(SmartRecruiters, PAGE, **changes), field) == value


@pytest.mark.parametrize(
    ("label", "words", "pay"),
    [
        ("Salary Range", "$18.50 - $21.00 per hour", ("18.50", "21", "HOUR")),
        ("Pay", "competitive", None),
        ("Brands", "$18.50 per hour", None),
        ("Compensation", 7, None),
    ],
)
def test_smartrecruiters_reads_pay_in_a_field_about_pay(label: str, words: object, pay: object) -> None:
    amount = one(SmartRecruiters, PAGE, **labelled(label, words)).base_salary
    assert (amount and (str(amount.min_value), str(amount.max_value), amount.unit_text)) == pay


def test_a_page_of_smartrecruiters_that_is_not_active_is_over() -> None:
    assert one(SmartRecruiters, PAGE, active=False) == source.Gone(
        "744000001", "it says that it is not active"
    )
    assert isinstance(one(SmartRecruiters, PAGE, active=None), JobPosting)


def test_a_page_of_smartrecruiters_without_sections_has_drifted() -> None:
    spider = SmartRecruiters(board=BOARD, today=TODAY)
    with pytest.raises(Unreadable, match="sections missing"):
        list(spider.parse_posting(answer({**PAGE, "jobAd": {"parts": {}}})))
