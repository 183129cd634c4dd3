"""Clustering on arrays: the algebra of its groups, nights against from scratch, verdicts, and worst cases."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import NamedTuple

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dedupe import cluster, grow, signs
from matcher.dedupe.ads import PAIR, Ad
from matcher.dedupe.cluster import CAMPAIGN, JOB, NEAR_MISS, TEMPLATE, Groups, outcome
from matcher.dedupe.links import Links

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
    for flipped, same, apart in nights:
        was = live.copy()
        live[[row for row in flipped if row < world.count]] ^= True
        pairs = world.pairs(np.flatnonzero(live).tolist())
        verdicts = [{p for p in between(ours, world.count) if live[[*p]].all()} for ours in (same, apart)]
        touched = was != live
        now = {(int(row["a"]), int(row["b"])) for row in pairs}
        for pair in (pairs_before ^ now) | (same_before ^ verdicts[0]) | (apart_before ^ verdicts[1]):
            touched[[*pair]] = True
        groups = world.cluster(pairs, *verdicts, live, groups, touched)
        assert equal(groups, world.cluster(pairs, *verdicts, live))
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


# ------------------------------------------------------------------------------------------------ cases


def table(*rows: tuple[int, int, Said], count: int) -> World:
    said = {(a, b): one for a, b, one in rows}
    return World(lambda a, b: said.get((a, b), Said()), count)


def test_an_ad_that_two_conflicting_jobs_want_goes_to_the_surer_and_bridges_nothing():
    surer, sure, clash = Said(JOB, probability=0.9), Said(JOB, probability=0.8), Said(clash=True)
    world = table((0, 1, surer), (2, 3, surer), (1, 4, sure), (3, 4, surer), (0, 2, clash), count=5)
    assert sets(world.cluster().job) == {frozenset({0, 1}), frozenset({2, 3, 4})}


def test_a_job_goes_to_the_card_that_most_of_its_pairs_lead_to_and_else_to_the_surest():
    link, apart = Said(CAMPAIGN, clash=True, probability=0.9), Said(clash=True, apart=True)
    rows = [
        (0, 1, apart),
        (0, 2, link._replace(probability=0.95)),
        (1, 3, link._replace(probability=0.94)),
        (2, 3, link),
    ]
    found = table(*rows, count=4).cluster()
    assert sets(found.campaign) == {frozenset({0, 2}), frozenset({1, 3})}
    found = table(*rows, (0, 3, link), count=4).cluster()
    assert sets(found.campaign) == {frozenset({0, 2, 3}), frozenset({1})}
    assert len(sets(found.job)) == 4


def test_a_verdict_that_contradicts_others_is_left_out_and_told(caplog):
    world = table(count=3)
    found = world.cluster(same=[(0, 1), (1, 2)], apart=[(0, 2)])
    assert sets(found.job) == {frozenset({0, 1}), frozenset({2})}
    assert [record.args for record in caplog.records] == [("000001", "000002")]


def test_a_verdict_keeps_apart_what_all_pairs_join():
    for kind in (JOB, CAMPAIGN):
        found = table((0, 1, Said(kind)), count=2).cluster(apart=[(0, 1)])
        assert len(sets(found.job)) == len(sets(found.campaign)) == 2


def test_a_verdict_that_is_left_out_since_others_came_frees_an_ad_that_nobody_touched():
    world = table(count=4)
    before = world.cluster(same=[(1, 2), (2, 3)], apart=[(0, 3)])
    assert sets(before.job) == {frozenset({0}), frozenset({1, 2, 3})}
    now = {"same": [(0, 1), (1, 2), (2, 3)], "apart": [(0, 3)]}
    found = world.cluster(**now, before=before, touched=np.array([True, True, False, False]))
    assert sets(found.campaign) == {frozenset({0, 1, 2}), frozenset({3})}
    assert equal(found, world.cluster(**now))


def test_jobs_that_clash_remember_it():
    jobs = grow.Jobs(range(4), {(0, 1): False, (2, 3): False, (1, 2): False}, lambda x, y: True)
    jobs.grow([(0, 1), (2, 3), (1, 2)])
    assert jobs.links.parted(1, 2)


def test_a_card_holds_so_many_names_and_levels_and_no_more(monkeypatch):
    monkeypatch.setattr(grow, "LARGEST_CARD", 3)
    ways = ["", "full time", "permanent", "day shift", "entry level", "full time permanent"]
    world = World(lambda a, b: Said(CAMPAIGN, clash=True, listed=b - a == 1), 12)
    world.titles = [f"Care Agent {way}" for way in ways for _ in range(2)]
    assert [len(card) for card in sets(world.cluster().campaign)] == [6, 6]


def test_what_nobody_had_time_to_compare_stays_apart(monkeypatch):
    monkeypatch.setattr(grow, "CHECKS", 2)
    world = World(lambda a, b: Said(JOB, listed=b - a == 1), 120)
    found = world.cluster()
    assert world.asked == 2 * 120
    assert sum(len(job) * (len(job) - 1) // 2 for job in sets(found.job)) <= 2 * 120 + 119


def test_a_clash_is_excused_for_an_ad_that_a_verdict_bound_to_one_that_fits():
    world = table((0, 1, Said(clash=True)), (0, 2, Said(JOB)), (1, 2, Said(clash=True)), count=3)
    assert sets(world.cluster().job) == {frozenset({0, 2}), frozenset({1})}
    assert sets(world.cluster(same=[(0, 1)]).job) == {frozenset({0, 1, 2})}


def test_more_ads_than_a_job_may_hold_stand_on_one_card():
    world = World(lambda a, b: Said(JOB), 120)
    found = world.cluster()
    assert max(map(len, sets(found.job))) == grow.LARGEST_JOB
    assert sets(found.campaign) == {frozenset(range(120))}
    whole = world.cluster(same=[(at, at + 1) for at in range(119)])
    assert sets(whole.job) == {frozenset(range(120))}


def test_sets_that_were_parted_never_meet_whatever_joins_them():
    links = Links(range(6), [(0, 5)])
    assert links.join(1, 0)
    assert links.join(5, 4)
    assert not links.join(4, 1)
    links.part(2, 3)
    assert links.join(2, 1)
    assert links.parted(3, 0)
    assert (links.root(2), links.members(2), links.members(4)) == (0, [0, 1, 2], [4, 5])


# ------------------------------------------------------------------------------------------------ worst cases


def made(a: np.ndarray, b: np.ndarray, relation: int, probability: float = 0.9, *, clash: bool) -> np.ndarray:
    pairs = np.zeros(len(a), PAIR)
    pairs["a"], pairs["b"], pairs["relation"], pairs["clash"] = a, b, relation, clash
    pairs["probability"] = probability
    return pairs


def test_a_chain_of_near_copies_is_cut_where_its_ends_clash():
    world = World(lambda a, b: Said(JOB if b - a < 3 else 0, clash=b - a > 10, listed=b - a < 5), 200)
    found = world.cluster()
    assert all(max(job) - min(job) <= 10 for job in sets(found.job))
    assert world.asked <= 200 * 10


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_thousands_of_near_copies_that_clash_by_chance_cost_so_many_comparisons_each(count):
    pick = np.random.default_rng(7)
    world = World(lambda a, b: Said(clash=(a * 7919 + b * 104729) % 50 == 0), count)
    a, b = np.sort(pick.integers(0, count, (2, 20 * count)), axis=0)
    codes = np.unique((a * count + b)[a < b])
    pairs = made(codes // count, codes % count, JOB, clash=False)
    pairs = pairs[(pairs["a"].astype(np.int64) * 7919 + pairs["b"].astype(np.int64) * 104729) % 50 > 0]
    began = time.process_time()
    found = world.cluster(pairs)
    assert world.asked <= grow.CHECKS * count
    assert time.process_time() - began < count / 500
    for job in sorted(sets(found.job), key=min)[:50]:
        assert not any(world.says(x, y).clash for x, y in combinations(sorted(job), 2))


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("apart", [False, True])
def test_thousands_of_jobs_of_one_campaign_are_one_card_in_linear_time(apart, count):
    rows = np.arange(count)
    a, b = (np.concatenate(ends) for ends in zip(*((rows[:-s], rows[s:]) for s in (1, 7, 800)), strict=True))
    pairs = made(a, b, CAMPAIGN, clash=True)
    if apart:
        pairs = np.append(pairs, made(rows[:1], rows[-1:], 0, clash=True))
        pairs["apart"][-1] = 1
    world = World(lambda a, b: Said(clash=True), count)
    one = read(0, "Care Agent", "Oakmail")
    began = time.process_time()
    found = cluster.cluster(
        pairs, NO_VERDICTS, NO_VERDICTS, world.names, np.ones(count, bool), lambda row: one, world.compare
    )
    assert len(np.unique(found.campaign)) == (2 if apart else 1)
    assert (found.job == rows).all()
    assert time.process_time() - began < count / 4_000


# ------------------------------------------------------------------------------------------------ pairs


def told(world: World, same=(), apart=()) -> dict[tuple[int, int], int]:
    pairs = world.pairs()
    found = world.cluster(pairs, same=same, apart=apart)
    kinds = outcome(pairs, found, *(np.array([*ours]).reshape(-1, 2) for ours in (same, apart)), world.names)
    return {(int(row["a"]), int(row["b"])): int(kind) for row, kind in zip(pairs, kinds, strict=True) if kind}


def test_each_pair_says_what_became_of_it():
    world = table(
        (0, 1, Said(JOB)),
        (0, 2, Said(CAMPAIGN, clash=True)),
        (1, 2, Said(clash=True)),
        (0, 3, Said(TEMPLATE, clash=True)),
        (2, 3, Said(near=True)),
        (3, 4, Said(JOB, clash=False)),
        count=5,
    )
    expected = {(0, 1): JOB, (0, 2): CAMPAIGN, (0, 3): TEMPLATE, (2, 3): NEAR_MISS, (3, 4): JOB}
    assert told(world) == expected
    assert told(world, apart=[(3, 4), (2, 0)]) == expected | {(3, 4): NEAR_MISS, (0, 2): NEAR_MISS}
    assert told(world, apart=[(0, 3)]) == expected | {(0, 3): NEAR_MISS}
    assert told(world, same=[(1, 2)]) == expected | {(0, 2): JOB, (1, 2): JOB}


def test_an_ad_keeps_its_twenty_surest_near_misses_and_links_and_all_verdicts():
    for kind, said in ((NEAR_MISS, Said(near=True)), (CAMPAIGN, Said(CAMPAIGN)), (TEMPLATE, Said(TEMPLATE))):
        hub = {(0, at): said._replace(probability=0.5 if at > 25 else at / 100) for at in range(1, 40)}
        world = World(lambda a, b, hub=hub: hub.get((a, b), Said()), 40)
        kept = told(world)
        assert set(kept.values()) == {kind}
        assert sorted(kept) == [(0, at) for at in range(20, 40)]  # 26 to 39 are the surest, then 25 and below
    world = World(lambda a, b: Said(near=True) if not a else Said(), 40)
    assert sorted(told(world)) == [(0, at) for at in range(1, 21)]  # of equals those of the smaller names
    world.names = world.names[::-1]
    assert sorted(told(world)) == [(0, at) for at in range(20, 40)]
    world.names = world.names[::-1]
    assert len(told(world, apart=[(0, 39), (0, 38)])) == 22
