"""What a card says that an ad asks for: what must be and what is nice to have stand apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from seeking import ask

from webapp.seek import cards

MATCH: Any = SimpleNamespace(
    have=("Genesys", "Zendesk"),
    lack=("Spanish", "Excel / spreadsheets", "Salesforce"),
    evidence=(("kind of work", 1.0, "customer service"), ("level", 0.85, "a lead")),
)


@pytest.mark.parametrize(
    "demands, told",
    [
        (
            {"la.spanish": "must", "to.excel": "nice", "to.zendesk": "must"},
            (("Zendesk", "Genesys"), ("Spanish",), ("Excel / spreadsheets",), ()),
        ),
        (
            {"to.zendesk": "must"},
            (("Zendesk", "Genesys"), (), (), ("Spanish", "Excel / spreadsheets", "Salesforce")),
        ),
        (
            {"to.gone": "must"},
            (("Genesys", "Zendesk"), (), (), ("Spanish", "Excel / spreadsheets", "Salesforce")),
        ),
    ],
)
def test_what_is_demanded_comes_first_and_what_is_only_named_where_nothing_demanded_is_lacking(
    demands: dict[str, str], told: tuple[tuple[str, ...], ...]
) -> None:
    read = cards.asked(MATCH, demands)
    assert (read.have, read.must, read.nice, read.named) == told
    assert read.lowered == MATCH.evidence[1:]


def test_a_card_says_what_its_ad_requires_and_what_is_nice_to_have(client: FlaskClient) -> None:
    page = ask(client, "Zendesk, live chat and email support")
    [card] = html.fromstring(page.text).xpath("//li[@class='card'][contains(h3, 'Chat')]")
    rows = {
        row.findtext("dt"): row.xpath("dd//li/span/text()") for row in card.xpath(".//dl[@class='why']/div")
    }
    assert "Zendesk" in rows["You have"]
    assert rows["It also requires"] == ["Shopify"]
    assert rows["Nice to have"] == ["French"]
    assert "It also names" not in rows
