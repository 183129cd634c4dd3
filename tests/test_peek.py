"""A look at a first page: what it comes to, by what was read and by where redirects led."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler import peek, retrying
from crawler.items import JobPosting
from crawler.source import Bad, End, Refused, Trouble
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.recruitee import Recruitee
from crawler.spiders.remotive import Remotive

ASKED = "https://boards-api.greenhouse.io/v1/boards/acme/jobs"
ELSEWHERE = "https://boards.acme.example/jobs"
NOBODY = "acme.recruitee.com cannot be reached: nobody knows a host of that name"
POSTING = JobPosting(title="Agent", source="greenhouse:acme", identifier="1")
SECOND = JobPosting(title="Agent", source="greenhouse:acme", identifier="2")


def judged(spider: Any, terms: list[Any], asked: str = ASKED, answered: str = "") -> tuple[str, str, str]:
    """Status, reason and where it led, of a look that yielded these terms."""
    crawler = get_crawler(type(spider))
    crawler.spider = spider
    crawler.stats.set_value("rolecall/asked", asked)
    if answered:
        crawler.stats.set_value("rolecall/answered", answered)
    look = peek.Look(crawler)
    for term in terms:
        look.process_item(term)
    look.closed()
    run = crawler.stats.get_value("rolecall/run")
    return run["status"], run["reason"], run["look"]["led"]


@pytest.mark.parametrize(
    "terms, answered, status, reason",
    [
        ([POSTING, End("meta.total", total=1)], ASKED, "ok", "1 posting listed"),
        ([POSTING, SECOND, End("meta.total")], ASKED, "ok", "2 postings listed"),
        ([End("meta.total", total=0)], ASKED, "empty", "no posting now: meta.total"),
        ([End("meta.total", total=0, sure=False)], ASKED, "unknown", "no posting: a board that does not exist answers so"),
        ([Bad("1", "title missing")], ASKED, "failed", "no posting can be read: title missing (1 time)"),
        ([Trouble("HTTP 404", ASKED)], ASKED, "unknown", "unknown board 'acme' (HTTP 404)"),
        ([Trouble("HTTP 403", ASKED, blocked=True)], ASKED, "blocked", "HTTP 403"),
        ([Trouble("no whole answer in time", ASKED)], "", "failed", "no whole answer in time"),
        ([Trouble("HTTP 404", ASKED, listing=False), POSTING, End("x")], ASKED, "ok", "1 posting listed"),
        # It was led to another site, and reads there, or not; or nobody there answers.
        ([POSTING, End("x")], ELSEWHERE, "ok", f"1 posting listed (it leads to {ELSEWHERE})"),
        ([Trouble("no whole JSON", ASKED)], ELSEWHERE, "moved", f"it leads to {ELSEWHERE} (no whole JSON)"),
        ([Trouble("robots.txt forbids it", ELSEWHERE, blocked=True)], "", "moved", f"it leads to {ELSEWHERE} (robots"),
        # Another host of the same owner is no other site.
        ([Trouble("HTTP 403", ASKED, blocked=True)], "https://eu.greenhouse.io/x", "blocked", "HTTP 403"),
    ],
)  # fmt: skip
def test_a_look_comes_to_what_was_read_and_where_it_led(
    terms: list[Any], answered: str, status: str, reason: str
) -> None:
    found = judged(Greenhouse("acme"), terms, answered=answered)
    assert found[0] == status
    assert found[1].startswith(reason)
    assert found[2] == (ELSEWHERE if ELSEWHERE in found[1] else found[2])


def test_a_platform_without_boards_has_no_name_to_be_unknown_by() -> None:
    found = judged(Remotive(), [End("the document closes", sure=False)])
    assert found[:2] == ("failed", "no posting: its list is never empty")


@pytest.mark.parametrize(
    "url, reason, answered, status",
    [
        ("", NOBODY, "", "unknown"),
        ("https://jobs.acme.example", NOBODY, "", "failed"),  # a host of its own: that may be the network
        ("", "connection refused", "", "failed"),
        ("", "no whole JSON", "https://recruitee.com/", "unknown"),
        ("", "no whole JSON", "https://recruitee.io/", "unknown"),
        ("", "no whole JSON", "https://acme.example/", "moved"),
    ],
)
def test_a_board_whose_host_nobody_knows_or_that_leads_to_the_platform_is_unknown(
    url: str, reason: str, answered: str, status: str
) -> None:
    spider = Recruitee("acme", url)
    found = judged(spider, [Trouble(reason, spider.first_url())], spider.first_url(), answered)
    assert found[0] == status


@pytest.mark.parametrize("host", ["www.indeed.com", "uk.linkedin.com", "www.google.co.uk"])
def test_nobody_is_led_to_a_page_that_wants_no_crawlers(host: str) -> None:
    redirect = retrying.Redirect(get_project_settings())
    redirect.crawler = SimpleNamespace(spider=Greenhouse("acme"))  # type: ignore[assignment]
    request = Request("https://www.acme.example/jobs")
    led = Response(request.url, status=302, headers={"Location": f"https://{host}/cmp/acme"})
    with pytest.raises(Refused, match="which wants no crawlers"):
        redirect.process_response(request, led)
