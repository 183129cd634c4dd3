"""Jobs like one: its own words are the profile; it, its copies and its campaign are not among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries
from matcher import index, profile, rank, similar, terms, why
from webapp import memory

SHOWN = 5
LOOKED_AT = (10, 25)  # copies and siblings among them are left out; the second where too few are left
LEAST = rank.GOOD
SAME = 0.95  # of what an ad shares with itself: the same text once more
WORDS = 3


@dataclass(frozen=True)
class Similar:
    """A job like another: its row, and what both are about."""

    job: Row[Any]
    words: tuple[str, ...]


def to(db: Session, job: Row[Any]) -> list[Similar]:
    """At most SHOWN open jobs, the most alike first; none while there is no index."""
    try:
        opened = memory.here().index.get()
    except index.IndexProblem:
        return []
    row = int(opened.find([job.job])[0])
    scored = rank.score(opened, similar.of_row(opened, row) if row >= 0 else _read(opened, job))
    most = SAME * (float(scored.similarity[row]) if row >= 0 else 1.0)
    return [Similar(found, _words(match)) for found, match in _others(db, job, scored, most)]


def _read(opened: index.Index, job: Row[Any]) -> profile.Profile:
    document = terms.Document(*(job.job, job.title, job.description), job.role, job.level, job.family)
    return similar.of_text(opened, document)


def _others(db: Session, job: Row[Any], scored: rank.Scores, most: float) -> list[tuple[Row[Any], why.Match]]:
    """The best jobs but this one, its copies and its siblings, each with its match."""
    found: dict[str, Row[Any]] = {}
    others: list[int] = []
    for looked_at in LOOKED_AT:
        at = scored.top(None, looked_at, one_of=scored.index.statements.card)
        names = {scored.index.job(row): row for row in at[scored.scores[at] >= LEAST].tolist()}
        found |= queries.jobs.rows(db, [name for name in names if name not in found], words=False)
        others = [
            row
            for name, row in names.items()
            if name in found
            and name != job.job
            and scored.similarity[row] < most
            and _apart(job, found[name])
        ]
        if len(others) >= SHOWN or len(names) < looked_at:
            break
    matches = scored.told(np.array(others[:SHOWN], dtype=np.int64))
    return [(found[match.job], match) for match in matches]


def _apart(job: Row[Any], other: Row[Any]) -> bool:
    """Whether another job is open, of another campaign and of another template."""
    sibling = any(
        mine and mine == theirs
        for mine, theirs in ((job.campaign, other.campaign), (job.template, other.template))
    )
    return other.closed_at is None and not sibling


def _words(match: why.Match) -> tuple[str, ...]:
    """What two jobs are about, skills before other words, each once: "Live chat" says "chat", too."""
    told: list[str] = []
    for label in [*match.have[:WORDS], *(label for label, _ in match.terms)]:
        if not any(label.lower() in one.lower() or one.lower() in label.lower() for one in told):
            told.append(label)
    return tuple(told[:WORDS])
