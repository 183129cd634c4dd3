"""The figures of deduplication: what the docs say is what the code gives, and a peer's rule is the peer's."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import dedupe as quality
from benchmarks import dedupe_grow, dedupe_pairs, dedupe_peers, dedupe_rule, dedupe_scale
from matcher.dedupe import Ad

DOCS = Path(__file__).parents[1] / "docs" / "dedupe.md"
WORK = (
    "You answer the telephones of a ferry line and book cabins for guests who cannot sleep in seats. You note every call so that the "
    "next colleague knows what was agreed, take payments, explain fares and timetables, and put things right when the sea does not."
)
ONE = Ad(
    key=0,
    source="board",
    identifier="1",
    title="Booking Agent",
    organization="Lumen Ferries",
    text=WORK,
    places=(("Dunmore", None, "IE", None),),
)
JOB_OPS = "job-ops: Levenshtein of titles > 90, of organizations > 85"
FREEHIRE = "freehire: organization and title, Jaccard of words ≥ .9"
RULE = "rule v2: the study's transparent rule"


def test_the_docs_state_what_the_code_gives_on_our_own_pairs() -> None:
    mark = quality.MARKS[True]
    page = DOCS.read_text(encoding="utf-8").partition(f"<!-- {mark} -->")[2].partition("<!-- end -->")[0]
    said = {line for line in quality.tables(quality.judge(list(dedupe_pairs.committed()))) if line}
    stated = {line for line in page.splitlines() if line and ("| datasketch" not in line or line in said)}
    assert stated == said, f"`{mark} --write` puts the tables into the page"


@pytest.mark.parametrize(
    "truth, said, precision, recall, f1",
    [
        ([True, True, False, False], [True, False, True, False], 0.5, 0.5, 0.5),
        ([True, True, False], [True, False, False], 1.0, 0.5, 2 / 3),
        ([False, False], [False, False], 1.0, 1.0, 1.0),
        ([], [], 1.0, 1.0, 1.0),
    ],
)
def test_figures_count_pairs(
    truth: list[bool], said: list[bool], precision: float, recall: float, f1: float
) -> None:
    found = quality.figures(truth, said)
    assert (found.precision, found.recall, found.f1) == pytest.approx((precision, recall, f1))
    assert found.low <= found.f1 <= found.high


@pytest.mark.parametrize(
    "peer, other, said",
    [
        ("text hash: equal words", {"text": WORK.upper()}, True),
        ("text hash: equal words", {"text": WORK + " Soon."}, False),
        ("key: equal title, organization and place", {"text": "Another."}, True),
        ("key: equal title, organization and place", {"places": (("Eastvale", None, "IE", None),)}, False),
        ("JobFunnel: TF-IDF cosine ≥ .75", {"title": "Night Porter"}, True),
        ("JobFunnel: TF-IDF cosine ≥ .75", {"text": "Sweep the quay."}, False),
        (JOB_OPS, {"title": "BOOKING AGENT!", "organization": "Lumen Ferries Ltd."}, True),
        (JOB_OPS, {"title": "Booking Agent II"}, False),  # the shorter stands in the longer: 81 of 100
        (JOB_OPS, {"organization": ""}, False),
        (FREEHIRE, {"title": "Booking Agent - Eastvale"}, True),
        (FREEHIRE, {"title": "Booking Clerk"}, False),
        (FREEHIRE, {"text": WORK[:120]}, False),
        (RULE, {"text": WORK + " Apply soon."}, True),
        (RULE, {"title": "Booking Agent II"}, False),
        (RULE, {"places": (("Eastvale", None, "IE", None),)}, False),
        (RULE, {"organization": "Oakmail"}, False),
        (RULE, {"text": WORK + " This is a fixed term post."}, False),
        (RULE, {"text": WORK.replace("ferry line", "bus company")}, False),
        (RULE, {"text": WORK.replace("seats. You", "seats. 20 hours. You")}, True),
    ],
)  # fmt: skip
def test_a_peer_pairs_two_ads_by_its_own_rule(peer: str, other: dict[str, Any], said: bool) -> None:  # noqa: FBT001
    others = [replace(ONE, text=f"{word} paints boats", title=word) for word in ("Ann", "Bo", "Cy")]
    assert dedupe_peers.jobs([ONE, replace(ONE, key=1, **other), *others], [(0, 1)])[peer] == [said]


def test_freehire_skips_a_bucket_of_more_than_two_hundred() -> None:
    near = replace(ONE, text=WORK + " Soon.")
    for count, said in ((198, True), (199, False)):
        ads = [ONE, near, *([replace(ONE, text="Another.")] * count)]
        assert dedupe_peers.jobs(ads, [(0, 1)])[FREEHIRE] == [said]


def test_the_studys_rule_takes_another_place_for_a_campaign() -> None:
    other = replace(ONE, places=(("Eastvale", None, "IE", None),))
    assert list(dedupe_rule.relations([ONE, other], [(0, 1)])) == ["campaign"]


# ------------------------------------------------------------------------------------------------ what is grown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with "real" listings of our own, so that none are read from elsewhere."""
    with (tmp_path / "real.jsonl").open("w", encoding="utf-8") as file:
        for key in range(60):
            one = replace(
                ONE,
                key=key,
                source=f"board{key % 3}",
                identifier=f"{key}",
                title=f"Agent {key}",
                text="\n".join(
                    f"Sentence {n} of ad {key} has some words of its own to be changed." for n in range(9)
                ),
            )
            file.write(dedupe_grow.line(one))
    return tmp_path


def test_what_is_grown_is_the_same_for_one_seed_and_has_the_shares_that_were_asked_for(folder: Path) -> None:
    path, _ = dedupe_grow.grown(folder, folder, 2000, 1)
    first = path.read_text(encoding="utf-8")
    path.unlink()
    dedupe_grow.grown(folder, folder, 2000, 1)
    assert path.read_text(encoding="utf-8") == first
    rows = [json.loads(line) for line in first.splitlines()]
    assert [row["key"] for row in rows] == list(range(2000))
    copies = Counter(row["copy_of"] for row in rows if "copy_of" in row)
    assert max(copies.values()) <= 5
    assert 0.40 < copies.total() / (len(rows) - 60) < 0.50
    for row in rows:
        if "copy_of" in row:
            words = [one["text"].split(" ") for one in (row, rows[row["copy_of"]])]
            changed = sum(a != b for a, b in zip(*words, strict=True)) / len(words[0])
            assert changed <= 0.09
            assert row["source"] != rows[row["copy_of"]]["source"]


def test_an_ad_is_read_from_its_line_as_it_was_written() -> None:
    ads = [ad for labelled in dedupe_pairs.committed() for ad in labelled.ads]
    assert [dedupe_grow.ad(dedupe_grow.parsed(dedupe_grow.line(ad, copy_of=3))) for ad in ads] == ads


def test_a_night_changes_one_in_a_hundred(folder: Path) -> None:
    path, night = dedupe_grow.grown(folder, folder, 2000, 1)
    before = dedupe_scale.Corpus.read(path)
    after = before.after(night)
    new, gone = set(after.keys.tolist()) - set(range(2000)), set(range(2000)) - set(after.keys.tolist())
    assert (len(new), len(gone)) == (6, 6)
    ads = {ad.key: ad for ad in after.fetch(after.keys.tolist())}
    assert sorted(ads) == sorted(after.keys.tolist())
    changed = [ad.key for ad in before.fetch(sorted(set(ads) - new)) if ads[ad.key] != ad]
    assert len(changed) == 8
    stamps = dict(zip(before.keys.tolist(), before.stamps.tolist(), strict=True))
    restamped = [
        key
        for key, stamp in zip(after.keys.tolist(), after.stamps.tolist(), strict=True)
        if stamps.get(key) != stamp
    ]
    assert sorted(restamped) == sorted([*changed, *new])
