"""A file of postings (JSONL or CSV), read in two passes row by row, so that it may be larger than memory.

`scan` counts the rows and finds the file's own today and its repeated keys; `read` yields each row as a
posting, as a repeated copy, or as a row that nobody can read. What is kept of a repeated key depends on the
copies, never on their order: the fullest, then the smallest by its content.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from crawler import rows
from crawler.clean import dates, employment, html, pay, place, title
from crawler.items import JobPosting, LocationType, Place
from matcher import requisition

MAX_KEY = 1_000  # bytes of a source or an identifier: PostgreSQL indexes 2,704 for a row

# By field the columns that hold it, in small letters and digits alone; the first that is not empty counts.
COLUMNS = {
    "identifier": ("id", "identifier", "jobid", "row"),
    "title": ("title",),
    "organization": ("company", "organization", "employer", "hiringorganization"),
    "description": ("description", "text", "body"),
    "posted": ("dateposted", "posted", "date"),
    "through": ("validthrough",),
    "location": ("location", "joblocation"),
    "city": ("city",),
    "state": ("state",),
    "postcode": ("postcode", "postalcode", "zip"),
    "country": ("country", "countrycode"),
    "remote": ("joblocationtype", "workplacetype"),
    "salary": ("salary", "basesalary"),
    "minimum": ("salarymin", "minsalary"),
    "maximum": ("salarymax", "maxsalary"),
    "unit": ("salaryperiod", "salaryunit", "payperiod"),
    "currency": ("salarycurrency", "currency"),
    "employment": ("employmenttype",),
    "requisition": ("requisition", "requisitionid", "reqid", "refnumber"),
    "url": ("url",),
    "source": ("source", "set", "src"),
}
_FIELD = {alias: (field, rank) for field, aliases in COLUMNS.items() for rank, alias in enumerate(aliases)}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}", re.I)


UnreadableArchive = rows.UnreadableArchive


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no posting: `identifier` is "line 17"."""

    source: str
    identifier: str
    reason: str
    detail: str
    line: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A further copy of a key that the file holds more than once."""

    source: str
    identifier: str
    line: int


@dataclass(frozen=True, slots=True)
class Scan:
    rows: int  # those that `read` yields
    as_of: date | None  # the newest day posted that is not after now
    repeated: frozenset[bytes]  # digests of the keys that stand there more than once


def scan(path: Path, *, default_source: str, now: date) -> Scan:
    """Read the whole file once. A file that ends in the middle is scanned up to there; `read` says so."""
    count, newest = 0, None
    seen: set[bytes] = set()
    repeated: set[bytes] = set()
    try:
        for _, row in rows.read(path):
            count += 1
            if isinstance(row, rows.Bad):
                continue
            row = _fields(row)
            key = _digest(*_key(row, default_source))
            (repeated if key in seen else seen).add(key)
            posted = _day(row.get("posted"))
            if posted and posted <= now and (newest is None or posted > newest):
                newest = posted
    except UnreadableArchive:
        if not count:
            raise
    return Scan(count, newest, frozenset(repeated))


def read(
    path: Path,
    scan: Scan,
    *,
    default_source: str,
    today: date,
    progress: Callable[[int], None] | None = None,
) -> Iterator[JobPosting | BadRow | Repeated]:
    """Every row once; the kept copies of repeated keys come last, in the order of their keys.

    `progress` is told how many rows are done. Where a file breaks off, UnreadableArchive comes after all rows
    before that.
    """
    kept: dict[tuple[str, str], tuple[int, JobPosting]] = {}
    broken: UnreadableArchive | None = None
    done = 0
    try:
        for line, row in rows.read(path):
            done += 1
            if progress and done % 500 == 0:
                progress(done)
            posting = _posting(row, line, default_source, today)
            if (
                isinstance(posting, BadRow)
                or _digest(posting.source, posting.identifier) not in scan.repeated
            ):
                yield posting
                continue
            key = (posting.source, posting.identifier)
            better, worse = _order((line, posting), kept.get(key))
            kept[key] = better
            if worse:
                yield Repeated(*key, worse[0])
    except UnreadableArchive as error:
        broken = error
    for key in sorted(kept):
        yield kept[key][1]
    if progress:
        progress(done)
    if broken:
        raise broken


def _order(
    one: tuple[int, JobPosting], other: tuple[int, JobPosting] | None
) -> tuple[tuple[int, JobPosting], tuple[int, JobPosting] | None]:
    """Two copies, the one to keep first: with more fields, more words, then the smaller by its content."""
    if other is None:
        return one, None
    first, second = sorted((one, other), key=lambda copy: (*_poverty(copy[1]), copy[0]))
    return first, second


def _poverty(posting: JobPosting) -> tuple[int, int, str]:
    values = [getattr(posting, field.name) for field in fields(posting)]
    return -sum(value not in ("", None, ()) for value in values), -len(posting.description), repr(posting)


def _posting(row: rows.Row, line: int, default_source: str, today: date) -> JobPosting | BadRow:
    if isinstance(row, rows.Bad):
        return BadRow(default_source, f"line {line}", row.reason, row.detail, line)
    try:
        row = _fields(row)
        source, identifier = _key(row, default_source)
        if _UNSTORABLE.search(source + identifier):
            raise ValueError("the source or identifier holds a character that no database stores")
        if max(len(source.encode()), len(identifier.encode())) > MAX_KEY:
            raise ValueError(f"the source or identifier is longer than {MAX_KEY:,} bytes")
        return _clean(row, source, identifier, today)
    except (ValueError, RecursionError) as error:
        return BadRow(default_source, f"line {line}", "not readable", str(error)[:200], line)


def _clean(row: Mapping[str, Any], source: str, identifier: str, today: date) -> JobPosting:
    description = html.text(row.get("description"))
    places = _places(row)
    name = title.clean(row.get("title"))
    countries = {where.address_country for where in places if where.address_country}
    url = html.line(row.get("url"), 2000)
    return title.settled(
        JobPosting(
            source=source,
            identifier=identifier,
            title=name,
            url=url if _WEB.fullmatch(url) else "",
            hiring_organization=_organization(row.get("organization")),
            description=description,
            job_location=places,
            job_location_type=_location_type(row, name),
            date_posted=dates.read(row.get("posted"), today=today),
            valid_through=dates.absolute(row.get("through")),
            base_salary=pay.read(
                row.get("salary"),
                minimum=row.get("minimum"),
                maximum=row.get("maximum"),
                unit=row.get("unit"),
                currency=row.get("currency"),
                country=countries.pop() if len(countries) == 1 else None,
            ),
            employment_type=employment.read(row.get("employment")),
            requisition=_requisition(row.get("requisition"), description),
        )
    )


def _organization(raw: object) -> str:
    words = html.line(_named(raw), 300)
    return "" if words.lower() in ("nan", "none", "null") else words


def _location_type(row: Mapping[str, Any], name: str) -> LocationType | None:
    return place.location_type(row.get("remote"), row.get("location"), name)


def _requisition(raw: object, description: str) -> str | None:
    """What the column says; else the number that the text names, if only one: of several none is sure."""
    if said := html.line(raw if isinstance(raw, str) else _text(raw), 100):
        return said
    named = requisition.find(description)
    return named[0] if len(named) == 1 else None


def _places(row: Mapping[str, Any]) -> tuple[Place, ...]:
    """The location, and what the columns city, state, postcode and country add to the only place it names."""
    columns = {field: _text(row.get(field)) for field in ("city", "state", "postcode", "country")}
    places = place.read(row["location"] if row.get("location") else columns)
    if len(places) != 1 or not row.get("location") or not any(columns.values()):
        return places
    (only,) = places
    (said,) = place.read(columns)[:1] or (only,)
    return (
        replace(
            only,
            address_locality=only.address_locality or said.address_locality,
            address_region=only.address_region or said.address_region,
            address_country=only.address_country or said.address_country,
            postal_code=only.postal_code or said.postal_code,
        ),
    )


def _key(row: Mapping[str, Any], default_source: str) -> tuple[str, str]:
    """(source, identifier), verbatim; without one, a digest of url, title, location and description."""
    source = _text(row.get("source")) or default_source
    identifier = _text(_named(row.get("identifier"), "value"))
    if identifier:
        return source, identifier
    location = row.get("location") or ", ".join(
        filter(None, (_text(row.get(key)) for key in ("city", "state", "postcode")))
    )
    words = "\n".join(
        _text(part) for part in (row.get("url"), row.get("title"), location, row.get("description"))
    )
    return source, hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _digest(source: str, identifier: str) -> bytes:
    return hashlib.blake2b(
        f"{source}\n{identifier}".encode("utf-8", "surrogatepass"), digest_size=12
    ).digest()


def _named(raw: object, name: str = "name") -> object:
    return raw.get(name) if isinstance(raw, Mapping) else raw


def _text(raw: object) -> str:
    """A cell verbatim; a number as the file writes it."""
    if isinstance(raw, str):
        return raw
    if raw is None or isinstance(raw, bool):
        return ""
    if isinstance(raw, rows.Number):
        return raw.written
    return str(raw) if isinstance(raw, int | Decimal) else json.dumps(raw, sort_keys=True, default=str)


@functools.lru_cache(maxsize=4096)
def _known_day(raw: str) -> date | None:
    return dates.absolute(raw)


def _day(raw: object) -> date | None:
    return _known_day(raw) if isinstance(raw, str) else dates.absolute(raw)


def _fields(cells: Mapping[Any, Any]) -> dict[str, Any]:
    """A row by our names; of several columns for one field the first in our order that is not empty."""
    found: dict[str, tuple[int, Any]] = {}
    for column, value in cells.items():
        field, rank = _column(column) if isinstance(column, str) else (None, 0)
        if field is None or value is None or (isinstance(value, str) and not value.strip()):
            continue
        if field not in found or rank < found[field][0]:
            found[field] = (rank, value)
    return {field: value for field, (_, value) in found.items()}


@functools.lru_cache(maxsize=1024)
def _column(name: str) -> tuple[str | None, int]:
    return _FIELD.get(re.sub(r"[^a-z0-9]", "", name[:100].lower()), (None, 0))
