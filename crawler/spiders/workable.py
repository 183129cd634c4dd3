"""Boards on Workable, by the list that its widget shows.

Documentation: none of the list itself; https://workable.readme.io/reference/jobs says what its fields mean.
Terms: made for employers who show their published jobs on pages of their own; others are not mentioned.
Robots: robots.txt of the host, asked each night.
Pace: all boards share one host that soon answers 429 and wants breaks of up to a minute: ten seconds.
Quirks (2026-11): no paging and no total; 404 is an unknown board. A job has a row for each of its places:
rows of one `shortcode` are one posting. Descriptions are left out without `details=true`. `state` is a
region. `telecommuting` is remote. A place that is `hidden` is not shown on the board's own pages: of a
remote job it is some office. `code` is the employer's number, mostly blank. The list behind the board's own
pages (`results`) has other names for some fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, place, title
from crawler.items import JobPosting, LocationType

PARTS = ("full_description", "description", "requirements", "benefits")
TYPES = {"full": "full-time", "part": "part-time"}


class Workable(source.SourceSpider):
    """Boards on Workable (apply.workable.com)."""

    name = "workable"
    base_url = "https://apply.workable.com"
    pace = 10.0
    addresses = (
        r"apply\.workable\.com/api/v\d/(?:widget/)?accounts/(?P<board>[\w-]+)",
        r"apply\.workable\.com/(?!(?:api|j|assets|static|oauth)(?:[/?#]|$))(?P<board>[\w-]+)",
        r"www\.workable\.com/api/accounts/(?P<board>[\w-]+)",
        r"(?P<board>[a-z0-9-]+)\.workable\.com(?![\w.-])",
    )

    def first_url(self) -> str:
        return f"{self.url}/api/v1/widget/accounts/{records.quoted(self.board)}?details=true"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        board = answers.document(response)
        kind = "results" if records.maybe(board, "results") is not None else "jobs"
        rows = records.list_of(board, kind)
        employer = html.line(records.maybe(board, "name"), 300) or records.spelled(self.board)
        yield from self.each(_grouped(rows), lambda job: self.posting(job, employer), "shortcode")
        if "total" in board:
            yield source.End("total", total=records.total(board, "total"))
        else:
            yield source.End("the document closes")

    def posting(self, job: Any, employer: str) -> JobPosting:
        """The posting of a job, whose `rows` are as they stood in the list."""
        identifier, name = records.identifier_of(job, "shortcode"), records.need(job, "title")
        page = f"https://apply.workable.com/{records.quoted(self.board)}/j/{records.quoted(identifier)}/"
        days = (job.get(key) for key in ("published_on", "published", "created_at"))
        kind, workplace = job.get("employment_type") or job.get("type"), _location_type(job, name)
        places = [where for row in job["rows"] for where in _places(row, hide=workplace == "remote")]
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(job.get("url"), job.get("shortlink"), page),
            hiring_organization=employer,
            description=_description(job),
            job_location=place.read(places),
            job_location_type=workplace,
            date_posted=dates.read(next(filter(None, days), None), today=self.today),
            employment_type=employment.read(TYPES.get(kind, kind) if isinstance(kind, str) else kind),
            requisition=records.requisition_of(job.get("code")),
        )


def _grouped(rows: Iterable[Any]) -> list[Any]:
    """One record a job: its fullest row, whatever their order, and all of them as `rows`."""
    groups: dict[Any, list[Any]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(records.name_of(row, "shortcode") or number, []).append(row)
    fullest = [(max(group, key=_fullness), group) for group in groups.values()]
    return [{**row, "rows": group} if isinstance(row, dict) else row for row, group in fullest]


def _fullness(row: Any) -> tuple[int, str]:
    texts = (records.maybe(row, part) for part in PARTS)
    return sum(len(words) for words in texts if isinstance(words, str)), records.digest(row)


def _description(job: Any) -> str:
    """The whole text, or its parts in the order that the board's page shows them."""
    parts = [records.words_of(job, "full_description", "description")]
    if not job.get("full_description"):
        parts += [job.get("requirements"), job.get("benefits")]
    return html.text("\n\n".join(filter(None, map(html.text, parts))))


def _places(row: Any, *, hide: bool) -> list[dict[str, Any]]:
    """The places of a row that its board shows, else what its columns say, unless these too are hidden."""
    listed = row.get("locations")
    found = [one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict)]
    shown = [one for one in found if one.get("hidden") is not True]
    own = row.get("location") if isinstance(row.get("location"), dict) else row
    stated = shown or ([] if found and hide else [own])
    return [parts for one in stated if (parts := _parts(one))]


def _parts(one: Any) -> dict[str, Any]:
    """A place's parts by names that hold for all; a country by its code where there is one."""
    city, region = one.get("city"), one.get("region") or one.get("state")
    country = one.get("country")
    whole = ", ".join(part for part in (city, region, country) if isinstance(part, str) and part.strip())
    code = one.get("countryCode") or one.get("country_code") or country
    found = {"city": city, "region": region, "country": code, "postal_code": one.get("zip_code")}
    return {**found, "text": whole} if whole or any(found.values()) else {}


def _location_type(job: Any, name: str) -> LocationType | None:
    ticked = any(
        records.maybe(one, key) is True
        for one in (job, job.get("location"))
        for key in ("telecommuting", "remote")
    )
    stated = (job.get("workplace"), job.get("workplace_type"), "remote" if ticked else None, name)
    return place.location_type(*stated)
