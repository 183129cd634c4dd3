"""Why a job stands where it does, asked for by its card."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from hypothesis import given, strategies
from lxml import html
from seeking import SPANISH, again, ask
from seeking import why as asked

from webapp.seek import why


def forms(page: Any) -> tuple[str, dict[str, str]]:
    """Where the first card's button leads, and what it sends."""
    read = html.fromstring(page.text)
    address = read.xpath("//button[@data-why]/@formaction")[0]
    return address, {one.get("name"): one.get("value") for one in read.xpath("//form[@id='whys']//input")}


def test_the_page_tells_the_same_number_and_score_as_the_card(client: FlaskClient) -> None:
    page = ask(client)
    for card in pages.cards(page)[:3]:
        told = asked(client, page, card)
        assert told.status_code == 200
        assert f"Why number {card.number} ranks where it does" in pages.words(told)
        assert card.title in pages.words(told)
        assert card.score.rpartition(" ")[2] in pages.words(told)


def test_points_and_what_lowers_them_come_to_the_score(client: FlaskClient) -> None:
    page, lowered = ask(client), 0
    for card in pages.cards(page)[::4]:
        told = pages.words(asked(client, page, card))
        assert "remote area" not in told
        account = re.search(r"in common: ([\d.]+) points\.(.*?) Score (\d+)\.", told)
        assert account
        points = float(account[1])
        for percent in re.findall(r"Lowered by (\d+) %", account[2]):
            points *= 1 - int(percent) / 100
            lowered += 1
        assert abs(points - int(account[3]) - 0.5) < 0.9
    assert lowered


def test_what_is_left_out_or_filtered_holds_there_too(client: FlaskClient) -> None:
    page = again(client, ask(client), out="to.zendesk", place="Columbus, OH")
    told = asked(client, page, pages.cards(page)[0])
    parts = html.fromstring(told.text).xpath("//*[name()='svg']//*[@class='label']/text()")
    assert parts
    assert "Zendesk" not in parts
    assert "there: met" in pages.words(told)


@pytest.mark.parametrize(
    "change, status",
    [
        ({"profile": "forged"}, 400),
        ({"profile": ""}, 400),
        ({"said": "[" * 50_000}, 200),
        ({"said": '[["only"]]'}, 200),
        ({"said": '{"a": 1}'}, 200),
        ({"said": '[["<script>alert(1)</script>", ["concept:la.spanish", "spanish", 7]]]'}, 200),
        ({"pay": "lots", "place": "\x00"}, 200),
    ],
)
def test_a_damaged_form_is_no_error_of_ours(client: FlaskClient, change: dict[str, str], status: int) -> None:
    address, fields = forms(ask(client))
    told = client.post(address, data=fields | change)
    assert told.status_code == status
    assert "<script>alert" not in told.text


@pytest.mark.parametrize("number", ["", "0", "-3", "²", "9" * 5000, "<b>"])
def test_a_number_that_can_be_none_is_left_out(client: FlaskClient, number: str) -> None:
    address, fields = forms(ask(client))
    told = client.post(address.partition("?")[0], query_string={"number": number}, data=fields)
    assert "Why this job ranks where it does" in pages.words(told)


@pytest.mark.parametrize("job", ["0" * 16, "none", "../etc", "é"])
def test_a_job_that_is_not_there_is_not_found(client: FlaskClient, job: str) -> None:
    _, fields = forms(ask(client))
    assert client.post(f"/jobs/{job}/why", data=fields).status_code == 404


def test_a_form_that_is_not_ours_is_refused(client: FlaskClient, tmp_path: Path) -> None:
    config = client.application.config
    address, fields = forms(ask(client))
    with pages.opened(config["DATABASE_URL"], config["INDEX_DIRECTORY"], WTF_CSRF_ENABLED=True) as app:
        assert app.test_client().post(address, data=fields).status_code == 400


@given(strategies.dictionaries(strategies.text(max_size=20), strategies.text(max_size=20), max_size=5))
def test_sentences_are_carried_as_they_were_but_for_what_cannot_be_seen(quotes: dict[str, str]) -> None:
    assert why.carried(why.carry(quotes)).keys() == quotes.keys()
    assert why.carried(why.carry({"to.zendesk": SPANISH})) == {"to.zendesk": SPANISH}
