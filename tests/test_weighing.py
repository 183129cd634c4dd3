from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import profile, weighing

TEXT = """Ada Quill
Tampa, FL | 813-555-0100

Looking for remote customer service work in Columbus, OH, evenings, no nights, no weekends. Team lead.

Experience
Agent, Lamp Co, 2019 - 2022
* answered night shift calls in Spanish with Zendesk
Bachelor's degree
"""
WRITTEN = profile.read(TEXT)
READ = replace(WRITTEN, languages=WRITTEN.languages | {"Thai"})  # as if no concept were called so


def weighed(**given: str) -> profile.Profile:
    return weighing.applied(replace(READ, weighed={key.replace("_", "."): one for key, one in given.items()}))


def keys(person: profile.Profile) -> set[str]:
    return {thing.key for thing in weighing.things(person)}


def test_everything_that_was_read_is_a_thing_of_a_group() -> None:
    told = {thing.key: thing.group for thing in weighing.things(READ)}
    assert told["la.spanish"] == told["language:Thai"] == "Languages"
    assert told["to.zendesk"] == "Tools"
    assert told["sh.evenings"] == told["sh.no_weekends"] == told["place"] == "When and where"
    assert told["unwanted:sh.nights"] == "Not wanted"
    assert told["family:core"] == "Work wanted"
    assert "sh.nights" not in told
    groups = [thing.group for thing in weighing.things(READ)]
    assert groups == sorted(groups, key=weighing.GROUPS.index)


def test_what_was_read_is_said_in_few_words_the_telling_ones_first() -> None:
    said = weighing.summary(READ)
    assert said[:5] == ["Spanish", "Thai", "Zendesk", "3 years", "bachelor's degree"]
    assert {"not: Overnight", "No weekends", "Columbus, OH"} <= set(said)


def test_more_counts_twice_and_less_half_for_the_concept_and_the_word_that_alone_says_it() -> None:
    for weight, factor in (("more", 2.0), ("less", 0.5)):
        ranked = weighed(to_zendesk=weight)
        for term in ("zendesk", "concept:to.zendesk"):
            assert ranked.terms[term] == factor * READ.terms[term]
        assert ranked.terms["spanish"] == READ.terms["spanish"]


@pytest.mark.parametrize("key", sorted(keys(READ)))
def test_what_is_left_out_is_gone_and_comes_back(key: str) -> None:
    left = replace(READ, weighed={key: "out"})
    assert key not in keys(weighing.applied(left))
    assert key in keys(left)  # so that it can be chosen again
    assert weighing.applied(replace(left, weighed={})) == READ


def test_a_language_that_is_left_out_is_lacking_where_an_ad_requires_it() -> None:
    assert weighed(la_spanish="out").languages == {"Thai"}
    assert "spanish" not in weighed(la_spanish="out").terms


@given(st.dictionaries(st.sampled_from(sorted(keys(READ))), st.sampled_from(profile.WEIGHTS_GIVEN)))
def test_any_weights_travel_and_give_a_profile_that_can_be_ranked(given_: dict[str, str]) -> None:
    person = replace(READ, weighed=given_)
    assert profile.restored(json.loads(json.dumps(profile.carried(person)))) == person
    ranked = weighing.applied(person)
    assert profile.restored(profile.carried(ranked)) == ranked
    assert all(weight > 0 for weight in ranked.terms.values())


def test_what_is_added_is_a_wish_and_takes_back_what_was_left_out_or_unwanted() -> None:
    person = replace(READ, weighed={"to.zendesk": "out", "la.spanish": "more"})
    more = weighing.added(person, "Zendesk, forklift;\n night shift, 5 years, Korean, no telemarketing")
    assert more.weighed == {"la.spanish": "more"}
    assert 0 < more.terms["forklift"] <= max(READ.terms.values())
    assert more.years == 5
    assert "Korean" in more.languages
    assert "sh.nights" in more.wishes - more.unwanted
    assert "ta.telemarketing" not in more.concepts
    assert "Spanish" in more.languages
    assert profile.restored(profile.carried(more)) == more


def test_whatever_is_added_keeps_the_bounds_of_a_profile() -> None:
    full = profile.read("\n".join(f"word{n}q" for n in range(900)))
    more = weighing.added(full, "forklift " + "x" * 5_000)
    assert len(more.terms) == profile.MAX_TERMS
    assert "forklift" in more.terms
