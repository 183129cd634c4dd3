"""Mails of what is followed: nothing before the address says yes, nobody flooded, and no header but ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import following
import pages
import postoffice
import pytest
from flask import Flask
from flask.testing import FlaskClient
from following import ME, PUBLIC, bytes_of, engines, follows, keep, link, mailed, profiled
from pages import NOW

from crawler import refresh
from db import queries, session
from webapp.seek.follow import mail


@pytest.fixture
def app(made: Path, tmp_path: Path, office: postoffice.Office, clock: dict[str, Any]) -> Iterator[Flask]:
    with following.mailing(made, tmp_path / "site", office, clock) as app:
        yield app


@pytest.fixture
def person(app: Flask) -> FlaskClient:
    return app.test_client()


def test_nothing_is_sent_before_the_address_says_yes(
    person: FlaskClient, app: Flask, office: postoffice.Office
) -> None:
    path = mailed(person, q="spanish calls")
    [asked] = office.came
    assert asked["Subject"] == "Please confirm: new jobs by e-mail"
    assert "spanish" not in asked.as_string()  # anybody may have typed it
    assert "One step is left" in pages.words(person.get(path))
    with session.reading(engines(app)) as db:
        assert queries.follow.mailed(db) == []
    to_confirm = link(asked, "confirm")
    assert "Do you want new jobs" in pages.words(person.get(to_confirm))  # programs open links, too
    with session.reading(engines(app)) as db:
        assert queries.follow.mailed(db) == []
    assert "confirmed" in pages.words(person.post(to_confirm))
    with session.reading(engines(app)) as db:
        assert [row.address for row in queries.follow.mailed(db)] == [ME]
    assert "s…@mail.example" in pages.words(person.get(path))
    assert "is confirmed" in pages.words(person.post(to_confirm))  # a second press does no harm


def test_an_address_that_says_nothing_is_deleted_after_two_days(
    person: FlaskClient, app: Flask, office: postoffice.Office, clock: Any
) -> None:
    mailed(person)
    path = keep(person, **profiled(person, address=ME, every="day"))
    to_confirm = link(office.came[0], "confirm")
    clock["now"] = NOW + timedelta(hours=49)
    assert person.post(to_confirm).status_code == 410
    refresh.forget_unused(engines(app), clock["now"])
    [row] = follows(app)  # the profile, which has a feed
    assert (row.address, row.every) == (None, None)
    assert ME.encode() not in bytes_of(app)
    assert person.get(f"{path}/jobs.atom").status_code == 200


def test_nobody_is_flooded_in_another_s_name(person: FlaskClient, office: postoffice.Office) -> None:
    for address in (ME, ME.upper(), ME.title()):
        mailed(person, address)
    refused = person.post("/follow/keep", data={"q": "chat", "address": ME, "every": "day", "agree": "1"})
    assert (refused.status_code, len(office.came)) == (400, 3)
    mailed(person, "another@mail.example")


@pytest.mark.parametrize("written", ["{}@MAIL.example", "{}+jobs@mail.example"])
def test_who_deletes_and_asks_again_floods_nobody(
    app: Flask, office: postoffice.Office, written: str
) -> None:
    """Each time from another browser, and the address written in another way."""
    codes = []
    for number in range(7):
        client, who = app.test_client(), "Somebody" if number % 2 else "somebody"
        form = {"q": "spanish", "address": written.format(who), "every": "day", "agree": "1"}
        answer = client.post("/follow/keep", data=form)
        codes.append(answer.status_code)
        client.post(f"{answer.headers.get('Location')}/delete")
    assert (codes, len(office.came)) == ([303] * 6 + [429], 6)


def test_where_no_mail_can_be_sent_nothing_is_kept(made: Path, tmp_path: Path) -> None:
    closed = postoffice.Office(port=1).server()
    with following.copied(made, tmp_path / "closed", MAIL=closed, PUBLIC_URL=PUBLIC) as app:
        form = {"q": "spanish", "address": ME, "every": "day", "agree": "1"}
        answer = app.test_client().post("/follow/keep", data=form)
        assert (answer.status_code, follows(app)) == (503, [])
        assert "could not be sent" in pages.words(answer)
        assert ME.encode() not in bytes_of(app)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "somebody",
        "a@b",
        "a@b@c.example",
        "a@mail.example, b@mail.example",
        "a@mail.example\nBcc: all@mail.example",
        "a@mail.example\r\n\r\nBuy!",
        "a b@mail.example",
        "<a@mail.example>",
        '"a\\nb"@mail.example',
        "ä@mail.example",
        "a@mäil.example",
        "a@mail..example",
        "a@-mail.example",
        ".a@mail.example",
        "a..b@mail.example",
        "a@" + "m" * 64 + ".example",
        "a" * 65 + "@mail.example",
        "a@" + "m" * 60 + ("." + "m" * 60) * 4 + ".example",
    ],
)
def test_what_is_no_address_is_written_to_by_nobody(
    still: FlaskClient, office: postoffice.Office, address: str
) -> None:
    office.came.clear()
    form = {"q": "spanish", "address": address, "every": "day", "agree": "1"}
    assert still.post("/follow/keep", data=form).status_code == 400
    assert (follows(still.application), office.came) == ([], [])


@pytest.mark.parametrize(
    "typed, read",
    [(" A.b+c@Mail.Example ", "A.b+c@mail.example"), ("o'neil@mail.example", "o'neil@mail.example")],
)
def test_an_address_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert mail.read_address(typed) == read


@pytest.mark.parametrize("field, value", [("every", "hour"), ("agree", ""), ("every", "")])
def test_how_often_and_consent_are_asked_for(still: FlaskClient, field: str, value: str) -> None:
    form = {"q": "spanish", "address": ME, "every": "day", "agree": "1", field: value}
    page = still.post("/follow/keep", data=form)
    assert page.status_code == 400
    assert ME in page.text  # what was typed is still there
