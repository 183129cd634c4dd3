"""What every answer and every form goes through: policy, tokens against forgery, sizes, rates."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

log = logging.getLogger(__name__)
REQUIRED = ("DATABASE_URL", "INDEX_DIRECTORY", "SECRET_KEY", "CLOCK")
SHORTEST_SECRET = 32  # characters
FEWEST_LETTERS = 8  # different ones in a secret that is one
MIB = 1024 * 1024
DEFAULTS: Mapping[str, Any] = {
    "PROXIES": 0,
    "RATE_LIMITS": True,
    "MAX_CONTENT_LENGTH": 6 * MIB,
    "MAX_FORM_MEMORY_SIZE": 100_000,  # bytes of one field
    "MAX_FORM_PARTS": 50,
    "SESSION_COOKIE_NAME": "rolecall",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,  # a person may read results for a day; the token ends with the session
    "WTF_CSRF_SSL_STRICT": False,  # it asks for a referrer, and our policy is to send none
    "SEND_FILE_MAX_AGE_DEFAULT": 365 * 86_400,  # a static file's address changes with its content
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
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
SEARCHES = "5/second"  # of one address
UPLOADS = "10/10 minutes"


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
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        raise WrongConfig(
            f"the secret key is too easy to guess: take {SHORTEST_SECRET} random characters, such as"
            ' `python -c "import secrets; print(secrets.token_hex(32))"` prints'
        )


def install(app: Flask) -> None:
    """Guard an app whose pages are registered."""
    app.session_interface = Cookies()
    CSRFProtect(app)
    _limit(app)

    @app.before_request
    def begin() -> None:
        g.request_id, g.began = secrets.token_hex(8), time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint != "static" or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = TLS_ONLY
        log.info(  # nothing that a visitor sent: the name of the page, not its address
            "answered request=%s page=%s status=%d ms=%d",
            *(g.get("request_id", ""), request.endpoint, response.status_code),
            1000 * (time.perf_counter() - g.get("began", time.perf_counter())),
        )
        return response


def _limit(app: Flask) -> None:
    limiter = Limiter(
        get_remote_address,
        app=app,
        enabled=bool(app.config["RATE_LIMITS"]),
        storage_uri="memory://",
        strategy="moving-window",
        headers_enabled=True,
    )
    for limit, free in ((SEARCHES, None), (UPLOADS, _without_file)):
        view = app.view_functions["seek.results"]
        app.view_functions["seek.results"] = limiter.limit(limit, exempt_when=free)(view)


def _without_file() -> bool:
    """Whether a search comes without a file."""
    file = request.files.get("resume")
    return file is None or not file.filename
