"""A list of jobs at a private address: save, hide, applied, notes; carried along, exported, deleted."""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from db import queries
from db import session as sessions
from webapp import memory
from webapp.seek import exporting, keeping, private

log = logging.getLogger(__name__)
MADE = "This is your new list, and the job is on it."
GONE = "Your list is deleted, with everything that was on it."
LOST = (
    f"Your list was deleted, or nobody opened it for {queries.saved.UNUSED.days} days. "
    "Save the job once more to begin a new list."
)
LET_GO = "This browser no longer keeps the list. It is still at its private address."
TOO_LONG = f"A note may have {keeping.MOST_NOTE:,} characters: shorten this one."
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

pages = Blueprint("saved", __name__)
pages.after_request(private.unlisted)


# ---------------------------------------------------------------------------------- from a card, from a job


@pages.post("/jobs/<job_id>")
def keep(job_id: str) -> Response:
    """Put a job on the list of this browser; the first one makes the list, and shows its address."""
    state, token = _state(), keeping.own()
    with memory.reading() as db:
        job_id = keeping.today(db, job_id)
    if token is None:
        return redirect(_begun(job_id, state), 303)
    with private.writing() as db:
        found = keeping.find(db, token, alone=True)
        if found is not None:
            queries.saved.use(db, found.id, memory.here().clock().date())
            before = queries.saved.said_of(db, found.id, job_id)
            if state or not any(row.note for row in before):  # a note is taken off where it can be read
                keeping.change(db, found.id, job_id, state)
    if found is None:
        _let_go(token)
        abort(410, LOST)
    return redirect(url_for("seek.job", job_id=job_id), 303)


def _begun(job_id: str, state: str) -> str:
    """The address of a new list with one job on it, which this browser keeps; of nothing, none is made."""
    if not state:
        return url_for("seek.job", job_id=job_id)
    token = private.address()
    with private.writing() as db:
        list_id = queries.saved.make(db, private.digest(token), memory.here().clock().date())
        keeping.change(db, list_id, job_id, state)
    session[keeping.KEPT] = token
    flash(MADE)
    g.list_made = True  # for webapp.limits, which counts it
    return url_for("saved.show", token=token)


def _state() -> str:
    state = request.form.get("state", "")
    return state if state in ("", *keeping.STATES) else abort(400)


# ---------------------------------------------------------------------------------- the list itself


@pages.get("/saved")
def begin() -> Response:
    """The list that this browser keeps, or how one begins."""
    if token := keeping.own():
        return redirect(url_for("saved.show", token=token), 303)
    return make_response(render_template("saved_none.html", days=queries.saved.UNUSED.days))


@pages.get("/saved/<token>")
def show(token: str) -> Response:
    """A list, to whoever has its address."""
    return _page(token)


def _page(token: str, typed: str = "", at: str = "") -> Response:
    """A list; `typed` is a note that is too long, `at` a job."""
    today = memory.here().clock().date()
    with memory.reading() as db:
        found = keeping.find(db, token) or _no_list(token)
        entries = keeping.entries(db, found.id)
    if found.used_on != today:
        _use(token)
    ours = keeping.own() == token
    if ours and session.permanent:
        session.modified = True  # its days begin anew
    page = render_template(
        "saved.html",
        token=token,
        states={state: [one for one in entries if one.said.state == state] for state in keeping.STATES},
        again=sum(one.again for one in entries),
        closed=sum(bool(one.job and one.job.closed_at and one.said.state != "hidden") for one in entries),
        ours=ours,  # "here" is the frame's
        other=None if ours else keeping.own(),
        typed=typed,
        at=at,
        too_long=TOO_LONG if typed else "",
        most=keeping.MOST_NOTE,
        days=queries.saved.UNUSED.days,
    )
    return make_response(page, 400 if typed else 200)


def _no_list(token: str) -> Any:
    """A browser that keeps the address of a list that is gone lets go of it."""
    kept = keeping.own() == token
    _let_go(token)
    abort(410, LOST) if kept else abort(404)


def _use(token: str) -> None:
    """Remember that the list was opened today; a busy database may forget it until the next time."""
    try:
        with private.writing() as db:
            if found := keeping.find(db, token, alone=True):
                queries.saved.use(db, found.id, memory.here().clock().date())
    except sessions.Unusable as error:
        log.warning("use of a list not written reason=%s", error)


@pages.post("/saved/<token>/<job_id>")
def change(token: str, job_id: str) -> Response:
    """Say something else of a job on a list, or take it off with its note."""
    state, note = _state(), _note()
    if not keeping.is_id(job_id):
        abort(404)
    if note and len(note) > keeping.MOST_NOTE:
        return _page(token, note, job_id)
    with private.writing() as db:
        found = keeping.find(db, token, alone=True) or abort(404)
        job_id = queries.jobs.led(db, [job_id]).get(job_id, job_id)
        if not queries.saved.said_of(db, found.id, job_id):
            abort(404)
        keeping.change(db, found.id, job_id, state, note)
    return redirect(url_for("saved.show", token=token, _anchor=f"job-{job_id}" if state else None), 303)


def _note() -> str | None:
    """The note as typed, without what no text has; None where none was sent."""
    typed = request.form.get("note")
    return typed and _CONTROL.sub("", typed.replace("\r\n", "\n")).strip()


# ---------------------------------------------------------------------------------- its address


@pages.post("/saved/<token>/use")
def use(token: str) -> Response:
    """Keep the list in this browser: until it is closed, or for as long as an unused list is kept."""
    with memory.reading() as db:
        keeping.find(db, token) or abort(404)
    session[keeping.KEPT] = token
    session.permanent = request.form.get("remember") == "1"
    return redirect(url_for("saved.show", token=token), 303)


@pages.post("/saved/<token>/leave")
def leave(token: str) -> Response:
    """Let this browser forget the address; the list stays."""
    _let_go(token)
    flash(LET_GO)
    return redirect(url_for("saved.begin"), 303)


@pages.post("/saved/<token>/delete")
def delete(token: str) -> Response:
    """Delete a list and everything on it, in the file too, and at once."""
    with private.writing() as db:
        found = keeping.find(db, token, alone=True) or abort(404)
        queries.saved.delete_list(db, found.id)
    private.scrub("list")
    _let_go(token)
    flash(GONE)
    return redirect(url_for("saved.begin"), 303)


def _let_go(token: str) -> None:
    """This browser no longer keeps this list; its cookie ends with its session again."""
    if keeping.own() == token:
        session.pop(keeping.KEPT)
        session.permanent = False


@pages.get("/saved/<token>/jobs.csv")
def export(token: str) -> Response:
    """A list as a table for a spreadsheet."""
    with memory.reading() as db:
        found = keeping.find(db, token) or abort(404)
        told = make_response(exporting.table(keeping.entries(db, found.id)))
    told.headers["Content-Type"] = "text/csv; charset=utf-8"
    told.headers["Content-Disposition"] = "attachment; filename=rolecall-saved.csv"
    return told
