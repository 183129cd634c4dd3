"""Boards on Ashby, by its public job postings API.

Documentation: https://developers.ashbyhq.com/docs/public-job-posting-api (no key)
Terms: made for employers who show their published jobs on pages of their own; others are not mentioned.
Robots: robots.txt of the host, asked each night; it was said to refuse, and then nothing is fetched.
Pace: none is documented; an answer takes 0.3 to 10 s.
Quirks (2026-11): no paging and no total; 404 is an unknown board. `isListed` false is not for the public.
`isRemote` is true beside `workplaceType` "Hybrid": the latter holds where it is given. No employer is named.
`location` is the employer's own label ("New York, NY (HQ)"), `address.postalAddress` its parts; a secondary
location's parts may stand in `address` itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place


class Ashby(source.SourceSpider):
    """Boards on Ashby (api.ashbyhq.com)."""

    name = "ashby"
    base_url = "https://api.ashbyhq.com"
    addresses = (
        r"api\.ashbyhq\.com/posting-api/job-board/(?P<board>[^/?#]+)",
        r"jobs\.ashbyhq\.com/(?!(?:api|_next|static|assets)(?:[/?#]|$))(?P<board>[^/?#]+)",
    )

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """As everywhere; a board's name may have blanks in it."""
        return {name: unquote(value) for name, value in super().recognise(url).items()}

    def first_url(self) -> str:
        board = records.quoted(self.board)
        return f"{self.url}/posting-api/job-board/{board}?includeCompensation=true"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        jobs = records.list_of(answers.document(response), "jobs")
        yield from self.each(jobs, self.posting)
        yield source.End("the document closes")

    def posting(self, job: Any) -> JobPosting | None:
        """The posting of a record; None for one that is not listed."""
        identifier, name = records.identifier_of(job), records.need(job, "title")
        if job.get("isListed") is False:
            return None
        location, address = records.need(job, "location", object), records.need(job, "jobUrl", object)
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(address, job.get("applyUrl")),
            hiring_organization=records.spelled(self.board),
            description=html.text(records.words_of(job, "descriptionHtml", "descriptionPlain")),
            job_location=_places(job),
            job_location_type=_location_type(job, location, name),
            date_posted=dates.read(job.get("publishedAt") or job.get("publishedDate"), today=self.today),
            base_salary=_pay(job),
            employment_type=employment.read(job.get("employmentType")),
        )


def _places(job: Any) -> tuple[Place, ...]:
    """The main place and the others, each by its parts where they are given."""
    others = job.get("secondaryLocations")
    stated = []
    for one in [job, *(others if isinstance(others, list) else [])]:
        address = records.maybe(one, "address", "postalAddress") or records.maybe(one, "address")
        parts = address if isinstance(address, dict) else {}
        text = one if isinstance(one, str) else records.maybe(one, "location")
        stated.append({**parts, "text": text})
    return place.read(stated)


def _pay(job: Any) -> MonetaryAmount | None:
    """The salary by its figures, in the words of the summary, which rounds them; else what the words say."""
    amount, words = job.get("compensation"), job.get("compensationTierSummary")
    words = records.maybe(amount, "compensationTierSummary") or words
    parts = records.maybe(amount, "summaryComponents")
    for part in parts if isinstance(parts, list) else []:
        if records.maybe(part, "compensationType") == "Salary":
            figures = {"minimum": part.get("minValue"), "maximum": part.get("maxValue")}
            found = pay.read(None, **figures, unit=part.get("interval"), currency=part.get("currencyCode"))
            if found:
                return replace(found, text=html.line(words, 500) or found.text)
    return pay.read(words if isinstance(words, str) else amount if isinstance(amount, dict) else None)


def _location_type(job: Any, location: object, name: str) -> LocationType | None:
    remote = "remote" if job.get("isRemote") is True else None
    return place.location_type(job.get("workplaceType"), location, remote, name)
