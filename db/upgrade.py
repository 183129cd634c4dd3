"""Bring a database to the newest revision of its tables, and say at which one it is."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, exc, inspect, text
from sqlalchemy.orm import Session

from db import migrations, session
from db.models import Base
from db.queries import installation

log = logging.getLogger(__name__)
ONE_AT_A_TIME = 7_265_363_655  # PostgreSQL's advisory lock that a move between revisions holds


@dataclass(frozen=True)
class Status:
    """Where a database stands: `current` is None before the first upgrade, `pending` what is to come."""

    database: str
    current: str | None
    head: str
    pending: tuple[str, ...]


def upgrade(url: str) -> Status:
    """Create the database if need be and run every pending revision, all or none; raises Unusable.

    Only here is an SQLite file (and its folder) ever made.
    """
    where = session.address(url)
    if (file := session.path(where)) is not None:
        make_file(file)
    return run(url, "head")


def make_file(file: Path) -> None:
    """An empty SQLite file, and its folder, where there is none: for its owner only, as a backup is.

    It holds addresses that mails go to and hashes of passwords; SQLite gives its log the same permissions.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise session.Unusable(f"the folder {file.parent} cannot be made: {error.strerror}") from error
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return
    except OSError as error:
        raise session.Unusable(f"{file} cannot be made: {error.strerror}") from error


def downgrade(url: str, revision: str) -> Status:
    """Go back to an older revision (or "base"), all or none; raises Unusable."""
    return run(url, revision)


def status(url: str) -> Status:
    """Where the database stands, and that it is whole; raises Unusable when it is missing or damaged."""
    where = session.address(url)
    if (file := session.path(where)) is not None and not file.is_file():
        raise session.Unusable(f"no database at {file}: run `rolecall db upgrade`")
    engine = session.engine(where, only_read=True)
    try:
        with session.explained(where), engine.connect() as connection:
            if file is not None and (fault := connection.scalar(text("PRAGMA quick_check(1)"))) != "ok":
                said = str(fault).splitlines()[-1]  # where it is; the line before is a heading
                raise session.Damaged(f"{file} is damaged ({said}): restore it from a backup")
            return standing(connection)
    finally:
        engine.dispose()


def standing(connection: Connection) -> Status:
    """The status of an open connection; raises Unusable when its revision is not known here."""
    where = connection.engine.url
    current, known = migrations.current(connection), migrations.history()
    if current is None:
        pending = known
    elif current in known:
        pending = known[known.index(current) + 1 :]
    else:
        raise session.Unusable(
            f"{session.shown(where)} was written by a newer Rolecall ({current}): upgrade Rolecall"
        )
    return Status(session.shown(where), current, known[-1], pending)


def run(url: str, revision: str) -> Status:
    """Move to a revision in one transaction that nobody else writes beside."""
    where = session.address(url)
    engine = session.engine(where, create=revision == "head")
    try:
        with session.explained(where), engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                # A table is changed by being copied and dropped: its children must not notice.
                # (Outside a transaction, or SQLite does not listen.)
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                return move(connection, revision)
    finally:
        engine.dispose()


def move(connection: Connection, revision: str) -> Status:
    """Run the revisions, stamp a new database, and leave no row that points nowhere."""
    from alembic import command  # noqa: PLC0415 - see db.migrations

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
    before = standing(connection)
    taken = Base.metadata.tables.keys() & inspect(connection).get_table_names()
    if before.current is None and taken:
        raise session.Unusable(
            f"{before.database} already holds tables named {', '.join(sorted(taken))}: give Rolecall its own"
        )
    configuration = migrations.config(connection)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # what it did is told below, once
    try:
        if revision == "head":
            command.upgrade(configuration, "head")
            installation.begin(Session(connection), secrets.token_hex(16))
        else:
            command.downgrade(configuration, revision)
    except (exc.ProgrammingError, exc.OperationalError) as error:  # what is there, or may not be done there
        reason = str(error.orig).partition("\n")[0]
        raise session.Unusable(
            f"{before.database} was left as it is, the upgrade failed: {reason}"
        ) from error
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise session.Unusable(f"{before.database} would hold rows that point nowhere: nothing was changed")
    after = standing(connection)
    if after.current != before.current:
        log.info("tables changed database=%s from=%s to=%s", after.database, before.current, after.current)
    return after
