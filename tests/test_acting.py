"""Decisions from elsewhere: what is taken of many at once is what would be taken of them one by one."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import acting, decisions
from matcher.decisions import Decisions, Row

NOTHING = Decisions({}, {}, {})


def row(a: int, b: int, decision: str, **more: str) -> Row:
    """A verdict, or with `what` a mark."""
    (source_a, a_), (source_b, b_) = sorted((("board", f"{a:05}"), ("agency", f"{b:05}")))
    ends = {"source_a": source_a, "identifier_a": a_, "source_b": source_b, "identifier_b": b_}
    said = {"decided_by": "ada", "decided_at": "2026-11-20T08:00:00+00:00", "note": ""}
    return {**ends, "decision": decision, **said, **more}


def one_by_one(before: Decisions, rows: list[Row]) -> tuple[Decisions, int]:
    left = 0
    for each in rows:
        out: list[str] = []
        before = acting._taken(before, [each], out)
        left += len(out)
    return before, left


def together(before: Decisions, rows: list[Row]) -> tuple[dict[str, Any], int]:
    out: list[str] = []
    found = {kind: dict(getattr(before, kind)) for kind in decisions.KINDS}
    for there, those in acting._apart(before, rows):
        after = acting._taken(there, those, out)
        for kind in decisions.KINDS:
            found[kind] |= getattr(after, kind)
    return found, len(out)


verdicts = st.builds(row, st.integers(0, 4), st.integers(0, 4), st.sampled_from(["same", "different"]))


@given(st.lists(verdicts, max_size=6), st.lists(verdicts, max_size=14))
def test_many_are_taken_as_one_by_one(here: list[Row], there: list[Row]) -> None:
    before, _ = one_by_one(NOTHING, here)
    after, left = one_by_one(before, there)
    assert together(before, there) == ({kind: getattr(after, kind) for kind in decisions.KINDS}, left)


def test_a_mark_that_contradicts_is_left_out_and_its_opposite_taken() -> None:
    before, _ = one_by_one(NOTHING, [row(1, 1, "together", what="campaign")])
    rows = [row(1, 1, "apart", what="campaign"), row(1, 1, "apart", what="template"), row(2, 2, "same")]
    found, left = together(before, rows)
    assert (len(found["marks"]), len(found["verdicts"]), left) == (2, 1, 1)


@pytest.mark.parametrize("rows", [
    [row(at, at, "same") for at in range(4_000)],
    [row(at, at + way, "same") for at in range(300) for way in (0, 1)] + [row(3, 290, "different")],
], ids=["apart", "a chain"])  # fmt: skip
def test_thousands_take_seconds_at_most(rows: list[Row]) -> None:
    began = time.process_time()
    found, left = together(NOTHING, rows)
    assert (len(found["verdicts"]) + left, left) == (len(rows), int(len(rows) == 601))
    assert time.process_time() - began < 4
