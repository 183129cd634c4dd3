"""How much one visitor may ask, send, leave and try in a time; what costs much counts before it is read."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import time
from typing import Any

from flask import Flask, Response, g, request, session
from flask_limiter import Limiter, RequestLimit

from webapp import rates

SEARCHES = "5/second"
UPLOADS = "10/10 minutes"
OPENINGS = "120/minute"  # of saved lists, and changes of them: addresses cannot be tried one by one
CALLS = "20/second"  # of operations, with one token ...
ALL_CALLS = "60/second"  # ... and from one address, with right tokens and wrong ones
JOBS = "300/minute"  # shown: a person opens some at once, and who reads all of them a few in a second
OVERVIEWS = "30/minute"  # of all sources: with thousands of them each costs as much as many searches
OVERVIEW = frozenset({"status.sources", "status.confirm", "refreshes.show"})
EXPORTS = "6/10 minutes"  # of the desk: each may read every listing
LISTS = "30/hour"  # begun; a library's many visitors have one address
FOLLOWS = "20/hour"  # begun, or asked for in a wrong way
MAILS = "6/2 days"  # that ask one address for a yes, from wherever, and even if each is deleted at once
SIGN_INS = "10/5 minutes"  # that failed, from one address, and under one name from wherever
ALL_SIGN_INS = "1000/5 minutes"  # from everywhere: each costs a third of a second of a processor
SEARCH = "seek.results"
RANKING = frozenset(  # all that count as searches
    {SEARCH, "seek.begin", "seek.why", "follow.feed", "follow.own_feed", "api.search", "api.match"}
)
SIFTS = frozenset({"state", "updated_since", "source", "identifier", "relation", "decided_by", "status"})
PROGRAMS = "api"  # the blueprint whose operations only a token opens, never a cookie
WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::\d*)?|(?P<four>[\d.]+):\d*", re.ASCII)
LONG_TEXT = 10_000  # characters of a text that is counted, and waits for its turn, like a file


def install(app: Flask) -> None:
    """Limit an app whose pages are registered."""
    shared = app.config["RATES_FILE"]
    limiter = Limiter(
        _peer,
        app=app,
        storage_uri=f"{rates.SCHEME}://{shared}" if shared else "memory://",
        storage_options={"secret": app.config["SECRET_KEY"]} if shared else {},
        strategy="moving-window",
        on_breach=_too_quick,
    )
    _limit_signing_in(app, limiter)
    _limit_mails(app, limiter)
    if app.config["RATE_LIMITS"]:
        _limit_asking(app, limiter)
        _limit_leaving(app, limiter)


def _limit_asking(app: Flask, limiter: Limiter) -> None:
    """What may cost much to answer counts before anything of it is read."""

    @app.before_request
    @limiter.limit(SEARCHES, key_func=_whose, exempt_when=lambda: not _searches())
    def count() -> None:
        """Each search counts, with our token or without."""

    @app.before_request
    @limiter.limit(ALL_CALLS, exempt_when=lambda: request.blueprint != PROGRAMS)
    @limiter.limit(CALLS, key_func=_whose, exempt_when=lambda: request.blueprint != PROGRAMS)
    def count_calls() -> None:
        """So does each operation."""

    @app.before_request
    @limiter.limit(OPENINGS, exempt_when=lambda: request.blueprint not in ("saved", "follow"))
    def count_openings() -> None:
        """Wrong addresses count as right ones do."""

    @app.before_request
    @limiter.limit(JOBS, exempt_when=lambda: request.endpoint != "seek.job")
    def count_jobs() -> None:
        """Jobs that are no more count, too."""

    @app.before_request
    @limiter.limit(OVERVIEWS, exempt_when=lambda: request.endpoint not in OVERVIEW)
    def count_overviews() -> None:
        """The pages of all sources and of all nights, and what is confirmed there."""

    @app.before_request
    @limiter.limit(EXPORTS, exempt_when=lambda: request.endpoint != "review.export")
    def count_exports() -> None:
        """Tables of the desk."""


def _limit_leaving(app: Flask, limiter: Limiter) -> None:
    """What people leave with us counts as it is taken: lists, follows, files."""
    begins: Any = app.view_functions["saved.keep"]
    app.view_functions["saved.keep"] = limiter.limit(
        LISTS, exempt_when=lambda: "saved" in session, deduct_when=lambda _: "list_made" in g
    )(begins)
    keeps: Any = app.view_functions["follow.keep"]
    app.view_functions["follow.keep"] = limiter.limit(
        FOLLOWS, deduct_when=lambda response: response.status_code != 200
    )(keeps)
    # A file counts once its form has shown our token: no other site can use up a visitor's ten.
    view: Any = app.view_functions[SEARCH]
    app.view_functions[SEARCH] = limiter.limit(UPLOADS, exempt_when=_without_file)(view)
    match: Any = app.view_functions["api.match"]
    app.view_functions["api.match"] = limiter.limit(UPLOADS, key_func=_whose, exempt_when=_short)(match)


def _limit_signing_in(app: Flask, limiter: Limiter) -> None:
    """No passwords are tried one by one, whoever limits the rest: a proxy knows no names."""

    def failed(response: Response) -> bool:
        return response.status_code >= 400

    enter: Any = app.view_functions["signin.enter"]
    enter = limiter.limit(SIGN_INS, deduct_when=failed)(enter)
    enter = limiter.limit(SIGN_INS, key_func=_name, deduct_when=failed)(enter)
    app.view_functions["signin.enter"] = limiter.limit(ALL_SIGN_INS, key_func=lambda: "all")(enter)


def _name() -> str:
    """Whose password is tried."""
    return f"name {request.form.get('name', '').strip().lower()[:60]}"


def _limit_mails(app: Flask, limiter: Limiter) -> None:
    """Nobody's box is filled in their name by who follows, deletes and follows again."""
    keep: Any = app.view_functions["follow.keep"]
    app.view_functions["follow.keep"] = limiter.limit(
        MAILS, key_func=_box, exempt_when=lambda: not _box(), deduct_when=lambda kept: kept.status_code == 303
    )(keep)


def _box() -> str:
    """Whose box a mail goes to, as a hash: me+jobs@ and ME@ are one; "" where no address is given."""
    who, at, domain = request.form.get("address", "").strip().lower().rpartition("@")
    box = f"{who.partition('+')[0]}@{domain}"
    return f"box {hashlib.sha256(box.encode()).hexdigest()}" if at else ""


def _too_quick(limit: RequestLimit) -> Response:
    wait = max(1, limit.reset_at - int(time.time()))
    return Response(status=429, headers={"Retry-After": str(wait)})


def _peer() -> str:
    return whom(request.remote_addr or "")


def _whose() -> str:
    """Whose token comes with an operation, as a hash; else whose address."""
    if request.blueprint == PROGRAMS and (shown := request.headers.get("Authorization")):
        return f"token {hashlib.sha256(shown.encode()).hexdigest()}"
    return _peer()


def whom(address: str) -> str:
    """Whom an address counts as: of IPv6 its network, because a visitor has all of it; without the port.

    What is no address, such as a proxy's "unknown", is one and the same.
    """
    said = WITH_PORT.fullmatch(address)
    try:
        found = ipaddress.ip_address((said["six"] or said["four"]) if said else address)
    except ValueError:
        return "no address"
    if found.version == 4 or found.ipv4_mapped:
        return str(found if found.version == 4 else found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))


def _searches() -> bool:
    """Whether to answer may mean to read everything: to rank does, and a program's list of some among all."""
    passes_over = request.blueprint == PROGRAMS and not SIFTS.isdisjoint(request.args)
    return request.endpoint in RANKING or passes_over


def _short() -> bool:
    """Whether a program sends no file, and no text as long as one."""
    return not request.files and (request.content_length or 0) <= LONG_TEXT


def _without_file() -> bool:
    """Whether a search comes without a file, and without a text as long as one."""
    file = request.files.get("resume")
    return not (file and file.filename) and len(request.form.get("summary", "")) <= LONG_TEXT
