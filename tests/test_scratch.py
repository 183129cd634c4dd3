"""Folders for what is needed while a command runs: whose process was killed has it removed by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db import scratch

HOLDS = """
import os, time
from db import scratch
with scratch.folder("tried") as folder:
    (folder / "rates").write_text("some")
    if os.fork():
        print("here", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_goes_with_what_it_was_for(temporary: Path) -> None:
    with scratch.folder("tried") as folder:
        (folder / "rates").write_text("some")
        assert [folder] == list(temporary.iterdir())
    assert list(temporary.iterdir()) == []


def test_one_that_is_held_stays_and_so_does_what_is_not_ours(temporary: Path) -> None:
    (temporary / "rolecall-other.1").mkdir()
    (temporary / "rolecall-tried-1").mkdir()  # as before there was a lock
    (temporary / "rolecall-tried.file").write_text("")
    (temporary / "elsewhere").mkdir()
    (temporary / "rolecall-tried.link").symlink_to(temporary / "elsewhere")
    before = set(temporary.iterdir())
    with scratch.folder("tried") as one, scratch.folder("tried") as two:
        assert set(temporary.iterdir()) == {*before, one, two}
    assert set(temporary.iterdir()) == before


def test_a_killed_ones_goes_with_the_last_of_its_children(temporary: Path) -> None:
    environ = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], env=environ, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.kill()
    [left] = temporary.iterdir()
    with scratch.folder("tried"):
        assert left.is_dir()  # a child serves on
    os.killpg(process.pid, signal.SIGKILL)
    while left.exists():  # until the system has let go of the lock
        with scratch.folder("tried") as mine:
            assert {mine} <= set(temporary.iterdir()) <= {mine, left}
