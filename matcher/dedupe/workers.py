"""Processes for the pieces of a night that take time; they die with the process that started them."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")
WORTH = 4000  # ads or pairs below which starting a process costs more than it brings
WAITING = 3  # pieces that are handed out for each process, so that a million ads never wait in memory


class Workers:
    """Up to `processes` processes, started when first something is worth it."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def each(self, work: Callable[..., T], pieces: Iterable[tuple[Any, ...]], count: int) -> Iterator[T]:
        """What `work` makes of each piece, in their order; in this process where `count` ads are too few."""
        if count <= WORTH or self.processes < 2:
            yield from (work(*piece) for piece in pieces)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.processes, multiprocessing.get_context("spawn"), initializer=_die_with_the_parent
            )
        waiting: deque[Future[T]] = deque()
        for piece in pieces:
            waiting.append(self._pool.submit(work, *piece))
            if len(waiting) >= WAITING * self.processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Put off looking for cycles: a night's hundred thousands of pairs and jobs have none.

    Looking for them takes half of what it takes to receive them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _die_with_the_parent() -> None:
    """A killed parent cannot tell its children: each watches for itself. Ctrl-C is for the parent to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # what is read of ads has no cycles, and looking for them is a tenth of the work
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
