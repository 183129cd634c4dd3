"""A feed whose items are postings in their own words: RSS, Atom and JSON Feed.

Documentation: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287 (Atom),
https://www.jsonfeed.org/version/1.1/
Terms: each publisher's own: read them first. We Work Remotely's forbid a service for job seekers.
Robots: robots.txt of the host, asked each night.
Pace: one request a night for most; a feed may name its next page.
Quirks (2026-11): a feed shows its newest items, so what it no longer shows is not missed. What an item says
is all that is read: where that is a teaser, name the feed to `schemaorg` instead, which follows its links.
Fields of a job stand in namespaces of their own (`joblisting:` of NEOGOV, `job_listing:` of WP Job Manager),
in elements inside Atom's content, or in none (`region`, `type`). Many titles name the employer too; only
where a feed is known to write "Company: Role" are the two parted. Some teasers begin with lines such as
"Company: Acme" and "Location: Leeds". All of We Work Remotely is remote; its
`region` is where one may live, `state` and `country` are where the employer sits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler import answers, fields, lists, records, source, xmlrecords
from crawler.clean import place
from crawler.items import JobPosting
from crawler.xmlrecords import Record

MAX_PAGES = 50
HEAD = 6  # lines of a text that may be labelled
LABELLED = re.compile(r"(company|employer|location)\s{0,5}:\s{0,5}(\S.{1,150})", re.I)
JSON_FEED = "https://jsonfeed.org/version/"
REMOTE = frozenset(("weworkremotely.com",))  # remote jobs only, titled "Company: Role"


class Feed(source.SourceSpider):
    """A feed of postings in RSS, Atom or JSON Feed, which shows the newest of a site."""

    name = "feed"

    def parse(self, response: Response, *, page: int = 1, last: str = "") -> Iterator[source.Term]:
        """A page of the feed; `last` is the digest of the one before."""
        answers.refuse_challenge(response)
        items, following, proof = (_json if response.body.lstrip()[:1] == b"{" else _xml)(response)

        def posting(item: Any) -> JobPosting:
            record = _record(xmlrecords.parsed(item) if isinstance(item, str) else _authored(item))
            name = fields.identifier_of(record)
            made = fields.posting(
                record, source=self.source, identifier=name, page=response.url, today=self.today
            )
            return _labelled(made)

        digest = self.once(items, page, last)
        yield from self.each(items, posting)
        if following and page < MAX_PAGES:
            yield self.ask(following, self.parse, page=page + 1, last=digest)
        else:
            yield source.End(proof, newest=True)


def _xml(response: Response) -> tuple[list[Any], str, str]:
    """The items of RSS or Atom as they are written, the address of the next page, and the closing tag."""
    try:
        listed = lists.read(response)
    except lists.Unlisted as error:
        raise answers.Unreadable(str(error)) from None
    if listed.kind != "feed":
        raise answers.Unreadable(f"the answer is no feed but a {listed.kind}: name it to `schemaorg`")
    return [*xmlrecords.Document([response.body]).records()], listed.next, listed.proof


def _json(response: Response) -> tuple[list[Any], str, str]:
    """The items of a JSON Feed, the address of its next page, and how we know that it is whole."""
    feed = answers.document(response)
    version = records.need(feed, "version")
    if not version.startswith(JSON_FEED):
        raise answers.Unreadable(f"version is {version[:60]!r}, not one of JSON Feed")
    following = records.web_address(records.maybe(feed, "next_url"))
    return records.list_of(feed, "items"), following, "the document closes"


def _record(item: Any) -> Record:
    """An item by plain names, where what its content holds in elements is its own, and the title a title."""
    if not isinstance(item, Mapping):
        raise answers.Unreadable("the item is no object")
    record: Record = {
        xmlrecords.plain(name): value if isinstance(value, list) else [value] for name, value in item.items()
    }
    for content in [value for value in record.get("content", []) if isinstance(value, Mapping)]:
        for vacancy in [*_inner(content), content]:
            record |= {name: value for name, value in vacancy.items() if name not in record}
    link, title = (str((record.get(name) or [""])[0]) for name in ("link", "title"))
    if (urlsplit(link).hostname or "").removeprefix("www.") in REMOTE:
        company, _, role = title.partition(": ")
        record |= {"company": [company] if role else [], "title": [role or company], "remotetype": ["remote"]}
        record = {name: values for name, values in record.items() if name not in ("state", "country")}
    return record


def _labelled(posting: JobPosting) -> JobPosting:
    """With the employer and place of lines such as "Company: Acme", where no field of its own says them."""
    lines = map(LABELLED.fullmatch, posting.description.split("\n", HEAD)[:HEAD])
    said = {line[1].lower(): line[2] for line in lines if line and not line[2].lower().startswith("unknown")}
    location = said.get("location", "") if not posting.job_location else ""
    return replace(
        posting,
        hiring_organization=posting.hiring_organization or said.get("company") or said.get("employer", ""),
        job_location=posting.job_location or place.read(location),
        job_location_type=posting.job_location_type or place.location_type(location),
    )


def _authored(item: Any) -> Any:
    """An item of a JSON Feed, whose author is the employer where nothing else says who that is."""
    authors = records.maybe(item, "authors")
    first = authors[0] if isinstance(authors, list) and authors else records.maybe(item, "author")
    name = records.maybe(first, "name")
    return {**item, "sourcename": name} if name else item


def _inner(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for values in content.values():
        yield from (value for value in values if isinstance(value, Mapping))
