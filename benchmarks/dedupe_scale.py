"""How fast deduplication is, and what memory it takes: from scratch, on a night after, and at its worst.

    python -m benchmarks.dedupe_scale [../shared] [--count 10000 100000 1000000] [--seed 1] [--night] [--real]
                                      [--worst] [--processes 2] [--folder FOLDER]

For each count that many listings are grown (`benchmarks.dedupe_grow`: written once to FOLDER, read as a
stream) and grouped from scratch: seconds, listings a second and the most memory of each step, and how far the
time is from linear in the smallest count. `--night` then changes 1 % of them and groups again; `--real`
groups all of described.jsonl.gz as it is; `--worst` the three shapes that would be quadratic, and says what
was merged that must not be.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from benchmarks import dedupe_grow
from benchmarks.dedupe_meter import Meter
from matcher.dedupe import Ad, update
from matcher.dedupe.shelf import Shelf

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Listings in files of JSONL, each by its key: which file it stands in, at which byte, and its hash."""

    paths: tuple[Path, ...]
    keys: npt.NDArray[np.int64]
    files: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.uint64]

    @classmethod
    def read(cls, path: Path) -> Corpus:
        """A file whose listings have their line's number as key."""
        starts, stamps, at = [], [], 0
        with path.open("rb") as file:
            for line in file:
                starts.append(at)
                stamps.append(xxhash.xxh64_intdigest(line))
                at += len(line)
        count = len(starts)
        return cls(
            (path,),
            np.arange(count),
            np.zeros(count, np.int64),
            np.array(starts),
            np.array(stamps, np.uint64),
        )

    def after(self, night: Path) -> Corpus:
        """The listings after a night: what its file tells anew replaces what is here."""
        found = Corpus.read(night)
        told = list(dedupe_grow.rows(night))
        keys = np.array([row["key"] for row in told])
        there = np.array(["gone" not in row for row in told])
        new = replace(found, keys=keys, files=np.full(len(keys), len(self.paths)))
        rest = self.only(~np.isin(self.keys, keys))
        parts = [(getattr(rest, name), getattr(new.only(there), name)) for name in _COLUMNS]
        return Corpus((*self.paths, night), *map(np.concatenate, parts))

    def only(self, kept: npt.NDArray[np.bool_]) -> Corpus:
        return replace(self, **{name: getattr(self, name)[kept] for name in _COLUMNS})

    def fetch(self, keys: Sequence[int]) -> Iterator[Ad]:
        """The ads of `keys`, file by file in the order of their lines; one is in memory at a time."""
        wanted = np.flatnonzero(np.isin(self.keys, keys))
        for number, path in enumerate(self.paths):
            starts = np.sort(self.starts[wanted[self.files[wanted] == number]])
            with path.open("rb") as file:
                for start in starts.tolist():
                    file.seek(start)
                    yield dedupe_grow.ad(dedupe_grow.parsed(file.readline()))


_COLUMNS = ("keys", "files", "starts", "stamps")


# --- the one place that knows how a corpus is grouped


@dataclass(frozen=True, slots=True)
class Grouped:
    """`jobs`: a number for each listing's job, in the order of the corpus' keys; `compared`: pairs, anew."""

    jobs: npt.NDArray[np.int64]
    compared: int


def group(corpus: Corpus, shelf: Path, meter: Meter, processes: int) -> Grouped:
    """Groups a corpus; what `shelf` keeps of the night before is used, and an empty one is from scratch."""
    night = update.Update(Shelf(shelf), processes, meter.progress)
    told = night.run(update.Listed(corpus.keys, corpus.stamps), corpus.fetch)
    night.keep("benchmark")
    rows = night.shelf.view.rows_of(corpus.keys, night.after.alive)
    return Grouped(night.after.job[rows], told.compared)


# --- from scratch, and a night


def measure(corpus: Corpus, shelf: Path, processes: int) -> Meter:
    """One run, with its table."""
    with Meter() as meter:
        found = group(corpus, shelf, meter, processes)
    print(*meter.table(len(corpus.keys)), sep="\n")
    print(f"\n{len(np.unique(found.jobs)):,} jobs, {found.compared:,} pairs compared\n", flush=True)
    return meter


def scale(shared: Path, folder: Path, counts: Sequence[int], given: argparse.Namespace) -> None:
    """Grows, groups and compares; the first count is what the others are held against."""
    spent: list[float] = []
    for count in counts:
        night = _apart(dedupe_grow.grown, shared, folder, count, given.seed)[1]
        corpus = Corpus.read(folder / f"grown-{count}-{given.seed}.jsonl")
        shelf = _emptied(folder / f"shelf-{count}")
        print(f"{count:,} listings grown with seed {given.seed}, from scratch, {given.processes} processes\n")
        spent.append(measure(corpus, shelf, given.processes).total().seconds)
        ratio = spent[-1] / count / (spent[0] / counts[0])
        print(f"{count / spent[-1]:,.0f} listings a second; {ratio:.2f} times linear from {counts[0]:,}\n")
        if given.night:
            print("the night after: 0.3 % new, 0.4 % edited, 0.3 % gone\n")
            cost = measure(corpus.after(night), shelf, given.processes).total().seconds
            print(f"{100 * cost / spent[-1]:.1f} % of from scratch\n")


def _apart(work: Callable[..., Any], *told: object) -> Any:
    """What `work` gives, made in a process of its own: its memory is not measured."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, told)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


# --- worst cases

_TASKS = "answer note follow close greet file sort check book call write weigh pack move clean count".split()
_THINGS = "calls letters crates tickets claims parcels returns invoices samples guests meters keys".split()
_BOILERPLATE = " ".join(
    f"We are an employer who cares about matter number {number} and says so in every ad."
    for number in range(30)
)
Wrong = Callable[[npt.NDArray[np.int64]], str]


def _ad(key: int, title: str, body: str, **more: Any) -> Ad:
    return Ad(
        key=key, source=more.pop("source", "board"), identifier=f"{key:08d}", title=title, text=body,
        organization="Oakmail", places=(("Dunmore", None, "IE", None),), **more,
    )  # fmt: skip


def _words(pick: random.Random, count: int) -> str:
    return " ".join("".join(pick.choices("aeioulmnrst", k=6)) for _ in range(count))


def _boilerplate(pick: random.Random) -> Iterator[Ad]:
    """100,000 listings of one employer under 5,000 titles: the same 30 sentences, and its own paragraph."""
    titles = [f"{_words(pick, 1)} {pick.choice(_THINGS)} clerk" for _ in range(5_000)]
    for key in range(100_000):
        own = ". ".join(
            f"You {pick.choice(_TASKS)} {pick.choice(_THINGS)} {_words(pick, 6)}" for _ in range(5)
        )
        yield _ad(key, titles[key % 5_000], f"{_BOILERPLATE}\n{own}.")


def _titles(pick: random.Random) -> Iterator[Ad]:
    """10,000 listings of one employer under one title, each with a text of its own."""
    return (_ad(key, "Customer Service Representative", _words(pick, 120)) for key in range(10_000))


def _chain(pick: random.Random) -> Iterator[Ad]:
    """200 near-copies on as many sources, each with 3 % of the words of the one before changed.

    The first twenty name one requisition, the last twenty another.
    """
    words = _words(pick, 100).split()
    for key in range(200):
        for at in pick.sample(range(len(words)), 3):
            words[at] = _words(pick, 1)
        number = "OV-100001" if key < 20 else "OV-200002" if key >= 180 else None
        yield _ad(key, "Care Agent", " ".join(words), source=f"site{key:03d}", requisition=number)


def _every_merge(jobs: npt.NDArray[np.int64]) -> str:
    return f"{len(jobs) - len(np.unique(jobs))} wrong merges"


def _ends(jobs: npt.NDArray[np.int64]) -> str:
    wrong = len(set(jobs[:20].tolist()) & set(jobs[180:].tolist()))
    spans = [int(np.ptp(np.flatnonzero(jobs == job))) for job in np.unique(jobs)]
    return f"{wrong} jobs with both ends, the widest job spans {max(spans)} links"


WORST: dict[str, tuple[Callable[[random.Random], Iterable[Ad]], Wrong]] = {
    "100,000 with one boilerplate": (_boilerplate, _every_merge),
    "10,000 of one title": (_titles, _every_merge),
    "a chain of 200 near-copies": (_chain, _ends),
}


def worst(folder: Path, given: argparse.Namespace, cases: Iterable[str] = WORST) -> None:
    """The worst cases: seconds, memory, jobs, and what was merged that must not be."""
    print("| worst case | listings | seconds | most MiB | jobs | wrong |\n|---|---|---|---|---|---|")
    for name in cases:
        made, wrong = WORST[name]
        path = folder / "worst.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(map(dedupe_grow.line, made(random.Random(given.seed))))
        corpus = Corpus.read(path)
        with Meter() as meter:
            found = group(corpus, _emptied(folder / "shelf-worst"), meter, given.processes)
        total, jobs = meter.total(), len(np.unique(found.jobs))
        print(
            f"| {name} | {len(corpus.keys):,} | {total.seconds:.1f} | {total.memory:,.0f} | {jobs:,} "
            f"| {wrong(found.jobs)} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--count", nargs="*", type=int, default=[10_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--night", action="store_true", help="group again after a night that changes 1 %%")
    parser.add_argument("--real", action="store_true", help="the listings of described.jsonl.gz as they are")
    parser.add_argument("--worst", action="store_true", help="the three worst cases")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER, help="where what is grown is kept")
    given = parser.parse_args()
    if given.real:
        corpus = Corpus.read(_apart(dedupe_grow.real, given.shared, given.folder))
        print(f"{len(corpus.keys):,} listings of many boards, from scratch, {given.processes} processes\n")
        measure(corpus, _emptied(given.folder / "shelf-real"), given.processes)
    if given.worst:
        worst(given.folder, given)
    if not (given.real or given.worst):
        scale(given.shared, given.folder, sorted(given.count), given)


if __name__ == "__main__":
    main()
