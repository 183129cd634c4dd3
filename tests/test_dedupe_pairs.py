"""Each trap of `data/pairs.jsonl`, and the precision and recall that the whole file must keep."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher import dedupe, text
from matcher.dedupe import Ad, Grouping

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


def ad(key: int, row: dict[str, Any]) -> Ad:
    pay = row.get("pay")
    return Ad(
        key=key,
        source=row["source"],
        identifier=row["identifier"],
        title=row["title"],
        organization=row["organization"],
        text=row["text"],
        places=tuple((place[0], place[1], place[2], place[3]) for place in row["places"]),
        remote=row.get("remote"),
        requisition=row.get("requisition"),
        contacts=text.contacts(row["text"]),
        url=row.get("url", ""),
        pay=(Decimal(pay[0]), Decimal(pay[1]), pay[2], pay[3]) if pay else None,
        date_posted=date.fromisoformat(row["date_posted"]) if "date_posted" in row else None,
    )


def ads(row: dict[str, Any]) -> list[Ad]:
    return [ad(key, one) for key, one in enumerate([row["a"], row["b"], *row.get("among", ())])]


def relation(grouping: Grouping) -> str:
    a, b = (next(job for job in grouping.jobs if key in job.listings) for key in (0, 1))
    if a is b:
        return "job"
    if a.campaign is not None and a.campaign == b.campaign:
        return "campaign"
    return "template" if a.template is not None and a.template == b.template else "different"


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}: {row['trap']}" for number, row in enumerate(ROWS)])
def test_two_ads_are_what_a_reader_says_they_are(row: dict[str, Any]) -> None:
    assert relation(dedupe.group(ads(row))) == row["relation"]


def test_precision_and_recall_of_the_committed_pairs_are_what_the_docs_say() -> None:
    found = Counter((row["relation"], relation(dedupe.group(ads(row)))) for row in ROWS)
    for kind in ("job", "campaign", "template"):
        right = found[kind, kind]
        assert right == sum(count for (_, said), count in found.items() if said == kind), (
            f"precision of {kind}"
        )
        assert right == sum(count for (truth, _), count in found.items() if truth == kind), (
            f"recall of {kind}"
        )


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}: {row['trap']}" for number, row in enumerate(ROWS)])
def test_a_joined_pair_says_why_and_one_that_was_kept_apart_says_what_keeps_it(row: dict[str, Any]) -> None:
    a, b, *among = ads(row)
    pair = dedupe.explain(b, a, among=among)
    assert pair == dedupe.explain(a, b, among=among)
    assert pair.reasons
    assert pair.reasons[0].startswith("kept apart: ") is (pair.relation == "different")
