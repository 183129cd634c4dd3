"""The rows of a JSONL or CSV file, gzipped or not, each with its line; what cannot be read says why."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

MAX_LINE = 8 * 1024 * 1024  # bytes; a longer line is no posting
MAX_QUOTED = 1024 * 1024  # characters in one cell of a CSV; beyond, a quote was never closed


class UnreadableArchive(ValueError):
    """The file is no archive that we can read; one sentence says where it ends and what to do."""


class Number(Decimal):
    """A number that knows how the file writes it: 1e3 stays "1e3"."""

    written: str

    def __new__(cls, written: str) -> Self:
        made = super().__new__(cls, written)
        made.written = written
        return made


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be read."""

    reason: str
    detail: str


Row = Mapping[str, Any] | Bad


def read(path: Path) -> Iterator[tuple[int, Row]]:
    """(line, row) of every row that is not blank."""
    with closing(_lines(path)) as lines:
        first = next(lines, None)
        while first and not isinstance(first[1], Bad) and not first[1].strip():
            first = next(lines, None)
        if first is None:
            return
        if _is_csv(path, first[1]):
            yield from _csv_rows(path, first, lines)
        else:
            yield from _json_rows(path, first, lines)


def _is_csv(path: Path, first: str | Bad) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".csv" in suffixes or ".tsv" in suffixes:
        return True
    return (
        not {".jsonl", ".ndjson", ".json"} & set(suffixes)
        and isinstance(first, str)
        and not first.lstrip().startswith(("{", "["))
    )


def _lines(path: Path) -> Generator[tuple[int, str | Bad]]:
    """(number, text) of each line: UTF-8, else Windows-1252; a line that is too long is bad, not read."""
    number = 0
    try:
        with _open(path) as file:
            while line := file.readline(MAX_LINE):
                number += 1
                if len(line) == MAX_LINE and not line.endswith(b"\n"):
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield number, Bad("line too long", f"over {MAX_LINE:,} bytes")
                    continue
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                    if line.startswith((b"PK\x03\x04", b"PAR1", b"%PDF", b"\xd0\xcf\x11\xe0")):
                        raise UnreadableArchive(
                            f"{path.name} is neither JSON lines nor CSV: save it as one of them."
                        )
                    if line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                        raise UnreadableArchive(
                            f"{path.name} is UTF-16: save it as UTF-8 and import it again."
                        )
                yield number, _decode(line)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        where = f"breaks off after line {number}" if number else "cannot be read"
        raise UnreadableArchive(f"{path.name} {where} ({reason}): fetch the file again.") from error


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb")) if zipped else path.open("rb")


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _json_rows(
    path: Path, first: tuple[int, str | Bad], lines: Iterator[tuple[int, str | Bad]]
) -> Iterator[tuple[int, Row]]:
    if isinstance(first[1], str) and first[1].lstrip().startswith("["):
        raise UnreadableArchive(
            f"{path.name} is one JSON array: write a posting a line, as `jq -c '.[]'` does."
        )
    for number, line in _chain(first, lines):
        if isinstance(line, Bad):
            yield number, line
        elif line.strip():
            yield number, _json_row(line)


def _json_row(line: str) -> Row:
    try:
        row = json.loads(line, parse_constant=lambda _: None, parse_float=Number, parse_int=_whole)
    except RecursionError:
        return Bad("not JSON", "nested too deeply")
    except ArithmeticError:
        return Bad("not JSON", "a number is too large to be one")
    except ValueError as error:
        return Bad("not JSON", str(error)[:200])
    return row if isinstance(row, dict) else Bad("not an object", f"a {type(row).__name__}")


def _whole(written: str) -> int | Number:
    """A whole number; one that an int would write in another way, or only after seconds, keeps its digits."""
    return int(written) if len(written) < 20 and written != "-0" else Number(written)


def _chain(
    first: tuple[int, str | Bad], lines: Iterator[tuple[int, str | Bad]]
) -> Iterator[tuple[int, str | Bad]]:
    yield first
    yield from lines


class _Feed:
    """Lines for csv.reader; a row of several lines with an odd number of quotes never closed one."""

    def __init__(self, lines: Iterator[tuple[int, str | Bad]]) -> None:
        self.lines = lines
        self.start = self.end = self.quotes = 0
        self.too_long = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        number, line = next(self.lines)
        self.start, self.end = self.start or number, number
        self.too_long = isinstance(line, Bad)
        if isinstance(line, Bad):
            return "\n"
        self.quotes += line.count('"')
        return line

    def reset(self) -> None:
        self.start = self.quotes = 0


def _csv_rows(
    path: Path, first: tuple[int, str | Bad], lines: Iterator[tuple[int, str | Bad]]
) -> Iterator[tuple[int, Row]]:
    feed = _Feed(_chain(first, lines))
    head = first[1] if isinstance(first[1], str) else ""
    csv.field_size_limit(MAX_QUOTED)
    reader = csv.reader(feed, delimiter=max(",;\t|", key=head.count))
    columns: list[str] | None = None
    while True:
        feed.reset()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield feed.start, Bad("not CSV", f"lines {feed.start} to {feed.end}: {error}")
            continue
        if columns is None:
            columns = cells
            if "title" not in {cell.strip().lower() for cell in cells}:
                found = ", ".join(cell.strip() for cell in cells)[:200]
                raise UnreadableArchive(f"{path.name} has no column called title (its first line: {found}).")
        elif feed.too_long:
            yield feed.start, Bad("line too long", f"over {MAX_LINE:,} bytes")
        elif any(cell.strip() for cell in cells):
            yield feed.start, _csv_row(columns, cells, feed)


def _csv_row(columns: list[str], cells: list[str], feed: _Feed) -> Row:
    """A row that is too short has empty cells; one that is too long has its words in the wrong columns."""
    if feed.quotes % 2 and feed.end > feed.start:
        return Bad("not CSV", f"a quote is never closed in lines {feed.start} to {feed.end}")
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Bad("not CSV", f"{len(cells)} cells for {len(columns)} columns")
    return dict(zip(columns, cells, strict=False))
