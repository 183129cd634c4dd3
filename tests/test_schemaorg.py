from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest
from careers import (
    SITE,
    anchors,
    answered,
    asked,
    ends,
    index,
    item,
    listed,
    marked,
    page,
    posting_of,
    rss,
    sitemap,
    spider,
    troubles,
    walk,
)
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from crawler import answers, source
from crawler.items import JobPosting
from crawler.spiders.schemaorg import MAX_LINKS, MAX_LISTS

PAGES = [f"{SITE}/jobs/{number}" for number in (1, 2, 3)]
LISTS: dict[str, str | bytes] = {
    "a sitemap": sitemap(*PAGES),
    "a sitemap with a prefix": sitemap(*PAGES)
    .replace("<u", "<s:u")
    .replace("</u", "</s:u")
    .replace("xmlns=", "xmlns:s="),
    "a sitemap, gzipped": gzip.compress(sitemap(*PAGES).encode()),
    "a sitemap in UTF-16": sitemap(*PAGES).replace("UTF-8", "UTF-16").encode("utf-16"),
    "a sitemap behind blanks and a mark": "\ufeff\n " + sitemap(*PAGES) + "\n<!-- made at noon -->\n",
    "a feed": rss(*map(item, PAGES)),
    "a feed of guids": rss(*(f"<item><guid>{url}</guid></item>" for url in PAGES)),
    "an Atom feed": '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>'
    + "".join(f'<entry><link rel="self" href="/x"/><link href="{url}"/></entry>' for url in PAGES)
    + "</feed>",
    "an RDF feed": '<rdf:RDF xmlns:rdf="x" xmlns="y"><channel/>' + "".join(map(item, PAGES)) + "</rdf:RDF>",
    "a feed that nobody escaped": rss(*map(item, PAGES)).replace("Agent", "Q & A &nbsp; \x02"),
    "a feed in Latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>'
    + rss(*map(item, PAGES)).replace("Agent", "Köchin").encode("latin-1"),
    "a feed that lies about its encoding": rss(*map(item, PAGES))
    .replace("Agent", "Köchin")
    .encode("latin-1"),
    "a page": anchors(*PAGES),
    "a page of an ItemList": page(
        json.dumps(
            {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "url": url} for url in PAGES]}
        )
    ),
    "a page with scripts behind its end": anchors(*PAGES) + "<script>track()</script>\n<!-- cached -->",
}


@pytest.mark.parametrize("body", LISTS.values(), ids=list(LISTS))
@pytest.mark.parametrize("kind", [Response, TextResponse, HtmlResponse, XmlResponse])
def test_a_list_is_told_by_its_content_and_read_to_its_end(body: str | bytes, kind: type[Response]) -> None:
    terms = list(spider().parse(answered(f"{SITE}/jobs/", body, kind)))
    assert asked(terms) == PAGES
    assert len(ends(terms)) == 1
    assert not troubles(terms)


@pytest.mark.parametrize(
    "body, reason",
    [
        (sitemap(*PAGES, tail=""), "the sitemap is cut: it does not end in </urlset>"),
        (sitemap(*PAGES)[:-20], "the sitemap is cut"),
        (rss(*map(item, PAGES))[:-3], "the feed is cut: it does not end in </rss>"),
        (index(*PAGES)[:-5], "the index is cut"),
        (gzip.compress(sitemap(*PAGES).encode() * 50)[:-60], "cut|gzip"),
        (b"\x1f\x8b\x08nothing", "gzip"),
        ("", "neither a sitemap nor a feed nor a page"),
        ('{"jobs": []}', "neither"),
        (b"\x89PNG\r\n\x1a\n\0\0", "neither"),
        ('<?xml version="1.0"?><source><job><url>x</url></job></source>', "neither"),
        ("<rss><jobs><job><title>Agent</title></job></jobs></rss>", "no channel"),
        (page(body="<h1>Welcome</h1>"), "does not say that there is none"),
        (
            page(body="<a href='/about'>About</a> {{ jobs }} No open positions"),
            "does not say that there is none",
        ),
        (page(body="<p hidden>No open positions</p>"), "does not say that there is none"),
        (page(body="<p>10 open positions</p>"), "does not say that there is none"),
        (sitemap(f"{SITE}/"), "does not say that there is none"),
        (index("https://other.example/sitemap.xml"), "no sitemap that can be read"),
    ],
)
def test_a_list_that_is_none_or_is_cut_raises_and_ends_nothing(body: str | bytes, reason: str) -> None:
    with pytest.raises(answers.Unreadable, match=reason):
        listed(body)


@pytest.mark.parametrize(
    "body",
    [
        sitemap(),
        "<urlset/>",
        rss(),
        index(),
        *(
            page(body=f"<p>{words}</p>")
            for words in (
                "0 open roles",
                "There are currently no open positions.",
                "No vacancies at the moment",
                "Derzeit keine offenen Stellen",
                "Er zijn geen vacatures",
                "Aucune offre",
                "Inga lediga jobb",
            )
        ),
    ],
)
def test_an_empty_list_that_says_so_is_zero_by_proof(body: str) -> None:
    (end,) = listed(body)
    assert isinstance(end, source.End)
    assert end.total == 0


def test_a_challenge_is_blocked_and_never_empty() -> None:
    challenge = "<html><title>Just a moment...</title>No open positions</html>"
    with pytest.raises(answers.Blocked):
        listed(challenge)
    with pytest.raises(answers.Blocked):
        posting_of(challenge)


def test_a_page_that_lists_but_is_cut_gives_its_links_and_no_end() -> None:
    terms = listed(anchors(*PAGES).removesuffix("</html>"))
    assert asked(terms) == PAGES
    assert not ends(terms)
    assert troubles(terms) == ["the page is cut: it does not end in </html>"]


def test_pages_of_a_list_are_followed_to_the_last_by_rel_next() -> None:
    web: dict[str, str | bytes] = {
        f"{SITE}/jobs/": anchors("/jobs/1", following="?page=2"),
        f"{SITE}/jobs/?page=2": anchors("/jobs/2", following="/jobs/?page=3"),
        f"{SITE}/jobs/?page=3": anchors("/jobs/3"),
    }
    web |= {url: page(marked()) for url in PAGES}
    said = walk(web, f"{SITE}/jobs/")
    assert [term.identifier for term in said if isinstance(term, JobPosting)] == PAGES
    assert ends(said) == [source.End("no next page")]


@pytest.mark.parametrize(
    "second, reason",
    [
        (page(), "a further page of the list names no posting"),
        (anchors("/jobs/1"), "the list repeats the page before it"),
        (anchors("/jobs/2", following="/jobs/"), "the next page was read before"),
        (anchors("/jobs/2", following="?page=2"), "the next page was read before"),
        (
            anchors("/jobs/2", following="https://other.example/jobs?page=3"),
            "the next page is on another site",
        ),
        ("HTTP 500", "neither"),
    ],
)
def test_a_chain_that_breaks_has_no_end(second: str, reason: str) -> None:
    said = walk(
        {f"{SITE}/jobs/": anchors("/jobs/1", following="?page=2"), f"{SITE}/jobs/?page=2": second},
        f"{SITE}/jobs/",
    )
    assert not ends(said)
    assert any(reason in found for found in troubles(said))


def test_further_pages_without_a_link_that_says_next_leave_a_doubt() -> None:
    body = page(body='<a href="/jobs/1">Agent</a><a href="?page=1">1</a><a href="?page=2">2</a>')
    terms = listed(body)
    assert asked(terms) == [f"{SITE}/jobs/1"]
    assert not ends(terms)
    assert "no link that says which is next" in troubles(terms)[0]


@pytest.mark.parametrize("label", ["Next", "next page", "Weiter ›", "nächste Seite"])
def test_a_link_that_says_next_in_words_is_followed(label: str) -> None:
    terms = listed(
        page(body=f'<a href="/jobs/1">Agent</a><a href="?page=2">2</a><a href="?page=2">{label}</a>')
    )
    assert terms[-1].url == f"{SITE}/jobs/?page=2"


def test_a_list_that_never_stops_is_left_after_so_many_pages() -> None:
    web: dict[str, str | bytes] = {
        f"{SITE}/jobs/?page={number}": anchors(f"/jobs/{number}", following=f"?page={number + 1}")
        for number in range(MAX_LISTS + 9)
    }
    said = walk(web, f"{SITE}/jobs/?page=0", limit=3 * MAX_LISTS)
    assert not ends(said)
    assert "more than 200 pages" in troubles(said)


def test_sitemaps_of_an_index_are_read_one_after_the_other_and_end_once() -> None:
    nested = [f"{SITE}/a.xml", f"{SITE}/b.xml.gz", f"{SITE}/c.xml"]
    web: dict[str, str | bytes] = {
        f"{SITE}/sitemap.xml": index(*nested[:2]),
        nested[0]: sitemap(PAGES[0]),
        nested[1]: gzip.compress(index(nested[2], f"{SITE}/sitemap.xml").encode()),
        nested[2]: sitemap(*PAGES[1:]),
    }
    web |= {url: page(marked()) for url in PAGES}
    said = walk(web, f"{SITE}/sitemap.xml")
    assert [term.identifier for term in said if isinstance(term, JobPosting)] == PAGES
    assert ends(said) == [source.End("</urlset>")]


@pytest.mark.parametrize("missing", ["a", "b"])
def test_an_index_with_a_sitemap_that_cannot_be_read_has_no_end(missing: str) -> None:
    web: dict[str, str | bytes] = {
        f"{SITE}/sitemap.xml": index(f"{SITE}/a.xml", f"{SITE}/b.xml"),
        f"{SITE}/a.xml": sitemap(PAGES[0]),
        f"{SITE}/b.xml": sitemap(PAGES[1]),
    }
    web[f"{SITE}/{missing}.xml"] = page(body="Not found")
    said = walk(web, f"{SITE}/sitemap.xml")
    assert not ends(said)
    assert "the index names a sitemap that is none" in troubles(said)


def test_of_an_index_only_the_sitemaps_that_list_postings_are_read() -> None:
    (request,) = listed(
        index(f"{SITE}/sitemap-pages.xml", f"{SITE}/sitemap-jobs.xml", f"{SITE}/sitemap-blog.xml")
    )
    assert request.url == f"{SITE}/sitemap-jobs.xml"
    assert request.cb_kwargs["walk"]["rest"] == []


def test_an_index_that_names_too_many_sitemaps_is_not_read_to_its_end() -> None:
    (request,) = listed(index(*(f"{SITE}/{number}.xml" for number in range(MAX_LISTS + 50))))
    assert len(request.cb_kwargs["walk"]["rest"]) < MAX_LISTS
    assert "sitemaps" in request.cb_kwargs["walk"]["doubt"]


def test_a_walk_is_plain_json() -> None:
    (request,) = listed(index(f"{SITE}/a.xml", f"{SITE}/b.xml"))
    assert json.loads(json.dumps(request.cb_kwargs)) == request.cb_kwargs


def test_a_list_on_another_site_is_not_read() -> None:
    with pytest.raises(answers.Unreadable, match="moved to another site"):
        list(spider().parse(answered("https://parked.example/", anchors("/jobs/1"))))


@pytest.mark.parametrize(
    "href, taken",
    [
        ("/jobs/17", True),
        ("17-agent", True),
        ("/job/17", True),
        ("/karriere/stelle/17", True),
        ("/open-positions/agent", True),
        ("/job-17-agent", True),
        ("?gh_jid=17", True),
        ("https://www.harbour.example/jobs/17", True),
        ("/jobs/", False),
        ("/jobs", False),
        ("?page=2", False),
        ("?department=care", False),
        ("#17", False),
        ("/", False),
        ("/about", False),
        ("/jobs/17.pdf", False),
        ("/jobs/17/apply", False),
        ("https://boards.other.example/jobs/17", False),
        ("mailto:jobs@harbour.example", False),
        ("javascript:open(17)", False),
        ("http://[", False),
        ("ftp://careers.harbour.example/jobs/17", False),
        ("https://us:pass@careers.harbour.example/jobs/17", False),
    ],
)
def test_which_links_of_a_page_are_postings(href: str, taken: bool) -> None:  # noqa: FBT001
    assert len(asked(listed(anchors("/jobs/1", href)))) == 1 + taken


def test_of_a_whole_site_only_the_pages_below_a_folder_of_postings_are_read() -> None:
    pages = [
        f"{SITE}/",
        f"{SITE}/about",
        f"{SITE}/jobs",
        *PAGES,
        f"{SITE}/blog/best-jobs",
        f"{SITE}/jobs/1.jpg",
    ]
    assert asked(listed(sitemap(*pages))) == PAGES
    assert asked(listed(sitemap(f"{SITE}/", f"{SITE}/17", f"{SITE}/18"))) == [f"{SITE}/17", f"{SITE}/18"]


def test_a_link_that_is_bad_is_counted_and_costs_its_siblings_nothing() -> None:
    terms = listed(
        rss(
            item("javascript:alert(1)"),
            item(PAGES[0]),
            "<item/>",
            item("https://other.example/1"),
            item(PAGES[0]),
            item(f"{SITE}/{'x' * 1500}"),
            item(PAGES[1]),
        )
    )
    assert asked(terms) == PAGES[:2]
    assert Counter(type(term).__name__ for term in terms) == {"Request": 2, "Bad": 4, "Repeat": 1, "End": 1}


def test_the_version_of_a_page_is_what_its_list_says_of_its_age() -> None:
    body = sitemap(*PAGES).replace("</loc>", "</loc><lastmod> 2026-11-01 </lastmod>", 1)
    versions = [term.meta["version"] for term in listed(body)[:3]]
    assert versions == ["2026-11-01", "", ""]
    first, second, third = (
        [
            term.meta["version"]
            for term in listed(rss(item(PAGES[0], f"<description>{words}</description>")))[:1]
        ]
        for words in ("a", "a", "b")
    )
    assert first == second != third
    assert listed(rss(item(PAGES[0])))[0].meta["version"] == ""


def test_addresses_of_one_page_have_one_name() -> None:
    urls = (
        f"{SITE}/jobs/17?b=2&amp;a=1",
        f"{SITE}/jobs/17?a=1&amp;b=2&amp;utm_source=x#top",
        f"{SITE}:443/jobs/17?a=1&amp;b=2",
    )
    terms = listed(sitemap(*urls))
    assert asked(terms) == [f"{SITE}/jobs/17?a=1&b=2"]
    assert [term.identifier for term in terms if isinstance(term, source.Repeat)] == [
        f"{SITE}/jobs/17?a=1&b=2"
    ] * 2


def test_links_are_bounded_and_the_rest_is_no_end() -> None:
    terms = listed(anchors(*(f"/jobs/{number}" for number in range(MAX_LINKS + 5))))
    assert len(asked(terms)) == MAX_LINKS
    assert not ends(terms)
    assert "more than 2,000 links" in troubles(terms)[0]


def test_postings_that_stand_in_the_list_itself_are_postings() -> None:
    body = page(
        marked("Agent", url="/jobs/1"),
        marked("Lead", identifier="HL-2"),
        marked("Host", description="Read more", url="/jobs/3"),
        marked("", identifier="HL-4"),
        body='<a href="/jobs/1">Agent</a><a href="/jobs/5">Clerk</a>',
    )
    terms = listed(body)
    assert [term.identifier for term in terms if isinstance(term, JobPosting)] == [
        f"{SITE}/jobs/1",
        f"{SITE}/jobs/#HL-2",
    ]
    assert asked(terms) == [f"{SITE}/jobs/3", f"{SITE}/jobs/5"]
    assert [term for term in terms if isinstance(term, source.Bad)] == [
        source.Bad(f"{SITE}/jobs/#HL-4", "title missing")
    ]
    assert len(ends(terms)) == 1
