"""The job editor: a job's listings and why each is here; merge, split, move, choose, mark, note, undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import queries
from matcher import acting, deciding, reviewing
from webapp import memory
from webapp.review import acts, naming
from webapp.review.acts import Act, Outcome

MOST_LISTINGS, MOST_JOBS, MOST_OTHERS = 200, 50, 10
READ, MOST_ACTS = 2000, 50  # acts that are looked through, and shown
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")
NOT_A_JOB = "There is no job of that number or address: copy the address of its page."

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """An act of the log on a job's listings, what it decided, and whether it can be tried to undo."""

    act: Row[Any]
    rows: Sequence[naming.Told]  # the first of those that it wrote, or took away
    more: int
    open: bool


def show(job_id: str) -> str | Response:
    """The editor of a job; a merged job's address leads to that of the job it became."""
    with memory.reading() as db:
        job = _today(db, job_id)
    if job != job_id:
        beside: dict[str, Any] = {
            "with": request.args.get("with")
        }  # no other word: some mean much to url_for
        return redirect(url_for("review.edit", job_id=job, **beside))
    return page(job_id)


def change(job_id: str) -> Response | tuple[str, int]:
    """One act on a job or a listing of it; then the editor of what it became, beside what is left."""
    with memory.reading() as db:
        job = _today(db, job_id)
        was = [row.id for row in queries.jobs.listed(db, job, MOST_LISTINGS)]
    came = acts.attempt(_act(job), said=_SAID[request.form["do"]])
    if not came.done:
        return page(job, came), 409
    with memory.reading() as db:
        job = _today(db, job)
        parts = dict.fromkeys(queries.listings.jobs_of(db, was).values())
        # What was split may have taken the job's id along.
        others = [part for part in parts if part and part != job]
        others += [row.job for row in _others(db, job)[0] if row.job not in request.form.getlist("other")]
    beside: dict[str, Any] = {"with": " ".join(others) or None}
    return redirect(url_for("review.edit", job_id=job, **beside), 303)


def _today(db: Session, job: str) -> str:
    """What a job's id is by now; a page that is not found where there is no such job."""
    if not _ID.fullmatch(job):
        abort(404)
    return queries.jobs.current(db, job) or abort(404)


# ---------------------------------------------------------------------------------- what is asked


def _act(job: str) -> Act:
    """What a form asks to be done."""
    asked = request.form.get("do", "")
    if asked in _OF_A_LISTING:
        return _OF_A_LISTING[asked](_listing())
    if asked not in _OF_JOBS:
        abort(400)
    others = request.form.getlist("other")[:MOST_JOBS]
    if not others or not all(map(_ID.fullmatch, others)):
        abort(400)
    return _OF_JOBS[asked](job, others)


def _listing() -> Name:
    with memory.reading() as db:
        told = request.form.get("listing", "")
        rows = (
            list(queries.listings.these(db, [int(told)])) if re.fullmatch(r"\d{1,18}", told, re.ASCII) else []
        )
    return (rows[0].source, rows[0].identifier) if rows else abort(400)


def _moved(_: str, others: Sequence[str]) -> Act:
    name = _listing()
    return lambda engines, asked: deciding.move(engines, asked, name, others[0])


def _marked(what: deciding.Mark, *, together: bool) -> Callable[[str, Sequence[str]], Act]:
    def of(job: str, others: Sequence[str]) -> Act:
        return lambda engines, asked: deciding.mark(engines, asked, job, others, what, together=together)

    return of


def _merged(job: str, others: Sequence[str]) -> Act:
    return lambda engines, asked: deciding.merge(engines, asked, job, *others)


_OF_A_LISTING: Mapping[str, Callable[[Name], Act]] = {
    "split": lambda name: lambda engines, asked: deciding.split(engines, asked, name),
    "choose": lambda name: lambda engines, asked: deciding.choose(engines, asked, name),
    "unchoose": lambda name: lambda engines, asked: deciding.choose(engines, asked, name, chosen=False),
    "note": lambda name: lambda engines, asked: deciding.remark(engines, asked, name),
}
_OF_JOBS: Mapping[str, Callable[[str, Sequence[str]], Act]] = {
    "merge": _merged,
    "move": _moved,
    "campaign": _marked("campaign", together=True),
    "no campaign": _marked("campaign", together=False),
    "template": _marked("template", together=True),
    "no template": _marked("template", together=False),
}

_SAID: Mapping[str, str] = {  # once it is done
    "split": "Split out: these are two jobs now, this one and the one beside it.",
    "choose": "Chosen: the job shows the words of that listing now.",
    "unchoose": "The rule chooses the canonical listing again.",
    "note": "Saved.",
    "merge": "Merged: they are this one job now.",
    "move": "Moved: that listing is of the other job now.",
    "campaign": "Marked: they are one campaign now.",
    "no campaign": "Marked: they are no campaign together.",
    "template": "Marked: they share a template now.",
    "no template": "Marked: they share no template.",
}

# ---------------------------------------------------------------------------------- the page


def page(job_id: str, came: Outcome | None = None) -> str:
    """The editor, with why an act was refused; `with` in the address names jobs to be put beside this one."""
    with memory.reading() as db:
        job = queries.jobs.one(db, job_id) or abort(404)
        listings = queries.jobs.listed(db, job_id, MOST_LISTINGS)
        told = queries.verdicts.of_jobs(db, [job_id])
        others, problem = _others(db, job_id)
        history = list(_history(db, job_id, {(row.source, row.identifier) for row in listings}))
        return render_template(
            "editor.html",
            job=job,
            listings=listings,
            whys=reviewing.whys(db, job_id, listings),
            chosen={
                (row.source, row.identifier): row for row in told if getattr(row, "what", "") == "canonical"
            },
            notes={(row.source, row.identifier): row for row in told if getattr(row, "what", "") == "note"},
            sets=[(what, _together(db, what, job)) for what in ("campaign", "template")],
            others=others,
            problem=problem,
            seen=lambda *jobs: acting.seen_of(db, [job_id, *jobs]),
            key=acts.new_key,
            history=history,
            lines=naming.lines,
            called=naming.known(db, _shown(history, came)),
            words=acts.WORDS,
            came=came,
        )


def _shown(history: Sequence[Past], came: Outcome | None) -> list[naming.Told]:
    """The rows of which the page says something."""
    return [*(came.chain if came else ()), *(row for past in history for row in past.rows)]


def _others(db: Session, job_id: str) -> tuple[list[Row[Any]], str]:
    """The jobs that are named beside this one, and what is wrong with how they are."""
    told = request.args.get("with", "")
    named = _ID.findall(told[:2000].lower())[: MOST_OTHERS + 1]
    led = queries.jobs.led(db, named)
    rows = queries.jobs.rows(
        db, [job for job in dict.fromkeys(led.get(job, job) for job in named) if job != job_id]
    )
    return list(rows.values()), "" if rows or not told.strip() else NOT_A_JOB


def _together(db: Session, what: str, job: Row[Any]) -> list[Row[Any]]:
    """The other jobs of a job's campaign or template."""
    label = getattr(job, what)
    if not label:
        return []
    ids = queries.jobs.sharing(db, what, label, job.job, MOST_JOBS)
    return list(queries.jobs.rows(db, ids, words=False).values())


def _history(db: Session, job_id: str, listings: AbstractSet[Name]) -> Iterator[Past]:
    """What people decided of a job and its listings, the newest first."""
    identifiers = {identifier for _, identifier in listings}
    for act in queries.acts.telling_of(db, list(acts.WORDS), job_id, identifiers, read=READ, most=MOST_ACTS):
        rows = naming.rows_of(act)
        # Another source may call another listing so.
        if act.subject == job_id or any(not listings.isdisjoint(naming.names(row)) for row in rows):
            yield Past(act, rows[: naming.MOST], max(0, len(rows) - naming.MOST), act.undone is None)
