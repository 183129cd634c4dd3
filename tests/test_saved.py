from __future__ import annotations

import logging
import re
import threading
from datetime import timedelta
from pathlib import Path

import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pages import NOW
from saving import CHAT, DESK, HOSTILE, WATER, begun, keep, opened, titles

from matcher.lasting import made_id
from webapp.seek import keeping

EVIL = '"><script>alert(1)</script>{{ 7 * 7 }}\u202e'


def test_the_first_save_makes_a_list_and_leads_to_its_private_address(person: FlaskClient) -> None:
    answer = keep(person, WATER)
    assert answer.status_code == 303
    assert re.fullmatch(r"/saved/[\w-]{22}", answer.headers["Location"])
    page = person.get(answer.headers["Location"])
    assert titles(page, "saved") == ["Bilingual Call Center Representative"]
    assert "This page has a private address. Bookmark it" in pages.words(page)
    assert "This is your new list" in pages.words(page)
    assert "This is your new list" not in pages.words(person.get("/saved", follow_redirects=True))


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


def test_a_state_keeps_its_day_until_it_changes(saved_app: Flask, saved_home: Path) -> None:
    now = [NOW]
    with opened(saved_home, CLOCK=lambda: now[0]) as later:
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


def test_a_hostile_posting_is_inert_on_a_list(person: FlaskClient) -> None:
    address = begun(person, HOSTILE)
    for state in ("saved", "applied", "hidden"):
        keep(person, HOSTILE, state)
        read = html.fromstring(person.get(address).text)
        assert not read.xpath("//script[not(@src)] | //img | //@onerror | //@onmouseover | //@style")
        assert [link for link in read.xpath("//a/@href") if not link.startswith(("/", "#"))] == []
        assert "{{ 7 * 7 }}" in pages.said(read.xpath("//li[@class='kept']/h3")[0])


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


def test_two_tabs_at_once_lose_nothing(saved_app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    cookie = person.get_cookie("rolecall")
    assert cookie is not None
    jobs = [made_id("board", f"b{number}") for number in range(12)]

    def press(job: str) -> None:
        tab = saved_app.test_client()
        tab.set_cookie("rolecall", cookie.value)
        for state in ("saved", "applied", "saved"):
            assert keep(tab, job, state).status_code == 303

    tabs = [threading.Thread(target=press, args=(job,)) for job in (*jobs, *jobs)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(titles(person.get(address), "saved")) == 13


# ---------------------------------------------------------------------------------- a private address


def test_a_list_is_for_whoever_has_its_address_and_for_nobody_else(
    saved_app: Flask, person: FlaskClient
) -> None:
    address = begun(person)
    other = saved_app.test_client()
    page = other.get(address)
    assert titles(page) == ["Bilingual Call Center Representative"]
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in page.headers["X-Robots-Tag"]
    with other.session_transaction() as told:  # a link that somebody sends changes no list that one writes on
        assert keeping.KEPT not in told
    assert keep(other, CHAT).headers["Location"] != f"/jobs/{CHAT}", "a list of its own"
    assert titles(person.get(address)) == ["Bilingual Call Center Representative"]


def test_a_list_is_used_in_another_browser_when_one_says_so(saved_app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    other = saved_app.test_client()
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
    saved_app: Flask, saved_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = saved_app.test_client()
    address = begun(client)
    token = address.rpartition("/")[2]
    client.get(address)
    client.get(f"{address}/jobs.csv")
    client.post(f"{address}/{WATER}", data={"state": "applied", "note": "n"})
    client.post(f"{address}/nonsense", data={"state": "wrong"})
    assert token not in caplog.text
    assert token.encode() not in b"".join(file.read_bytes() for file in saved_home.glob("rolecall.sqlite3*"))
    outgoing = [link for link in html.fromstring(client.get(address).text).xpath("//a/@href") if "//" in link]
    assert outgoing == []


def test_a_list_that_was_not_opened_for_sixty_days_is_there_no_more(saved_home: Path) -> None:
    now = [NOW]
    with opened(saved_home, CLOCK=lambda: now[0]) as app:
        client, other = app.test_client(), app.test_client()
        address = begun(client)
        for days, status in ((60, 200), (120, 200), (181, 410)):
            now[0] = NOW + timedelta(days=days)
            assert client.get(address).status_code == status, days
        assert (client.get("/saved").status_code, other.get(address).status_code) == (200, 404)


def test_a_browser_whose_list_is_gone_is_told_and_begins_anew(saved_app: Flask, person: FlaskClient) -> None:
    address = begun(person)
    saved_app.test_client().post(f"{address}/delete")
    told = keep(person, CHAT)
    assert (told.status_code, "begin a new list" in told.text) == (410, True)
    assert keep(person, CHAT).headers["Location"].startswith("/saved/")
