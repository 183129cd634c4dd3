"""Ctrl-C and SIGTERM: a command ends at once, rolls back what is open, and gives the lease back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from commandline import write
from sqlalchemy import select

from db import lease, queries, session
from db.models import CrawlRun
from rolecall import __main__ as door

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "database_kind, sent, code",
    [
        ("sqlite", signal.SIGTERM, 143),
        pytest.param("postgresql", signal.SIGINT, 130, marks=pytest.mark.postgres),
    ],
    indirect=["database_kind"],
)
def test_a_stopped_import_leaves_whole_batches_no_lease_and_a_run_that_failed(
    engines: session.Engines, database_url: str, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    ads = write(
        tmp_path / "ads.jsonl",
        [{"id": f"a{number}", "title": "Call Center Agent"} for number in range(12_000)],
    )
    # Whoever runs the tests in the background of a shell hands down that SIGINT is ignored.
    heeded = f"--default-signal={sent.name.removeprefix('SIG')}"
    command = ["env", heeded, sys.executable, "-m", "rolecall", "import", str(ads)]
    environ = os.environ | {"ROLECALL_HOME": str(tmp_path), "ROLECALL_DATABASE_URL": database_url}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True) as process:
        while not any(run.status == "running" for run in runs(engines)):
            assert process.poll() is None, "it was done before it could be stopped"
            threading.Event().wait(0.05)
        process.send_signal(sent)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (code, "stopped")
    assert "Traceback" not in said
    [run] = runs(engines)
    assert (run.status, run.reason) == ("failed", "stopped")
    assert run.finished_at is not None
    with session.reading(engines) as db:
        assert queries.leases.find(db, lease.NAME) is None
        stored = sum(1 for _ in queries.listings.every(db))
    assert stored < 12_000
    assert stored % 1000 == 0


def test_away_from_the_main_thread_no_signal_is_caught() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work() -> None:
        with door.stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_the_signal_s_own_handler_is_back_when_the_work_is_done() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(door.Terminated), door.stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def runs(engines: session.Engines) -> list[CrawlRun]:
    with session.reading(engines) as db:
        return list(db.scalars(select(CrawlRun)))
