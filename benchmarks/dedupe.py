"""How good and how fast deduplication is, on labelled pairs of real ads and on a file of listings.

    python -m benchmarks.dedupe [../shared] [--listings FILE --every 1 --merges 40] [--errors]

Prints precision, recall and F1 of what `dedupe.group` makes of the whole labelled set: "one job" (the pair
stands in one job) and "one campaign" (one card, two jobs), by stratum. With `--listings`, the seconds and
memory of grouping that file, and that many of its merges, drawn by a hash, for a reader to judge.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from crawler.clean import dates, employment, html, pay, place, title
from matcher import dedupe, text

TODAY = date(2026, 8, 31)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def ad(key: int, row: Mapping[str, Any], source: str, identifier: str) -> dedupe.Ad:
    """A row as importing it would make it."""
    body = html.text(row.get("description"))
    amount = pay.read(row.get("salary"), minimum=row.get("salary_min"), maximum=row.get("salary_max"))
    found = place.read(row.get("location"))
    return dedupe.Ad(
        key=key,
        source=source,
        identifier=identifier,
        title=title.clean(row["title"]),
        organization=html.text(row.get("company")),
        text=body,
        places=tuple(
            (p.address_locality or p.text, p.address_region, p.address_country, p.postal_code) for p in found
        ),
        remote=place.location_type(row.get("location") or ""),
        contacts=text.contacts(body),
        url=row.get("url") or "",
        pay=(amount.min_value, amount.max_value, amount.unit_text, amount.currency) if amount else None,
        employment_type=employment.read(row.get("employment_type")),
        date_posted=dates.read(row.get("posted") or row.get("date"), today=TODAY),
    )


def quality(folder: Path, *, errors: bool) -> None:
    """The table of the labelled pairs."""
    ads = [ad(key, row, row["source"], row["id"]) for key, row in enumerate(rows(folder / "ads.jsonl.gz"))]
    began = time.process_time()
    grouping = dedupe.group(ads)
    print(f"{len(ads)} ads, {len(grouping.jobs)} jobs, {time.process_time() - began:.0f} CPU seconds")
    at = {one.identifier: one.key for one in ads}
    job_of = {key: job for job in grouping.jobs for key in job.listings}
    told: dict[tuple[str, str], Counter[tuple[bool, bool]]] = defaultdict(Counter)
    for row in rows(folder / "pairs.jsonl.gz"):
        a, b = job_of[at[row["id_a"]]], job_of[at[row["id_b"]]]
        card = a is not b and a.campaign is not None and a.campaign == b.campaign
        for kind, truth, said in (
            ("one job", row["collapse"], a is b),
            ("one campaign", row["group_location"], card),
        ):
            for stratum in ("all", row["strata"][0], f"{row['confidence']} confidence"):
                told[kind, stratum][bool(truth), said] += 1
            if errors and bool(truth) != said:
                print(
                    f"  {kind}: {'missed' if truth else 'wrong'} ({row['label']}, {row['reason']})",
                    row["rationale"][:160],
                )
    print(
        f"{'':14}{'stratum':20}{'pairs':>6}{'P':>8}{'R':>8}{'F1':>8}{'TP':>6}{'FP':>5}{'FN':>5}   95 % of F1"
    )
    for (kind, stratum), counts in sorted(
        told.items(), key=lambda item: (item[0][0] != "one job", item[0][1])
    ):
        line(kind, stratum, counts)


def line(kind: str, stratum: str, counts: Counter[tuple[bool, bool]]) -> None:
    p, r, f = figures(counts)
    pick = random.Random(1)
    outcomes = list(counts.elements())
    drawn = sorted(figures(Counter(pick.choices(outcomes, k=len(outcomes))))[2] for _ in range(300))
    hit, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    print(
        f"{kind:14}{stratum:20}{len(outcomes):6}{p:8.3f}{r:8.3f}{f:8.3f}{hit:6}{wrong:5}{missed:5}"
        f"   {drawn[7]:.2f} to {drawn[-8]:.2f}"
    )


def figures(counts: Counter[tuple[bool, bool]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of (truth, said) counts; 1 where nothing was said or nothing is true."""
    hit, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return precision, recall, 2 * hit / max(2 * hit + wrong + missed, 1)


def speed(path: Path, *, every: int, without: Iterable[str], merges: int) -> None:
    """Seconds and memory of grouping a file, and merges to judge."""
    ads = [
        ad(number, row, row.get("set") or "file", f"{number:07d}")
        for number, row in enumerate(rows(path))
        if number % every == 0 and row.get("set") not in without
    ]
    began = last = time.process_time()
    step = "start"

    def progress(name: str, _: int, total: int) -> None:
        nonlocal step, last
        if name != step:
            now = time.process_time()
            print(f"  {step}: {now - last:.1f} s; next {name} of {total}", flush=True)
            step, last = name, now

    grouping = dedupe.group(ads, (), progress)
    spent = time.process_time() - began
    print(f"{len(ads)} ads in {spent:.0f} CPU seconds: {len(ads) / spent:.0f} a second,", end=" ")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB at most (ads included)")
    print(f"{len(grouping.jobs)} jobs, pairs", dict(Counter(pair.relation for pair in grouping.pairs)))
    print("jobs by size", dict(sorted(Counter(len(job.listings) for job in grouping.jobs).items())))
    for kind in ("campaign", "template"):
        sizes = Counter(number for job in grouping.jobs if (number := getattr(job, kind)) is not None)
        print(f"{len(sizes)} {kind}s, the largest of", [size for _, size in sizes.most_common(5)], "jobs")
    show(ads, grouping, merges)


def show(ads: list[dedupe.Ad], grouping: dedupe.Grouping, merges: int) -> None:
    """Some joined pairs that are not equal word for word, drawn by a hash of their names."""
    by_key = {one.key: one for one in ads}
    joined = [
        pair
        for pair in grouping.pairs
        if pair.relation == "job" and pair.features["text_contained_back"] != 1
    ]
    joined.sort(key=lambda pair: hashlib.sha256(f"{pair.a} {pair.b}".encode()).digest())
    for pair in joined[:merges]:
        print("-" * 80)
        for key in (pair.a, pair.b):
            one = by_key[key]
            print(
                f"[{one.source} {one.identifier}] {one.title} | {one.organization} | {one.places} | {one.url}"
            )
        print("  ", pair.probability, *pair.reasons, sep="; ")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="print each pair that is wrong or missed")
    parser.add_argument("--listings", type=Path, help="a file of listings to group for speed")
    parser.add_argument("--every", type=int, default=1, help="take every n-th line of that file")
    parser.add_argument("--without", nargs="*", default=(), help="sets of that file to leave out")
    parser.add_argument("--merges", type=int, default=0, help="print so many merges to judge")
    given = parser.parse_args()
    if given.listings:
        speed(given.listings, every=given.every, without=given.without, merges=given.merges)
    else:
        quality(given.shared / "data" / "duplicates", errors=given.errors)


if __name__ == "__main__":
    main()
