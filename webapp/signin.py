"""The door: sign in, go on to the page that was asked for, sign out."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from webapp import accounts

log = logging.getLogger(__name__)
WRONG = "That name and password do not belong together, or the account is disabled."
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\xa0\u2028\u2029]{0,2000}")

pages = Blueprint("signin", __name__)


@pages.get("/signin")
def show() -> str:
    return _form(request.args.get("next", ""))


@pages.post("/signin")
def enter() -> Response | tuple[str, int]:
    name, wanted = request.form.get("name", ""), request.form.get("next", "")
    if not accounts.enter(name, request.form.get("password", "")):
        log.warning("sign in refused request=%s", g.request_id)
        return _form(wanted, name=name[:100], problem=WRONG), 403
    log.info("signed in request=%s", g.request_id)
    return redirect(onward(wanted), 303)


@pages.post("/signout")
def leave() -> Response:
    accounts.leave()
    flash("You are signed out.")
    return redirect(url_for("signin.show"), 303)


def _form(wanted: str, *, name: str = "", problem: str = "") -> str:
    there = accounts.there()
    return render_template("signin.html", wanted=wanted, name=name, problem=problem, there=there)


def onward(wanted: str) -> str:
    """Where to go after signing in: a page of ours that opens from its address, or else the desk."""
    home = url_for("review.desk")
    if not _LOCAL.fullmatch(wanted):
        return home
    path, _, query = wanted.partition("?")
    try:
        current_app.create_url_adapter(request).match(path, method="GET", query_args=query)  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return home
    return wanted
