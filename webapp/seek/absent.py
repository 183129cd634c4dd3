"""Why a job is not in a list: what each filter hides, what there would be without it, what is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from db import queries
from matcher import filters, index, rank, search
from webapp import drops, memory
from webapp.seek import facets

EMPTY = filters.Filters()


def hidden(scored: rank.Scores, must: filters.Filters, hours: facets.Asked) -> list[tuple[str, int]]:
    """How many jobs each filter hides by itself, the most first; a job may contradict several."""
    alone = {
        "the place": replace(EMPTY, near=must.near, within=must.within, remote=must.remote),
        "the minimum pay": replace(
            EMPTY, min_pay=must.min_pay, currency=must.currency if must.min_pay else None
        ),
        "the kind of employment": replace(EMPTY, employment=must.employment),
    }
    matched = search.count(scored, EMPTY)
    jobs = {name: matched - search.count(scored, one) for name, one in alone.items() if one != EMPTY}
    masks = {"the shift": hours.in_shift, "the channel": hours.in_channel}
    jobs |= {
        name: int(np.count_nonzero((scored.scores > 0) & ~mask))
        for name, mask in masks.items()
        if mask is not None
    }
    return _ranked(jobs)


def without(scored: rank.Scores, must: filters.Filters, hours: facets.Asked) -> list[tuple[str, int]]:
    """How many jobs there would be without each filter, the most first, where there would be any."""
    eased = {
        "the place": replace(must, near=None),
        "“remote”": replace(must, remote=False),
        "the minimum pay": replace(must, min_pay=None),
        "the kind of employment": replace(must, employment=frozenset()),
    }
    jobs = {name: search.count(scored, other, hours.passing) for name, other in eased.items()}
    return _ranked(jobs | {name: search.count(scored, must, mask) for name, mask in hours.eased().items()})


def _ranked(jobs: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in jobs.items() if count), key=lambda pair: -pair[1])


def left_out(db: Session, opened: index.Index) -> str:
    """What was read and is in no list, in words: "412 of other work, 3 without a title"; "" for nothing."""

    def count() -> str:
        reasons: Counter[str] = Counter()
        for row in queries.sources.drop_reasons(db):
            reasons[drops.in_words(row.reason)] += row.postings
        return drops.sentence(reasons)

    return memory.counted(opened, "left out", count)
