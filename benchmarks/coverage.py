"""How much of each field the spiders read out of recorded answers of their platforms.

    python -m benchmarks.coverage [../shared] [--files] [--lack FIELD]

Prints a row per platform: its postings, and the share of them with each field; below it, why the other
records gave none. `--files` prints a row per file too; `--lack FIELD` the postings that have nothing in a
field, so that one can see whether the source says nothing or we read nothing. The list of SmartRecruiters has
no descriptions: they are on the pages that it announces. The last row is recorded pages with markup.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from parsel import Selector
from scrapy import Request
from scrapy.http import TextResponse

from crawler import jsonld, source
from crawler.items import JobPosting
from crawler.spiders import ashby, greenhouse, lever, smartrecruiters

TODAY = date(2026, 11, 21)
BOARDS = (greenhouse.Greenhouse, lever.Lever, ashby.Ashby, smartrecruiters.SmartRecruiters)
FIELDS: dict[str, Callable[[JobPosting], object]] = {
    "title": lambda one: one.title,
    "organization": lambda one: one.hiring_organization,
    "place": lambda one: one.job_location,
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
    other: Counter[str] = field(default_factory=Counter)

    def add(self, more: Told) -> None:
        self.postings += more.postings
        self.other.update(more.other)


def payloads(folder: Path, name: str) -> Iterator[Path]:
    """The recorded answers of a platform, by the names of their files."""
    found = {*folder.glob(f"api_fixtures/*/*{name}*.json"), *folder.glob(f"_full_boards/{name}*.json")}
    if name == "ashby":
        found |= {*folder.glob("ashby/*.json")}
    yield from sorted(found)


def read(spider: source.SourceSpider, path: Path) -> Told:
    """What a spider makes of a recorded answer."""
    recorded = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(spider, smartrecruiters.SmartRecruiters):
        return _detailed(spider, recorded)
    bare = isinstance(spider, lever.Lever)
    jobs = recorded if bare else recorded.get("jobs") if isinstance(recorded, dict) else None
    if not isinstance(jobs, list):
        return Told(other=Counter({"not in the form of a board's answer": 1}))
    told = _sum(spider.parse(_response(spider.first_url(), jobs if bare else {"jobs": jobs})))
    told.other.update({"not for the public": len(jobs) - len(told.postings) - sum(told.other.values())})
    return told


def _detailed(spider: smartrecruiters.SmartRecruiters, recorded: Any) -> Told:
    """A page as it is; a record of the list as the page that it announces, which has its text besides."""
    if "content" not in recorded:
        return _sum(spider.parse_posting(_response(spider.url, recorded)))
    told = _sum(spider.parse(_response(spider.first_url(), recorded)))
    for record in recorded["content"]:
        told.add(_sum(spider.parse_posting(_response(spider.url, {"jobAd": None, **record}))))
    return told


def _sum(items: Iterator[source.Term]) -> Told:
    told = Told()
    try:
        for item in items:
            if isinstance(item, JobPosting):
                told.postings.append(item)
            elif isinstance(item, source.Bad):
                told.other[item.reason] += 1
            elif isinstance(item, source.Repeat):
                told.other["repeated"] += 1
    except source.Unreadable as error:
        told.other[str(error)] += 1
    return told


def _response(url: str, answer: Any) -> TextResponse:
    body = json.dumps(answer).encode()
    return TextResponse(url, body=body, encoding="utf-8", request=Request(url))


def pages(folder: Path) -> Told:
    """What recorded pages say in schema.org's words."""
    told = Told()
    for path in sorted({*folder.glob("job_pages/**/*.html"), *folder.glob("jsonld_examples/**/*.html")}):
        found = jsonld.find(Selector(text=path.read_text(encoding="utf-8", errors="replace")))
        told.other.update({"script that nobody can read": found.unreadable})
        told.other.update({"page without markup": not (found.postings or found.unreadable)})
        where = f"https://site.example/{path.stem}"
        for number, record in enumerate(found.postings):
            name = f"{where}#{number}"
            told.postings.append(
                jsonld.posting(record, source="site", identifier=name, page=where, today=TODAY)
            )
    return told


def row(name: str, told: Told) -> None:
    count = len(told.postings)
    shares = (sum(bool(get(one)) for one in told.postings) / count if count else 0 for get in FIELDS.values())
    print(f"{name:40}{count:9}" + "".join(f"{share:13.0%}" for share in shares))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--files", action="store_true", help="print a row for each file too")
    parser.add_argument("--lack", choices=FIELDS, help="print the postings that have nothing in this field")
    given = parser.parse_args()
    folder = given.shared / "data" / "sources"
    print(f"{'':40}{'postings':>9}" + "".join(f"{name:>13}" for name in FIELDS))
    for board in BOARDS:
        whole = Told()
        for path in payloads(folder, board.name):
            told = read(board(board=path.stem, today=TODAY), path)
            whole.add(told)
            if given.files:
                row(f"  {path.parent.name}/{path.name}"[:40], told)
        show(board.name, whole, given.lack)
    show("schema.org pages", pages(folder), given.lack)


def show(name: str, told: Told, lack: str | None) -> None:
    row(name, told)
    for reason, count in told.other.most_common():
        if count:
            print(f"    {count:5} no posting: {reason}")
    for one in told.postings if lack else ():
        if not FIELDS[lack](one):
            print(f"    no {lack}: {one.identifier} {one.title} {one.url}")


if __name__ == "__main__":
    main()
