"""What a title says, each rule by a pair of titles that it holds together or keeps apart."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dedupe import segments, titles

ONE_ROLE = [
    # cheers between bars, in brackets, after dashes and dots
    (
        "START ASAP! | Tech Support Representative (Makati) | IT Graduates Can Apply",
        "Technical Support Agent",
    ),
    ("Tech Support Agent | P20,000 Base Pay!", "TSR"),
    ("IT Graduate? WE GOT YOU! Be Our TSR - Makati (22,000 Pay Monthly)", "Technical Support Associate"),
    ("JOIN US FOR 1-DAY HIRING MAKATI JOB FAIR on MARCH 10 | Claims Clerk", "Claims Clerk"),
    (
        "Customer Service Officer. Day Shift! HMO day 1! Retirement plan!",
        "Customer Service Officer - Dayshift",
    ),
    ("Claims Clerk (20k New Hire Performance Bonus|Work from Home)", "Claims Clerk"),
    ("Claims Clerk - Open to Fresh Graduates Without Experience", "Claims Clerk"),
    ("Claims Clerk Open for Tourism and Hospitality Grads", "Claims Clerk"),
    ("Claims Clerk (With/Without BPO Experience)", "Claims Clerk"),
    ("No Experience WFH Claims Clerk (Fresh Graduates | Urgent Hiring)", "Claims Clerk"),
    ("Claims Clerk | Hybrid Setup (after 6 months)", "Claims Clerk after 6 months"),
    ("Claims Clerk - no experience necessary - job guarantee", "Claims Clerk"),
    ("Lumen Tower 5 is Hiring! Claims Clerk", "Claims Clerk"),
    ("\U0001f4a5 Claims Clerk \U0001f4a5 Up to 30K // Day 1 HMO", "Claims Clerk"),
    ("Claims Clerk l WFH l 14th month", "Claims Clerk"),
    ("Claims Clerk | USD 275 Sign-On Bonus | 35K-45K", "Claims Clerk"),
    # a town that stands apart
    ("Claims Clerk | Makati", "Claims Clerk (Makati City)"),
    ("Claims Clerk (Makati BPO)", "Claims Clerk | Makati"),
    ("Claims Clerk - Makati / BGC Taguig", "Claims Clerk"),
    ("Claims Clerk (Vietnam) 2026", "Claims Clerk 2026"),
    ("Claims Clerk (Houston, TX)", "Claims Clerk"),
    ("Claims Clerk (Florianópolis)", "Claims Clerk"),
    # one role under many words
    ("CSR", "Customer Service Advisor"),
    ("CSA - Healthcare Account", "Health Care Customer Service Representative"),
    ("Call Centre Agent", "Call Center Associate"),
    ("Customer Services Adviser", "Customer Service Agent"),
    ("Helpdesk Rep", "Help Desk Agent"),
    ("RGN", "Registered General Nurse"),
    ("HCA", "Healthcare Assistant"),
    ("12MOS CONTRACT | Claims Clerk", "Claims Clerk - 12 months contract"),
    ("Claims Clerk - Store 412", "Claims Clerk"),
    ("Claims Clerk (Hourly)", "Claims Clerk"),
    ("ANALISTADESISTEMASPLENO", "ANALISTADESISTEMAS"),
]


@pytest.mark.parametrize("a, b", ONE_ROLE)
def test_titles_that_call_one_role_have_one_core(a: str, b: str) -> None:
    assert titles.read(a).core == titles.read(b).core
    assert titles.read(a).core


CHEERS = """
apply now/job fair/career fair/walk in/open house/join our team/we are looking for/be our next/we want you
expressions of interest/can start immediately/immediate joiners/suitable for finance grads/IT graduates/freshers
with or without experience/no CCE/2 years experience/experience a must/HMO D1/day 1 HMO/HMOD1/13th month pay
sign on bonus/fixed salary package/virtual process/retirement plan/beginner friendly/beginners welcome
interview guaranteed/guaranteed interview/no agencies/exciting career/hiring event
""".strip().replace("\n", "/")


@pytest.mark.parametrize("cheer", CHEERS.split("/"))
def test_a_segment_that_cheers_goes_with_all_that_it_says(cheer: str) -> None:
    assert titles.read(f"Claims Clerk | {cheer} zorn").core == {"claim", "clerk"}


@pytest.mark.parametrize(
    "terms",
    ["weekends off", "no weekends", "permanent WFH", "work at home", "on site", "hybrid", "tools provided"],
)
def test_how_it_is_worked_goes_alone(terms: str) -> None:
    assert titles.read(f"Claims Clerk | {terms} Zorn").core == {"claim", "clerk", "zorn"}


@pytest.mark.parametrize(
    "sign",
    [
        " | ",
        " - ",
        " -",
        " – ",
        "- ",
        " / ",
        "//",
        "***",
        " (",
        ", ",
        ": ",
        ". ",
        "! ",
        "; ",
        " l ",
        " \u2728 ",
    ],
)
def test_a_sign_parts_a_title(sign: str) -> None:
    assert titles.read(f"Claims Clerk{sign}Makati").values("place") == {"town makati"}


@pytest.mark.parametrize(
    "pay",
    [
        "20K",
        "18k - 20k",
        "P22,000",
        "PHP 36K",
        "USD 275",
        "$18.50/hr",
        "£25,000 - £30,000 per annum",
        "35,000",
    ],
)
def test_pay_is_no_word_of_a_title(pay: str) -> None:
    assert titles.read(f"Claims Clerk {pay} Zorn").core == {"claim", "clerk", "zorn"}


SHORT = """
rep representative/reps representative/asst assistant/assoc associate/mgr manager/mngr manager/svc service
cust customer/tech technical/eng engineer/dev developer/admin administrator/coord coordinator
spec specialist/ops operations/exec executive/centre center/adviser advisor/helpdesk help desk
csrs customer service representative/tsrs technical support representative/cs customer service
callcenter call center/healthcare health care/frontend front end/backend back end/fullstack full stack
rmn registered mental nurse/rnld registered disability nurse/rn registered nurse
lpn licensed practical nurse/cna certified nursing assistant/sdr sales development representative
qa quality assurance/hr human resources/programme program
""".strip().replace("\n", "/")


@pytest.mark.parametrize("row", SHORT.split("/"))
def test_an_abbreviation_is_what_it_stands_for(row: str) -> None:
    short, _, long = row.partition(" ")
    assert titles.read(f"Zorn {short} gate").core == titles.read(f"Zorn {long} gate").core


@pytest.mark.parametrize(
    "short, long",
    [
        ("Sr Clerk", "Senior Clerk"),
        ("Snr Clerk", "Senior Clerk"),
        ("Jr Clerk", "Junior Clerk"),
        ("Jnr Clerk", "Junior Clerk"),
        ("Depot Supv", "Depot Supervisor"),
        ("Clerk Midshift", "Clerk Mid Shift"),
        ("Nonvoice Clerk", "Non-Voice Clerk"),
        ("Grad Clerk", "Graduate Clerk"),
        ("Clerk (2 yrs exp) zorn", "Clerk (2 years experience) zorn"),
    ],
)
def test_an_abbreviated_marker_is_one(short: str, long: str) -> None:
    assert titles.read(short).markers == titles.read(long).markers
    assert titles.read(short).core == titles.read(long).core


TWO_ROLES = [
    ("Business Architect | Invoices", "Business Architect | Data Modelling"),
    ("Summer | Risk | Analyst", "Summer | Client Operations | Analyst"),
    ("Sales Assistant - Menswear", "Sales Assistant - Footwear"),
    ("Staff Nurse (Cedar Ward)", "Staff Nurse (Birch Ward)"),
    ("RMN", "RNLD"),
    ("Customer Service Specialist", "Customer Service Representative"),  # a specialist is a grade above
    ("Sales Agent", "Sales Associate"),  # one works on commission, the other in a shop
    ("Claims Associate", "Claims Representative"),  # no contact centre
    ("OR Nurse", "Nurse"),
    ("Clerk | PA", "Clerk"),  # an assistant, where no town stands before it
    ("Research Analyst - May 2025", "Research Analyst - March 2025"),
    ("Benefits Clerk - HMO", "Benefits Clerk"),  # what "day 1 HMO" praises is a subject, too
]


@pytest.mark.parametrize("a, b", TWO_ROLES)
def test_titles_of_two_roles_have_two_cores(a: str, b: str) -> None:
    assert titles.read(a).core != titles.read(b).core


CONFLICTS = [
    ("Support Agent I", "Support Agent II", "grade"),
    ("Library Officer 0", "Library Officer 2", "grade"),
    ("IT Support L2", "IT Support L3", "grade"),
    ("Junior Clerk", "Clerk", "level"),
    ("Graduate Clerk", "Clerk", "level"),
    ("Analista Pleno", "Analista Sênior", "level"),
    ("Praktikant Vertrieb", "Vertrieb", "level"),
    ("Clerk - Dayshift", "Clerk - Nightshift", "shift"),
    ("Clerk (Mid Shift)", "Clerk (Graveyard Shift)", "shift"),
    ("Clerk, US Shift", "Clerk, Day Shift", "shift"),
    ("Front Desk Agent (PT)", "Front Desk Agent (FT)", "hours"),
    ("Bank Staff Nurse", "Staff Nurse", "hours"),
    ("Clerk (Mandarin Speaker)", "Clerk", "language"),
    ("Medewerker Duits", "Medewerker Frans", "language"),
    ("Inpatient Coder", "Outpatient Coder", "setting"),
    ("CSR Voice", "CSR Non-Voice", "channel"),
    ("Outbound Caller", "Inbound Caller", "channel"),
    ("Clerk | Cebu", "Clerk | Makati", "place"),
    ("Engineering - Summer Internship", "Engineering - Spring Co-op Internship", "season"),
    ("Fall 2026 Laboratory Intern", "Laboratory Intern", "season"),
    ("Clerk (Vietnam)", "Clerk (Thailand)", "place"),
    ("Clerk - Store 412", "Clerk - Store 413", "store"),
    ("Supervisor (Hourly)", "Supervisor (Salaried)", "paid"),
]


@pytest.mark.parametrize("a, b, kind", CONFLICTS)
def test_what_two_titles_cannot_both_be_is_named(a: str, b: str, kind: str) -> None:
    read = titles.read(a), titles.read(b)
    assert [told for told, _, _ in titles.conflicts(*read)] == [kind]
    assert [told for told, _, _ in titles.conflicts(*read[::-1])] == [kind]
    assert titles.apart(*read) is (kind != "place")  # a card holds several towns


COMPATIBLE = [
    ("Support Agent I", "Support Agent"),
    ("CSR (Fresh Graduates)", "CSR"),
    ("Clerk (Makati)", "Clerk (Metro Manila)"),  # the one holds the other
    ("Clerk (Makati)", "Clerk"),
    ("Clerk (Dublin)", "Clerk (Ireland)"),  # a town and a country are not compared
    ("Clerk, US Shift", "Clerk"),
    ("Inpatient/Outpatient Coder", "Inpatient Coder"),
    ("Voice and Non-Voice CSR", "CSR Voice"),
    ("Coder (Inpatient)", "Coder"),
    ("Clerk | Permanent WFH", "Clerk | Temporary WFH"),  # how it is worked, no term of the contract
    ("Clerk | Weekends Off", "Clerk"),
    ("Clerk | No Weekends", "Clerk"),
    ("Physical Therapist (PT)", "Physical Therapist"),
    ("Supervisor (Hourly)", "Supervisor"),
    ("Clerk - Store 412", "Clerk"),
]


@pytest.mark.parametrize("a, b", COMPATIBLE)
def test_what_one_title_leaves_out_keeps_no_two_apart(a: str, b: str) -> None:
    assert titles.conflicts(titles.read(a), titles.read(b)) == []


def test_the_head_is_the_segment_that_names_the_role_so_that_cheers_make_no_new_one() -> None:
    heads = {
        titles.read(f"{cheer} | Claims Clerk | Makati").head for cheer in ("START ASAP!", "URGENT", "20K")
    }
    assert heads == {"claim clerk"}


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_strings_are_read_and_conflict_alike_from_both_sides(a: str, b: str) -> None:
    left, right = titles.read(a), titles.read(b)
    there = titles.conflicts(left, right)
    assert there == [(kind, theirs, ours) for kind, ours, theirs in titles.conflicts(right, left)]
    assert titles.conflicts(left, left) == []


def test_a_phrase_that_is_taken_to_hold_no_marker_holds_none() -> None:
    stems = {stem for _, _, pattern in titles._MARKERS for stem in re.findall(r"[^\W\d_]+", pattern)}
    words = {
        form + end for stem in stems for form in (stem, stem[:-1]) for end in ("", "r", "n", "in", "ship")
    }
    words |= titles.LANGUAGES | segments._SYNONYMS.keys()
    bare = sorted(word for word in words if not titles.marked(word))
    assert len(bare) > 100
    pairs = map(" ".join, itertools.pairwise(bare * 2))
    for phrase in (*bare, *pairs, *words, *(f"{word} shift" for word in words)):
        told = {kind for kind, _ in titles.read(phrase).markers} - {"place"}
        assert not told or titles.marked(phrase), phrase
        assert told.isdisjoint(("shift", "hours", "contract")) or titles.timed(phrase), phrase
