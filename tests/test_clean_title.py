import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import title
from crawler.items import JobPosting, MonetaryAmount, Place


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
        ("Agent (m/w/d)", "Agent"),
        ("Agent [f/m/x] - Leeds", "Agent - Leeds"),
        ("Chargé de clientèle H/F", "Chargé de clientèle"),
        ("CDI - Conseiller F/H - Lyon", "CDI - Conseiller - Lyon"),
        ("Berater m/w/d Teilzeit", "Berater Teilzeit"),
        ("T\u00e9l\u00e9conseiller F/H/X", "T\u00e9l\u00e9conseiller"),
        ("T\u00e9l\u00e9conseiller H/F/X - Lyon", "T\u00e9l\u00e9conseiller - Lyon"),
        ("Agent (m/w/d) (Vollzeit)", "Agent (Vollzeit)"),
        ("Agent, W/M Partners", "Agent, W/M Partners"),
        ("Caf\u00c3\u00a9 Host \u00e2\u20ac\u201c nights", "Caf\u00e9 Host \u2013 nights"),
        ("APPLY TODAY!!! Call Center Agent", "APPLY TODAY Call Center Agent"),
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


OMAHA = Place(text="Omaha, NE", address_locality="Omaha", address_region="NE", address_country="US")
HOURLY = MonetaryAmount(
    text="$18/hr", currency="USD", min_value=Decimal(18), max_value=Decimal(18), unit_text="HOUR"
)


def both(figure):
    return {"min_value": Decimal(figure), "max_value": Decimal(figure)}


def posting(words, **stated):
    return JobPosting(source="lever:acme", identifier="1", title=words, **stated)


@pytest.mark.parametrize(
    "before, after",
    [
        (posting("Chat Agent - Omaha, NE"), posting("Chat Agent", job_location=(OMAHA,))),
        (posting("Chat Agent (Omaha, NE)"), posting("Chat Agent", job_location=(OMAHA,))),
        (posting("Chat Agent, Omaha", job_location=(OMAHA,)), posting("Chat Agent", job_location=(OMAHA,))),
        (posting("Chat Agent ($18/hr)"), posting("Chat Agent", base_salary=HOURLY)),
        (
            posting("Chat Agent - Omaha, NE - $18/hr"),
            posting("Chat Agent", job_location=(OMAHA,), base_salary=HOURLY),
        ),
        (
            posting("Chat Agent ($18/hr) - Omaha, NE"),
            posting("Chat Agent", job_location=(OMAHA,), base_salary=HOURLY),
        ),
        (
            posting("Chat Agent, \u00a312.21ph"),
            posting(
                "Chat Agent",
                base_salary=replace(HOURLY, text="\u00a312.21ph", currency="GBP", **both("12.21")),
            ),
        ),
        (posting("Chat Agent | $18/hr", base_salary=HOURLY), posting("Chat Agent", base_salary=HOURLY)),
        (posting("Clerk 2 (SG-09) Item# 08396"), posting("Clerk 2 (SG-09)", requisition="08396")),
        (posting("Agent - Req #R-1042", requisition="R-1042"), posting("Agent", requisition="R-1042")),
    ],
)
def test_what_other_fields_are_for_moves_out_of_a_title(before, after):
    assert title.settled(before) == after
    assert title.settled(after) == after


@pytest.mark.parametrize(
    "stays",
    [
        posting("Chat Agent - Lincoln, NE", job_location=(OMAHA,)),  # which of them is it?
        posting("Chat Agent ($20/hr)", base_salary=HOURLY),
        posting("Chat Agent - OTE $60,000"),
        posting("Agent - Req #R-1042", requisition="R-7"),
        posting("Call Center Representative 1 (SG-14)"),
        posting("Agent (part-time)"),
        posting("Support Agent - Night Shift, 40 hours"),
        posting("Omaha, NE", job_location=(OMAHA,)),
        posting("401k Service Agent - 24/7"),
    ],
)
def test_a_title_keeps_what_no_other_field_says(stays):
    assert title.settled(stays) == stays


@given(st.text() | st.text("-|,() $/hrNEOmaha18Item#"))
def test_settling_a_title_twice_changes_nothing_and_leaves_a_title(raw):
    clean = title.clean(raw)
    once = title.settled(posting(clean))
    assert title.settled(once) == once
    assert bool(once.title) == bool(clean)
