"""`rolecall refresh`, `crawl` and `schedule` as a person calls them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from commandline import counted

from db import lease, queries, session

ROOT = Path(__file__).parents[1]
JOBS = [
    {
        "id": number,
        "title": "Call Center Agent" if number else "Welder",
        "absolute_url": f"https://jobs.example/{number}",
        "location": {"name": town},
        "content": f"&lt;p&gt;Answer calls about water bills in {town}.&lt;/p&gt;",
    }
    for number, town in enumerate(("Tulsa, OK", "Dayton, OH", "Salem, OR"))
]


class Boards(BaseHTTPRequestHandler):
    """Boards by their names: `acme` lists three postings, others nobody knows; robots.txt there is none."""

    def do_GET(self) -> None:
        known = "/boards/acme/" in self.path
        page = json.dumps({"jobs": JOBS, "meta": {"total": len(JOBS)}}).encode() if known else b"{}"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home that `run` works in."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def url(home: Path) -> Iterator[str]:
    """The address of a server on this machine, that may be crawled."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Boards)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (home / "rolecall.toml").write_text(f'allow_private = ["127.0.0.1:{server.server_port}"]\n')
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def name_sources(home: Path, url: str, *boards: str) -> None:
    """Write sources.toml."""
    entry = '[[source]]\nspider = "greenhouse"\nboard = "{}"\nurl = "{}"\ncrawl_delay = 0.01\n'
    (home / "sources.toml").write_text("".join(entry.format(board, url) for board in boards))


def test_a_refresh_makes_the_database_and_says_how_each_source_did_with_the_sums(
    run: Callable[..., Result], home: Path, url: str
) -> None:
    name_sources(home, url, "acme", "nobody")
    told = counted(run("refresh", "--format", "json"))
    acme, nobody = told["sources"]
    assert (acme["source"], acme["status"], acme["listed"], acme["new"], acme["dropped"]) == (
        "greenhouse:acme",
        "complete",
        3,
        2,
        1,
    )
    assert (nobody["status"], "HTTP 404" in nobody["reason"]) == ("failed", True)
    assert (told["sums"]["listed"], told["sums"]["new"], told["wrong"]) == (3, 2, [])
    assert (told["grouped"]["listings"], told["indexed"]) == (2, 2)
    result = run("refresh", now="2026-11-22T12:00:00Z")
    lines = result.stdout.splitlines()
    assert lines[0].split()[:5] == ["source", "status", "listed", "new", "changed"]
    assert lines[1].split()[:6] == ["greenhouse:acme", "complete", "3", "0", "0", "1"]
    assert lines[3].split()[:4] == ["2", "sources", "3", "0"]
    assert lines[4].startswith("greenhouse:nobody: ")
    name_sources(home, url, "nobody", "nobody2")
    result = run("refresh", "--format", "json", code=1, now="2026-11-23T12:00:00Z")
    assert "every source failed" in result.stderr
    assert [(one["source"], one["closed"]) for one in json.loads(result.stdout)["sources"]][2] == (
        "greenhouse:acme",
        2,
    )


def test_a_crawl_of_some_sources_leaves_the_others_alone_and_groups_nothing(
    run: Callable[..., Result], home: Path, url: str
) -> None:
    name_sources(home, url, "acme", "nobody")
    told = counted(run("crawl", "greenhouse:acme", "--format", "json"))
    assert [one["source"] for one in told["sources"]] == ["greenhouse:acme"]
    assert "grouped" not in told
    assert counted(run("group", "--format", "json"))["new_jobs"] == 2


def test_a_source_that_nobody_named_is_told_with_the_nearest(
    run: Callable[..., Result], home: Path, url: str
) -> None:
    name_sources(home, url, "acme")
    assert "did you mean 'greenhouse:acme'?" in run("crawl", "greenhouse:acmee", code=2).stderr


def test_the_list_of_sources_that_comes_along_is_installed_once(
    run: Callable[..., Result], home: Path
) -> None:
    result = run("crawl", "greenhouse:no-such-board-of-anybody", code=2)
    assert "made a new list of sources" in result.stderr
    assert (home / "sources.toml").exists()
    assert "made a new list" not in run("crawl", "greenhouse:no-such-board-of-anybody", code=2).stderr


def test_a_wrong_list_of_sources_is_told_in_one_sentence(run: Callable[..., Result], home: Path) -> None:
    (home / "sources.toml").write_text('[[source]]\nspider = "grenhouse"\nboard = "x"\n')
    for command in ("refresh", "crawl", "schedule"):
        assert "source 1" in run(command, code=1).stderr


def started(home: Path, *words: str) -> subprocess.Popen[str]:
    """`rolecall …` in a process of its own."""
    environment = {**os.environ, "ROLECALL_HOME": str(home)}
    command = [sys.executable, "-m", "rolecall", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_run_leaves_at_once_and_says_who_is_at_work(run: Callable[..., Result], home: Path) -> None:
    run("db", "upgrade")
    engines = session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")
    with lease.held(engines, "refresh"):
        for command in ("refresh", "crawl"):
            assert "another run holds the lease: refresh by process" in run(command, code=3).stderr
    engines.close()


def test_a_schedule_makes_up_the_night_that_was_missed_and_stops_when_told(
    run: Callable[..., Result], home: Path, url: str
) -> None:
    name_sources(home, url, "acme")
    with started(home, "schedule") as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "next refresh at=" in line:
                break
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said += process.communicate(timeout=30)[1].splitlines()
        assert (process.returncode, time.monotonic() - began < 30) == (143, True)
    words = "".join(said)
    assert "refresh done" in words
    assert "crawled source=greenhouse:acme status=complete" in words
    engines = session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")
    with session.reading(engines) as db:
        assert len(queries.sources.runs_since(db, 1)) == 1
    engines.close()
