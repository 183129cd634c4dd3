"""What tests of decisions stand on: a database of made-up listings, its shelf, and what its tables hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import runs, storing
from crawler.items import JobPosting, Place
from db import queries, session
from matcher import grouping, roles
from matcher.acting import Asked

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CORE = roles.Role("core", "customer_service", None, "")
TWIN = (
    "You answer the phones of a busy water utility, look up accounts, take payments and explain bills. "
    "You note every call in the customer system and pass outages on to dispatch. We teach you our systems "
    "in six paid weeks. You bring a year with customers, a clear voice and patience on a Monday morning."
)
WORK = (
    ("Museum Information Clerk", "Hazelford Museum", "sell tickets and guide school classes past the whale"),
    ("Ferry Booking Agent", "Lumen Ferries", "book cabins for guests who cannot sleep in seats at sea"),
    (
        "Library Help Desk Assistant",
        "Oakmere Library",
        "renew loans and find the one book a reader half recalls",
    ),
    (
        "Theatre Box Office Associate",
        "Plumtree Theatre",
        "seat latecomers and swap tickets when a show moves",
    ),
)
TOWNS = ("Dayton", "Toledo", "Akron", "Canton")


def loner(number: int, more: str = "") -> JobPosting:
    """An ad that no rule joins with another."""
    title, organization, work = WORK[number]
    text = f"{work.capitalize()}. You {work} for {organization} in {TOWNS[number]}. {more}"
    return _posting(f"loner{number}", title, organization, text, TOWNS[number])


def twin(identifier: str, text: str = TWIN) -> JobPosting:
    """An ad that the rules join with others of its text."""
    return _posting(identifier, "Customer Service Representative", "Acme Water", text, "Columbus")


def _posting(identifier: str, title: str, organization: str, text: str, town: str) -> JobPosting:
    where = Place(text=f"{town}, OH", address_locality=town, address_region="OH", address_country="US")
    return JobPosting(
        source="acme",
        identifier=identifier,
        title=title,
        hiring_organization=organization,
        description=text,
        job_location=(where,),
    )


def remember(engines: session.Engines, items: Sequence[JobPosting], at: datetime = NOW) -> None:
    """All that the source lists now; what it listed before besides is closed."""
    store = runs.Runs(engines, "archive", at, at)
    for item in items:
        store.post(storing.Judged(item, CORE))
    store.close(gone=True)


def name(identifier: str) -> tuple[str, str]:
    """A listing of these tests by name."""
    return "acme", identifier


def asked(now: datetime = NOW, **more: Any) -> Asked:
    """Ruth asks."""
    return Asked("ruth", now, **more)


def night(engines: session.Engines, folder: Path, now: datetime = NOW) -> None:
    """A grouping of all."""
    grouping.regroup(engines, now, folder=folder)


def homes(engines: session.Engines) -> dict[str, frozenset[str]]:
    """The identifiers of each job's listings."""
    found: dict[str, set[str]] = {}
    with session.reading(engines) as db:
        for row in queries.listings.memberships(db):
            found.setdefault(row.job_id, set()).add(row.identifier)
    return {job: frozenset(names) for job, names in found.items()}


def home(engines: session.Engines, identifier: str) -> str:
    """The job of a listing."""
    return next(job for job, names in homes(engines).items() if identifier in names)


def whole(engines: session.Engines) -> dict[str, Any]:
    """All that grouping writes, field by field, but for the numbers of rows and when a job changed last."""
    with session.reading(engines) as db:
        names = {row.id: row.identifier for row in queries.listings.memberships(db)}
        jobs = {row.id: dict(row._mapping) for row in queries.jobs.every(db)}
        for row in jobs.values():
            row |= {"canonical_id": names[row["canonical_id"]], "updated_at": None}
        pairs = [
            (names[row.a_id], names[row.b_id], row.relation, row.decided_by)
            for row in queries.pairs.every(db)
        ]
        told = {"jobs": jobs, "redirects": queries.jobs.redirects(db), "pairs": sorted(pairs)}
        told["homes"] = {row.identifier: row.job_id for row in queries.listings.memberships(db)}
        return told
