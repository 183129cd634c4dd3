"""The one front door: `rolecall COMMAND`."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from crawler import logs, sources
from db import lease, session
from rolecall import settings
from rolecall.commands import (
    adding,
    crawling,
    database,
    demo,
    digest,
    exporting,
    forgetting,
    grouping,
    importing,
    matching,
    people,
    roles,
    serving,
    verdicts,
)
from rolecall.commands import settings as settings_commands
from rolecall.commands import sources as sources_commands


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        :raise click.ClickException: with what to do, exit code 1, or 3 when another run holds the lease.
        :raise click.exceptions.Exit: with 130 after Ctrl-C, 143 after SIGTERM.
        """
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
    if ctx.obj is None:
        ctx.obj = settings.load(os.environ)
    logs.begin(ctx.obj.log_level, ctx.obj.log_format)


main.add_command(crawling.refresh)
main.add_command(crawling.crawl)
main.add_command(crawling.schedule)
main.add_command(importing.import_)
main.add_command(grouping.group)
main.add_command(matching.index)
main.add_command(matching.match)
main.add_command(grouping.explain)
main.add_command(exporting.export)
main.add_command(verdicts.verdicts)
main.add_command(demo.demo)
main.add_command(serving.serve)
main.add_command(digest.digest)
sources_commands.sources.add_command(adding.add)
sources_commands.sources.add_command(forgetting.remove)
main.add_command(sources_commands.sources)
main.add_command(roles.roles)
main.add_command(people.user)
main.add_command(people.token)
main.add_command(database.db)
main.add_command(settings_commands.settings)

if __name__ == "__main__":
    main()
