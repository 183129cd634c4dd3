"""An index built from documents, or brought to them: what is new is counted, what is gone is dead."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matcher import stated, terms
from matcher.index import arranging, counting, files, shards
from matcher.index.opened import FORMAT, Index, load, places
from matcher.terms import Document

Array = npt.NDArray[Any]


class Source(Protocol):
    """Documents that tell which of them changed before they are read."""

    @property
    def revisions(self) -> tuple[Array, Array]:
        """The id of each job (UTF-8 bytes), and its document's `revision` (uint64); in any order."""

    def read(self, jobs: Array | None) -> Iterable[Document]:
        """The documents of some jobs, by their ids, or of all."""


@dataclass(frozen=True)
class _Given:
    """Documents at hand: to tell what changed, all are read."""

    documents: Iterable[Document]

    @property
    def revisions(self) -> tuple[Array, Array]:
        told = [(document.job.encode(), terms.revision(document)) for document in self.documents]
        return np.array([job for job, _ in told], bytes), np.array([said for _, said in told], np.uint64)

    def read(self, jobs: Array | None) -> Iterable[Document]:
        wanted = None if jobs is None else {bytes(job).decode() for job in jobs}
        return (document for document in self.documents if wanted is None or document.job in wanted)


def build(
    documents: Source | Iterable[Document],
    directory: Path,
    *,
    stamp: str,
    generation: int,
    fitted: Index | None = None,
    progress: terms.Progress | None = None,
) -> Index:
    """Index `documents`, in any order, and make the result the current index of `directory`.

    With `fitted`, its vocabulary and idf are kept, as within a generation they must be; where that is the
    current index, what it holds of the same documents is kept, too. When the current index has these very
    documents nothing is written. An iterable may be read twice, an iterator is kept in memory.
    Raises ValueError for a job that comes twice, IndexProblem when `directory` cannot be read or written.
    """
    source = _source(documents)
    current = _current(directory)
    if current and (current.stamp, current.generation) != (stamp, generation):
        current = None
    if current and fitted and fitted.space != current.space:
        current = None
    told = _ordered(*source.revisions) if current else None
    if current and told and _digest(*told, stamp, generation) == current.documents:
        return current
    with files.aside(directory) as folder:
        before = directory / current.name if current and fitted else None
        kept, wanted = _compared(current, *told) if current and told and fitted else ([], None)
        counted = counting.read(source.read(wanted), folder, progress)
        space = counting.space(counted, fitted)
        meta = {
            "stamp": stamp,
            "generation": generation,
            "fitted_on": fitted.fitted_on if fitted else sum(len(part.jobs) for part in counted.parts),
        }
        with files.writable(directory):
            new = counting.weighed(counted, space, is_fitted=fitted is not None)
            arranged = arranging.arranged(kept, new)
            name = _write(folder / "built", space, arranged, meta, before)
            files.swap(folder / "built", directory / name)
    return load(directory)


def _source(documents: Source | Iterable[Document]) -> Source:
    if isinstance(documents, Iterator):
        documents = list(documents)
    return _Given(documents) if isinstance(documents, Iterable) else documents


def _current(directory: Path) -> Index | None:
    try:
        return load(directory)
    except (files.IndexMissing, files.IndexDamaged):  # it is built anew
        return None


def _ordered(jobs: Array, revisions: Array) -> tuple[Array, Array]:
    """The same by job; what comes as some rows in order takes a twentieth of the time of others."""
    order = np.argsort(jobs, kind="stable")
    return jobs[order], revisions[order]


def _digest(jobs: Array, revisions: Array, stamp: str, generation: int) -> str:
    """One digest of all documents, by job."""
    if len(twice := np.flatnonzero(jobs[1:] == jobs[:-1])):
        job = bytes(jobs[twice[0]]).decode()
        raise ValueError(f"Job {job} comes twice: give each job to the index once.")
    longest = int(np.strings.str_len(jobs).max(initial=1))
    told = [FORMAT, terms.tables(), stamp, generation, longest]
    whole = hashlib.sha256(json.dumps(told).encode())
    whole.update(jobs.astype(f"S{longest}", copy=False).data)
    whole.update(revisions.data)
    return whole.hexdigest()


def _compared(current: Index, jobs: Array, revisions: Array) -> tuple[list[arranging.Kept], Array]:
    """What of the current shards says the same still, and the jobs that must be read; `jobs` rise."""
    known = np.zeros(len(jobs), dtype=np.bool_)
    kept = []
    for shard, rows in current.parts():
        at = np.empty(len(shard.jobs), dtype=np.int32)
        at[shard.by_job] = places(jobs, shard.jobs[shard.by_job])  # in order they are found in a third
        same = (at >= 0) & (revisions[at] == shard.revisions) if len(jobs) else np.zeros(len(at), np.bool_)
        same[current.dead[(current.dead >= rows.start) & (current.dead < rows.stop)] - rows.start] = False
        known[at[same]] = True
        kept.append((shard, np.flatnonzero(same)))
    return kept, jobs[~known]


# ---------------------------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class _Written:
    """What the whole index tells of a shard that lies in its folder."""

    name: str
    layout: files.Layout
    jobs: Array  # that live, rising
    revisions: Array  # of these
    rows: Array  # in the index, of each row of the shard; -1 for one that is dead
    dead: Array  # rows in the index
    facts: Array
    facts_at: Array
    statements: stated.Statements


def _write(
    built: Path,
    space: counting.Space,
    arranged: Iterable[arranging.Placed],
    meta: dict[str, Any],
    before: Path | None,
) -> str:
    """Write an index into a new folder; the name that it should have. `before` has the same space."""
    built.mkdir()
    parts = list(_shards(built, arranged, before))
    arrays = {
        "dead": np.concatenate([np.zeros(0, dtype=np.int64), *(part.dead for part in parts)]),
        **_facts([part.facts for part in parts], [part.facts_at for part in parts]),
        **_arrays(
            stated.joined([(part.statements, part.rows) for part in parts], sum(len(p.rows) for p in parts))
        ),
    }
    jobs = np.concatenate([np.zeros(0, dtype="S1"), *(part.jobs for part in parts)])
    revisions = np.concatenate([np.zeros(0, np.uint64), *(part.revisions for part in parts)])
    documents = _digest(*_ordered(jobs, revisions), meta["stamp"], meta["generation"])
    told = {
        **meta,
        "format": FORMAT,
        "tables": terms.tables(),
        "size": len(jobs),
        "documents": documents,
        "space": space.digest,
        "families": space.families,
        "shards": [(part.name, part.layout) for part in parts],
        "layout": {**_space(built, space, before), **files.save(built, arrays)},
    }
    written = json.dumps(told, indent=1, sort_keys=True) + "\n"
    (built / "meta.json").write_text(written, encoding="utf-8")
    layout = hashlib.sha256(written.encode() + arrays["dead"].tobytes()).hexdigest()
    return f"{meta['generation']}-{documents[:12]}-{layout[:12]}"


def _shards(built: Path, arranged: Iterable[arranging.Placed], before: Path | None) -> Iterator[_Written]:
    """Write the shards that are new into `built`, and link those that stay; few are in memory at a time."""
    start = 0
    for shard, live, is_new in arranged:
        if is_new or before is None:
            files.save(built / shard.name, shards.arrays(shard))
            files.settle(built / shard.name)  # while the next is made
        else:
            files.link(before / shard.name, built / shard.name)
        rows = np.full(len(shard.jobs), -1)
        rows[live] = start + live
        by_job = shard.by_job[rows[shard.by_job] >= 0]
        yield _Written(
            name=shard.name,
            layout=files.layout(shards.arrays(shard)),
            jobs=shard.jobs[by_job],
            revisions=shard.revisions[by_job],
            rows=rows,
            dead=start + np.flatnonzero(rows < 0),
            facts=shard.facts,
            facts_at=shard.facts_at,
            statements=shard.statements,
        )
        start += len(rows)


def _space(built: Path, space: counting.Space, before: Path | None) -> files.Layout:
    """Write the vocabulary and idf into `built`, or link those that stay; how they lie there."""
    arrays = {"vocabulary": space.vocabulary, "idf": space.idf}
    if before is None:
        return files.save(built, arrays)
    for name in arrays:
        files.link(before / f"{name}.npy", built / f"{name}.npy")
    return files.layout(arrays)


def _arrays(statements: stated.Statements) -> dict[str, Array]:
    return {name: getattr(statements, name) for name in stated.ARRAYS}


def _facts(facts: Sequence[Array], facts_at: Sequence[Array]) -> dict[str, Array]:
    """The different facts of all shards, and which of these each row has."""
    every = np.concatenate([np.zeros(0, dtype=terms.FACTS), *facts])
    different, which = stated.different(every)
    starts = np.cumsum([0, *map(len, facts)])
    at = [which[start + own] for start, own in zip(starts, facts_at, strict=False)]
    small = np.uint16 if len(different) <= 1 << 16 else np.int32
    return {"facts": different, "facts_at": np.concatenate([np.zeros(0, small), *at]).astype(small)}
