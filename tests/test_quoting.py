from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import parsing, profile, quoting

RESUME = """Ada Quill
Tampa, FL | 813-555-0100 | ada@example.com

Seeking evening work in Tampa, no nights.

Experience
Agent, Lamp Co, 2019 - 2022
* Inbound calls in Spanish, Zendesk
* Ada Quill was praised for Zendesk and patience
Bachelor's degree
"""
AD = """Our callers speak Spanish. You answer inbound calls.
Requirements:
- Zendesk is required, Salesforce preferred
- Korean
Nice to have:
- PowerPoint
"""


def test_a_quote_is_the_heaviest_sentence_that_says_a_thing() -> None:
    quotes = quoting.quotes(
        parsing.parse("Seeking Zendesk work.\n\nExperience\n* used Zendesk daily\n* filed claims")
    )
    assert quotes["concept:to.zendesk"] == quotes["zendesk"] == "Seeking Zendesk work."
    assert quotes["claim"] == "filed claims"


def test_a_quote_is_the_sentence_as_it_was_written() -> None:
    said = "I answer phones, no sales, and I speak some Spanish."
    assert quoting.quotes(parsing.parse(said))["phone"] == said


def test_every_concept_language_and_refusal_of_a_profile_has_its_sentence() -> None:
    quotes, read = quoting.quotes(parsing.parse(RESUME)), profile.read(RESUME)
    assert {f"concept:{one}" for one in read.concepts} <= quotes.keys()
    assert {f"language:{one}" for one in read.languages} <= quotes.keys()
    assert quotes["unwanted:sh.nights"] == "no nights."
    assert quotes["degree"] == "Bachelor's degree"


def test_no_quote_holds_a_name_an_address_or_a_contact() -> None:
    told = " ".join(quoting.quotes(parsing.parse(RESUME)).values()).lower()
    assert [word for word in ("ada", "quill", "tampa", "813", "example.com") if word in told] == []
    assert "seeking evening work in …" in told


def test_an_ad_demands_by_its_headings_and_by_each_clause() -> None:
    demanded = {
        concept: demand
        for line in quoting.lines("Agent", AD)
        for concept, demand in quoting.demand(line).items()
    }
    assert demanded["to.zendesk"] == "must"
    assert demanded["to.salesforce"] == "nice"
    assert demanded["la.korean"] == "must"
    assert demanded["to.powerpoint"] == "nice"
    assert demanded["ch.inbound"] is None


def test_what_an_ad_demands_is_what_its_lines_demand_each_as_the_one_that_demands_it_most() -> None:
    ad = f"{AD}\nNice to have: Zendesk\nMust speak Korean, PowerPoint a plus\nZendesk pays well."
    found: dict[str, str] = {}
    for line in quoting.lines("Spanish required", ad):
        for concept, kind in quoting.demand(line).items():
            if kind and found.get(concept) != "must":
                found[concept] = kind
    assert quoting.demanded("Spanish required", ad) == found
    assert found["la.spanish"] == found["to.zendesk"] == found["la.korean"] == "must"
    assert found["to.powerpoint"] == "nice"
    assert quoting.demanded("Agent", "You answer calls.") == {}


def test_the_sentence_that_carries_most_carries_a_term_and_the_title_what_no_sentence_has() -> None:
    ad = quoting.lines("Zendesk Night Agent", "We use Zendesk. You take Spanish calls with Zendesk.")
    carried = quoting.carrying(ad, {"zendesk": 0.5, "spanish": 0.3, "night": 0.2})
    assert carried["zendesk"] == carried["spanish"] == "You take Spanish calls with Zendesk."
    assert carried["night"] == "Zendesk Night Agent"


CONTACTS = ("jane.doe@acme.example", "+1 202 555 0147", "Jane Doe")


@pytest.mark.parametrize(
    "sentence",
    [
        "Zendesk agents in Spanish apply to jane.doe@acme.example.",
        "For Zendesk in Spanish call +1 202 555 0147 today.",
        "Speak Spanish, know Zendesk, and contact Jane Doe, Team Leader, for a chat.",
    ],
)
def test_no_quote_of_an_ad_holds_an_address_a_number_or_whom_to_ask(sentence: str) -> None:
    ad = quoting.lines("Zendesk Agent", f"We answer letters.\n{sentence}\n")
    said = " ".join(quoting.carrying(ad, {"zendesk": 0.5, "spanish": 0.5}).values())
    assert "panish" in said
    assert [contact for contact in CONTACTS if contact in said] == []


@given(st.text(max_size=300))
def test_any_text_is_quoted_and_what_is_quoted_is_bounded_and_turns_no_line(said: str) -> None:
    for quote in [
        *quoting.quotes(parsing.parse(said)).values(),
        *(quoting.clipped(one.said) for one in quoting.lines(said, said)),
    ]:
        assert len(quote) <= quoting.MAX_QUOTE
        assert "\u202e" not in quote
