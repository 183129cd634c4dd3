"""Career sites on Workday, by the lists behind the public page (CXS), and a page of JSON for each posting.

Documentation: none; TENANT.wdN.myworkdayjobs.com/wday/cxs/TENANT/SITE/jobs is the public site's own data.
Terms: made for the employer's own site; the platform's terms are not known here. Read them before you turn it
on.
Robots: robots.txt of the host, asked each night. Pace: one page a second; all tenants of a cluster are one.
Quirks (2026-11): a list is asked for by POST, 20 postings at a time, 400 for more. `total` is 0 after the
first page. It stops at 2,000: a longer list is divided by a facet, and by another, until its parts are
shorter; where no facet counts every posting the run is partial. Facets may stand in groups. `locationsText`
may be left out, or "3 Locations": the detail names them, or says "UNAVAILABLE". `postedOn` is relative, and
so no sign of change; `startDate` of the detail is the day. One opening on several sites has a suffix there
("R-17-1"); `jobReqId` has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request, Response

from crawler import answers, records, source
from crawler.clean import dates, employment, html, place, title
from crawler.items import JobPosting, LocationType, Place

LIMIT = 20
MOST = 2_000  # of a list, however many there are
DEEPEST = 3  # facets at once
NOWHERE = re.compile(r"\s*(?:unavailable|\d+ locations?|multiple locations)\s*", re.I)
WORD = r"[\w-]+"
TWO = rf"{WORD}/{WORD}"
LANGUAGE = r"(?:[a-z]{2}-[a-z]{2}/)?"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list: what its facets are held to, and how many postings were counted in it."""

    facets: dict[str, list[str]] = field(default_factory=dict)
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the list was read; it travels from page to page as plain JSON."""

    part: dict[str, Any] = field(default_factory=lambda: asdict(Part()))
    rest: list[dict[str, Any]] = field(default_factory=list)  # parts that are still to be read
    total: int = 0  # of this part, as its first page says
    got: int = 0  # of this part
    all: int = 0  # of the parts before it
    last: str = ""  # digest of the page before
    doubt: str = ""  # why the parts may be less than all


class Workday(source.SourceSpider):
    """Career sites on Workday (myworkdayjobs.com).

    `url` is the site: https://acme.wd5.myworkdayjobs.com/Careers.
    """

    name = "workday"
    addresses = (
        rf"(?P<host>{WORD}\.wd\d{{1,3}}\.myworkdayjobs\.com)/(?:wday/cxs/{WORD}/|{LANGUAGE})(?P<site>{WORD})",
        rf"(?P<host>(?:{WORD}\.)?wd\d{{1,3}}\.myworkdaysite\.com)/(?:{LANGUAGE}recruiting|wday/cxs)/(?P<site>{TWO})",
    )
    use = "optional"

    @classmethod
    def recognise(cls, url: str) -> dict[str, str]:
        """The address of the site that an address of it, of a posting or of its data speaks of."""
        found = super().recognise(url)
        if not found:
            return {}
        host = found["host"].lower()
        folder = "recruiting/" if host.endswith("myworkdaysite.com") else ""
        return {"url": f"https://{host}/{folder}{found['site']}"}

    def _site(self) -> tuple[str, str]:
        """The address of the site's data, and the tenant."""
        parts = urlsplit(self.url)
        path = [part for part in parts.path.split("/") if part]
        if path and re.fullmatch(LANGUAGE, f"{path[0]}/", re.I):
            path = path[1:]
        tenant = (parts.hostname or "").partition(".")[0]
        if path[:1] == ["recruiting"]:
            tenant, path = (path[1] if len(path) > 1 else tenant), path[2:]
        return f"{parts.scheme}://{parts.netloc}/wday/cxs/{tenant}/{'/'.join(path[:1])}", tenant

    async def start(self) -> Any:
        """The first page of the list."""
        yield self._ask(Walk())

    def _ask(self, walk: Walk) -> Request:
        data = {"appliedFacets": walk.part["facets"], "limit": LIMIT, "offset": walk.got, "searchText": ""}
        return self.ask(self.first_url(), self.parse, data=data, walk=asdict(walk))

    def first_url(self) -> str:
        return f"{self._site()[0]}/jobs"

    def parse(self, response: Response, *, walk: dict[str, Any] | None = None) -> Iterator[source.Term]:
        """A page of the list, or of a part of it."""
        answer, so_far = answers.document(response), Walk(**(walk or {}))
        jobs = records.list_of(answer, "jobPostings")
        if not so_far.got:
            so_far = replace(so_far, total=records.total(answer, "total"))
            if so_far.total >= MOST:
                so_far, divided = _divided(so_far, answer.get("facets"))
                if divided:
                    yield self._ask(so_far)
                    return
        names = records.digest([records.name_of(job, "externalPath") or records.digest(job) for job in jobs])
        if jobs and names == so_far.last:
            raise answers.Unreadable("a page repeats the one before it")
        yield from self.each(jobs, self.detail, key="externalPath")
        if jobs and not so_far.total:
            raise answers.Unreadable(f"total is 0, and {len(jobs)} are listed")
        so_far = replace(so_far, got=so_far.got + len(jobs), last=names)
        if so_far.got < min(so_far.total, MOST):
            if not jobs:
                raise answers.Unreadable(f"got {so_far.got} of {so_far.total}")
            yield self._ask(so_far)
        else:
            yield self._next(so_far)

    def _next(self, walk: Walk) -> source.Term:
        """The first page of the next part, or what the last one ends with."""
        every = walk.all + walk.got
        if walk.rest:
            return self._ask(Walk(part=walk.rest[0], rest=walk.rest[1:], all=every, doubt=walk.doubt))
        if walk.doubt:
            return source.Trouble(walk.doubt, self.first_url())
        divided = walk.part["facets"] != {}
        return source.End(
            "the totals of its facets" if divided else "total", total=None if divided else walk.total
        )

    def detail(self, job: Any) -> Request:
        """The request for the detail of a record of the list; its relative day is no sign of change."""
        path, name = records.identifier_of(job, "externalPath"), records.need(job, "title")
        listed = {key: value for key, value in job.items() if key != "postedOn"}
        bullets = job.get("bulletFields")
        return self.ask(
            f"{self._site()[0]}/{path.strip('/')}",
            self.parse_posting,
            identifier=_identifier(path),
            version=records.digest(listed),
            listed={
                "title": name,
                "path": path,
                "locationsText": job.get("locationsText"),
                "bullets": [part for part in bullets if isinstance(part, str)]
                if isinstance(bullets, list)
                else [],
            },
        )

    def parse_posting(
        self, response: Response, *, listed: dict[str, Any] | None = None
    ) -> Iterator[source.Term]:
        """The detail of a posting; `listed` is what its record of the list said."""
        answer = answers.document(response)
        job = records.need(answer, "jobPostingInfo", dict)
        address = records.web_address(job.get("externalUrl"))
        listed = {"path": re.sub(r"^https?://[^/]*|[?#].*", "", address), **(listed or {})}
        identifier = response.meta.get("identifier") or _identifier(listed["path"])
        if job.get("posted") is False:
            yield source.Gone(identifier, "posted is false")
            return
        name = records.text_of(job, "title") or listed.get("title", "")
        places = _places(job, listed.get("locationsText"))
        days = (dates.absolute(job.get("startDate")), dates.read(job.get("postedOn"), today=self.today))
        yield title.settled(
            JobPosting(
                source=self.source,
                identifier=identifier,
                title=title.clean(name),
                url=records.web_address(address, f"{self.url.rstrip('/')}/{listed['path'].strip('/')}"),
                hiring_organization=self._employer(answer),
                description=html.text(job.get("jobDescription")),
                job_location=places,
                job_location_type=_location_type(job, listed.get("locationsText"), name),
                date_posted=next((day for day in days if day and day <= self.today), None) or days[1],
                valid_through=dates.absolute(job.get("endDate")),
                employment_type=employment.read(job.get("timeType")),
                requisition=records.requisition_of(job.get("jobReqId")) or _requisition(listed),
            )
        )

    def _employer(self, answer: Any) -> str:
        said = html.line(records.maybe(answer, "hiringOrganization", "name"), 300)
        return said or records.spelled(self.board or self._site()[1])


def _divided(walk: Walk, facets: object) -> tuple[Walk, bool]:
    """The walk with its part divided by a facet, where one can; the doubt where none counts every posting."""
    part = walk.part
    known = _facets(facets)
    counted = part["counted"] or sum(known.get("timeType", {}).values())  # every posting has one
    free = {name: one for name, one in known.items() if len(one) > 1 and name not in part["facets"]}
    whole = {name: values for name, values in free.items() if counted and sum(values.values()) == counted}
    if not free or len(part["facets"]) >= DEEPEST:
        return replace(walk, doubt=walk.doubt or f"it lists {MOST:,} or more, which no facet divides"), False
    name, values = min((whole or free).items(), key=lambda facet: (max(facet[1].values()), facet[0]))
    doubt = "" if whole else f"it lists {MOST:,} or more, and its facet {name} may not count every posting"
    parts = [asdict(Part({**part["facets"], name: [value]}, count)) for value, count in values.items()]
    return replace(walk, part=parts[0], rest=[*parts[1:], *walk.rest], doubt=walk.doubt or doubt), True


def _facets(stated: object) -> dict[str, dict[str, int]]:
    """The facets of an answer, those of groups too: by value how many postings it has."""
    found: dict[str, dict[str, int]] = {}
    waiting = list(stated) if isinstance(stated, list) else []
    while waiting:
        facet = waiting.pop(0)
        name, values = records.maybe(facet, "facetParameter"), records.maybe(facet, "values")
        for value in values if isinstance(name, str) and isinstance(values, list) else []:
            key, count = records.name_of(value), records.maybe(value, "count")
            if records.maybe(value, "facetParameter"):
                waiting.append(value)
            elif key and isinstance(count, int) and count > 0:
                found.setdefault(name, {})[key] = count
    return found


def _identifier(path: str) -> str:
    """The posting's own number, which ends its path ("Call-Agent_R-17-1"), else the path."""
    number = path.rpartition("/")[2].partition("_")[2]
    return number if re.search(r"\d", number) else path


def _requisition(listed: dict[str, Any]) -> str | None:
    """The number among the list's words that the path ends with, its site's suffix left away."""
    ends = (
        words
        for words in listed.get("bullets", ())
        if re.search(rf"_{re.escape(words)}(?:-\d{{1,2}})?$", listed["path"])
    )
    return next(filter(None, map(records.requisition_of, ends)), None)


def _places(job: Any, listed: object) -> tuple[Place, ...]:
    """The place and the others, else the list's words; the country is that of the first."""
    others = job.get("additionalLocations")
    stated = [job.get("location"), *(others if isinstance(others, list) else [])]
    words = [one for part in stated if (one := html.line(records.maybe(part, "descriptor") or part, 300))]
    if not words and isinstance(listed, str):
        words = [listed]
    found = place.read([one for one in words if not NOWHERE.fullmatch(one)])
    country = records.maybe(job, "jobRequisitionLocation", "country") or job.get("country")
    code = records.maybe(country, "alpha2Code") or records.maybe(country, "descriptor")
    (said,) = place.read({"country": code})[:1] or (None,)
    if said is None or (found and found[0].address_country):
        return found
    return (replace(found[0], address_country=said.address_country), *found[1:]) if found else (said,)


def _location_type(job: Any, *stated: object) -> LocationType | None:
    return place.location_type(job.get("remoteType"), job.get("location"), *stated)
