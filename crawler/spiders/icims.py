"""Career sites on iCIMS, by their sitemap, and a page with JSON-LD for each posting.

Documentation: none of the pages; careers-BOARD.icims.com/sitemap.xml names them. Newer sites have a list in
JSON, with all text, at /api/jobs of the employer's own host: an entry names it by `url`.
Terms: made for people who look for work; an audit of 2026 found the platform's terms unfriendly to others.
Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; none is documented.
Quirks (2026-11): a page shows a frame, and `?in_iframe=1` what stands in it. "UNAVAILABLE" stands where a
part of a place is not stated. The sitemap also names searches. `url` may be a page of results too, whose next
ones say `pr=1`, `pr=2`. In /api/jobs pay stands in one of `tags1` to `tags20`; `salary_min_value` 0 is
unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Response

from crawler import answers, jobpage, links, lists, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, MonetaryAmount

MAX_LISTS = 200
POSTING = re.compile(r"/jobs/(\d{1,12})(?:/[^?]*)?(?:\?|$)")
OTHERS = re.compile(r"/jobs/(?:intro|search|login|dashboard)\b|^https?://[^/]+/?$")
NEXT = re.compile(r"[?&]pr=(\d{1,4})(?:&|$)")
NUMBER = re.compile(r"\W*(?:job |req(?:uisition)? )?(?:id|number|#)\W*", re.I)
SECTIONS = ("description", "responsibilities", "qualifications")
TAGS = tuple(f"tags{number}" for number in range(1, 21))


class ICIMS(source.SourceSpider):
    """Career sites on iCIMS (careers-{board}.icims.com)."""

    name = "icims"
    base_url = "https://careers-{board}.icims.com"
    addresses = (
        r"careers-(?P<board>[a-z0-9-]+)\.icims\.com(?:/|$)",
        r"(?P<board>[a-z0-9-]+)(?P<url>\.icims\.com)(?:/|$)",
    )
    use = "optional"

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """The fields of a site; one whose host does not begin with "careers-" has an address of its own."""
        found = super().recognise(url)
        if "url" not in found:
            return found
        first, host = found["board"].lower(), found["url"].lower()
        return {"board": first.partition("-")[2] or first, "url": f"https://{first}{host}"}

    def first_url(self) -> str:
        path = urlsplit(self.url).path
        return self.url if path.strip("/") else f"{self.url}/sitemap.xml"

    def parse(
        self, response: Response, *, rest: list[str] | None = None, got: int = 0
    ) -> Iterator[source.Term]:
        """A list: a sitemap, an index of these, a page of results, or one of /api/jobs."""
        answers.refuse_challenge(response)
        if response.body.lstrip()[:1] == b"{":
            yield from self._results(response, got)
            return
        try:
            listed = lists.read(response)
        except lists.Unlisted as error:
            raise answers.Unreadable(str(error)) from None
        if not listed.proof:
            raise answers.Unreadable(listed.doubt)
        left = list(rest or [])
        if listed.kind == "index":
            left += _sitemaps(listed.entries, self.url)
            found = {}
        elif listed.kind == "page":
            found = self._linked(response)
            left += _following(response)
        else:
            found = _named(listed.entries)
        for identifier, (url, version) in found.items():
            yield self.ask(_framed(url), self.parse_posting, identifier=identifier, version=version, page=url)
        yield self._next(listed, left, got + len(found), response.url)

    def _next(self, listed: lists.List, left: list[str], got: int, here: str) -> source.Term:
        """The request for the next list, or what the last one ends with."""
        if left and len(left) <= MAX_LISTS:
            return self.ask(left[0], self.parse, rest=left[1:], got=got)
        if left or listed.doubt:
            return source.Trouble(listed.doubt or f"more than {MAX_LISTS} sitemaps", here)
        if not got and listed.kind == "page" and not listed.empty:
            raise answers.Unreadable(jobpage.NOTHING)
        return source.End(listed.proof, total=None if got else 0)

    def _linked(self, response: Response) -> dict[str, tuple[str, str]]:
        found = jobpage.linked(jobpage.read(response), response.url, POSTING)
        return {identifier: (_bare(url), "") for identifier, url in found.items()}

    def parse_posting(self, response: Response, *, page: str = "") -> Iterator[source.Term]:
        """What stands in the frame of a posting's page, which is at `page`."""
        page = page or _bare(response.url)
        found = jobpage.term(response, self, page)
        if isinstance(found, JobPosting):
            found = replace(found, requisition=_requisition(response) or found.requisition)
        yield found

    def _results(self, response: Response, got: int) -> Iterator[source.Term]:
        """A page of /api/jobs."""
        answer = answers.document(response)
        total, jobs = records.total(answer, "totalCount"), records.list_of(answer, "jobs")
        yield from self.each((records.maybe(job, "data") for job in jobs), self.posting, key="slug")
        got += len(jobs)
        if jobs and not total:
            raise answers.Unreadable(f"totalCount is 0, and {len(jobs)} are listed")
        if got >= total:
            yield source.End("totalCount", total=total)
        elif not jobs:
            raise answers.Unreadable(f"got {got} of {total}")
        else:
            number = re.search(r"[?&]page=(\d{1,4})", response.url)
            page = int(number[1]) + 1 if number else 2
            yield self.ask(f"{self.url.partition('?')[0]}?page={page}", self.parse, got=got)

    def posting(self, job: Any) -> JobPosting:
        """The posting of a record of /api/jobs."""
        identifier, name = records.identifier_of(job, "slug"), records.need(job, "title")
        site = f"{self.url.partition('/api/')[0]}/jobs/{records.quoted(identifier)}"
        meta = job.get("meta_data")
        words = [html.text(job.get(section)) for section in SECTIONS]
        stated = job.get("full_location") or job.get("short_location")
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(records.maybe(meta, "canonical_url"), site),
            hiring_organization=html.line(job.get("hiring_organization"), 300) or records.spelled(self.board),
            description=html.text("\n\n".join(filter(None, words))),
            job_location=place.read(stated if isinstance(stated, str) else None),
            job_location_type=place.location_type(stated, name),
            date_posted=dates.read(job.get("posted_date"), today=self.today),
            base_salary=_pay(job),
            employment_type=employment.read(job.get("employment_type")),
            requisition=records.requisition_of(job.get("req_id")),
        )


def _sitemaps(entries: tuple[lists.Entry, ...], site: str) -> list[str]:
    """The sitemaps that an index names; raises Unreadable for those of another site."""
    urls = [entry.url for entry in entries]
    if not all(links.same_site(url, site) for url in urls):
        raise answers.Unreadable("the index names a sitemap of another site")
    return urls


def _named(entries: tuple[lists.Entry, ...]) -> dict[str, tuple[str, str]]:
    """The postings that a sitemap names, with their address and age; searches are none.

    Raises Unreadable where it names what we do not know, and no posting.
    """
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if match := POSTING.search(entry.url):
            found.setdefault(match[1], (entry.url, entry.version))
    if not found and not all(OTHERS.search(entry.url) for entry in entries):
        raise answers.Unreadable("no address of the sitemap is one of a posting")
    return found


def _following(response: Response) -> list[str]:
    """The page of results after this one, where it links to it."""
    here = NEXT.search(response.url)
    wanted = int(here[1]) + 1 if here else 1
    found = jobpage.linked(jobpage.read(response), response.url, NEXT)
    return [url for number, url in found.items() if int(number) == wanted][:1]


def _framed(url: str) -> str:
    """The address of what stands in a page's frame."""
    parts = urlsplit(url)
    query = "&".join([*filter(None, [parts.query]), "in_iframe=1"])
    return urlunsplit(parts._replace(query=query))


def _bare(url: str) -> str:
    return re.sub(r"[?&]in_iframe=1\b", "", url)


def _requisition(response: Response) -> str | None:
    """The number that a page shows under "Job ID"."""
    for label in jobpage.read(response).xpath("//*[contains(@class, 'iCIMS_JobHeaderField')]"):
        if NUMBER.fullmatch(html.line(" ".join(label.xpath(".//text()").getall()), 60)):
            value = label.xpath("following-sibling::*[1]//text()").getall()
            return records.requisition_of(" ".join(value))
    return None


def _pay(job: Any) -> MonetaryAmount | None:
    """The range in figures, else the first tag that reads as pay with figures."""
    figures = pay.read(None, minimum=job.get("salary_min_value"), maximum=job.get("salary_max_value"))
    tags = (part for tag in TAGS for part in (job.get(tag) if isinstance(job.get(tag), list) else []))
    money = (words for part in tags if re.search(r"[$£€]\s?\d", words := html.line(part, 200)))
    return figures or pay.read(next(money, None))
