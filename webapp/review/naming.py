"""What people decided, in the words of a page: listings by what their ads are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries
from matcher import decisions
from matcher.decisions import Name

Told = Mapping[str, Any]  # a row that an act wrote or took away, as it is logged
MOST = 5  # rows of an act that a page shows
_JOB = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Line:
    """Such a row: the one listing or two that it is about, and what it says of them."""

    names: Sequence[Name]
    said: str


@dataclass(frozen=True, slots=True)
class Some:
    """The first of an act's rows, and how many more there are."""

    lines: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is called how: listings by name (`queries.listings.called`), jobs by the id that an act names."""

    ads: Mapping[Name, Row[Any]]
    jobs: Mapping[str, Row[Any]]

    def compared(self, names: Sequence[Name]) -> tuple[int, int] | None:
        """The ids of two listings, where both are in jobs: they have a page."""
        found = [self.ads[name] for name in names if name in self.ads and self.ads[name].job_id]
        return (found[0].id, found[1].id) if len(found) == 2 else None

    def alike(self, names: Sequence[Name]) -> bool:
        """Whether listings have one title and one organization."""
        return all(name in self.ads for name in names) and (
            len({(self.ads[name].title, self.ads[name].hiring_organization) for name in names}) == 1
        )

    def titles(self, names: Sequence[Name]) -> list[str]:
        """The titles of some listings, those that are there, each once."""
        return list(dict.fromkeys(self.ads[name].title for name in names if name in self.ads))


def known(db: Session, rows: Iterable[Told], jobs: Iterable[str] = ()) -> Known:
    """What the listings of some rows are called, and jobs, those that are there or lead to one."""
    ads = queries.listings.called(db, {name for row in rows for name in names(row)})
    ids = sorted({job for job in jobs if _JOB.fullmatch(job)})
    led = queries.jobs.led(db, ids)
    shown = queries.jobs.rows(db, sorted({*ids, *led.values()}), words=False)
    return Known(ads, {job: shown[at] for job in ids if (at := led.get(job, job)) in shown})


def names(row: Told) -> tuple[Name, ...]:
    """The listings of a row."""
    return ((row["source"], row["identifier"]),) if "source" in row else decisions.ends_of(dict(row))


def lines(rows: Iterable[Told]) -> list[Line]:
    """Rows for a page."""
    return [Line(names(row), _said(row)) for row in rows]


def some(rows: Sequence[Told]) -> Some:
    """Rows for a page, cut short: those of a file that was taken over are thousands."""
    return Some(lines(rows[:MOST]), max(0, len(rows) - MOST))


def _said(row: Told) -> str:
    if "source" in row:
        return "canonical" if row["what"] == "canonical" else "with a note"
    return f"{decisions.decided(dict(row))} ({row['decided_by']}, {str(row['decided_at'])[:10]})"


def rows_of(act: Any) -> list[Told]:
    """The rows that an act of the log wrote; where it wrote none, those that it took away."""
    for state in (act.after or {}, act.before or {}):
        if rows := [row for kind in decisions.KINDS for row in state.get(kind, ())]:
            return rows
    return []


def subject(act: Any) -> tuple[Name, ...]:
    """The listings that an act says it was done to; none where it names something else."""
    for row in rows_of(act)[:1]:
        some = names(row)
        if act.subject in {" and ".join(map(" ".join, order)) for order in (some, some[::-1])}:
            return some
    return ()
