"""Every statement to the database, a named function that takes a session first and never commits."""

from db.queries import (
    acts,
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
    verdicts,
)

__all__ = [
    "acts",
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
    "verdicts",
]
