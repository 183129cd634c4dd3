"""A night of deduplication: in one night or in ten, the same ads are the same jobs."""

from __future__ import annotations

import gc
import random
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dedupe import candidates, shelf, telling, update, workers
from matcher.dedupe.ads import Ad, Job, Night, Pair, Verdict
from matcher.dedupe.shelf import Shelf

DUTIES = [
    "You answer the telephones of a busy ferry line and book cabins for guests who cannot sleep in seats.",
    "You note every call in the customer system so that the next colleague knows what was agreed.",
    "On stormy days you tell three hundred people that they will not sail, and find them a bed.",
    "You bring a year at a counter or on the telephone, clear writing and a voice that stays calm.",
    "We teach you our fares and timetables in three paid weeks beside somebody who knows them.",
    "You work shifts that are told four weeks ahead, and every third weekend is yours.",
    "Our canteen is known along the coast, and crossings are free for you and your family.",
    "You look up accounts, take payments and explain bills to people who are not in a mood for bills.",
]
TITLES = [
    "Customer Service Agent",
    "Customer Service Agent II",
    "Night Shift Customer Service Agent",
    "Booking Clerk",
]
PLACES = [("Columbus", "OH", "US", None), ("Dayton", "OH", "US", None), (None, None, None, None)]
EMPLOYERS = ["Lumen Ferries", "Lumen Ferries Ltd", "Harbour Line", ""]


def made(key: int, pick: random.Random) -> Ad:
    duties = pick.sample(DUTIES, 5) if pick.random() < 0.3 else DUTIES[:5]
    if pick.random() < 0.3:
        duties = [*duties[:-1], duties[-1].replace("three", pick.choice(["two", "four", "nine"]))]
    return Ad(
        key=key,
        source=pick.choice(["greenhouse:lumen", "board", "feed"]),
        identifier=str(key),
        title=pick.choice(TITLES),
        organization=pick.choice(EMPLOYERS),
        text="\n".join(duties)[: pick.choice([10_000, 10_000, 300])],
        places=(pick.choice(PLACES),),
        requisition=pick.choice([None, None, None, "R-1001", "R-1002"]),
        closed=pick.random() < 0.1,
    )


class World:
    """What the nights' words add up to, in a memory such as the database."""

    def __init__(self) -> None:
        self.jobs: dict[int, Job] = {}
        self.pairs: dict[frozenset[int], Pair] = {}

    def apply(self, night: Night) -> None:
        if night.whole:
            self.jobs, self.pairs = {}, {}
        for key in night.gone:
            self.jobs.pop(key, None)
        for job in night.jobs:
            self.jobs.update(dict.fromkeys(job.listings, job))
        for pair in night.stale:
            del self.pairs[frozenset(pair)]
        self.pairs.update({frozenset((pair.a, pair.b)): pair for pair in night.pairs})

    def seen(self) -> tuple[object, ...]:
        """The same in two worlds that hold the same, whatever numbers cards have."""
        cards = [
            {
                frozenset(self._sharing(name, getattr(job, name)))
                for job in self.jobs.values()
                if getattr(job, name) is not None
            }
            for name in ("campaign", "template")
        ]
        jobs = {(job.listings, job.canonical, job.reasons) for job in self.jobs.values()}
        return jobs, *cards, self.pairs

    def _sharing(self, name: str, number: int) -> Iterable[int]:
        return (key for key, job in self.jobs.items() if getattr(job, name) == number)


def listed(ads: Sequence[Ad]) -> update.Listed:
    stamps = [xxhash.xxh64_intdigest(repr(ad).encode()) for ad in ads]
    return update.Listed(np.array([ad.key for ad in ads], np.int64), np.array(stamps, np.uint64))


def night(folder: Path, ads: Sequence[Ad], verdicts: Sequence[Verdict] = ()) -> Night:
    by_key = {ad.key: ad for ad in ads}
    work = update.Update(Shelf(folder))
    told = work.run(listed(ads), lambda keys: (by_key[key] for key in keys), verdicts)
    work.keep("tonight")
    return told


def test_a_second_night_over_the_same_ads_has_nothing_to_tell(tmp_path: Path) -> None:
    pick = random.Random(1)
    ads = [made(key, pick) for key in range(40)]
    assert night(tmp_path, ads).whole
    again = night(tmp_path, pick.sample(ads, len(ads)))
    assert (again.whole, again.jobs, again.gone, again.pairs, again.stale) == (False, [], [], [], [])
    assert (again.ads, again.compared) == (40, 0)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_ten_nights_of_changes_lead_where_one_night_leads(seed: int) -> None:
    pick = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        folder, other = Path(scratch, "many"), Path(scratch, "one")
        patch.setattr(shelf, "_sync", lambda path: None)  # a disk is slow, and nobody pulls the plug here
        patch.setattr(update, "GROWN", 10**9)  # one generation: the boilerplate of the first night
        patch.setattr(update, "WORN", 10**9)
        ads = {key: made(key, pick) for key in range(pick.randint(2, 30))}
        verdicts: list[Verdict] = []
        world, fresh = World(), World()
        world.apply(night(folder, list(ads.values())))
        shutil.copytree(folder, other)
        for _ in range(pick.randint(1, 5)):
            _change(ads, verdicts, pick)
            told = night(folder, pick.sample(list(ads.values()), len(ads)), verdicts)
            assert not told.whole
            world.apply(told)
        patch.setattr(update, "WORN", 0)  # and all anew in one night
        told = night(other, pick.sample(list(ads.values()), len(ads)), verdicts[::-1])
        assert told.whole
        fresh.apply(told)
        assert world.seen() == fresh.seen()
        assert sorted(world.jobs) == sorted(ads)


def _change(ads: dict[int, Ad], verdicts: list[Verdict], pick: random.Random) -> None:
    """A day: ads come, go, change, close and come back; people decide and change their minds."""
    for _ in range(pick.randint(0, 4)):
        key = pick.randint(0, 40)
        ads[key] = made(key, pick)
    for key in pick.sample(sorted(ads), min(2, len(ads) - 1)):
        if pick.random() < 0.5:
            del ads[key]
        else:
            ads[key] = replace(ads[key], closed=not ads[key].closed)
    if len(ads) > 1 and pick.random() < 0.5:
        a, b = pick.sample(sorted(ads), 2)
        verdicts.append(Verdict(a, b, same=pick.random() < 0.5))
    if verdicts and pick.random() < 0.2:
        verdicts.pop()


@pytest.mark.parametrize("same", [True, False])
def test_a_verdict_that_is_taken_back_binds_no_more(tmp_path: Path, *, same: bool) -> None:
    one = replace(made(1, random.Random(5)), text="\n".join(DUTIES), organization="Lumen Ferries")
    one = replace(one, places=(PLACES[0],), title="Booking Clerk", requisition=None)
    other = replace(one, key=2, identifier="2", title="Purser" if same else one.title)
    before = night(tmp_path, [one, other])
    judged = night(tmp_path, [one, other], [Verdict(1, 2, same=same)])
    after = night(tmp_path, [one, other])
    assert [sorted(job.listings for job in told.jobs) for told in (before, judged, after)] == [
        [(1,), (2,)] if same else [(1, 2)],
        [(1, 2)] if same else [(1,), (2,)],
        [(1,), (2,)] if same else [(1, 2)],
    ]


def test_a_shelf_of_other_rules_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ads = [made(key, random.Random(key)) for key in range(5)]
    night(tmp_path, ads)
    assert not night(tmp_path, ads).whole
    monkeypatch.setattr(shelf, "rules", lambda: "of another version")
    assert night(tmp_path, ads).whole


def test_a_night_that_was_not_kept_is_told_again(tmp_path: Path) -> None:
    pick = random.Random(3)
    ads = [made(key, pick) for key in range(20)]
    night(tmp_path, ads)
    more = [*ads, made(20, pick), made(21, pick)]
    lost = update.Update(Shelf(tmp_path)).run(
        listed(more), lambda keys: [ad for ad in more if ad.key in keys]
    )
    assert night(tmp_path, more) == lost


def test_nobody_looks_for_cycles_while_pairs_are_compared_and_a_failure_ends_that(tmp_path: Path) -> None:
    seen = []

    def failing(step: str, _done: int, _total: int) -> None:
        if step == "compare":
            seen.append(gc.isenabled())
            raise OSError("full disk")

    try:
        for switch in (gc.enable, gc.disable):
            switch()
            with pytest.raises(OSError, match="full disk"):
                update.Update(Shelf(tmp_path), progress=failing).run(listed([]), lambda _keys: [])
            seen.append(gc.isenabled())
    finally:
        gc.enable()
    assert seen == [False, True, False, False]


def test_the_work_of_a_process_leaves_nothing_that_only_a_search_for_cycles_would_free(
    tmp_path: Path,
) -> None:
    pick = random.Random(3)
    ads = [replace(made(key, pick), places=(), text="Call us.") for key in range(50)]  # read with most doubts
    night = update.Update(Shelf(tmp_path))
    night.run(listed(ads), lambda keys: [ad for ad in ads if ad.key in set(keys)])
    view, rows = night.shelf.view, np.array([(a, a + 1) for a in range(49)])
    update.sign(view, 0, 50), update.compare(view, rows)
    gc.collect()
    with workers.uncollected():
        update.note([update._told(ad) for ad in ads]), update.sign(view, 0, 50), update.compare(view, rows)
        assert gc.collect() < len(ads)  # a few of opening a file, and none of an ad


def test_processes_change_nothing_but_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pick = random.Random(4)
    ads = [made(key, pick) for key in range(60)]
    by_key = {ad.key: ad for ad in ads}
    alone = update.Update(Shelf(tmp_path / "one")).run(listed(ads), lambda keys: map(by_key.get, keys))
    for module, name in ((workers, "WORTH"), (candidates, "ENTRIES"), (update, "NOTES"), (telling, "PAIRS")):
        monkeypatch.setattr(module, name, {"WORTH": 0, "ENTRIES": 300}.get(name, 7))
    several = update.Update(Shelf(tmp_path / "two"), processes=2)
    assert several.run(listed(ads), lambda keys: map(by_key.get, keys)) == alone
