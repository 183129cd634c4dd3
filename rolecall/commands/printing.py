"""How commands print data: a table for people, JSON or CSV for programs; progress for long work."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

FORMATS = ("table", "json", "jsonl", "csv")


def format_option(default: str, formats: Sequence[str] = FORMATS) -> Callable[[Any], Any]:
    """The `--format` option of a command that prints data."""
    return click.option(
        "--format",
        "shape",
        type=click.Choice(list(formats)),
        default=default,
        show_default=True,
        help="How to print: a table to read, the rest for programs.",
    )


def emit(rows: Iterable[Mapping[str, Any]], shape: str, columns: Sequence[str]) -> None:
    """Print rows; a table and CSV show `columns`, JSON shows all there is.

    CSV is inert in a spreadsheet: a text that would be read as a formula gets an apostrophe before it.
    """
    if shape == "jsonl":
        for row in rows:
            click.echo(dumps(row))
    elif shape == "json":
        click.echo("[")
        for number, row in enumerate(rows):
            click.echo(("" if number == 0 else ",") + dumps(row))
        click.echo("]")
    elif shape == "csv":
        _emit_csv(rows, columns)
    else:
        console().print(_table(list(rows), columns))


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """Rows under each other: numbers to the right, and names and numbers never broken while others can be."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        values = [row.get(column) for row in rows]
        numbers = all(value is None or isinstance(value, int | float) for value in values)
        whole = numbers or column in ("source", "status")
        table.add_column(column.replace("_", " "), justify="right" if numbers else "left", no_wrap=whole)
    for row in rows:
        table.add_row(*[visible(_cell(row.get(column))) for column in columns])
    return table


def visible(text: str) -> str:
    """A text as a terminal may show it: a control character is a mark, and commands nothing."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def dumps(value: Any) -> str:
    """One line of JSON; dates in ISO form, decimals as numbers written out, never NaN."""
    return json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not printed as JSON")


def _emit_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    line = io.StringIO()
    writer = csv.writer(line)  # as RFC 4180 has it: lines end in CRLF
    for cells in _csv_rows(rows, columns):
        writer.writerow(cells)
        click.echo(line.getvalue(), nl=False, color=True)  # whatever the terminal: a text stays whole
        line.seek(0)
        line.truncate()


def _csv_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[list[str]]:
    from webapp import cells  # pages take a while to load, and few commands print tables

    yield list(columns)
    for row in rows:
        told = (_cell(row.get(column)) for column in columns)
        yield [cell if _is_number(cell) else cells.escaped(cell) for cell in told]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple | dict):
        return dumps(value)
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def console(*, stderr: bool = False) -> Console:
    """A console on the stream of the moment, plain when that is no terminal."""
    stream = sys.stderr if stderr else sys.stdout
    wide = None if stream.isatty() else 160
    return Console(file=stream, highlight=False, markup=False, width=wide, soft_wrap=False)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a step on a terminal's error stream, nothing elsewhere: call it with (step, done, total).

    A step that is over and need not be seen any more is called with -1 done.
    """
    with Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as bars:
        tasks: dict[str, Any] = {}

        def advance(step: str, done: int, total: int) -> None:
            if done < 0:
                if step in tasks:
                    bars.remove_task(tasks.pop(step))
                return
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield advance
