"""Clustering on arrays: which ad goes where, verdicts, worst cases, and what becomes of the pairs."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from worlds import NO_VERDICTS, Said, World, equal, read, sets

from matcher.dedupe import cluster, grow, outcomes
from matcher.dedupe.ads import PAIR
from matcher.dedupe.cluster import CAMPAIGN, JOB, TEMPLATE
from matcher.dedupe.links import Links
from matcher.dedupe.outcomes import NEAR_MISS, outcome

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


def test_what_is_looked_at_again_is_weighed_against_all_that_an_ad_has(monkeypatch):
    monkeypatch.setattr(outcomes, "KEPT", 1)
    surer = {(at, at + 1): Said(near=True, probability=at / 10) for at in range(4)}
    world = World(lambda a, b: surer.get((a, b), Said(listed=False)), 5)
    pairs, rows = world.pairs(), np.zeros(5, bool)
    asked = (pairs, world.cluster(pairs), NO_VERDICTS, NO_VERDICTS, world.names)
    found = outcome(*asked)
    assert found.tolist() == [0, 0, 0, NEAR_MISS]
    for row in range(5):
        rows[:] = np.arange(5) == row
        assert outcome(*asked, found, outcomes.beside(pairs, rows)).tolist() == found.tolist()
