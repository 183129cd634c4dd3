"""Jobicy's category of customer support and success: the newest jobs done from home, in one answer.

Documentation: https://jobicy.com/jobs-rss-feed (no key)
Terms: credit Jobicy and keep the link to its own page of each job; not to be shown as one's own.
Robots: robots.txt of the host, asked each night.
Pace: at most once an hour; we ask once, and rest an hour.
Quirks (2026-11): 100 jobs at most, the newest: with fewer, that is the whole category. Pay came as
`annualSalaryMin` and `annualSalaryMax` before there were `salaryMin`, `salaryMax` and `salaryPeriod`; all
are optional, and one may come without the other. `jobGeo` is where applicants may live ("UK,  USA",
"Anywhere"). `jobTitle` and `jobIndustry` may hold entities. An error answers 200 with "success": false and
no jobs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import areas, dates, employment, html, pay, title
from crawler.items import JobPosting, MonetaryAmount

MOST = 100


class Jobicy(source.SourceSpider):
    """Customer-support jobs on Jobicy (jobicy.com)."""

    name = "jobicy"
    base_url = "https://jobicy.com"
    boards = False
    rest = timedelta(hours=1)
    attribution = source.Attribution("via Jobicy", "https://jobicy.com")

    def first_url(self) -> str:
        return f"{self.url}/api/v2/remote-jobs?count={MOST}&industry=supporting"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole answer."""
        answer = answers.document(response)
        jobs = records.list_of(answer, "jobs")
        yield from self.each(jobs, self.posting)
        newest = len(jobs) >= MOST
        if "jobCount" in answer:
            total = records.total(answer, "jobCount")
            yield source.End("jobCount", total=total, sure=bool(jobs), newest=newest)
        else:
            yield source.End("the document closes", sure=bool(jobs), newest=newest)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job), records.need(job, "jobTitle")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(records.need(job, "url", object)),
            hiring_organization=html.line(job.get("companyName"), 300),
            description=html.text(records.text_of(job, "jobDescription", "jobExcerpt")),
            job_location=areas.read(job.get("jobGeo")),
            job_location_type="remote",
            date_posted=dates.read(job.get("pubDate"), today=self.today),
            base_salary=_pay(job),
            employment_type=employment.read(job.get("jobType")),
        )


def _pay(job: Any) -> MonetaryAmount | None:
    low, high, unit = job.get("salaryMin"), job.get("salaryMax"), job.get("salaryPeriod")
    if low is None and high is None:
        low, high, unit = job.get("annualSalaryMin"), job.get("annualSalaryMax"), "year"
    return pay.read(None, minimum=low, maximum=high, unit=unit, currency=job.get("salaryCurrency"))
