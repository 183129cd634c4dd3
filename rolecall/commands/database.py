"""`rolecall db`: make the database, bring it up to date, check it, save it and bring it back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from db import backup, checking, queries, session, upgrade
from rolecall.commands import opening, printing
from rolecall.settings import Settings


@click.group("db")
def db() -> None:
    """The database: make it, bring it up to date, check it, save it and bring it back."""


@db.command("upgrade")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def upgrade_(settings: Settings, shape: str) -> None:
    """Make the database if there is none, and bring its tables up to date.

    All or nothing: when it fails the database is as it was. Doing it again changes nothing. After a new
    version of Rolecall it says whether `rolecall group` and `rolecall index` are to follow.
    """
    try:
        show(upgrade.upgrade(settings.database_url), shape)
    except session.Unusable as error:
        raise click.ClickException(str(error)) from error
    with opening.database(settings) as engines:
        waiting = list(stale(engines, settings))
    if waiting:
        commands = " and ".join(f"`rolecall {command}`" for command, _ in waiting)
        click.echo(f"now run {commands}: until then {', and '.join(why for _, why in waiting)}", err=True)


def stale(engines: session.Engines, settings: Settings) -> Iterator[tuple[str, str]]:
    """The commands that make anew what another version left beside the database, and what waits for each."""
    with session.reading(engines) as db:
        if queries.invariants.empty(db):
            return
    from matcher import grouping, search
    from matcher import index as indexes

    if not grouping.remembered(engines, settings.shelf_directory):
        yield "group", "jobs do not follow what recruiters decide"
    try:
        search.open_index(engines, settings.index_directory)
    except indexes.IndexProblem:
        yield "index", "nobody can search"


@db.command("status")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def status(settings: Settings, shape: str) -> None:
    """Look whether the database is there, whole, and up to date; exit code 1 when it is not."""
    try:
        found = upgrade.status(settings.database_url)
    except session.Unusable as error:
        raise click.ClickException(str(error)) from error
    show(found, shape)
    if found.pending:
        raise click.ClickException("the database is behind this Rolecall: run `rolecall db upgrade`")


@db.command("check", short_help="Look at every row: is all well with the database and its index?")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def check(settings: Settings, shape: str) -> None:
    """Look whether the database is whole, holds together, and has an index that fits; exit code 1 if not.

    Reads all of it: torn pages and rows that point nowhere (SQLite), jobs without their canonical listing,
    verdicts that are there twice, crawl runs whose numbers do not add up, an index of another moment. Nothing
    is changed; others may read and write meanwhile.
    """
    began = time.monotonic()
    with opening.database(settings) as engines:
        found = checking.check(engines)
        index = unfit(engines, settings) if not found.faults else ""
    seconds = round(time.monotonic() - began, 1)
    if shape == "json":
        told = {"faults": found.faults, "index": index, "running": found.running}
        click.echo(printing.dumps(told | {"waiting": found.waiting, "seconds": seconds}))
    else:
        for line in found.faults:
            click.echo(line)
        click.echo(f"database  {'whole' if not found.faults else 'not whole'}")
        click.echo(f"index     {index or 'fits'}")
        click.echo(f"running   {found.running or 'no'} crawl runs")
        click.echo(f"waiting   {found.waiting or 'no'} verdicts, for the next grouping")
    if found.faults:
        raise click.ClickException("the database does not hold together: restore it from a backup")
    if index:
        raise click.ClickException("the index does not fit the database: run `rolecall index`")


def unfit(engines: session.Engines, settings: Settings) -> str:
    """Why the index is not of the jobs that are open now, in words; "" where it is."""
    from matcher import index as indexes
    from matcher import search

    try:
        opened = search.open_index(engines, settings.index_directory)
    except indexes.IndexProblem as error:
        return str(error)
    with session.reading(engines) as db:
        now = {job for part in queries.jobs.open_now(db) for job, _, _ in part}
    indexed = {bytes(job).decode() for job in opened.ids() if job}
    if now == indexed:
        return ""
    return f"{len(now - indexed):,} open jobs are not in it, {len(indexed - now):,} in it are not open"


@db.command("backup", short_help="Save the database to a file, while others use it.")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup_(settings: Settings, file: Path) -> None:
    """Save the database to FILE, which must be new; a refresh may run meanwhile, and waits for nothing.

    What is in it is one moment: of a refresh that runs, what it had written until then. Of SQLite it is a
    database itself; of PostgreSQL a dump by pg_dump, which must be installed. It holds all that the database
    holds, hashes of passwords too: keep it as carefully. The index is not in it: `rolecall index` makes it.
    """
    size = backup.save(settings.database_url, file)
    click.echo(f"saved {size:,} bytes to {file}")


@db.command("restore", short_help="Bring the database back from a file that backup wrote.")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Lose the rows that the database holds now.")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def restore(settings: Settings, file: Path, shape: str, *, yes: bool) -> None:
    """Make the database what FILE holds: all of it, or when it fails nothing.

    Refused where the database holds rows, unless you say --yes, and while a run is at work (exit code 3). A
    damaged SQLite file is put aside under another name. The pages may be served meanwhile. Afterwards run
    `rolecall db upgrade` if the file is of an older Rolecall, then `rolecall group` and `rolecall index`.
    """
    found = backup.restore(settings.database_url, file, replace=yes)
    show(found, shape)
    next_ = ["rolecall group", "rolecall index"]
    if found.pending:
        next_.insert(0, "rolecall db upgrade")
    click.echo(f"brought back; now run {', '.join(f'`{command}`' for command in next_)}", err=True)


def show(found: upgrade.Status, shape: str) -> None:
    """Print where a database stands."""
    if shape == "json":
        click.echo(printing.dumps(asdict(found)))
        return
    click.echo(f"database  {found.database}")
    click.echo(f"tables    {found.current or 'none yet'} of {found.head}")
    click.echo(f"pending   {', '.join(found.pending) or 'nothing'}")
