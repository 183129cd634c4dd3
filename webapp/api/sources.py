"""Sources and their crawl runs, for those who look after an installation."""

from __future__ import annotations

from typing import Any

from db import queries
from webapp import memory
from webapp.api import asks, paging, shapes, spec


@spec.operation("operate", shapes.SourcePage, "sources")
def sources(query: asks.Paged) -> Any:
    """Sources by name, each with its newest run and how many of its listings are open."""
    with memory.reading() as db:
        rows = queries.api.sources(db, query.limit + 1, after=paging.start(query) or "")
        runs = queries.api.these_runs(db, [row.run_id for row in rows if row.run_id])
    shown, following = paging.cut(query, rows, lambda row: row.name)
    told = [shapes.Source.model_validate({**row._mapping, "run": runs.get(row.run_id)}) for row in shown]
    return paging.linked(shapes.SourcePage(sources=told, next=following))


@spec.operation("operate", shapes.RunPage, "runs")
def runs(query: asks.Runs) -> Any:
    """Crawl runs, the newest first: what each source gave, and why one failed."""
    named = {"source": query.source, "status": query.status}
    with memory.reading() as db:
        rows = queries.api.runs(db, query.limit + 1, before=paging.start(query), **named)
    shown, following = paging.cut(query, rows, lambda row: row.id)
    return paging.linked(
        shapes.RunPage(runs=[shapes.Run.model_validate(row) for row in shown], next=following)
    )
