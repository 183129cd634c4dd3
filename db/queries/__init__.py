"""Every statement to the database, a named function that takes a session first and never commits."""

from db.queries import (
    acts,
    api,
    follow,
    forgetting,
    installation,
    jobs,
    leases,
    listings,
    pages,
    pairs,
    people,
    rereading,
    saved,
    sources,
    tallies,
    verdicts,
)

__all__ = [
    "acts",
    "api",
    "follow",
    "forgetting",
    "installation",
    "jobs",
    "leases",
    "listings",
    "pages",
    "pairs",
    "people",
    "rereading",
    "saved",
    "sources",
    "tallies",
    "verdicts",
]
