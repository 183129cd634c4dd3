"""Jobs, each once: a page of them, and one with its text, its listings and why they are one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from flask import Response, url_for

from db import queries
from matcher import acting
from webapp import memory, problems
from webapp.api import asks, paging, shapes, spec
from webapp.seek import keeping

UNKNOWN = "There is no such job, and there was none of this id."


@spec.operation("read", shapes.JobPage, "jobs")
def jobs(query: asks.Jobs) -> Any:
    """Jobs, by id.

    A job is one group of listings that are the same work at the same organization in the same place, in the
    words of its canonical listing. With `state=any` and `updated_since` a program keeps up with what changed.
    """
    since = query.updated_since
    moment = None if since == date.min else datetime.combine(since, time(), UTC)
    with memory.reading() as db:
        rows = queries.api.jobs(
            db, query.limit + 1, after=paging.start(query) or "", state=query.state, since=moment
        )
    shown, following = paging.cut(query, rows, lambda row: row.job)
    return paging.linked(
        shapes.JobPage(jobs=[shapes.ListedJob.model_validate(row) for row in shown], next=following)
    )


@spec.operation("read", shapes.WholeJob, "jobs", 308)
def job(job: str) -> Any:
    """One job, open or closed.

    A merged job's address leads to the job that it became.
    """
    if not keeping.is_id(job):
        raise problems.Problem(404, UNKNOWN)
    with memory.reading() as db:
        row, own = queries.jobs.one(db, job), queries.jobs.named(db, [job]).get(job)
        if row is None or own is None:
            lead = queries.jobs.led(db, [job]).get(job)
            if lead is None:
                raise problems.Problem(404, UNKNOWN)
            return Response(status=308, headers={"Location": url_for("api.job", job=lead)})
        return shapes.WholeJob.model_validate(
            {
                **row._mapping,
                "updated_at": own.updated_at,
                "listings": queries.jobs.listings_of(db, [job])[job],
                "seen": acting.seen_of(db, [job]),
            }
        )
