from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from scrapy.selector import Selector

from crawler import jsonld
from crawler.items import JobPosting, Place

PAGE = "https://careers.harbour.example/jobs/17"
AGENT = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Call Center Agent",
    "description": "<p>Answer calls.</p><ul><li>Zendesk</li></ul>",
    "datePosted": "2026-11-01",
    "hiringOrganization": {"@type": "Organization", "name": "Harbour Lights Ltd"},
}
WRITTEN = json.dumps(AGENT)


def page(*scripts: str) -> Selector:
    marked = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return Selector(text=f"<!doctype html><html><head>{marked}</head><body><p>Work</p></body></html>")


def titles(found: jsonld.Found) -> list[str]:
    return [jsonld.stated_title(record) for record in found.postings]


def read(**stated: Any) -> JobPosting:
    """A posting out of a page that states these things besides a title."""
    (record,) = jsonld.find(page(json.dumps({"@type": "JobPosting", "title": "Agent", **stated}))).postings
    return jsonld.posting(record, source="s", identifier="17", page=PAGE, today=date(2026, 11, 21))


def test_every_field_is_read_and_clean() -> None:
    found = read(
        title=" *Customer  Care Agent* ",
        description="&lt;p&gt;Answer calls.&lt;/p&gt;",
        datePosted="2026-11-01T09:00:00+0000",
        validThrough="2026-12-31",
        hiringOrganization={"name": "Harbour&nbsp;Lights Ltd"},
        identifier={"@type": "PropertyValue", "name": "Harbour Lights", "value": "HL-17"},
        employmentType="FULL_TIME, TEMPORARY",
        jobLocation={"address": {"addressLocality": "Austin", "addressRegion": "TX", "addressCountry": "US"}},
        baseSalary={"currency": "USD", "value": {"minValue": 17.5, "maxValue": "21", "unitText": "HOUR"}},
        url="/jobs/17-agent",
    )
    assert found.title == "Customer Care Agent"
    assert found.description == "Answer calls."
    assert (found.date_posted, found.valid_through) == (date(2026, 11, 1), date(2026, 12, 31))
    assert found.hiring_organization == "Harbour Lights Ltd"
    assert found.requisition == "HL-17"
    assert found.employment_type == ("FULL_TIME", "TEMPORARY")
    (where,) = found.job_location
    assert (where.address_locality, where.address_region, where.address_country) == ("Austin", "TX", "US")
    assert found.base_salary is not None
    assert (found.base_salary.min_value, found.base_salary.max_value) == (Decimal("17.50"), Decimal(21))
    assert (found.base_salary.unit_text, found.base_salary.currency) == ("HOUR", "USD")
    assert found.url == "https://careers.harbour.example/jobs/17-agent"


def test_a_posting_that_states_nothing_states_nothing() -> None:
    assert read() == JobPosting(source="s", identifier="17", title="Agent", url=PAGE)


@pytest.mark.parametrize(
    "stated", ["Harbour", ["Harbour", "Quay"], {"name": "Harbour"}, {"legalName": "Harbour"}]
)
def test_the_organization_may_be_a_text_a_list_or_an_object(stated: Any) -> None:
    assert read(hiringOrganization=stated).hiring_organization == "Harbour"


@pytest.mark.parametrize(
    "stated, number",
    [
        ("R-1234", "R-1234"),
        (1234, "1234"),
        ({"value": 1234}, "1234"),
        ([{"value": "R-1"}, {"value": "R-2"}], "R-1"),
        ({"name": "Harbour 24"}, None),
        ("https://careers.harbour.example/jobs/17", None),
        ("agent", None),
        ("Call Center", None),
        (True, None),
    ],
)
def test_a_requisition_is_a_number_and_never_a_title_or_an_address(stated: Any, number: str | None) -> None:
    assert read(identifier=stated).requisition == number


@pytest.mark.parametrize(
    "stated, places",
    [
        ("Austin, TX", [("Austin", "TX", "US")]),
        ({"@type": "Place", "address": "Austin, TX"}, [("Austin", "TX", "US")]),
        (
            {"address": {"addressLocality": "Turku", "addressCountry": {"name": "Finland"}}},
            [("Turku", None, "FI")],
        ),
        (
            ["Austin, TX", {"address": {"addressLocality": "Reno", "addressRegion": "NV"}}],
            [("Austin", "TX", "US"), ("Reno", "NV", "US")],
        ),
        ({"address": {"addressLocality": "", "addressCountry": ""}}, []),
        (None, []),
    ],
)
def test_a_place_may_be_a_text_an_object_or_a_list(stated: Any, places: list[tuple[str | None, ...]]) -> None:
    found = read(jobLocation=stated).job_location
    assert [
        (where.address_locality, where.address_region, where.address_country) for where in found
    ] == places


def test_work_from_anywhere_is_where_the_applicants_may_be() -> None:
    found = read(
        jobLocationType="TELECOMMUTE", applicantLocationRequirements={"@type": "Country", "name": "USA"}
    )
    assert found.job_location_type == "remote"
    assert found.job_location == (Place(text="USA", address_country="US"),)
    assert read(applicantLocationRequirements={"@type": "Country", "name": "USA"}).job_location == ()


@pytest.mark.parametrize(
    "stated, figures",
    [
        ({"currency": "EUR", "value": {"value": 30000, "unitText": "YEAR"}}, (30000, 30000, "YEAR", "EUR")),
        ({"currency": "USD", "value": 17}, (17, 17, None, "USD")),
        ("£24,907 - £30,615 per annum", (24907, 30615, "YEAR", "GBP")),
        (52000, (52000, 52000, None, None)),
        (
            {"currency": "GBP", "value": {"value": "Competitive", "unitText": "YEAR"}},
            (None, None, None, None),
        ),
        ({"value": {"value": "$100,000", "unitText": "YEAR"}}, (100000, 100000, "YEAR", "USD")),
    ],
)
def test_pay_may_be_an_object_a_sentence_or_a_number(stated: Any, figures: tuple[Any, ...]) -> None:
    pay = read(baseSalary=stated).base_salary
    assert pay is not None
    assert (pay.min_value, pay.max_value, pay.unit_text, pay.currency) == figures


@pytest.mark.parametrize(
    "stated, kinds",
    [
        ("FULL_TIME", {"FULL_TIME"}),
        (["PART_TIME", "INTERN"], {"PART_TIME", "INTERN"}),
        ("Full-time, Permanent", {"FULL_TIME"}),
        ({"a": 1}, set()),
    ],
)
def test_employment_may_be_a_text_a_list_or_several_in_a_text(stated: Any, kinds: set[str]) -> None:
    assert set(read(employmentType=stated).employment_type) == kinds


@pytest.mark.parametrize(
    "stated, url",
    [
        ("https://jobs.harbour.example/17", "https://jobs.harbour.example/17"),
        ("18", "https://careers.harbour.example/jobs/18"),
        ("/jobs?a=1&amp;id=2", "https://careers.harbour.example/jobs?a=1&id=2"),
        ("javascript:alert(1)", PAGE),
        ("data:text/html,x", PAGE),
        ("mailto:us@harbour.example", PAGE),
        ("http://[", PAGE),
        ("https://harbour.example/", PAGE),
        ({"@id": "/jobs/19"}, "https://careers.harbour.example/jobs/19"),
        (17, "https://careers.harbour.example/jobs/17"),
        (None, PAGE),
    ],
)
def test_an_address_is_of_the_web_and_resolved_against_the_page(stated: Any, url: str) -> None:
    assert read(url=stated).url == url


@pytest.mark.parametrize("stated", ["2026-13-45", "soon", "0000-00-00", {"a": 1}, [], True, 1e400])
def test_a_day_that_is_none_is_not_invented(stated: Any) -> None:
    found = read(datePosted=stated, validThrough=stated)
    assert (found.date_posted, found.valid_through) == (None, None)


def test_what_stands_in_properties_of_its_own_alone_belongs_to_the_text() -> None:
    posting = read(
        description="<p>Answer calls.</p><p>You have:</p><ul><li>Patience</li></ul>",
        qualifications="Patience",
        responsibilities=["<li>Write up each case</li>", "Answer calls."],
        skills={"@type": "DefinedTerm", "name": "Zendesk"},
    )
    assert posting.description == "Answer calls.\nYou have:\n- Patience\n\n- Write up each case"


def test_a_name_that_a_machine_made_up_is_no_number_of_the_employer() -> None:
    assert read(identifier="12345678-1234-1234-1234-123456789abc").requisition is None
    assert read(identifier={"value": "R-1234-99"}).requisition == "R-1234-99"
