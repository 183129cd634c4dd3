"""Boards on SmartRecruiters, by its public Posting API: a list, and a page for each posting.

Documentation: https://developers.smartrecruiters.com/docs/posting-api (no key: "already publicly available")
Terms: made for career sites and widgets of employers and partners; others are not mentioned.
Robots: robots.txt of the host, asked each night.
Pace: 10 requests a second and 8 at once were said to be allowed; we stay at one.
Quirks (2026-11): an unknown board answers 200 with `totalFound` 0, as an empty one does. The list holds no
descriptions. `location.country` is in small letters, `location.address` a street. The title is `name`, the
requisition `refNumber`. Where no `postingUrl` is given, the page is jobs.smartrecruiters.com/BOARD/ID. Pay is
said, if at all, in `customField`, the employer's own. `active` false is a posting that is over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

LIMIT = 100
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
MONEY = re.compile(r"\bsalary\b|\bpay\b|\bcompensation\b|\bwages?\b|\bhourly\b", re.I)
WORKPLACE = re.compile(
    r"\bwork ?place|\blocation type\b|\bwork (?:arrangement|model|setting)\b|^remote\W*$", re.I
)
PLACE = ("city", "region", "postalCode", "country", "fullLocation")  # `address` is a street


class SmartRecruiters(source.SourceSpider):
    """Boards on SmartRecruiters (api.smartrecruiters.com)."""

    name = "smartrecruiters"
    base_url = "https://api.smartrecruiters.com"
    addresses = (
        r"api\.smartrecruiters\.com/v1/companies/(?P<board>[\w-]+)",
        r"(?:jobs|careers)\.smartrecruiters\.com/[\w-]{1,40}/company/(?P<board>[\w-]+)",
        (
            r"(?:jobs|careers)\.smartrecruiters\.com/(?:ni/)?"
            r"(?!(?:oneclick-ui|external-referrals|my-applications|ni)(?:[/?#]|$))(?P<board>[\w-]+)"
        ),
        r"www\.smartrecruiters\.com/(?P<board>[\w-]+)/\d{6,}",
    )

    def first_url(self) -> str:
        return f"{self._postings()}?limit={LIMIT}&offset=0"

    def _postings(self) -> str:
        return f"{self.url}/v1/companies/{records.quoted(self.board)}/postings"

    def parse(
        self, response: Response, *, offset: int = 0, page: int = 1, last: str = ""
    ) -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of the one before."""
        answer = answers.document(response)
        total, got = records.total(answer, "totalFound"), records.list_of(answer, "content")
        names = self.once(got, page, last)
        yield from self.each(got, self.detail)
        offset += len(got)
        if offset >= total:
            yield source.End("totalFound", total=total, sure=total > 0)
            return
        if not got:
            raise answers.Unreadable(f"got {offset} of {total}")
        following = f"{self._postings()}?limit={LIMIT}&offset={offset}"
        yield self.ask(following, self.parse, offset=offset, page=page + 1, last=names)

    def detail(self, record: Any) -> Request:
        """The request for the page of a record of the list."""
        identifier = records.identifier_of(record)
        records.need(record, "name")
        return self.ask(
            f"{self._postings()}/{records.quoted(identifier)}",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(record),
            requisition=records.requisition_of(record.get("refNumber")),
        )

    def parse_posting(self, response: Response, *, requisition: str | None = None) -> Iterator[source.Term]:
        """The page of a posting; `requisition` as the list gave it."""
        job = answers.document(response)
        name, location = records.need(job, "name"), records.need(job, "location", object)
        identifier = response.meta.get("identifier") or records.identifier_of(job)
        if job.get("active") is False:
            yield source.Gone(identifier, "it says that it is not active")
            return
        company = records.maybe(job, "company")
        board = html.line(records.maybe(company, "identifier"), 100) or self.board
        page = f"https://jobs.smartrecruiters.com/{records.quoted(board)}/{records.quoted(identifier)}"
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=identifier,
                title=title.clean(name),
                url=records.web_address(job.get("postingUrl"), page),
                hiring_organization=html.line(records.maybe(company, "name"), 300)
                or records.spelled(self.board),
                description=_description(records.need(job, "jobAd", object)),
                job_location=_places(location),
                job_location_type=_location_type(location, job, name),
                date_posted=dates.read(job.get("releasedDate"), today=self.today),
                base_salary=_pay(job),
                employment_type=employment.read(_employment(job)),
                requisition=records.requisition_of(job.get("refNumber")) or requisition,
            )
        )


def _places(location: object) -> tuple[Place, ...]:
    """The place, in words without the bare code of its country ("fr"), unless they say no more."""
    said = {part: html.line(records.maybe(location, part), 200) for part in PLACE}
    if place.location_type(said["city"]):  # "Remote"
        said["city"] = ""
    words = ", ".join(filter(None, (said["city"], said["region"], said["postalCode"])))
    return place.read({**said, "text": said["fullLocation"] or words or said["country"].upper()})


def _description(advert: Any) -> str:
    """The sections in the order that the page shows them, each under its heading where it has one."""
    if advert is None:
        return ""
    bare = isinstance(advert, dict) and any(isinstance(advert.get(name), str) for name in SECTIONS)
    sections = advert if bare else records.need(advert, "sections", object)
    parts = []
    for name in SECTIONS:
        section = records.maybe(sections, name)
        words = html.text(section if isinstance(section, str) else records.maybe(section, "text"))
        head = html.line(records.maybe(section, "title"), 200)
        parts += [f"{head}\n{words}".strip()] if words else []
    return html.text("\n\n".join(parts))


def _location_type(location: object, job: Any, name: str) -> LocationType | None:
    ticked = next((word for word in ("hybrid", "remote") if records.maybe(location, word) is True), None)
    said = records.maybe(location, "fullLocation")
    return place.location_type(ticked, said, *_custom(job, WORKPLACE), name)


def _employment(job: Any) -> Any:
    stated = job.get("typeOfEmployment")
    return records.maybe(stated, "label") or records.maybe(stated, "id") or stated


def _pay(job: Any) -> MonetaryAmount | None:
    """The first of the employer's own fields about pay that has figures; its label may say per what."""
    found = (pay.read(words, unit=label) for label, words in _labelled(job, MONEY))
    return next((amount for amount in found if amount and (amount.min_value or amount.max_value)), None)


def _custom(job: Any, wanted: re.Pattern[str]) -> list[str]:
    """What an employer's own fields of such a label say."""
    return [words for _, words in _labelled(job, wanted)]


def _labelled(job: Any, wanted: re.Pattern[str]) -> list[tuple[str, str]]:
    fields = job.get("customField")
    known = [field for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    named = ((html.line(field.get("fieldLabel"), 100), field.get("valueLabel")) for field in known)
    return [(label, words) for label, words in named if wanted.search(label) and isinstance(words, str)]
