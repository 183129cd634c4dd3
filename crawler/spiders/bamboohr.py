"""Boards on BambooHR, by the list behind the public page, and a page of JSON for each posting.

Documentation: none; BOARD.bamboohr.com/careers/list and /careers/ID/detail are the public site's own data.
Terms: made for the employer's own site; an audit of 2026 found the platform's terms unfriendly to others.
Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): `isRemote` is null nearly everywhere, `locationType` says "0" on site, "1" remote, "2"
hybrid. A place stands in `location` or in `atsLocation`, whose region is `state` or `province`. `datePosted`,
pay in words and the text stand in the detail alone; one that is over may still have a detail. No employer is
named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

WORKPLACES: dict[str, LocationType] = {"0": "onsite", "1": "remote", "2": "hybrid"}


class BambooHR(source.SourceSpider):
    """Boards on BambooHR ({board}.bamboohr.com)."""

    name = "bamboohr"
    base_url = "https://{board}.bamboohr.com"
    addresses = (r"(?P<board>[a-z0-9-]+)\.bamboohr\.com(?:/|$)",)
    use = "optional"

    def first_url(self) -> str:
        return f"{self.url}/careers/list"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        board = answers.document(response)
        jobs = records.list_of(board, "result")
        yield from self.each(jobs, self.detail)
        if records.maybe(board, "meta", "totalCount") is None:
            yield source.End("the document closes", sure=bool(jobs))
            return
        total = records.total(board["meta"], "totalCount")
        if len(jobs) < total or (jobs and not total):
            raise answers.Unreadable(f"got {len(jobs)} of {total}")
        yield source.End("meta.totalCount", total=total)

    def detail(self, job: Any) -> Request:
        """The request for the detail of a record of the list, which goes along."""
        identifier = records.identifier_of(job)
        records.need(job, "jobOpeningName")
        return self.ask(
            f"{self.url}/careers/{records.quoted(identifier)}/detail",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(job),
            listed=job,
        )

    def parse_posting(
        self, response: Response, *, listed: dict[str, Any] | None = None
    ) -> Iterator[source.Term]:
        """The detail of a posting; `listed` is its record of the list."""
        job = records.need(records.need(answers.document(response), "result", dict), "jobOpening", dict)
        identifier = response.meta.get("identifier") or response.url.split("/")[-2]
        status = html.line(job.get("jobOpeningStatus"), 40)
        if status and status.lower() != "open":
            yield source.Gone(identifier, f"jobOpeningStatus {status}")
            return
        job = {**(listed or {}), **{name: value for name, value in job.items() if value is not None}}
        name = records.need(job, "jobOpeningName")
        site = f"{self.url}/careers/{records.quoted(identifier)}"
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=identifier,
                title=title.clean(name),
                url=records.web_address(job.get("jobOpeningShareUrl"), site),
                hiring_organization=records.spelled(self.board),
                description=html.text(records.text_of(job, "description")),
                job_location=_places(job),
                job_location_type=_location_type(job, name),
                date_posted=dates.read(job.get("datePosted"), today=self.today),
                base_salary=_pay(job.get("compensation")),
                employment_type=employment.read(
                    [job.get("employmentStatusLabel"), job.get("employmentType")]
                ),
            )
        )


def _places(job: dict[str, Any]) -> tuple[Place, ...]:
    """The place of the posting, else that of the office."""
    return next((found for name in ("atsLocation", "location") if (found := _place(job.get(name)))), ())


def _place(stated: object) -> tuple[Place, ...]:
    if not isinstance(stated, dict):
        return ()
    parts = {
        "city": stated.get("city"),
        "state": stated.get("state") or stated.get("province"),
        "postalCode": stated.get("postalCode"),
        "country": stated.get("country") or stated.get("addressCountry"),
    }
    return place.read(parts)


def _location_type(job: dict[str, Any], name: str) -> LocationType | None:
    kind = job.get("locationType")
    if job.get("isRemote") is True and str(kind) != "2":
        return "remote"
    return WORKPLACES.get(str(kind)) or place.location_type(name)


def _pay(stated: object) -> MonetaryAmount | None:
    """Pay in words or in fields; words without figures are no pay."""
    found = pay.read(stated if isinstance(stated, dict) else html.line(stated, 300))
    return found if found and (found.min_value or found.max_value) else None
