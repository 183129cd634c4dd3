"""Boards on Rippling, by its board API: a list, and a page of JSON for each posting.

Documentation: https://developer.rippling.com/documentation/job-board-api (version 1 as the boards use it).
Terms: the documentation names the employer as the user; whether others may read it is not said. Read them
before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: 100 requests in ten minutes are allowed: six seconds.
Quirks (2026-11): the list is a bare array with a row for each place of a posting, all of one `uuid`. Names of
boards collide: "acme-jobs" may be another employer's. `description` is an object of `company` and `role`.
`employmentType` has its words in `id` and a code in `label`. `payRangeDetails` has one range for each place.
An unknown board answers with an object that has an error, or 404.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, figures, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount

RESERVED = r"(?!(?:api|embed)(?:/|$)|_next/)"


class Rippling(source.SourceSpider):
    """Boards on Rippling (api.rippling.com)."""

    name = "rippling"
    base_url = "https://api.rippling.com"
    addresses = (
        rf"ats\.(?:\w+\.)?rippling\.com/(?:[a-z]{{2}}-[a-z]{{2}}/)?{RESERVED}(?P<board>[\w-]+)",
        r"ats\.(?:\w+\.)?rippling\.com/embed/(?P<board>[\w-]+)",
        r"(?:api|ats)\.rippling\.com/(?:platform/)?api/(?:ats/)?v\d/board/(?P<board>[\w-]+)",
    )
    use = "optional"
    pace = 6.0

    def first_url(self) -> str:
        return self._jobs()

    def _jobs(self) -> str:
        return f"{self.url}/platform/api/ats/v1/board/{records.quoted(self.board)}/jobs"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        rows = answers.document(response)
        if not isinstance(rows, list):
            raise answers.Unreadable("the answer is no list of jobs")
        yield from self.each(_grouped(rows), self.detail, key="uuid")
        yield source.End("the document closes", total=len(_grouped(rows)))

    def detail(self, job: Any) -> Request:
        """The request for the page of a job, whose places go along."""
        identifier = records.identifier_of(job, "uuid")
        records.need(job, "name")
        return self.ask(
            f"{self._jobs()}/{records.quoted(identifier)}",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(job),
            listed={name: job.get(name) for name in ("url", "places")},
        )

    def parse_posting(
        self, response: Response, *, listed: dict[str, Any] | None = None
    ) -> Iterator[source.Term]:
        """The page of a job; `listed` is what its rows of the list said."""
        job = answers.document(response)
        name = records.need(job, "name")
        identifier = response.meta.get("identifier") or records.identifier_of(job, "uuid")
        stated = records.maybe(job, "workLocations") or records.maybe(listed, "places")
        places = [words for words in stated if isinstance(words, str)] if isinstance(stated, list) else []
        kind = job.get("employmentType")
        site = f"{self.url.replace('//api.', '//ats.', 1)}/{records.quoted(self.board)}/jobs"
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=identifier,
                title=title.clean(name),
                url=records.web_address(
                    job.get("url"), records.maybe(listed, "url"), f"{site}/{records.quoted(identifier)}"
                ),
                hiring_organization=html.line(job.get("companyName"), 300) or records.spelled(self.board),
                description=_description(job.get("description")),
                job_location=place.read(places),
                job_location_type=_location_type(places, name),
                date_posted=dates.read(job.get("createdOn"), today=self.today),
                base_salary=_pay(job.get("payRangeDetails")),
                employment_type=employment.read(
                    [records.maybe(kind, "id"), records.maybe(kind, "label"), kind]
                ),
            )
        )


def _grouped(rows: list[Any]) -> list[Any]:
    """One record for each posting, with the places of all its rows."""
    found: dict[str, dict[str, Any]] = {}
    others = []
    for row in rows:
        if not (name := records.name_of(row, "uuid")):
            others.append(row)
            continue
        group = found.setdefault(name, {**row, "places": []})
        stated = row.get("workLocation")
        label = html.line(records.maybe(stated, "label") or stated, 200)
        if label and label not in group["places"]:
            group["places"].append(label)
    return [*found.values(), *others]


def _description(stated: object) -> str:
    """What the page shows: the employer, then the role."""
    if not isinstance(stated, dict):
        return html.text(stated)
    parts = [html.text(stated.get(name)) for name in ("company", "role")]
    return html.text("\n\n".join(filter(None, parts)))


def _location_type(places: list[str], name: str) -> LocationType | None:
    """What all places say alike, else the title."""
    kinds = {place.location_type(words) for words in places} or {None}
    return kinds.pop() if len(kinds) == 1 and None not in kinds else place.location_type(name)


def _pay(stated: object) -> MonetaryAmount | None:
    """The range; several of one currency and unit, one a place, are one wide range, else the first."""
    ranges = [one for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []
    if not ranges:
        return None
    alike = len({(str(one.get("currency")), str(one.get("frequency"))) for one in ranges}) == 1
    lows, highs = ([figures.number(one.get(name)) for one in ranges] for name in ("rangeStart", "rangeEnd"))
    low, high = lows[0], highs[0]
    if alike and all([*lows, *highs]):
        low, high = min(filter(None, lows)), max(filter(None, highs))
    first = ranges[0]
    return pay.read(
        None, minimum=low, maximum=high, unit=first.get("frequency"), currency=first.get("currency")
    )
