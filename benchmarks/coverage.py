"""How much of each field the spiders read out of recorded answers of their platforms.

    python -m benchmarks.coverage [../shared] [--files] [--lack FIELD] [--spider NAME]

Prints a row per spider: its postings, and the share of them with each field; below it how many pages of
postings its lists announce besides, and why other records gave none. `--files` prints a row per file too;
`--lack FIELD` the postings that have nothing in a field, so that one can see whether the source says nothing
or we read nothing. Which recording belongs to which spider stands in benchmarks/payloads.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks import payloads
from benchmarks.payloads import Told
from crawler import sources
from crawler.items import JobPosting

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


def told(folder: Path, spider: str) -> dict[Path, Told]:
    """What a spider makes of each of its recordings under `data/sources` of the folder."""
    found = payloads.of(folder / "data" / "sources", spider)
    return {path: payloads.read(spider, path, callback) for path, callback in found}


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
