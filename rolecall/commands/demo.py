"""`rolecall demo`: the bundled postings through the whole path, in a home that is forgotten afterwards."""

from __future__ import annotations

import logging
import tempfile
from datetime import datetime
from importlib import resources
from pathlib import Path

import click

from rolecall import settings as rolecall_settings
from rolecall.commands import importing, matching, opening, printing
from rolecall.settings import Settings


@click.command("demo", short_help="Show the whole path on fictional postings.")
@click.argument("resume", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(min=1), default=8, show_default=True, help="How many jobs.")
@click.pass_obj
def demo(settings: Settings, resume: Path | None, limit: int) -> None:
    """Show the whole path on fictional postings: import, group, index, match.

    RESUME is a file of your own (PDF, DOCX or text); without it a fictional résumé is ranked. Nothing is
    kept, and your own database is not touched.
    """
    for floor in ("db", "matcher"):  # a demo shows results, not the events of a night
        logging.getLogger(floor).setLevel(logging.WARNING)
    with (
        tempfile.TemporaryDirectory(prefix="rolecall-demo-") as folder,
        resources.as_file(resources.files("crawler.demo")) as bundled,
    ):
        home = Path(folder)
        here = rolecall_settings.load({}, home=home)
        _run(here, settings.clock(), bundled, resume, limit)


def _run(here: Settings, now: datetime, bundled: Path, resume: Path | None, limit: int) -> None:
    from crawler import demo as sample
    from matcher import grouping, search

    postings = here.home / "postings.jsonl"
    sample.write(postings, now.date())
    resume = resume or bundled / "resumes" / "bilingual_representative.txt"
    with opening.database(here, create=True, quiet=True) as engines:
        with printing.progress() as progress:
            summary = importing.take(
                engines, [postings], wanted=frozenset(here.roles), now=now, progress=progress
            )
            outcome = grouping.regroup(engines, now, progress)
            built = search.reindex(engines, here.index_directory)
        click.echo("Read from the bundled postings:\n")
        importing.show(summary, "table")
        click.echo(
            f"\n{outcome.listings} listings are {outcome.jobs} jobs on {outcome.cards} cards; "
            f"texts shared by different organizations: {outcome.templates}.\n"
        )
        click.echo(f"The best jobs for {resume.name}:\n")
        text = matching.read_text(resume)
        found = matching.ranked(engines, built, text, search.Filters(), limit)
        matching.show(found, "table", now.date())
