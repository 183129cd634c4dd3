"""People: the pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request

from db import queries, session
from matcher import index, profile, search

SHOWN = 25  # jobs a page
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(config: Mapping[str, Any]) -> Flask:
    """The app on a database and an index: `DATABASE_URL` and `INDEX_DIRECTORY`, the rest is Flask's.

    :raise session.Unusable: when the database is missing, damaged or behind.
    """
    app = Flask(__name__)
    app.config.from_mapping(MAX_CONTENT_LENGTH=1 << 20, MAX_FORM_MEMORY_SIZE=1 << 20)
    app.config.from_mapping(config)
    engines = session.open_engines(app.config["DATABASE_URL"])
    app.extensions["engines"] = engines  # whoever made the app may close them
    directory = Path(app.config["INDEX_DIRECTORY"])
    app.jinja_env.filters["web_link"] = web_link

    @app.get("/")
    def home() -> str:
        with session.reading(engines) as db:
            return render_template("home.html", open_jobs=queries.jobs.count_open(db))

    @app.post("/")
    def results() -> str:
        summary = request.form.get("summary", "")
        opened = search.open_index(engines, directory)
        with session.reading(engines) as db:
            found = search.match(db, opened, profile.read(summary), search.Filters(), SHOWN)
            return render_template(
                "home.html", open_jobs=queries.jobs.count_open(db), summary=summary, found=found
            )

    @app.errorhandler(index.IndexProblem)
    @app.errorhandler(session.Unusable)
    def unusable(error: Exception) -> tuple[str, int]:
        app.logger.error("page not served reason=%s", error)
        return render_template("sorry.html", sentence="The jobs cannot be read just now."), 503

    @app.errorhandler(413)
    def too_large(_: Exception) -> tuple[str, int]:
        return render_template("sorry.html", sentence="That text is too long: paste a page or two."), 413

    @app.errorhandler(404)
    def missing(_: Exception) -> tuple[str, int]:
        return render_template("sorry.html", sentence="There is no page at this address."), 404

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return app


def web_link(url: str) -> str | None:
    """The address when a browser may be sent there: http or https with a host; else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
