"""The demo's postings through the program, crawled and imported, compared with what their author wrote down."""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import serving
from click.testing import CliRunner
from sqlalchemy import create_engine

from crawler import demo, records, refresh, sources
from db import lease, models, session
from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import demo as demo_command

TODAY = date(2026, 11, 21)
UNTOLD = {"import": {"title", "role"}, "crawl": {"title", "role", "date"}}  # an archive has no today
Key = tuple[str, str]
Run = Callable[..., str]


def program(home: Path, hour: int = 12) -> Run:
    """`rolecall …` in a home."""

    def invoke(*arguments: object) -> str:
        here = settings.load({"ROLECALL_NOW": f"{TODAY}T{hour}:00:00Z"}, home=home)
        result = CliRunner().invoke(door.main, [str(word) for word in arguments], obj=here)
        assert result.exit_code == 0, result.output + repr(result.exception)
        return result.stdout

    return invoke


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the same postings as a file, grouped."""
    home = tmp_path_factory.mktemp("imported")
    demo.write(home / "postings.jsonl", TODAY)
    program(home)("import", home / "postings.jsonl")
    program(home)("group")
    return home


@pytest.fixture(scope="module", params=UNTOLD)
def way(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def run(way: str, request: pytest.FixtureRequest) -> Run:
    """`rolecall …` in the home that was filled this way."""
    return program(request.getfixturevalue({"import": "imported", "crawl": "demo_home"}[way]))


@pytest.fixture(scope="module")
def truth() -> dict[Key, dict[str, str]]:
    file = Path(__file__).parent / "data" / "demo_truth.csv"
    with file.open(newline="", encoding="utf-8") as lines:
        return {(row["source"], row["identifier"]): row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def jobs(run: Run) -> dict[Key, dict[str, Any]]:
    """The job of every listing."""
    return {(it["source"], it["identifier"]): job for job in told(run, "jobs") for it in job["listings"]}


def told(run: Run, what: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("export", what).splitlines()]


def pairs(kept: dict[Key, Any], same: Callable[[Any, Any], bool]) -> set[tuple[Key, Key]]:
    return {(a, b) for a, b in itertools.combinations(sorted(kept), 2) if same(kept[a], kept[b])}


def easy(truth: dict[Key, dict[str, str]], found: set[tuple[Key, Key]]) -> set[tuple[Key, Key]]:
    """Without what its author called hard."""
    return {pair for pair in found if not any(truth[key]["hard"] for key in pair)}


def test_what_is_not_customer_service_or_has_no_title_or_no_time_is_dropped(
    way: str, run: Run, truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    must = {key for key, row in truth.items() if row["dropped"] in UNTOLD[way] and not row["hard"]}
    may = must | {key for key, row in truth.items() if row["hard"]}
    dropped = {(row["source"], row["identifier"]) for row in told(run, "drops")}
    assert must <= dropped <= may
    assert dropped | set(jobs) == set(truth)
    assert not dropped & set(jobs)


def test_copies_are_one_job_and_nothing_else_is(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: a["job"] == b["job"])
    found = pairs(jobs, lambda a, b: a["job"] == b["job"])
    assert found <= right
    assert easy(truth, right) <= found


def test_one_ad_in_several_places_is_one_card(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: bool(a["campaign"]) and a["campaign"] == b["campaign"])
    found = pairs(jobs, lambda a, b: a["campaign"] is not None and a["campaign"] == b["campaign"])
    assert found <= right
    assert easy(truth, right) <= found


def test_one_text_of_several_employers_is_linked_and_never_merged(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: bool(a["template"]) and a["template"] == b["template"])
    found = pairs(jobs, lambda a, b: a["template"] is not None and a["template"] == b["template"])
    assert right
    assert found == right


def test_a_crawl_stores_what_an_import_of_the_same_postings_stores(demo_home: Path, imported: Path) -> None:
    by_crawl, by_import = (
        {(row["source"], row["identifier"]): row for row in told(program(home), "listings")}
        for home in (demo_home, imported)
    )
    assert len(by_crawl) > 110
    assert by_crawl.keys() <= by_import.keys()
    for key, row in by_crawl.items():
        assert said(row, key[0], crawl=True) == said(by_import[key], key[0], crawl=False), key


def said(row: dict[str, Any], name: str, *, crawl: bool) -> dict[str, Any]:
    """What both ways must say alike of a listing, as far as its source's format can say it."""
    spider, _, board = name.partition(":")
    amount = row["base_salary"] or {}
    pay = [amount.get(part) for part in ("min_value", "max_value", "currency", "unit_text")]
    places = [{part: text for part, text in one.items() if part != "text"} for one in row["job_location"]]
    alike = {
        **{part: row[part] for part in ("title", "description", "date_posted", "valid_through")},
        **{part: row[part] for part in ("job_location_type", "employment_type", "role", "level")},
        "hiring_organization": row["hiring_organization"],
        "requisition": row["requisition"],
        "places": places,
        "pay": pay,
    }
    if spider in ("ashby", "lever"):
        alike["hiring_organization"] = records.spelled(board)  # no employer is named
        del alike["requisition"]  # and no number
        if crawl:
            assert row["hiring_organization"] == records.spelled(board)
    if spider == "smartrecruiters":
        del alike["pay"]
    if spider == "lever" and not (amount.get("min_value") and amount.get("unit_text")) and amount:
        del alike["description"]  # words about pay stand below the text
    return alike


@pytest.mark.soak
def test_a_web_that_did_not_change_changes_nothing_but_what_counts_the_nights(
    demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    before, indexed = tables(home), index_files(home)
    program(home, hour=18)("demo", "--no-serve", "--home", home, "--limit", 1)
    assert len(before["listing"]) > 110 < len(before["page"])
    assert tables(home) == before
    assert index_files(home) == indexed
    a_night_later(home)
    assert tables(home) == before
    assert index_files(home) == indexed


def a_night_later(home: Path) -> None:
    """A refresh over the pages of the day before."""
    address = f"sqlite:///{home}/rolecall.sqlite3"
    every = sources.read(home / "sources.toml", sources.spiders(), ())
    night = refresh.Night(
        now=datetime(2026, 11, 22, 14, tzinfo=UTC), wanted=("core", "adjacent"), replay=home / "web"
    )
    engines = session.open_engines(address)
    with lease.held(engines, "test") as held:
        report = refresh.refresh(engines, address, every, night, home / "index", held, lambda *_: None)
    engines.close()
    assert {one.status for one in report.outcomes} == {"complete"}
    assert report.wrong == []


COUNTED = {  # crawl runs aside
    "listing": {"last_seen", "run_id"},
    "tally": {"last_seen"},
    "drop": {"last_seen", "nights"},
}


def tables(home: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table in full, without what counts nights."""
    engine = create_engine(f"sqlite:///{home}/rolecall.sqlite3")
    with engine.connect() as db:
        found = {
            table.name: [dict(row) for row in db.execute(table.select()).mappings()]
            for table in models.Base.metadata.sorted_tables
            if table.name != "crawl_run"
        }
    engine.dispose()
    return {
        name: [{column: row[column] for column in row.keys() - COUNTED.get(name, set())} for row in rows]
        for name, rows in found.items()
    }


def index_files(home: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in (home / "index").rglob("*")
        if file.is_file()
    }


def test_the_demo_prints_ranked_jobs_with_reasons_for_a_resume(demo_home: Path) -> None:
    told = demo_home.with_suffix(".made").read_text()
    assert "listings are" in told
    first, *_ = told.partition("The best jobs for bilingual_representative.txt")[2].split("\n\n")[1:]
    assert "  1  " in first
    for label in ("why:", "have:", "you:", "ad:"):
        assert label in first


def test_the_demo_keeps_out_of_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ada")
    here = settings.load({}, home=tmp_path)
    told = CliRunner().invoke(door.main, ["demo", "--no-serve", "--home", str(tmp_path)], obj=here)
    assert told.exit_code == 2
    assert "holds something else" in told.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_the_demo_opens_its_pages_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with serving.started("rolecall", "demo", "--port", "0", TMPDIR=str(tmp_path)) as one:
        page = one.raw(b"GET / HTTP/1.0\r\n\r\n").decode()
        [home] = tmp_path.glob("rolecall-demo.*")
        offered = {file.name for file in (home / "resumes").iterdir()}
        code, said = one.stop()
    assert " 200 OK\r\n" in page
    assert "of 150 postings" in said
    assert str(home / "resumes") in said
    assert offered == {"bilingual_representative.txt", "career_changer.docx", "team_lead.pdf"}
    assert all(name in said for name in offered)
    assert (code, "Traceback" in said, list(tmp_path.iterdir())) == (0, False, [])


def test_a_demo_that_is_stopped_amid_its_night_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rolecall", "demo", "--port", "0"]
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=serving.ROOT, env=environ, stderr=subprocess.PIPE) as process:
        while not list(tmp_path.glob("rolecall-demo.*/rolecall.sqlite3")):
            assert process.poll() is None, "it was done before it could be stopped"
            threading.Event().wait(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.decode().splitlines()[-1]) == (143, "stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_demo_takes_a_free_port_unless_it_was_told_one_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = CliRunner().invoke(
            door.main, ["demo", "--port", str(port)], obj=settings.load({}, home=tmp_path)
        )
        assert told.exit_code == 1
        assert (
            told.stderr
            == f"Error: port {port} is taken: stop what listens there, or choose another with --port\n"
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo_command, "PORT", port)
            with demo_command.listening(None) as free:
                assert free.getsockname()[1] not in (0, port)


@pytest.mark.parametrize(
    "words, told",
    [
        (["--limit", "3"], "RESUME and --limit are for --no-serve"),
        ([__file__], "RESUME and --limit are for --no-serve"),
        (["--no-serve", "--port", "8000"], "--port and --no-serve exclude each other"),
    ],
)
def test_what_a_demo_would_not_heed_is_refused(tmp_path: Path, words: list[str], told: str) -> None:
    here = settings.load({}, home=tmp_path)
    result = CliRunner().invoke(door.main, ["demo", *words], obj=here)
    assert (result.exit_code, told in result.stderr) == (2, True)
