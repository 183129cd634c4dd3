"""Boards on Pinpoint, by the document behind their public page.

Documentation: none; BOARD.pinpointhq.com/postings.json is the public site's own data.
Terms: made for the employer's own site; an audit of 2026 found the platform's terms unfriendly to others.
Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: a board is one request.
Quirks (2026-11): no total, no paging and no day of posting; only `deadline_at`. The text is in four parts,
three of which have a header of their own. Pay is given in words and in figures, and not to be shown where
`compensation_visible` is false. `url` may be missing: `path` is there. No employer is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from crawler import answers, links, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

SECTIONS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")


class Pinpoint(source.SourceSpider):
    """Boards on Pinpoint ({board}.pinpointhq.com)."""

    name = "pinpoint"
    base_url = "https://{board}.pinpointhq.com"
    addresses = (r"(?P<board>[a-z0-9-]+)\.pinpointhq\.com(?:/|$)",)
    use = "optional"

    def first_url(self) -> str:
        return f"{self.url}/postings.json"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        postings = records.list_of(answers.document(response), "data")
        yield from self.each(postings, self.posting)
        yield source.End("the document closes", total=len(postings))

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record."""
        identifier, name = records.identifier_of(job), records.need(job, "title")
        path = html.line(job.get("path"), 1000) or f"/postings/{records.quoted(identifier)}"
        location = job.get("location")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(job.get("url"), links.absolute(f"{self.url}/", path)),
            hiring_organization=records.spelled(self.board),
            description=_description(job),
            job_location=_places(location),
            job_location_type=_location_type(job, records.maybe(location, "name"), name),
            valid_through=dates.absolute(job.get("deadline_at")),
            base_salary=_pay(job),
            employment_type=employment.read([job.get("employment_type"), job.get("employment_type_text")]),
            requisition=records.requisition_of(
                records.maybe(job, "job", "requisition_id") or job.get("requisition_id")
            ),
        )


def _description(job: Any) -> str:
    """The parts in the order that the page shows them, each under its header."""
    parts = [html.text(records.text_of(job, "description"))]
    for name in SECTIONS[1:]:
        words, head = html.text(job.get(name)), html.line(job.get(f"{name}_header"), 200)
        parts += [f"{head}\n{words}".strip()] if words else []
    return html.text("\n\n".join(filter(None, parts)))


def _places(stated: object) -> tuple[Place, ...]:
    """The town and its province, else the name of the place."""
    if not isinstance(stated, dict):
        return place.read(stated)
    city, province = stated.get("city"), stated.get("province")
    if not (city or province):
        return place.read(stated.get("name") if isinstance(stated.get("name"), str) else None)
    more = {"postalCode": stated.get("postal_code"), "country": stated.get("country")}
    return place.read({"city": city, "province": province, **more})


def _location_type(job: Any, *stated: object) -> LocationType | None:
    return place.location_type(job.get("workplace_type"), job.get("workplace_type_text"), *stated)


def _pay(job: Any) -> MonetaryAmount | None:
    """The figures with the words that are shown; words without figures are no pay."""
    if job.get("compensation_visible") is False:
        return None
    figures = {"minimum": job.get("compensation_minimum"), "maximum": job.get("compensation_maximum")}
    unit, currency = job.get("compensation_frequency"), job.get("compensation_currency")
    found = pay.read(html.line(job.get("compensation"), 300), **figures, unit=unit, currency=currency)
    return found if found and (found.min_value or found.max_value) else None
