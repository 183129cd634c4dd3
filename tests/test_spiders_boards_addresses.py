"""Addresses of boards, postings, APIs and embedded scripts of each platform, and those that are none."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.source import SourceSpider
from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.personio import Personio
from crawler.spiders.recruitee import Recruitee
from crawler.spiders.smartrecruiters import SmartRecruiters
from crawler.spiders.teamtailor import Teamtailor
from crawler.spiders.workable import Workable

ALL: list[Any] = [
    Ashby,
    Greenhouse,
    Lever,
    Personio,
    Recruitee,
    SmartRecruiters,
    Teamtailor,
    Workable,
]
EU = {"board": "acme", "url": "https://api.eu.lever.co"}
COM = {"board": "acme", "url": "https://acme.jobs.personio.com"}
OURS: list[tuple[Any, str, dict[str, str]]] = [
    (Greenhouse, "https://boards.greenhouse.io/acme", {"board": "acme"}),
    (Greenhouse, "http://boards.greenhouse.io/acme/", {"board": "acme"}),
    (Greenhouse, "https://boards.greenhouse.io/acme/jobs/4000017?gh_src=x", {"board": "acme"}),
    (Greenhouse, "https://job-boards.greenhouse.io/acme2/jobs/4000017", {"board": "acme2"}),
    (Greenhouse, "https://job-boards.eu.greenhouse.io/acme", {"board": "acme"}),
    (Greenhouse, "https://boards.eu.greenhouse.io/acme/jobs/1", {"board": "acme"}),
    (Greenhouse, "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true", {"board": "acme"}),
    (Greenhouse, "https://api.greenhouse.io/v1/boards/acme/embed/departments", {"board": "acme"}),
    (Greenhouse, "https://boards.greenhouse.io/embed/job_board/js?for=acme", {"board": "acme"}),
    (Greenhouse, "https://boards.greenhouse.io/embed/job_board?b=x&for=acme#grnhse_app", {"board": "acme"}),
    (Greenhouse, "https://boards.greenhouse.io/embed/job_app?token=17&amp;for=acme", {"board": "acme"}),
    (Greenhouse, "https://job-boards.greenhouse.io/embed/job_app?for=acme&token=17", {"board": "acme"}),
    (Lever, "https://jobs.lever.co/acme", {"board": "acme"}),
    (Lever, "https://JOBS.lever.co/Acme-Care/7d1f-0001/apply?lever-source=x", {"board": "Acme-Care"}),
    (Lever, "https://jobs.eu.lever.co/acme/7d1f-0001", EU),
    (Lever, "https://api.lever.co/v0/postings/acme?mode=json", {"board": "acme"}),
    (Lever, "https://api.eu.lever.co/v0/postings/acme/7d1f-0001", EU),
    (Ashby, "https://jobs.ashbyhq.com/acme", {"board": "acme"}),
    (Ashby, "https://jobs.ashbyhq.com/Acme%20Care/0c33-0001/application", {"board": "Acme Care"}),
    (Ashby, "https://jobs.ashbyhq.com/acme.xyz/embed?version=2", {"board": "acme.xyz"}),
    (Ashby, "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true", {"board": "acme"}),
    (SmartRecruiters, "https://careers.smartrecruiters.com/AcmeCare", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://careers.smartrecruiters.com/AcmeCare/stores?search=x", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://jobs.smartrecruiters.com/AcmeCare/744000001-help-desk-lead", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://jobs.smartrecruiters.com/ni/AcmeCare/0c33-help", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://jobs.smartrecruiters.com/oneclick-ui/company/AcmeCare/publication/0c33", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://api.smartrecruiters.com/v1/companies/AcmeCare/postings/744000001", {"board": "AcmeCare"}),
    (SmartRecruiters, "https://www.smartrecruiters.com/AcmeCare/744000001-help-desk-lead", {"board": "AcmeCare"}),
    (Workable, "https://apply.workable.com/acme/", {"board": "acme"}),
    (Workable, "https://apply.workable.com/acme/j/A1B2C3D4E5/apply/", {"board": "acme"}),
    (Workable, "https://apply.workable.com/api/v1/widget/accounts/acme?details=true", {"board": "acme"}),
    (Workable, "https://apply.workable.com/api/v3/accounts/acme/jobs", {"board": "acme"}),
    (Workable, "https://www.workable.com/api/accounts/acme?details=true", {"board": "acme"}),
    (Workable, "https://acme.workable.com/jobs/102268944", {"board": "acme"}),
    (Recruitee, "https://acme.recruitee.com", {"board": "acme"}),
    (Recruitee, "https://acme.recruitee.com/o/chat-agent/c/new", {"board": "acme"}),
    (Recruitee, "https://acme.recruitee.com/api/offers/", {"board": "acme"}),
    (Personio, "https://acme.jobs.personio.de", {"board": "acme"}),
    (Personio, "https://acme.jobs.personio.de/job/1834171?language=de", {"board": "acme"}),
    (Personio, "https://acme.jobs.personio.com/xml", COM),
    (Personio, "https://Acme.jobs.personio.com/", COM | {"board": "Acme"}),
    (Teamtailor, "https://acme.teamtailor.com/jobs", {"board": "acme"}),
    (Teamtailor, "https://acme-1671530238.teamtailor.com/jobs/7167985-agent", {"board": "acme-1671530238"}),
    (Teamtailor, "https://acme.na.teamtailor.com/jobs.json", {"board": "acme", "url": "https://acme.na.teamtailor.com"}),
]  # fmt: skip
NOBODYS = [
    "https://www.greenhouse.io/customers",
    "https://boards.greenhouse.io/embed/job_board/js",
    "https://boards.greenhouse.io/",
    "https://boards.greenhouse.io.evil.example/acme",
    "https://evil.example/boards.greenhouse.io/acme",
    "https://hire.lever.co/acme",
    "https://jobs.lever.co/",
    "https://api.lever.co/v0/users",
    "https://www.ashbyhq.com/customers",
    "https://jobs.ashbyhq.com/api/non-user-graphql",
    "https://www.smartrecruiters.com/blog/hiring",
    "https://jobs.smartrecruiters.com/oneclick-ui",
    "https://apply.workable.com/j/A1B2C3D4E5",
    "https://apply.workable.com/api/v1/jobs",
    "https://jobs.workable.com/view/abc/agent",
    "https://www.workable.com/assets/embed.js",
    "https://help.workable.com/hc/en-us",
    "https://www.recruitee.com/pricing",
    "https://docs.recruitee.com/reference",
    "https://acme.recruitee.com.evil.example/",
    "https://acme.personio.de/login/index",
    "https://www.personio.com/",
    "https://www.teamtailor.com/en/",
    "https://app.teamtailor.com/companies/acme",
    "https://acme.teamtailor.community/",
    "https://acme.example/careers?gh_jid=4000017",
    "mailto:jobs@acme.example",
    "",
]


@pytest.mark.parametrize(("spider", "url", "fields"), OURS, ids=[url for _, url, _ in OURS])
def test_an_address_is_known_by_its_platform_and_by_no_other(
    spider: type[SourceSpider], url: str, fields: dict[str, str]
) -> None:
    assert spider.recognise(url) == fields
    assert [one.name for one in ALL if one.recognise(url)] == [spider.name]


@pytest.mark.parametrize("url", NOBODYS)
def test_an_address_that_names_no_board_is_nobody_s(url: str) -> None:
    assert [one.name for one in ALL if one.recognise(url)] == []


@pytest.mark.parametrize(("spider", "url", "fields"), OURS, ids=[url for _, url, _ in OURS])
def test_what_is_recognised_makes_a_source(
    spider: type[SourceSpider], url: str, fields: dict[str, str]
) -> None:
    made = spider(**fields, today="2026-11-21")
    assert made.source == f"{spider.name}:{fields['board']}"
    assert made.first_url().startswith(fields.get("url") or made.base_url.replace("{board}", fields["board"]))
