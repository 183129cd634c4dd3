"""The engines that reach memory, one for reading and one for writing, and the sessions on them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db import migrations

PATIENCE = 5.0  # seconds to wait for another writer of an SQLite file ...
LONGER = 60.0  # ... and of rows of PostgreSQL, where many write at once and few wait
PRAGMAS = {
    "busy_timeout": int(PATIENCE * 1000),
    "synchronous": "NORMAL",  # after a power cut the last commits may be gone; the file is whole
    "foreign_keys": "ON",
    "cache_size": -64_000,  # KiB, for the one that writes
    "mmap_size": 268_435_456,
    "temp_store": "MEMORY",
}
READING_CACHE = (
    -2_000
)  # KiB a connection, of which there are many: pages of the mapped file are read in place
# A connection for each thread of `rolecall serve` (24), and some for threads that are being replaced. With
# more asking, one waits for as long as for a writer.
POOL = {"pool_size": 24, "max_overflow": 8, "pool_timeout": PATIENCE}
# Of an SQLite file one connection to write is kept, as one writes at a time: each that is open holds what was
# written of late, some megabytes.
POOL_TO_WRITE = POOL | {"pool_size": 1, "max_overflow": 31}
STEPS = 10_000  # of SQLite's machine, between two looks at the clock: some tenths of a millisecond
BEGAN = "statement began"  # in a connection's info
SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRESQL = ("postgresql", "postgresql+psycopg")
LOCKED = "is locked by another writer: try again when it is done"
FULL = "cannot grow, the disk is full: free some space and run again"
SLOW = "takes too long to answer: try again in a minute"
BUSY = "is asked by too many at once: try again in a minute"
DAMAGED = "is damaged: restore it from a backup"
NO_DATABASE = "is damaged or not a database: restore it from a backup"
READ_ONLY = "may not be written here: check its permissions"
SAYS: dict[
    int | str | None, str
] = {  # primary result codes, https://www.sqlite.org/rescode.html; SQLSTATEs of PostgreSQL
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_INTERRUPT: SLOW,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that it is there and its permissions",
    sqlite3.SQLITE_IOERR: "cannot be read or written: check its disk",
    "55P03": LOCKED,
    "53100": FULL,
    "57014": SLOW,
    "25006": READ_ONLY,
}


class Unusable(Exception):
    """The database cannot be used as it is; the sentence says what to do."""


class Locked(Unusable):
    """Another writer has kept the database for longer than we were willing to wait."""


class Damaged(Unusable):
    """The database is not whole."""


KINDS = {LOCKED: Locked, DAMAGED: Damaged, NO_DATABASE: Damaged}  # else Unusable


@dataclass(frozen=True)
class Engines:
    """Two ways to one database: a write through `read` is refused by the database itself."""

    read: Engine
    write: Engine

    def close(self) -> None:
        """Let go of every connection."""
        self.read.dispose()
        self.write.dispose()


def address(url: str) -> URL:
    """The parsed address of a database that we can use; raises Unusable."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise Unusable("the database address is no URL: write sqlite:////a/file or postgresql://…") from None
    if parsed.drivername not in SQLITE + POSTGRESQL:
        raise Unusable(f"{parsed.drivername} databases cannot be used: choose sqlite:/// or postgresql://")
    if parsed.drivername in SQLITE and parsed.database in (None, "", ":memory:"):
        raise Unusable("an SQLite database in memory would be forgotten: name a file, sqlite:////a/file")
    # Else a command, a line of cron and a service would each have another one, of the folder they start in.
    if parsed.drivername in SQLITE and not Path(str(parsed.database)).expanduser().is_absolute():
        raise Unusable(
            "the path of an SQLite database begins at the root: write sqlite:////a/file, with four /"
        )
    return parsed


def path(url: URL) -> Path | None:
    """The file of an SQLite database, absolute; None for PostgreSQL."""
    return Path(str(url.database)).expanduser().absolute() if url.drivername in SQLITE else None


def shown(url: URL) -> str:
    """A database as a message may name it: its file, or its address without the password."""
    return str(path(url) or masked(url))


def masked(url: URL) -> str:
    """An address without its password, wherever it stands in it."""
    if "password" in url.query:
        url = url.update_query_dict({"password": "masked"})
    return url.render_as_string(hide_password=True)


def open_engines(url: str) -> Engines:
    """Engines on a database that is there, whole, and at this code's revision; raises Unusable."""
    where = address(url)
    file = path(where)
    if file is not None and not file.is_file():
        raise Unusable(f"no database at {file}: run `rolecall db upgrade`")
    engines = Engines(read=engine(where, only_read=True), write=engine(where))
    try:
        with explained(where), engines.read.connect() as connection:
            check_revision(migrations.current(connection), where)
    except BaseException:
        engines.close()
        raise
    return engines


def check_revision(current: str | None, where: URL) -> None:
    """Raises Unusable unless `current` is the newest revision that this code knows."""
    known = migrations.history()
    if current is None:
        raise Unusable(f"{shown(where)} holds no tables yet: run `rolecall db upgrade`")
    if current not in known:
        raise Unusable(f"{shown(where)} was written by a newer Rolecall ({current}): upgrade Rolecall")
    if current != known[-1]:
        raise Unusable(f"{shown(where)} is at {current}, behind {known[-1]}: run `rolecall db upgrade`")


def engine(where: URL, *, only_read: bool = False, create: bool = False) -> Engine:
    """An engine whose SQLite transactions are ours to begin: deferred to read, immediate to write.

    It never makes an SQLite file unless told to create it.
    """
    file = path(where)
    if file is None:
        return postgresql_engine(where, only_read=only_read)
    opened = f"file:{quote(str(file))}?mode={'rwc' if create else 'rw'}"
    made = create_engine(
        where,
        creator=lambda: sqlite3.connect(opened, uri=True, check_same_thread=False, isolation_level=None),
        **(POOL if only_read else POOL_TO_WRITE),
    )

    @event.listens_for(made, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        if only_read:  # always as patient as this, so that its transactions need not say so
            connection.execute(f"PRAGMA cache_size={READING_CACHE}")
            connection.execute("PRAGMA query_only=ON")
        else:
            _keep_wal(connection)

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        if only_read:
            connection.exec_driver_sql("BEGIN")
            return
        patience = connection.get_execution_options().get("patience", PATIENCE)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience * 1000)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(made, "before_cursor_execute")
    def starts(connection: Connection, *_: object) -> None:
        connection.info[BEGAN] = time.monotonic()

    return made


def _keep_wal(connection: sqlite3.Connection) -> None:
    """Write ahead, which a file remembers; SQLite waits for nobody while it changes a new file to it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def postgresql_engine(where: URL, *, only_read: bool) -> Engine:
    """An engine whose reading transactions see one moment, as SQLite's do."""
    arguments = {"connect_timeout": 10, "application_name": "rolecall"}
    try:
        made = create_engine(where, pool_pre_ping=True, connect_args=arguments, **POOL)
    except ModuleNotFoundError:
        raise Unusable("PostgreSQL needs its driver: pip install 'rolecall[postgres]'") from None
    if only_read:
        return made.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return made


@contextmanager
def reading(engines: Engines, *, seconds: float | None = None) -> Iterator[Session]:
    """A session that sees one moment of the database and cannot write; raises Unusable.

    `seconds` ends a statement that takes longer (of an SQLite file: whose rows still come so long after it
    began); without, a statement may take as long as it does.
    """
    with explained(engines.read.url), Session(engines.read, expire_on_commit=False) as session:
        if seconds is None:
            yield session
            return
        with _ended(session, seconds):
            yield session


@contextmanager
def _ended(session: Session, seconds: float) -> Iterator[None]:
    """No statement of the session takes longer than some seconds."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
        yield
        return
    info = session.connection().info
    connection: Any = session.connection().connection.driver_connection
    connection.set_progress_handler(lambda: time.monotonic() > info[BEGAN] + seconds, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def writing(engines: Engines, *, patience: float | None = None) -> Iterator[Session]:
    """A session that is committed at the end, or rolled back on an error; raises Unusable.

    `patience` is how many seconds to wait for another writer before Locked is raised: left alone, PATIENCE
    for an SQLite file, LONGER for a row of PostgreSQL.
    """
    bind = engines.write if patience is None else engines.write.execution_options(patience=patience)
    with explained(bind.url), Session(bind, expire_on_commit=False) as session, session.begin():
        if bind.dialect.name == "postgresql":
            seconds = LONGER if patience is None else patience
            session.execute(text(f"SET LOCAL lock_timeout = {int(seconds * 1000)}"))
        yield session


def insert(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the words of the session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


@contextmanager
def explained(where: URL) -> Iterator[None]:
    """Say in one sentence what is wrong when it is the database itself, not the statement."""
    try:
        yield
    except exc.DBAPIError as error:
        fault = diagnosis(error)
        if fault is None:
            raise
        raise KINDS.get(fault, Unusable)(f"{shown(where)} {fault}") from error
    except exc.TimeoutError as error:  # no connection was free
        raise Unusable(f"{shown(where)} {BUSY}") from error


def diagnosis(error: exc.DBAPIError) -> str | None:
    """What is wrong with the database; None when it is the statement that is wrong."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return SAYS.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the low byte is the primary code
    state = getattr(cause, "sqlstate", None)
    if error.connection_invalidated or (state is None and isinstance(error, exc.OperationalError)):
        return f"cannot be reached: {str(cause).partition(chr(10))[0]}"
    return SAYS.get(state)
