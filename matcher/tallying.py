"""The joint of tallies and memory: what recruiters sort jobs by is counted whenever jobs are grouped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from db import queries
from matcher import tally

SOME = 400  # jobs counted at a time


def count(db: Session, jobs: Sequence[str]) -> None:
    """Count these jobs anew, those of them that are there."""
    for start in range(0, len(jobs), SOME):
        some = jobs[start : start + SOME]
        rows, carried = [], []
        for _, group in groupby(queries.tallies.listings(db, some), key=lambda one: one.job_id):
            listings = list(group)
            again = tally.reposted(listings)
            rows.append(tally.row(listings, again))
            carried += tally.carried(listings, again)
        queries.tallies.put(db, some, rows, carried)


def catch_up(db: Session, now: datetime) -> None:
    """Count anew every job that is not what its tally says, and say of all when they were seen last."""
    count(db, queries.tallies.stale(db, now))
    queries.tallies.see(db)
