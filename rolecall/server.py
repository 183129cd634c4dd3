"""Waitress, set for uploads and slow clients."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, Task, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

from webapp import guard, health
from webapp.seek import uploads

THREADS = 24  # 2 files are read at once and 12 wait; the rest is for everybody else ...
LEAST_THREADS = 8  # ... in a process of several, too
CONNECTIONS = 1000  # that are open; more wait to be accepted
WAITING = 60  # requests for a thread, a second of work; who comes then is told so at once ...
SOME, LONG = 40, 1.0  # ... and where so many wait, the first for so many seconds
AGAIN = 5  # seconds after which that visitor should try again
FOR_HEADER = 20  # seconds from a request's first byte to the end of its header ...
FOR_BODY = 60  # ... and of its body: 6 MiB at 100 kB a second
DRAINED = 64 * guard.MIB  # of an upload that was refused, before its connection is cut
FILES = 4096  # that the process may have open, where the system allows as many: the connections, and room
SETTINGS = {
    "connection_limit": CONNECTIONS,
    "asyncore_use_poll": True,  # select() ends at 1,024 files
    "channel_timeout": 30,  # seconds without a byte
    "cleanup_interval": 10,
    "max_request_header_size": 32 * 1024,
    "max_request_body_size": guard.DEFAULTS["MAX_CONTENT_LENGTH"]
    + 1,  # waitress counts from here, not to here
    "ident": "",
}


M_ARENA_MAX = -8  # glibc's name for it
ARENAS = 2
TRIMMED = 60.0  # seconds after which memory that nobody uses is given back, again and again


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """What Python cannot read, such as a length of 5,000 digits, is malformed like the rest."""

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("The request is malformed") from None


class Busy(Error):  # type: ignore[misc]
    """Too many wait already."""

    code = 503
    reason = "Service Unavailable"


class Refusal(ErrorTask):  # type: ignore[misc]
    """What waitress itself refuses, as it says it, under our policy."""

    def execute(self) -> None:
        self.channel.refused = True
        self.response_headers.extend([*guard.HEADERS.items(), ("Cache-Control", "no-store")])
        if isinstance(self.request.error, Busy):
            self.response_headers.append(("Retry-After", str(AGAIN)))
        super().execute()


class TooLarge(WSGITask):  # type: ignore[misc]
    """A body that is too large is refused by the app, in a page's words, and not waited for."""

    def execute(self) -> None:
        self.channel.refused = True
        headers, size = self.request.headers, self.request.body_bytes_received
        headers["CONTENT_LENGTH"] = str(max(int(headers.get("CONTENT_LENGTH", 0)), size))
        self.set_close_on_finish()
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection, which lingers after a refusal: to cut it amid an upload would lose the answer, too."""

    parser_class = Parser
    refused = False
    lingers = False
    drained = 0  # bytes that came while it lingered
    queued_at = 0.0  # when its request began to wait for a thread

    def __init__(self, server: Any, sock: socket.socket, addr: Any, *rest: Any, **named: Any) -> None:
        self.waits_since = time.monotonic()
        super().__init__(server, sock, addr, *rest, **named)

    def readable(self) -> bool:
        """Whether to wait for bytes; asked once a second or more, and so the place to end one's patience."""
        now = time.monotonic()
        if not self.lingers and (self.requests or self.request is None):  # nothing is half here
            self.waits_since = now
        elif now > self.waits_since + self._patience():
            self.will_close = True
        return bool(super().readable())

    def _patience(self) -> float:
        return FOR_BODY if self.lingers or self.request.headers_finished else FOR_HEADER

    def error_task_class(self, channel: HTTPChannel, request: Any) -> Task:
        kind = TooLarge if isinstance(request.error, RequestEntityTooLarge) else Refusal
        return kind(channel, request)

    def send_continue(self) -> None:
        """Ask for a body only if it will be taken."""
        if self.request.error is None:
            super().send_continue()

    def received(self, data: bytes) -> bool:
        """Read on, or away."""
        if not self.lingers:
            return bool(super().received(data))
        self.drained += len(data)
        self.will_close = self.drained > DRAINED
        return False

    def handle_close(self) -> None:
        """Close, after a refusal only our own half, until the other side has closed or grown silent."""
        if self.refused and self.connected and not self.lingers:
            self.lingers, self.will_close = True, False
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_close()


class Queue(ThreadedTaskDispatcher):  # type: ignore[misc]
    """The threads, and who waits for one; when too many do, a thread of its own refuses the next."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.at_once = ThreadedTaskDispatcher()  # for what costs nothing: a refusal, and that we are alive
        self.at_once.set_thread_count(1)
        self.set_thread_count(threads)

    def add_task(self, task: Channel) -> None:
        """Have the first request of a channel answered."""
        request = task.requests[0]
        if getattr(request, "path", "") == health.ALIVE:
            self.at_once.add_task(task)
        elif not self._full():
            task.queued_at = time.monotonic()
            super().add_task(task)
        else:
            health.REFUSED.inc()
            request.error = request.error or Busy(f"Many are here just now: try again in {AGAIN} seconds.")
            self.at_once.add_task(task)

    def _full(self) -> bool:
        waiting = len(self.queue)
        if waiting < SOME:
            return waiting >= WAITING
        return waiting >= WAITING or time.monotonic() > self.queue[0].queued_at + LONG

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:  # noqa: FBT002
        """End the threads, once they have answered."""
        self.at_once.shutdown(cancel_pending, timeout)
        return bool(super().shutdown(cancel_pending, timeout))


def _spare_memory() -> None:
    """Few heaps for all threads, each of which gives back within a minute what a rare request needed.

    glibc makes up to eight a core, and each keeps what it once needed: a decision, a file, a crowd.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another system, another libc
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, ARENAS)
        threading.Thread(target=_trim, args=(libc.malloc_trim,), name="trim", daemon=True).start()


def _trim(malloc_trim: Callable[[int], int]) -> None:
    while True:
        time.sleep(TRIMMED)
        malloc_trim(0)


def run(app: Flask, listening: socket.socket, processes: int = 1) -> None:
    """Serve until Ctrl-C or SIGTERM: what is being answered is answered, for five seconds.

    As one of some `processes` with a part of the threads, and of the files that are read at once.
    """
    _spare_memory()
    uploads.desk.share(processes)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if most > resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    server = made(app, listening, max(LEAST_THREADS, THREADS // processes))
    try:
        server.run()
    finally:
        server.close()


def made(app: Flask, listening: socket.socket, threads: int = THREADS) -> Any:
    """Waitress's server for an app, which does not run yet."""
    # Where no proxy is known, nobody's word on an address is heard; else the app counts the hops itself.
    unheard = not app.config["PROXIES"]
    server = create_server(
        *(app, None, True, None, Queue(threads)),
        sockets=[listening],
        clear_untrusted_proxy_headers=unheard,
        **SETTINGS,
    )
    server.channel_class = Channel
    return server
