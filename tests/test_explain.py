"""Two listings in words: as they were grouped, by whom they were joined, and what nobody measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from commandline import write

from db import session
from db.models import Verdict
from matcher import dedupe
from matcher.dedupe import Ad
from rolecall import settings

CALLS = (
    "Answer calls and chats from customers of our parcel service and settle what went wrong on the way. You work in a "
    "team of twelve, with a headset and two screens. We ask for a year in customer service, clear English and patience. "
    "You log each contact in our ticket system, promise nothing that the depot cannot keep, and call back when you said so."
)
DESK = "Welcome guests at the front desk of our hotel, check them in and out, and know which tram goes where."
TITLE = "Customer Service Representative"
ADS = [
    ("board", "1", TITLE, "Parcelwing", CALLS),
    ("feed", "2", TITLE, "Parcelwing Inc.", CALLS),
    ("site", "3", f"{TITLE} II", "Parcelwing", CALLS),
    ("site", "9", "Hotel Receptionist", "Grand Meridian", DESK),
]


def row(source: str, identifier: str, title: str, employer: str, words: str) -> dict[str, str]:
    told = {"source": source, "id": identifier, "title": title, "company": employer, "description": words}
    return told | {"location": "Columbus, OH", "date_posted": "2026-11-10"}


def ad(key: int, words: str = CALLS, **said: Any) -> Ad:
    told: dict[str, Any] = {"title": TITLE, "organization": "Parcelwing", "source": "board"}
    places = (("Columbus", "OH", "US", None),)
    return Ad(key=key, identifier=str(key), text=words, places=places, **{**told, **said})


@pytest.fixture
def told(run: Callable[..., Result], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What is explained of two listings, by source and identifier, of the ads as grouped."""
    run("import", write(tmp_path / "ads.jsonl", [row(*ad) for ad in ADS]))
    run("group")
    return lambda *names: json.loads(run("explain", *names, "--format", "json").stdout)


def decide(home: Path, *said: tuple[str, str, str, str, str]) -> None:
    here = settings.load({"ROLECALL_NOW": "2026-11-21T12:00:00Z"}, home=home)
    engines = session.open_engines(here.database_url)
    with session.writing(engines) as db:
        for source_a, a, source_b, b, decision in said:
            names = {"source_a": source_a, "identifier_a": a, "source_b": source_b, "identifier_b": b}
            db.add(Verdict(**names, decision=decision, decided_by="ruth", decided_at=here.clock()))
    engines.close()


def test_two_listings_are_told_in_the_order_of_their_pair_whichever_is_asked_first(
    told: Callable[..., dict[str, Any]], run: Callable[..., Result]
) -> None:
    one, other = told("board", "1", "site", "3"), told("site", "3", "board", "1")
    assert one == other
    assert (one["a"], one["b"]) == (
        {"source": "board", "identifier": "1"},
        {"source": "site", "identifier": "3"},
    )
    assert one["reasons"][0] == "kept apart: grade (not said / 2)"
    words = run("explain", "site", "3", "board", "1").stdout
    assert words.index("board 1: ") < words.index("site 3: ") < words.index("kept apart: grade")


def test_a_pair_that_was_never_compared_is_told_so(
    told: Callable[..., dict[str, Any]], run: Callable[..., Result]
) -> None:
    unmet = "not compared when grouping: the two share no block, or their texts are unlike"
    assert told("board", "1", "site", "3")["compared"] is True
    assert told("board", "1", "site", "9")["compared"] is False
    assert unmet in run("explain", "board", "1", "site", "9").stdout
    assert unmet not in run("explain", "board", "1", "site", "3").stdout


def test_an_edited_listing_is_explained_by_the_words_that_were_grouped(
    told: Callable[..., dict[str, Any]], run: Callable[..., Result], tmp_path: Path
) -> None:
    before = told("board", "1", "site", "9")
    run("import", write(tmp_path / "edited.jsonl", [row(*ADS[3][:4], "Guests are ours.")]))
    assert told("board", "1", "site", "9") == before
    run("group")
    assert told("board", "1", "site", "9")["features"]["words_compared"] == 3


def test_where_nothing_is_grouped_two_listings_are_compared_all_the_same(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    run("import", write(tmp_path / "ads.jsonl", [row(*ad) for ad in ADS]))
    found = json.loads(run("explain", "feed", "2", "board", "1", "--format", "json").stdout)
    assert (found["relation"], found["compared"]) == ("job", None)
    assert found["standing"] == "not grouped yet: run `rolecall group`"
    refused = run("export", "duplicates", code=1)
    assert refused.stderr.endswith("belong to no job yet: run `rolecall group` first\n")


def test_a_verdict_waits_for_the_next_grouping_and_then_names_what_it_joined(
    told: Callable[..., dict[str, Any]], run: Callable[..., Result], tmp_path: Path
) -> None:
    assert told("board", "1", "site", "9")["waiting"] is None
    decide(tmp_path / "here", ("site", "9", "board", "1", "same"))
    waiting = "ruth said: the same job; `rolecall group` has not followed yet"
    assert told("board", "1", "site", "9")["waiting"] == waiting
    assert waiting in run("explain", "board", "1", "site", "9").stdout
    run("group")
    found = told("board", "1", "site", "9")
    assert (found["waiting"], found["joined_by"], found["decided_by"]) == (None, [], "verdict")
    through = told("site", "9", "feed", "2")
    assert through["standing"].startswith("one job (")
    assert [(link["a"]["identifier"], link["b"]["identifier"]) for link in through["joined_by"]] == [
        ("1", "2"),
        ("1", "9"),
    ]
    assert through["joined_by"][1]["reasons"] == ["ruth said: the same job"]
    assert (
        "joined by board 1 and site 9: ruth said: the same job"
        in run("explain", *"site 9 feed 2".split()).stdout
    )


def test_verdicts_are_told_without_a_reason_that_no_rule_found() -> None:
    ads = [ad(1), ad(2, source="feed"), ad(3, source="site")]
    verdicts = [
        dedupe.Verdict(1, 2, same=True),
        dedupe.Verdict(2, 3, same=True),
        dedupe.Verdict(1, 3, same=False),
    ]
    pairs = {(pair.a, pair.b): pair for pair in dedupe.group(ads, verdicts).pairs}
    parted = pairs[1, 3]
    assert (parted.relation, parted.reasons[:2]) == (
        "different",
        ["a reviewer said: different jobs", "same text"],
    )
    assert not any(reason.startswith("kept apart") for reason in parted.reasons)
    [left_out] = [pair for pair in (pairs[1, 2], pairs[2, 3]) if pair.relation != "job"]
    assert (left_out.relation, left_out.decided_by, left_out.reasons[0]) == (
        "different",
        "verdict",
        "a reviewer said the same job; left out, because other verdicts contradict it",
    )


@pytest.mark.parametrize(
    "other, phrases, added, why",
    [
        (ad(2), 0, 0, "equal texts replace nothing"),
        (ad(2, CALLS + " You have a locker at the depot gate."), 0, 4, "read beside each other"),
        (ad(2, CALLS[:110] + "..."), 0, None, "a snippet: what the rest adds is not counted"),
        (ad(2, DESK), None, None, "texts unlike"),
        (ad(2, CALLS + " Call us.", title=f"{TITLE} II"), None, None, "a conflict of the titles"),
        (ad(2, CALLS + " Call us.", organization="Oakmail"), None, None, "another employer"),
        (ad(2, ""), None, None, "no text"),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_exported_as_nothing(
    other: Ad, phrases: int | None, added: int | None, why: str
) -> None:
    found = dedupe.explain(ad(1), other).features
    assert (found["phrases_replaced"], found["words_added"]) == (phrases, added), why
