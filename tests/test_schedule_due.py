"""However many timers there are, a night has one refresh; `rolecall serve --with-schedule` is one of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import serving
from click.testing import Result

from crawler import sources
from db import queries, session

ROOT = Path(__file__).parents[1]
ENTRY = '[[source]]\nspider = "{}"\nboard = "acme"\nurl = "http://127.0.0.1:9"\n\n'


def asked(url: str, when: dict[str, datetime]) -> None:
    """Complete runs of sources that gave nothing, each at its moment."""
    engines = session.open_engines(url)
    with session.writing(engines) as db:
        for name, at in when.items():
            source = queries.sources.find(db, [name]).get(name)
            source = source or queries.sources.add(db, name, name.partition(":")[0])
            run_id = queries.sources.start_run(db, source.id, at)
            queries.sources.finish_run(db, run_id, at, "complete", {})
    engines.close()


def test_a_night_that_had_its_refresh_has_no_second_one(run: Callable[..., Result], tmp_path: Path) -> None:
    run("db", "upgrade")
    seldom = "remotive"
    assert sources.classes()[seldom].rest
    entries = [ENTRY.format("greenhouse"), ENTRY.format("lever"), f'[[source]]\nspider = "{seldom}"\n']
    (tmp_path / "here" / "sources.toml").write_text("".join(entries))
    tonight, url = datetime(2026, 11, 21, 3, 0, 1, tzinfo=UTC), f"sqlite:///{tmp_path}/here/rolecall.sqlite3"
    asked(url, {"greenhouse:acme": tonight, "lever:acme": tonight, seldom: tonight - timedelta(days=9)})
    before = runs(url)
    for _ in range(3):
        run("refresh", "--due")
    assert runs(url) == before


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_three_schedules_two_crons_and_a_hand_make_one_refresh_of_a_missed_night(tmp_path: Path) -> None:
    home, last_week = installation(tmp_path), datetime.now(UTC) - timedelta(days=7)
    asked(serving.database(home), {"greenhouse:acme": last_week})
    environ = os.environ | {"ROLECALL_HOME": str(home), "ROLECALL_ALLOW_PRIVATE": "127.0.0.1:9"}
    commands = [["schedule"]] * 3 + [["refresh", "--due"]] * 3
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "rolecall", *words], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
        )
        for words in commands
    ]
    try:
        codes = [child.wait(120) for child in children[3:]]
        until(lambda: runs(serving.database(home)) == 2)
        time.sleep(10)  # long enough for who came late
    finally:
        for child in children[:3]:
            child.terminate()
        for child in children[:3]:
            assert child.wait(30) == 143
    assert set(codes) <= {0, 1, 3}  # looked and found it done; did it, and the source failed; busy
    assert runs(serving.database(home)) == 2


@pytest.mark.soak
@pytest.mark.parametrize("processes", ["1", "2"])
def test_pages_and_nights_are_one_command_and_end_together(tmp_path: Path, processes: str) -> None:
    home = installation(tmp_path)
    told = {"ROLECALL_HOME": str(home), "ROLECALL_ALLOW_PRIVATE": "127.0.0.1:9"}
    command = ("rolecall", "serve", "--with-schedule", "--port", "0", "--processes", processes)
    with serving.started(*command, **told) as one:
        assert b" 200 OK\r\n" in one.raw(b"GET / HTTP/1.0\r\n\r\n")
        until(lambda: "refresh started" in one.said)
        [child] = re.findall(r"refresh started pid=(\d+)", one.said)
        began = time.monotonic()
        code, said = one.stop(signal.SIGTERM)
    assert (code, said.count("schedule stopped"), "Traceback" in said) == (0, 1, False)
    assert time.monotonic() - began < 30
    assert not Path(f"/proc/{child}").exists()


def installation(folder: Path) -> Path:
    """A home whose only source cannot be reached."""
    serving.home(folder)
    (folder / "sources.toml").write_text(ENTRY.format("greenhouse"))
    return folder


def runs(url: str) -> int:
    """How many runs of boards there were."""
    engines = session.open_engines(url)
    with session.reading(engines) as db:
        found = [row for row in queries.sources.runs_since(db, 0) if row.name.partition(":")[2] == "acme"]
    engines.close()
    return len(found)


def until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + 100
    while not true():
        assert time.monotonic() < last
        time.sleep(0.2)
