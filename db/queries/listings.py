"""Listings: look up, insert, change, close, stream."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from db.models import Listing, ListingPlace, Source

T = TypeVar("T")
TABLE = cast("Table", Listing.__table__)  # rows by the thousand go past the ORM
CHUNK = 500  # parameters a statement: SQLite's oldest limit is 999
PAGE = 2000  # rows fetched at a time where a whole table is streamed


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in runs that a statement can take as parameters."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def open_besides(closed_at: Any) -> ColumnElement[bool]:
    """That something is open, beside conditions that name fewer.

    Said so that no index of moments serves: SQLite would begin with all that is open, which is most.
    """
    said: ColumnElement[bool] = closed_at.is_(None) == true()
    return said


def known(session: Session, source_id: int, identifiers: Sequence[str]) -> dict[str, Row[Any]]:
    """What is remembered by identifier: its id, digest and dates, and the run that saw it last."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(identifiers):
        statement = select(
            Listing.id,
            Listing.identifier,
            Listing.digest,
            Listing.first_seen,
            Listing.last_seen,
            Listing.missed_at,
            Listing.closed_at,
            Listing.valid_through,
            Listing.run_id,
        ).where(Listing.source_id == source_id, Listing.identifier.in_(some))
        found.update({row.identifier: row for row in session.execute(statement)})
    return found


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    """New listings, all of one batch."""
    if rows:
        session.execute(insert(TABLE), rows)


def change(session: Session, rows: list[dict[str, Any]]) -> None:
    """Known listings that say something new: rows with `id` and every column to set."""
    if rows:
        session.execute(update(Listing), rows)


def see(session: Session, rows: list[dict[str, Any]]) -> None:
    """Known listings that say the same: rows of `key`, `first`, `last`, `run`; no other date is touched."""
    if rows:
        seen: dict[str, Any] = {
            "first_seen": bindparam("first"),
            "last_seen": bindparam("last"),
            "run_id": bindparam("run"),
            "missed_at": None,
        }
        session.execute(update(TABLE).where(TABLE.c.id == bindparam("key")).values(seen), rows)


def reopen(session: Session, ids: Sequence[int], now: datetime) -> None:
    """These listings are there again."""
    for some in chunks(ids):
        session.execute(
            update(Listing).where(Listing.id.in_(some)).values(closed_at=None, updated_at=now),
            execution_options={"synchronize_session": False},
        )


def set_places(session: Session, ids: Sequence[int], rows: list[dict[str, Any]]) -> None:
    """The places of these listings, in place of those they had."""
    for some in chunks(ids):
        session.execute(delete(ListingPlace).where(ListingPlace.listing_id.in_(some)))
    if rows:
        session.execute(insert(ListingPlace), rows)


def count_open(session: Session, source_id: int) -> int:
    """How many listings of a source are open."""
    statement = select(func.count()).where(Listing.source_id == source_id, Listing.closed_at.is_(None))
    return session.scalars(statement).one()


def count_waiting(session: Session, source_id: int) -> int:
    """How many open listings of a source its last complete run missed."""
    statement = select(func.count()).where(
        Listing.source_id == source_id, Listing.closed_at.is_(None), Listing.missed_at.is_not(None)
    )
    return session.scalars(statement).one()


def ever(session: Session, source_id: int) -> bool:
    """Whether a source ever had a listing."""
    return (
        session.scalars(select(Listing.id).where(Listing.source_id == source_id).limit(1)).first() is not None
    )


def said(session: Session, field: str, ids: Sequence[int]) -> dict[int, Any]:
    """What these listings say in a field, by id, of those that say something."""
    found: dict[int, Any] = {}
    for some in chunks(ids):
        statement = select(Listing.id, getattr(Listing, field)).where(Listing.id.in_(some))
        found.update({row[0]: row[1] for row in session.execute(statement) if row[1]})
    return found


def stated(session: Session, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """What these listings say that a posting need not say, by id; of the description, its length."""
    found: dict[int, Row[Any]] = {}
    for some in chunks(ids):
        statement = select(
            Listing.id,
            func.length(Listing.description).label("description"),
            Listing.hiring_organization,
            Listing.job_location,
            Listing.date_posted,
            Listing.base_salary,
        ).where(Listing.id.in_(some))
        found.update({row.id: row for row in session.execute(statement)})
    return found


def days_posted(session: Session, source_id: int, run_id: int) -> Sequence[date]:
    """The days of a source's listings that were seen from this run on and have one, the first day first."""
    statement = (
        select(Listing.date_posted)
        .where(Listing.source_id == source_id, Listing.run_id >= run_id, Listing.date_posted.is_not(None))
        .order_by(Listing.date_posted)
    )
    return cast("Sequence[date]", session.scalars(statement).all())


def seen_by(session: Session, source_id: int, first: int, last: int) -> None:
    """What was seen by these runs of a source was seen by the last of them."""
    session.execute(
        update(Listing)
        .where(Listing.source_id == source_id, Listing.run_id >= first, Listing.run_id < last)
        .values(run_id=last),
        execution_options={"synchronize_session": False},
    )


def missing(
    session: Session, source_id: int, run_id: int
) -> Sequence[Row[int, str, datetime | None, date | None, date | None, datetime]]:
    """The open listings that no run saw from this one on, by id: what `close` and `miss` are decided by."""
    statement = (
        select(
            Listing.id,
            Listing.identifier,
            Listing.missed_at,
            Listing.date_posted,
            Listing.valid_through,
            Listing.last_seen,
        )
        .where(
            Listing.source_id == source_id,
            Listing.closed_at.is_(None),
            or_(Listing.run_id.is_(None), Listing.run_id < run_id),
        )
        .order_by(Listing.id)
    )
    return session.execute(statement).all()


def miss(session: Session, ids: Sequence[int], now: datetime | None) -> None:
    """A complete run did not see these, for the first time in a row; None: nobody expects to see them."""
    for some in chunks(ids):
        session.execute(
            update(Listing).where(Listing.id.in_(some)).values(missed_at=now),
            execution_options={"synchronize_session": False},
        )


def open_ids(session: Session, source_id: int) -> Sequence[int]:
    """The ids of a source's open listings."""
    return session.scalars(
        select(Listing.id).where(Listing.source_id == source_id, Listing.closed_at.is_(None))
    ).all()


def close(session: Session, ids: Sequence[int], closed_at: datetime, now: datetime) -> None:
    """These listings are gone."""
    for some in chunks(ids):
        session.execute(
            update(Listing)
            .where(Listing.id.in_(some))
            .values(closed_at=closed_at, missed_at=None, updated_at=now),
            execution_options={"synchronize_session": False},
        )


INNER = {
    *("id", "source_id", "digest", "contacts", "demands", "pay_per_year", "pay_currency"),
    *("run_id", "missed_at"),
}
COLUMNS = [
    Listing.id,
    Source.name.label("source"),
    *(column for column in Listing.__table__.columns if column.name not in INNER),
    Listing.contacts,
]


def stream(session: Session, statement: Any) -> Iterator[Row[Any]]:
    """The rows of a statement, a page at a time."""
    yield from session.execute(statement, execution_options={"yield_per": PAGE})


def every(session: Session) -> Iterator[Row[Any]]:
    """Every listing with its source's name, by (source, identifier): all its columns but the inner ones."""
    statement = select(*COLUMNS).join(Source, Source.id == Listing.source_id)
    return stream(session, statement.order_by(Source.name, Listing.identifier))


def said_now(session: Session, closed_since: datetime) -> Iterator[Sequence[Row[int, str, datetime | None]]]:
    """The id, digest and closed_at of the listings that are open or closed since then, a page at a time."""
    own = select(Listing.id, Listing.digest, Listing.closed_at)
    both = union_all(own.where(Listing.closed_at.is_(None)), own.where(Listing.closed_at >= closed_since))
    yield from session.execute(both, execution_options={"yield_per": PAGE}).partitions()


def said_open(session: Session) -> Iterator[Sequence[Row[int, str]]]:
    """The id and digest of the open listings, a page at a time; an index of the table answers alone."""
    statement = select(TABLE.c.id, TABLE.c.digest).where(TABLE.c.closed_at.is_(None))
    yield from session.execute(statement, execution_options={"yield_per": PAGE}).partitions()


def open_jobs(session: Session) -> Iterator[Sequence[Row[int, str | None]]]:
    """The id and job of the open listings, a page at a time; an index of the table answers alone."""
    statement = select(TABLE.c.id, TABLE.c.job_id).where(TABLE.c.closed_at.is_(None))
    yield from session.execute(statement, execution_options={"yield_per": PAGE}).partitions()


def these(session: Session, ids: Sequence[int]) -> Iterator[Row[Any]]:
    """These listings, those that are there: the rows of `every`."""
    for some in chunks(ids):
        statement = select(*COLUMNS).join(Source, Source.id == Listing.source_id).where(Listing.id.in_(some))
        yield from session.execute(statement)


def one(session: Session, source: str, identifier: str) -> Row[Any] | None:
    """One listing by what its source calls it, as a row of `every`."""
    statement = (
        select(*COLUMNS)
        .join(Source, Source.id == Listing.source_id)
        .where(Source.name == source, Listing.identifier == identifier)
    )
    return session.execute(statement).one_or_none()


def called(session: Session, names: Collection[tuple[str, str]]) -> dict[tuple[str, str], Row[Any]]:
    """What the ads of some listings are called, by (source, identifier): id, job_id, title, organization."""
    those: dict[str, list[str]] = defaultdict(list)
    for source, identifier in sorted(names):
        those[source].append(identifier)
    columns = (Listing.id, Listing.identifier, Listing.job_id, Listing.title, Listing.hiring_organization)
    found: dict[tuple[str, str], Row[Any]] = {}
    for source, identifiers in those.items():
        asked = select(*columns).join(Source, Source.id == Listing.source_id).where(Source.name == source)
        for some in chunks(identifiers):
            rows: Iterable[Row[Any]] = session.execute(asked.where(Listing.identifier.in_(some)))
            found.update({(source, row.identifier): row for row in rows})
    return found


MEMBER = [
    Listing.id,
    Source.name.label("source"),
    *(Listing.identifier, Listing.job_id, Listing.role, Listing.closed_at),
]


def memberships(session: Session) -> Iterator[Row[Any]]:
    """Every listing's id, source, identifier, job_id, role and closed_at, by id."""
    return stream(session, select(*MEMBER).join(Source, Source.id == Listing.source_id).order_by(Listing.id))


def members(session: Session, ids: Sequence[int], jobs: Sequence[str]) -> dict[int, Row[Any]]:
    """These listings, and all that belong to one of these jobs, by id: the rows of `memberships`."""
    found: dict[int, Row[Any]] = {}
    statement = select(*MEMBER).join(Source, Source.id == Listing.source_id)
    for column, values in ((Listing.id, ids), (Listing.job_id, jobs)):
        for some in chunks(values):
            found.update({row.id: row for row in session.execute(statement.where(column.in_(some)))})
    return found


def jobs_of(session: Session, ids: Sequence[int]) -> dict[int, str | None]:
    """The job of each of these listings, those that are there; None of one that was never grouped."""
    found: dict[int, str | None] = {}
    for some in chunks(ids):
        statement = select(Listing.id, Listing.job_id).where(Listing.id.in_(some))
        found.update({row.id: row.job_id for row in session.execute(statement)})
    return found


def closed_before(session: Session, moment: datetime) -> Sequence[int]:
    """The ids of the listings that closed before then, in order."""
    return session.scalars(select(Listing.id).where(Listing.closed_at < moment).order_by(Listing.id)).all()


def ungrouped(session: Session) -> Sequence[int]:
    """The ids of the listings that belong to no job, in order."""
    return session.scalars(select(Listing.id).where(Listing.job_id.is_(None)).order_by(Listing.id)).all()


def set_jobs(session: Session, rows: list[dict[str, Any]]) -> None:
    """Which job each of these listings belongs to: rows of `key` and `job`."""
    if rows:
        job: dict[str, Any] = {"job_id": bindparam("job")}
        session.execute(update(TABLE).where(TABLE.c.id == bindparam("key")).values(job), rows)
