"""The log: who did what, newest first, a page at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from flask import abort, render_template, request, url_for

from db import queries
from matcher import decisions
from webapp import memory
from webapp.review import naming

PAGE = 100  # acts
SOME = 5  # rows of an act; the page cuts them short
_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)
NAMES = {"found": "the rules had said"}
NAMED = ("who", "what", "subject")  # filters that are a word


def show() -> str:
    """A page of acts; `before` is the id that the page before ended with."""
    typed = {name: request.args.get(name, "").strip()[:500].replace("\0", "") for name in (*NAMED, "since")}
    since, problem = _day(typed["since"])
    before = request.args.get("before", "")
    if before and not _NUMBER.fullmatch(before):
        abort(404)
    with memory.reading() as db:
        rows = queries.acts.page(
            db,
            most=PAGE + 1,
            before=int(before) if before else None,
            since=since,
            **{name: typed[name] or None for name in NAMED},
        )
        people, words = queries.acts.words(db)
        called = naming.known(db, _named(rows), (row.subject for row in rows))
    asked: dict[str, Any] = {name: value for name, value in typed.items() if value}
    return render_template(
        "log.html",
        acts=rows[:PAGE],
        typed=typed,
        people=people,
        words=words,
        problem=problem,
        filtered=bool(asked),
        older=url_for("review.log", **asked, before=rows[PAGE - 1].id) if len(rows) > PAGE else None,
        newest=url_for("review.log", **asked) if before else None,
        shown=shown,
        called=called,
        subject=naming.subject,
    )


def _day(told: str) -> tuple[datetime | None, str]:
    """The beginning of a day in UTC, or what is wrong with what stands for it."""
    if not told:
        return None, ""
    try:
        return datetime.combine(date.fromisoformat(told), time(), UTC), ""
    except ValueError:
        return None, "Write the day as 2026-11-21."


def shown(state: dict[str, Any] | None) -> list[tuple[str, str | naming.Some]]:
    """What was there before an act or came of it: names and values in words; rows where any were decided."""
    told = [(name, value) for name, value in (state or {}).items() if value or name not in decisions.KINDS]
    return [
        (
            NAMES.get(name, name.replace("_", " ")),
            naming.some(value) if name in decisions.KINDS else _plain(value),
        )
        for name, value in told
    ]


def _named(acts: Sequence[Any]) -> Iterator[naming.Told]:
    """The rows of these acts that are shown."""
    for act in acts:
        for state in (act.before or {}, act.after or {}):
            for kind in decisions.KINDS:
                yield from state.get(kind, ())[: naming.MOST]


def _plain(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return ", ".join(map(_plain, value)) or "none"
    if value is None or isinstance(value, str):
        return value or "none"
    some = value[:SOME] if isinstance(value, list) else value  # of a file that was taken over, thousands
    return json.dumps(some, ensure_ascii=False)
