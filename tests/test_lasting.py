from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matcher import lasting
from matcher.dedupe import Job

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = range(8)


@dataclass
class Memory:
    """What the tables hold: the listings with their jobs, the jobs, and the ids that lead elsewhere."""

    listings: dict[int, SimpleNamespace]
    jobs: dict[str, SimpleNamespace] = field(default_factory=dict)
    leads: dict[str, SimpleNamespace] = field(default_factory=dict)

    def night(self, groups: list[Job], left: list[int], now: datetime) -> list[lasting.Plan]:
        """Apply some jobs, batch by batch; what was planned."""
        plans = []
        owned = {key: row.job_id for key, row in self.listings.items()}
        for batch in lasting.batches(groups, left, owned):
            keys = {*batch.left, *(key for group in batch.groups for key in group.listings)}
            jobs = {owned[key] for key in keys} - {None}
            members = {key: row for key, row in self.listings.items() if key in keys or row.job_id in jobs}
            before = {job: self.jobs[job] for job in jobs}
            led = {old: row for old, row in self.leads.items() if row.job_id in jobs}
            there = self.jobs.keys().__and__
            plans.append(lasting.plan(batch.groups, members, before, led, there, START, now))
            for row in (*plans[-1].new, *plans[-1].changed):
                self.jobs[row["id"]] = SimpleNamespace(**row)
            for row in plans[-1].moved:
                self.listings[row["key"]].job_id = row["job"]
            for old in plans[-1].back:
                self.leads.pop(old, None)
            self.leads.update({row["old_id"]: SimpleNamespace(**row) for row in plans[-1].leads})
        for plan in plans:
            for job in plan.merged:
                del self.jobs[job]
        return plans

    def told(self) -> dict[str, Any]:
        return {
            "listings": {key: row.job_id for key, row in self.listings.items()},
            "jobs": {job: vars(row) for job, row in self.jobs.items()},
            "leads": {old: row.job_id for old, row in self.leads.items()},
        }


def remembered() -> Memory:
    rows = [
        SimpleNamespace(
            id=key, source="acme", identifier=str(9 - key), job_id=None, role="core", closed_at=None
        )
        for key in KEYS
    ]
    return Memory({row.id: row for row in rows})


@st.composite
def groupings(draw: st.DrawFn) -> list[Job]:
    """Some of the listings in jobs, some of these in campaigns and templates."""
    homes = draw(st.lists(st.integers(0, 5), min_size=len(KEYS), max_size=len(KEYS)))
    groups = []
    for home in sorted(set(homes) - {0}):  # 0: not there tonight
        keys = tuple(sorted((key for key in KEYS if homes[key] == home), key=lambda key: 9 - key))
        shared = [draw(st.sampled_from([None, 1, 2])) for _ in range(2)]
        groups.append(Job(keys, draw(st.sampled_from(keys)), shared[0], shared[1], ()))
    return [
        replace(group, campaign=_real(groups, "campaign", group), template=_real(groups, "template", group))
        for group in groups
    ]


def _real(groups: list[Job], kind: str, group: Job) -> int | None:
    """A campaign of one job is none."""
    return getattr(group, kind) if len(_beside(groups, kind, group)) > 1 else None


def changed(groups: list[Job], before: list[Job]) -> list[Job]:
    """The jobs that are not as they were, and with each all jobs of its cards and templates, then and now."""
    was, now = _sets(before), _sets(groups)
    told = {job for job in now if now[job] != was.get(job)}
    told |= {job for job in was if was[job] != now.get(job)}
    while grown := {
        job for some in (was, now) for job, said in some.items() if job not in told and _met(said, told)
    }:
        told |= grown
    return [group for group in groups if group.listings in told]


Said = tuple[int, frozenset[tuple[int, ...]], frozenset[tuple[int, ...]]]


def _sets(groups: list[Job]) -> dict[tuple[int, ...], Said]:
    """What each job is: its canonical listing, and the jobs of its campaign and its template."""
    return {
        one.listings: (one.canonical, _beside(groups, "campaign", one), _beside(groups, "template", one))
        for one in groups
    }


def _beside(groups: list[Job], kind: str, one: Job) -> frozenset[tuple[int, ...]]:
    number = getattr(one, kind)
    return frozenset(
        other.listings for other in groups if number is not None and getattr(other, kind) == number
    )


def _met(said: Said, told: set[tuple[int, ...]]) -> bool:
    return bool((said[1] | said[2]) & told)


@given(st.lists(groupings(), min_size=1, max_size=5))
def test_a_night_that_is_told_what_changed_remembers_what_one_does_that_is_told_all(
    nights: list[list[Job]],
) -> None:
    whole, local = remembered(), remembered()
    before: list[Job] = []
    away: set[int] = set()
    for number, groups in enumerate(nights):
        now = START + number * DAY
        there = {key for group in groups for key in group.listings}
        gone = [key for one in before for key in one.listings if key not in there]
        left = [key for key in KEYS if key not in there]
        for memory in (whole, local):
            for key, row in memory.listings.items():
                row.closed_at = None if key in there else START - DAY
        whole.night(groups, left, now)
        local.night(changed(groups, before), gone, now)
        for memory in (whole, local):
            assert_sound(memory, groups)
            assert all(
                not plan.new and not plan.changed for plan in memory.night(groups, left, now + DAY / 2)
            )
        if away & there:
            return  # it came back after years: its old id may have stayed with others, who were not told
        away |= set(gone)
        assert named(local) == named(whole)
        before = groups


def named(memory: Memory) -> dict[str, Any]:
    return {**memory.told(), "jobs": {job: row.canonical_id for job, row in memory.jobs.items()}}


def assert_sound(memory: Memory, groups: list[Job]) -> None:
    """Every group is one job and every job is one group; what leads elsewhere leads to a job that is there."""
    homes = [{memory.listings[key].job_id for key in group.listings} for group in groups]
    assert all(len(home) == 1 for home in homes)
    assert len(set.union(set(), *homes)) == len(groups)
    for group, [job] in zip(groups, homes, strict=True):
        assert memory.jobs[job].canonical_id == group.canonical
        assert memory.jobs[job].closed_at is None
    for kind in ("campaign", "template"):
        named = [
            (getattr(memory.jobs[job], kind), getattr(group, kind))
            for group, [job] in zip(groups, homes, strict=True)
        ]
        assert len(set(named)) == len({name for name, _ in named}) == len({number for _, number in named})
    assert {row.job_id for row in memory.leads.values()} <= memory.jobs.keys()
    assert not memory.leads.keys() & memory.jobs.keys()


def test_what_was_merged_and_parted_again_is_as_it_was_but_for_when_it_changed() -> None:
    memory = remembered()
    apart = [Job((8, 7), 7, 1, None, ()), Job((6, 5), 6, 1, None, ()), Job((4,), 4, None, None, ())]
    apart = [
        replace(one, listings=tuple(key - 1 for key in one.listings), canonical=one.canonical - 1)
        for one in apart
    ]
    memory.night([Job((6,), 6, None, None, ())], [], START)  # an elder listing leaves an id of its own
    memory.night(apart, [], START + DAY)
    before = memory.told()
    memory.night([Job((7, 6, 5, 4), 5, None, None, ()), Job((3,), 3, None, None, ())], [], START + 2 * DAY)
    memory.night([Job((7, 6, 5, 4, 3), 3, None, None, ())], [], START + 3 * DAY)
    assert len(memory.jobs) == 1
    memory.night([Job((7, 6, 5, 4), 4, None, None, ()), Job((3,), 3, None, None, ())], [], START + 4 * DAY)
    memory.night(apart, [], START + 5 * DAY)
    after = memory.told()
    for job in (*before["jobs"].values(), *after["jobs"].values()):
        job.pop("updated_at")
    assert after == before
