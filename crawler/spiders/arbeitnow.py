"""Arbeitnow's job board, most of it in Germany: the whole list, page by page.

Documentation: https://www.arbeitnow.com/api/job-board-api and https://www.arbeitnow.com/blog/job-board-api
(no key)
Terms: free to use; it asks for a link back to it.
Robots: robots.txt of the host, asked each night.
Pace: none is documented; we ask once in two seconds.
Quirks (2026-11): no category can be asked for. No total is told: `links.next` is null on the last page. The
identifier is `slug`. `created_at` is in seconds. Descriptions of some employers come entity-escaped.
`location` is a town without its country, several with commas, or "Remote"; `job_types` mixes kinds of
employment with ranks ("professional / experienced").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, place, title
from crawler.items import JobPosting, LocationType


class Arbeitnow(source.SourceSpider):
    """The job board of Arbeitnow (www.arbeitnow.com)."""

    name = "arbeitnow"
    base_url = "https://www.arbeitnow.com"
    boards = False
    pace = 2.0
    attribution = source.Attribution("via Arbeitnow", "https://www.arbeitnow.com")

    def first_url(self) -> str:
        return self._page(1)

    def _page(self, page: int) -> str:
        return f"{self.url}/api/job-board-api?page={page}"

    def parse(self, response: Response, *, page: int = 1, last: str = "") -> Iterator[source.Term]:
        """A page; `last` is the digest of the one before."""
        answer = answers.document(response)
        jobs = records.list_of(answer, "data")
        names = self.once(jobs, page, last, "slug")
        yield from self.each(jobs, self.posting, "slug")
        if records.need(records.need(answer, "links", object), "next", object) is None:
            yield source.End("links.next is null")
            return
        if not jobs:
            raise answers.Unreadable(f"page {page} is empty, and links.next is not null")
        yield self.ask(self._page(page + 1), self.parse, page=page + 1, last=names)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job, "slug"), records.need(job, "title")
        location = job.get("location")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(records.need(job, "url", object)),
            hiring_organization=html.line(job.get("company_name"), 300),
            description=html.text(records.text_of(job, "description")),
            job_location=place.read(location),
            job_location_type=_location_type(job.get("remote"), location, name),
            date_posted=dates.read(job.get("created_at"), today=self.today),
            employment_type=employment.read(job.get("job_types")),
        )


def _location_type(remote: object, *stated: object) -> LocationType | None:
    said = place.location_type(*stated)
    return said or ("remote" if remote is True else None)
