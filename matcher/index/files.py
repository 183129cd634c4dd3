"""The folder of an index on disk: arrays written, linked, swapped in and read back, and what can go wrong."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class IndexProblem(RuntimeError):
    """The index cannot be used; the sentence says what to do."""


class IndexMissing(IndexProblem):
    """There is no index yet."""


class IndexDamaged(IndexProblem):
    """The index on disk cannot be read, or another version wrote it."""


def current(directory: Path) -> str:
    """The name of the current index of `directory`; raises IndexMissing or IndexProblem."""
    with readable(directory):
        return name(directory)


def name(directory: Path) -> str:
    """What CURRENT says."""
    try:
        return (directory / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {directory}: run `rolecall index`.") from None


@contextmanager
def readable(directory: Path) -> Iterator[None]:
    """What the system does not let us read is said in a sentence."""
    try:
        yield
    except OSError as error:
        raise IndexProblem(
            f"The index in {directory} cannot be read ({error.strerror or error}):"
            " have there a folder that you may read, and run `rolecall index`."
        ) from error


def damaged(folder: Path) -> IndexDamaged:
    """What to raise where a part is missing or is not what it should be."""
    return IndexDamaged(f"The index in {folder} is damaged: run `rolecall index` to build it anew.")


# ---------------------------------------------------------------------------------- arrays


def save(folder: Path, arrays: Mapping[str, Array]) -> dict[str, int]:
    """Write arrays of one dimension into `folder`; how long each is."""
    folder.mkdir(exist_ok=True)
    for called, array in arrays.items():
        with (folder / f"{called}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
    return {called: len(array) for called, array in arrays.items()}


def read(folder: Path, lengths: Mapping[str, int]) -> dict[str, Array]:
    """Arrays of a folder, memory-mapped; raises ValueError for one of another length."""
    return {called: _map(folder / f"{called}.npy", length) for called, length in lengths.items()}


def _map(path: Path, length: int) -> Array:
    # A plain view: NumPy's memmap class makes every small slice ten times dearer.
    array: Array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    if array.shape != (length,):
        raise ValueError(f"{path} has shape {array.shape}, not {(length,)}")
    return array


def link(old: Path, new: Path) -> None:
    """Have a folder of files, which nobody changes, under another name, too."""
    new.mkdir()
    for path in old.iterdir():
        try:
            os.link(path, new / path.name)
        except OSError:  # not every file system has links
            shutil.copyfile(path, new / path.name)


# ---------------------------------------------------------------------------------- the swap


@contextmanager
def writable(directory: Path) -> Iterator[None]:
    """What the system does not let us write is said in a sentence."""
    try:
        yield
    except OSError as error:
        raise IndexProblem(
            f"The index cannot be written in {directory} ({error.strerror or error}):"
            " have there a folder with room that you may write to, and run `rolecall index` again."
        ) from error


@contextmanager
def aside(directory: Path) -> Iterator[Path]:
    """A folder in `directory` to build in, gone afterwards."""
    with writable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".building-", dir=directory))
        folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(built: Path, final: Path) -> None:
    """Move `built` to `final`, point CURRENT at it, and remove what is older."""
    directory = final.parent
    if final.exists():  # a build that crashed before it was current, or a damaged one
        shutil.rmtree(final)
    for path in built.rglob("*"):
        _sync(path)
    built.replace(final)
    pointer = directory / "CURRENT.new"
    pointer.write_text(final.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(directory / "CURRENT")
    _sync(directory)
    for old in directory.iterdir():
        if old.is_dir() and old != final:
            shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    """Have what was written to `path` on the disk before the next step counts on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
