"""The one front door: `rolecall COMMAND`."""

from __future__ import annotations

import importlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

COMMANDS = {  # where each is, and what belongs to it; its line in the help: only what is run is loaded
    "refresh": ("crawling.refresh", "Crawl every source, then group and index."),
    "crawl": ("crawling.crawl", "Crawl some sources, or all; group nothing."),
    "schedule": ("crawling.schedule", "Start a refresh every night."),
    "import": ("importing.import_", "Store the postings of FILES: JSON lines or CSV, plain or .gz."),
    "group": ("grouping.group", "Say which listings are one job."),
    "index": ("matching.index", "Build the index of the open jobs."),
    "match": ("matching.match", "Rank the open jobs for a résumé."),
    "explain": ("grouping.explain", "Say why two listings are one job, or are not."),
    "export": ("exporting.export", "Print what is stored: JSON lines unless told otherwise."),
    "verdicts": ("verdicts.verdicts", "Move what people decided between installations."),
    "demo": ("demo.demo", "Show the whole path on a web of fictional jobs, in the browser."),
    "serve": ("serving.serve", "Serve the pages: paste a summary or drop a résumé."),
    "digest": ("digest.digest", "Mail new jobs to people who asked for them."),
    "sources": ("sources.sources adding forgetting", "Show the sources, try them, confirm what is held."),
    "roles": ("roles.roles", "What kind of work the listings are."),
    "user": ("people.user", "Who may sign in at the pages."),
    "token": ("people.token", "Which programs may ask, and for what."),
    "db": ("database.db", "Make the database, check it, save it, bring it back."),
    "settings": ("settings.settings", "Show what holds, and where it was said."),
}


class Busy(click.ClickException):
    """Another run holds the lease."""

    exit_code = 3


class Terminated(KeyboardInterrupt):
    """SIGTERM came; to everything that ends well at Ctrl-C it is the same."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does: what is open is rolled back, and the lease given back."""

    def stop(*_: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # only there may signals be caught
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Door(click.Group):
    """Turns what is expected to go wrong into one sentence and an exit code: 1 failed, 3 busy."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for, loaded; what `commands` holds is its line in the help."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name and found else found, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        :raise click.ClickException: with what to do, exit code 1, or 3 when another run holds the lease.
        :raise click.exceptions.Exit: with 130 after Ctrl-C, 143 after SIGTERM.
        """
        from crawler import sources
        from db import lease, session
        from rolecall import settings

        try:
            with stoppable():
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            click.echo("stopped", err=True)
            ctx.exit(143 if isinstance(stop, Terminated) else 130)
        except (session.Unusable, settings.WrongSetting, sources.WrongSources) as error:
            raise click.ClickException(str(error)) from error
        except lease.Busy as error:
            raise Busy(str(error)) from error


def loaded(name: str) -> click.Command:
    """The command of a name."""
    where, *others = COMMANDS[name][0].split()
    for other in others:
        importlib.import_module(f"rolecall.commands.{other}")
    module, _, variable = where.partition(".")
    found: click.Command = getattr(importlib.import_module(f"rolecall.commands.{module}"), variable)
    return found


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rolecall")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Customer-service jobs from files and boards: each job once, ranked for a person, with the reasons.

    A first run: `rolecall demo`; then `rolecall refresh` and `rolecall match RESUME`.
    Everything is kept in ROLECALL_HOME; `rolecall settings show` says where that is.

    Exit codes: 0 done (what was dropped is in the summary), 1 failed, 2 wrong usage, 3 another run is at
    work, 130 or 143 stopped by Ctrl-C or SIGTERM.
    """
    from crawler import logs
    from rolecall import settings

    if ctx.obj is None:
        ctx.obj = settings.load(os.environ)
    logs.begin(ctx.obj.log_level, ctx.obj.log_format)


for each, (_, line) in COMMANDS.items():
    main.add_command(click.Command(each, short_help=line))

if __name__ == "__main__":
    main()
