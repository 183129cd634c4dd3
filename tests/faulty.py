"""A source with any fault: the server of the folder `shared`, in a process of its own on free ports."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

PATIENCE = 20  # seconds until it must answer


class FaultServer:
    """Two origins or more, and a canary port that nobody may reach."""

    def __init__(self, ports: list[int], canary_port: int) -> None:
        self.port, self.second_port, *_ = self.ports = ports
        self.canary_port = canary_port
        self.bases = [f"http://127.0.0.1:{port}" for port in ports]
        self.base, self.second, *_ = self.bases

    @property
    def allowed(self) -> list[str]:
        """The origins as the setting allow_private names them; the canary is not among them."""
        return [urlsplit(base).netloc for base in self.bases]

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def put(self, path: str, body: Any) -> Any:
        return self._ask("PUT", path, body)

    def post(self, path: str, body: Any = None) -> Any:
        return self._ask("POST", path, {} if body is None else body)

    def source(self, token: str, **what: Any) -> Any:
        """Content: dialect, n, page_size, new, vanish, edit, faults and so on; what it lists now."""
        return self.put(f"source/{token}", what)

    def faults(self, token: str, **faults: Any) -> None:
        self.put(f"faults/{token}", faults)

    def robots(self, mode: str, port: int | None = None) -> None:
        self.put(f"robots/{port or self.port}", {"mode": mode})

    def next_run(self, token: str | None = None, n: int = 1) -> None:
        self.post("run", {"token": token, "n": n})

    def log(self, token: str | None = None) -> list[dict[str, Any]]:
        """The requests in their order; those for robots.txt have a token `robots:<mode>`."""
        found = self.get(f"log?token={token}" if token else "log")
        return sorted(found, key=lambda request: request["t"])

    def canary(self) -> list[dict[str, Any]]:
        """What reached the canary port."""
        found: list[dict[str, Any]] = self.get("canary")
        return found

    def reset(self) -> None:
        self.post("reset")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}/__kit/{path.lstrip('/')}", data=data, method=method)  # noqa: S310
        with urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - our own loopback address
            return json.loads(response.read())


@contextmanager
def started(tools: Path, origins: int = 2, payloads: Path | None = None) -> Iterator[FaultServer]:
    """The server on free ports; its payloads are those of a folder, else of the one that it lies in."""
    canary, *ports = free_ports(1 + origins)
    command = [sys.executable, str(tools / "faultserver.py"), "--ports", ",".join(map(str, ports))]
    command += ["--canary-port", str(canary), "--ua-token", "rolecall"]
    command += ["--kit-dir", str(payloads)] if payloads else []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            server = FaultServer(ports, canary)
            wait_until_it_answers(server, process)
            yield server
        finally:
            process.kill()


def wait_until_it_answers(server: FaultServer, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            server.get("health")
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody listens on just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture
def faulty(shared: Path) -> Iterator[FaultServer]:
    """The server for one test."""
    with started(shared / "tools") as server:
        yield server
