"""Two ads side by side: what keeps them apart, what is only another print, and the words it is told in."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dedupe import Ad, compare, explain, reasons, signing, signs, snippets
from matcher.dedupe.ads import RELATIONS
from matcher.dedupe.compare import Comparer, Comparison
from matcher.dedupe.facts import Facts

ABOUT = "Lumen Ferries carries people, bicycles and vans between the mainland and nine islands."
WORK = (
    "As a reservations agent you answer calls and letters from guests, book cabins, change tickets, and put things"
    " right when the sea does not. You explain fares and timetables, take payments over the telephone, and write a"
    " note of every call so that the next colleague knows what was agreed. On busy days you help at the quay."
)
ASKED = (
    "You bring a calm voice, clear writing and a year at a counter. We teach the booking system in three weeks"
    " beside an experienced colleague. Crossings are free for your family, and the canteen is worth a visit."
)
ONE = Ad(
    key=1,
    source="board",
    identifier="1",
    title="Reservations Agent",
    organization="Lumen Ferries",
    text=f"{ABOUT}\n{WORK}\n{ASKED}",
    places=(("Dunmore", "Clare", "IE", None),),
    date_posted=date(2026, 3, 2),
)
OTHER = replace(ONE, key=2, identifier="2")
AT = "https://jobs.example.org/openings/"
PAY = (Decimal(17), Decimal(17), "HOUR", "EUR")


def read(*ads: Ad) -> list[signs.Signs]:
    return [signs.signs(signs.note(ad), np.empty(0, np.uint64)) for ad in ads]


def compared(a: Ad, b: Ad) -> Comparison:
    return Comparer(read(a, b).__getitem__).compare(0, 1)


def case(relation: str, a: dict[str, Any], b: dict[str, Any], said: str, name: str) -> Any:
    return pytest.param(relation, a, b, said, id=name)


CASES = [
    case("job", {}, {}, "same text", "a copy"),
    case("different", {"title": "Night Reservations Agent"}, {}, "kept apart: shift (night / not said)", "shift"),
    case(
        "different", {}, {"text": ONE.text.replace("the quay", "the freight office")},
        "kept apart: wording (quay / freight office)", "a slot within one source",
    ),
    case(
        "job", {}, {"source": "feed", "text": ONE.text.replace("the quay", "the freight office")},
        "other words: quay / freight office", "another print across sources",
    ),
    case(
        "different", {}, {"text": ONE.text + " This post looks after the winter timetable of the outer islands."},
        "kept apart: posted on one day with other words (not said / this post looks after the winter timetable of …)",
        "two texts of one day",
    ),
    case(
        "job", {},
        {
            "text": ONE.text + " This post looks after the winter timetable of the outer islands.",
            "date_posted": date(2026, 3, 30),
        },
        "posted 28 days apart", "the same text with more, weeks later",
    ),
    case(
        "job", {"source": "feed", "text": WORK[:400] + "…"}, {},
        "the shorter text stands word for word in the longer one", "a snippet",
    ),
    case(
        "job", {}, {"source": "agency", "organization": "Quillon", "text": ONE.text.replace("is worth", "of Quillon is worth")},
        "same employer under two names: Quillon and Lumen Ferries", "one text names the other's employer",
    ),
    case(
        "template", {}, {"source": "agency", "organization": "Quillon", "places": (("Ennis", "Clare", "IE", None),)},
        "same text", "another employer elsewhere",
    ),
    case(
        "job", {"url": AT + "4711"}, {"url": AT + "4711", "text": ONE.text.replace("the quay", "the freight office")},
        "same web address", "one page that was edited",
    ),
    case(
        "job", {"url": AT + "4711"}, {"url": AT + "4711", "places": (("Ennis", "Clare", "IE", None),)},
        "same web address", "one page read under two places",
    ),
    case(
        "campaign", {}, {"places": (("Ennis", "Clare", "IE", None),)},
        "different places: Dunmore Clare IE / Ennis Clare IE", "another town",
    ),
    case(
        "campaign", {}, {"places": (("Ennis", "Clare", "IE", None),), "employment_type": ("PART_TIME",)},
        "same title", "another town with its own hours",
    ),
    case("different", {"pay": PAY}, {"pay": (Decimal(21), Decimal(21), *PAY[2:])}, "kept apart: pay", "pay"),
    case(
        "job", {"pay": PAY}, {"pay": (Decimal(18), Decimal(18), *PAY[2:]), "date_posted": date(2026, 4, 20)},
        "posted 49 days apart", "a little more weeks later",
    ),
    case(
        "different", {"pay": PAY}, {"pay": (Decimal(25), Decimal(25), *PAY[2:]), "date_posted": date(2026, 4, 20)},
        "kept apart: pay", "much more weeks later",
    ),
    case(
        "different", {"requisition": "LF-202601"}, {"requisition": "LF-202602"},
        "kept apart: requisition", "two requisitions",
    ),
    case("different", {"text": WORK[:120]}, {"text": WORK[:100] + "to islanders"}, "kept apart", "short and not equal"),
    case("different", {"text": ""}, {"text": ""}, "kept apart: an ad has no text", "no text"),
]  # fmt: skip


@pytest.mark.parametrize("relation, a, b, said", CASES)
def test_two_ads_are_what_their_features_say_and_the_reasons_say_why(
    relation: str, a: dict[str, Any], b: dict[str, Any], said: str
) -> None:
    one, other = replace(ONE, **a), replace(OTHER, **b)
    pair = explain(one, other)
    assert pair.relation == relation
    assert any(reason.startswith(said) for reason in pair.reasons), pair.reasons
    assert pair == explain(other, one)


def test_pairs_are_the_comparisons_row_by_row() -> None:
    ads = [replace(ONE, **case.values[1]) for case in CASES] + [
        replace(OTHER, **case.values[2]) for case in CASES
    ]
    comparer = Comparer(read(*ads).__getitem__)
    pairs = [(at, at + len(CASES)) for at in range(len(CASES))]
    for (a, b), row in zip(pairs, compare.packed(pairs, comparer.each(pairs)), strict=True):
        found = comparer.compare(a, b)
        told = RELATIONS[row["relation"]], bool(row["clash"]), bool(row["apart"]), bool(row["near"])
        assert told == (found.relation, found.clash, found.apart, found.near)
        assert (row["a"], row["b"]) == (a, b)
        if found.facts.employer != "different" and "wording" not in (found.facts.conflicts or ""):
            assert row["probability"] == np.float32(found.probability)  # else it is told no further


def test_what_is_kept_of_comparisons_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ads = read(*(replace(ONE, identifier=str(at), text=ONE.text + f" Quay {at}.") for at in range(6)))
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 6)] * 2
    before = [Comparer(ads.__getitem__).compare(a, b) for a, b in pairs]
    monkeypatch.setattr(compare, "KEPT_PAIRS", 3)
    small = Comparer(ads.__getitem__)
    assert [small.compare(a, b) for a, b in pairs] == before
    assert len(small._kept) <= 3


def test_every_feature_of_the_model_is_exported() -> None:
    told = reasons.features(compared(ONE, OTHER))
    assert list(told) == [field.name for field in fields(Facts)]
    seen = compared(ONE, OTHER).facts
    assert told == asdict(seen) | {
        "text_contained": round(seen.text_contained, 3),
        "text_contained_back": round(seen.text_contained_back, 3),
    }


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([WORK, WORK[:90], "Call us.", "", ONE.text]),
    st.sampled_from(["Lumen Ferries", "Confidential", ""]),
    st.sampled_from([(), (("Dunmore", "Clare", "IE", None),), (("Dunmore", None, None, None), ("Ennis", None, None, None))]),
    st.sampled_from(["Reservations Agent", "Night Agent II", "", "!!!"]),
)  # fmt: skip
def test_an_ad_that_is_said_to_be_one_job_with_its_twin_is(
    text: str, organization: str, places: Any, title: str
) -> None:
    one = replace(ONE, text=text, organization=organization, places=places, title=title)
    if signing.twin(read(one)[0]):
        assert compared(one, replace(one, key=2, identifier="2")).relation == "job"


def test_a_snippet_is_read_beside_the_part_that_it_was_cut_from() -> None:
    short, long = read(
        replace(ONE, text="Apply " + WORK[60:240]), replace(ONE, text=f"{ABOUT} {WORK} {ASKED} {ABOUT}")
    )
    left, right = snippets.level(short, long)
    assert left.tokens == right.tokens
    assert snippets.level(long, short) == (right, left)
    assert 20 < len(left.tokens) <= len(short.tokens)


def test_texts_of_a_like_length_or_with_nothing_in_common_are_left_as_they_are() -> None:
    one, other, alien = read(
        ONE, replace(ONE, text=ASKED + WORK), replace(ONE, text="Wir suchen ab sofort Matrosen.")
    )
    assert snippets.level(one, other) == (one, other)
    assert snippets.level(alien, one) == (alien, one)


@pytest.mark.parametrize(
    "a, b, apart",
    [
        ({}, {"title": "Reservations Agent II"}, True),
        ({"pay": PAY}, {"pay": (Decimal(21), Decimal(21), *PAY[2:])}, True),
        ({}, {"places": (("Ennis", "Clare", "IE", None),)}, False),
        ({}, {}, False),
    ],
)
def test_what_differs_in_one_place_does_not_stand_on_one_card(a: Any, b: Any, *, apart: bool) -> None:
    assert compared(replace(ONE, **a), replace(OTHER, **b)).apart is apart


def test_an_explanation_leaves_out_what_an_employer_says_everywhere() -> None:
    elsewhere = (("Ennis", "Clare", "IE", None),)
    one, other = (
        replace(ONE, text=f"{ABOUT}\n{WORK}"),
        replace(OTHER, text=f"{ABOUT}\n{ASKED}", places=elsewhere),
    )
    keepers = [replace(ONE, text=ABOUT, title=f"{name} Keeper") for name in ("Quay", "Lamp", "Rope")]
    learned = signs.boilerplate([signs.sentences([signs.note(ad) for ad in keepers])])
    assert explain(one, other).features["text_contained"] != 0
    assert explain(one, other, learned).features["text_contained"] == 0


def test_by_their_introduction_only_ads_are_compared_that_have_no_words_of_their_own() -> None:
    duties = (
        (
            "You mend the winches of the quay, grease every chain by hand, keep a book of broken links and order what is"
            " missing before the frost comes back."
        ),
        (
            "Here somebody paints hulls through summer, scrapes barnacles at low tide, mixes varnish from old recipes and"
            " teaches pupils how brushes are held."
        ),
        "Ask for Ruth at noon.",
    )
    ads = [replace(ONE, text=f"{WORK}\n{ASKED}\n{duty}", source=duty[:3]) for duty in duties]
    shared = signs.sentences([signs.note(replace(ONE, text=f"{WORK}\n{ASKED}"))])[0]
    comparer = Comparer([signs.signs(signs.note(ad), np.unique(shared)) for ad in ads].__getitem__)
    assert comparer.texts(0, 1, whole=True)[0] < 0.1
    assert comparer.texts(0, 2, whole=True)[0] > 0.9
