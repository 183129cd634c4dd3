"""Ids that last: what the jobs of a grouping are called, by what their listings belonged to before."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from matcher.dedupe.ads import Job

LISTINGS = 10_000  # from so many on, a batch is full
FIELDS = (
    *("id", "canonical_id", "campaign", "template", "role", "reasons"),
    *("heir_id", "created_at", "updated_at"),
)


class Member(Protocol):
    """A listing as far as its job's name goes; `job_id` is None of one that was never grouped."""

    @property
    def id(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def identifier(self) -> str: ...
    @property
    def job_id(self) -> str | None: ...
    @property
    def role(self) -> str: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Led(Protocol):
    """The id of a merged job, what it leads to, and what brings it back: its heir, and when it was made."""

    @property
    def job_id(self) -> str: ...
    @property
    def heir_id(self) -> int | None: ...
    @property
    def created_at(self) -> datetime | None: ...


Members = Mapping[int, Member]
Leads = Mapping[str, Led]  # by the old id
Before = Mapping[str, Any]  # jobs as they are remembered, by id
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs to be, and listings that belong to none of them: nothing outside concerns their ids and names."""

    groups: list[Job]
    left: list[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch makes of memory: rows to add and to set, ids that lead elsewhere, listings that move."""

    new: list[Row]
    changed: list[Row]
    merged: dict[str, str]  # the id of a job that is no more, and the job it leads to
    moved: list[Row]  # of `key` and `job`
    leads: list[Row]  # old ids that lead somewhere from now on: `old_id`, `job_id`, `heir_id`, `created_at`
    back: list[str]  # old ids that are a job's again


def made_id(source: str, identifier: str, *more: str) -> str:
    """The id that a job gets when this is its smallest listing: 16 hexadecimal digits."""
    return hashlib.sha256("\n".join((source, identifier, *more)).encode("utf-8")).hexdigest()[:16]


def batches(groups: Sequence[Job], left: Sequence[int], jobs: Mapping[int, str | None]) -> Iterator[Batch]:
    """The jobs to be and the listings that are left, in batches of about LISTINGS.

    What shares an old job (`jobs`, by listing), a campaign or a template is in one batch.
    """
    nodes: dict[object, int] = {}
    ends: list[tuple[int, int]] = []
    for number, group in enumerate(groups):
        ties: set[object] = {job for key in group.listings if (job := jobs.get(key))}
        ties |= {(kind, at) for kind in ("campaign", "template") if (at := getattr(group, kind)) is not None}
        ends += ((number, nodes.setdefault(tie, len(nodes))) for tie in sorted(ties, key=str))
    owners = [nodes.setdefault(jobs.get(key), len(nodes)) for key in left]
    first, second = np.array(ends, np.int64).reshape(-1, 2).T
    size = len(groups) + len(nodes)
    graph = sparse.coo_array((np.ones(len(first), bool), (first, second + len(groups))), (size, size))
    _, label = csgraph.connected_components(graph, directed=False)
    yield from _filled(groups, left, label[: len(groups)], label[len(groups) :][np.array(owners, np.int64)])


def _filled(groups: Sequence[Job], left: Sequence[int], of_group: Any, of_left: Any) -> Iterator[Batch]:
    """Whole components, one after the other, until a batch is full."""
    heaps: dict[int, Batch] = defaultdict(lambda: Batch([], []))
    for label, group in zip(of_group.tolist(), groups, strict=True):
        heaps[label].groups.append(group)
    for label, key in zip(of_left.tolist(), left, strict=True):
        heaps[label].left.append(key)
    batch, size = Batch([], []), 0
    for heap in heaps.values():
        batch.groups.extend(heap.groups)
        batch.left.extend(heap.left)
        size += sum(len(group.listings) for group in heap.groups) + len(heap.left)
        if size >= LISTINGS:
            yield batch
            batch, size = Batch([], []), 0
    if size:
        yield batch


def plan(
    groups: Sequence[Job],
    members: Members,
    before: Before,
    led: Leads,
    there: Callable[[Sequence[str]], Collection[str]],
    since: datetime,
    now: datetime,
) -> Plan:
    """What a batch makes of memory.

    `members` are the listings of the groups and all that belong to a job in `before`; `led` are the ids of
    merged jobs that lead to one of these; `there` says which of some ids a job has; listings that closed
    before `since` are grouped no more and stay with their job.
    """
    carried, merged, heirs = carry(groups, members, before, since)
    ids = _back(groups, carried, members, led)
    names = _named(groups, ids, members, led, there, now)
    target = {key: job for job, group in zip(names, groups, strict=True) for key in group.listings}
    for row in members.values():
        if row.id not in target and row.job_id is not None:
            target[row.id] = merged.get(row.job_id, row.job_id)
    moved = [row for row in members.values() if row.job_id != target.get(row.id)]
    rows = _rows(names, groups, members, before, led, heirs, now)
    for job in sorted(before.keys() - rows.keys() - merged.keys()):
        rows[job] = {name: getattr(before[job], name) for name in FIELDS}
    for job, closed_at in _closings(members, target).items():
        rows[job]["closed_at"] = closed_at
    touched = {target[row.id] for row in moved} | {row.job_id for row in moved}
    changed = [job for job in rows if job in before and (job in touched or _differs(rows[job], before[job]))]
    return Plan(
        new=[row for job, row in rows.items() if job not in before],
        changed=[rows[job] | {"updated_at": now} for job in changed],
        merged=merged,
        moved=[{"key": row.id, "job": target[row.id]} for row in moved],
        leads=_leads(rows, merged, heirs, target, before, led),
        back=[job for job in rows if job not in before],
    )


def carry(
    groups: Sequence[Job], members: Members, before: Before, since: datetime
) -> tuple[list[str | None], dict[str, str], dict[str, int]]:
    """The id that goes to each group, None where none does; where those lead that none keeps; and the heirs.

    An id goes with its heir, and stays with listings that nothing was said of tonight. A group that several
    ids go to keeps the oldest.
    """
    place = {key: number for number, group in enumerate(groups) for key in group.listings}
    claims: dict[int, list[str]] = defaultdict(list)
    heirs: dict[str, int] = {}
    belonging: dict[str, list[Member]] = defaultdict(list)
    for row in members.values():
        if row.job_id is not None:
            belonging[row.job_id].append(row)
    for job, those in belonging.items():
        if any(row.id not in place and _grouped(row, since) for row in those):
            continue
        inside = [row for row in those if row.id in place]
        if inside:
            heirs[job] = _heir(job, before[job].heir_id, before[job].canonical_id, inside)
            claims[place[heirs[job]]].append(job)
    ids: list[str | None] = []
    merged: dict[str, str] = {}
    for number in range(len(groups)):
        claimed = sorted(claims[number], key=lambda job: (before[job].created_at, job))
        ids.append(claimed[0] if claimed else None)
        merged.update((job, claimed[0]) for job in claimed[1:])
    return ids, merged, heirs


def _heir(job: str, heir: int | None, canonical: int, inside: Sequence[Member]) -> int:
    """The listing that a job's id goes with: as before, or it was made from, or it shows; or the smallest."""
    there = {row.id for row in inside}
    if heir in there:
        return heir
    made = (row.id for row in inside if made_id(row.source, row.identifier) == job)
    return next(made, None) or (canonical if canonical in there else min(inside, key=_identity).id)


def _back(groups: Sequence[Job], ids: Sequence[str | None], members: Members, led: Leads) -> list[str | None]:
    """The ids; a group that none goes to gets a merged job's, the oldest of those whose heir it holds."""
    found: list[str | None] = []
    for group, job in zip(groups, ids, strict=True):
        inside = set(group.listings)
        old = [
            (row.created_at, name)
            for name, row in (led.items() if job is None else ())
            if row.created_at and row.heir_id in inside and members[row.heir_id].job_id == row.job_id
        ]
        found.append(min(old)[1] if old else job)
    return found


def _leads(
    rows: Mapping[str, Row],
    merged: Mapping[str, str],
    heirs: Mapping[str, int],
    target: Mapping[int, str],
    before: Before,
    led: Leads,
) -> list[Row]:
    """Where merged ids lead now: to the job that holds their heir, of old ones where that has parted."""
    found = [
        {"old_id": old, "job_id": job, "heir_id": heirs[old], "created_at": before[old].created_at}
        for old, job in merged.items()
    ]
    for old, row in led.items():
        job = target.get(row.heir_id or 0, merged.get(row.job_id, row.job_id))
        if old not in rows and job != row.job_id:
            found.append({"old_id": old, "job_id": job, "heir_id": row.heir_id, "created_at": row.created_at})
    return sorted(found, key=lambda row: str(row["old_id"]))


def _grouped(row: Member, since: datetime) -> bool:
    return row.closed_at is None or row.closed_at >= since


def _identity(row: Member) -> tuple[str, str]:
    return row.source, row.identifier


def _named(
    groups: Sequence[Job],
    ids: Sequence[str | None],
    members: Members,
    led: Leads,
    there: Callable[[Sequence[str]], Collection[str]],
    now: datetime,
) -> list[str]:
    """An id for each group: one that none goes to is named by its smallest listing.

    Where a job has that id already (the listing was forgotten, or long closed, and came back while the job
    lived on without it), or had it and its heir is elsewhere, the moment is part of the name.
    """
    first = [
        min(_identity(members[key]) for key in group.listings) if job is None else ("", "")
        for job, group in zip(ids, groups, strict=True)
    ]
    taken = {*ids, *(old for old, row in led.items() if row.heir_id is not None)}
    taken.update(there([made_id(*one) for job, one in zip(ids, first, strict=True) if job is None]))
    names = []
    for job, one in zip(ids, first, strict=True):
        made = job or made_id(*one)
        names.append(made_id(*one, now.isoformat()) if job is None and made in taken else made)
    return names


def _rows(
    ids: Sequence[str],
    groups: Sequence[Job],
    members: Members,
    before: Before,
    led: Leads,
    heirs: Mapping[str, int],
    now: datetime,
) -> dict[str, Row]:
    """Every job to be; a campaign and a template are named by their eldest job."""
    known = {**led, **before}
    created = {job: known[job].created_at or now if job in known else now for job in ids}
    shared: dict[tuple[str, int], list[str]] = defaultdict(list)
    for job, group in zip(ids, groups, strict=True):
        for kind, number in (("campaign", group.campaign), ("template", group.template)):
            if number is not None:
                shared[kind, number].append(job)
    eldest = {key: min(jobs, key=lambda job: (created[job], job)) for key, jobs in shared.items()}
    rows = {}
    for job, group in zip(ids, groups, strict=True):
        rows[job] = {
            "id": job,
            "canonical_id": group.canonical,
            "campaign": eldest.get(("campaign", group.campaign)) if group.campaign is not None else None,
            "template": eldest.get(("template", group.template)) if group.template is not None else None,
            "role": members[group.canonical].role,
            "reasons": list(group.reasons),
            "heir_id": _heir(
                *(job, heirs.get(job) or (led[job].heir_id if job in led else None), group.canonical),
                [members[key] for key in group.listings],
            ),
            "created_at": created[job],
            "updated_at": before[job].updated_at if job in before else now,
        }
    return rows


def _closings(members: Members, target: Mapping[int, str]) -> dict[str, datetime | None]:
    """When each job closed: with the last of its listings, those closed long ago among them; None is open."""
    moments: dict[str, list[datetime | None]] = defaultdict(list)
    for key, job in target.items():
        moments[job].append(members[key].closed_at)
    return {
        job: None if None in closed else max(moment for moment in closed if moment)
        for job, closed in moments.items()
    }


def _differs(row: Row, before: Any) -> bool:
    return any(value != getattr(before, name) for name, value in row.items())
