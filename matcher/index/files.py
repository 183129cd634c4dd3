"""The folder of an index on disk: arrays written, linked, swapped in and read back, and what can go wrong."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

AT_ONCE = 8  # files that are settled
MAGIC = b"\x93NUMPY\x01\x00"  # of version 1.0; then the length of what describes the array in two bytes

Array = npt.NDArray[Any]
Layout = Mapping[str, tuple[int, Any]]


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


def save(folder: Path, arrays: Mapping[str, Array]) -> Layout:
    """Write arrays of one dimension into `folder`; how they lie there."""
    folder.mkdir(exist_ok=True)
    for called, array in arrays.items():
        with (folder / f"{called}.npy").open("wb") as file:
            np.save(file, array, allow_pickle=False)
    return layout(arrays)


def layout(arrays: Mapping[str, Array]) -> Layout:
    """How long each array is, and its dtype as NumPy's files describe it."""
    return {
        called: (len(array), np.lib.format.dtype_to_descr(array.dtype)) for called, array in arrays.items()
    }


def read(folder: Path, layout: Layout) -> dict[str, Array]:
    """Arrays of a folder, memory-mapped; raises ValueError for one that does not lie as it is said."""
    return {called: _map(f"{folder}/{called}.npy", *told) for called, told in layout.items()}


def _map(path: str, length: int, described: Any) -> Array:
    """The same as np.load would give, in a tenth of its time: an index has hundreds of arrays."""
    dtype = np.lib.format.descr_to_dtype(described)
    with open(path, "rb") as file:  # noqa: PTH123 - a Path of each takes as long as the rest
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = len(MAGIC) + 2 + int.from_bytes(whole[len(MAGIC) : len(MAGIC) + 2], "little")
    if not whole[: len(MAGIC)] == MAGIC or len(whole) != start + length * dtype.itemsize:
        raise ValueError(f"{path} is no array of {length} {dtype}")
    array: Array = np.frombuffer(whole, dtype, length, start)
    return array


def link(old: Path, new: Path) -> None:
    """Have a file or a folder of files, which nobody changes, under another name, too, on the disk."""
    if old.is_dir():
        new.mkdir()
        for path in old.iterdir():
            link(path, new / path.name)
        _sync(new)
        return
    try:
        os.link(old, new)
    except OSError:  # not every file system has links
        shutil.copyfile(old, new)
        _sync(new)


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
    """Move `built`, whose folders are settled, to `final`, point CURRENT at it, and remove what is older."""
    directory = final.parent
    if final.exists():  # a build that crashed before it was current, or a damaged one
        shutil.rmtree(final)
    settle(built)
    built.replace(final)
    pointer = directory / "CURRENT.new"
    pointer.write_text(final.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(directory / "CURRENT")
    _sync(directory)
    for old in directory.iterdir():
        if old.is_dir() and old != final:
            shutil.rmtree(old, ignore_errors=True)


def settle(folder: Path) -> None:
    """Have the files of a folder on the disk, and that they are there."""
    with ThreadPoolExecutor(AT_ONCE) as pool:  # side by side they wait for the journal once, not each
        list(pool.map(_sync, folder.iterdir()))
    _sync(folder)


def _sync(path: Path) -> None:
    """Have what was written to `path` on the disk before the next step counts on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
