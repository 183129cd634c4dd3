"""The Muse's customer-service category, page by page.

Documentation: https://www.themuse.com/developers/api/v2 (no key needed)
Terms: https://www.themuse.com/developers/api/v2/terms; we name The Muse and link to its own page of each
job.
Robots: robots.txt of the host, asked each night.
Pace: 500 requests an hour without a key: one in eight seconds would never exceed it, and the category has
some seventy pages; we ask once in two seconds. 403 means: too many requests.
Quirks (2026-11): `page_count` and `total` tell more than can be asked for: from page 100 on it answers 400
(page is too high). The first page is 0. `locations[].name` may be "Flexible / Remote",
which is no place. `levels` are ranks,
and there is neither pay nor employment type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, html, place, title
from crawler.items import JobPosting

LAST = 99  # the highest page that it answers


class TheMuse(source.SourceSpider):
    """Customer-service jobs on The Muse (www.themuse.com)."""

    name = "themuse"
    base_url = "https://www.themuse.com"
    boards = False
    pace = 2.0
    attribution = source.Attribution("via The Muse", "https://www.themuse.com")

    def first_url(self) -> str:
        return self._page(0)

    def _page(self, page: int) -> str:
        return f"{self.url}/api/public/jobs?category=Customer%20Service&page={page}"

    def parse(
        self, response: Response, *, page: int = 0, got: int = 0, last: str = ""
    ) -> Iterator[source.Term]:
        """A page; `got` is how many stood on those before, `last` the digest of the last one."""
        answer = answers.document(response)
        jobs = records.list_of(answer, "results")
        names = self.once(jobs, page, last)
        yield from self.each(jobs, self.posting)
        got, total = got + len(jobs), records.total(answer, "total")
        if got >= total:
            yield source.End("total", total=total)
        elif not jobs:
            raise answers.Unreadable(f"got {got} of {total}")
        elif page >= LAST:
            yield source.Trouble(
                f"got {got} of {total}: page {LAST} is the last that it answers", response.url
            )
        else:
            yield self.ask(self._page(page + 1), self.parse, page=page + 1, got=got, last=names)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job), records.need(job, "name")
        stated = job.get("locations")
        words = [records.maybe(one, "name") for one in stated] if isinstance(stated, list) else []
        named = [html.line(where, 300) for where in words]
        towns = [where for where in named if where != "Flexible / Remote"]
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(records.maybe(job, "refs", "landing_page")),
            hiring_organization=html.line(records.maybe(job, "company", "name"), 300),
            description=html.text(records.text_of(job, "contents")),
            job_location=place.read(towns),
            job_location_type=place.location_type(*named, name),
            date_posted=dates.read(job.get("publication_date"), today=self.today),
        )
