"""Where the tables' history lies, and how far along it a database is; Alembic is loaded only to move."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection; `env.py` takes the connection from it."""
    from alembic.config import Config  # noqa: PLC0415 - a second that ordinary commands need not wait

    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return made


@cache
def history() -> tuple[str, ...]:
    """Every revision that this code knows, oldest first, by the numbers of their files."""
    return tuple(sorted(file.name.partition("_")[0] for file in HERE.glob("versions/[0-9]*_*.py")))


def current(connection: Connection) -> str | None:
    """The revision that a database stands at; None when it holds no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
