"""Listings as they are read again when what reads them has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.models import Listing, Source

# What is read out of a posting's words, and the digest of all.
READ = (
    *("role", "level", "family", "contacts", "demands", "pay_per_year", "pay_currency", "language", "digest"),
)


def count(session: Session) -> int:
    """How many listings there are."""
    return session.scalars(select(func.count()).select_from(Listing)).one()


def after(session: Session, last: int, limit: int) -> Sequence[Row[Any]]:
    """The listings behind an id, by id: all their columns with the source's name."""
    statement = (
        select(Source.name.label("source"), *Listing.__table__.columns)
        .join(Source, Source.id == Listing.source_id)
        .where(Listing.id > last)
        .order_by(Listing.id)
        .limit(limit)
    )
    return session.execute(statement).all()
