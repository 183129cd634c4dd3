"""`rolecall serve`: the pages, on this machine unless told otherwise."""

from __future__ import annotations

import click

from rolecall.settings import Settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port.")
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve a first page: paste a summary, read the ranked jobs. Stop with Ctrl-C."""
    import waitress

    import webapp

    app = webapp.create_app(
        {"DATABASE_URL": settings.database_url, "INDEX_DIRECTORY": settings.index_directory}
    )
    click.echo(f"Rolecall is at http://{host}:{port}/", err=True)
    waitress.serve(app, host=host, port=port, threads=4)
