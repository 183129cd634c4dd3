"""Blocks in two states of the ads, the parts of full ones, and the pairs that they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matcher.dedupe import block, columns, sketch
from matcher.dedupe.columns import Hashes, Mask, Numbers, Rows, Table

LEADERS = 4
STRETCHES = 4  # of the sketch, by which a full block is parted
WORDS = sketch.PERMUTATIONS // 8 // STRETCHES  # of 64 bits in a stretch
AT_ONCE = 2_000_000  # pairs


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks and their parts in two states: ads by block or part, a group, and which pairs it gives.

    `group`, `row` and `leader` (bool[2, members]) are of members, `mode` (u1[2, groups]: 0 gives none,
    1 all, 2 those with a leader) and `kind` of groups.
    """

    group: Numbers
    row: Rows
    leader: Mask
    mode: npt.NDArray[np.uint8]
    kind: Numbers


def divide(
    table: Table, keys: Hashes, rows: Rows, states: tuple[Mask, Mask], cap: int, part: int
) -> Iterator[Blocks]:
    """The blocks of sorted keys and their rows, and then the parts of the full ones, parting by parting."""
    begins = columns.begins(keys)
    which = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(keys)))
    over: Mask = _sizes(which, rows, states, len(begins)) > cap
    kind = (keys[begins] & np.uint64(15)).astype(np.int64)
    full = np.flatnonzero((over[0] | over[1])[which])
    full = full[np.lexsort((table.name[rows[full]], which[full]))]
    leader = np.zeros((2, len(rows)), bool)
    leader[:, full] = _leaders(which[full], rows[full], states)
    yield Blocks(which, rows, leader, np.where(over, 2, 1).astype(np.uint8), kind)
    which, rows = which[full], rows[full]
    for values in _partings(table, rows):
        mixed = mix(which.astype(np.uint64), values)
        order = np.argsort(mixed, kind="stable")  # the members of a part stay in the order of their names
        begins = columns.begins(mixed[order])
        group = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(order)))
        at, parent = rows[order], which[order][begins]
        mode = np.where(_sizes(group, at, states, len(begins)) > part, 2, 1) * over[:, parent]
        yield Blocks(group, at, _leaders(group, at, states), mode.astype(np.uint8), kind[parent])


def _partings(table: Table, rows: Rows) -> Iterator[Hashes]:
    """By what a full block is parted: one number for each row, equal within a part."""
    place, title = table.place[rows], table.title[rows]
    yield from (place, title, mix(place, title))
    sketch = table.sketch_own[rows].view(np.uint64).reshape(len(rows), STRETCHES, WORDS)
    for stretch in range(STRETCHES):
        value = sketch[:, stretch, 0]
        for word in range(1, WORDS):
            value = mix(value, sketch[:, stretch, word])
        yield value


def mix(a: Hashes, b: Hashes) -> Hashes:
    """One number for two."""
    mixed = (a * np.uint64(0x9E3779B97F4A7C15) ^ b) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ mixed >> np.uint64(32)


def _sizes(group: Numbers, rows: Rows, states: tuple[Mask, Mask], number: int) -> Numbers:
    """How many live members each group has in each state."""
    return np.stack([np.bincount(group[live[rows]], minlength=number) for live in states])


def _leaders(group: Numbers, rows: Rows, states: tuple[Mask, Mask]) -> Mask:
    """Which members lead in each state; they come by group and name."""
    live = np.stack([one[rows] for one in states])
    rank: Numbers = np.cumsum(live, axis=1, dtype=np.int64)
    starts = columns.begins(group)
    rank -= np.repeat((rank - live)[:, starts], np.diff(starts, append=len(group)), axis=1)
    return live & (rank <= LEADERS)


def given(blocks: Blocks, live: Mask) -> tuple[Numbers, Numbers]:
    """By kind, the pairs of live ads that the blocks have and that they give in the second state."""
    size = np.bincount(blocks.group[live[blocks.row]], minlength=blocks.mode.shape[1])
    beside = np.where(blocks.mode[1] == 2, _all(size) - _all(np.maximum(size - LEADERS, 0)), _all(size))
    beside[blocks.mode[1] == 0] = 0
    had, gave = (np.bincount(blocks.kind, pairs, len(block.KINDS)) for pairs in (_all(size), beside))
    return had.astype(np.int64), gave.astype(np.int64)


def _all(size: Numbers) -> Numbers:
    return size * (size - 1) // 2


def pairs(table: Table, blocks: Blocks, state: int, live: Mask, some: Mask) -> Numbers:
    """The codes of the pairs of `live` rows that the blocks give, one of the two being of `some` members."""
    mode = blocks.mode[state]
    asked = np.zeros(len(mode), bool)
    asked[blocks.group[some]] = True
    chosen = np.flatnonzero(live[blocks.row] & (asked & (mode > 0))[blocks.group])
    group, some = blocks.group[chosen], some[chosen]
    star = mode[group] == 2
    leads = blocks.leader[state][chosen] & star
    order = np.argsort(group * 4 + ~leads * 2 + ~some)  # leaders first, and then those asked for
    group, some, star, leads = group[order], some[order], star[order], leads[order]
    starts = columns.begins(group)
    lengths = np.diff(starts, append=len(group))
    at = np.arange(len(group))
    led = starts + _count(leads, starts)
    first = np.where(some, at + 1, np.repeat(led, lengths))
    counts = np.where(
        some, np.repeat(starts + lengths, lengths) - at - 1, np.repeat(_count(some & ~leads, starts), lengths)
    )
    counts[~(leads | ~star & some)] = 0
    proven = blocks.kind[group] < block.PROVEN
    return _worth(table, blocks.row[chosen][order], first, counts, proven)


def _count(mask: Mask, starts: Numbers) -> Numbers:
    total: Numbers = np.add.reduceat(mask, starts, dtype=np.int64) if len(starts) else starts
    return total


def _worth(table: Table, row: Rows, first: Numbers, counts: Numbers, proven: Mask) -> Numbers:
    """The codes, sorted, of each row beside the `counts` rows from `first` on: proven or alike."""
    found = [np.empty(0, np.int64)]
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    edges = np.append(np.searchsorted(ends, np.arange(0, total, AT_ONCE), "right"), len(ends))
    for low, high in pairwise(edges):
        some = slice(low, high)
        beside = row[columns.spans(first[some], counts[some])]
        codes = _codes(np.repeat(row[some], counts[some]), beside)
        sure = np.repeat(proven[some], counts[some])
        asked = columns.distinct(codes[~sure])
        found += [columns.distinct(codes[sure]), asked[columns.alike(table, *rows_of(asked))]]
    return columns.distinct(np.concatenate(found))


def _codes(a: Rows, b: Rows) -> Numbers:
    codes: Numbers = np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b)
    return codes


def rows_of(codes: Numbers) -> tuple[Rows, Rows]:
    """The two rows of each pair, the smaller first."""
    return (codes >> 32).astype(np.int32), (codes & 0xFFFFFFFF).astype(np.int32)
