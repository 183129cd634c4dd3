from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from seeking import CALLS, SPANISH, again, ask, of, why
from test_seek_form import BAD

from db import session
from matcher import search


@contextmanager
def guarded(client: FlaskClient) -> Iterator[Flask]:
    """The same pages, which ask of every form that it is ours."""
    config = client.application.config
    with pages.opened(config["DATABASE_URL"], config["INDEX_DIRECTORY"], WTF_CSRF_ENABLED=True) as app:
        yield app


# ---------------------------------------------------------------------------------- home


def test_home_says_in_one_sentence_what_this_is_and_how_much_there_is(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert "75 open jobs from 15 sources" in pages.words(page)
    assert "forgotten with the answer" in pages.words(page)


def test_home_asks_for_pay_in_the_currencies_that_jobs_state_the_commonest_first(client: FlaskClient) -> None:
    assert re.findall(r'<option value="([A-Z]{3})"', client.get("/").text) == ["USD", "CAD", "GBP"]


@pytest.mark.parametrize(
    "language, first", [("en-GB,en;q=0.9", "GBP"), ("fr-CA", "CAD"), ("ca", "USD"), ("en-IN", "USD")]
)
def test_the_currency_of_where_a_reader_is_comes_first(
    client: FlaskClient, language: str, first: str
) -> None:
    page = client.get("/", headers={"Accept-Language": language})
    assert re.findall(r'<option value="([A-Z]{3})"', page.text)[0] == first


def test_an_empty_database_says_so(engines: session.Engines, database_url: str, tmp_path: Path) -> None:
    search.reindex(engines, tmp_path)
    with pages.opened(database_url, tmp_path) as app:
        client = app.test_client()
        told = pages.words(client.get("/"))
        assert "No job can be searched yet" in told
        assert "Kind of employment" not in told  # no job says any: there is nothing to tick
        page = ask(client)
    assert page.status_code == 200
    assert "There is nothing to search yet" in pages.words(page)
    assert "add a few lines" not in pages.words(page)


def test_without_an_index_home_stands_and_results_wait(database_url: str, tmp_path: Path) -> None:
    with pages.opened(database_url, tmp_path / "none") as app:
        client = app.test_client()
        assert client.get("/").status_code == 200
        page = ask(client)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "There is nothing to search yet" in pages.words(page)
    assert str(tmp_path) not in page.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_index_of_another_version_is_no_new_installation(
    engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    built = search.reindex(engines, tmp_path)
    meta = tmp_path / built.name / "meta.json"
    meta.write_text(meta.read_text().replace('"format": ', '"format": 9'))
    with pages.opened(database_url, tmp_path) as app:
        client = app.test_client()
        assert "Rolecall is being brought up to date" in pages.words(client.get("/"))
        page = ask(client)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "30")
    assert "Rolecall is busy or being updated" in pages.words(page)


def test_the_address_of_results_leads_home_without_a_form(client: FlaskClient) -> None:
    page = client.get("/jobs")
    assert (page.status_code, page.headers["Location"]) == (302, "/")
    assert page.headers["Cache-Control"] == "no-store"


# ---------------------------------------------------------------------------------- what is asked with


def test_nothing_given_is_said_and_what_must_hold_is_kept(client: FlaskClient) -> None:
    page = client.post("/jobs", data={"summary": " \n", "place": "Ohio", "remote": "1", "per": "month"})
    assert page.status_code == 400
    assert "Paste a few lines on your work" in pages.words(page)
    assert 'value="Ohio"' in page.text
    assert 'name="remote" value="1" checked' in page.text
    assert '<option value="month" selected>' in page.text


def test_a_new_text_comes_before_the_profile_that_travelled(client: FlaskClient) -> None:
    first = ask(client, "French and Salesforce in a bank")
    page = client.post("/jobs", data={"profile": pages.carried(first), "summary": SPANISH})
    assert pages.cards(page) == pages.cards(ask(client))
    assert pages.cards(page) != pages.cards(first)


def test_a_text_without_a_word_of_work_is_said_and_kept(client: FlaskClient) -> None:
    for text, words, status in (
        ("the 12 of it", "No word of this text names work", 400),
        ("zyzzyva", "No open job shares", 200),
    ):
        page = ask(client, text)
        assert page.status_code == status
        assert words in pages.words(page)
        assert f">{text}</textarea>" in page.text.replace("\n", "")


@pytest.mark.parametrize("field", ["forged", "eyJ0.abc", "\x00", "é" * 1000])
def test_a_damaged_profile_begins_anew(client: FlaskClient, field: str) -> None:
    page = client.post("/jobs", data={"profile": field, "place": "Ohio"})
    assert page.status_code == 400
    assert "paste your text once more" in pages.words(page)
    assert 'name="profile"' not in page.text
    assert 'value="Ohio"' in page.text


@pytest.mark.parametrize("name, value, words", BAD)
def test_a_field_that_cannot_be_read_is_said_where_the_person_came_from(
    client: FlaskClient, name: str, value: str, words: str
) -> None:
    home = ask(client, **{"place": "Ohio", name: value})
    assert home.status_code == 400
    assert words in pages.words(home)
    assert f">{SPANISH}</textarea>" in home.text.replace("\n", "")
    results = again(client, ask(client), **{name: value})
    assert results.status_code == 400
    assert words in pages.words(results)
    assert "is left out of this list until it is mended" in pages.words(results)
    assert pages.cards(results) == pages.cards(ask(client))


def test_a_file_that_was_sent_with_a_bad_field_must_be_chosen_again(client: FlaskClient) -> None:
    page = client.post("/jobs", data={"resume": (BytesIO(b"calls"), "me.txt"), "pay": "lots"})
    assert page.status_code == 400
    assert "Choose your file once more" in pages.words(page)


def test_a_long_text_is_refused_in_words_however_the_form_comes(client: FlaskClient) -> None:
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        page = client.post("/jobs", data={"summary": "call " * 21_000}, content_type=kind)
        assert page.status_code == 413
        assert "100 kB" in pages.words(page)


@pytest.mark.parametrize(
    "kind, body",
    [
        ("application/x-www-form-urlencoded", b"summary=%ff%fe&place=\xff\xfe&page=%00"),
        ("application/x-www-form-urlencoded", b"&".join([b"employment=X"] * 5000)),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="summary"\r\n\r\nca',
        ),
        ("application/json", b'{"summary": "calls"}'),
        ("text/plain; charset=utf-16", b"\xff"),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_no_error_of_ours(
    client: FlaskClient, kind: str, body: bytes
) -> None:
    assert client.post("/jobs", data=body, content_type=kind).status_code == 400


def test_a_form_that_is_not_ours_ranks_nothing_and_loses_nothing(client: FlaskClient) -> None:
    with guarded(client) as app:
        person = app.test_client()
        page = ask(person, place="Ohio")
        assert page.status_code == 400
        assert "Please send it once more" in pages.words(page)
        assert "What we read of your text is still here" not in pages.words(page)
        assert f">{SPANISH}</textarea>" in page.text.replace("\n", "")
        token = pages.carried(page, "csrf_token")
        assert ask(person, place="Ohio", csrf_token=token).status_code == 200
        assert ask(app.test_client(), csrf_token=token).status_code == 400  # another browser's
        lost = again(person, ask(person, csrf_token=token))
        assert "What we read of your text is still here" in pages.words(lost)
        kept = {"profile": pages.carried(lost), "csrf_token": pages.carried(lost, "csrf_token")}
        assert person.post("/jobs", data=kept).status_code == 200


# ---------------------------------------------------------------------------------- what is shown


def test_a_pasted_summary_gives_ranked_jobs_with_reasons(client: FlaskClient) -> None:
    page = ask(client)
    assert page.status_code == 200
    best = pages.cards(page)[0]
    assert (best.number, best.title) == ("1", "Bilingual Call Center Representative")
    assert best.score.startswith(("Strong match", "Good match"))
    assert "Clearbrook Water, Columbus, OH $18.50 - $21.00 an hour, full time, posted yesterday" in best.text
    assert "Also at feeds.example, mirror.example" in best.text
    scores = [int(re.search(r"score (\d+)", card.score)[1]) for card in pages.cards(page)]  # type: ignore[index]
    assert scores == sorted(scores, reverse=True)


def test_what_was_read_of_the_text_is_said(client: FlaskClient) -> None:
    [read] = re.findall(r"We read:(.*?)</section>", ask(client).text, re.S)
    assert [words for words in ("3 years", "Spanish", "Zendesk") if words not in read] == []


def test_a_job_lies_behind_a_link_that_opens_beside_the_list(client: FlaskClient) -> None:
    page = ask(client)
    [link] = re.findall(r'<a href="(/jobs/\w+)" target="_blank" rel="noopener">', page.text)[:1]
    assert client.get(link).status_code == 200
    assert "Jobs open in a new tab" in pages.words(page)


def test_a_campaign_is_one_card_with_its_places(client: FlaskClient) -> None:
    page = ask(client, "inbound calls about the power, the tariff and the bill of households")
    card = of(page, "Energy")
    assert "and 2 more places" in card.text
    assert len({link for link in card.links if link.startswith("/jobs/")}) == 3
    for town in ("Columbus, OH", "Toledo, OH", "Dayton, OH"):
        assert town in card.text


def test_what_a_job_does_not_state_is_said(client: FlaskClient) -> None:
    card = of(ask(client, "greet patients at the front desk of a clinic"), "Patient Services")
    assert "pay not stated" in card.text
    assert "first seen today" in card.text
    assert "place not stated" in of(ask(client, CALLS), "<script>").text


def test_what_lowers_a_score_is_said(client: FlaskClient) -> None:
    page = ask(client, "easy inbound calls from home, no experience")
    assert re.search(r"Credibility .*commission", of(page, "Work From Home").text, re.I)
    card = of(page, "Work From Home")
    said = pages.words(why(client, page, card))
    told = re.search(r"What you have in common: ([\d.]+) points\. Lowered by \d+ %: .+\. Score (\d+)\.", said)
    assert told
    assert card.score.endswith(f", score {told[2]}")
    assert float(told[1]) > int(told[2])
    assert (
        "Levela manager’s job; the text shows no management experience"
        in of(ask(client, "contact center of agents"), "Manager").text
    )


def test_weak_matches_are_not_praised(client: FlaskClient) -> None:
    clinic = ask(client, "greet patients at the front desk of a clinic")
    assert "None of these is a close match" not in pages.words(clinic)
    others = again(client, clinic, employment="FULL_TIME")
    assert pages.cards(others)[0].score.startswith("Weak match")
    assert "None of these is a close match" in pages.words(others)


def test_a_hostile_posting_is_inert_and_bounded(client: FlaskClient) -> None:
    page = ask(client, "inbound calls in Spanish and Dutch, note them in Zendesk, call center agent")
    assert page.status_code == 200
    assert pages.HOSTILE in of(page, "<script>").title
    assert "&lt;script&gt;" in page.text
    for words in ("<script>", "<img", "<b ", 'href="javascript:', "[broken", "\u202e", "\u200b", "x" * 400):
        assert words not in page.text.replace("<script src", ""), words
    assert "49" not in of(page, "{{").title
    assert len(of(page, "very").title) <= 300
    assert max(len(card.text) for card in pages.cards(page)) < 4000


def test_nothing_of_a_text_is_in_a_log_a_cookie_an_address_or_a_title(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "Quillonette Vandersplice"
    with caplog.at_level(logging.DEBUG), guarded(client) as app:
        person = app.test_client()
        token = pages.carried(person.get("/"), "csrf_token")
        answers = [
            ask(person, f"{canary}\n{SPANISH}\n2019 - 2022 agent", csrf_token=token),
            ask(person, canary, csrf_token=token),
            ask(person, canary, csrf_token=token, place=canary, pay=canary),
            ask(person, canary),
            person.post("/jobs", data={"resume": (BytesIO(b""), f"{canary}.pdf"), "csrf_token": token}),
            person.post("/jobs", data={"profile": canary, "csrf_token": token}),
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 400, 400, 400, 400]
    assert "quillonette" not in caplog.text.lower()
    for answer in answers:
        title = re.search(r"<title>(.*?)</title>", answer.text)
        assert title
        assert "uillonette" not in title[1] + str(answer.headers)
        assert answer.headers["Cache-Control"] == "no-store"
    assert "uillonette" not in answers[0].text
