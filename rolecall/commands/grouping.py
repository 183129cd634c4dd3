"""`rolecall group` and `rolecall explain`: which listings are one job, and why."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

import click

from db import lease, queries, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings

COMPARED = ("relation", "decided_by", "probability", "features", "reasons")


@click.command("group", short_help="Say which listings are one job.")
@printing.format_option("table", ("table", "json"))
@click.option("--refit", is_flag=True, help="Learn anew which sentences say nothing of a job.")
@click.pass_obj
def group(settings: Settings, shape: str, refit: bool) -> None:
    """Say which listings are one job, which jobs are one campaign, which share a template.

    Looks at all listings that are open or closed less than 180 days ago, in whatever order they came, reads
    and compares those that changed, and writes only what changed. A job keeps its id from night to night.
    What was read is kept in the folder `shelf` of the home; it may be deleted, and is made again.
    """
    from matcher import grouping

    with opening.database(settings) as engines, lease.held(engines, "group"), printing.progress() as progress:
        outcome = grouping.regroup(
            *(engines, settings.clock(), progress),
            folder=settings.shelf_directory,
            processes=os.cpu_count() or 1,
            refit=refit,
        )
    told = asdict(outcome)
    if shape == "json":
        click.echo(printing.dumps(told))
        return
    for name, number in told.items():
        click.echo(f"{name.replace('_', ' '):<14}{number:>9,}")


@click.command("explain", short_help="Say why two listings are one job, or are not.")
@click.argument("source_a", metavar="SOURCE")
@click.argument("identifier_a", metavar="IDENTIFIER")
@click.argument("source_b", metavar="SOURCE")
@click.argument("identifier_b", metavar="IDENTIFIER")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def explain(
    settings: Settings, source_a: str, identifier_a: str, source_b: str, identifier_b: str, shape: str
) -> None:
    """Say why two listings are one job, or why they are not, with the evidence."""
    from matcher import dedupe, grouping

    with opening.database(settings) as engines, session.reading(engines) as db:
        rows = [_listing(db, source_a, identifier_a), _listing(db, source_b, identifier_b)]
        jobs = queries.jobs.named(db, [row.job_id for row in rows if row.job_id])
        kept: Any = queries.pairs.one(db, rows[0].id, rows[1].id)
    known = grouping.boilerplate(settings.shelf_directory)
    pair = kept or dedupe.explain(grouping.ad(rows[0]), grouping.ad(rows[1]), known)
    stands = _standing([jobs.get(row.job_id) for row in rows])
    if shape == "json":
        names = {"a": _name(rows[0]), "b": _name(rows[1]), "standing": stands}
        click.echo(printing.dumps(names | {name: getattr(pair, name) for name in COMPARED}))
        return
    for row in rows:
        click.echo(f"{row.source} {row.identifier}: {row.title} · {row.hiring_organization}")
    click.echo(f"\ncompared: {pair.relation} (probability {pair.probability:.2f}, by {pair.decided_by})")
    for reason in pair.reasons:
        click.echo(f"  {reason}")
    click.echo(f"\nas grouped: {stands}\n")
    for name, value in pair.features.items():
        shown = f"{value:.2f}" if isinstance(value, float) else ("" if value is None else str(value))
        click.echo(f"  {name.replace('_', ' '):<32}{shown}")


def _listing(db: Any, source: str, identifier: str) -> Any:
    row = queries.listings.one(db, source, identifier)
    if row is None:
        raise click.ClickException(
            f"no listing {identifier!r} of source {source!r}: `rolecall export listings` names them all"
        )
    return row


def _name(row: Any) -> dict[str, str]:
    return {"source": row.source, "identifier": row.identifier}


def _standing(jobs: list[Any]) -> str:
    a, b = jobs
    if a is None or b is None:
        return "not grouped yet: run `rolecall group`"
    if a.id == b.id:
        return f"one job ({a.id})"
    if a.campaign is not None and a.campaign == b.campaign:
        return f"one campaign ({a.campaign}), two jobs ({a.id}, {b.id})"
    if a.template is not None and a.template == b.template:
        return f"one template ({a.template}), two jobs ({a.id}, {b.id})"
    return f"two jobs ({a.id}, {b.id})"
