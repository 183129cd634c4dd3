"""Every statement to the database, a named function that takes a session first and never commits."""

from db.queries import installation, jobs, leases, listings, pages, pairs, sources

__all__ = ["installation", "jobs", "leases", "listings", "pages", "pairs", "sources"]
