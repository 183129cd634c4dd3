"""`rolecall serve` in a process of its own, over a small database, and plain HTTP to speak to it."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pages

from db import session, upgrade

ROOT = Path(__file__).parents[1]
OTHERS = (f"127.0.{high}.{low}" for high in range(1, 255) for low in range(1, 255))
AT = re.compile(r"http://(\S+):(\d+)")


@dataclass
class Served:
    """A server that answers; what it says goes to a file, because a pipe that nobody reads would stop it."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    def connect(self, source: str = "", patience: float = 20) -> socket.socket:
        """A connection from an address, else from one that was not here before: each has its own rates."""
        where = ("127.0.0.1", self.port)
        return socket.create_connection(where, patience, (source or next(OTHERS), 0))

    def raw(self, sent: bytes, *, patience: float = 20) -> bytes:
        """What it answers to some bytes, up to its closing the connection."""
        with self.connect(patience=patience) as connection:
            connection.sendall(sent)
            received = b""
            while more := connection.recv(65_536):
                received += more
        return received

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and all that it said."""
        self.process.send_signal(sent)
        return self.process.wait(timeout=60), self.said


def database(home: Path) -> str:
    """The address of a home's database."""
    return f"sqlite:///{home}/rolecall.sqlite3"


def home(folder: Path) -> Path:
    """A home with a small database and its index."""
    upgrade.upgrade(database(folder))
    engines = session.open_engines(database(folder))
    pages.remember(engines, pages.sample()[:4], folder / "index")
    engines.close()
    return folder


@contextmanager
def started(*command: str, **variables: str) -> Iterator[Served]:
    """A command that serves, or a program after "-c", once it has said where."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ROLECALL_")}
    words = [sys.executable, *([] if command[0] == "-c" else ["-m"]), *command]
    with (
        tempfile.NamedTemporaryFile() as output,
        subprocess.Popen(words, cwd=ROOT, env=environ | variables, stdout=output, stderr=output) as process,
    ):
        try:
            one = Served(process, 0, Path(output.name))
            while not (found := AT.search(one.said)):
                assert process.poll() is None, f"it ended before it served: {one.said}"
                threading.Event().wait(0.05)
            yield Served(process, int(found[2]), one.output)
        finally:
            process.kill()


def search(port: int, **headers: str) -> Generator[int]:
    """The status of searches without end; "{}" in a header is the number of the search."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/")
        page = connection.getresponse()
        cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
        assert token is not None
        for number in itertools.count():
            said = {name: value.format(number % 250) for name, value in headers.items()}
            said |= {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
            connection.request("POST", "/jobs", f"csrf_token={token[1]}", said)
            answer = connection.getresponse()
            answer.read()
            yield answer.status


def statuses(port: int, searches: int, **headers: str) -> set[int]:
    """The different statuses of some searches."""
    with closing(search(port, **headers)) as sent:
        return set(itertools.islice(sent, searches))
