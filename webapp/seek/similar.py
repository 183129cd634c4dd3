"""Jobs like one: its own words are the profile; it, its copies and its campaign are not among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from matcher import filters, index, rank, search, similar, terms, text, why
from webapp import memory

SHOWN = 5
LOOKED_AT = 25  # copies and siblings among them are left out
LEAST = rank.STRENGTHS[1][0]  # what is called a good match
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
    document = terms.Document(
        *(job.job, job.title, text.without_contacts(job.description)), job.role, job.level, job.family
    )
    scored = rank.score(opened, similar.as_profile(opened, document))
    found = search.match(db, scored, filters.Filters(), LOOKED_AT, cards=True).rows
    return list(_others(job, found))[:SHOWN]


def _others(job: Row[Any], found: list[search.Found]) -> Iterator[Similar]:
    own = next((row.match.similarity for row in found if row.match.job == job.job), 1.0)
    for row in found:
        copy = row.match.similarity >= SAME * own or row.job.closed_at is not None
        sibling = any(
            mine and mine == theirs
            for mine, theirs in ((job.campaign, row.job.campaign), (job.template, row.job.template))
        )
        if row.match.job != job.job and row.match.score >= LEAST and not copy and not sibling:
            yield Similar(row.job, _words(row.match))


def _words(match: why.Match) -> tuple[str, ...]:
    """What two jobs are about, skills before other words, each once: "Live chat" says "chat", too."""
    told: list[str] = []
    for label in [*match.have[:WORDS], *(label for label, _ in match.terms)]:
        if not any(label.lower() in one.lower() or one.lower() in label.lower() for one in told):
            told.append(label)
    return tuple(told[:WORDS])
