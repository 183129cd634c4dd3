"""One act of a person in memory: what they saw, the rows it changes, its line in the log, its undoing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db import queries, session
from matcher import decisions, verdicts
from matcher.decisions import Decisions, Row
from matcher.verdicts import Said


class Refused(ValueError):
    """What was asked cannot be done; the sentence says why, and what to do."""


class Stale(Exception):
    """What the person saw is not so any more: nothing was written; `seen` is what is there now."""

    def __init__(self, jobs: Sequence[str], seen: str) -> None:
        self.jobs, self.seen = tuple(jobs), seen
        super().__init__("somebody else changed this meanwhile: look at it as it is now, and decide again")


@dataclass(frozen=True)
class Asked:
    """Who asks and when; what they saw (`seen_of`), where that counts; and the key of their form."""

    who: str
    now: datetime
    note: str = ""
    seen: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Done:
    """The act that was logged; None where all was so already. `again`: the form had acted before."""

    act: int | None
    again: bool = False


Change = Callable[[Session, Decisions], tuple[str, Decisions]]


def act(
    engines: session.Engines,
    asked: Asked,
    what: str,
    jobs: Callable[[Session], Sequence[str]],
    change: Change,
    found: Callable[[Session, Decisions], dict[str, Any]] = lambda db, before: {},
) -> Done:
    """One act in one transaction, whole or not at all: the rows, and what they were and became in the log.

    `found` tells what was there besides, for those who learn from the log.
    """
    with session.writing(engines) as db:
        queries.installation.alone(db)
        if done := _again(db, asked):
            return done
        if asked.seen is not None:
            there = jobs(db)
            seen = seen_of(db, there)
            if seen != asked.seen:
                raise Stale(there, seen)
        before = _read(db)
        subject, after = change(db, before)
        decisions.consistent(after, before)
        return Done(_write(db, asked, what, subject, before, after, found=found(db, before)))


def _again(db: Session, asked: Asked) -> Done | None:
    """What the form has done already: a double click, a reload, the button back."""
    done = queries.acts.by_key(db, asked.key) if asked.key else None
    return Done(done.id, again=True) if done else None


def _write(
    db: Session,
    asked: Asked,
    what: str,
    subject: str,
    before: Decisions,
    after: Decisions,
    undoes: int | None = None,
    found: dict[str, Any] | None = None,
) -> int | None:
    was, now = decisions.changed(before, after)
    if was == now:
        return None
    for kind, write in (
        ("verdicts", queries.verdicts.set_verdicts),
        ("choices", queries.verdicts.set_choices),
        ("marks", queries.verdicts.set_marks),
    ):
        gone = [_columns(kind, row) for row in was[kind]]
        write(
            db, gone, [row | {"decided_at": datetime.fromisoformat(row["decided_at"])} for row in now[kind]]
        )
    return queries.acts.add(
        *(db, asked.now, asked.who, what, subject),
        before=was | (found or {}), after=now, undoes=undoes, key=asked.key,
    )  # fmt: skip


def _columns(kind: str, row: Row) -> Any:
    if kind == "choices":
        return row["source"], row["identifier"], row["what"]
    ends = row["source_a"], row["identifier_a"], row["source_b"], row["identifier_b"]
    return ends if kind == "verdicts" else (*ends, row["what"])


def _read(db: Session) -> Decisions:
    """All that is decided now."""
    found = queries.verdicts.every(db), queries.verdicts.choices(db), queries.verdicts.marks(db)
    return Decisions(
        *(
            {decisions.key_of(kind, row): row for row in map(_logged, rows)}
            for kind, rows in zip(decisions.KINDS, found, strict=True)
        )
    )


def _logged(row: Any) -> Row:
    """A row as the log and a file hold it: its moment in words."""
    return {**row._mapping, "decided_at": row.decided_at.isoformat()}


def _decided(told: Any) -> bool:
    """Whether an act of the log is one of these."""
    return bool(told.after) and set(told.after) >= {"verdicts", "choices"}


def _later(db: Session, told: Any) -> int:
    """The last act that changed something of what an act changed."""
    for other in queries.acts.later(db, told.id):
        if _decided(other) and decisions.touches(told, other):
            return int(other.id)
    raise LookupError(f"nobody changed what act {told.id} wrote, and yet it stands no more")


def undo(engines: session.Engines, asked: Asked, act_id: int) -> Done:
    """What an act changed is as it was before; an undo is an act too, and can be undone.

    :raise Refused: where it was undone already, or a later act changed the same: undo that first.
    :raise decisions.Contradiction: where what it restores contradicts later verdicts.
    """
    with session.writing(engines) as db:
        queries.installation.alone(db)
        if done := _again(db, asked):
            return done
        told = queries.acts.find(db, act_id)
        if told is None or not _decided(told):
            raise Refused("there is no such decision to undo")
        if later := queries.acts.undoing(db, act_id):
            raise Refused(f"it was undone already, by act {later.id}: undo that to have it back")
        now = _read(db)
        after = decisions.restored(now, told.before, told.after)
        if after is None:
            raise Refused(f"act {_later(db, told)} changed the same since: undo that first")
        decisions.consistent(after, now)
        return Done(_write(db, asked, "undo", told.subject, now, after, undoes=act_id))


@dataclass(frozen=True)
class Taken:
    """What came of a file of decisions: how many are new here, and in words those that contradict."""

    act: int | None
    new: int
    left_out: tuple[str, ...]


def take(engines: session.Engines, asked: Asked, rows: Sequence[Row]) -> Taken:
    """Take over what was decided elsewhere, as one act, but for what contradicts what was decided here.

    What is here already stays as it is: to take a file again changes nothing.
    """
    left_out: list[str] = []
    with session.writing(engines) as db:
        queries.installation.alone(db)
        before = _read(db)
        taken: dict[str, dict[Any, Row]] = {kind: dict(getattr(before, kind)) for kind in decisions.KINDS}
        for there, those in _apart(before, rows):
            after = _taken(there, those, left_out)
            for kind in decisions.KINDS:
                taken[kind] |= getattr(after, kind)
        now = Decisions(**taken)
        act = _write(db, asked, "import", "verdicts", before, now)
    count = sum(len(getattr(now, kind)) - len(getattr(before, kind)) for kind in decisions.KINDS)
    return Taken(act, count, tuple(left_out))


def _apart(before: Decisions, rows: Sequence[Row]) -> Iterator[tuple[Decisions, list[Row]]]:
    """The rows in their order, with what was decided of the same listings: what can contradict each other."""
    every = [*rows, *(row for kind in decisions.KINDS for row in getattr(before, kind).values())]
    top = verdicts.bound(Said(*_ends(row), True) for row in every)
    told: dict[Any, list[Row]] = {}
    for row in rows:
        told.setdefault(top[_ends(row)[0]], []).append(row)
    known: dict[Any, dict[str, dict[Any, Row]]] = {
        name: {kind: {} for kind in decisions.KINDS} for name in told
    }
    for kind in decisions.KINDS:
        for key, row in getattr(before, kind).items():
            if (name := top[_ends(row)[0]]) in known:
                known[name][kind][key] = row
    for name, those in told.items():
        yield Decisions(**known[name]), those


def _ends(row: Row) -> tuple[decisions.Name, decisions.Name]:
    return ((row["source"], row["identifier"]),) * 2 if "source" in row else decisions.ends_of(row)


def _taken(before: Decisions, rows: Sequence[Row], left_out: list[str]) -> Decisions:
    """What was decided, with rows from elsewhere; of rows that contradict the first half, then the second."""
    try:
        after = _joined(before, rows)
        decisions.consistent(after, before)
    except decisions.Contradiction as error:
        if len(rows) == 1:
            left_out.append(str(error))
            return before
        middle = len(rows) // 2
        return _taken(_taken(before, rows[:middle], left_out), rows[middle:], left_out)
    return after


def _joined(before: Decisions, rows: Sequence[Row]) -> Decisions:
    new: dict[str, dict[Any, Row]] = {kind: {} for kind in decisions.KINDS}
    for row in rows:
        kind = "choices" if "source" in row else "marks" if "what" in row else "verdicts"
        key = decisions.key_of(kind, row)
        known = getattr(before, kind).get(key) or new[kind].setdefault(key, row)
        if known.get("decision") != row.get("decision"):
            said = Said(*decisions.ends_of(known), row["decision"] in ("same", "together"))
            raise decisions.Contradiction(said, [row, known])
    return Decisions(**{kind: new[kind] | getattr(before, kind) for kind in decisions.KINDS})


# ---------------------------------------------------------------------------------- what a person saw


def seen_of(db: Session, jobs: Iterable[str]) -> str:
    """What a person sees of some jobs, in a word: another one when their listings or decisions change."""
    ids = sorted(set(jobs))
    told = [
        [(row.id, row.updated_at.isoformat()) for _, row in sorted(queries.jobs.named(db, ids).items())],
        sorted(queries.listings.members(db, [], ids)),
        [list(map(str, row)) for row in queries.verdicts.of_jobs(db, ids)],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
