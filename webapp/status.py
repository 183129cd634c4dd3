"""For operators: what each source gave last night, what it holds back, what was dropped and why."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Row

from db import queries
from webapp import drops, memory

NIGHT = timedelta(hours=12)  # runs that began so long before the newest one are of another night
BARS = 20  # sources with a bar of their own; the others share one

pages = Blueprint("status", __name__)


@dataclass(frozen=True)
class Night:
    """The last night: when it began, when its last source was done, and its runs."""

    began: datetime
    ended: datetime | None  # None while a source is read
    runs: list[Row[Any]]

    @property
    def statuses(self) -> list[tuple[str, int]]:
        """How many sources ended in which way, good ones first."""
        counts = Counter(run.status for run in self.runs)
        order = ("complete", "running", "partial", "failed", "blocked")
        return [(status, counts[status]) for status in order if counts[status]]

    @property
    def whole(self) -> bool:
        """Whether every source was read to its end."""
        return all(run.status == "complete" for run in self.runs)

    @property
    def trouble(self) -> list[Row[Any]]:
        """The runs that an operator should look at."""
        return [run for run in self.runs if run.status not in ("complete", "running")]


@pages.get("/sources")
def sources() -> str:
    with memory.reading() as db:
        rows = queries.sources.overview(db)
        listings = queries.sources.open_listings(db)
        held = queries.sources.all_held(db)
        counts = queries.sources.drop_counts(db)
        reasons = drops.summed(db, counts)
    return render_template(
        "sources.html",
        now=memory.here().clock(),
        sources=rows,
        night=last_night(rows),
        listings=listings,
        bars=bars(listings),
        held={name: (count, f"rolecall sources confirm {shlex.quote(name)}") for name, count in held.items()},
        reasons=reasons[: drops.MOST],
        left_out=drops.sentence(Counter({one.words: one.postings for one in reasons})),
        other_reasons=len(reasons[drops.MOST :]),
        drops=drops.by_source(counts),
        in_words=drops.in_words,
    )


def last_night(rows: Sequence[Row[Any]]) -> Night | None:
    """The newest runs that belong together; archives are read by day. None where nothing was crawled."""
    runs = [row for row in rows if row.spider != "archive" and row.started_at is not None]
    if not runs:
        return None
    newest = max(run.started_at for run in runs)
    those = [run for run in runs if newest - run.started_at < NIGHT]
    ends = [run.finished_at for run in those if run.status != "running"]
    return Night(
        began=min(run.started_at for run in those),
        ended=max(ends) if len(ends) == len(those) else None,
        runs=those,
    )


def bars(listings: dict[str, int]) -> list[tuple[str, int, str]]:
    """Open listings of the largest sources, and of all the others together."""
    ranked = sorted(listings.items(), key=lambda item: (-item[1], item[0]))
    rows = [(name, count, "") for name, count in ranked[:BARS]]
    if rest := ranked[BARS:]:
        sources = "source" if len(rest) == 1 else "sources"
        rows.append(("others", sum(count for _, count in rest), f"{len(rest):,} {sources}"))
    return rows
