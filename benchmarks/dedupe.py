"""How good deduplication is, on labelled pairs of ads, beside what other programs say of the same pairs.

    python -m benchmarks.dedupe [../shared] [--errors] [--committed] [--write]

Tables of Markdown: precision, recall and F1 over pairs, with the 95 % interval of a bootstrap over pairs, for
"one job" (both ads stand in one job) and "one campaign" (one card, two jobs); of all pairs, of those labelled
with high confidence, and by stratum. Ours is what `dedupe.group` makes of the whole set; a peer says "one
job" when it pairs the two. `--errors` prints each pair that ours has wrong; `--committed` the same figures of
our own pairs in tests/data, which need nothing beside the checkout. `--write` puts the tables into
docs/dedupe.md, where marks keep their place.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import dedupe_pairs, dedupe_peers
from benchmarks.dedupe_pairs import Labelled, Pair
from matcher import dedupe

OURS = "Rolecall"
RESAMPLES = 2000
DOCS = Path(__file__).parents[1] / "docs" / "dedupe.md"
MARKS = {False: "python -m benchmarks.dedupe ../shared", True: "python -m benchmarks.dedupe --committed"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule said against what is true; `low` and `high` bound F1 in 95 of 100 resamples of pairs."""

    hit: int
    wrong: int
    missed: int
    low: float
    high: float

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.wrong) if self.hit + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        return f1(self.hit, self.wrong, self.missed)


def f1(hit: float, wrong: float, missed: float) -> float:
    """The harmonic mean of precision and recall; 1 where nothing is true and nothing was said."""
    return 2 * hit / (2 * hit + wrong + missed) if hit + wrong + missed else 1.0


def figures(truth: Sequence[bool], said: Sequence[bool]) -> Figures:
    """The figures of one rule; the bootstrap's seed is fixed, so that they are the same every time."""
    told = list(zip(truth, said, strict=True))
    kinds = ((True, True), (False, True), (True, False), (False, False))
    hit, wrong, missed, _ = counts = [told.count(kind) for kind in kinds]
    if not told:
        return Figures(0, 0, 0, 1.0, 1.0)
    drawn = np.random.default_rng(1).multinomial(len(told), np.array(counts) / len(told), RESAMPLES)
    low, high = np.quantile([f1(*row[:3]) for row in drawn.tolist()], (0.025, 0.975))
    return Figures(hit, wrong, missed, float(low), float(high))


def relations(grouping: dedupe.Grouping, pairs: Sequence[Pair]) -> list[str]:
    """What the grouping makes of each pair: job, campaign, template or different."""
    job_of = {key: job for job in grouping.jobs for key in job.listings}
    return [_relation(job_of[pair.a], job_of[pair.b]) for pair in pairs]


def _relation(a: dedupe.Job, b: dedupe.Job) -> str:
    if a is b:
        return "job"
    if a.campaign is not None and a.campaign == b.campaign:
        return "campaign"
    return "template" if a.template is not None and a.template == b.template else "different"


@dataclass(frozen=True, slots=True)
class Said:
    """The labelled pairs, and by rule whether it says that each is one job, and one campaign."""

    pairs: list[Pair]
    ours: list[str]
    jobs: dict[str, list[bool]]
    campaigns: dict[str, list[bool]]


def judge(sets: Sequence[Labelled]) -> Said:
    """What ours and the peers say of the pairs; each set is grouped by itself, and peers read all of them."""
    pairs = [pair for one in sets for pair in one.pairs]
    ours = [relation for one in sets for relation in relations(dedupe.group(one.ads), one.pairs)]
    ads = [ad for one in sets for ad in one.ads]
    at, start = [], 0
    for one in sets:
        at += [(start + pair.a, start + pair.b) for pair in one.pairs]
        start += len(one.ads)
    return Said(
        pairs,
        ours,
        {OURS: [relation == "job" for relation in ours], **dedupe_peers.jobs(ads, at)},
        {OURS: [relation == "campaign" for relation in ours], **dedupe_peers.campaigns(ads, at)},
    )


def tables(said: Said) -> Iterator[str]:
    """The figures of all pairs as lines of Markdown: ours, then the peers."""
    for heading, relation, rules in (
        ("one job", "job", said.jobs),
        ("one campaign", "campaign", said.campaigns),
    ):
        truth = [pair.relation == relation for pair in said.pairs]
        yield ""
        yield f"| {heading} ({sum(truth)} of {len(truth)} pairs) | P | R | F1 | 95 % | TP | FP | FN |"
        yield "|---|---|---|---|---|---|---|---|"
        for name, answers in rules.items():
            yield row(name, figures(truth, answers))


def row(name: str, found: Figures) -> str:
    """One line of a table."""
    return (
        f"| {name} | {_share(found.precision)} | {_share(found.recall)} | {_share(found.f1)} "
        f"| {_share(found.low)} to {_share(found.high)} | {found.hit} | {found.wrong} | {found.missed} |"
    )


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def subsets(pairs: Sequence[Pair], relation: str) -> Iterator[tuple[str, list[int]]]:
    """Which pairs: those of high confidence, each stratum with a true pair, and the others together."""
    yield "high confidence", [at for at, pair in enumerate(pairs) if pair.confidence == "high"]
    true = sorted({pair.stratum for pair in pairs if pair.relation == relation})
    for stratum in true:
        yield stratum, [at for at, pair in enumerate(pairs) if pair.stratum == stratum]
    yield "all other strata", [at for at, pair in enumerate(pairs) if pair.stratum not in true]


def strata(said: Said) -> Iterator[str]:
    """F1 by subset, with TP/FP/FN: a column for each rule, by the first word of its name."""
    for heading, relation, rules in (
        ("one job", "job", said.jobs),
        ("one campaign", "campaign", said.campaigns),
    ):
        yield ""
        yield f"| {heading} | pairs | true | " + " | ".join(name.split(":")[0] for name in rules) + " |"
        yield "|---|---|---|" + "---|" * len(rules)
        for name, chosen in subsets(said.pairs, relation):
            truth = [said.pairs[at].relation == relation for at in chosen]
            cells = [_cell(figures(truth, [answers[at] for at in chosen])) for answers in rules.values()]
            yield f"| {name} | {len(chosen)} | {sum(truth)} | " + " | ".join(cells) + " |"


def _cell(found: Figures) -> str:
    told = f"{found.hit}/{found.wrong}/{found.missed}"
    if found.hit + found.missed:
        return f"{_share(found.f1)} ({told})"
    return f"({told})" if found.wrong else "-"


def errors(said: Said, sets: Sequence[Labelled]) -> Iterator[str]:
    """Each pair that ours takes for one job or one campaign and is not, or the other way round."""
    counted = ("job", "campaign")
    ads = [(one.ads[pair.a], one.ads[pair.b]) for one in sets for pair in one.pairs]
    for pair, relation, (a, b) in zip(said.pairs, said.ours, ads, strict=True):
        if pair.relation != relation and (pair.relation in counted or relation in counted):
            yield f"{pair.relation}, taken for {relation} ({pair.stratum}): {pair.why[:200]}"
            for one in (a, b):
                yield f"    {one.identifier} {one.title} | {one.organization} | {one.places}"


def put(page: str, mark: str, lines: Iterable[str]) -> str:
    """The page with the lines between a mark (`<!-- mark -->`) and the next `<!-- end -->`."""
    begin, found, rest = page.partition(f"<!-- {mark} -->\n")
    if not found:
        raise ValueError(
            f"The page has no place for these tables: put <!-- {mark} --> and <!-- end --> there."
        )
    return begin + found + "\n".join(lines).strip("\n") + "\n" + rest[rest.index("<!-- end -->") :]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="print each pair that ours has wrong")
    parser.add_argument("--committed", action="store_true", help="our own pairs of tests/data instead")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/dedupe.md")
    given = parser.parse_args()
    sets = list(dedupe_pairs.committed()) if given.committed else [dedupe_pairs.real(given.shared)]
    began = time.process_time()
    said = judge(sets)
    print(f"{sum(len(one.ads) for one in sets)} ads, {time.process_time() - began:.0f} CPU seconds")
    if not any("datasketch" in name for name in said.jobs):
        print(dedupe_peers.INSTALL)
    told = [*tables(said), *([] if given.committed else strata(said))]
    print(*told, sep="\n")
    if given.write:
        page = put(DOCS.read_text(encoding="utf-8"), MARKS[given.committed], told)
        DOCS.write_text(page, encoding="utf-8")
    if given.errors:
        print("", *errors(said, sets), sep="\n")


if __name__ == "__main__":
    main()
