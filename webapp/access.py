"""Who may open what: one table of every page and operation, and the guard that holds everybody to it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from db import session
from webapp import accounts, memory, problems

ANYONE, RECRUITER, OPERATOR = "anyone", "recruiter", "operator"
ALONE = "operator, and anyone while nobody has an account"  # a laptop with one person needs no door
READ, DECIDE, OPERATE = (f"a token to {scope}" for scope in accounts.SCOPES)  # whoever is signed in besides
SCOPES = dict(zip((READ, DECIDE, OPERATE), accounts.SCOPES, strict=True))
NAME = "rolecall access"  # in app.extensions: the table that holds

ACCESS: Mapping[str, str] = {
    "static": ANYONE,
    "seek.home": ANYONE,
    "seek.results": ANYONE,
    "seek.begin": ANYONE,
    "seek.job": ANYONE,
    "seek.why": ANYONE,
    "seek.guide": ANYONE,
    "seek.about": ANYONE,
    "saved.begin": ANYONE,
    "saved.keep": ANYONE,
    "saved.show": ANYONE,  # at a private address, which is the key; so are those that follow
    "saved.change": ANYONE,
    "saved.use": ANYONE,
    "saved.leave": ANYONE,
    "saved.delete": ANYONE,
    "saved.export": ANYONE,
    "follow.show": ANYONE,
    "follow.begin": ANYONE,
    "follow.keep": ANYONE,
    "follow.confirm": ANYONE,
    "follow.stop": ANYONE,
    "follow.followed": ANYONE,
    "follow.delete": ANYONE,
    "follow.feed": ANYONE,
    "follow.own_feed": ANYONE,
    "signin.show": ANYONE,
    "signin.enter": ANYONE,
    "signin.leave": ANYONE,
    "review.desk": RECRUITER,
    "review.export": RECRUITER,
    "review.merging": RECRUITER,
    "review.keep_view": RECRUITER,
    "review.change_view": RECRUITER,
    "review.advertised": RECRUITER,
    "review.organization": RECRUITER,
    "review.job_advertised": RECRUITER,
    "review.queue": RECRUITER,
    "review.again": RECRUITER,
    "review.pair": RECRUITER,
    "review.decide": RECRUITER,
    "review.skip": RECRUITER,
    "review.unskip": RECRUITER,
    "review.undo": RECRUITER,
    "review.edit": RECRUITER,
    "review.change": RECRUITER,
    "review.log": RECRUITER,
    "status.sources": ALONE,
    "status.confirm": OPERATOR,  # it is logged who said so
    "refreshes.show": ALONE,
    "api.reference": ANYONE,
    "api.openapi": ANYONE,
    "api.jobs": READ,
    "api.job": READ,
    "api.listings": READ,
    "api.search": READ,
    "api.match": READ,
    "api.duplicates": READ,
    "api.duplicate": READ,
    "api.verdicts": READ,
    "api.decide": DECIDE,
    "api.undo": DECIDE,
    "api.sources": OPERATE,
    "api.runs": OPERATE,
    "health.healthz": ANYONE,
    "health.readyz": ANYONE,  # words of ours, and nothing of what is inside
    "health.metrics": OPERATE,
    "styleguide.styleguide": ANYONE,  # in debug only
}


class Unlisted(Exception):
    """A page stands in no row of the table, so that nobody has said who may open it."""


def install(app: Flask) -> None:
    """Hold everybody to the table.

    :raise Unlisted: when a page of the app is not in it.
    """
    app.extensions[NAME] = table = dict(ACCESS)
    if missing := sorted({rule.endpoint for rule in app.url_map.iter_rules()} - table.keys()):
        raise Unlisted(f"say in webapp.access who may open {', '.join(missing)}")

    @app.before_request
    def hold() -> Response | None:
        if table.get(request.endpoint or "", ANYONE) != ANYONE:
            g.seconds = memory.LONGER
        if request.endpoint is None or (needed := _needed(table[request.endpoint])) == ANYONE:
            return None
        if needed in SCOPES:
            g.program = _program(SCOPES[needed])
            return None
        visitor = accounts.visitor()
        if visitor is None:
            return _ask()
        if not visitor.may(needed):
            abort(403)
        return None

    @app.context_processor
    def told() -> dict[str, object]:
        return {"visitor": _visitor, "may": lambda endpoint: _may(table[endpoint])}


def _needed(access: str) -> str:
    """The role that a row asks for now."""
    if access == ALONE:
        return OPERATOR if accounts.there() else ANYONE
    return access


def _program(scope: str) -> accounts.Program:
    """The program that asks, by its token alone: a browser's cookie opens no operation.

    :raise problems.Problem: with 401 without a token that holds, with 403 where it is of a narrower scope.
    """
    program = accounts.bearer()
    if program is None:
        raise problems.Problem(401, headers={"WWW-Authenticate": 'Bearer realm="Rolecall"'})
    if scope not in program.scopes:
        wider = f'Bearer realm="Rolecall", error="insufficient_scope", scope="{scope}"'
        raise problems.Problem(403, headers={"WWW-Authenticate": wider})
    return program


def _ask() -> Response:
    """To the door, and back to the page that was asked for; a form is not kept, so it is not sent on."""
    if request.method not in ("GET", "HEAD"):
        abort(401)
    asked = request.full_path.rstrip("?")
    return redirect(url_for("signin.show", next=asked), 303)


def _visitor() -> accounts.Visitor | None:
    """Who is signed in, for a page; nobody where that cannot be told, as on the page that says why."""
    try:
        return accounts.visitor()
    except session.Unusable:
        return None


def _may(access: str) -> bool:
    """Whether to offer a page to whoever is here."""
    try:
        needed, visitor = _needed(access), accounts.visitor()
    except session.Unusable:
        return access == ANYONE
    return needed == ANYONE or (visitor is not None and visitor.may(needed))
