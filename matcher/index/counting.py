"""Documents counted into parts of a shard's size, and a vocabulary and idf fitted to them or given.

Parts wait on disk: what a million ads count to would not fit in a small machine's memory.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import reading, stated, terms
from matcher.index import files, shards
from matcher.index.opened import Index, places

MIN_DOCUMENTS = 2  # a word of one document only is mostly a misprint ...
SMALL = 1_000  # ... unless there are few documents
AT_ONCE = 1_000  # rows
THREADS = 2  # each has a shard in memory; most of what they do is NumPy's, which lets others run

Array = npt.NDArray[Any]
Weigh = Callable[[sp.csr_matrix], sp.csr_matrix]  # of damped counts, which may be changed


@dataclass(frozen=True, slots=True)
class Part:
    """Some documents in the order of a shard's rows, but for `counts`, which lie as they were read.

    Terms and families are numbered as they were met.
    """

    jobs: Array
    revisions: Array
    counts: reading.Counts  # terms fall in each row
    order: Array  # which row of `counts` each row is
    facts: Array
    concepts: Array
    concepts_at: Array
    statements: stated.Statements


@dataclass
class Counted:
    """What was read: its parts, and the number and the holders of each term and family that was met."""

    parts: list[Part] = field(default_factory=list)
    terms: defaultdict[str, int] = field(default_factory=lambda: defaultdict(itertools.count().__next__))
    families: dict[str, int] = field(default_factory=dict)
    _holders: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # and room for more

    @property
    def holders(self) -> Array:
        return self._holders[: len(self.terms)]

    def hold(self, terms: Array, documents: Array) -> None:
        """Add so many documents to the holders of different terms."""
        if len(self.terms) > len(self._holders):
            self._holders = np.append(self._holders, np.zeros(len(self.terms), dtype=np.int64))
        self._holders[terms] += documents


def read(documents: Iterable[terms.Document], folder: Path, progress: terms.Progress | None) -> Counted:
    """Count documents; parts that are full wait in `folder`."""
    counted = Counted()
    for batches in _groups(_numbered(counted, batch) for batch in reading.batches(documents, progress)):
        part = _part(batches)
        if len(part.jobs) >= shards.ROWS // 2:
            starts, found, often = part.counts
            arrays = {"starts": starts, "terms": found, "often": often}
            place = folder / f"counts-{len(counted.parts)}"
            with files.writable(folder.parent):
                kept = files.read(place, files.save(place, arrays))
            part = replace(part, counts=(kept["starts"], kept["terms"], kept["often"]))
        counted.parts.append(part)
    return counted


def _groups(batches: Iterable[reading.Batch]) -> Iterator[list[reading.Batch]]:
    """Batches, as many together as fill a shard."""
    waiting: list[reading.Batch] = []
    rows = 0
    for batch in batches:
        if waiting and rows + len(batch.jobs) > shards.ROWS:
            yield waiting
            waiting, rows = [], 0
        waiting.append(batch)
        rows += len(batch.jobs)
    if waiting:
        yield waiting


def _numbered(counted: Counted, batch: reading.Batch) -> reading.Batch:
    """A batch by the numbers of all terms and families that were met: while others are read, not after."""
    terms, families = counted.terms, counted.families
    own = np.fromiter(map(terms.__getitem__, batch.vocabulary), np.int32, len(batch.vocabulary))
    starts, found, often = batch.counts
    counted.hold(own, np.bincount(found, minlength=len(own)))
    family = np.array([families.setdefault(name, len(families)) for name in batch.families], np.uint8)
    batch.facts["family"] = family[batch.facts["family"]]
    return replace(batch, vocabulary=[], counts=(starts, own[found], often))


def _part(batches: list[reading.Batch]) -> Part:
    becomes, start = [], 0
    jobs = np.concatenate([batch.jobs for batch in batches])
    for batch in batches:
        becomes.append((batch.statements, np.arange(start, start + len(batch.jobs))))
        start += len(batch.jobs)
    said = stated.joined(becomes, len(jobs))
    order = stated.order(said, jobs)
    every = [batch.counts for batch in batches]
    lengths = np.concatenate([np.diff(starts) for starts, _, _ in every])
    counts = (
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([found for _, found, _ in every]),
        np.concatenate([often for _, _, often in every]),
    )
    mentioned = np.concatenate([np.diff(batch.concepts_at) for batch in batches])
    concepts, concepts_at = shards.ragged(
        np.concatenate([batch.concepts for batch in batches]),
        np.concatenate([[0], np.cumsum(mentioned)]),
        order,
    )
    return Part(
        jobs[order],
        np.concatenate([batch.revisions for batch in batches])[order],
        counts,
        order,
        np.concatenate([batch.facts for batch in batches])[order],
        concepts,
        concepts_at,
        stated.rearranged(said, order),
    )


# ---------------------------------------------------------------------------------- weighing


@dataclass(frozen=True, slots=True)
class Space:
    """A vocabulary, sorted, with its idf, and the families that facts count in."""

    vocabulary: Array
    idf: Array
    families: tuple[str, ...]
    digest: str  # of the vocabulary and idf


def space(counted: Counted, fitted: Index | None) -> Space:
    """The space of an index that was fitted before, or one that is fitted to what was counted."""
    known = fitted.families if fitted else ()
    families = (*known, *sorted(counted.families.keys() - set(known)))
    if fitted:
        return Space(fitted.vocabulary, fitted.idf, families, fitted.space)
    size = sum(len(part.jobs) for part in counted.parts)
    frequent = counted.holders >= (MIN_DOCUMENTS if size >= SMALL else 1)
    found = _words(counted)[frequent]
    order = np.argsort(found)
    vocabulary = found[order]
    # scikit-learn's formula, smoothed: as if one document more had every word
    exact = np.log((1 + size) / (1 + counted.holders[frequent][order])) + 1
    idf = exact.astype(np.float32)
    return Space(vocabulary, idf, families, hashlib.sha256(vocabulary.tobytes() + idf.tobytes()).hexdigest())


def _words(counted: Counted) -> Array:
    return np.array([term.encode() for term in counted.terms], dtype=bytes)


def weighed(counted: Counted, into: Space, *, is_fitted: bool) -> Iterator[shards.Shard]:
    """Each part as a shard in a space, that was fitted before or to these parts.

    The next is made while somebody writes the last.
    """
    weigh = _with_kept(into.idf) if is_fitted else _with_scikit_learn(into.idf)
    column = places(into.vocabulary, _words(counted))
    family = np.array([into.families.index(name) for name in counted.families], dtype=np.uint8)

    def made(part: Part) -> shards.Shard:
        weights = _weights(part, column, len(into.vocabulary), weigh)
        facts = part.facts.copy()
        facts["family"] = family[part.facts["family"]]
        return shards.made(
            part.jobs,
            part.revisions,
            weights,
            facts,
            part.concepts,
            part.concepts_at,
            part.statements,
        )

    with ThreadPoolExecutor(THREADS) as pool:
        yield from reading.ahead(pool, made, counted.parts, THREADS - 1)


def _weights(part: Part, column: Array, width: int, weigh: Weigh) -> sp.csr_matrix:
    """The rows of a part, weighed, over `width` columns of a vocabulary; terms without one are left out.

    Some rows at a time: what is reckoned on the way stays in a core's cache, and takes a third of the time.
    """
    starts, found, often = part.counts
    columns, weights = np.empty(len(found), np.int32), np.empty(len(found), np.float32)
    ends = np.zeros(len(starts), np.int32)
    for first in range(0, len(part.order), AT_ONCE):
        at, bounds = shards.places(starts, part.order[first : first + AT_ONCE])
        some = _in_columns(bounds, found[at], often[at], column, width)
        start, end = int(ends[first]), int(ends[first]) + some.nnz
        ends[first + 1 : first + len(bounds)] = start + some.indptr[1:]
        columns[start:end], weights[start:end] = some.indices, _weighed(some, weigh)
    kept = slice(int(ends[-1]))
    return sp.csr_matrix((weights[kept], columns[kept], ends), shape=(len(part.order), width))


def _in_columns(starts: Array, found: Array, often: Array, column: Array, width: int) -> sp.csr_matrix:
    """Counts by the columns of a vocabulary, which fall in each row as its terms do; others are left out."""
    own = column[found]
    kept = own >= 0
    ends = starts - np.searchsorted(np.flatnonzero(~kept), starts)
    return sp.csr_matrix((often[kept], own[kept], ends), shape=(len(starts) - 1, width), dtype=np.float32)


def _weighed(counts: sp.csr_matrix, weigh: Weigh) -> Array:
    """Weights of counts: damped, times idf, in rows of length 1 if they are not empty."""
    if counts.nnz:
        terms.damp(counts)
        counts = weigh(counts)
    weights: Array = counts.data
    return weights


def _with_scikit_learn(idf: Array) -> Weigh:
    from sklearn.feature_extraction.text import (  # noqa: PLC0415 - costs a second, and only a fit needs it
        TfidfTransformer,
    )

    transformer = TfidfTransformer()
    transformer.idf_ = np.array(idf)
    return functools.partial(transformer.transform, copy=False)


def _with_kept(idf: Array) -> Weigh:
    """The same to the last bit, in twice the time: what a night weighs takes less than that import does."""

    def weigh(counts: sp.csr_matrix) -> sp.csr_matrix:
        counts.data *= idf[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        lengths = np.sqrt(np.bincount(rows, counts.data**2))  # added up in float64 and in order, as there
        counts.data = (counts.data / lengths[rows]).astype(np.float32)
        return counts

    return weigh
