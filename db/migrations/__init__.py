"""Where the tables' history lies, and how far along it a database is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text


def config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection; `env.py` takes the connection from it."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return made


@cache
def history() -> tuple[str, ...]:
    """Every revision that this code knows, oldest first; the last one is the head."""
    revisions = ScriptDirectory(str(Path(__file__).parent)).walk_revisions()
    return tuple(script.revision for script in revisions)[::-1]


def current(connection: Connection) -> str | None:
    """The revision that a database stands at; None when it holds no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
