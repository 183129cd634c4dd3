"""An open index: its jobs by row over all shards, its vocabulary, and what is known of each job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import stated, terms
from matcher.index import files, shards
from matcher.index.shards import Shard

FORMAT = 14  # goes up when the code reads texts otherwise, too: their revisions do not tell
LARGEST = 31 << 20  # bytes of a block that glibc still learns from

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Index:
    """An open index of m terms; every array may be memory-mapped and is read only.

    Rows go through all shards, one after another. The row of a job that is no more is dead: it scores 0.
    """

    name: str  # what CURRENT calls it, and its folder is called: another for every content
    stamp: str
    generation: int
    fitted_on: int  # how many documents the vocabulary and IDF were fitted to
    size: int  # how many jobs
    documents: str  # digest of the documents
    space: str  # digest of `vocabulary` and `idf`
    vocabulary: Array  # m terms as UTF-8 bytes, sorted
    idf: Array  # m float32
    families: tuple[str, ...]  # what facts["family"] counts in
    shards: tuple[Shard, ...]
    starts: Array  # the first row of each shard, and how many rows there are
    dead: Array  # rows, rising
    facts: Array  # different records of terms.FACTS
    facts_at: Array  # a place in `facts` for each row
    statements: stated.Statements  # of all rows

    @property
    def rows(self) -> int:
        """How many rows there are, dead ones too."""
        return int(self.starts[-1])

    def parts(self) -> Iterator[tuple[Shard, slice]]:
        """Each shard with its rows."""
        for number, shard in enumerate(self.shards):
            yield shard, slice(int(self.starts[number]), int(self.starts[number + 1]))

    def columns(self, wanted: Sequence[str]) -> Array:
        """The column of each wanted term, -1 for one that no document has."""
        return places(self.vocabulary, np.array([term.encode() for term in wanted], dtype=bytes))

    def job(self, row: int) -> str:
        """The id of the job in `row`."""
        shard, own = self._at(row)
        return bytes(shard.jobs[own]).decode()

    def ids(self, rows: Array | None = None) -> Array:
        """The ids of the jobs in some rows, as UTF-8 bytes, or of all rows, empty for those that are dead."""
        if rows is None:
            found = np.concatenate([np.zeros(0, dtype="S1"), *(shard.jobs for shard in self.shards)])
            found[self.dead] = b""
            return found
        found = np.zeros(len(rows), dtype=max((shard.jobs.dtype for shard in self.shards), default="S1"))
        for shard, at, own in self._parts_of(rows):
            found[at] = shard.jobs[own]
        return found

    def lengths(self, rows: Array | None = None) -> Array:
        """How many terms the jobs in some rows have, or in all."""
        if rows is None:
            every = (np.diff(shard.row_starts) for shard in self.shards)
            return np.concatenate([np.zeros(0, dtype=np.int32), *every])
        found = np.zeros(len(rows), dtype=np.int32)
        for shard, at, own in self._parts_of(rows):
            found[at] = shard.row_starts[own + 1] - shard.row_starts[own]
        return found

    def holders(self, column: int) -> Array:
        """The rows whose jobs have a term, rising."""
        every = [shard.holders(column) + rows.start for shard, rows in self.parts()]
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *every])
        return rows[~np.isin(rows, self.dead)]

    def find(self, jobs: Sequence[str]) -> Array:
        """The rows of some jobs, -1 for one that is not in the index."""
        wanted = np.array([job.encode() for job in jobs], dtype=bytes)
        found = np.full(len(wanted), -1)
        for shard, rows in self.parts():
            at = np.where((own := shard.find(wanted)) >= 0, own + rows.start, -1)
            found = np.where((at >= 0) & ~np.isin(at, self.dead), at, found)
        return found

    def terms(self, row: int) -> tuple[Array, Array]:
        """The terms of the job in `row`: columns, falling, and their weights, which make a length of 1."""
        shard, own = self._at(row)
        return shard.row(own)

    def add(self, columns: Array, weights: Array, into: Array, among: Array | None = None) -> None:
        """Add to `into`, by row, the product of every job with `weights` of some terms, `columns` rising.

        Of the jobs in the mask `among`, at least: of no others where that is faster.
        """
        exact = weights.astype(np.float32)
        for shard, own in self.parts():
            shards.score(shard, columns, exact, into[own], None if among is None else among[own])

    def facts_of(self, row: int) -> np.void:
        """What is known of the job in `row`: a record of terms.FACTS."""
        found: np.void = self.facts[self.facts_at[row]]
        return found

    def concepts_of(self, row: int) -> list[str]:
        """The ids of the concepts that the job in `row` names, sorted."""
        shard, own = self._at(row)
        numbers = shard.concepts[shard.concepts_at[own] : shard.concepts_at[own + 1]]
        return [terms.concept_ids()[number] for number in numbers]

    def _parts_of(self, rows: Array) -> Iterator[tuple[Shard, Array, Array]]:
        """Each shard that has some of `rows`, which of them, and their rows there."""
        which = np.searchsorted(self.starts, rows, side="right") - 1
        for number in np.unique(which).tolist():
            at = np.flatnonzero(which == number)
            yield self.shards[number], at, rows[at] - self.starts[number]

    def _at(self, row: int) -> tuple[Shard, int]:
        number = int(np.searchsorted(self.starts, row, side="right")) - 1
        return self.shards[number], row - int(self.starts[number])


def places(sorted_values: Array, wanted: Array) -> Array:
    """Where each of `wanted` stands in `sorted_values`; -1 where it does not."""
    if not len(sorted_values) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int32)
    at = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    return np.where(sorted_values[at] == wanted, at, -1).astype(np.int32)


def load(directory: Path) -> Index:
    """Open the current index of `directory`, memory-mapped.

    Raises IndexMissing, IndexDamaged, or plain IndexProblem when the system does not let us read it.
    """
    with files.readable(directory):
        for _ in range(3):  # a swap may remove the folder between the two reads
            folder = directory / Path(files.name(directory)).name
            try:
                return _open(folder)
            except FileNotFoundError as error:
                missing = error
            except (ValueError, KeyError, TypeError, EOFError) as error:
                raise files.damaged(folder) from error
        raise files.damaged(folder) from missing


def _keep_memory() -> None:
    """Have the memory of an answer stay with the process for the next.

    glibc gives back what is freed beyond twice the largest block that was freed before, up to 64 MB, and a
    page that comes again takes 2 µs: among 100,000 jobs a third of an answer. Elsewhere this does nothing.
    """
    np.empty(LARGEST, dtype=np.uint8)


def _open(folder: Path) -> Index:
    _keep_memory()
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if meta["format"] != FORMAT or meta["tables"] != terms.tables():
        raise files.IndexDamaged(f"The index in {folder} was built by another version: run `rolecall index`.")
    arrays = files.read(folder, meta["layout"])
    opened = tuple(shards.read(folder / name, layout) for name, layout in meta["shards"])
    return Index(
        name=folder.name,
        stamp=meta["stamp"],
        generation=meta["generation"],
        fitted_on=meta["fitted_on"],
        size=meta["size"],
        documents=meta["documents"],
        space=meta["space"],
        vocabulary=arrays["vocabulary"],
        idf=arrays["idf"],
        families=tuple(meta["families"]),
        shards=opened,
        starts=np.cumsum([0, *(len(shard.jobs) for shard in opened)]),
        dead=arrays["dead"],
        facts=arrays["facts"],
        facts_at=arrays["facts_at"],
        statements=stated.Statements(**{name: arrays[name] for name in stated.ARRAYS}),
    )
