"""`rolecall settings` and `rolecall db`: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from db import upgrade
from rolecall import settings
from rolecall.commands import database
from rolecall.commands import settings as settings_commands


def run(command: Command, *words: str, home: Path, **variables: str) -> Result:
    told = settings.load(variables | {"ROLECALL_HOME": str(home)})
    return CliRunner().invoke(command, words, obj=told)


def test_settings_show_says_each_value_and_who_said_so(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text('log_level = "ERROR"\n', encoding="utf-8")
    result = run(settings_commands.settings, "show", home=tmp_path, ROLECALL_ROLES="core")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == list(settings.Settings.model_fields)
    assert f"ERROR {tmp_path / settings.FILE}" in " ".join(result.output.split())
    assert "roles core ROLECALL_ROLES" in " ".join(result.output.split())


def test_settings_show_as_json_says_what_each_is_about(tmp_path: Path) -> None:
    url = "postgresql://ann:s3cret@db.example/jobs"
    result = run(
        settings_commands.settings, "show", "--format", "json", home=tmp_path, ROLECALL_DATABASE_URL=url
    )
    rows = {row["name"]: row for row in json.loads(result.output)}
    assert rows["database_url"]["value"] == "postgresql://ann:***@db.example/jobs"
    assert rows["database_url"]["said_by"] == "ROLECALL_DATABASE_URL"
    assert rows["roles"]["value"] == ["core", "adjacent"]
    assert rows["now"]["value"] is None
    assert all(row["about"] for row in rows.values())


def test_a_database_is_made_by_upgrade_and_by_nothing_else(tmp_path: Path) -> None:
    home = tmp_path / "new"
    missing = run(database.db, "status", home=home)
    assert missing.exit_code == 1
    assert missing.output == f"Error: no database at {home}/rolecall.sqlite3: run `rolecall db upgrade`\n"
    assert not home.exists()
    assert run(database.db, "upgrade", home=home).exit_code == 0
    assert run(database.db, "upgrade", home=home).exit_code == 0
    there = run(database.db, "status", "--format", "json", home=home)
    assert there.exit_code == 0
    found = json.loads(there.output)
    assert found["database"] == f"{home}/rolecall.sqlite3"
    assert (found["current"], found["pending"]) == (found["head"], [])


def test_status_ends_with_1_when_the_tables_are_behind(database_url: str, tmp_path: Path) -> None:
    upgrade.downgrade(database_url, "base")
    result = run(database.db, "status", home=tmp_path, ROLECALL_DATABASE_URL=database_url)
    assert result.exit_code == 1
    assert "behind this Rolecall: run `rolecall db upgrade`" in result.output


@pytest.mark.parametrize("command", ["status", "upgrade"])
def test_a_damaged_file_is_told_in_one_sentence_and_left_as_it_is(tmp_path: Path, command: str) -> None:
    file = tmp_path / "rolecall.sqlite3"
    file.write_bytes(b"not a database at all, whatever its name says" * 100)
    before = file.read_bytes()
    result = run(database.db, command, home=tmp_path)
    assert (result.exit_code, result.output) == (
        1,
        f"Error: {file} is damaged or not a database: restore it from a backup\n",
    )
    assert file.read_bytes() == before
