"""What tests of the seeker's pages send, and how they find a card."""

from __future__ import annotations

from typing import Any

import pages
from flask.testing import FlaskClient
from lxml import html

SPANISH = "Inbound calls in Spanish, Zendesk, payments by phone, three years in a call center"
CALLS = "answering inbound calls, customer service agent"


def ask(client: FlaskClient, summary: str = SPANISH, **fields: Any) -> Any:
    return client.post("/jobs", data={"summary": summary, **fields})


def again(client: FlaskClient, shown: Any, **fields: Any) -> Any:
    """The form of a page of results, sent once more."""
    return client.post("/jobs", data={"profile": pages.carried(shown), **fields})


def of(page: Any, words: str) -> pages.Card:
    """The one card whose title has these words."""
    [card] = [card for card in pages.cards(page) if words in card.title]
    return card


def why(client: FlaskClient, shown: Any, card: pages.Card) -> Any:
    """The page that says why a card stands where it does, asked for as its button does."""
    read = html.fromstring(shown.text)
    [button] = [
        button
        for button in read.xpath("//button[@data-why]")
        if button.get("formaction").endswith(f"number={card.number}")
    ]
    fields = {one.get("name"): one.get("value") for one in read.xpath("//form[@id='whys']//input")}
    return client.post(button.get("formaction"), data=fields)
