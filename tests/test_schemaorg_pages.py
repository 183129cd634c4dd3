from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from careers import (
    SITE,
    TEXT,
    answered,
    asked,
    ends,
    gone,
    listed,
    marked,
    page,
    posting_of,
    spider,
    troubles,
    walk,
)
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request, Response, TextResponse, XmlResponse

from crawler import answers, jsonld, lists, source
from crawler.items import JobPosting


def test_a_posting_is_named_by_its_page_as_the_list_named_it() -> None:
    (found,) = posting_of(
        page(marked(identifier="HL-17", url="/jobs/17-agent")),
        url=f"{SITE}/jobs/17-agent",
        asked=f"{SITE}/jobs/17",
    )
    assert found.identifier == f"{SITE}/jobs/17"
    assert (found.requisition, found.source) == ("HL-17", "schemaorg:careers.harbour.example")


def test_of_three_scripts_the_broken_one_costs_the_others_nothing() -> None:
    found = posting_of(
        page(
            marked("Agent", identifier="1"),
            '{"@type": "JobPosting", ' + "[" * 90_000,
            marked("Lead", identifier="2"),
        )
    )
    assert [posting.identifier for posting in found] == [f"{SITE}/jobs/17#1", f"{SITE}/jobs/17#2"]


def test_a_posting_without_a_title_is_bad_and_its_sibling_is_not() -> None:
    found = posting_of(page(marked("Agent", identifier="1"), marked("", identifier="2")))
    assert isinstance(found[0], JobPosting)
    assert found[1:] == [source.Bad(f"{SITE}/jobs/17#2", "title missing")]
    assert posting_of(page(marked(""))) == [source.Bad(f"{SITE}/jobs/17", "title missing")]


def test_copies_in_one_page_are_one_posting_and_the_fullest_is_kept() -> None:
    short, full = marked(identifier="1", description="Calls."), marked(identifier="1")
    for scripts in ((short, full), (full, short)):
        (found,) = posting_of(page(*scripts))
        assert found.identifier == f"{SITE}/jobs/17"
        assert found.description == TEXT.strip()


def test_postings_that_share_an_identifier_but_not_their_place_are_several() -> None:
    scripts = [marked(identifier="1", jobLocation=place) for place in ("Turku", "Oulu")]
    names = {posting.identifier for posting in posting_of(page(*scripts))}
    assert len(names) == 2
    assert names == {posting.identifier for posting in posting_of(page(*reversed(scripts)))}
    unnamed = [marked(jobLocation=place) for place in ("Turku", "Oulu")]
    assert len({posting.identifier for posting in posting_of(page(*unnamed))}) == 2


def test_similar_postings_beside_the_one_that_a_page_is_about_are_left_to_their_pages() -> None:
    similar = marked("Lead", url="/jobs/18")
    for own in (marked(url="/jobs/17"), marked(url="http://careers.harbour.example/jobs/17/"), marked()):
        (found,) = posting_of(page(similar, own))
        assert (found.identifier, found.title) == (f"{SITE}/jobs/17", "Agent")
    wrong = marked(url="/vacancy/17")
    (found,) = posting_of(page(similar, wrong, head="<title>Agent | Harbour</title>"))
    assert found.title == "Agent"
    (found,) = posting_of(page(similar, wrong, head='<link rel="canonical" href="/vacancy/17">'))
    assert found.title == "Agent"


@pytest.mark.parametrize(
    "body, reason",
    [
        (page(marked(), head='<meta name="robots" content="NOINDEX, nofollow">'), "noindex"),
        (page(marked(), head='<meta name="Googlebot" content="none">'), "noindex"),
        (page(body="This job is no longer available"), "markup removed"),
        (page(json.dumps({"@type": "Organization"})), "markup removed"),
        (
            page(
                marked("Lead", url="/jobs/18"),
                marked("Host", url="/jobs/19"),
                head="<title>Care jobs</title>",
            ),
            "markup removed",
        ),
    ],
)
def test_a_page_that_says_that_it_is_over_is_gone(body: str, reason: str) -> None:
    assert posting_of(body) == [source.Gone(f"{SITE}/jobs/17", reason)]


def test_all_that_a_page_gave_before_is_gone_with_it() -> None:
    gave = source.Gave(seen=(f"{SITE}/jobs/17#1", f"{SITE}/jobs/17#2"))
    assert gone(posting_of(page(), gave=gave)) == [(name, "markup removed") for name in gave.seen]


@pytest.mark.parametrize(
    "header, over",
    [
        ("noindex", True),
        ("noarchive, noindex", True),
        ("googlebot: noindex", True),
        ("googlebot: nofollow, otherbot: noindex", False),
        ("otherbot: noindex, nofollow", False),
        ("unavailable_after: 25 Jun 2027 15:00:00 PST", False),
        ("max-snippet: 20, noindex", True),
        ("all", False),
    ],
)
def test_a_header_may_say_noindex(header: str, over: bool) -> None:  # noqa: FBT001
    url = f"{SITE}/jobs/17"
    response = HtmlResponse(
        url,
        body=page(marked()).encode(),
        headers={"X-Robots-Tag": header},
        request=Request(url, meta={"identifier": url}),
    )
    (found,) = spider().parse_posting(response)
    assert isinstance(found, source.Gone) == over


def test_a_page_that_led_elsewhere_is_gone_even_if_others_stand_there() -> None:
    home = f"{SITE}/jobs/"
    for body in (
        page(),
        page(marked(url="/jobs/1")),
        page(marked(), marked("Lead")),
        page(marked(url="/jobs/1"), marked("Lead", url="/jobs/2")),
    ):
        assert gone(posting_of(body, url=home, asked=f"{SITE}/jobs/17")) == [
            (f"{SITE}/jobs/17", "markup removed")
        ]


@pytest.mark.parametrize(
    "body, reason",
    [
        (page(marked())[:200], "the page is cut"),
        ("<html><body>Loading", "the page is cut"),
        ("", "the page is cut"),
        (b"%PDF-1.7 \x00\xff", "the page is cut"),
        (page('{"@type": "JobPosting", "title": ' + "[" * 90_000), "none that can be read"),
        (
            page(body='<div itemscope itemtype="https://schema.org/JobPosting">Agent</div>'),
            "none that can be read",
        ),
    ],
)
def test_a_page_that_cannot_be_read_is_never_gone(body: str | bytes, reason: str) -> None:
    with pytest.raises(answers.Unreadable, match=reason):
        posting_of(body)


def test_a_cut_page_whose_markup_is_whole_is_a_posting() -> None:
    (found,) = posting_of(page(marked()).removesuffix("</body></html>"))
    assert found.title == "Agent"


@pytest.mark.parametrize("kind", [Response, TextResponse, HtmlResponse, XmlResponse])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_page_is_read_whatever_it_calls_itself(kind: type[Response], encoding: str) -> None:
    body = page(marked("Kundenbetreuer für Köln"), head=f'<meta charset="{encoding}">').encode(encoding)
    (found,) = spider().parse_posting(answered(f"{SITE}/jobs/17", body, kind, identifier="x"))
    assert found.title == "Kundenbetreuer für Köln"


# --- whole sites ---


@pytest.fixture(scope="session")
def faults(shared: Path) -> Any:
    """The module of the server that plays sources; it is not started."""
    spec = importlib.util.spec_from_file_location("faultserver", shared / "tools/faultserver.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "kind, address",
    [
        ("jsonld", "/careers/harbour/"),
        ("sitemap", "/careers/harbour/sitemap.xml"),
        ("rss", "/feeds/harbour/rss.xml"),
    ],
)
def test_a_played_site_is_read_whole(faults: Any, kind: str, address: str) -> None:
    played, base = faults.Source("harbour", n=25), "http://127.0.0.1:8801"
    jobs, size = played.jobs(), 10
    web: dict[str, str | bytes] = {
        f"{base}/careers/harbour/jobs/{job['id']}": faults.detail(played, job, base)[1] for job in jobs
    }
    for number in (1, 2, 3) if kind == "jsonld" else (1,):
        shown = jobs[(number - 1) * size : number * size] if kind == "jsonld" else jobs
        url = base + address + (f"?page={number}" if number > 1 else "")
        web[url] = faults.render(played, kind, shown, base, number, 3, len(jobs), {})[1]
    said = walk(web, base + address)
    assert {term.identifier for term in said if isinstance(term, JobPosting)} == {
        url for url in web if "/jobs/" in url
    }
    assert {urlsplit(term.url).path.rpartition("/")[2] for term in said if isinstance(term, JobPosting)} == {
        job["id"] for job in jobs
    }
    assert len(ends(said)) == 1
    assert not troubles(said)


def test_recorded_sitemaps_and_feeds_are_read_or_say_why_not(shared: Path) -> None:
    folder = shared / "data/sources"
    counts = {}
    for file in sorted([*folder.glob("sitemaps/*.xml"), *folder.glob("xml_feeds/*/*.xml")]):
        name = f"{file.parent.name}/{file.name}"
        try:
            found = lists.read(Response(f"{SITE}/sitemap.xml", body=file.read_bytes()))
        except lists.Unlisted:
            continue
        assert found.proof
        assert not found.doubt
        counts[name] = len(found.entries)
    assert counts == {
        "sitemaps/Catalitium__sitemap.xml": 9,
        "sitemaps/Rishigcc__sitemap.xml": 1,
        "sitemaps/findjobsinfinland__sitemap-blogs.xml": 10,
        "sitemaps/findjobsinfinland__sitemap-jobs.xml": 10_999,
        "sitemaps/findjobsinfinland__sitemap-pages.xml": 48,
        "sitemaps/findjobsinfinland__sitemap.xml": 3,
        "sitemaps/joedeveloper__micro1_sitemap.xml": 4,
        "dfe_teaching_vacancies/ventrus.xml": 1,
        "dfe_teaching_vacancies/ventrus_without_visa_sponsorship_available.xml": 1,
        "esprit/feed.xml": 127,
    }


def test_recorded_pages_are_read_or_say_why_not(shared: Path) -> None:
    for file in sorted((shared / "data/sources/job_pages").glob("*.html")):
        url = f"{SITE}/jobs/17"
        for read in (spider().parse, spider().parse_posting):
            response = answered(url, file.read_bytes(), HtmlResponse, identifier=url)
            try:
                terms = list(read(response))
            except answers.Unreadable:
                continue
            expected = len(jsonld.find(lists.page(response)).postings)
            assert (
                sum(isinstance(term, JobPosting | source.Bad) for term in terms) <= expected
                or read == spider().parse
            )


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><urlset><url><loc>&j;</loc></url></urlset>"
)
FILE = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://careers.harbour.example/jobs/&x;</loc></url></urlset>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        FILE,
        "<urlset>" + "<a>" * 100_000 + "</urlset>",
        "<urlset>" + "<![CDATA[" * 100_000 + "</urlset>",
        "<" * 200_000,
        "<!--" * 100_000,
        "<!doctype [" * 50_000,
        "<html>" + "<div>" * 100_000 + "</html>",
        "<html>" + '<a href="/jobs/1">' * 50_000 + "</html>",
        "<html>" + "no open " * 50_000 + "</html>",
        b"\x1f\x8b" + b"\x00" * 1000,
        gzip.compress(b" " * (lists.MAX_UNZIPPED + 1)),
        '<?xml version="1.0" encoding="punycode"?>' + "x-" * 100_000,
        "<urlset>" + "\x00\x01<url><loc>\x02</loc></url>" + "</urlset>",
    ],
)
def test_a_hostile_list_is_inert(body: str | bytes) -> None:
    try:
        terms = listed(body)
    except answers.Unreadable:
        return
    named = " ".join(asked(terms))
    assert "haha" not in named
    assert (
        Path("/etc/hostname").read_text().strip() not in named
        or not Path("/etc/hostname").read_text().strip()
    )


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from([Response, TextResponse, HtmlResponse, XmlResponse]),
)
def test_whatever_is_answered_is_read_or_unreadable(body: bytes, kind: type[Response]) -> None:
    for begin in (b"", b"<html>", b"<urlset>", b"<rss><channel>"):
        for read in (spider().parse, spider().parse_posting):
            try:
                list(read(answered(f"{SITE}/jobs/17", begin + body, kind, identifier=f"{SITE}/jobs/17")))
            except answers.Unreadable as error:
                assert str(error)  # noqa: PT017


# --- the page of one posting ---
