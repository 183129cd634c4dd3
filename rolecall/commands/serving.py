"""`rolecall serve`: the pages, on this machine unless told otherwise."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from db import scratch
from rolecall.commands import crawling, opening
from rolecall.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

MOST_PROCESSES = 64
COUNTED = "PROMETHEUS_MULTIPROC_DIR"
NOBODY = (
    "Nobody can sign in yet, which only recruiters and operators need:"
    " `rolecall user add NAME --role operator` makes an account."
)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0: a free one."
)
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    default=None,
    help="How many processes answer.  [default: one for each processor]",
)
@click.option(
    "--with-schedule", is_flag=True, help="Start a refresh every night, too, as `rolecall schedule` does."
)
@click.pass_obj
def serve(settings: Settings, host: str, port: int, processes: int | None, *, with_schedule: bool) -> None:
    """Serve the pages: paste a summary or drop a résumé, read the ranked jobs. Stop with Ctrl-C.

    Nobody needs an account to look for a job. Recruiters and operators do: see `rolecall user add`; while
    there is none, the page of the sources is open to everybody.

    Without an index the pages say so, and have one as soon as `rolecall refresh` or `rolecall index` made it.
    With --with-schedule that is tonight, or now where a night was missed: one small machine needs no more
    than this one command.
    """
    from rolecall.processes import cores

    many = processes or min(cores(), MOST_PROCESSES)
    if with_schedule:
        with opening.database(settings, create=True):
            crawling.nights(settings)  # what is wrong with either is said here, once
    with listening(host, port) as at:
        until_stopped(settings, at, door=True, processes=many, scheduled=with_schedule)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address of this machine.

    :raise click.ClickException: when there is none to be had, with what to do.
    """
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        return socket.create_server(where[:2], family=family, backlog=1024)
    except (socket.gaierror, UnicodeError) as error:
        raise click.ClickException(f"{host} is no address of this machine: leave --host away") from error
    except OSError as error:
        raise click.ClickException(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken: stop what listens there, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may only be used by the system: choose one from 1024 on with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: leave --host away"
    return f"nothing can listen at {host}, port {port}: {error.strerror}"


def until_stopped(
    settings: Settings, at: socket.socket, *, door: bool = False, processes: int = 1, scheduled: bool = False
) -> None:
    """Serve the pages of an installation on a socket, and say where they are once they answer.

    With `door` also how somebody may sign in, where nobody can; `scheduled`, with its nights. Several
    processes count rates, and what /metrics tells, in a folder of their own, which goes when they do.
    """
    with (
        scratch.folder("pages") as folder,
        _counting(str(folder) if processes > 1 else ""),
    ):
        from rolecall import pages
        from webapp import accounts

        app = pages.app(settings, str(folder / "rates") if processes > 1 else "")
        try:
            with app.app_context():
                if door and not accounts.there():
                    click.echo(NOBODY, err=True)
            click.echo(f"Rolecall is at {address(at)}: stop it with Ctrl-C.", err=True)
            _served(app, at, processes, (lambda: crawling.keep(settings)) if scheduled else None)
        finally:
            pages.close(app)


@contextmanager
def _counting(folder: str) -> Iterator[None]:
    """Where several processes count together; prometheus_client looks for it when it is imported."""
    if folder:
        os.environ[COUNTED] = folder
    try:
        yield
    finally:
        os.environ.pop(COUNTED, None)


def _served(app: Flask, at: socket.socket, many: int, beside: Callable[[], None] | None) -> None:
    from rolecall import pages, processes, server

    if many == 1 and beside is None:
        server.run(app, at)
        return
    pages.close(
        app
    )  # who watches, or starts the nights, would hold the index of this day on the disk for ever

    def serve() -> None:
        pages.warm(app)
        server.run(app, at, many)

    processes.run(serve, many, beside)


def address(at: socket.socket) -> str:
    """The address of the pages on a socket."""
    host, port = at.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
