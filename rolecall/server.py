"""Waitress, set for uploads and slow clients."""

from __future__ import annotations

import contextlib
import resource
import socket
from typing import Any

from flask import Flask
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestEntityTooLarge

from webapp import guard

THREADS = 24  # 2 files are read at once and 16 wait; the rest is for everybody else
CONNECTIONS = 1000  # that are open; more wait to be accepted
DRAINED = 64 * guard.MIB  # of an upload that was refused, before its connection is cut
FILES = 4096  # that the process may have open, where the system allows as many: the connections, and room
SETTINGS = {
    "threads": THREADS,
    "connection_limit": CONNECTIONS,
    "asyncore_use_poll": True,  # select() ends at 1,024 files
    "channel_timeout": 30,  # seconds without a byte
    "cleanup_interval": 10,
    "max_request_header_size": 32 * 1024,
    "max_request_body_size": guard.DEFAULTS["MAX_CONTENT_LENGTH"]
    + 1,  # waitress counts from here, not to here
    "ident": "",
}


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress ships no types
    """What waitress itself refuses, as it says it, under our policy."""

    def execute(self) -> None:
        self.channel.refused = True
        self.response_headers.extend([*guard.HEADERS.items(), ("Cache-Control", "no-store")])
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

    refused = False
    lingers = False
    drained = 0  # bytes that came while it lingered

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


def run(app: Flask, listening: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM: what is being answered is answered, for five seconds."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if most > resource.getrlimit(resource.RLIMIT_NOFILE)[0]:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    # Where no proxy is known, nobody's word on an address is heard; else the app counts the hops itself.
    unheard = not app.config["PROXIES"]
    server = create_server(app, sockets=[listening], clear_untrusted_proxy_headers=unheard, **SETTINGS)
    server.channel_class = Channel
    try:
        server.run()
    finally:
        server.close()
