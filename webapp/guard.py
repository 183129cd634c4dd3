"""What every answer and every form goes through: policy, tokens against forgery, sizes."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import RequestRedirect

from db import queries
from webapp import limits

log = logging.getLogger(__name__)
REQUIRED = ("DATABASE_URL", "INDEX_DIRECTORY", "SHELF_DIRECTORY", "SECRET_KEY", "CLOCK")
SHORTEST_SECRET = 32  # characters
LEAST_BEYOND_WORDS = 20  # letters and digits that are left of a secret when its plain words are gone ...
FEWEST_SIGNS = 8  # ... and how many different ones
PLAIN_WORDS = re.compile(  # the longest first; a random key seldom spells one, and then loses a few letters
    "configuration|development|placeholder|production|superduper|supersecret|application|changethis"
    "|rolecall|changeme|insecure|password|replace|default|django|dontuse|example|letmein|qwertyuiop"
    "|asdfghjkl|zxcvbnm|insert|please|qwerty|random|secret|string|unsafe|always|before|change|flask|value"
    "|admin|hello|local|super|world|dummy|here|very|this|that|with|your|must|long|some|test|demo|dev|key|not"
    "|the|and|for|put|use|our|xxx|foo|bar|is|me|it|my|to|in|an|of|do"
)
MIB = 1024 * 1024
PLAIN_FORM = MIB // 4  # bytes of a form that is not in parts: Werkzeug counts none of its fields
JSON = MIB  # bytes: 50,000 characters fit, each written as JSON may, in twelve
DEFAULTS: Mapping[str, Any] = {
    "PROXIES": 0,
    "RATE_LIMITS": True,
    "RATES_FILE": "",
    "METRICS_FOLDER": "",
    "MAIL": None,
    "PUBLIC_URL": "",
    "NEXT_NIGHT": None,
    "MAX_CONTENT_LENGTH": 6 * MIB,
    "MAX_FORM_MEMORY_SIZE": 100_000,  # bytes of one field
    "MAX_FORM_PARTS": 50,
    "SESSION_COOKIE_NAME": "rolecall",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": queries.saved.UNUSED,  # where a person lets the browser keep a saved list
    "SESSION_REFRESH_EACH_REQUEST": False,
    "WTF_CSRF_TIME_LIMIT": None,  # a person may read results for a day; the token ends with the session
    "WTF_CSRF_SSL_STRICT": False,  # it asks for a referrer, and our policy is to send none
    "SEND_FILE_MAX_AGE_DEFAULT": 365 * 86_400,  # a static file's address changes with its content
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TLS_ONLY = "max-age=31536000"
MAILED = ("follow.confirm", "follow.stop")  # what is signed in their addresses is the token


class WrongConfig(ValueError):
    """The app is told too little, or its secret is none; the sentence says what to do."""


class Cookies(SecureCookieSessionInterface):
    """The session's cookie travels by TLS only, once a page came by TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def check(config: Mapping[str, Any]) -> None:
    """Raises WrongConfig unless all is there and the secret can be one."""
    for name in REQUIRED:
        if not config.get(name):
            raise WrongConfig(f"the pages need {name}: see webapp.create_app")
    secret = config["SECRET_KEY"]
    if len(secret) < SHORTEST_SECRET or _guessable(secret):
        raise WrongConfig(
            f"the secret key is too easy to guess: take {SHORTEST_SECRET} random characters or more, such as"
            ' `python -c "import secrets; print(secrets.token_hex(32))"` prints'
        )


def _guessable(secret: str) -> bool:
    """Whether a secret is one pattern over and over, a row of neighbours, or plain words and little else."""
    if any(secret.startswith(secret[period:]) for period in range(1, len(secret) // 2 + 1)):
        return True
    if sum(abs(ord(one) - ord(next_)) <= 1 for one, next_ in pairwise(secret)) > len(secret) * 2 / 3:
        return True
    rest = PLAIN_WORDS.sub("", re.sub(r"[\W_]", "", secret.lower()))
    return len(rest) < LEAST_BEYOND_WORDS or len(set(rest)) < FEWEST_SIGNS


def install(app: Flask) -> None:
    """Guard an app whose pages are registered."""
    app.session_interface = Cookies()
    app.before_request(begin)  # before all others: what they refuse has its number too
    app.after_request(finish)  # and after all others
    limits.install(app)  # what is counted first need not carry a token
    app.before_request(name_parts)
    forgery = CSRFProtect(app)
    for name in MAILED:
        forgery.exempt(app.view_functions[name])
    forgery.exempt(app.blueprints[limits.PROGRAMS])  # no browser sends a token by itself


def begin() -> None:
    """Give a request its number, and what it brings its bound."""
    g.request_id, g.began = secrets.token_hex(8), time.perf_counter()
    if request.mimetype != "multipart/form-data":
        request.max_content_length = JSON if request.is_json else PLAIN_FORM
    if isinstance(request.routing_exception, RequestRedirect):  # to whatever host was asked for
        raise NotFound


def finish(response: Response) -> Response:
    """Give an answer its policy and its number, and log it."""
    response.headers.update(HEADERS)
    response.headers["X-Request-ID"] = g.request_id
    if request.method == "OPTIONS" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Cache-Control", "no-store")  # but static files and feeds
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = TLS_ONLY
    log.info(  # nothing that a visitor sent: the name of the page, not its address
        "answered request=%s page=%s status=%d ms=%d",
        *(g.request_id, request.endpoint, response.status_code),
        1000 * (time.perf_counter() - g.began),
    )
    return response


def name_parts() -> None:
    """Refuse a part without a name: Werkzeug gives it the name None, where all others expect a text."""
    if (
        request.endpoint in limits.RANKING
        and request.blueprint != limits.PROGRAMS
        and None in {*request.form, *request.files}
    ):
        raise BadRequest
