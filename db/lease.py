"""The lease: one run writes at a time, and one that was killed is taken over.

A clock that jumps, a suspended laptop or a long transaction can let a holder look dead. So the holder does
not only show signs of life: each of its commits first renews the lease in the same transaction, and one
whose lease is gone by then commits nothing. These times are the real ones, whatever ROLECALL_NOW says.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, event

from db import session
from db.models import Lease
from db.queries import leases

log = logging.getLogger(__name__)
NAME = "refresh"
BEAT = 5.0  # seconds between signs of life
STALE = timedelta(seconds=30)  # without one: whoever asks next takes over
PATIENCE = 1.0  # seconds a sign of life waits for another writer; the next one comes soon


class Busy(Exception):
    """Another run holds the lease; the sentence says which and since when."""


def clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)  # noqa: TID251 - signs of life are given in real time


@contextmanager
def held(
    engines: session.Engines,
    work: str,
    *,
    now: Callable[[], datetime] = clock,
    beat: float = BEAT,
    stale: timedelta = STALE,
) -> Iterator[threading.Event]:
    """Hold the lease for some work; yields an event that is set should the lease be lost meanwhile.

    :raise Busy: at the start when another run holds it; at a commit when another run has taken it over.
    """
    holder = f"process {os.getpid()} on {socket.gethostname()[:100]} ({secrets.token_hex(4)})"
    take(engines, holder, work, now, stale)
    lost, ended = threading.Event(), threading.Event()

    def renew(connection: Connection) -> None:
        if not leases.refresh(connection, NAME, holder, now()):
            lost.set()
            raise Busy(f"the lease of this {work} was taken over by another run: nothing more is written")

    event.listen(engines.write, "commit", renew)
    thread = threading.Thread(target=live, args=(engines, ended, beat), name="lease", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        ended.set()
        thread.join()
        event.remove(engines.write, "commit", renew)
        release(engines, holder)


def take(
    engines: session.Engines, holder: str, work: str, now: Callable[[], datetime], stale: timedelta
) -> None:
    """Take the lease; raises Busy at once when its holder shows signs of life."""
    with session.reading(engines) as opened:
        other = leases.find(opened, NAME)
    if other is not None and now() - other.heartbeat_at <= stale:
        raise Busy(sentence(other))
    try:
        with session.writing(engines, patience=None if other is None else PATIENCE) as opened:
            if leases.take(opened, NAME, holder, work, now(), stale):
                return
            other = leases.find(opened, NAME)
    except session.Locked:
        if other is None:
            raise
    raise Busy(sentence(other)) from None


def sentence(other: Lease | None) -> str:
    """Who is at work, and since when."""
    if other is None:
        return "another run has just ended: try again"
    holder, since = other.holder.rpartition(" (")[0], f"{other.acquired_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"another run holds the lease: {other.work} by {holder} since {since}"


def live(engines: session.Engines, ended: threading.Event, beat: float) -> None:
    """Commit nothing every few seconds (which renews the lease), until the end or until the lease is lost."""
    while not ended.wait(beat):
        try:
            with session.writing(engines, patience=PATIENCE) as opened:
                opened.connection()
        except session.Locked:
            continue  # a long transaction, most likely this run's own
        except session.Unusable as error:
            log.warning("lease not renewed reason=%s", error)
        except Busy as error:
            log.warning("lease lost reason=%s", error)
            return


def release(engines: session.Engines, holder: str) -> None:
    """Give the lease back; where that fails, it will go stale."""
    try:
        with session.writing(engines) as opened:
            leases.release(opened, NAME, holder)
    except session.Unusable as error:
        log.warning("lease not released reason=%s", error)
