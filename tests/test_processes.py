"""Several serving processes of one parent: one that dies has a follower, and all end with the parent."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rolecall import processes

ROOT = Path(__file__).parents[1]
PROGRAM = """
import os, signal, sys, time
from crawler import logs
from rolecall import __main__ as door, processes

def serve():
    os.write(1, b"serves %d\\n" % os.getpid())  # at once: two write to one pipe
    {0}

logs.begin("INFO")
processes.SOON = 0.2
processes.TO_END = 1
with door.stoppable():
    processes.run(serve, 2, {1})
print("ended", flush=True)
"""
SLEEPS = "time.sleep(60)"


class Family:
    """A parent, and what it and its children say."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.reading = threading.Thread(target=self._read, daemon=True)
        self.reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def children(self) -> list[int]:
        return [int(pid) for pid in re.findall(r"serves (\d+)", self.said)]

    def until(self, true: Any) -> None:
        last = time.monotonic() + 30
        while not true():
            assert time.monotonic() < last, self.said
            time.sleep(0.01)


@contextlib.contextmanager
def family(body: str = SLEEPS, beside: str = "None") -> Iterator[Family]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body, beside)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        one = Family(process)
        try:
            one.until(lambda: len(one.children) >= 2)
            yield one
        finally:
            process.kill()
            one.reading.join(30)  # the last child has the pipe, too


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")


@needs_proc
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_the_parent_is_asked_to(sent: signal.Signals) -> None:
    with family() as one:
        one.process.send_signal(sent)
        assert one.process.wait(20) == 0
        one.until(lambda: "ended" in one.said)
        assert not [pid for pid in one.children if alive(pid)]
        assert "killed" not in one.said


@needs_proc
def test_one_that_is_killed_has_a_follower() -> None:
    with family() as one:
        first = one.children[0]
        os.kill(first, signal.SIGKILL)
        one.until(lambda: len(one.children) == 3)
        assert f"serving process ended pid={first} code=-9" in one.said
        assert [alive(pid) for pid in one.children] == [False, True, True]


@needs_proc
def test_what_is_done_beside_has_followers_of_its_own_kind_and_ends_with_the_rest() -> None:
    beside = "lambda: (print('beside', os.getpid(), flush=True), time.sleep(60))"
    with family(beside=beside) as one:

        def clerks() -> list[int]:
            return [int(pid) for pid in re.findall(r"beside (\d+)", one.said)]

        one.until(clerks)
        os.kill(clerks()[0], signal.SIGKILL)
        one.until(lambda: len(clerks()) == 2)
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(20) == 0
        assert len(one.children) == 2
        assert not [pid for pid in (*one.children, *clerks()) if alive(pid)]


@needs_proc
def test_one_that_fails_says_why_and_has_a_follower_a_little_later() -> None:
    with family("raise LookupError('nothing is here')") as one:
        one.until(lambda: len(one.children) >= 4)
        assert "serving process failed" in one.said
        assert "LookupError: nothing is here" in one.said
        assert re.search(r"serving process ended pid=\d+ code=1 ", one.said)


@needs_proc
def test_the_children_end_with_a_parent_that_was_killed() -> None:
    with family() as one:
        one.process.kill()
        one.until(lambda: not any(alive(pid) for pid in one.children))


@needs_proc
def test_one_that_does_not_end_is_killed() -> None:
    with family("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)") as one:
        time.sleep(0.1)  # SIGTERM is ignored by now
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(20) == 0
        assert one.said.count("it did not end in time") == 2
        assert not [pid for pid in one.children if alive(pid)]


def test_there_is_a_processor_at_least() -> None:
    assert processes.cores() >= 1
