"""The joint of rank and memory: the index of the open jobs, and ranked rows for a profile and filters."""

from __future__ import annotations

import functools
import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash
from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries, session
from matcher import filters as filtering
from matcher import gazetteer, index, keywords, ordering, profile, rank, sift, stated, why

log = logging.getLogger(__name__)
MOST_ELSEWHERE = 40  # jobs of a campaign; more are counted
MOST_COMPARED = 400  # of those that the nearest are picked from, where a place is asked
SHORT = 16  # terms: to score all jobs for fewer takes less than to hold jobs back
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: small numbers times it differ in all their bits
DRIFT = 0.25  # a corpus that grew or shrank by more than this share is fitted anew


@dataclass(frozen=True)
class Found:
    """One ranked row: its number from 1, the match, the job's fields, and the listings behind it.

    `elsewhere` are other open jobs of its campaign (job, job_location, job_location_type), whatever the
    filters, where cards are asked for: at most MOST_ELSEWHERE, and `total` of each says how many there are.
    `unpaid` passes a minimum pay because its own could not be compared with it, `unplaced` a distance because
    nobody knows where its town lies.
    """

    number: int
    match: why.Match
    job: Row[Any]
    listings: list[Row[Any]]
    elsewhere: list[Row[Any]]
    unpaid: bool = False
    unplaced: bool = False


@dataclass(frozen=True)
class Results:
    """How many jobs match and pass, on how many cards (a campaign is one), and the rows asked for.

    `matched` are the jobs that match, whatever is asked besides; `beyond` are the rows of those that pass the
    filters, whether they are `within` what else is asked or not.
    """

    jobs: int
    cards: int
    rows: list[Found]
    counts: sift.Counts
    matched: int
    beyond: rank.Mask


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
        built = index.build(
            _Documents(db), directory, stamp=stamp, generation=generation, fitted=fitted, progress=progress
        )
        keywords.keep(directory, built, old, functools.partial(queries.jobs.names, db))
        return built


def _current(directory: Path, stamp: str) -> index.Index | None:
    """The index that lies in `directory`, if it is of this database and can be used."""
    try:
        old = index.load(directory)
    except (index.IndexMissing, index.IndexDamaged):
        return None  # build says what it made instead
    return old if old.stamp == stamp else None


@dataclass(frozen=True)
class _Documents:
    """The open jobs as the index reads them; which of them changed is told without reading their words."""

    db: Session

    @functools.cached_property
    def revisions(self) -> tuple[index.Array, index.Array]:
        """The ids of the open jobs, and a number for all that their listings say and how they are grouped.

        The digest of a listing is of every column that is read here, and of the words that they come from.
        """
        jobs, canonical, campaigns = _columns(queries.jobs.open_now(self.db), _names, _numbers, _hashes)
        order = np.argsort(jobs)
        jobs = jobs[order]
        revisions = (canonical * SPREAD + campaigns)[order]
        listings, said = _columns(queries.listings.said_open(self.db), _numbers, _names)
        digests = np.frombuffer(bytes.fromhex(said.tobytes().decode()), ">u8")[::2].astype(np.uint64)
        digests = digests[np.argsort(listings)]
        listings, of = _columns(queries.listings.open_jobs(self.db), _numbers, _names)
        at = index.places(jobs, of)[np.argsort(listings)]  # they come by job
        np.add.at(revisions, at[at >= 0], digests[at >= 0])
        return jobs, np.maximum(revisions, 1)

    def read(self, jobs: index.Array | None) -> Iterator[index.Document]:
        """The documents of some jobs, or of all."""
        wanted = None if jobs is None else [bytes(job).decode() for job in jobs]
        ids, revisions = self.revisions
        if jobs is not None:
            ids, revisions = jobs, revisions[index.places(ids, jobs)]
        of = dict(zip(ids.tolist(), revisions.tolist(), strict=True))
        rows = queries.jobs.open_statements(self.db, wanted)
        statements = itertools.groupby(rows, key=lambda row: row.job)
        ahead = next(statements, None)
        for row in queries.jobs.open_documents(self.db, wanted):  # both by job: a statement waits for its own
            said = stated.NOTHING
            if ahead and ahead[0] == row.job:
                said, ahead = stated.gathered(ahead[1]), next(statements, None)
            yield index.Document(
                *(row.job, row.title, row.description, row.role, row.level, row.family),
                said._replace(campaign=row.campaign or ""),
                of[row.job.encode()],
            )


def _columns(
    pages: Iterable[Sequence[Any]], *kinds: Callable[[Sequence[Any]], index.Array]
) -> list[index.Array]:
    """The columns of rows that come in pages, as arrays: lists of what Python has are five times as large."""
    columns = [[kind(())] for kind in kinds]
    for page in pages:
        for column, kind, values in zip(columns, kinds, zip(*page, strict=True), strict=True):
            column.append(kind(values))
    return [np.concatenate(column) for column in columns]


def _names(values: Sequence[str | None]) -> index.Array:
    return np.array([value or "" for value in values], dtype=bytes)


def _numbers(values: Sequence[int]) -> index.Array:
    return np.array(values, dtype=np.uint64)


def _hashes(values: Sequence[str | None]) -> index.Array:
    return _numbers([xxhash.xxh3_64_intdigest((value or "").encode()) for value in values])


def open_index(engines: session.Engines, directory: Path) -> index.Index:
    """The index in `directory`, memory-mapped.

    :raise index.IndexProblem: when it is missing or damaged, or belongs to another database.
    """
    opened = index.load(directory)
    with session.reading(engines) as db:
        if opened.stamp != queries.installation.stamp(db):
            raise index.IndexProblem("the index belongs to another database: run `rolecall index`")
    return opened


class CurrentIndex:
    """The index that holds, in a process that lives long: opened once, and again when one is swapped in.

    One that is swapped in and cannot be used leaves the one before in use, until another is swapped in.
    """

    def __init__(self, engines: session.Engines, directory: Path) -> None:
        self._engines, self._directory = engines, directory
        self._opened: index.Index | None = None
        self._refused = ""
        self._opening = threading.Lock()

    def get(self) -> index.Index:
        """The current index; raises index.IndexProblem."""
        name, opened = index.current(self._directory), self._opened
        if opened is not None and name in (opened.name, self._refused):
            return opened
        with self._opening:  # one thread opens, the others wait for it
            opened = self._opened
            if opened is None or name not in (opened.name, self._refused):
                opened = self._opened = self._open(name, opened)
            return opened

    def close(self) -> None:
        """Let go of the index, whose files are gone from the disk only then; who asks has it opened again."""
        self._opened = None

    def _open(self, name: str, before: index.Index | None) -> index.Index:
        """The index of this name, or the one before where it cannot be used; says so once a name."""
        try:
            opened = open_index(self._engines, self._directory)
        except index.IndexProblem as error:
            if before is None:
                raise
            self._refused = name
            log.error("index refused name=%s kept=%s reason=%s", name, before.name, error)  # noqa: TRY400
            return before
        self._refused = ""
        return opened


def match(  # noqa: PLR0913 - each an aspect of what is asked
    db: Session,
    scored: rank.Scores,
    filters: filtering.Filters,
    limit: int,
    *,
    skip: int = 0,
    cards: bool = False,
    shares: bool = False,
    sort: str = "",
    within: rank.Mask | None = None,
) -> Results:
    """Rows `skip` to `skip + limit` of the open jobs that contradict no filter, best first; ties by job id.

    With `cards`, only the best job of each campaign is a row, and rows have no description, and terms
    only if their `shares` are asked for. With `sort`
    ("newest", "pay", "near"), the rows and `cards` are of the best matches in another order: at most
    ordering.MOST jobs, and if any is a stretch or better, only such. Of what else a person asks, `within` are
    the rows that pass.
    """
    statements = scored.index.statements
    sifted, every = sift.sift(statements, filters), scored.most > 0
    matched = every if within is None else every & within
    passing = matched & sifted.passing
    one_of = statements.card if cards else None
    if sort:
        ordered = _sorted(db, scored, sifted, passing, sort, one_of)
    else:
        ordered = scored.top(passing, skip + limit, one_of=one_of)
    rows = ordered[skip : skip + limit]
    return Results(
        jobs=int(np.count_nonzero(passing)),
        cards=len(ordered) if sort else sift.cards(statements.card, passing),
        rows=list(_found(db, sifted, scored, rows, skip, cards=cards, shares=shares)),
        counts=sift.counts(sifted, matched),
        matched=int(np.count_nonzero(every)),
        beyond=every & sifted.passing,
    )


def _sorted(
    db: Session,
    scored: rank.Scores,
    sifted: sift.Sifted,
    passing: rank.Mask,
    sort: str,
    one_of: npt.NDArray[np.int32] | None,
) -> rank.Rows:
    """The best matches that pass, the newest, best paid or nearest first; what is not stated comes last."""
    rows = scored.top(passing, ordering.MOST)
    fair = rows[scored.of(rows) >= rank.STRETCH]
    rows = fair if len(fair) else rows
    statements, wanted = sifted.statements, sifted.wanted
    if sort == "pay":
        keys = ordering.by_pay(statements, rows, wanted.currency)
    elif sort == "near" and wanted.near:
        keys = ordering.by_distance(statements, rows, filtering.centre(wanted.near))
    else:
        jobs = [scored.index.job(row) for row in rows.tolist()]
        days = queries.jobs.days(db, jobs)
        keys = np.array([-days[job].toordinal() if job in days else np.inf for job in jobs], dtype=np.float64)
    return ordering.sorted_by(keys, rows, one_of)


def best(
    db: Session, opened: index.Index, person: profile.Profile, filters: filtering.Filters, limit: int
) -> list[Found]:
    """The first rows of `match`, without its counts."""
    sifted = sift.sift(opened.statements, filters)
    scored, rows = first(opened, person, sifted, limit)
    return list(_found(db, sifted, scored, rows, 0, cards=False))


def first(
    opened: index.Index, person: profile.Profile, sifted: sift.Sifted, limit: int
) -> tuple[rank.Scores, rank.Rows]:
    """The rows of the first `limit` matches that contradict no filter, and the scores that they are among."""
    if len(person.terms) < SHORT:
        scored = rank.score(opened, person)
        return scored, scored.passing(sifted.passes, limit, sifted.share)
    scored = rank.score(opened, person, sifted.narrowing)
    return scored, scored.passing(sifted.passes, limit)


def one(db: Session, opened: index.Index, person: profile.Profile, job: str) -> Found | None:
    """One job as a row of `match`, whatever its place; None for one that is not in the index."""
    at = opened.find([job])
    if at[0] < 0:
        return None
    only = np.zeros(opened.rows, dtype=np.bool_)
    only[at] = True
    scored = rank.score(opened, person, only)
    sifted = sift.sift(opened.statements, filtering.Filters())
    return next(_found(db, sifted, scored, at, 0, cards=False), None)


def count(scored: rank.Scores, filters: filtering.Filters, within: rank.Mask | None = None) -> int:
    """How many jobs match and contradict no filter, of those `within` what else is asked."""
    passing = (scored.most > 0) & sift.sift(scored.index.statements, filters).passing
    return int(np.count_nonzero(passing if within is None else passing & within))


def _found(
    db: Session,
    sifted: sift.Sifted,
    scored: rank.Scores,
    at: rank.Rows,
    skip: int,
    *,
    cards: bool,
    shares: bool = False,
) -> Iterator[Found]:
    """The rows of an index as those of a list, from `skip` on; a card says shares of terms only if asked.

    One that was removed since the index was built has none, a merged one its new.
    """
    asks_pay = sifted.wanted.min_pay is not None
    matches = scored.told(at, shares=shares or not cards)
    rows = queries.jobs.rows(db, [match.job for match in matches], words=not cards)
    led = queries.jobs.led(db, [match.job for match in matches if match.job not in rows])
    rows |= queries.jobs.rows(db, [job for job in led.values() if job not in rows], words=not cards)
    listings = queries.jobs.listings_of(db, list(rows))
    campaigns = _campaigns(db, scored.index, sifted.wanted.near, rows) if cards else {}
    paid = sifted.paid[sifted.statements.offer_of[at]].tolist()
    unplaced = sifted.about[sifted.statements.where_of[at]].tolist()
    for number, found in enumerate(matches):
        job = led.get(found.job, found.job)
        if row := rows.pop(job, None):  # once, if what it was merged into is here, too
            yield Found(
                skip + number + 1,
                found if job == found.job else replace(found, job=job),
                *(row, listings[job], campaigns.get(row.campaign, [])),
                unpaid=asks_pay and not paid[number],
                unplaced=unplaced[number],
            )


def _campaigns(
    db: Session, opened: index.Index, near: filtering.Near | None, rows: Mapping[str, Row[Any]]
) -> dict[str, list[Row[Any]]]:
    """The other open jobs of some rows' campaigns, by campaign: the nearest first where a town is asked."""
    named = sorted({row.campaign for row in rows.values() if row.campaign})
    if not named:
        return {}
    town = gazetteer.find(*near) if near and near[0] else None  # a state has no middle to measure from
    found = queries.jobs.campaigns(db, named, list(rows), MOST_COMPARED if town else MOST_ELSEWHERE)
    return {name: nearest(opened, town, others)[:MOST_ELSEWHERE] for name, others in found.items()}


def nearest(opened: index.Index, centre: gazetteer.Spot | None, others: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Jobs by how far they are, those that the index does not have last; without a centre by their places."""
    named = sorted(others, key=lambda other: [spot["text"].lower() for spot in other.job_location] or ["~"])
    if centre is None:
        return named
    at = opened.find([other.job for other in named])
    apart = ordering.by_distance(opened.statements, at, centre)
    apart[at < 0] = np.inf
    return [named[number] for number in np.argsort(apart, kind="stable")]
