"""`rolecall sources remove`: an entry goes and the rest of the file stays; --forget leaves nothing behind."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from commandline import lines, write
from pages import opened
from sqlalchemy import make_url, select

from db import lease, session
from db.models import Base, Job, Listing, Pair, Verdict
from matcher import grouping
from rolecall import __main__ as door
from rolecall import settings

Run = Callable[..., Result]
CANARY = "quokkabyte"
GONE = ("take:down", f"{CANARY}-b")
TEXT = (
    "Answer inbound calls about gas bills in English and Spanish, note calls in Zendesk, take payments and book an"
    " engineer where a meter leaks. Evening shift, and a year of call center experience."
)
AGENT: dict[str, Any] = {
    "title": "Customer Service Representative",
    "company": "Harbor Gas",
    "location": "Columbus, OH",
    "description": TEXT,
}
ADS = [
    {**AGENT, "source": "take:down", "id": "a1", "url": f"https://{CANARY}.example/a1"},
    {**AGENT, "source": "stay", "id": "a2"},
    {
        "source": "take:down", "id": f"{CANARY}-b", "title": f"Front Desk Agent {CANARY}", "company": f"{CANARY} Clinic",
        "location": f"{CANARY}ville", "description": f"Greet the {CANARY} patients. Write to ann@{CANARY}.example.",
    },
    {"source": "take:down", "id": f"{CANARY}-c", "title": f"{CANARY} Astronomer", "company": "Nobody"},
    {"source": "stay", "id": "c1", "title": "Chat Agent", "company": "Plum", "description": "Answer chats from home."},
]  # fmt: skip
TOML = """# Mine, all mine.

# Boards
[[source]]
spider = "greenhouse"  # the first
board = "acme"

# Of Europe
[[source]]
# said by Ruth
spider = "lever"
board = "birch"
enabled = false

# The end.
"""


@pytest.fixture
def rolecall(database_url: str, tmp_path: Path) -> Run:
    (tmp_path / "sources.toml").write_text(TOML)
    here = settings.load(
        {"ROLECALL_DATABASE_URL": database_url, "ROLECALL_NOW": "2026-11-21T12:00:00Z"}, home=tmp_path
    )

    def invoke(*words: object, code: int = 0, text: str | None = None) -> Result:
        result = CliRunner().invoke(door.main, [str(word) for word in words], obj=here, input=text)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


@pytest.fixture
def filled(rolecall: Run, tmp_path: Path) -> Run:
    """Five ads of two archives, one of them in both, one dropped; grouped and indexed."""
    (tmp_path / "ads").mkdir()
    ads = write(tmp_path / "ads" / "ads.jsonl", ADS)
    rolecall("import", ads)
    rolecall("group")
    rolecall("index")
    ads.unlink()
    return rolecall


def jobs(run: Run) -> dict[str, Any]:
    return {
        row["job"]: [f"{one['source']} {one['identifier']}" for one in row["listings"]]
        for row in lines(run("export", "jobs"))
    }


def test_an_entry_is_taken_out_and_the_comments_of_others_stay(rolecall: Run, tmp_path: Path) -> None:
    said = rolecall("sources", "remove", "lever:birch")
    assert said.stdout == f"taken out of {tmp_path}/sources.toml: lever:birch\n"
    left = (tmp_path / "sources.toml").read_text()
    assert left == TOML.partition("[[source]]\n# said")[0] + "\n# The end.\n"
    said = rolecall("sources", "remove", "greenhouse:acme")
    assert "it was the only one" in said.stderr
    assert (
        tmp_path / "sources.toml"
    ).read_text() == "# Mine, all mine.\n\n# Boards\n\n# Of Europe\n\n# The end.\n"


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("lever:brich",), "did you mean 'lever:birch'?"),
        (("take:down",), "names no 'take:down'; to delete what is remembered of it, add --forget"),
        (("lever:brich", "--forget"), "nothing is known of a source 'lever:brich': did you mean 'lever:birch'?"),
        (("nobody", "--forget"), "nothing is known of a source 'nobody'"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_removed(
    run: Run, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "sources.toml").write_text(TOML)
    assert sentence in run("sources", "remove", *words, code=1).stderr


def test_a_deletion_that_was_stopped_half_way_is_brought_to_its_end_by_saying_it_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    home, ads = tmp_path / "here", write(tmp_path / "ads.jsonl", ADS)
    for words in (("import", ads), ("group",), ("index",)):
        run(*words)
    with monkeypatch.context() as patch:
        patch.setattr(grouping, "regroup", killed)
        run("sources", "remove", "take:down", "--forget", "--yes", code=130)
    assert [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    said = run("sources", "remove", "take:down", "--forget", "--yes")
    assert "nothing is known of a source 'take:down'" in said.stderr
    assert "grouped and indexed anew" in said.stdout
    for path in home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes().lower(), path
    run("import", write(ads, [{**AGENT, "source": "take:dawn", "id": "1"}]))  # a name so near may be meant
    assert (
        "did you mean 'take:dawn'?"
        in run("sources", "remove", "take:down", "--forget", "--yes", code=1).stderr
    )


def test_nothing_is_deleted_without_a_yes_nor_while_another_run_is_at_work(run: Run, tmp_path: Path) -> None:
    run("import", write(tmp_path / "ads.jsonl", ADS))
    said = run("sources", "remove", "take:down", "--forget", code=1, text="n\n")
    assert "(2 listings, 1 run, 1 drop, 0 pages, 0 verdicts)" in said.stdout
    engines = session.open_engines(f"sqlite:///{tmp_path}/here/rolecall.sqlite3")
    with closing(engines), lease.held(engines, "refresh"):
        assert "refresh" in run("sources", "remove", "take:down", "--forget", "--yes", code=3).stderr
    assert len(lines(run("export", "listings"))) == 4


def test_a_forgotten_source_leaves_nothing_and_costs_others_nothing(
    filled: Run, engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    before = jobs(filled)
    assert sorted(before.values()) == [["stay a2", "take:down a1"], ["stay c1"], [f"take:down {CANARY}-b"]]
    decided = {"decision": "different", "decided_by": "ann", "decided_at": datetime(2026, 11, 20, tzinfo=UTC)}
    with session.writing(engines) as db:
        for a, b in ((GONE, ("stay", "a2")), (("stay", "c1"), GONE), (("stay", "a2"), ("stay", "c1"))):
            ids = {"source_a": a[0], "identifier_a": a[1], "source_b": b[0], "identifier_b": b[1]}
            db.add(Verdict(**ids, **decided))
    said = filled("sources", "remove", "take:down", "--forget", "--yes").stdout
    assert "deleted: 2 listings, 1 run, 1 drop, 0 pages, 2 verdicts" in said
    assert "jobs: 1 gone, 1 kept, which other sources list too" in said
    after = jobs(filled)
    assert sorted(after.values()) == [["stay a2"], ["stay c1"]]
    assert after.keys() < before.keys()
    with session.reading(engines) as db:
        for table in Base.metadata.sorted_tables:
            assert CANARY not in repr(db.execute(select(table)).all()), table.name
            assert "take:down" not in repr(db.execute(select(table)).all()), table.name
        assert [pair.relation for pair in db.scalars(select(Pair)) if pair.relation == "job"] == []
        kept = {listing.id: listing.job_id for listing in db.scalars(select(Listing))}
        assert all(kept[job.canonical_id] == job.id and not job.reasons for job in db.scalars(select(Job)))
    [gone] = before.keys() - after.keys()
    [shared] = [job for job, those in before.items() if len(those) == 2]
    with opened(database_url, tmp_path / "index") as app:
        client = app.test_client()
        assert client.get(f"/jobs/{gone}").status_code == 404
        assert client.get(f"/jobs/{shared}").status_code == 200
        assert CANARY not in client.get("/sources").text


def test_nothing_deleted_can_be_read_in_any_file_of_the_home(
    filled: Run, database_url: str, tmp_path: Path
) -> None:
    if (file := session.path(make_url(database_url))) is None:
        pytest.skip("PostgreSQL keeps its own files")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:  # the pages are served: the log stays
        other.execute("SELECT * FROM source").fetchall()
        other.execute("PRAGMA secure_delete=OFF")
        other.execute("UPDATE listing SET description = 'Once.' || description WHERE identifier = 'a1'")
        other.execute("DELETE FROM page")
        before = [
            path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
        ]
        assert len(before) >= 2
        filled("sources", "remove", "take:down", "--forget", "--yes")
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes().lower(), path
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_who_reads_meanwhile_is_told_of(
    filled: Run, engines: session.Engines, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PATIENCE", 0.1)
    if session.path(make_url(database_url)) is None:
        pytest.skip("of SQLite's log")
    with session.reading(engines) as db:
        db.scalars(select(Listing)).all()
        assert (
            "somebody reads the database"
            in filled("sources", "remove", "take:down", "--forget", "--yes").stderr
        )
    assert json.loads(filled("db", "status", "--format", "json").stdout)
