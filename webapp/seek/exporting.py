"""A list of saved jobs as a table for a spreadsheet, in which nothing is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from webapp import words
from webapp.seek import keeping

COLUMNS = ("state", "since", "title", "organization", "place", "pay", "posted", "now", "note", "address")
FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # wide ones count, too
MOST_CELL = 32_000  # characters: a spreadsheet takes 32,767
UTF_8 = "\ufeff"  # by this mark a spreadsheet knows


def table(entries: Iterable[keeping.Entry]) -> str:
    """CSV as RFC 4180 has it, with a row for each job."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([inert(cell) for cell in _cells(one)] for one in entries)
    return UTF_8 + written.getvalue()


def inert(cell: str) -> str:
    """A cell that a spreadsheet takes whole, and for a text: before a formula goes an apostrophe."""
    cell = words.clip(cell, MOST_CELL)
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell


def _cells(entry: keeping.Entry) -> tuple[str, ...]:
    said, job = entry.said, entry.job
    begun = (said.state, said.since.date().isoformat())
    if job is None:
        return (*begun, *[""] * 5, "no longer known", said.note, "")
    now = "closed" if job.closed_at else "advertised again" if entry.again else "open"
    posted = job.date_posted.isoformat() if job.date_posted else ""
    facts = (job.title, job.hiring_organization, words.place(job), words.pay(job.base_salary), posted)
    return (*begun, *facts, now, said.note, words.web_link(job.url) or "")
