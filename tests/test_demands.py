"""What an ad requires, what it would like, and what it only tells of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import demands

SAID = [
    ("Fluent Spanish is required.", "must"),
    ("You must have worked with Zendesk", "must"),
    ("At least two years in a call center", "must"),
    ("A valid driver's licence is mandatory", "must"),
    ("Minimum of 40 wpm", "must"),
    ("We expect fluent Finnish", "must"),
    ("Spanish is a plus.", "nice"),
    ("Zendesk experience preferred", "nice"),
    ("Bachelor's degree (preferred)", "nice"),
    ("Knowledge of Opera Cloud is considered an advantage.", "nice"),
    ("Ideally you know Gorgias", "nice"),
    ("It would be great if you spoke Dutch", "nice"),
    ("Experience with Intercom is helpful but not required", "nice"),
    ("Desirable: GCSE English", "nice"),
    ("Bonus points if you know SQL", "nice"),
    ("No experience required.", None),
    ("A degree is not necessary", None),
    ("You answer calls and chats.", None),
    ("We pay above the minimum wage", None),
    ("Transfer calls as required", None),
    ("Take advantage of our discounts", None),
    ("5 plus weeks of vacation", None),
    ("You recommend the customer's preferred partner", None),
    ("Help customers reach the desired outcome", None),
    ("Quarterly bonus and a helpful team", None),
    ("", None),
]


@pytest.mark.parametrize("sentence, expected", SAID)
def test_a_sentence_says_whether_it_requires_or_prefers(sentence: str, expected: str | None) -> None:
    assert demands.demand(sentence) == expected


@pytest.mark.parametrize(
    "heading, expected",
    [
        ("Requirements", "must"),
        ("What you'll need", "must"),
        ("What we are looking for", "must"),
        ("Minimum qualifications", "must"),
        ("Skills and experience", "must"),
        ("Preferred qualifications", "nice"),
        ("Nice-to-haves", "nice"),
        ("Bonus points if you have", "nice"),
        ("Desirable", "nice"),
        ("What we offer", None),
        ("Essential functions", None),
        ("What you'll do", None),
        ("Benefits", None),
        ("", None),
    ],
)
def test_a_heading_governs_what_does_not_speak_for_itself(heading: str, expected: str | None) -> None:
    assert demands.demand("Zendesk", heading) == expected
    assert demands.demand("Zendesk is a must", heading) == "must"
    assert demands.demand("Zendesk is a plus", heading) == "nice"
    assert demands.demand("No degree required", heading) is None
    assert demands.demand("We offer health insurance", heading) is None
    assert demands.demand("Bluebird Teas is an equal opportunity employer.", heading) is None


@pytest.mark.parametrize(
    "sentence, parts",
    [
        (
            "High school diploma required; bachelor's degree preferred.",
            [("High school diploma required", "must"), ("bachelor's degree preferred.", "nice")],
        ),
        (
            "Must speak English, French, Spanish a plus",
            [("Must speak English", "must"), ("French", "must"), ("Spanish a plus", "nice")],
        ),
        (
            "English, French required, German, Dutch preferred",
            [
                ("English", "must"),
                ("French required", "must"),
                ("German", "nice"),
                ("Dutch preferred", "nice"),
            ],
        ),
        ("Zendesk and Excel preferred", [("Zendesk and Excel preferred", "nice")]),
        (
            "calls, chats, orders, tills, mail, faxes, Dutch a plus, must lift, greet",
            [
                *((word, None) for word in ("calls", "chats", "orders", "tills", "mail", "faxes")),
                *(("Dutch a plus", "nice"), ("must lift", "must"), ("greet", None)),
            ],
        ),
    ],
)
def test_a_sentence_that_does_both_is_told_apart(sentence: str, parts: list[tuple[str, str]]) -> None:
    assert demands.clauses(sentence) == parts


AD = """Clerk at Bluebird Teas
About the role
You answer our customers.
Who you are:
- Two years of customer service
- Zendesk
Languages:
English
\U0001f31f Nice to have
* Spanish
Languages:
Dutch
WORK ENVIRONMENT
A quiet office
What we offer
Health insurance
The skills and standards that we expect of whoever would work at our counter in winter are listed below:
Patience
Qualifications: High school diploma. Typing of 40 wpm.
We are a family business.
"""


def test_headings_govern_the_lines_under_them_until_the_next() -> None:
    assert {line: demands.demand(line, heading) for line, heading in demands.headed(AD)} == {
        "Clerk at Bluebird Teas": None,
        "You answer our customers.": None,
        "Two years of customer service": "must",
        "Zendesk": "must",
        "English": "must",
        "Spanish": "nice",
        "Dutch": "nice",
        "A quiet office": None,
        "Health insurance": None,
        "Patience": "must",
        "High school diploma.": "must",
        "Typing of 40 wpm.": "must",
        "We are a family business.": None,
    }


@pytest.mark.parametrize(
    "line",
    [
        "Bachelor's degree preferred",
        "Required by 9 am: your badge",
        "Skills: Excel, Word",
        "Excel",
        "Call us: now",
    ],
)
def test_a_line_that_names_something_is_no_heading(line: str) -> None:
    assert [sentence for sentence, _ in demands.headed(f"{line}\nnext")] == [line, "next"]


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read_and_none_of_it_is_made_up(sentence: str, heading: str) -> None:
    for part, kind in demands.clauses(sentence, heading):
        assert part in sentence
        assert kind in ("must", "nice", None)
    for line, _ in demands.headed(sentence):
        assert line in sentence
