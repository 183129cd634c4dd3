"""People who sign in, as tests add them: with a password whose hash costs little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pages
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from db import queries, session
from webapp import passwords

PASSWORD = "four walls and a kettle"
CHEAP = "scrypt:1024:8:1"
NOW = [pages.NOW]  # by the clock of the pages below


def add(
    engines: session.Engines,
    name: str,
    role: str = "recruiter",
    now: datetime = pages.NOW,
    method: str = CHEAP,
) -> int:
    """Somebody who signs in with PASSWORD; the id."""
    with session.writing(engines) as db:
        return queries.people.add(db, name, role, generate_password_hash(PASSWORD, method), now)


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **form: str) -> TestResponse:
    """What the door says."""
    return client.post("/signin", data={"name": name, "password": password, **form})


def engines_of(app: Flask) -> session.Engines:
    """The engines of the pages."""
    found: session.Engines = app.extensions["rolecall"].engines
    return found


@contextmanager
def opened(file: Path, *, method: str = CHEAP, **config: Any) -> Iterator[Flask]:
    """The pages with ruth, a recruiter, and dora, who is disabled, over a database of its own without jobs.

    Unless told otherwise, checking a password costs little, nobody's too.
    """
    NOW[0], kept = pages.NOW, passwords.NOBODY_S
    passwords.NOBODY_S = f"{method}$nobody${'0' * 128}"
    try:
        with pages.opened(f"sqlite:///{file}", file.parent / "index", CLOCK=lambda: NOW[0], **config) as app:
            add(engines_of(app), "ruth", method=method)
            dora = add(engines_of(app), "dora", method=method)
            with session.writing(engines_of(app)) as db:
                queries.people.set_disabled(db, dora, pages.NOW)
            yield app
    finally:
        passwords.NOBODY_S = kept
