"""Programs that ask, with a token of each scope, over a copy of the demo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pages
from flask import Flask
from flask.testing import FlaskClient
from people import engines_of
from werkzeug.test import TestResponse

from db import queries, session
from webapp import accounts, problems

ROOT = "/api/v1"


@dataclass(frozen=True)
class Program:
    """What asks with a token."""

    client: FlaskClient
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> TestResponse:
        return self.client.get(ROOT + path, query_string=query, headers=self.headers | (headers or {}))

    def post(self, path: str, told: Any = None, **how: Any) -> TestResponse:
        body = {"json": told} if told is not None else {}
        return self.client.post(ROOT + path, headers=self.headers, **body, **how)


def program(app: Flask, name: str, scope: str) -> Program:
    """A program with a new token."""
    token = accounts.new_token()
    with session.writing(engines_of(app)) as db:
        queries.people.add_token(db, name, accounts.digest(token), scope, pages.NOW)
    return Program(app.test_client(), token)


@contextmanager
def opened(home: Path, folder: Path, **config: Any) -> Iterator[dict[str, Program]]:
    """A program of each scope, by scope, over a copy of a demo's home, as in production but without rates."""
    shutil.copy(home / "rolecall.sqlite3", folder)
    shutil.copytree(home / "shelf", folder / "shelf")
    told = {"SHELF_DIRECTORY": folder / "shelf", "TESTING": False, "WTF_CSRF_ENABLED": True, **config}
    with pages.opened(f"sqlite:///{folder}/rolecall.sqlite3", home / "index", **told) as app:
        yield {scope: program(app, f"{scope}er", scope) for scope in accounts.SCOPES}


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem that an answer is."""
    assert (answer.status_code, answer.mimetype) == (status, problems.KIND)
    told: dict[str, Any] = answer.get_json(force=True)
    assert told["status"] == status
    assert told["request_id"] == answer.headers["X-Request-ID"]
    return told
