"""Whether the pages stay as they are for hours: memory, descriptors, threads, files, rows, minute by minute.

    python -m benchmarks.soak PORT PID HOME SAMPLES.csv [--minutes M] [--token TOKEN] [--name N --password P]
    python -m benchmarks.soak --verdict SAMPLES.csv

PORT and PID are those of `rolecall serve`, best with nights: `--with-schedule` and a cron line that comes
often; HOME is its home, with SQLite. First a crowd asks for everything, some at once, so that each process
has met each kind of request; only then is anything sampled. From then on one thing is asked each second:
searches, job pages, the first page; every twentieth is a file, good or broken or hostile, some others a
decision or its undo (with a token of scope `decide`), and a sign-in and sign-out (with a name). Visitors have
addresses 127.0.x.y of this machine.

The verdict compares the last half hour with the half hour that began ten minutes after the start. Memory is
what the processes of the pages hold, each page of it counted once (Pss). What they map of files, libraries
and the index, is told apart from what they took (`anonymous`): of that, other programs that map the same
libraries carry a part while they run. So is what a night takes, which is a session of its own.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import itertools
import json
import os
import random
import re
import sqlite3
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import load, web

FORM = "application/x-www-form-urlencoded"
WARM, WINDOW = 10, 30  # minutes until the first window begins, and that each lasts
CROWD, COME = 8, 60  # visitors at once before the first sample, and how often each comes
MEMORY = 0.05  # by which it may have grown
TABLES = ("listing", "job", "pair", "run", "act", "verdict", "sitting")
JOB = re.compile(rb'href="(/jobs/[0-9a-f]{16})"')


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("port", type=int, nargs="?")
    parser.add_argument("pid", type=int, nargs="?", help="the parent of the pages' processes")
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("samples", type=Path, nargs="?", help="a file for them, which is made anew")
    parser.add_argument("--minutes", type=float, default=130)
    parser.add_argument("--token", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--verdict", type=Path, help="say what samples that were taken show")
    given = parser.parse_args()
    if given.verdict:
        verdict(given.verdict)
    elif given.samples:
        soak(given)
        verdict(given.samples)
    else:
        print("name what runs: see --help")


# ---------------------------------------------------------------------------------- what is asked


@dataclass
class Visitors:
    """All who come, one after the other; each has an address and a cookie of its own."""

    port: int
    token: str
    name: str
    password: str
    statuses: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)  # seconds, since the last sample
    jobs: list[str] = field(default_factory=lambda: ["/about"])
    acts: list[int] = field(default_factory=list)  # decisions that are not undone

    def come(self, number: int) -> None:
        """One visitor asks one thing; every fifth address comes again."""
        at = f"127.0.{number // 200 % 200 + 1}.{number % 200 + 1}" if number % 5 else "127.0.0.9"
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(at, 0)
        )
        self.cookie, self.csrf = "", ""
        try:
            if number % 20 == 7:
                self.upload(number)
            elif number % 40 == 13 and self.token:
                self.decide()
            elif number % 120 == 29 and self.name:
                self.sign_in()
            else:
                self.look(number)
        except (OSError, http.client.HTTPException) as error:
            self.statuses[type(error).__name__] += 1
        finally:
            self.connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> bytes:
        """The answer's body; its status is counted, and its cookie kept."""
        headers = {"Content-Type": kind} if kind else {}
        if path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.cookie:
            headers["Cookie"] = self.cookie
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read()
        self.took.append(time.perf_counter() - began)
        self.statuses[str(answer.status)] += 1
        self.cookie = (answer.headers.get("Set-Cookie") or self.cookie).partition(";")[0]
        if found := re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page):
            self.csrf = found[1].decode()
        return page

    def send(self, path: str, **fields: str) -> bytes:
        """Send a form with its token."""
        return self.ask("POST", path, urlencode({"csrf_token": self.csrf, **fields}).encode(), FORM)

    def look(self, number: int) -> None:
        what = number % 3
        if what == 0:
            self.ask("GET", random.choice(self.jobs))
        elif what == 1:
            self.ask("GET", random.choice(("/", "/about", "/jobs.atom?q=chat")))
        else:
            self.ask("GET", "/")
            words = f"{web.SEARCHES[number % len(web.SEARCHES)]} {random.randint(0, 10**9)}"
            self.jobs = [found.decode() for found in JOB.findall(self.send("/jobs", summary=words))][
                :50
            ] or self.jobs

    def upload(self, number: int) -> None:
        self.ask("GET", "/")
        parts = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.csrf}\r\n--b\r\n'
        parts += 'Content-Disposition: form-data; name="resume"; filename="cv"\r\n\r\n'
        file = FILES[number // 20 % len(FILES)]
        self.ask("POST", "/jobs", parts.encode() + file + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")

    def decide(self) -> None:
        """Undo what was decided, or decide that two are one job."""
        told = "application/json"
        if self.acts:
            self.ask("POST", "/api/v1/verdicts/undo", json.dumps({"act": self.acts.pop()}).encode(), told)
            return
        pairs = json.loads(self.ask("GET", "/api/v1/duplicates?limit=100")).get("duplicates", [])
        if pairs:
            pair = random.choice(pairs)
            ends = {end: {name: pair[end][name] for name in ("source", "identifier")} for end in "ab"}
            asked = json.dumps({**ends, "decision": "same"}).encode()
            done = json.loads(self.ask("POST", "/api/v1/verdicts", asked, told))
            self.acts += [done["act"]] if done.get("act") else []

    def sign_in(self) -> None:
        self.ask("GET", "/signin")
        self.send("/signin", name=self.name, password=self.password)
        for path in ("/desk", "/refreshes", "/sources"):
            self.ask("GET", path)
        self.ask("GET", "/signin")
        self.send("/signout")


FILES = load.sent_files()


# ---------------------------------------------------------------------------------- what is sampled


def soak(given: argparse.Namespace) -> None:
    """One visitor a second, a sample a minute."""
    visitors = Visitors(given.port, given.token, given.name, given.password)
    warm(visitors)
    began = time.monotonic()
    with given.samples.open("w", newline="") as file:
        writer = None
        for number in itertools.count():
            if number % 60 == 0:
                row = {"minute": round((time.monotonic() - began) / 60, 1)} | sample(given, visitors)
                writer = writer or csv.DictWriter(file, row)
                if number == 0:
                    writer.writeheader()
                writer.writerow(row)
                file.flush()
            if time.monotonic() - began > 60 * given.minutes:
                return
            visitors.come(number)
            time.sleep(max(0.0, began + number + 1 - time.monotonic()))


def warm(visitors: Visitors) -> None:
    """Have a crowd ask for everything; what it decided is left to be undone."""

    def ask(one: Visitors, at: int) -> None:
        for number in range(at, CROWD * COME, CROWD):
            one.come(number)

    crowd = [replace(visitors, statuses=Counter(), took=[], acts=[]) for _ in range(CROWD)]
    threads = [threading.Thread(target=ask, args=(one, at)) for at, one in enumerate(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    visitors.acts += [act for one in crowd for act in one.acts]
    print("warm:", dict(sum((one.statuses for one in crowd), Counter())), flush=True)


def sample(given: argparse.Namespace, visitors: Visitors) -> dict[str, object]:
    """A row: what is held now, and how the answers of the last minute were."""
    pages, nights = family(given.pid)
    took, statuses = sorted(visitors.took) or [0.0], dict(visitors.statuses)
    visitors.took.clear()
    visitors.statuses.clear()
    temporary = [path for path in Path(tempfile.gettempdir()).rglob("*") if path.is_file()]
    return {
        "processes": len(pages),
        "pss_mib": round(sum(map(pss, pages)), 1),
        "anonymous_mib": round(sum(pss(pid, "Pss_Anon") for pid in pages), 1),
        "night_pss_mib": round(sum(map(pss, nights)), 1),
        "descriptors": sum(entries(f"/proc/{pid}/fd") for pid in pages),
        "threads": sum(entries(f"/proc/{pid}/task") for pid in pages),
        "temporary_files": len(temporary),
        "temporary_kib": sum(size(path) for path in temporary) // 1024,
        **{f"{name}_mib": round(mib, 2) for name, mib in stored(given.home)},
        **rows(given.home),
        "answers": sum(statuses.values()),
        "p95_ms": round(1000 * took[int(len(took) * 0.95)]),
        "max_ms": round(1000 * took[-1]),
        "statuses": json.dumps(statuses, sort_keys=True),
        "load": round(os.getloadavg()[0], 2),
    }


def family(parent: int) -> tuple[list[int], list[int]]:
    """The processes that a parent started, itself first: those of its own session, and those of another."""
    born: dict[int, list[tuple[int, int]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent_of, _, its = map(int, stat.read_text().rpartition(")")[2].split()[1:4])
        except OSError:
            continue
        born.setdefault(parent_of, []).append((int(stat.parent.name), its))
    found, session = [(parent, True)], os.getsid(parent)
    for above, within in found:  # which grows
        found += [(child, within and its == session) for child, its in born.get(above, [])]
    return [pid for pid, own in found if own], [pid for pid, own in found if not own]


def pss(pid: int, kind: str = "Pss") -> float:
    """MiB that a process holds; of what several share its part."""
    try:
        found = re.search(rf"^{kind}: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def entries(folder: str) -> int:
    """How many things a folder of a process has; none, where that has ended."""
    try:
        return sum(1 for _ in Path(folder).iterdir())
    except OSError:
        return 0


def size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def stored(home: Path) -> Iterator[tuple[str, float]]:
    """What lies in the home: the database, its log, and the folders beside it."""
    for name in ("rolecall.sqlite3", "rolecall.sqlite3-wal"):
        yield name.rpartition(".")[2].replace("-", "_"), size(home / name) / 1024**2
    for name in ("index", "shelf"):
        yield name, sum(size(path) for path in (home / name).rglob("*")) / 1024**2


def rows(home: Path) -> dict[str, int]:
    with sqlite3.connect(f"file:{home}/rolecall.sqlite3?mode=ro", uri=True) as db:
        there = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
        found = {
            name: db.execute(f"select count(*) from {name}").fetchone()[0]  # noqa: S608
            for name in TABLES
            if name in there
        }
    db.close()
    return found


# ---------------------------------------------------------------------------------- what they show


def verdict(samples: Path) -> None:
    """Print the first window, the last, and whether memory and descriptors stayed."""
    with samples.open(newline="") as file:
        taken = list(csv.DictReader(file))
    last = float(taken[-1]["minute"])
    if last < WARM + WINDOW:
        print(f"{last:.0f} minutes are too few: the first window ends at {WARM + WINDOW}")
        return
    windows = [
        [row for row in taken if begin <= float(row["minute"]) < begin + WINDOW]
        for begin in (WARM, max(WARM, last - WINDOW))
    ]
    print(f"{len(taken)} samples in {last:.0f} minutes; the mean from minute {WARM} on, and of the end:")
    for name in taken[0]:
        if name not in ("minute", "statuses"):
            means = [statistics.fmean(float(row[name]) for row in window) for window in windows]
            most = max(float(row[name]) for row in taken)
            print(f"  {name:<24}{means[0]:>12.1f}{means[1]:>12.1f}   at most {most:.1f}")
    total: Counter[str] = Counter()
    for row in taken:
        total.update(json.loads(row["statuses"]))
    print(f"  answers by status: {dict(sorted(total.items()))}")
    for name, most in (
        ("pss_mib", MEMORY),
        ("anonymous_mib", MEMORY),
        ("descriptors", 0.0),
        ("threads", 0.0),
        ("temporary_files", 0.0),
    ):
        first, end = (statistics.median(float(row[name]) for row in window) for window in windows)
        said = "held" if end <= first * (1 + most) else "NOT HELD"
        print(f"  {name}: median {first:.1f}, then {end:.1f} ({end / (first or 1) - 1:+.1%}): {said}")


if __name__ == "__main__":
    main()
