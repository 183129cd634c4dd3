"""Blocks over a table of ads: against brute force, in any order, and in bounded time when a block is full."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.dedupe import candidates, columns
from matcher.dedupe.columns import Table
from matcher.dedupe.parts import LEADERS

CAP, PART = 5, 3


def table(keys: list[list[int]], seed: int = 0, texts: int = 3) -> Table:
    """Ads with these keys, a few places, titles and texts drawn for them."""
    random, n = np.random.default_rng(seed), len(keys)
    sketches = random.integers(0, 256, (texts, 96), np.uint8)
    sketches[1:, 24:] = sketches[0, 24:]  # texts differ in the first stretch only, so that all are alike
    own = sketches[random.integers(0, texts, n)]
    return Table(
        keys=np.array([key for row in keys for key in sorted(row)], np.uint64),
        ends=np.cumsum([len(row) for row in keys], dtype=np.int64),
        name=random.permutation(n).astype(np.uint64),
        place=random.integers(0, 3, n).astype(np.uint64),
        title=random.integers(0, 3, n).astype(np.uint64),
        family=random.integers(0, 2, n).astype(np.uint64),
        sizes=random.choice([5, 300], (n, 2)).astype(np.uint32),
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
        parts: dict[object, set[int]] = {}
        for at in rows:
            stretches = [t.sketch_own[at, start : start + 24].tobytes() for start in range(0, 96, 24)]
            looks = [t.place[at], t.title[at], (t.place[at], t.title[at]), *stretches]
            parts.setdefault(looks[look], set()).add(at)
        for part in parts.values():
            pairs |= _given(t, part, PART)
    return pairs


def _given(t: Table, rows: set[int], most: int) -> set[tuple[int, int]]:
    leaders = set(sorted(rows, key=lambda at: t.name[at])[: LEADERS if len(rows) > most else len(rows)])
    return {pair for pair in combinations(sorted(rows), 2) if leaders & set(pair)}


def pairs(rows: np.ndarray) -> set[tuple[int, int]]:
    return {(a, b) for a, b in rows.tolist()}


KEYS = st.lists(
    st.integers(0, 3).flatmap(lambda kind: st.integers(0, 2).map(lambda n: (n + 7) << 60 | n << 8 | kind)),
    max_size=4,
    unique=True,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Table, list[np.ndarray]]:
    keys = draw(st.lists(KEYS, max_size=25))
    states = st.lists(st.booleans(), min_size=len(keys), max_size=len(keys))
    return table(keys, draw(st.integers(0, 50))), [np.array(draw(states), bool) for _ in range(3)]


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
