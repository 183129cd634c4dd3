"""What tests of a search stand on: a few listings in words of ours, stored, grouped and asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import runs, storing
from crawler.clean import place
from crawler.items import JobPosting
from db import session
from matcher import filters, grouping, profile, rank, roles, search

EVERY = filters.Filters()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORDS = {
    "1": "Answer inbound calls in Spanish for a water utility, take payments by phone.",
    "2": "Reply to customers by live chat and email for a software company, Zendesk.",
    "3": "Greet patients at the front desk of a clinic and schedule their appointments.",
    "4": "Help bank customers by telephone with cards and accounts, Salesforce.",
}


def remember(engines: session.Engines, identifiers: str, *, gone: bool = False, **more: Any) -> None:
    store = runs.Runs(engines, "archive", NOW, NOW)
    for identifier in identifiers:
        words = WORDS.get(identifier, f"Answer calls number {identifier} about parcels.")
        item = JobPosting(
            source="acme",
            identifier=identifier,
            title=f"Customer Service Agent {chr(64 + int(identifier, 36))}",
            hiring_organization=f"Acme {identifier}",
            description=words,
            **more,
        )
        store.post(storing.Judged(item, roles.classify(item.title)))
    store.close(gone=gone)
    grouping.regroup(engines, NOW)


CITIES = ("Dayton, OH", "Columbus, OH", "Toledo, OH", "Akron, OH")
ALIKE = (
    "Answer inbound calls in Spanish for a water utility, take payments by phone and note them in Zendesk. "
)


def advertise_in_cities(engines: session.Engines) -> None:
    """One ad of one employer in four cities, which is a campaign of four jobs, and a job of another."""
    store = runs.Runs(engines, "archive", NOW, NOW)
    for number, city in enumerate(CITIES):
        item = JobPosting(
            source="acme",
            identifier=str(number),
            title="Bilingual Call Center Representative",
            hiring_organization="Acme Water",
            description=ALIKE * 5,
            job_location=place.read(city),
        )
        store.post(storing.Judged(item, roles.classify(item.title)))
    store.close()
    remember(engines, "4")


def matched(
    engines: session.Engines, folder: Path, text: str, wanted: filters.Filters = EVERY, **more: Any
) -> search.Results:
    opened = search.open_index(engines, folder)
    with session.reading(engines) as db:
        return search.match(db, rank.score(opened, profile.read(text)), wanted, **{"limit": 10, **more})


def best(engines: session.Engines, folder: Path, text: str) -> list[str]:
    return [row.listings[0].identifier for row in matched(engines, folder, text).rows]
