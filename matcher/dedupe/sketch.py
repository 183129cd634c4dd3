"""Texts as numbers: hashes of words and sentences, shingles and MinHash, of one ad or of many alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", np.uint64, np.int64)
Words = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Ends = npt.NDArray[np.int64]

WIDTH = 3  # words of a shingle
PERMUTATIONS = 96
HEAD_WORDS, HEAD_PERMUTATIONS = 60, 40

_RANDOM = np.random.default_rng(20260119)
_FACTORS = _RANDOM.integers(1, 2**32, PERMUTATIONS, dtype=np.uint64).astype(np.uint32) | np.uint32(1)
_SHIFTS = _RANDOM.integers(0, 2**32, PERMUTATIONS, dtype=np.uint64).astype(np.uint32)
_NOTHING = 2**32 - 1  # the smallest of no numbers

_BASE = 0x9E3779B97F4A7C15  # of the polynomials: any odd number
_BACK = pow(_BASE, -1, 2**64)
_KEPT = 1 << 17  # powers that are kept: texts of more bytes have them worked out


@dataclass(frozen=True, slots=True)
class Texts:
    """Some texts as numbers, all in one row.

    `words` are hashes of 32 bits, `sentences` of 64; `ends` is where each text ends and `lines` where each
    sentence does, in words; `told` is how many sentences there are up to the end of each text.
    """

    words: Words
    ends: Ends
    lines: Ends
    sentences: Hashes
    told: Ends


def read(normals: Sequence[bytes]) -> Texts:
    """The numbers of texts that are words with blanks between, a sentence a line; the same in every run.

    The hash of a word is the polynomial of its bytes, mixed, and that of a sentence of its words: so all are
    made in a few sums, and a text has the same ones by itself as among others.
    """
    codes = np.frombuffer(b"\n".join([*normals, b""]), np.uint8)
    blanks = (codes <= ord(" ")).nonzero()[0]
    starts = np.concatenate((_ZERO, blanks[:-1] + 1))
    there = blanks > starts  # a text without words has an end and no word
    known = there.cumsum(dtype=np.int64)
    lines = known[codes[blanks] == ord("\n")]
    stops = blanks
    if not there.all():
        starts, stops, lines = starts[there], blanks[there], np.unique(lines[lines > 0])
    ends = known[blanks.searchsorted(_lasts(normals))]
    hashes = _polynomials(codes.astype(np.uint64), starts, stops)
    sentences = _polynomials(hashes, np.concatenate((_ZERO, lines[:-1])), lines) if len(lines) else hashes
    told = lines.searchsorted(ends, "right")
    return Texts((hashes >> _HALF).astype(np.uint32), ends, lines, sentences, told)


def sizes(ends: Ends) -> Ends:
    """How long each part is, given where each ends: np.diff with a prepended 0 takes four times as long."""
    lengths = ends.copy()
    lengths[1:] -= ends[:-1]
    return lengths


def _lasts(normals: Sequence[bytes]) -> Ends:
    """Where the line feed after each text stands."""
    return np.array([end - 1 for end in accumulate(len(normal) + 1 for normal in normals)], np.int64)


def _polynomials(values: Hashes, starts: Ends, ends: Ends) -> Hashes:
    """The polynomial of each stretch of `values`, mixed."""
    count = len(values)
    up, down = (_UP, _DOWN) if count <= _KEPT else (_powers(_BASE, count), _powers(_BACK, count))
    sums = np.zeros(count + 1, np.uint64)
    (values * up[:count]).cumsum(out=sums[1:])
    return _mixed((sums[ends] - sums[starts]) * down[starts])


def _powers(base: int, count: int) -> Hashes:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


_ZERO = np.zeros(1, np.int64)
_UP, _DOWN = _powers(_BASE, _KEPT), _powers(_BACK, _KEPT)


_HALF, _PART, _ONE, _OTHER = map(np.uint64, (32, 29, 0xD6E8FEB86659FD93, 0x94D049BB133111EB))


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ values >> _HALF) * _ONE
    values ^= values >> _PART
    values *= _OTHER
    return values


def among(values: npt.NDArray[T], known: npt.NDArray[T]) -> npt.NDArray[np.bool_]:
    """Which of `values` are among `known`, which are sorted: np.isin would sort both."""
    if not len(known):
        return np.zeros(len(values), bool)
    at = known.searchsorted(values)
    at[at == len(known)] = 0
    found: npt.NDArray[np.bool_] = known[at] == values
    return found


# --- shingles and MinHash


def shingles(words: Words) -> Words:
    """The hashes of each run of three words (of all the words where there are fewer), sorted, each once."""
    runs = np.sort(_runs(words, min(len(words), WIDTH)))
    return runs[np.concatenate(([True], runs[1:] != runs[:-1]))] if len(runs) else runs


def every(texts: Sequence[Words]) -> list[Words]:
    """`shingles` of each of some texts, several times as fast as one by one."""
    ends = np.cumsum([len(words) for words in texts], dtype=np.int64)
    if not texts or min(map(len, texts)) < WIDTH:
        return list(map(shingles, texts))
    runs, starts = _all_runs(np.concatenate(texts), ends)
    for start, end in pairwise([*starts.tolist(), len(runs)]):
        runs[start:end].sort()
    new = np.append(True, runs[1:] != runs[:-1])
    new[starts] = True
    runs, edges = runs[new], np.append(0, np.cumsum(np.add.reduceat(new, starts, dtype=np.int64)))
    return [runs[start:end] for start, end in pairwise(edges.tolist())]


def minima(texts: Sequence[Words], permutations: int = PERMUTATIONS) -> Words:
    """MinHash, u4[texts, permutations]: the smallest value of each of some hash functions over the shingles.

    Worked out for all texts at once, one function after the other: three times as fast as text after text.
    """
    found = np.full((permutations, len(texts)), _NOTHING, np.uint32)
    sizes = np.array([len(words) for words in texts], np.int64)
    long = np.flatnonzero(sizes >= WIDTH)
    if len(long):
        runs, starts = _all_runs(np.concatenate([texts[at] for at in long.tolist()]), np.cumsum(sizes[long]))
        for row, factor, shift in zip(found, _FACTORS, _SHIFTS, strict=False):
            row[long] = np.minimum.reduceat(runs * factor + shift, starts)
    for at in np.flatnonzero((sizes > 0) & (sizes < WIDTH)).tolist():
        run = _runs(texts[at], int(sizes[at]))
        found[:, at] = run * _FACTORS[:permutations] + _SHIFTS[:permutations]
    return np.ascontiguousarray(found.T)


def _all_runs(words: Words, ends: Ends) -> tuple[Words, Ends]:
    """The runs within each text, which has three words at least, and where each text's start."""
    within = np.ones(len(words), bool)
    within[ends - 1] = within[ends - 2] = False
    starts = np.concatenate(([0], ends[:-1] - 2 * np.arange(1, len(ends))))
    return _runs(words, WIDTH)[within[:-2]], starts


def _runs(words: Words, width: int) -> Words:
    """The hash of each run of `width` words."""
    count = max(len(words) - width + 1, 0)
    runs = words[:count]
    for step in range(1, width):
        runs = runs * np.uint32(0x01000193) ^ words[step : count + step]
    runs = runs * np.uint32(0x9E3779B1)
    return runs ^ runs >> np.uint32(15)
