"""What recruiters sort jobs by: read of listings, written, found to be behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.models import Carried, Job, Listing, Tally
from db.queries.listings import chunks

QUIET = {"synchronize_session": False}
# All goes past the ORM, by the thousand, in statements that are put together once.
JOB, LISTING, TALLY, CARRIED = (cast("Table", one.__table__) for one in (Job, Listing, Tally, Carried))
_IDS: Any = bindparam("ids", expanding=True)
_COUNTED = (
    select(
        *(LISTING.c.id, LISTING.c.job_id, LISTING.c.source_id, LISTING.c.identifier, LISTING.c.url),
        *(LISTING.c.title, LISTING.c.hiring_organization, LISTING.c.job_location),
        *(LISTING.c.job_location_type, LISTING.c.requisition, LISTING.c.date_posted, LISTING.c.first_seen),
        *(LISTING.c.last_seen, LISTING.c.closed_at, LISTING.c.updated_at),
        *(JOB.c.canonical_id, JOB.c.role, JOB.c.campaign, JOB.c.template),
        *(JOB.c.closed_at.label("job_closed_at"), JOB.c.updated_at.label("job_updated_at")),
    )
    .select_from(LISTING.join(JOB, JOB.c.id == LISTING.c.job_id))
    .where(LISTING.c.job_id.in_(_IDS))
    .order_by(LISTING.c.job_id, LISTING.c.id)
)


def listings(session: Session, jobs: Sequence[str]) -> list[Row[Any]]:
    """What is counted of the listings of these jobs, each with its job's own columns, by job."""
    found: list[Row[Any]] = []
    for some in chunks(sorted(jobs)):
        found += session.execute(_COUNTED, {"ids": some})
    return found


def put(
    session: Session, jobs: Sequence[str], rows: list[dict[str, Any]], carried: list[dict[str, Any]]
) -> None:
    """The tallies of these jobs are these rows, and no others."""
    for some in chunks(jobs):
        for table in (TALLY, CARRIED):
            session.execute(delete(table).where(table.c.job_id.in_(_IDS)), {"ids": some})
    if rows:
        session.execute(insert(TALLY), rows)
        session.execute(insert(CARRIED), carried)


def stale(session: Session, now: datetime) -> list[str]:
    """The jobs that changed since they were counted, or that never were; by id.

    What changed in this very moment counts as changed: it may have, twice.
    """
    said = (
        select(
            Listing.job_id,
            func.count().label("listings"),
            func.max(Listing.updated_at).label("said_at"),
            func.min(Listing.first_seen).label("first_seen"),
        )
        .where(Listing.job_id.is_not(None))
        .group_by(Listing.job_id)
        .subquery()
    )
    newest = case((said.c.said_at > Job.updated_at, said.c.said_at), else_=Job.updated_at)
    statement = (
        select(Job.id)
        .join(said, said.c.job_id == Job.id)
        .outerjoin(Tally, Tally.job_id == Job.id)
        .where(
            or_(
                Tally.job_id.is_(None),
                Tally.listings != said.c.listings,
                Tally.said_at != newest,
                Tally.first_seen != said.c.first_seen,  # an older file was imported
                newest >= now,
            )
        )
        .order_by(Job.id)
    )
    return list(session.scalars(statement))


def see(session: Session) -> None:
    """Every tally says when a listing of its job was seen last."""
    last = (
        select(Listing.job_id, func.max(Listing.last_seen).label("last_seen"))
        .where(Listing.job_id.is_not(None))
        .group_by(Listing.job_id)
        .subquery()
    )
    moved = (
        update(Tally)
        .where(Tally.job_id == last.c.job_id, Tally.last_seen != last.c.last_seen)
        .values(last_seen=last.c.last_seen)
    )
    session.execute(moved, execution_options=QUIET)
