from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import profile, terms

RESUME = """{name}
{address} | {phone} | {email}

Objective: customer service representative in a call center where I can use my Spanish. Not looking for telemarketing.

Experience
Retail Sales Associate, Harbour Lamps, 2019 - 2021
* greeted customers and processed refunds on the cash register
Receptionist, Mill Dental, 2021 - 2023
* answered a multi-line phone, scheduled appointments
{name} was employee of the month at the {address} branch.

Skills: Zendesk, Excel and Word, typing 50 wpm
Education: high school diploma
"""
ONE = {
    "name": "Ada Penhallow",
    "address": "Duluth, Minnesota",
    "phone": "218-555-0101",
    "email": "ada@example.com",
}
TWO = {
    "name": "Jamal Okonkwo-Reyes",
    "address": "Tacoma WA 98402",
    "phone": "(253) 555-0144",
    "email": "j.o@example.org",
}


def test_a_resume_is_read_into_its_facts():
    read = profile.read(RESUME.format(**ONE))
    assert {"la.spanish", "to.zendesk"} <= set(read.concepts)
    assert "core" in read.families
    assert (read.years, read.education, read.languages) == (4.0, "high school", {"Spanish"})


def test_name_address_and_contacts_change_nothing():
    one, two = (profile.read(RESUME.format(**person)) for person in (ONE, TWO))
    assert one.terms == two.terms
    assert (one.families, one.levels, one.years) == (two.families, two.levels, two.years)
    assert not {"ada", "penhallow", "duluth", "minnesota"} & set(one.terms)


def test_what_is_wanted_weighs_more_than_what_was_done():
    words = profile.read(
        "Kim Vale\n\nSeeking a dispatcher job.\n\nExperience\n* filed ledgers every day"
    ).terms
    assert words["dispatcher"] > words["ledger"]


@pytest.mark.parametrize(
    "said, unwanted",
    [
        ("I want phone work, no commission only sales", "rf.commission_only"),
        ("Customer service. Not telemarketing.", "ta.telemarketing"),
        ("I don't want door to door, but a call center would be fine", "rf.disguised_sales"),
    ],
)
def test_a_negated_wish_is_no_wish(said, unwanted):
    read = profile.read(said)
    concepts = {term for term in read.terms if term.startswith("concept:")}
    assert terms.concept_term(unwanted) not in concepts
    assert unwanted not in read.concepts


def test_what_follows_a_negated_clause_is_a_wish_again():
    read = profile.read("I don't want sales, but a call center would be fine")
    assert {"ch.call_center"} <= set(read.concepts)
    assert "sale" not in read.terms


def test_no_experience_is_said_of_oneself_and_negates_nothing():
    read = profile.read("customer service no experience")
    assert "ex.none" in read.concepts
    assert "entry" in read.levels


def test_a_query_of_three_words_is_a_profile_too():
    read = profile.read("Spanish call center")
    assert {"spanish", "call", "center", "concept:la.spanish"} <= set(read.terms)


@pytest.mark.parametrize(
    "said, years",
    [
        ("Claims clerk, 4 yrs\n\nMore\nMore", 4.0),
        ("Clerk, Acme, 2015 - 2019\n\nClerk, Bolt, 2019-21\n\nmore", 6.0),
        ("Clerk, Acme, 2015 - present\n\nmore\n\nmore", None),
        ("Friendly and fast\n\nmore\n\nmore", None),
        ("Clerk, Acme, 2019 - 2015\n\nmore\n\nmore", 0.0),
    ],
)
def test_years_are_as_stated_or_as_the_posts_add_up_to_and_else_open(said, years):
    assert profile.read(said).years == years


@pytest.mark.parametrize("nothing", ["", " \n\n ", "\x00", "!!!", "the and of", "\n" * 50_000])
def test_a_text_without_a_word_is_an_empty_profile(nothing):
    assert not profile.read(nothing).terms


@given(st.text(max_size=400))
def test_any_text_is_read_and_read_alike(text):
    assert profile.read(text) == profile.read(text)
    assert all(weight > 0 for weight in profile.read(text).terms.values())


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile", ["a" * 500_000, "not " * 100_000, "no, " * 100_000, "(" * 200_000, "2019 - " * 50_000]
)
def test_hostile_texts_are_read_in_time(hostile):
    profile.read(hostile)
