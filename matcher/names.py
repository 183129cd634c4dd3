"""The titles and organizations of many jobs as words in a row: who has some words, what a misprint means."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matcher import gazetteer, skills, terms, text

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
WORD = np.dtype(np.int32)  # the place of a word

SHORTEST = 4  # letters of a misprint that can be told; with LONG, two of them may be wrong
LONG = 8
RARE = 1_000  # times as many jobs must have a word as have one that is there, too, and may be a misprint
CITY = 100_000  # people: misprints are called like villages
PAST_COUNT = 3.0  # one letter more that is wrong is made up for by a thousand (10 ** 3) times as many jobs


@dataclass(frozen=True, slots=True)
class Names:
    """The names of n jobs (titles, or organizations), each different one kept once; arrays are read only."""

    vocabulary: Array  # m words as UTF-8 bytes, sorted
    jobs: Array  # m: in how many jobs' names the word stands, once for each time
    words: Array  # places in `vocabulary`, name after name
    starts: Array  # where each name begins in `words`, and where the last one ends
    name: Array  # n: which name a job has, -1 for none

    def having(self, words: Sequence[str], *, exact: bool) -> Mask:
        """The jobs whose name has these words in a row; in the singular or plural unless `exact`."""
        runs = len(self.words) - len(words) + 1
        found = np.ones(max(runs, 0), dtype=np.bool_)
        for at, word in enumerate(words):
            meant = np.zeros(len(self.vocabulary), dtype=np.bool_)
            places = [self._place(form) for form in ({word} if exact else _forms(word))]
            meant[[place for place in places if place >= 0]] = True
            found &= meant[self.words[at : at + len(found)]]
        begins = np.flatnonzero(found)
        names = np.searchsorted(self.starts, begins, side="right") - 1
        names = names[begins + len(words) <= self.starts[names + 1]]
        has = np.zeros(len(self.starts), dtype=np.bool_)  # the last stands for no name
        has[names] = True
        mask: Mask = has[self.name]
        return mask

    def count(self, word: str) -> int:
        """In how many jobs' names a word stands."""
        place = self._place(word)
        return int(self.jobs[place]) if place >= 0 else 0

    def near(self, word: str, wrong: int, least: float = 0) -> list[tuple[float, str, int]]:
        """Words with at most so many wrong letters: how far each is, the word, its jobs; nearest first.

        Only words that stand in more than `least` jobs: most words stand in few.
        """
        places = np.flatnonzero(self.jobs > least)
        lengths = np.char.str_len(self.vocabulary[places])  # in bytes
        places = places[np.abs(lengths - len(word.encode())) <= 2 * wrong]
        choices = [bytes(found).decode() for found in self.vocabulary[places]]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=wrong, limit=None)
        near = [(letters, other, int(self.jobs[places[at]])) for other, letters, at in found if other != word]
        return sorted((letters - math.log10(jobs) / PAST_COUNT, other, jobs) for letters, other, jobs in near)

    def _place(self, word: str) -> int:
        at = int(np.searchsorted(self.vocabulary, word.encode()))
        return at if at < len(self.vocabulary) and self.vocabulary[at] == word.encode() else -1


ARRAYS = tuple(field.name for field in fields(Names))


def table(said: Sequence[str]) -> Names:
    """What n jobs are called; "" for one that has no name."""
    different = {name: number for number, name in enumerate(dict.fromkeys(filter(None, said)))}
    rows = text.each([one[: terms.MAX_TITLE].replace("\n", " ") for one in different])
    numbers: dict[str, int] = {}
    words = np.array([numbers.setdefault(word, len(numbers)) for row in rows for word in row], dtype=WORD)
    made = Names(
        vocabulary=np.array([word.encode() for word in numbers], dtype=bytes),
        jobs=np.zeros(len(numbers), dtype=np.int32),
        words=words,
        starts=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        name=np.array([different.get(one, -1) for one in said], dtype=np.int32),
    )
    return joined([(made, np.arange(len(said)))], len(said))


def joined(parts: Sequence[tuple[Names, Array]], size: int) -> Names:
    """The names of `size` jobs made of several: each with the place that each of its jobs has, -1 for none.

    A job that nothing becomes has no name; the vocabularies of parts need not be sorted.
    """
    every = np.concatenate([np.zeros(0, dtype="S1"), *(part.vocabulary for part, _ in parts)])
    vocabulary, place = np.unique(every, return_inverse=True)
    numbers: dict[bytes, int] = {}  # of names, by the places of their words
    name, start = np.full(size, -1, dtype=np.int32), 0
    for part, rows in parts:
        kept = np.flatnonzero((rows >= 0) & (part.name >= 0))
        own = part.name[kept]
        is_used = np.zeros(len(part.starts) - 1, dtype=np.bool_)
        is_used[own] = True
        used = np.flatnonzero(is_used)
        told = place[start : start + len(part.vocabulary)].astype(WORD)[part.words].tobytes()
        bounds = (WORD.itemsize * part.starts).tolist()
        keys = (told[bounds[one] : bounds[one + 1]] for one in used.tolist())
        becomes = np.zeros(len(is_used), dtype=np.int32)
        becomes[used] = [numbers.setdefault(key, len(numbers)) for key in keys]
        name[rows[kept]] = becomes[own]
        start += len(part.vocabulary)
    words = np.frombuffer(b"".join(numbers), dtype=WORD)
    lengths = np.array([len(key) // WORD.itemsize for key in numbers], dtype=np.int64)
    often = np.repeat(np.bincount(name[name >= 0], minlength=len(numbers)), lengths)
    jobs = np.bincount(words, weights=often, minlength=len(vocabulary)).astype(np.int32)
    return Names(
        vocabulary=vocabulary[jobs > 0],
        jobs=jobs[jobs > 0],
        words=(np.cumsum(jobs > 0) - 1).astype(WORD)[words],
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        name=name,
    )


def meant(word: str, known: Sequence[Names], jobs: int = 0) -> str | None:
    """The word that a misprint is of, by the names of all jobs; None for a word that may be meant as it is.

    `jobs` is how many have the word in their texts. A skill or a city that no job names is no misprint.
    """
    if len(word) < SHORTEST or not word.isalpha() or word in terms.STOP or skills.find(word):
        return None
    if any(town.weight >= CITY for town in gazetteer.named(word)):
        return None
    there = max([jobs, *(names.count(form) for names in known for form in _forms(word))])
    wrong, least = 1 if len(word) < LONG else 2, there * RARE
    near = sorted(found for names in known for found in names.near(word, wrong, least))
    return near[0][1] if near else None


def _forms(word: str) -> set[str]:
    """The spellings that count as one with `word`: singular, plural and what `terms` folds into it."""
    one = terms.fold(word)
    told = {one, f"{one}s", f"{one}es", f"{one[:-1]}ies", word}
    same = [spelling for spelling, kept in terms.SPELLINGS.items() if kept == one]
    told.update(same, (f"{spelling}s" for spelling in same))
    return {form for form in told if terms.fold(form) == one}


# ---------------------------------------------------------------------------------- on disk


def write(path: Path, every: Mapping[str, Names]) -> None:
    """Write the names of each kind to one file; a crash at any point leaves none, or the whole file."""
    arrays = {f"{kind}-{name}": getattr(names, name) for kind, names in every.items() for name in ARRAYS}
    descriptor, aside = tempfile.mkstemp(prefix=".names-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)


def load(path: Path) -> dict[str, Names]:
    """The names of each kind that `write` kept; raises OSError, ValueError or BadZipFile when damaged."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        arrays = dict(kept)
    kinds = dict.fromkeys(name.partition("-")[0] for name in arrays)
    try:
        return {kind: Names(**{name: arrays[f"{kind}-{name}"] for name in ARRAYS}) for kind in kinds}
    except KeyError as error:
        raise ValueError(f"{path} lacks names: {error}") from error
