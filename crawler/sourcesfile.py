"""sources.toml with an entry more or less: comments and layout stay, and the file is never half written."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from crawler.sources import WrongSources, entries

_HEADER = re.compile(r"^[ \t]*\[\[.*\n?\Z", re.MULTILINE)


def append(path: Path, entry: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    """Write an entry at the end of the file, with lines of comment in it; what was written.

    :raise WrongSources: when the file cannot be read or written.
    """
    before, text = entries(path, none=True), _text(path)
    if _tables(path, text) is None and before:
        raise WrongSources(f"{path} lists its sources in one line: write each as [[source]], then try again")
    table = tomlkit.table()
    table.update(entry)
    lines = ["[[source]]", *(f"# {line}" for line in comments), *table.as_string().splitlines()]
    newline = "\r\n" if "\r\n" in text else "\n"
    written = newline.join(lines) + newline
    blank = "" if not text.strip() else newline if text.endswith("\n") else newline * 2
    _write(path, text + blank + written, [*before, dict(entry)])
    return written


def remove(path: Path, number: int) -> None:
    """Take out the entry of a place in the list, from 0; the comments above and below it stay.

    :raise WrongSources: when the file cannot be read or written.
    """
    before, text = entries(path), _text(path)
    tables = _tables(path, text)
    if tables is None:
        raise WrongSources(f"{path} lists its sources in one line: take the entry out by hand")
    begin, parts = _parts(text, tables)
    above, below = begin + "".join(parts[:number]), _below(tables[number]) + "".join(parts[number + 1 :])
    if not below.strip():
        text = above.rstrip() + ("\r\n" if "\r\n" in text else "\n") * bool(above.strip())
    elif not above or re.search(r"\n\r?\n\Z", above):
        text = above + below.lstrip("\r\n")
    else:
        text = above + below
    _write(path, text, before[:number] + before[number + 1 :])


def line(path: Path, number: int) -> int:
    """The line that an entry begins at, from 1; `number` is its place in the list, from 0."""
    text = _text(path)
    tables = _tables(path, text)
    if tables is None:
        return 1
    begin, parts = _parts(text, tables)
    return (begin + "".join(parts[:number])).count("\n") + 1


def _tables(path: Path, text: str) -> list[Table] | None:
    try:
        listed = tomlkit.parse(text).get("source")
    except tomlkit.exceptions.ParseError as error:
        raise WrongSources(f"{path} cannot be read: {error}") from None
    return list(listed) if isinstance(listed, AoT) else None


def _parts(text: str, tables: Sequence[Table]) -> tuple[str, list[str]]:
    """A file in pieces: what stands before its first entry, and each entry with what stands below it."""
    parts: list[str] = []
    for table in reversed(tables):
        body = table.as_string()
        above = text.removesuffix(body)
        header = _HEADER.search(above)
        start = header.start() if header else 0
        parts.insert(0, text[start:])
        text = text[:start]
    return text, parts


def _below(table: Table) -> str:
    """The blank lines and comments below an entry's last field: they may be about what comes next."""
    body = list(table.value.body)
    while any(key is not None for key, _ in body):
        body.pop(0)
    return "".join(item.as_string() for _, item in body)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _write(path: Path, text: str, expected: list[Any]) -> None:
    """Put a whole file in the place of the old one, where it says what it should."""
    try:
        told = tomllib.loads(text).get("source", [])
    except tomllib.TOMLDecodeError as error:
        told = error
    if told != expected:
        raise WrongSources(f"{path} is laid out in a way that cannot be changed here: edit it by hand")
    path = path.resolve()  # a link stays one
    try:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(path, aside)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WrongSources(f"{path} cannot be written: {error.strerror}") from error
