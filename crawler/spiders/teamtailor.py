"""Career sites on Teamtailor, by the JSON Feed that each of them publishes.

Documentation: https://www.jsonfeed.org/version/1.1/ for the feed; that each site has one, and that its items
carry a schema.org JobPosting, is documented nowhere.
Terms: its help centre was said to call a site's feed public data; each site has terms of its employer's.
Robots: robots.txt of the site's host, asked each night; it closes /app/ and /messages/ to all.
Pace: none is documented.
Quirks (2026-11): a long feed goes on at `next_url`; a board that does not exist is 404. Most sites stand on
the employer's own host: `url`. `id` is not the number that the page's address has: that stands in
`_jobposting.identifier` and is Teamtailor's, not the employer's. `addressRegion` may be a label
("Europe"). `jobLocationType` is null where the page says "Hybrid". `hiringOrganization` may be missing: the
feed's title ("Jobs at Acme") then names the employer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler import answers, jsonld, links, records, source
from crawler.clean import dates, html, place, title
from crawler.items import JobPosting

AROUND = re.compile(
    r"^(?:open )?(?:jobs|positions|careers) (?:at|with)(?: |$)|(?:'s)? (?:jobs|careers)$", re.I
)


class Teamtailor(source.SourceSpider):
    """Career sites on Teamtailor ({board}.teamtailor.com)."""

    name = "teamtailor"
    base_url = "https://{board}.teamtailor.com"
    addresses = (r"(?P<board>[a-z0-9-]+)(?P<url>\.[a-z]{2,3})?\.teamtailor\.com(?![\w.-])",)

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """As everywhere; a site in another region ("acme.na.teamtailor.com") needs its own address."""
        found = super().recognise(url)
        if region := found.get("url"):
            found["url"] = f"https://{found['board']}{region}.teamtailor.com".lower()
        return found

    def first_url(self) -> str:
        return f"{self.url}/jobs.json"

    def parse(self, response: Response, *, page: int = 1, last: str = "") -> Iterator[source.Term]:
        """A page of the feed; `last` is the digest of the one before."""
        feed = answers.document(response)
        items = records.list_of(feed, "items")
        names = self.once(items, page, last)
        named = AROUND.sub("", html.line(records.maybe(feed, "title"), 300))
        employer = named or records.spelled(self.board)
        yield from self.each(items, lambda item: self.posting(item, employer))
        following = records.maybe(feed, "next_url")
        if not following:
            yield source.End("no next page")
            return
        yield self.ask(self._next(following, response), self.parse, page=page + 1, last=names)

    def _next(self, following: object, response: Response) -> str:
        """The address of the next page, which is on the same host; raises Unreadable."""
        url = links.absolute(response.url, following) if isinstance(following, str) else ""
        if urlsplit(url).hostname not in {urlsplit(known).hostname for known in (response.url, self.url)}:
            raise answers.Unreadable(f"next_url is {str(following)[:100]!r}, no address of this site")
        return url

    def posting(self, item: Any, employer: str) -> JobPosting:
        """The posting of an item: what its JobPosting says, and where that is silent what the item says."""
        identifier, address = records.identifier_of(item), records.need(item, "url")
        name = records.text_of(item, "title")
        marked = item.get("_jobposting")
        marked = marked if isinstance(marked, dict) else {}
        text = html.text(records.words_of(item, "content_html", "content_text"))
        found = jsonld.posting(
            marked, source=self.source, identifier=identifier, page=address, today=self.today
        )
        return replace(
            found,
            title=title.clean(name) or found.title,
            url=records.web_address(address, found.url),
            hiring_organization=found.hiring_organization or employer,
            description=max(text, found.description, key=len),
            job_location_type=found.job_location_type or place.location_type(name),
            date_posted=found.date_posted or dates.read(item.get("date_published"), today=self.today),
            requisition=None,
        )
