import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import title


@pytest.mark.parametrize(
    "raw, clean",
    [
        ("Customer Service Representative**", "Customer Service Representative"),
        (
            "****Customer Service Representative*** entry level!",
            "Customer Service Representative entry level!",
        ),
        ("  Call\tCenter \n Agent  ", "Call Center Agent"),
        ("<b>Teller</b> &amp; Cashier", "Teller & Cashier"),
        ("🌟 Chat Agent ⭐", "Chat Agent"),
        ("• Help Desk |", "Help Desk"),
        ("Agent (m/w/d)", "Agent (m/w/d)"),
        ("Support Engineer, C++", "Support Engineer, C++"),
        ("Work from Home* bonus", "Work from Home* bonus"),
        ("Up to 2\\-3 shifts", "Up to 2-3 shifts"),
        ("nan", ""),
        ("**None Available**", ""),
        ("★★★", ""),
        ("   ", ""),
        (None, ""),
        (7, ""),
        ("x" * 900, "x" * 300),
    ],
)
def test_a_title_is_shown_without_its_glitter(raw, clean):
    assert title.clean(raw) == clean


@given(st.text() | st.text("*★ -|nan<>&;ltp💲"))
def test_cleaning_a_title_twice_changes_nothing(raw):
    assert title.clean(title.clean(raw)) == title.clean(raw)


def test_every_real_title_keeps_its_words(shared):
    for raw in (shared / "data/sources/titles.txt").read_text().splitlines():
        clean = title.clean(json.loads(raw))
        assert "\n" not in clean
        assert clean or not any(character.isalnum() for character in json.loads(raw))
