"""A shard: up to 131,072 jobs with their weights by row and by term, and what else is known of them.

Weights lie there twice. By term, a whole shard is scored in one pass over the terms of a question, into a
stretch of memory that stays in a core's own cache; by row, a few jobs are scored, explained or moved. Terms
go downwards in both, so that a job's products are added in one order and its score is the same to the last
bit however it was found.

Rows lie in the order of their places (stated.order), in blocks. A filter by place keeps few blocks; where
each of them begins is known for every term that many jobs have, so that all others are passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import stated
from matcher.index import files

try:  # scipy.sparse calls it for every product, and would copy the columns that we ask for before it does
    from scipy.sparse._sparsetools import csc_matvec, csr_matvec
except ImportError:  # it is private: then the copy is made
    csc_matvec = csr_matvec = None

ROWS = 131_072  # whose scores (float32) are half of a core's second-level cache
BLOCK = 1_024  # rows: a state of 3.6 % of the jobs is in 7 % of such blocks, and in 16 % of those of 4,096
LONG = 512  # rows of a term from which on it is cut: one of twenty is, which have most of what is added up
# What a weight takes to read by row, where rows lie here and there, beside one that is read by term
# (benchmarks/matching_scale.py, at a million jobs): 4.3 ns and 1.1.
BY_ROW = 4
LOOKED = 1  # weights a row that are added in the time that it takes to look at a mask of rows

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shard:
    """n jobs by id over m terms; every array may be memory-mapped and is read only."""

    name: str  # what its folder is called: other jobs, or other revisions of them, make another
    jobs: Array  # n job ids as UTF-8 bytes
    by_job: Array  # n rows in the order of their ids
    revisions: Array  # n uint64
    row_starts: Array  # n + 1 int32
    row_terms: Array  # int32, falling in each row
    row_weights: Array  # float32, rows of length 1
    term_starts: Array  # m + 1 int32
    term_rows: Array  # int32, rising in each term
    term_weights: Array
    cut_at: Array  # m places in `cuts`, 0 for a term that is not cut
    cuts: Array  # from there on, where each block begins in `term_rows`, and where the last one ends
    facts: Array  # different records of terms.FACTS
    facts_at: Array  # n places in `facts`
    concepts: Array  # concept numbers of all jobs, row after row
    concepts_at: Array  # n + 1 offsets into `concepts`
    statements: stated.Statements

    @property
    def by_row(self) -> sp.csr_matrix:
        """The weights, n x m."""
        shape = (len(self.jobs), len(self.term_starts) - 1)
        return sp.csr_matrix((self.row_weights, self.row_terms, self.row_starts), shape=shape, copy=False)

    def row(self, row: int) -> tuple[Array, Array]:
        """The terms of a job, falling, and their weights."""
        own = slice(self.row_starts[row], self.row_starts[row + 1])
        return self.row_terms[own], self.row_weights[own]

    def find(self, jobs: Array) -> Array:
        """The rows of some jobs, -1 for one that is not here."""
        at = np.searchsorted(self.jobs, jobs, sorter=self.by_job)
        rows = self.by_job[np.minimum(at, len(self.by_job) - 1)]
        return np.where(self.jobs[rows] == jobs, rows, -1)

    def holders(self, column: int) -> Array:
        """The rows whose jobs have a term, rising."""
        return self.term_rows[self.term_starts[column] : self.term_starts[column + 1]]


ARRAYS = tuple(name for name in Shard.__slots__ if name not in {"name", "statements"})


# ---------------------------------------------------------------------------------- scoring


def score(shard: Shard, columns: Array, weights: Floats, into: Floats, kept: Mask | None = None) -> None:
    """Add to `into`, by row, the product of every job with `weights` of some terms, `columns` rising.

    Of the rows that are `kept`, at least: of no others where that is faster.
    """
    if kept is not None and _count(shard, columns) < LOOKED * len(kept):
        kept = None
    starts, ends = _postings(shard, columns[::-1], kept)
    if kept is not None:
        rows = int(np.count_nonzero(kept)) / max(1, len(kept))
        if BY_ROW * rows * len(shard.row_terms) < int((ends - starts).sum()):
            _score_rows(shard, columns, weights, np.flatnonzero(kept), into)
            return
    if csc_matvec is None:
        parts = (shard.term_weights, shard.term_rows, shard.term_starts)
        shape = (len(shard.jobs), len(shard.term_starts) - 1)
        into += sp.csc_matrix(parts, shape=shape, copy=False)[:, columns[::-1]] @ weights[::-1]
        return
    bounds = _stretches(starts.ravel(), ends.ravel())
    factors = np.zeros(len(bounds) - 1, dtype=np.float32)
    factors[::2] = np.repeat(weights[::-1], starts.shape[1])
    csc_matvec(len(into), len(factors), bounds, shard.term_rows, shard.term_weights, factors, into)


def _count(shard: Shard, columns: Array) -> int:
    """How many weights of some terms there are."""
    return int((shard.term_starts[columns + 1] - shard.term_starts[columns]).sum())


def _postings(shard: Shard, columns: Array, kept: Mask | None) -> tuple[Array, Array]:
    """Where weights of some terms begin and end: a row for each of `columns`, its stretches falling.

    Blocks in which no row is kept are left out of terms that are cut; of the others all is in one stretch.
    """
    starts, ends = shard.term_starts[columns, None], shard.term_starts[columns + 1, None]
    if kept is None:
        return starts, ends
    live = np.zeros(_blocks(len(kept)) + 2, dtype=np.bool_)
    live[1:-1] = np.logical_or.reduceat(kept, np.arange(0, len(kept), BLOCK))
    turns = np.flatnonzero(live[1:] != live[:-1])[::-1]  # the end and the start of each run of such blocks
    cut_at = shard.cut_at[columns, None]
    first = np.arange(len(turns) // 2) == 0
    return (
        np.where(cut_at, shard.cuts[cut_at + turns[1::2]], starts),
        np.where(cut_at, shard.cuts[cut_at + turns[::2]], np.where(first, ends, starts)),
    )


def _blocks(rows: int) -> int:
    return -(-rows // BLOCK)


def _score_rows(shard: Shard, columns: Array, weights: Floats, rows: Array, into: Floats) -> None:
    """The same of some rows alone, rising."""
    question = np.zeros(len(shard.term_starts) - 1, dtype=np.float32)
    question[columns] = weights
    if csr_matvec is None:
        into[rows] += shard.by_row[rows] @ question
        return
    rows = rows[::-1]
    bounds = _stretches(shard.row_starts[rows], shard.row_starts[rows + 1])
    found = np.zeros(len(bounds) - 1, dtype=np.float32)
    csr_matvec(len(found), len(question), bounds, shard.row_terms, shard.row_weights, question, found)
    into[rows] += found[::2]


def _stretches(starts: Array, ends: Array) -> Array:
    """Bounds between which SciPy's loops go through falling stretches, and through nothing between two.

    They go from each bound to the next as long as that is greater: from the end of a stretch down to the
    start of one that lies before it there is no step.
    """
    bounds = np.empty(2 * len(starts), dtype=starts.dtype)
    bounds[::2], bounds[1::2] = starts, ends
    return bounds if len(bounds) else np.zeros(1, dtype=starts.dtype)


# ---------------------------------------------------------------------------------- making


def made(
    jobs: Array,
    revisions: Array,
    weights: sp.csr_matrix,
    facts: Array,
    concepts: Array,
    concepts_at: Array,
    statements: stated.Statements,
) -> Shard:
    """A shard of rows in `stated.order`; terms fall in each row of `weights`; `facts`: a record a row."""
    by_term = weights.tocsc()
    cut_at, cuts = _cut(by_term)
    different, facts_at = stated.different(facts)
    return Shard(
        name=hashlib.sha256(jobs.tobytes() + revisions.tobytes()).hexdigest()[:16],
        jobs=jobs,
        by_job=np.argsort(jobs),
        revisions=revisions,
        row_starts=weights.indptr.astype(np.int32, copy=False),
        row_terms=weights.indices.astype(np.int32, copy=False),
        row_weights=weights.data,
        term_starts=by_term.indptr.astype(np.int32, copy=False),
        term_rows=by_term.indices.astype(np.int32, copy=False),
        term_weights=by_term.data,
        cut_at=cut_at,
        cuts=cuts,
        facts=different,
        facts_at=facts_at.astype(np.int32),
        concepts=concepts,
        concepts_at=concepts_at,
        statements=statements,
    )


def _cut(by_term: sp.csc_matrix) -> tuple[Array, Array]:
    """Which terms are cut into blocks, and where; what others would find as cuts is 0."""
    rows, terms = by_term.shape
    starts = by_term.indptr
    long = np.flatnonzero(np.diff(starts) >= LONG)
    blocks = BLOCK * np.arange(_blocks(rows) + 1, dtype=by_term.indices.dtype)
    cut_at = np.zeros(terms, dtype=np.int32)
    cut_at[long] = len(blocks) * np.arange(1, len(long) + 1)
    every = zip(starts[long].tolist(), starts[long + 1].tolist(), strict=True)
    found = [start + np.searchsorted(by_term.indices[start:end], blocks) for start, end in every]
    return cut_at, np.concatenate([np.zeros(len(blocks)), *found]).astype(np.int32)


def merged(parts: Sequence[tuple[Shard, Array]]) -> Shard:
    """One shard of some rows of several."""
    jobs = np.concatenate([shard.jobs[rows] for shard, rows in parts])
    becomes, start = [], 0
    for shard, rows in parts:
        own = np.full(len(shard.jobs), -1, dtype=np.int64)
        own[rows] = np.arange(start, start + len(rows))
        becomes.append((shard.statements, own))
        start += len(rows)
    said = stated.joined(becomes, len(jobs))
    order = stated.order(said, jobs)
    concepts = [ragged(shard.concepts, shard.concepts_at, rows) for shard, rows in parts]
    lengths = np.concatenate([np.diff(starts) for _, starts in concepts])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    found, found_at = ragged(np.concatenate([values for values, _ in concepts]), starts, order)
    return made(
        jobs[order],
        np.concatenate([shard.revisions[rows] for shard, rows in parts])[order],
        sp.vstack([shard.by_row[rows] for shard, rows in parts], format="csr")[order],
        np.concatenate([shard.facts[shard.facts_at[rows]] for shard, rows in parts])[order],
        found,
        found_at,
        stated.rearranged(said, order),
    )


def ragged(values: Array, starts: Array, rows: Array) -> tuple[Array, Array]:
    """Rows of different lengths, taken in another order: their values, and where each row starts."""
    at, new = places(starts, rows)
    return values[at], new


def places(starts: Array, rows: Array) -> tuple[Array, Array]:
    """Where the values of some rows of different lengths lie, row after row, and where each row starts."""
    lengths = starts[rows + 1] - starts[rows]
    new = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(new[-1]) + np.repeat(starts[rows] - new[:-1], lengths), new


# ---------------------------------------------------------------------------------- on disk


def arrays(shard: Shard) -> dict[str, Array]:
    """Every array of a shard by the name of its file."""
    said = {f"said_{name}": getattr(shard.statements, name) for name in stated.ARRAYS}
    return {name: getattr(shard, name) for name in ARRAYS} | said


def read(folder: Path, layout: files.Layout) -> Shard:
    """A shard on disk, memory-mapped."""
    arrays = files.read(folder, layout)
    statements = stated.Statements(**{name: arrays.pop(f"said_{name}") for name in stated.ARRAYS})
    return Shard(folder.name, **arrays, statements=statements)
