"""Remote OK's newest jobs, in one answer.

Documentation: https://remoteok.com/api (no key; the first item of the answer is its terms)
Terms: link to the job's own page on Remote OK, followable, and name Remote OK as the source; no logo of
theirs.
Robots: robots.txt of the host, asked each night.
Pace: one call; none is documented.
Quirks (2026-11): item 0 is the legal notice and no job. About 100 jobs, the newest of all kinds: the answer
has no category that could be asked for. Texts are often UTF-8 that was read as Latin-1. A pay of 0 is
unknown; neither its currency nor its unit is told. `location` names some parts twice ("Austin, Austin,
Texas, United States"), and ends in ", " where a part is missing. Ads of shops and bars are among them:
where a town is stated, the list's word that all is done from home is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, html, pay, place, title
from crawler.items import JobPosting, LocationType, Place

LATIN = re.compile("[\xc2-\xf4][\x80-\xbf]{1,3}")  # one character of UTF-8, read as Latin-1


class RemoteOK(source.SourceSpider):
    """The newest jobs on Remote OK (remoteok.com)."""

    name = "remoteok"
    base_url = "https://remoteok.com"
    boards = False
    attribution = source.Attribution("via Remote OK", "https://remoteok.com")

    def first_url(self) -> str:
        return f"{self.url}/api"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole answer."""
        got = answers.document(response)
        if not isinstance(got, list):
            raise answers.Unreadable("the answer is no list of jobs")
        jobs = [job for job in got if not _is_notice(job)]
        yield from self.each(jobs, self.posting)
        yield source.End("the document closes", sure=bool(jobs), newest=True)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job), records.need(job, "position")
        said = _mended(job.get("location"))
        parts = dict.fromkeys(part for piece in said.split(",") if (part := piece.strip()))
        places = place.read(", ".join(parts))
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(_mended(name)),
            url=records.web_address(records.need(job, "url", object)),
            hiring_organization=html.line(_mended(job.get("company")), 300),
            description=html.text(_mended(records.text_of(job, "description"))),
            job_location=places,
            job_location_type=_location_type(places, said, name),
            date_posted=dates.read(job.get("date") or job.get("epoch"), today=self.today),
            base_salary=pay.read(None, minimum=job.get("salary_min"), maximum=job.get("salary_max")),
        )


def _is_notice(record: Any) -> bool:
    return isinstance(record, dict) and "legal" in record and "id" not in record


def _location_type(places: tuple[Place, ...], *stated: str) -> LocationType | None:
    if said := place.location_type(*stated):
        return said
    return None if any(found.address_locality for found in places) else "remote"


def _mended(raw: object) -> str:
    """A text without the marks of a wrong encoding."""
    return LATIN.sub(_as_utf8, raw) if isinstance(raw, str) else ""


def _as_utf8(found: re.Match[str]) -> str:
    try:
        return found[0].encode("latin-1").decode()
    except UnicodeError:
        return found[0]
