"""The door: who gets in and for how long, and what nobody learns there."""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pages
import people
import pytest
from flask import Flask
from flask.testing import FlaskClient
from people import NOW, engines_of, opened
from sqlalchemy import event, update

from db import models, queries, session
from webapp import accounts, passwords

NOBODY_S = passwords.NOBODY_S  # before any test makes it cheap
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def file(sqlite_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_model, tmp_path / "rolecall.sqlite3"))


@pytest.fixture
def app(file: Path) -> Iterator[Flask]:
    with opened(file) as app:
        yield app


@pytest.fixture(scope="module")
def door(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same for tests that count nothing and fail nowhere."""
    with opened(Path(shutil.copy(sqlite_model, tmp_path_factory.mktemp("door")))) as app:
        yield app


@pytest.fixture
def guarded(file: Path) -> Iterator[Flask]:
    """As in production."""
    with opened(file, TESTING=False, WTF_CSRF_ENABLED=True, RATE_LIMITS=True) as app:
        yield app


def rows(app: Flask, table: Any) -> list[Any]:
    with session.reading(engines_of(app)) as db:
        return list(db.execute(table.__table__.select()))


def ruth(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert people.sign_in(client, "ruth").status_code == 303
    return client


def inside(client: FlaskClient) -> bool:
    return client.get("/log").status_code == 200


def form(client: FlaskClient, path: str = "/signin") -> str:
    found = TOKEN.search(client.get(path).text)
    assert found
    return found[1]


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("rolecall")
    assert found
    return found.value


# --- in and out


@pytest.mark.parametrize("name", ["ruth", " Ruth ", "RUTH"])
def test_who_gives_the_right_password_is_in_and_goes_to_the_desk(door: Flask, name: str) -> None:
    client = door.test_client()
    assert not inside(client)
    answer = people.sign_in(client, name)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert inside(client)
    assert "You are signed in as ruth, recruiter." in pages.words(client.get("/signin"))


def test_who_signs_out_is_out_and_so_is_a_copy_of_the_cookie(app: Flask) -> None:
    client, copy = ruth(app), app.test_client()
    copy.set_cookie("rolecall", cookie(client))
    assert inside(copy)
    answer = client.post("/signout", follow_redirects=True)
    assert "You are signed out." in pages.words(answer)
    assert (inside(client), inside(copy), rows(app, models.Sitting)) == (False, False, [])
    assert client.post("/signout").status_code == 303


def test_the_cookie_s_random_number_is_stored_as_a_hash_only(app: Flask) -> None:
    client = ruth(app)
    with client.session_transaction() as kept:
        token = kept[accounts.SITTING]
    assert len(token) == 22  # 128 bits in letters
    assert [row.digest for row in rows(app, models.Sitting)] == [hashlib.sha256(token.encode()).hexdigest()]


def test_a_list_of_saved_jobs_outlasts_signing_in_and_out(door: Flask) -> None:
    client = door.test_client()
    with client.session_transaction() as kept:
        kept["saved"] = "x" * 22
    people.sign_in(client, "ruth")
    client.post("/signout")
    with client.session_transaction() as kept:
        assert kept["saved"] == "x" * 22


@pytest.mark.parametrize(
    "after, use_every, still",
    [
        (timedelta(hours=11, minutes=59), None, True),
        (timedelta(hours=12, minutes=1), None, False),
        (timedelta(days=6, hours=23), timedelta(hours=11), True),
        (timedelta(days=7, minutes=1), timedelta(hours=11), False),
    ],
)
def test_a_sitting_ends_after_twelve_idle_hours_or_seven_days(
    app: Flask, after: timedelta, use_every: timedelta | None, *, still: bool
) -> None:
    client = ruth(app)
    while use_every and NOW[0] + use_every < pages.NOW + after:
        NOW[0] += use_every
        assert inside(client)
    NOW[0] = pages.NOW + after
    assert inside(client) is still


def test_what_has_ended_is_deleted_when_somebody_signs_in(app: Flask) -> None:
    ruth(app)
    NOW[0] += timedelta(days=8)
    ruth(app)
    assert [row.began_at for row in rows(app, models.Sitting)] == [NOW[0]]


def test_use_is_noted_every_five_minutes_and_nobody_waits_for_it(app: Flask) -> None:
    client = ruth(app)
    for minutes, noted in ((4, 0), (6, 6), (10, 6), (12, 12)):
        NOW[0] = pages.NOW + timedelta(minutes=minutes)
        assert inside(client)
        assert [row.used_at for row in rows(app, models.Sitting)] == [pages.NOW + timedelta(minutes=noted)]
    NOW[0] += timedelta(minutes=6)
    with session.writing(engines_of(app)):
        assert inside(client)


@pytest.mark.parametrize("how", ["disabled", "another password"])
def test_who_is_disabled_or_gets_another_password_is_out_at_once(app: Flask, how: str) -> None:
    client = ruth(app)
    with session.writing(engines_of(app)) as db:
        found = queries.people.find(db, "ruth")
        assert found
        if how == "disabled":
            queries.people.set_disabled(db, found.id, pages.NOW)
        else:
            queries.people.set_password(db, found.id, passwords.hashed("a lamp beside the door"))
    assert not inside(client)
    assert people.sign_in(client, "ruth").status_code == 403


def test_a_cookie_s_sitting_dies_with_the_disabled_even_if_its_row_stays(app: Flask) -> None:
    client = ruth(app)
    with session.writing(engines_of(app)) as db:
        db.execute(update(models.Person).values(disabled_at=pages.NOW))
    assert rows(app, models.Sitting)
    assert not inside(client)


# --- forgery and fixation


def test_a_form_of_another_site_signs_nobody_in_or_out(guarded: Flask) -> None:
    client = guarded.test_client()
    assert people.sign_in(client, "ruth").status_code == 400
    assert people.sign_in(client, "ruth", csrf_token=form(client)).status_code == 303
    assert client.post("/signout").status_code == 400
    assert inside(client)


def test_a_session_that_somebody_knew_before_is_of_no_use_to_them(guarded: Flask) -> None:
    victim, stranger = guarded.test_client(), guarded.test_client()
    known = form(stranger)
    planted = cookie(stranger)
    victim.set_cookie("rolecall", planted)
    assert people.sign_in(victim, "ruth", csrf_token=known).status_code == 303
    assert inside(victim)
    assert cookie(victim) != planted
    assert not inside(stranger)
    assert victim.post("/signout", data={"csrf_token": known}).status_code == 400
    assert inside(victim)


def test_signing_in_again_ends_the_sitting_before(app: Flask) -> None:
    client, copy = ruth(app), app.test_client()
    copy.set_cookie("rolecall", cookie(client))
    people.sign_in(client, "ruth")
    assert (inside(client), inside(copy), len(rows(app, models.Sitting))) == (True, False, 1)


@pytest.mark.parametrize("scheme, secure", [("http", False), ("https", True)])
def test_the_cookie_is_for_our_pages_only(door: Flask, scheme: str, *, secure: bool) -> None:
    answer = door.test_client().post(
        "/signin", data={"name": "ruth", "password": people.PASSWORD}, base_url=f"{scheme}://localhost"
    )
    [said] = answer.headers.getlist("Set-Cookie")
    flags = set(said.split("; ")[1:])
    assert flags == {"HttpOnly", "Path=/", "SameSite=Lax", *(["Secure"] if secure else [])}
    assert answer.headers["Cache-Control"] == "no-store"


# --- what nobody learns

WRONG = {
    "wrong password": ("ruth", "four walls and a pot"),
    "no password": ("ruth", ""),
    "endless password": ("ruth", "four walls " * 5_000),
    "unknown": ("nobody", people.PASSWORD),
    "no name": ("\0 ' OR 1=1 --", people.PASSWORD),
    "no name at all": ("", ""),
    "disabled, right password": ("dora", people.PASSWORD),
    "disabled, wrong password": ("dora", "four walls and a pot"),
}


def test_unknown_wrong_and_disabled_are_told_and_worked_on_alike(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the method that holds in production, whose work is only counted here, as are its transactions."""
    worked: list[Any] = []
    real = hashlib.scrypt

    def counted(password: bytes, *, n: int, r: int, p: int, **named: Any) -> bytes:
        worked.append((n, r, p))
        return real(password, **named | {"n": 2, "r": r, "p": p})

    monkeypatch.setattr(hashlib, "scrypt", counted)
    told = {}
    with opened(file, method=passwords.METHOD) as app:
        event.listen(engines_of(app).write, "begin", lambda _: worked.append("writes"), insert=True)
        for case, (name, password) in WRONG.items():
            worked.clear()
            answer = people.sign_in(app.test_client(), name, password)
            assert answer.status_code == 403
            told[case] = (pages.words(answer), *worked)
        assert rows(app, models.Sitting) == []
        assert people.sign_in(app.test_client(), "ruth").status_code == 303
    assert len(set(told.values())) == 1
    assert told["unknown"][1:] == ((32768, 8, 3), "writes")


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_unknown_and_known_names_take_the_same_time(file: Path) -> None:
    """Medians of sixty tries in turn, while nobody writes: less than a tenth apart."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    with opened(file, method=passwords.METHOD) as app:
        for number in range(6):  # ten tries under a name, and then it waits
            people.add(engines_of(app), f"known{number}", method=passwords.METHOD)
        for number in range(60):
            for kind, each in took.items():
                began = time.perf_counter()
                answer = app.test_client().post(
                    "/signin",
                    data={"name": f"{kind}{number % 6}", "password": "wrong"},
                    environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
                )
                each.append(time.perf_counter() - began)
                assert answer.status_code == 403
    medians = {kind: statistics.median(each) for kind, each in took.items()}
    assert max(medians.values()) < 1.1 * min(medians.values()), medians


def test_nobody_s_hash_asks_for_the_same_work_as_somebody_s() -> None:
    nobody_s, somebody_s = NOBODY_S.split("$"), passwords.hashed("x").split("$")
    assert nobody_s[0] == somebody_s[0] == passwords.METHOD
    assert len(nobody_s[2]) == len(somebody_s[2])


def test_neither_names_nor_passwords_are_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name, password in WRONG.values():
        people.sign_in(app.test_client(), name, password)
    ruth(app)
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "sign in refused" in said
    assert not [word for word in ("ruth", "dora", "walls", "OR 1=1") if word in said]


def test_a_name_that_was_typed_is_words_and_no_markup(app: Flask) -> None:
    page = people.sign_in(app.test_client(), '"><script>alert(1)</script>').text
    assert "<script>alert" not in page


def test_a_crowd_at_the_door_is_told_to_come_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    for _ in range(passwords.AT_ONCE):
        passwords._turn.acquire()
    try:
        assert people.sign_in(app.test_client(), "ruth").status_code == 503
    finally:
        for _ in range(passwords.AT_ONCE):
            passwords._turn.release()
    assert people.sign_in(app.test_client(), "ruth").status_code == 303


# --- what the log tells


def test_the_log_tells_who_came_and_went_and_in_whose_name_somebody_was_refused(app: Flask) -> None:
    client = ruth(app)
    client.post("/signout")
    client.post("/signout")
    for name, password in WRONG.values():
        people.sign_in(app.test_client(), name, password)
    with session.reading(engines_of(app)) as db:
        acts = queries.acts.page(db, most=50)[::-1]
    assert [(act.who, act.what, act.subject) for act in acts] == [
        ("ruth", "signed in", "ruth"),
        ("ruth", "signed out", "ruth"),
        *(("anyone", "sign in refused", name) for name, _ in WRONG.values() if name in ("ruth", "dora")),
    ]
    assert not [act for act in acts if act.before or act.after]


def test_who_is_refused_waits_for_no_writer(app: Flask) -> None:
    with session.writing(engines_of(app)):
        assert [people.sign_in(app.test_client(), name, "wrong").status_code for name in ("ruth", "eve")] == [
            403,
            403,
        ]
