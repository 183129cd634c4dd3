"""Boards on CareerPlug, by its public pages: a list in HTML, and a page with JSON-LD for each posting.

Documentation: none; the list is at BOARD.careerplug.com/jobs, its pages are marked up as schema.org asks.
Terms: made for people who look for work; the platform's terms are not known here. Read them before you turn
it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): a posting is linked twice, by its title and by its button, and once more to apply. A page
past the last may show the last again. An account is often a group of franchises: the employer is named by the
page of each posting. Whether work is remote is said by words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import Response

from crawler import answers, jobpage, records, source

MAX_PAGES = 200
POSTING = re.compile(r"/jobs/(\d{1,12})/?(?:\?|$)")


class CareerPlug(source.SourceSpider):
    """Boards on CareerPlug ({board}.careerplug.com)."""

    name = "careerplug"
    base_url = "https://{board}.careerplug.com"
    addresses = (r"(?P<board>[a-z0-9-]+)\.careerplug\.com(?:/|$)",)
    use = "optional"

    def first_url(self) -> str:
        return f"{self.url}/jobs"

    def parse(self, response: Response, *, number: int = 1, last: str = "") -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of what the one before it linked to."""
        page, listed = jobpage.board(response)
        found = jobpage.linked(page, response.url, POSTING)
        names = records.digest(sorted(found))
        if names == last:
            yield source.End("the last page came again")
            return
        for identifier, url in found.items():
            yield self.ask(url.partition("?")[0], self.parse_posting, identifier=identifier)
        if not found and not listed.empty:
            raise answers.Unreadable(jobpage.NOTHING)
        if listed.next and number < MAX_PAGES:
            yield self.ask(listed.next, self.parse, number=number + 1, last=names)
        elif listed.doubt or listed.next:
            yield source.Trouble(listed.doubt or f"more than {MAX_PAGES} pages", response.url)
        else:
            yield source.End("no next page", total=None if found or number > 1 else 0)

    def parse_posting(self, response: Response) -> Iterator[source.Term]:
        """The page of a posting."""
        yield jobpage.term(response, self)
