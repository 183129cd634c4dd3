"""`rolecall refresh`, `rolecall crawl`, `rolecall schedule`: what the sources say now, or every night."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from crawler import sources
from db import lease, queries, session
from rolecall import values
from rolecall.commands import digest, opening, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler import refresh as night
    from crawler import schedule as clock
    from crawler.sources import Source

SHOWN = ("listed", "new", "changed", "dropped", "closed", "held", "open")
log = logging.getLogger(__name__)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes crawl side by side; those of one host stay together.",
)


@click.command("refresh")
@jobs_option
@click.option(
    "--due", is_flag=True, help="Only where a night of the schedule went by since the last refresh."
)
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def refresh(settings: Settings, jobs: int, shape: str, *, due: bool) -> None:
    """Crawl every source that sources.toml names, then group and index: what the schedule does every night.

    A source that fails changes none of its listings. One that the file names no more has its listings closed.
    Makes the file where there is none, and the database where none ever was. Where mail is set up, people who
    follow something by e-mail are told what is new.

    With --due nothing is done where this night has had its refresh: several timers, on one machine or many,
    make one refresh a night, and one that comes every ten minutes makes up a night that was missed.
    """
    with (
        opening.database(settings, create=True) as engines,
        lease.held(engines, "refresh") as held,
        printing.progress() as progress,
    ):
        from crawler import refresh as night
        from matcher import index

        every = named(settings)
        if due and not is_due(engines, settings, every):
            log.info("refresh not needed reason=no night has gone by since the last one")
            return
        ask_for_contact(settings, every)
        try:
            report = night.refresh(
                engines,
                settings.database_url,
                every,
                night_of(settings, jobs),
                settings.index_directory,
                held,
                progress,
            )
        except index.IndexProblem as error:
            raise click.ClickException(str(error)) from error
    digest.after_night(settings)
    show(report, shape)


@click.command("crawl")
@click.argument("names", metavar="[SOURCE]…", nargs=-1)
@jobs_option
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def crawl(settings: Settings, names: tuple[str, ...], jobs: int, shape: str) -> None:
    """Crawl the sources of these names, or every one that is not at rest; other sources are left alone.

    Neither groups nor indexes: run `rolecall group` and `rolecall index` to see what came of it.
    """
    with (
        opening.database(settings, create=True) as engines,
        lease.held(engines, "crawl") as held,
        printing.progress() as progress,
    ):
        from crawler import refresh as night

        asked = chosen(named(settings), names)
        ask_for_contact(settings, asked)
        report = night.crawl(engines, settings.database_url, asked, night_of(settings, jobs), held, progress)
    show(report, shape)


@click.command("schedule")
@click.pass_obj
def schedule(settings: Settings) -> None:
    """Start `rolecall refresh` every night, at the setting `schedule` of the setting `timezone`.

    A night that was missed is made up once, and one that another timer has seen to is left alone. A refresh
    that takes more than `refresh_limit` hours is stopped. Runs until it is told to stop, and then stops a
    refresh that it started, too.
    """
    keep(settings)


def keep(settings: Settings) -> None:
    """Start a refresh every night, in this process, until it is told to stop."""
    from crawler import schedule as clock

    with opening.database(settings, create=True) as engines:
        last = last_night(engines, named(settings))
    # By a clock that is set no night goes by, so each tick is one.
    command = ["refresh"] if settings.now else ["refresh", "--due"]
    clock.run(
        nights(settings),
        [sys.executable, "-m", "rolecall", *command],
        limit=timedelta(hours=settings.refresh_limit),
        now=settings.clock(),
        last=last,
    )


def nights(settings: Settings) -> clock.Nights:
    """When refreshes are due; raises ClickException where that is never."""
    from crawler import schedule as clock

    try:
        times = clock.read_cron(settings.schedule)
    except ValueError as error:
        raise click.ClickException(f"setting 'schedule': {error}") from None
    return clock.Nights(times, ZoneInfo(settings.timezone))


def is_due(engines: session.Engines, settings: Settings, every: Iterable[Source]) -> bool:
    """Whether a night has gone by since every source was asked."""
    from crawler import schedule as clock

    when = nights(settings)
    return clock.due(when.times, when.zone, settings.clock(), last_night(engines, every))


def named(settings: Settings, *, none: bool = False) -> tuple[Source, ...]:
    """What sources.toml names, with `none` maybe nothing; the file is made where there is none."""
    if sources.install(settings.sources_file):
        click.echo(f"made a new list of sources: {settings.sources_file}", err=True)
    return sources.read(settings.sources_file, sources.spiders(), settings.allow_private, none=none)


def ask_for_contact(settings: Settings, asked: Iterable[Source]) -> None:
    """Remind an operator that sources want to know whom to write to."""
    if settings.contact is None and any(one.host not in settings.allow_private for one in asked):
        log.warning("no contact is set: name an address or a page in the setting 'contact'")


def chosen(every: Iterable[Source], names: Iterable[str]) -> list[Source]:
    """The sources of these names; without names, all that are not at rest."""
    known = {one.name: one for one in every}
    for name in names:
        if name not in known:
            nearest = values.nearest(name, known) or ": `rolecall sources list` names them all"
            raise click.BadParameter(f"no source '{name}'{nearest}", param_hint="SOURCE")
    return [known[name] for name in dict.fromkeys(names)] or [one for one in known.values() if one.enabled]


def night_of(settings: Settings, jobs: int) -> night.Night:
    """What the settings say of a night."""
    from crawler import refresh as night

    return night.Night(
        now=settings.clock(),
        wanted=settings.roles,
        allow_private=settings.allow_private,
        contact=settings.contact,
        keys=settings.keys,
        jobs=jobs,
        log_level=settings.log_level,
        log_format=settings.log_format,
        shelf=settings.shelf_directory,
    )


def last_night(engines: session.Engines, every: Iterable[Source]) -> datetime | None:
    """Since when every source has been asked that ever was and is asked every night; None where none was.

    Left out are those that their terms let us ask more seldom, and names under which files were imported.
    """
    seldom = {name for name, spider in sources.classes().items() if spider.rest}
    with session.reading(engines) as db:
        runs = queries.sources.last_runs(db)
    asked = [
        runs[one.name].started_at
        for one in every
        if one.enabled
        and one.spider not in seldom
        and one.name in runs
        and runs[one.name].spider == one.spider
    ]
    return min(asked, default=None)


def show_reasons(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print why a source is as it is, where there is something to say: a line each, below the table."""
    for line in rows:
        if line["reason"]:
            click.echo(printing.visible(f"{line['source']}: {line['reason']}"))


def show(report: night.Report, shape: str) -> None:
    """Print a night, source by source with the sums below; raises ClickException as `judge` does."""
    outcomes = [*report.outcomes, *report.removed]
    rows = [
        {
            "source": one.source,
            "status": one.status,
            "reason": one.reason,
            "seconds": round(one.seconds, 1),
            **one.counts,
            "open": one.counts.get("open_after", 0),
        }
        for one in outcomes
    ]
    names = dict.fromkeys(name for one in outcomes for name in one.counts)
    sums = {name: sum(one.counts.get(name, 0) for one in outcomes) for name in names}
    if shape == "json":
        told: dict[str, Any] = {"sources": rows, "sums": sums, "wrong": report.wrong}
        if report.grouped is not None:
            told |= {"grouped": asdict(report.grouped), "indexed": report.indexed}
        click.echo(printing.dumps(told))
    else:
        total = {"source": f"{len(rows)} sources", "status": "", **sums, "open": sums.get("open_after", 0)}
        shown = [name for name in SHOWN if name != "held" or sums.get("held")]
        printing.emit([*rows, total], "table", ["source", "status", *shown])
        show_reasons(rows)
    judge(report)


def judge(report: night.Report) -> None:
    """Raise ClickException for a night that was none."""
    if report.wrong:
        raise click.ClickException("the numbers of this night do not add up: the log names them")
    if report.unstored:
        lost = ", ".join(one.source for one in report.unstored)
        raise click.ClickException(f"not all was stored of {lost}: {report.unstored[0].reason}")
    if report.failed:
        raise click.ClickException("every source failed: the reason of each stands above")
