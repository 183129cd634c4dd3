"""What was read of a person, shown on the pages and edited there."""

from __future__ import annotations

import re
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from lxml import html
from seeking import SPANISH, again, ask

from matcher import parsing, profile, quoting

CHECKED = {"summary": SPANISH, "check": "1"}


def options(page: Any) -> dict[str, str]:
    """What each thing that was read is given, by its label."""
    return {
        select.get("aria-label").removesuffix(" counts"): select.xpath("option[@selected]")[0].text
        for select in html.fromstring(page.text).xpath("//select[@name='weigh']")
    }


def best(page: Any) -> list[tuple[str, str]]:
    return [(card.title, card.score) for card in pages.cards(page)]


def test_what_was_read_is_shown_before_anything_is_ranked_each_with_its_sentence(client: FlaskClient) -> None:
    page = client.post("/jobs", data=CHECKED)
    assert page.status_code == 200
    assert "What we read" in pages.words(page)
    assert pages.cards(page) == []
    assert options(page)["Spanish"] == options(page)["Zendesk"] == "as read"
    assert "Inbound calls in Spanish" in pages.words(page)
    assert 'name="years" form="asked" value="3"' in page.text


def test_what_is_changed_there_ranks_and_the_filters_go_along(client: FlaskClient) -> None:
    checked = client.post("/jobs", data={**CHECKED, "place": "Ohio"})
    assert 'value="Ohio"' in checked.text
    plain = again(client, checked)
    weighed = again(client, checked, weigh=["out:la.spanish", "more:to.zendesk", ""])
    assert best(weighed) != best(plain)
    assert options(weighed)["Spanish"] == "leave out"
    assert options(weighed)["Zendesk"] == "more"
    assert "Spanish" not in re.findall(r"We read:(.*?)<span", weighed.text, re.S)[0]
    back = again(client, weighed, weigh=["", ""])
    assert best(back) == best(plain)


def test_what_is_given_travels_in_the_signed_field_and_nowhere_else(client: FlaskClient) -> None:
    weighed = again(client, ask(client), weigh="out:la.spanish")
    later = again(client, weighed, remote="")  # without the fields of the profile
    assert options(later)["Spanish"] == "leave out"
    assert best(later) == best(weighed)
    assert weighed.headers.getlist("Set-Cookie") == []


def test_what_is_missing_is_added_and_shown(client: FlaskClient) -> None:
    page = again(client, ask(client), add="French, Salesforce")
    assert {"French", "Salesforce"} <= options(page).keys()
    assert best(page) != best(ask(client))


def test_years_and_degree_are_set_and_what_they_then_lack_is_said(client: FlaskClient) -> None:
    first = ask(client, "call center manager, coach, plan shifts; live chat and email, help articles")
    enough, little = again(client, first, years="", degree="3"), again(client, first, years="0", degree="1")
    for said in (
        "asks for 2 years of experience; the text shows 0",
        "asks for a bachelor's degree; the text shows high school",
    ):
        assert said not in pages.words(enough)
        assert said in pages.words(little)


@pytest.mark.parametrize(
    "field, value, said",
    [
        ("years", "many", "Write the years as a number"),
        ("years", "-1", "Write the years as a number"),
        ("years", "nan", "Write the years as a number"),
        ("years", "1e9", "Write the years as a number"),
        ("degree", "99", "This is no degree of ours"),
        ("degree", "PhD", "This is no degree of ours"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_changes_nothing(
    client: FlaskClient, field: str, value: str, said: str
) -> None:
    first = ask(client)
    page = again(client, first, **{field: value})
    assert page.status_code == 400
    assert said in pages.words(page)
    assert best(page) == best(first)


@pytest.mark.parametrize("weigh", ["out:no.such", "most:la.spanish", "out", ":", "more:place", "\x00" * 99])
def test_weights_of_what_was_not_read_change_nothing(client: FlaskClient, weigh: str) -> None:
    first = ask(client)
    page = again(client, first, weigh=weigh)
    assert page.status_code == 200
    assert best(page) == best(first)


def test_all_left_out_is_said_and_not_ranked(client: FlaskClient) -> None:
    first = client.post("/jobs", data={"summary": "Zendesk", "check": "1"})
    assert again(client, first, weigh="out:to.zendesk").status_code == 400


def test_the_sentences_of_a_text_are_on_the_answer_to_it_and_on_no_other_page(client: FlaskClient) -> None:
    sentence = "payments by phone, three years in a call center"
    first = ask(client)
    assert sentence in first.text
    assert "In your words" in first.text
    later = again(client, first)
    assert sentence not in later.text
    assert "we do not keep your text" in later.text
    field = profile.carried(profile.read(SPANISH))
    quotes = quoting.quotes(parsing.parse(SPANISH)).values()
    assert not {quote for quote in quotes if len(quote) > 20} & set(map(str, field))


def test_the_shares_on_a_card_add_up_to_a_hundred(client: FlaskClient) -> None:
    charts = html.fromstring(ask(client).text).xpath("//li[contains(@class, 'card')]//svg[@class='bars']")
    assert charts
    for chart in charts:
        assert sum(int(value.text) for value in chart.xpath("*[@class='value']")) == 100


def test_a_card_tells_both_sentences_and_every_facet(client: FlaskClient) -> None:
    [first, *_] = html.fromstring(ask(client, place="Columbus, OH").text).xpath(
        "//li[contains(@class, 'card')]"
    )
    told = pages.said(first)
    assert "You: Inbound calls in Spanish, Zendesk" in told
    assert "The ad: Answer inbound calls in English and Spanish for a water utility." in told
    assert "Placethere: met" in told
    assert "Experience1 year: met" in told
    assert "Not stated" in told
