"""Which source an address or a page speaks of: boards, postings, APIs, and employers' pages that embed one."""

from __future__ import annotations

import re
import time

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


HOSTED = "https://jobs.acme.example"


@pytest.mark.parametrize(
    "body, entry",
    [
        ("<link rel='alternate' type='application/rss+xml' href='/jobs.rss'><img src='https://images.teamtailor-cdn.com/a'>",
         {"spider": "teamtailor", "board": "acme", "url": HOSTED}),
        ("<script src='https://careers.recruiteecdn.com/x.js'></script><a href='https://recruitee.com/?utm'>Recruitee</a>",
         {"spider": "recruitee", "board": "acme", "url": HOSTED}),
        ("<script src='https://www.workable.com/assets/embed.js'></script><script>whr_embed(33333,{detail:'t'})</script>",
         {"spider": "workable", "board": "33333"}),
        ("<script src='https://static.smartrecruiters.com/job-widget/1.6/w.js'></script><script>widget({company_code: 'A1'})",
         {"spider": "smartrecruiters", "board": "A1"}),
        ("<script src='//app.jazz.co/widgets/basic/create/acme'></script>", {"spider": "jazzhr", "board": "acme"}),
        ("<iframe src='https://ats.rippling.com/embed/acme/jobs'></iframe>", {"spider": "rippling", "board": "acme"}),
        ("<a href='https://jobs.apploi.com/profile/acme'>Jobs</a>", {"spider": "apploi", "board": "acme"}),
        ("<img src='https://images.teamtailor-cdn.com/a'>", None),
        ("<script>widget({company_code: 'A1'}); whr_embed(3)</script>", None),
    ],
)  # fmt: skip
def test_a_career_site_or_a_widget_names_its_board_without_an_address_of_it(
    body: str, entry: dict[str, str] | None
) -> None:
    shown = recognise.in_page(page(f"<html><body>{body}</body></html>", f"{HOSTED}/"), sources.classes())
    assert [found.entry for found in shown] == ([entry] if entry else [])
    for found in shown:
        sources.made(found.entry, sources.spiders(), ())


def test_the_feed_of_a_career_site_on_teamtailor_is_that_site() -> None:
    feed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"_jobposting": {}}]}'
    [shown] = recognise.in_page(page(feed, f"{HOSTED}/jobs.json"), sources.classes())
    assert shown.entry == {"spider": "teamtailor", "board": "acme", "url": HOSTED}


def test_no_host_of_a_platform_s_own_is_a_board() -> None:
    hosts = (
        "get.workable.com www.recruitee.com hello.recruitee.com app.recruitee.com blog.recruitee.com"
        " support.recruitee.com tracking.icims.com cdn02.icims.com www2.teamtailor.com help.breezy.hr"
        " try.pinpointhq.com api.bamboohr.com app.careerplug.com jobs.workable.com WWW.recruitee.com"
    )
    links = "".join(f"<a href='https://{host}/x'>x</a>" for host in hosts.split())
    assert recognise.in_page(html(links), sources.classes()) == []
    assert names(recognise.by_address("https://career.teamtailor.com/jobs", sources.classes())) == [
        "teamtailor:career"
    ]


POSTING = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Agent"%s}</script>'
OWN = POSTING % ', "url": "https://www.acme.example/careers"'


@pytest.mark.parametrize(
    "body, why",
    [
        (POSTING % "", "it is the page of one posting"),
        (POSTING % "" + "<a href='/jobs'>All jobs</a>", "https://www.acme.example/jobs may list them all"),
        (POSTING % "" + "<a href='/sitemap.xml'>Sitemap</a>", "https://www.acme.example/sitemap.xml may list them all"),
        (OWN + "<a href='/careers/18'>A similar one</a>", "it is the page of one posting"),
        (POSTING % "" + POSTING % ', "jobLocation": "Omaha"', ""),
        (POSTING % "" + "<a href='/careers/18'>Agent</a><a href='/careers/19'>Agent</a>", ""),
    ],
)  # fmt: skip
def test_the_page_of_one_posting_is_told_from_a_list(body: str, why: str) -> None:
    [found] = recognise.in_page(html(body), SPIDERS)
    assert (found.spider, found.single) == ("schemaorg", bool(why))
    assert why in found.why


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


# How each platform writes the addresses of a board "acme"; "-" is a platform without boards, "url" one whose
# sources are told apart by their address, "!" one whose board is another name.
PLATFORMS = """
greenhouse https://boards.greenhouse.io/acme
greenhouse https://job-boards.greenhouse.io/acme/jobs/4000017
greenhouse https://boards.greenhouse.io/embed/job_board/js?for=acme
greenhouse https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true
lever https://jobs.lever.co/acme/7d1f-0001/apply
lever+url https://jobs.eu.lever.co/acme
lever https://api.lever.co/v0/postings/acme?mode=json
ashby https://jobs.ashbyhq.com/acme/embed
ashby https://api.ashbyhq.com/posting-api/job-board/acme
smartrecruiters https://careers.smartrecruiters.com/Acme
smartrecruiters https://jobs.smartrecruiters.com/Acme/743999-agent
recruitee https://acme.recruitee.com/o/agent
personio https://acme.jobs.personio.de/job/17
workable https://apply.workable.com/acme/j/0A1B2C3D4E/
workable https://apply.workable.com/api/v1/widget/accounts/acme?details=true
teamtailor https://acme.teamtailor.com/jobs/17-agent
workday-url https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Omaha/Agent_R-17
oracle-url https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/17
bamboohr https://acme.bamboohr.com/careers/17
breezy https://acme.breezy.hr/p/17-agent
rippling https://ats.rippling.com/acme/jobs
pinpoint https://acme.pinpointhq.com/postings/17
icims https://careers-acme.icims.com/jobs/17/agent/job
hireology https://careers.hireology.com/acme
careerplug https://acme.careerplug.com/jobs/17
jazzhr https://acme.applytojob.com/apply/17
manatal https://www.careers-page.com/acme/job/RX7Q4W21
apploi! https://api.apploi.com/v1/jobs?employer=17
themuse- https://www.themuse.com/jobs/acme/agent
remotive- https://remotive.com/remote-jobs/customer-support/agent-17
arbeitnow- https://www.arbeitnow.com/jobs/acme/agent
jobicy- https://jobicy.com/jobs/17-agent
himalayas- https://himalayas.app/companies/acme/jobs/agent
remoteok- https://remoteok.com/remote-jobs/17
usajobs- https://www.usajobs.gov/job/17
adzuna! https://www.adzuna.com/details/17
reed- https://www.reed.co.uk/jobs/agent/17
"""
CASES = [row.split() for row in PLATFORMS.split("\n") if row]


@pytest.mark.parametrize("name, url", CASES, ids=[url for _, url in CASES])
def test_a_board_of_every_platform_is_known_by_its_addresses(name: str, url: str) -> None:
    [found] = recognise.by_address(url, sources.classes())
    assert found.spider == re.match(r"\w+", name)[0]  # type: ignore[index]
    assert found.board.lower() == (
        "" if name.endswith(("-", "-url")) else found.board if "!" in name else "acme"
    )
    assert bool(found.url) == name.endswith("url")
    sources.made(found.entry, sources.spiders(), ())


def test_every_platform_stands_there() -> None:
    named = {re.match(r"\w+", name)[0] for name, _ in CASES}  # type: ignore[index]
    assert named == {name for name, kind in sources.spiders().items() if kind.base_url or not kind.boards} | {
        "workday",
        "oracle",
    }


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "https://www.greenhouse.io/pricing",
        "https://www.lever.co/",
        "https://www.workable.com/",
        "https://www.smartrecruiters.com/",
        "https://jobs.acme.example/jobs/17",
        "https://code.acme.example/acme/jobs",
        "https://acme.example/jobs.rss",
    ],
)
def test_other_addresses_are_no_board(url: str) -> None:
    assert recognise.by_address(url, sources.classes()) == []
