"""Where the door leads, and what a program's token says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pages
import people
import pytest
from flask import Flask
from people import engines_of, opened

from db import queries, session
from webapp import accounts


@pytest.fixture(scope="module")
def door(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The pages of an installation with members, for tests that count nothing and fail nowhere."""
    with opened(Path(shutil.copy(sqlite_model, tmp_path_factory.mktemp("door")))) as app:
        yield app


@pytest.mark.parametrize("asked", ["/log?who=ruth&since=2026-11-01", "/sources", "/jobs?q=chat", "/"])
def test_the_page_that_was_asked_for_comes_after(door: Flask, asked: str) -> None:
    assert people.sign_in(door.test_client(), "ruth", next=asked).headers["Location"] == asked


def test_the_door_leads_back_to_the_page_that_sent_there(door: Flask) -> None:
    client = door.test_client()
    sent = client.get("/log?who=a%26b&what=c+d")
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"])
    [wanted] = re.findall(r'name="next" value="([^"]+)"', page.text)
    back = people.sign_in(client, "ruth", next=wanted.replace("&amp;", "&")).headers["Location"]
    assert client.get(back).status_code == 200
    assert client.get(back).request.args.to_dict() == {"who": "a&b", "what": "c d"}


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "//evil.example",
        "///evil.example/log",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/log",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/log\r\nSet-Cookie: a=b",
        " /log",
        "log",
        "/no/such/page",
        "/signout",
        "/%2f/evil.example",
        "/./%5cevil.example",
        "/log@evil.example",
        "/" + "x" * 5_000,
    ],
)
def test_the_door_leads_nowhere_else(door: Flask, asked: str) -> None:
    assert people.sign_in(door.test_client(), "ruth", next=asked).headers["Location"] == "/desk"


# --- programs


@pytest.mark.parametrize(
    "scope, scopes",
    [("read", ("read",)), ("decide", ("read", "decide")), ("operate", ("read", "decide", "operate"))],
)
def test_a_token_says_who_asks_and_what_they_may(door: Flask, scope: str, scopes: tuple[str, ...]) -> None:
    token = accounts.new_token()
    with session.writing(engines_of(door)) as db:
        queries.people.add_token(db, "nightly", accounts.digest(token), scope, pages.NOW)
    for shown, who in {
        f"Bearer {token}": accounts.Program("token:nightly", scopes),
        f"bearer  {token}": accounts.Program("token:nightly", scopes),
        f"Bearer {accounts.new_token()}": None,
        f"Bearer {token}x": None,
        f"Bearer {token[:-1]}": None,
        f"Basic {token}": None,
        token: None,
        "Bearer ": None,
        "": None,
    }.items():
        with door.test_request_context(headers={"Authorization": shown}):
            assert accounts.bearer() == who, shown
    with session.writing(engines_of(door)) as db:
        queries.people.revoke(db, "nightly")
    with door.test_request_context(headers={"Authorization": f"Bearer {token}"}):
        assert accounts.bearer() is None
