"""Merges to judge by eye: drawn by a hash from what deduplication makes of the listings of many boards.

    python -m benchmarks.dedupe_merges [../shared] [--count 200] [--seed 1] [--without SET ...] [--reasons]

All of described.jsonl.gz but the sets left out (nhs_jobs_jsonld: the labelled pairs are of it) is grouped;
a merge is a listing beside the first of its job. Printed is what a reader judges by, the two ads as they
stand, and only with `--reasons` why they were joined: judge first.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import dedupe_grow
from matcher import dedupe
from matcher.dedupe import Ad, Grouping

LETTERS = 1500  # of a text that are printed


def drawn(grouping: Grouping, count: int, seed: int) -> list[tuple[int, int]]:
    """So many merges, by keys: those whose hash with the seed is smallest, whatever order jobs come in."""
    merges = [(job.listings[0], other) for job in grouping.jobs for other in job.listings[1:]]
    return sorted(merges, key=lambda pair: hashlib.sha256(f"{seed} {pair}".encode()).digest())[:count]


def shown(a: Ad, b: Ad) -> Iterator[str]:
    """The two ads, as a reader sees them."""
    for ad in (a, b):
        yield f"[{ad.source} {ad.identifier}] {ad.title} | {ad.organization} | {ad.places} | {ad.date_posted}"
        yield f"    {ad.url} {ad.pay}"
    if a.text == b.text:
        yield f"  both: {_cut(a.text)}"
    else:
        yield from (f"  {name}: {_cut(ad.text)}" for name, ad in (("a", a), ("b", b)))


def _cut(body: str) -> str:
    line = " / ".join(body.split("\n"))
    return line if len(line) <= LETTERS else f"{line[:LETTERS]} ... ({len(line)} letters)"


def report(
    ads: Sequence[Ad], grouping: Grouping, merges: Sequence[tuple[int, int]], *, reasons: bool
) -> None:
    """Prints the merges, one under the other."""
    by_key = {ad.key: ad for ad in ads}
    equal = sum(by_key[a].text == by_key[b].text for a, b in merges)
    print(f"{len(ads):,} listings, {len(grouping.jobs):,} jobs; {len(merges)} merges, {equal} of equal texts")
    for number, (a, b) in enumerate(merges, 1):
        print(f"\n--- {number}", *shown(by_key[a], by_key[b]), sep="\n")
        if reasons:
            print("  why:", *dedupe.explain(by_key[a], by_key[b]).reasons, sep="; ")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="take every n-th listing only, for a quick look")
    parser.add_argument("--without", nargs="*", default=["nhs_jobs_jsonld"], help="sets to leave out")
    parser.add_argument("--reasons", action="store_true", help="say too why they were joined")
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER)
    given = parser.parse_args()
    rows = dedupe_grow.rows(dedupe_grow.real(given.shared, given.folder))
    kept = (row for row in rows if row["source"] not in given.without and row["key"] % given.every == 0)
    ads = [dedupe_grow.ad(row) for row in kept]
    grouping = dedupe.group(ads)
    report(ads, grouping, drawn(grouping, given.count, given.seed), reasons=given.reasons)


if __name__ == "__main__":
    main()
