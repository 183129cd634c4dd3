"""The guide to the work: what it is, what it pays, how to get into it; each figure has year and source."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib import resources
from itertools import groupby
from operator import attrgetter

from flask import render_template

from webapp import words
from webapp.seek import pay

WORK = "43-4051"  # customer service representatives, in wages.csv
SHARES = ("1 in 10 earns", "1 in 4 earns", "Half earn", "3 in 4 earn", "9 in 10 earn")  # of pay.POINTS


@dataclass(frozen=True)
class Fact:
    """A line of guide.csv: of which kind, about what, the value with its unit, of which year, who says so."""

    fact: str
    about: str
    value: str
    unit: str
    year: str  # of the figure, not of the page that has it; "" where it is not known
    source: str
    note: str

    @property
    def number(self) -> int | float:
        """The value as a number; shares are whole percents.

        :raise ValueError: when it is none.
        """
        try:
            read = Decimal(self.value)
        except InvalidOperation:
            raise ValueError(f"{self.value!r} is no number: correct guide.csv.") from None
        return round(read) if self.unit == "percent" or read == int(read) else float(read)

    @property
    def said(self) -> str:
        """The value as a page says it: "$28,150", "25 %", "2,202,000", "4 to 8"."""
        if self.unit == "USD":
            return pay.dollars(Decimal(self.value))
        if self.unit == "percent":
            return f"{abs(self.number)}\u00a0%"
        return words.number(abs(int(self.number))) if self.unit in ("jobs", "openings") else self.value


@functools.cache
def facts() -> dict[str, list[Fact]]:
    """What guide.csv knows, by kind; those of a kind in its order."""
    with resources.files("webapp.seek").joinpath("guide.csv").open(encoding="utf-8") as lines:
        read = sorted((Fact(**row) for row in csv.DictReader(lines)), key=attrgetter("fact"))
    return {kind: list(some) for kind, some in groupby(read, key=attrgetter("fact"))}


def one(kind: str, about: str) -> Fact:
    """The only fact of a kind about something."""
    [found] = [fact for fact in facts()[kind] if fact.about == about]
    return found


def show() -> str:
    """The page."""
    work = pay.occupations()[WORK]
    outlook = _outlook()
    return render_template(
        "guide.html",
        work=work,
        facts=facts(),
        one=one,
        titles=groupby(facts()["title"], key=attrgetter("about")),
        schooling=_bars("schooling"),
        industries=_bars("industry pay"),
        percentiles=[
            (f"{share} less than", int(paid), "") for share, paid in zip(SHARES, work.annual, strict=True)
        ],
        outlook=outlook,
        outlook_said="; ".join(
            f"{year}: {words.number(jobs)}, foreseen for {then}: {words.number(foreseen)}"
            for year, jobs, then, foreseen in outlook
        ),
        related=_related(work),
    )


def _bars(kind: str) -> list[tuple[str, int | float, str]]:
    return [(fact.about, fact.number, fact.note) for fact in facts()[kind]]


def _outlook() -> list[tuple[int, int, int, int]]:
    """What was counted and what was foreseen ten years on: (year, jobs, year, jobs)."""
    found = []
    for growth in facts()["growth"]:
        begin, end = growth.about.split(" to ")
        found.append((int(begin), int(one("jobs", begin).number), int(end), int(one("jobs", end).number)))
    return found


def _related(work: pay.Occupation) -> list[tuple[str, tuple[Decimal, ...], bool]]:
    """The related occupations and this one, the best paid first: (name, what it pays, whether it is this)."""
    near = [each for each in pay.occupations().values() if each.related or each is work]
    return [
        (each.said[:1].upper() + each.said[1:], each.annual, each is work)
        for each in sorted(near, key=lambda each: -each.annual[2])
    ]
