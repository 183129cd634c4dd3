"""Boards on Manatal, by the list behind the public page.

Documentation: none; careers-page.com/api/v1.0/c/BOARD/jobs is the public site's own data.
Terms: made for the employer's own site; an audit of 2026 found the platform's terms unfriendly to others.
Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: a request for every 20 postings; none is documented.
Quirks (2026-11): `count` is the total, and pages are numbered. The page of a posting is named by its `hash`.
No employer is named, no day and no requisition; pay only in words of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import html, place, title
from crawler.items import JobPosting


class Manatal(source.SourceSpider):
    """Boards on Manatal (careers-page.com)."""

    name = "manatal"
    base_url = "https://www.careers-page.com"
    addresses = (
        r"(?:www\.)?careers-page\.com/api/v[\d.]+/c/(?P<board>[\w.-]+)",
        r"(?:www\.)?careers-page\.com/(?!api/)(?P<board>[\w.-]+)",
    )
    use = "optional"

    def first_url(self):
        return self._page(1)

    def _page(self, number):
        return f"{self.url}/api/v1.0/c/{records.quoted(self.board)}/jobs/?page={number}"

    def parse(
        self, response: Response, *, number: int = 1, got: int = 0, last: str = ""
    ) -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of the one before."""
        answer = answers.document(response)
        total, jobs = records.total(answer, "count"), records.list_of(answer, "results")
        names = self.once(jobs, number, last)
        yield from self.each(jobs, self.posting)
        got += len(jobs)
        if got >= total:
            yield source.End("count", total=total)
        elif not jobs:
            raise answers.Unreadable(f"got {got} of {total}")
        else:
            yield self.ask(self._page(number + 1), self.parse, number=number + 1, got=got, last=names)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record of the list."""
        identifier, name, slug = (
            records.identifier_of(job),
            records.need(job, "position_name"),
            job.get("hash"),
        )
        where = {part: job.get(part) for part in ("city", "state", "country")}
        where |= {"postal_code": job.get("zipcode"), "text": job.get("location_display")}
        page = f"{self.url}/{records.quoted(self.board)}/job/{records.quoted(str(slug))}" if slug else ""
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(page),
            hiring_organization=records.spelled(self.board),
            description=html.text(records.words_of(job, "description")),
            job_location=place.read(where),
            job_location_type=place.location_type(job.get("location_display"), name),
        )
