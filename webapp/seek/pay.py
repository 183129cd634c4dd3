"""A job's stated pay beside what such work usually pays in the United States, by published percentiles."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from itertools import pairwise
from typing import Any

from matcher import filters
from webapp import words

POINTS = (10, 25, 50, 75, 90)  # percentiles, in the order of the columns of wages.csv
LED = "lead"  # the family of those who lead customer service: a word of wages.csv
LEADING = frozenset({"lead", "manager"})  # levels of a job
BEYOND = (5.0, 95.0)  # where pay is drawn that lies outside what is published
ABSURD = 3  # times the highest or below the lowest point: a misreading, or no pay of this work

_WHERE = (
    "among the lowest tenth",
    "below the middle",
    "about the middle",
    "above the middle",
    "among the highest tenth",
)


@dataclass(frozen=True)
class Occupation:
    """What those of an occupation earned in a year: dollars at each of POINTS, by the hour and by the year.

    Source: U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics, national, of May.
    """

    code: str  # of the Standard Occupational Classification, 2018
    said: str
    related: bool  # to customer service, as O*NET or the Occupational Outlook Handbook has it
    year: int
    employed: int
    hour: tuple[Decimal, ...]
    annual: tuple[Decimal, ...]


@dataclass(frozen=True)
class Beside:
    """Where stated pay stands among what `said` earn: `low` to `high` on a scale of percentiles, 0 to 100.

    `where` says it in words, `half` is what the middle half of them earn, and `estimate` how a year was made
    of another period, "" where it was not.
    """

    said: str
    year: int
    where: str
    half: str
    low: float
    high: float
    estimate: str


@functools.cache
def occupations() -> dict[str, Occupation]:
    """The occupations of wages.csv, by code."""
    return {
        row["code"]: Occupation(
            *(row["code"], row["said"], row["related"] == "yes", int(row["year"]), int(row["employed"])),
            *(tuple(Decimal(row[f"{unit}{point}"]) for point in POINTS) for unit in "hy"),
        )
        for row in _rows()
    }


def _rows() -> list[dict[str, str]]:
    with resources.files("webapp.seek").joinpath("wages.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@functools.cache
def _families() -> dict[str, str]:
    """The code of the occupation that is nearest to a family of work; not every family has one."""
    return {family: row["code"] for row in _rows() for family in row["families"].split("|") if family}


def occupation(family: str, level: str | None) -> Occupation | None:
    """What a job is paid beside: the occupation nearest to its family, and supervisors for those who lead."""
    code = _families().get(family)
    if level in LEADING:  # of other work, nobody leads whose pay we know
        code = _families()[LED] if code == _families()["customer_service"] else None
    return occupations()[code] if code else None


def beside(job: Any) -> Beside | None:
    """Where a job's stated pay stands among the usual; None where the two cannot be compared.

    They can where the pay is in US dollars with its period, every place that names a country is in the United
    States, and one does; not where it is paid by commission, or yearly for work that fills no year.
    """
    stated = job.base_salary or {}
    usual = occupation(job.family, job.level)
    if usual is None or stated.get("currency") != "USD" or not _is_american(job) or words.promised(stated):
        return None
    unit = stated.get("unit_text", "").lower()
    if unit == "hour":
        return _placed(usual, usual.hour, words.amounts(stated), "an hour", "")
    if not words.fills_year(job) or (sums := words.yearly(stated)) is None:
        return None
    estimate = "" if unit == "year" else f"at {filters.PER_YEAR[unit]} {unit}s a year"
    return _placed(usual, usual.annual, sums, "a year", estimate)


def _is_american(job: Any) -> bool:
    return {spot.get("address_country") for spot in job.job_location} - {None} == {"US"}


def _placed(
    usual: Occupation,
    points: Sequence[Decimal],
    sums: tuple[Decimal | None, Decimal | None],
    each: str,
    estimate: str,
) -> Beside | None:
    stated = [value for value in sums if value]
    if not stated or stated != sorted(stated):
        return None
    if stated[0] < points[0] / ABSURD or stated[-1] > points[-1] * ABSURD:
        return None
    low, high = _position(stated[0], points), _position(stated[-1], points)
    half = f"{dollars(points[1])} to {dollars(points[3])} {each}"
    return Beside(usual.said, usual.year, _where(sums, points), half, low, high, estimate)


def _where(sums: tuple[Decimal | None, Decimal | None], points: Sequence[Decimal]) -> str:
    """Among whose pay a sum is, in words: "about the middle", "from below the middle to about the middle"."""
    low, high = (value and _WHERE[_part(value, points)] for value in sums)
    if low and high:
        return low if low == high else f"from {low} to {high}"
    return f"from {low}" if low else f"up to {high}"


def _part(value: Decimal, points: Sequence[Decimal]) -> int:
    """Which part of those who earn: the lowest tenth, up to a quarter, the middle half, and so on."""
    lowest, quarter, _, three_quarters, highest = points
    return (value >= lowest) + (value >= quarter) + (value > three_quarters) + (value > highest)


def _position(value: Decimal, points: Sequence[Decimal]) -> float:
    """The share of people who earn less, in percent: drawn straight between two points that are published."""
    for (below, least), (above, most) in pairwise(zip(POINTS, points, strict=True)):
        if least <= value <= most:
            return float(below + (above - below) * (value - least) / (most - least))
    return BEYOND[value > points[-1]]


def dollars(value: Decimal | int) -> str:
    """A sum of US dollars: "$42,830", "$17.29"."""
    return f"${words.number(int(value))}" if value == int(value) else f"${value:.2f}"
