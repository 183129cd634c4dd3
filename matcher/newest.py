"""The joint of matches and memory for whoever follows them: the newest of the jobs that match well.

A job is as old as the first listing of it that was ever seen: a repost, a merge, other words or another index
make it no younger. Towns of one campaign that came on the same day are one entry: that of the job seen first.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from db import queries
from matcher import index as indexes
from matcher import keywords, query, rank

WELL = rank.GOOD
HALF = 0.5
LOOKED_THROUGH = 20  # jobs for each entry that is asked for: those of one campaign are one entry
KEPT = 2  # indexes: the one that holds, and the one that is about to
DAY = 86_400

Seconds = npt.NDArray[np.int64]  # since 1970
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seen:
    """When the job of each row of an index was seen first, 0 for none; and a score, the higher the later."""

    first: Seconds
    late: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class New:
    """A job, when it was seen first, and what it stands for: itself, and others of its campaign and day."""

    job: str
    first_seen: datetime
    together: tuple[str, ...]


def newest(
    db: Session,
    scored: rank.Scores,
    passing: Mask,
    asked: query.Query,
    known: keywords.Names,
    limit: int,
    *,
    profiled: bool = False,
    since: datetime | None = None,
) -> list[New]:
    """The newest open jobs among `passing` that match well, the newest first, at most `limit` entries.

    A job matches a profile well from the score "good" on. It matches a search well if it has all that this
    asks for with operators, or else words that carry HALF of its weight: every job that has it, of one word;
    of several, those with a rare one or most of the common ones.
    """
    seen = first_seen(db, scored.index)
    passing = passing & (seen.first > 0)
    if since is not None:
        passing &= seen.first > since.timestamp()
    if profiled:
        passing &= scored.scores >= WELL
    elif not asked.asks:
        passing &= _carried(scored) >= HALF
    by_age = replace(scored, given=np.where(passing, seen.late, np.float32(0)))
    left = keywords.narrowed(db, by_age, asked, known, passing, limit) if asked.clauses else None
    found = left.scored if left else by_age
    rows = found.top(passing, limit * LOOKED_THROUGH)
    return _entries(scored.index, seen, rows, limit)


def _carried(scored: rank.Scores) -> npt.NDArray[np.float64]:
    """How much of the weight of what is asked stands in each job, from 0 to 1."""
    carried = np.zeros(scored.index.rows)
    for column, weight in zip(scored.columns.tolist(), scored.weights.tolist(), strict=True):
        carried[scored.index.holders(column)] += weight**2
    return carried


def _entries(index: indexes.Index, seen: Seen, rows: Rows, limit: int) -> list[New]:
    """The first `limit` entries of rows that come newest first: of a campaign one a day."""
    day = seen.first[rows] // DAY
    _, first, group = np.unique(
        index.statements.card[rows].astype(np.int64) * (int(day.max(initial=0)) + 1) + day,
        return_index=True,
        return_inverse=True,
    )
    order = np.argsort(first)[:limit]
    kept = np.isin(group, order)
    together: dict[int, list[tuple[int, str]]] = {}
    moments, names = seen.first[rows[kept]].tolist(), index.ids(rows[kept]).tolist()
    for number, moment, name in zip(group[kept].tolist(), moments, names, strict=True):
        together.setdefault(number, []).append((moment, name.decode()))
    entries = []
    for some in map(sorted, together.values()):
        moment, job = some[0]
        entries.append(New(job, datetime.fromtimestamp(moment, UTC), tuple(name for _, name in some)))
    return sorted(entries, key=lambda one: (-one.first_seen.timestamp(), one.job))


_kept: dict[tuple[str, str], Seen] = {}
_reading = threading.Lock()


def first_seen(db: Session, index: indexes.Index) -> Seen:
    """When the jobs of an index were seen first; read once for each index that is swapped in."""
    key = (index.stamp, index.name)
    with _reading:
        if key not in _kept:
            if len(_kept) >= KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = _read(db, index)
        return _kept[key]


def _read(db: Session, index: indexes.Index) -> Seen:
    told = queries.follow.first_seen(db)
    first = np.zeros(index.rows, dtype=np.int64)
    rows = index.find([job for _, jobs in told for job in jobs])
    seconds = np.repeat(
        np.array([moment for moment, _ in told], np.int64),
        np.array([len(jobs) for _, jobs in told], np.int64),
    )
    first[rows[rows >= 0]] = seconds[rows >= 0]
    moments, order = np.unique(first, return_inverse=True)
    return Seen(first, ((order + 1) / len(moments)).astype(np.float32))
