"""What verdicts say together: who is bound to whom, also through one gone, and what contradicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

N = TypeVar("N", bound=Hashable)


class Said(NamedTuple, Generic[N]):
    """That two listings are the same job, or are not."""

    a: N
    b: N
    same: bool


def bound(said: Iterable[Said[N]]) -> dict[N, N]:
    """One name for each set of listings that verdicts "same" bind, by listing."""
    top: dict[N, N] = {}

    def find(at: N) -> N:
        top.setdefault(at, at)
        while top[at] != at:
            top[at] = at = top[top[at]]
        return at

    for one in said:
        if one.same:
            top[find(one.a)] = find(one.b)
    return {at: find(at) for at in list(top)}


def contradictions(said: Sequence[Said[N]]) -> set[Said[N]]:
    """The verdicts "different" on two listings that verdicts "same" bind to each other."""
    of = bound(said)
    return {one for one in said if not one.same and one.a in of and of[one.a] == of.get(one.b)}


def chain(said: Iterable[Said[N]], start: N, end: N) -> list[Said[N]]:
    """The fewest verdicts "same" that lead from one listing to another, in order; none where none do."""
    beside: dict[N, list[tuple[N, Said[N]]]] = defaultdict(list)
    for one in said:
        if one.same:
            beside[one.a].append((one.b, one))
            beside[one.b].append((one.a, one))
    came: dict[N, tuple[N, Said[N]] | None] = {start: None}
    reached = [start]
    for at in reached:
        for other, one in beside[at]:
            if other not in came:
                came[other] = at, one
                reached.append(other)
    found: list[Said[N]] = []
    back = came.get(end)
    while back is not None:
        found.append(back[1])
        back = came[back[0]]
    return found[::-1]


def carried(said: Sequence[Said[N]], there: Collection[N]) -> list[Said[N]]:
    """What the verdicts say of the listings that are there, also through those that are gone.

    Where a is the same as b and b the same as c, a and c stay the same when b is gone; and so with different.
    """
    of = bound(said)
    here: dict[N, list[N]] = defaultdict(list)
    broken: set[N] = set()
    for at in sorted(of, key=str):
        if at in there:
            here[of[at]].append(at)
        else:
            broken.add(of[at])
    direct = [one for one in said if one.a in there and one.b in there]
    return [*direct, *_bridges(said, of, here, broken, there)]


def _bridges(
    said: Sequence[Said[N]], of: dict[N, N], here: dict[N, list[N]], broken: set[N], there: Collection[N]
) -> Iterator[Said[N]]:
    for at in sorted(broken, key=str):
        yield from (Said(a, b, same=True) for a, b in pairwise(here[at]))
    for one in said:
        if not one.same and not (one.a in there and one.b in there):
            ends = [_stand_in(at, of, here, there) for at in (one.a, one.b)]
            if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
                yield Said(ends[0], ends[1], same=False)


def _stand_in(at: N, of: dict[N, N], here: dict[N, list[N]], there: Collection[N]) -> N | None:
    return at if at in there else next(iter(here.get(of.get(at, at), ())), None)
