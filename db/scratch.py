"""Folders for what passes: each goes with its command, or if that was killed, when the next begins."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def folder(kind: str) -> Iterator[Path]:
    """An empty folder rolecall-KIND.… among the system's temporary ones; takes away those that nobody holds.

    This process and those that it forks hold it by a lock, which systemd-tmpfiles heeds, too.
    """
    begins = f"rolecall-{kind}."
    for left in Path(tempfile.gettempdir()).glob(f"{begins}*"):
        _remove(left)
    made = Path(tempfile.mkdtemp(prefix=f".{begins}"))  # nobody takes it away before it is held
    held = os.open(made, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = made.rename(made.with_name(made.name.removeprefix(".")))
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(held)


def _remove(left: Path) -> None:
    """Remove a folder, unless it is held, or another user's."""
    with contextlib.suppress(OSError):
        lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
        finally:
            os.close(lock)
