"""A posting and its role as a listing's columns."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from crawler.clean import pay
from crawler.items import JobPosting, Place
from matcher import demands, lacking, language, places, quoting, roles, text


def columns(posting: JobPosting, role: roles.Role) -> dict[str, Any]:
    """A listing's columns as a posting and its role say them, with the digest that tells a change."""
    salary = posting.base_salary
    row: dict[str, Any] = {
        "identifier": posting.identifier,
        "url": posting.url,
        "title": posting.title,
        "hiring_organization": posting.hiring_organization,
        "description": posting.description,
        "job_location": [_stated(asdict(stated)) for stated in posting.job_location],
        "job_location_type": posting.job_location_type,
        "date_posted": posting.date_posted,
        "valid_through": posting.valid_through,
        "base_salary": _stated(asdict(salary)) if salary else None,
        "employment_type": list(posting.employment_type),
        "requisition": posting.requisition,
        "role": role.tier,
        "level": role.level,
        "family": role.family,
        "contacts": list(text.contacts(posting.description)),
        "pay_per_year": pay.per_year(salary) if salary else None,
        "pay_currency": salary.currency if salary else None,
        "language": language.of(f"{posting.title}\n{posting.description}"),
    }
    canonical = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)
    return {**row, "digest": hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()}


def demanded(posting: JobPosting) -> dict[str, demands.Demand]:
    """The column `demands`: what the ad demands of a person. The digest has its words, and can do without."""
    found = quoting.demanded(posting.title, posting.description)
    return {concept: demand for concept, demand in found.items() if lacking.is_asked(concept)}


def place_keys(stated: tuple[Place, ...]) -> list[tuple[int, str | None, str | None, str | None]]:
    """Position, locality, region and country of each place that a filter can select by, in folded words."""
    said = tuple(
        (place.address_locality, place.address_region, place.address_country, place.postal_code)
        for place in stated
    )
    return [(number, *key) for number, key in enumerate(places.keys(said))]


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else str(value)
        for name, value in fields.items()
        if value is not None
    }
