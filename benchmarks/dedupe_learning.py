"""What a reviewer's verdicts bring the model: pairs of an advertiser group, or of a whole board, are hidden.

python -m benchmarks.dedupe_learning [../shared]
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import dedupe, train_dedupe
from benchmarks.train_dedupe import Example

GIVEN = (25, 50, 100)
DRAWS = 10
GROUPS = 3  # the advertisers of the board fall into so many groups by a hash of their names

Parted = Sequence[tuple[list[Example], list[Example]]]  # hidden, known


def table(real: Sequence[Example], ours: Sequence[Example]) -> None:
    """A table of Markdown; each row is summed over the groups and `DRAWS` draws of verdicts."""
    print("| hidden | verdicts | without them: P | R | F1 | with them: P | R | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    groups = [[row for row in real if _group(row) == at] for at in range(GROUPS)]
    parted = [(one, [row for row in real if _group(row) != at] + list(ours)) for at, one in enumerate(groups)]
    for name, hidden in (("one advertiser group", parted), ("the whole board", [(list(real), list(ours))])):
        for given in GIVEN:
            told = [_figures(hidden, given, learn=learn) for learn in (False, True)]
            cells = [f"{value:.3f}" for one in told for value in (one.precision, one.recall, one.f1)]
            print(f"| {name} | {given} | {' | '.join(cells)} |")


def _group(row: Example) -> int:
    return hashlib.sha256(row.group.encode()).digest()[0] % GROUPS


def _figures(parted: Parted, given: int, *, learn: bool) -> dedupe.Figures:
    """The figures of "one job" on the hidden pairs that are left when `given` of them are verdicts."""
    hit = wrong = missed = 0
    for hidden, known in parted:
        for draw in range(DRAWS):
            order = np.random.default_rng(draw).permutation(len(hidden)).tolist()
            told = [_verdict(hidden[at]) for at in order[:given]] if learn else []
            rest = [hidden[at] for at in order[given:]]
            fitted = train_dedupe.fit(train_dedupe.with_verdicts(known, [row for row in told if row]))
            found = train_dedupe.judged(rest, train_dedupe.probabilities(fitted, rest), "job")
            hit, wrong, missed = hit + found.hit, wrong + found.wrong, missed + found.missed
    return dedupe.Figures(hit, wrong, missed, 0.0, 1.0)


def _verdict(row: Example) -> Example | None:
    """What a reviewer's answer says: "different" in two places does not tell whether it is one ad."""
    if row.relation != "job" and row.facts.place == "different":
        return None
    return Example(row.facts, "job" if row.relation == "job" else "different", row.group)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    table(*train_dedupe.read(parser.parse_args().shared))


if __name__ == "__main__":
    main()
