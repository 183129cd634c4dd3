"""Public job APIs to their ends by proof: what is cut, empty, too long or of another shape says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apis import ALL, Spider, listing, made, pages, record, records, sample
from boards import answer
from scrapy import Request

from crawler import source
from crawler.answers import Unreadable
from crawler.spiders.adzuna import Adzuna
from crawler.spiders.arbeitnow import Arbeitnow
from crawler.spiders.himalayas import Himalayas
from crawler.spiders.jobicy import Jobicy
from crawler.spiders.reed import Reed
from crawler.spiders.remoteok import RemoteOK
from crawler.spiders.remotive import Remotive
from crawler.spiders.themuse import TheMuse
from crawler.spiders.usajobs import USAJobs

TOTALS = [Adzuna, TheMuse, Reed, USAJobs]


@pytest.mark.parametrize("spider", TOTALS)
def test_a_counted_list_is_read_until_there_are_as_many(spider: Spider) -> None:
    items = pages(spider, listing(spider, 0, 2, 5), listing(spider, 2, 4, 5), listing(spider, 4, 5, 5))
    assert isinstance(items[-1], source.End)
    assert (items[-1].total, items[-1].newest) == (5, False)
    assert len([item for item in items if not isinstance(item, source.End)]) == 5 + 2


@pytest.mark.parametrize("spider", [*TOTALS, Himalayas])
def test_a_list_that_says_it_is_empty_is_empty(spider: Spider) -> None:
    [end] = pages(spider, listing(spider, 0, 0, 0))
    assert isinstance(end, source.End)


@pytest.mark.parametrize("spider", [*TOTALS, Himalayas])
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (lambda make: [make(0, 2, 99), make(0, 2, 99)], r"page \d repeats page \d"),
        (lambda make: [make(0, 2, 99), make(2, 2, 99)], r"got 2 of 99|page 2 is empty"),
        (lambda make: [make(0, 2, -1)], "not a number of postings"),
        (lambda make: [{"error": "no"}], "missing"),
        (lambda make: [[]], "the record is a list, not an object"),
        (lambda make: [None], "the record is null, not an object"),
    ],
    ids=["repeated", "stops short", "no total", "an error", "a list", "null"],
)
def test_a_list_that_is_cut_or_of_another_shape_has_no_end(
    spider: Spider, found: Callable[..., list[Any]], reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        pages(spider, *found(lambda *numbers: listing(spider, *numbers)))


@pytest.mark.parametrize("spider", [Remotive, Jobicy, RemoteOK, Arbeitnow])
@pytest.mark.parametrize("found", [{"error": "no"}, "jobs", 7, None, {"jobs": None, "data": {}}])
def test_an_answer_without_a_list_is_unreadable(spider: Spider, found: object) -> None:
    with pytest.raises(Unreadable):
        list(made(spider).parse(answer(found)))


def test_the_muse_says_where_it_shows_no_more() -> None:
    spider = made(TheMuse)
    items = list(spider.parse(answer(listing(TheMuse, 0, 2, 2800)), page=99, got=1998))
    assert items[-1].reason == "got 2000 of 2800: page 99 is the last that it answers"
    assert items[-1].listing
    assert [item for item in items if isinstance(item, source.End)] == []


def test_usajobs_says_where_its_window_ends() -> None:
    items = list(made(USAJobs).parse(answer(listing(USAJobs, 0, 2, 10_500)), page=40, got=9998))
    assert items[-1].reason == "got 10000 of 10500: a query shows no more than 10,000"


@pytest.mark.parametrize(("spider", "page"), [(Adzuna, 40), (Himalayas, 50)], ids=["adzuna", "himalayas"])
def test_of_what_is_too_much_for_a_night_the_newest_is_read(spider: Spider, page: int) -> None:
    items = list(made(spider).parse(answer(listing(spider, 0, 2, 90_000)), page=page))
    assert items[-1].newest
    assert items[-1].total is None


def test_a_short_page_of_himalayas_is_not_its_last() -> None:
    items = pages(Himalayas, listing(Himalayas, 0, 19, 21), listing(Himalayas, 20, 21, 21))
    assert items[-1] == source.End("totalCount")


def test_arbeitnow_goes_on_until_nothing_is_next() -> None:
    first, second = sample(Arbeitnow), sample(Arbeitnow, "parse.page2")
    items = pages(Arbeitnow, first, second)
    assert items[-1] == source.End("links.next is null")
    assert [item.url[-6:] for item in items if isinstance(item, Request)] == ["page=2"]
    with pytest.raises(Unreadable, match="page 2 repeats page 1"):
        pages(Arbeitnow, first, first)
    with pytest.raises(Unreadable, match="page 2 is empty, and"):
        pages(Arbeitnow, first, {**first, "data": []})


def test_the_notice_of_remote_ok_is_no_job_and_its_list_the_newest() -> None:
    items = pages(RemoteOK, sample(RemoteOK))
    assert len(items) == 5
    assert items[-1] == source.End("the document closes", newest=True)
    assert pages(RemoteOK, sample(RemoteOK)[:1]) == [
        source.End("the document closes", sure=False, newest=True)
    ]


def test_jobicy_shows_the_newest_only_where_it_shows_as_many_as_it_can() -> None:
    job = record(Jobicy)
    jobs = [{**job, "id": number} for number in range(100)]
    assert pages(Jobicy, {"jobs": jobs, "jobCount": 100})[-1].newest
    assert not pages(Jobicy, {"jobs": jobs[:99], "jobCount": 99})[-1].newest


def test_the_number_of_applications_makes_no_ad_of_reed_new() -> None:
    ad = sample(Reed)["results"][0]
    asked = [made(Reed).detail(ad | {"applications": number}).meta["version"] for number in (3, 4)]
    assert asked[0] == asked[1] != made(Reed).detail(ad | {"jobTitle": "Lead"}).meta["version"]


@pytest.mark.parametrize("spider", ALL)
def test_a_bad_record_costs_no_sibling(spider: Spider) -> None:
    page = sample(spider)
    jobs = records(page)
    jobs.append(dict.fromkeys(("id", "guid", "slug", "jobId", "MatchedObjectId"), "untitled"))
    items = list(made(spider).parse(answer(page)))
    assert len([item for item in items if isinstance(item, source.Bad)]) == 1
    assert len(items) > 2


@pytest.mark.parametrize(
    ("spider", "first"),
    [
        (Remotive, "https://remotive.com/api/remote-jobs?category=customer-support"),
        (Jobicy, "https://jobicy.com/api/v2/remote-jobs?count=100&industry=supporting"),
        (RemoteOK, "https://remoteok.com/api"),
        (Arbeitnow, "https://www.arbeitnow.com/api/job-board-api?page=1"),
        (Himalayas, "https://himalayas.app/jobs/api/search?q=customer+service&sort=recent&page=1"),
        (TheMuse, "https://www.themuse.com/api/public/jobs?category=Customer%20Service&page=0"),
        (USAJobs, ("https://data.usajobs.gov/api/search"
            "?Keyword=customer%20service&Fields=Full&ResultsPerPage=250&Page=1")),
        (Adzuna, ("https://api.adzuna.com/v1/api/jobs/gb/search/1"
            "?category=customer-services-jobs&results_per_page=50&sort_by=date")),
        (Reed, ("https://www.reed.co.uk/api/1.0/search"
            "?keywords=customer%20service&resultsToTake=100&resultsToSkip=0")),
    ],
)  # fmt: skip
def test_each_asks_for_customer_service_and_is_called_by_its_name(spider: Spider, first: str) -> None:
    here = made(spider)
    assert here.first_url() == first
    assert here.source == ("adzuna:gb" if spider is Adzuna else spider.name)


def test_those_whose_terms_ask_to_be_named_are_named() -> None:
    assert {str(spider.name): spider.attribution.text for spider in ALL if spider.attribution} == {
        "adzuna": "Jobs by Adzuna",
        "arbeitnow": "via Arbeitnow",
        "himalayas": "via Himalayas",
        "jobicy": "via Jobicy",
        "reed": "via Reed",
        "remoteok": "via Remote OK",
        "remotive": "via Remotive",
        "themuse": "via The Muse",
    }
    assert Remotive.rest.total_seconds() * 4 >= 24 * 3600


@pytest.mark.parametrize(
    ("url", "country"),
    [
        ("https://www.adzuna.co.uk/jobs/details/4501000001", "gb"),
        ("https://www.adzuna.com/search?q=agent", "us"),
        ("https://adzuna.de/", "de"),
        ("https://www.adzuna.com.au/details/1", "au"),
        ("https://api.adzuna.com/v1/api/jobs/nz/search/1", "nz"),
        ("https://www.adzuna.co.uk.example/jobs", ""),
        ("https://notadzuna.de/", ""),
        ("https://developer.adzuna.com/docs", ""),
    ],
)
def test_the_country_of_adzuna_is_read_off_an_address(url: str, country: str) -> None:
    assert Adzuna.recognise(url) == ({"board": country} if country else {})
