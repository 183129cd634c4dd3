"""The first page: paste or drop a résumé, say what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from db import queries
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
        jobs, sources = queries.jobs.count_open(db), queries.sources.count_open(db)
    told = render_template(
        "home.html",
        form=replace(asked, problems={**asked.problems, **(problems or {})}),
        jobs=jobs,
        sources=sources,
        currencies=form.currencies(asked, []),
        kinds=form.KINDS,
        periods=form.PERIODS,
    )
    return make_response(told, status)


def forged(_: Exception) -> Response:
    """The first page for a form that does not carry our mark; all but a chosen file is kept."""
    return page(form.read(request.form), {"": FORGED}, 400)
