"""`rolecall sources remove`: a source is crawled no more; with --forget nothing of it is left."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from crawler import sources as named
from crawler import sourcesfile
from db import lease, queries, scrubbing, session
from rolecall.commands import crawling, opening, printing, sources
from rolecall.settings import Settings

if TYPE_CHECKING:
    from matcher import grouping

log = logging.getLogger(__name__)


@sources.sources.command("remove", short_help="Crawl a source no more; delete what is known of it.")
@click.argument("name", metavar="SOURCE")
@click.option("--forget", is_flag=True, help="Delete its listings and all else that is remembered of it.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.pass_obj
def remove(settings: Settings, name: str, forget: bool, yes: bool) -> None:
    """Take SOURCE out of sources.toml; the comments there stay.

    Its listings are closed by the next refresh, and stay readable as closed ones. With --forget they are
    deleted at once and for good, with its runs, its drops and decisions about its listings: for a takedown
    request, or an employer who asks. A job that other sources list too stays, without this one; the address
    of any other answers 404. Jobs are grouped, the index is fitted anew, and an SQLite file is rewritten, so
    that nothing of the source can be read in either. An archive (an imported file) can be forgotten too.

    Whoever is stopped on the way says it once more: with --yes, what is left of the work is done.

    Backups and logs are yours to look after.
    """
    told = crawling.named(settings, none=True)
    if not forget:
        _take_out(settings, name, told)
        click.echo("the next refresh closes its listings; --forget would delete them", err=True)
        return
    with opening.database(settings, create=True) as engines, lease.held(engines, "forget"):
        with session.reading(engines) as db:
            found = queries.sources.find(db, [name]).get(name)
            known = queries.forgetting.remembered(db, found) if found else {}
        if found is None and name not in {one.name for one in told}:
            _again(settings, engines, name, told, sure=yes)
            return
        what = _counted(known) or "nothing yet"
        if not yes:
            click.confirm(f"Delete all that is remembered of {name} ({what}) for good?", abort=True)
        if name in {one.name for one in told}:
            _take_out(settings, name, told)
        if found is not None:
            _forget(settings, engines, name)


def _again(
    settings: Settings, engines: session.Engines, name: str, told: tuple[named.Source, ...], *, sure: bool
) -> None:
    """What is left to do where a source was deleted and we were stopped before index and file were written.

    :raise ClickException: when nobody is sure, or another name is so near that it may have been meant.
    """
    with session.reading(engines) as db:
        names = {row.name for row in queries.sources.overview(db)} | {one.name for one in told}
    nearest = named.nearest(name, names)
    unknown = f"nothing is known of a source '{name}'{nearest}"
    if not sure:
        raise click.ClickException(unknown)
    _sweep(settings, engines)
    if nearest:
        raise click.ClickException(unknown)
    click.echo(f"{unknown}: nothing of it is left in index and database", err=True)


def _take_out(settings: Settings, name: str, told: tuple[named.Source, ...]) -> None:
    names = [one.name for one in told]
    if name not in names:
        nearest = named.nearest(name, names) or "; to delete what is remembered of it, add --forget"
        raise click.ClickException(f"{settings.sources_file} names no '{name}'{nearest}")
    sourcesfile.remove(settings.sources_file, names.index(name))
    click.echo(f"taken out of {settings.sources_file}: {printing.visible(name)}")
    if len(names) == 1:
        click.echo("it was the only one: a refresh needs another, see `rolecall sources add`", err=True)


def _forget(settings: Settings, engines: session.Engines, name: str) -> None:
    """Delete it, then bring jobs, index and file to the same; who is stopped between says it once more."""
    with session.writing(engines) as db:
        found = queries.sources.find(db, [name])[name]
        known = queries.forgetting.remembered(db, found)
        jobs = queries.forgetting.forget(db, found, settings.clock())
    log.info("forgot source=%s listings=%d jobs=%d", name, known["listings"], jobs["gone"])
    click.echo(f"deleted: {_counted(known)}")
    click.echo(f"jobs: {jobs['gone']:,} gone, {jobs['kept']:,} kept, which other sources list too")
    _sweep(settings, engines)


def _counted(known: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count:,} {kind.removesuffix('s') if count == 1 else kind}" for kind, count in known.items()
    )


def _sweep(settings: Settings, engines: session.Engines) -> None:
    """Bring jobs, index and file to what the tables hold."""
    from matcher import grouping, index, search

    with printing.progress() as progress:
        outcome: grouping.Outcome = grouping.regroup(
            *(engines, settings.clock(), progress),
            folder=settings.shelf_directory,
            processes=os.cpu_count() or 1,
        )
        try:
            search.reindex(engines, settings.index_directory, refit=True)
        except index.IndexProblem as error:
            raise click.ClickException(f"{error}; then run `rolecall index --refit`") from error
    click.echo(f"grouped and indexed anew: {outcome.jobs:,} jobs")
    if not scrubbing.scrub(engines):
        click.echo(
            "somebody reads the database: its log may hold what was deleted until that ends"
            " and something is written",
            err=True,
        )
