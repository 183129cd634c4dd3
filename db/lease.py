"""The lease: one run writes at a time, and one that was killed is taken over.

A clock that jumps, a suspended laptop or a long transaction can let a holder look dead. So the holder does
not only show signs of life: each of its commits first renews the lease in the same transaction, and one
whose lease is gone by then commits nothing. These times are the real ones, whatever ROLECALL_NOW says.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    """Another run holds the lease; the sentence says which, since when, and what to do."""


@dataclass(frozen=True)
class Held:
    """A lease that is held: by whom, and whether it was lost meanwhile."""

    holder: str
    lost: threading.Event = field(default_factory=threading.Event)


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
) -> Iterator[Held]:
    """Hold the lease for some work; a child process that writes for it joins its holder.

    :raise Busy: at the start when another run holds it; at a commit when another run has taken it over.
    """
    holder = f"process {os.getpid()} on {host()} ({secrets.token_hex(4)})"
    take(engines, holder, work, now, stale)
    try:
        with joined(engines, holder, now=now) as held, alive(engines, beat):
            yield held
    finally:
        release(engines, holder)


@contextmanager
def joined(engines: session.Engines, holder: str, *, now: Callable[[], datetime] = clock) -> Iterator[Held]:
    """Write under a lease that is held already, as a child process does for the run that started it.

    :raise Busy: at a commit when another run has taken the lease over.
    """
    held = Held(holder)

    def renew(connection: Connection) -> None:
        if not leases.refresh(connection, NAME, holder, now()):
            held.lost.set()
            raise Busy("the lease was taken over by another run: nothing more is written")

    event.listen(engines.write, "commit", renew)
    try:
        yield held
    finally:
        event.remove(engines.write, "commit", renew)


@contextmanager
def alive(engines: session.Engines, beat: float) -> Iterator[None]:
    """Give signs of life beside the work."""
    ended = threading.Event()
    thread = threading.Thread(target=live, args=(engines, ended, beat), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def host() -> str:
    """What this machine calls itself."""
    return socket.gethostname()[:100]


def take(
    engines: session.Engines, holder: str, work: str, now: Callable[[], datetime], stale: timedelta
) -> None:
    """Take the lease; raises Busy at once when its holder shows signs of life.

    A holder that died on this very machine is not waited for. Should that be a mistake (two containers that
    call themselves the same), no harm is done: whoever lost the lease commits nothing more.
    """
    with session.reading(engines) as opened:
        other = leases.find(opened, NAME)
    dead = other.holder if other is not None and is_dead(other.holder) else None
    if other is not None and dead is None and now() - other.heartbeat_at <= stale:
        raise Busy(sentence(other))
    patience = PATIENCE if other and not dead else session.PATIENCE
    try:
        with session.writing(engines, patience=patience) as opened:
            if leases.take(opened, NAME, holder, work, now(), stale, dead):
                return
            other = leases.find(opened, NAME)
    except session.Locked:
        if other is None:
            raise
    raise Busy(sentence(other)) from None


def is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that is there no more.

    One whose number another process has by now counts as alive, and is waited for.
    """
    process = re.fullmatch(rf"process (\d+) on {re.escape(host())} \([0-9a-f]+\)", holder)
    if process is None:
        return False
    try:
        os.kill(int(process[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's, so it is there
        return False
    return False


def sentence(other: Lease | None) -> str:
    """Who is at work, since when, and what to do."""
    if other is None:
        return "another run has just ended: try again"
    holder, since = other.holder.rpartition(" (")[0], f"{other.acquired_at:%Y-%m-%d %H:%M:%S} UTC"
    what = f"{other.work} by {holder} since {since}"
    return f"another run holds the lease: {what}; wait until it ends, or end it"


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
        with session.writing(engines, patience=session.PATIENCE) as opened:
            leases.release(opened, NAME, holder)
    except session.Unusable as error:
        log.warning("lease not released reason=%s", error)
