from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import parsing, profile, terms

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


CONDITIONS = "Kim Vale\n\nLooking for evening work in {}.\n\nExperience\n* night shift at Lamp Co\n\nAvailability: {}\n"


@pytest.mark.parametrize(
    "said, wishes, unwanted",
    [
        ("weekends", {"sh.evenings", "sh.weekends"}, set()),
        ("no nights", {"sh.evenings"}, {"sh.nights"}),  # though once worked
        ("no weekends", {"sh.evenings", "sh.no_weekends"}, {"sh.weekends"}),
        ("remote, not full time", {"sh.evenings", "wm.remote"}, {"sh.fulltime"}),
    ],
)
def test_when_somebody_would_work_is_read_from_wishes_and_not_from_what_was_worked(said, wishes, unwanted):
    read = profile.read(CONDITIONS.format("a call center", said))
    assert (set(read.wishes), set(read.unwanted)) == (wishes, unwanted)


def test_neither_shifts_nor_a_town_rank_but_in_a_search() -> None:
    text = CONDITIONS.format("Columbus, OH, part-time, remote customer service", "weekends, no nights")
    weighed = profile.read(text).terms.keys()
    assert {"customer", "service", "lamp"} <= weighed
    assert not [term for term in weighed if term.startswith("concept:sh.")]
    assert {"columbus", "oh"}.isdisjoint(weighed)
    said = profile.read("evening work, remote or in Columbus, OH").terms.keys()
    assert {"concept:sh.evenings", "concept:wm.remote", "columbus"} <= said


CASHIER = (
    "I have worked as a cashier for three years, speak Spanish and answer phones at the front desk when it is"
    " busy. I am good with upset customers. {}"
)


def test_a_wish_of_conditions_alone_ranks_no_heavier_than_the_work() -> None:
    weighed = profile.read(CASHIER.format("Looking for remote or evening work.")).terms
    assert weighed["remote"] <= weighed["cashier"]
    assert weighed["evening"] <= weighed["cashier"]
    wished = profile.read(CASHIER.format("Looking for remote or evening work as a receptionist.")).terms
    assert wished["receptionist"] > wished["remote"]


def test_a_paragraph_tells_of_somebody_and_asks_for_none_of_its_shifts() -> None:
    told = profile.read(CASHIER.format("Looking for full time, no nights."))
    assert not [term for term in told.terms if term.startswith("concept:sh.")]
    assert (told.wishes, told.unwanted) == ({"sh.fulltime"}, {"sh.nights"})


@pytest.mark.parametrize(
    "line, wishes",
    [
        ("Fully remote only.", {"wm.remote"}),
        ("Part time, day shift only", {"sh.parttime", "sh.days"}),
        ("Night auditor", set()),
    ],
)
def test_a_line_of_nothing_but_conditions_is_a_wish(line: str, wishes: set[str]) -> None:
    assert profile.read(f"Customer support by chat, ten years\nZendesk, Intercom\n{line}").wishes == wishes


def test_what_somebody_was_is_not_what_is_wanted() -> None:
    said = "{} (6 years). Cash handling, wires. I would rather do disputes in a back office, full time."
    assert "banking" not in profile.read(said.format("Former bank teller")).families
    assert "banking" in profile.read(said.format("Bank teller")).families


def test_who_would_move_up_to_lead_is_no_plain_agent() -> None:
    said = "Agent in a contact center, 8 years, coaching and quality. Ready to move up to supervisor."
    assert profile.read(said).levels >= {"lead"}


def test_a_heading_over_a_summary_is_no_word_of_it() -> None:
    said = "Dana Whitlock\nTucson, AZ\n\nSUMMARY\nBilling clerk in utilities\n\nEXPERIENCE\n* took calls"
    words = profile.read(said).terms
    assert "summary" not in words
    assert words["billing"] > words["call"]


@pytest.mark.parametrize(
    "said",
    [
        "Former 911 dispatcher wants a calm clinic",
        "Dispatcher for eight years, twelve calls an hour, and I would like a calm clinic",
    ],
)
def test_what_stands_before_a_wish_is_what_one_did(said) -> None:
    words = profile.read(f"{said}\nRadio.\nCAD.").terms
    assert words["clinic"] > words["dispatcher"]


@pytest.mark.parametrize(
    "said",
    [
        "Prefer school-hour work as receptionist.",
        "I look for job receptionist where they train me.",
        "I need a steady job as a receptionist.",
        "My next job should be receptionist.",
        "Would consider receptionist.",
        "I help people who want to leave and I want to be a receptionist.",
    ],
)
def test_a_wish_is_read_as_people_say_it(said) -> None:
    parsed = parsing.parse(f"Former cashier, six years of tills and returns.\n{said}\nPatient and on time.")
    assert "receptionist" in next(one.said for one in parsed.sentences if one.kind == "wish")


@pytest.mark.parametrize(
    "said",
    [
        "Save calls: people who want to leave.",
        "I hear whether a man wants his bill fixed or wants to be heard.",
        "Escalations that want a manager.",
        "Customers mostly want somebody to do the arithmetic.",
    ],
)
def test_what_others_want_is_no_wish(said) -> None:
    assert not [one for one in parsing.parse(f"Billing agent.\n{said}").sentences if one.kind == "wish"]


def test_a_family_of_work_that_is_refused_is_not_wanted() -> None:
    said = "Collections agent, five years"
    assert profile.read(said).families == {"collections_billing"}
    assert not profile.read(f"{said}\nSeeking claims in insurance, no collections.\nDialer.").families


@pytest.mark.parametrize(
    "said, wishes",
    [
        ("Customer service or data entry around school hours", {"sh.days"}),
        ("Customer service from home, with good internet and a quiet room", {"wm.remote"}),
        ("Want night shifts in a call centre ten minutes from home", {"sh.nights"}),
    ],
)
def test_when_and_where_is_read_as_people_write_it(said, wishes) -> None:
    read = profile.read(f"Hotel desk, two years.\nCash.\nLooking for: {said}")
    assert read.wishes == wishes
    assert "do.education" not in read.concepts


def test_one_word_beside_a_headline_does_not_outweigh_it() -> None:
    words = profile.read(
        "Worked the register at Target for two years.\nNeed something quick, not retail."
    ).terms
    assert words["quick"] < 3 * words["register"]


@pytest.mark.parametrize(
    "said, families",
    [
        ("student, would do call centre or reception", {"core", "reception"}),
        ("Customer service worker, 5 years at a web host, or email support", {"core"}),
        ("Looking for a call center job where I can use my Spanish and my patience", {"core"}),
    ],
)
def test_the_work_that_is_wanted_is_read_as_titles_and_not_where_it_was_done(said, families) -> None:
    assert profile.read(said).families == families


def test_what_is_said_sixty_times_counts_no_more_than_what_is_said_three_times() -> None:
    said = "Two years of chat support for a web shop.\nRefunds, returns, a knowledge base.\n"
    stuffed = profile.read(said + "Zendesk, " * 60)
    assert stuffed.terms == profile.read(said + "Zendesk, " * 3).terms
    assert stuffed.terms["zendesk"] < 2.5 * stuffed.terms["return"]


def test_the_service_desk_of_a_store_is_none_of_machines() -> None:
    store = profile.read(
        "Service desk clerk at a grocery store: refunds, lottery, money orders.\nFriendly.\nPatient.\n"
        "I would like service desk or cashier lead work in another store."
    )
    assert (store.families, "ta.tech_support" in store.concepts) == ({"cashier"}, False)
    machines = profile.read("Service desk analyst at a hospital: password resets, tickets, printers.")
    assert (machines.families, "ta.tech_support" in machines.concepts) == ({"tech_support"}, True)


def test_every_line_of_a_search_counts_alike() -> None:
    said = profile.read("Spanish call center\nZendesk, no nights")
    assert said.terms["zendesk"] == said.terms["spanish"]
    assert said.unwanted == {"sh.nights"}


@pytest.mark.parametrize(
    "said, place",
    [
        ("Columbus, OH", "Columbus, OH"),
        ("Reno, Nevada", "Reno, Nevada"),
        ("Nowhereville, OH", ""),
        ("a call center", ""),
        ("Microsoft Word, Excel", ""),
    ],
)
def test_a_place_is_read_from_a_wish_that_names_a_town_we_know(said, place):
    assert profile.read(CONDITIONS.format(said, "days")).place == place


def test_what_is_carried_is_json_and_gives_the_very_profile_back():
    for text in (RESUME.format(**ONE), "Spanish call center", "no experience", "", "Claims clerk, 4 yrs"):
        read = profile.read(text)
        told = json.loads(json.dumps(profile.carried(read)))
        assert profile.restored(told) == read
        assert list(profile.restored(told).terms.items()) == list(read.terms.items())


@given(st.text(max_size=400))
def test_any_profile_comes_back(text):
    read = profile.read(text)
    assert profile.restored(json.loads(json.dumps(profile.carried(read)))) == read


def test_what_is_carried_holds_no_sentence_and_nothing_of_the_header():
    told = json.dumps(profile.carried(profile.read(RESUME.format(**ONE)))).lower()
    assert not [
        word for word in ("penhallow", "duluth", "218", "ada@", "where i can", "not looking") if word in told
    ]
    assert max(map(len, profile.carried(profile.read(RESUME.format(**ONE)))["terms"])) <= 48


def test_a_line_of_one_skill_is_no_name() -> None:
    assert "excel" in profile.read("Customer service\nThree years\nExcel").terms
    assert "lima" not in profile.read("Ada Quill\nLima\nThree years of customer service").terms


def test_the_days_of_an_office_are_no_work() -> None:
    read = profile.read("Dental receptionist, five years. Monday to Friday, day job.")
    assert not {"monday", "friday"} & read.terms.keys()
    assert {"sh.no_weekends", "sh.days"} <= read.wishes
    assert "saturday" in profile.read("Dental receptionist, Saturdays.").terms
    told = "I kept the desk of a library for two years.\nLooking for hotel work, Monday, Wednesday, Friday."
    wish = profile.read(told).terms
    assert wish["monday"] == wish["friday"] < wish["hotel"]


def test_a_wish_of_one_word_is_not_all_that_counts() -> None:
    short, long = (
        profile.read(f"Ten years at a till.\nLooking for {work}.")
        for work in ("claims", "claims, billing, mail")
    )
    assert short.terms["claim"] == pytest.approx(0.5)
    assert short.terms["claim"] > short.terms["till"]
    assert long.terms["claim"] < short.terms["claim"]


def test_a_text_without_end_is_carried_within_bounds_and_its_heaviest_terms_are_kept():
    words = [f"{chr(0x4E00 + n % 20_000)}{chr(0x4E00 + n // 100)}" * 20 for n in range(4_000)]
    read = profile.read("Zendesk agent. Zendesk.\n\n" + " ".join(words))
    assert len(read.terms) == profile.MAX_TERMS
    assert {"zendesk", "concept:to.zendesk"} <= set(read.terms)
    assert read == profile.read("Zendesk agent. Zendesk.\n\n" + " ".join(words))
    assert len(zlib.compress(json.dumps(profile.carried(read)).encode())) < 70_000  # a field holds 100,000


def test_which_terms_of_equal_weight_stay_is_not_decided_by_the_alphabet():
    words = [
        f"{first}{second}{third}q" for first in "abcdefghij" for second in "klmnopqrst" for third in "uvwxyz"
    ]
    kept = profile.read("\n".join(words)).terms.keys() & set(words)
    assert len(kept) > 300
    assert min(sum(word.startswith(letter) for word in kept) for letter in "abcdefghij") > 20


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile", ["a" * 500_000, "not " * 100_000, "no, " * 100_000, "(" * 200_000, "2019 - " * 50_000]
)
def test_hostile_texts_are_read_in_time(hostile):
    profile.read(hostile)


def test_a_text_without_end_is_read_as_far_as_people_write() -> None:
    told = "Answered calls in Spanish.\n"
    assert profile.read(told * 100_000) == profile.read(told * parsing.MAX_LINES)
    assert profile.read("x\n" * (parsing.MAX_LINES - 1) + told).concepts
    assert not profile.read("x\n" * parsing.MAX_LINES + told).concepts
