"""Blocks over a table of ads: against brute force, in any order, and in bounded time when a block is full."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dedupe import candidates, columns, parts
from matcher.dedupe.columns import Table

CAP, PART = 10, 6


def table(keys: list[list[int]], seed: int = 0, texts: int = 4) -> Table:
    """Ads with these keys, a few places, titles and texts drawn for them."""
    random, n = np.random.default_rng(seed), len(keys)
    sketches = random.integers(0, 256, (texts, 96), np.uint8)
    sketches[1:-1, 24:] = sketches[0, 24:]  # all but the last are alike: they differ in one stretch
    own = sketches[random.integers(0, texts, n)]
    return Table(
        keys=np.array([key for row in keys for key in sorted(row)], np.uint64),
        ends=np.cumsum([len(row) for row in keys], dtype=np.int64),
        name=random.permutation(n).astype(np.uint64),
        place=random.integers(0, 4, n).astype(np.uint64),
        title=random.integers(0, 4, n).astype(np.uint64),
        family=random.integers(0, 2, n).astype(np.uint64),
        letters=random.integers(0, 3, n).astype(np.uint32),
        sizes=random.choice([200, 300], (n, 2)).astype(np.uint32),
        sketch_own=own,
        sketch_whole=own[random.permutation(n)] if n else own,
    )


def oracle(t: Table, live: np.ndarray) -> set[tuple[int, int]]:
    """The candidates, as the module's docstring defines them, one block at a time."""
    blocks: dict[int, set[int]] = {}
    for row in np.flatnonzero(live).tolist():
        for key in t.keys[t.ends[row - 1] if row else 0 : t.ends[row]].tolist():
            blocks.setdefault(key, set()).add(row)
    found = set()
    for key, rows in blocks.items():
        for pair in _block(t, rows):
            if key & 15 < 3 or columns.alike(t, *np.array(pair, np.int32)[:, None])[0]:
                found.add(pair)
    return found


def _block(t: Table, rows: set[int]) -> set[tuple[int, int]]:
    pairs = _given(t, rows, CAP)
    for look in range(7) if len(rows) > CAP else ():
        divided: dict[object, set[int]] = {}
        for at in rows:
            stretches = [t.sketch_own[at, start : start + 24].tobytes() for start in range(0, 96, 24)]
            looks = [t.place[at], t.title[at], (t.place[at], t.title[at]), *stretches]
            divided.setdefault(looks[look], set()).add(at)
        for part in divided.values():
            pairs |= _given(t, part, PART)
    return pairs


def _given(t: Table, rows: set[int], most: int) -> set[tuple[int, int]]:
    leaders = set(sorted(rows, key=lambda at: t.name[at])[: parts.LEADERS if len(rows) > most else len(rows)])
    return {pair for pair in combinations(sorted(rows), 2) if leaders & set(pair)}


def pairs(rows: np.ndarray) -> set[tuple[int, int]]:
    return {(a, b) for a, b in rows.tolist()}


KEYS = np.array([top << 60 | kind for top in (2, 14) for kind in (0, 6, 9)], np.uint64)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Table, list[np.ndarray]]:
    """A table, and who is live: first any, then a few others each night, and at last any again."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(0, 60))
    keys = [random.permutation(KEYS)[: random.integers(0, 4)].tolist() for _ in range(n)]
    live = [random.random(n) < draw(st.sampled_from((0.3, 0.5, 0.8)))]
    for _ in range(3 if n else 0):
        live.append(live[-1].copy())
        live[-1][random.integers(0, n, 3)] ^= True
    return table(keys, n), [*live, random.random(n) < 0.5]


@settings(max_examples=60)
@given(histories())
def test_candidates_are_those_of_brute_force_and_a_night_ends_where_scratch_does(
    history: tuple[Table, list[np.ndarray]],
) -> None:
    t, states = history
    now, have = np.zeros(len(t.ends), bool), set[tuple[int, int]]()
    for live in states:
        change = candidates.changes(t, now, live, CAP, PART)
        new, lost = pairs(change.new), pairs(change.lost)
        assert not new & have
        assert lost <= {(a, b) for a, b in have if live[a] and live[b]}
        have = {(a, b) for a, b in have - lost | new if live[a] and live[b]}
        assert have == oracle(t, live)
        now = live


@settings(max_examples=25)
@given(histories(), st.integers(2, 4))
def test_ranges_of_keys_together_give_what_one_gives(
    history: tuple[Table, list[np.ndarray]], count: int
) -> None:
    t, (before, *_, after) = history
    with pytest.MonkeyPatch.context() as patch:  # and where few rows and pairs are worked on at once
        patch.setattr(columns, "ROWS_AT_ONCE", 7)
        patch.setattr(parts, "AT_ONCE", 11)
        found = [candidates.partition(t, before, after, at, count, CAP, PART) for at in range(count)]
        merged = candidates.merge(t, before, after, found, CAP, PART)
    whole = candidates.changes(t, before, after, CAP, PART)
    assert merged.new.tolist() == whole.new.tolist()
    assert merged.lost.tolist() == whole.lost.tolist()
    assert merged.skipped == whole.skipped


@settings(max_examples=25)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_nothing(history: tuple[Table, list[np.ndarray]], random: Random) -> None:
    t, (live, *_) = history
    order = random.sample(range(len(live)), len(live))
    rows = [t.keys[t.ends[at - 1] if at else 0 : t.ends[at]] for at in order]
    rest = {name: getattr(t, name)[order] for name in Table.__slots__ if name not in ("keys", "ends")}
    keys = np.concatenate([np.empty(0, np.uint64), *rows])
    other = Table(keys=keys, ends=np.cumsum([len(row) for row in rows], dtype=np.int64), **rest)
    found = [
        {
            frozenset(one.name[[a, b]].tolist())
            for a, b in candidates.changes(one, ~some & some, some, CAP, PART).new
        }
        for one, some in ((t, live), (other, live[order]))
    ]
    assert found[0] == found[1]


def test_a_key_of_a_hundred_thousand_ads_costs_each_a_few_pairs() -> None:
    random, n = np.random.default_rng(3), 100_000
    sketch = np.tile(random.integers(0, 256, 96, np.uint8), (n, 1))
    spots = random.random(sketch.shape) < 0.03
    sketch[spots] = random.integers(0, 256, int(spots.sum()), np.uint8)
    one = np.ones(n, np.uint64)
    t = Table(
        keys=one * np.uint64(9), ends=np.arange(1, n + 1), name=random.permutation(n).astype(np.uint64),
        place=random.integers(0, 500, n).astype(np.uint64), title=one, family=one,
        letters=one.astype(np.uint32),
        sizes=np.full((n, 2), 300, np.uint32), sketch_own=sketch, sketch_whole=sketch,
    )  # fmt: skip
    every = np.ones(n, bool)
    found = candidates.changes(t, ~every, every)
    assert len(found.new) < 25 * n
    assert found.skipped["text"] > n * (n - 1) // 2 - 50 * n


def test_a_near_copy_is_found_in_a_block_that_is_full() -> None:
    random, n = np.random.default_rng(4), 3000
    t = table([[9]] * n, seed=4)
    sketch = random.integers(0, 256, (n, 96), np.uint8)
    sketch[n // 2 :] = sketch[: n // 2]
    sketch[:, 30:34] = random.integers(0, 256, (n, 4), np.uint8)
    place, title = (random.permutation(n).astype(np.uint64) for _ in range(2))
    t = replace(t, sketch_own=sketch, sketch_whole=sketch, place=place, title=title)
    every = np.ones(n, bool)
    assert {(at, at + n // 2) for at in range(n // 2)} <= pairs(candidates.changes(t, ~every, every).new)


@pytest.mark.parametrize(
    ("letters", "alike"), [((1, 1), True), ((1, 3), True), ((1, 0), True), ((1, 2), False)]
)
def test_of_two_employers_that_share_no_first_letter_only_a_template_is_worth_reading(
    letters: tuple[int, int], *, alike: bool
) -> None:
    t = table([[9], [9]])
    sketch = np.zeros((2, 96), np.uint8)
    sketch[1, 40:] = 1  # .42 in common: contained to .59, and not to .8
    t = replace(
        t, letters=np.array(letters, np.uint32), sizes=np.full((2, 2), 300, np.uint32), sketch_own=sketch,
        sketch_whole=sketch,
    )  # fmt: skip
    assert columns.alike(t, np.array([0], np.int32), np.array([1], np.int32))[0] == alike
