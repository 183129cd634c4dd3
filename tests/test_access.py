"""Who may open what: every page is in the table, and everybody is held to it."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import following
import pages
import people
import pytest
import saving
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db import session
from webapp import access, guard

PARTS = {
    "job_id": "0" * 16,
    "view": 1,
    "key": "harbor",
    "token": "x" * 22,
    "kind": "atom",
    "filename": "page.css",
}
PARTS |= {"job": "0" * 16, "pair": "1", "a": 1, "b": 2}
MEMBERS = {"rita": "recruiter", "oscar": "operator"}


@pytest.fixture
def file(sqlite_model: Path, tmp_path: Path) -> Path:
    """A database of its own, without anybody."""
    return Path(shutil.copy(sqlite_model, tmp_path / "rolecall.sqlite3"))


def opened(file: Path, **config: Any) -> Any:
    return pages.opened(f"sqlite:///{file}", file.parent / "index", **{"DEBUG": True, **config})


def engines_of(app: Flask) -> session.Engines:
    found: session.Engines = app.extensions["rolecall"].engines
    return found


@pytest.fixture
def app(file: Path) -> Iterator[Flask]:
    """The pages of an installation with a recruiter and an operator."""
    with opened(file) as app:
        for name, role in MEMBERS.items():
            people.add(engines_of(app), name, role)
        yield app


def client_of(app: Flask, name: str | None) -> FlaskClient:
    client = app.test_client()
    if name:
        assert people.sign_in(client, name).status_code == 303
    return client


def asked(app: Flask, client: FlaskClient) -> Iterator[tuple[str, str, TestResponse]]:
    """What the door lets through of every way to every page: endpoint, method, answer.

    What lies behind does not matter, and is replaced.
    """
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            address = rule.build({name: PARTS[name] for name in rule.arguments})
        assert address is not None
        for method in sorted(rule.methods or ()):
            yield rule.endpoint, method, client.open(address[1], method=method)


@pytest.mark.parametrize("name", [None, "rita", "oscar"])
def test_everybody_gets_where_the_table_says_and_nowhere_else(app: Flask, name: str | None) -> None:
    role = MEMBERS[name] if name else access.ANYONE
    order = [access.ANYONE, access.RECRUITER, access.OPERATOR]
    client = client_of(app, name)
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_: "let in"
    for endpoint, method, answer in asked(app, client):
        said = access.ACCESS[endpoint]
        if said in access.SCOPES:  # whoever is signed in: no cookie opens what is for tokens
            assert answer.status_code == 401, (endpoint, method)
            continue
        needed = access.OPERATOR if said == access.ALONE else said
        if order.index(role) >= order.index(needed):
            assert answer.status_code == 200, (endpoint, method)
        elif name:
            assert answer.status_code == 403, (endpoint, method)
        elif method in ("GET", "HEAD"):
            assert answer.status_code == 303, (endpoint, method)
            assert answer.headers["Location"].startswith("/signin?next=/"), (endpoint, method)
        else:
            assert answer.status_code == 401, (endpoint, method)


def test_no_page_takes_a_form_without_its_token_but_those_that_links_in_mails_sign(file: Path) -> None:
    """What is for programs asks for a token of another kind (401)."""
    with opened(file, WTF_CSRF_ENABLED=True) as app:
        for endpoint, view in app.view_functions.items():
            app.view_functions[endpoint] = functools.wraps(view)(lambda **_: "let in")
        taken = {
            endpoint
            for endpoint, method, answer in asked(app, app.test_client())
            if method not in ("GET", "HEAD", "OPTIONS") and answer.status_code not in (400, 401)
        }
    assert taken == set(guard.MAILED)


def test_each_row_of_the_table_is_a_page(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(access.ACCESS)


def test_an_app_with_a_page_that_nobody_decided_on_is_not_made(app: Flask) -> None:
    app.view_functions["review.lost"] = lambda: "open to all"
    app.url_map.add(app.url_rule_class("/lost", endpoint="review.lost"))
    with pytest.raises(access.Unlisted, match=r"say in webapp.access who may open review\.lost"):
        access.install(app)


def test_a_page_that_comes_later_is_open_to_nobody(file: Path) -> None:
    with opened(file, TESTING=False, DEBUG=False) as app:
        app.add_url_rule("/later", "review.later", lambda: "open to all")
        assert app.test_client().get("/later").status_code == 500


def test_the_sources_are_everybody_s_until_somebody_has_an_account(file: Path) -> None:
    with opened(file) as app:
        client = app.test_client()
        assert client.get("/sources").status_code == 200
        assert 'href="/sources"' in client.get("/about").text
        people.add(engines_of(app), "rita")
        assert client.get("/sources").status_code == 303
        assert 'href="/sources"' not in client.get("/about").text


@pytest.mark.parametrize(
    "name, shown",
    [(None, []), ("rita", ["/log", "/signin"]), ("oscar", ["/log", "/sources", "/signin"])],
)
def test_only_pages_that_would_open_are_offered(app: Flask, name: str | None, shown: list[str]) -> None:
    page = client_of(app, name).get("/about").text
    top = page[page.index("<nav") : page.index("</nav>")]
    assert [link for link in ("/log", "/sources", "/signin") if f'href="{link}"' in top] == shown


def test_a_damaged_database_is_told_in_a_page_of_ours(app: Flask, file: Path) -> None:
    client = client_of(app, "rita")
    app.config["TESTING"] = app.debug = False
    engines_of(app).close()
    for each in file.parent.glob("rolecall.sqlite3*"):
        each.write_bytes(b"no database " * 1000)
    answer = client.get("/log")
    assert answer.status_code == 503
    assert 'href="/about"' in answer.text
    assert 'href="/log"' not in answer.text


def test_of_all_pages_only_files_and_feeds_may_be_kept_and_none_tells_where_one_was(saved_app: Flask) -> None:
    client = saved_app.test_client()
    kept = client.post("/follow/keep", data=following.profiled(client)).headers["Location"]
    parts = {"saved": saving.begun(client), "follow": kept}
    for rule in saved_app.url_map.iter_rules():
        token = parts.get(rule.endpoint.split(".")[0], "").rpartition("/")[2]
        known = PARTS | {"job_id": saving.WATER, "token": token}
        with saved_app.test_request_context():
            address = rule.build({name: known[name] for name in rule.arguments})
        assert address is not None
        with client.get(f"{address[1]}?q=calls") as answer:
            public = rule.endpoint in ("static", "follow.feed")
            private = rule.endpoint in ("follow.own_feed", "api.openapi")
            may = "public" if public else "private" if private else "no-store"
            assert answer.headers["Cache-Control"].split(",")[0] == may, rule.endpoint
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert not (public and "Set-Cookie" in answer.headers)
