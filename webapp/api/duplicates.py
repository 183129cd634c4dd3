"""Compared pairs of listings: joined, linked, or a near miss, each with its reasons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from db import queries
from matcher import acting
from webapp import memory, problems
from webapp.api import asks, paging, shapes, spec


@spec.operation("read", shapes.PairPage, "duplicates")
def duplicates(query: asks.Duplicates) -> Any:
    """Pairs of listings that were compared, in the order in which they first were.

    `relation` tells what they are to each other, `decided_by` who says so: a rule, the model, or a verdict.
    Pairs that are plainly strangers are not kept.
    """
    named = {"relation": query.relation, "decided_by": query.decided_by}
    with memory.reading() as db:
        rows = queries.api.pairs(db, query.limit + 1, after=paging.start(query) or 0, **named)
    shown, following = paging.cut(query, rows, lambda row: row.id)
    return paging.linked(
        shapes.PairPage(duplicates=[shapes.Pair.model_validate(_pair(row)) for row in shown], next=following)
    )


@spec.operation("read", shapes.SeenPair, "duplicates")
def duplicate(pair: int) -> Any:
    """One pair, and what to send along with a verdict on it."""
    with memory.reading() as db:
        row = queries.api.pair(db, pair) if pair < 2**63 else None
        if row is None:
            raise problems.Problem(404, "There is no such pair: a night may have compared its listings anew.")
        jobs = {row.job_id_a, row.job_id_b} - {None}
        return shapes.SeenPair.model_validate(_pair(row) | {"seen": acting.seen_of(db, jobs)})


def _pair(row: Row[Any]) -> dict[str, Any]:
    """A pair with its two ends apart."""
    said = row._mapping
    ends = {
        end: {name: said[f"{name}_{end}"] for name in ("source", "identifier", "url", "title")}
        | {"hiring_organization": said[f"hiring_organization_{end}"], "job": said[f"job_id_{end}"]}
        for end in ("a", "b")
    }
    return {**said, **ends, "pair": row.id}
