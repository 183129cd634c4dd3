"""A backup is one moment of a database in use, comes back whole or not at all, and a check finds what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from commandline import prepared
from sqlalchemy import Engine, create_engine, select, text

from crawler import runs, storing
from crawler.items import JobPosting
from db import backup, checking, lease, queries, session, upgrade
from db.models import Base
from matcher import grouping, roles

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def remembered(engines: session.Engines, identifiers: str) -> None:
    """Listings of one board, grouped."""
    run = runs.Runs(engines, "greenhouse:harbor", NOW, NOW)
    for identifier in identifiers.split():
        told = JobPosting(source="greenhouse:harbor", identifier=identifier, title=f"Agent {identifier}")
        run.post(storing.Judged(told, roles.Role("core", "customer_service", None, "")))
    run.close()
    grouping.regroup(engines, NOW)


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the lease."""
    engine = create_engine(session.address(url))
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
            if table.name != "lease"
        }
    engine.dispose()
    return found


@pytest.fixture
def filled(database_url: str) -> str:
    engines = session.open_engines(database_url)
    remembered(engines, "a1 a2 a3")
    engines.close()
    return database_url


def test_what_comes_back_is_what_was_there_when_it_was_saved_whatever_was_written_since(
    filled: str, tmp_path: Path
) -> None:
    engines, file = session.open_engines(filled), tmp_path / "saved"
    before = contents(filled)
    with (
        lease.held(engines, "refresh"),
        session.writing(engines) as db,
    ):  # a refresh that has not committed yet
        db.execute(text("UPDATE listing SET title = 'half done'"))
        db.flush()
        size = backup.save(filled, file)
    assert (file.stat().st_size, file.stat().st_mode & 0o777) == (size, 0o600)
    assert [path.name for path in tmp_path.glob("*saved*")] == ["saved"]
    remembered(engines, "a1 a9")
    assert contents(filled) != before
    with pytest.raises(session.Unusable, match="holds rows already: say --yes"):
        backup.restore(filled, file)
    assert backup.restore(filled, file, replace=True).pending == ()
    assert contents(filled) == before
    with session.reading(engines) as db:  # as pages that are being served
        assert queries.leases.find(db, lease.NAME) is None
        assert "half done" not in db.scalars(text("SELECT title FROM listing")).all()
    remembered(engines, "a4")
    assert checking.check(engines) == checking.Found((), 0, 0)
    engines.close()


def test_an_empty_database_is_filled_without_a_word(
    filled: str, empty_url: str, database_kind: str, tmp_path: Path
) -> None:
    file, before = tmp_path / "saved", contents(filled)
    backup.save(filled, file)
    if database_kind == "sqlite":  # one address for both: as on another machine, the file is not there
        (tmp_path / "rolecall.sqlite3").rename(tmp_path / "old")
        for log in tmp_path.glob("rolecall.sqlite3-*"):
            log.unlink()
    backup.restore(empty_url, file)
    assert contents(empty_url) == before


def test_nothing_comes_back_while_a_run_is_at_work(filled: str, tmp_path: Path) -> None:
    engines, file = session.open_engines(filled), tmp_path / "saved"
    backup.save(filled, file)
    before = contents(filled)
    with (
        lease.held(engines, "refresh"),
        pytest.raises(lease.Busy, match=r"refresh by process .*; wait until it ends"),
    ):
        backup.restore(filled, file, replace=True)
    assert contents(filled) == before
    engines.close()


NO_BACKUPS = {
    "absent": "there is no file .*absent: name one that",
    "text": "text is damaged or no backup of .*: name one that",
    "empty": "empty (holds no tables of Rolecall|is damaged or no backup of .*): name one that",
    "half": "damaged or no backup|found unexpected|could not read|unexpected end",
}


def test_a_file_that_is_no_whole_backup_changes_nothing(filled: str, tmp_path: Path) -> None:
    backup.save(filled, tmp_path / "whole")
    (tmp_path / "text").write_text("Answer the calls of our customers. " * 100)
    (tmp_path / "empty").touch()
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    before = contents(filled)
    for name, words in NO_BACKUPS.items():
        with pytest.raises(session.Unusable, match=words):
            backup.restore(filled, tmp_path / name, replace=True)
        assert contents(filled) == before


def test_a_file_that_is_there_is_never_written_over(filled: str, tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("mine")
    with pytest.raises(session.Unusable, match="is there already: name a new file"):
        backup.save(filled, tmp_path / "saved")
    with pytest.raises(session.Unusable, match="cannot be written: No such file"):
        backup.save(filled, tmp_path / "nowhere" / "saved")
    assert (tmp_path / "saved").read_text() == "mine"


def test_a_backup_of_an_older_rolecall_comes_back_and_waits_for_its_upgrade(
    filled: str, tmp_path: Path
) -> None:
    upgrade.downgrade(filled, "0010")
    backup.save(filled, tmp_path / "old")
    with pytest.raises(session.Unusable, match="has tables already: say --yes"):
        backup.restore(filled, tmp_path / "old")
    assert backup.restore(filled, tmp_path / "old", replace=True).pending == ("0011",)
    upgrade.upgrade(filled)
    engines = session.open_engines(filled)
    assert checking.check(engines).faults == ()
    engines.close()


@pytest.mark.postgres
def test_without_the_programs_of_postgresql_it_says_what_to_install(
    postgresql_model: str, postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgresql.replace("/postgres?", f"/{postgresql_model}?")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(session.Unusable, match="pg_dump is not there: install PostgreSQL's client programs"):
        backup.save(url, tmp_path / "saved")


def test_a_password_is_in_sight_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\nfor word in "$@" "$PGPASSWORD"; do echo "$word"; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for address in ("rolecall:s3cret@db.example/jobs", "rolecall@db.example/jobs?password=s3cret"):
        told = backup._run(session.address(f"postgresql+psycopg://{address}"), "pg_dump", "--format=custom")
        assert told.split() == [
            "--dbname",
            "postgresql://rolecall@db.example/jobs",
            "--format=custom",
            "s3cret",
        ]


# --------------------------------------------------------------------------- a damaged file


@pytest.fixture
def torn(tmp_path: Path, sqlite_model: Path) -> str:
    """An SQLite database of which a page in the middle is nonsense."""
    file = tmp_path / "rolecall.sqlite3"
    shutil.copy(sqlite_model, file)
    with file.open("r+b") as opened:
        opened.seek(4096 * 7)
        opened.write(b"\xff" * 4096 * 20)
    return f"sqlite:///{file}"


def test_a_damaged_file_is_put_aside_only_when_one_says_so(
    torn: str, sqlite_model: Path, tmp_path: Path
) -> None:
    backup.save(f"sqlite:///{sqlite_model}", tmp_path / "saved")
    with pytest.raises(session.Damaged):
        backup.save(torn, tmp_path / "worthless")
    with pytest.raises(session.Unusable, match="say --yes to put it aside"):
        backup.restore(torn, tmp_path / "saved")
    assert backup.restore(torn, tmp_path / "saved", replace=True).pending == ()
    assert len(list(tmp_path.glob("rolecall.sqlite3.damaged-*"))) == 1
    assert not (tmp_path / "worthless").exists()


def test_a_check_names_rows_that_point_nowhere(sqlite_model: Path, tmp_path: Path) -> None:
    file = tmp_path / "rolecall.sqlite3"
    shutil.copy(sqlite_model, file)
    engines = session.open_engines(f"sqlite:///{file}")
    remembered(engines, "a1")
    with closing(sqlite3.connect(file)) as plain, plain:  # by hand: a session refuses it
        plain.execute("UPDATE listing SET source_id = 77")
    assert "row 1 of listing points at no source" in checking.check(engines).faults
    engines.close()


# --------------------------------------------------------------------------- what must hold

BREAKS = {
    "1 jobs whose canonical listing stands in another job": "UPDATE job SET canonical_id = (SELECT max(id) FROM "
    "listing) WHERE canonical_id = (SELECT min(id) FROM listing)",
    "1 old addresses of merged jobs that are jobs": "INSERT INTO redirect (old_id, job_id) SELECT min(id), max(id) "
    "FROM job",
    "1 listings that were closed before they were seen": "UPDATE listing SET closed_at = '2001-01-01 00:00:00' "
    "WHERE identifier = 'a1'",
    "1 crawl runs that ended before they began": "UPDATE crawl_run SET finished_at = '2001-01-01 00:00:00'",
    "1 crawl runs whose numbers do not add up": "UPDATE crawl_run SET open_after = open_after + 1",
}


def test_a_check_says_what_does_not_hold(filled: str) -> None:
    engines = session.open_engines(filled)
    spider = "UPDATE source SET spider = 'greenhouse'"  # runs of an archive count otherwise
    executed(engines.write, spider, "UPDATE crawl_run SET open_after = open_before + new")
    assert checking.check(engines) == checking.Found((), 0, 0)
    executed(engines.write, *BREAKS.values())
    assert checking.check(engines).faults == tuple(BREAKS)
    engines.close()


def executed(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


# --------------------------------------------------------------------------- by command


def test_by_command_a_home_is_saved_checked_lost_and_brought_back(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    told = json.loads(run("db", "check", "--format", "json").stdout)
    assert (told["faults"], told["index"], told["running"]) == ([], "", 0)
    jobs, file = run("export", "jobs").stdout, tmp_path / "saved.sqlite3"
    database = tmp_path / "here" / "rolecall.sqlite3"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600  # it holds what a backup holds
    assert run("db", "backup", file).stdout == f"saved {file.stat().st_size:,} bytes to {file}\n"
    assert "is there already" in run("db", "backup", file, code=1).stderr
    assert "holds rows already" in run("db", "restore", file, code=1).stderr
    database.unlink()
    assert "now run `rolecall group`, `rolecall index`" in run("db", "restore", file).stderr
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert run("export", "jobs").stdout == jobs
    assert "index     fits" in run("db", "check").stdout


def test_a_check_notices_an_index_of_another_moment(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    url = f"sqlite:///{tmp_path}/here/rolecall.sqlite3"
    executed(create_engine(url), "UPDATE job SET closed_at = '2026-11-21 00:00:00' WHERE role = 'core'")
    result = run("db", "check", code=1)
    assert "0 open jobs are not in it" in result.stdout
    assert "run `rolecall index`" in result.stderr


@pytest.mark.soak
def test_a_restore_that_is_killed_leaves_the_old_rows_or_the_new(sqlite_model: Path, tmp_path: Path) -> None:
    saved, url = tmp_path / "saved", f"sqlite:///{tmp_path}/rolecall.sqlite3"
    for names, file in (("a1 a2", tmp_path / "rolecall.sqlite3"), ("b1 b2 b3", saved)):
        shutil.copy(sqlite_model, file)
        engines = session.open_engines(f"sqlite:///{file}")
        remembered(engines, names)
        engines.close()
    old, new = contents(url), contents(f"sqlite:///{saved}")
    assert old != new
    shutil.copy(tmp_path / "rolecall.sqlite3", tmp_path / "pristine")
    began = time.monotonic()
    assert forked(lambda: backup.restore(url, saved, replace=True), patience=60) == 0
    whole, found = time.monotonic() - began, [contents(url)]
    for number in range(30):
        for log in tmp_path.glob("rolecall.sqlite3-*"):
            log.unlink()
        shutil.copy(tmp_path / "pristine", tmp_path / "rolecall.sqlite3")
        forked(lambda: backup.restore(url, saved, replace=True), patience=whole * number / 25)
        found.append(contents(url))
        assert found[-1] in (old, new)
    assert found[0] == new
    assert old in found


def forked(work: Callable[[], object], patience: float) -> int:
    """Work in a child that is killed when it takes longer; how it ended."""
    if (child := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(0)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return 0
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]
