"""`rolecall user` and `rolecall token`: what they add, refuse, show and log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from db import queries, session
from webapp import accounts, passwords

GOOD = "four walls and a kettle"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that costs little: what it costs in earnest is tested with the door."""
    monkeypatch.setattr(passwords, "METHOD", "scrypt:1024:8:1")


@pytest.fixture
def home(sqlite_model: Path, tmp_path: Path) -> Path:
    """Where `run` has its database, which is there already."""
    (tmp_path / "here").mkdir()
    shutil.copy(sqlite_model, tmp_path / "here" / "rolecall.sqlite3")
    return tmp_path / "here"


def asked(run: Run, *words: str, password: str = GOOD, again: str | None = None, code: int = 0) -> Result:
    """`rolecall user …`, with a password typed twice."""
    return run("user", *words, text=f"{password}\n{password if again is None else again}\n", code=code)


def read(home: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """Everybody, all tokens, and the log from its beginning."""
    engines = session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")
    with session.reading(engines) as db:
        found = queries.people.everybody(db), queries.people.tokens(db), queries.acts.page(db, most=50)[::-1]
    engines.close()
    return found


def listed(run: Run, group: str) -> list[dict[str, Any]]:
    return json.loads(run(group, "list", "--format", "json").stdout)


def test_somebody_is_added_with_a_password_that_is_nowhere_to_be_read(run: Run, home: Path) -> None:
    done = asked(run, "add", "Ruth", "--role", "recruiter")
    assert "added: ruth signs in as recruiter" in done.stdout
    assert GOOD not in done.output
    [one] = read(home)[0]
    assert (one.name, one.role, one.disabled_at) == ("ruth", "recruiter", None)
    assert one.password.startswith("scrypt:")
    assert passwords.right(GOOD, one.password)
    assert GOOD.encode() not in b"".join(file.read_bytes() for file in home.glob("rolecall.sqlite3*"))


def test_the_password_has_no_option_and_no_argument(run: Run, home: Path) -> None:
    assert (
        "no such option"
        in run("user", "add", "ruth", "--role", "operator", "--password", GOOD, code=2).stderr.lower()
    )
    assert "unexpected extra argument" in run("user", "password", "ruth", GOOD, code=2).stderr


@pytest.mark.parametrize(
    "password, why",
    [
        ("short", "12 to 200 characters"),
        ("", ""),
        ("é" * 11, "12 to 200 characters"),
        ("x1y2z3" * 40, "12 to 200 characters"),
        ("password1234", "among the first"),
        ("Password-Password", "among the first"),
        ("123456789012", "among the first"),
        ("qwertyuiopas", "among the first"),
        ("aaaaaaaaaaaaaa", "among the first"),
        ("ruthruthruth2026", "among the first"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(run: Run, home: Path, password: str, why: str) -> None:
    done = asked(run, "add", "ruth", "--role", "recruiter", password=password, code=1)
    assert why in done.stderr
    assert read(home) == ([], [], [])


@pytest.mark.parametrize(
    "password",
    [GOOD, "x7#9$2!4%1@8&3~6", "correct horse monkey lamp", "grüße an die küche", "84-91-07-33-62-15"],
)
def test_any_other_will_do(password: str) -> None:
    assert passwords.problem(password, "ruth") == ""


def test_one_password_can_be_typed_on_two_keyboards() -> None:
    assert passwords.right("caf\u00e9 on the corner", passwords.hashed("cafe\u0301 on the corner"))


def test_two_different_passwords_are_no_password(run: Run, home: Path) -> None:
    done = asked(run, "add", "ruth", "--role", "recruiter", again="four walls and a pot", code=1)
    assert "do not match" in done.output
    assert read(home)[0] == []


@pytest.mark.parametrize("name", ["", "-x", "two words", "a\nb", "r" * 61, "ruth;", "Ærø", "token:x"])
def test_a_name_that_cannot_be_is_refused(run: Run, home: Path, name: str) -> None:
    for words in (
        ("user", "add", "--role", "recruiter"),
        ("token", "add", "--scope", "read"),
        ("user", "disable"),
    ):
        assert "is no name" in run(*words, "--", name, code=2).stderr
    assert read(home) == ([], [], [])


def test_nobody_is_added_twice(run: Run, home: Path) -> None:
    asked(run, "add", "ruth", "--role", "recruiter")
    assert "there is a ruth already" in asked(run, "add", "RUTH", "--role", "operator", code=1).stderr
    run("token", "add", "ruth", "--scope", "read")
    assert "there is a token ruth already" in run("token", "add", "ruth", "--scope", "read", code=1).stderr
    assert [len(each) for each in read(home)] == [1, 1, 2]


def test_who_is_disabled_and_enabled_keeps_name_and_password(run: Run, home: Path) -> None:
    asked(run, "add", "ruth", "--role", "recruiter")
    before = read(home)[0]
    assert "disabled: ruth" in run("user", "disable", "ruth").stdout
    assert "disabled already: ruth" in run("user", "disable", "ruth").stdout
    [row] = listed(run, "user")
    assert (row["name"], row["disabled_at"][:10]) == ("ruth", "2026-11-21")
    run("user", "enable", "ruth")
    assert read(home)[0] == before


def test_another_password_takes_the_place_of_the_first(run: Run, home: Path) -> None:
    asked(run, "add", "ruth", "--role", "recruiter")
    asked(run, "password", "ruth", password="a lamp beside the door")
    [one] = read(home)[0]
    assert passwords.right("a lamp beside the door", one.password)
    assert not passwords.right(GOOD, one.password)


@pytest.mark.parametrize(
    "words", [("user", "password"), ("user", "disable"), ("user", "enable"), ("token", "revoke")]
)
def test_whoever_is_not_there_is_named(run: Run, home: Path, words: tuple[str, ...]) -> None:
    assert "ruth" in run(*words, "ruth", code=1).stderr
    assert read(home)[2] == []


def test_a_token_is_shown_once_and_kept_as_a_hash(run: Run, home: Path) -> None:
    shown = run("token", "add", "nightly", "--scope", "decide").stdout.strip()
    assert len(shown) == len("rolecall_") + 43
    secret = shown.removeprefix("rolecall_").encode()
    assert secret not in b"".join(file.read_bytes() for file in home.glob("rolecall.sqlite3*"))
    assert shown not in run("token", "list").output
    assert [(row["name"], row["scope"]) for row in listed(run, "token")] == [("nightly", "decide")]
    engines = session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")
    with session.reading(engines) as db:
        assert queries.people.token(db, accounts.digest(shown)) == ("nightly", "decide")
    engines.close()
    run("token", "revoke", "nightly")
    assert read(home)[1] == []


def test_everything_is_in_the_log_and_no_secret(run: Run, home: Path) -> None:
    asked(run, "add", "ruth", "--role", "operator")
    asked(run, "password", "ruth", password="a lamp beside the door")
    run("user", "disable", "ruth")
    run("user", "enable", "ruth")
    run("token", "add", "nightly", "--scope", "read")
    run("token", "revoke", "nightly")
    log = read(home)[2]
    assert [(act.who, act.what, act.subject, act.before, act.after) for act in log] == [
        ("command", "user added", "ruth", None, {"role": "operator"}),
        ("command", "password set", "ruth", None, None),
        ("command", "user disabled", "ruth", None, None),
        ("command", "user enabled", "ruth", None, None),
        ("command", "token added", "token:nightly", None, {"scope": "read"}),
        ("command", "token revoked", "token:nightly", {"scope": "read"}, None),
    ]


def test_a_role_is_changed_and_whoever_has_it_signs_in_anew(run: Run, home: Path) -> None:
    asked(run, "add", "ruth", "--role", "recruiter")
    engines = session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")
    with session.writing(engines) as db:
        found = queries.people.find(db, "ruth")
        assert found
        queries.people.sit(db, "d" * 64, found.id, datetime(2026, 11, 21, tzinfo=UTC))
    assert run("user", "role", "Ruth", "operator").stdout == "operator: ruth\n"
    assert run("user", "role", "ruth", "operator").stdout == "operator already: ruth\n"
    everybody, _, log = read(home)
    assert [one.role for one in everybody] == ["operator"]
    assert [(act.who, act.what, act.before, act.after) for act in log[1:]] == [
        ("command", "role set", {"role": "recruiter"}, {"role": "operator"})
    ]
    with session.reading(engines) as db:
        assert queries.people.sitting(db, "d" * 64, datetime(2026, 11, 21, tzinfo=UTC)) is None
    engines.close()
    assert "nobody called" in run("user", "role", "eve", "operator", code=1).stderr
    assert "owner" in run("user", "role", "ruth", "owner", code=2).stderr


def test_both_databases_seat_and_unseat_people_alike(engines: session.Engines) -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with session.writing(engines) as db:
        assert not queries.people.anybody(db)
        ids = [queries.people.add(db, name, "recruiter", "hash", now) for name in ("ruth", "Zoe", "anna")]
        assert queries.people.anybody(db)
        for digest, person, began in (
            ("a", 0, now),
            ("b", 0, now),
            ("c", 1, now - timedelta(days=8)),
            ("d", 1, now),
        ):
            queries.people.sit(db, digest, ids[person], began)
    with session.writing(engines) as db:
        assert [row.name for row in queries.people.everybody(db)] == ["Zoe", "anna", "ruth"]
        assert [bool(queries.people.sitting(db, digest, now)) for digest in "abcd"] == [
            True,
            True,
            False,
            True,
        ]
        queries.people.rise(db, "a")
        queries.people.use(db, "b", now + timedelta(hours=10))
        later = now + timedelta(hours=13)
        assert [bool(queries.people.sitting(db, digest, later)) for digest in "abcd"] == [
            False,
            True,
            False,
            False,
        ]
        queries.people.set_disabled(db, ids[0], now)
        assert queries.people.sitting(db, "b", now) is None
        queries.people.add_token(db, "t", "digest", "read", now)
        assert queries.people.token(db, "digest") == ("t", "read")
        assert [queries.people.revoke(db, "t") for _ in range(2)] == ["read", None]
