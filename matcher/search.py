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
    where the number of jobs drifted by more than a quarter since, or where `refit` asks for it.
    """
    with session.reading(engines) as db:
        stamp = queries.installation.stamp(db)
        newest = queries.installation.generation(db)
        size = queries.jobs.count_open(db)
        old = None if refit else _fitted(directory, stamp, size)
        built = index.build(
            _Documents(db),
            directory,
            stamp=stamp,
            generation=old.generation if old else newest + 1,
            fitted=old,
            progress=progress,
        )
    if built.generation > newest:
        with session.writing(engines) as db:
            queries.installation.set_generation(db, built.generation)
    return built


def _fitted(directory: Path, stamp: str, size: int) -> index.Index | None:
    try:
        old = index.load(directory)
    except index.IndexProblem:
        return None  # missing, damaged or of another version: build says what it made instead
    if old.stamp != stamp or abs(size - old.fitted_on) > DRIFT * old.fitted_on:
        return None
    return old


@dataclass(frozen=True)
class _Documents:
    """The open jobs as the index reads them; can be read again, so that an unchanged night only compares."""

    db: Session

    def __iter__(self) -> Iterator[index.Document]:
        for row in queries.jobs.open_documents(self.db):
            yield index.Document(
                row.job, row.title, text.without_contacts(row.description), row.role, row.level
            )


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
