"""Rates that the processes of one server share: who asked when, as hashes, in a small SQLite file.

While the file cannot be used, each process counts for itself: a full disk closes no page.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from limits.storage import MemoryStorage, MovingWindowSupport, Storage

log = logging.getLogger(__name__)
T = TypeVar("T")
SCHEME = "shared"
PATIENCE = 0.5  # seconds to wait for another writer, each of which takes well below a millisecond
APART = 30.0  # seconds for which a process counts alone, when the file could not be used
SWEPT = 60.0  # seconds between two looks at what no longer counts
TABLE = """
CREATE TABLE IF NOT EXISTS asked (who BLOB NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS asked_who ON asked (who, at);
CREATE INDEX IF NOT EXISTS asked_until ON asked (until);
"""


class Shared(Storage, MovingWindowSupport):
    """What `limits` asks of a storage, over the file in `uri`; names are hashed with the key `secret`."""

    STORAGE_SCHEME = [SCHEME]

    def __init__(self, uri: str, wrap_exceptions: bool = False, *, secret: str) -> None:  # noqa: FBT001, FBT002
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._file = uri.partition("://")[2]
        self._secret = hashlib.sha256(secret.encode()).digest()
        self._own = threading.local()  # a connection is no two threads', and no two processes'
        self._swept = time.time()
        self._alone_until = 0.0
        with contextlib.closing(sqlite3.connect(self._file)) as made:
            made.execute("PRAGMA journal_mode=WAL")  # whole, whichever process is killed
            made.executescript(TABLE)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong here."""
        return sqlite3.Error

    def _opened(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            where = (
                f"{Path(self._file).absolute().as_uri()}?mode=rw"  # one that is gone is not made anew, empty
            )
            found = sqlite3.connect(where, uri=True, timeout=PATIENCE, isolation_level=None)
            found.execute("PRAGMA synchronous=OFF")
            self._own.connection = found
        return found

    def _who(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode(), digest_size=16, key=self._secret).digest()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` more, unless more than `limit` would stand in the last `expiry` seconds."""
        return self._counted(
            lambda db: self._acquired(db, self._who(key), limit, expiry, amount),
            lambda alone: alone.acquire_entry(key, limit, expiry, amount),
        )

    def _acquired(self, db: sqlite3.Connection, who: bytes, limit: int, expiry: int, amount: int) -> bool:
        db.execute("BEGIN IMMEDIATE")
        try:
            now = time.time()
            self._sweep(db, now)
            if amount > limit or _since(db, who, now - expiry)[0] > limit - amount:
                return False
            db.executemany("INSERT INTO asked VALUES (?, ?, ?)", [(who, now, now + expiry)] * amount)
            return True
        finally:
            db.execute("COMMIT")

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the first that counts was asked, or now, and how many count."""
        now = time.time()

        def here(db: sqlite3.Connection) -> tuple[float, int]:
            count, first = _since(db, self._who(key), now - expiry)
            return (now if first is None else first), count

        return self._counted(here, lambda alone: alone.get_moving_window(key, limit, expiry))

    def _counted(self, here: Callable[[sqlite3.Connection], T], alone: Callable[[MemoryStorage], T]) -> T:
        """What the file tells, or for a while what this process counts alone, if the file cannot be used."""
        if time.monotonic() < self._alone_until:
            return alone(self._memory)
        try:
            return here(self._opened())
        except sqlite3.Error as error:
            if found := self._own.__dict__.pop("connection", None):
                found.close()  # and what it had begun is no more
            self._alone_until = time.monotonic() + APART
            log.error("rates not shared for %d seconds reason=%s", APART, error)  # noqa: TRY400
            return alone(self._memory)

    @cached_property
    def _memory(self) -> MemoryStorage:
        return MemoryStorage()  # has a thread, which no fork takes along

    def _sweep(self, db: sqlite3.Connection, now: float) -> None:
        if now > self._swept + SWEPT:
            self._swept = now
            db.execute("DELETE FROM asked WHERE until < ?", (now,))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more, whatever the limit; how many count now."""
        now, who, db = time.time(), self._who(key), self._opened()
        db.executemany("INSERT INTO asked VALUES (?, ?, ?)", [(who, now, now + expiry)] * amount)
        return self.get(key)

    def get(self, key: str) -> int:
        """How many count now."""
        asked = "SELECT count(*) FROM asked WHERE who = ? AND until >= ?"
        return int(self._opened().execute(asked, (self._who(key), time.time())).fetchone()[0])

    def get_expiry(self, key: str) -> float:
        """When the last ceases to count, or now."""
        asked = "SELECT max(until) FROM asked WHERE who = ?"
        return float(self._opened().execute(asked, (self._who(key),)).fetchone()[0] or time.time())

    def check(self) -> bool:
        """Whether the file can be read."""
        return self._opened().execute("SELECT 1").fetchone() is not None

    def reset(self) -> int | None:
        """Forget all; how many there were."""
        return self._opened().execute("DELETE FROM asked").rowcount

    def clear(self, key: str) -> None:
        """Forget what one asked."""
        self._opened().execute("DELETE FROM asked WHERE who = ?", (self._who(key),))


def _since(db: sqlite3.Connection, who: bytes, since: float) -> tuple[int, float | None]:
    """How many one asked since a moment, and when the first of these."""
    found: tuple[int, float | None] = db.execute(
        "SELECT count(*), min(at) FROM asked WHERE who = ? AND at >= ?", (who, since)
    ).fetchone()
    return found
