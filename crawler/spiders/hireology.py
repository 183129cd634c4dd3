"""Boards on Hireology, by the list behind the public page.

Documentation: none; api.hireology.com/v2/public/careers/BOARD is the public site's own data.
Terms: made for the employer's own site; the platform's terms are not known here. Read them before you turn it
on.
Robots: robots.txt of the host, asked each night. Pace: a board is one request, or few; none is documented.
Quirks (2026-11): with `page_size=500` nearly every board is one page. `count` is the total. A board of a
group lists the openings of its houses: `organization` names the house. Pay has no currency, and "0.0" is
unknown. `created_at` is the day of posting. Some boards ask for a token of their page: they answer 401, and
are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, MonetaryAmount, Place

SIZE = 500


class Hireology(source.SourceSpider):
    """Boards on Hireology (api.hireology.com)."""

    name = "hireology"
    base_url = "https://api.hireology.com"
    addresses = (
        r"careers\.hireology\.com/(?P<board>[\w.&%-]+)",
        r"(?P<board>[a-z0-9-]+)\.hireology\.careers(?:/|$)",
        r"api\.hireology\.com/v\d/(?:public/)?careers/(?P<board>[\w.&%-]+)",
    )
    use = "optional"

    def first_url(self) -> str:
        return self._page(1)

    def _page(self, number: int) -> str:
        board = records.quoted(self.board)
        return f"{self.url}/v2/public/careers/{board}?page_size={SIZE}&page={number}"

    def parse(
        self, response: Response, *, number: int = 1, got: int = 0, last: str = ""
    ) -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of the one before."""
        answer = answers.document(response)
        total, jobs = records.total(answer, "count"), records.list_of(answer, "data")
        names = self.once(jobs, number, last)
        yield from self.each(jobs, self.posting)
        if jobs and not total:
            raise answers.Unreadable(f"count is 0, and {len(jobs)} are listed")
        got += len(jobs)
        if got >= total:
            yield source.End("count", total=total)
        elif not jobs:
            raise answers.Unreadable(f"got {got} of {total}")
        else:
            yield self.ask(self._page(number + 1), self.parse, number=number + 1, got=got, last=names)

    def posting(self, job: Any) -> JobPosting | None:
        """The posting of a record; None for one that is not open."""
        identifier, name = records.identifier_of(job), records.need(job, "name")
        if html.line(job.get("status"), 40).lower() not in ("", "open"):
            return None
        places = _places(job.get("locations"))
        site = f"{self.url.replace('//api.', '//careers.', 1)}/{records.quoted(self.board)}"
        organization = html.line(records.maybe(job, "organization", "name"), 300)
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(
                job.get("career_site_url"), f"{site}/{records.quoted(identifier)}/description"
            ),
            hiring_organization=organization or records.spelled(self.board),
            description=html.text(records.text_of(job, "job_description")),
            job_location=places,
            job_location_type="remote" if job.get("remote") is True else place.location_type(name),
            date_posted=dates.read(job.get("created_at"), today=self.today),
            base_salary=_pay(job.get("compensation")),
            employment_type=employment.read(job.get("employment_status")),
        )


def _places(stated: object) -> tuple[Place, ...]:
    """The towns; the street of a house is no place of ours."""
    found = stated if isinstance(stated, list) else [stated]
    return place.read([_place(one) for one in found])


def _place(stated: object) -> object:
    if not isinstance(stated, dict):
        return stated
    return {"city": stated.get("city"), "state": stated.get("state"), "postalCode": stated.get("zip_code")}


def _pay(stated: object) -> MonetaryAmount | None:
    """The range, or the one amount."""
    if not isinstance(stated, dict):
        return None
    unit, single = stated.get("comp_period"), stated.get("comp_single_amount")
    if stated.get("is_comp_range") is False:
        return pay.read(None, minimum=single, maximum=single, unit=unit)
    return pay.read(
        None, minimum=stated.get("comp_range_min"), maximum=stated.get("comp_range_max"), unit=unit
    )
