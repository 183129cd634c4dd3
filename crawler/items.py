"""What a source says, in schema.org's words: JobPosting, MonetaryAmount, Place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Unit = Literal["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]
LocationType = Literal["remote", "hybrid", "onsite"]
EmploymentType = Literal[
    "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"
]

LEEWAY = timedelta(days=2)  # it is tomorrow already somewhere, and a page may be dated ahead by a day


@dataclass(frozen=True, kw_only=True, slots=True)
class MonetaryAmount:
    """https://schema.org/MonetaryAmount: pay as stated; what is not stated is None."""

    text: str  # the source's own words, whitespace folded
    currency: str | None = None  # ISO 4217
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    unit_text: Unit | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """https://schema.org/Place with its address; what is not stated is None."""

    text: str  # the source's own words, whitespace folded
    address_locality: str | None = None
    address_region: str | None = None
    address_country: str | None = None  # ISO 3166-1 alpha-2
    postal_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobPosting:
    """https://schema.org/JobPosting; its property names in snake case, never a synonym."""

    source: str
    identifier: str
    title: str
    url: str = ""
    hiring_organization: str = ""
    description: str = ""  # plain text: paragraphs and "- " bullets
    job_location: tuple[Place, ...] = ()
    job_location_type: LocationType | None = None
    date_posted: date | None = None
    valid_through: date | None = None
    base_salary: MonetaryAmount | None = None
    employment_type: tuple[EmploymentType, ...] = ()
    requisition: str | None = None  # the employer's own number for the opening

    def problems(self, today: date | None = None) -> list[str]:
        """Why this is no posting to keep, the first being the reason of its drop; [] when it is one.

        `today` None reads an archive, whose dates are never a problem.
        """
        found = [
            f"{name} missing" for name in ("title", "source", "identifier") if not getattr(self, name).strip()
        ]
        if today is None:
            return found
        if self.date_posted and self.date_posted > today + LEEWAY:
            found.append("date_posted in the future")
        if self.valid_through and self.valid_through < today:
            found.append("valid_through past")
        return found
