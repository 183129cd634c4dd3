"""The log: it only grows, it is read a page at a time, and it shows what is in it and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pages
import people
import pytest
from flask.testing import FlaskClient
from lxml import html
from people import engines_of, opened
from sqlalchemy import exc, text

from db import queries, session
from webapp.review import log

EVIL = "<script>alert('subject')</script>\r\n2026-11-21 forged line \u202egnp.exe"


def add(db: Any, number: int, **more: Any) -> int:
    """One of many acts: of three people, of five kinds, an hour apart."""
    who, what = ("ruth", "oscar", "token:nightly")[number % 3], f"kind {number % 5}"
    at = pages.NOW + timedelta(hours=number)
    return queries.acts.add(db, at, who, what, f"job:{number // 2:016x}", **more)


# --- the table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE act SET who = 'nobody'",
        "UPDATE act SET after = NULL WHERE id = 1",
        "DELETE FROM act",
        "DELETE FROM act WHERE id = 1",
        (
            "INSERT INTO act (id, at, who, what, subject) SELECT id, at, who, what, subject FROM act WHERE true"
            " ON CONFLICT (id) DO UPDATE SET who = 'a'"
        ),
        "TRUNCATE act",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_any_of_it(
    engines: session.Engines, statement: str
) -> None:
    if statement.startswith("TRUNCATE") and engines.write.dialect.name == "sqlite":
        pytest.skip("SQLite cannot")
    with session.writing(engines) as db:
        add(db, 1, after={"role": "recruiter"})
        before = queries.acts.page(db, most=10)
    with pytest.raises(exc.IntegrityError, match="the log only grows"), session.writing(engines) as db:
        db.execute(text(statement))
    with session.reading(engines) as db:
        assert queries.acts.page(db, most=10) == before


def test_an_act_is_undone_once_and_a_key_acts_once(engines: session.Engines) -> None:
    with session.writing(engines) as db:
        first = add(db, 1, key="form 1", before={"a": [1, None]}, after={"a": []})
        undo = add(db, 2, undoes=first)
    for again in ({"undoes": first}, {"key": "form 1"}, {"undoes": 99}):
        with pytest.raises(exc.IntegrityError), session.writing(engines) as db:
            add(db, 3, **again)
    with session.writing(engines) as db:
        redo = add(db, 3, undoes=undo)
        found = queries.acts.find(db, first)
        assert found is not None
        assert (found.before, found.after, found.undoes) == ({"a": [1, None]}, {"a": []}, None)
        assert [
            row.id for row in (queries.acts.undoing(db, first), queries.acts.undoing(db, undo)) if row
        ] == [undo, redo]
        assert queries.acts.by_key(db, "form 1") == found
        assert queries.acts.undoing(db, redo) is queries.acts.by_key(db, "form 2") is None


@pytest.mark.parametrize("who", [None, "ruth", "nobody"])
@pytest.mark.parametrize("what", [None, "kind 2"])
@pytest.mark.parametrize("since", [None, pages.NOW + timedelta(hours=7)])
def test_pages_give_every_act_that_a_filter_leaves_once_newest_first(
    log_engines: session.Engines, who: str | None, what: str | None, since: Any
) -> None:
    with session.reading(log_engines) as db:
        every = queries.acts.page(db, most=1000)
        wanted = [
            row
            for row in every
            if who in (None, row.who) and what in (None, row.what) and (since is None or row.at >= since)
        ]
        found: list[Any] = []
        while some := queries.acts.page(
            db, most=7, before=found[-1].id if found else None, who=who, what=what, since=since
        ):
            found += some
    assert len(every) == 40
    assert found == wanted


@pytest.fixture(scope="module")
def log_engines(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[session.Engines]:
    file = shutil.copy(sqlite_model, tmp_path_factory.mktemp("log"))
    engines = session.open_engines(f"sqlite:///{file}")
    with session.writing(engines) as db:
        for number in range(40):
            add(db, number)
    yield engines
    engines.close()


# --- the page


@pytest.fixture(scope="module")
def ruth(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ruth, before a log of two pages and a little, with something hostile in it."""
    with opened(Path(shutil.copy(sqlite_model, tmp_path_factory.mktemp("page")))) as app:
        with session.writing(engines_of(app)) as db:
            queries.acts.add(db, pages.NOW, "command", "user added", EVIL, after={EVIL: EVIL})
            first = add(db, 0, before={"jobs": ["a", "b"], "note": None}, after={"jobs": ["a"]})
            add(db, 1, undoes=first)
            for number in range(2, 2 * log.PAGE + 10):
                add(db, number)
        client = app.test_client()
        people.sign_in(client, "ruth")
        yield client


def shown(client: FlaskClient, address: str) -> list[list[str]]:
    """The cells of each row of the log."""
    read = html.fromstring(client.get(address).text)
    return [[pages.said(cell) for cell in row.xpath("th|td")] for row in read.xpath("//tbody/tr")]


def link(client: FlaskClient, address: str, words: str) -> str:
    [found] = html.fromstring(client.get(address).text).xpath(f"//a[normalize-space()='{words}']/@href")
    return str(found)


def test_the_pages_of_the_log_lead_on_to_its_beginning_and_back(ruth: FlaskClient) -> None:
    address, found = "/log", shown(ruth, "/log")
    for _ in range(2):
        address = link(ruth, address, "Older")
        found += shown(ruth, address)
    assert len(found) == 2 * log.PAGE + 12  # her signing in is the newest
    assert len({tuple(row) for row in found}) == len(found)
    assert "Older" not in ruth.get(address).text
    assert link(ruth, address, "Newest") == "/log"


@pytest.mark.parametrize(
    "asked, rows",
    [
        ("who=ruth&what=kind+2", 14),
        ("who=nobody", 0),
        ("subject=job:0000000000000000", 2),
        ("since=2026-11-29", 30),
        ("since=2027-01-01", 0),
        ("who=&what=&subject=&since=", 100),
        ("who=%00ruth&subject=" + "x" * 3_000, 0),
        ("since=last+week", 100),
        ("since=0001-01-01", 100),
        ("since=9999-12-31", 0),
        ("before=1", 0),
        ("before=" + "9" * 18, 100),
    ],
)
def test_the_log_is_filtered_by_who_what_to_which_and_since(ruth: FlaskClient, asked: str, rows: int) -> None:
    assert len(shown(ruth, f"/log?{asked}")) == rows


@pytest.mark.parametrize("before", ["-1", "0", "x", "1e3", "9" * 19, "٣"])
def test_a_page_that_cannot_be_is_not_found(ruth: FlaskClient, before: str) -> None:
    assert ruth.get("/log", query_string={"before": before}).status_code == 404


def test_a_day_that_cannot_be_read_is_named(ruth: FlaskClient) -> None:
    assert "Write the day as 2026-11-21." in pages.words(ruth.get("/log?since=last+week"))


def test_a_filter_stays_on_the_next_page(ruth: FlaskClient) -> None:
    older = link(ruth, "/log?since=2026-11-22", "Older")
    assert "since=2026-11-22" in older
    assert shown(ruth, older)


def test_what_an_act_changed_and_undid_stands_beside_it(ruth: FlaskClient) -> None:
    undo, first = shown(ruth, "/log?subject=job:0000000000000000")
    assert first[3:] == ["kind 0", "job:0000000000000000", "Before: jobs: a, b; note: none After: jobs: a"]
    assert (first[0], undo[3]) == ("2", "kind 1undoes 2")
    assert shown(ruth, link(ruth, "/log?subject=job:0000000000000000", "undoes 2"))[0] == first


def test_what_stands_in_the_log_is_words_and_no_markup(ruth: FlaskClient) -> None:
    page = ruth.get("/log?who=command").text
    assert "<script>alert(" not in page
    [row] = shown(ruth, "/log?who=command")
    assert "forged line" in row[4]


def test_what_a_visitor_asks_for_is_words_and_no_markup(ruth: FlaskClient) -> None:
    assert "<script>alert(" not in ruth.get("/log", query_string={"subject": EVIL, "since": EVIL}).text
