"""More visitors than a server has threads: so many wait, the rest hears at once to come again."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pages
import pytest
import serving
from flask import Flask

from db import queries, session
from rolecall import server
from webapp import accounts, guard, health

WAITING = 3
TOKEN = f"rolecall_{'0' * 43}"
ABOUT = re.compile(rb'rolecall_answers_total\{page="seek.about",status="200"\} (\S+)')


class Crowd:
    """A server of one thread, whose page is answered when its door is open."""

    def __init__(self) -> None:
        app = Flask(__name__)
        app.config["PROXIES"] = 0
        self.open, self.inside = threading.Event(), threading.Event()
        app.add_url_rule("/", "page", self._page, methods=["GET", "POST"])
        app.add_url_rule(health.ALIVE, "alive", lambda: "alive")
        self.at = socket.create_server(("127.0.0.1", 0))
        self.port = self.at.getsockname()[1]
        self.server = server.made(app, self.at, threads=1)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):  # its sockets are closed under it
            self.server.run()

    def _page(self) -> str:
        self.inside.set()
        assert self.open.wait(20)
        return "answered"

    def ask(
        self, body: bytes | None = None, at: str = "/"
    ) -> tuple[int, http.client.HTTPMessage, bytes, float]:
        began = time.monotonic()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, 20)) as one:
            one.request("POST" if body else "GET", at, body)
            answer = one.getresponse()
            return answer.status, answer.headers, answer.read(), time.monotonic() - began


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    monkeypatch.setattr(server, "WAITING", WAITING)
    one = Crowd()
    yield one
    one.open.set()
    one.server.task_dispatcher.shutdown(timeout=5)
    one.server.close()
    one.at.close()


def test_those_who_wait_are_answered_and_the_rest_is_told_at_once_when_to_come_again(crowd: Crowd) -> None:
    with ThreadPoolExecutor(WAITING + 1) as pool:
        admitted = [pool.submit(crowd.ask)]
        assert crowd.inside.wait(10)
        admitted += [pool.submit(crowd.ask) for _ in range(WAITING)]
        while len(crowd.server.task_dispatcher.queue) < WAITING:
            time.sleep(0.01)
        for body in (None, b"x" * 100_000):
            status, headers, said, took = crowd.ask(body)
            assert (status, headers["Retry-After"]) == (503, str(server.AGAIN))
            assert b"Many are here just now: try again in 5 seconds." in said
            assert took < 5
            assert all(headers[name] == value for name, value in guard.HEADERS.items())
            assert headers["Cache-Control"] == "no-store"
        assert crowd.ask(at=health.ALIVE)[::2] == (200, b"alive")  # who is full is alive all the same
        crowd.open.set()
        assert [one.result()[0] for one in admitted] == [200] * (WAITING + 1)
    assert crowd.ask()[0] == 200  # and all is as before


def test_where_some_wait_for_long_nobody_more_is_admitted(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SOME", 2)
    with ThreadPoolExecutor(WAITING) as pool:
        admitted = [pool.submit(crowd.ask)]
        assert crowd.inside.wait(10)
        admitted += [pool.submit(crowd.ask) for _ in range(2)]
        while len(crowd.server.task_dispatcher.queue) < 2:
            time.sleep(0.01)
        monkeypatch.setattr(server, "LONG", 0.0)
        assert crowd.ask()[0] == 503
        crowd.open.set()
        assert [one.result()[0] for one in admitted] == [200] * 3


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Served]:
    """`rolecall serve` of two processes."""
    home = serving.home(tmp_path_factory.mktemp("crowded"))
    engines = session.open_engines(serving.database(home))
    with session.writing(engines) as db:
        queries.people.add_token(db, "prometheus", accounts.digest(TOKEN), "operate", pages.NOW)
    engines.close()
    with serving.started(
        "rolecall", "serve", "--port", "0", "--processes", "2", ROLECALL_HOME=str(home)
    ) as one:
        yield one


def test_rates_are_counted_over_all_processes(served: serving.Served) -> None:
    """Each connection is taken by whichever process is free."""
    mine, asked = next(serving.OTHERS), b"GET /jobs?q=chat HTTP/1.0\r\n\r\n"

    def status() -> int:
        with served.connect(mine) as connection:
            connection.sendall(asked)
            told = re.match(rb"HTTP/1\.[01] (\d\d\d) ", connection.recv(65_536))
            assert told
            return int(told[1])

    with ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        told = [one.result() for one in [pool.submit(status) for _ in range(60)]]
        lasted = time.monotonic() - began
    assert 429 in told
    assert told.count(200) <= 5 * (int(lasted) + 1)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process holds")
def test_who_only_watches_holds_no_index_which_would_stay_on_the_disk(served: serving.Served) -> None:
    assert b" 200 OK" in served.raw(b"GET /healthz HTTP/1.0\r\n\r\n")  # now there is one who serves, beside
    held = [str(file.readlink()) for file in Path(f"/proc/{served.process.pid}/fd").iterdir()]
    assert held
    assert not [file for file in held if "/index/" in file]


def test_what_is_counted_is_told_of_all_processes_whichever_is_asked(served: serving.Served) -> None:
    for _ in range(12):
        assert b" 200 OK" in served.raw(b"GET /about HTTP/1.0\r\n\r\n")
    ask = f"GET /metrics HTTP/1.0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    told = {tuple(ABOUT.findall(served.raw(ask))) for _ in range(6)}
    assert told == {(b"12.0",)}
