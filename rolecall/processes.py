"""Several processes that serve one socket, made by forking a warm one, and the parent that watches them."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)
MINE = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)  # that the parent waits for
TO_END = 28.0  # seconds that children have to answer what they are answering, or to end a refresh
SOON = 1.0  # a child that ends within so many seconds has its follower so much later


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(serve: Callable[[], None], many: int, beside: Callable[[], None] | None = None) -> None:
    """Have `many` children `serve` until Ctrl-C or SIGTERM; one that ends before has a follower.

    One more child does what is to be done `beside`, and has followers, too. Nothing may be open that two
    processes cannot share, such as a connection to a database. SIGTERM ends each by a KeyboardInterrupt; a
    child whose parent died has it, too.
    """
    lifeline, ours = os.pipe()  # ends for the children with their parent, however that ends
    before = signal.signal(signal.SIGCHLD, lambda *_: None)  # what nobody handles may be discarded
    signal.pthread_sigmask(signal.SIG_BLOCK, MINE)
    wanted = [serve] * many + ([beside] if beside else [])
    children: dict[int, tuple[Callable[[], None], float]] = {}
    try:
        while True:
            while wanted:
                work = wanted.pop()
                children[_child(work, lifeline, ours)] = work, time.monotonic()
            if signal.sigwait(MINE) != signal.SIGCHLD:
                return
            for pid, code in _ended(list(children)):
                work, began = children.pop(pid)
                wanted.append(work)
                lived = time.monotonic() - began
                log.error("serving process ended pid=%d code=%d seconds=%d: another begins", pid, code, lived)
                time.sleep(SOON if lived < SOON else 0)
    finally:
        _end(list(children))
        os.close(ours)
        os.close(lifeline)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, MINE)
        signal.signal(signal.SIGCHLD, before)


def _ended(children: list[int]) -> Iterator[tuple[int, int]]:
    """Those that have ended, with their exit codes; of a signal, less than 0."""
    for pid in children:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            yield pid, os.waitstatus_to_exitcode(status)


def _end(children: list[int]) -> None:
    """Ask all to end, and kill at last who does not."""
    for pid in children:
        os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + TO_END
    while children and time.monotonic() < until:
        over = {pid for pid, _ in _ended(children)}
        children = [pid for pid in children if pid not in over]
        time.sleep(0 if over else 0.02)
    for pid in children:
        log.error("serving process killed pid=%d: it did not end in time", pid)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _child(serve: Callable[[], None], lifeline: int, parent_s: int) -> int:
    """Start one, which never comes back from here; its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which decides
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, MINE)
        os.close(parent_s)
        threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            serve()
        code = 0
    except Exception:
        log.exception("serving process failed pid=%d", os.getpid())
    finally:
        logging.shutdown()
        os._exit(code)  # what the parent has to clean up is the parent's


def _follow(lifeline: int) -> None:
    """End as if asked to, once the parent is gone."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
