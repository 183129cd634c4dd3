"""The open listings that a run did not see: which of them are missing, and which close as it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crawler.closing import Judgement
from crawler.storing import Run
from db import queries

# What a list of the newest shows no more is over when it was not seen for so long.
UNSEEN = timedelta(days=30)
# Such a list reaches back to the day that all but this part of it are not older than: an old posting that is
# pinned, or listed again, says nothing of those between. With fewer dated ones nobody can tell.
OLD, DATED = 0.1, 10


@dataclass(frozen=True, slots=True)
class Absent:
    """Rows of listings: `missing` would be listed still, `older` lie beyond the edge of a list of the newest.

    `gone` are the ids of those whose own page says that they are over.
    """

    missing: Sequence[Any]
    older: Sequence[Any]
    gone: Sequence[int]


def find(db: Session, run: Run, *, newest: bool) -> Absent:
    """What this reading of the list did not come to, in all its nights."""
    known = queries.listings.known(db, run.source_id, list(run.gone))
    gone = [row.id for row in known.values() if row.closed_at is None]
    since = run.sweep.begun.run if run.sweep else run.run_id
    found = queries.listings.missing(db, run.source_id, since)
    missing = [row for row in found if row.identifier not in run.gone]
    if not newest:
        return Absent(missing, [], gone)
    reach = edge(queries.listings.days_posted(db, run.source_id, since))
    younger = [row for row in missing if reach and row.date_posted and row.date_posted > reach]
    ids = {row.id for row in younger}
    return Absent(younger, [row for row in missing if row.id not in ids], gone)


def edge(days: Sequence[date]) -> date | None:
    """How far back a list of the newest reaches, by the days that its postings say, the first day first."""
    return days[int(len(days) * OLD)] if len(days) >= DATED else None


def close(db: Session, run: Run, absent: Absent, judgement: Judgement, now: datetime) -> int:
    """Mark what is missing and close what is over, as far as the judgement lets us; how many closed."""
    closed = set(absent.gone if judgement.closes_gone else ())
    if judgement.misses:
        closed |= _miss(db, absent.missing, judgement.after, now)
        queries.listings.miss(db, [row.id for row in absent.older if row.missed_at], None)
        run.counts["missed"] = len(absent.missing)
    if judgement.expires:
        closed |= _expired([*absent.missing, *absent.older], now)
    queries.listings.close(db, sorted(closed), now, now)
    return len(closed)


def _miss(db: Session, missing: Sequence[Any], after: timedelta, now: datetime) -> set[int]:
    """Mark what is missing for the first time; the ids of what has been so for long enough."""
    queries.listings.miss(db, [row.id for row in missing if row.missed_at is None], now)
    return {row.id for row in missing if row.missed_at and row.missed_at <= now - after}


def _expired(unseen: Sequence[Any], now: datetime) -> set[int]:
    """The ids of those that are past their own date, or were not seen for very long."""
    today, long_ago = now.date(), now - UNSEEN
    return {
        row.id
        for row in unseen
        if row.last_seen <= long_ago or (row.valid_through and row.valid_through < today)
    }
