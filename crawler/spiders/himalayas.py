"""Himalayas' search for customer service: the newest jobs done from home, page by page.

Documentation: https://himalayas.app/api and https://himalayas.app/docs/data-dictionary (no key)
Terms: name Himalayas beside what is shown, and link to it; no passing on to Google Jobs, LinkedIn or
Jooble.
Robots: robots.txt of the host, asked each night.
Pace: 429 after about 150 quick calls; we ask once in two seconds, and for 50 pages.
Quirks (2026-11): /jobs/api lists 100,000 jobs, heeds no filter, and pages by a cursor now instead of an
offset; /jobs/api/search heeds `q`, and pages by number. 20 a page, but a page in the middle may hold fewer:
only the total says where the end is. `companyName` is literally "name" at times: then the employer is
spelled from `companySlug`. Dates are seconds since 1970 (milliseconds, says the documentation).
`salaryPeriod` may be missing. `locationRestrictions` are countries, in words or as records; none means
anywhere. There is no id: the identifier is `guid`, the address of the job's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting

SIZE = 20
PAGES = 50  # a night


class Himalayas(source.SourceSpider):
    """Customer-service jobs on Himalayas (himalayas.app)."""

    name = "himalayas"
    base_url = "https://himalayas.app"
    boards = False
    pace = 2.0
    attribution = source.Attribution("via Himalayas", "https://himalayas.app")

    def first_url(self) -> str:
        return self._page(1)

    def _page(self, page: int) -> str:
        return f"{self.url}/jobs/api/search?q=customer+service&sort=recent&page={page}"

    def parse(self, response: Response, *, page: int = 1, last: str = "") -> Iterator[source.Term]:
        """A page; `last` is the digest of the one before."""
        answer = answers.document(response)
        jobs = records.list_of(answer, "jobs")
        names = self.once(jobs, page, last, "guid")
        yield from self.each(jobs, self.posting, "guid")
        total = records.total(answer, "totalCount")
        if page * SIZE >= total:
            yield source.End("totalCount")  # how many it is, the short pages leave open
        elif not jobs:
            raise answers.Unreadable(f"page {page} is empty, and totalCount is {total}")
        elif page >= PAGES:
            yield source.End(f"the newest {PAGES * SIZE:,} of {total:,}", newest=True)
        else:
            yield self.ask(self._page(page + 1), self.parse, page=page + 1, last=names)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job, "guid"), records.need(job, "title")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(job.get("guid"), job.get("applicationLink")),
            hiring_organization=_employer(job),
            description=html.text(records.text_of(job, "description", "excerpt")),
            job_location=place.read(job.get("locationRestrictions")),
            job_location_type="remote",
            date_posted=dates.read(job.get("pubDate"), today=self.today),
            valid_through=dates.absolute(job.get("expiryDate")),
            base_salary=pay.read(
                None,
                minimum=job.get("minSalary"),
                maximum=job.get("maxSalary"),
                unit=job.get("salaryPeriod"),
                currency=job.get("currency"),
            ),
            employment_type=employment.read(job.get("employmentType")),
        )


def _employer(job: Any) -> str:
    named = html.line(job.get("companyName"), 300)
    return named if named.lower() != "name" else records.spelled(html.line(job.get("companySlug"), 100))
