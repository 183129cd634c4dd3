"""What a reviewer's hour is worth: errors at the head of the queue, and what a hundred verdicts mend.

    python -m benchmarks.review_queue [../shared] [--show N]

Groups all ads of the labelled board and asks the labels in the reviewer's place. First table: how many of our
decisions among the first pairs are wrong, in the order of the queue, in plainer orders, and at random. Only
labelled pairs can be judged, so the queue is made of these alone; the line under the table says how many
labelled ones there are among the first hundred of the queue as it stands. Second table: the answers to the
first pairs are given as verdicts, all is clustered anew, and precision and recall are measured on the told
pairs that nobody decided. `--show` prints the first N pairs of the whole queue to be read by somebody.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import dedupe, dedupe_pairs
from matcher.dedupe import Ad, Verdict, doubt, relation, update
from matcher.dedupe import Pair as Compared
from matcher.dedupe.shelf import Shelf

GIVEN = (25, 50, 100)
DRAWS = 10
STAMP = "before"

Jobs = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A pair that a reviewer may be asked about; `same` is what its label says, None where it has none."""

    pair: Compared
    same: bool | None
    doubt: float
    jobs: tuple[str, str]

    @property
    def wrong(self) -> bool:
        return self.same is not None and self.same != (self.pair.relation == "job")


class Board:
    """The labelled board, grouped once on a shelf in `folder`; `jobs` names each ad's job by its key."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.labelled, self._folder = dedupe_pairs.real(shared), folder
        ads = self.labelled.ads
        keys = np.array([ad.key for ad in ads], np.int64)
        night = update.Update(Shelf(folder))
        found = night.run(
            update.Listed(keys, np.zeros(len(keys), np.uint64)), lambda keys: [ads[at] for at in keys]
        )
        night.keep(STAMP)
        self.jobs = _jobs(night, keys)
        self.pairs = found.pairs

    def following(self, verdicts: Sequence[Verdict]) -> Jobs:
        """Each ad's job when these verdicts are followed; the next call begins where this one did."""
        shelf = Shelf(self._folder, STAMP)
        night, listed = update.Update(shelf), update.held(shelf)
        night.run(listed, lambda keys: (), verdicts)
        return _jobs(night, listed.keys)

    def asked(self) -> list[Asked]:
        """Every pair that is kept, with its label."""
        told = {frozenset((pair.a, pair.b)): pair.relation == "job" for pair in self.labelled.pairs}
        return [
            Asked(
                pair,
                told.get(frozenset((pair.a, pair.b))),
                doubt.doubt(pair.relation, pair.probability, pair.features),
                (str(self.jobs[pair.a]), str(self.jobs[pair.b])),
            )
            for pair in self.pairs
        ]


def _jobs(night: update.Update, keys: np.ndarray) -> Jobs:
    rows = night.shelf.view.rows_of(keys, night.after.alive)
    return dict(zip(keys.tolist(), night.after.job[rows].tolist(), strict=True))


# --- orders


def queue(asked: Sequence[Asked]) -> list[Asked]:
    """The order of the queue."""
    return list(doubt.in_turn((one.doubt, *one.jobs, one) for one in asked))


def nearest(asked: Sequence[Asked]) -> list[Asked]:
    """Where the model is the least sure, whatever the rules say."""
    return sorted(asked, key=lambda one: abs(one.pair.probability - relation.JOINED))


def likeliest(asked: Sequence[Asked]) -> list[Asked]:
    """What was kept apart, the likeliest of the model first; then the merges, the weakest first."""
    return sorted(
        asked,
        key=lambda one: (one.pair.relation == "job", -one.pair.probability * (one.pair.relation != "job")),
    )


ORDERS: dict[str, Callable[[Sequence[Asked]], list[Asked]]] = {
    "the queue": queue,
    "nearest to the line": nearest,
    "near misses, the likeliest first": likeliest,
}


# --- tables


def heads(board: Board) -> Iterator[str]:
    """How many of the first decisions are wrong, by order."""
    asked = board.asked()
    told = [one for one in asked if one.same is not None]
    yield "| order | " + " | ".join(f"first {count}" for count in GIVEN) + " |"
    yield "|---|" + "---|" * len(GIVEN)
    for name, order in ORDERS.items():
        yield _line(name, [sum(one.wrong for one in order(told)[:count]) for count in GIVEN])
    wrong = sum(one.wrong for one in told)
    yield _line(f"at random, of {len(told)} that are kept", [count * wrong / len(told) for count in GIVEN])
    pairs = board.labelled.pairs
    missed = sum((pair.relation == "job") != (board.jobs[pair.a] == board.jobs[pair.b]) for pair in pairs)
    yield _line(f"at random, of all {len(pairs)} told", [count * missed / len(pairs) for count in GIVEN])
    yield ""
    first = queue(asked)[: GIVEN[-1]]
    known = [one for one in first if one.same is not None]
    yield (
        f"Of the first {len(first)} of all {len(asked)} pairs of the queue {len(known)} are labelled, "
        f"and of these {sum(one.wrong for one in known)} are wrong."
    )


def _line(name: str, counts: Sequence[float]) -> str:
    return f"| {name} | " + " | ".join(f"{count:.3g}" for count in counts) + " |"


def mended(board: Board) -> Iterator[str]:
    """What verdicts bring to the told pairs that were not decided: those of the queue, and of draws."""
    yield "| verdicts | asked | without them: P | R | F1 | with them: P | R | F1 |"
    yield "|---|---|---|---|---|---|---|---|"
    told = queue([one for one in board.asked() if one.same is not None])
    every = [Verdict(pair.a, pair.b, pair.relation == "job") for pair in board.labelled.pairs]
    for count in GIVEN:
        first = [Verdict(one.pair.a, one.pair.b, one.same is True) for one in told[:count]]
        yield _mended(board, f"{count}", "the queue", [first])
        draws = [np.random.default_rng(draw).permutation(len(every))[:count] for draw in range(DRAWS)]
        yield _mended(board, f"{count}", "at random", [[every[at] for at in draw] for draw in draws])


def _mended(board: Board, count: str, name: str, given: Sequence[Sequence[Verdict]]) -> str:
    """A line of the sums over several sets of verdicts."""
    said: list[tuple[list[bool], list[bool], list[bool]]] = []
    for verdicts in given:
        decided = {frozenset((one.a, one.b)) for one in verdicts}
        rest = [pair for pair in board.labelled.pairs if frozenset((pair.a, pair.b)) not in decided]
        after = board.following(verdicts)
        without, with_them = ([jobs[pair.a] == jobs[pair.b] for pair in rest] for jobs in (board.jobs, after))
        said.append(([pair.relation == "job" for pair in rest], without, with_them))
    truth, *sides = ([one for row in said for one in row[at]] for at in range(3))
    cells = []
    for side in sides:
        found = dedupe.figures(truth, side)
        cells += [f"{value:.3f}".removeprefix("0") for value in (found.precision, found.recall, found.f1)]
    return f"| {count} | {name} | {' | '.join(cells)} |"


def show(board: Board, count: int) -> Iterator[str]:
    """The first pairs of the whole queue, both ads, for a reader's own judgement."""
    ads = board.labelled.ads
    for at, one in enumerate(queue(board.asked())[:count], 1):
        label = {None: "not labelled", True: "one job", False: "not one job"}[one.same]
        yield f"{at}. {one.doubt:.2f} made {one.pair.relation}, {label}: {'; '.join(one.pair.reasons)}"
        yield from (_told(ads[key]) for key in (one.pair.a, one.pair.b))


def _told(ad: Ad) -> str:
    return f"    {ad.title} | {ad.organization} | {ad.places} | {ad.date_posted} | {ad.pay} | {ad.text}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--show", type=int, metavar="N", help="print the first N pairs of the queue instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        board = Board(given.shared, Path(folder))
        lines = show(board, given.show) if given.show else (*heads(board), "", *mended(board))
        print(*lines, sep="\n")


if __name__ == "__main__":
    main()
