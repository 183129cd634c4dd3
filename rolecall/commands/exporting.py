"""`rolecall export`: jobs, listings, compared pairs and the drop ledger, for other programs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

import click

from db import queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings


@click.group("export")
def export() -> None:
    """Print what is stored: JSON lines unless told otherwise."""


def _printed(
    settings: Settings, shape: str, columns: list[str], rows: Callable[[Any], Iterable[dict[str, Any]]]
) -> None:
    with opening.database(settings) as engines, session.reading(engines) as db:
        printing.emit(rows(db), shape, columns)


@export.command("jobs", short_help="Every job with its listings and the reasons.")
@printing.format_option("jsonl")
@click.pass_obj
def jobs(settings: Settings, shape: str) -> None:
    """Every job with its listings, its fields and why its listings are one job.

    Every listing stands in exactly one line. Two jobs are one card if and only if their campaigns are equal
    and not null. The fields are the canonical listing's, but for those that another listing states better:
    `stated_by` names it.
    """
    columns = ["job", "campaign", "template", "title", "hiring_organization", "listings"]
    _printed(settings, shape, columns, functools.partial(_grouped, _jobs))


def _grouped(rows: Callable[[Any], Iterator[dict[str, Any]]], db: Any) -> Iterator[dict[str, Any]]:
    """What a grouping says, where it says it of every listing."""
    if waiting := queries.jobs.ungrouped(db):
        raise click.ClickException(f"{waiting:,} listings belong to no job yet: run `rolecall group` first")
    return rows(db)


def _jobs(db: Any) -> Iterator[dict[str, Any]]:
    from matcher.dedupe import golden

    for job, rows in groupby(queries.jobs.exported(db), key=lambda row: row.job):
        members = list(rows)
        canonical = next(row for row in members if row.canonical)
        record = golden.record([canonical, *(row for row in members if row is not canonical)])
        yield {
            "job": job,
            "campaign": canonical.campaign,
            "template": canonical.template,
            "listings": [_name(row) for row in members],
            **{name: getattr(canonical, name) for name in queries.jobs.POSTING_FIELDS},
            **{name: told.value for name, told in record.items()},
            "canonical": _name(canonical),
            "stated_by": {name: _name(told.listing) for name, told in golden.elsewhere(record).items()},
            "role": canonical.role,
            "level": canonical.level,
            "closed_at": canonical.job_closed_at,
            "reasons": canonical.reasons,
        }


def _name(row: Any) -> dict[str, str]:
    return {"source": row.source, "identifier": row.identifier}


@export.command("listings", short_help="Every listing as its source says it.")
@printing.format_option("jsonl")
@click.pass_obj
def listings(settings: Settings, shape: str) -> None:
    """Every listing as its source says it, with its job, role, first and last seen."""
    _printed(settings, shape, ["source", "identifier", "job", "title", "hiring_organization"], _listings)


def _listings(db: Any) -> Iterator[dict[str, Any]]:
    for row in queries.listings.every(db):
        fields = dict(row._mapping)
        del fields["id"], fields["contacts"]
        yield {
            "source": fields.pop("source"),
            "identifier": fields.pop("identifier"),
            "job": fields.pop("job_id"),
            **fields,
        }


@export.command("drops", short_help="What was read and not stored, and why.")
@printing.format_option("jsonl")
@click.pass_obj
def drops(settings: Settings, shape: str) -> None:
    """The drop ledger: what was read and not stored, why, since when, for how many nights."""
    columns = ["source", "identifier", "reason", "words", "title", "first_seen", "last_seen", "nights"]
    _printed(settings, shape, columns, _drops)


def _drops(db: Any) -> Iterator[dict[str, Any]]:
    from webapp import drops

    words = functools.cache(drops.in_words)
    for row in queries.sources.drops(db):
        yield {**row._mapping, "words": words(row.reason)}


@export.command("duplicates", short_help="Compared pairs, near misses included.")
@printing.format_option("jsonl")
@click.pass_obj
def duplicates(settings: Settings, shape: str) -> None:
    """Every pair of listings that was joined or linked, and every near miss, with features and reasons."""
    columns = ["a", "b", "relation", "decided_by", "probability", "features", "reasons"]
    _printed(settings, shape, columns, functools.partial(_grouped, _duplicates))


def _duplicates(db: Any) -> Iterator[dict[str, Any]]:
    for row in queries.pairs.named(db):
        yield {
            "a": {"source": row.source_a, "identifier": row.identifier_a},
            "b": {"source": row.source_b, "identifier": row.identifier_b},
            "relation": row.relation,
            "decided_by": row.decided_by,
            "probability": row.probability,
            "features": row.features,
            "reasons": row.reasons,
        }
