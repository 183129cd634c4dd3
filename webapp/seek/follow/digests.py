"""The digest: new jobs by mail, to everybody who asked for them and confirmed, one after another.

What a mail told is written down when the mail server has taken it. A crash in between sends it once more with
the same Message-ID, which most mail programs show once: better than a job that nobody is told of.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Row

from db import queries, session
from webapp import memory
from webapp.seek.follow import entries, followed, mail, post

log = logging.getLogger(__name__)
DUE = {"day": timedelta(hours=20), "week": timedelta(days=6, hours=12)}  # nights do not begin on the minute
MOST = 50  # entries of a mail; what is beyond comes with the next
ROUNDS = 2  # a mail that was not taken is tried once more, when all others are sent
MOST_REFUSED = 5  # times in a row that an address takes no mail for good; then it is deleted
MOST_LOST = 3  # mails in a row that nobody takes: the mail server is gone


@dataclass(frozen=True, kw_only=True)
class Report:
    """How many follows were due, and what became of them; `ended`: deleted, as the address takes no mail."""

    due: int = 0
    sent: int = 0
    nothing_new: int = 0
    failed: int = 0
    ended: int = 0


def send(app: Flask) -> Report:
    """Send what is due, and forget addresses that were not confirmed in time.

    :raise session.Unusable: when the database cannot be read, or not be written after a mail was sent.
    :raise matcher.index.IndexProblem: when there is no index to look in.
    """
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        now = memory.here().clock()
        with session.writing(memory.here().engines) as db:
            queries.follow.forget(db, now)
        memory.here().index.get()
        with memory.reading() as db:
            due = [row for row in queries.follow.mailed(db) if _is_due(row, now)]
        results = _rounds(due, now)
    counts = {name: results.count(name) for name in ("sent", "nothing_new", "ended")}
    report = Report(due=len(due), **counts, failed=len(due) - sum(counts.values()))
    log.info("digests %s", " ".join(f"{name}={count}" for name, count in asdict(report).items()))
    return report


def _is_due(row: Row[Any], now: datetime) -> bool:
    return row.sent_at is None or now - row.sent_at >= DUE[row.every]


def _rounds(due: Sequence[Row[Any]], now: datetime) -> list[str]:
    """What became of each, in any order; who could not be reached in any round has failed."""
    results: list[str] = []
    lost = 0
    with post.opened() as server:
        for _ in range(ROUNDS):
            again = []
            for row in due:
                result = "failed" if lost >= MOST_LOST else _one(server, row, now)
                lost = lost + 1 if result == "failed" else 0 if result == "sent" else lost
                if result == "failed":
                    again.append(row)
                else:
                    results.append(result)
            due = again
    return results + ["failed"] * len(due)


def _one(server: post.Post, row: Row[Any], now: datetime) -> str:
    """Send what is new to one person; whatever is wrong with it is nobody else's trouble."""
    try:
        message, new = _made(row, now)
        if message is None:
            return "nothing_new"
        server.send(message)
    except post.Unsent as error:
        log.warning("digest not sent follow=%d reason=%s", row.id, error)
        return _refused(row) if error.refused else "failed"
    except Exception as error:  # noqa: BLE001 - one that cannot be made must not keep others from theirs
        log.error("digest not made follow=%d kind=%s", row.id, type(error).__name__)  # noqa: TRY400 - may quote
        return "failed"
    jobs = [job for one in new for job in one.together]
    with session.writing(memory.here().engines) as db:
        queries.follow.tell(db, row.id, jobs, now)
    return "sent"


def _made(row: Row[Any], now: datetime) -> tuple[Any, list[entries.Entry]]:
    """The mail with jobs that this address was not told of; None where there are none, or it has ended."""
    wanted = followed.restored(row)
    with memory.reading() as db:
        since = max(row.made_at, now - queries.follow.NEW)
        found = entries.of(db, wanted, entries.MOST, since=since)
        told = queries.follow.told(db, row.address, [job for one in found for job in one.together])
        new = [one for one in found if told.isdisjoint(one.together)][:MOST]
        there = queries.follow.still(db, row.id)
    return (mail.digest(row, wanted, new, now), new) if new and there else (None, [])


def _refused(row: Row[Any]) -> str:
    with session.writing(memory.here().engines) as db:
        ended = queries.follow.refuse(db, row.id, MOST_REFUSED)
    return "ended" if ended else "refused"
