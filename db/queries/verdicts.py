"""What people decided: verdicts on two listings, and choices of one; keyed by what the sources call them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Choice, Listing, Mark, Pair, Source, Verdict
from db.queries.listings import open_besides

SAID = [column for column in Verdict.__table__.columns if column.name != "id"]
MARKED = [column for column in Mark.__table__.columns if column.name != "id"]
CHOSEN = [column for column in Choice.__table__.columns if column.name != "id"]


def every(session: Session) -> Sequence[Row[Any]]:
    """Every verdict, all its columns but its number, by the names of its listings."""
    ends = (Verdict.source_a, Verdict.identifier_a, Verdict.source_b, Verdict.identifier_b)
    return session.execute(select(*SAID).order_by(*ends)).all()


def choices(session: Session) -> Sequence[Row[Any]]:
    """Every choice, all its columns but its number, by the name of its listing."""
    return session.execute(select(*CHOSEN).order_by(Choice.source, Choice.identifier, Choice.what)).all()


def marks(session: Session) -> Sequence[Row[Any]]:
    """Every mark, all its columns but its number, by the names of its listings."""
    ends = (Mark.source_a, Mark.identifier_a, Mark.source_b, Mark.identifier_b, Mark.what)
    return session.execute(select(*MARKED).order_by(*ends)).all()


def stored(session: Session) -> list[Row[Any]]:
    """Every verdict with its listings' ids: `a_id` and `b_id`, None of one that is not stored."""
    return _stored(session, Verdict, SAID)


def stored_marks(session: Session) -> list[Row[Any]]:
    """Every mark, likewise."""
    return _stored(session, Mark, MARKED)


def _stored(session: Session, table: type[Verdict | Mark], columns: Sequence[Any]) -> list[Row[Any]]:
    return list(session.execute(_with_ids(table, tuple(columns))))


@functools.cache  # made anew for every decision, it takes as long as all else that follows one
def _with_ids(table: type[Verdict | Mark], columns: tuple[Any, ...]) -> Select[Any]:
    statement, a, b = _between(table, outer=True)
    return statement.with_only_columns(*columns, a.id.label("a_id"), b.id.label("b_id")).order_by(table.id)


def _between(table: type[Verdict | Mark], *, outer: bool = False) -> tuple[Select[Any], Any, Any]:
    """A statement over what was said of two listings, and these two; with `outer`, those not stored, too."""
    a, b, source_a, source_b = aliased(Listing), aliased(Listing), aliased(Source), aliased(Source)
    statement = (
        select(table.id)
        .select_from(table)
        .join(source_a, source_a.name == table.source_a, isouter=outer)
        .join(a, and_(a.source_id == source_a.id, a.identifier == table.identifier_a), isouter=outer)
        .join(source_b, source_b.name == table.source_b, isouter=outer)
        .join(b, and_(b.source_id == source_b.id, b.identifier == table.identifier_b), isouter=outer)
    )
    return statement, a, b


def waiting(session: Session, before: datetime | None = None) -> int:
    """How many verdicts on open listings the jobs do not follow yet, of those given before a moment."""
    statement, a, b = _between(Verdict)
    apart = and_(Verdict.decision == "same", a.job_id != b.job_id)
    together = and_(Verdict.decision == "different", a.job_id == b.job_id)
    asked = statement.where(or_(apart, together), open_besides(a.closed_at), open_besides(b.closed_at))
    if before is not None:
        asked = asked.where(Verdict.decided_at < before)
    return session.scalars(select(func.count()).select_from(asked.subquery())).one()


def measured(session: Session) -> dict[frozenset[int], Any]:
    """The features of every pair that a verdict decided, by its two listings."""
    statement = select(Pair.a_id, Pair.b_id, Pair.features).where(Pair.decided_by == "verdict")
    return {frozenset((row.a_id, row.b_id)): row.features for row in session.execute(statement)}


def canonical(session: Session) -> dict[int, datetime]:
    """The listings that people chose to be canonical, by id, and when."""
    statement = (
        select(Listing.id, Choice.decided_at)
        .join(Source, Source.name == Choice.source)
        .join(Listing, and_(Listing.source_id == Source.id, Listing.identifier == Choice.identifier))
        .where(Choice.what == "canonical")
    )
    return {row.id: row.decided_at for row in session.execute(statement)}


def judged(session: Session, one: tuple[str, str], other: tuple[str, str]) -> Sequence[Row[Any]]:
    """The verdicts on two listings by (source, identifier), whichever comes first: the rows of `every`."""
    both = or_(and_(_first(one), _second(other)), and_(_first(other), _second(one)))
    return session.execute(select(*SAID).where(both).order_by(Verdict.id)).all()


def beside(session: Session, jobs: Sequence[str]) -> Sequence[Row[Any]]:
    """The verdicts that name a listing of these jobs: decision, a_id, b_id, job_a, job_b, the newest last."""
    statement, a, b = _between(Verdict)
    told = (a.id.label("a_id"), b.id.label("b_id"), a.job_id.label("job_a"), b.job_id.label("job_b"))
    asked = statement.with_only_columns(Verdict.decision, *told).order_by(Verdict.id)
    return session.execute(asked.where(or_(a.job_id.in_(jobs), b.job_id.in_(jobs)))).all()


def jobs_since(session: Session, moment: datetime) -> list[str]:
    """The jobs of the listings of verdicts that were given since then, as often as a verdict names one."""
    found: list[str | None] = []
    for source, identifier in (
        (Verdict.source_a, Verdict.identifier_a),
        (Verdict.source_b, Verdict.identifier_b),
    ):
        statement = (
            select(Listing.job_id)
            .join(Source, Source.id == Listing.source_id)
            .join(Verdict, and_(source == Source.name, identifier == Listing.identifier))
            .where(Verdict.decided_at >= moment, Listing.job_id.is_not(None))
        )
        found += session.scalars(statement)
    return [job for job in found if job]


def changed(session: Session, most: int) -> Sequence[Row[Any, Any]]:
    """Verdicts of which a listing says other things now: a_id and b_id, the oldest first."""
    statement, a, b = _between(Verdict)
    asked = statement.with_only_columns(a.id.label("a_id"), b.id.label("b_id"))
    edited = or_(a.digest != Verdict.digest_a, b.digest != Verdict.digest_b)
    return session.execute(asked.where(edited).order_by(Verdict.decided_at, Verdict.id).limit(most)).all()


def of_jobs(session: Session, jobs: Sequence[str]) -> list[Row[Any]]:
    """The verdicts, marks and choices that name a listing of these jobs, each once, in a fixed order."""
    names = select(Source.name, Listing.identifier).join(Source, Source.id == Listing.source_id)
    its = names.where(Listing.job_id.in_(jobs)).subquery()
    found: set[Row[Any]] = set()
    for columns, source, identifier in (
        (SAID, Verdict.source_a, Verdict.identifier_a),
        (SAID, Verdict.source_b, Verdict.identifier_b),
        (MARKED, Mark.source_a, Mark.identifier_a),
        (MARKED, Mark.source_b, Mark.identifier_b),
        (CHOSEN, Choice.source, Choice.identifier),
    ):
        named = and_(source == its.c.name, identifier == its.c.identifier)
        found.update(session.execute(select(*columns).join(its, named)))
    return sorted(found, key=str)


def members(session: Session, jobs: Sequence[str]) -> Sequence[Row[int, str | None, str, str, str]]:
    """The listings of these jobs by name: id, job_id, digest, source, identifier."""
    statement = (
        select(Listing.id, Listing.job_id, Listing.digest, Source.name.label("source"), Listing.identifier)
        .join(Source, Source.id == Listing.source_id)
        .where(Listing.job_id.in_(jobs))
        .order_by(Source.name, Listing.identifier)
    )
    return session.execute(statement).all()


def set_verdicts(session: Session, gone: Sequence[tuple[str, str, str, str]], rows: list[Any]) -> None:
    """Delete the verdicts on these (source, identifier, source, identifier), then add these."""
    for source_a, identifier_a, source_b, identifier_b in gone:
        ends = and_(_first((source_a, identifier_a)), _second((source_b, identifier_b)))
        session.execute(delete(Verdict).where(ends))
    if rows:
        session.execute(insert(Verdict), rows)


def set_marks(session: Session, gone: Sequence[tuple[str, str, str, str, str]], rows: list[Any]) -> None:
    """Delete the marks of these (source, identifier, source, identifier, what), then add these."""
    for source_a, identifier_a, source_b, identifier_b, what in gone:
        first = and_(Mark.source_a == source_a, Mark.identifier_a == identifier_a, Mark.what == what)
        second = and_(Mark.source_b == source_b, Mark.identifier_b == identifier_b)
        session.execute(delete(Mark).where(first, second))
    if rows:
        session.execute(insert(Mark), rows)


def set_choices(session: Session, gone: Sequence[tuple[str, str, str]], rows: list[Any]) -> None:
    """Delete these choices (source, identifier, what), then add these."""
    for source, identifier, what in gone:
        named = and_(Choice.source == source, Choice.identifier == identifier, Choice.what == what)
        session.execute(delete(Choice).where(named))
    if rows:
        session.execute(insert(Choice), rows)


def _first(name: tuple[str, str]) -> ColumnElement[bool]:
    return and_(Verdict.source_a == name[0], Verdict.identifier_a == name[1])


def _second(name: tuple[str, str]) -> ColumnElement[bool]:
    return and_(Verdict.source_b == name[0], Verdict.identifier_b == name[1])
