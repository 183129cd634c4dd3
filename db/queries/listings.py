"""Listings: look up, insert, change, close, stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Row, Table, bindparam, delete, insert, or_, select, update
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


def known(session: Session, source_id: int, identifiers: Sequence[str]) -> dict[str, Row[Any]]:
    """What is remembered by identifier: id, identifier, digest, first_seen, last_seen, closed_at."""
    found: dict[str, Row[Any]] = {}
    for some in chunks(identifiers):
        statement = select(
            Listing.id,
            Listing.identifier,
            Listing.digest,
            Listing.first_seen,
            Listing.last_seen,
            Listing.closed_at,
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
    """Known listings that say the same: rows of `key`, `first`, `last`; nothing else is touched."""
    if rows:
        seen: dict[str, Any] = {"first_seen": bindparam("first"), "last_seen": bindparam("last")}
        session.execute(update(TABLE).where(TABLE.c.id == bindparam("key")).values(seen), rows)


def set_places(session: Session, ids: Sequence[int], rows: list[dict[str, Any]]) -> None:
    """The places of these listings, in place of those they had."""
    for some in chunks(ids):
        session.execute(delete(ListingPlace).where(ListingPlace.listing_id.in_(some)))
    if rows:
        session.execute(insert(ListingPlace), rows)


def open_identifiers(session: Session, source_id: int) -> dict[str, int]:
    """Identifier and id of every open listing of a source."""
    statement = select(Listing.identifier, Listing.id).where(
        Listing.source_id == source_id, Listing.closed_at.is_(None)
    )
    return {row.identifier: row.id for row in session.execute(statement)}


def close(session: Session, ids: Sequence[int], closed_at: datetime, now: datetime) -> None:
    """These listings are gone."""
    for some in chunks(ids):
        session.execute(
            update(Listing).where(Listing.id.in_(some)).values(closed_at=closed_at, updated_at=now),
            execution_options={"synchronize_session": False},
        )


COLUMNS = [
    Listing.id,
    Source.name.label("source"),
    *(
        column
        for column in Listing.__table__.columns
        if column.name not in ("id", "source_id", "digest", "contacts", "pay_per_year", "pay_currency")
    ),
    Listing.contacts,
]


def stream(session: Session, statement: Any) -> Iterator[Row[Any]]:
    """The rows of a statement, a page at a time."""
    yield from session.execute(statement, execution_options={"yield_per": PAGE})


def every(session: Session) -> Iterator[Row[Any]]:
    """Every listing with its source's name, by (source, identifier): all its columns but the inner ones."""
    statement = select(*COLUMNS).join(Source, Source.id == Listing.source_id)
    return stream(session, statement.order_by(Source.name, Listing.identifier))


def to_group(session: Session, closed_since: datetime) -> Iterator[Row[Any]]:
    """The listings that are open or closed since then, by id: the rows of `every`."""
    statement = (
        select(*COLUMNS)
        .join(Source, Source.id == Listing.source_id)
        .where(or_(Listing.closed_at.is_(None), Listing.closed_at >= closed_since))
        .order_by(Listing.id)
    )
    return stream(session, statement)


def one(session: Session, source: str, identifier: str) -> Row[Any] | None:
    """One listing by what its source calls it, as a row of `every`."""
    statement = (
        select(*COLUMNS)
        .join(Source, Source.id == Listing.source_id)
        .where(Source.name == source, Listing.identifier == identifier)
    )
    return session.execute(statement).one_or_none()


def memberships(session: Session) -> Iterator[Row[Any]]:
    """Every listing's id, source, identifier, job_id, role and closed_at, by id."""
    statement = (
        select(
            Listing.id,
            Source.name.label("source"),
            Listing.identifier,
            Listing.job_id,
            Listing.role,
            Listing.closed_at,
        )
        .join(Source, Source.id == Listing.source_id)
        .order_by(Listing.id)
    )
    return stream(session, statement)


def set_jobs(session: Session, rows: list[dict[str, Any]]) -> None:
    """Which job each of these listings belongs to: rows of `key` and `job`."""
    if rows:
        job: dict[str, Any] = {"job_id": bindparam("job")}
        session.execute(update(TABLE).where(TABLE.c.id == bindparam("key")).values(job), rows)
