"""Compared pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, insert, not_, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Listing, Pair, Skip, Source
from db.queries.listings import chunks, stream
from db.session import insert as insert_if_new


def every(session: Session) -> Iterator[Row[Any]]:
    """Every compared pair's own columns, by (a_id, b_id)."""
    statement = select(*Pair.__table__.columns).order_by(Pair.a_id, Pair.b_id)
    return stream(session, statement)


def beside(session: Session, a_ids: Sequence[int]) -> Iterator[Row[Any]]:
    """Every compared pair whose `a` is one of these listings, its own columns."""
    for some in chunks(a_ids):
        yield from session.execute(select(*Pair.__table__.columns).where(Pair.a_id.in_(some)))


def keys(session: Session) -> Iterator[Row[Any]]:
    """The id, a_id and b_id of every compared pair."""
    return stream(session, select(Pair.id, Pair.a_id, Pair.b_id))


def count(session: Session) -> int:
    """How many compared pairs are kept."""
    return session.scalars(select(func.count()).select_from(Pair)).one()


def one(session: Session, a_id: int, b_id: int) -> Row[Any] | None:
    """The pair of two listings, whichever comes first, where it was kept."""
    either = or_(and_(Pair.a_id == a_id, Pair.b_id == b_id), and_(Pair.a_id == b_id, Pair.b_id == a_id))
    return session.execute(select(*Pair.__table__.columns).where(either)).one_or_none()


def named(session: Session) -> Iterator[Row[Any]]:
    """Every compared pair with what the sources call its listings, by those names."""
    a, b = aliased(Listing), aliased(Listing)
    source_a, source_b = aliased(Source), aliased(Source)
    statement = (
        select(
            source_a.name.label("source_a"),
            a.identifier.label("identifier_a"),
            source_b.name.label("source_b"),
            b.identifier.label("identifier_b"),
            Pair.relation,
            Pair.decided_by,
            Pair.probability,
            Pair.features,
            Pair.reasons,
        )
        .join(a, a.id == Pair.a_id)
        .join(b, b.id == Pair.b_id)
        .join(source_a, source_a.id == a.source_id)
        .join(source_b, source_b.id == b.source_id)
        .order_by(source_a.name, a.identifier, source_b.name, b.identifier)
    )
    return stream(session, statement)


def within(session: Session, job_id: str, canonical_id: int, limit: int) -> Sequence[Row[Any]]:
    """The joined pairs among a job's listings: people's, the canonical listing's, then the surest."""
    a, b = aliased(Listing), aliased(Listing)
    shown = or_(Pair.a_id == canonical_id, Pair.b_id == canonical_id)
    statement = (
        select(Pair.a_id, Pair.b_id, Pair.decided_by, Pair.reasons)
        .join(a, a.id == Pair.a_id)
        .join(b, b.id == Pair.b_id)
        .where(a.job_id == job_id, b.job_id == job_id, Pair.relation == "job")
        .order_by(Pair.decided_by != "verdict", not_(shown), Pair.probability.desc(), Pair.a_id, Pair.b_id)
        .limit(limit)
    )
    return session.execute(statement).all()


def doubtful(session: Session, sitting: str, most: int) -> Sequence[Row[Any]]:
    """The pairs that are worth a reviewer's eye, the most doubtful first, of equals the newest.

    Without those that were skipped in a sitting, and of which both listings are closed: doubt, relation,
    a_id, b_id, job_a and job_b.
    """
    a, b = aliased(Listing), aliased(Listing)
    skipped = exists().where(Skip.sitting == sitting, Skip.a_id == Pair.a_id, Skip.b_id == Pair.b_id)
    statement = (
        select(
            *(Pair.doubt, Pair.relation, Pair.a_id, Pair.b_id),
            *(a.job_id.label("job_a"), b.job_id.label("job_b")),
        )
        .join(a, a.id == Pair.a_id)
        .join(b, b.id == Pair.b_id)
        .where(Pair.doubt > 0, a.job_id.is_not(None), b.job_id.is_not(None))
        .where(or_(a.closed_at.is_(None), b.closed_at.is_(None)), not_(skipped))
        .order_by(Pair.doubt.desc(), Pair.a_id.desc(), Pair.b_id.desc())
        .limit(most)
    )
    return session.execute(statement).all()  # type: ignore[return-value]


def count_doubtful(session: Session, least: float) -> int:
    """How many pairs are at least so doubtful; an index of the table answers alone."""
    return session.scalars(select(func.count()).select_from(Pair).where(Pair.doubt >= least)).one()


def skip(session: Session, sitting: str, a_id: int, b_id: int) -> None:
    """Let two listings not come again in a sitting."""
    row = {"sitting": sitting, "a_id": a_id, "b_id": b_id}
    session.execute(insert_if_new(session, Skip).values(row).on_conflict_do_nothing())


def unskip(session: Session, sitting: str, a_id: int | None = None, b_id: int | None = None) -> None:
    """Let what was skipped in a sitting come again: two listings, or all."""
    asked = delete(Skip).where(Skip.sitting == sitting)
    session.execute(asked if a_id is None else asked.where(Skip.a_id == a_id, Skip.b_id == b_id))


def skipped(session: Session, sitting: str) -> list[tuple[int, int]]:
    """The pairs that were skipped in a sitting."""
    rows = session.execute(select(Skip.a_id, Skip.b_id).where(Skip.sitting == sitting))
    return [(row.a_id, row.b_id) for row in rows]


def count_skipped(session: Session, sitting: str) -> int:
    """How many pairs were skipped in a sitting."""
    return session.scalars(select(func.count()).select_from(Skip).where(Skip.sitting == sitting)).one()


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    """New pairs."""
    if rows:
        session.execute(insert(Pair), rows)


def remove(session: Session, ids: Sequence[int]) -> None:
    """Pairs that are not compared any more."""
    for some in chunks(ids):
        session.execute(delete(Pair).where(Pair.id.in_(some)))
