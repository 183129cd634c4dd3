"""How much of each field the spiders read out of recorded answers of their platforms.

    python -m benchmarks.coverage [../shared] [--files] [--lack FIELD] [--spider NAME]

Prints a row per spider: its postings, and the share of them with each field; below it how many pages of
postings its lists announce besides, and why other records gave none. `--files` prints a row per file too;
`--lack FIELD` the postings that have nothing in a field, so that one can see whether the source says nothing
or we read nothing. Which recording belongs to which spider stands in LISTS, PAGES and ELSEWHERE.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler import source, sources
from crawler.items import JobPosting

TODAY = date(2026, 11, 21)
FIXTURES = "api_fixtures/*/"
LISTS = {  # of each spider: answers that list
    "adzuna": ("adzuna.json",),
    "arbeitnow": ("arbeitnow.json",),
    "ashby": ("*ashby*.json",),
    "bamboohr": ("*bamboohr.json",),
    "breezy": ("breezy_list.json",),
    "feed": ("wwr.*", "neogov.xml", "generic.rss", "ats__rss.xml", "new-jobs.xml"),
    "greenhouse": (
        *("*greenhouse*.json", "zocdoc-jobs.json", "zola-jobs.json", "zwift-jobs.json", "udemy-jobs.json"),
        *("anthropic-*.json", "coinbase-*.json", "discord-*.json"),
    ),
    "himalayas": ("himalayas.json",),
    "jobfeed": ("successfactors_jobs.xml",),
    "jobicy": ("jobicy.json",),
    "lever": ("*lever*.json", "whoop-jobs.json"),
    "manatal": ("list-*.json",),
    "oracle": ("oracle_orc.json", "oracle_hcm_list*.json"),
    "personio": ("*personio.xml",),
    "pinpoint": ("pinpoint.json",),
    "recruitee": ("*recruitee.json",),
    "reed": ("reed_search.json",),
    "remoteok": ("remoteok.json",),
    "remotive": ("remotive.json",),
    "rippling": ("rippling.json",),
    "schemaorg": ("jobpage_jsonld.html",),
    "smartrecruiters": (
        *("*smartrecruiters*.json", "*francisco-jobs.json", "*philadelphia-jobs.json", "abercrombie*.json"),
        *("texas*.json", "vuori*.json", "wise-*.json", "wynn*.json"),
    ),
    "teamtailor": ("teamtailor.json",),
    "themuse": ("themuse*.json",),
    "usajobs": ("usajobs*.json",),
    "workable": ("*workable*.json",),
    "workday": ("workday*jobs*.json", "workday.json", "workday_nvidia.json", "ats__workday.json"),
}
PAGES = {  # and pages of one posting
    "breezy": (f"{FIXTURES}breezy_position.html",),
    "icims": (f"{FIXTURES}icims_detail.html", f"{FIXTURES}icims.html"),
    "oracle": (f"{FIXTURES}oracle*detail.json",),
    "reed": (f"{FIXTURES}reed_job.json",),
    "schemaorg": ("job_pages/*.html", "jsonld_examples/**/*.html", f"{FIXTURES}jsonld_*.html"),
    "smartrecruiters": (f"{FIXTURES}*smartrecruiters*detail.json",),
    "workday": (f"{FIXTURES}workday*detail.json",),
}
ELSEWHERE = {
    "ashby": ("ashby/*.json", "_full_boards/ashby*.json"),
    "lever": ("_full_boards/lever*.json",),
    "feed": ("xml_feeds/esprit/*.xml", "xml_feeds/dfe*/ventrus*.xml"),
    "jobfeed": ("xml_feeds/*/jobs.xml",),
    "schemaorg": ("sitemaps/*.xml",),
}
# Other programs' own exports, forms and endpoints under the names of platforms.
OTHERS = {
    *("yshauly_jobspy/greenhouse_jobs.json", "careerkit/freehire_detail_greenhouse.json"),
    *("nlau/greenhouse_questions.json", "relocation/ats__greenhouse_job_detail.json", "nlau/ashby_form.json"),
    *("relocation/ats__lever_job_detail.json", "justjoinit_atom_bytesrepr/jobs.xml"),
}
# What else a spider is named with, where its board is not all.
NAMED = {
    "workday": {"url": "https://acme.wd5.myworkdayjobs.com/Careers"},
    "oracle": {"url": "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1"},
    "adzuna": {"board": "us"},
    **{name: {"url": "https://site.example/jobs/"} for name in ("feed", "jobfeed", "schemaorg")},
}
# What recordings were trimmed of, and a spider asks for: how many there are in all.
WHOLE: dict[str, Callable[[int], dict[str, Any]]] = {
    "adzuna": lambda count: {"count": count},
    "arbeitnow": lambda count: {"links": {"next": None}, "meta": {"per_page": count}},
    "bamboohr": lambda count: {"meta": {"totalCount": count}},
    "greenhouse": lambda count: {"meta": {"total": count}},
    "himalayas": lambda count: {"totalCount": count},
    "jobicy": lambda count: {"jobCount": count},
    "remotive": lambda count: {"job-count": count},
    "themuse": lambda count: {"page": 0, "page_count": 1, "total": count},
}
FIELDS: dict[str, Callable[[JobPosting], object]] = {
    "title": lambda one: one.title,
    "organization": lambda one: one.hiring_organization,
    "place": lambda one: one.job_location or one.job_location_type,
    "date": lambda one: one.date_posted,
    "pay": lambda one: one.base_salary,
    "employment": lambda one: one.employment_type,
    "description": lambda one: one.description,
    "requisition": lambda one: one.requisition,
    "url": lambda one: one.url,
}


@dataclass
class Told:
    """What came of the records of a platform or file."""

    postings: list[JobPosting] = field(default_factory=list)
    announced: int = 0  # postings with a page of their own
    other: Counter[str] = field(default_factory=Counter)
    again: Request | None = None  # for another page that lists

    def add(self, more: Told) -> None:
        self.postings += more.postings
        self.announced += more.announced
        self.other.update(more.other)


def of(folder: Path, spider: str) -> Iterator[tuple[Path, str]]:
    """The recorded answers of a spider, each with the callback that reads it."""
    pages = {path for pattern in PAGES.get(spider, ()) for path in folder.glob(pattern)}
    patterns = [*(FIXTURES + one for one in LISTS.get(spider, ())), *ELSEWHERE.get(spider, ())]
    lists = {path for pattern in patterns for path in folder.glob(pattern)} - pages
    for path in sorted(pages | lists):
        if f"{path.parent.name}/{path.name}" not in OTHERS:
            yield path, "parse_posting" if path in pages else "parse"


def read(name: str, path: Path, callback: str) -> Told:
    """What a spider makes of a recorded answer; a list's announced pages count as announced."""
    body = path.read_bytes()
    named = {"board": path.stem[:60], **NAMED.get(name, {})}
    if found := re.search(rb"<loc>\s*(https?://[^/<]+)", body):
        named["url"] = f"{found[1].decode()}/sitemap.xml"
    made = sources.classes()[name](**named, today=TODAY)
    if path.suffix == ".json" and callback == "parse":
        body = _whole(name, body)
    first = made.first_url()
    url = f"https://site.example/jobs/{path.stem}" if name == "schemaorg" and not found else first
    identifier = path.stem if callback == "parse_posting" else ""
    request = made.ask(url, callback, identifier=identifier, **_arguments(made, callback))
    if "offset" in inspect.signature(getattr(made, callback)).parameters and "p2" in path.stem:
        request.cb_kwargs["offset"] = _offset(body)
    told = _sum(request.callback(_answer(request, path, body), **request.cb_kwargs))  # type: ignore[misc]
    nothing = not (told.postings or told.announced or told.other)
    if told.again is not None and nothing:  # it asks for the same document in other words
        told = _sum(told.again.callback(_answer(told.again, path, body), **told.again.cb_kwargs))  # type: ignore[misc]
    if (
        name == "smartrecruiters" and callback == "parse"
    ):  # a record of the list as the page that it announces
        for record in json.loads(body)["content"]:
            page = made.ask(first, "parse_posting", identifier="page")
            whole = json.dumps({"jobAd": None, **record}).encode()
            told.add(_sum(made.parse_posting(_answer(page, path, whole))))  # type: ignore[attr-defined]
    return told


def _whole(name: str, body: bytes) -> bytes:
    """A list as its platform sends it: a lone record in its list, with the total that a recording lost."""
    told = json.loads(body)
    if name == "greenhouse" and isinstance(told, dict) and "jobs" not in told and "id" in told:
        told = {"jobs": [told]}
    if name == "themuse":
        told = {"results": told["jobs"]}
    if isinstance(told, dict) and name in WHOLE:
        count = next((len(value) for value in told.values() if isinstance(value, list)), 0)
        told = {**WHOLE[name](count), **told}
    return json.dumps(told).encode()


def _offset(body: bytes) -> int:
    told = json.loads(body)
    told = told.get("items", [told])[0] if "items" in told else told
    return int(told.get("offset") or told.get("Offset") or 0)


def _arguments(made: source.SourceSpider, callback: str) -> dict[str, Any]:
    """What a callback must be given and a recording does not have: nothing."""
    found = inspect.signature(getattr(made, callback)).parameters.values()
    return {one.name: None for one in found if one.kind is one.KEYWORD_ONLY and one.default is one.empty}


def _answer(request: Request, path: Path, body: bytes) -> Response:
    kinds = {".json": "application/json", ".html": "text/html; charset=utf-8"}
    headers = {"Content-Type": kinds.get(path.suffix, "application/xml")}
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    kind = responsetypes.from_args(headers=raw, url=request.url, body=body)
    return kind(request.url, headers=headers, body=body, request=request)


def _sum(items: Any) -> Told:
    told = Told()
    try:
        for item in items or ():
            match item:
                case JobPosting():
                    told.postings.append(item)
                case Request() if item.meta.get("identifier"):
                    told.announced += 1
                case Request():
                    told.again = item
                case source.Bad() | source.Gone() | source.Trouble():
                    told.other[item.reason] += 1
                case source.Repeat():
                    told.other["repeated"] += 1
                case _:
                    pass
    except source.Unreadable as error:
        told.other[str(error)] += 1
    return told


def told(folder: Path, spider: str) -> dict[Path, Told]:
    """What a spider makes of each of its recordings under `data/sources` of the folder."""
    found = of(folder / "data" / "sources", spider)
    return {path: read(spider, path, callback) for path, callback in found}


def shares(postings: list[JobPosting]) -> dict[str, float]:
    """The share of postings with each field."""
    count = len(postings) or 1
    return {name: sum(bool(get(one)) for one in postings) / count for name, get in FIELDS.items()}


def row(name: str, found: Told) -> None:
    cells = "".join(f"{share:13.0%}" for share in shares(found.postings).values())
    print(f"{name:40}{len(found.postings):9}{cells}")


def show(name: str, found: Told, lack: str | None) -> None:
    row(name, found)
    if found.announced:
        print(f"    {found.announced:5} announced, with pages of their own")
    for reason, count in found.other.most_common(8):
        print(f"    {count:5} no posting: {reason[:150]}")
    for one in found.postings if lack else ():
        if not FIELDS[lack](one):
            print(f"    no {lack}: {one.identifier} {one.title} {one.url}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--files", action="store_true", help="print a row for each file too")
    parser.add_argument("--lack", choices=FIELDS, help="print the postings that have nothing in this field")
    parser.add_argument("--spider", help="this one alone")
    given = parser.parse_args()
    print(f"{'':40}{'postings':>9}" + "".join(f"{name:>13}" for name in FIELDS))
    for spider in [given.spider] if given.spider else sorted(sources.classes()):
        whole = Told()
        for path, found in told(given.shared, spider).items():
            whole.add(found)
            if given.files:
                show(f"  {path.parent.name}/{path.name}"[:40], found, None)
        show(spider, whole, given.lack)


if __name__ == "__main__":
    main()
