"""Sets that grow inside one component, under what keeps them apart: jobs of ads, then cards of jobs.

Jobs grow along the surest pair (complete linkage); cards along the most pairs, which is how greedy additive
edge contraction grows them for correlation clustering. On the labelled pairs what keeps two ads apart
decides, and hardly ever the order: where all pairs of a component agree, correlation clustering, pivots and
complete linkage give the same jobs.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from matcher.dedupe.facts import one_card
from matcher.dedupe.links import Links
from matcher.dedupe.signs import Signs

LARGEST_JOB = 50  # ads that are no copies of each other; what more would join stays beside it, on one card
LARGEST_CARD = 50  # names and levels of a card that must all be compatible
CHECKS = 64  # comparisons that a component may ask for, for each of its ads: what is over stays apart

Pairs = Sequence[tuple[int, int]]


class Jobs:
    """The jobs of one component.

    `known` says of pairs (smaller first) whether they clash, `clash` is asked about others. Verdicts come
    first; then sets are joined where no pair across them clashes. A clash is excused where one of the two is
    bound by a verdict to an ad that the other does not clash with: the recruiter knew better.
    """

    def __init__(
        self, ads: Sequence[int], known: dict[tuple[int, int], bool], clash: Callable[[int, int], bool]
    ) -> None:
        self.links = Links(ads)
        self.known, self._ask = known, clash
        self.checks = CHECKS * len(ads)
        self.friends: dict[int, list[int]] = {}

    def judge(self, same: Pairs, apart: Pairs) -> list[tuple[int, int]]:
        """Take verdicts as they are; those of `same` that contradict the others are given back."""
        for a, b in apart:
            self.links.part(a, b)
        left_out = [(a, b) for a, b in same if not self.links.join(a, b)]
        self.friends = {at: self.links.members(at) for pair in same for at in pair}
        return left_out

    def grow(self, surest_first: Pairs) -> None:
        """Join along pairs of one job, but for what keeps their sets apart."""
        links = self.links
        for a, b in surest_first:
            if not links.together(a, b) and not links.parted(a, b) and self._fits(a, b):
                links.join(a, b)

    def _fits(self, a: int, b: int) -> bool:
        left, right = self.links.members(a), self.links.members(b)
        if len(left) + len(right) > LARGEST_JOB:
            return False
        for x in left:
            for y in right:
                if not self._free(x, y):
                    self.links.part(x, y)  # remembered: whatever grows from the two never asks again
                    return False
        return True

    def _free(self, x: int, y: int) -> bool:
        if not self._clash(x, y):
            return True
        return any(at != x and not self._clash(at, y) for at in self.friends.get(x, ())) or any(
            at != y and not self._clash(x, at) for at in self.friends.get(y, ())
        )

    def _clash(self, x: int, y: int) -> bool:
        pair = (x, y) if x < y else (y, x)
        if pair not in self.known:
            if not self.checks:
                return True
            self.checks -= 1
            self.known[pair] = self._ask(*pair)
        return self.known[pair]


class Cards:
    """The cards of one component: each holds one employer and one level, and no pair of jobs of `apart`.

    `ads` are (job, signs) of every ad; of each employer's name and markers of a title one is remembered.
    """

    def __init__(self, ads: Iterable[tuple[int, Signs]], apart: Pairs) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._signs: list[Signs] = []
        self._agreed: dict[tuple[int, int], bool] = {}
        looks: dict[int, set[int]] = defaultdict(set)
        for job, one in ads:
            looks[job].add(self._number(one))
        self.looks = {job: frozenset(numbers) for job, numbers in looks.items()}
        self.links = Links(looks, apart)
        self._kept_apart = bool(apart)

    def judge(self, together: Pairs) -> None:
        """Join what people marked as one campaign, whatever the rules say."""
        for a, b in together:
            looks = self.looks[self.links.root(a)] | self.looks[self.links.root(b)]
            if self.links.join(a, b):
                self.looks[self.links.root(a)] = looks

    def grow(self, surest_first: Pairs) -> None:
        """Join along pairs of one campaign, but for what keeps their cards apart."""
        everything = frozenset().union(*self.looks.values())
        if not self._kept_apart and self._fit(everything, everything):
            for a, b in surest_first:
                self.links.join(a, b)
            return
        roots = ((self.links.root(a), self.links.root(b)) for a, b in surest_first)
        near = Near([(a, b) for a, b in roots if a != b])
        for a, b in near.closest_first():
            if self._join(a, b):
                near.merge(a, b)

    def _join(self, a: int, b: int) -> bool:
        links = self.links
        left, right = self.looks[links.root(a)], self.looks[links.root(b)]
        if not self._fit(left, right) or not links.join(a, b):
            return False
        self.looks[links.root(a)] = left | right
        return True

    def _number(self, one: Signs) -> int:
        look = one.families, one.name, frozenset(told for told in one.title.markers if told[0] != "place")
        number = self._numbers.setdefault(look, len(self._signs))
        if number == len(self._signs):
            self._signs.append(one)
        return number

    def _fit(self, left: frozenset[int], right: frozenset[int]) -> bool:
        if len(left | right) > LARGEST_CARD:
            return False
        return all(self._agree(x, y) for x in left for y in right if x != y)

    def _agree(self, x: int, y: int) -> bool:
        pair = (x, y) if x < y else (y, x)
        if pair not in self._agreed:
            a, b = self._signs[pair[0]], self._signs[pair[1]]
            self._agreed[pair] = one_card(a, b)
        return self._agreed[pair]


class Near:
    """How many pairs lie between any two sets, and which of them is the surest."""

    def __init__(self, surest_first: Pairs) -> None:
        # each is (- how many, the place of the surest): the smallest is the closest
        self._near: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        for place, (a, b) in enumerate(surest_first):
            many, first = self._near[a].get(b, (0, place))
            self._near[a][b] = self._near[b][a] = (many - 1, first)
        self._heap = [(*tie, a, b) for a, ties in self._near.items() for b, tie in ties.items() if a < b]
        heapq.heapify(self._heap)

    def closest_first(self) -> Iterator[tuple[int, int]]:
        """Two sets with the most pairs between them, once; of equals the surest."""
        while self._heap:
            many, first, a, b = heapq.heappop(self._heap)
            if self._near.get(a, {}).get(b) == (many, first):
                yield a, b

    def merge(self, a: int, b: int) -> None:
        """Let two sets be one."""
        kept, gone = (a, b) if len(self._near[a]) >= len(self._near[b]) else (b, a)
        del self._near[kept][gone]
        for other, (many, first) in self._near.pop(gone).items():
            if other != kept:
                del self._near[other][gone]
                more, earlier = self._near[kept].get(other, (0, first))
                tie = many + more, min(first, earlier)
                self._near[kept][other] = self._near[other][kept] = tie
                heapq.heappush(self._heap, (*tie, kept, other))
