"""`rolecall sources`: how each source is, a look at its first page, and closures that a person confirms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commandline import counted, lines

from crawler import closing, runs, source, storing
from crawler.items import JobPosting
from db import lease, session
from matcher import roles
from rolecall import __main__ as door
from rolecall import settings

NIGHT = datetime(2026, 11, 19, 3, tzinfo=UTC)
BOARD = "greenhouse:acme"
TOML = """
[[source]]
spider = "greenhouse"
board = "acme"
url = "http://127.0.0.1:9"

[[source]]
spider = "lever"
board = "birch"
enabled = false
"""
Run = Callable[..., Result]


@pytest.fixture
def rolecall(database_url: str, tmp_path: Path) -> Run:
    """`rolecall …` on either database, in a home that names two sources."""
    (tmp_path / "sources.toml").write_text(TOML)
    here = settings.load({"ROLECALL_DATABASE_URL": database_url, "ROLECALL_NOW": "2026-11-21"}, home=tmp_path)

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door.main, words, obj=here)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def night(engines: session.Engines, at: datetime, listed: int) -> None:
    """A night in which the board lists so many."""
    run = runs.Runs(engines, "greenhouse", at, at)
    for number in range(listed):
        posting = JobPosting(title="Call Center Agent", source=BOARD, identifier=str(number))
        run.post(storing.Judged(posting, roles.Role("core", "customer_service", None, "")))
    heard = closing.Heard(listed=listed, postings=listed, end=source.End("meta.total", total=listed))
    run.finish(BOARD, listed, lambda memory: closing.judge(heard, memory))


def test_the_list_tells_what_is_named_how_it_went_and_what_is_held(
    engines: session.Engines, rolecall: Run
) -> None:
    night(engines, NIGHT, 25)
    night(engines, NIGHT + timedelta(days=1), 10)
    crawled, resting = lines(rolecall("sources", "list", "--format", "jsonl"))
    assert (crawled["source"], crawled["host"], crawled["enabled"]) == (BOARD, "127.0.0.1:9", True)
    assert (crawled["status"], crawled["open"], crawled["held"]) == ("partial", 25, 15)
    assert crawled["finished_at"] == "2026-11-20T03:00:00+00:00"
    assert f"rolecall sources confirm {BOARD}" in crawled["reason"]
    assert (resting["source"], resting["enabled"], resting["status"]) == (
        "lever:birch",
        False,
        "at rest",
    )
    assert (resting["open"], resting["held"], resting["finished_at"]) == (0, 0, None)
    for shape in ("table", "csv"):
        said = rolecall("sources", "list", "--format", shape).stdout
        assert "partial" in said
        assert "2026-11-20T03:00:00+00:00" in said


def test_what_was_held_closes_when_a_person_confirms_it_and_once_only(
    engines: session.Engines, rolecall: Run
) -> None:
    night(engines, NIGHT, 25)
    night(engines, NIGHT + timedelta(days=1), 10)
    said = rolecall("sources", "confirm", BOARD)
    assert said.stdout == f"closed 15 listings of {BOARD}\n"
    assert "rolecall group" in said.stderr
    crawled, _ = counted(rolecall("sources", "list", "--format", "json"))
    assert (crawled["open"], crawled["held"]) == (10, 0)
    assert crawled["reason"].endswith("; confirmed")
    listings = lines(rolecall("export", "listings"))
    closed = [row for row in listings if row["closed_at"] == "2026-11-21T00:00:00+00:00"]
    assert (len(listings), len(closed)) == (25, 15)
    assert f"nothing of '{BOARD}' is held" in rolecall("sources", "confirm", BOARD, code=1).stderr


@pytest.mark.parametrize("name", [BOARD, "greenhouse:acm"])
def test_where_nothing_is_held_nothing_can_be_confirmed(
    engines: session.Engines, rolecall: Run, name: str
) -> None:
    night(engines, NIGHT, 3)
    assert f"nothing of '{name}' is held" in rolecall("sources", "confirm", name, code=1).stderr


def test_nobody_confirms_while_another_run_is_at_work(engines: session.Engines, rolecall: Run) -> None:
    with lease.held(engines, "refresh"):
        assert "refresh" in rolecall("sources", "confirm", BOARD, code=3).stderr


def test_a_file_that_is_wrong_is_told_in_one_sentence(rolecall: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("[[source]]\nspider = 'greenhose'\nboard = 'acme'\n")
    for command in ("list", "check"):
        said = rolecall("sources", command, code=1).stderr.splitlines()[-1]
        assert said.startswith(f"Error: {tmp_path}/sources.toml, source 1: 'spider' = 'greenhose' is none of")
        assert said.endswith("did you mean 'greenhouse'?")


def test_the_first_command_that_needs_it_makes_the_file(run: Run, tmp_path: Path) -> None:
    assert "sources.toml" in run("sources", "list").stderr
    assert (tmp_path / "here" / "sources.toml").is_file()
    for row in counted(run("sources", "list", "--format", "json")):
        assert row["status"] == ("never crawled" if row["enabled"] else "at rest")


def test_a_look_at_a_source_that_gives_nothing_ends_with_1_and_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(TOML)
    here = settings.load({"ROLECALL_NOW": "2026-11-21"}, home=tmp_path)
    result = CliRunner().invoke(door.main, ["sources", "check", BOARD, "--format", "json"], obj=here)
    assert result.exit_code == 1
    [row] = json.loads(result.stdout)
    assert (row["source"], row["status"], row["listed"]) == (BOARD, "failed", 0)
    assert "is not a public address" in row["reason"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sources.toml"]


def test_a_source_that_is_not_named_cannot_be_looked_at(rolecall: Run) -> None:
    assert f"did you mean '{BOARD}'?" in rolecall("sources", "check", "greenhouse:acm", code=2).stderr
