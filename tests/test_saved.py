from __future__ import annotations

import csv
import io
import logging
import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pages import NOW
from seeking import CALLS, again, ask
from werkzeug.test import TestResponse

from db import queries, session
from db.models import SavedJob
from matcher.lasting import made_id
from webapp.seek import exporting, keeping

WATER, CHAT, DESK = made_id("clearbrook", "w1"), made_id("bakesoft", "c1"), made_id("harborclinic", "d1")
POWER = made_id("northlight", "n0")  # in three towns
HOSTILE = made_id("hostile", "h1")
EVIL = '"><script>alert(1)</script>{{ 7 * 7 }}\u202e'
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample of `pages`; every test has lists of its own in it."""
    folder = tmp_path_factory.mktemp("saved")
    with pages.site(folder, pages.many(60)):
        return folder


def opened(home: Path, **config: Any) -> Any:
    return pages.opened(f"sqlite:///{home}/rolecall.sqlite3", home / "index", **config)


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    with opened(home) as app:
        yield app


@pytest.fixture
def person(app: Flask) -> FlaskClient:
    """A browser of somebody who has saved nothing yet."""
    return app.test_client()


def keep(client: FlaskClient, job: str, state: str = "saved", **fields: str) -> TestResponse:
    """A press on a button beside a job."""
    return client.post(f"/jobs/{job}", data={"state": state, **fields})


def begun(client: FlaskClient, job: str = WATER, state: str = "saved") -> str:
    """The private address of a new list with a job on it."""
    return keep(client, job, state).headers["Location"]


def titles(page: TestResponse, section: str = "") -> list[str]:
    """What stands on a list, or under one of its headings."""
    read = html.fromstring(page.text)
    under = f"//h2[@id='{section}']/following-sibling::*[1]" if section else "/"
    return [pages.said(each) for each in read.xpath(f"{under}/descendant::li[@class='kept']/h3")]


# ---------------------------------------------------------------------------------- the whole way


def test_the_first_save_makes_a_list_and_leads_to_its_private_address(person: FlaskClient) -> None:
    answer = keep(person, WATER)
    assert answer.status_code == 303
    assert re.fullmatch(r"/saved/[\w-]{22}", answer.headers["Location"])
    page = person.get(answer.headers["Location"])
    assert titles(page, "saved") == ["Bilingual Call Center Representative"]
    assert "This page has a private address. Bookmark it" in pages.words(page)


def test_who_looks_saves_nothing_and_gets_no_list(person: FlaskClient) -> None:
    assert person.get("/saved").status_code == 200
    assert keep(person, WATER, "").headers["Location"] == f"/jobs/{WATER}"
    with person.session_transaction() as told:
        assert keeping.KEPT not in told


def test_what_follows_goes_to_the_same_list_and_comes_back_to_the_job(person: FlaskClient) -> None:
    address = begun(person)
    for job, state in ((CHAT, "applied"), (DESK, "hidden")):
        assert keep(person, job, state).headers["Location"] == f"/jobs/{job}"
    page = person.get("/saved", follow_redirects=True)
    assert page.request.path == address
    assert [titles(page, state) for state in ("applied", "saved", "hidden")] == [
        ["Customer Support Specialist (Chat)"],
        ["Bilingual Call Center Representative"],
        ["Patient Services Representative"],
    ]


def test_a_job_s_page_says_what_it_is_and_takes_it_back(person: FlaskClient) -> None:
    begun(person, WATER, "applied")
    page = person.get(f"/jobs/{WATER}")
    assert "Applied on 21 November 2026." in pages.words(page)
    [button] = html.fromstring(page.text).xpath("//button[@data-state='applied']")
    assert (button.get("value"), pages.said(button)) == ("", "Applied")
    keep(person, WATER, button.get("value"))
    assert titles(person.get("/saved", follow_redirects=True)) == []


def test_a_state_keeps_its_day_until_it_changes(app: Flask, home: Path) -> None:
    now = [NOW]
    with opened(home, CLOCK=lambda: now[0]) as later:
        client = later.test_client()
        address = begun(client)
        for hours, state, day in ((24, "saved", "21"), (48, "applied", "23"), (72, "applied", "23")):
            now[0] = NOW + timedelta(hours=hours)
            keep(client, WATER, state)
            assert f"on {day} November 2026." in pages.words(client.get(address))


def test_a_note_is_kept_as_typed_with_its_lines_and_shown_inert(person: FlaskClient) -> None:
    address = begun(person)
    note = f"  Call Ms Ŵ on Monday.\r\n{EVIL}\x00\x1b "
    answer = person.post(f"{address}/{WATER}", data={"state": "saved", "note": note})
    assert answer.headers["Location"] == f"{address}#job-{WATER}"
    read = html.fromstring(person.get(address).text)
    [shown] = read.xpath("//p[@class='note']")
    assert shown.text == f"Call Ms Ŵ on Monday.\n{EVIL}"
    assert not read.xpath("//script[not(@src)]")
    assert read.xpath("//textarea")[0].value.removeprefix("\n") == shown.text


def test_a_note_stays_when_the_state_changes_and_goes_only_from_the_list(person: FlaskClient) -> None:
    address = begun(person)
    person.post(f"{address}/{WATER}", data={"state": "saved", "note": "ask for Ada"})
    for state in ("applied", "hidden", ""):  # a button that was pressed before the note was written
        keep(person, WATER, state)
    page = person.get(address)
    assert (titles(page, "hidden"), "ask for Ada" in page.text) == ([titles(page)[0]], True)
    person.post(f"{address}/{WATER}", data={"state": ""})
    assert titles(person.get(address)) == []


def test_a_note_may_be_long_and_one_too_long_is_shown_again(person: FlaskClient) -> None:
    address = begun(person)
    lines = "line\r\n" * 400  # 2,000 characters as they are kept
    for note, status in ((lines[:-2] + "x", 303), (lines[:-2] + "xx", 400)):
        answer = person.post(f"{address}/{WATER}", data={"state": "applied", "note": note})
        assert answer.status_code == status
    assert "A note may have 2,000 characters: shorten this one." in pages.words(answer)
    [field] = html.fromstring(answer.text).xpath("//textarea[@aria-invalid='true']")
    assert field.value.strip().endswith("xx")


def test_two_tabs_at_once_lose_nothing(app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    cookie = person.get_cookie("rolecall")
    assert cookie is not None
    jobs = [made_id("board", f"b{number}") for number in range(12)]

    def press(job: str) -> None:
        tab = app.test_client()
        tab.set_cookie("rolecall", cookie.value)
        for state in ("saved", "applied", "saved"):
            assert keep(tab, job, state).status_code == 303

    tabs = [threading.Thread(target=press, args=(job,)) for job in (*jobs, *jobs)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(titles(person.get(address), "saved")) == 13


# ---------------------------------------------------------------------------------- among results


def test_what_is_hidden_leaves_the_results_until_it_is_asked_for(person: FlaskClient) -> None:
    first = pages.cards(ask(person, CALLS))
    begun(person, POWER, "hidden")
    page = ask(person, CALLS)
    left = [card.title for card in pages.cards(page)]
    assert "Customer Service Representative - Energy" in [card.title for card in first]
    assert "Customer Service Representative - Energy" not in left, "the other towns of the ad go with it"
    assert "3 jobs that match are left out because you hid them." in pages.words(page)
    shown = again(person, page, hidden="1", begun=pages.carried(page, "begun"))
    assert [card.title for card in pages.cards(shown)] == [card.title for card in first]
    assert "What you hid is shown, too." in pages.words(shown)


def test_other_browsers_see_what_one_hides(app: Flask, person: FlaskClient) -> None:
    begun(person, POWER, "hidden")
    other = pages.cards(ask(app.test_client(), CALLS))
    assert "Customer Service Representative - Energy" in [card.title for card in other]


def test_what_was_saved_and_applied_to_is_marked_on_its_card(person: FlaskClient) -> None:
    begun(person, WATER, "applied")
    keep(person, CHAT)
    read = html.fromstring(ask(person).text)
    pressed = {
        (button.get("formaction"), button.get("data-state"))
        for button in read.xpath("//li[contains(@class, 'card')]//button[@data-state][@value='']")
    }
    assert pressed == {(f"/jobs/{WATER}", "applied"), (f"/jobs/{CHAT}", "saved")}
    assert read.xpath("//form[@id='keep'][@method='post']//input[@name='csrf_token']")
    assert not read.xpath("//form//form")


def test_hiding_on_one_page_moves_no_job_past_the_next(home: Path) -> None:
    now = [NOW]
    with opened(home, CLOCK=lambda: now[0]) as app:
        person = app.test_client()
        first = ask(person, CALLS)
        seen = [card.links[0] for card in pages.cards(first)]
        begun_at = pages.carried(first, "begun")
        following = [card.links[0] for card in pages.cards(again(person, first, page="2", begun=begun_at))]
        now[0] += timedelta(minutes=1)
        for link in seen[:3]:
            person.post(link, data={"state": "hidden"})
        second = again(person, first, page="2", begun=begun_at)
        assert [card.links[0] for card in pages.cards(second)] == following
        back = [card.links[0] for card in pages.cards(again(person, second, page="1", begun=begun_at))]
        assert back == [*seen[3:], *following[:3]]


@pytest.mark.parametrize("told", ["", "x", "-1", "9" * 11, "9" * 400, "١٢"])
def test_a_moment_that_is_none_breaks_no_page(person: FlaskClient, told: str) -> None:
    begun(person, POWER, "hidden")
    assert again(person, ask(person, CALLS), page="2", begun=told).status_code == 200


def test_when_all_that_matches_is_hidden_that_is_said(person: FlaskClient) -> None:
    begun(person, made_id("shop", "s1"), "hidden")
    assert keeping.ALL_HIDDEN in pages.words(ask(person, '"garden shop"'))


# ---------------------------------------------------------------------------------- a private address


def test_a_list_is_for_whoever_has_its_address_and_for_nobody_else(app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    other = app.test_client()
    page = other.get(address)
    assert titles(page) == ["Bilingual Call Center Representative"]
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in page.headers["X-Robots-Tag"]
    with other.session_transaction() as told:  # a link that somebody sends changes no list that one writes on
        assert keeping.KEPT not in told
    assert keep(other, CHAT).headers["Location"] != f"/jobs/{CHAT}", "a list of its own"
    assert titles(person.get(address)) == ["Bilingual Call Center Representative"]


def test_a_list_is_used_in_another_browser_when_one_says_so(app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    other = app.test_client()
    assert "Expires" not in other.post(f"{address}/use").headers["Set-Cookie"]
    keep(other, CHAT)
    assert len(titles(person.get(address))) == 2
    remembered = other.post(f"{address}/use", data={"remember": "1"}).headers["Set-Cookie"]
    assert "Expires=" in remembered
    assert "HttpOnly" in remembered
    assert "SameSite=Lax" in remembered
    assert "Set-Cookie" in other.get(address).headers, "its 60 days begin anew"
    other.post(f"{address}/leave")
    assert other.get("/saved").status_code == 200
    assert titles(person.get(address)), "the list is still there"


WRONG = ["x", "A" * 22, "A" * 4000, "%00", "..", "' OR 1=1 --", "é" * 22, "jobs.csv"]


@pytest.mark.parametrize("token", WRONG)
def test_wrong_addresses_answer_alike(person: FlaskClient, token: str) -> None:
    answers = [
        person.get(f"/saved/{token}"),
        person.get(f"/saved/{token}/jobs.csv"),
        person.post(f"/saved/{token}/use"),
        person.post(f"/saved/{token}/delete"),
        person.post(f"/saved/{token}/{WATER}", data={"state": "saved"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({pages.words(answer).partition("Reference")[0] for answer in answers}) == 1


def test_the_address_is_in_no_log_and_only_its_hash_in_the_database(
    app: Flask, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    address = begun(client)
    token = address.rpartition("/")[2]
    client.get(address)
    client.get(f"{address}/jobs.csv")
    client.post(f"{address}/{WATER}", data={"state": "applied", "note": "n"})
    client.post(f"{address}/nonsense", data={"state": "wrong"})
    assert token not in caplog.text
    assert token.encode() not in b"".join(file.read_bytes() for file in home.glob("rolecall.sqlite3*"))
    outgoing = [link for link in html.fromstring(client.get(address).text).xpath("//a/@href") if "//" in link]
    assert outgoing == []


def test_a_list_that_was_not_opened_for_sixty_days_is_there_no_more(home: Path) -> None:
    now = [NOW]
    with opened(home, CLOCK=lambda: now[0]) as app:
        client, other = app.test_client(), app.test_client()
        address = begun(client)
        for days, status in ((60, 200), (120, 200), (181, 410)):
            now[0] = NOW + timedelta(days=days)
            assert client.get(address).status_code == status, days
        assert (client.get("/saved").status_code, other.get(address).status_code) == (200, 404)


def test_a_browser_whose_list_is_gone_is_told_and_begins_anew(app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    app.test_client().post(f"{address}/delete")
    told = keep(person, CHAT)
    assert (told.status_code, "begin a new list" in told.text) == (410, True)
    assert keep(person, CHAT).headers["Location"].startswith("/saved/")


# ---------------------------------------------------------------------------------- limits, trouble


@pytest.mark.parametrize(
    ("job", "state", "status"),
    [("0" * 16, "saved", 404), ("x", "saved", 404), ("%00", "saved", 404), (WATER, "gone", 400)],
)
def test_what_no_button_sends_is_refused(person: FlaskClient, job: str, state: str, status: int) -> None:
    assert keep(person, job, state).status_code == status
    assert person.post(f"{begun(person)}/{job}", data={"state": state}).status_code == status


def test_a_list_holds_five_hundred_jobs(app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    with session.writing(app.extensions["rolecall"].engines) as db:
        found = queries.saved.find(db, keeping.digest(address.rpartition("/")[2]), NOW)
        assert found is not None
        db.add_all(
            SavedJob(list_id=found.id, job_id=f"{number:016x}", state="saved", since=NOW)
            for number in range(499)
        )
    full = keep(person, CHAT)
    assert (full.status_code, "It holds 500 jobs" in full.text) == (409, True)
    assert keep(person, WATER, "applied").status_code == 303, "what is on it may change"
    page = person.get(address)
    assert (len(titles(page)), "A job that is no longer known here" in page.text) == (500, True)
    person.post(f"{address}/{0:016x}", data={"state": ""})
    assert keep(person, CHAT).status_code == 303


def test_no_form_without_its_token_and_no_look_changes_a_list(home: Path) -> None:
    with opened(home, WTF_CSRF_ENABLED=True, TESTING=False) as app:
        client = app.test_client()
        assert keep(client, WATER).status_code == 400
        token = CSRF.search(client.get(f"/jobs/{WATER}").text)
        assert token is not None
        sent = {"csrf_token": token[1]}
        address = keep(client, WATER, **sent).headers["Location"]
        before = pages.words(client.get(address))
        for path in ("/use", "/leave", "/delete", f"/{WATER}"):
            assert client.post(address + path, data={"state": ""}).status_code == 400
            assert client.get(address + path, query_string=sent).status_code == 405
        assert pages.words(client.get(address)) == before
        assert client.post(f"{address}/delete", data=sent).status_code == 303


def test_lists_are_begun_so_often_an_hour_from_an_address_and_used_on(home: Path) -> None:
    with opened(home, RATE_LIMITS=True, TESTING=False) as app:
        first = app.test_client()
        begun(first)
        assert [keep(app.test_client(), WATER).status_code for _ in range(30)] == [303] * 29 + [429]
        assert keep(first, CHAT).status_code == 303


def test_addresses_cannot_be_tried_one_by_one(home: Path) -> None:
    with opened(home, RATE_LIMITS=True, TESTING=False) as app:
        tried = [app.test_client().get(f"/saved/{number}").status_code for number in range(121)]
        assert tried == [404] * 120 + [429]


def test_a_database_that_somebody_else_writes_gets_a_kind_page(
    app: Flask, home: Path, person: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.05)
    address = begun(person)
    with sqlite3.connect(home / "rolecall.sqlite3", isolation_level=None) as other:
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
    [hostile, water] = csv.DictReader(io.StringIO(answer.text.removeprefix(exporting.UTF_8), newline=""))
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
    assert exporting.inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Agent = I", "$15", "'=1", "2026-11-20"])
def test_a_cell_that_is_a_text_stays_as_it_is(cell: str) -> None:
    assert exporting.inert(cell) == cell


def test_deleting_leaves_nothing_in_any_file(home: Path, app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    secret = "zyzzyva-of-a-note " * 100
    person.post(f"{address}/{WATER}", data={"state": "applied", "note": secret[:2000]})
    files = lambda: b"".join(file.read_bytes() for file in home.glob("rolecall.sqlite3*"))  # noqa: E731
    digest = keeping.digest(address.rpartition("/")[2]).encode()
    assert b"zyzzyva" in files()
    assert digest in files()
    answer = person.post(f"{address}/delete", follow_redirects=True)
    assert "Your list is deleted, with everything that was on it." in pages.words(answer)
    assert b"zyzzyva" not in files()
    assert digest not in files()
    assert person.get(address).status_code == 404
    assert "Your list is deleted" not in pages.words(person.get("/saved")), "said once"
