"""The tables' history: it gives the tables of the models, forth and back, all or none."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from crawler import runs, storing
from crawler.items import JobPosting, Place
from db import migrations, queries, session, upgrade
from db.models import Base
from db.queries import installation
from matcher import roles


def test_the_first_upgrade_makes_every_table_and_stamps_the_database(empty_url: str) -> None:
    status = upgrade.upgrade(empty_url)
    assert (status.current, status.pending) == (status.head, ())
    engines = session.open_engines(empty_url)
    with session.reading(engines) as opened:
        assert len(installation.stamp(opened)) == 32
        assert installation.generation(opened) == 0
    engines.close()


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    first = upgrade.upgrade(empty_url)
    stamp = stamped(empty_url)
    assert upgrade.upgrade(empty_url) == first
    assert stamped(empty_url) == stamp


def test_two_databases_have_two_stamps(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{name}/rolecall.sqlite3" for name in ("a", "b")]
    for url in urls:
        upgrade.upgrade(url)
    assert stamped(urls[0]) != stamped(urls[1])


def test_the_numbers_of_the_files_are_the_history() -> None:
    revisions = ScriptDirectory(str(migrations.HERE)).walk_revisions()
    assert migrations.history() == tuple(script.revision for script in revisions)[::-1]


def test_alembic_finds_no_difference_to_the_models(database_url: str) -> None:
    engine = session.engine(session.address(database_url))
    with engine.connect() as connection:
        command.check(migrations.config(connection))
    engine.dispose()


def test_checks_and_foreign_keys_are_the_models_too(database_url: str) -> None:
    """Alembic compares no checks, so their names are compared here."""
    engine = session.engine(session.address(database_url))
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        assert checks == {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        keys = {(key["name"], key["options"].get("ondelete")) for key in found.get_foreign_keys(table.name)}
        assert keys == {(key.name, key.ondelete) for key in table.foreign_key_constraints}
    engine.dispose()


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    assert upgrade.downgrade(database_url, "base").current is None
    engine = create_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    with pytest.raises(session.Unusable, match="holds no tables yet: run `rolecall db upgrade`"):
        session.open_engines(database_url)
    assert upgrade.upgrade(database_url).pending == ()
    session.open_engines(database_url).close()


ADDED = {"source": {"attribution", "sweep"}, "listing": {"language", "demands"}, "listing_place": set()}


def rows(url: str) -> dict[str, list[dict[str, object]]]:
    """What stands in the tables that the third migration touches, whatever columns they have."""
    engine = create_engine(session.address(url))
    with engine.connect() as connection:
        found = {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608
            for table in ADDED
        }
    engine.dispose()
    return found


def test_a_source_its_listing_and_its_place_outlast_the_third_migration_there_and_back(
    database_url: str,
) -> None:
    engines, now = session.open_engines(database_url), datetime(2026, 11, 21, tzinfo=UTC)
    run = runs.Runs(engines, "archive", now, now)
    there = (Place(text="Omaha, NE", address_locality="Omaha", address_region="NE"),)
    words = "Answer the calls of our customers, and help them with their orders, by phone and by chat. " * 5
    told = JobPosting(source="a", identifier="7", title="Agent", description=words, job_location=there)
    run.post(storing.Judged(told, roles.Role("core", "customer_service", None, "")))
    run.close()
    with session.writing(engines) as db:
        queries.sources.set_attribution(db, 1, {"text": "A", "url": "https://a.example"})
    engines.close()
    before = rows(database_url)
    assert (before["listing"][0]["language"], len(before["listing_place"])) == ("en", 1)
    old = {
        table: [{name: row[name] for name in row.keys() - ADDED[table]} for row in found]
        for table, found in before.items()
    }
    for _ in range(2):
        upgrade.downgrade(database_url, "0002")
        assert rows(database_url) == old
        upgrade.upgrade(database_url)
        assert rows(database_url) == {
            table: [row | dict.fromkeys(ADDED[table]) for row in found] for table, found in old.items()
        }


def test_a_failed_migration_leaves_the_old_state_and_a_retry_succeeds(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW pair AS SELECT 1 AS a"))  # in the way of one of the last tables
    with pytest.raises(session.Unusable, match=r"left as it is, the upgrade failed: .*already exists"):
        upgrade.upgrade(empty_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("DROP VIEW pair"))
    engine.dispose()
    assert upgrade.upgrade(empty_url).pending == ()


def test_a_stranger_s_tables_are_left_alone(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE job (boss text)"))
    engine.dispose()
    with pytest.raises(session.Unusable, match="already holds tables named job: give Rolecall its own"):
        upgrade.upgrade(empty_url)


def test_upgrades_at_once_are_one_upgrade(empty_url: str) -> None:
    ended: list[upgrade.Status] = []
    threads = [threading.Thread(target=lambda: ended.append(upgrade.upgrade(empty_url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status.pending for status in ended] == [()] * 4
    assert len(stamped(empty_url)) == 32


def test_status_says_what_is_to_come(database_url: str) -> None:
    assert upgrade.status(database_url).pending == ()
    upgrade.downgrade(database_url, "base")
    assert upgrade.status(database_url).pending == migrations.history()


def stamped(url: str) -> str:
    engines = session.open_engines(url)
    with session.reading(engines) as opened:
        stamp = installation.stamp(opened)
    engines.close()
    return stamp
