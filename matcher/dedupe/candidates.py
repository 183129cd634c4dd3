"""Which pairs of ads are worth comparing, and which of them a change of the live ads makes or takes away.

A block is the live ads that have one key. One of at most `CAP` gives all its pairs. A fuller one gives each
member beside its leaders (the `LEADERS` smallest by name), and is parted by place, by title, by both and by
four stretches of the sketch, where near-copies meet: a part of at most `PART` gives all its pairs, a fuller
one each member beside the part's leaders. So the pairs are a function of the set of live ads, whatever the
order they came in, and their number is linear in it; what that leaves out is counted.

Weighed and left: windows over an order (a new neighbour breaks a pair that was joined), parts within parts
(the bands already are such parts, and more even).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matcher.dedupe import block, columns, parts, sketch
from matcher.dedupe.columns import Hashes, Mask, Numbers, Rows, Table

log = logging.getLogger(__name__)

# Ads in a block that are all compared with each other; caps of 200 lost no labelled pair. Parts
# of 20 to 200 found the same labelled pairs.
CAP, PART = 200, 40
ENTRIES = 2_000_000  # keys that are worked on at once: about 200 MB


@dataclass(frozen=True, slots=True)
class Changes:
    """Pairs of rows (the smaller first, sorted) that are candidates now and were not, and the other way.

    `lost` has only pairs whose ads are both live now. `skipped` counts, by kind, the pairs that full blocks
    left out, of the blocks that were looked at: of all blocks where all is new.
    """

    new: Rows
    lost: Rows
    skipped: Counter[str]


NONE = Changes(np.empty((0, 2), np.int64), np.empty((0, 2), np.int64), Counter())


@dataclass(frozen=True, slots=True)
class Found:
    """What one range of keys gives: codes of pairs that may be new or lost, as other keys may tell."""

    new: Numbers
    lost: Numbers
    skipped: Counter[str]


def changes(table: Table, before: Mask, after: Mask, cap: int = CAP, part: int = PART) -> Changes:
    """What becomes of the candidates when the live rows are `after` and were `before`."""
    count = ranges(table, before, after)
    found = [partition(table, before, after, at, count, cap, part) for at in range(count)]
    return merge(table, before, after, found, cap, part)


def ranges(table: Table, before: Mask, after: Mask) -> int:
    """In how many ranges of keys to work, so that none needs much memory."""
    changed = np.flatnonzero(before != after)
    touched = int(columns.key_counts(table)[changed].sum())
    return max(1, touched // ENTRIES)


def partition(
    table: Table, before: Mask, after: Mask, at: int, count: int, cap: int = CAP, part: int = PART
) -> Found:
    """What the `at`-th of `count` ranges of keys gives; `merge` takes all of them together."""
    changed = before != after
    keys, rows = columns.entries(table, before | after, _touched(table, changed), at, count)
    keys, rows = _of_changed(keys, rows, changed)
    entered = after & ~before
    new, lost, skipped = [], [], np.zeros(len(block.KINDS), np.int64)
    for number, blocks in enumerate(parts.divide(table, keys, rows, (before, after), cap, part)):
        uneven = blocks.mode[0] != blocks.mode[1]
        uneven[blocks.group[blocks.leader[0] != blocks.leader[1]]] = True
        new.append(parts.pairs(table, blocks, 1, after, entered[blocks.row] | uneven[blocks.group]))
        lost.append(parts.pairs(table, blocks, 0, before & after, uneven[blocks.group]))
        had, gave = parts.given(blocks, after)
        skipped += (had if number == 0 else 0) - gave
    left = Counter({kind: int(pairs) for kind, pairs in zip(block.KINDS, skipped, strict=True)})
    return Found(columns.distinct(np.concatenate(new)), columns.distinct(np.concatenate(lost)), +left)


def merge(
    table: Table, before: Mask, after: Mask, found: Iterable[Found], cap: int = CAP, part: int = PART
) -> Changes:
    """The changes of all ranges together: a pair that other keys held, or hold, is neither new nor lost."""
    found = list(found)
    new = columns.distinct(np.concatenate([one.new for one in found]))
    lost = columns.distinct(np.concatenate([one.lost for one in found]))
    a, b = parts.rows_of(new)
    known = before[a] & before[b]
    keys, rows = _sharing(table, before | after, np.concatenate((new[known], lost)))
    stood = _hold(table, keys, rows, before, new[known], cap, part)
    new = np.sort(np.concatenate((new[~known], new[known][~stood])))
    lost = lost[~_hold(table, keys, rows, after, lost, cap, part)]
    skipped = sum((one.skipped for one in found), Counter[str]())
    for kind, pairs in skipped.items():
        log.info("blocks over full kind=%s skipped=%d", kind.replace(" ", "_"), pairs)
    log.info("candidates new=%d lost=%d skipped=%d", len(new), len(lost), skipped.total())
    return Changes(np.column_stack(parts.rows_of(new)), np.column_stack(parts.rows_of(lost)), skipped)


def _touched(table: Table, changed: Mask) -> Mask | None:
    """A sieve for the keys of the changed rows; None where most would pass."""
    rows = np.flatnonzero(changed)
    if len(rows) * 8 > len(changed):
        return None
    return columns.sieve(columns.keys_of(table, rows)[0])


def _of_changed(keys: Hashes, rows: Rows, changed: Mask) -> tuple[Hashes, Rows]:
    """The blocks of two or more of which one has changed."""
    starts = columns.begins(keys)
    sizes = np.diff(starts, append=len(keys))
    wanted = np.add.reduceat(changed[rows], starts, dtype=np.int64) > 0 if len(starts) else np.empty(0, bool)
    chosen = np.repeat(wanted & (sizes > 1), sizes)
    return keys[chosen], rows[chosen]


def _sharing(table: Table, live: Mask, codes: Numbers) -> tuple[Hashes, Rows]:
    """The keys that the two ads of some pair share, and all live rows that have them."""
    shared = [np.empty(0, np.uint64), *_shared_keys(table, *parts.rows_of(codes))]
    wanted = columns.distinct(np.concatenate(shared))
    if not len(wanted):
        return wanted, np.empty(0, np.int32)
    keys, rows = columns.entries(table, live, columns.sieve(wanted))
    chosen = sketch.among(keys, wanted)
    return keys[chosen], rows[chosen]


def _hold(table: Table, keys: Hashes, rows: Rows, live: Mask, codes: Numbers, cap: int, part: int) -> Mask:
    """Which of some pairs are candidates when `live` are; the keys are those that they share."""
    there = live[rows]
    asked = np.zeros(len(live), bool)
    asked[np.concatenate(parts.rows_of(codes))] = True
    held = [
        parts.pairs(table, blocks, 1, live & asked, np.ones(len(blocks.row), bool))
        for blocks in parts.divide(table, keys[there], rows[there], (live, live), cap, part)
    ]
    return sketch.among(codes, columns.distinct(np.concatenate(held)))


def _shared_keys(table: Table, a: Rows, b: Rows) -> Iterator[Hashes]:
    """The keys that the two rows of each pair have in common."""
    for at in range(0, len(a), 1 << 15):
        (left, of), (right, their) = (columns.keys_of(table, rows[at : at + (1 << 15)]) for rows in (a, b))
        keys = np.concatenate((left, right))
        mixed = parts.mix(np.concatenate((of, their)).astype(np.uint64), keys)
        order = np.argsort(mixed)
        twice = mixed[order][1:] == mixed[order][:-1]
        yield keys[order[1:][twice]]
