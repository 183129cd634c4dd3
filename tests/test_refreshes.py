"""Refreshes as an operator sees them: their sums, when the next is due or late, the room, what is confirmed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pages
import people
import pytest
from flask.testing import FlaskClient
from lxml import html
from pages import NOW, opened

from db import lease, queries, session
from webapp import refreshes, room

BEGAN = NOW - timedelta(hours=9)
DAY = timedelta(days=1)
DUE: list[datetime] = []  # when a refresh is due, whatever the last one


@pytest.fixture(params=pages.DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    with opened(database_url, tmp_path / "index", NEXT_NIGHT=lambda began: DUE[0]) as app:
        DUE[:] = [NOW + timedelta(hours=15)]
        yield app.test_client()


def ran(engines: session.Engines, name: str, began: datetime, state: str = "complete", **sums: int) -> int:
    """A source had a run of ten minutes, or has one that goes on; its id."""
    with session.writing(engines) as db:
        found = queries.sources.find(db, [name]).get(name) or queries.sources.add(db, name, "greenhouse")
        run = queries.sources.start_run(db, found.id, began)
        if state != "running":
            queries.sources.finish_run(db, run, began + timedelta(minutes=10), state, sums)
        return run


def words(client: FlaskClient) -> str:
    answer = client.get("/refreshes")
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub("<[^>]*>", " ", main)).split())


def test_without_a_refresh_the_page_says_what_to_do_and_what_is_taken(client: FlaskClient) -> None:
    told = words(client)
    assert "Nothing has been crawled yet Run rolecall refresh ." in told
    assert "Index 0.0 MiB Shelf 0.0 MiB Free, where the index lies" in told


def test_each_day_has_the_sums_of_its_refreshes_and_a_day_without_one_says_so(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, "a", BEGAN - 2 * DAY, read=1200, new=1200)
    for name in ("a", "b"):
        ran(engines, name, BEGAN, read=10, new=3, changed=2, dropped=5, closed=4)
    told = words(client)
    assert "Began on Found New Changed Closed Dropped 21 Nov 2026 20 6 4 8 10" in told
    assert "20 Nov 2026 no refresh 19 Nov 2026 1,200 1,200 0 0 0 18 Nov 2026 no refresh" in told
    [picture] = html.fromstring(client.get("/refreshes").text).xpath("//svg[contains(@class, 'series')]")
    assert len(picture.xpath(".//rect")) == 2 + 2 + 1 + 1 + 1
    assert "Found at most 1,200 New at most 1,200 Changed at most 4" in pages.said(picture)


def test_a_night_that_goes_well_says_when_and_when_the_next_is_due(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, "a", BEGAN)
    told = words(client)
    assert "began on 21 November 2026, 03:00 UTC and read its last source 8 hours ago." in told
    assert "The next is due on 22 November 2026, 03:00 UTC." in told
    assert "late" not in told


def test_a_night_that_is_late_is_said_aloud(client: FlaskClient, engines: session.Engines) -> None:
    ran(engines, "a", BEGAN - DAY)
    DUE[:] = [NOW - refreshes.GRACE]
    assert "late" not in words(client)
    DUE[:] = [BEGAN]
    told = words(client)
    assert "The next refresh is late It was due on 21 November 2026, 03:00 UTC, 9 hours ago, and" in told
    ran(engines, "a", BEGAN, "running")  # one that goes on is not late
    assert "late" not in words(client)
    assert "A refresh goes on since 21 November 2026, 03:00 UTC." in words(client)


def test_a_night_without_anything_read_is_not_the_last_good_one(
    client: FlaskClient, engines: session.Engines
) -> None:
    for days, state in ((2, "complete"), (1, "failed"), (0, "blocked")):
        ran(engines, "a", BEGAN - days * DAY, state)
    told = words(client)
    assert "The last refresh, on 21 November 2026, 03:00 UTC, read nothing." in told
    assert "The last good one began on 19 November 2026, 03:00 UTC, 2 days ago." in told


def hour(began: datetime, **told: Any) -> Any:
    """A row of `queries.nights.by_hour`."""
    sums = dict.fromkeys(refreshes.SERIES, 1)
    return SimpleNamespace(
        **{"began": began, "ended": began, "sources": 1, "good": 1, "running": 0, **sums, **told}
    )


@pytest.mark.parametrize(
    "hours_ago, nights",
    [
        ([], []),
        ([0], [1]),
        ([0, 1, 11], [3]),
        ([0, 12], [1, 1]),
        ([0, 11, 13, 24], [2, 2]),
        ([0, 24, 25, 48], [1, 2, 1]),
    ],
)
def test_hours_of_one_night_are_put_together(hours_ago: list[int], nights: list[int]) -> None:
    found = refreshes.put_together(hour(NOW - timedelta(hours=ago)) for ago in hours_ago)
    assert [night.sources for night in found] == nights
    assert [night.sums["read"] for night in found] == nights
    assert [night.began for night in found] == sorted((night.began for night in found), reverse=True)


def test_a_night_ends_with_its_last_source() -> None:
    rows = [hour(NOW, running=1, ended=None), hour(NOW - timedelta(hours=1))]
    assert refreshes.put_together(rows)[0].ended is None
    assert refreshes.put_together([hour(NOW), *rows[1:]])[0].ended == NOW


def test_the_room_that_is_taken_is_told_in_units_that_people_know(tmp_path: Path) -> None:
    (tmp_path / "index" / "1").mkdir(parents=True)
    (tmp_path / "index" / "1" / "terms").write_bytes(b"x" * 2**20)
    (tmp_path / "index" / "current").write_bytes(b"x" * 2**19)
    assert room._folder(tmp_path / "index") == 2**20 + 2**19
    assert room._folder(tmp_path / "none") == 0
    assert room.free(tmp_path / "not" / "yet") > 0
    assert [room.in_words(size) for size in (0, 2**20, 3 * 2**29)] == ["0.0 MiB", "1.0 MiB", "1.5 GiB"]


@pytest.fixture
def operator(sqlite_model: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    """An operator who has signed in, over a database in which a source holds 12 of its 20 listings."""
    file = Path(shutil.copy(sqlite_model, tmp_path / "rolecall.sqlite3"))
    with opened(f"sqlite:///{file}", tmp_path / "index") as app:
        engines = people.engines_of(app)
        for name in ("oscar", "rita"):
            people.add(engines, name, "operator" if name == "oscar" else "recruiter")
        items = [pages.posting("acme", str(n), "Call Center Agent", pages.METERS) for n in range(20)]
        pages.read(engines, *items, at=BEGAN - 3 * DAY)
        ran(engines, "acme", BEGAN, "partial", held=20, open_before=20)
        client = app.test_client()
        people.sign_in(client, "oscar")
        yield client


def asked(client: FlaskClient) -> dict[str, str]:
    """What the form of the held closures sends."""
    [form] = html.fromstring(client.get("/sources").text).xpath("//form[@action='/sources/confirm']")
    return dict(form.form_values())


def state(client: FlaskClient) -> tuple[int, int]:
    """How many listings are open, and how many acts of confirming the log has."""
    with session.reading(people.engines_of(client.application)) as db:
        acts = queries.acts.page(db, most=100, what="confirmed")
        return queries.sources.open_listings(db).get("acme", 0), len(acts)


def test_what_is_held_closes_at_one_click_once_and_the_log_says_who(operator: FlaskClient) -> None:
    form = asked(operator)
    for said in ("Closed 20 listings of acme", "nothing of 'acme' is held any more"):
        answer = operator.post("/sources/confirm", data=form, follow_redirects=True)
        assert said in pages.words(answer)
        assert state(operator) == (0, 1)
    with session.reading(people.engines_of(operator.application)) as db:
        [act] = queries.acts.page(db, most=9, what="confirmed")
    assert (act.who, act.subject, act.before, act.after) == ("oscar", "acme", {"held": 20}, {"closed": 20})
    assert "/sources/confirm" not in operator.get("/sources").text


def test_what_another_night_held_since_is_not_closed_for_what_was_seen(operator: FlaskClient) -> None:
    form = asked(operator)
    ran(people.engines_of(operator.application), "acme", BEGAN + timedelta(hours=5), "partial", held=3)
    answer = operator.post("/sources/confirm", data=form, follow_redirects=True)
    assert "Nothing was changed" in pages.words(answer)
    assert state(operator) == (20, 0)


def test_while_a_refresh_is_at_work_nothing_is_confirmed(operator: FlaskClient) -> None:
    with lease.held(people.engines_of(operator.application), "refresh"):
        answer = operator.post("/sources/confirm", data=asked(operator), follow_redirects=True)
    assert "another run holds the lease: refresh" in pages.words(answer)
    assert state(operator) == (20, 0)


@pytest.mark.parametrize(
    "form, status",
    [({}, 400), ({"run": "x"}, 400), ({"run": "1" * 30}, 400), ({"source": "\0", "run": "1"}, 303)],
)
def test_an_odd_form_changes_nothing(operator: FlaskClient, form: dict[str, str], status: int) -> None:
    assert operator.post("/sources/confirm", data=form).status_code == status
    assert state(operator) == (20, 0)


def test_a_recruiter_and_a_stranger_confirm_nothing(operator: FlaskClient) -> None:
    form, client = asked(operator), operator.application.test_client()
    assert client.post("/sources/confirm", data=form).status_code == 401
    people.sign_in(client, "rita")
    assert client.post("/sources/confirm", data=form).status_code == 403
    assert state(operator) == (20, 0)
