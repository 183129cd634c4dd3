"""Who is writing now: take a lease, keep it, give it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, update
from sqlalchemy.orm import Session

from db.models import Lease
from db.session import insert


def find(session: Session, name: str) -> Lease | None:
    """The lease as it stands, stale or not."""
    return session.get(Lease, name)


def take(
    session: Session,
    name: str,
    holder: str,
    work: str,
    now: datetime,
    stale_after: timedelta,
    dead: str | None = None,
) -> bool:
    """Take a lease that is free, the dead one's, or stale after that time; whether it is ours now."""
    ours = {"holder": holder, "work": work, "acquired_at": now, "heartbeat_at": now}
    statement = insert(session, Lease).values(name=name, **ours)
    statement = statement.on_conflict_do_update(
        index_elements=[Lease.name],
        set_=ours,
        where=or_(Lease.heartbeat_at < now - stale_after, Lease.holder == dead),
    )
    return session.scalar(statement.returning(Lease.holder)) == holder


def refresh(session: Session | Connection, name: str, holder: str, now: datetime) -> bool:
    """Say that the holder is alive; False when the lease is no longer its own."""
    statement = update(Lease).where(Lease.name == name, Lease.holder == holder).values(heartbeat_at=now)
    return session.scalar(statement.returning(Lease.name)) is not None


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back; one that is another's by now stays."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
