"""SQLite and PostgreSQL tell the same story, byte for byte."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import new_database

from crawler import demo
from rolecall import __main__ as door
from rolecall import settings

TODAY = date(2026, 11, 21)
TOLD = (
    ["export", "jobs"],
    ["export", "listings"],
    ["export", "duplicates"],
    ["export", "drops"],
    ["sources", "list", "--format", "json"],
    ["match", "resume.txt", "--format", "json"],
)


def story(home: Path, url: str) -> dict[str, str]:
    """What is printed of the demo's postings, imported in two nights, grouped and indexed."""
    rows = [json.dumps(row) for row in demo.rows(TODAY)]
    (home / "first.jsonl").write_text("\n".join(rows[:100]))
    (home / "then.jsonl").write_text("\n".join(rows[30:]))
    resume = home / "resume.txt"
    resume.write_text(
        "Call center agent, bilingual in Spanish. Five years of inbound calls, chat and Zendesk."
    )

    def rolecall(now: str, *words: str) -> str:
        here = settings.load({"ROLECALL_NOW": now, "ROLECALL_DATABASE_URL": url}, home=home)
        told = [str(resume) if word == resume.name else word for word in words]
        done = CliRunner().invoke(door.main, told, obj=here, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    for day, file in (("20", "first"), ("21", "then")):
        now = f"2026-11-{day}T03:00:00Z"
        rolecall(now, "import", str(home / f"{file}.jsonl"))
        rolecall(now, "group")
        rolecall(now, "index")
    return {" ".join(words): rolecall("2026-11-21T12:00:00Z", *words) for words in TOLD}


@pytest.mark.soak
@pytest.mark.postgres
def test_both_databases_tell_the_same_of_two_nights_and_of_a_search(postgresql: str, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("sqlite", "postgresql")]
    for home in homes:
        home.mkdir()
    with contextmanager(new_database)(postgresql) as url:
        here, there = story(homes[0], f"sqlite:///{homes[0]}/rolecall.sqlite3"), story(homes[1], url)
    assert len(here["export jobs"].splitlines()) > 50
    assert json.loads(here["match resume.txt --format json"])
    for words in here:
        assert here[words] == there[words], words
    indexes = [
        {file.relative_to(home / "index").name: file.read_bytes() for file in (home / "index").rglob("*.npy")}
        for home in homes
    ]
    assert len(indexes[0]) > 10
    assert indexes[0] == indexes[1]
