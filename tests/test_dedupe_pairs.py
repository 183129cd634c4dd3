"""Each trap of `data/pairs.jsonl`, and the words in which a pair is explained."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benchmarks.dedupe_pairs import COMMITTED, told
from matcher import dedupe
from matcher.dedupe import Ad, Grouping

ROWS = [json.loads(line) for line in COMMITTED.read_text(encoding="utf-8").splitlines()]


def relation(grouping: Grouping) -> str:
    a, b = (next(job for job in grouping.jobs if key in job.listings) for key in (0, 1))
    if a is b:
        return "job"
    if a.campaign is not None and a.campaign == b.campaign:
        return "campaign"
    return "template" if a.template is not None and a.template == b.template else "different"


def cases(rows: Iterable[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=f"{ROWS.index(row)}: {row['trap']}") for row in rows]


# What a reader joins and today's rules do not is kept apart: it costs a glance, and hides no job.
MISSED = [row for row in ROWS if "open" in row]


@pytest.mark.parametrize("row", cases(row for row in ROWS if row not in MISSED))
def test_two_ads_are_what_a_reader_says_they_are(row: dict[str, Any]) -> None:
    assert relation(dedupe.group(told(row))) == row["relation"]


@pytest.mark.parametrize("row", cases(MISSED))
def test_a_pair_that_is_missed_is_kept_apart_until_it_is_found(row: dict[str, Any]) -> None:
    assert relation(dedupe.group(told(row))) == "different", "found now: take its `open` away"


@pytest.mark.parametrize("row", cases(ROWS))
def test_a_joined_pair_says_why_and_one_that_was_kept_apart_says_what_keeps_it(row: dict[str, Any]) -> None:
    a, b, *_ = told(row)
    pair = dedupe.explain(b, a)
    assert pair == dedupe.explain(a, b)
    assert pair.reasons
    said = [reason.removeprefix("kept apart: ") for reason in pair.reasons]
    assert len(set(said)) == len(said)
    assert pair.reasons[0].startswith("kept apart: ") is (pair.relation == "different")


WORK = " ".join(
    f"{task} {thing}."
    for task in ("Answer", "Note", "Follow", "Close")
    for thing in "calls mail chats".split()
)


@pytest.mark.parametrize(
    "other, said",
    [
        ({}, {"same text", "same place", "same employer: Lumen Ferries"}),
        (
            {"text": WORK + " Ask for Ruth at the pier."},
            {"the shorter text stands word for word in the longer one"},
        ),
        (
            {"organization": "Lumen Ferries Harbor Division"},
            {"same employer under two names: Lumen Ferries and Lumen Ferries Harbor Division"},
        ),
        ({"places": ((None, "OH", "US", None),)}, {"one ad names the town, the other the region around it"}),
        ({"places": ((None, None, "US", None),)}, {"one ad names the town, the other the country around it"}),
        (
            {"places": (("Dayton", "OH", "US", None), ("Toledo", "OH", "US", None))},
            {"one ad names more places than the other"},
        ),
        ({"requisition": "ov202509"}, {"same requisition number OV-202509"}),
        ({"date_posted": date(2026, 3, 9)}, {"posted 8 days apart"}),
        ({"text": ""}, {"kept apart: an ad has no text"}),
    ],
)
def test_reasons_are_told_in_a_readers_words(other: dict[str, Any], said: set[str]) -> None:
    one = Ad(
        key=1,
        source="a",
        identifier="1",
        title="Support Agent",
        organization="Lumen Ferries",
        text=WORK,
        places=(("Dayton", "OH", "US", None),),
        requisition="OV-202509",
        date_posted=date(2026, 3, 1),
    )
    pair = dedupe.explain(one, replace(one, key=2, source="b", **other))
    assert said <= set(pair.reasons)
