"""The page of one posting, as a board's list leads to it: its JobPosting, or the sign that it is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapy.http import Response
from scrapy.selector import Selector

from crawler import answers, jsonld, links, lists, records, source
from crawler.items import JobPosting

NOTHING = "no link leads to a posting, and the page does not say that there is none"

_AGENT = re.compile(r"\s*(?!max-|unavailable)([a-z][\w-]*)\s*:", re.I)  # "googlebot: noindex"
_KEPT_OUT = frozenset(("noindex", "none"))


def read(response: Response) -> Selector:
    """An answer as a page; raises Unreadable for a challenge, and for markup without end."""
    answers.refuse_challenge(response)
    try:
        return lists.page(response)
    except lists.Unlisted as error:
        raise answers.Unreadable(str(error)) from None


def board(response: Response) -> tuple[Selector, lists.List]:
    """An answer as a page that lists, and what it says of itself; raises Unreadable for none and for half."""
    page = read(response)
    try:
        listed = lists.read(response)
    except lists.Unlisted as error:
        raise answers.Unreadable(str(error)) from None
    if listed.kind != "page" or not listed.proof:
        raise answers.Unreadable(listed.doubt or "the answer is no page that lists")
    return page, listed


def linked(page: Selector, base: str, pattern: re.Pattern[str]) -> dict[str, str]:
    """The addresses that a page links to and that match, by the group of the pattern: each posting once."""
    found: dict[str, str] = {}
    for anchor in lists.anchors_of(page):
        url = links.absolute(base, anchor.attrib["href"])
        if url and links.same_site(url, base) and (match := pattern.search(url)):
            found.setdefault(match[1], url)
    return found


def noindex(page: Selector, response: Response) -> bool:
    """Whether a page asks to be forgotten: by a meta tag, or by X-Robots-Tag to everybody."""
    said = [
        meta.attrib.get("content", "")
        for meta in page.xpath("//meta[@name]")
        if meta.attrib["name"].strip().lower() in ("robots", "googlebot")
    ]
    for header in response.headers.getlist("X-Robots-Tag"):
        agent = ""
        for rule in header.decode("latin-1").split(","):
            if named := _AGENT.match(rule):
                agent, rule = named[1].lower(), rule[named.end() :]
            if agent in ("", "robots", "googlebot"):
                said.append(rule)
    return any(rule.lower() in _KEPT_OUT for words in said for rule in re.split(r"[,\s]+", words))


def term(response: Response, spider: source.SourceSpider, url: str = "") -> JobPosting | source.Gone:
    """What the page of a posting says: the posting, or that it is over.

    `url` is the address to show, where it is another than the one asked for. The employer is the board's
    where the page names none. Raises Unreadable.
    """
    page, identifier = read(response), response.meta.get("identifier") or links.canonical(response.url)
    if reason := _over(page, response):
        return source.Gone(identifier, reason)
    url = url or response.url
    found = jsonld.find(page, whole=lists.is_whole(response)).postings
    if not found:
        raise answers.Unreadable("the page holds a JobPosting that cannot be read")
    record = next(_own(found, url), found[0])
    known = {**record, "url": url}
    made = jsonld.posting(known, source=spider.source, identifier=identifier, page=url, today=spider.today)
    if not made.title:
        raise answers.Unreadable("title missing")
    number = (
        made.requisition if made.requisition and made.requisition not in url else None
    )  # else the board's
    employer = made.hiring_organization or records.spelled(spider.board)
    return replace(made, hiring_organization=employer, requisition=number)


def _over(page: Selector, response: Response) -> str:
    """Why a page says that its posting is over, "" when it does not."""
    if noindex(page, response):
        return "noindex"
    if b"JobPosting" in response.body:
        return ""
    if not lists.is_whole(response):
        raise answers.Unreadable("the page is cut: it does not end in </html> and holds no whole posting")
    return "markup removed"


def _own(found: tuple[jsonld.Record, ...], url: str) -> Iterator[jsonld.Record]:
    """Of several records those that are about this page, and not "similar jobs"."""
    return (record for record in found if links.same_page(jsonld.stated_url(record, url), url))
