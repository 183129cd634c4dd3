"""`rolecall roles again`: stored listings read anew, after the vocabulary of roles has changed."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from db import lease, queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler.items import JobPosting

log = logging.getLogger(__name__)
BATCH = 1000  # listings a transaction
TOLD = ("role", "level", "family", "language")  # what is told from what to what
Changes = Counter[tuple[str, str, str]]


@click.group("roles")
def roles() -> None:
    """What kind of work the listings are: core, adjacent or other, with their level and family."""


@roles.command("again", short_help="Read stored listings with today's vocabulary.")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def again(settings: Settings, shape: str) -> None:
    """Read role, level, family, language, demands and yearly pay of every listing, as a crawl would today.

    For when the vocabulary has changed, with a new version or by your own hand. What a source says is not
    touched. Nothing is closed: a listing that is customer service no more is marked so, and one that a crawl
    dropped is read again by a refresh. Run `rolecall group` and `rolecall index` afterwards.
    """
    with (
        opening.database(settings) as engines,
        lease.held(engines, "roles"),
        printing.progress() as progress,
    ):
        with session.reading(engines) as db:
            total = queries.rereading.count(db)
        read, changed = 0, 0
        changes: Changes = Counter()
        last = 0
        while rows := _batch(engines, last):
            last = rows[-1].id
            changed += _write(engines, rows, settings.clock(), changes)
            read += len(rows)
            progress("reading again", read, total)
    log.info("read again listings=%d changed=%d", read, changed)
    _show(read, changed, changes, shape)


def _batch(engines: session.Engines, last: int) -> list[Any]:
    with session.reading(engines) as db:
        return list(queries.rereading.after(db, last, BATCH))


def _write(engines: session.Engines, rows: list[Any], now: datetime, changes: Changes) -> int:
    """Write what differs; how many listings read otherwise now."""
    new: list[dict[str, Any]] = []
    changed = 0
    for row in rows:
        values = _values(row)
        differs = {name for name, value in values.items() if value != getattr(row, name)}
        if differs:
            own = differs - {"digest"}
            changed += bool(own)
            new.append({"id": row.id, **values, "updated_at": now if own else row.updated_at})
            changes.update((name, *_words(row, values, name)) for name in TOLD if name in differs)
    if new:
        with session.writing(engines) as db:
            queries.listings.change(db, new)
    return changed


def _values(row: Any) -> dict[str, Any]:
    """What is read of a listing's words, and the digest of what it is then."""
    from crawler import columns
    from matcher import roles as kinds

    posting = _posting(row)
    told = columns.columns(posting, kinds.classify(row.title, row.description))
    told["demands"] = columns.demanded(posting)
    if told["pay_per_year"] is not None:
        told["pay_per_year"] = round(told["pay_per_year"], 4)  # as it is stored
    return {name: told[name] for name in queries.rereading.READ}


def _posting(row: Any) -> JobPosting:
    """The posting that a listing was made from."""
    from crawler.items import JobPosting, MonetaryAmount, Place

    salary = dict(row.base_salary or {})
    for name in {"min_value", "max_value"} & salary.keys():
        salary[name] = Decimal(salary[name])
    stated = {name: getattr(row, name) for name in queries.jobs.POSTING_FIELDS}
    stated |= {
        "job_location": tuple(Place(**place) for place in row.job_location),
        "base_salary": MonetaryAmount(**salary) if salary else None,
        "employment_type": tuple(row.employment_type),
    }
    return JobPosting(source=row.source, identifier=row.identifier, **stated)


def _words(row: Any, values: dict[str, Any], name: str) -> tuple[str, str]:
    return getattr(row, name) or "none", values[name] or "none"


def _show(read: int, changed: int, changes: Changes, shape: str) -> None:
    rows = [
        {"what": what, "from": before, "to": after, "listings": count}
        for (what, before, after), count in sorted(changes.items(), key=lambda one: (-one[1], one[0]))
    ]
    if shape == "json":
        click.echo(printing.dumps({"read": read, "changed": changed, "changes": rows}))
    else:
        click.echo(f"read {read:,} listings, {changed:,} changed")
        if rows:
            printing.emit(rows, "table", ["what", "from", "to", "listings"])
    if changed:
        click.echo("the pages follow with `rolecall group` and `rolecall index`", err=True)
