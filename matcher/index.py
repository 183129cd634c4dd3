"""The inverted TF-IDF index over the open jobs: build, save, open memory-mapped, and score.

One space holds folded words and concepts. A title word counts three times: it says what the job is. Weights
are scikit-learn's: (1 + ln tf) x idf, rows of length 1, so that the product of two rows is their cosine.

On disk an index is a folder of NumPy arrays and one meta.json, named by its content; the file CURRENT names
the one that holds. A build writes a folder aside, moves it in place, replaces CURRENT, and removes what is
left of older ones; who has an old index open keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import stated, terms

FORMAT = 6  # goes up when the code reads texts otherwise, too: their digests do not tell
MIN_DOCUMENTS = 2  # a word of one document only is mostly a misprint ...
SMALL = 1_000  # ... unless there are few documents

Array = npt.NDArray[Any]
Document = terms.Document


class IndexProblem(RuntimeError):
    """The index cannot be used; the sentence says what to do."""


class IndexMissing(IndexProblem):
    """There is no index yet."""


class IndexDamaged(IndexProblem):
    """The index on disk cannot be read, or another version wrote it."""


@dataclass(frozen=True, slots=True)
class Index:
    """An open index of n jobs and m terms; every array may be memory-mapped and is read only."""

    stamp: str
    generation: int
    fitted_on: int  # how many documents the vocabulary and IDF were fitted to
    documents: str  # digest of the documents
    space: str  # digest of `vocabulary` and `idf`
    jobs: Array  # n job ids as UTF-8 bytes, sorted
    vocabulary: Array  # m terms as UTF-8 bytes, sorted
    idf: Array  # m float32
    weights: sp.csc_matrix  # n x m float32, rows of length 1
    facts: Array  # different records of terms.FACTS, sorted
    facts_at: Array  # n places in `facts`
    concepts: Array  # concept numbers of all jobs, row after row
    concepts_at: Array  # n + 1 offsets into `concepts`
    families: tuple[str, ...]  # what facts["family"] counts in
    statements: stated.Statements

    @property
    def name(self) -> str:
        """What CURRENT calls it, and its folder is called: another for every content."""
        return f"{self.generation}-{self.documents[:12]}-{self.space[:12]}"

    def columns(self, wanted: Sequence[str]) -> Array:
        """The column of each wanted term, -1 for one that no document has."""
        return _places(self.vocabulary, np.array([term.encode() for term in wanted], dtype=bytes))

    def job(self, row: int) -> str:
        """The id of the job in `row`."""
        return bytes(self.jobs[row]).decode()

    def facts_of(self, row: int) -> np.void:
        """What is known of the job in `row`: a record of terms.FACTS."""
        found: np.void = self.facts[self.facts_at[row]]
        return found

    def concepts_of(self, row: int) -> list[str]:
        """The ids of the concepts that the job in `row` names, sorted."""
        numbers = self.concepts[self.concepts_at[row] : self.concepts_at[row + 1]]
        return [terms.concept_ids()[number] for number in numbers]


# ---------------------------------------------------------------------------------- building


def build(
    documents: Iterable[Document],
    directory: Path,
    *,
    stamp: str,
    generation: int,
    fitted: Index | None = None,
    progress: terms.Progress | None = None,
) -> Index:
    """Index `documents`, in any order, and make the result the current index of `directory`.

    With `fitted`, its vocabulary and idf are kept, as within a generation they must be. When the current
    index has these very documents nothing is written; an iterable that can be read twice is then only hashed.
    Raises ValueError for a job that comes twice, IndexProblem when `directory` cannot be read or written.
    """
    current = _current(directory)
    if current and not isinstance(documents, Iterator):
        digest = _digest(
            stamp, generation, ((document.job, terms.digest(document)) for document in documents)
        )
        if _same(current, digest, fitted):
            return current
    index = _assemble(list(terms.batches(documents, progress)), stamp, generation, fitted)
    if current and _same(current, index.documents, fitted):
        return current
    try:
        _save(index, directory)
    except OSError as error:
        raise IndexProblem(
            f"The index cannot be written in {directory} ({error.strerror or error}):"
            " have there a folder with room that you may write to, and run `rolecall index` again."
        ) from error
    return load(directory)


def _current(directory: Path) -> Index | None:
    try:
        return load(directory)
    except (IndexMissing, IndexDamaged):  # it is built anew
        return None


def _same(current: Index, documents: str, fitted: Index | None) -> bool:
    return current.documents == documents and (fitted is None or fitted.space == current.space)


def _digest(stamp: str, generation: int, hashes: Iterable[tuple[str, bytes]]) -> str:
    """One digest of all documents, whatever their order."""
    whole = hashlib.sha256(json.dumps([FORMAT, terms.tables(), stamp, generation]).encode())
    before = None
    for job, digest in sorted(hashes):
        if job == before:
            raise ValueError(f"Job {job} comes twice: give each job to the index once.")
        before = job
        whole.update(digest)
    return whole.hexdigest()


def _assemble(batches: list[terms.Batch], stamp: str, generation: int, fitted: Index | None) -> Index:
    jobs = [job for batch in batches for job in batch.jobs]
    documents = _digest(
        stamp, generation, zip(jobs, (h for batch in batches for h in batch.hashes), strict=True)
    )
    ids = np.array([job.encode() for job in jobs], dtype=bytes)
    order = np.argsort(ids)
    vocabulary, counts = _counts(batches, order, fitted.vocabulary if fitted else None)
    from sklearn.feature_extraction.text import (  # noqa: PLC0415 - costs a second, and only a build needs it
        TfidfTransformer,
    )

    transformer = TfidfTransformer(sublinear_tf=True)
    if fitted:
        transformer.idf_ = np.array(fitted.idf)
    elif counts.nnz:
        transformer.idf_ = transformer.fit(counts).idf_.astype(np.float32)
    weights = transformer.transform(counts, copy=False) if counts.nnz else counts
    idf = transformer.idf_ if fitted or counts.nnz else np.zeros(len(vocabulary), dtype=np.float32)
    families = tuple(sorted({row[2] for batch in batches for row in batch.facts}))
    every = [(*row[:2], families.index(row[2]), *row[3:]) for batch in batches for row in batch.facts]
    facts, facts_at = np.unique(np.array(every, dtype=terms.FACTS)[order], return_inverse=True)
    concepts = [found for batch in batches for found in batch.concepts]
    said = [one for batch in batches for one in batch.said]
    return Index(
        stamp=stamp,
        generation=generation,
        fitted_on=fitted.fitted_on if fitted else len(ids),
        documents=documents,
        space=hashlib.sha256(vocabulary.tobytes() + idf.tobytes()).hexdigest(),
        jobs=ids[order],
        vocabulary=vocabulary,
        idf=idf,
        weights=weights.tocsc(),
        facts=facts,
        facts_at=facts_at.astype(np.int32),
        concepts=np.array([number for row in order for number in concepts[row]], dtype=np.uint16),
        concepts_at=np.cumsum([0, *(len(concepts[row]) for row in order)], dtype=np.int64),
        families=families,
        statements=stated.table([said[row] for row in order]),
    )


def _counts(
    batches: list[terms.Batch], order: Array, vocabulary: Array | None
) -> tuple[Array, sp.csr_matrix]:
    """All counts over `vocabulary`, or else over the documents' own sorted words, with rows in `order`."""
    known: dict[str, int] = {}
    columns = [
        np.array([known.setdefault(term, len(known)) for term in batch.vocabulary], dtype=np.int32)
        for batch in batches
    ]
    found = np.array([term.encode() for term in known], dtype=bytes)
    column = [own[batch.counts.indices] for own, batch in zip(columns, batches, strict=True)]
    indices = np.concatenate([*column, np.zeros(0, dtype=np.int32)])
    if vocabulary is None:
        frequent = np.bincount(indices, minlength=len(found)) >= (MIN_DOCUMENTS if len(order) >= SMALL else 1)
        vocabulary = np.sort(found[frequent])
    place = _places(vocabulary, found)[indices]
    lengths = np.concatenate(
        [*(np.diff(batch.counts.indptr) for batch in batches), np.zeros(0, dtype=np.int32)]
    )
    rows = np.repeat(np.argsort(order).astype(np.int32), lengths)
    data = np.concatenate([*(batch.counts.data for batch in batches), np.zeros(0, dtype=np.float32)])
    kept = place >= 0
    shape = (len(order), len(vocabulary))
    counts = sp.csr_matrix((data[kept], (rows[kept], place[kept])), shape=shape, dtype=np.float32)
    counts.sort_indices()
    return vocabulary, counts


def _places(sorted_values: Array, wanted: Array) -> Array:
    """Where each of `wanted` stands in `sorted_values`; -1 where it does not."""
    if not len(sorted_values) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int32)
    at = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    return np.where(sorted_values[at] == wanted, at, -1).astype(np.int32)


# ---------------------------------------------------------------------------------- on disk


def _arrays(index: Index) -> dict[str, Array]:
    """Every array of an index by the name of its file."""
    return {
        "jobs": index.jobs,
        "vocabulary": index.vocabulary,
        "idf": index.idf,
        "data": index.weights.data,
        "indices": index.weights.indices,
        "indptr": index.weights.indptr,
        "facts": index.facts,
        "facts_at": index.facts_at,
        "concepts": index.concepts,
        "concepts_at": index.concepts_at,
        **{name: getattr(index.statements, name) for name in stated.ARRAYS},
    }


def _save(index: Index, directory: Path) -> None:
    """Write `index` aside and make it the current one; a crash at any point leaves the old one current."""
    directory.mkdir(parents=True, exist_ok=True)
    arrays = _arrays(index)
    meta = {
        "format": FORMAT,
        "tables": terms.tables(),
        "stamp": index.stamp,
        "generation": index.generation,
        "fitted_on": index.fitted_on,
        "documents": index.documents,
        "space": index.space,
        "families": index.families,
        "shapes": {name: len(array) for name, array in arrays.items()},
    }
    aside = Path(tempfile.mkdtemp(prefix=".building-", dir=directory))
    try:
        aside.chmod(0o755)
        for name, array in arrays.items():
            with (aside / f"{name}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
        (aside / "meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        _swap(aside, directory / index.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _swap(aside: Path, final: Path) -> None:
    """Move `aside` to `final`, point CURRENT at it, and remove what is older."""
    directory = final.parent
    if final.exists():  # a build that crashed before it was current, or a damaged one
        shutil.rmtree(final)
    for path in aside.iterdir():
        _sync(path)
    aside.replace(final)
    pointer = directory / "CURRENT.new"
    pointer.write_text(final.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(directory / "CURRENT")
    _sync(directory)
    for old in directory.iterdir():
        if old.is_dir() and old != final:
            shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    """Have what was written to `path` on the disk before the next step counts on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load(directory: Path) -> Index:
    """Open the current index of `directory`, memory-mapped.

    Raises IndexMissing, IndexDamaged, or plain IndexProblem when the system does not let us read it.
    """
    with _readable(directory):
        return _load(directory)


def current(directory: Path) -> str:
    """The name of the current index of `directory`; raises IndexMissing or IndexProblem."""
    with _readable(directory):
        return _name(directory)


@contextmanager
def _readable(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexProblem(
            f"The index in {directory} cannot be read ({error.strerror or error}):"
            " have there a folder that you may read, and run `rolecall index`."
        ) from error


def _name(directory: Path) -> str:
    try:
        return (directory / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {directory}: run `rolecall index`.") from None


def _load(directory: Path) -> Index:
    for _ in range(3):  # a swap may remove the folder between the two reads
        folder = directory / Path(_name(directory)).name
        try:
            return _open(folder)
        except FileNotFoundError as error:
            missing = error
        except (ValueError, KeyError, TypeError, EOFError) as error:
            raise _damaged(folder) from error
    raise _damaged(folder) from missing


def _damaged(folder: Path) -> IndexDamaged:
    return IndexDamaged(f"The index in {folder} is damaged: run `rolecall index` to build it anew.")


def _open(folder: Path) -> Index:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    if meta["format"] != FORMAT or meta["tables"] != terms.tables():
        raise IndexDamaged(f"The index in {folder} was built by another version: run `rolecall index`.")
    arrays = {name: _map(folder / f"{name}.npy", length) for name, length in meta["shapes"].items()}
    shape = (len(arrays["jobs"]), len(arrays["vocabulary"]))
    parts = tuple(arrays[name] for name in ("data", "indices", "indptr"))
    return Index(
        stamp=meta["stamp"],
        generation=meta["generation"],
        fitted_on=meta["fitted_on"],
        documents=meta["documents"],
        space=meta["space"],
        jobs=arrays["jobs"],
        vocabulary=arrays["vocabulary"],
        idf=arrays["idf"],
        weights=sp.csc_matrix(parts, shape=shape, copy=False),
        facts=arrays["facts"],
        facts_at=arrays["facts_at"],
        concepts=arrays["concepts"],
        concepts_at=arrays["concepts_at"],
        families=tuple(meta["families"]),
        statements=stated.Statements(**{name: arrays[name] for name in stated.ARRAYS}),
    )


def _map(path: Path, length: int) -> Array:
    # A plain view: NumPy's memmap class makes every small slice ten times dearer.
    array: Array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    if array.shape != (length,):
        raise ValueError(f"{path} has shape {array.shape}, not {(length,)}")
    return array
