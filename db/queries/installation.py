"""The one row that says which database this is."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import Installation


def begin(session: Session, stamp: str) -> None:
    """Give a new database its stamp; one that has a stamp keeps it."""
    if session.get(Installation, 1) is None:
        session.add(Installation(id=1, stamp=stamp, generation=0))
        session.flush()


def stamp(session: Session) -> str:
    """What tells this database from every other; an index carries it too."""
    return session.scalars(select(Installation.stamp)).one()


def generation(session: Session) -> int:
    """The number of the newest generation of what is fitted; 0 before the first."""
    return session.scalars(select(Installation.generation)).one()


def set_generation(session: Session, number: int) -> None:
    """The number of the newest generation."""
    session.execute(update(Installation).values(generation=number))


def grouped(session: Session) -> str | None:
    """The name of the grouping that the jobs are of; None before the first, and where it holds no more."""
    return session.scalars(select(Installation.grouped)).one()


def set_grouped(session: Session, name: str | None) -> None:
    """The name of the newest grouping."""
    session.execute(update(Installation).values(grouped=name))


def alone(session: Session) -> None:
    """Wait until nobody else decides or writes a grouping, and let nobody until this transaction ends.

    An SQLite file has one writer at a time anyway.
    """
    session.execute(select(Installation.id).with_for_update())


def size(session: Session) -> int:
    """The bytes that a database of PostgreSQL takes on its server's disk."""
    return int(session.scalars(select(func.pg_database_size(func.current_database()))).one())
