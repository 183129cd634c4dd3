"""The pages behind a real server, and a browser that drives them as a person does and notes what they must not do."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import wasyncore
from werkzeug.test import encode_multipart

from rolecall import server as real

NOW = "2026-11-21T12:00:00Z"
ALONE = (  # no update, no telemetry, no service: the browser opens our pages and nothing else
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PATIENCE = 10_000  # milliseconds for what a page must do
# Told by the page itself what its policy refused; a script of the browser's, which the policy does not bind.
REPORT = """addEventListener('securitypolicyviolation', event =>
    console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or Google's; where there is none the test is skipped, and fails where CI is true."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        reason = "needs a browser: install chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ALONE)
        yield started
        started.close()


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """An app behind the real server, at a free port of this machine; its address."""
    server = real.made(app, socket.create_server(("127.0.0.1", 0)))
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=server._map, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        ended.set()
        server.pull_trigger()
        thread.join()
        wasyncore.close_all(server._map, ignore_all=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    """Come back when a server that was started answers."""
    until = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: Message
    page: str


def asked(address: str, path: str, form: dict[str, Any] | None = None, cookie: str = "") -> Answer:
    """What the server says to a request over a connection of its own: its status, its headers, its page."""
    boundary, body = encode_multipart(form) if form else ("", b"")
    headers = {"Cookie": cookie} | (
        {"Content-Type": f"multipart/form-data; boundary={boundary}"} if form else {}
    )
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("POST" if form else "GET", path, body, headers)
    answer = connection.getresponse()
    told = Answer(answer.status, answer.headers, answer.read().decode())
    connection.close()
    return told


def demo_home(shared: Path) -> Path:
    """The home of a demo, which is a refresh over its web: made once for all that share a folder.

    What the demo printed is beside it, in demo.made.
    """
    home, made = shared / "demo", shared / "demo.made"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            command = [sys.executable, "-m", "rolecall", "demo", "--home", str(home), "--no-serve"]
            told = {**os.environ, "ROLECALL_NOW": NOW}
            done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            made.write_text(done.stdout)
    return home


@dataclass
class Watched:
    """A person's window: what its pages asked of other hosts, refused, complained of or popped up."""

    context: BrowserContext
    base: str
    wrong: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def console(self, level: str, text: str) -> None:
        """A page of an error is an error in the console, too: what was asked for."""
        if level in ("error", "warning") and "Failed to load resource" not in text:
            self.wrong.append(f"console: {text}")

    def asked(self, url: str) -> None:
        if urlsplit(url).scheme != "data" and not url.startswith(self.base + "/"):
            self.wrong.append(f"request: {url}")


@contextlib.contextmanager
def window(browser: Browser, base: str, *, strict: bool = True, **options: Any) -> Iterator[Watched]:
    """A window of its own on the pages; at its end nothing may have gone wrong in any of its tabs."""
    context = browser.new_context(base_url=base, **{"reduced_motion": "reduce"} | options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(REPORT)
    watched = Watched(context, base)
    context.on("page", watched.watch)
    context.on("console", lambda message: watched.console(message.type, message.text))
    context.on("request", lambda request: watched.asked(request.url))
    try:
        yield watched
    finally:
        context.close()
    if strict:
        assert watched.wrong == []
