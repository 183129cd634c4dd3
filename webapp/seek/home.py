"""The first page: paste or drop a résumé, say what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import current_app, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from db import queries
from matcher import index, sift
from matcher import stated as stated_by_jobs
from webapp import memory
from webapp.seek import form

FORGED = (
    "Your browser kept no cookie of ours, or the page was open for long. What you typed is still here: "
    "send it once more, and choose a file again if you had chosen one."
)


def show() -> Response:
    return page(form.Form())


def page(asked: form.Form, problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """The first page, with what was typed and what is wrong with it: a sentence a field, "" for the whole."""
    with memory.reading() as db:
        sources = queries.sources.count_open(db)
    try:
        opened = memory.here().index.get()
        jobs, stated = len(opened.jobs), opened.statements
    except index.IndexProblem:  # what was typed is shown again all the same
        jobs, stated = 0, stated_by_jobs.table([])
    told = render_template(
        "home.html",
        form=replace(asked, problems={**asked.problems, **(problems or {})}),
        jobs=jobs,
        sources=sources,
        currencies=form.currencies(asked, sift.currencies(stated)),
        kinds=form.kinds(asked, sift.kinds(stated)),
        periods=form.PERIODS,
    )
    return make_response(told, status)


def forged(_: Exception) -> Response:
    """The first page for a form that does not carry our mark; all but a chosen file is kept."""
    try:
        asked = form.read(request.form)
    except RequestEntityTooLarge as error:  # raised from an error's own page it would be our fault, a 500
        return make_response(current_app.handle_http_exception(error))
    return page(asked, {"": FORGED}, 400)
