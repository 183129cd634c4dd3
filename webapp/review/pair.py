"""Two listings side by side: how they compare, what was decided of them, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import abort, redirect, render_template, request, url_for
from flask import session as browser
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import queries
from matcher import acting, deciding, reviewing
from matcher.dedupe import beside
from webapp import accounts, memory, words
from webapp.review import acts, naming
from webapp.review.acts import Outcome

SKIPPED = "skipped"  # in the browser's session: the two skipped last, while nothing was decided since
DECISIONS: Mapping[str, Literal["same", "different"]] = {"same": "same", "different": "different"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its listing, the job it is in, and how many listings that has."""

    listing: Row[Any]
    job: Row[Any]
    listings: int


def show(a: int, b: int) -> str:
    """The page of two listings, whoever compared them."""
    return page(a, b)


def decide(a: int, b: int) -> Response | tuple[str, int]:
    """A verdict on the two; then the next pair of the queue, or what is in its way."""
    decision = DECISIONS.get(request.form.get("decision", "")) or abort(400)
    with memory.reading() as db:
        names = [(side.listing.source, side.listing.identifier) for side in sides(db, a, b)]
    came = acts.attempt(lambda engines, asked: deciding.decide(engines, asked, names[0], names[1], decision))
    if not came.done:
        return page(a, b, came), 409
    browser.pop(SKIPPED, None)
    return redirect(url_for("review.queue"), 303)


def skip(a: int, b: int) -> Response:
    """Let the two not come again in this sitting."""
    with memory.reading() as db:
        sides(db, a, b)
    with memory.writing(accounts.PATIENCE) as db:
        queries.pairs.skip(db, acts.sitting(), a, b)
    browser[SKIPPED] = [a, b]
    return redirect(url_for("review.queue"), 303)


def unskip(a: int, b: int) -> Response:
    """Back to two that were skipped: they are asked again."""
    with memory.writing(accounts.PATIENCE) as db:
        queries.pairs.unskip(db, acts.sitting(), a, b)
    browser.pop(SKIPPED, None)
    return redirect(url_for("review.pair", a=a, b=b), 303)


def sides(db: Session, a: int, b: int) -> tuple[Side, Side]:
    """The two with their jobs; a page that is not found where there are no such two in jobs."""
    rows = {row.id: row for row in queries.listings.these(db, [a, b])}
    if len(rows) < 2 or not all(row.job_id for row in rows.values()):
        abort(404)
    jobs = queries.jobs.rows(db, [row.job_id for row in rows.values()], words=False)
    sizes = {job: len(some) for job, some in queries.jobs.listings_of(db, list(jobs)).items()}
    left, right = (Side(rows[key], jobs[rows[key].job_id], sizes[rows[key].job_id]) for key in (a, b))
    return left, right


def page(a: int, b: int, came: Outcome | None = None) -> str:
    """The page, with why a decision was refused."""
    with memory.reading() as db:
        left, right = sides(db, a, b)
        rows = left.listing, right.listing
        compared = reviewing.compare(*rows, memory.here().shelf)
        one_job, said = left.job.job == right.job.job, _said(db, *rows)
        parted = not one_job and not said and compared.pair.relation == "job"
        told = {
            "sides": (left, right),
            "one_job": one_job,
            "parted": parted,
            "keepers": reviewing.keepers(db, *rows, memory.here().shelf) if parted else None,
            "compared": compared,
            "title": compared.title,
            "text": tuple(map(beside.shortened, compared.text)),
            "fields": fields(*rows),
            "said": said,
            "seen": acting.seen_of(db, [left.job.job, right.job.job]),
            "progress": reviewing.progress(db, acts.who(), acts.sitting(), acts.today()),
            "hardly": reviewing.hardly(db, a, b),
            **undoable(db),
            "called": naming.known(db, came.chain if came else ()),
        }
    return render_template("pair.html", key=acts.new_key(), came=came, lines=naming.lines, **told)


def undoable(db: Session) -> dict[str, Any]:
    """What U undoes: the last skip, where no verdict came after it, else the last verdict of today."""
    found = queries.acts.newest(db, acts.who(), "verdict")
    last = found if found and found.at >= acts.today() else None
    two = tuple(browser.get(SKIPPED, ()))
    skipped = two if two in queries.pairs.skipped(db, acts.sitting()) else None
    return {"last": last, "undo_key": acts.new_key(), "skipped": skipped}


def _said(db: Session, a: Row[Any], b: Row[Any]) -> list[tuple[Row[Any], bool]]:
    """What people said of just these two, and whether one of them says other things now."""
    digests = {
        (row.source, row.identifier): row.digest for row in queries.verdicts.members(db, [a.job_id, b.job_id])
    }
    return [
        (row, _edited(row, digests))
        for row in queries.verdicts.judged(db, (a.source, a.identifier), (b.source, b.identifier))
    ]


def _edited(row: Row[Any], digests: Mapping[tuple[str, str], str]) -> bool:
    now = digests.get((row.source_a, row.identifier_a)), digests.get((row.source_b, row.identifier_b))
    return any(was and was != here for was, here in zip((row.digest_a, row.digest_b), now, strict=True))


def fields(a: Row[Any], b: Row[Any]) -> list[tuple[str, str, str]]:
    """What the two state besides title and text: (what, left, right), in words; "" where one is silent."""
    return [(label, said(a) or "", said(b) or "") for label, said in _FIELDS.items()]


_FIELDS: Mapping[str, Callable[[Row[Any]], str | None]] = {
    "Organization": lambda row: row.hiring_organization,
    "Place": lambda row: words.place(row) if row.job_location else "",
    "Workplace": lambda row: words.workplace(row.job_location_type or ""),
    "Pay": lambda row: words.pay(row.base_salary) if row.base_salary else "",
    "Employment": lambda row: words.employment(row.employment_type),
    "Requisition": lambda row: row.requisition,
    "Posted": lambda row: words.day(row.date_posted, short=True) if row.date_posted else "",
    "First seen": lambda row: words.day(row.first_seen, short=True),
    "Last seen": lambda row: words.day(row.last_seen, short=True),
    "Now": lambda row: "closed" if row.closed_at else "open",
}
