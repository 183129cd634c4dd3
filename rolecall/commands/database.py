"""`rolecall db`: make the database, bring it up to date, see how it is."""

from __future__ import annotations

from dataclasses import asdict

import click

from db import session, upgrade
from rolecall.commands import printing
from rolecall.settings import Settings


@click.group("db")
def db() -> None:
    """The database: make it, bring it up to date, see how it is."""


@db.command("upgrade")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def upgrade_(settings: Settings, shape: str) -> None:
    """Make the database if there is none, and bring its tables up to date.

    All or nothing: when it fails the database is as it was. Doing it again changes nothing.
    """
    try:
        show(upgrade.upgrade(settings.database_url), shape)
    except session.Unusable as error:
        raise click.ClickException(str(error)) from error


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


def show(found: upgrade.Status, shape: str) -> None:
    """Print where a database stands."""
    if shape == "json":
        click.echo(printing.dumps(asdict(found)))
        return
    click.echo(f"database  {found.database}")
    click.echo(f"tables    {found.current or 'none yet'} of {found.head}")
    click.echo(f"pending   {', '.join(found.pending) or 'nothing'}")
