"""What people said of campaigns and templates: ads whose jobs belong together, or apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.dedupe.ads import RELATIONS, Verdict
from matcher.dedupe.shelf import View

Array = npt.NDArray[Any]
Said = tuple[Array, Array]  # pairs that are together, and pairs that are apart: (k, 2) and (l, 2)

ABOUT = ("campaign", "template")


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said of cards and of templates."""

    campaign: Said
    template: Said

    def each(self, change: Callable[[Array], Array]) -> Marks:
        """The same of other numbers, such as the ranks of rows."""
        (a, b), (c, d) = self.campaign, self.template
        return Marks((change(a), change(b)), (change(c), change(d)))

    def between(self, job: Array) -> Marks:
        """What is said of two jobs: within one, a mark says nothing."""
        return self.each(lambda pairs: pairs[job[pairs[:, 0]] != job[pairs[:, 1]]])


_NO_PAIRS = np.empty((0, 2), np.int64)
NONE = Marks((_NO_PAIRS, _NO_PAIRS), (_NO_PAIRS, _NO_PAIRS))


def packed(view: View, alive: Array, verdicts: Iterable[Verdict]) -> Array:
    """The marks on living ads, as State.marked has them, each two ads once; of contradicting ones "apart"."""
    said: dict[tuple[int, int, int], bool] = {}
    for one in verdicts:
        if one.about in ABOUT and one.a != one.b:
            key = min(one.a, one.b), max(one.a, one.b), RELATIONS.index(one.about)
            said[key] = said.get(key, True) and one.same
    found = np.array([(*key, same) for key, same in sorted(said.items())], np.int64).reshape(-1, 4)
    return found[(view.rows_of(found[:, :2], alive) >= 0).all(axis=1)]


def read(view: View, alive: Array, marked: Array) -> Marks:
    """Packed marks as rows."""
    rows = view.rows_of(marked[:, :2], alive)
    about = [marked[:, 2] == RELATIONS.index(name) for name in ABOUT]
    campaign, template = ((rows[one & (marked[:, 3] == 1)], rows[one & (marked[:, 3] == 0)]) for one in about)
    return Marks(campaign, template)
