"""Whether a database is whole, and holds what must hold of it at every moment."""

from __future__ import annotations

from dataclasses import dataclass

from db import queries, session


@dataclass(frozen=True)
class Found:
    """What is wrong, in sentences; `running` are crawl runs under way, or left so by a kill.

    `waiting` are verdicts that the jobs follow with the next grouping: a run was at work when they were
    given, or whoever let them follow was killed.
    """

    faults: tuple[str, ...]
    running: int
    waiting: int


def check(engines: session.Engines) -> Found:
    """Read all of the database, which may be written meanwhile; raises session.Unusable.

    An SQLite file also for torn pages, indexes that do not fit their tables, and rows that point nowhere,
    which PostgreSQL sees to by itself. Takes about as long as reading the file twice.
    """
    with session.reading(engines) as db:
        damage = queries.invariants.damage(db)
        if damage:
            return Found(tuple(damage), 0, 0)
        running, waiting = queries.invariants.left_running(db), queries.verdicts.waiting(db)
        return Found(tuple(queries.invariants.broken(db)), running, waiting)
