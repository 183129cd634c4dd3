"""The columns that blocking asks of all ads, by row: their keys, and whether two texts may be alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matcher.dedupe import model, relation, sketch
from matcher.dedupe.shelf import View

SLOTS = 1 << 24  # of a sieve for keys; their upper bits say which
ROWS_AT_ONCE = 1 << 12  # about 170,000 keys: what is asked of them stays in the processor's cache
PAIRS_AT_ONCE = 1 << 15

T = TypeVar("T", bound=np.generic)
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of all ads that blocking asks, by row; memory-mapped if you like.

    `keys` are those of `block.field_keys` and `block.band_keys`, each once a row, `ends[row]` their end;
    `name` is unique, `letters` are bits of the first letters of an employer's names, `sizes` u4[n, 2] the
    number of own words and of all, the sketches are u1[n, 96].
    """

    keys: Hashes
    ends: Numbers
    name: Hashes
    place: Hashes
    title: Hashes
    family: Hashes
    letters: npt.NDArray[np.uint32]
    sizes: npt.NDArray[np.uint32]
    sketch_own: npt.NDArray[np.uint8]
    sketch_whole: npt.NDArray[np.uint8]


def table(view: View) -> Table:
    """The table of a shelf."""
    one = {name: view.column(name) for name in Table.__slots__ if name not in ("keys", "ends")}
    return Table(keys=view.ragged("keys"), ends=view.ends("keys"), **one)


def alike(table: Table, a: Rows, b: Rows) -> Mask:
    """Whether so much of the shorter text may be in the longer that reading both is worth while.

    The share of equal bytes estimates Jaccard, two deviations are added, and the sizes make it containment.
    Ads of one employer are asked by their own words, if both have such apart from its boilerplate or neither.
    Two employers that share no first letter (`facts.employers`) can be no more than a template.
    """
    said = np.empty(len(a), bool)
    for at in range(0, len(a), PAIRS_AT_ONCE):
        left, right = a[at : at + PAIRS_AT_ONCE], b[at : at + PAIRS_AT_ONCE]
        sizes = table.sizes[left], table.sizes[right]
        bare, other_bare = (size[:, 0] == size[:, 1] for size in sizes)
        one = (table.family[left] == table.family[right]) & (bare == other_bare)
        letters = table.letters[left], table.letters[right]
        others = (letters[0] & letters[1] == 0) & (letters[0] > 0) & (letters[1] > 0)
        asked = np.where(others, relation.TEMPLATE_TEXT, model.WORTH_READING).astype(np.float32)
        worth = said[at : at + PAIRS_AT_ONCE]
        for column, (chosen, sketches) in enumerate(((one, table.sketch_own), (~one, table.sketch_whole))):
            size, other = (np.maximum(size[chosen, column], 1).astype(np.float32) for size in sizes)
            shared = _SHARED[_equal_bytes(sketches[left[chosen]], sketches[right[chosen]])] * (size + other)
            worth[chosen] = shared >= asked[chosen] * np.minimum(size, other)
    return said


def _shared() -> npt.NDArray[np.float32]:
    """By number of equal bytes of a sketch, the share of both sizes that the texts may have in common."""
    equal = np.arange(sketch.PERMUTATIONS + 1) / sketch.PERMUTATIONS
    jaccard = np.clip((equal - 1 / 256) * 256 / 255, 0, 1)
    most = np.minimum(
        jaccard + 2 * np.sqrt(np.maximum(jaccard, 0.02) * (1 - jaccard) / sketch.PERMUTATIONS), 1
    )
    return np.asarray(most / (1 + most), np.float32)


_SHARED = _shared()


def _equal_bytes(x: npt.NDArray[np.uint8], y: npt.NDArray[np.uint8]) -> Numbers:
    """The number of equal bytes by row: eight at a time, each lane of a word counting up to 12."""
    lanes = (x == y).view(np.uint64).sum(axis=1, dtype=np.uint64)
    total: Numbers = (lanes * np.uint64(0x0101010101010101) >> np.uint64(56)).astype(np.int64)
    return total


def key_counts(table: Table) -> Numbers:
    """How many keys each row has."""
    return np.diff(table.ends, prepend=0)


def keys_of(table: Table, rows: npt.NDArray[np.integer]) -> tuple[Hashes, Numbers]:
    """The keys of some rows, and for each the position of its row among them."""
    counts = key_counts(table)[rows]
    which = np.repeat(np.arange(len(rows)), counts)
    return table.keys[spans(table.ends[rows] - counts, counts)], which


def sieve(keys: Hashes) -> Mask:
    """By slot, whether one of the keys may be there: none of them is where it says no."""
    taken = np.zeros(SLOTS, bool)
    taken[_slot(keys)] = True
    return taken


def _slot(keys: Hashes) -> Hashes:
    return keys >> np.uint64(64 - SLOTS.bit_length() + 1)


def entries(
    table: Table, live: Mask, passing: Mask | None = None, at: int = 0, count: int = 1
) -> tuple[Hashes, Rows]:
    """The keys of live rows, sorted, and their rows: what passes a sieve, of one of `count` ranges."""
    found: list[tuple[Hashes, Rows]] = []
    for first in range(0, max(len(live), 1), ROWS_AT_ONCE):
        ends = table.ends[first : first + ROWS_AT_ONCE]
        start, end = int(table.ends[first - 1]) if first else 0, int(ends[-1]) if len(ends) else 0
        keys = table.keys[start:end]
        chosen = np.ones(len(keys), bool) if passing is None else passing[_slot(keys)]
        if count > 1:
            chosen &= (keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32) == at
        places = np.flatnonzero(chosen)
        rows = (first + np.searchsorted(ends, places + start, "right")).astype(np.int32)
        there = live[rows]
        found.append((keys[places[there]], rows[there]))
    keys, rows = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(keys)
    return keys[order], rows[order]


def distinct(values: npt.NDArray[T]) -> npt.NDArray[T]:
    """The values, sorted, each once: three times as fast as np.unique with millions."""
    ordered = np.sort(values)
    return ordered[begins(ordered)]


def begins(values: npt.NDArray[np.generic]) -> Numbers:
    """Where each run of equal values begins."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return np.flatnonzero(new)


def spans(first: Numbers, counts: Numbers) -> Numbers:
    """`counts[i]` numbers from `first[i]` on, for each i."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(first - ends + counts, counts)
