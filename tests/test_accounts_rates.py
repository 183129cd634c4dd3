"""Passwords cannot be tried one by one: what counts, whose it is, and what a spoofed header changes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import people
import pytest
from flask import Flask
from people import engines_of, opened
from werkzeug.test import TestResponse


@pytest.fixture
def file(sqlite_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_model, tmp_path / "rolecall.sqlite3"))


def tries(app: Flask, number: int, name: str = "ruth", address: str = "192.0.2.7", **more: Any) -> list[int]:
    """The answers to wrong passwords, tried one after the other; the hash of nobody costs as much as any."""
    answers: list[TestResponse] = [
        app.test_client().post(
            "/signin",
            data={"name": name.format(n), "password": "wrong"},
            environ_overrides={"REMOTE_ADDR": address.format(n)},
            **{key: {head: value.format(n) for head, value in each.items()} for key, each in more.items()},
        )
        for n in range(number)
    ]
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers if one.status_code == 429)
    return [one.status_code for one in answers]


TEN = [403] * 10 + [429] * 2
SPOOFED = {
    "headers": {
        "X-Forwarded-For": "203.0.113.{}",
        "Forwarded": "for=203.0.113.{}",
        "X-Real-IP": "203.0.113.{}",
    }
}


@pytest.mark.parametrize(
    "who, proxies, more, answers",
    [
        ({"name": "nobody{}"}, 0, {}, TEN),
        ({"name": "nobody", "address": "192.0.2.{}"}, 0, {}, TEN),
        ({"name": "nobody{}", "address": "192.0.2.{}"}, 0, {}, [403] * 12),
        ({"name": "nobody{}"}, 0, SPOOFED, TEN),
        ({"name": "nobody{}"}, 1, SPOOFED, [403] * 12),
        ({"name": "nobody{}"}, 1, {"headers": {"X-Forwarded-For": "203.0.113.{}, 198.51.100.9"}}, TEN),
    ],
)
def test_the_eleventh_wrong_try_of_an_address_or_under_a_name_is_too_many(
    file: Path, who: dict[str, str], proxies: int, more: Any, answers: list[int]
) -> None:
    """Whatever headers say, unless a proxy of ours says it."""
    with opened(file, RATE_LIMITS=True, PROXIES=proxies) as app:
        assert tries(app, 12, **who, **more) == answers


def test_signing_in_is_limited_where_a_proxy_limits_the_rest(file: Path) -> None:
    with opened(file, RATE_LIMITS=False) as app:
        assert tries(app, 12) == TEN


def test_after_too_many_wrong_ones_the_right_password_has_to_wait_too(file: Path) -> None:
    there: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    right = {"name": "ruth", "password": people.PASSWORD}
    with opened(file) as app:
        assert tries(app, 11, name="nobody{}")[-1] == 429
        assert app.test_client().post("/signin", data=right, **there).status_code == 429
        assert app.test_client().post("/signin", data=right).status_code == 303


def test_a_name_is_the_same_in_any_case(file: Path) -> None:
    with opened(file) as app:
        assert tries(app, 5, "Ruth") + tries(app, 6, " rUTH ", "192.0.2.8") == [403] * 10 + [429]


def test_who_gives_the_right_password_is_not_counted(file: Path) -> None:
    with opened(file, RATE_LIMITS=True) as app:
        people.add(engines_of(app), "rita")
        assert [people.sign_in(app.test_client(), "rita").status_code for _ in range(12)] == [303] * 12
