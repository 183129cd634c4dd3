"""Whether the pages stand: a thousand visitors at once, slow ones, files ten a second, a refresh beside them.

    python -m benchmarks.load URL [--connections N] [--slow N] [--seconds S] [--pid PID] [--beside COMMAND …]

URL is that of pages that run, best through the shipped proxy, with `rate_limits = false`; its certificate is
not looked at. Each visitor has an address of this machine, 127.0.x.y. PID is the parent of the pages'
processes, whose memory is printed before and after. COMMAND is what searches are measured beside, such as
`rolecall refresh`: all that stands behind --beside.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import os
import random
import re
import ssl
import time
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks import web

OWN = (f"127.0.{high}.{low}" for high, low in itertools.product(range(1, 255), range(1, 255)))
PATIENCE = 30.0  # seconds that a visitor waits
RETRY = re.compile(rb"\r\nretry-after: \d", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """What is asked, and how one gets there."""

    host: str
    port: int
    tls: ssl.SSLContext | None

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        named = {"ssl": self.tls, "server_hostname": self.host if self.tls else None}
        where = ("127.0.0.1", self.port) if self.host == "localhost" or self.tls else (self.host, self.port)
        return await asyncio.open_connection(*where, local_addr=(next(OWN), 0), **named)

    def head(self, method: str, path: str, *lines: str) -> bytes:
        told = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", "Connection: close", *lines, "", ""]
        return "\r\n".join(told).encode()


@dataclass(frozen=True)
class Answer:
    """What came of one request; 0 is a connection that was cut, or silence."""

    status: int
    took: float  # seconds
    told: bool  # when to come again
    page: bytes = b""


async def asked(
    target: Target, sent: bytes, start: asyncio.Event | None = None, arrived: list[int] | None = None
) -> Answer:
    """Send a request, with `start` once that is set, and read the answer to its end."""
    began, page = time.perf_counter(), b""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await target.connect()
            if start and arrived is not None:
                arrived.append(1)
                await start.wait()
                began = time.perf_counter()
            writer.write(sent)
            page = await reader.read(-1)
            writer.close()
        head = page.partition(b"\r\n\r\n")[0]
        status = int(head[9:12]) if head.startswith(b"HTTP/1.1 ") else 0
        return Answer(status, time.perf_counter() - began, bool(RETRY.search(head)), page)
    except (OSError, TimeoutError, ssl.SSLError):
        return Answer(0, time.perf_counter() - began, told=False)


def row(name: str, answers: Sequence[Answer], status: int | None = None) -> None:
    """Print how long those answers took, of one status or of all."""
    took = sorted(one.took for one in answers if status in (None, one.status))
    if took:
        at = [took[min(len(took) - 1, int(len(took) * share))] for share in (0.5, 0.95, 0.99)]
        print(f"{name:<44}{len(took):>8}" + "".join(f"{seconds * 1000:>9.0f}" for seconds in (*at, took[-1])))


def tell(name: str, answers: Sequence[Answer]) -> None:
    """A row for each status, and how many refusals did not say when to come again."""
    statuses = Counter(one.status for one in answers)
    for status in sorted(statuses):
        row(f"{name}: {status or 'cut'}", answers, status)
    untold = sum(one.status in (429, 503) and not one.told for one in answers)
    if untold:
        print(f"{name}: {untold} refused without a time to come again")


def search(target: Target, number: int) -> bytes:
    """A search that nobody made before."""
    words = f"{web.SEARCHES[number % len(web.SEARCHES)]} {random.randint(0, 10**9)}"
    return target.head("GET", f"/jobs?q={quote(words)}")


async def crowd(target: Target, many: int) -> None:
    """All connect, then all search in the same moment, while one asks whether the pages are alive."""
    start, arrived = asyncio.Event(), []
    visitors = [asyncio.create_task(asked(target, search(target, n), start, arrived)) for n in range(many)]
    until = time.perf_counter() + PATIENCE
    while len(arrived) < many and time.perf_counter() < until:  # noqa: ASYNC110 - some may never arrive
        await asyncio.sleep(0.05)
    start.set()
    alive: list[Answer] = []
    while not all(visitor.done() for visitor in visitors):
        alive.append(await asked(target, target.head("GET", "/healthz")))
        await asyncio.sleep(0.1)
    tell(f"{many} at once", [visitor.result() for visitor in visitors])
    tell("meanwhile, whether it is alive", alive)
    began = time.perf_counter()
    while (last := await asked(target, search(target, 1))).status != 200:
        if time.perf_counter() > began + PATIENCE:
            raise SystemExit(
                f"a search is still answered with {last.status} after {PATIENCE:.0f} s: see /readyz"
            )
        await asyncio.sleep(0.1)
    print(f"well again after {time.perf_counter() - began:.1f} s")


async def slow(target: Target, many: int) -> None:
    """Visitors who have sent half a request, and one who looks whether he is served beside them."""
    halves = [target.head("POST", "/jobs", "Content-Length: 999") + b"x", b"GET / HTTP/1.1\r\nX"]
    held = []
    for number in range(many):
        _, writer = await target.connect()
        writer.write(halves[number % 2])
        held.append(writer)
    tell(f"beside {many} slow ones", [await asked(target, target.head("GET", "/about")) for _ in range(40)])
    for writer in held:
        writer.close()


def sent_files() -> list[bytes]:
    """Two pages of a résumé, and what somebody hostile would send."""
    good = web.two_pages()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", b"<w>" * 40_000_000)
    return [
        good,
        good,
        good,
        good[: len(good) // 2],
        bomb.getvalue(),
        random.randbytes(2_000_000),
        b"%PDF-1.7\n" * 99,
    ]


async def upload(target: Target, file: bytes) -> Answer:
    """Take the form of the first page, and send it with a file."""
    home = await asked(target, target.head("GET", "/"))
    token = re.search(rb'name="csrf_token" value="([^"]+)"', home.page)
    cookie = re.search(rb"Set-Cookie: ([^;]+)", home.page)
    if not token or not cookie:
        return home
    parts = b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token[1]
    parts += (
        b'\r\n--b\r\nContent-Disposition: form-data; name="resume"; filename="cv"\r\n\r\n'
        + file
        + b"\r\n--b--\r\n"
    )
    kind = ("Content-Type: multipart/form-data; boundary=b", f"Content-Length: {len(parts)}")
    return await asked(target, target.head("POST", "/jobs", f"Cookie: {cookie[1].decode()}", *kind) + parts)


async def uploads(target: Target, seconds: float) -> None:
    """Ten files a second, whatever becomes of them, and searches beside them."""
    files, tasks, searches = sent_files(), [], []
    until = time.perf_counter() + seconds
    for number in itertools.count():
        if time.perf_counter() > until:
            break
        tasks.append(asyncio.create_task(upload(target, files[number % len(files)])))
        if number % 5 == 0:
            searches.append(asyncio.create_task(asked(target, search(target, number))))
        await asyncio.sleep(0.1)
    tell("files, ten a second", await asyncio.gather(*tasks))
    tell("searches beside them", await asyncio.gather(*searches))


async def searching(target: Target, name: str, going: Callable[[], bool]) -> None:
    """Four visitors who search one after the other."""
    answers: list[Answer] = []

    async def visitor(first: int) -> None:
        for number in itertools.count(first):
            if not going():
                return
            answers.append(await asked(target, search(target, number)))

    await asyncio.gather(*(visitor(1000 * each) for each in range(4)))
    tell(name, answers)


async def beside(target: Target, command: list[str], seconds: float) -> None:
    """Searches alone, then while a command runs."""
    end = time.perf_counter() + seconds
    await searching(target, "searches alone", lambda: time.perf_counter() < end)
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    ended = asyncio.create_task(process.wait())
    began = time.perf_counter()
    await searching(target, f"searches beside {' '.join(command)[-24:]}", lambda: not ended.done())
    print(f"the command ended with {await ended} after {time.perf_counter() - began:.0f} s")


def memory(pid: int | None) -> None:
    """Print what the pages' processes hold that no other holds, and how many files they have open."""
    if pid is None:
        return
    family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    rolled = "\n".join(Path(f"/proc/{one}/smaps_rollup").read_text() for one in family)
    held = sum(map(int, re.findall(r"^Pss: +(\d+)", rolled, re.MULTILINE))) / 1024
    files = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in family)
    print(f"{len(family)} processes: {held:.0f} MiB, {files} files; load {os.getloadavg()[0]:.1f}")


async def measured(given: argparse.Namespace) -> None:
    where = urlsplit(given.url)
    tls = ssl.create_default_context() if where.scheme == "https" else None
    if tls:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    target = Target(where.hostname or "", where.port or (443 if tls else 80), tls)
    print(f"{'':<44}{'answers':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}")
    stages: list[Callable[[], Awaitable[None]]] = [
        lambda: crowd(target, given.connections),
        lambda: slow(target, given.slow),
        lambda: uploads(target, given.seconds),
    ]
    memory(given.pid)
    for stage in stages:
        await stage()
        memory(given.pid)
    if given.beside:
        await beside(target, given.beside, given.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", help="the address of pages that run")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument(
        "--seconds", type=float, default=20, help="how long files are sent, and searches made alone"
    )
    parser.add_argument("--pid", type=int, help="the parent of the pages' processes")
    parser.add_argument("--beside", nargs=argparse.REMAINDER, help="a command that runs meanwhile")
    given = parser.parse_args()
    if not given.url.startswith(("http://", "https://")):
        print(f"{given.url} is no address of pages that run: see --help")
        return
    asyncio.run(measured(given))


if __name__ == "__main__":
    main()
