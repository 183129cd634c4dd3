"""What this installation takes on disk, and what is free there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session

from db import queries, session


def taken(db: Session, url: str, index: Path, shelf: Path) -> list[tuple[str, int]]:
    """What takes how many bytes: the database (an SQLite file's log among it), the index, the shelf."""
    file = session.path(session.address(url))
    database = queries.installation.size(db) if file is None else _file(file) + _file(Path(f"{file}-wal"))
    return [("Database", database), ("Index", _folder(index)), ("Shelf", _folder(shelf))]


def free(folder: Path) -> int:
    """Free bytes where a folder lies, or will."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())
    return shutil.disk_usage(there).free


def in_words(size: int) -> str:
    """Bytes in a unit that people know."""
    mib = size / 2**20
    return f"{mib / 1024:,.1f} GiB" if mib >= 1024 else f"{mib:,.1f} MiB"


def _folder(folder: Path) -> int:
    return sum(map(_file, folder.rglob("*")))


def _file(file: Path) -> int:
    """Its bytes; none of one that has just been swapped away."""
    with suppress(FileNotFoundError):
        return file.stat().st_size if file.is_file() else 0
    return 0
