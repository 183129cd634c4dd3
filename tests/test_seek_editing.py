"""What was read of a person, shown on the pages and edited there."""

from __future__ import annotations

from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from lxml import html
from seeking import SPANISH, again, ask, why

from matcher import parsing, profile, quoting, weighing

CHECKED = {"summary": SPANISH, "check": "1"}


def options(page: Any) -> dict[str, str]:
    """What each thing that was read is given, by its label."""
    return {
        select.get("aria-label").removesuffix(" counts"): select.xpath("option[@selected]")[0].text
        for select in html.fromstring(page.text).xpath("//select[@name='weigh']")
    }


def read(page: Any) -> str:
    """What a list says that was read."""
    [section] = html.fromstring(page.text).xpath("//section[@aria-label='What we read of your text']")
    return pages.said(section)


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
    shown = options(again(client, weighed, check="1"))
    assert (shown["Spanish"], shown["Zendesk"]) == ("leave out", "more")
    assert "Spanish" not in read(weighed)
    back = again(client, weighed, weigh=["", ""])
    assert best(back) == best(plain)


def test_what_is_given_travels_in_the_signed_field_and_nowhere_else(client: FlaskClient) -> None:
    weighed = again(client, ask(client), weigh="out:la.spanish")
    later = again(client, weighed, remote="")  # without the fields of the profile
    assert options(again(client, later, check="1"))["Spanish"] == "leave out"
    assert best(later) == best(weighed)
    assert weighed.headers.getlist("Set-Cookie") == []


def test_what_is_missing_is_added_and_shown(client: FlaskClient) -> None:
    page = again(client, ask(client), add="French, Salesforce")
    assert {"French", "Salesforce"} <= options(again(client, page, check="1")).keys()
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
        ("degree", "9" * 5_000, "This is no degree of ours"),  # more digits than Python reads as a number
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_changes_nothing(
    client: FlaskClient, field: str, value: str, said: str
) -> None:
    first = ask(client)
    page = again(client, first, **{field: value})
    assert page.status_code == 400
    assert "What we read" in pages.words(page)  # where the field stands
    assert said in pages.words(page)
    assert best(again(client, page)) == best(first)


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
    later = again(client, first)
    assert sentence not in later.text
    assert "You: " in pages.words(why(client, first, pages.cards(first)[0]))
    assert "You: " not in pages.words(why(client, later, pages.cards(later)[0]))
    assert "we do not keep your text" in pages.words(again(client, first, check="1"))
    field = profile.carried(profile.read(SPANISH))
    quotes = quoting.quotes(parsing.parse(SPANISH)).values()
    assert not {quote for quote in quotes if len(quote) > 20} & set(map(str, field))


def test_the_shares_on_a_card_add_up_to_a_hundred(client: FlaskClient) -> None:
    page = ask(client)
    for card in pages.cards(page)[:8]:
        [chart] = html.fromstring(why(client, page, card).text).xpath("//svg[@class='bars']")
        assert sum(int(value.text) for value in chart.xpath("*[@class='value']")) == 100


def test_a_card_tells_both_sentences_and_every_facet(client: FlaskClient) -> None:
    page = ask(client, place="Columbus, OH")
    told = pages.words(why(client, page, pages.cards(page)[0]))
    assert "You: Inbound calls in Spanish, Zendesk" in told
    assert "The ad: Answer inbound calls in English and Spanish for a water utility." in told
    assert "Placethere: met" in told
    assert "Experience1 year: met" in told
    assert "Not stated" in told


def test_a_thing_that_was_misread_is_left_out_with_one_button_and_can_come_back(client: FlaskClient) -> None:
    first = ask(client)
    [button] = html.fromstring(first.text).xpath(
        "//button[@name='out'][starts-with(normalize-space(), 'Zendesk')]"
    )
    left = again(client, first, out=button.get("value"))
    assert "Zendesk" in read(first)
    assert "Zendesk" not in read(left)
    assert best(left) == best(again(client, first, weigh="out:to.zendesk"))
    more = again(client, left, out="la.spanish")
    shown = options(again(client, more, check="1"))
    assert (shown["Zendesk"], shown["Spanish"]) == ("leave out", "leave out")
    assert best(again(client, more, weigh="")) == best(first)


@pytest.mark.parametrize("out", ["no.such", "out:la.spanish", "", ":", "\x00", "years"])
def test_what_was_not_read_cannot_be_left_out(client: FlaskClient, out: str) -> None:
    first = ask(client)
    assert best(again(client, first, out=out)) == best(first)


def test_what_is_offered_to_be_added_is_found_when_it_is_added(client: FlaskClient) -> None:
    offered = html.fromstring(client.post("/jobs", data=CHECKED).text).xpath("//datalist//option/@value")
    assert len(offered) > 200
    person = profile.read(SPANISH)
    for label in offered[::7]:
        assert label in {thing.label for thing in weighing.things(weighing.added(person, label))}, label
