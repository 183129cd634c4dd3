"""A whole database in one file: taken while others write, and brought back all or not at all."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from db import lease, queries, session, upgrade

log = logging.getLogger(__name__)
PATIENCE = 60  # seconds to wait for others to let go of a file or a table
NEVER = 1e9  # seconds: the lease is among the tables that are replaced, so it gives no signs of life
NO_BACKUP = "name one that `rolecall db backup` wrote"


def save(url: str, file: Path) -> int:
    """Write the database to a new file; its bytes. What others write meanwhile is in it whole or not at all.

    The file is there when it is complete, for its owner only: it holds what the database holds.

    :raise session.Unusable: when the database is damaged, or the file is there already or cannot be written.
    """
    where = session.address(url)
    upgrade.status(url)  # a damaged database, or a newer Rolecall's, is told of
    if file.exists():
        raise session.Unusable(f"{file} is there already: name a new file")
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        aside.touch(mode=0o600, exist_ok=False)
        if (source := session.path(where)) is not None:
            _copy(source, aside)
        else:
            _run(where, "pg_dump", "--format=custom", "--exclude-table-data=lease", f"--file={aside}")
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        os.link(aside, file)  # never over a file that came there meanwhile
        size = file.stat().st_size
    except OSError as error:
        raise session.Unusable(f"{file} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
    log.info("database saved bytes=%d", size)
    return size


def restore(url: str, file: Path, *, replace: bool = False) -> upgrade.Status:
    """Make the database what a file holds that `save` wrote; where it stands then, which may be behind.

    All or nothing, also beside pages that are being served, which see the other rows from then on. An SQLite
    file that is damaged is put aside first, under a name that says so.

    :raise session.Unusable: when the file is no whole backup, or there are rows and `replace` is false.
    :raise lease.Busy: when a run is at work.
    """
    where = session.address(url)
    target = session.path(where)
    if not file.is_file():
        raise session.Unusable(f"there is no file {file}: {NO_BACKUP}")
    _check_file(file) if target else _check_dump(where, file)
    found = _found(url, target, replace=replace)
    with _alone(url, found, replace=replace):
        if target is not None:
            upgrade.make_file(target)
            with _opened(file, "ro") as source, _opened(target, "rw") as opened:
                source.backup(opened)  # all pages in one transaction, which readers may have open
        else:
            how = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner")
            _run(where, "pg_restore", *how, "--no-acl", str(file))
    log.info("database brought back from=%s", file.name)
    return upgrade.status(url)


def _check_file(file: Path) -> None:
    """That a file is a whole SQLite database of ours, of this Rolecall or an older one; raises Unusable."""
    try:
        found = upgrade.status(f"sqlite:///{file.absolute()}")
    except session.Damaged as error:
        raise session.Unusable(
            f"{file} is damaged or no backup of an SQLite database: {NO_BACKUP}"
        ) from error
    if found.current is None:
        raise session.Unusable(f"{file} holds no tables of Rolecall: {NO_BACKUP}")


def _check_dump(where: URL, file: Path) -> None:
    """That a file is a dump of ours, as far as its list of contents tells; raises Unusable."""
    if " alembic_version " not in _run(where, "pg_restore", "--list", str(file), connect=False):
        raise session.Unusable(f"{file} holds no tables of Rolecall: {NO_BACKUP}")


def _found(url: str, target: Path | None, *, replace: bool) -> upgrade.Status | None:
    """Where the database stands that is to be replaced; None where none is there, or none is any more."""
    if target is not None and not target.exists():
        return None
    try:
        return upgrade.status(url)
    except session.Damaged as error:
        if target is None or not replace:
            raise session.Unusable(f"{error}; say --yes to put it aside and bring the backup back") from error
        _put_aside(target)
        return None


def _put_aside(target: Path) -> None:
    """Give a damaged file another name, and its log too: one left behind would be read into the new file."""
    kept = f"{target.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}"  # noqa: TID251 - the name of a file
    for ending in ("", "-wal", "-shm"):
        if (part := target.with_name(target.name + ending)).exists():
            part.rename(target.with_name(kept + ending))
    log.warning("damaged database put aside name=%s", kept)


@contextmanager
def _alone(url: str, found: upgrade.Status | None, *, replace: bool) -> Iterator[None]:
    """Hold the lease of the database that is there, having looked whether what it holds may be lost."""
    name = session.shown(session.address(url))
    if found is None or found.current is None:
        yield
    elif found.pending:  # nobody works on tables of another revision, and nobody can ask what they hold
        if not replace:
            raise session.Unusable(f"{name} has tables already: say --yes to lose what they hold")
        yield
    else:
        with closing(session.open_engines(url)) as engines, lease.held(engines, "restore", beat=NEVER):
            with session.reading(engines) as db:
                if not replace and not queries.invariants.empty(db):
                    raise session.Unusable(f"{name} holds rows already: say --yes to lose them")
            yield


def _copy(source: Path, aside: Path) -> None:
    """One moment of an SQLite file in another, without what was deleted from it, and with nobody at work."""
    with _opened(source, "rw") as opened:
        opened.execute("VACUUM INTO ?", (str(aside.absolute()),))
    with _opened(aside, "rw") as copy, copy:
        copy.execute("DELETE FROM lease")


@contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """An SQLite file past the engines, which begin a transaction wherever they are asked; raises Unusable."""
    try:
        where = f"file:{quote(str(file.absolute()))}?mode={mode}"
        with closing(sqlite3.connect(where, uri=True, timeout=PATIENCE)) as connection:
            yield connection
    except sqlite3.Error as error:
        fault = session.SAYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, f"cannot be used: {error}")
        raise session.Unusable(f"{file} {fault}") from error


def _run(where: URL, program: str, *arguments: str, connect: bool = True) -> str:
    """What one of PostgreSQL's programs prints; the password travels in its environment, not in sight.

    Without `connect` it asks no database, only the file that its last argument names.
    """
    found = shutil.which(program)
    if found is None:
        raise session.Unusable(f"{program} is not there: install PostgreSQL's client programs")
    environment = {**os.environ, "PGOPTIONS": f"-c lock_timeout={PATIENCE}s"}
    password = where.query.get("password", where.password)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    plain = where._replace(drivername="postgresql", password=None).difference_update_query(["password"])
    named = ["--dbname", plain.render_as_string()] if connect else []
    ended = subprocess.run(
        [found, *named, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["without a word"]
        if connect:
            raise session.Unusable(f"{session.shown(where)}: {said[0]}")
        raise session.Unusable(
            f"{arguments[-1]} is damaged or no backup of a PostgreSQL database ({said[0]}): {NO_BACKUP}"
        )
    return ended.stdout
