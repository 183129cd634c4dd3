"""Clustering on arrays: the algebra of its groups, and nights against from scratch."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import combinations

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import Said, World, drawn, equal, sets

from matcher.dedupe import cluster, outcomes
from matcher.dedupe.cluster import CAMPAIGN, JOB, TEMPLATE
from matcher.dedupe.outcomes import beside, outcome

worlds = st.builds(
    drawn,
    st.integers(0, 1 << 30),
    st.integers(0, 14),
    st.sampled_from([0.0, 0.1, 0.4]),
    st.sampled_from([0.0, 0.7, 1.0]),
    twins=st.booleans(),
)
few_pairs = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted).map(tuple), max_size=3, unique=True
)


def between(pairs: Iterable[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    return [(a, b) for a, b in pairs if a < b < count]


# ------------------------------------------------------------------------------------------------ algebra


@settings(max_examples=50, deadline=None)
@given(world=worlds, same=few_pairs, apart=few_pairs, dead=st.sets(st.integers(0, 13)))
def test_each_live_row_stands_in_one_set_of_each_kind_named_by_its_smallest_name(world, same, apart, dead):
    live = np.array([at not in dead for at in range(world.count)], bool)
    found = world.cluster(same=between(same, world.count), apart=between(apart, world.count), live=live)
    order = {row: at for at, row in enumerate(sorted(range(world.count), key=lambda r: (world.names[r], r)))}
    for named in (found.job, found.campaign, found.template):
        assert (named[~live] == -1).all()
        assert all(live[named[live]])
        assert all(min(part, key=order.__getitem__) == named[min(part)] for part in sets(named))
    for job in sets(found.job):
        assert len({found.campaign[at] for at in job}) == len({found.template[at] for at in job}) == 1


@settings(max_examples=50, deadline=None)
@given(world=worlds, same=few_pairs, apart=few_pairs, seed=st.integers(0, 9))
def test_neither_the_order_of_rows_nor_of_pairs_nor_of_verdicts_counts(world, same, apart, seed):
    same, apart = between(same, world.count), between(apart, world.count)
    found = world.cluster(same=same, apart=apart)
    pick = random.Random(seed)
    to = pick.sample(range(world.count), world.count)  # row -> row
    back = {new: old for old, new in enumerate(to)}
    names = np.empty_like(world.names)
    names[to] = world.names
    pairs = world.pairs()
    pairs["a"], pairs["b"] = ([to[row] for row in pairs[end].tolist()] for end in ("a", "b"))
    pick.shuffle(rows := list(range(len(pairs))))
    moved = [np.array([(to[b], to[a]) for a, b in ours[::-1]]).reshape(-1, 2) for ours in (same, apart)]
    again = cluster.cluster(
        pairs[rows], *moved, names, np.ones(world.count, bool),
        lambda row: world.signs(back[row]), lambda a, b: world.compare(back[a], back[b]),
    )  # fmt: skip
    for one, other in ((found.job, again.job), (found.campaign, again.campaign)):
        assert [to[row] for row in one.tolist()] == [int(other[row]) for row in to]
    told = outcome(world.pairs(), found, *map(np.array, (same, apart)), world.names)
    assert told[rows].tolist() == outcome(pairs[rows], again, *moved, names).tolist()


@settings(max_examples=50, deadline=None)
@given(world=worlds)
def test_jobs_are_what_joining_the_surest_pairs_where_nothing_clashes_gives(world):
    said = {pair: world.says(*pair) for pair in combinations(range(world.count), 2)}
    order = {row: at for at, row in enumerate(sorted(range(world.count), key=lambda r: (world.names[r], r)))}
    job = {row: frozenset({row}) for row in range(world.count)}
    ends = {pair: sorted(map(order.__getitem__, pair)) for pair in said}
    for a, b in sorted(said, key=lambda pair: (-said[pair].probability, ends[pair])):
        free = not any(said[min(x, y), max(x, y)].clash for x in job[a] for y in job[b] if x != y)
        if said[a, b].relation == JOB and free:
            joined = job[a] | job[b]
            job.update(dict.fromkeys(joined, joined))
    assert sets(world.cluster().job) == set(job.values())


@settings(max_examples=50, deadline=None)
@given(world=worlds, same=few_pairs, apart=few_pairs)
def test_verdicts_win_and_a_card_holds_one_employer_one_level_and_nothing_that_is_kept_apart(
    world, same, apart
):
    same, apart = between(same[:1], world.count), between(apart, world.count)
    found = world.cluster(same=same, apart=apart)
    for a, b in apart:
        assert found.campaign[a] != found.campaign[b]
    for a, b in set(same) - set(apart):
        assert found.job[a] == found.job[b]
    bound = {at for pair in same for at in pair}
    for a, b in combinations(range(world.count), 2):
        said = world.says(a, b)
        if found.job[a] == found.job[b] and not {a, b} & bound:
            assert not said.clash
        if found.campaign[a] == found.campaign[b] and not bound:
            assert {world.employers[a], world.employers[b]} != {"Oakmail", "Lumen Ferries"}
            assert world.titles[a] == world.titles[b]
            assert not (said.apart and said.listed)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    count=st.integers(0, 30),
    kinds=st.sets(st.sampled_from([JOB, CAMPAIGN, TEMPLATE])),
)
def test_sets_are_connected_components_where_nothing_keeps_two_ads_apart(seed, count, kinds):
    def says(a: int, b: int) -> Said:
        chance = random.Random(f"{seed} {a} {b}")
        return Said(chance.choice(sorted(kinds)) if kinds and chance.random() < 0.08 else 0)

    world = World(says, count, names=np.array(random.Random(seed).sample(range(999), count), np.uint64))
    found, pairs = world.cluster(), world.pairs()
    named = {JOB: found.job, CAMPAIGN: found.campaign, TEMPLATE: found.template}
    for kind, edges in ((JOB, {JOB}), (CAMPAIGN, {JOB, CAMPAIGN}), (TEMPLATE, {JOB, TEMPLATE})):
        graph = networkx.Graph()
        graph.add_nodes_from(range(count))
        some = pairs[np.isin(pairs["relation"], sorted(edges))]
        graph.add_edges_from(zip(some["a"].tolist(), some["b"].tolist(), strict=True))
        assert sets(named[kind]) == set(map(frozenset, networkx.connected_components(graph)))


# ------------------------------------------------------------------------------------------------ nights

nights = st.lists(
    st.tuples(st.sets(st.integers(0, 13), max_size=4), few_pairs, few_pairs), min_size=2, max_size=6
)


@settings(max_examples=50, deadline=None)
@given(world=worlds, nights=nights)
def test_a_history_of_nights_gives_what_from_scratch_gives(world, nights):
    """Each night some rows come, go or come back, and the verdicts are others."""
    live = np.zeros(world.count, bool)
    groups, pairs_before, same_before, apart_before = None, set(), set(), set()
    became: dict[tuple[int, int], int] = {}
    for flipped, same, apart in nights:
        was = live.copy()
        live[[row for row in flipped if row < world.count]] ^= True
        pairs = world.pairs(np.flatnonzero(live).tolist())
        verdicts = [{p for p in between(ours, world.count) if live[[*p]].all()} for ours in (same, apart)]
        touched = was != live
        now = {(int(row["a"]), int(row["b"])) for row in pairs}
        for pair in (pairs_before ^ now) | (same_before ^ verdicts[0]) | (apart_before ^ verdicts[1]):
            touched[[*pair]] = True
        before, groups = groups, world.cluster(pairs, *verdicts, live, groups, touched)
        assert equal(groups, world.cluster(pairs, *verdicts, live))
        for ours, theirs in zip(groups.each(), before.each() if before else groups.each(), strict=True):
            touched |= ours != theirs
        known = np.array([became.get((int(row["a"]), int(row["b"])), 0) for row in pairs], np.uint8)
        asked = (pairs, groups, *(np.array([*some]).reshape(-1, 2) for some in verdicts), world.names)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outcomes, "KEPT", 1)
            found = outcome(*asked, known, beside(pairs, touched))
            assert found.tolist() == outcome(*asked).tolist()
        became = {
            (int(row["a"]), int(row["b"])): kind for row, kind in zip(pairs, found.tolist(), strict=True)
        }
        pairs_before, same_before, apart_before = now, *verdicts


@pytest.mark.parametrize("seed", range(5))
def test_a_night_without_a_change_compares_and_changes_nothing(seed):
    world = drawn(seed, 40, 0.3, 0.2)
    found = world.cluster()
    assert world.asked > 0
    world.asked = 0
    again = world.cluster(before=found, touched=np.zeros(40, bool))
    assert equal(found, again)
    assert world.asked == 0


def test_rows_that_came_since_are_clustered_and_other_components_are_not_looked_at():
    def says(a: int, b: int) -> Said:
        return Said(JOB, listed=b == a + 1) if a // 10 == b // 10 else Said(listed=False)

    world = World(says, 30)
    old = World(says, 25)
    before = old.cluster()
    world.asked = 0
    touched = np.zeros(30, bool)
    touched[24:] = True
    found = world.cluster(before=before, touched=touched)
    assert sets(found.job) == {frozenset(range(at, at + 10)) for at in (0, 10, 20)}
    assert 0 < world.asked <= 45 - 9


def test_a_job_that_comes_renames_the_whole_card_that_it_joins():
    world = World(lambda a, b: Said(CAMPAIGN if b - a == 1 else 0, clash=True, listed=b - a == 1), 4)
    live = np.array([False, True, True, True])
    before = world.cluster(live=live)
    assert before.campaign.tolist() == [-1, 1, 1, 1]
    found = world.cluster(before=before, touched=np.array([True, True, False, False]))
    assert found.campaign.tolist() == [0, 0, 0, 0]
