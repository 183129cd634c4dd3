"""People who sign in, as tests add them: with a password whose hash costs little."""

from __future__ import annotations

from datetime import datetime

import pages
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from db import queries, session

PASSWORD = "four walls and a kettle"
CHEAP = "scrypt:1024:8:1"


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
