from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import evidence, index, profile, rank, skills, terms

PERSON = dataclasses.replace(profile.read("telephone clerk refund"), years=1.0, degree=1)


def ranked(made, asked, directory):
    built = index.build(made, directory, stamp="a", generation=1)
    person = profile.read(asked) if isinstance(asked, str) else asked
    return {match.job: match for match in rank.rank(built, person)}


def plain(job: str, text: str, title: str = "Clerk") -> index.Document:
    return index.Document(job, title, text, "core")


@pytest.mark.parametrize(
    "asked, ad, told",
    [
        ("Seeking a refund clerk post. Not 1099.", "refund, paid on a 1099", "Independent contractor / 1099"),
        ("Seeking a refund clerk post, no commission.", "refund, base plus commission", "Commission"),
        ("Seeking a refund clerk post. No door to door.", "refund, door to door", None),
        (
            "Refund clerk, fast food.\nA\nB\nSeeking refunds. Not restaurants any more.",
            "refund, restaurant",
            None,
        ),
    ],
)
def test_what_is_refused_is_held_against_the_ad_that_names_it(tmp_path, asked, ad, told):
    found = ranked([plain("a", ad), plain("b", "refund, by telephone")], asked, tmp_path)
    factors = {name: (factor, why) for name, factor, why in found["a"].evidence}
    assert factors["not wanted"][0] == evidence.UNWANTED
    assert factors["not wanted"][1].startswith("names what the text does not want: ")
    assert told is None or told in factors["not wanted"][1]
    assert "not wanted" not in {name for name, _, _ in found["b"].evidence}


@pytest.mark.parametrize("refused", ["No timeshare sales.", "No sales quota.", "No cold calls."])
def test_a_refusal_reaches_no_farther_than_what_it_names(tmp_path, refused):
    ads = [plain("a", "refund in a hotel, KPIs, return calls")]
    found = ranked(ads, f"Seeking a refund clerk post. {refused}", tmp_path)
    assert "not wanted" not in {name for name, _, _ in found["a"].evidence}


def test_an_ad_of_three_languages_takes_who_has_one_of_them(tmp_path):
    asked = [plain("a", "refund. Fluent in French, German and Danish."), plain("b", "refund. Fluent German.")]
    found = ranked(asked, dataclasses.replace(PERSON, languages=frozenset({"French"})), tmp_path)
    lacks = {job: "language" in {name for name, _, _ in match.evidence} for job, match in found.items()}
    assert lacks == {"a": False, "b": True}


def test_an_ad_that_is_but_a_title_does_not_outrank_one_that_tells_of_the_work(tmp_path):
    other = " ".join(f"detail{number}" for number in range(evidence.ENOUGH))
    found = ranked([plain("a", "", "Refund"), plain("b", f"refund telephone {other}")], PERSON, tmp_path)
    assert found["b"].score > found["a"].score
    assert (evidence.LITTLE, "the ad says little") in {(name, why) for name, _, why in found["a"].evidence}
    assert evidence.LITTLE not in {name for name, _, _ in found["b"].evidence}


@pytest.mark.parametrize(
    "asked",
    [
        "Seeking a refund clerk post. I have no adjuster license yet.",  # what is not had is not refused
        "Seeking a refund clerk post. No nights, no weekends.",  # when one would work only filters
        "Refund clerk. Seeking commission.",
        "Seeking commission and refunds. Not without commission.",  # what is wished is not refused
    ],
)
def test_what_is_not_had_or_only_filters_or_is_wished_is_not_refused(tmp_path, asked):
    ad = "refund, commission, adjuster license, night shift, weekends"
    names = {name for name, _, _ in ranked([plain("a", ad)], asked, tmp_path)["a"].evidence}
    assert "not wanted" not in names


def test_what_can_be_refused_fits_in_the_bits_of_a_record():
    assert len(terms.refusable()) <= 64
    assert len(set(terms.refusable())) == len(terms.refusable())
    assert set(terms.refusable()) <= skills.concepts().keys()


RESUME = """{name}
{address}

{title} in a restaurant for 3 years, looking for a customer service job in a call center.

Experience
* {title} at the Blue Door, {place}: {self} greeted guests, took orders and kept the till.
* {title} of the Rotary lunch; a {kin} of two.

Skills: Spanish, Excel, Zendesk
"""
ONE = {"name": "Tessa Quill", "address": "Duluth, Minnesota (remote) | 218-555-0101", "place": "Duluth"}
TWO = {"name": "Omar Flint", "address": "Tacoma, WA (remote) | 253-555-0144", "place": "Tacoma"}


@pytest.mark.parametrize(
    "one, two",
    [
        (("Waitress", "she", "mother"), ("Waiter", "he", "father")),
        (("Hostess", "she", "lady"), ("Host", "he", "gentleman")),
        (("Waitress and hostess", "she", "girl"), ("Waiter and host", "he", "boy")),
        (("Customer hostess", "she", "wife"), ("Customer host", "he", "husband")),
        (("Stewardess", "she", "mom"), ("Steward", "he", "dad")),
        (("Saleswoman", "she", "wife"), ("Salesman", "he", "husband")),
        (("Chairwoman", "she", "woman"), ("Chairman", "he", "man")),
    ],
)
def test_name_address_and_the_words_of_a_gender_make_the_same_profile(one, two):
    words = ("title", "self", "kin")
    first = profile.read(RESUME.format(**ONE, **dict(zip(words, one, strict=True))))
    second = profile.read(RESUME.format(**TWO, **dict(zip(words, two, strict=True))))
    assert first == second


WORDS = "refund parcel counter ledger telephone zendesk spanish teller dispatch claim".split()
ADS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join), min_size=2, max_size=9)


@settings(max_examples=15, deadline=None)
@given(ADS, st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_an_unrelated_job_reorders_others_by_no_more_than_its_effect_on_idf(
    tmp_path_factory, texts, one, other
):
    made = [plain(f"job-{n}", text, title="") for n, text in enumerate(texts)]
    unrelated = plain("unrelated", "quokka wombat", title="")
    before = ranked(made, f"{one} {other}", tmp_path_factory.mktemp("before"))
    after = ranked([*made, unrelated], f"{one} {other}", tmp_path_factory.mktemp("after"))
    assert before.keys() == after.keys()
    # One job more adds this to the idf of every term that it lacks, and no idf is under 1.
    more = 1 + math.log((len(made) + 2) / (len(made) + 1))
    for job, match in before.items():
        assert more**-4 <= after[job].score / match.score <= more**4


@settings(max_examples=10, deadline=None)
@given(ADS, st.sampled_from(WORDS))
def test_within_a_generation_an_unrelated_job_changes_no_score(tmp_path_factory, texts, asked):
    made = [plain(f"job-{n}", text, title="") for n, text in enumerate(texts)]
    directory = tmp_path_factory.mktemp("index")
    built = index.build(made, directory, stamp="a", generation=1)
    person = profile.read(asked)
    before = rank.rank(built, person)
    more = [*made, plain("unrelated", "quokka wombat", title="")]
    after = rank.rank(index.build(more, directory, stamp="a", generation=1, fitted=built), person)
    assert after == before


def test_the_one_sentence_of_a_wish_outweighs_a_long_history():
    history = "\n".join(f"* dispatch of parcels {n}, {word} and {word} again" for n, word in enumerate(WORDS))
    read = profile.read(f"A Person\n\nExperience\n{history}\n\nI am looking for a teller post.")
    assert max(read.terms, key=read.terms.__getitem__).endswith("teller")
