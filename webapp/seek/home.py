"""The first page: paste or drop a résumé, say what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from db import queries, session
from matcher import index, sift
from webapp import memory
from webapp.seek import examples, form

CHECK = "Please check what you entered"
EMPTY = "No job can be searched yet: come back after the first night."
STALE = (
    "Rolecall is being brought up to date, and nothing can be searched meanwhile: come back in some minutes."
)
FORGED = (
    "Your browser did not send our cookie back: it may block cookies, or was restarted. "
    "Press “Find my jobs” once more, and choose a file again if you had chosen one."
)
KEPT = "What we read of your text is still here; the field may stay empty."


@dataclass(frozen=True, slots=True)
class There:
    """What there is to search: open jobs, their sources, when one was read last, and what jobs state."""

    jobs: int = 0
    sources: int = 0
    read_at: datetime | None = None
    currencies: tuple[tuple[str, int], ...] = ()
    kinds: tuple[str, ...] = ()


def show() -> Response:
    return page(form.Form())


def page(
    asked: form.Form, problems: Mapping[str, str] | None = None, status: int = 200, title: str = CHECK
) -> Response:
    """The first page, with what was typed and what is wrong with it: a sentence a field, "" for the whole."""
    there, no_jobs = There(), EMPTY
    try:
        opened = memory.here().index.get()
        there = memory.counted(opened, "there", lambda: _there(opened))
    except index.IndexMissing:
        pass  # what was typed is shown again all the same
    except index.IndexProblem:  # mostly after an upgrade
        no_jobs = STALE
    told = render_template(
        "home.html",
        form=replace(asked, problems={**asked.problems, **(problems or {})}),
        title=title,
        there=there,
        no_jobs=no_jobs,
        examples=examples.EXAMPLES,
        currencies=form.currencies(asked, there.currencies, [*request.accept_languages.values()]),
        kinds=form.kinds(asked, there.kinds),
        periods=form.PERIODS,
        distances=form.DISTANCES,
        shifts=form.SHIFTS,
        channels=form.CHANNELS,
    )
    return make_response(told, status)


def _there(opened: index.Index) -> There:
    with memory.reading() as db:
        return There(
            jobs=opened.size,
            sources=queries.sources.count_open(db),
            read_at=queries.sources.last_read(db),
            currencies=tuple(sift.currencies(opened.statements)),
            kinds=sift.kinds(opened.statements),
        )


def forged(_: Exception) -> Response:
    """The first page for a form that does not carry our mark; all but a chosen file is kept."""
    try:
        asked = form.read(request.form)
        told = f"{FORGED} {KEPT}" if asked.profile else FORGED
        return page(asked, {"": told}, 400, "Please send it once more")
    except (RequestEntityTooLarge, session.Unusable) as error:  # from an error's own page it would be a 500
        return make_response(current_app.handle_user_exception(error))
