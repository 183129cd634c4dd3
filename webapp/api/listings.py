"""Listings: what is remembered of a posting at each source."""

from __future__ import annotations

from typing import Any

from db import queries
from webapp import memory
from webapp.api import asks, paging, shapes, spec


@spec.operation("read", shapes.ListingPage, "listings")
def listings(query: asks.Listings) -> Any:
    """Listings, in the order in which they came to be known.

    Of one source, of one job, or one by its `source` and `identifier`. The words of an ad stand with its job.
    """
    named = {name: getattr(query, name) for name in ("source", "identifier", "state")}
    with memory.reading() as db:
        job = queries.jobs.current(db, query.job) or query.job
        rows = queries.api.listings(db, query.limit + 1, after=paging.start(query) or 0, job=job, **named)
    shown, following = paging.cut(query, rows, lambda row: row.id)
    return paging.linked(
        shapes.ListingPage(listings=[shapes.Listing.model_validate(row) for row in shown], next=following)
    )
