from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import requirements

ASKED = [
    ("At least 3 years of call center experience.", {"years": 3.0}),
    ("Minimum two (2) years experience; five years of experience for team leads.", {"years": 2.0}),
    ("2-4 yrs experience in billing", {"years": 2.0}),
    ("Three years of experience preferred.", {}),
    ("We have 25 years of experience in lighting.", {}),
    ("You must be 18 years old, experience welcome", {}),
    ("Bachelor's degree required", {"degree": 3}),
    ("High school diploma or Bachelor's degree", {"degree": 1}),
    ("A four-year college degree is a plus.", {}),
    ("Must hold a property and casualty license.", {"licences": {"insurance"}}),
    ("Ability to obtain an insurance license; we will sponsor the exam.", {}),
    ("Registered nurse, valid in the state", {"licences": {"nurse"}}),
    ("A valid driver's license", {}),
    ("Fluent Spanish and English are required.", {"languages": {"Spanish"}}),
    ("Spanish is a plus.", {}),
    ("Knowledge of the Finnish language is required.", {"languages": {"Finnish"}}),
    ("Excellent Finnish language skills along with good English.", {"languages": {"Finnish"}}),
    ("Proficiency in both English and Dutch", {"languages": {"Dutch"}}),
    ("Good knowledge of Swedish and English.", {"languages": {"Swedish"}}),
    ("Knowledge of the German energy market.", {}),
    ("Knowledge of Dutch is an advantage, but not required.", {}),
    ("Language skills: knowledge of a PhD student's life", {}),
    ("Our Spanish office is by the sea.", {}),
    ("", {}),
]


@pytest.mark.parametrize("said, expected", ASKED)
def test_an_ad_requires_only_what_it_states_without_softening(said, expected):
    asked = requirements.asked("Clerk", said)
    assert asked == requirements.Requirements(
        years=expected.get("years", 0.0),
        degree=expected.get("degree", 0),
        licences=frozenset(expected.get("licences", ())),
        languages=frozenset(expected.get("languages", ())),
    )


def test_a_language_in_the_title_is_a_requirement():
    assert requirements.asked("Korean Speaking Agent", "Take calls.").languages == {"Korean"}


@pytest.mark.parametrize("said, expected", ASKED)
def test_every_requirement_has_the_sentence_that_states_it(said, expected):
    told = list(requirements.told("Clerk", said))
    assert {name for name, _, _ in told} == {
        {"years": "years", "degree": "degree", "licences": "licence", "languages": "language"}[name]
        for name in expected
    }
    assert all(sentence in said for _, _, sentence in told)


@given(st.sets(st.sampled_from(requirements.LICENCES)))
def test_bits_and_names_are_inverse(chosen):
    number = requirements.bits(chosen, requirements.LICENCES)
    assert set(requirements.names(number, requirements.LICENCES)) == chosen


@given(st.text(max_size=300))
def test_any_text_is_read(said):
    requirements.asked(said, said)
    requirements.held(said)


def test_sets_fit_the_bits_of_the_index():
    assert max(len(requirements.LICENCES), len(requirements.LANGUAGES)) <= 64
