"""A list of saved jobs as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

from webapp import cells, words
from webapp.seek import keeping

COLUMNS = ("state", "since", "title", "organization", "place", "pay", "posted", "now", "note", "address")


def table(entries: Iterable[keeping.Entry]) -> str:
    """CSV with a row for each job."""
    return cells.UTF_8 + cells.lines([COLUMNS, *map(_cells, entries)])


def _cells(entry: keeping.Entry) -> tuple[str, ...]:
    said, job = entry.said, entry.job
    begun = (said.state, said.since.date().isoformat())
    if job is None:
        return (*begun, *[""] * 5, "no longer known", said.note, "")
    now = "closed" if job.closed_at else "advertised again" if entry.again else "open"
    posted = job.date_posted.isoformat() if job.date_posted else ""
    facts = (job.title, job.hiring_organization, words.place(job), words.pay(job.base_salary), posted)
    return (*begun, *facts, now, said.note, words.web_link(job.url) or "")
