"""What is kept of every listing between nights: arrays on disk, appended to, swapped by one small file.

A shelf is a folder. `shelf.json` names the epoch that holds, a folder of raw columns, and how many rows of
them count; a row is one version of one ad, and a changed ad gets a new one. A night appends to the columns,
writes what is small beside them under a new number, and replaces `shelf.json` last: until then every reader
sees the shelf as it was, and what a killed night left behind is cut off by the next. Nothing is executable.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Column = Array | Sequence[bytes] | tuple[Array, Array]

NOTED: dict[str, tuple[str, int]] = {"key": ("i8", 1), "name": ("u8", 1), "stamp": ("u8", 1)}
SIGNED: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("family", "digest", "look", "place", "title"), ("u8", 1)),
    "letters": ("u4", 1),
    "sizes": ("u4", 2),
    "sketch_own": ("u1", 96),
    "sketch_whole": ("u1", 96),
}
NOTED_RAGGED = ("record", "normal")
RAGGED: dict[str, str] = {"record": "u1", "normal": "u1", "keys": "u8"}
SMALL = 10_000  # values that are sooner read than mapped
MOST_ROWS = 1 << 26  # so that two rows and what is said of them fit into 64 bits: `telling` packs them
_HEADER = "shelf.json"
_READ = ("text.py", "places.py", "places.csv", "metros.csv", "requisition.py", "gazetteer.py", "gazetteer.xz")


@dataclass(frozen=True, slots=True)
class Header:
    """What holds: which epoch and night, `rows` of its columns, and what they belong to.

    `rules` are those that read and compared the ads: a shelf of other rules is worth nothing.
    `fitted` is how many ads the boilerplate of this `generation` was learned from; `stamp` names the grouping
    in the database that this shelf led to; `sizes` are the bytes that count of each file.
    """

    rules: str = ""
    epoch: int = 0
    night: int = 0
    rows: int = 0
    generation: int = 0
    fitted: int = 0
    stamp: str = ""
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """The first `rows` rows of an epoch's columns, to read: cheap to make, and to send to another process."""

    folder: Path
    rows: int

    def column(self, name: str) -> Array:
        """A column, memory-mapped: of shape (rows,) or (rows, width)."""
        kind, width = {**NOTED, **SIGNED}[name]
        found = _mapped(self.folder / f"{name}.bin", kind, self.rows * width)
        return found if width == 1 else found.reshape(self.rows, width)

    def ends(self, name: str) -> Array:
        """Where each row of a ragged column ends."""
        return _mapped(self.folder / f"{name}.end", "i8", self.rows)

    def ragged(self, name: str) -> Array:
        """All values of a ragged column in one row."""
        ends = self.ends(name)
        return _mapped(self.folder / f"{name}.bin", RAGGED[name], int(ends[-1]) if self.rows else 0)

    def small(self, name: str) -> Array:
        """A small array that is written whole: read into memory."""
        found: Array = np.load(self.folder / f"{name}.npy", allow_pickle=False)
        return found

    def cells(self, name: str) -> Callable[[int], bytes]:
        """A function from a row to its bytes in a ragged column."""
        values, ends = self.ragged(name), self.ends(name)
        return lambda row: values[ends[row - 1] if row else 0 : ends[row]].tobytes()

    def stretch(self, name: str, start: int, end: int) -> list[bytes]:
        """The bytes of the rows from `start` to `end` in a ragged column."""
        ends = self.ends(name)[start:end].tolist()
        first = int(self.ends(name)[start - 1]) if start else 0
        values = self.ragged(name)[first : ends[-1] if ends else first].tobytes()
        return [values[low - first : high - first] for low, high in pairwise([first, *ends])]

    def rows_of(self, keys: Array, alive: Array) -> Array:
        """The living row of each key, of the same shape; -1 where there is none."""
        if not np.size(keys):
            return np.full(np.shape(keys), -1, np.int64)
        told = self.column("key")
        rows = np.flatnonzero(alive & np.isin(told, keys))  # mostly few are asked for
        if not len(rows):
            return np.full(np.shape(keys), -1, np.int64)
        known = told[rows]
        order = np.argsort(known)
        at = np.minimum(np.searchsorted(known, keys, sorter=order), len(rows) - 1)
        found: Array = np.where(known[order[at]] == keys, rows[order[at]], -1)
        return found

    def noted(self, rows: Array) -> dict[str, Column]:
        """The noted columns of some rows, as `Shelf.append` takes them."""
        fixed: dict[str, Column] = {name: self.column(name)[rows] for name in NOTED}
        return fixed | {name: list(map(self.cells(name), rows.tolist())) for name in NOTED_RAGGED}


def _mapped(path: Path, kind: str, length: int) -> Array:
    """The first `length` values of a raw file."""
    if length < SMALL:
        return np.fromfile(path, kind, length) if length else np.empty(0, kind)
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=(length,)))


class Shelf:
    """A shelf that one process writes; `view` is what it holds so far, committed or not.

    Where `stamp` is given, a shelf of another grouping is emptied.
    """

    def __init__(self, folder: Path, stamp: str | None = None) -> None:
        self.folder = folder
        self.header = read_header(folder)
        if stamp is not None and self.header.stamp != stamp:
            self.header = Header()
        self.rows = {"noted": self.header.rows, "signed": self.header.rows}
        self._cut()

    @property
    def epoch(self) -> Path:
        """The folder of the columns."""
        return self.folder / str(self.header.epoch)

    @property
    def view(self) -> View:
        """The rows that are noted; those that are not signed yet have no signs."""
        return View(self.epoch, self.rows["noted"])

    def small(self, name: str, default: Array) -> Array:
        """A small array of the last night; `default` before the first."""
        if not self.header.night:
            return default
        return self.view.small(f"{name}-{self.header.night}")

    def renew(self, generation: int, fitted: int) -> View:
        """Start a new epoch, empty, and give back the old one: to copy from what is still good."""
        old = self.view
        taken = [int(path.name) for path in self.folder.iterdir() if path.name.isdigit()]
        self.header = Header(epoch=max(taken) + 1, generation=generation, fitted=fitted)
        self.rows = {"noted": 0, "signed": 0}
        self.epoch.mkdir(parents=True)
        return old

    def append(self, columns: Mapping[str, Column]) -> None:
        """Add rows: all noted columns, or all signed ones; a ragged one as rows or as (values, ends).

        :raise OverflowError: when there would be more than `MOST_ROWS`; nothing is added then.
        """
        group = "noted" if "record" in columns else "signed"
        count = len(columns["key" if group == "noted" else "digest"])
        if self.rows[group] + count > MOST_ROWS:
            raise OverflowError(f"a shelf holds at most {MOST_ROWS:,} rows: group fewer listings")
        for name, column in columns.items():
            if name in RAGGED:
                self._append_ragged(name, column, self.rows[group])
            else:
                kind, _ = {**NOTED, **SIGNED}[name]
                _add(self.epoch / f"{name}.bin", np.ascontiguousarray(column, kind))
        self.rows[group] += count

    def _append_ragged(self, name: str, column: Column, rows: int) -> None:
        if isinstance(column, tuple):
            values, ends = column
        else:
            values = np.frombuffer(b"".join(column), np.uint8)
            ends = np.cumsum([len(row) for row in column], dtype=np.int64)
        last = int(View(self.epoch, rows).ends(name)[-1]) if rows else 0
        _add(self.epoch / f"{name}.bin", np.ascontiguousarray(values, RAGGED[name]))
        _add(self.epoch / f"{name}.end", np.ascontiguousarray(ends, np.int64) + last)

    def has(self, name: str) -> bool:
        """Whether the epoch has such a small array."""
        return (self.epoch / f"{name}.npy").exists()

    def write(self, name: str, values: Array) -> None:
        """Write a small array that lasts as long as the epoch."""
        written = io.BytesIO()
        np.save(written, values, allow_pickle=False)
        (self.epoch / f"{name}.npy").write_bytes(written.getbuffer())

    def commit(self, stamp: str, small: Mapping[str, Array]) -> None:
        """Let what was appended, and these small arrays, be what holds."""
        night = self.header.night + 1
        for name, values in small.items():
            self.write(f"{name}-{night}", values)
        sizes = {}
        for path in self.epoch.iterdir():
            if "-" not in path.stem or path.stem.endswith(f"-{night}"):
                sizes[path.name] = path.stat().st_size
                if sizes[path.name] != self.header.sizes.get(path.name):  # what holds already is on the disk
                    _sync(path)
        held = replace(
            self.header, rules=rules(), night=night, rows=self.rows["signed"], stamp=stamp, sizes=sizes
        )
        aside = self.folder / f"{_HEADER}.new"
        aside.write_text(json.dumps(asdict(held)), encoding="utf-8")
        _sync(aside)
        aside.replace(self.folder / _HEADER)
        _sync(self.folder)
        self.header = held
        self._cut()

    def _cut(self) -> None:
        """Take away what no header names: a killed night's rows and epochs, older nights' small arrays."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path.name.isdigit() and (path != self.epoch or not self.header.night):
                shutil.rmtree(path)
        if not self.header.night:
            self.epoch.mkdir()
            return
        for path in self.epoch.iterdir():
            if path.name not in self.header.sizes:
                path.unlink()
        for name, size in self.header.sizes.items():
            os.truncate(self.epoch / name, size)


@functools.cache
def rules() -> str:
    """A digest of all that decides what an ad says and how two compare: code, model and vocabulary."""
    here = Path(__file__).parent
    read = [*here.glob("*.py"), *here.glob("*.json"), *(here.parent / name for name in _READ)]
    digest = hashlib.sha256()
    for path in sorted(read):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


def read_header(folder: Path) -> Header:
    """What holds in a folder; an empty shelf's where there is none, or it is damaged, or of other rules."""
    try:
        held = Header(**json.loads((folder / _HEADER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Header()
    if held.rules != rules() or not held.night:
        return Header()
    for name, size in held.sizes.items():
        path = folder / str(held.epoch) / name
        if not path.is_file() or path.stat().st_size < size:
            log.warning("shelf damaged, and made anew file=%s", path)
            return Header()
    return held


def _add(path: Path, values: Array) -> None:
    with path.open("ab") as file:
        file.write(values.tobytes())  # tofile says nothing of a full disk


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
