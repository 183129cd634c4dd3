"""`rolecall digest`: new jobs by mail, to people who asked for them."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from db import lease, session
from rolecall.commands import opening, printing
from rolecall.settings import Settings, WrongSetting

if TYPE_CHECKING:
    from webapp.seek.follow import digests

log = logging.getLogger(__name__)
OFF = "no mail is sent: set mail_host, mail_from and public_url first (docs/settings.md)"


@click.command("digest")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def digest(settings: Settings, shape: str) -> None:
    """Mail new jobs to everybody who follows a search or a profile by e-mail and has confirmed the address.

    Each person is told of each job once. `rolecall refresh` does the same at its end; run this by itself to
    try again what failed. Exit code 1 when a mail could not be sent: it is sent by the next run.
    """
    report = send(settings)
    told = asdict(report)
    if shape == "json":
        click.echo(printing.dumps(told))
    else:
        printing.emit([told], "table", tuple(told))
    if report.failed:
        raise click.ClickException(f"{report.failed:,} not sent: see the log, and run this once more")


def send(settings: Settings) -> digests.Report:
    """Send what is due.

    :raise click.ClickException: when no mail is sent here, or there is no index yet.
    """
    if settings.mail_host is None:
        raise click.ClickException(OFF)
    from matcher import index
    from rolecall import pages
    from webapp.seek.follow import digests

    with opening.database(settings) as engines, lease.held(engines, "digest"):
        app = pages.app(settings)
        try:
            return digests.send(app)
        except index.IndexProblem as error:
            raise click.ClickException(str(error)) from error
        finally:
            pages.close(app)


def after_night(settings: Settings) -> None:
    """Send what is due at the end of a refresh, where mail is sent at all; what fails undoes no night."""
    if settings.mail_host is None:
        return
    try:
        send(settings)
    except (click.ClickException, lease.Busy, session.Unusable, WrongSetting) as error:
        log.error("digests not sent reason=%s", error)  # noqa: TRY400 - it is said in one sentence
