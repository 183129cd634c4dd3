"""What goes into deduplication (ads, verdicts) and what comes out of it (pairs, jobs)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

Features = dict[str, float | str | bool | None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """A listing as deduplication sees it; `key` is the caller's own number for it.

    `places` are (locality, region, country, postal code) as stated, `pay` is (minimum, maximum, unit,
    currency), `contacts` are hashes: `matcher.text.contacts`.
    """

    key: int
    source: str
    identifier: str
    title: str
    organization: str
    text: str
    places: tuple[tuple[str | None, str | None, str | None, str | None], ...] = ()
    remote: str | None = None
    requisition: str | None = None
    contacts: tuple[str, ...] = ()
    url: str = ""
    pay: tuple[Decimal | None, Decimal | None, str | None, str | None] | None = None
    employment_type: tuple[str, ...] = ()
    date_posted: date | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A recruiter's decision on two ads, by their keys: whether they are one job.

    Or, `about` "campaign" or "template", whether their jobs stand on one card, or share a template.
    """

    a: int
    b: int
    same: bool
    about: str = "job"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ads that were compared, what became of them and why; `a` has the smaller (source, identifier).

    `relation` is "job", "campaign", "template" or "different"; `decided_by` is "rule" or "verdict";
    `probability` is that the two are one ad, whatever their places.
    """

    a: int
    b: int
    relation: str
    decided_by: str
    probability: float
    features: Features
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Job:
    """A job's listings by key, in the order of (source, identifier); jobs share campaign and template."""

    listings: tuple[int, ...]
    canonical: int
    campaign: int | None
    template: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Every ad stands in exactly one job; `pairs` are those joined or linked, and the near misses."""

    jobs: list[Job]
    pairs: list[Pair]


# A compared pair in an array: two rows, `a` with the smaller (source, identifier); `near`: worth a reviewer's
# eye where nothing joins it.
RELATIONS = ("different", "job", "campaign", "template")
PAIR = np.dtype(
    [
        ("a", "i4"),
        ("b", "i4"),
        ("relation", "u1"),  # a place in RELATIONS
        ("clash", "u1"),
        ("apart", "u1"),
        ("near", "u1"),
        ("probability", "f4"),  # 0 for two employers that nothing makes one
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night changed: whole jobs, keys that are in none any more, pairs to write and to take away.

    A job is told again when its listings, what they say, its card or its template changed, and with it every
    job of a touched card or template. `whole`: all is told, and whatever else was written before is stale.
    `ads` and `compared` count the ads there are, and the pairs that this night compared.
    """

    whole: bool
    jobs: list[Job]
    gone: list[int]
    pairs: list[Pair]
    stale: list[tuple[int, int]]
    ads: int
    compared: int
