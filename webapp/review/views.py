"""The views that a recruiter keeps of the desk: to keep one, rename it, open the desk with it, delete it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from db import queries
from webapp import accounts, memory
from webapp.review import asked

MOST = 50  # of one person
MOST_NAME = 60  # characters
PATIENCE = 2.0  # seconds to wait for another writer
UNNAMED = "Give the view a name."
TAKEN = "You have another view of that name."


def query(one: asked.Asked) -> str:
    """The query of the address that asks the same, never empty, whatever else stood in it."""
    return urlencode(one.address(sort=one.typed.get("sort", asked.FIRST)))


def keep() -> Response:
    """Keep what the desk shows under a name, in place of this person's other view of that name."""
    asks = query(asked.read(MultiDict(parse_qsl(request.form.get("query", "")))))
    name, me = _name(), person()
    if not name:
        flash(UNNAMED)
    else:
        with memory.writing(PATIENCE) as db:
            known = {view.name for view in queries.views.of(db, me)}
            if name not in known and len(known) >= MOST:
                flash(f"You have {MOST} views already: delete one, and keep this one then.")
            else:
                queries.views.keep(db, me, name, asks, memory.here().clock())
                flash(f"The view “{name}” is kept.")
    return _back(asks)


def change(view: int) -> Response:
    """Rename a view of this person's, delete it, or have the desk open with it or no more."""
    me, wish, name = person(), request.form.get("wish"), _name()
    if wish == "rename" and not name:
        flash(UNNAMED)
        return _back()
    try:
        with memory.writing(PATIENCE) as db:
            if wish == "rename":
                found = queries.views.rename(db, me, view, name)
            elif wish == "delete":
                found = queries.views.drop(db, me, view)
            elif wish in ("open", "plain"):
                found = queries.views.open_with(db, me, view, opens=wish == "open")
            else:
                abort(400)
            if not found:
                abort(404)
    except IntegrityError:
        flash(TAKEN)
    return _back()


def person() -> str:
    """Whose desk it is."""
    visitor = accounts.visitor()
    if visitor is None:
        abort(401)
    return visitor.name


def _name() -> str:
    return " ".join(request.form.get("name", "").replace("\0", "").split())[:MOST_NAME]


def _back(asks: str = "") -> Response:
    """To the desk: a question, or else the plain one, not the view that it opens with."""
    return redirect(f"{url_for('review.desk')}?{asks or urlencode({'sort': asked.FIRST})}", 303)
