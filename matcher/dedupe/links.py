"""Disjoint sets under cannot-link constraints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence


class Links:
    """A partition that grows by joining; its smallest member names a set; pairs in `apart` never meet."""

    def __init__(self, members: Iterable[int], apart: frozenset[tuple[int, int]]) -> None:
        self._root = {at: at for at in members}
        self._members: dict[int, list[int]] = {}
        self._foes: dict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            self._foes[a].add(b)
            self._foes[b].add(a)

    def root(self, at: int) -> int:
        """The smallest member of the set that holds `at`."""
        while self._root[at] != at:
            self._root[at] = at = self._root[self._root[at]]
        return at

    def members(self, at: int) -> Sequence[int]:
        """The set that holds `at`, sorted."""
        root = self.root(at)
        return self._members.get(root) or [root]

    def together(self, a: int, b: int) -> bool:
        """Whether one set holds both."""
        return self.root(a) == self.root(b)

    def join(self, a: int, b: int) -> bool:
        """Join two sets; False, and nothing happens, where a pair that must stay apart would meet."""
        one, other = sorted((self.root(a), self.root(b)))
        if one == other:
            return True
        if any(self.root(foe) == other for foe in self._foes.get(one, ())):
            return False
        self._members[one] = sorted([*self.members(one), *self.members(other)])
        self._members.pop(other, None)
        self._root[other] = one
        self._foes[one] |= self._foes.pop(other, set())
        return True
