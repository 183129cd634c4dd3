"""The candidate step alone: ours beside datasketch and rensa, over the same listings and the same shingles.

    python -m benchmarks.dedupe_candidates [../shared] [--count 20000] [--seed 1] [--folder FOLDER]

The listings are those of the labelled pairs, and as many grown ones (`benchmarks.dedupe_grow`) as make up the
count. Each finds pairs worth comparing; told are CPU seconds, pairs, and the share that was found of the
labelled pairs of one job, of those of one campaign, and of the grown copies with their originals. The peers
get each text's shingles ready, as numbers or bytes, as they take them: 128 permutations, banded for a Jaccard
likeness of .5. Ours begins at the listings as they were read, makes its shingles itself, finds pairs by
fields too, and drops those whose texts cannot be one text.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import dedupe_grow, dedupe_pairs
from matcher.dedupe import Ad, block, signs

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


def ours(read: Sequence[signs.Signs]) -> Codes:
    """All of our candidate step."""
    return set(map(tuple, block.candidates(read).pairs.tolist()))


def prepare_datasketch(shingles: Sequence[npt.NDArray[np.uint32]]) -> list[list[int]]:
    """Numbers, so that nothing is hashed twice: kinder than its usual SHA-1 of bytes."""
    return [row.tolist() for row in shingles]


def run_datasketch(shingles: Sequence[list[int]]) -> Codes:
    """MinHash.bulk and MinHashLSH of datasketch, inserted and then asked."""
    import datasketch  # noqa: PLC0415 - only who compares has it

    hashes = datasketch.MinHash.bulk(shingles, num_perm=PERMUTATIONS, hashfunc=int)
    index = datasketch.MinHashLSH(threshold=LIKENESS, num_perm=PERMUTATIONS)
    for at, one in enumerate(hashes):
        index.insert(at, one)
    return {_pair(at, other) for at, one in enumerate(hashes) for other in index.query(one) if other != at}


def prepare_rensa(shingles: Sequence[npt.NDArray[np.uint32]]) -> list[list[bytes]]:
    """The bytes of each number."""
    return [[row[at : at + 4] for at in range(0, len(row), 4)] for row in (one.tobytes() for one in shingles)]


def run_rensa(shingles: Sequence[list[bytes]]) -> Codes:
    """RMinHash and RMinHashLSH of rensa, inserted and then asked; bands of five, as datasketch chooses."""
    import rensa  # noqa: PLC0415 - only who compares has it

    hashes = rensa.RMinHash.from_token_sets(shingles, PERMUTATIONS, 1)
    index = rensa.RMinHashLSH(LIKENESS, PERMUTATIONS, 32)
    index.insert_many(hashes)
    found: Iterable[Iterable[int]] = index.query_all(hashes)
    return {_pair(at, other) for at, row in enumerate(found) for other in row if other != at}


PEERS: dict[str, tuple[Callable[..., Any], Callable[..., Codes]]] = {
    "datasketch": (prepare_datasketch, run_datasketch),
    "rensa": (prepare_rensa, run_rensa),
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
    read = signs.read(taken.ads, signs.Vocabulary())
    shingles = [block.shingles(one.words) for one in read]
    told = [f"{name} ({len(wanted)})" for name, wanted in taken.wanted.items()]
    print(f"{len(taken.ads):,} listings\n")
    print(f"| found by | CPU seconds | listings a CPU second | pairs | {' | '.join(told)} |")
    print("|---|---|---|---|" + "---|" * len(told))
    print(row("Rolecall", taken, *timed(lambda: ours(read))), flush=True)
    for name, (prepare, run) in PEERS.items():
        if importlib.util.find_spec(name) is None:
            print(INSTALL.format(name))
            continue
        ready = prepare(shingles)
        print(row(name, taken, *timed(lambda run=run, ready=ready: run(ready))), flush=True)


if __name__ == "__main__":
    main()
