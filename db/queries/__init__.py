"""Every statement to the database, a named function that takes a session first and never commits."""

from db.queries import (
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
