"""Remotive's customer-support category: jobs done from home, in one answer.

Documentation: https://github.com/remotive-com/remote-jobs-api (no key)
Terms: name Remotive, link to its own page of each job, and submit none to Jooble, Google Jobs, LinkedIn or
the like; nobody may have to sign up to see one. Listings come with a delay of 24 hours.
Robots: robots.txt of the host, asked each night.
Pace: four calls a day at most, and more than two a minute are blocked; we ask once, and rest six hours.
Quirks (2026-11): beside "jobs" stand notices under names like "0-legal-notice". `publication_date` has no
zone: its day is kept as it stands. `salary` is free text, "" where there is none. `job_type` may be "".
`candidate_required_location` is where applicants may live ("USA Only", "Americas, Europe"), not where the
work is. A category that is called otherwise one day may answer an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import areas, dates, employment, html, pay, title
from crawler.items import JobPosting


class Remotive(source.SourceSpider):
    """Customer-support jobs on Remotive (remotive.com)."""

    name = "remotive"
    base_url = "https://remotive.com"
    boards = False
    pace = 30.0
    rest = timedelta(hours=6)
    attribution = source.Attribution("via Remotive", "https://remotive.com")

    def first_url(self) -> str:
        return f"{self.url}/api/remote-jobs?category=customer-support"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole list."""
        answer = answers.document(response)
        jobs = records.list_of(answer, "jobs")
        yield from self.each(jobs, self.posting)
        if "job-count" in answer:
            yield source.End("job-count", total=records.total(answer, "job-count"), sure=bool(jobs))
        else:
            yield source.End("the document closes", sure=bool(jobs))

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job), records.need(job, "title")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(records.need(job, "url", object)),
            hiring_organization=html.line(job.get("company_name"), 300),
            description=html.text(records.text_of(job, "description")),
            job_location=areas.read(job.get("candidate_required_location")),
            job_location_type="remote",
            date_posted=dates.read(job.get("publication_date"), today=self.today),
            base_salary=pay.read(html.line(job.get("salary"))),
            employment_type=employment.read(job.get("job_type")),
        )
