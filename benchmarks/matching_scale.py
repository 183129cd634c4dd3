"""How fast the index is at a million jobs, beside bm25s, tantivy, TfidfVectorizer and SQLite's FTS5.

    python -m benchmarks.matching_scale --folder FOLDER [--count 100000] [--systems rolecall,bm25s,…]

FOLDER holds `grown-COUNT-1.jsonl` of `benchmarks/dedupe_grow.py`. Each system is built by one process and
asked by another, over the same texts: title and description. Builds are alone on the machine, but for bm25s
and FTS5, of which each uses one core: these are built side by side; all are asked alone. The questions are
twenty résumés of sixty concepts each, drawn by how many ads name them, and twenty of three words; each is
asked for its top 50, five times or for a second, and the best of these counts, as a machine does other
things, too. p95 is over the twenty, or those that a minute was enough for. Memory is what the processes have
of their own at once, files that they have mapped left out: for the build, and for the answers. "cpu" is the
processor time of a build in all its processes. What a database has at hand is made before: the folded
places of the ads, and where each of them is.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import dedupe_grow
from benchmarks import matching_engines as engines
from db import scratch
from matcher import filters, index, keywords, places, profile, rank, skills, stated, terms

SYSTEMS = (("rolecall",), ("tfidf",), ("tantivy",), ("bm25s", "fts5"))  # built together
TOP = engines.TOP
QUESTIONS = 20
ROUNDS = 5
SECONDS = 1  # after which a question is asked no more
MINUTE = 60  # after which no other question is asked
SAY_AFTER = 30  # seconds, in which somebody who waits wants to see that it goes on
NIGHT = 0.01  # of all jobs change
SAMPLE = 2_000  # ads by which concepts are drawn
YEARLY = {"HOUR": 2080, "DAY": 260, "WEEK": 52, "MONTH": 12, "YEAR": 1}
Told = dict[str, Any]


class Grown:
    """The documents of a file, read where they are asked for; some may say something else."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count, self.edited, self.gone = path, count, set[int](), set[int]()
        self.called: dict[int, tuple[str, str | None]] = {}

    @functools.cached_property
    def starts(self) -> list[int]:
        """Where each line begins, and the last one ends."""
        with self.path.open("rb") as file:
            return [*itertools.accumulate(map(len, itertools.islice(file, self.count)), initial=0)]

    @property
    def revisions(self) -> tuple[np.ndarray, np.ndarray]:
        rows = [row for row in range(self.count) if row not in self.gone]
        told = [row * 2 + 1 + (row in self.edited) for row in rows]
        return np.array([f"{row:016x}".encode() for row in rows]), np.array(told, dtype=np.uint64)

    def read(self, jobs: np.ndarray | None) -> Iterator[index.Document]:
        if jobs is None:
            every = itertools.islice(dedupe_grow.rows(self.path), self.count)
            yield from itertools.starmap(self.document, enumerate(every))
            return
        with self.path.open("rb") as file:
            for row in (int(job, 16) for job in jobs.tolist()):
                file.seek(self.starts[row])
                yield self.document(row, dedupe_grow.parsed(file.readline()))

    def names(self, jobs: Sequence[str] | None) -> Iterator[tuple[str, str, str | None]]:
        """What the jobs that were read are called, as `keywords.keep` asks."""
        for job in (f"{row:016x}" for row in self.called) if jobs is None else jobs:
            yield job, *self.called[int(job, 16)]

    def document(self, row: int, ad: dict[str, Any]) -> index.Document:
        self.called[row] = ad["title"], ad["organization"]
        pay = ad["pay"]
        amount = pay and (pay[1] or pay[0])
        said = stated.Stated(
            located=bool(ad["places"] or ad["remote"]),
            remote=ad["remote"] == "remote",
            places=keys(tuple(map(tuple, ad["places"]))),
            pay=((int(Decimal(amount) * YEARLY.get(pay[2], 1) * stated.PARTS), pay[3] or ""),)
            if amount
            else (),
            employment=tuple(kind for kind in filters.EMPLOYMENT if kind in ad["employment_type"]),
        )
        text = ad["text"] + (" Edited." if row in self.edited else "")
        tier = terms.TIERS[row % 3]
        return index.Document(
            f"{row:016x}", ad["title"], text, tier, said=said, revision=row * 2 + 1 + (row in self.edited)
        )


@functools.cache
def keys(told: places.Stated) -> tuple[filters.Near, ...]:
    """What a database has ready."""
    return tuple(places.keys(told))


def ready(path: Path, count: int) -> None:
    """Have the places of all ads folded."""
    for ad in itertools.islice(dedupe_grow.rows(path), count):
        keys(tuple(map(tuple, ad["places"])))


def questions(path: Path) -> dict[str, list[str]]:
    """Résumés of sixty concepts, and three words of them."""
    named: dict[str, int] = {}
    for text in engines.texts(path, SAMPLE):
        for concept in {mention.concept for mention in skills.find(text)}:
            named[concept] = named.get(concept, 0) + 1
    drawn, known = random.Random(1), skills.concepts()
    labels = {concept: known[concept].label for concept in sorted(named)}
    resumes, words = [], []
    for _ in range(QUESTIONS):
        keyed = sorted(labels, key=lambda one: -(drawn.random() ** (1 / named[one])))[:60]
        resumes.append(", ".join(labels[one] for one in keyed))
        words.append(" ".join(drawn.sample(resumes[-1].replace(",", "").lower().split(), 3)))
    return {"résumé": resumes, "three words": words}


# ---------------------------------------------------------------------------------- the index


def build_rolecall(path: Path, count: int, folder: Path) -> None:
    source = Grown(path, count)
    built = index.build(source, folder, stamp="a", generation=1)
    keywords.keep(folder, built, None, source.names)


def update_rolecall(path: Path, count: int, folder: Path) -> Told:
    """A night in which one job of a hundred changed: half of them say something else, half are gone."""
    source, drawn, told = Grown(path, count), random.Random(2), Told()
    changed = drawn.sample(range(count), round(NIGHT * count))
    source.edited, source.gone = set(changed[::2]), set(changed[1::2])
    source.starts  # noqa: B018 - where a job is, a database has at hand

    def night() -> None:
        before = index.load(folder)
        built = index.build(source, folder, stamp="a", generation=1, fitted=before)
        keywords.keep(folder, built, before, source.names)

    timed(told, "update", night)
    return told


def open_rolecall(folder: Path) -> engines.Ask:
    """What a text asks for is read once, and told apart: the index is measured."""
    opened = index.load(folder)
    read = functools.cache(profile.read)
    return lambda text: rank.score(opened, read(text)).top(None, TOP)


def more_rolecall(folder: Path, resumes: Sequence[str]) -> Told:
    """What whys cost, and how fast memory is read."""
    opened, people = index.load(folder), [profile.read(text) for text in resumes]
    for shard, _ in opened.parts():  # from the disk once
        shard.row_weights.sum(), shard.row_terms.sum()
    return {
        "reading": spread(resumes, profile.read),
        "whys": spread(people, lambda person: rank.rank(opened, person, limit=TOP)),
        "bandwidth": bandwidth(opened, people),
    }


def bandwidth(opened: index.Index, people: Sequence[profile.Profile]) -> dict[str, float]:
    """Gigabytes a second that scoring reads, and that a copy of as much memory as no cache holds reads."""
    rates, loops = [], []
    for person in people:
        columns, weights = rank.question(opened, person)
        into = np.zeros(opened.rows, dtype=np.float32)
        ends = [shard.term_starts[columns + 1] - shard.term_starts[columns] for shard in opened.shards]
        touched = 8 * sum(int(own.sum()) for own in ends)
        loops.append(fastest(lambda _, c=columns, w=weights, i=into: opened.add(c, w, i), None))
        rates.append(touched / loops[-1] / 1e6)
    big = np.ones(1 << 26, dtype=np.float32)
    other = big.copy()
    copied = fastest(lambda _: np.copyto(other, big), None)
    return {
        "loop GB/s": statistics.median(rates),
        "copy reads GB/s": big.nbytes / copied / 1e6,
        "loop ms": statistics.median(loops),
        "million postings": statistics.median(
            rate * loop / 8 for rate, loop in zip(rates, loops, strict=True)
        ),
    }


# ---------------------------------------------------------------------------------- measuring


def timed(told: Told, name: str, made: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = made()
    told[name] = time.perf_counter() - start
    return found


def fastest(ask: Callable[[Any], object], asked: Any) -> float:
    """Milliseconds of the best of some rounds."""
    found: list[float] = []
    while len(found) < ROUNDS and sum(found) < SECONDS:
        start = time.perf_counter()
        ask(asked)
        found.append(time.perf_counter() - start)
    return 1000 * min(found)


def spread(every: Sequence[Any], ask: Callable[[Any], object]) -> tuple[float, float, int]:
    """The median, p95, and how many were asked."""
    until = time.perf_counter() + MINUTE
    times = [fastest(ask, asked) for asked in every if time.perf_counter() < until]
    return statistics.median(times), sorted(times)[int(0.95 * len(times)) - (len(times) >= 20)], len(times)


def built(system: str, path: Path, count: int, folder: Path) -> Told:
    told = Told()
    build = build_rolecall if system == "rolecall" else engines.BUILD[system]
    if system == "rolecall":
        ready(path, count)
    before = os.times()[:4]
    timed(told, "build", lambda: build(path, count, folder))
    told["cpu"] = sum(os.times()[:4]) - sum(before)  # its own, with its children's
    told["disk"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return told


def answered(system: str, path: Path, folder: Path) -> Told:
    told, asked = Told(), questions(path)
    opened = open_rolecall if system == "rolecall" else engines.OPEN[system]
    ask = timed(told, "open", lambda: opened(folder))
    for kind, every in asked.items():
        ask(every[0])
        told[kind] = spread(every, ask)
    told["memory"] = own_memory(os.getpid())
    return told | (more_rolecall(folder, asked["résumé"]) if system == "rolecall" else {})


def own_memory(process: int) -> int:
    """Bytes that a process and its children have of their own; 0 for one that is gone."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    [own] = (int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss_Anon:"))
    return 1024 * own + sum(own_memory(int(child)) for child in children)


# ---------------------------------------------------------------------------------- the run


def together(given: argparse.Namespace, phase: str, systems: Sequence[str], folder: Path) -> list[Told]:
    """What processes tell that run side by side, one for each system; none of one that failed."""
    # As a command of one line: the processes of a build would import a module that was started by its name.
    started = "from benchmarks import matching_scale; matching_scale.main()"
    command = [sys.executable, "-c", started, "--folder", str(given.folder)]
    command += ["--count", str(given.count), "--phase", phase, "--inside"]
    running = [
        subprocess.Popen([*command, str(folder / system), system], stdout=subprocess.PIPE, text=True)
        for system in systems
    ]
    most, start, said_at = [0] * len(running), time.monotonic(), 0.0
    while any(process.poll() is None for process in running):
        most = [max(known, own_memory(process.pid)) for known, process in zip(most, running, strict=True)]
        if (now := time.monotonic()) >= said_at + SAY_AFTER:
            memory, said_at = sum(most) / 1e6, now
            print(f"{phase} {', '.join(systems)}: {now - start:.0f} s, {memory:,.0f} MB", file=sys.stderr)
        time.sleep(0.5)
    told = []
    for process, memory in zip(running, most, strict=True):
        said = process.communicate()[0].splitlines()
        told.append({f"most in {phase}": memory, **json.loads(said[-1])} if process.returncode == 0 else {})
    return told


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("system", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--systems", default=",".join(itertools.chain(*SYSTEMS)))
    parser.add_argument("--phase", choices=("build", "update", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    path = given.folder / f"grown-{given.count}-1.jsonl"
    if not path.is_file():
        sys.exit(f"{path} is missing: make it with `python -m benchmarks.dedupe_grow`, or name its --folder")
    if given.phase == "build":
        given.inside.mkdir()
        print(json.dumps(built(given.system, path, given.count, given.inside)))
    elif given.phase == "update":
        print(json.dumps(update_rolecall(path, given.count, given.inside)))
    elif given.phase == "ask":
        print(json.dumps(answered(given.system, path, given.inside)))
    else:
        compare(given)


def compare(given: argparse.Namespace) -> None:
    names = "build cpu memory disk update open memory résumé p95 words p95 asked".split()
    print(f"{given.count:,} jobs", *(f"{name:>11}" for name in names))
    asked = given.systems.split(",")
    every: dict[str, Told] = {}
    for group in SYSTEMS:
        systems = [system for system in group if system in asked]
        with scratch.folder("benchmark") as folder:
            told = together(given, "build", systems, folder)
            for system, found in zip(systems, told, strict=True):
                if found and system == "rolecall":
                    found |= together(given, "update", [system], folder)[0]
                every[system] = found | together(given, "ask", [system], folder)[0] if found else {}
                show(system, every[system])
    ours = every.get("rolecall", {})
    for system, found in every.items():
        if "résumé" in found and "résumé" in ours and system != "rolecall":
            shares = [f"{ours[kind][1] / found[kind][1]:.2f}" for kind in ("résumé", "three words")]
            print(f"p95 beside {system:9} résumé {shares[0]}, three words {shares[1]}")


def show(system: str, told: Told) -> None:
    if "résumé" not in told:
        print(f"{system:12} failed")
        return
    update = f"{told['update']:.1f} s" if "update" in told else ""
    cells = [
        f"{told['build']:.1f} s",
        f"{told['cpu']:.1f} s",
        f"{told['most in build'] / 1e6:,.0f} MB",
        f"{told['disk'] / 1e6:,.0f} MB",
    ]
    cells += [update, f"{1000 * told['open']:.1f} ms", f"{told['memory'] / 1e6:,.0f} MB"]
    cells += [f"{value:.2f} ms" for kind in ("résumé", "three words") for value in told[kind][:2]]
    cells.append(f"{told['résumé'][2]} + {told['three words'][2]}")
    print(f"{system:12}", *(f"{cell:>11}" for cell in cells), flush=True)
    if update:
        print(f"  a night of {NIGHT:.0%} takes {told['update'] / told['build']:.1%} of a build")
        print(f"  with the whys of {TOP}: median {told['whys'][0]:.2f} ms, p95 {told['whys'][1]:.2f} ms")
        print(f"  to read a text before: median {told['reading'][0]:.2f} ms, p95 {told['reading'][1]:.2f} ms")
    for name, value in told.get("bandwidth", {}).items():
        print(f"  {name:24}{value:8,.1f}", flush=True)


if __name__ == "__main__":
    main()
