"""What public job APIs say of a posting, field by field, and nothing that they do not say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from apis import Spider, made, one
from boards import answer

from crawler import source
from crawler.answers import Unreadable
from crawler.items import JobPosting
from crawler.spiders.adzuna import Adzuna
from crawler.spiders.arbeitnow import Arbeitnow
from crawler.spiders.himalayas import Himalayas
from crawler.spiders.jobicy import Jobicy
from crawler.spiders.reed import Reed
from crawler.spiders.remoteok import RemoteOK
from crawler.spiders.remotive import Remotive
from crawler.spiders.themuse import TheMuse
from crawler.spiders.usajobs import USAJobs


@pytest.mark.parametrize(
    ("spider", "changes", "text", "low", "unit"),
    [
        (Remotive, {"salary": ""}, None, None, None),
        (Remotive, {"salary": "Pay per task"}, "Pay per task", None, None),
        (Remotive, {"salary": "$18 - $22/hr"}, "$18 - $22/hr", "18", "HOUR"),
        (RemoteOK, {"salary_min": 0, "salary_max": 0}, None, None, None),
        (RemoteOK, {"salary_min": 40000, "salary_max": 50000}, "40000 - 50000", "40000", None),
        (Jobicy, {"salaryMin": None, "salaryMax": None}, None, None, None),
        (
            Jobicy,
            {"salaryMin": None, "salaryMax": None, "annualSalaryMin": "41000"},
            "41000 USD year",
            "41000",
            "YEAR",
        ),
        (
            Himalayas,
            {"minSalary": 15, "maxSalary": 15, "salaryPeriod": "hourly"},
            "15 USD hourly",
            "15",
            "HOUR",
        ),
        (Himalayas, {"minSalary": None, "maxSalary": None}, None, None, None),
        (Adzuna, {"salary_is_predicted": "1"}, None, None, None),
        (Adzuna, {"salary_is_predicted": 1}, None, None, None),
        (Adzuna, {"salary_is_predicted": 0}, "23500 - 25000 GBP", "23500", None),
        (Adzuna, {"salary_min": None, "salary_max": None}, None, None, None),
        (USAJobs, {"PositionRemuneration": []}, None, None, None),
        (Reed, {"salary": None, "minimumSalary": None, "maximumSalary": None}, None, None, None),
        (Reed, {"salary": None}, "23500 - 25000 GBP per annum", "23500", "YEAR"),
    ],
)
def test_pay_is_what_is_stated_and_nothing_else(
    spider: Spider, changes: dict[str, Any], text: str | None, low: str | None, unit: str | None
) -> None:
    found = one(spider, **changes).base_salary
    if text is None:
        assert found is None
        return
    assert (found.text, found.min_value, found.unit_text) == (text, low and Decimal(low), unit)


@pytest.mark.parametrize(
    ("code", "unit"),
    [("PA", "YEAR"), ("PH", "HOUR"), ("PD", "DAY"), ("PW", "WEEK"), ("PM", "MONTH"), ("BW", None)],
)
def test_what_usajobs_pays_per_is_in_its_code(code: str, unit: str | None) -> None:
    low = 41_000 if code == "PA" else 900
    stated = {"MinimumRange": f"{low}.0", "MaximumRange": f"{low}.50", "RateIntervalCode": code}
    found = one(USAJobs, PositionRemuneration=[{**stated, "Description": "Bi-weekly"}]).base_salary
    assert (found.min_value, found.currency, found.unit_text) == (low, "USD", unit)


@pytest.mark.parametrize(
    ("spider", "changes", "posted", "through"),
    [
        (Remotive, {"publication_date": "2026-11-02T23:58:00"}, date(2026, 11, 2), None),
        (RemoteOK, {"date": None, "epoch": 1793600000}, date(2026, 11, 2), None),
        (Arbeitnow, {"created_at": 1793600000}, date(2026, 11, 2), None),
        (Himalayas, {"pubDate": 1793600000, "expiryDate": 1796200000}, date(2026, 11, 2), date(2026, 12, 2)),
        (
            Himalayas,
            {"pubDate": 1793600000000, "expiryDate": 1796200000000},
            date(2026, 11, 2),
            date(2026, 12, 2),
        ),
        (
            Reed,
            {"datePosted": "05/06/2026", "expirationDate": "07/12/2026"},
            date(2026, 6, 5),
            date(2026, 12, 7),
        ),
        (
            USAJobs,
            {"PublicationStartDate": "2026-11-02T00:00:00.0000", "ApplicationCloseDate": None},
            date(2026, 11, 2),
            date(2026, 2, 6),
        ),
    ],
)
def test_days_are_those_that_the_source_writes(
    spider: Spider, changes: dict[str, Any], posted: date, through: date | None
) -> None:
    found = one(spider, **changes)
    assert (found.date_posted, found.valid_through) == (posted, through)


@pytest.mark.parametrize("spider", [Remotive, Jobicy])
@pytest.mark.parametrize(
    ("area", "countries"),
    [
        ("Worldwide", [None]),
        ("USA Only", ["US"]),
        ("UK,  USA", ["GB", "US"]),
        ("USA, CST (UTC-6)", ["US", None]),
        ("EMEA,  LATAM,  Canada", [None, None, "CA"]),
        (None, []),
    ],
)
def test_where_applicants_may_live_is_no_town(
    spider: Spider, area: str | None, countries: list[str | None]
) -> None:
    found = one(spider, **{"jobGeo" if spider is Jobicy else "candidate_required_location": area})
    assert [where.address_country for where in found.job_location] == countries
    assert all(where.address_locality is None for where in found.job_location)
    assert found.job_location_type == "remote"


@pytest.mark.parametrize(
    ("location", "town", "kind"),
    [
        ("", None, "remote"),
        ("Worldwide", None, "remote"),
        ("Plymouth, ", "Plymouth", None),
        ("Austin, Austin, Texas, United States", "Austin", None),
        ("Remote", None, "remote"),
    ],
)
def test_an_ad_of_a_town_on_remote_ok_is_not_called_remote(
    location: str, town: str | None, kind: str | None
) -> None:
    found = one(RemoteOK, location=location)
    assert [where.address_locality for where in found.job_location if where.address_locality] == (
        [town] if town else []
    )
    assert found.job_location_type == kind


def test_remote_ok_s_marks_are_mended_and_right_ones_left() -> None:
    assert (
        one(RemoteOK, company="CafÃ© Ã¼ber", position="Agent â\x80\x93 Leeds").hiring_organization
        == "Café über"
    )
    assert one(RemoteOK, company="Café Ångström").hiring_organization == "Café Ångström"


@pytest.mark.parametrize(
    ("named", "slug", "employer"),
    [("name", "tansy-health", "Tansy Health"), ("Name It", "name-it", "Name It"), ("name", None, "")],
)
def test_an_employer_called_name_is_called_by_its_address(
    named: str, slug: str | None, employer: str
) -> None:
    assert one(Himalayas, companyName=named, companySlug=slug).hiring_organization == employer


def test_the_agency_s_number_is_apart_from_the_control_number() -> None:
    found = one(USAJobs)
    assert (found.identifier, found.requisition) == ("870101001", "PC-26-0101-CR")
    assert ":443" not in found.url


FIXTURES = {"reed_job.json": "parse_posting"}


def recorded(shared: Path, spider: Spider) -> Iterator[Any]:
    """What a spider yields for recorded answers; of some, whose wrapping was cut away, the proof is missing."""
    for path in sorted((shared / "data" / "sources" / "api_fixtures").glob(f"*/{spider.name}*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        if path.name == "themuse-jobs.json":
            page = {"results": page["jobs"], "total": page["count"]}
        found = getattr(made(spider), FIXTURES.get(path.name, "parse"))(answer(page))
        try:
            yield from found
        except Unreadable as error:
            if str(error) not in ("links missing", "totalCount missing", "count missing"):
                raise


RECORDED = [(Adzuna, 4), (Arbeitnow, 9), (Himalayas, 8), (Jobicy, 12), (Reed, 1), (RemoteOK, 14)]
RECORDED += [(Remotive, 17), (TheMuse, 202), (USAJobs, 4)]


@pytest.mark.parametrize(("spider", "least"), RECORDED)
def test_recorded_answers_are_read(spider: Spider, least: int, shared: Path) -> None:
    items = list(recorded(shared, spider))
    postings = [item for item in items if isinstance(item, JobPosting)]
    assert len(postings) >= least
    assert [item for item in items if isinstance(item, source.Bad | source.Repeat)] == []
    assert all(found.title and found.url.startswith("https://") for found in postings)
    assert all(found.hiring_organization and found.date_posted for found in postings)
    assert len([found for found in postings if not found.description]) <= 2  # cut within their first tag
