"""What the spiders of four platforms make of a record, field by field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from boards import ASHBY, BOARD, GREENHOUSE, LEVER, LISTED, PAGE, TODAY, answer, one

from crawler.items import JobPosting, MonetaryAmount, Place
from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.smartrecruiters import SmartRecruiters


def test_greenhouse_reads_a_job() -> None:
    assert one(Greenhouse, GREENHOUSE) == JobPosting(
        source="greenhouse:acme-care",
        identifier="4000017",
        title="Call Center Agent",
        url="https://jobs.acme.example/4000017",
        hiring_organization="Acme Care Ltd",
        description="You answer.\n- by phone",
        job_location=(
            Place(text="Omaha, NE", address_locality="Omaha", address_region="NE", address_country="US"),
        ),
        date_posted=date(2026, 11, 2),
        valid_through=date(2026, 12, 24),
        requisition="R-17",
    )


def test_lever_reads_a_posting_with_its_lists_in_their_place() -> None:
    assert one(Lever, LEVER) == JobPosting(
        source="lever:acme-care",
        identifier="7d1f-0001",
        title="Support Specialist",
        url="https://jobs.acme.example/7d1f-0001",
        hiring_organization="Acme Care",
        description="You help.\n\nYou bring\n- patience\n- a clear voice\n\nWe pay weekly.",
        job_location=(
            Place(text="Boise", address_locality="Boise", address_region="ID", address_country="US"),
            Place(text="Tampa, FL", address_locality="Tampa", address_region="FL", address_country="US"),
        ),
        job_location_type="onsite",
        date_posted=date(2026, 11, 2),
        base_salary=MonetaryAmount(
            text="41000 - 45000 USD per year salary",
            currency="USD",
            min_value=Decimal(41000),
            max_value=Decimal(45000),
            unit_text="YEAR",
        ),
        employment_type=("FULL_TIME",),
    )


def test_ashby_reads_a_job() -> None:
    assert one(Ashby, ASHBY) == JobPosting(
        source="ashby:acme-care",
        identifier="0c33-0001",
        title="Chat Agent",
        url="https://jobs.acme.example/0c33-0001",
        hiring_organization="Acme Care",
        description="You write.",
        job_location=(
            Place(text="Leeds (HQ)", address_locality="Leeds", address_country="GB"),
            Place(text="Remote (Spain)", address_country="ES"),
        ),
        job_location_type="hybrid",
        date_posted=date(2026, 11, 3),
        base_salary=MonetaryAmount(
            text="£14 – £16 per hour • Offers Bonus",
            currency="GBP",
            min_value=Decimal(14),
            max_value=Decimal("16.50"),
            unit_text="HOUR",
        ),
        employment_type=("PART_TIME",),
    )


def test_smartrecruiters_asks_for_the_page_of_what_it_lists_and_never_elsewhere() -> None:
    request = one(SmartRecruiters, LISTED)
    assert request.url == "https://api.smartrecruiters.com/v1/companies/acme-care/postings/744000001"
    assert request.meta["identifier"] == "744000001"
    assert request.cb_kwargs == {"requisition": "REF9A"}


def test_smartrecruiters_gives_a_record_a_version_that_changes_with_it() -> None:
    turned = dict(reversed(LISTED.items()))
    versions = [one(SmartRecruiters, record).meta["version"] for record in (LISTED, turned)]
    assert versions[0] == versions[1] != one(SmartRecruiters, LISTED, releasedDate="now").meta["version"]


def test_smartrecruiters_reads_the_page_of_a_posting() -> None:
    spider = SmartRecruiters(board=BOARD, today=TODAY)
    response = answer(PAGE, identifier="744000001")
    assert list(spider.parse_posting(response, requisition="REF9A")) == [
        JobPosting(
            source="smartrecruiters:acme-care",
            identifier="744000001",
            title="Help Desk Lead",
            url="https://jobs.acme.example/744000001",
            hiring_organization="Acme Care GmbH",
            description="Job Description\nYou lead.\n\nQualifications\n- calm",
            job_location=(
                Place(
                    text="Graz, Steiermark, Austria",
                    address_locality="Graz",
                    address_region="Steiermark",
                    address_country="AT",
                    postal_code="8010",
                ),
            ),
            date_posted=date(2026, 11, 4),
            employment_type=("FULL_TIME",),
            requisition="REF9A",
        )
    ]


@pytest.mark.parametrize(
    ("spider", "record", "changes", "field", "value"),
    [
        (Greenhouse, GREENHOUSE, {"absolute_url": "javascript:alert(1)"}, "url", ""),
        (Greenhouse, GREENHOUSE, {"absolute_url": None}, "url", ""),
        (Greenhouse, GREENHOUSE, {"content": None}, "description", ""),
        (Greenhouse, GREENHOUSE, {"company_name": None}, "hiring_organization", "Acme Care"),
        (Greenhouse, GREENHOUSE, {"requisition_id": "See Opening ID"}, "requisition", None),
        (Greenhouse, GREENHOUSE, {"requisition_id": "null"}, "requisition", None),
        (Greenhouse, GREENHOUSE, {"requisition_id": " "}, "requisition", None),
        (Greenhouse, GREENHOUSE, {"requisition_id": 4711}, "requisition", "4711"),
        (Greenhouse, GREENHOUSE, {"first_published": ..., "updated_at": "2026-11-09"}, "date_posted", None),
        (Greenhouse, GREENHOUSE, {"location": {"name": "Hybrid"}}, "job_location_type", "hybrid"),
        (
            Greenhouse,
            GREENHOUSE,
            {"metadata": [{"name": "Workplace Type", "value": "Remote"}]},
            "job_location_type",
            "remote",
        ),
        (
            Greenhouse,
            GREENHOUSE,
            {"metadata": [{"name": "Employment Type", "value": ["Part time", 3]}]},
            "employment_type",
            ("PART_TIME",),
        ),
        (Lever, LEVER, {"hostedUrl": "mailto:a@acme.example"}, "url", LEVER["applyUrl"]),
        (Lever, LEVER, {"description": "", "lists": 5, "additional": None}, "description", "You help."),
        (Lever, LEVER, {"workplaceType": "unspecified"}, "job_location_type", None),
        (Lever, LEVER, {"workplaceType": "unspecified", "text": "Agent (Remote)"}, "job_location_type", "remote"),
        (Lever, LEVER, {"salaryRange": None, "salaryDescription": "Pay depends."}, "base_salary", None),
        (Lever, LEVER, {"categories": {}, "country": "GB"}, "job_location",
         (Place(text="GB", address_country="GB"),)),
        (Ashby, ASHBY, {"workplaceType": None}, "job_location_type", "remote"),
        (Ashby, ASHBY, {"workplaceType": "OnSite"}, "job_location_type", "onsite"),
        (Ashby, ASHBY, {"workplaceType": None, "isRemote": None}, "job_location_type", None),
        (Ashby, ASHBY, {"compensation": ...}, "base_salary", None),
        (Ashby, ASHBY, {"descriptionHtml": ...}, "description", "You write."),
        (SmartRecruiters, PAGE, {"location": {"city": "Graz", "hybrid": True}}, "job_location_type", "hybrid"),
        (SmartRecruiters, PAGE, {"location": {"remote": True}}, "job_location_type", "remote"),
        (SmartRecruiters, PAGE, {"postingUrl": ...}, "url",
         "https://jobs.smartrecruiters.com/AcmeCare/744000001"),
        (SmartRecruiters, PAGE, {"company": None}, "hiring_organization", "Acme Care"),
        (SmartRecruiters, PAGE, {"refNumber": "REF1"}, "requisition", "REF1"),
        (SmartRecruiters, PAGE, {"jobAd": None}, "description", ""),
    ],
)  # fmt: skip
def test_a_field_is_read_as_its_platform_means_it(
    spider: Any, record: Any, changes: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(one(spider, record, **changes), field) == value


OFFICES = [{"name": "Ohio", "location": "Akron, Ohio, United States"}, {"name": "Ireland", "location": None}]


@pytest.mark.parametrize(
    ("location", "offices", "places"),
    [
        ("Hybrid", OFFICES, [("Akron", "OH", "US"), (None, None, "IE")]),
        ("Remote", [{"name": "Everywhere else"}], [(None, None, None)]),
        ("Remote", [], [(None, None, None)]),
        ("Remote, Italy", OFFICES, [(None, None, "IT")]),
        (None, ["Ohio", None], []),
    ],
)
def test_the_offices_say_the_place_where_greenhouse_names_none(
    location: object, offices: list[Any], places: list[tuple[str | None, ...]]
) -> None:
    found = one(Greenhouse, GREENHOUSE, location={"name": location}, offices=offices).job_location
    assert [(p.address_locality, p.address_region, p.address_country) for p in found] == places


CENTS = {
    "min_cents": 1850,
    "max_cents": 2225,
    "currency_type": "USD",
    "title": "Hourly rate",
    "blurb": "<p>x</p>",
}
SHOWN = (
    '<div class="title">Annual Salary:</div><div class="pay-range"><span>$41,000</span>'
    '<span class="divider">&mdash;</span><span>$45,500 CAD</span></div>'
)


@pytest.mark.parametrize(
    ("changes", "pay"),
    [
        ({"pay_input_ranges": [CENTS]}, ("18.50", "22.25", "USD", "HOUR")),
        ({"pay_input_ranges": [{**CENTS, "title": "Zone A"}]}, ("18.50", "22.25", "USD", None)),
        ({"pay_input_ranges": [{"min_cents": None}, {**CENTS, "max_cents": None}]}, ("18.50", "None", "USD", "HOUR")),
        ({"content": SHOWN.replace("<", "&lt;")}, ("41000", "45500", "CAD", "YEAR")),
        ({"pay_input_ranges": [], "content": "We pay well."}, None),
        ({"pay_input_ranges": {"min_cents": 5}}, None),
    ],
)  # fmt: skip
def test_greenhouse_states_pay_in_cents_or_in_its_content(changes: dict[str, Any], pay: object) -> None:
    found = one(Greenhouse, GREENHOUSE, **changes).base_salary
    stated = found and (str(found.min_value), str(found.max_value), found.currency, found.unit_text)
    assert stated == pay


@pytest.mark.parametrize(
    ("interval", "unit"),
    [
        ("per-year-salary", "YEAR"),
        ("per-month-salary", "MONTH"),
        ("per-week-salary", "WEEK"),
        ("bi-week-salary", None),
        ("bi-month-salary", None),
        ("semi-month-salary", None),
        ("one-time", None),
        (None, None),
    ],
)
def test_lever_pays_by_units_that_we_know_or_by_none(interval: object, unit: object) -> None:
    stated = {"currency": "EUR", "interval": interval, "min": 2500, "max": 2900}
    assert one(Lever, LEVER, salaryRange=stated).base_salary.unit_text == unit


def test_lever_pay_is_read_from_the_words_about_it_where_no_range_is_given() -> None:
    found = one(Lever, LEVER, salaryRange=..., salaryDescription="<p>The pay is $19 - $21 per hour.</p>")
    assert (found.base_salary.max_value, found.base_salary.unit_text) == (Decimal(21), "HOUR")
    assert found.description.endswith("The pay is $19 - $21 per hour.")
