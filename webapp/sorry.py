"""Error pages: what to do next, and nothing of what is inside."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import BadHost, BadRequest, Conflict, Gone, HTTPException

from db import session
from matcher import index
from webapp import problems

log = logging.getLogger(__name__)
Trouble = tuple[type, BaseException, TracebackType] | tuple[None, None, None]  # as sys.exc_info() has it
WORDS = {  # status: what is wrong, what to do next
    400: ("That form could not be read", "Go back, reload the page and send it once more."),
    401: (
        "Sign in first",
        "Nothing was changed. Open the page again once you are signed in, and do it there.",
    ),
    403: ("This page is for operators", "Sign in as one of them, or ask whoever runs this Rolecall."),
    404: ("There is no page at this address", "The address may be mistyped, or what it named is gone."),
    405: (
        "This page cannot be opened like that",
        "It opens from a form or a link of ours: begin on the home page.",
    ),
    409: ("This cannot be done as it is now", "Go back, reload the page and look at what has changed."),
    410: ("This is gone", "It was deleted, or nobody used it for a long time."),
    413: ("That is too much at once", "A file may have 5 MiB, a pasted text 100 kB: two pages are plenty."),
    429: ("Too many requests at once", "They came from your address: wait a little and try again."),
    500: (
        "Something went wrong on our side",
        "It has been noted. Try again; if it stays, tell the operator.",
    ),
    503: (
        "Rolecall is busy or being updated",
        "Try again in a minute: reload this page, and what you sent is sent once more.",
    ),
}
OWN = (BadRequest, Conflict, Gone)  # may have a sentence of ours; what is made of these has the server's
WAIT = 30  # seconds after which to come back, where nothing else is said
BARE = (
    '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{0} · Rolecall</title>\n'
    '<h1>{0}</h1>\n<p>{1}</p>\n<p><a href="/">Go to the home page</a></p>\n<p>Reference: {2}</p>\n</html>\n'
)  # where a template cannot be filled


def install(app: Flask) -> None:
    """Answer every error with a page of its own words."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(session.Unusable, _unusable)
    app.register_error_handler(index.IndexProblem, _unusable)
    app.log_exception = _log  # type: ignore[assignment,method-assign]  # Flask's log names what was asked for


def _log(found: Trouble) -> None:
    """Where a page broke, and by what; not the message, which may quote what a visitor sent."""
    frames = reversed(traceback.extract_tb(found[2]))
    log.error(
        "page failed request=%s page=%s kind=%s at=%s",
        *(g.get("request_id"), request.endpoint, getattr(found[0], "__name__", None)),
        ",".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames),
    )


def _page(error: HTTPException) -> Response:
    """The page for an error that HTTP knows; its headers (Allow, Retry-After) are kept."""
    if problems.asked():
        return problems.of(error)
    given = error.get_response()
    code = given.status_code if given.status_code in WORDS else 400 if given.status_code < 500 else 500
    nowhere = isinstance(error, BadHost)  # of such a host url_for cannot make addresses
    page = _said(404 if nowhere else code, _own(error), bare=nowhere)
    page.status_code = given.status_code
    for name in ("Allow", "Retry-After"):
        if name in given.headers:
            page.headers[name] = given.headers[name]
    return page


def _unusable(error: Exception) -> Response:
    """The page for a database or an index that cannot be read."""
    log.error("page not served request=%s reason=%s", g.get("request_id"), error)
    page = problems.said(503) if problems.asked() else _said(503)
    page.headers["Retry-After"] = str(WAIT)
    return page


def _own(error: HTTPException) -> str:
    """The sentence that a page of ours ended with (`abort(409, sentence)`), "" where it gave none."""
    own = type(error) in OWN and error.description != type(error).description
    return (error.description or "") if own else ""


def _said(code: int, own: str = "", *, bare: bool = False) -> Response:
    """A page with the words for a status; where the template fails, too, one that asks nothing of the app."""
    title, sentence = WORDS[code]
    told = {"title": title, "sentence": own or sentence, "request_id": g.get("request_id")}
    try:
        page = BARE.format(*told.values()) if bare else render_template("sorry.html", **told)
    except Exception:  # noqa: BLE001 - a second error would leave the visitor without any answer
        _log(sys.exc_info())
        page = BARE.format(*told.values())
    return make_response(page, code)
