"""The candidate step alone: ours beside datasketch and rensa, over the same listings and the same shingles.

    python -m benchmarks.dedupe_candidates [../shared] [--count 20000] [--seed 1] [--folder FOLDER]

The listings are those of the labelled pairs, and as many grown ones (`benchmarks.dedupe_grow`) as make up the
count. Each finds pairs worth comparing; told are CPU seconds, pairs, and the share that was found of the
labelled pairs of one job, of those of one campaign, and of the grown copies with their originals. All are
given the same shingles of three words, made before, and the peers band 128 permutations for a likeness of
.5: datasketch hashes the shingles with its SHA-1, as its documentation does, and once is spared that. Ours is
told twice: the bands of the texts alone, which is what the peers do, and the whole step with the keys of
fields and first words; both drop the pairs whose texts cannot be one text.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import dedupe_grow, dedupe_pairs
from matcher.dedupe import Ad, block, candidates, columns, signs

Codes = set[tuple[int, int]]
PERMUTATIONS, LIKENESS = 128, 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """Ads by position, and the pairs of positions that ought to be found."""

    ads: list[Ad]
    wanted: dict[str, Codes]


def sample(shared: Path, folder: Path, count: int, seed: int) -> Sample:
    """The ads of the labelled pairs first, then grown ones without the set that the labelled ones are of."""
    real = dedupe_pairs.real(shared)
    asked = sorted({key for pair in real.pairs for key in (pair.a, pair.b)})
    at = {key: position for position, key in enumerate(asked)}
    ads = [real.ads[key] for key in asked]
    wanted: dict[str, Codes] = {
        f"one {relation}": {(at[pair.a], at[pair.b]) for pair in real.pairs if pair.relation == relation}
        for relation in ("job", "campaign")
    }
    wanted["grown copies"] = set()
    known: dict[int, int] = {}
    for row in dedupe_grow.rows(dedupe_grow.grown(shared, folder, count, seed)[0]):
        if len(ads) < count:
            known[row["key"]] = len(ads)
            if row.get("copy_of") in known:
                wanted["grown copies"].add((known[row["copy_of"]], len(ads)))
            ads.append(replace(dedupe_grow.ad(row), identifier=f"grown-{row['identifier']}"))
    ordered = sorted(range(len(ads)), key=lambda one: (ads[one].source, ads[one].identifier))
    place = {was: now for now, was in enumerate(ordered)}
    return Sample(
        [ads[was] for was in ordered],
        {name: {_pair(place[a], place[b]) for a, b in pairs} for name, pairs in wanted.items()},
    )


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


# --- what finds candidates

Shingles = Sequence[npt.NDArray[np.uint32]]


def ours(read: Sequence[signs.Signs], shingles: Shingles, *, alone: bool) -> Codes:
    """Our candidate step, from signatures on; `alone`: by the bands of the texts only."""
    own = np.stack([block.signature(one) for one in shingles])
    head = [block.shingles(one.words[: block.HEAD_WORDS]) for one in ([] if alone else read)]
    minima = [block.signature(one, block.HEAD_PERMUTATIONS) for one in head]
    first = np.stack(minima) if minima else np.zeros((len(own), block.HEAD_PERMUTATIONS), np.uint32)
    bands = block.band_keys(own, first)[:, : block.PERMUTATIONS // block.ROWS if alone else None]
    fields = [[] if alone else block.field_keys(one) for one in read]
    worth = [len(one.words) > 5 for one in read]
    keys = [
        np.concatenate((np.array(field, np.uint64), band if asked else band[:0]))
        for field, band, asked in zip(fields, bands, worth, strict=True)
    ]
    sketch = own.astype(np.uint8)
    table = columns.Table(
        keys=np.concatenate(keys),
        ends=np.cumsum([len(one) for one in keys]),
        name=np.arange(len(read), dtype=np.uint64),
        place=np.array([signs.number(str(sorted(one.where.words))) for one in read], np.uint64),
        title=np.array([signs.number(one.title.head) for one in read], np.uint64),
        family=np.array([signs.family(one.families) for one in read], np.uint64),
        sizes=np.array([(len(one.words),) * 2 for one in read], np.uint32),
        sketch_own=sketch,
        sketch_whole=sketch,
    )
    live = np.ones(len(read), bool)
    return {(a, b) for a, b in candidates.changes(table, ~live, live).new.tolist()}


def as_bytes(shingles: Shingles) -> list[list[bytes]]:
    """The bytes of each shingle's number."""
    return [[row[at : at + 4] for at in range(0, len(row), 4)] for row in (one.tobytes() for one in shingles)]


def as_numbers(shingles: Shingles) -> list[list[int]]:
    """Numbers, so that nothing is hashed twice."""
    return [row.tolist() for row in shingles]


def by_datasketch(shingles: Sequence[list[Any]], **more: Any) -> Codes:
    """MinHash.bulk and MinHashLSH of datasketch, inserted and then asked."""
    import datasketch  # noqa: PLC0415 - only who compares has it

    hashes = datasketch.MinHash.bulk(shingles, num_perm=PERMUTATIONS, **more)
    index = datasketch.MinHashLSH(threshold=LIKENESS, num_perm=PERMUTATIONS)
    for at, one in enumerate(hashes):
        index.insert(at, one)
    return {_pair(at, other) for at, one in enumerate(hashes) for other in index.query(one) if other != at}


def by_rensa(shingles: Sequence[list[bytes]]) -> Codes:
    """RMinHash and RMinHashLSH of rensa, inserted and then asked; bands of five, as datasketch chooses."""
    import rensa  # noqa: PLC0415 - only who compares has it

    hashes = rensa.RMinHash.from_token_sets(shingles, PERMUTATIONS, 1)
    index = rensa.RMinHashLSH(LIKENESS, PERMUTATIONS, 32)
    index.insert_many(hashes)
    found: Iterable[Iterable[int]] = index.query_all(hashes)
    return {_pair(at, other) for at, row in enumerate(found) for other in row if other != at}


PEERS: dict[str, tuple[Callable[[Shingles], Any], Callable[..., Codes]]] = {
    "datasketch": (as_bytes, by_datasketch),
    "datasketch, spared its hashing": (as_numbers, partial(by_datasketch, hashfunc=int)),
    "rensa": (as_bytes, by_rensa),
}
INSTALL = "{} is not installed, and its row is left out: pip install --group bench names what it needs"


# --- the table


def timed(work: Callable[[], Codes]) -> tuple[Codes, float]:
    """What the work finds, and its CPU seconds in all threads."""
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def row(name: str, given: Sample, found: Codes, spent: float) -> str:
    """One line of the table."""
    shares = [f"{len(found & wanted) / len(wanted):.3f}" for wanted in given.wanted.values()]
    pace = len(given.ads) / spent
    return f"| {name} | {spent:.1f} | {pace:,.0f} | {len(found):,} | " + " | ".join(shares) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER)
    given = parser.parse_args()
    taken = sample(given.shared, given.folder, given.count, given.seed)
    read = [signs.signs(signs.note(ad), np.empty(0, np.uint64)) for ad in taken.ads]
    shingles = [block.shingles(one.words) for one in read]
    told = [f"{name} ({len(wanted)})" for name, wanted in taken.wanted.items()]
    print(f"{len(taken.ads):,} listings\n")
    print(f"| found by | CPU seconds | listings a CPU second | pairs | {' | '.join(told)} |")
    print("|---|---|---|---|" + "---|" * len(told))
    for name, alone in (("Rolecall, bands of texts alone", True), ("Rolecall", False)):
        print(row(name, taken, *timed(partial(ours, read, shingles, alone=alone))), flush=True)
    for name, (prepare, run) in PEERS.items():
        if importlib.util.find_spec(name.partition(",")[0]) is None:
            print(INSTALL.format(name))
            continue
        print(row(name, taken, *timed(partial(run, prepare(shingles)))), flush=True)


if __name__ == "__main__":
    main()
