"""Work that is killed, or whose commit fails, at a step of our choice: in a child that is forked for it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from db import session

FILES = ("open", "os.rename", "os.remove", "os.truncate", "shutil.rmtree")  # audit events of a file's life


class Doom:
    """Counts statements, commits and what is done to files below a folder; the last of `left` is not done."""

    def __init__(self, folder: Path, left: int, *, commits: bool) -> None:
        self.folder, self.left, self.commits, self.seen = str(folder), left, commits, 0
        event.listen(Engine, "commit", self.commit)
        if not commits:
            event.listen(Engine, "before_cursor_execute", self.step)
            sys.addaudithook(self.audit)  # lasts as long as the process, which is a child's

    def audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if (
            name in FILES
            and str(arguments[0]).startswith(self.folder)
            and ".sqlite3" not in str(arguments[0])
        ):
            self.step()

    def step(self, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(self, *_: Any) -> None:
        if not self.commits:
            self.step()
            return
        self.seen += 1
        if self.seen == self.left:
            raise session.Unusable("the disk is full")


def doomed(work: Callable[[], None], folder: Path, left: int, *, commits: bool = False) -> int:
    """Work in a child up to its `left`-th step (0: to the end); how many steps it took if it ended well, else 0.

    The child is killed there; where `commits` alone are counted, that one fails, and whoever works may say so.
    """
    inlet, outlet = os.pipe()
    if (child := os.fork()) == 0:
        doom, code = Doom(folder, left, commits=commits), 1
        try:
            work()
            os.write(outlet, str(doom.seen).encode())
            code = 0
        except session.Unusable:
            pass
        finally:
            os._exit(code)
    os.close(outlet)
    _, status = os.waitpid(child, 0)
    with os.fdopen(inlet) as told:
        return int(told.read() or 0) if os.WIFEXITED(status) else 0
