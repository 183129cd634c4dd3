"""The joint of rank and memory: the index of the open jobs, and ranked rows for a profile and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries, session
from db.queries.jobs import Filters
from matcher import index, profile, rank, text

DRIFT = 0.25  # a corpus that grew or shrank by more than this share is fitted anew

__all__ = ["Filters", "Found", "match", "open_index", "reindex"]


@dataclass(frozen=True)
class Found:
    """One ranked row: its number from 1, the match, the job's fields, and the listings behind it."""

    number: int
    match: rank.Match
    job: Row[Any]
    listings: list[Row[Any]]


def reindex(
    engines: session.Engines,
    directory: Path,
    *,
    refit: bool = False,
    progress: Callable[[int], None] | None = None,
) -> index.Index:
    """Bring the index in `directory` to the open jobs, and swap it in.

    Vocabulary and IDF stay those of the index's generation; a new generation is fitted where there is none,
    where another version built it, where the number of jobs drifted by more than a quarter since, or where
    `refit` asks for it.

    :raise index.IndexProblem: when the directory cannot be read or written.
    """
    with session.reading(engines) as db:
        stamp = queries.installation.stamp(db)
        newest = queries.installation.generation(db)
        size = queries.jobs.count_open(db)
    old = _current(directory, stamp)
    fitted = None if refit or old is None or abs(size - old.fitted_on) > DRIFT * old.fitted_on else old
    generation = fitted.generation if fitted else max(newest, old.generation if old else 0) + 1
    if generation > newest:  # before the build: one that is killed has used its number up
        with session.writing(engines) as db:
            queries.installation.set_generation(db, generation)
    with session.reading(engines) as db:
        return index.build(
            _Documents(db), directory, stamp=stamp, generation=generation, fitted=fitted, progress=progress
        )


def _current(directory: Path, stamp: str) -> index.Index | None:
    """The index that lies in `directory`, if it is of this database and can be used."""
    try:
        old = index.load(directory)
    except (index.IndexMissing, index.IndexDamaged):
        return None  # build says what it made instead
    return old if old.stamp == stamp else None


@dataclass(frozen=True)
class _Documents:
    """The open jobs as the index reads them; can be read again, so that an unchanged night only compares."""

    db: Session

    def __iter__(self) -> Iterator[index.Document]:
        for row in queries.jobs.open_documents(self.db):
            words = text.without_contacts(row.description)
            yield index.Document(row.job, row.title, words, row.role, row.level, row.family)


def open_index(engines: session.Engines, directory: Path) -> index.Index:
    """The index in `directory`, memory-mapped.

    :raise index.IndexProblem: when it is missing or damaged, or belongs to another database.
    """
    opened = index.load(directory)
    with session.reading(engines) as db:
        if opened.stamp != queries.installation.stamp(db):
            raise index.IndexProblem("the index belongs to another database: run `rolecall index`")
    return opened


def match(
    db: Session, opened: index.Index, person: profile.Profile, filters: Filters, limit: int
) -> list[Found]:
    """The best `limit` open jobs that contradict no filter, best first; ties by job id."""
    among = None if filters == Filters() else queries.jobs.open_ids(db, filters)
    matches = rank.rank(opened, person, among=among, limit=limit)
    ids = [found.job for found in matches]
    rows, listings = queries.jobs.rows(db, ids), queries.jobs.listings_of(db, ids)
    return [
        Found(number, found, rows[found.job], listings[found.job])
        for number, found in enumerate(matches, 1)
        if found.job in rows
    ]
