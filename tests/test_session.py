"""Engines and sessions: what a database must be to be opened, who may write, and what a failure says."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import QueuePool, exc, select, text

from db import session, upgrade
from db.models import Installation, Lease, Source
from db.queries import installation


def test_a_missing_file_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    file = tmp_path / "there" / "rolecall.sqlite3"
    with pytest.raises(session.Unusable) as error:
        session.open_engines(f"sqlite:///{file}")
    assert str(error.value) == f"no database at {file}: run `rolecall db upgrade`"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_vanishes_later_is_not_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "rolecall.sqlite3"
    upgrade.upgrade(f"sqlite:///{file}")
    engines = session.open_engines(f"sqlite:///{file}")
    engines.close()
    file.unlink()
    for way in (session.reading, session.writing):
        with pytest.raises(session.Unusable, match="cannot be opened"), way(engines) as opened:
            installation.stamp(opened)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_database_of_ours(tmp_path: Path) -> None:
    (tmp_path / "rolecall.sqlite3").touch()
    with pytest.raises(session.Unusable, match="holds no tables yet: run `rolecall db upgrade`"):
        session.open_engines(f"sqlite:///{tmp_path}/rolecall.sqlite3")


def test_a_file_that_is_something_else_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "rolecall.sqlite3").write_bytes(b"These are words, and no pages of a database. " * 200)
    with pytest.raises(session.Unusable, match="is damaged or not a database: restore it from a backup"):
        session.open_engines(f"sqlite:///{tmp_path}/rolecall.sqlite3")


def test_status_finds_damage_deep_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rolecall.sqlite3"
    upgrade.upgrade(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'listing'").fetchone()[0]
    connection.close()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(os.urandom(4096))
    with pytest.raises(session.Unusable, match=r"is damaged \(.+\): restore it from a backup") as told:
        upgrade.status(f"sqlite:///{file}")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "url, sentence",
    [
        ("rolecall.sqlite3", "is no URL"),
        ("", "is no URL"),
        ("postgresql://host:port/name", "is no URL"),
        ("mysql://host/name", "mysql databases cannot be used: choose sqlite:/// or postgresql://"),
        ("sqlite://", "in memory would be forgotten"),
        ("sqlite:///:memory:", "in memory would be forgotten"),
        ("sqlite:///rolecall.sqlite3", "begins at the root: write sqlite:////a/file, with four /"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(session.Unusable, match=sentence):
        session.open_engines(url)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    url = f"postgresql://ann:s3cret@/jobs?host={tmp_path}"
    with pytest.raises(session.Unusable) as error:
        session.open_engines(url)
    assert "cannot be reached: connection" in str(error.value)
    assert "ann:***@" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "revision, sentence",
    [("9999", "was written by a newer Rolecall (9999): upgrade Rolecall"), (None, "holds no tables yet")],
)
def test_a_database_at_another_revision_is_refused(
    database_url: str, revision: str | None, sentence: str
) -> None:
    engines = session.open_engines(database_url)
    with session.writing(engines) as opened:
        opened.execute(text("DELETE FROM alembic_version"))
        if revision is not None:
            opened.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    engines.close()
    with pytest.raises(session.Unusable) as error:
        session.open_engines(database_url)
    assert sentence in str(error.value)


def test_writing_commits_at_the_end(engines: session.Engines) -> None:
    with session.writing(engines) as opened:
        installation.set_generation(opened, 4)
    assert generation(engines) == 4


def test_an_error_leaves_nothing_written(engines: session.Engines) -> None:
    def fail() -> None:
        with session.writing(engines) as opened:
            installation.set_generation(opened, 4)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert generation(engines) == 0


def test_a_reader_cannot_write(engines: session.Engines) -> None:
    with pytest.raises(session.Unusable, match="may not be written"), session.reading(engines) as opened:
        installation.set_generation(opened, 4)
    with session.writing(engines) as opened:
        installation.set_generation(opened, 5)
    assert generation(engines) == 5


def test_a_reader_sees_one_moment_and_never_waits_for_a_writer(engines: session.Engines) -> None:
    with session.reading(engines) as reader:
        assert installation.generation(reader) == 0
        with session.writing(engines) as writer:
            installation.set_generation(writer, 6)
            assert installation.generation(reader) == 0
        assert installation.generation(reader) == 0
    assert generation(engines) == 6


def test_a_reader_that_becomes_a_writer_loses_no_update(engines: session.Engines) -> None:
    """Read, then write: both wait for the other from the start, or this ends in an error or below 20."""

    def count_up() -> None:
        for _ in range(5):
            with session.writing(engines) as opened:
                row = select(Installation).with_for_update()
                opened.scalars(row).one().generation += 1

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert generation(engines) == 20
    if engines.write.dialect.name == "sqlite":  # each that is kept holds megabytes of what was written
        assert isinstance(engines.write.pool, QueuePool)
        assert engines.write.pool.checkedin() == 1


def test_a_writer_waits_as_long_as_it_is_patient(engines: session.Engines) -> None:
    with session.writing(engines) as first:
        installation.set_generation(first, 7)
        with (
            pytest.raises(session.Locked, match="is locked by another writer"),
            session.writing(engines, patience=0.1) as second,
        ):
            installation.set_generation(second, 8)
    assert generation(engines) == 7


def test_foreign_keys_hold(engines: session.Engines) -> None:
    with pytest.raises(exc.IntegrityError), session.writing(engines) as opened:
        opened.execute(text("INSERT INTO redirect (old_id, job_id) VALUES ('a', 'nowhere')"))


def test_words_stand_in_one_order_on_both_engines(engines: session.Engines) -> None:
    names = ["b", "A", "a", "ä", "Z", "_", "é", "1", "-"]
    with session.writing(engines) as opened:
        opened.add_all(Source(name=name, spider="archive") for name in names)
    with session.reading(engines) as opened:
        assert list(opened.scalars(select(Source.name).order_by(Source.name))) == sorted(names)


def test_moments_come_back_in_utc_and_need_a_zone(engines: session.Engines) -> None:
    moment = datetime(2026, 1, 15, 3, 30, tzinfo=timezone(timedelta(hours=-5)))
    words = {"name": "a", "holder": "b", "work": "c", "acquired_at": moment}
    with session.writing(engines) as opened:
        opened.add(Lease(**words, heartbeat_at=moment))
    with session.reading(engines) as opened:
        found = opened.scalars(select(Lease.heartbeat_at)).one()
    assert (found, found.tzinfo) == (moment, UTC)
    with pytest.raises(exc.StatementError, match="has no time zone"), session.writing(engines) as opened:
        opened.add(Lease(**words, heartbeat_at=datetime(2026, 1, 15)))  # noqa: DTZ001 - the mistake meant


def test_an_sqlite_file_is_set_up_for_one_writer_and_many_readers(tmp_path: Path) -> None:
    upgrade.upgrade(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    engines = session.open_engines(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    expected = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000, "synchronous": 1}
    for way, query_only in ((session.reading, 1), (session.writing, 0)):
        with way(engines) as opened:
            held = {name: opened.scalar(text(f"PRAGMA {name}")) for name in (*expected, "query_only")}
        assert held == expected | {"query_only": query_only}
    engines.close()


def test_a_full_disk_is_told_and_undone(tmp_path: Path) -> None:
    def write_much(engines: session.Engines) -> None:
        with session.writing(engines) as opened:
            pages = opened.scalar(text("PRAGMA page_count"))
            opened.execute(text(f"PRAGMA max_page_count = {pages}"))
            installation.set_generation(opened, 3)
            opened.add_all(Source(name=f"{number} {'x' * 3000}", spider="archive") for number in range(50))

    upgrade.upgrade(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    engines = session.open_engines(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    with pytest.raises(session.Unusable, match="the disk is full"):
        write_much(engines)
    assert generation(engines) == 0
    engines.close()


def generation(engines: session.Engines) -> int:
    with session.reading(engines) as opened:
        return installation.generation(opened)
