"""The facts in an ad, each with its sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import facets, text

HOSTILE = {
    "letters": "a" * 300_000,
    "digits": "1 " * 150_000,
    "answers": "answer " * 43_000,
    "years": "2 years " * 37_000,
    "weeks": "3 weeks " * 37_000,
    "negations": "not remote " * 27_000,
    "phones": "phone, " * 43_000,
    "works": "work office role " * 18_000 + "remotely",
    "blanks": " " * 300_000,
    "sentences": ". A" * 100_000,
    "wishes": "high school preferred " * 13_000,
}


def facts(written: str, title: str = "") -> set[tuple[str, str]]:
    return {(fact.facet, fact.value) for fact in facets.read(written, title)}


@pytest.mark.parametrize(
    "written, facet, values",
    [
        ("Full-time or part time.", "hours", {"full_time", "part_time"}),
        ("Monday through Friday, 8am to 5pm.", "shift", {"day"}),
        ("Evenings and the third shift.", "shift", {"evening", "overnight"}),
        ("We ship overnight packages.", "shift", set()),
        ("Must be able to work weekends.", "weekend", {"required"}),
        ("No nights or weekends!", "weekend", {"no"}),
        ("Holidays as needed.", "holiday", {"may_be_required"}),
        ("Ten paid holidays.", "holiday", set()),
        ("Overtime in December.", "overtime", {"possible"}),
        ("Meet deadlines over time.", "overtime", set()),
        ("Work from home.", "work_mode", {"remote"}),
        ("This is not a remote job.", "work_mode", {"onsite"}),
        ("Remote work is not available.", "work_mode", {"onsite"}),
        ("Remote desktop skills.", "work_mode", set()),
        ("You work remotely, three days of five.", "work_mode", {"remote"}),
        ("This position can be performed remotely.", "work_mode", {"remote"}),
        ("Based at the Leeds office or remotely.", "work_mode", {"remote"}),
        ("We are hiring remotely.", "work_mode", {"remote"}),
        ("Work remotely: no", "work_mode", set()),
        ("The attendant releases locks remotely.", "work_mode", set()),
        ("Interviews for this role will be held remotely.", "work_mode", set()),
        ("Meet customers in person and remotely.", "work_mode", set()),
        ("Hybrid: 3 days in the office.", "work_mode", {"hybrid"}),
        ("You must reside in Ohio or Maine.", "eligibility", {"ohio or maine"}),
        ("Temp-to-hire.", "employment", {"temp_to_hire"}),
        ("Seasonal position.", "employment", {"temporary"}),
        ("At least 2-3 years of call center experience.", "experience", {"2"}),
        ("One (1) year of customer service; 3 years of sales experience.", "experience", {"1"}),
        ("6 months experience in a call center.", "experience", {"0.5"}),
        ("No experience necessary.", "experience", {"0"}),
        ("Entry level. 2 years of office experience required.", "experience", {"2"}),
        ("In business for over 20 years with customers.", "experience", set()),
        ("High school diploma or GED.", "education", {"high_school"}),
        ("Bachelor's degree required.", "education", {"bachelor"}),
        ("Bilingual in English and Spanish.", "language", {"english", "spanish"}),
        ("Fluent Spanish.", "language", {"spanish"}),
        ("Spanish is a plus.", "language", {"spanish"}),
        ("Bilingual agents wanted.", "language", {"unknown"}),
        ("$17.50 - $19 per hour.", "pay", {"hourly"}),
        ("$40,000 - $45,000 per year plus bonus.", "pay", {"annual", "commission_or_bonus"}),
        ("Contact the Equal Employment Opportunity Commission.", "pay", set()),
        ("100% commission.", "pay", {"commission_only", "commission_or_bonus"}),
        (
            "Answer incoming calls, e-mail support and live chat.",
            "channel",
            {"phone_inbound", "email", "chat"},
        ),
        ("Apply via email with your CV.", "channel", set()),
        ("Health and social care.", "channel", set()),
        ("Our client is hiring.", "employer", {"staffing_agency"}),
        ("An innovative marketing firm.", "employer", {"direct_sales"}),
        ("Property & Casualty license.", "licence", {"insurance"}),
        ("A valid driver\u2019s license.", "licence", {"driver"}),
        ("Background check and drug test.", "screening", {"background", "drug"}),
        ("Type 45 wpm.", "typing", {"45"}),
        ("4-8 weeks of paid training.", "training", {"4", "paid"}),
        ("", "hours", set()),
    ],
)
def test_a_sentence_states_its_facts(written: str, facet: str, values: set[str]) -> None:
    assert {value for name, value in facts(written) if name == facet} == values


@pytest.mark.parametrize(
    "written, strength",
    [
        ("Bachelor's degree required", "required"),
        ("Bachelor's degree preferred", "preferred"),
        ("Bachelor's degree a plus", "preferred"),
        ("Preferred: bachelor's degree", "preferred"),
        ("Bachelor's degree required, more preferred", "required"),
        ("Bachelor's degree", "required"),
        ("Bachelor's degree preferred.\nA bachelor's degree is a must for leads.", "required"),
    ],
)
def test_a_wish_is_no_requirement(written: str, strength: str) -> None:
    assert [fact.strength for fact in facets.read(written) if fact.facet == "education"] == [strength]


def test_a_fact_carries_its_sentence_as_it_was_written() -> None:
    ad = "You answer calls.  The job is  FULLY Remote \u2013 enjoy! Apply now."
    (fact,) = [fact for fact in facets.read(ad) if fact.facet == "work_mode"]
    assert fact == facets.Fact("work_mode", "remote", "The job is FULLY Remote \u2013 enjoy!")


def test_a_title_is_read_too() -> None:
    assert facts("You answer calls.", "German-speaking agent (part-time)") >= {
        ("language", "german"),
        ("hours", "part_time"),
    }


def test_what_is_not_said_is_not_there() -> None:
    assert facets.read("A lovely team looks forward to you.") == []


def test_a_fact_stands_once() -> None:
    found = facets.read("Full time. Full-time! Work from home, remote.")
    assert len(found) == len({(fact.facet, fact.value) for fact in found}) == 2


def test_the_vocabulary_has_no_unbounded_gap() -> None:
    for row in text.vocabulary("facets.csv"):
        re.compile(row["pattern"])
        assert row["needs"] == row["needs"].lower()
        assert not re.search(r"(?:\]|\\w|\.)[*+]", row["pattern"]), row


@given(st.text(), st.text())
def test_any_text_is_read(written: str, title: str) -> None:
    for fact in facets.read(written, title):
        assert fact.evidence
        assert len(fact.evidence) <= facets.MAX_EVIDENCE


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    facets.read(HOSTILE[name], HOSTILE[name])
