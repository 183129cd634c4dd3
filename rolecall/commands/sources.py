"""`rolecall sources`: what is crawled, how each source is, and what a person confirms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from crawler.sources import Source, classes
from db import confirming, queries, session
from rolecall.commands import crawling, opening, people, printing
from rolecall.settings import Settings

if TYPE_CHECKING:
    from crawler import refresh
    from crawler.recognise import Found

COLUMNS = ["source", "status", "open", "held", "finished_at"]


@click.group("sources")
def sources() -> None:
    """The sources that are crawled; they are named in sources.toml in the home."""


@sources.command("list", short_help="Show how every source is.")
@printing.format_option("table")
@click.pass_obj
def list_(settings: Settings, shape: str) -> None:
    """Show every source that sources.toml names, how its last run went, and what it holds back.

    Where there is no sources.toml yet, the one that comes with Rolecall is copied to the home.
    """
    told = crawling.named(settings)
    with opening.database(settings, create=True) as engines, session.reading(engines) as db:
        runs, listings = queries.sources.last_runs(db), queries.sources.open_listings(db)
        held = {one.name: found.held for one in told if (found := queries.sources.held(db, one.name))}
    rows = [_row(one, runs.get(one.name), listings, held) for one in told]
    printing.emit(rows, shape, COLUMNS)
    if shape == "table":
        crawling.show_reasons(rows)


def _row(source: Source, run: Any, listings: dict[str, int], held: dict[str, int]) -> dict[str, Any]:
    return {
        "source": source.name,
        "spider": source.spider,
        "host": source.host,
        "crawl_delay": source.crawl_delay,
        "enabled": source.enabled,
        "status": (run.status if run else "never crawled") if source.enabled else "at rest",
        "reason": run.reason if run else "",
        "started_at": run.started_at if run else None,
        "finished_at": run.finished_at.replace(microsecond=0) if run and run.finished_at else None,
        "resume_at": run.resume_at if run else None,
        "open": listings.get(source.name, 0),
        "held": held.get(source.name, 0),
    }


@sources.command("check", short_help="Ask sources for their first page; store nothing.")
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@printing.format_option("table")
@click.pass_obj
def check(settings: Settings, names: tuple[str, ...], shape: str) -> None:
    """Read sources.toml, ask each source (or those named) for its first page, and store nothing.

    \b
    ok       it lists postings
    empty    the board is there and says that nothing is open now
    unknown  no such board or page: look at how its name is written
    moved    it leads to another place, which is named: no posting can be read there, or it is another board
    blocked  it keeps us out, or asked to be left alone for a while
    failed   no answer, or none that can be read

    Exit code 1 when one of them is none of ok and empty.
    """  # noqa: D301 - click reads the backspace
    told = crawling.chosen(crawling.named(settings), names)
    found = look(settings, told)
    rows = [
        {
            "source": one.source,
            "status": one.status,
            "listed": one.counts.get("listed", 0),
            "reason": one.reason,
        }
        for one in found
    ]
    printing.emit(rows, shape, ["source", "status", "listed", "reason"])
    if bad := [row for row in rows if row["status"] not in ("ok", "empty")]:
        sources = "1 source" if len(rows) == 1 else f"{len(rows)} sources"
        raise click.ClickException(f"{len(bad)} of {sources} gave nothing: see the reasons")


def look(settings: Settings, told: list[Source], **asked: Any) -> list[refresh.Outcome]:
    """A look at the first page of each; a host that asked to be left alone is not asked."""
    from crawler import recognise, refresh

    found = {
        one.name: refresh.Outcome(
            one.name, "blocked", f"its host asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
        )
        for one, until in refresh.at_rest(told, _known(settings, told), settings.clock())
    }
    rest = [one for one in told if one.name not in found]
    found |= refresh.check(rest, crawling.night_of(settings, jobs=1), **asked) if rest else {}
    spiders = classes()
    return [
        _led(found[one.name], recognise.by_address(found[one.name].look.get("led", ""), spiders))
        for one in told
    ]


def _led(outcome: refresh.Outcome, boards: list[Found]) -> refresh.Outcome:
    """What is said of a source that leads to another board."""
    if not boards or boards[0].name.lower() == outcome.source.lower():
        return outcome
    return replace(
        outcome, status="moved", reason=f"it leads to {outcome.look['led']}, which is {boards[0].name}"
    )


def _known(settings: Settings, told: list[Source]) -> dict[str, Any]:
    """What is remembered of these sources; nothing where there is no database yet."""
    file = session.path(session.address(settings.database_url))
    if file is not None and not file.is_file():
        return {}
    with opening.database(settings) as engines, session.reading(engines) as db:
        return dict(queries.sources.find(db, [one.name for one in told]))


@sources.command("confirm", short_help="Close what a run held back.")
@click.argument("source")
@click.pass_obj
def confirm(settings: Settings, source: str) -> None:
    """Close the listings of SOURCE that its last run missed and held: they are really gone.

    A run holds back when more than 40 % and more than 10 of a source's listings are gone at once: that is
    more often a fault of the source than the truth.
    """
    with opening.database(settings) as engines:
        try:
            closed = confirming.confirm(engines, source, people.COMMAND, settings.clock())
        except confirming.NothingHeld as error:
            raise click.ClickException(f"{error}: see `rolecall sources list`") from None
    click.echo(f"closed {closed:,} listing{'' if closed == 1 else 's'} of {source}")
    click.echo(
        "the pages follow with the next refresh, or with `rolecall group` and `rolecall index`", err=True
    )
