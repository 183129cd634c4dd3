"""The joint of people's decisions and memory: verdicts, merges, splits, choices, and jobs that follow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from db import lease, queries, session
from matcher import acting, decisions, grouping, verdicts
from matcher.acting import Asked, Done, Refused
from matcher.decisions import Choices, Decisions, Name, Pairs, Row, Stamp

WORK = "decide"  # what the lease is held for
PATIENCE = 3.0  # seconds that one decision waits for the jobs to follow another
PAUSE = 0.05
LATER = "the decision is kept; the jobs follow it with the next grouping"

Decision = Literal["same", "different"]
Mark = Literal["campaign", "template"]


@dataclass(frozen=True)
class _Job:
    """A job as an act sees it: its canonical listing and all its listings, by name."""

    id: str
    canonical: Name
    names: tuple[Name, ...]
    digests: dict[Name, str]
    made_at: datetime


# ---------------------------------------------------------------------------------- what people do


def decide(engines: session.Engines, asked: Asked, a: Name, b: Name, decision: Decision) -> Done:
    """A verdict on two listings, in place of any other on the two.

    :raise Refused: where one of them is not stored.
    :raise decisions.Contradiction: where other verdicts say otherwise; it holds their chain.
    :raise Stale: where the jobs of the two are not as they were seen.
    """

    def change(db: Session, before: Decisions) -> tuple[str, Decisions]:
        stamp = _stamp(asked, *_jobs(db, _homes(db, (a, b))))
        return _named(a, b), replace(before, verdicts=decisions.judge(before.verdicts, stamp, a, b, decision))

    def found(db: Session, before: Decisions) -> dict[str, str]:
        """What the rules had made of the two, where no person had said anything of them."""
        top = verdicts.bound(decisions.said(before.verdicts))
        if decisions.ordered(a, b) in before.verdicts or (a in top and top[a] == top.get(b)):
            return {}
        return {"found": "job" if len(_homes(db, (a, b))) == 1 else "different"}

    if a == b:
        raise Refused("a listing is the same as itself: name two")
    return acting.act(engines, asked, "verdict", lambda db: _homes(db, (a, b)), change, found)


def merge(engines: session.Engines, asked: Asked, one: str, *others: str) -> Done:
    """Some jobs become one: all their listings are the same as the canonical one of the largest (or eldest).

    :raise Refused, decisions.Contradiction, Stale: as `decide`.
    """

    def change(db: Session, before: Decisions) -> tuple[str, Decisions]:
        found = _jobs(db, jobs)
        to, *rest = sorted(found, key=lambda job: (-len(job.names), job.made_at, job.id))
        stamp, pairs, names = _stamp(asked, *found), before.verdicts, to.names
        for out in rest:
            pairs = decisions.merge(pairs, stamp, to.canonical, names, out.names)
            names += out.names
        return to.id, replace(before, verdicts=pairs)

    jobs = tuple(dict.fromkeys((one, *others)))
    if len(jobs) < 2:
        raise Refused("these are one job already")
    return acting.act(engines, asked, "merge", lambda db: jobs, change)


def split(engines: session.Engines, asked: Asked, name: Name) -> Done:
    """A listing leaves its job: it is different from each of the job's other listings.

    :raise Refused, decisions.Contradiction, Stale: as `decide`.
    """

    def change(db: Session, before: Decisions) -> tuple[str, Decisions]:
        [job] = _jobs(db, _homes(db, (name,)))
        return job.id, replace(before, verdicts=_parted(before.verdicts, _stamp(asked, job), job, name))

    return acting.act(engines, asked, "split", lambda db: _homes(db, (name,)), change)


def move(engines: session.Engines, asked: Asked, name: Name, to: str) -> Done:
    """A listing leaves its job for another: a split and a merge, in one act.

    :raise Refused, decisions.Contradiction, Stale: as `decide`.
    """

    def change(db: Session, before: Decisions) -> tuple[str, Decisions]:
        [job], [goal] = _jobs(db, _homes(db, (name,))), _jobs(db, (to,))
        if job.id == goal.id:
            raise Refused("the listing is in this job already")
        stamp = _stamp(asked, job, goal)
        pairs = _parted(before.verdicts, stamp, job, name) if len(job.names) > 1 else before.verdicts
        pairs = decisions.merge(pairs, stamp, goal.canonical, goal.names, (name,))
        return goal.id, replace(before, verdicts=pairs)

    return acting.act(engines, asked, "move", lambda db: (*_homes(db, (name,)), to), change)


def mark(
    engines: session.Engines,
    asked: Asked,
    job: str,
    others: Sequence[str],
    what: Mark,
    *,
    together: bool = True,
) -> Done:
    """A job stands on one card with others ("campaign") or shares their template; or not, whatever rules say.

    It is kept by the canonical listings of now, and holds while these are in different jobs.

    :raise Refused, decisions.Contradiction, Stale: as `decide`.
    """

    def change(db: Session, before: Decisions) -> tuple[str, Decisions]:
        one, *found = _jobs(db, (job, *others))
        stamp, marks = _stamp(asked), before.marks
        for other in found:
            ours, theirs = ((each.canonical, *each.names) for each in (one, other))
            marks = decisions.mark(marks, stamp, ours, theirs, what, "together" if together else "apart")
        return job, replace(before, marks=marks)

    if not others or job in others:
        raise Refused(f"these are one job by now, and a {what} is of two or more")
    return acting.act(engines, asked, what, lambda db: (job, *others), change)


def choose(engines: session.Engines, asked: Asked, name: Name, *, chosen: bool = True) -> Done:
    """A listing is canonical in whatever job it is in, while it is open or none is; the newest choice holds.

    Not `chosen`: the choice is taken back.

    :raise Refused, Stale: as `decide`.
    """

    def change(_: Session, before: Decisions) -> tuple[str, Decisions]:
        key = (*name, "canonical")
        row = _stamp(asked).choice(name, "canonical") if chosen else None
        return _named(name), replace(before, choices=_with(before.choices, key, row))

    return acting.act(engines, asked, "canonical", lambda db: _homes(db, (name,)), change)


def remark(engines: session.Engines, asked: Asked, name: Name) -> Done:
    """The note on a listing is what was asked with; an empty one takes it away.

    :raise Refused, Stale: as `decide`.
    """

    def change(_: Session, before: Decisions) -> tuple[str, Decisions]:
        row = _stamp(asked).choice(name, "note") if asked.note else None
        return _named(name), replace(before, choices=_with(before.choices, (*name, "note"), row))

    return acting.act(engines, asked, "note", lambda db: _homes(db, (name,)), change)


# ---------------------------------------------------------------------------------- at once


def follow(engines: session.Engines, now: datetime, folder: Path) -> str | None:
    """Let the jobs follow what was decided; None when they do, else a sentence that says why they wait.

    Waits some seconds for others who decide, and for nobody else: what was decided is kept, and the next
    grouping follows it, whoever runs it. `folder` holds the shelf.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with lease.held(engines, WORK):
                return None if grouping.follow(engines, now, folder) else LATER
        except lease.Busy as error:
            if not _deciding(engines) or time.monotonic() > until:
                return f"{LATER}: {error}"
        except session.Locked as error:
            return f"{LATER}: {error}"
        time.sleep(PAUSE)


def _deciding(engines: session.Engines) -> bool:
    """Whether whoever holds the lease does no more than follow a decision; so does nobody."""
    with session.reading(engines) as db:
        holder = queries.leases.find(db, lease.NAME)
        return holder is None or holder.work == WORK


# ---------------------------------------------------------------------------------- what acts read


def _homes(db: Session, names: Sequence[Name]) -> tuple[str, ...]:
    """The jobs of some listings, each once."""
    found = []
    for name in names:
        row = queries.listings.one(db, *name)
        if row is None or row.job_id is None:
            raise Refused(
                f"no job holds a listing {name[1]!r} of source {name[0]!r}: it may wait for the next grouping"
            )
        found.append(row.job_id)
    return tuple(dict.fromkeys(found))


def _jobs(db: Session, ids: Sequence[str]) -> list[_Job]:
    """Some jobs with their listings, in order."""
    rows = queries.jobs.named(db, ids)
    for job in ids:
        if job not in rows:
            raise Refused(f"there is no job {job} any more: look at it as it is now")
    members = queries.verdicts.members(db, ids)
    found = []
    for job in ids:
        names = {(row.source, row.identifier): row for row in members if row.job_id == job}
        canonical = next(name for name, row in names.items() if row.id == rows[job].canonical_id)
        digests = {name: row.digest for name, row in names.items()}
        found.append(_Job(job, canonical, tuple(names), digests, rows[job].created_at))
    return found


def _stamp(asked: Asked, *jobs: _Job) -> Stamp:
    digests = {name: digest for job in jobs for name, digest in job.digests.items()}
    return Stamp(asked.who, asked.now.isoformat(), asked.note, digests)


def _parted(pairs: Pairs, stamp: Stamp, job: _Job, name: Name) -> Pairs:
    others = [other for other in job.names if other != name]
    if not others:
        raise Refused("the listing is alone in its job: there is nothing to split it from")
    return decisions.split(pairs, stamp, name, others)


def _with(choices: Choices, key: tuple[str, str, str], row: Row | None) -> Choices:
    kept = {at: one for at, one in choices.items() if at != key}
    return kept if row is None else kept | {key: row}


def _named(*names: Name) -> str:
    """One listing or two as the subject of an act."""
    return " and ".join(" ".join(name) for name in names)
