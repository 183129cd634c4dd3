"""An SQLite file without what was deleted from it: its write-ahead log emptied, and the file rewritten."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from db import session


def scrub(engines: session.Engines) -> bool:
    """Rewrite the file, so that nothing deleted can be read in it; False where a reader kept the old log.

    PostgreSQL does this by itself, in its own time (autovacuum).

    :raise session.Unusable: where the disk has no room for a second copy while it is written.
    """
    file = session.path(engines.write.url)
    if file is None:
        return True
    try:
        with closing(sqlite3.connect(file, timeout=session.PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA temp_store=FILE")  # the copy is as large as the database
            connection.execute("VACUUM")
            return _empty(connection)
    except sqlite3.Error as error:
        raise session.Unusable(
            f"{file} was not rewritten, what was deleted may still be in it: {error}"
        ) from error


def empty_log(engines: session.Engines, *, patience: float = session.PATIENCE) -> bool:
    """Empty the write-ahead log, where what was just overwritten can still be read; False where it is in use.

    :raise session.Unusable: where the file cannot be written.
    """
    file = session.path(engines.write.url)
    if file is None:
        return True
    try:
        with closing(sqlite3.connect(file, timeout=patience, isolation_level=None)) as connection:
            return _empty(connection)
    except sqlite3.Error as error:
        raise session.Unusable(
            f"{file} keeps its log, what was deleted may still be in it: {error}"
        ) from error


def _empty(connection: sqlite3.Connection) -> bool:
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
