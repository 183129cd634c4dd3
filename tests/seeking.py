"""What tests of the seeker's pages send, and how they find a card."""

from __future__ import annotations

from typing import Any

import pages
from flask.testing import FlaskClient

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
