"""Boards on Lever, by its public Postings API.

Documentation: https://github.com/lever/postings-api (no key for any GET)
Terms: published postings "may be scraped by third parties", it says.
Robots: robots.txt of the host, asked each night.
Pace: none is documented for GET; two a second is for applications.
Quirks (2026-11): boards in the EU are read at https://api.eu.lever.co: `url`. An answer is a bare array, no
total is told, 404 is an unknown board. `description` already holds `opening` and `descriptionBody`; `lists`
are the headed bullets that follow. `workplaceType` may be "unspecified". No employer is named. A page may be
shorter than we asked for and still not be the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, MonetaryAmount, Place

LIMIT = 100


class Lever(source.SourceSpider):
    """Boards on Lever (api.lever.co)."""

    name = "lever"
    base_url = "https://api.lever.co"
    addresses = (
        r"api(?P<url>\.eu)?\.lever\.co/v0/postings/(?P<board>[\w.-]+)",
        r"jobs(?P<url>\.eu)?\.lever\.co/(?P<board>[\w.-]+)",
    )

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """As everywhere; a board in the EU is read at an address of its own."""
        found = super().recognise(url)
        return found | {"url": "https://api.eu.lever.co"} if "url" in found else found

    def first_url(self) -> str:
        return self._page(0)

    def _page(self, skip: int) -> str:
        board = records.quoted(self.board)
        return f"{self.url}/v0/postings/{board}?mode=json&skip={skip}&limit={LIMIT}"

    def parse(
        self,
        response: Response,
        *,
        skip: int = 0,
        page: int = 1,
        size: int = 0,
        last: str = "",
        empty: bool = False,
    ) -> Iterator[source.Term]:
        """A page; `size` is the longest so far, `last` the digest of the last that held anything."""
        got = answers.document(response)
        if not isinstance(got, list):
            raise answers.Unreadable("the answer is no list of postings")
        names = records.digest(sorted(records.name_of(job) or records.digest(job) for job in got))
        if not got and empty:
            yield source.End("two empty pages")
            return
        if got and names == last:
            if page == 2:
                raise answers.Unreadable("page 2 repeats page 1")
            yield source.End("the last page came again")
            return
        if got and empty:
            raise answers.Unreadable("an empty page stood before others")
        yield from self.each(got, self.posting)
        size = max(size, len(got))
        skip += len(got) or size or LIMIT
        yield self.ask(
            self._page(skip),
            self.parse,
            skip=skip,
            page=page + 1,
            size=size,
            last=names if got else last,
            empty=not got,
        )

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record of the list."""
        identifier, name = records.identifier_of(job), records.need(job, "text")
        categories, address = records.need(job, "categories", object), records.need(job, "hostedUrl", object)
        stated = records.maybe(categories, "allLocations") or records.maybe(categories, "location")
        location = records.maybe(categories, "location")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(address, job.get("applyUrl")),
            hiring_organization=records.spelled(self.board),
            description=_description(job),
            job_location=_places(stated, location, job.get("country")),
            job_location_type=place.location_type(job.get("workplaceType"), location, name),
            date_posted=dates.read(job.get("createdAt"), today=self.today),
            base_salary=_pay(job),
            employment_type=employment.read(records.maybe(categories, "commitment")),
        )


def _description(job: Any) -> str:
    """What the page of a posting shows, from top to bottom."""
    lists = job.get("lists")
    parts = [
        records.words_of(job, "description", "descriptionPlain", "descriptionBody"),
        *(_bullets(part) for part in (lists if isinstance(lists, list) else [])),
        job.get("additional") or job.get("additionalPlain"),
        job.get("salaryDescription"),
    ]
    return html.text("\n\n".join(filter(None, map(html.text, parts))))


def _bullets(part: object) -> str:
    head, items = records.maybe(part, "text"), records.maybe(part, "content")
    head = f"<p>{head}</p>" if isinstance(head, str) else ""
    return head + (f"<ul>{items}</ul>" if isinstance(items, str) else "")


def _places(stated: object, location: object, country: object) -> tuple[Place, ...]:
    """The places; `country` is that of `location`, or of the only one, and beats what a bare town tells."""
    words = stated if isinstance(stated, list) else [stated]
    found = place.read([text for text in words if isinstance(text, str)])
    (said,) = place.read({"country": country if isinstance(country, str) else ""})[:1] or (None,)
    if said is None or not found:
        return found or ((said,) if said else ())
    own = {where.text for where in place.read(location) or (found if len(found) == 1 else ())}
    return tuple(
        replace(where, address_country=said.address_country, address_region=None)
        if where.text in own and where.address_country != said.address_country and "," not in where.text
        else where
        for where in found
    )


def _pay(job: Any) -> MonetaryAmount | None:
    """The range, else figures in the words about pay, else the range in words: it is upside down."""
    stated = job.get("salaryRange")
    interval = html.line(records.maybe(stated, "interval"), 40).replace("-", " ")
    figures = {"minimum": records.maybe(stated, "min"), "maximum": records.maybe(stated, "max")}
    ranged = pay.read(None, **figures, unit=interval, currency=records.maybe(stated, "currency"))
    found = (ranged, pay.read(html.line(job.get("salaryDescription"))))
    return next((amount for amount in found if amount and (amount.min_value or amount.max_value)), ranged)
