"""What a filter costs beside an answer without one, among some jobs and among ten times as many.

    python -m benchmarks.matching_filters --folder FOLDER [--count 100000] [--times 10] [--index FOLDER]

FOLDER holds `grown-COUNT-1.jsonl` of `benchmarks/dedupe_grow.py`; the index is built, or found as an earlier
run of this left it in the folder of `--index`. Résumés of sixty concepts and three words of each are asked
for their top 50, without a filter and with each in turn, so that what else the machine does falls on all of
them; processor time, the best of some rounds, and of that the median over the texts. A share below 1 says
that the filter makes an answer faster. Many jobs are shards of the same, by other ids: in another order.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

from benchmarks import dedupe_grow, matching_scale
from db import scratch
from matcher import filters, index, profile, rank, search, sift, stated
from matcher.index import shards

TEXTS = 8
ROUNDS = 12
OHIO, COLUMBUS = (None, "ohio", "us"), ("columbus", "ohio", "us")
TOWN, AGAIN = "town, 80 km", "town, 80 km, again"  # which is remembered, as of a person who turns a page
FILTERS = {
    "full time": filters.Filters(employment=frozenset({"FULL_TIME"})),
    "pay": filters.Filters(min_pay=Decimal(40_000), currency="USD"),
    "country": filters.Filters(near=(None, None, "us")),
    TOWN: filters.Filters(near=COLUMBUS, within=80),
    "remote": filters.Filters(remote=True),
    "state": filters.Filters(near=OHIO),
    "state, full time, pay": filters.Filters(
        near=OHIO, employment=frozenset({"FULL_TIME"}), min_pay=Decimal(40_000), currency="USD"
    ),
}
SHARES = (0.5, 0.25, 0.1, 0.03, 0.01, 0.001)  # of jobs that a mask keeps, drawn at random

Asks = Mapping[str, Callable[[profile.Profile], object]]


def measured(
    opened: index.Index, people: Sequence[profile.Profile]
) -> Iterable[tuple[str, float, float, float]]:
    """Of each filter the share of jobs that it keeps, an answer's milliseconds, and their share of none's."""
    sifted = {name: sift.sift(opened.statements, asked) for name, asked in FILTERS.items()}
    kept = {"none": 1.0} | {name: float(one.passing.mean()) for name, one in sifted.items()}
    asks = {"none": functools.partial(answered, opened, None)}
    for name, asked in FILTERS.items():
        asks[name] = functools.partial(filtered, opened, asked)
        if name == TOWN:
            kept[AGAIN], asks[AGAIN] = kept[TOWN], functools.partial(known, opened, asked)
    drawn = np.random.default_rng(3).random(opened.rows)
    for share in SHARES:
        kept[f"drawn, {share:.1%}"] = share
        asks[f"drawn, {share:.1%}"] = functools.partial(answered, opened, drawn < share)
    times = [in_turn(person, asks) for person in people]
    for name in asks:
        yield (
            name,
            kept[name],
            statistics.median(own[name] for own in times),
            statistics.median(own[name] / own["none"] for own in times),
        )


def answered(opened: index.Index, mask: rank.Mask | None, person: profile.Profile) -> rank.Rows:
    return rank.score(opened, person, mask).top(None, matching_scale.TOP)


def filtered(opened: index.Index, asked: filters.Filters, person: profile.Profile) -> rank.Rows:
    """What is known of a filter from before is forgotten: nobody asked for it yet."""
    opened.statements.judged.clear()
    return known(opened, asked, person)


def known(opened: index.Index, asked: filters.Filters, person: profile.Profile) -> rank.Rows:
    return search.first(opened, person, sift.sift(opened.statements, asked), matching_scale.TOP)[1]


def in_turn(person: profile.Profile, asks: Asks) -> dict[str, float]:
    """Milliseconds of processor time that an answer took with each filter, at best."""
    best = dict.fromkeys(asks, float("inf"))
    for _ in range(ROUNDS):
        for name, ask in asks.items():
            start = time.process_time()
            ask(person)
            best[name] = min(best[name], 1000 * (time.process_time() - start))
    return best


def enlarged(one: index.Index, times: int) -> index.Index:
    """An index in memory of so many shards, each with the jobs of the only shard of another."""
    [shard] = one.shards
    drawn, rows = np.random.default_rng(5), np.arange(one.rows)
    every = [
        shards.merged([(dataclasses.replace(shard, jobs=drawn.permutation(shard.jobs)), rows)])
        for _ in range(times)
    ]
    starts = one.rows * np.arange(times + 1)
    said = [(part.statements, rows + start) for part, start in zip(every, starts, strict=False)]
    facts_at = [part.facts_at.astype(one.facts_at.dtype) for part in every]
    return dataclasses.replace(
        one,
        shards=tuple(every),
        starts=starts,
        size=one.size * times,
        facts=every[0].facts,  # of the same jobs they are the same
        facts_at=np.concatenate(facts_at),
        statements=stated.joined(said, int(starts[-1])),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=dedupe_grow.FOLDER)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    path = given.folder / f"grown-{given.count}-1.jsonl"
    with scratch.folder("benchmark") as passing:
        folder = given.index or passing
        if not (folder / "CURRENT").exists():
            matching_scale.build_rolecall(path, given.count, folder)
        opened = index.load(folder)
    asked = matching_scale.questions(path)
    for one in (opened, enlarged(opened, given.times)) if given.times > 1 else (opened,):
        for kind, texts in asked.items():
            print(f"{one.size:,} jobs, {kind}:")
            for filter_, kept, took, share in measured(one, [profile.read(text) for text in texts[:TEXTS]]):
                print(f"  {filter_:24}{kept:8.1%}{took:9.2f} ms{share:8.2f}", flush=True)


if __name__ == "__main__":
    main()
