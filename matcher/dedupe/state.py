"""What a night leaves for the next: who stands for whom, which pairs were compared, what they made."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from matcher.dedupe.ads import PAIR
from matcher.dedupe.cluster import Groups
from matcher.dedupe.shelf import Shelf

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class State:
    """Arrays over the n rows of a shelf, m pairs that were compared, k verdicts and c choices that held.

    `alive` (n): the newest version of an ad that is there. `rep_of` (n): the row that stands for its copies.
    `job`, `campaign`, `template` (n): the row that names the set, -1 for what is not alive. `pairs` (m) of
    ads.PAIR, `outcome` (m): as outcomes.outcome says. `judged` (k, 3): two keys, and 1 for "same".
    `marked` (l, 4): two keys, a place in ads.RELATIONS, and 1 for "together".
    `chosen` (c, 2): the key of an ad that was chosen to stand for its job, and when.
    """

    alive: Array
    rep_of: Array
    job: Array
    campaign: Array
    template: Array
    pairs: Array
    outcome: Array
    judged: Array
    marked: Array
    chosen: Array

    @classmethod
    def read(cls, shelf: Shelf) -> Self:
        """What the last night left; an empty state before the first."""
        return cls(**{one.name: shelf.small(one.name, _EMPTY[one.name]) for one in fields(cls)})

    def padded(self, rows: int) -> State:
        """The same over more rows, which were not there."""
        more = rows - len(self.alive)
        gone = np.full(more, -1, np.int64)
        return State(
            np.append(self.alive, np.zeros(more, bool)),
            np.append(self.rep_of, gone),
            np.append(self.job, gone),
            np.append(self.campaign, gone),
            np.append(self.template, gone),
            self.pairs,
            self.outcome,
            self.judged,
            self.marked,
            self.chosen,
        )

    @property
    def groups(self) -> Groups:
        """The groups of the rows."""
        return Groups(self.job, self.campaign, self.template)


_EMPTY: dict[str, Array] = {
    "alive": np.empty(0, bool),
    **dict.fromkeys(("rep_of", "job", "campaign", "template"), np.empty(0, np.int64)),
    "pairs": np.empty(0, PAIR),
    "outcome": np.empty(0, np.uint8),
    "judged": np.empty((0, 3), np.int64),
    "marked": np.empty((0, 4), np.int64),
    "chosen": np.empty((0, 2), np.int64),
}
