"""What addresses gave when they were read last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from db.models import Page, Source
from db.session import insert

ROWS = 50  # a statement: eight parameters each
SAID = ("etag", "last_modified", "version", "stamp", "gave", "fetched_at")


def find(session: Session, source: str) -> dict[str, Row[Any]]:
    """What is remembered of a source's addresses, by address: url and the columns of SAID."""
    statement = (
        select(Page.url, *(getattr(Page, name) for name in SAID))
        .join(Source, Source.id == Page.source_id)
        .where(Source.name == source)
    )
    return {row.url: row for row in session.execute(statement)}


def save(session: Session, source_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Remember what addresses gave: rows of `url` and the columns of SAID, each address once."""
    for start in range(0, len(rows), ROWS):
        some = [{**row, "source_id": source_id} for row in rows[start : start + ROWS]]
        statement = insert(session, Page).values(some)
        said = {name: getattr(statement.excluded, name) for name in SAID}
        session.execute(statement.on_conflict_do_update(index_elements=["source_id", "url"], set_=said))


def forget(session: Session, source_id: int, before: datetime) -> None:
    """Forget the addresses of a source that were read last before then."""
    session.execute(
        delete(Page).where(Page.source_id == source_id, Page.fetched_at < before),
        execution_options={"synchronize_session": False},
    )
