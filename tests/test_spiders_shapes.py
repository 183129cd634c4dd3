"""Shapes of one platform or another, of pay, place and employer, that are easily lost or easily misread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apis
import pytest
from boards import GREENHOUSE, LEVER, PAGE, TODAY, answer, one
from scrapy.http import Request, TextResponse

from crawler.items import JobPosting
from crawler.source import SourceSpider
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.oracle import Oracle
from crawler.spiders.personio import Personio
from crawler.spiders.reed import Reed
from crawler.spiders.rippling import Rippling
from crawler.spiders.smartrecruiters import SmartRecruiters
from crawler.spiders.teamtailor import Teamtailor
from crawler.spiders.themuse import TheMuse
from crawler.spiders.workday import Workday

SAMPLES = Path(__file__).parent / "samples"


def stated(posting: Any) -> tuple[str, ...] | None:
    """The figures, currency and unit of its pay."""
    pay = posting.base_salary
    said = pay and (pay.min_value, pay.max_value, pay.currency, pay.unit_text)
    return said and tuple(str(word) for word in said)


def page(spider: type[SourceSpider], *within: Any, **changes: Any) -> JobPosting:
    """The posting of the sample of a page, of which the record that stands `within` is changed."""
    found = json.loads((SAMPLES / str(spider.name) / "parse_posting.json").read_text())
    record = found
    for key in within:
        record = record[key]
    record.update(changes)
    made = spider(board="acme", url="https://acme.wd5.workday.example/sites/Careers", today=TODAY)
    (posting,) = made.parse_posting(answer(found, identifier="17"))  # type: ignore[attr-defined]
    assert isinstance(posting, JobPosting)
    return posting


@pytest.mark.parametrize(
    ("label", "value", "pay"),
    [
        ("Base Pay", {"amount": "21.50", "unit": "USD"}, ("21.50", "21.50", "USD", "None")),
        ("Hourly Rate", {"amount": "21.50", "unit": "USD"}, ("21.50", "21.50", "USD", "HOUR")),
        ("Annual Salary", {"min_value": "41000", "max_value": "45000", "unit": "EUR"}, ("41000", "45000", "EUR", "YEAR")),
        ("Salary", {"amount": None, "unit": "USD"}, None),
    ],
)  # fmt: skip
def test_a_field_of_greenhouse_says_its_currency_and_by_its_name_per_what(
    label: str, value: object, pay: object
) -> None:
    posting = one(Greenhouse, GREENHOUSE, metadata=[{"name": label, "value": value}])
    assert stated(posting) == pay


@pytest.mark.parametrize(
    ("changes", "words", "pay"),
    [
        ({"salaryRange": {"currency": "USD", "interval": "per-year-salary", "min": 85000, "max": 60000}}, "85000 - 60000", ("None", "None", "None", "None")),
        ({"salaryRange": {"min": 85000, "max": 60000}, "salaryDescription": "$60,000 a year"}, "$60,000", ("60000", "60000", "USD", "YEAR")),
        ({"salaryRange": {"min": None}, "salaryDescription": "Generous"}, None, None),
    ],
)  # fmt: skip
def test_a_range_of_lever_that_is_upside_down_is_kept_in_words(
    changes: Any, words: str | None, pay: Any
) -> None:
    posting = one(Lever, LEVER, **changes)
    assert stated(posting) == pay
    assert words is None or posting.base_salary.text.startswith(words)


@pytest.mark.parametrize(
    ("ranges", "pay"),
    [
        ([{"rangeStart": "18.00", "rangeEnd": "21.00", "currency": "USD", "frequency": "HOUR"}], ("18", "21", "USD", "HOUR")),
        ([{"rangeStart": 20, "rangeEnd": None, "currency": "USD", "frequency": "HOUR"}], ("20", "None", "USD", "HOUR")),
        ([{"rangeStart": "9", "rangeEnd": "12", "currency": "USD"}, {"rangeStart": 10, "rangeEnd": 14, "currency": "USD"}], ("9", "14", "USD", "None")),
        ([{"rangeStart": "x", "rangeEnd": [], "currency": "USD"}], None),
    ],
)  # fmt: skip
def test_a_range_of_rippling_may_be_text(ranges: Any, pay: object) -> None:
    assert stated(page(Rippling, payRangeDetails=ranges)) == pay


@pytest.mark.parametrize(
    ("fields", "pay"),
    [
        ({"Minimum Salary": "38,000", "Maximum Salary": "42,000", "Pay Basis": "Annual"}, ("38000", "42000", "None", "YEAR")),
        ({"Min Pay": "17.5", "Max Pay": "19", "Pay Currency": "USD", "Pay Frequency": "Hourly"}, ("17.50", "19", "USD", "HOUR")),
        ({"Hourly Rate": "$17.50"}, ("17.50", "17.50", "USD", "HOUR")),
        ({"Pay Type": "Hourly"}, None),
        ({"Minimum Age": "18", "Maximum Hours": "40"}, None),
    ],
)  # fmt: skip
def test_fields_of_oracle_may_say_the_ends_of_pay_one_by_one(fields: dict[str, str], pay: object) -> None:
    known = [{"Prompt": prompt, "Value": value} for prompt, value in fields.items()]
    assert stated(page(Oracle, "items", 0, requisitionFlexFields=known)) == pay


@pytest.mark.parametrize(
    ("label", "words", "pay"),
    [
        ("Hourly Rate", "$17.50 - $19", ("17.50", "19", "USD", "HOUR")),
        ("Salary Range", "$41,000 - $45,000 a year", ("41000", "45000", "USD", "YEAR")),
    ],
)
def test_a_label_of_smartrecruiters_says_per_what(label: str, words: str, pay: object) -> None:
    fields = [{"fieldLabel": label, "valueLabel": words}]
    assert stated(one(SmartRecruiters, PAGE, customField=fields)) == pay


@pytest.mark.parametrize(
    ("location", "text", "country"),
    [
        ({"city": "Lyon", "region": "Rhône", "country": "fr"}, "Lyon, Rhône", "FR"),
        ({"city": "", "region": None, "country": "de", "remote": True}, "DE", "DE"),
        ({"city": "Remote", "region": "CA", "country": "us"}, "CA", "US"),
        ({"city": "Graz", "country": "at", "fullLocation": "Graz, Austria"}, "Graz, Austria", "AT"),
    ],
)
def test_a_place_of_smartrecruiters_is_no_bare_code(location: Any, text: str, country: str) -> None:
    (where,) = one(SmartRecruiters, PAGE, location=location).job_location
    assert (where.text, where.address_country) == (text, country)
    assert where.address_locality in (location["city"] or None, None)
    assert where.address_locality != "Remote"


def test_the_sign_of_a_currency_is_enough_for_personio() -> None:
    words = (SAMPLES / "personio/parse.xml").read_text()
    body = words.replace("<currencyCode>EUR</currencyCode>", "<currencySymbol>€</currencySymbol>")
    response = TextResponse(
        "https://acme.example/xml", body=body.encode(), request=Request("https://a.example")
    )
    found = [
        term for term in Personio(board="acme", today=TODAY).parse(response) if isinstance(term, JobPosting)
    ]
    assert stated(found[0]) == ("2400", "2700", "EUR", "MONTH")


@pytest.mark.parametrize("words", ["Salary not specified", "Not Disclosed"])
def test_words_for_no_pay_are_no_pay_on_reed(words: str) -> None:
    assert stated(apis.one(Reed, salary=words, minimumSalary=None, maximumSalary=None)) is None
    assert stated(apis.one(Reed, salary=words, minimumSalary=20000, maximumSalary=21000)) is not None
    assert apis.one(Reed, salary="Competitive", minimumSalary=None, maximumSalary=None).base_salary.text


def test_flexible_is_no_place_on_the_muse() -> None:
    both = [{"name": "Flexible / Remote"}, {"name": "Dallas, TX"}]
    posting = apis.one(TheMuse, locations=both)
    assert [where.text for where in posting.job_location] == ["Dallas, TX"]
    assert posting.job_location_type == "remote"
    assert apis.one(TheMuse, locations=both[:1]).job_location == ()


@pytest.mark.parametrize(
    ("title", "employer"),
    [
        ("Jobs at Harvest Lane", "Harvest Lane"),
        ("Harvest Lane jobs", "Harvest Lane"),
        ("Harvest Lane's careers", "Harvest Lane"),
        ("Harvest Lane", "Harvest Lane"),
        ("Good Jobs Ltd", "Good Jobs Ltd"),
        ("Jobs at ", "Acme"),
        (None, "Acme"),
    ],
)
def test_a_feed_of_teamtailor_names_the_employer_in_its_title(title: object, employer: str) -> None:
    item = {"id": "1", "title": "Agent", "url": "https://acme.example/jobs/1", "content_text": "Calls"}
    feed = {"version": "1", "title": title, "items": [item]}
    posting = next(Teamtailor(board="acme", today=TODAY).parse(answer(feed)))
    assert isinstance(posting, JobPosting)
    assert posting.hiring_organization == employer


@pytest.mark.parametrize("nowhere", ["3 Locations", "UNAVAILABLE", " 12 locations "])
def test_what_stands_for_no_place_on_workday_is_none(nowhere: str) -> None:
    posting = page(Workday, "jobPostingInfo", location=nowhere, additionalLocations=[nowhere, "Omaha, NE"])
    assert [where.text for where in posting.job_location] == ["Omaha, NE"]
