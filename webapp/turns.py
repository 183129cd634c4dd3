"""Turns at the processor: a process works on few requests at a time, in the order in which they came.

Threads that compute all at once take the interpreter's lock from each other: with a dozen of them an answer
costs a third more, and who came first is no sooner done (docs/pages.md).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

AT_ONCE = 2  # while one waits for the database, another computes


class Turns:
    """So many turns; who gives one back hands it to the one that has waited longest."""

    def __init__(self, many: int = AT_ONCE) -> None:
        self._free = many
        self._waiting: deque[threading.Lock] = deque()
        self._guard = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A turn, as soon as it is one's own."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Leave one's turn to others while one waits, or has another process compute; nothing without one."""
        if not getattr(self._mine, "held", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        with self._guard:
            own = None
            if self._free:
                self._free -= 1
            else:
                own = threading.Lock()
                own.acquire()
                self._waiting.append(own)
        if own:
            own.acquire()  # until it is handed over
        self._mine.held = True

    def _give(self) -> None:
        self._mine.held = False
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def queued(wsgi: Callable[..., Any], turns: Turns) -> Callable[..., Any]:
    """An app of WSGI that answers when its turn has come."""

    def answer(environ: dict[str, Any], start: Any) -> Any:
        with turns.taken():
            return wsgi(environ, start)

    return answer


here = Turns()
