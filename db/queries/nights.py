"""Crawl runs night by night: their sums, and since when a source has not been read whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, case, cast, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from db.models import CrawlRun, Source
from db.queries.listings import chunks

SUMS = ("read", "new", "changed", "closed", "dropped")
TO_THE_HOUR = 13  # characters of a moment: 2026-11-21 03


def by_hour(session: Session, nights: int) -> Sequence[Row[Any]]:
    """What was crawled in each hour of so many of the last nights, the newest hour first.

    `began` and `ended`, the first run's beginning and the last one's end; how many `sources`, of how many
    there is something (`good`), how many are `running`; and the sums. No more runs are looked at than all
    sources could have had in these nights: whoever has a year of them need not wait for it.
    """
    crawled = select(func.count()).select_from(Source).where(Source.spider != "archive").scalar_subquery()
    newest = select(func.max(CrawlRun.id)).scalar_subquery()
    archives = select(Source.id).where(Source.spider == "archive")
    moment = CrawlRun.started_at.type
    statement = (
        select(
            func.min(CrawlRun.started_at, type_=moment).label("began"),
            func.max(CrawlRun.finished_at, type_=moment).label("ended"),
            func.count().label("sources"),
            func.sum(case((CrawlRun.status.in_(("complete", "partial")), 1), else_=0)).label("good"),
            func.sum(case((CrawlRun.status == "running", 1), else_=0)).label("running"),
            *(func.sum(getattr(CrawlRun, name)).label(name) for name in SUMS),
        )
        .where(CrawlRun.source_id.not_in(archives), CrawlRun.id > newest - nights * crawled)
        .group_by(func.substr(cast(CrawlRun.started_at, String), 1, TO_THE_HOUR))
        .order_by(literal_column("began").desc())
    )
    return session.execute(statement).all()


def since(session: Session, names: Sequence[str]) -> dict[str, tuple[datetime, int]]:
    """Since when each of these sources has not been read whole, and how many runs that are, by its name.

    Sources whose newest run was complete, or that never ran, are left out.
    """
    whole = aliased(CrawlRun)
    last = (
        select(func.coalesce(func.max(whole.id), 0))
        .where(whole.source_id == Source.id, whole.status == "complete")
        .correlate(Source)
        .scalar_subquery()
    )
    began = func.min(CrawlRun.started_at, type_=CrawlRun.started_at.type)
    found: dict[str, tuple[datetime, int]] = {}
    for some in chunks(names):
        statement = (
            select(Source.name, began.label("began"), func.count().label("runs"))
            .join(CrawlRun, CrawlRun.source_id == Source.id)
            .where(Source.name.in_(some), CrawlRun.id > last)
            .group_by(Source.name)
        )
        found.update({row.name: (row.began, row.runs) for row in session.execute(statement)})
    return found
