from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path

import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pages import NOW
from saving import CHAT, HOSTILE, WATER, begun, keep, opened, titles

from crawler import refresh
from db import queries, session
from db.models import SavedJob
from webapp import cells
from webapp.seek import private

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.mark.parametrize(
    ("job", "state", "status"),
    [("0" * 16, "saved", 404), ("x", "saved", 404), ("%00", "saved", 404), (WATER, "gone", 400)],
)
def test_what_no_button_sends_is_refused(person: FlaskClient, job: str, state: str, status: int) -> None:
    assert keep(person, job, state).status_code == status
    assert person.post(f"{begun(person)}/{job}", data={"state": state}).status_code == status


def test_a_list_holds_five_hundred_jobs(saved_app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    with session.writing(saved_app.extensions["rolecall"].engines) as db:
        found = queries.saved.find(db, private.digest(address.rpartition("/")[2]), NOW)
        assert found is not None
        db.add_all(
            SavedJob(list_id=found.id, job_id=f"{number:016x}", state="saved", since=NOW)
            for number in range(499)
        )
    full = keep(person, CHAT)
    assert (full.status_code, "Your list holds 500 jobs" in full.text) == (409, True)
    assert keep(person, WATER, "applied").status_code == 303, "what is on it may change"
    page = person.get(address)
    assert (len(titles(page)), "A job that is no longer known here" in page.text) == (500, True)
    person.post(f"{address}/{0:016x}", data={"state": ""})
    assert keep(person, CHAT).status_code == 303


def test_no_form_without_its_token_and_no_look_changes_a_list(saved_home: Path) -> None:
    with opened(saved_home, WTF_CSRF_ENABLED=True, TESTING=False) as app:
        client = app.test_client()
        assert keep(client, WATER).status_code == 400
        token = CSRF.search(client.get(f"/jobs/{WATER}").text)
        assert token is not None
        sent = {"csrf_token": token[1]}
        address = keep(client, WATER, **sent).headers["Location"]
        client.get(address)  # it says once that the list is new
        before = pages.words(client.get(address))
        for path in ("/use", "/leave", "/delete", f"/{WATER}"):
            assert client.post(address + path, data={"state": ""}).status_code == 400
            assert client.get(address + path, query_string=sent).status_code == 405
        assert pages.words(client.get(address)) == before
        assert client.post(f"{address}/delete", data=sent).status_code == 303


def test_lists_are_begun_so_often_an_hour_from_an_address_and_used_on(saved_home: Path) -> None:
    with opened(saved_home, RATE_LIMITS=True, TESTING=False) as app:
        first = app.test_client()
        begun(first)
        assert [keep(app.test_client(), WATER).status_code for _ in range(30)] == [303] * 29 + [429]
        assert keep(first, CHAT).status_code == 303


def test_addresses_cannot_be_tried_one_by_one(saved_home: Path) -> None:
    with opened(saved_home, RATE_LIMITS=True, TESTING=False) as app:
        tried = [app.test_client().get(f"/saved/{number}").status_code for number in range(121)]
        assert tried == [404] * 120 + [429]


def test_a_database_that_somebody_else_writes_gets_a_kind_page(
    saved_app: Flask, saved_home: Path, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "PATIENCE", 0.05)
    address = begun(person)
    with sqlite3.connect(saved_home / "rolecall.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = keep(person, CHAT)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "30")
        assert "Rolecall is busy or being updated" in busy.text
        assert person.get(address).status_code == 200, "reading goes on"
        other.execute("ROLLBACK")
    other.close()
    assert keep(person, CHAT).status_code == 303


# ---------------------------------------------------------------------------------- export, deletion


def test_an_export_is_a_table_with_all_that_a_list_says(person: FlaskClient) -> None:
    address = begun(person, WATER, "applied")
    person.post(f"{address}/{WATER}", data={"state": "applied", "note": "=1+1\nsecond line, with “quotes”"})
    keep(person, HOSTILE)
    answer = person.get(f"{address}/jobs.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    [hostile, water] = csv.DictReader(io.StringIO(answer.text.removeprefix(cells.UTF_8), newline=""))
    assert water == {
        "state": "applied",
        "since": "2026-11-21",
        "title": "Bilingual Call Center Representative",
        "organization": "Clearbrook Water",
        "place": "Columbus, OH",
        "pay": "USD 18.50 to 21 an hour" if "USD" in water["pay"] else "$18.50 - $21.00 an hour",
        "posted": "2026-11-20",
        "now": "open",
        "note": "'=1+1\nsecond line, with “quotes”",
        "address": "https://clearbrook.example/jobs/w1",
    }
    assert hostile["address"] == "", "no address that a browser may not be sent to"


FORMULAS = [*(f"{sign}cmd|' /C calc'!A0" for sign in "=+-@\t\r\n＝＋－＠"), " =1+1", "\u00a0=1", "\n=1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert cells.inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Agent = I", "$15", "'=1", "2026-11-20"])
def test_a_cell_that_is_a_text_stays_as_it_is(cell: str) -> None:
    assert cells.inert(cell) == cell


def test_deleting_leaves_nothing_in_any_file(saved_home: Path, saved_app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    secret = "zyzzyva-of-a-note " * 100
    person.post(f"{address}/{WATER}", data={"state": "applied", "note": secret[:2000]})
    files = lambda: b"".join(file.read_bytes() for file in saved_home.glob("rolecall.sqlite3*"))  # noqa: E731
    digest = private.digest(address.rpartition("/")[2]).encode()
    assert b"zyzzyva" in files()
    assert digest in files()
    answer = person.post(f"{address}/delete", follow_redirects=True)
    assert "Your list is deleted, with everything that was on it." in pages.words(answer)
    assert b"zyzzyva" not in files()
    assert digest not in files()
    assert person.get(address).status_code == 404
    assert "Your list is deleted" not in pages.words(person.get("/saved")), "said once"


def test_what_a_reader_keeps_in_the_log_is_gone_after_the_night(
    saved_home: Path, saved_app: Flask, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "PATIENCE", 0.05)
    address = begun(person)
    person.post(f"{address}/{WATER}", data={"state": "saved", "note": "quagga-of-a-note"})
    reader = sqlite3.connect(saved_home / "rolecall.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM saved_list").fetchall()
    assert person.post(f"{address}/delete").status_code == 303
    assert b"quagga" in (saved_home / "rolecall.sqlite3-wal").read_bytes()
    reader.close()
    refresh.forget_unused(saved_app.extensions["rolecall"].engines, NOW)
    assert b"quagga" not in b"".join(file.read_bytes() for file in saved_home.glob("rolecall.sqlite3*"))
