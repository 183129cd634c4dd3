"""The candidate step alone: ours beside datasketch and rensa, over the same listings and the same shingles.

    python -m benchmarks.dedupe_candidates [../shared] [--count 20000] [--seed 1] [--folder FOLDER]

The listings are those of the labelled pairs, and as many grown ones (`benchmarks.dedupe_grow`) as make up the
count. Each finds pairs worth comparing; told are CPU seconds, pairs, and the share that was found of the
labelled pairs of one job, of those of one campaign, and of the grown copies with their originals. The peers
are given each text's shingles of three words, made before, and band 128 permutations for a likeness of .5:
datasketch hashes the shingles with its SHA-1, as its documentation does, and once is spared that. Ours is
told twice: what the peers do, from words on, with the bands of the texts alone; and all that a night does
for it, from what it keeps of an ad on, with reading its fields, their keys and those of the first words. Both
drop the pairs whose texts cannot be one text.
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
from matcher.dedupe import Ad, block, candidates, columns, signing, signs, sketch

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
Names = npt.NDArray[np.uint64]


def by_bands(signed: signing.Signed, names: Names, words: Sequence[npt.NDArray[np.uint32]]) -> Codes:
    """Our signatures and the bands of the texts alone."""
    pieces = [words[at : at + signing.TOGETHER] for at in range(0, len(words), signing.TOGETHER)]
    own = np.concatenate([sketch.minima(piece) for piece in pieces])
    head = np.zeros((len(own), sketch.HEAD_PERMUTATIONS), np.uint32)
    bands = block.band_keys(own, head)[:, : sketch.PERMUTATIONS // block.ROWS]
    low = own.astype(np.uint8)
    ends = np.arange(1, len(own) + 1) * bands.shape[1]
    return _pairs(replace(signed, keys=bands.ravel(), ends=ends, sketch_own=low, sketch_whole=low), names)


def by_all(notes: Sequence[signs.Note], names: Names) -> Codes:
    """All of our candidate step, from what is kept of an ad on."""
    return _pairs(signing.sign(notes, np.empty(0, np.uint64)), names)


def _pairs(signed: signing.Signed, names: Names) -> Codes:
    kept = {name: getattr(signed, name) for name in columns.Table.__slots__ if name != "name"}
    table = columns.Table(name=names, **kept)
    live = np.ones(len(table.name), bool)
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
    notes = [signs.note(ad) for ad in taken.ads]
    words = [one.words for one in signs.every(notes, np.empty(0, np.uint64))]
    signed = signing.sign(notes, np.empty(0, np.uint64))
    names = np.array([signs.name(ad) for ad in taken.ads], np.uint64)
    shingles = [sketch.shingles(one) for one in words]
    told = [f"{name} ({len(wanted)})" for name, wanted in taken.wanted.items()]
    print(f"{len(taken.ads):,} listings\n")
    print(f"| found by | CPU seconds | listings a CPU second | pairs | {' | '.join(told)} |")
    print("|---|---|---|---|" + "---|" * len(told))
    print(row("Rolecall, bands of texts", taken, *timed(partial(by_bands, signed, names, words))), flush=True)
    print(row("Rolecall, the whole step", taken, *timed(partial(by_all, notes, names))), flush=True)
    for name, (prepare, run) in PEERS.items():
        if importlib.util.find_spec(name.partition(",")[0]) is None:
            print(INSTALL.format(name))
            continue
        print(row(name, taken, *timed(partial(run, prepare(shingles)))), flush=True)


if __name__ == "__main__":
    main()
