"""What holds of the tables at every moment, beyond what the tables themselves refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from db.models import Base, CrawlRun, Installation, Job, Lease, Listing, Pair, Redirect, Source, Verdict

WORKING = (Installation.__tablename__, Lease.__tablename__)  # say which database it is, not what it remembers
_other = aliased(Pair)
_again = aliased(Verdict)
# What must be nobody's, in words that follow a number. Many join, so each is one pass over its tables.
BROKEN: dict[str, Select[int]] = {
    "jobs whose canonical listing stands in another job": select(func.count())
    .select_from(Job)
    .join(Listing, Listing.id == Job.canonical_id)
    .where(Listing.job_id.is_distinct_from(Job.id)),
    "old addresses of merged jobs that are jobs": select(func.count())
    .select_from(Redirect)
    .join(Job, Job.id == Redirect.old_id),
    "pairs that are there both ways round": select(func.count())
    .select_from(Pair)
    .join(_other, and_(_other.a_id == Pair.b_id, _other.b_id == Pair.a_id)),
    "verdicts that are there both ways round": select(func.count())
    .select_from(Verdict)
    .join(
        _again,
        and_(
            _again.source_a == Verdict.source_b,
            _again.identifier_a == Verdict.identifier_b,
            _again.source_b == Verdict.source_a,
            _again.identifier_b == Verdict.identifier_a,
        ),
    ),
    "listings that were closed before they were seen": select(func.count())
    .select_from(Listing)
    .where(Listing.closed_at < Listing.first_seen),
    "crawl runs that ended before they began": select(func.count())
    .select_from(CrawlRun)
    .where(CrawlRun.finished_at < CrawlRun.started_at),
    "crawl runs whose numbers do not add up": select(func.count())
    .select_from(CrawlRun)
    .join(Source, Source.id == CrawlRun.source_id)
    .where(
        Source.spider != "archive",
        CrawlRun.status.in_(("complete", "partial")),
        CrawlRun.open_before + CrawlRun.new + CrawlRun.reopened - CrawlRun.closed != CrawlRun.open_after,
    ),
    "sources with two crawl runs under way": select(func.count()).select_from(
        select(CrawlRun.source_id)
        .where(CrawlRun.status == "running")
        .group_by(CrawlRun.source_id)
        .having(func.count() > 1)
        .subquery()
    ),
}


def broken(session: Session) -> list[str]:
    """What does not hold, a sentence each: "3 listings that …"."""
    found = ((session.scalars(statement).one(), words) for words, statement in BROKEN.items())
    return [f"{number:,} {words}" for number, words in found if number]


def damage(session: Session) -> list[str]:
    """What SQLite itself finds wrong with its file, at most ten of each kind; of PostgreSQL nothing.

    A page that is torn, an index that does not fit its table, a row that points nowhere.
    """
    if session.get_bind().dialect.name != "sqlite":
        return []
    told = [row[0] for row in session.execute(text("PRAGMA integrity_check(10)"))]
    lost: Iterable[Any] = session.execute(text("PRAGMA foreign_key_check")).fetchmany(10)
    return [line for line in told if line != "ok"] + [
        f"row {row[1]} of {row[0]} points at no {row[2]}" for row in lost
    ]


def left_running(session: Session) -> int:
    """Crawl runs that are under way, or that nobody ended."""
    return session.scalars(
        select(func.count()).select_from(CrawlRun).where(CrawlRun.status == "running")
    ).one()


def empty(session: Session) -> bool:
    """Whether nothing is remembered: there is no row but those that say which database it is."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in WORKING]
    return not session.scalar(select(or_(*(exists(select(1).select_from(table)) for table in tables))))
