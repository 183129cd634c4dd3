"""What recruiters do at the pages: what a form carries, and what came of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from flask import abort, flash, redirect, request, url_for
from flask import session as browser
from werkzeug.wrappers import Response

from db import queries, session
from matcher import acting, deciding, decisions
from matcher.acting import Asked, Done
from webapp import accounts, memory, turns

MOST_NOTE = 2000  # characters
WORDS: Mapping[str, str] = {  # of the log, for acts that can be undone
    "verdict": "Verdict",
    "merge": "Merged",
    "split": "Split out",
    "move": "Moved",
    "canonical": "Canonical listing",
    "note": "Note",
    "campaign": "Campaign",
    "template": "Template",
    "import": "Decisions taken over from a file",
    "undo": "Undone",
}
_KEY = re.compile(r"[\w-]{16,40}", re.ASCII)
_SEEN = re.compile(r"[0-9a-f]{32}")

Act = Callable[[session.Engines, Asked], Done]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form: done, or why not; `against` holds the decisions that say otherwise."""

    done: bool
    stale: bool = False
    refused: str = ""
    against: decisions.Contradiction | None = None

    @property
    def chain(self) -> Sequence[decisions.Row]:
        """The decisions that stand and say otherwise."""
        return self.against.standing if self.against else ()


def who() -> str:
    """Who is signed in; the table of who may open what lets nobody else come here."""
    found = accounts.visitor()
    return found.name if found else abort(401)


def sitting() -> str:
    """The sitting in which a person's skips are kept, as memory knows it."""
    return accounts.digest(browser[accounts.SITTING])


def today() -> datetime:
    """The beginning of the day, in UTC."""
    now = memory.here().clock()
    return datetime.combine(now.date(), time(), now.tzinfo)


def new_key() -> str:
    """A key for a form, so that it acts once however often it is sent."""
    return secrets.token_urlsafe(16)


def attempt(act: Act, *, seen: bool = True, said: str = "") -> Outcome:
    """Do what a form asks, and let the jobs follow; the form holds what its page showed, and its key.

    The next page says what was done in the words of `said`, or why the jobs wait.
    """
    asked = _asked(seen=seen)
    try:
        with turns.here.lent():  # another writer may be at work for some seconds
            done = act(memory.here().engines, asked)
    except acting.Stale:
        return Outcome(done=False, stale=True)
    except decisions.Contradiction as error:
        return Outcome(done=False, against=error)
    except acting.Refused as error:
        return Outcome(done=False, refused=_sentence(str(error)))
    if done.act is not None and not done.again:
        with turns.here.lent():  # the jobs follow one decision at a time: some seconds may pass
            waits = deciding.follow(memory.here().engines, memory.here().clock(), memory.here().shelf)
        if told := _sentence(waits) if waits else said:
            flash(told)
    return Outcome(done=True)


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."


def _asked(*, seen: bool) -> Asked:
    key, saw = request.form.get("key", ""), request.form.get("seen", "")
    if not _KEY.fullmatch(key) or (seen and not _SEEN.fullmatch(saw)):
        abort(400)
    note = request.form.get("note", "").replace("\0", "").strip()[:MOST_NOTE]
    person = who()
    return Asked(person, memory.here().clock(), note, saw if seen else None, f"{person} {key}")


def undo() -> Response | tuple[str, int]:
    """Undo an act of the log, then back to what it was about."""
    number = request.form.get("act", "")
    if not re.fullmatch(r"[1-9]\d{0,17}", number, re.ASCII):
        abort(400)
    back = _back(int(number))
    came = attempt(
        lambda engines, asked: acting.undo(engines, asked, int(number)), seen=False, said="Undone."
    )
    if came.refused or came.against:
        flash(f"Not undone. {came.refused or _sentence(str(came.against))}", "refused")
    return redirect(back, 303)


def _back(act: int) -> str:
    """Where an undo leads: to the editor that it was asked in, else to the two listings, else to the log."""
    if re.fullmatch(r"[0-9a-f]{16}", job := request.form.get("job", "")):
        return url_for("review.edit", job_id=job)
    with memory.reading() as db:
        told = queries.acts.find(db, act)
        rows = told.after.get("verdicts", []) if told and told.after and told.what == "verdict" else []
        ends = [queries.listings.one(db, *name) for name in decisions.ends_of(rows[0])] if rows else []
    if ends and all(ends):
        return url_for("review.pair", a=ends[0].id, b=ends[1].id)  # type: ignore[union-attr]
    return url_for("review.log")
