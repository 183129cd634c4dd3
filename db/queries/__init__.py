"""Every statement to the database, a named function that takes a session first and never commits."""

from db.queries import (
    follow,
    forgetting,
    installation,
    jobs,
    leases,
    listings,
    pages,
    pairs,
    rereading,
    saved,
    sources,
)

__all__ = [
    "follow",
    "forgetting",
    "installation",
    "jobs",
    "leases",
    "listings",
    "pages",
    "pairs",
    "rereading",
    "saved",
    "sources",
]
