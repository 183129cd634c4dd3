"""`rolecall settings`: what holds, and where it was said."""

from __future__ import annotations

from dataclasses import asdict

import click

from rolecall.commands import printing
from rolecall.settings import Settings


@click.group("settings")
def settings() -> None:
    """What Rolecall was told by its settings file and by ROLECALL_* variables."""


@settings.command("show")
@printing.format_option("table", ("table", "json"))
@click.pass_obj
def show(told: Settings, shape: str) -> None:
    """Print every setting: its value, and whether the default, the file or a variable said so.

    The file is rolecall.toml in the home; a variable is called ROLECALL_ and the setting's name, and goes
    before the file. Passwords are masked.
    """
    if shape == "json":
        printing.emit([asdict(setting) for setting in told.shown()], shape, ())
        return
    for setting in told.shown():
        click.echo(f"{setting.name:<14}{spoken(setting.value):<60}  {setting.said_by}")


def spoken(value: str | list[str] | None) -> str:
    """A value for people."""
    return "not set" if value is None else value if isinstance(value, str) else ", ".join(value) or "none"
