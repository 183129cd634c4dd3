from __future__ import annotations

import gzip
import importlib.util
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request, Response, TextResponse, XmlResponse

from crawler import jsonld, lists, source
from crawler.items import JobPosting
from crawler.spiders.schemaorg import MAX_LINKS, MAX_LISTS, SchemaOrgSpider

SITE = "https://careers.harbour.example"
TEXT = "We answer our customers by telephone and in the chat, day and night, and we like it. " * 4


def spider(url: str = f"{SITE}/jobs/") -> SchemaOrgSpider:
    return SchemaOrgSpider(url=url, today="2026-11-21")


def marked(title: str = "Agent", **stated: Any) -> str:
    return json.dumps({"@type": "JobPosting", "title": title, "description": TEXT, **stated})


def page(*scripts: str, body: str = "", head: str = "") -> str:
    found = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<!doctype html><html><head>{head}{found}</head><body>{body}</body></html>"


def anchors(*hrefs: str, following: str = "") -> str:
    more = f'<a rel="next" href="{following}">More</a>' if following else ""
    return page(body="".join(f'<a href="{href}">Agent</a>' for href in hrefs) + more)


def sitemap(*urls: str, tail: str = "</urlset>") -> str:
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    inside = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">{inside}{tail}'


def index(*urls: str) -> str:
    return (
        "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"
    )


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Jobs</title>{"".join(items)}</channel></rss>'


def item(url: str, more: str = "") -> str:
    return f"<item><title>Agent</title><link>{url}</link>{more}</item>"


def answered(url: str, body: str | bytes, kind: type[Response] = Response, **meta: Any) -> Response:
    raw = body.encode() if isinstance(body, str) else body
    return kind(url, body=raw, request=Request(url, meta=meta))


def posting_of(body: str | bytes, url: str = f"{SITE}/jobs/17", asked: str = "", **meta: Any) -> list[Any]:
    """What the page of one posting says."""
    response = answered(url, body, identifier=asked or url, **meta)
    return list(spider().parse_posting(response))


def walk(web: dict[str, str | bytes], url: str, limit: int = 500) -> list[Any]:
    """All that a spider says of a web of pages, and its troubles where a page is none or cannot be read."""
    reader, said = spider(url), []
    waiting = [reader.ask(reader.first_url(), reader.parse)]
    while waiting:
        request, limit = waiting.pop(0), limit - 1
        assert limit, "goes on for ever"
        if request.url not in web:
            said.append(source.Trouble("HTTP 404", request.url, listing=not request.meta["identifier"]))
            continue
        response = answered(request.url, web[request.url], **request.meta)
        try:
            for term in request.callback(response, **request.cb_kwargs):
                (waiting if isinstance(term, Request) else said).append(term)
        except source.Unreadable as error:
            said.append(source.Trouble(str(error), request.url, listing=not request.meta["identifier"]))
    return said


def asked(terms: Iterable[Any]) -> list[str]:
    return [
        term.meta["identifier"] for term in terms if isinstance(term, Request) and term.meta["identifier"]
    ]


def listed(body: str | bytes, url: str = f"{SITE}/jobs/") -> list[Any]:
    """What a list says."""
    return list(spider(url).parse(answered(url, body)))


def ends(terms: Iterable[Any]) -> list[source.End]:
    return [term for term in terms if isinstance(term, source.End)]


def troubles(terms: Iterable[Any]) -> list[str]:
    return [term.reason for term in terms if isinstance(term, source.Trouble)]


def gone(terms: Iterable[Any]) -> list[tuple[str, str]]:
    return [(term.identifier, term.reason) for term in terms if isinstance(term, source.Gone)]


# --- what lists ---


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
    with pytest.raises(source.Unreadable, match=reason):
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
    with pytest.raises(source.Blocked):
        listed(challenge)
    with pytest.raises(source.Blocked):
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
    with pytest.raises(source.Unreadable, match="moved to another site"):
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
    except source.Unreadable:
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
            except source.Unreadable as error:
                assert str(error)  # noqa: PT017


# --- the page of one posting ---


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
        (page('{"@type": "JobPosting", "title": ' + "[" * 90_000), "not as JSON-LD that can be read"),
        (page(body='<div itemscope itemtype="https://schema.org/JobPosting">Agent</div>'), "not as JSON-LD"),
    ],
)
def test_a_page_that_cannot_be_read_is_never_gone(body: str | bytes, reason: str) -> None:
    with pytest.raises(source.Unreadable, match=reason):
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
            except source.Unreadable:
                continue
            expected = len(jsonld.find(lists.page(response)).postings)
            assert (
                sum(isinstance(term, JobPosting | source.Bad) for term in terms) <= expected
                or read == spider().parse
            )
