"""A table for a spreadsheet, in which nothing is a formula: CSV as RFC 4180 has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from webapp import words

FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # wide ones count, too
MOST_CELL = 32_000  # characters: a spreadsheet takes 32,767
UTF_8 = "\ufeff"  # the sign that begins a file: by it a spreadsheet knows


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells as lines of a file, each cell inert."""
    written = io.StringIO()
    csv.writer(written).writerows([inert(cell) for cell in cells] for cells in rows)
    return written.getvalue()


def inert(cell: str) -> str:
    """A cell that a spreadsheet takes whole, and for a text."""
    return escaped(words.clip(cell, MOST_CELL))


def escaped(cell: str) -> str:
    """A cell that is a text: before a formula goes an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell
