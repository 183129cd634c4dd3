"""Which shards of an index stay, which become one, and which are written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.index import shards

DEAD = 0.25  # of the shards of which more than this share is dead, the deadest is written anew ...
MOSTLY_DEAD = 0.5  # ... and each of which more than this is
SMALLER = 2  # a shard that is at most so many times what is new is written with it

Array = npt.NDArray[Any]
Kept = tuple[shards.Shard, Array]  # a shard and its rows that live, rising
Placed = tuple[shards.Shard, Array, bool]  # ... and whether it must be written


def arranged(kept: list[Kept], new: Iterable[shards.Shard]) -> Iterator[Placed]:
    """The shards of the next index: the full new ones, those that stay as they are, then what becomes one.

    What is written with so much that is new becomes twice as large each time, at least: a row is moved once
    for each doubling, whatever the number of nights, and there are few shards that are not full.
    """
    last = None
    for shard in new:  # few are in memory
        if last:
            yield last, np.arange(len(last.jobs)), True
        last = shard
    moved = _moved(kept, len(last.jobs) if last else 0)
    for number, (shard, live) in enumerate(kept):
        if number not in moved and len(live):
            yield shard, live, False
    parts = [kept[number] for number in sorted(moved)]
    if last:
        parts.append((last, np.arange(len(last.jobs))))
    for group in _groups([part for part in parts if len(part[1])]):
        shard = group[0][0] if len(group) == 1 and group[0][0] is last else shards.merged(group)
        yield shard, np.arange(len(shard.jobs)), True


def _moved(kept: list[Kept], new: int) -> set[int]:
    """The numbers of the shards that are written anew beside so many new rows.

    Shards that were built together die alike: to write all of them in one night would be half a build.
    """
    dead = [1 - len(live) / max(1, len(shard.jobs)) for shard, live in kept]
    moved = {number for number, share in enumerate(dead) if share > MOSTLY_DEAD}
    if max(dead, default=0) > DEAD:
        moved.add(dead.index(max(dead)))
    rows = new + sum(len(kept[number][1]) for number in moved)
    for number in sorted(range(len(kept)), key=lambda number: len(kept[number][1])):
        live = len(kept[number][1])
        if number not in moved and live <= SMALLER * rows and rows + live <= shards.ROWS:
            moved.add(number)
            rows += live
    return moved


def _groups(parts: list[Kept]) -> Iterator[list[Kept]]:
    """What becomes one shard together."""
    group: list[Kept] = []
    rows = 0
    for part in parts:
        if group and rows + len(part[1]) > shards.ROWS:
            yield group
            group, rows = [], 0
        group.append(part)
        rows += len(part[1])
    if group:
        yield group
