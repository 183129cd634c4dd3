"""kill -9 at any moment of a grouping leaves the old one or the new one, and the next night goes on from there."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from test_grouping_nights import DAY, DUTIES, NOW, decide, posting, remember, whole

from db import session
from matcher import grouping

FILES = ("open", "os.rename", "os.remove", "os.truncate", "shutil.rmtree")  # audit events of a shelf's life


class Doom:
    """Counts what a grouping does to the tables and to the shelf, and is killed before the last of `left`."""

    def __init__(self, home: Path, left: int) -> None:
        self.home, self.left, self.seen = str(home), left, 0
        sys.addaudithook(self.audit)  # lasts as long as the process, which is a child's

    def audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in FILES and str(arguments[0]).startswith(f"{self.home}/shelf"):
            self.step()

    def step(self, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def home_of_two_nights(tmp_path: Path, model: Path) -> Path:
    """A grouped night, and the next one's listings: one is edited, one closed, one new, and a verdict."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(model, home / "rolecall.sqlite3")
    engines = opened(home)
    items = [posting(str(at), words="\n".join(DUTIES[at % 2 :])) for at in range(4)]
    remember(engines, "acme", items, NOW)
    grouping.regroup(engines, NOW, folder=home / "shelf")
    items[1:3] = [posting("1", town="Dayton"), posting("7", title="Meter Clerk")]
    remember(engines, "acme", items, NOW + DAY)
    decide(engines, "0", "7", "same")
    decide(engines, "0", "3", "different")
    engines.close()
    return home


def opened(home: Path) -> session.Engines:
    return session.open_engines(f"sqlite:///{home}/rolecall.sqlite3")


def killed(home: Path, left: int) -> int:
    """Group in a process that is killed at its `left`-th step; how many steps it took if it was not, else 0."""
    inlet, outlet = os.pipe()
    if (child := os.fork()) == 0:
        doom = Doom(home, left)
        engines = opened(home)
        event.listen(engines.write, "before_cursor_execute", doom.step)
        event.listen(engines.write, "commit", doom.step)
        grouping.regroup(engines, NOW + DAY, folder=home / "shelf")
        os.write(outlet, str(doom.seen).encode())
        os._exit(0)
    os.close(outlet)
    _, status = os.waitpid(child, 0)
    with os.fdopen(inlet) as told:
        return int(told.read() or 0) if os.WIFEXITED(status) else 0


def state(home: Path) -> list[Any]:
    engines = opened(home)
    told = whole(engines)
    engines.close()
    return told


@pytest.mark.soak
def test_a_grouping_that_is_killed_at_any_step_is_the_old_one_or_the_new_one(
    tmp_path: Path, sqlite_model: Path
) -> None:
    home, pristine = home_of_two_nights(tmp_path, sqlite_model), tmp_path / "pristine"
    shutil.copytree(home, pristine)
    old = state(home)
    steps = killed(home, 0)
    new = state(home)
    assert steps > 20
    assert old != new
    seen = []
    for left in range(1, steps + 1):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        assert killed(home, left) == 0
        seen.append(state(home))
        assert seen[-1] in (old, new)
        engines = opened(home)
        grouping.regroup(engines, NOW + DAY + timedelta(hours=1), folder=home / "shelf")
        engines.close()
        assert state(home) == new
    assert seen[0] == old  # before the commit
    assert seen[-1] == new  # after it
