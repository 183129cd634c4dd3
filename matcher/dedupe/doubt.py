"""How likely it is that a decision on two ads is wrong, and which ones a reviewer is asked about first."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from typing import TypeVar

from matcher.dedupe import model
from matcher.dedupe.facts import Facts

T = TypeVar("T")

# A conflict of these kinds may be another telling of one opening: a title that was reworded, a contract or
# shift that only one print states. The others (pay, hours, team, ward, grade, requisition, ...) seldom are.
# `python -m benchmarks.review_queue`: of 100 labelled pairs at the head 14 are errors, at random 3.6 to 5.8;
# with any one of these halved or doubled 13 to 15.
RETOLD = frozenset(
    ["wording", "level", "contract", "shift", "employment type", "posted on one day with other words"]
)
IF_RETOLD, IF_SAID = 0.5, 0.2  # what is left of a likeness under one conflict
ELSEWHERE = 0.1  # two places are seldom one place in other words
ONE_DAY = 0.5  # a board prints two ads on one day for two openings; a re-advert comes later
TWO_EMPLOYERS = 0.5  # of one title and one text: a joint post, a group and its part; or a mere template

OFTEN = 0.5  # what is left of a doubt for each time that a reviewer was just asked about one of its jobs

_OPTIONAL = frozenset(one.name for one in fields(Facts) if one.default is not MISSING)


def doubt(relation: str, probability: float, features: Mapping[str, float | str | bool | None]) -> float:
    """How likely it is that what we made of two ads ("job", or kept apart) is wrong, 0 to 1.

    It orders, and is no share of errors: near the line, near misses of the hard rules, and merges on weak
    evidence come first. A merge is doubtful where the model is; two ads that were kept apart are doubtful as
    far as they would be one, were it not for a conflict that may be another telling.

    `features` as `reasons.measured` tells them. What a verdict decided is for the caller to leave out.
    """
    if relation == "job":
        return round(1 - probability, 4)
    # A count that was not taken, as the texts were not read, is told as nothing: here it is 0.
    seen = Facts(
        **{
            name: value  # type: ignore[arg-type]
            for name, value in features.items()
            if value is not None or name not in _OPTIONAL
        }
    )
    if seen.employer == "different":
        return TWO_EMPLOYERS if seen.title in ("same", "near") else probability
    found = model.probability(replace(seen, conflicts=None))
    for kind in (seen.conflicts or "").split(", "):
        found *= 1 if not kind else IF_RETOLD if kind in RETOLD else IF_SAID
    found *= ELSEWHERE if seen.place == "different" else 1
    found *= ONE_DAY if seen.one_source and seen.days_apart == 0 else 1
    return round(found, 4)


def in_turn(pairs: Iterable[tuple[float, str, str, T]], lately: Iterable[str] = ()) -> Iterator[T]:
    """Pairs in the order in which a reviewer is asked: (doubt, job, job, pair) in, pairs out.

    The most doubtful first, but one job does not crowd out the others: each time it was asked about halves
    what is left. Of two jobs only the most doubtful pair is asked, as its answer is that of the others;
    pairs within one job are all asked, as each may be the one that does not belong. What is equally doubtful
    keeps its order. `lately` are jobs that were asked about just before, each as often as it was.
    """
    asked = Counter(lately)
    met: set[frozenset[str]] = set()

    def now(row: tuple[float, str, str, T]) -> float:
        return row[0] * OFTEN ** max(asked[row[1]], asked[row[2]])

    waiting = [(-now(row), at, row) for at, row in enumerate(pairs)]
    heapq.heapify(waiting)
    while waiting:
        before, at, row = heapq.heappop(waiting)
        ends = frozenset(row[1:3])
        if len(ends) == 2 and ends in met:
            continue
        if -now(row) > before:
            heapq.heappush(waiting, (-now(row), at, row))
            continue
        asked.update(ends)
        met.add(ends)
        yield row[3]
