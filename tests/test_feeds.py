"""RSS, Atom and JSON Feed whose items are postings, page after page, in the names that each feed has."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from scrapy.http import Request, Response

from crawler import source
from crawler.answers import Unreadable
from crawler.items import JobPosting
from crawler.spiders.feed import MAX_PAGES, Feed

URL = "https://jobs.harbour.example/feed.xml"
ITEM = "<title>Agent</title><link>https://jobs.harbour.example/17</link><guid>17</guid>"


def rss(*items: str, more: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Jobs</title>{more}{inside}</channel></rss>'


def atom(*entries: str, more: str = "") -> str:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Jobs</title>{more}{inside}</feed>'


def terms(body: Any, **arguments: Any) -> list[Any]:
    raw = body if isinstance(body, str) else json.dumps(body)
    answer = Response(URL, body=raw.encode(), request=Request(URL))
    return list(Feed(url=URL, today="2026-11-21").parse(answer, **arguments))


def one(body: Any) -> JobPosting:
    [posting] = [term for term in terms(body) if isinstance(term, JobPosting)]
    return posting


def test_a_feed_shows_its_newest_and_what_it_no_longer_shows_is_not_missed() -> None:
    assert terms(rss(ITEM))[-1] == source.End("</rss>", newest=True)
    assert terms(rss()) == [source.End("</rss>", newest=True)]
    assert terms(atom())[-1] == source.End("</feed>", newest=True)
    assert terms({"version": "https://jsonfeed.org/version/1", "items": []}) == [
        source.End("the document closes", newest=True)
    ]


@pytest.mark.parametrize(
    ("item", "stated"),
    [
        ("<pubDate>Tue, 14 Jul 2026 09:00:00 +0000</pubDate>", {"date_posted": date(2026, 7, 14)}),
        ("<dc:date>2026-07-14T23:00:00-05:00</dc:date>", {"date_posted": date(2026, 7, 14)}),
        ("<expires_at>Sun, 09 Aug 2026 22:45:30 +0000</expires_at>", {"valid_through": date(2026, 8, 9)}),
        ("<job:company>Tern</job:company>", {"hiring_organization": "Tern"}),
        ("<dc:creator>admin</dc:creator>", {"hiring_organization": ""}),
        ("<type>Full-Time</type>", {"employment_type": ("FULL_TIME",)}),
        (
            "<description>&lt;p&gt;Calls &amp;amp; mails&lt;/p&gt;</description>",
            {"description": "Calls & mails"},
        ),
        (
            "<description>Calls…</description><content:encoded><![CDATA[Calls and mails]]></content:encoded>",
            {"description": "Calls and mails"},
        ),
        ("<description><p>Calls</p><p>Mails</p></description>", {"description": "Calls\nMails"}),
    ],
)
def test_an_item_says_what_it_says_in_whatever_namespace(item: str, stated: dict[str, Any]) -> None:
    posting = one(rss(ITEM + item))
    assert {name: getattr(posting, name) for name in stated} == stated
    assert (posting.identifier, posting.title, posting.url) == (
        "17",
        "Agent",
        "https://jobs.harbour.example/17",
    )


def test_an_employer_is_parted_from_a_title_only_where_the_feed_is_known_to_join_them() -> None:
    title = "<title>Tern: Support: Nights</title>"
    known = "<link>https://weworkremotely.com/remote-jobs/tern-support</link><region>USA Only</region><state>Ohio</state>"
    posting = one(rss(title + known))
    assert (posting.hiring_organization, posting.title) == ("Tern", "Support: Nights")
    assert posting.job_location_type == "remote"
    assert [place.text for place in posting.job_location] == ["USA Only"]
    assert one(rss(f"{title}<link>https://jobs.harbour.example/9</link>")).title == "Tern: Support: Nights"


@pytest.mark.parametrize(
    "broken", ["Agent <b>nights", "Agent<br>nights", "Agent </i>nights", "Agent <p class=x>nights"]
)
def test_html_that_is_not_closed_costs_neither_title_nor_address(broken: str) -> None:
    posting = one(rss(ITEM.replace("Agent", broken)))
    assert posting.title.split() == ["Agent", "nights"]
    assert posting.url == "https://jobs.harbour.example/17"


@pytest.mark.parametrize(
    ("text", "employer", "towns"),
    [
        ("<p>Company: Tern</p><p>Location: Leeds, UK</p><p>Calls</p>", "Tern", ["Leeds"]),
        ("<p>Company: Unknown Company</p><p>Location: Unknown</p>", "", []),
        ("<p>Calls for our company: many. Location: Leeds</p>", "", []),
        ("<p>1</p><p>2</p><p>3</p><p>4</p><p>5</p><p>6</p><p>Company: Tern</p>", "", []),
    ],
)
def test_lines_with_labels_that_a_teaser_begins_with_say_employer_and_place(
    text: str, employer: str, towns: list[str]
) -> None:
    posting = one(rss(f"{ITEM}<description><![CDATA[{text}]]></description>"))
    assert posting.hiring_organization == employer
    assert [where.address_locality for where in posting.job_location] == towns
    own = one(rss(f"{ITEM}<job:company>Own</job:company><description><![CDATA[{text}]]></description>"))
    assert own.hiring_organization == "Own"


@pytest.mark.parametrize(
    ("item", "stated"),
    [
        ({"external_url": "https://tern.example/3"}, {"url": "https://tern.example/3"}),
        ({"url": "https://a.example/3", "external_url": "https://b.example"}, {"url": "https://a.example/3"}),
        ({"author": {"name": "Tern"}}, {"hiring_organization": "Tern"}),
        ({"authors": [{"name": "Tern"}], "company": "Harbour"}, {"hiring_organization": "Harbour"}),
        ({"authors": [{"name": "Tern"}], "author": {"name": "Old"}}, {"hiring_organization": "Tern"}),
        ({"author": "Tern", "authors": []}, {"hiring_organization": ""}),
    ],
)
def test_an_item_of_a_json_feed_may_point_elsewhere_and_name_its_author(
    item: dict[str, Any], stated: dict[str, Any]
) -> None:
    whole = {"id": "3", "title": "Agent", "content_text": "Calls", **item}
    posting = one({"version": "https://jsonfeed.org/version/1.1", "items": [whole]})
    assert {name: getattr(posting, name) for name in stated} == stated


def test_the_address_of_an_entry_of_atom_is_the_one_for_people() -> None:
    links = '<link rel="edit" href="/edit/9"/><link rel="alternate" href="/jobs/9"/><link rel="enclosure" href="/9.pdf"/>'
    posting = one(atom(f"<id>urn:9</id><title>Agent</title>{links}<updated>2026-11-02</updated>"))
    assert posting.url == "https://jobs.harbour.example/jobs/9"
    assert posting.date_posted is None  # when it was changed is not when it was posted


def test_pages_are_followed_and_a_page_that_comes_again_is_no_end() -> None:
    more = '<atom:link rel="next" href="/feed.xml?page=2"/>'
    following = terms(rss(ITEM, more=more))[-1]
    assert following.url == "https://jobs.harbour.example/feed.xml?page=2"
    with pytest.raises(Unreadable, match="page 2 repeats page 1"):
        terms(rss(ITEM, more=more), **following.cb_kwargs)
    assert terms(rss(ITEM, more=more), page=MAX_PAGES)[-1] == source.End("</rss>", newest=True)


def test_one_item_that_is_no_posting_costs_the_others_nothing() -> None:
    found = terms(rss("", "<title>Agent</title>", ITEM, ITEM + "<description>fuller & longer</description>"))
    assert [type(term).__name__ for term in found] == ["Bad", "Bad", "Repeat", "JobPosting", "End"] or [
        type(term).__name__ for term in found
    ] == ["Repeat", "Bad", "Bad", "JobPosting", "End"]
    assert (
        one(rss(ITEM, ITEM + "<description>fuller & longer</description>")).description == "fuller & longer"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (rss(ITEM)[:-4], "the feed is cut"),
        ("<urlset><url><loc>https://harbour.example/1</loc></url></urlset>", "no feed but a sitemap"),
        ("<!doctype html><html><body>Jobs</body></html>", "no feed but a page"),
        ("<rss></rss>", "no channel"),
        ("<job-list><job/></job-list>", "no feed but a page|neither a sitemap"),
        ({"jobs": []}, "version missing"),
        ({"version": "1.0", "items": []}, "not one of JSON Feed"),
        ({"version": "https://jsonfeed.org/version/1.1"}, "items missing"),
        ({"version": "https://jsonfeed.org/version/1.1", "items": {}}, "items is an object"),
        ("{", "no whole JSON"),
    ],
)
def test_what_is_no_feed_says_what_is_wrong(body: Any, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        terms(body)
