from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from lxml import html
from seeking import CALLS, again, ask


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with pages.site(tmp_path_factory.mktemp("site"), pages.many(60)) as app:
        yield app.test_client()


def titles(page: Any) -> list[str]:
    return [card.title for card in pages.cards(page)]


def words(page: Any) -> str:
    return " ".join(html.fromstring(page.text).text_content().split())


def field(page: Any, name: str) -> list[str]:
    return html.fromstring(page.text).xpath("//input[@name=$name]/@value", name=name)


@pytest.mark.parametrize(
    "typed, title",
    [
        ('calls "water utility"', "Bilingual Call Center Representative"),
        ("title:manager calls", "Contact Center Manager"),
        ('org:"maple bank"', "Bilingual Customer Service Agent, French"),
        ("org:railcare passengers", "Complaints Handler"),
    ],
)
def test_a_search_shows_only_the_jobs_that_have_it(client: FlaskClient, typed: str, title: str) -> None:
    page = ask(client, typed)
    assert page.status_code == 200
    assert [one.partition(",")[0] for one in titles(page)] == [title.partition(",")[0]]
    assert "Only jobs with “" in words(page)
    assert field(page, "keywords") == [typed]


def test_a_minus_and_its_words_hold_on_every_page_and_with_filters(client: FlaskClient) -> None:
    first = ask(client, f"{CALLS} -parcels -title:kettles")
    second = again(client, first, keywords=field(first, "keywords")[0], page=2)
    narrow = again(client, first, keywords=field(first, "keywords")[0], remote="1")
    for page in (first, second, narrow):
        assert titles(page)
        assert not [title for title in titles(page) if "parcels" in title or "kettles" in title]
        assert "Only jobs without “parcels”, without “kettles” in the title." in words(page)
    assert [title for title in titles(again(client, first)) if "parcels" in title]


def test_a_misprint_is_told_with_a_button_that_takes_it_as_it_is(client: FlaskClient) -> None:
    page = ask(client, "bilingaul calls")
    assert "Searched for “bilingual”: “bilingaul” looks like a misprint." in words(page)
    assert titles(page)[0].startswith("Bilingual")
    [button] = html.fromstring(page.text).xpath("//button[@name='summary']")
    told = again(client, page, keywords=field(page, "keywords")[0], summary=button.get("value"))
    assert button.get("value") == '"bilingaul" calls'
    assert 'leave out "bilingaul" to see' in words(told)
    later = again(client, page, keywords=field(page, "keywords")[0], page=2)
    assert "Start over with it in quotes" in words(later)


@pytest.mark.parametrize(
    "typed, told",
    [
        ('calls "purple giraffe"', 'leave out "purple giraffe" to see'),
        ("kettles -kettles", "leave out -kettles to see"),
        ("title:giraffe", "No open job comes with “giraffe” in the title: try another word."),
        ("-sales", "A minus only takes away"),
        ("title: calls -", "Only jobs with “calls” in the title."),
        ('calls "', "A quotation mark has no partner"),
        ("calls org:", "“org:” stands without a word"),
        ("calls location:Ohio", "“location:” is read as a word"),
    ],
)
def test_what_leaves_nothing_or_is_no_search_is_told(client: FlaskClient, typed: str, told: str) -> None:
    page = ask(client, typed)
    assert page.status_code in (200, 400)
    assert told in words(page)
    box = html.fromstring(page.text).xpath("//textarea[@name='summary']")
    assert not box or box[0].text.strip() == typed


def test_who_writes_another_language_is_told_what_jobs_are_matched_by(client: FlaskClient) -> None:
    text = "Je suis agente de service\net je cherche un emploi\navec Zendesk, chat et bilingual calls"
    assert "This reads as French. Most ads are in English" in words(ask(client, text))
    assert "This reads as" not in words(ask(client, "I am an agent\nof a help desk\nwith bilingual calls"))


def test_a_text_of_lines_is_no_search(client: FlaskClient) -> None:
    page = ask(client, "Ana Sample\nanswers inbound calls -parcels\ntitle:manager bilingaul")
    assert titles(page)
    assert not field(page, "keywords")
    assert "Your search" not in words(page)


@pytest.mark.parametrize(
    "typed",
    [
        '"' * 10_000,
        '"' * 500,
        "-" * 499,
        "title:" * 80,
        "calls " + '-"' * 200,
        "\x00-\x00 org:\u202e",
        "-日本",
    ],
)
def test_a_hostile_search_is_answered_at_once(client: FlaskClient, typed: str) -> None:
    began = time.process_time()
    assert ask(client, typed).status_code in (200, 400)
    assert ask(client, "calls", keywords=typed).status_code == 200
    assert again(client, ask(client), keywords=typed).status_code == 200
    assert time.process_time() - began < 3
