"""What a person's list says of jobs, and which list this browser keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from flask import abort, request, session
from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries
from matcher import rank
from webapp import memory
from webapp.seek import private

STATES = ("applied", "saved", "hidden")  # of a job that two merged ones are: the first said of either
MOST_JOBS = 500  # in a list
MOST_NOTE = 2_000  # characters
_ID = re.compile(r"[0-9a-f]{16}")
_SECONDS = re.compile(r"\d{1,11}", re.ASCII)
ALL_HIDDEN = "Every open job that matches is one that you hid: take one back on your list of saved jobs."
KEPT = "saved"  # in the browser's session: the private address of its list


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a job: its state, since when, and a note."""

    job: str
    state: str
    since: datetime
    note: str = ""

    def again(self, newest: datetime | None) -> bool:
        """Whether the job was advertised anew after the person applied; `newest`: its newest listing."""
        return self.state == "applied" and newest is not None and newest > self.since


@dataclass(frozen=True, slots=True)
class Entry:
    """A job of a list: what was said of it, and what is known of it; None where nothing is known any more."""

    said: Said
    job: Row[Any] | None

    @property
    def again(self) -> bool:
        """Whether it was advertised anew since the person applied."""
        return self.job is not None and self.said.again(self.job.newest)


@dataclass(frozen=True, slots=True)
class Mine:
    """What the list of this browser says of jobs, by id, and since when which open jobs are hidden.

    What was hidden after the person began to turn the pages of a list stays in its place, folded: were it
    left out, the first jobs of the next page would move to the one before, and never be seen.
    """

    said: Mapping[str, Said]
    hidden: Mapping[str, datetime]
    begun: datetime  # when the list's first page was made
    shown: bool  # whether hidden jobs are asked for

    def without(self, scored: rank.Scores) -> rank.Scores:
        """The scores without the jobs that are hidden."""
        if self.shown or not self.hidden:
            return scored
        scores = scored.scores.copy()
        scores[self._rows(scored)] = 0.0
        return replace(scored, given=scores)

    def count(self, scored: rank.Scores) -> int:
        """How many hidden jobs match the person."""
        return int(np.count_nonzero(scored.scores[self._rows(scored)])) if self.hidden else 0

    def folded(self, job: str) -> bool:
        """Whether a job stays in its place although it is hidden."""
        return not self.shown and job in self.hidden

    def _rows(self, scored: rank.Scores) -> npt.NDArray[np.int64]:
        rows: npt.NDArray[np.int64] = scored.index.find(
            [job for job, since in self.hidden.items() if since <= self.begun]
        )
        return rows[rows >= 0]


def find(db: Session, token: str, *, alone: bool = False) -> Row[int, date] | None:
    """The list at a private address, if there is one."""
    return queries.saved.find(db, private.digest(token), memory.here().clock(), alone=alone)


def own() -> str | None:
    """The private address of this browser's list, as far as it remembers one."""
    token = session.get(KEPT)
    return token if isinstance(token, str) else None


def mine(db: Session, page: int) -> Mine:
    """What the list of this browser says, for a page of results; nothing where it has none."""
    told, now = request.form.get("begun", ""), memory.here().clock()
    begun = datetime.fromtimestamp(int(told), UTC) if page > 1 and _SECONDS.fullmatch(told) else now
    shown, token = request.form.getlist("hidden")[-1:] == ["1"], own()  # a button comes after the field
    found = find(db, token) if token else None
    if found is None:
        return Mine({}, {}, begun, shown)
    said = together(queries.saved.said(db, found.id))
    own_hidden = {job: one.since for job, one in said.items() if one.state == "hidden"}
    hidden = dict(own_hidden)
    for job, sibling in queries.saved.siblings(db, list(own_hidden)):
        if sibling not in said:  # what is saved stays, though the ad is hidden elsewhere
            hidden[sibling] = min(own_hidden[job], hidden.get(sibling, own_hidden[job]))
    return Mine(said, hidden, begun, shown)


def entry(db: Session, job: str) -> Entry | None:
    """What the list of this browser says of a job, and what is known of it."""
    token = own()
    found = find(db, token) if token else None
    said = together(queries.saved.said_of(db, found.id, job)).get(job) if found else None
    return Entry(said, queries.saved.jobs(db, [job]).get(job)) if said else None


def entries(db: Session, list_id: int) -> list[Entry]:
    """All that is on a list, the latest first."""
    said = together(queries.saved.said(db, list_id))
    known = queries.saved.jobs(db, list(said))
    return [Entry(one, known.get(job)) for job, one in said.items()]


def is_id(said: str) -> bool:
    """Whether an address may name a job so."""
    return _ID.fullmatch(said) is not None


def today(db: Session, job: str) -> str:
    """What a job's id is by now; a page that is not found where there is no such job."""
    if not is_id(job):
        abort(404)
    return queries.jobs.current(db, job) or abort(404)


def together(rows: Iterable[Row[Any]]) -> dict[str, Said]:
    """What is said of each job, in the order of the rows; of one that several became, by STATES."""
    found: dict[str, Said] = {}
    for row in rows:
        told = Said(row.job, row.state, row.since, row.note)
        other = found.get(row.job)
        if other:
            first = min(told, other, key=lambda one: (STATES.index(one.state), one.since))
            told = replace(first, note="\n\n".join(filter(None, (other.note, told.note))))
        found[row.job] = told
    return found


def change(db: Session, list_id: int, job: str, state: str, note: str | None = None) -> None:
    """Say of a job that it is in a state, or no more of it (""); its note stays unless another is given.

    :raise werkzeug.exceptions.Conflict: when the list is full.
    """
    before = together(queries.saved.said_of(db, list_id, job)).get(job)
    if not state:
        queries.saved.drop(db, list_id, job)
        return
    if before is None and queries.saved.count(db, list_id) >= MOST_JOBS:
        abort(409, f"Your list holds {MOST_JOBS} jobs: take one off it, then save this one.")
    since = before.since if before and before.state == state else memory.here().clock()
    kept = before.note if before and note is None else note or ""
    queries.saved.put(db, list_id, job, state, since, kept)
