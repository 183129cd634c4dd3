"""For operators: what the last refreshes gave, day by day, when the next is due, what all takes on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, render_template
from sqlalchemy import Row

from db import queries
from webapp import memory, room, status

NIGHTS = 28  # days that are drawn
GRACE = timedelta(minutes=15)  # after which a refresh that was due and has not begun is late
SERIES = {"read": "Found", "new": "New", "changed": "Changed", "closed": "Closed", "dropped": "Dropped"}

pages = Blueprint("refreshes", __name__)


@dataclass(frozen=True)
class Refresh:
    """One night: when it began and ended (None while a source is read), its sources, and its sums."""

    began: datetime
    ended: datetime | None
    sources: int
    good: int  # of how many of them there is something
    sums: Mapping[str, int]


@pages.get("/refreshes")
def show() -> str:
    now, config = memory.here().clock(), current_app.config
    index, shelf = Path(config["INDEX_DIRECTORY"]), Path(config["SHELF_DIRECTORY"])
    with memory.reading() as db:
        nights = put_together(queries.nights.by_hour(db, NIGHTS))
        taken = room.taken(db, config["DATABASE_URL"], index, shelf)
    return render_template(
        "refreshes.html",
        now=now,
        nights=nights,
        good=next((night for night in nights if night.good and night.ended), None),
        due=due(nights[0].began if nights else None),
        late_after=GRACE,
        days=days(nights, now.date()),
        series=SERIES,
        taken=taken,
        free=room.free(index),
        in_words=room.in_words,
    )


def put_together(hours: Iterable[Row[Any]]) -> list[Refresh]:
    """Hours of crawling (`queries.nights.by_hour`) as refreshes, the newest first."""
    nights: list[list[Row[Any]]] = []
    for hour in hours:
        if not nights or nights[-1][0].began - hour.began >= status.NIGHT:
            nights.append([])
        nights[-1].append(hour)
    return [_refresh(those) for those in nights]


def _refresh(hours: Sequence[Row[Any]]) -> Refresh:
    ends = [hour.ended for hour in hours if hour.ended is not None]
    return Refresh(
        began=hours[-1].began,
        ended=None if any(hour.running for hour in hours) else max(ends),
        sources=sum(hour.sources for hour in hours),
        good=sum(hour.good for hour in hours),
        sums={name: sum(getattr(hour, name) for hour in hours) for name in SERIES},
    )


def days(nights: Iterable[Refresh], today: date) -> list[tuple[date, dict[str, int] | None]]:
    """The sums of each of the last days, the oldest first; None where no refresh began."""
    found: dict[date, dict[str, int]] = {}
    for night in nights:
        those = found.setdefault(night.began.date(), dict.fromkeys(SERIES, 0))
        for name, count in night.sums.items():
            those[name] += count
    each = (today - timedelta(days=back) for back in reversed(range(NIGHTS)))
    return [(day, found.get(day)) for day in each]


def due(began: datetime | None) -> datetime | None:
    """When the next refresh after one that began is due; None where none did, or nothing is scheduled."""
    following: Callable[[datetime], datetime] | None = current_app.config["NEXT_NIGHT"]
    return following(began) if began is not None and following is not None else None
