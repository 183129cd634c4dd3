"""For operators: what each source gave last night, what it holds back until confirmed, what was dropped."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import confirming, lease, queries, session
from webapp import accounts, drops, memory

NIGHT = timedelta(hours=12)  # runs that began so long before the newest one are of another night
BARS = 20  # sources with a bar of their own; the others share one
PAGE = 200  # sources in the table
TOLD = 50  # sources that need a look, told above it
_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)

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

    @cached_property
    def trouble(self) -> list[Row[Any]]:
        """The runs that an operator should look at."""
        return [run for run in self.runs if run.status not in ("complete", "running")]


@pages.get("/sources")
def sources() -> str:
    page = request.args.get("page", "1")
    if not _NUMBER.fullmatch(page):
        abort(404)
    with memory.reading() as db:
        every = queries.sources.newest_runs(db)
        first, number = (int(page) - 1) * PAGE, max(1, -(-len(every) // PAGE))
        if int(page) > number:
            abort(404)
        names = [source.name for source in every[first : first + PAGE]]
        rows = queries.sources.overview(db, names)
        night = last_night(every)
        trouble = night.trouble[:TOLD] if night else []
        listings = queries.sources.open_listings(db)
        held = queries.sources.all_held(db)
        reasons = reasons_now(db)
        counts = queries.sources.drop_counts(db, names)
        since = queries.nights.since(db, [run.name for run in trouble])
    return render_template(
        "sources.html",
        now=memory.here().clock(),
        page=int(page),
        pages=number,
        every=len(every),
        sources=rows,
        night=night,
        trouble=sorted(trouble, key=lambda run: (since[run.name][0], run.name)),
        since=since,
        listings=listings,
        bars=bars(listings),
        held={one.name: (one, f"rolecall sources confirm {shlex.quote(one.name)}") for one in held},
        reasons=reasons[: drops.MOST],
        left_out=drops.sentence(Counter({one.words: one.postings for one in reasons})),
        other_reasons=len(reasons[drops.MOST :]),
        drops=drops.by_source(counts),
        in_words=drops.in_words,
    )


def reasons_now(db: Session) -> list[drops.Reason]:
    """Why postings were left out: counted anew whenever a run has begun or ended."""
    state = queries.sources.newest_run(db), queries.sources.last_read(db)
    return memory.counted_at(state, "reasons", lambda: drops.summed(db, queries.sources.drop_reasons(db)))


@pages.post("/sources/confirm")
def confirm() -> Response:
    """Close what a run held back, as a person saw it: asked again, nothing is left to close."""
    source, run = request.form.get("source", ""), request.form.get("run", "")
    visitor = accounts.visitor()
    if visitor is None or not _NUMBER.fullmatch(run):
        abort(400)
    engines = session.open_engines(current_app.config["DATABASE_URL"])  # its own: it writes under the lease
    try:
        closed = confirming.confirm(engines, source, visitor.name, memory.here().clock(), int(run))
        number = f"{closed:,} listing{'' if closed == 1 else 's'}"
        flash(f"Closed {number} of {source}. The pages follow with the next refresh.")
    except confirming.NothingHeld as error:
        flash(f"Nothing was changed: {error}.")
    except lease.Busy as error:
        flash(f"Nothing was changed: {error}.")
    finally:
        engines.close()
    return redirect(url_for("status.sources"), 303)


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
