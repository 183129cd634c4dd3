from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from pages import NOW
from saving import CHAT, POWER, WATER, begun, keep, opened
from seeking import CALLS, again, ask

from matcher.lasting import made_id
from webapp.seek import keeping


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


def test_other_browsers_see_what_one_hides(saved_app: Flask, person: FlaskClient) -> None:
    begun(person, POWER, "hidden")
    other = pages.cards(ask(saved_app.test_client(), CALLS))
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


def test_hiding_on_one_page_moves_no_job_past_the_next(saved_home: Path) -> None:
    now = [NOW]
    with opened(saved_home, CLOCK=lambda: now[0]) as app:
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
