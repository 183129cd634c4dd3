"""The log of who did what: added to and read; the database refuses to change or delete any of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, cast, exists, func, insert, not_, select
from sqlalchemy.orm import Session, aliased

from db.models import Act

COLUMNS = Act.__table__.columns


def add(  # noqa: PLR0913 - a column each
    session: Session,
    at: datetime,
    who: str,
    what: str,
    subject: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    undoes: int | None = None,
    key: str | None = None,
) -> int:
    """Log an act in the transaction that does it; its id.

    `what` is a word or two of ours ("verdict", "split"), `subject` what it was done to; `before` and `after`
    hold identifiers and decisions, as JSON can say them: no words of an ad or a résumé, no password.

    :raise sqlalchemy.exc.IntegrityError: when the act `undoes` was undone already, or `key` acted already.
    """
    row = {"at": at, "who": who, "what": what, "subject": subject}
    row |= {"before": before, "after": after, "undoes": undoes, "key": key}
    return session.scalars(insert(Act).values(row).returning(Act.id)).one()


def find(session: Session, act_id: int) -> Row[Any] | None:
    """An act with all its columns."""
    return session.execute(select(*COLUMNS).where(Act.id == act_id)).one_or_none()


def by_key(session: Session, key: str) -> Row[Any] | None:
    """The act that a form with this key has done already."""
    return session.execute(select(*COLUMNS).where(Act.key == key)).one_or_none()


def undoing(session: Session, act_id: int) -> Row[Any] | None:
    """The act that undid this one."""
    return session.execute(select(*COLUMNS).where(Act.undoes == act_id)).one_or_none()


def later(session: Session, act_id: int) -> list[Row[Any]]:
    """All acts after this one, the newest first."""
    return list(session.execute(select(*COLUMNS).where(Act.id > act_id).order_by(Act.id.desc())))


def page(
    session: Session,
    *,
    most: int,
    before: int | None = None,
    who: str | None = None,
    what: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
) -> list[Row[Any]]:
    """The newest acts that a filter leaves, at most so many, newest first; `before` an id: older ones."""
    asked = select(*COLUMNS).order_by(Act.id.desc()).limit(most)
    if before is not None:
        asked = asked.where(Act.id < before)
    if since is not None:
        asked = asked.where(Act.at >= since)
    for column, wanted in ((Act.who, who), (Act.what, what), (Act.subject, subject)):
        if wanted is not None:
            asked = asked.where(column == wanted)
    return list(session.execute(asked))


def count(session: Session, who: str, what: str, since: datetime) -> int:
    """How often somebody did something since then, without what was undone."""
    asked = select(func.count()).select_from(Act)
    told = (Act.who == who, Act.what == what, Act.at >= since, not_(_undone()))
    return session.scalars(asked.where(*told)).one()


def newest(session: Session, who: str, what: str) -> Row[Any] | None:
    """The last that somebody did of a kind, without what was undone."""
    asked = select(*COLUMNS).where(Act.who == who, Act.what == what, not_(_undone()))
    return session.execute(asked.order_by(Act.id.desc()).limit(1)).one_or_none()


def telling_of(
    session: Session,
    kinds: Sequence[str],
    subject: str,
    identifiers: Collection[str],
    *,
    read: int,
    most: int,
) -> list[Row[Any]]:
    """At most so many acts on a subject, or that wrote or took away rows with some identifiers, newest first.

    Each with `undone`: the act that undid it, or None. The newest so many of some kinds are looked through,
    as text: two thousand are read in a tenth of the time so, and one may hold a whole file of decisions.
    """
    wrote, took = cast(Act.after, Text), cast(Act.before, Text)
    asked = select(Act.id, Act.subject, wrote.label("wrote"), took.label("took"))
    rows = session.execute(asked.where(Act.what.in_(kinds)).order_by(Act.id.desc()).limit(read))
    marks = [json.dumps(identifier) for identifier in identifiers]
    found = [
        row.id
        for row in rows
        if row.subject == subject
        or any(mark in state for state in (row.wrote, row.took) if state for mark in marks)
    ]
    undo = aliased(Act)
    these = select(*COLUMNS, undo.id.label("undone")).outerjoin(undo, undo.undoes == Act.id)
    return list(session.execute(these.where(Act.id.in_(found[:most])).order_by(Act.id.desc())))


def answers(session: Session) -> Sequence[Row[str, str, int]]:
    """What the rules had made of two listings ("job", "different"), what a person said, and how many times.

    Of verdicts that stand, where nobody had said anything of the two before.
    """
    found = Act.before["found"].as_string()
    said = Act.after[("verdicts", 0, "decision")].as_string()
    asked = select(found.label("found"), said.label("said"), func.count().label("times"))
    told = (Act.what == "verdict", found.is_not(None), said.is_not(None), not_(_undone()))
    return session.execute(asked.where(*told).group_by(found, said)).all()


def _undone() -> ColumnElement[bool]:
    undo = aliased(Act)
    return exists().where(undo.undoes == Act.id)


def words(session: Session) -> tuple[list[str], list[str]]:
    """Who is in the log, and what was done, each in order: for the fields of a filter."""
    who = session.scalars(select(Act.who).distinct().order_by(Act.who))
    what = session.scalars(select(Act.what).distinct().order_by(Act.what))
    return list(who), list(what)
