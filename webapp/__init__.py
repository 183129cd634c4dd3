"""People: the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    access,
    api,
    guard,
    health,
    memory,
    refreshes,
    review,
    seek,
    signin,
    sorry,
    squeeze,
    status,
    styleguide,
    turns,
    words,
)
from webapp.seek import follow, saved, uploads


def create_app(config: Mapping[str, Any]) -> Flask:
    """The pages over a database and an index.

    `config` is Flask's, and holds besides:

    - `DATABASE_URL`, and `INDEX_DIRECTORY`, the folder of the index;
    - `SHELF_DIRECTORY`, the folder of the shelf: from it the jobs follow what somebody decides
      (matcher.deciding.follow);
    - `SECRET_KEY`, 32 characters or more that nobody else knows: it signs the profiles that travel in forms;
    - `CLOCK`, which gives now, in UTC;
    - `PROXIES`, how many proxies stand in front and tell the address of a visitor (default: none);
    - `MAIL`, a webapp.seek.follow.post.Server, and `PUBLIC_URL`, the address that links in mails begin with
      (default: none, and no mail is sent);
    - `NEXT_NIGHT`, which gives when the next refresh after a moment is due (default: none is);
    - `RATE_LIMITS`, false where a proxy limits rates already (default: true);
    - `RATES_FILE`, a file that the processes of one server share to count in (default: each for itself);
    - `METRICS_FOLDER`, a folder in which they count what /metrics tells (default: each for itself).

    :raise guard.WrongConfig: when one is missing, or the secret is none.
    :raise access.Unlisted: when a page is in no row of the table of who may open it.
    :raise session.Unusable: when the database is missing, damaged or behind.
    """
    app = Flask(__name__)
    app.request_class = uploads.MemoryRequest
    app.config.from_mapping(guard.DEFAULTS)
    app.config.from_mapping(config)
    guard.check(app.config)
    memory.open_memory(app)
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    queued = turns.queued(app.wsgi_app, turns.here)
    app.wsgi_app = health.watched(app.wsgi_app, queued)  # type: ignore[method-assign]
    words.install(app)
    squeeze.install(app)
    app.register_blueprint(seek.pages)
    app.register_blueprint(saved.pages)
    app.register_blueprint(follow.pages)
    app.register_blueprint(status.pages)
    app.register_blueprint(refreshes.pages)
    app.register_blueprint(review.pages)
    app.register_blueprint(signin.pages)
    app.register_blueprint(api.pages)
    app.register_blueprint(health.pages)
    if app.debug:
        app.register_blueprint(styleguide.pages)
    sorry.install(app)
    guard.install(app)
    access.install(app)
    health.install(app)
    return app
