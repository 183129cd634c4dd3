"""Career sites on Oracle Recruiting, by the lists behind the public page, and JSON for each posting.

Documentation: https://docs.oracle.com/en/cloud/saas/human-resources/farws (recruitingCEJobRequisitions; it is
written for the employer's own site).
Terms: made for the employer's own site; who else may read it is not said. Read them before you turn it on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; a host may answer 302 or 503.
Quirks (2026-11): paging stands inside `finder`, and the list is empty without `expand`. A page may be shorter
than asked for: 25 is all that some hosts give, and what is hidden leaves a hole, so that the last few of
`TotalJobsCount` may never come. No more than 10,000 can be asked for. The list has no text. `Id` is the
number that the page shows as "Job Identification". Seldom is an employer named: give the entry a `board`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

LIMIT = 100
WINDOW = 10_000
API = "/hcmRestApi/resources/latest"
SITE = re.compile(r"/sites/([\w-]+)")
SECTIONS = (
    "ExternalDescriptionStr",
    "ExternalResponsibilitiesStr",
    "ExternalQualificationsStr",
    "CorporateDescriptionStr",
    "OrganizationDescriptionStr",
)
LEAST, MOST = re.compile(r"\bmin(?:imum)?\b", re.I), re.compile(r"\bmax(?:imum)?\b", re.I)
BASIS = re.compile(r"\b(?:basis|frequency|period|interval|unit|type)\b", re.I)  # "Pay Basis"
PAY = re.compile(r"\b(?:salary|pay|compensation|wage|rate)\b", re.I)


class Oracle(source.SourceSpider):
    """Career sites on Oracle Recruiting (oraclecloud.com).

    `url` is the site: https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1.
    """

    name = "oracle"
    addresses = (
        r"(?P<host>[a-z0-9.-]+)/hcmUI/CandidateExperience/(?P<language>[\w-]+)/sites/(?P<site>[\w-]+)",
        r"(?P<host>[a-z0-9.-]+)/hcmRestApi/resources/[\w.]+/recruitingCE[^#]*siteNumber(?:=|%3D)(?P<site>[\w-]+)",
    )
    use = "optional"

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """The address of the site that an address of it, of a posting or of its data speaks of."""
        found = super().recognise(url)
        if not found:
            return {}
        host, language = found["host"].lower(), found.get("language", "en")
        return {"url": f"https://{host}/hcmUI/CandidateExperience/{language}/sites/{found['site']}"}

    def _api(self) -> tuple[str, str]:
        """The address of the site's data, and the site's number."""
        parts, site = urlsplit(self.url), SITE.search(self.url)
        return f"{parts.scheme}://{parts.netloc}{API}", site[1] if site else ""

    def first_url(self) -> str:
        return self._page(0)

    def _page(self, offset: int) -> str:
        api, site = self._api()
        finder = f"findReqs;siteNumber={site},limit={LIMIT},offset={offset},sortBy=POSTING_DATES_DESC"
        expand = "requisitionList.secondaryLocations"
        return f"{api}/recruitingCEJobRequisitions?onlyData=true&expand={expand}&finder={finder}"

    def parse(self, response: Response, *, offset: int = 0, last: str = "") -> Iterator[source.Term]:
        """A page of the list; `last` is the digest of the one before."""
        items = records.list_of(answers.document(response), "items")
        if not items:
            raise answers.Unreadable("items is empty: it holds no list")
        jobs = records.list_of(items[0], "requisitionList")
        total = records.total(items[0], "TotalJobsCount") if "TotalJobsCount" in items[0] else None
        names = records.digest(sorted(records.name_of(job, "Id") or records.digest(job) for job in jobs))
        if jobs and names == last:
            raise answers.Unreadable("a page repeats the one before it")
        yield from self.each(jobs, self.detail, key="Id")
        if jobs and total == 0:
            raise answers.Unreadable(f"TotalJobsCount is 0, and {len(jobs)} are listed")
        offset += len(jobs)
        if total is not None and offset >= total:
            yield source.End("TotalJobsCount", total=total)
        elif not jobs:
            yield _ended(offset, total)
        elif offset >= WINDOW:
            yield source.Trouble(f"it lists {total}, of which {WINDOW:,} can be asked for", response.url)
        else:
            yield self.ask(self._page(offset), self.parse, offset=offset, last=names)

    def detail(self, job: Any) -> Request:
        """The request for the detail of a record of the list, which goes along."""
        identifier = records.identifier_of(job, "Id")
        records.need(job, "Title")
        api, site = self._api()
        finder = f'ById;Id="{records.quoted(identifier)}",siteNumber={site}'
        return self.ask(
            f"{api}/recruitingCEJobRequisitionDetails?expand=all&onlyData=true&finder={finder}",
            self.parse_posting,
            identifier=identifier,
            version=records.digest(job),
            listed=job,
        )

    def parse_posting(
        self, response: Response, *, listed: dict[str, Any] | None = None
    ) -> Iterator[source.Term]:
        """The detail of a posting; `listed` is its record of the list."""
        found = answers.document(response)
        items, identifier = records.maybe(found, "items"), response.meta.get("identifier", "")
        if items == []:
            yield source.Gone(identifier, "no detail any more")
            return
        job = items[0] if isinstance(items, list) else found
        records.need(job, "Title")
        identifier = identifier or records.identifier_of(job, "Id")
        job = {**(listed or {}), **{name: value for name, value in job.items() if value not in (None, "")}}
        posted = job.get("ExternalPostedStartDate") or job.get("PostedDate")
        kinds = [job.get(name) for name in ("JobSchedule", "JobType", "ContractType", "WorkerType")]
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=identifier,
                title=title.clean(job["Title"]),
                url=f"{self.url.rstrip('/')}/job/{records.quoted(identifier)}",
                hiring_organization=records.spelled(self.board) or html.line(job.get("LegalEmployer"), 300),
                description=_description(job),
                job_location=_places(job),
                job_location_type=_location_type(job),
                date_posted=dates.read(posted, today=self.today),
                valid_through=dates.absolute(job.get("ExternalPostedEndDate") or job.get("PostingEndDate")),
                base_salary=_pay(job.get("requisitionFlexFields")),
                employment_type=employment.read(kinds),
                requisition=records.requisition_of(job.get("Id")),
            )
        )


def _ended(got: int, total: int | None) -> source.Term:
    """The end that an empty page is, where no more is missing than may be hidden; else raises Unreadable."""
    if total is not None and total - got > 1 + total // 100:
        raise answers.Unreadable(f"got {got} of {total}")
    return source.End("an empty page", total=got or None, sure=got > 0)


def _description(job: Any) -> str:
    """What the page shows, else its summary."""
    words = [html.text(job.get(section)) for section in SECTIONS]
    return html.text("\n\n".join(filter(None, words)) or job.get("ShortDescriptionStr"))


def _places(job: Any) -> tuple[Place, ...]:
    """The first place and the others, each with the country that is said of it."""
    others = job.get("secondaryLocations")
    known = others if isinstance(others, list) else []
    more = [(records.maybe(other, "Name"), records.maybe(other, "CountryCode")) for other in known]
    stated = [(job.get("PrimaryLocation"), job.get("PrimaryLocationCountry")), *more]
    return tuple(dict.fromkeys(found for words, country in stated for found in _place(words, country)))


def _place(words: object, country: object) -> tuple[Place, ...]:
    found = place.read(words if isinstance(words, str) else None)
    (said,) = place.read({"country": country})[:1] or (None,)
    if said is None or (found and found[0].address_country):
        return found
    return (replace(found[0], address_country=said.address_country), *found[1:]) if found else (said,)


def _location_type(job: Any) -> LocationType | None:
    words = (job.get("WorkplaceTypeCode"), job.get("WorkplaceType"), job.get("PrimaryLocation"), job["Title"])
    return place.location_type(*words)


def _pay(fields: object) -> MonetaryAmount | None:
    """What the employer's own fields about pay say in figures: two for its ends, or one in words."""
    known = [one for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
    named = [(html.line(one.get("Prompt"), 100), html.line(one.get("Value"), 300)) for one in known]
    about = [(prompt, words) for prompt, words in named if words and PAY.search(prompt)]
    per = next((words for prompt, words in about if BASIS.search(prompt)), None)
    low, high = (
        next((words for prompt, words in about if end.search(prompt)), None) for end in (LEAST, MOST)
    )
    currency = next((words for prompt, words in named if "currency" in prompt.lower()), None)
    whole = pay.read(None, minimum=low, maximum=high, unit=per, currency=currency)
    found = [whole, *(pay.read(words, unit=per or prompt, currency=currency) for prompt, words in about)]
    return next((amount for amount in found if amount and (amount.min_value or amount.max_value)), None)
