"""`rolecall demo`: a whole refresh over the bundled web, and the best jobs for a résumé."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import click

from db import lease, queries, session
from rolecall import settings as rolecall_settings
from rolecall.commands import crawling, matching, opening, printing
from rolecall.settings import Settings

RESUME = "bilingual_representative.txt"
PAGES = "web"  # the folder of a demo's home that holds its pages


@click.command("demo", short_help="Show the whole path on a web of fictional jobs.")
@click.argument("resume", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(min=1), default=8, show_default=True, help="How many jobs.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep everything in this folder, new or of an earlier demo (default: a folder that is forgotten).",
)
@click.pass_obj
def demo(settings: Settings, resume: Path | None, limit: int, home: Path | None) -> None:
    """Show the whole path on fictional jobs: crawl, group, index, match.

    Writes 150 postings as the pages of 26 sources in five formats, with the mess of the real thing, crawls
    them as `rolecall refresh` does, and ranks what is left for a résumé. No connection is opened and your own
    database is not touched. It takes some seconds.

    RESUME is a file of your own (PDF, DOCX or text); without it a fictional résumé is ranked.

    With --home you may look around afterwards: set ROLECALL_HOME to that folder, and try `rolecall match`,
    `rolecall explain` or `rolecall export jobs`. The same demo in the same folder again is a second night.
    """
    for floor in ("crawler", "db", "matcher"):  # a demo shows results, not the events of a night
        logging.getLogger(floor).setLevel(logging.WARNING)
    with (
        _folder(home) as folder,
        resources.as_file(resources.files("crawler.demo") / "resumes" / RESUME) as bundled,
    ):
        here = rolecall_settings.load({}, home=folder).model_copy(update={"now": settings.clock()})
        _run(here, resume or bundled, limit)


@contextlib.contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    """The demo's home; never one that holds anything else."""
    if home is None:
        with tempfile.TemporaryDirectory(prefix="rolecall-demo-") as folder:
            yield Path(folder)
        return
    if home.exists() and not (home / PAGES).is_dir() and any(home.iterdir()):
        raise click.BadParameter(f"{home} holds something else: name a new folder", param_hint="--home")
    home.mkdir(parents=True, exist_ok=True)
    yield home.absolute()


def _run(here: Settings, resume: Path, limit: int) -> None:
    from crawler import refresh
    from crawler.demo import web
    from matcher import filters, search

    now, pages = here.clock(), here.home / PAGES
    web.write(pages, now.date()).replace(here.sources_file)
    night = replace(crawling.night_of(here, 1), log_level="WARNING", replay=pages)
    with opening.database(here, create=True, quiet=True) as engines:
        with lease.held(engines, "demo") as held, printing.progress() as progress:
            every = crawling.named(here)
            report = refresh.refresh(
                engines, here.database_url, every, night, here.index_directory, held, progress
            )
        click.echo("What each source gave:\n")
        crawling.show(report, "table")
        click.echo(f"\nDropped: {_drops(engines)}.")
        if outcome := report.grouped:
            click.echo(
                f"{outcome.listings} listings are {outcome.jobs} jobs on {outcome.cards} cards; "
                f"texts shared by different organizations: {outcome.templates}."
            )
        click.echo(f"\nThe best jobs for {resume.name}:\n")
        opened = search.open_index(engines, here.index_directory)
        found = matching.ranked(engines, opened, matching.read_text(resume), filters.Filters(), limit)
        matching.show(found, "table", now.date())


def _drops(engines: session.Engines) -> str:
    with session.reading(engines) as db:
        reasons = Counter(row.reason for row in queries.sources.drops(db))
    told = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {reason}" for reason, number in told) or "nothing"
