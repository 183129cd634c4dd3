"""The newest jobs of what somebody follows, as feeds and mails show them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries, session
from matcher import newest, profile, rank, sift, weighing
from webapp import memory, words
from webapp.seek import facets, searching
from webapp.seek.follow import followed

log = logging.getLogger(__name__)
MOST = 100  # of a feed
EXCERPT = 300  # characters of an ad: the rest is read where it was published


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is shown of a job; `together` are the jobs that it stands for."""

    job: str
    title: str
    organization: str
    place: str
    pay: str
    employment: str
    posted: str
    excerpt: str
    elsewhere: bool  # the same ad is open in other places
    credit: Mapping[str, str] | None
    published: datetime
    updated: datetime
    together: tuple[str, ...]

    @property
    def name(self) -> str:
        """The title, with who offers it and where."""
        return ", ".join(filter(None, (self.title, self.organization, self.place)))


SHOWN = tuple(one.name for one in fields(Entry) if one.name not in ("updated", "together"))


def of(db: Session, what: followed.Followed, limit: int, since: datetime | None = None) -> list[Entry]:
    """The newest jobs that match well, the newest first; with `since`, those first seen after it."""
    opened = memory.here().index.get()
    search = searching.read(what.q, again=False)
    person = what.person or profile.read(search.asked.query.text)
    asked = search.asked.query
    scored = rank.score(opened, weighing.applied(person))
    passing = sift.passing(opened.statements, what.form.must)
    if (working_so := facets.asked(opened, what.form).passing) is not None:
        passing &= working_so
    profiled = what.person is not None
    found = newest.newest(db, scored, passing, asked, search.known, limit, profiled=profiled, since=since)
    rows = queries.jobs.rows(db, [one.job for one in found])
    shown = [_entry(one, rows[one.job]) for one in found if one.job in rows]
    return _dated(db, [one for one in shown if rows[one.job].closed_at is None])


def _entry(new: newest.New, row: Row[Any]) -> Entry:
    return Entry(
        job=new.job,
        title=words.clip(followed.plain(row.title), 200),
        organization=words.clip(followed.plain(row.hiring_organization or ""), 120),
        place=followed.plain(words.place(row)),
        pay=followed.plain(words.pay(row.base_salary)),
        employment=words.employment(row.employment_type),
        posted=_posted(row.date_posted),
        excerpt=words.clip(followed.plain(row.description[: 4 * EXCERPT]), EXCERPT),
        elsewhere=row.campaign is not None,
        credit=row.attribution,
        published=new.first_seen,
        updated=new.first_seen,
        together=new.together,
    )


def _posted(when: date | None) -> str:
    """The day in one way for all readers: what an entry shows must not change with who asks for it."""
    return f"posted on {when.day} {when:%B %Y}" if when else ""


def _dated(db: Session, shown: Sequence[Entry]) -> list[Entry]:
    """The entries with the time at which what they show changed last.

    That is remembered of each job that a feed ever showed. What changed since then did so when the job or the
    listing that it shows did: so all readers are told the same time, whoever comes first.
    """
    jobs = [one.job for one in shown]
    known, changed = queries.follow.entries(db, jobs), queries.follow.changed(db, jobs)
    dated, fresh = [], []
    for one in shown:
        digest, before = _digest(one), known.get(one.job)
        if before and before.digest == digest:
            updated = before.updated_at
        else:
            updated = changed.get(one.job, one.published)
            if before:
                updated = max(updated, before.updated_at + timedelta(seconds=1))
            fresh.append({"job_id": one.job, "digest": digest, "updated_at": updated})
        dated.append(replace(one, updated=max(updated, one.published)))
    if fresh:
        _remember(fresh)
    return dated


def _digest(one: Entry) -> str:
    """Of all that is shown."""
    shown = repr([getattr(one, name) for name in SHOWN])
    return hashlib.blake2b(shown.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _remember(fresh: Sequence[Mapping[str, Any]]) -> None:
    try:
        with session.writing(memory.here().engines, patience=followed.PATIENCE) as db:
            queries.follow.keep_entries(db, [dict(row) for row in fresh])
    except session.Unusable as error:  # a night is being written: the next reader remembers them
        log.info("feed entries not kept entries=%d reason=%s", len(fresh), type(error).__name__)
