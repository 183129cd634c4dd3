"""How fast the pages answer over 100,000 jobs: searches at four connections, résumés as PDF, a naive peer.

    python benchmarks/web.py [SHARED] [--home HOME] [--seconds S] [--connections N]

HOME is a home with a database and an index; without it one is made of SHARED/data/listings by
`rolecall import --roles all`, `group` and `index`, which takes six minutes (keep it with --keep). The pages
are served by `rolecall serve`, with the rates per visitor off, since all visitors are one here. Each
connection is a thread with a socket of its own that sends the form that the first page gave it, and reads the
answer to its end.

The peer is what a weekend would give: Flask and waitress over the same jobs in an SQLite FTS5 table, bm25,
25 rows; no profile, no evidence, no counts. Both run on the same machine as the client, one after the other.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from urllib.parse import urlencode

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from db import scratch

SEARCHES = (
    "customer service representative spanish", "chat support zendesk remote", "bank teller cash handling",
    "front desk hotel night audit", "call center supervisor coaching", "help desk technician level 1",
    "insurance claims phone agent license", "bilingual french english support", "retail cashier weekends",
    "patient access representative hospital", "technical support networking", "billing collections agent",
    "dispatcher 911 emergency", "travel reservations agent sabre", "customer success manager saas",
    "order entry clerk excel", "receptionist dental office", "utility outage calls", "e-mail support writer",
    "airline gate agent", "complaints handler financial services", "inbound sales and retention",
    "part time evening call centre", "contact centre team leader", "service desk analyst itil",
)  # fmt: skip
FTS_PEER = """
import re, sqlite3, sys, threading
import waitress
from flask import Flask, render_template_string, request
held = threading.local()
app = Flask("peer")
PAGE = "<ol>{% for r in rows %}<li><a href='{{ r[1] }}'>{{ r[0] }}</a> {{ r[2] }}</li>{% endfor %}</ol>"
@app.get("/")
def find():
    if not hasattr(held, "db"):
        held.db = sqlite3.connect(sys.argv[1])
    words = " OR ".join(re.findall(r"[a-z0-9]+", request.args["q"].lower()))
    sql = "select title, url, organization from ad where ad match ? order by bm25(ad) limit 25"
    return render_template_string(PAGE, rows=held.db.execute(sql, (words,)).fetchall())
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--home", type=Path, help="a home that is ready")
    parser.add_argument("--keep", type=Path, help="where to make one and leave it")
    parser.add_argument("--seconds", type=float, default=20, help="how long each row is measured")
    parser.add_argument("--connections", type=int, default=4)
    given = parser.parse_args()
    with scratch.folder("benchmark") as folder:
        home = given.home or made(given.shared, given.keep or folder / "home")
        print(f"{'':<48}{'answers':>8}{'per s':>8}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'errors':>8}")
        with serving(home) as port:
            for name, connections, sender in (
                ("first page", given.connections, getter("/")),
                ("search of 2 to 5 words", given.connections, searcher),
                ("search, remote and pay filtered", given.connections, filtered),
                ("two-page PDF, one at a time", 1, uploader(two_pages())),
                ("two-page PDF", given.connections, uploader(two_pages())),
            ):
                row(name, port, connections, given.seconds, sender)
        with peer(home, folder / "peer.sqlite3") as port:
            row("peer: Flask, FTS5, the same searches", port, given.connections, given.seconds, naive)


def made(shared: Path, home: Path) -> Path:
    """A home over all real listings."""
    files = sorted((shared / "data" / "listings").glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"no listings in {shared}: name the folder that holds data/listings, or a --home")
    environment = os.environ | {"ROLECALL_HOME": str(home), "ROLECALL_LOG_LEVEL": "WARNING"}
    for step in (["import", *map(str, files), "--roles", "all"], ["group"], ["index"]):
        print(f"making a home: {step[0]}", file=sys.stderr, flush=True)
        subprocess.run(
            [sys.executable, "-m", "rolecall", *step], env=environment, check=True, stdout=subprocess.DEVNULL
        )
    return home


# ---------------------------------------------------------------------------------- servers


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """`rolecall serve` over a home, at the port that is given back."""
    told = {"ROLECALL_HOME": str(home), "ROLECALL_RATE_LIMITS": "false", "ROLECALL_LOG_LEVEL": "WARNING"}
    port = free_port()
    with child(
        [sys.executable, "-m", "rolecall", "serve", "--port", str(port)], os.environ | told, port
    ) as process:
        yield port
        family = [process.pid, *_children(process.pid)]
        if sys.platform == "linux":
            print(f"the {len(family)} processes of the server take {sum(map(_memory, family)):.0f} MiB")


def _children(pid: int) -> list[int]:
    """The children of a process."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


def _memory(pid: int) -> float:
    """MiB that a process takes; of what several share, such as a mapped file, its part."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def peer(home: Path, file: Path) -> Iterator[int]:
    """The naive search over the same jobs."""
    with sqlite3.connect(home / "rolecall.sqlite3") as db:
        db.execute(f"attach '{file}' as peer")
        db.execute(
            "create virtual table peer.ad using fts5(title, body, organization unindexed, url unindexed)"
        )
        db.execute(
            "insert into peer.ad select title, description, hiring_organization, url from listing"
            " join job on job.canonical_id = listing.id where job.closed_at is null"
        )
    port = free_port()
    with child([sys.executable, "-c", FTS_PEER, str(file), str(port)], dict(os.environ), port):
        yield port


@contextmanager
def child(command: list[str], environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                sys.exit(process.stderr.read().decode() if process.stderr else "it did not start")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        if process.stderr:  # nobody reads it: it must not fill up
            threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# ---------------------------------------------------------------------------------- what is sent


class Visitor:
    """One connection with its cookie and its token."""

    def __init__(self, port: int, number: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.at = number
        self.headers: dict[str, str] = {}
        self.token = ""

    def greet(self) -> None:
        """Ask for the first page, as everybody does."""
        page, headers = self.send("GET", "/")
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        self.token = token[1].decode() if token else ""
        self.headers = {"Cookie": (headers.get("Set-Cookie") or "").partition(";")[0]}

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[bytes, http.client.HTTPMessage]:
        headers = self.headers | ({"Content-Type": kind} if kind else {})
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status != 200:
            raise OSError(f"{answer.status} for {path}")
        return page, answer.headers

    def next_search(self) -> str:
        self.at += 1
        return SEARCHES[self.at % len(SEARCHES)]


Sender = Callable[[Visitor], object]


def getter(path: str) -> Sender:
    return lambda visitor: visitor.send("GET", path)


def searcher(visitor: Visitor, **more: str) -> object:
    fields = {"csrf_token": visitor.token, "summary": visitor.next_search(), **more}
    page, _ = visitor.send("POST", "/jobs", urlencode(fields).encode(), "application/x-www-form-urlencoded")
    assert b'class="card"' in page, "no row was shown"
    return page


def filtered(visitor: Visitor) -> object:
    return searcher(visitor, remote="1", pay="17", per="hour", currency="USD")


def naive(visitor: Visitor) -> object:
    return visitor.send("GET", "/?" + urlencode({"q": visitor.next_search()}))


def uploader(data: bytes) -> Sender:
    boundary = uuid.uuid4().hex

    def send(visitor: Visitor) -> object:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{visitor.token}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="resume"; filename="resume.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode() + data
        page, _ = visitor.send(
            "POST",
            "/jobs",
            body + f"\r\n--{boundary}--\r\n".encode(),
            f"multipart/form-data; boundary={boundary}",
        )
        assert b'class="card"' in page, "no row was shown"
        return page

    return send


def two_pages() -> bytes:
    """The demo's fictional résumés on two pages of one PDF."""
    texts = [
        (resources.files("crawler.demo") / "resumes" / f"{name}.txt").read_text("utf-8")
        for name in ("bilingual_representative", "team_lead", "career_changer")
    ]
    lines = [
        line[at : at + 95]
        for text in texts
        for line in text.splitlines()
        for at in range(0, max(1, len(line)), 95)
    ]
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=LETTER)
    half = -(-len(lines) // 2)
    for page in (lines[:half], lines[half:]):
        text = canvas.beginText(50, 750)
        text.setFont("Helvetica", 9)
        text.setLeading(min(12, 700 / half))
        for line in page:
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


# ---------------------------------------------------------------------------------- measuring


def row(name: str, port: int, connections: int, seconds: float, send: Sender) -> None:
    """Have each connection send one form after the other for some seconds, and print the line."""
    took: list[float] = []
    errors: list[str] = []
    ready = threading.Barrier(connections + 1)
    threads = [
        threading.Thread(
            target=visit, args=(Visitor(port, 7 * number), send, ready, seconds, took, errors), daemon=True
        )
        for number in range(connections)
    ]
    for thread in threads:
        thread.start()
    ready.wait(timeout=120)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    cuts = statistics.quantiles([1000 * one for one in took], n=100) if len(took) > 1 else [float("nan")] * 99
    figures = "".join(f"{cuts[at - 1]:>8.0f}" for at in (50, 95, 99))
    label = f"{name}, {connections} connections" if connections > 1 else name
    print(f"{label:<48}{len(took):>8}{len(took) / lasted:>8.0f}{figures}{len(errors):>8}", flush=True)
    if errors:
        print(f"  the first error: {errors[0]}", file=sys.stderr)


def visit(
    visitor: Visitor,
    send: Sender,
    ready: threading.Barrier,
    seconds: float,
    took: list[float],
    errors: list[str],
) -> None:
    """Greet, send once to be warm, wait for the others, then send and count."""
    if send is not naive:
        visitor.greet()
    send(visitor)
    ready.wait(timeout=120)
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        try:
            send(visitor)
        except (OSError, http.client.HTTPException, AssertionError) as error:
            errors.append(str(error))
            visitor.connection.close()
            if len(errors) > 100:
                return
        else:
            took.append(time.perf_counter() - began)


if __name__ == "__main__":
    main()
