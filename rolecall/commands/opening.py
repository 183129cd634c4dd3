"""Open what a command works on, and make the database where it is asked for and none was ever there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from db import session, upgrade
from rolecall.settings import Settings

if TYPE_CHECKING:
    from matcher import index as indexes


@contextmanager
def database(settings: Settings, *, create: bool = False, quiet: bool = False) -> Iterator[session.Engines]:
    """The database's engines, closed at the end; raises session.Unusable.

    `create` makes a database that is missing, and says so; but never beside an index, which tells that
    a database has been lost.
    """
    if create and _never_was(settings):
        status = upgrade.upgrade(settings.database_url)
        if not quiet:
            click.echo(f"made a new database: {status.database}", err=True)
    engines = session.open_engines(settings.database_url)
    try:
        yield engines
    finally:
        engines.close()


def index(engines: session.Engines, settings: Settings) -> indexes.Index:
    """The index of the open jobs; where it has none, it is said what to do."""
    from matcher import index as indexes
    from matcher import search

    try:
        opened = search.open_index(engines, settings.index_directory)
    except indexes.IndexProblem as error:
        raise click.ClickException(str(error)) from error
    if not opened.size:
        click.echo(
            "no job is indexed: run `rolecall import FILE`, `rolecall group`, `rolecall index`", err=True
        )
    return opened


def _never_was(settings: Settings) -> bool:
    file = session.path(session.address(settings.database_url))
    if file is None or file.exists():  # a file without tables: another first run is making them just now
        return upgrade.status(settings.database_url).current is None
    return not settings.index_directory.exists()
