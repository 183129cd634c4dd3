"""Boards on Apploi, by the list behind the public page.

Documentation: none; api.apploi.com/v1/jobs?employer=BOARD is the public site's own data, BOARD a number.
Terms: made for the platform's own site; they are not known here. Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): since September 2026 the API has been seen to answer everybody's postings whatever
`employer` says. So employer 0, whom nobody is, is asked for first; if he has postings, nothing is read. No
total is told: the list ends in an empty page. It also holds what is archived, private or not published. The
employer is named by each record, never by us. An unknown employer answers as one without postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, html, place, title
from crawler.items import JobPosting

LIMIT = 100
NOBODY = "0"
HIDDEN = ("archived", "private")


class Apploi(source.SourceSpider):
    """Boards on Apploi (api.apploi.com)."""

    name = "apploi"
    base_url = "https://api.apploi.com"
    addresses = (
        r"api\.apploi\.com/v1/jobs\?(?:[^#]*&)?employer=(?P<board>\d+)",
        r"jobs\.apploi\.com/profile/(?P<board>[\w-]+)",
    )
    use = "optional"

    def first_url(self) -> str:
        return self._page(NOBODY, 1, 0)

    def _page(self, employer: str, limit: int, offset: int) -> str:
        return f"{self.url}/v1/jobs?employer={records.quoted(employer)}&limit={limit}&offset={offset}"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """What there is of an employer whom nobody is."""
        if records.list_of(answers.document(response), "data"):
            raise answers.Unreadable("`employer` is not heeded: postings come of an employer whom nobody is")
        yield self.ask(self._page(self.board, LIMIT, 0), self.parse_page)

    def parse_page(self, response: Response, *, offset: int = 0, last: str = "") -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of the one before."""
        jobs = records.list_of(answers.document(response), "data")
        if not jobs:
            yield source.End("an empty page", total=None if offset else 0, sure=offset > 0)
            return
        names = records.digest(sorted(records.name_of(job) or records.digest(job) for job in jobs))
        if names == last:
            raise answers.Unreadable("the list repeats the page before it")
        yield from self.each(jobs, self.posting)
        offset += len(jobs)
        yield self.ask(self._page(self.board, LIMIT, offset), self.parse_page, offset=offset, last=names)

    def posting(self, job: Any) -> JobPosting | None:
        """The posting of a record; None for one that is not shown to everybody."""
        identifier, name = records.identifier_of(job), records.need(job, "name")
        if job.get("published") is False or any(job.get(state) is True for state in HIDDEN):
            return None
        where = {part: job.get(part) for part in ("city", "state", "country")}
        site = f"{self.url.replace('//api.', '//jobs.', 1)}/view/{records.quoted(identifier)}"
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(job.get("url"), site),
            hiring_organization=html.line(job.get("brand_name_with_company_only"), 300),
            description=html.text(records.text_of(job, "description")),
            job_location=place.read(where),
            job_location_type=place.location_type(job.get("city"), name),
            date_posted=dates.read(job.get("published_date"), today=self.today),
        )
