"""Ads by row and what comparing any two of them says, for tests of clustering."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from matcher.dedupe import cluster, signs
from matcher.dedupe.ads import PAIR, Ad
from matcher.dedupe.cluster import CAMPAIGN, JOB, TEMPLATE, Groups

NO_VERDICTS = np.empty((0, 2), np.int64)


class Said(NamedTuple):
    """What comparing two ads says: as much of a Comparison as clustering looks at."""

    relation: int = 0
    clash: bool = False
    apart: bool = False
    near: bool = False
    probability: float = 0.5
    listed: bool = True  # in the table of pairs; otherwise to be compared on demand


@dataclass
class World:
    """Ads by row, and what comparing any two of them says."""

    says: Callable[[int, int], Said]
    count: int
    titles: list[str] = field(default_factory=list)
    employers: list[str] = field(default_factory=list)
    names: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    asked: int = 0

    def __post_init__(self) -> None:
        if not len(self.names):
            self.names = np.arange(self.count, dtype=np.uint64)

    def signs(self, row: int) -> signs.Signs:
        title = self.titles[row] if self.titles else "Care Agent"
        return read(row, title, self.employers[row] if self.employers else "Oakmail")

    def compare(self, a: int, b: int) -> Said:
        self.asked += 1
        assert a < b, "the one of the smaller (source, identifier) comes first"
        return self.says(a, b)

    def pairs(self, live: Iterable[int] | None = None) -> np.ndarray:
        rows = []
        for a, b in combinations(sorted(range(self.count) if live is None else live), 2):
            said = self.says(a, b)
            if said.listed:
                rows.append((a, b, said.relation, said.clash, said.apart, said.near, said.probability))
        return np.array(rows, PAIR)

    def cluster(
        self, pairs: np.ndarray | None = None, same=(), apart=(), live=None, before=None, touched=None
    ) -> Groups:
        live = np.ones(self.count, bool) if live is None else live
        pairs = self.pairs(np.flatnonzero(live).tolist()) if pairs is None else pairs
        same, apart = (np.array(sorted(pairs), np.int64).reshape(-1, 2) for pairs in (same, apart))
        return cluster.cluster(
            pairs, same, apart, self.names, live, self.signs, self.compare, before, touched
        )


@cache
def read(row: int, title: str, employer: str) -> signs.Signs:
    ad = Ad(
        key=row, source="board", identifier=f"{row:06d}", title=title, organization=employer, text="Calls."
    )
    return signs.signs(signs.note(ad), np.empty(0, np.uint64))


def sets(named: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(named == name).tolist()) for name in np.unique(named[named >= 0])}


def equal(a: Groups, b: Groups) -> bool:
    return all(map(np.array_equal, (a.job, a.campaign, a.template), (b.job, b.campaign, b.template)))


TITLES = ["Care Agent", "Care Agent", "Care Agent II", "Care Agent - Nights"]
EMPLOYERS = ["Oakmail", "Oakmail", "Lumen Ferries", ""]


def drawn(seed: int, count: int, clashing: float, listed: float, *, twins: bool = False) -> World:
    """A world by chance; as in life, ads that belong together agree in employer and level, and do not clash."""
    pick = random.Random(seed)
    world_titles = [pick.choice(TITLES) for _ in range(count)]
    employers = [pick.choice(EMPLOYERS) for _ in range(count)]
    names = np.array([pick.randrange(4 if twins else 1 << 60) for _ in range(count)], np.uint64)

    @cache
    def says(a: int, b: int) -> Said:
        chance = random.Random(f"{seed} {a} {b}")
        fits = world_titles[a] == world_titles[b] and {employers[a], employers[b]} != {
            "Oakmail",
            "Lumen Ferries",
        }
        clash = chance.random() < clashing or not fits
        kinds = [0, CAMPAIGN] if clash and fits else [0, TEMPLATE] if clash else [0, JOB, JOB]
        relation = chance.choice(kinds)
        return Said(
            relation,
            clash,
            clash and chance.random() < 0.2 and not relation,
            chance.random() < 0.5,
            chance.choice([0.25, 0.5, 0.75, 1]),
            bool(relation) or chance.random() < listed,
        )

    return World(says, count, world_titles, employers, names)
