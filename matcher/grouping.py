"""The joint of dedupe and memory: listings in, jobs with lasting ids, campaigns, templates and pairs out."""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries, scratch, session
from matcher import dedupe, lasting, tallying, verdicts
from matcher.dedupe import ads, doubt, update
from matcher.dedupe.shelf import Shelf, View, read_header

log = logging.getLogger(__name__)

MEMORY = timedelta(days=180)  # a listing that closed longer ago meets no repost of its own
PAIRS = 10_000  # written at a time


@dataclass(frozen=True)
class Outcome:
    """What a grouping gave: how much there is, and how much of it changed."""

    listings: int
    jobs: int
    cards: int  # campaigns and single jobs
    templates: int
    pairs: int
    new_jobs: int
    changed_jobs: int
    merged_jobs: int


def regroup(
    engines: session.Engines,
    now: datetime,
    progress: dedupe.Progress | None = None,
    *,
    folder: Path | None = None,
    processes: int = 1,
    refit: bool = False,
) -> Outcome:
    """Group every listing that is open or closed less than 180 days ago, and write what changed.

    `folder` holds the shelf: what is kept of each listing, so that a night costs what changed; without one
    all is read and compared anew. `refit` learns boilerplate anew. Thinking blocks no writer; what it
    concludes is applied in one transaction, whole or not at all.

    That transaction also gives the grouping a new name, and only then is the shelf kept, under that name.
    Whoever is killed between the two, or brings back an older database, leaves a shelf of another name: it is
    thrown away, and the next night is one from scratch. So a shelf never knows of a grouping that the tables
    do not hold, at whatever moment a night ends.

    :raise session.Unusable: when the database or the folder cannot be used, or a process was killed.
    """
    with _shelf(engines, folder) as shelf:
        night = update.Update(shelf, processes, progress)
        with session.reading(engines) as db:
            said = listed(db, now - MEMORY)
            told = night.run(*(said, lambda keys: _ads(db, keys), _said(db, said), _chosen(db)), refit=refit)
        with session.writing(engines) as db:
            counts, _ = _write(db, told, now, queries.listings.ungrouped(db))
            tallying.catch_up(db, now)
            name = _named(db, counts)
            sizes, pairs = queries.jobs.sizes(db), queries.pairs.count(db)
        _keep(night, name)
    return Outcome(
        listings=told.ads,
        jobs=sizes.jobs,
        cards=sizes.cards,
        templates=sizes.templates,
        pairs=pairs,
        new_jobs=counts["new"],
        changed_jobs=counts["changed"],
        merged_jobs=counts["merged"],
    )


def follow(engines: session.Engines, now: datetime, folder: Path) -> bool:
    """Let the jobs follow what people decided since they were grouped; what the sources say now waits.

    Nothing is read or compared but what a decision touches. False, and nothing is done, where `folder` holds
    no shelf of these jobs: then only a whole grouping can follow.

    :raise session.Unusable: as `regroup`.
    """
    if not remembered(engines, folder):
        return False
    with _shelf(engines, folder) as shelf:
        night = update.Update(shelf)
        said = update.held(shelf)
        with session.reading(engines) as db:
            told = night.run(said, lambda keys: (), _said(db, said), _chosen(db))
        with session.writing(engines) as db:
            counts, touched = _write(db, told, now, ())
            tallying.count(db, touched)
            name = _named(db, counts)
        _keep(night, name)
    return True


def remembered(engines: session.Engines, folder: Path) -> bool:
    """Whether `folder` holds a shelf of the jobs that there are, made by the same rules as ours."""
    with session.reading(engines) as db:
        name = queries.installation.grouped(db)
    return bool(name) and read_header(folder).stamp == name


def _named(db: Session, counts: Counter[str]) -> str:
    """The name of the grouping that is written: a new one where it changed anything."""
    name = queries.installation.grouped(db)
    if counts.total() or not name:
        name = secrets.token_hex(16)
        queries.installation.set_grouped(db, name)
    return name


def _keep(night: update.Update, name: str) -> None:
    try:
        night.keep(name)
    except OSError as error:  # the jobs are written: the next night reads all anew, and no more is lost
        log.warning("shelf not kept folder=%s error=%s", night.shelf.folder, error)


@contextmanager
def _shelf(engines: session.Engines, folder: Path | None) -> Iterator[Shelf]:
    """The shelf in `folder`, empty where it is of another grouping than the jobs; else a passing one."""
    if folder is None:
        with scratch.folder("shelf") as passing:
            yield Shelf(passing)
        return
    with session.reading(engines) as db:
        name = queries.installation.grouped(db)
    try:
        yield Shelf(folder, name or "")
    except BrokenExecutor as error:
        raise session.Unusable(
            "a process that grouping had started was killed, most likely for want of memory: "
            "nothing was changed; free some memory and group again"
        ) from error
    except OSError as error:
        raise session.Unusable(
            f"{folder} cannot be written ({error.strerror or error}): free space, or check its permissions"
        ) from error


def boilerplate(folder: Path) -> NDArray[np.uint64]:
    """What the shelf in `folder` knows for boilerplate; nothing where there is none."""
    held = read_header(folder)
    if not held.night:
        return np.empty(0, np.uint64)
    return View(folder / str(held.epoch), held.rows).small("boilerplate")


def listed(db: Session, closed_since: datetime) -> update.Listed:
    """What is grouped: the listings by id, each with a number of its digest and the second it closed."""
    keys, stamps = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    for rows in queries.listings.said_now(db, closed_since):
        ids, digests, ends = zip(*rows, strict=True)
        closed = np.array([0 if end is None else int(end.timestamp()) for end in ends], np.uint64)
        said = np.frombuffer(bytes.fromhex("".join(digests)), ">u8").reshape(len(rows), -1)[:, 0]
        keys.append(np.array(ids, np.int64))
        stamps.append(said.astype(np.uint64) ^ (closed << np.uint64(24)))
    return update.Listed(np.concatenate(keys), np.concatenate(stamps))


def _ads(db: Session, keys: Sequence[int]) -> Iterator[dedupe.Ad]:
    return (ad(row) for row in queries.listings.these(db, keys))


def _said(db: Session, listed: update.Listed) -> list[dedupe.Verdict]:
    """What people said of the listings that are grouped: verdicts also through those that are gone."""
    return [
        *_verdicts(queries.verdicts.stored(db), listed),
        *_marks(queries.verdicts.stored_marks(db), listed),
    ]


def _marks(rows: Sequence[Row[Any]], listed: update.Listed) -> Iterator[dedupe.Verdict]:
    for row in rows:
        if row.a_id and row.b_id and np.isin([row.a_id, row.b_id], listed.keys).all():
            yield dedupe.Verdict(row.a_id, row.b_id, row.decision == "together", row.what)


def _verdicts(rows: Sequence[Row[Any]], listed: update.Listed) -> list[dedupe.Verdict]:
    said, ids = list[verdicts.Said[tuple[str, str]]](), dict[tuple[str, str], int | None]()
    for row in rows:
        a, b = (row.source_a, row.identifier_a), (row.source_b, row.identifier_b)
        said.append(verdicts.Said(a, b, row.decision == "same"))
        ids |= {a: row.a_id, b: row.b_id}
    keys = np.array([key or 0 for key in ids.values()], np.int64)
    grouped = np.isin(keys, listed.keys).tolist()
    there = {name: key for (name, key), here in zip(ids.items(), grouped, strict=True) if key and here}
    return [dedupe.Verdict(there[one.a], there[one.b], one.same) for one in verdicts.carried(said, there)]


def _chosen(db: Session) -> dict[int, int]:
    return {key: int(when.timestamp()) for key, when in queries.verdicts.canonical(db).items()}


def ad(row: Row[Any]) -> dedupe.Ad:
    """A listing's row as dedupe reads it."""
    salary = row.base_salary or {}
    return dedupe.Ad(
        key=row.id,
        source=row.source,
        identifier=row.identifier,
        title=row.title,
        organization=row.hiring_organization,
        text=row.description,
        places=tuple(_place(stated, row.job_location_type) for stated in row.job_location),
        remote=row.job_location_type,
        requisition=row.requisition,
        contacts=tuple(row.contacts),
        url=row.url,
        pay=(
            _amount(salary.get("min_value")),
            _amount(salary.get("max_value")),
            salary.get("unit_text"),
            salary.get("currency"),
        )
        if salary
        else None,
        employment_type=tuple(row.employment_type),
        date_posted=row.date_posted,
        closed=row.closed_at is not None,
    )


Stated = tuple[str | None, str | None, str | None, str | None]


def _place(stated: dict[str, str], kind: str | None) -> Stated:
    """(locality, region, country, postal code), or the words as stated where they name no such thing.

    "Newtown and Welshpool" is a place of its own; "Work from home" is none.
    """
    named = [stated.get(f"address_{part}") for part in ("locality", "region", "country")]
    words = None if any(named) or kind == "remote" else stated["text"]
    return (words or named[0], named[1], named[2], stated.get("postal_code"))


def _amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


# --- what is written


def _write(
    db: Session, night: ads.Night, now: datetime, waiting: Sequence[int]
) -> tuple[Counter[str], list[str]]:
    """Write what a night says; how many jobs are new, changed and merged, how many pairs others; and which.

    Of `waiting`, listings that belong to no job, each becomes one if the night says nothing of it.
    """
    counts: Counter[str] = Counter()
    since, merged, touched = now - MEMORY, list[str](), list[str]()
    for batch in _batches(db, night, since, waiting):
        plan = _plan(db, batch, since, now)
        _apply(db, plan)
        merged += plan.merged
        touched += (row["id"] for row in (*plan.new, *plan.changed))
        counts.update(new=len(plan.new), changed=len(plan.changed), merged=len(plan.merged))
    queries.jobs.remove(db, merged)  # last: until then nobody takes an id that was one tonight
    counts["pairs"] = _write_pairs(db, night)
    return counts, touched


def _batches(
    db: Session, night: ads.Night, since: datetime, waiting: Sequence[int]
) -> Iterator[lasting.Batch]:
    """What a night says of jobs and listings; a listing that was never grouped is a job of its own."""
    grouped = {key for job in night.jobs for key in job.listings}
    alone = [key for key in waiting if key not in grouped]
    jobs = [*night.jobs, *(dedupe.Job((key,), key, None, None, ()) for key in alone)]
    gone = queries.listings.closed_before(db, since) if night.whole else night.gone
    before = queries.listings.jobs_of(db, [*grouped, *gone])
    left = [key for key in gone if before.get(key) and key not in grouped]
    return lasting.batches(jobs, left, before)


def _plan(db: Session, batch: lasting.Batch, since: datetime, now: datetime) -> lasting.Plan:
    keys = [*batch.left, *(key for job in batch.groups for key in job.listings)]
    jobs = sorted({job for job in queries.listings.jobs_of(db, keys).values() if job})
    return lasting.plan(
        batch.groups,
        queries.listings.members(db, keys, jobs),
        queries.jobs.named(db, jobs),
        queries.jobs.leading_to(db, jobs),
        lambda ids: queries.jobs.named(db, ids).keys(),
        since,
        now,
    )


def _apply(db: Session, plan: lasting.Plan) -> None:
    queries.jobs.add(db, plan.new)
    queries.listings.set_jobs(db, plan.moved)
    queries.jobs.change(db, plan.changed)
    queries.jobs.set_redirects(db, [*plan.back, *(row["old_id"] for row in plan.leads)], plan.leads)


def _write_pairs(db: Session, night: ads.Night) -> int:
    """Write the pairs that are not remembered as they are, take away the stale; how many these were."""
    written = {(pair.a, pair.b) for pair in night.pairs}
    if night.whole:
        stale = [row.id for row in queries.pairs.keys(db) if (row.a_id, row.b_id) not in written]
    else:
        away = {frozenset(pair) for pair in night.stale}
        rows = queries.pairs.beside(db, sorted({key for pair in away for key in pair}))
        stale = [row.id for row in rows if {row.a_id, row.b_id} in away]
    queries.pairs.remove(db, stale)
    pairs = sorted(night.pairs, key=lambda pair: (pair.a, pair.b))
    return len(stale) + sum(_save(db, pairs[at : at + PAIRS]) for at in range(0, len(pairs), PAIRS))


def _doubt(pair: dedupe.Pair) -> float:
    """How much a reviewer's eye is worth there: of what people decided, cards and templates nothing."""
    if pair.decided_by == "verdict" or pair.relation not in ("job", "different"):
        return 0.0
    return doubt.doubt(pair.relation, pair.probability, pair.features)


def _save(db: Session, pairs: Iterable[dedupe.Pair]) -> int:
    rows = {
        (pair.a, pair.b): {
            "a_id": pair.a,
            "b_id": pair.b,
            "relation": pair.relation,
            "decided_by": pair.decided_by,
            "probability": pair.probability,
            "features": dict(pair.features),
            "reasons": list(pair.reasons),
            "doubt": _doubt(pair),
        }
        for pair in pairs
    }
    other = []
    for before in queries.pairs.beside(db, sorted({a for a, _ in rows})):
        row = rows.get((before.a_id, before.b_id))
        if row and all(value == getattr(before, name) for name, value in row.items()):
            del rows[before.a_id, before.b_id]
        elif row:
            other.append(before.id)
    queries.pairs.remove(db, other)
    queries.pairs.add(db, list(rows.values()))
    return len(rows)
