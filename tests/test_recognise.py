"""Which source an address or a page speaks of: boards, postings, APIs, and employers' pages that embed one."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from scrapy.http import Response

from crawler import recognise, sources
from crawler.source import SourceSpider


class Birch(SourceSpider):
    name = "birch"
    base_url = "https://api.birch.example"
    addresses = (
        r"jobs\.birch\.example/embed/job_board(?:/js)?\?for=(?P<board>[\w-]+)",
        r"(?:jobs|api)\.birch\.example/(?:v1/boards/)?(?P<board>[\w%-]+)",
    )


class Elm(SourceSpider):
    name = "elm"
    base_url = "https://{board}.elm.example"
    addresses = (r"(?P<board>[a-z0-9-]+)\.elm\.example(?:/|$)",)


class Oak(SourceSpider):
    name = "oak"
    base_url = "https://oak.example/api"
    boards = False
    addresses = (r"(?:www\.)?oak\.example(?:/|$)",)


OURS: dict[str, type[SourceSpider]] = {"birch": Birch, "elm": Elm, "oak": Oak}
SPIDERS = OURS | dict.fromkeys(("schemaorg", "feed", "jobfeed"), SourceSpider)
PAGE = "https://www.acme.example/careers"


def names(found: list[recognise.Found]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    "url, name",
    [
        ("https://jobs.birch.example/acme", ["birch:acme"]),
        ("HTTPS://JOBS.Birch.example/acme/jobs/17?utm_source=x#apply", ["birch:acme"]),
        ("https://api.birch.example/v1/boards/acme/jobs", ["birch:acme"]),
        ("https://jobs.birch.example/Acme%20Care", ["birch:Acme Care"]),
        ("https://jobs.birch.example/embed/job_board?for=acme", ["birch:acme"]),
        ("https://acme.elm.example/o/agent", ["elm:acme"]),
        ("https://www.elm.example/pricing", []),
        ("https://jobs.birch.example/", []),
        ("https://jobs.birch.example/privacy", []),
        ("https://jobs.birch.example/embed/job_board", []),
        ("https://oak.example/remote-jobs/support", ["oak"]),
        ("https://notoak.example/", []),
        ("https://birch.example.evil.example/acme", []),
        ("https://evil.example/?u=https://jobs.birch.example/acme", []),
        ("", []),
    ],
)  # fmt: skip
def test_an_address_of_a_board_a_posting_or_an_api_names_its_source(url: str, name: list[str]) -> None:
    assert names(recognise.by_address(url, OURS)) == name


def page(body: str, url: str = PAGE) -> Response:
    return Response(url, body=body.encode())


def html(body: str, head: str = "") -> Response:
    return page(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://jobs.birch.example/acme/jobs/17">Agent</a>',
        '<iframe src="//jobs.birch.example/acme"></iframe>',
        '<script src="https://api.birch.example/v1/boards/acme/jobs?callback=x"></script>',
        r'<script>window.cfg = {"board":"https:\/\/jobs.birch.example\/acme"}</script>',
        r'<script>{"u":"https:\u002F\u002Fjobs.birch.example\u002Facme"}</script>',
        '<div data-domain="jobs.birch.example/acme"></div>',
        '<a href="/out?to=https%3A%2F%2Fjobs.birch.example%2Facme">Jobs</a>',
        "<a href='https://jobs.birch.example/acme?a=1&amp;b=2'>Jobs</a>",
        "<a href='https://jobs.birch.example/acme'>1</a><a href='https://jobs.birch.example/ACME'>2</a>",
    ],
)
def test_an_employer_s_page_names_the_board_it_embeds_however_it_is_written(body: str) -> None:
    [found] = recognise.in_page(html(body), SPIDERS)
    assert (found.spider, found.board.lower(), found.url) == ("birch", "acme", "")


def test_of_several_boards_all_are_told_the_most_often_named_first() -> None:
    body = (
        "<a href='https://acme.elm.example/o/1'>1</a>"
        + "<a href='https://jobs.birch.example/acme'>2</a>" * 3
        + "<a href='https://www.elm.example/'>Powered by Elm</a>"
        + "<a href='https://www.linkedin.com/company/acme'>us</a>"
    )
    assert names(recognise.in_page(html(body), SPIDERS)) == ["birch:acme", "elm:acme"]


def test_a_page_that_was_led_to_a_board_is_that_board() -> None:
    led = page("<html>", "https://jobs.birch.example/acme")
    assert names(recognise.in_page(led, SPIDERS)) == ["birch:acme"]


MARKED = '<script type="application/ld+json">{"@type": "JobPosting"}</script>'
RSS = '<link rel="alternate" type="application/rss+xml" href="/jobs/feed.rss">'
NEWS = '<link rel="alternate" type="application/rss+xml" href="/news/feed.rss">'


@pytest.mark.parametrize(
    "response, name",
    [
        (page('<?xml version="1.0"?><!-- a --><rss version="2.0">'), [f"feed:{PAGE}"]),
        (page('\ufeff<feed xmlns="http://www.w3.org/2005/Atom">'), [f"feed:{PAGE}"]),
        (page('{"version": "https://jsonfeed.org/version/1.1", "items": []}'), [f"feed:{PAGE}"]),
        (page("<?xml version='1.0'?>\n<source><publisher>Acme</publisher>"), [f"jobfeed:{PAGE}"]),
        (page("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"), [f"schemaorg:{PAGE}"]),
        (page("<sitemapindex>"), [f"schemaorg:{PAGE}"]),
        (html(MARKED), [f"schemaorg:{PAGE}"]),
        (html('<div itemscope itemtype="https://schema.org/JobPosting">'), [f"schemaorg:{PAGE}"]),
        (html("", RSS), ["feed:https://www.acme.example/jobs/feed.rss"]),
        (html(MARKED, RSS), [f"schemaorg:{PAGE}", "feed:https://www.acme.example/jobs/feed.rss"]),
        (html("", NEWS), []),
        (html("<h1>Welcome</h1>"), []),
        (page('{"jobs": []}'), []),
        (page(""), []),
    ],
)  # fmt: skip
def test_a_page_that_names_no_board_is_known_by_what_it_is(response: Response, name: list[str]) -> None:
    assert names(recognise.in_page(response, SPIDERS)) == name


@pytest.mark.parametrize("seed", ["a.", "<!---->", "<!--", "https://", "%2f", "&amp;", "a-", "//a.b/"])
def test_a_page_of_any_size_is_read_in_time_that_grows_with_it(seed: str) -> None:
    took = []
    for size in (200_000, 800_000):
        began = time.process_time()
        recognise.in_page(page(seed * (size // len(seed))), SPIDERS)
        took.append(time.process_time() - began)
    assert took[1] < max(12 * took[0], 2)


def test_every_spider_of_ours_knows_its_own_addresses_and_no_page_of_the_platform_itself() -> None:
    spiders: dict[str, Any] = sources.classes()
    for name, spider in spiders.items():
        for pattern in spider.addresses:
            assert set(re.compile(pattern).groupindex) <= {"board", "url"}, name
    for url in (
        PAGE,
        "https://www.example.com/",
        "https://jobs.acme.example/jobs/17",
        "https://github.com/acme",
    ):
        assert recognise.by_address(url, spiders) == []
