"""The demo's postings by one set of names, as the encoders of each wire format take them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from crawler import archive, demo
from crawler.clean import dates, pay, place
from crawler.items import MonetaryAmount

Row = dict[str, str]  # by the archive's names for its columns; `posted` is a day in ISO, or missing
Pages = Iterator[tuple[str, Any]]  # address and content: the text of a page, or what a JSON answer holds


def read(today: date) -> Iterator[Row]:
    """Every posting, its phrases ("3 days ago") as the day that they mean today."""
    for written in demo.rows(today):
        cells = {re.sub("[^a-z]", "", column): value for column, value in written.items()}
        known = [(field, name) for field, names in archive.COLUMNS.items() for name in names if name in cells]
        row = {field: cells[name] for field, name in known}
        posted = dates.read(row.pop("posted", None), today=today)
        yield row | ({"posted": posted.isoformat()} if posted else {})


def salary(row: Row) -> MonetaryAmount | None:
    """What a posting says of its pay, in figures."""
    where = place.read(row.get("location") or {"city": row.get("city"), "state": row.get("state")})
    country = where[0].address_country if len(where) == 1 else None
    low, high = row.get("minimum"), row.get("maximum")
    return pay.read(row.get("salary"), minimum=low, maximum=high, country=country)
