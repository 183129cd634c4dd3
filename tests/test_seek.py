from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import conftest
import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from test_seek_form import BAD

from db import session
from matcher import search

SPANISH = "Inbound calls in Spanish, Zendesk, payments by phone, three years in a call center"
CALLS = "answering inbound calls, customer service agent"


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with pages.site(tmp_path_factory.mktemp("seek"), pages.many(60)) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def on_postgresql(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with (
        contextmanager(conftest.new_database)(postgresql) as url,
        pages.site(tmp_path_factory.mktemp("seek"), pages.many(60), url) as app,
    ):
        yield app.test_client()


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgresql", marks=pytest.mark.postgres)])
def client(request: pytest.FixtureRequest) -> FlaskClient:
    """The pages over the sample and sixty more jobs, on both databases in turn."""
    found: FlaskClient = request.getfixturevalue(request.param)
    return found


@contextmanager
def guarded(client: FlaskClient) -> Iterator[Flask]:
    """The same pages, which ask of every form that it is ours."""
    config = client.application.config
    with pages.opened(config["DATABASE_URL"], config["INDEX_DIRECTORY"], WTF_CSRF_ENABLED=True) as app:
        yield app


def ask(client: FlaskClient, summary: str = SPANISH, **fields: Any) -> Any:
    return client.post("/jobs", data={"summary": summary, **fields})


def again(client: FlaskClient, shown: Any, **fields: Any) -> Any:
    """The form of a page of results, sent once more."""
    return client.post("/jobs", data={"profile": pages.carried(shown), **fields})


def of(page: Any, words: str) -> pages.Card:
    """The one card whose title has these words."""
    [card] = [card for card in pages.cards(page) if words in card.title]
    return card


# ---------------------------------------------------------------------------------- home


def test_home_says_in_one_sentence_what_this_is_and_how_much_there_is(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert "75 open jobs from 15 sources" in pages.words(page)
    assert "forgotten with the answer" in pages.words(page)


def test_home_asks_for_pay_in_the_currencies_that_jobs_state_the_commonest_first(client: FlaskClient) -> None:
    assert re.findall(r'<option value="([A-Z]{3})"', client.get("/").text) == ["USD", "CAD", "GBP"]


def test_an_empty_database_says_so(engines: session.Engines, database_url: str, tmp_path: Path) -> None:
    search.reindex(engines, tmp_path)
    with pages.opened(database_url, tmp_path) as app:
        client = app.test_client()
        assert "No job can be searched yet" in pages.words(client.get("/"))
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
    assert str(tmp_path) not in page.text


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
    why = re.search(r"Words in common: (\d+)\. Lowered by 15 %: [^.]+\. Score (\d+)\.", best.text)
    assert why
    assert f", score {why[2]} " in best.score
    assert int(why[1]) > int(why[2])
    scores = [int(re.search(r"score (\d+)", card.score)[1]) for card in pages.cards(page)]  # type: ignore[index]
    assert scores == sorted(scores, reverse=True)


def test_what_was_read_of_the_text_is_said(client: FlaskClient) -> None:
    [read] = re.findall(r"What we found in your text:(.*?)</details>", ask(client).text, re.S)
    assert [words for words in ("3 years", "Spanish", "Zendesk") if f">{words}<" not in read] == []


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


# ---------------------------------------------------------------------------------- filters and counts


def test_a_filter_keeps_what_does_not_state_it_and_says_how_many(client: FlaskClient) -> None:
    everything = ask(client, CALLS)
    page = again(client, everything, remote="1")
    said = pages.words(page)
    remote = r"(\d+) say they are remote; a job that names a town and says nothing .*?; (\d+) name no place and stay"
    says, silent = map(int, re.search(remote, said).groups())  # type: ignore[union-attr]
    assert says >= 2
    assert silent >= 1
    assert re.search(remote, pages.words(everything)).groups() == (str(says), str(silent))  # type: ignore[union-attr]
    titles = [card.title for card in pages.cards(page)]
    assert pages.HOSTILE in titles  # says nothing of its place
    assert "Complaints Handler" not in titles
    assert re.search(r"your filters hide \d+ of them", said)


def test_pay_is_compared_in_its_currency_and_silence_passes(client: FlaskClient) -> None:
    paid = "lead a contact center of agents, French for bank customers, the power bill and its tariff"
    page = again(client, ask(client, paid), pay="30", per="hour", currency="USD")
    titles = [card.title for card in pages.cards(page)]
    assert "Contact Center Manager" in titles
    assert not any("Energy" in title for title in titles)
    assert any("French" in title for title in titles)  # in Canadian dollars
    assert re.search(r"1 pays that much; \d+ more are shown although their pay is missing", pages.words(page))
    assert "pay could not be compared" in of(page, "French").text
    assert "pay could not be compared" not in of(page, "Manager").text
    assert '<option value="USD" selected>' in page.text
    assert 'value="30"' in page.text


def test_kinds_of_employment_have_counts(client: FlaskClient) -> None:
    page = again(client, ask(client, CALLS), employment=["PART_TIME", "CONTRACTOR"])
    assert 'value="PART_TIME" checked' in page.text
    assert re.search(r"Part time\s*[1-9]", pages.words(page))
    assert "Chat" not in " ".join(card.title for card in pages.cards(page))


def test_a_place_keeps_what_is_there(client: FlaskClient) -> None:
    page = again(client, ask(client, CALLS), place="Ohio")
    titles = [card.title for card in pages.cards(page)]
    assert any("Energy" in title for title in titles)
    assert "Patient Services Representative" not in titles
    assert re.search(r"\d+ there, \d+ do not say where", pages.words(page))


def test_when_nothing_passes_each_filter_says_what_it_takes_away(client: FlaskClient) -> None:
    page = ask(client, "the tariff", place="Ohio", pay="90", per="hour", currency="USD")
    said = pages.words(page)
    assert page.status_code == 200
    assert "No job passes the filters" in said
    assert "Leave out the minimum pay to see 3 jobs." in said
    assert "Leave out the place" not in said  # there would be none, too
    assert pages.cards(page) == []


def test_a_place_that_no_job_names_is_said(client: FlaskClient) -> None:
    shown = ask(client, CALLS)
    page = again(client, shown, place="Guam")
    assert "No open job names “Guam”" in pages.words(page)
    assert "do not say where they are" in pages.words(page)
    assert pages.cards(page)  # those that name no place
    assert "No open job names" not in pages.words(again(client, shown, place="Ohio"))
    assert "No open job names" not in pages.words(again(client, shown, place="Ohio", pay="900", per="hour"))


def test_a_number_of_a_page_is_of_the_list_that_showed_it(client: FlaskClient) -> None:
    shown = ask(client, CALLS)
    made = pages.carried(shown, "made")
    assert pages.cards(again(client, shown, made=made, page="2"))[0].number == "26"
    changed = again(client, shown, made=made, page="2", pay="10")
    assert pages.cards(changed)[0].number == "1"
    assert pages.carried(changed, "made") != made


# ---------------------------------------------------------------------------------- what leads away


def test_what_leads_away_from_the_answer_to_a_form_opens_beside_it(client: FlaskClient) -> None:
    for page, beside in ((client.get("/"), False), (client.get("/about"), False), (ask(client), True)):
        frame = re.findall(r'<a [^>]*href="/(?:about|sources|about#privacy)?"[^>]*>', page.text)
        frame = [link for link in frame if "Start over" not in page.text.partition(link)[2][:40]]
        assert len(frame) >= 4
        assert {"target=" in link for link in frame} == {beside}


def test_home_is_the_current_page_when_it_comes_again(client: FlaskClient) -> None:
    current = r'<a href="/"[^>]* aria-current="page">Home'
    for page in (client.get("/"), client.post("/jobs")):
        assert re.search(current, page.text)
    assert not re.search(current, ask(client).text)


def test_a_page_with_problems_says_so_in_its_title_and_leads_to_the_fields(client: FlaskClient) -> None:
    for page in (ask(client, pay="lots"), again(client, ask(client), pay="lots")):
        assert "<title>Problem: " in page.text
        assert '<a href="#pay">Write only the number' in page.text
    assert "Problem" not in ask(client).text


# ---------------------------------------------------------------------------------- pages


def test_pages_hold_the_same_order_and_scores_as_one_list(client: FlaskClient) -> None:
    first = ask(client, CALLS)
    total = int(re.search(r"1 to 25 of (\d+)", pages.words(first))[1])  # type: ignore[index]
    assert total > 60
    rows = pages.cards(first)
    for page in range(2, -(-total // 25) + 1):
        rows += pages.cards(again(client, first, page=str(page)))
    assert [row.number for row in rows] == [str(n + 1) for n in range(total)]
    scores = [int(re.search(r"score (\d+)", row.score)[1]) for row in rows]  # type: ignore[index]
    assert scores == sorted(scores, reverse=True)
    assert len({row.links[0] for row in rows}) == total
    assert pages.cards(again(client, first)) == pages.cards(first)
    assert pages.carried(again(client, first)) == pages.carried(first)


def test_a_page_beyond_the_end_is_the_last(client: FlaskClient) -> None:
    first = ask(client, CALLS)
    last = again(client, first, page="999999")
    assert last.status_code == 200
    assert pages.cards(last)[-1].number == re.search(r"of (\d+)", pages.words(last).partition(" to ")[2])[1]  # type: ignore[index]


def test_apply_stands_before_the_buttons_of_pages_so_that_enter_goes_to_the_first(
    client: FlaskClient,
) -> None:
    text = ask(client, CALLS).text
    assert text.index(">Apply</button>") < text.index('name="page"')


# ---------------------------------------------------------------------------------- privacy


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
