"""How fast the index is at a million jobs, beside bm25s, tantivy, TfidfVectorizer and FTS5.

    python -m benchmarks.matching_scale --folder FOLDER [--count 100000] [--systems rolecall,bm25s,…]

FOLDER holds `grown-COUNT-1.jsonl` of `benchmarks/dedupe_grow.py`. Each system runs in a process of its own,
one after another, over the same texts: title and description. The questions are twenty résumés of sixty
concepts each, drawn by how many ads name them, and twenty of three words; each is asked for its top 50, five
times, and the best of these counts, as a machine does other things, too. p95 is over the twenty. bm25s and
tantivy are no part of this project: the group `bench` has them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import dedupe_grow
from matcher import filters, index, places, profile, rank, sift, skills, stated, terms

SYSTEMS = ("rolecall", "bm25s", "tantivy", "tfidf", "fts5")
TOP = 50
QUESTIONS = 20
ROUNDS = 5
SAMPLE = 2_000  # ads by which concepts are drawn
YEARLY = {"HOUR": 2080, "DAY": 260, "WEEK": 52, "MONTH": 12, "YEAR": 1}
FILTERS = {
    "near a town": filters.Filters(near=("columbus", "ohio", "us"), within=80),
    "a state": filters.Filters(near=(None, "ohio", "us")),
    "a country": filters.Filters(near=(None, None, "us")),
    "remote": filters.Filters(remote=True),
    "pay": filters.Filters(min_pay=Decimal(40_000), currency="USD"),
    "full time": filters.Filters(employment=frozenset({"FULL_TIME"})),
}
Asked = Callable[[str], object]


class Grown:
    """The documents of a file, read where they are asked for; some may say something else."""

    def __init__(self, path: Path, count: int) -> None:
        self.path, self.count, self.edited, self.gone = path, count, set[int](), set[int]()
        self.starts = [0]
        with path.open("rb") as file:
            for line in itertools.islice(file, count):
                self.starts.append(self.starts[-1] + len(line))

    def revisions(self) -> tuple[np.ndarray, np.ndarray]:
        rows = [row for row in range(self.count) if row not in self.gone]
        told = [row * 2 + 1 + (row in self.edited) for row in rows]
        return np.array([f"{row:016x}".encode() for row in rows]), np.array(told, dtype=np.uint64)

    def read(self, jobs: np.ndarray | None) -> Iterator[index.Document]:
        rows = range(self.count) if jobs is None else [int(job, 16) for job in jobs.tolist()]
        with self.path.open("rb") as file:
            for row in rows:
                file.seek(self.starts[row])
                yield self.document(row, json.loads(file.readline()))

    def document(self, row: int, ad: dict[str, Any]) -> index.Document:
        pay = ad["pay"]
        amount = pay and (pay[1] or pay[0])
        said = stated.Stated(
            located=bool(ad["places"] or ad["remote"]),
            remote=ad["remote"] == "remote",
            places=tuple(map(tuple, places.keys(tuple(map(tuple, ad["places"]))))),
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


def texts(path: Path, count: int) -> Iterator[str]:
    for ad in itertools.islice(dedupe_grow.rows(path), count):
        yield f"{ad['title']}\n{ad['text']}"


def questions(path: Path) -> dict[str, list[str]]:
    """Résumés of sixty concepts, and three words of them."""
    named: dict[str, int] = {}
    for text in texts(path, SAMPLE):
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


# ---------------------------------------------------------------------------------- the systems


def rolecall(path: Path, count: int, folder: Path, told: dict[str, Any]) -> Asked:
    source = Grown(path, count)
    built = timed(told, "build", lambda: index.build(source, folder, stamp="a", generation=1))
    timed(told, "open", lambda: index.load(folder))
    opened = timed(told, "open", lambda: index.load(folder))
    told["postings"] = sum(len(shard.term_rows) for shard in opened.shards)
    drawn = random.Random(2)
    changed = drawn.sample(range(count), count // 100)
    source.edited, source.gone = set(changed[::2]), set(changed[1::2])
    timed(told, "update", lambda: index.build(source, folder, stamp="a", generation=1, fitted=built))
    opened = index.load(folder)
    asked = questions(path)
    told["filters"] = filtered(opened, [profile.read(text) for text in asked["résumé"]])
    told["bandwidth"] = bandwidth(opened, [profile.read(text) for text in asked["résumé"]])
    people = {text: profile.read(text) for texts in asked.values() for text in texts}
    told["whys"] = spread(
        [fastest(lambda t=text: rank.rank(opened, people[t], limit=TOP)) for text in asked["résumé"]]
    )
    return lambda text: rank.score(opened, people[text]).top(None, TOP)


def bm25s(path: Path, count: int, folder: Path, told: dict[str, Any]) -> Asked:
    import bm25s as engine  # noqa: PLC0415

    def build() -> Any:
        found = engine.tokenize(list(texts(path, count)), stopwords="en", show_progress=False)
        made = engine.BM25()
        made.index(found, show_progress=False)
        made.save(folder)
        return made

    timed(told, "build", build)
    made = timed(told, "open", lambda: engine.BM25.load(folder, mmap=True))

    def ask(text: str) -> object:
        found = engine.tokenize([text], stopwords="en", show_progress=False)
        return made.retrieve(found, k=TOP, show_progress=False, backend_selection="numpy")

    return ask


def tantivy(path: Path, count: int, folder: Path, told: dict[str, Any]) -> Asked:
    import tantivy as engine  # noqa: PLC0415

    schema = engine.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
    schema = schema.build()

    def build() -> None:
        made = engine.Index(schema, path=str(folder))
        writer = made.writer(512_000_000, 2)
        for text in texts(path, count):
            writer.add_document(engine.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()

    timed(told, "build", build)
    made = timed(told, "open", lambda: engine.Index.open(str(folder)))
    searcher = made.searcher()

    def ask(text: str) -> object:
        plain = "".join(letter if letter.isalnum() else " " for letter in text)
        return searcher.search(made.parse_query(plain.lower(), ["text"]), TOP)

    return ask


def tfidf(path: Path, count: int, folder: Path, told: dict[str, Any]) -> Asked:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    made = TfidfVectorizer(dtype=np.float32, sublinear_tf=True)
    matrix = timed(told, "build", lambda: made.fit_transform(texts(path, count)))
    for name in ("data", "indices", "indptr"):
        np.save(folder / f"{name}.npy", getattr(matrix, name))
    timed(told, "open", lambda: [np.load(folder / f"{name}.npy") for name in ("data", "indices", "indptr")])

    def ask(text: str) -> object:
        scores = matrix @ made.transform([text]).toarray()[0]
        best = np.argpartition(-scores, TOP)[:TOP]
        return best[np.argsort(-scores[best])]

    return ask


def fts5(path: Path, count: int, folder: Path, told: dict[str, Any]) -> Asked:
    db = sqlite3.connect(folder / "fts.sqlite3")

    def build() -> None:
        db.execute("create virtual table ad using fts5(text, content='', tokenize='porter unicode61')")
        rows = ((number, text) for number, text in enumerate(texts(path, count)))
        db.executemany("insert into ad(rowid, text) values (?, ?)", rows)
        db.commit()

    timed(told, "build", build)
    timed(told, "open", lambda: sqlite3.connect(folder / "fts.sqlite3").execute("select 1"))

    def ask(text: str) -> object:
        words = {"".join(filter(str.isalnum, word)) for word in text.lower().split()} - {""}
        asked = " OR ".join(f'"{word}"' for word in sorted(words))
        return db.execute(
            "select rowid from ad where ad match ? order by rank limit ?", (asked, TOP)
        ).fetchall()

    return ask


# ---------------------------------------------------------------------------------- measuring


def timed(told: dict[str, Any], name: str, made: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = made()
    told[name] = time.perf_counter() - start
    return found


def fastest(ask: Callable[[], object]) -> float:
    """Milliseconds of the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        found.append(time.perf_counter() - start)
    return 1000 * min(found)


def spread(times: list[float]) -> tuple[float, float]:
    """The median, and p95."""
    return statistics.median(times), sorted(times)[int(0.95 * len(times)) - 1 if len(times) >= 20 else -1]


def filtered(opened: index.Index, people: list[profile.Profile]) -> dict[str, Any]:
    """What share a filter keeps, and how long a sifted top 50 takes beside one without a filter."""
    every = [fastest(lambda p=p: rank.score(opened, p).top(None, TOP)) for p in people]
    found = {"none": (1.0, *spread(every))}
    for name, wanted in FILTERS.items():

        def ask(person: profile.Profile, wanted: filters.Filters = wanted) -> object:
            among = sift.passing(opened.statements, wanted)
            return rank.score(opened, person, among).top(among, TOP)

        share = float(sift.passing(opened.statements, wanted).mean())
        found[name] = (share, *spread([fastest(lambda p=p: ask(p)) for p in people]))
    return found


def bandwidth(opened: index.Index, people: list[profile.Profile]) -> dict[str, float]:
    """Gigabytes a second that scoring reads, and that a copy of as much memory as no cache holds reads."""
    rates, loops = [], []
    for person in people:
        columns, weights = rank.question(opened, person)
        into = np.zeros(opened.rows, dtype=np.float32)
        touched = 8 * sum(
            int((shard.term_starts[columns + 1] - shard.term_starts[columns]).sum())
            for shard in opened.shards
        )
        loops.append(fastest(lambda c=columns, w=weights, i=into: opened.add(c, w, i)))
        rates.append(touched / loops[-1] / 1e6)
    big = np.ones(1 << 27, dtype=np.float32)
    other = np.empty_like(big)
    copied = fastest(lambda: np.copyto(other, big))
    return {
        "GB/s": statistics.median(rates),
        "copy GB/s": big.nbytes / copied / 1e6,
        "loop ms": statistics.median(loops),
        "postings": statistics.median(rate * loop * 1e6 / 8 for rate, loop in zip(rates, loops, strict=True)),
    }


def measured(system: str, path: Path, count: int) -> dict[str, Any]:
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="rolecall-benchmark-") as name:
        ask = globals()[system](path, count, Path(name), told)
        told["disk"] = sum(file.stat().st_size for file in Path(name).rglob("*") if file.is_file())
        for kind, every in questions(path).items():
            told[kind] = spread([fastest(lambda text=text: ask(text)) for text in every])
    told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return told


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path)
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--alone", help="measure one system in this process, and print JSON")
    given = parser.parse_args()
    path = given.folder / f"grown-{given.count}-1.jsonl"
    if not path.is_file():
        sys.exit(f"{path} is missing: make it with `python -m benchmarks.dedupe_grow`, or name its --folder")
    if given.alone:
        print(json.dumps(measured(given.alone, path, given.count)))
        return
    names = ("build", "update", "open", "disk", "memory", "résumé", "", "three words", "")
    print(f"{'':10}", *(f"{name:>12}" for name in names))
    for system in given.systems.split(","):
        command = [sys.executable, "-m", "benchmarks.matching_scale", "--folder", str(given.folder)]
        command += ["--count", str(given.count), "--alone", system]
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"{system:10} failed")
            continue
        show(system, json.loads(done.stdout.splitlines()[-1]))


def show(system: str, told: dict[str, Any]) -> None:
    cells = [f"{told['build']:.1f} s", f"{told.get('update', 0):.2f} s", f"{1000 * told['open']:.1f} ms"]
    cells += [f"{told['disk'] / 1e6:,.0f} MB", f"{told['memory'] / 1e6:,.0f} MB"]
    cells += [f"{value:.2f} ms" for kind in ("résumé", "three words") for value in told[kind]]
    print(f"{system:10}", *(f"{cell:>12}" for cell in cells), flush=True)
    if "whys" in told:
        median, late = told["whys"]
        print(f"  {'with the whys of 50':34} median {median:8.2f} ms  p95 {late:8.2f} ms")
    for name, (share, median, late) in told.get("filters", {}).items():
        print(f"  {name:20} keeps {share:6.1%}  median {median:8.2f} ms  p95 {late:8.2f} ms")
    for name, value in told.get("bandwidth", {}).items():
        print(f"  {name:20} {value:,.1f}")


if __name__ == "__main__":
    main()
