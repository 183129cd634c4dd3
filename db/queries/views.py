"""The views of the desk that recruiters keep: each person's own, by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.models import Person, View

QUIET = {"synchronize_session": False}


def _owner(person: str) -> Any:
    return select(Person.id).where(Person.name == person).scalar_subquery()


def of(session: Session, person: str) -> list[Row[Any]]:
    """A person's views by name: id, name, query, and whether the desk opens with it."""
    statement = select(View.id, View.name, View.query, View.opens).where(View.person_id == _owner(person))
    return list(session.execute(statement.order_by(View.name, View.id)))


def count(session: Session, person: str) -> int:
    """How many views a person has."""
    statement = select(func.count()).select_from(View).where(View.person_id == _owner(person))
    return session.scalars(statement).one()


def opening(session: Session, person: str) -> str | None:
    """The query that a person's desk opens with."""
    statement = select(View.query).where(View.person_id == _owner(person), View.opens)
    return session.scalars(statement).one_or_none()


def keep(session: Session, person: str, name: str, query: str, now: datetime) -> None:
    """A view under a name, in place of the person's other one of that name."""
    mine = (View.person_id == _owner(person), View.name == name)
    known = update(View).where(*mine).values(query=query).returning(View.id)
    if session.execute(known, execution_options=QUIET).one_or_none() is None:
        row = {"person_id": _owner(person), "name": name, "query": query, "opens": False, "made_at": now}
        session.execute(insert(View).values(row))


def rename(session: Session, person: str, view: int, name: str) -> bool:
    """Another name for a view of this person's; False where they have no such view.

    :raise sqlalchemy.exc.IntegrityError: when another of their views has the name.
    """
    return _change(session, person, view, name=name)


def open_with(session: Session, person: str, view: int, *, opens: bool) -> bool:
    """The person's desk opens with this view, or with none; False where they have no such view."""
    others = update(View).where(View.person_id == _owner(person)).values(opens=False)
    session.execute(others, execution_options=QUIET)
    return _change(session, person, view, opens=opens)


def drop(session: Session, person: str, view: int) -> bool:
    """A view of this person's is no more; False where they have no such view."""
    gone = delete(View).where(View.id == view, View.person_id == _owner(person)).returning(View.id)
    return session.execute(gone, execution_options=QUIET).one_or_none() is not None


def _change(session: Session, person: str, view: int, **values: Any) -> bool:
    mine = (View.id == view, View.person_id == _owner(person))
    changed = update(View).where(*mine).values(**values).returning(View.id)
    return session.execute(changed, execution_options=QUIET).one_or_none() is not None
