"""What a person's words refuse, what they only lack, and what stays said."""

from __future__ import annotations

import pytest

from matcher import negation, profile

PHONE = {"ch.phone", "ch.inbound", "ch.outbound"}


@pytest.mark.parametrize(
    "said",
    [
        "no telephone at all",
        "not on the phone",
        "chat or email only, no calls please",
        "no phone calls",
        "I don't want to be on the phone",
        "I'd rather not be on the phones",
        "non-voice work",
        "I hate phone calls",
        "tired of the phones, want chat",
        "I want off the phones",
        "anything but phones",
    ],
)
def test_who_wants_no_phone_refuses_it_and_calls(said: str) -> None:
    read = profile.read(said)
    assert read.unwanted >= PHONE
    assert PHONE.isdisjoint(read.concepts)


@pytest.mark.parametrize(
    "said, refused",
    [
        ("not on the phone all day", {"ch.phone"}),
        ("no outbound calls", {"ch.outbound", "ch.cold"}),
        ("no cold calling", {"ch.cold"}),
        ("no sales calls", {"ch.outbound", "ch.cold"}),
        ("I am tired of restaurants: front desk or chat", {"do.food"}),
        ("fed up with call centers", {"ch.call_center"}),
        ("No nights, weekends, or holidays", {"sh.nights", "sh.weekends", "sh.holidays"}),
        ("not interested in sales, collections, or door to door", {"ta.collections", "ch.field"}),
        ("no restaurants, days or evenings ok", {"do.food"}),
        ("no longer want to work nights", {"sh.nights"}),
        ("not 1099", {"em.independent"}),
    ],
)
def test_a_refusal_reaches_as_far_as_its_list_and_no_farther(said: str, refused: set[str]) -> None:
    assert negation.cut(said).refused == refused


@pytest.mark.parametrize(
    "lacks",
    [
        "I have never used a live chat",
        "never missed a quota in five years",
        "no call center experience",
        "I haven't worked in a restaurant",
        "I do not have a commission",
        "I negotiate without a quota",
    ],
)
def test_what_somebody_has_not_done_is_neither_refused_nor_said(lacks: str) -> None:
    cut = negation.cut(lacks)
    assert cut.negated
    assert not cut.refused


@pytest.mark.parametrize(
    "said",
    [
        "I did not only answer the phone",
        "not just phones",
        "not afraid of the phone",
        "no problem with phones",
        "I wouldn't mind phones",
    ],
)
def test_what_negates_nothing_is_said(said: str) -> None:
    assert negation.cut(said) == negation.Cut(said, "", frozenset())


@pytest.mark.parametrize(
    "said, concept",
    [
        ("works well without supervision", "so.independent"),
        ("no felonies, clean record", "sc.background"),
        ("customer service no experience", "ex.none"),
    ],
)
def test_what_a_negation_names_as_had_is_had(said: str, concept: str) -> None:
    assert concept in profile.read(said).concepts


def test_a_way_of_working_after_what_is_refused_is_wanted() -> None:
    for said in ("no phone work from home", "no nights remote", "non-phone work from home"):
        assert "wm.remote" in profile.read(said).wishes
    assert "wm.remote" in profile.read("no sales or remote work").unwanted
    assert "columbus" in profile.read("customer service no weekends Columbus").terms


@pytest.mark.parametrize(
    "said, refused, wanted",
    [
        ("I am done with nights and want a day job on the phones", {"sh.nights"}, "ch.phone"),
        (
            "Tired of collections - would like claims at a bank or in insurance",
            {"ta.collections"},
            "ta.claims",
        ),
        ("Burned out by retail so I'm looking for claims work", {"do.retail"}, "ta.claims"),
    ],
)
def test_where_a_wish_begins_nothing_more_is_refused(said: str, refused: set[str], wanted: str) -> None:
    read = profile.read(said)
    assert read.unwanted == refused
    assert wanted in read.concepts


def test_what_is_refused_makes_no_likeness_and_what_one_did_with_it_stays_said() -> None:
    read = profile.read(
        "Night dispatcher, five years of collections.\nDone.\nNo nights, no collections please."
    )
    assert {"concept:ta.collections", "collection", "night"}.isdisjoint(read.terms)
    assert {"ta.collections", "sh.nights"} <= read.unwanted
    assert "dispatcher" in read.terms


@pytest.mark.parametrize(
    "said, languages",
    [
        ("I speak Dutch and English well and little Italian", {"Dutch"}),
        ("Some Spanish from school (not fluent), native French", {"French"}),
        ("Spanish (basic), French", {"French"}),
        ("helped some Spanish speaking customers", {"Spanish"}),
        ("Spanish, basic Excel", {"Spanish"}),
    ],
)
def test_a_language_that_is_hardly_spoken_is_not_had(said: str, languages: set[str]) -> None:
    read = profile.read(f"{said}\nHotel desk\nTwo years")
    assert read.languages == languages
    assert ("italian" in read.terms, "spanish" in read.terms) == (False, "Spanish" in languages)
    assert not read.unwanted


def test_who_would_lead_no_more_is_no_lead() -> None:
    said = "Customer service team leader, eight years"
    assert "lead" in profile.read(said).levels
    assert profile.read(f"{said}\nWanted: complaints handler, not team leader.\nOfgem").levels == {None}


def test_no_weekends_asks_for_free_ones_wherever_it_stands() -> None:
    read = profile.read("Claims intake, five years.\nSpanish.\nNo weekends, no commission.")
    assert "sh.no_weekends" in read.wishes
    assert {"sh.weekends", "pa.commission"} <= read.unwanted
    assert "sh.no_weekends" not in read.unwanted
