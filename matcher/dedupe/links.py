"""Disjoint sets under cannot-link constraints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Links:
    """A partition that grows by joining; its smallest member names a set; sets that were parted never meet.

    Any number of joins and partings costs what there is of members and partings, times their logarithm:
    what is smaller moves.
    """

    def __init__(self, members: Iterable[int], apart: Iterable[tuple[int, int]] = ()) -> None:
        self._top = {at: at for at in members}
        self._sets = {at: [at] for at in self._top}
        self._least = dict(self._top)
        self._foes: dict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            self.part(a, b)

    def _find(self, at: int) -> int:
        top = self._top
        while top[at] != at:
            top[at] = at = top[top[at]]
        return at

    def root(self, at: int) -> int:
        """The smallest member of the set that holds `at`."""
        return self._least[self._find(at)]

    def members(self, at: int) -> list[int]:
        """The set that holds `at`, sorted."""
        return sorted(self._sets[self._find(at)])

    def together(self, a: int, b: int) -> bool:
        """Whether one set holds both."""
        return self._find(a) == self._find(b)

    def parted(self, a: int, b: int) -> bool:
        """Whether the sets of the two must never meet."""
        return self._find(a) in self._foes.get(self._find(b), ())

    def part(self, a: int, b: int) -> None:
        """Keep the sets of two members apart from now on; nothing happens where one set holds both."""
        one, other = self._find(a), self._find(b)
        if one != other:
            self._foes[one].add(other)
            self._foes[other].add(one)

    def join(self, a: int, b: int) -> bool:
        """Join two sets; False, and nothing happens, where they were parted."""
        big, small = self._find(a), self._find(b)
        if big == small:
            return True
        if self.parted(big, small):
            return False
        if self._weight(big) < self._weight(small):
            big, small = small, big
        self._top[small] = big
        self._sets[big] += self._sets.pop(small)
        self._least[big] = min(self._least[big], self._least[small])
        for foe in self._foes.pop(small, ()):
            self._foes[foe].remove(small)
            self._foes[foe].add(big)
            self._foes[big].add(foe)
        return True

    def _weight(self, top: int) -> int:
        return len(self._sets[top]) + len(self._foes.get(top, ()))
