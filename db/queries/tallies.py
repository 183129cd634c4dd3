"""What recruiters sort jobs by: read of listings, written, found to be behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.models import Carried, Job, Listing, Tally
from db.queries.listings import chunks

QUIET = {"synchronize_session": False}


def listings(session: Session, jobs: Sequence[str]) -> list[Row[Any]]:
    """What is counted of the listings of these jobs, by job."""
    fields = (
        *(Listing.id, Listing.job_id, Listing.source_id, Listing.identifier, Listing.url, Listing.title),
        *(Listing.hiring_organization, Listing.job_location, Listing.job_location_type, Listing.requisition),
        *(Listing.date_posted, Listing.first_seen, Listing.last_seen, Listing.closed_at, Listing.updated_at),
    )
    found: list[Row[Any]] = []
    for some in chunks(sorted(jobs)):
        statement = select(*fields).where(Listing.job_id.in_(some)).order_by(Listing.job_id, Listing.id)
        found += session.execute(statement)
    return found


def put(
    session: Session, jobs: Sequence[str], rows: list[dict[str, Any]], carried: list[dict[str, Any]]
) -> None:
    """The tallies of these jobs are these rows, and no others."""
    for some in chunks(jobs):
        for table in (Tally, Carried):
            session.execute(delete(table).where(table.job_id.in_(some)), execution_options=QUIET)
    if rows:
        session.execute(insert(cast("Table", Tally.__table__)), rows)  # by the thousand: past the ORM
        session.execute(insert(cast("Table", Carried.__table__)), carried)


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
