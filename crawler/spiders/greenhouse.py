"""Boards on Greenhouse, by its public Job Board API.

Documentation: https://developers.greenhouse.io/job-board.html
Terms: its documentation says that board data is public and that no GET needs a key.
Robots: robots.txt of the host, asked each night.
Pace: no limit is documented for GET; a whole board is one answer, some 15 kB a posting.
Quirks (2026-11): no paging, `meta.total` counts; 404 is an unknown board. Boards that are shown at
job-boards.eu.greenhouse.io are read at the one API too. `content` is HTML that was escaped once more and
holds the pay range where `pay_input_ranges` is left out. `location.name` may be "Hybrid": the offices then
say where. `internal_job_id` null is a prospect post, no opening. `requisition_id` may be words ("See Opening
ID"). `updated_at` moves with every edit: it is no day of posting. `metadata` are the employer's own fields:
null, text, lists, truth values, or amounts of money whose `unit` is a currency.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, money, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

_EMPLOYMENT = re.compile(r"\b(?:employment|job|worker|time) (?:type|status)\b|\bcommitment\b", re.I)
_WORKPLACE = re.compile(r"\bwork ?place|\blocation type\b|\bwork (?:arrangement|model|setting)\b", re.I)
_REMOTE = re.compile(r"^(?:is |fully |100% )?remote(?: (?:position|job|role|work))?\W*$", re.I)
_REQUISITION = re.compile(r"\breq(?:uisition)?\b|\bjob (?:id|code|number)\b", re.I)
_MONEY = re.compile(r"\bsalary\b|\bpay\b|\bcompensation\b|\bwages?\b|\bhourly\b", re.I)
_PAY = re.compile(
    r'<div class="title">([^<]{0,200})</div>\s{0,20}'
    r'<div class="pay-range">((?:<span[^<>]{0,60}>|</span>|[^<]){1,300})'
)


class Greenhouse(source.SourceSpider):
    """Boards on Greenhouse (boards-api.greenhouse.io)."""

    name = "greenhouse"
    base_url = "https://boards-api.greenhouse.io"
    addresses = (
        r"(?:boards-api|api|boards)(?:\.eu)?\.greenhouse\.io/v1/boards/(?P<board>[\w-]+)",
        (
            r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/embed/[^?#]{0,100}\?(?:[^#]{0,500}&(?:amp;)?)?"
            r"for=(?P<board>[\w-]+)"
        ),
        (
            r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/"
            r"(?!(?:embed|v1|users|assets|packs)(?:[/?#]|$))(?P<board>[\w-]+)"
        ),
    )

    def first_url(self) -> str:
        board = records.quoted(self.board)
        return f"{self.url}/v1/boards/{board}/jobs?content=true&pay_transparency=true"

    def parse(self, response: Response) -> Iterator[source.Term]:
        """The whole board."""
        board = answers.document(response)
        jobs = records.list_of(board, "jobs")
        yield from self.each(jobs, self.posting)
        meta = records.maybe(board, "meta")
        if isinstance(meta, dict) and "total" in meta:
            yield source.End("meta.total", total=records.total(meta, "total") - sum(map(_is_prospect, jobs)))
        else:
            yield source.End("the document closes")

    def posting(self, job: Any) -> JobPosting | None:
        """The posting of a job; None for a prospect post."""
        if _is_prospect(job):
            return None
        identifier, name = records.identifier_of(job), records.need(job, "title")
        location, address = records.need(job, "location", object), records.need(job, "absolute_url", object)
        content = records.words_of(job, "content")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(address),
            hiring_organization=html.line(job.get("company_name"), 300) or records.spelled(self.board),
            description=html.text(content),
            job_location=_places(records.maybe(location, "name"), job.get("offices")),
            job_location_type=_location_type(records.maybe(location, "name"), job, name),
            date_posted=dates.read(job.get("first_published"), today=self.today),
            valid_through=dates.absolute(job.get("application_deadline")),
            base_salary=_pay(job, content),
            employment_type=employment.read(_custom(job, _EMPLOYMENT)),
            requisition=_requisition(job),
        )


def _is_prospect(job: Any) -> bool:
    """Whether a record is no opening: it belongs to no job of the employer's."""
    return isinstance(job, dict) and "title" in job and job.get("internal_job_id", "") is None


def _places(name: object, offices: object) -> tuple[Place, ...]:
    """The places that the location names; where it names none ("Hybrid", "Remote"), those of the offices.

    A bare town ("Dublin") is the one that an office stands in.
    """
    known = [office for office in offices if isinstance(office, dict)] if isinstance(offices, list) else []
    stated = (records.maybe(office, "location") or records.maybe(office, "name") for office in known)
    found = place.read([words for words in stated if isinstance(words, str)])
    said = place.read(name if isinstance(name, str) else None)
    if any(where.address_locality or where.address_region or where.address_country for where in said):
        return tuple(_where(where, found) for where in said)
    return tuple(where for where in found if where.address_locality or where.address_country) or said


def _where(where: Place, offices: tuple[Place, ...]) -> Place:
    """A place, in the country of the office whose town its words name alone."""
    same = [one for one in offices if one.address_country and one.address_locality == where.text]
    if not same:
        return where
    return replace(where, address_region=same[0].address_region, address_country=same[0].address_country)


def _location_type(location: object, job: Any, name: str) -> LocationType | None:
    ticked = "remote" if True in _custom(job, _REMOTE) else None
    return place.location_type(location, *_custom(job, _WORKPLACE), ticked, name)


def _requisition(job: Any) -> str | None:
    """The number of the opening, or where words stand for it the one in a field of the employer's own."""
    stated = (job.get("requisition_id"), *_custom(job, _REQUISITION))
    return next(filter(None, map(records.requisition_of, stated)), None)


def _custom(job: Any, wanted: re.Pattern[str]) -> list[Any]:
    """What an employer's own fields of such a name say."""
    return [value for _, value in _named(job, wanted)]


def _named(job: Any, wanted: re.Pattern[str]) -> list[tuple[str, Any]]:
    fields = job.get("metadata")
    found: list[tuple[str, Any]] = []
    for field in fields if isinstance(fields, list) else []:
        value, label = records.maybe(field, "value"), html.line(records.maybe(field, "name"), 100)
        if wanted.search(label):
            found += [(label, one) for one in (value if isinstance(value, list) else [value])]
    return found


def _pay(job: Any, content: str) -> MonetaryAmount | None:
    """The ranges in cents, else as the content shows them; several, one a zone, are one wide range."""
    ranges = job.get("pay_input_ranges")
    given = [stated for stated in ranges if isinstance(stated, dict)] if isinstance(ranges, list) else []
    found = [pay.read(stated, unit=records.maybe(stated, "title")) for stated in given]
    if not any(found) and "pay-range" in content:
        shown = _PAY.findall(entities.unescape(content))
        found = [pay.read(html.line(f"{name} {html.line(figures)}")) for name, figures in shown[:20]]
    if not any(found):
        found = _amounts(job)
    return _widest([amount for amount in found if amount is not None])


def _amounts(job: Any) -> list[MonetaryAmount | None]:
    """The amounts of money in the employer's own fields about pay; their names may say per what."""
    return [
        pay.read(
            None,
            minimum=value.get("min_value") or value.get("amount"),
            maximum=value.get("max_value") or value.get("amount"),
            unit=f"per {unit.lower()}" if (unit := money.unit(label)) else None,
            currency=value.get("unit"),
        )
        for label, value in _named(job, _MONEY)
        if isinstance(value, dict)
    ]


def _widest(amounts: list[MonetaryAmount]) -> MonetaryAmount | None:
    """From the least to the most of all that are stated alike; the first where they are not."""
    if not amounts:
        return None
    lows, highs = [one.min_value for one in amounts], [one.max_value for one in amounts]
    alike = len({(one.currency, one.unit_text) for one in amounts}) == 1
    if len(amounts) == 1 or not alike or None in lows or None in highs:
        return amounts[0]
    words = "; ".join(dict.fromkeys(one.text for one in amounts))
    least, most = min(filter(None, lows), default=None), max(filter(None, highs), default=None)
    return replace(amounts[0], text=words[:500], min_value=least, max_value=most)
