"""The demo's postings as the platforms' APIs answer: Greenhouse, Lever, Ashby, SmartRecruiters."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from crawler.clean import place
from crawler.demo import facts
from crawler.demo.facts import Pages, Row

INTERVALS = {"HOUR": "1 HOUR", "WEEK": "1 WEEK", "MONTH": "1 MONTH", "YEAR": "1 YEAR"}
UNITS = {"HOUR": "Hourly", "WEEK": "Weekly", "MONTH": "Monthly", "YEAR": "Annual"}


def _greenhouse(board: str, base: str, rows: Sequence[Row]) -> Pages:
    jobs = [_greenhouse_job(row) for row in rows]
    url = f"{base}/v1/boards/{board}/jobs?content=true&pay_transparency=true"
    yield url, {"jobs": jobs, "meta": {"total": len(jobs)}}


def _greenhouse_job(row: Row) -> dict[str, Any]:
    kind = {"id": 31, "name": "Employment Type", "value": row["employment"], "value_type": "single_select"}
    return {
        "id": int(row["identifier"]),
        "internal_job_id": int(row["identifier"]) + 5_000_000,
        "title": row["title"],
        "company_name": row["organization"],
        "requisition_id": row["requisition"],
        "absolute_url": row["url"],
        "first_published": f"{row['posted']}T09:30:00-05:00",
        "updated_at": f"{row['posted']}T16:05:11-05:00",
        "language": "en",
        "location": {"name": row["location"]},
        "content": row["description"].replace("<", "&lt;").replace(">", "&gt;"),
        "departments": [{"id": 12, "name": "Operations", "parent_id": None, "child_ids": []}],
        "offices": [],
        "metadata": [kind],
        "data_compliance": [{"type": "gdpr", "requires_consent": False}],
        "pay_input_ranges": _greenhouse_pay(row),
    }


def _greenhouse_pay(row: Row) -> list[dict[str, Any]]:
    said = facts.salary(row)
    if not said or not (said.min_value or said.max_value):
        return []
    low, high = said.min_value or said.max_value, said.max_value or said.min_value
    assert low is not None and high is not None  # noqa: S101, PT018 - one of them is there
    return [
        {
            "min_cents": int(low * 100),
            "max_cents": int(high * 100),
            "currency_type": said.currency,
            "title": f"{UNITS.get(said.unit_text or '', 'Base')} pay",
            "blurb": f"<p>{html.escape(row['salary'])}</p>",
        }
    ]


def _lever(board: str, base: str, rows: Sequence[Row]) -> Pages:
    answers = [[_lever_posting(row) for row in rows], [], []]
    for number, answer in enumerate(answers):
        yield f"{base}/v0/postings/{board}?mode=json&skip={number * len(rows)}&limit=100", answer


def _lever_posting(row: Row) -> dict[str, Any]:
    created = datetime.combine(date.fromisoformat(row["posted"]), time(15, 4), UTC)
    return {
        "id": row["identifier"],
        "text": row["title"],
        "categories": {
            "location": row["location"],
            "commitment": row["employment"],
            "team": "Operations",
            "allLocations": [row["location"]],
        },
        "country": None,
        "workplaceType": place.location_type(row["location"]) or "unspecified",
        "createdAt": int(created.timestamp() * 1000),
        "description": _html(row["description"]),
        "descriptionPlain": row["description"],
        "lists": [],
        "additional": "",
        "additionalPlain": "",
        "hostedUrl": row["url"],
        "applyUrl": f"{row['url']}/apply",
        **_lever_pay(row),
    }


def _lever_pay(row: Row) -> dict[str, Any]:
    """The range where it is one with a unit; else the words, which the page shows below the text."""
    said = facts.salary(row)
    interval = {"HOUR": "per-hour-wage", "YEAR": "per-year-salary"}.get((said and said.unit_text) or "")
    if not said or not said.min_value or not interval:
        return {"salaryDescription": _html(row["salary"])} if "salary" in row else {}
    bounds = {"min": float(said.min_value), "max": float(said.max_value or said.min_value)}
    return {"salaryRange": {"currency": said.currency, "interval": interval, **bounds}}


def _ashby(board: str, base: str, rows: Sequence[Row]) -> Pages:
    url = f"{base}/posting-api/job-board/{board}?includeCompensation=true"
    yield url, {"apiVersion": "1", "jobs": [_ashby_job(row) for row in rows]}


def _ashby_job(row: Row) -> dict[str, Any]:
    where = place.read(row["location"])[:1]
    town = {
        "addressLocality": where[0].address_locality,
        "addressRegion": where[0].address_region,
        "addressCountry": where[0].address_country,
    } if where and where[0].address_locality else None  # fmt: skip
    return {
        "id": row["identifier"],
        "title": row["title"],
        "department": "Operations",
        "team": "Operations",
        "employmentType": row["employment"],
        "location": row["location"],
        "secondaryLocations": [],
        "address": {"postalAddress": town} if town else None,
        "isRemote": place.location_type(row["location"]) == "remote" or None,
        "workplaceType": None,
        "isListed": True,
        "publishedAt": f"{row['posted']}T08:15:42.120+00:00",
        "jobUrl": row["url"],
        "applyUrl": f"{row['url']}/application",
        "descriptionHtml": row["description"],
        "descriptionPlain": html.unescape(re.sub("<[^>]*>", "", row["description"])),
        "compensation": _ashby_pay(row),
    }


def _ashby_pay(row: Row) -> dict[str, Any]:
    said = facts.salary(row)
    component = {
        "compensationType": "Salary",
        "interval": INTERVALS.get(said.unit_text or "", "NONE"),
        "currencyCode": said.currency,
        "minValue": said.min_value and float(said.min_value),
        "maxValue": said.max_value and float(said.max_value),
    } if said else None  # fmt: skip
    return {
        "compensationTierSummary": said.text if said else None,
        "scrapeableCompensationSalarySummary": said.text if said else None,
        "compensationTiers": [],
        "summaryComponents": [component] if component else [],
    }


def _smartrecruiters(board: str, base: str, rows: Sequence[Row]) -> Pages:
    address = f"{base}/v1/companies/{board}/postings"
    listed = {row["identifier"]: _smartrecruiters_posting(board, address, row) for row in rows}
    envelope = {"offset": 0, "limit": 100, "totalFound": len(rows), "content": list(listed.values())}
    yield f"{address}?limit=100&offset=0", envelope
    for row in rows:
        text = row["description"].removeprefix("<h3>Job&nbsp;description</h3>")
        sections = {"jobDescription": {"title": "Job description", "text": text}}
        page = {
            "postingUrl": row["url"],
            "applyUrl": f"{row['url']}?oga=true",
            "jobAd": {"sections": sections},
        }
        yield f"{address}/{row['identifier']}", listed[row["identifier"]] | page


def _smartrecruiters_posting(board: str, address: str, row: Row) -> dict[str, Any]:
    return {
        "id": row["identifier"],
        "name": row["title"],
        "company": {"identifier": board, "name": row["organization"]},
        "releasedDate": f"{row['posted']}T11:20:05.000Z",
        "location": {
            "city": row["city"],
            "region": row["state"],
            "postalCode": row["postcode"],
            "country": "us",
            "fullLocation": f"{row['city']}, {row['state']}, United States",
            "remote": False,
            "hybrid": False,
        },
        "typeOfEmployment": {"id": "permanent", "label": row["employment"]},
        "customField": [],
        "ref": f"{address}/{row['identifier']}",
    }


def _html(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


FORMATS = {
    "greenhouse": ("https://boards-api.greenhouse.example", _greenhouse),
    "lever": ("https://api.lever.example", _lever),
    "ashby": ("https://api.ashby.example", _ashby),
    "smartrecruiters": ("https://api.smartrecruiters.example", _smartrecruiters),
}
