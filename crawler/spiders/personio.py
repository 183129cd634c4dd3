"""Boards on Personio, by the XML document that each of them publishes.

Documentation: https://developer.personio.de/docs/retrieving-open-job-positions (no key)
Terms: made for employers who show their published jobs on pages of their own; others are not mentioned.
Robots: robots.txt of the board's host, asked each night; most have none.
Pace: none is documented; a handful of quick questions for different boards was answered with 429.
Quirks (2026-11): no paging; the document's closing tag is its end. A posting's text is given only in the
language that it was written in: who has none in English is read in the board's own, from a second document.
An unknown board is sent on to Personio's own site, which answers 429 or a page. No addresses: `/job/ID`.
Boards answer at .de and .com, some at one only: `url`. `office` is the employer's name for a place
("Berlin (Remote)"). A section named CONTACT_PERSON names a recruiter and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount

ROOT = re.compile(rb"<workzag(?:-jobs)?[\s/>]")
CLOSED = re.compile(rb"(?:</workzag(?:-jobs)?|<workzag(?:-jobs)?\s*/)\s*>\Z")
OPENED = re.compile(rb"<position[\s/>]")
BARE = re.compile(rb"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)|[\x00-\x08\x0b\x0c\x0e-\x1f]")
ASIDE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.S)
MAX_TAGS = 400_000  # of a document, some 40 a position; lxml takes 600 bytes for each
PERSON = "CONTACT_PERSON"


class Personio(source.SourceSpider):
    """Boards on Personio ({board}.jobs.personio.de)."""

    name = "personio"
    base_url = "https://{board}.jobs.personio.de"
    addresses = (r"(?P<board>[a-z0-9-]+)\.jobs\.personio\.(?:de|(?P<url>com))(?![\w.-])",)

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """As everywhere; a board that is shown at .com is asked there."""
        found = super().recognise(url)
        if "url" in found:
            found["url"] = f"https://{found['board']}.jobs.personio.com".lower()
        return found

    def first_url(self) -> str:
        return f"{self.url}/xml?language=en"

    def parse(self, response: Response, *, left: list[str] | None = None) -> Iterator[source.Term]:
        """The whole board; `left` are those that have no text in English, None before that is known."""
        stated = _whole(response)
        positions = [_record(position) for position in _positions(response.body.strip())]
        silent = [one for one in positions if left is None and one["silent"]]
        if left is None:
            told = [one for one in positions if not one["silent"]]
        else:
            told = [one for one in positions if records.name_of(one) in left]
        yield from self.each(told, self.posting)
        if len(positions) < stated:
            raise answers.Unreadable(f"only {len(positions)} of its {stated} positions can be read")
        if silent:
            names = sorted({name for one in silent if (name := records.name_of(one))})
            yield self.ask(f"{self.url}/xml", self.parse, left=names)
        else:
            yield source.End("the document closes")

    def posting(self, position: Any) -> JobPosting:
        """The posting of a position."""
        identifier, name = records.identifier_of(position), records.need(position, "name")
        schedule = position.get("schedule", "").replace("full-or-part", "full-time, part")
        offices = position["offices"]
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=f"{self.url}/job/{records.quoted(identifier)}",
            hiring_organization=html.line(position.get("subcompany"), 300) or records.spelled(self.board),
            description=_description(position["sections"]),
            job_location=place.read(offices),
            job_location_type=_location_type(position.get("workplaceType"), offices, name),
            date_posted=dates.read(position.get("createdAt"), today=self.today),
            base_salary=_pay(position["salaryInformation"]),
            employment_type=employment.read([schedule, position.get("employmentType")]),
        )


def _whole(response: Response) -> int:
    """How many positions a document opens, once it is known to be one that closes; raises Unreadable."""
    answers.refuse_challenge(response)
    bare = ASIDE.sub(b"", response.body).strip()
    if not ROOT.search(bare[:2000]):
        begin = response.body.strip()[:40].decode("utf-8", errors="replace")
        raise answers.Unreadable(f"workzag-jobs missing: the answer begins {begin!r}")
    if not CLOSED.search(bare[-100:]):
        raise answers.Unreadable("the document is cut: it does not end in </workzag-jobs>")
    if bare.count(b"<") > MAX_TAGS:
        raise answers.Unreadable(f"the document has more than {MAX_TAGS:,} tags")
    return len(OPENED.findall(bare))


def _positions(body: bytes) -> list[Any]:
    """The positions of a document; of one with mistakes those that can be read all the same."""
    safe = {"resolve_entities": False, "no_network": True, "remove_comments": True}
    try:
        root = etree.fromstring(body, etree.XMLParser(**safe))
    except etree.XMLSyntaxError:  # mostly for an ampersand that begins no entity
        escaped = BARE.sub(lambda found: b"&amp;" if found[0] == b"&" else b"", body)
        root = etree.fromstring(escaped, etree.XMLParser(recover=True, **safe))
    return [] if root is None else root.findall("position")


def _record(position: Any) -> dict[str, Any]:
    """What a position says under each name, and whether it is `silent`: its text is in another language."""
    parts = [child for child in position if isinstance(child.tag, str)]
    record: dict[str, Any] = {part.tag: (part.text or "").strip() for part in parts if not len(part)}
    offices = [*position.findall("office"), *position.findall("additionalOffices/office")]
    told = position.findall("jobDescriptions/jobDescription")
    sections = [(part.findtext("name") or "", part.findtext("value") or "") for part in told]
    asked = position.find("jobDescriptions") is not None
    return {
        **record,
        "offices": [words for office in offices if (words := (office.text or "").strip())],
        "sections": sections,
        "silent": asked and not any(words.strip() for _, words in sections),
        "salaryInformation": {part.tag: part.text for part in position.iterfind("salaryInformation/*")},
    }


def _description(sections: list[tuple[str, str]]) -> str:
    """The sections in their order, each under its heading; but for the one that names a person."""
    parts = []
    for name, value in sections:
        words = html.text(value)
        if words and name.strip() != PERSON:
            parts.append(f"{html.line(name, 200)}\n{words}".strip())
    return html.text("\n\n".join(parts))


def _location_type(workplace: object, offices: list[str], name: str) -> LocationType | None:
    return place.location_type(workplace, *offices[:1], name)


def _pay(stated: dict[str, Any]) -> MonetaryAmount | None:
    figures = {"minimum": stated.get("min"), "maximum": stated.get("max")}
    currency = stated.get("currencyCode") or stated.get("currencySymbol")
    return pay.read(None, **figures, unit=stated.get("type"), currency=currency)
