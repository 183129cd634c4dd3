"""What is remembered of a source, and how it is forgotten for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from db.models import (
    Carried,
    Choice,
    CrawlRun,
    Drop,
    Job,
    Listing,
    Mark,
    Page,
    Redirect,
    Source,
    Tally,
    Verdict,
)
from db.queries import installation


def remembered(session: Session, source: Source) -> dict[str, int]:
    """How much is remembered of a source, by what it is."""
    counts = {
        "listings": _count(Listing, source),
        "runs": _count(CrawlRun, source),
        "drops": _count(Drop, source),
        "pages": _count(Page, source),
        "verdicts": select(func.count()).select_from(Verdict).where(_about(Verdict, source)),
    }
    return {name: session.scalars(statement).one() for name, statement in counts.items()}


def overwrite(session: Session) -> None:
    """What is deleted from now on leaves nothing in an SQLite file but for its log: see db.scrubbing."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete=ON"))


def forget(session: Session, source: Source, now: datetime) -> dict[str, int]:
    """Delete a source with all that is remembered of it: how many jobs are gone, how many have less.

    A job that keeps a listing of another source shows that one, the first by name among the open ones, and
    has no reasons, until the jobs are grouped again.
    """
    overwrite(session)
    quiet = {"synchronize_session": False}
    touched = select(Listing.job_id).where(Listing.source_id == source.id, Listing.job_id.is_not(None))
    elsewhere = exists().where(Listing.job_id == Job.id, Listing.source_id != source.id)
    lonely = delete(Job).where(Job.id.in_(touched), ~elsewhere).returning(Job.id)
    gone = session.execute(lonely, execution_options=quiet).all()
    other, named = aliased(Listing), aliased(Source)
    first = (
        select(other.id)
        .join(named, named.id == other.source_id)
        .where(other.job_id == Job.id, other.source_id != source.id)
        .order_by(other.closed_at.is_not(None), named.name, other.identifier)
        .limit(1)
        .correlate(Job)
        .scalar_subquery()
    )
    shared = (
        update(Job)
        .where(Job.id.in_(touched))
        .values(canonical_id=first, reasons=[], updated_at=now)
        .returning(Job.id)
    )
    kept = session.execute(shared, execution_options=quiet).all()
    for table in (Tally, Carried):  # until they are grouped again: what is counted of a job holds its words
        session.execute(delete(table).where(table.job_id.in_(touched)), execution_options=quiet)
    for said in (Verdict, Mark):
        session.execute(delete(said).where(_about(said, source)), execution_options=quiet)
    session.execute(delete(Choice).where(Choice.source == source.name), execution_options=quiet)
    its = select(Listing.id).where(Listing.source_id == source.id)
    for named_by in (Job, Redirect):  # another listing may get the number
        heirless = update(named_by).where(named_by.heir_id.in_(its)).values(heir_id=None)
        session.execute(heirless, execution_options=quiet)
    session.execute(delete(Listing).where(Listing.source_id == source.id), execution_options=quiet)
    session.execute(delete(Source).where(Source.id == source.id), execution_options=quiet)
    installation.set_grouped(session, None)  # what grouping kept of its words is thrown away with the rest
    return {"gone": len(gone), "kept": len(kept)}


def _count(table: type[Listing | CrawlRun | Drop | Page], source: Source) -> Select[int]:
    return select(func.count()).select_from(table).where(table.source_id == source.id)


def _about(table: type[Verdict | Mark], source: Source) -> ColumnElement[bool]:
    return or_(table.source_a == source.name, table.source_b == source.name)
