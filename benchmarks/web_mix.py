"""What a mix of visitors costs: distinct searches, job pages, the first page and filters, over 100,000 jobs.

    python -m benchmarks.web_mix HOME [--seconds S] [--connections 4 50] [--cpu REQUESTS]

HOME holds a database and an index. Half of what is asked are searches that nobody made before (a third of
them a summary of some lines, the others a few words), 30 % job pages, 10 % the first page, 10 % filters over
a list. No answer comes from a cache. The pages are served by `rolecall serve`, rates off, and asked from this
machine, gzip taken, as browsers take it. `--cpu` asks without a server instead, one request after the other,
and prints the processor's milliseconds for each kind.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import web
from rolecall import pages, settings

FORM = "application/x-www-form-urlencoded"
MIX = {"search": 0.5, "job": 0.3, "home": 0.1, "filter": 0.1}
MORE = (
    "bilingual evenings weekends overnight remote hybrid zendesk salesforce excel five9 genesys sap "
    "oracle avaya billing refunds claims scheduling dispatch escalations retention upselling onboarding "
    "troubleshooting triage french mandarin korean portuguese vietnamese arabic german polish tagalog "
    "hindi healthcare insurance banking utilities airline hotel telecom software retail logistics "
    "government nonprofit university pharmacy dental solar water parcels tickets returns warranty fraud "
    "payments collections loans mortgages cards deposits "
).split()
LINES = (
    "{} years in {}: {} and {} by phone and live chat, {} and {} every day.",
    "Took calls about {} and {}, wrote everything down in {}, calmed people whose {} went wrong.",
    "High school diploma. Looking for {} work with {}, near home or remote.",
)
FILTERS = (
    {"remote": "1"},
    {"pay": "17", "per": "hour", "currency": "USD"},
    {"place": "Ohio"},
    {"place": "Columbus, OH", "within": "100"},
    {"employment": "FULL_TIME"},
    {"page": "2"},
)
JOB = re.compile(rb'href="(/jobs/[0-9a-f]{16})"')
PROFILE = re.compile(rb'name="profile" value="([^"]+)"')
KEPT = 500  # addresses of jobs that a visitor remembers


class Request(NamedTuple):
    """One thing that is asked."""

    kind: str
    path: str
    fields: dict[str, str] | None  # None to get it


class Mind:
    """What a visitor knows: jobs seen, and the profile of the last list; what is asked follows a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.jobs: list[str] = []
        self.profile = ""

    def next(self) -> Request:
        kind = self.dice.choices(list(MIX), list(MIX.values()))[0] if self.profile else "search"
        if kind == "search":
            return Request(kind, "/jobs", {"summary": self._summary()})
        if kind == "job":
            return Request(kind, self.dice.choice(self.jobs), None)
        if kind == "home":
            return Request(kind, "/", None)
        return Request(kind, "/jobs", {"profile": self.profile, **self.dice.choice(FILTERS)})

    def read(self, kind: str, page: bytes) -> None:
        """Learn from an answer; a list has its jobs and the profile."""
        if kind != "search":
            return
        self.profile = PROFILE.findall(page)[0].decode()
        self.jobs = (self.jobs + [path.decode() for path in JOB.findall(page)])[-KEPT:]

    def _summary(self) -> str:
        if self.dice.random() < 2 / 3:
            return " ".join([self.dice.choice(web.SEARCHES), *self.dice.sample(MORE, 2)])
        words = iter([str(self.dice.randint(2, 9)), *self.dice.sample(MORE, 11)])
        lines = [line.format(*(next(words) for _ in range(line.count("{}")))) for line in LINES]
        return "\n".join([self.dice.choice(web.SEARCHES), *lines])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path, help="a home that is ready")
    parser.add_argument("--seconds", type=float, default=30, help="how long each row is measured")
    parser.add_argument("--connections", type=int, nargs="+", default=[4, 50])
    parser.add_argument("--cpu", type=int, default=0, metavar="REQUESTS", help="ask so many without a server")
    given = parser.parse_args()
    if given.cpu:
        alone(given.home, given.cpu)
        return
    print(f"{'':<30}{'answers':>8}{'per s':>8}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'errors':>8}")
    with web.serving(given.home) as port:
        try:
            _ask(greeted(port, 0), Mind(0))
        except OSError as error:
            sys.exit(f"{error}: `rolecall db check` says why")
        for connections in given.connections:
            row(port, connections, given.seconds)


# ---------------------------------------------------------------------------------- through a server


def row(port: int, connections: int, seconds: float) -> None:
    """Have each connection ask one thing after the other for some seconds, and print the lines."""
    took: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    ready = threading.Barrier(connections + 1)
    threads = [
        threading.Thread(target=_visit, args=(port, n, ready, seconds, took, errors), daemon=True)
        for n in range(connections)
    ]
    for thread in threads:
        thread.start()
    ready.wait(timeout=120)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    every = [one for some in took.values() for one in some]
    for name, times in [(f"{connections} connections", every), *((f"  {kind}", took[kind]) for kind in MIX)]:
        cuts = statistics.quantiles([1000 * one for one in times], n=100) if len(times) > 1 else [0.0] * 99
        figures = "".join(f"{cuts[at - 1]:>8.0f}" for at in (50, 95, 99))
        wrong = f"{len(errors):>8}" if times is every else ""
        print(f"{name:<30}{len(times):>8}{len(times) / lasted:>8.0f}{figures}{wrong}", flush=True)
    if errors:
        print(f"  the first error: {errors[0]}")


def _visit(
    port: int,
    number: int,
    ready: threading.Barrier,
    seconds: float,
    took: dict[str, list[float]],
    errors: list[str],
) -> None:
    visitor, mind = greeted(port, number), Mind(number)
    while not mind.profile:  # none of these is measured, and some may be told to come again
        with contextlib.suppress(OSError):
            _ask(visitor, mind)
    ready.wait(timeout=120)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            kind, passed = _ask(visitor, mind)
        except (OSError, http.client.HTTPException, IndexError) as error:
            errors.append(f"{type(error).__name__} {error}")
            visitor.connection.close()
        else:
            took[kind].append(passed)


def greeted(port: int, number: int) -> web.Visitor:
    """A visitor who has been at the first page."""
    visitor = web.Visitor(port, number)
    visitor.greet()
    visitor.headers["Accept-Encoding"] = "gzip"
    return visitor


def _ask(visitor: web.Visitor, mind: Mind) -> tuple[str, float]:
    """Ask the next thing; its kind, and how long the answer took until its last byte was here."""
    asked = mind.next()
    body = urlencode({"csrf_token": visitor.token, **asked.fields}).encode() if asked.fields else None
    began = time.perf_counter()
    page, headers = visitor.send("POST" if body else "GET", asked.path, body, FORM if body else "")
    passed = time.perf_counter() - began
    if asked.kind == "search":
        mind.read(asked.kind, gzip.decompress(page) if headers.get("Content-Encoding") == "gzip" else page)
    return asked.kind, passed


# ---------------------------------------------------------------------------------- without a server


def alone(home: Path, requests: int) -> None:
    """Ask an app of this process, and print what each kind took of the processor."""
    took: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    ask = asker(home)
    mind = Mind(0)
    for _ in range(20):  # tables are read, the first statements prepared
        one = mind.next()
        mind.read(one.kind, ask(one)[0])
    for _ in range(requests):
        one = mind.next()
        began = time.process_time()
        page, size = ask(one)
        took[one.kind].append(time.process_time() - began)
        sizes[one.kind].append(size)
        mind.read(one.kind, page)
    print(f"{'':<10}{'requests':>10}{'CPU ms':>10}{'p95':>10}{'kB sent':>10}")
    for kind in MIX:
        times = [1000 * one for one in took[kind]]
        cut = statistics.quantiles(times, n=20)[-1]
        sent = statistics.fmean(sizes[kind]) / 1000
        print(f"{kind:<10}{len(times):>10}{statistics.fmean(times):>10.1f}{cut:>10.1f}{sent:>10.1f}")
    print(
        f"the mix: {sum(share * 1000 * statistics.fmean(took[kind]) for kind, share in MIX.items()):.1f} ms"
    )


def asker(home: Path) -> Callable[[Request], tuple[bytes, int]]:
    """A function that asks an app over `home`: the page, and how many bytes were sent."""
    told = settings.load(os.environ | {"ROLECALL_RATE_LIMITS": "false"}, home=home)
    app = pages.app(told)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    def ask(one: Request) -> tuple[bytes, int]:
        taken = {"Accept-Encoding": "gzip"}
        answer = (
            client.post(one.path, data=one.fields, headers=taken)
            if one.fields
            else client.get(one.path, headers=taken)
        )
        assert answer.status_code == 200, (answer.status_code, one)
        return gzip.decompress(answer.data) if answer.content_encoding == "gzip" else answer.data, len(
            answer.data
        )

    return ask


if __name__ == "__main__":
    main()
