"""The boards that an operator turns on himself: their lists to the end, what is no list, whose addresses."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from crawler import source
from crawler.answers import Blocked, Unreadable
from crawler.items import JobPosting
from crawler.spiders.apploi import Apploi
from crawler.spiders.bamboohr import BambooHR
from crawler.spiders.breezy import Breezy
from crawler.spiders.careerplug import CareerPlug
from crawler.spiders.hireology import Hireology
from crawler.spiders.icims import ICIMS
from crawler.spiders.jazzhr import JazzHR
from crawler.spiders.oracle import Oracle
from crawler.spiders.pinpoint import Pinpoint
from crawler.spiders.rippling import Rippling
from crawler.spiders.workday import Workday

TODAY = date(2026, 11, 21)
SITES: dict[type[source.SourceSpider], str] = {
    Workday: "https://acme.wd5.myworkdayjobs.com/Careers",
    Oracle: "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1",
}
JSON = [Workday, Oracle, BambooHR, Breezy, Rippling, Pinpoint, Hireology, Apploi]
PAGES = [CareerPlug, JazzHR, ICIMS]
MARKED = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Agent", "description": "x"}</script>'


def made(spider: type[source.SourceSpider]) -> Any:
    return spider(board="acme", url=SITES.get(spider, ""), today=TODAY)


def answered(request: Request, found: Any) -> TextResponse:
    """An answer to a request: text as a page, all else as JSON."""
    if isinstance(found, str):
        return HtmlResponse(request.url, body=found.encode(), encoding="utf-8", request=request)
    return TextResponse(request.url, body=json.dumps(found).encode(), encoding="utf-8", request=request)


def crawled(spider: Any, web: Callable[[Request], Any]) -> list[Any]:
    """What the lists of a spider yield, to their end; the pages of postings are not asked for."""
    todo: list[Any] = [asyncio.run(anext(spider.start()))]
    terms: list[Any] = []
    for request in todo:
        for term in request.callback(answered(request, web(request)), **request.cb_kwargs):
            listed = not isinstance(term, Request) or bool(term.meta["identifier"])
            (terms if listed else todo).append(term)
        assert len(todo) < 500
    return terms


def first(spider: Any, found: Any) -> list[Any]:
    """What the first answer alone yields."""
    request = asyncio.run(anext(spider.start()))
    return list(request.callback(answered(request, found), **request.cb_kwargs))


def names(terms: list[Any]) -> list[str]:
    return [term.meta["identifier"] for term in terms if isinstance(term, Request)]


def opening(number: int) -> dict[str, Any]:
    return {
        "title": f"Agent {number}",
        "externalPath": f"/job/Omaha/Agent_R-{number}",
        "postedOn": "Posted Today",
    }


class Site:
    """A Workday site: 20 postings a page, a total on the first one only, none beyond the 2,000th."""

    def __init__(self, openings: int, facets: dict[str, Callable[[int], str]], *, most: int = 2_000) -> None:
        self.openings, self.facets, self.most = range(openings), facets, most

    def __call__(self, request: Request) -> Any:
        asked = request.meta["data"]
        held = asked["appliedFacets"]
        found = [n for n in self.openings if all(self.facets[name](n) in held[name] for name in held)]
        begin = asked["offset"]
        page = [opening(n) for n in found[: self.most][begin : begin + asked["limit"]]]
        total = 0 if begin else min(len(found), self.most)
        return {"total": total, "jobPostings": page, "facets": [*self.counted(found)]}

    def counted(self, found: list[int]) -> Any:
        for name, of in self.facets.items():
            values = [of(n) for n in found]
            known = sorted({value for value in values if value})
            said = [{"id": value, "descriptor": value, "count": values.count(value)} for value in known]
            facet = {"facetParameter": name, "values": said}
            yield {"facetParameter": "group", "values": [facet]} if name.startswith("nested") else facet


def test_workday_keeps_the_total_of_the_first_page() -> None:
    terms = crawled(made(Workday), Site(45, {}))
    assert names(terms) == [f"R-{number}" for number in range(45)]
    assert terms[-1] == source.End("total", total=45)


@pytest.mark.parametrize("family", ["jobFamilyGroup", "nestedFamily"])
def test_workday_divides_what_is_clamped_by_facets_until_the_parts_are_whole(family: str) -> None:
    facets = {
        "timeType": lambda n: "full" if n % 10 else "part",
        family: lambda n: "care" if n < 2_100 else "store",
        "workerSubType": lambda n: f"kind {n % 3}",
        "site": lambda n: "omaha" if n == 7 else "",  # names one posting: it divides nothing
    }
    terms = crawled(made(Workday), Site(2_600, facets))
    assert sorted(set(names(terms))) == sorted(f"R-{number}" for number in range(2_600))
    assert len(names(terms)) == 2_600
    assert terms[-1] == source.End("the totals of its facets")


def test_workday_is_sure_of_a_facet_that_counts_as_many_as_have_a_working_time() -> None:
    facets = {"timeType": lambda n: "full", "family": lambda n: "care" if n < 1_000 else "store"}
    terms = crawled(made(Workday), Site(2_050, facets))
    assert (len(names(terms)), terms[-1].proof) == (2_050, "the totals of its facets")


@pytest.mark.parametrize(
    ("facets", "reason"),
    [
        ({}, "it lists 2,000 or more, which no facet divides"),
        ({"timeType": lambda n: "full"}, "it lists 2,000 or more, which no facet divides"),
        (
            {"timeType": lambda n: "full", "family": lambda n: "a" if n < 900 else "b" if n < 1_900 else ""},
            "it lists 2,000 or more, and its facet family may not count every posting",
        ),
    ],
)
def test_workday_says_when_it_may_not_have_all(facets: Any, reason: str) -> None:
    terms = crawled(made(Workday), Site(2_500, facets))
    assert len(names(terms)) in (1_900, 2_000)
    assert terms[-1].reason == reason
    assert terms[-1].listing


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ([{"total": 9, "jobPostings": [opening(1)]}, {"total": 0, "jobPostings": []}], "got 1 of 9"),
        ([{"total": 9, "jobPostings": [opening(1)]}] * 2, "a page repeats the one before it"),
        ([{"jobPostings": []}], "total missing"),
        ([{"total": 3}], "jobPostings missing"),
        ([{"errorCode": "HTTP_422", "httpStatus": 422}], "jobPostings missing"),
    ],
)
def test_workday_says_what_is_wrong_with_a_page(pages: list[Any], reason: str) -> None:
    given = iter(pages)
    with pytest.raises(Unreadable, match=reason):
        crawled(made(Workday), lambda _: next(given))


def test_workday_takes_another_relative_day_for_no_change() -> None:
    versions = []
    for day in ("Posted Today", "Posted 30+ Days Ago"):
        found = {"total": 1, "jobPostings": [{**opening(1), "postedOn": day}]}
        versions.append(first(made(Workday), found)[0].meta["version"])
    assert versions[0] == versions[1]


def detail(**info: Any) -> Any:
    """What the detail of a Workday posting yields."""
    spider = made(Workday)
    (request,) = (
        term for term in first(spider, {"total": 1, "jobPostings": [opening(1)]}) if isinstance(term, Request)
    )
    found = {"jobPostingInfo": {"title": "Agent", **info}}
    (posting,) = spider.parse_posting(answered(request, found), **request.cb_kwargs)
    return posting


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ({"startDate": "2026-11-03", "postedOn": "Posted Today"}, date(2026, 11, 3)),
        ({"startDate": "2027-02-01", "postedOn": "Posted Yesterday"}, date(2026, 11, 20)),
        ({"postedOn": "Posted 3 Days Ago"}, date(2026, 11, 18)),
        ({"postedOn": None}, None),
    ],
)
def test_workday_takes_a_start_in_the_future_for_no_day_of_posting(stated: Any, day: date | None) -> None:
    assert detail(**stated).date_posted == day


def test_workday_tells_the_posting_s_number_from_the_employer_s() -> None:
    path = {"externalPath": "/job/Omaha/Agent_R-1-2", "title": "Agent", "bulletFields": ["R-1"]}
    (request, _) = first(made(Workday), {"total": 1, "jobPostings": [path]})
    (posting,) = made(Workday).parse_posting(
        answered(request, {"jobPostingInfo": {"title": "Agent"}}), **request.cb_kwargs
    )
    assert (posting.identifier, posting.requisition) == ("R-1-2", "R-1")
    assert detail(jobReqId="REQ 9").requisition == "REQ 9"
    assert detail().requisition is None


def requisitions(begin: int, end: int, total: int | None = None) -> Any:
    jobs = [{"Id": str(number), "Title": "Agent"} for number in range(begin, end)]
    return {"items": [{"requisitionList": jobs} | ({} if total is None else {"TotalJobsCount": total})]}


def offset(request: Request) -> int:
    return int(request.url.partition("offset=")[2].partition(",")[0])


@pytest.mark.parametrize("size", [100, 25, 99])
def test_oracle_goes_on_after_pages_that_are_shorter_than_asked_for(size: int) -> None:
    terms = crawled(
        made(Oracle), lambda asked: requisitions(offset(asked), min(244, offset(asked) + size), 244)
    )
    assert names(terms) == [str(number) for number in range(244)]
    assert terms[-1] == source.End("TotalJobsCount", total=244)


@pytest.mark.parametrize(
    ("total", "end"),
    [(None, source.End("an empty page", total=60)), (61, source.End("an empty page", total=60))],
)
def test_oracle_ends_at_an_empty_page_where_at_most_something_hidden_is_missing(total: Any, end: Any) -> None:
    terms = crawled(
        made(Oracle), lambda asked: requisitions(offset(asked), min(60, offset(asked) + 50), total)
    )
    assert terms[-1] == end


def test_oracle_says_that_no_more_than_a_window_can_be_asked_for() -> None:
    spider = made(Oracle)
    request = spider.ask(spider.first_url(), spider.parse)
    terms = list(spider.parse(answered(request, requisitions(9_900, 10_000, 12_345)), offset=9_900, last="x"))
    assert terms[-1].reason == "it lists 12345, of which 10,000 can be asked for"


def test_apploi_reads_nothing_where_the_employer_is_not_heeded() -> None:
    jobs = [{"id": "1", "name": "Agent", "description": "x"}]
    with pytest.raises(Unreadable, match="`employer` is not heeded"):
        crawled(made(Apploi), lambda _: {"data": jobs})
    terms = crawled(
        made(Apploi), lambda asked: {"data": jobs if "employer=acme&limit=100&offset=0" in asked.url else []}
    )
    assert [term.hiring_organization for term in terms if isinstance(term, JobPosting)] == [""]
    assert terms[-1] == source.End("an empty page")


def test_rippling_takes_the_rows_of_a_posting_together() -> None:
    rows = [
        {"uuid": "a", "name": "Agent", "workLocation": {"label": place}}
        for place in ("Leeds", "York", "Leeds")
    ]
    request, end = first(made(Rippling), rows)
    assert request.cb_kwargs["listed"]["places"] == ["Leeds", "York"]
    assert end == source.End("the document closes", total=1)


@pytest.mark.parametrize("spider", JSON)
@pytest.mark.parametrize("found", [{"error": "no such board"}, "text", 7, None, {}], ids=repr)
def test_an_answer_of_another_shape_is_no_empty_board(spider: type[source.SourceSpider], found: Any) -> None:
    with pytest.raises(Unreadable):
        first(made(spider), found if not isinstance(found, str) else "<html><body>Welcome</body></html>")


@pytest.mark.parametrize("spider", PAGES)
@pytest.mark.parametrize(
    "found",
    [
        "<html><body>Welcome to our team</body></html>",
        '<html><body><a href="/jobs/1">Agent</a><a href="/apply/Abc123/Agent">Agent</a>',
        "",
        "<?xml version='1.0'?><urlset><url><loc>https://careers-acme.icims.com/jobs/1/a/job</loc></url>",
    ],
)
def test_a_page_that_is_cut_or_no_list_is_no_empty_board(spider: Any, found: str) -> None:
    with pytest.raises(Unreadable):
        first(made(spider), found)


@pytest.mark.parametrize("spider", [*JSON, *PAGES])
def test_a_challenge_is_no_board(spider: type[source.SourceSpider]) -> None:
    page = "<html><head><title>Just a moment...</title></head><body></body></html>"
    with pytest.raises(Blocked):
        first(made(spider), page)


@pytest.mark.parametrize("spider", [Breezy, CareerPlug, JazzHR, ICIMS])
@pytest.mark.parametrize(
    ("page", "said"),
    [
        (f"<html><head>{MARKED}</head></html>", "Agent"),
        (f"<html><head>{MARKED}", "Agent"),  # cut after what we came for
        (f"<html><head><meta name='ROBOTS' content='noindex'>{MARKED}</head></html>", "noindex"),
        (f"<html><head><meta name='robots' content='max-snippet:1'>{MARKED}</head></html>", "Agent"),
        ("<html><body>Agent", Unreadable),
        ("<html><script>JobPosting</script></html>", Unreadable),
        (f"<html>{MARKED.replace('Agent', ' ')}</html>", Unreadable),
    ],
)
def test_the_page_of_a_posting_says_what_it_is(spider: Any, page: str, said: Any) -> None:
    one = made(spider)
    request = one.ask("https://jobs.example/jobs/17", one.parse_posting, identifier="17")
    if said is Unreadable:
        with pytest.raises(Unreadable):
            list(one.parse_posting(answered(request, page)))
        return
    (term,) = one.parse_posting(answered(request, page))
    assert said in (getattr(term, "title", ""), getattr(term, "reason", ""))
    assert term.identifier == "17"


def test_of_several_records_the_page_s_own_is_taken() -> None:
    other = '{"@type": "JobPosting", "title": "Similar", "url": "https://jobs.example/jobs/18"}'
    own = '{"@type": "JobPosting", "title": "Own", "url": "https://jobs.example/jobs/17"}'
    page = f'<html><script type="application/ld+json">[{other}, {own}]</script></html>'
    spider = made(CareerPlug)
    request = spider.ask("https://jobs.example/jobs/17", spider.parse_posting, identifier="17")
    assert [term.title for term in spider.parse_posting(answered(request, page))] == ["Own"]


SITE = {"url": "https://acme.wd5.myworkdayjobs.com/Careers"}
HOST = "https://acme.fa.us2.oraclecloud.com"
CX = {"url": f"{HOST}/hcmUI/CandidateExperience/en/sites/CX_1"}
ACME = {"board": "acme"}


@pytest.mark.parametrize(
    ("spider", "url", "fields"),
    [
        (Workday, "https://acme.wd5.myworkdayjobs.com/Careers", SITE),
        (Workday, "https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Omaha/Agent_R-1?q=a", SITE),
        (Workday, "https://ACME.wd5.myworkdayjobs.com/wday/cxs/acme/Careers/jobs", SITE),
        (
            Workday,
            "https://wd1.myworkdaysite.com/en-US/recruiting/acme/Careers/job/x_R1",
            {"url": "https://wd1.myworkdaysite.com/recruiting/acme/Careers"},
        ),
        (Workday, "https://www.workday.com/careers", {}),
        (Workday, "https://acme.wd5.myworkdayjobs.com/", {}),
        (Oracle, f"{CX['url']}/job/26876?keyword=a", CX),
        (
            Oracle,
            f"{HOST}/hcmRestApi/resources/latest/recruitingCEJobRequisitions?finder=findReqs;siteNumber=CX_1,limit=1",
            CX,
        ),
        (Oracle, "https://www.oracle.com/careers/", {}),
        (BambooHR, "https://acme.bamboohr.com/careers/31", ACME),
        (BambooHR, "https://acme.bamboohr.com/careers/list", ACME),
        (BambooHR, "https://www.bamboohr.com/careers/", {}),
        (Breezy, "https://acme.breezy.hr/p/4f1a-agent", ACME),
        (Breezy, "https://breezy.hr/pricing", {}),
        (Rippling, "https://ats.rippling.com/acme/jobs/7d0f", ACME),
        (Rippling, "https://ats.rippling.com/en-GB/acme/jobs", ACME),
        (Rippling, "https://api.rippling.com/platform/api/ats/v1/board/acme/jobs", ACME),
        (Rippling, "https://www.rippling.com/acme", {}),
        (Pinpoint, "https://acme.pinpointhq.com/en/postings/81001", ACME),
        (Pinpoint, "https://www.pinpointhq.com/", {}),
        (ICIMS, "https://careers-acme.icims.com/jobs/8214/agent/job?in_iframe=1", ACME),
        (ICIMS, "https://uk-acme.icims.com/jobs/intro", {**ACME, "url": "https://uk-acme.icims.com"}),
        (ICIMS, "https://www.icims.com/company", {}),
        (Hireology, "https://careers.hireology.com/acme/2827500/description", ACME),
        (Hireology, "https://api.hireology.com/v2/public/careers/acme?page_size=500", ACME),
        (Hireology, "https://hireology.com/careers", {}),
        (CareerPlug, "https://acme.careerplug.com/jobs/900100", ACME),
        (CareerPlug, "https://www.careerplug.com/about", {}),
        (Apploi, "https://api.apploi.com/v1/jobs?limit=1&employer=41350", {"board": "41350"}),
        (Apploi, "https://jobs.apploi.com/view/1882468", {}),  # it says no employer
        (JazzHR, "https://acme.applytojob.com/apply/bhCE7nHkv6/Agent", ACME),
        (JazzHR, "https://www.applytojob.com/", {}),
    ],
)
def test_an_address_of_a_board_or_posting_is_known(spider: Any, url: str, fields: dict[str, str]) -> None:
    assert spider.recognise(url) == fields
    assert spider.recognise(
        f"{url.replace('.com', '.com.evil.example').replace('.hr', '.hr.evil.example')}"
    ) in (
        {},
        # the site of an employer's own host says by its path that it is Oracle's
        {"url": fields.get("url", "").replace(".com", ".com.evil.example")},
    )


@pytest.mark.parametrize("spider", [*JSON, *PAGES])
def test_nobody_is_crawled_who_did_not_turn_it_on(spider: type[source.SourceSpider]) -> None:
    assert spider.use == "optional"
    said = (sys.modules[spider.__module__].__doc__ or "").partition("Terms: ")[2]
    assert "before you turn it on" in " ".join(said.partition("Robots:")[0].split())
