"""`rolecall demo`: a whole refresh over the bundled web, then the pages, or the best jobs for a résumé."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import click

from crawler import logs
from db import lease, queries, scratch, session
from rolecall import settings as rolecall_settings
from rolecall.commands import crawling, matching, opening, printing, serving
from rolecall.settings import Settings

RESUMES = ("bilingual_representative.txt", "career_changer.docx", "team_lead.pdf")  # the first is ranked
PAGES, OFFERED = "web", "resumes"  # the folders of a demo's home that hold its pages and its résumés
PORT = 8000
JOBS = 8


@click.command("demo")
@click.argument("resume", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port of the pages (default: {PORT}, or a free one)."
)
@click.option("--no-serve", is_flag=True, help="Print the best jobs for a résumé instead, and end.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"With --no-serve: how many jobs (default: {JOBS})."
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep everything in this folder, new or of an earlier demo (default: a folder that is forgotten).",
)
@click.pass_obj
def demo(
    settings: Settings,
    resume: Path | None,
    port: int | None,
    no_serve: bool,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show the whole path on fictional jobs: crawl, group, index, and the pages on this machine.

    Writes 150 postings as the pages of 26 sources in five formats, with the mess of the real thing, crawls
    them as `rolecall refresh` does, and serves what is left, until you stop it with Ctrl-C; three fictional
    résumés lie ready to be tried. Nothing outside this machine is asked, and your own database is not
    touched. It takes some seconds.

    With --no-serve the best jobs for a résumé are printed instead: for RESUME, a file of your own (PDF, DOCX
    or text), or for a fictional one.

    With --home you may look around afterwards: set ROLECALL_HOME to that folder, and try `rolecall match`,
    `rolecall explain` or `rolecall export jobs`. The same demo in the same folder again is a second night.
    """
    if no_serve and port is not None:
        raise click.UsageError("--port and --no-serve exclude each other")
    if not no_serve and (resume or limit):
        raise click.UsageError("RESUME and --limit are for --no-serve: the pages take a résumé themselves")
    for floor in logs.FLOORS:  # a demo shows results, not the events of a night
        logging.getLogger(floor).setLevel(logging.WARNING)
    with contextlib.ExitStack() as stack:
        at = None if no_serve else stack.enter_context(listening(port))  # first: it may be taken
        folder = stack.enter_context(_folder(home))
        here = rolecall_settings.load({}, home=folder).model_copy(update={"now": settings.clock()})
        offered = _offer(folder)
        engines = stack.enter_context(opening.database(here, create=True, quiet=True))
        _collect(here, engines, every_source=no_serve)
        if at is None:
            _rank(here, engines, resume or offered / RESUMES[0], limit or JOBS)
            return
        click.echo(f"Résumés to try lie in {offered}: {', '.join(RESUMES)}.")
        serving.until_stopped(here, at)


def listening(port: int | None) -> socket.socket:
    """A socket for the pages; where nobody chose the port and the usual one is taken, a free one."""
    if port is not None:
        return serving.listening("127.0.0.1", port)
    try:
        return serving.listening("127.0.0.1", PORT)
    except click.ClickException:
        return serving.listening("127.0.0.1", 0)


@contextlib.contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    """The demo's home; never one that holds anything else."""
    if home is None:
        with scratch.folder("demo") as folder:
            yield folder
        return
    if home.exists() and not (home / PAGES).is_dir() and any(home.iterdir()):
        raise click.BadParameter(f"{home} holds something else: name a new folder", param_hint="--home")
    home.mkdir(parents=True, exist_ok=True)
    yield home.absolute()


def _offer(home: Path) -> Path:
    """The folder of a demo's home in which three fictional résumés lie."""
    folder = home / OFFERED
    folder.mkdir(exist_ok=True)
    for name in RESUMES:
        (folder / name).write_bytes((resources.files("crawler.demo") / "resumes" / name).read_bytes())
    return folder


def _collect(here: Settings, engines: session.Engines, *, every_source: bool) -> None:
    """Crawl, group and index the demo's web, and say what came of it."""
    from crawler import refresh
    from crawler.demo import web

    now, pages = here.clock(), here.home / PAGES
    web.write(pages, now.date()).replace(here.sources_file)
    night = replace(crawling.night_of(here, 1), log_level="WARNING", replay=pages)
    with lease.held(engines, "demo") as held, printing.progress() as progress:
        every = crawling.named(here)
        report = refresh.refresh(
            engines, here.database_url, every, night, here.index_directory, held, progress
        )
    if every_source:
        click.echo("What each source gave:\n")
        crawling.show(report, "table")
        click.echo()
    else:
        crawling.judge(report)
        read = sum(one.counts["read"] for one in report.outcomes)
        click.echo(f"{len(report.outcomes)} sources were read; of {read} postings:")
    click.echo(f"Dropped: {_drops(engines)}.")
    if outcome := report.grouped:
        click.echo(
            f"{outcome.listings} listings are {outcome.jobs} jobs on {outcome.cards} cards; "
            f"texts shared by different organizations: {outcome.templates}."
        )


def _rank(here: Settings, engines: session.Engines, resume: Path, limit: int) -> None:
    from matcher import filters, parsing, profile, search

    click.echo(f"\nThe best jobs for {resume.name}:\n")
    opened = search.open_index(engines, here.index_directory)
    parsed, anything = parsing.parse(matching.read_text(resume)), filters.Filters()
    person = profile.of(parsed)
    with session.reading(engines) as db:
        found = search.best(db, opened, person, anything, limit)
    told = matching.accounts(found, person, anything, parsed)
    matching.show(found, told, "table", here.clock().date())


def _drops(engines: session.Engines) -> str:
    with session.reading(engines) as db:
        reasons = Counter(row.reason for row in queries.sources.drops(db))
    told = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {reason}" for reason, number in told) or "nothing"
