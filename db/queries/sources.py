"""Sources, their runs, and the drop ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from db.models import CrawlRun, Drop, Source
from db.queries.listings import chunks, stream


def find(session: Session, names: Iterable[str]) -> dict[str, Source]:
    """The sources of these names that exist."""
    found = session.scalars(select(Source).where(Source.name.in_(list(names))))
    return {source.name: source for source in found}


def add(session: Session, name: str, spider: str) -> Source:
    """A new source; its id is known at once."""
    source = Source(name=name, spider=spider)
    session.add(source)
    session.flush()
    return source


def set_as_of(session: Session, source_id: int, as_of: date) -> None:
    """The day that an archive holds for today."""
    session.execute(update(Source).where(Source.id == source_id).values(as_of=as_of))


def start_run(session: Session, source_id: int, now: datetime) -> int:
    """A run of a source begins; the id of its row. A run that was left behind unfinished has failed."""
    session.execute(
        update(CrawlRun)
        .where(CrawlRun.source_id == source_id, CrawlRun.status == "running")
        .values(status="failed", reason="ended without a word", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    run = CrawlRun(source_id=source_id, started_at=now, status="running")
    session.add(run)
    session.flush()
    return run.id


def finish_run(session: Session, run_id: int, now: datetime, status: str, counts: Mapping[str, int]) -> None:
    """A run ends with its counts, which the table checks for adding up."""
    session.execute(
        update(CrawlRun).where(CrawlRun.id == run_id).values(status=status, finished_at=now, **counts)
    )


def known_drops(session: Session, source_id: int, identifiers: Sequence[str]) -> dict[tuple[str, str], Drop]:
    """What the ledger holds of these identifiers, by (identifier, reason)."""
    found: dict[tuple[str, str], Drop] = {}
    for some in chunks(identifiers):
        statement = select(Drop).where(Drop.source_id == source_id, Drop.identifier.in_(some))
        found.update({(drop.identifier, drop.reason): drop for drop in session.scalars(statement)})
    return found


def add_drops(session: Session, rows: list[dict[str, Any]]) -> None:
    """New rows of the ledger."""
    if rows:
        session.execute(insert(Drop), rows)


def see_drops(session: Session, rows: list[dict[str, Any]]) -> None:
    """Known rows of the ledger that came again: rows with `id` and the columns to set."""
    if rows:
        session.execute(update(Drop), rows)


def drops(session: Session) -> Iterator[Row[Any]]:
    """The whole ledger: source, identifier, reason, title, first_seen, last_seen, nights; in that order."""
    statement = (
        select(
            Source.name.label("source"),
            Drop.identifier,
            Drop.reason,
            Drop.title,
            Drop.first_seen,
            Drop.last_seen,
            Drop.nights,
        )
        .join(Source, Source.id == Drop.source_id)
        .order_by(Source.name, Drop.identifier, Drop.reason)
    )
    return stream(session, statement)
