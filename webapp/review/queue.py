"""The review queue: the pair that is worth a person's eye most, one after the other."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask import session as browser
from werkzeug.wrappers import Response

from db import queries
from matcher import reviewing
from webapp import accounts, memory
from webapp.review import acts, pair


def show() -> str:
    """The next pair, or that there is none."""
    with memory.reading() as db:
        found = reviewing.next_pair(db, acts.sitting(), acts.today())
        if found is None:
            progress = reviewing.progress(db, acts.who(), acts.sitting(), acts.today())
            return render_template("pairs_none.html", progress=progress, **pair.undoable(db))
    return pair.page(*found)


def again() -> Response:
    """Let what was skipped in this sitting come again."""
    with memory.writing(accounts.PATIENCE) as db:
        queries.pairs.unskip(db, acts.sitting())
    browser.pop(pair.SKIPPED, None)
    return redirect(url_for("review.queue"), 303)
