"""Boards on JazzHR, by its public pages: one list in HTML, and a page with JSON-LD for each posting.

Documentation: none of the pages; the list is at BOARD.applytojob.com/apply. The API asks for a key.
Terms: made for people who look for work; an audit of 2026 found the platform's terms unfriendly to others.
Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): the list is one page, whatever its length. A posting's name is the token after /apply/, the
words after it may change. "job_20260105_77" in the markup is another name of the board's, no
employer's number. One that is over may answer 200 without markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scrapy.http import Response

from crawler import answers, jobpage, source
from crawler.items import JobPosting

POSTING = re.compile(r"/apply/(?:jobs/details/)?(?!jobs(?:/|$))([\w-]{3,80})(?:/[^?]*)?(?:\?|$)")


class JazzHR(source.SourceSpider):
    """Boards on JazzHR ({board}.applytojob.com)."""

    name = "jazzhr"
    base_url = "https://{board}.applytojob.com"
    addresses = (
        r"(?P<board>[a-z0-9-]+)\.applytojob\.com(?:/|$)",
        r"app\.jazz\.co/widgets/basic/create/(?P<board>[\w-]+)",
    )
    use = "optional"

    def first_url(self) -> str:
        return f"{self.url}/apply"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The list."""
        page, listed = jobpage.board(response)
        found = jobpage.linked(page, response.url, POSTING)
        for identifier, url in found.items():
            yield self.ask(url.partition("?")[0], self.parse_posting, identifier=identifier)
        if not found and not listed.empty:
            raise answers.Unreadable(jobpage.NOTHING)
        yield source.End("</html>", total=len(found))

    def parse_posting(self, response: Response) -> Iterator[source.Term]:
        """The page of a posting."""
        found = jobpage.term(response, self)
        if isinstance(found, JobPosting) and (found.requisition or "").startswith("job_"):
            found = replace(found, requisition=None)
        yield found
