"""Boards of four platforms in their own wire formats, one posting each, and what a spider makes of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from crawler import source
from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.smartrecruiters import SmartRecruiters

TODAY = date(2026, 11, 21)
BOARD = "acme-care"
GREENHOUSE = {
    "id": 4000017,
    "internal_job_id": 17,
    "title": "Call Center Agent ",
    "absolute_url": "https://jobs.acme.example/4000017",
    "location": {"name": "Omaha, NE"},
    "company_name": "Acme Care Ltd ",
    "requisition_id": "R-17",
    "first_published": "2026-11-02T22:30:00-05:00",
    "application_deadline": "2026-12-24T00:00:00-05:00",
    "language": "en",
    "metadata": None,
    "content": "&lt;p&gt;You answer.&lt;/p&gt;&lt;ul&gt;&lt;li&gt;by phone&lt;/li&gt;&lt;/ul&gt;",
    "offices": [],
}
LEVER = {
    "id": "7d1f-0001",
    "text": "Support Specialist",
    "categories": {"commitment": "Full-time", "location": "Boise", "allLocations": ["Boise", "Tampa, FL"]},
    "country": "US",
    "workplaceType": "on-site",
    "createdAt": 1793600000000,
    "description": "<div>You help.</div>",
    "descriptionPlain": "You help.",
    "lists": [{"text": "You bring", "content": "<li>patience</li><li>a clear voice</li>"}],
    "additional": "<div>We pay weekly.</div>",
    "hostedUrl": "https://jobs.acme.example/7d1f-0001",
    "applyUrl": "https://jobs.acme.example/7d1f-0001/apply",
    "salaryRange": {"currency": "USD", "interval": "per-year-salary", "min": 41000, "max": 45000},
}
ASHBY = {
    "id": "0c33-0001",
    "title": "Chat Agent",
    "employmentType": "PartTime",
    "location": "Leeds (HQ)",
    "address": {"postalAddress": {"addressLocality": "Leeds", "addressCountry": "United Kingdom"}},
    "secondaryLocations": [{"location": "Remote (Spain)", "address": {"addressCountry": "Spain"}}],
    "publishedAt": "2026-11-03T09:00:00.000+00:00",
    "isListed": True,
    "isRemote": True,
    "workplaceType": "Hybrid",
    "jobUrl": "https://jobs.acme.example/0c33-0001",
    "descriptionHtml": "<p>You write.</p>",
    "descriptionPlain": "You write.",
    "compensation": {
        "compensationTierSummary": "£14 – £16 per hour • Offers Bonus",
        "summaryComponents": [
            {"compensationType": "Bonus", "interval": "1 YEAR", "minValue": 900, "maxValue": 900},
            {
                "compensationType": "Salary",
                "interval": "1 HOUR",
                "currencyCode": "GBP",
                "minValue": 14,
                "maxValue": 16.5,
            },
        ],
    },
}
LISTED = {
    "id": "744000001",
    "name": "Help Desk Lead",
    "refNumber": "REF9A",
    "ref": "https://elsewhere.example/",
}
PAGE = {
    "id": "744000001",
    "name": "Help Desk Lead",
    "company": {"identifier": "AcmeCare", "name": "Acme Care GmbH"},
    "releasedDate": "2026-11-04T10:00:00.000Z",
    "location": {
        "city": "Graz",
        "region": "Steiermark",
        "country": "at",
        "address": "Hauptplatz 1",
        "postalCode": "8010",
        "fullLocation": "Graz, Steiermark, Austria",
        "remote": False,
    },
    "typeOfEmployment": {"id": "permanent", "label": "Full-time"},
    "postingUrl": "https://jobs.acme.example/744000001",
    "jobAd": {
        "sections": {
            "qualifications": {"title": "Qualifications", "text": "<ul><li>calm</li></ul>"},
            "jobDescription": {"title": "Job Description", "text": "<p>You lead.</p>"},
            "companyDescription": {"title": "Company Description", "text": ""},
        }
    },
}
BOARDS = [(Greenhouse, GREENHOUSE), (Lever, LEVER), (Ashby, ASHBY), (SmartRecruiters, LISTED)]
SPIDERS = [pytest.param(spider, record, id=spider.name) for spider, record in BOARDS]


def answer(found: Any, url: str = "https://board.example/", **meta: Any) -> TextResponse:
    body = json.dumps(found).encode()
    return TextResponse(url, body=body, encoding="utf-8", request=Request(url, meta=meta))


def listed(spider: type[source.SourceSpider], *records: Any) -> list[Any]:
    """What a board of these records yields, its end and next page left out."""
    found: Any = {"jobs": records, "content": records, "totalFound": len(records)}
    items = spider(board=BOARD, today=TODAY).parse(answer(list(records) if spider is Lever else found))
    follows = (item for item in items if not isinstance(item, source.End))
    return [one for one in follows if not isinstance(one, Request) or one.meta["identifier"]]


def one(spider: type[source.SourceSpider], record: Any, **changes: Any) -> Any:
    """What one record comes to, with other fields; `...` takes a field away."""
    changed = {name: value for name, value in {**record, **changes}.items() if value is not ...}
    if record is PAGE:
        (found,) = SmartRecruiters(board=BOARD, today=TODAY).parse_posting(answer(changed))
    else:
        (found,) = listed(spider, changed) or (None,)
    return found
