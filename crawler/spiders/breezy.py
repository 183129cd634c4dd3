"""Boards on Breezy, by their list in JSON, and a page with JSON-LD for each posting.

Documentation: none; BOARD.breezy.hr/json is the public site's own data.
Terms: made for the employer's own site; the platform's terms are not known here. Read them before you turn it
on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): an answer is a bare array without descriptions; these stand in the markup of the pages. Any
name of a board answers 200 with an empty array. `published_date`, `company` and `salary` may be missing or
blank. A place may be just "Remote, US" with `is_remote`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, jobpage, links, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import LocationType, Place

PAGE = ("id", "name", "location", "locations", "type", "salary", "published_date", "company")


class Breezy(source.SourceSpider):
    """Boards on Breezy ({board}.breezy.hr)."""

    name = "breezy"
    base_url = "https://{board}.breezy.hr"
    addresses = (r"(?P<board>[a-z0-9-]+)\.breezy\.hr(?:/|$)",)
    use = "optional"

    def first_url(self) -> str:
        return f"{self.url}/json"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        jobs = answers.document(response)
        if not isinstance(jobs, list):
            raise answers.Unreadable("the answer is no list of positions")
        yield from self.each(jobs, self.detail)
        yield source.End("the document closes", total=len(jobs), sure=bool(jobs))

    def detail(self, job: Any) -> Request:
        """The request for the page of a position; what the list says of it goes along."""
        identifier = records.identifier_of(job)
        records.need(job, "name")
        slug = records.name_of(job, "friendly_id") or identifier
        stated = records.web_address(job.get("url"))
        return self.ask(
            links.absolute(stated, stated) or f"{self.url}/p/{records.quoted(slug)}",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(job),
            listed={name: job[name] for name in PAGE if job.get(name) is not None},
        )

    def parse_posting(
        self, response: Response, *, listed: dict[str, Any] | None = None
    ) -> Iterator[source.Term]:
        """The page of a position: its markup has the text, the list the rest."""
        found, listed = jobpage.term(response, self), listed or {}
        if isinstance(found, source.Gone):
            if found.reason == "markup removed":  # the list still names it
                raise answers.Unreadable("the page holds no JobPosting")
            yield found
            return
        company = html.line(records.maybe(listed, "company", "name"), 300)
        yield replace(
            found,
            title=title.clean(listed.get("name")) or found.title,
            hiring_organization=company or found.hiring_organization or records.spelled(self.board),
            job_location=_places(listed) or found.job_location,
            job_location_type=_location_type(listed) or found.job_location_type,
            date_posted=dates.read(listed.get("published_date"), today=self.today) or found.date_posted,
            base_salary=pay.read(html.line(listed.get("salary"))) or found.base_salary,
            employment_type=employment.read(records.maybe(listed, "type", "name")) or found.employment_type,
        )


def _places(listed: dict[str, Any]) -> tuple[Place, ...]:
    """The first place and the others, each by its fields, else by its name."""
    others = listed.get("locations")
    stated = [listed.get("location"), *(others if isinstance(others, list) else [])]
    return place.read([_place(one) for one in stated])


def _place(stated: object) -> object:
    if not isinstance(stated, dict):
        return stated if isinstance(stated, str) else None
    parts = {
        "city": stated.get("city"),
        "state": _code(stated.get("state")),
        "country": _code(stated.get("country")),
    }
    return {**parts, "name": stated.get("name")} if any(parts.values()) else stated.get("name")


def _code(stated: object) -> object:
    """The code of a state or country, else its name."""
    return records.maybe(stated, "id") or stated if isinstance(stated, dict) else stated


def _location_type(listed: dict[str, Any]) -> LocationType | None:
    stated = listed.get("location")
    if records.maybe(stated, "is_remote") is True:
        return "remote"
    return place.location_type(records.maybe(stated, "name"), listed.get("name"))
