"""The first page: paste or drop a résumé, say what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import current_app, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from db import queries, session
from matcher import index, sift, stated
from webapp import memory
from webapp.seek import examples, form

CHECK = "Please check what you entered"
EMPTY = "No job can be searched yet: come back after the first night."
FORGED = (
    "Your browser did not send our cookie back: it may block cookies, or was restarted. "
    "Press “Find my jobs” once more, and choose a file again if you had chosen one."
)
KEPT = "What we read of your text is still here; the field may stay empty."


def show() -> Response:
    return page(form.Form())


def page(
    asked: form.Form, problems: Mapping[str, str] | None = None, status: int = 200, title: str = CHECK
) -> Response:
    """The first page, with what was typed and what is wrong with it: a sentence a field, "" for the whole."""
    with memory.reading() as db:
        sources, read_at = queries.sources.count_open(db), queries.sources.last_read(db)
    try:
        opened = memory.here().index.get()
        jobs, statements = opened.size, opened.statements
    except index.IndexProblem:  # what was typed is shown again all the same
        jobs, statements = 0, stated.table([])
    told = render_template(
        "home.html",
        form=replace(asked, problems={**asked.problems, **(problems or {})}),
        title=title,
        jobs=jobs,
        no_jobs=EMPTY,
        sources=sources,
        read_at=read_at,
        examples=examples.EXAMPLES,
        currencies=form.currencies(asked, sift.currencies(statements)),
        kinds=form.kinds(asked, sift.kinds(statements)),
        periods=form.PERIODS,
        distances=form.DISTANCES,
    )
    return make_response(told, status)


def forged(_: Exception) -> Response:
    """The first page for a form that does not carry our mark; all but a chosen file is kept."""
    try:
        asked = form.read(request.form)
        told = f"{FORGED} {KEPT}" if asked.profile else FORGED
        return page(asked, {"": told}, 400, "Please send it once more")
    except (RequestEntityTooLarge, session.Unusable) as error:  # from an error's own page it would be a 500
        return make_response(current_app.handle_user_exception(error))
