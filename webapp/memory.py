"""What every request reads: the database, the index that holds, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from db import session
from matcher import index, search
from webapp import turns

T = TypeVar("T")
NAME = "rolecall"  # in app.extensions
SECONDS = 1.0  # that a statement may take of a page that anyone may open
LONGER = 5.0  # and of one for people who sign in, or for programs: that of a whole desk


@dataclass(frozen=True)
class Memory:
    """An app's own; whoever made the app may close it."""

    engines: session.Engines
    index: search.CurrentIndex
    clock: Callable[[], datetime]
    shelf: Path  # the folder from which the jobs follow what people decide
    figures: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)  # each with what it was counted of

    def close(self) -> None:
        """Let go of the database and of the index."""
        self.engines.close()
        self.index.close()
        self.figures.clear()


def open_memory(app: Flask) -> None:
    """Open what the app's configuration names; raises session.Unusable."""
    engines = session.open_engines(app.config["DATABASE_URL"])
    index = search.CurrentIndex(engines, Path(app.config["INDEX_DIRECTORY"]))
    app.extensions[NAME] = Memory(engines, index, app.config["CLOCK"], Path(app.config["SHELF_DIRECTORY"]))


def here() -> Memory:
    """The memory of the app that answers."""
    found: Memory = current_app.extensions[NAME]
    return found


def counted(opened: index.Index, what: str, count: Callable[[], T]) -> T:
    """A figure that holds as long as an index does, counted once for it and not for every visitor."""
    return counted_at(opened.name, what, count)


def counted_at(state: Hashable, what: str, count: Callable[[], T]) -> T:
    """A figure that holds as long as something is as it is, counted once for that state."""
    figures = here().figures
    known = figures.get(what)
    if known is None or known[0] != state:
        known = figures[what] = state, count()
    found: T = known[1]
    return found


def reading() -> AbstractContextManager[Session]:
    """The request's session: it sees one moment and must answer soon; raises session.Unusable."""
    return session.reading(here().engines, seconds=g.get("seconds", SECONDS))


@contextmanager
def writing(patience: float) -> Iterator[Session]:
    """A session that writes, after some seconds of waiting at most; others compute meanwhile.

    :raise session.Unusable: when another writer takes longer, or the database cannot be written.
    """
    with turns.here.lent(), session.writing(here().engines, patience=patience) as db:
        yield db
