"""USAJOBS, the openings of the United States' federal agencies: a search for customer service, page by page.

Documentation: https://developer.usajobs.gov/api-reference/get-api-search (a free key, by e-mail)
Terms: https://developer.usajobs.gov/general/terms-of-use; the data is public, the key is one's own.
Robots: robots.txt of the host, asked each night.
Pace: 50 requests a minute were said to be allowed; we ask once in two seconds, 250 openings a page (500 are
the most).
Quirks (2026-11): a query shows 10,000 openings at most. The key goes into Authorization-Key, the e-mail
address of its owner into User-Agent. The identifier is the control number, `MatchedObjectId`; `PositionID`
is the agency's number. Dates end in ".0000". Ranges are text ("48.0"), in US dollars, and
`RateIntervalCode` says per what: PA year, PH hour, PD day, PW week, PM month; BW (two weeks) has no unit of
ours, and WC is without pay. `PositionURI` names port 443. Telework that is allowed is no hybrid work; only
`RemoteIndicator` says remote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, MonetaryAmount, Place

SIZE = 250
WINDOW = 10_000
UNITS = {"PA": "per year", "PH": "per hour", "PD": "per day", "PW": "per week", "PM": "per month"}


class USAJobs(source.SourceSpider):
    """Customer-service openings on USAJOBS (data.usajobs.gov)."""

    name = "usajobs"
    base_url = "https://data.usajobs.gov"
    boards = False
    use = "key"
    pace = 2.0
    key = source.Key(
        "https://developer.usajobs.gov/apirequest/",
        ("email", "key"),
        headers={"User-Agent": "email", "Authorization-Key": "key"},
    )

    def first_url(self) -> str:
        return self._page(1)

    def _page(self, page: int) -> str:
        asked = f"Keyword=customer%20service&Fields=Full&ResultsPerPage={SIZE}&Page={page}"
        return f"{self.url}/api/search?{asked}"

    def parse(
        self, response: Response, *, page: int = 1, got: int = 0, last: str = ""
    ) -> Iterator[source.Term]:
        """A page; `got` is how many stood on those before, `last` the digest of the last one."""
        result = records.need(answers.document(response), "SearchResult", dict)
        items = records.list_of(result, "SearchResultItems")
        every = "SearchResultCountAll" if "SearchResultCountAll" in result else "SearchResultCount"
        names = self.once(items, page, last, "MatchedObjectId")
        yield from self.each(items, self.posting, "MatchedObjectId")
        got, total = got + len(items), records.total(result, every)
        if got >= total:
            yield source.End(every, total=total)
        elif page * SIZE >= WINDOW:
            yield source.Trouble(f"got {got} of {total}: a query shows no more than {WINDOW:,}", response.url)
        elif not items:
            raise answers.Unreadable(f"got {got} of {total}")
        else:
            yield self.ask(self._page(page + 1), self.parse, page=page + 1, got=got, last=names)

    def posting(self, item: Any) -> JobPosting:
        """The posting of an item."""
        identifier = records.identifier_of(item, "MatchedObjectId")
        job = records.need(item, "MatchedObjectDescriptor", dict)
        name, page = records.need(job, "PositionTitle"), records.need(job, "PositionURI", object)
        kinds = [
            records.maybe(one, "Name")
            for field in ("PositionSchedule", "PositionOfferingType")
            for one in _list(job.get(field))
        ]
        return JobPosting(
            source=self.source,
            identifier=identifier,
            title=title.clean(name),
            url=records.web_address(page, *_list(job.get("ApplyURI"))).replace(":443/", "/", 1),
            hiring_organization=html.line(job.get("OrganizationName") or job.get("DepartmentName"), 300),
            description=_description(job),
            job_location=_places(job),
            job_location_type=_location_type(job),
            date_posted=dates.read(
                job.get("PublicationStartDate") or job.get("PositionStartDate"), today=self.today
            ),
            valid_through=dates.absolute(job.get("ApplicationCloseDate") or job.get("PositionEndDate")),
            base_salary=_pay(job),
            employment_type=employment.read([kind for kind in kinds if kind]),
            requisition=records.requisition_of(job.get("PositionID")),
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _description(job: Any) -> str:
    """What the opening is, what its holder does, and what is asked of them."""
    details = records.maybe(job, "UserArea", "Details")
    duties = records.maybe(details, "MajorDuties")
    bullets = "".join(f"<li>{duty}</li>" for duty in _list(duties) if isinstance(duty, str) and duty.strip())
    parts = [
        html.text(records.maybe(details, "JobSummary")),
        html.text(f"<ul>{bullets}</ul>" if bullets else duties),
        html.text(job.get("QualificationSummary")),
        html.text(records.maybe(details, "Requirements")),
    ]
    return "\n\n".join(filter(None, parts))


def _places(job: Any) -> tuple[Place, ...]:
    """The places by their names; the country as it is told beside, where the name says none."""
    found = []
    for stated in _list(job.get("PositionLocation")):
        countries = place.read({"country": records.maybe(stated, "CountryCode")})[:1]
        country = countries[0].address_country if countries else None
        named = place.read(records.maybe(stated, "LocationName"))
        found += [replace(where, address_country=where.address_country or country) for where in named]
    return tuple(dict.fromkeys(found)) or place.read(job.get("PositionLocationDisplay"))


def _location_type(job: Any) -> LocationType | None:
    details = records.maybe(job, "UserArea", "Details")
    said = records.maybe(details, "RemoteIndicator")
    if said is True or str(said).lower() == "true":
        return "remote"
    return place.location_type(job.get("PositionLocationDisplay"), job.get("PositionTitle"))


def _pay(job: Any) -> MonetaryAmount | None:
    """The first range; nothing where it is work without pay."""
    stated = next(iter(_list(job.get("PositionRemuneration"))), None)
    code = records.maybe(stated, "RateIntervalCode")
    if code == "WC":
        return None
    low, high = records.maybe(stated, "MinimumRange"), records.maybe(stated, "MaximumRange")
    unit = UNITS.get(str(code)) or records.maybe(stated, "Description")
    return pay.read(None, minimum=low, maximum=high, unit=unit, currency="USD")
