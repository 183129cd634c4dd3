"""The joint of dedupe and memory: listings in, jobs with lasting ids, campaigns, templates and pairs out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries, session
from matcher import dedupe

MEMORY = timedelta(days=180)  # a listing that closed longer ago meets no repost of its own
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a grouping gave: how much there is, and how much of it changed."""

    listings: int
    jobs: int
    cards: int  # campaigns and single jobs
    templates: int
    pairs: int
    new_jobs: int
    changed_jobs: int
    merged_jobs: int


def regroup(engines: session.Engines, now: datetime, progress: Progress | None = None) -> Outcome:
    """Group every listing that is open or closed less than 180 days ago, and write what changed.

    Thinking blocks no writer; what it concludes is applied in one transaction, whole or not at all.
    """
    with session.reading(engines) as db:
        ads = [ad(row) for row in queries.listings.to_group(db, now - MEMORY)]
        verdicts = [
            dedupe.Verdict(row.a_id, row.b_id, row.decision == "same") for row in queries.pairs.verdicts(db)
        ]
    grouping = dedupe.group(ads, verdicts, progress)
    with session.writing(engines) as db:
        plan = _plan(db, grouping.jobs, now)
        _apply(db, plan)
        _write_pairs(db, grouping.pairs)
    return Outcome(
        listings=len(ads),
        jobs=len(plan.rows),
        cards=len({row["campaign"] or job for job, row in plan.rows.items()}),
        templates=len({row["template"] for row in plan.rows.values()} - {None}),
        pairs=len(grouping.pairs),
        new_jobs=len(plan.new),
        changed_jobs=len(plan.changed),
        merged_jobs=len(plan.merged),
    )


def ad(row: Row[Any]) -> dedupe.Ad:
    """A listing's row as dedupe reads it."""
    salary = row.base_salary or {}
    return dedupe.Ad(
        key=row.id,
        source=row.source,
        identifier=row.identifier,
        title=row.title,
        organization=row.hiring_organization,
        text=row.description,
        places=tuple(_place(stated, row.job_location_type) for stated in row.job_location),
        remote=row.job_location_type,
        requisition=row.requisition,
        contacts=tuple(row.contacts),
        url=row.url,
        pay=(
            _amount(salary.get("min_value")),
            _amount(salary.get("max_value")),
            salary.get("unit_text"),
            salary.get("currency"),
        )
        if salary
        else None,
        employment_type=tuple(row.employment_type),
        date_posted=row.date_posted,
        closed=row.closed_at is not None,
    )


Stated = tuple[str | None, str | None, str | None, str | None]


def _place(stated: dict[str, str], kind: str | None) -> Stated:
    """(locality, region, country, postal code), or the words as stated where they name no such thing.

    "Newtown and Welshpool" is a place of its own; "Work from home" is none.
    """
    named = [stated.get(f"address_{part}") for part in ("locality", "region", "country")]
    words = None if any(named) or kind == "remote" else stated["text"]
    return (words or named[0], named[1], named[2], stated.get("postal_code"))


def _amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


@dataclass(frozen=True)
class _Plan:
    """The whole grouping to be, known before anything of it is written."""

    rows: dict[str, dict[str, Any]]  # every job to be, by id
    new: list[str]
    changed: list[str]
    merged: dict[str, str]  # the id of a job that is no more, and the job it leads to
    moved: list[dict[str, Any]]  # listings that change their job


def _plan(db: Session, groups: list[dedupe.Job], now: datetime) -> _Plan:
    listings = {row.id: row for row in queries.listings.memberships(db)}
    before = {row.id: row for row in queries.jobs.every(db)}
    grouped = {key for group in groups for key in group.listings}
    for row in listings.values():  # closed long ago and never grouped: a job of its own
        if row.id not in grouped and row.job_id is None:
            groups = [*groups, dedupe.Job((row.id,), row.id, None, None, ())]
    ids, merged = carry_ids(groups, listings, before)
    target = {key: job for job, group in zip(ids, groups, strict=True) for key in group.listings}
    for row in listings.values():
        if row.id not in target:
            target[row.id] = merged.get(row.job_id, row.job_id)
    moved = [row for row in listings.values() if row.job_id != target[row.id]]
    rows = _rows(ids, groups, listings, before, now)
    rows |= {job: dict(row._mapping) for job, row in before.items() if job not in rows and job not in merged}
    for job, closed_at in _closings(listings, target).items():
        rows[job]["closed_at"] = closed_at
    touched = {target[row.id] for row in moved} | {row.job_id for row in moved}
    changed = [job for job in rows if job in before and (job in touched or _differs(rows[job], before[job]))]
    for job in changed:
        rows[job]["updated_at"] = now
    return _Plan(
        rows=rows,
        new=[job for job in rows if job not in before],
        changed=changed,
        merged=merged,
        moved=[{"key": row.id, "job": target[row.id]} for row in moved],
    )


def made_id(source: str, identifier: str) -> str:
    """The id that a job gets when this is its smallest listing: 16 hexadecimal digits."""
    return hashlib.sha256(f"{source}\n{identifier}".encode()).hexdigest()[:16]


def carry_ids(
    groups: list[dedupe.Job], listings: Mapping[int, Row[Any]], before: Mapping[str, Row[Any]]
) -> tuple[list[str], dict[str, str]]:
    """An id for every group, and where the ids lead to that no group keeps.

    An id goes with the listing it was made from (else with the canonical listing, else with the smallest).
    A group that several ids go to keeps the oldest; one that none goes to is named by its smallest listing.
    """
    place = {key: number for number, group in enumerate(groups) for key in group.listings}
    made = {made_id(row.source, row.identifier): row.id for row in listings.values()}
    members: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in listings.values():
        if row.job_id is not None and row.id in place:
            members[row.job_id].append(row)
    claims: dict[int, list[str]] = defaultdict(list)
    for job, those in members.items():
        smallest = min(those, key=lambda row: (row.source, row.identifier)).id
        heirs = (made.get(job), before[job].canonical_id, smallest)
        claims[next(place[heir] for heir in heirs if heir in place)].append(job)
    ids, merged = [], {}
    for number, group in enumerate(groups):
        if claimed := sorted(claims[number], key=lambda job: (before[job].created_at, job)):
            ids.append(claimed[0])
            merged.update(dict.fromkeys(claimed[1:], claimed[0]))
        else:
            first = min((listings[key].source, listings[key].identifier) for key in group.listings)
            ids.append(made_id(*first))
    return ids, merged


def _rows(
    ids: list[str],
    groups: list[dedupe.Job],
    listings: Mapping[int, Row[Any]],
    before: Mapping[str, Row[Any]],
    now: datetime,
) -> dict[str, dict[str, Any]]:
    created = {job: before[job].created_at if job in before else now for job in ids}
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
            "role": listings[group.canonical].role,
            "reasons": list(group.reasons),
            "created_at": created[job],
            "updated_at": before[job].updated_at if job in before else now,
        }
    return rows


def _closings(listings: Mapping[int, Row[Any]], target: Mapping[int, str]) -> dict[str, datetime | None]:
    """When each job closed: with the last of its listings, those closed long ago among them; None is open."""
    moments: dict[str, list[datetime | None]] = defaultdict(list)
    for row in listings.values():
        moments[target[row.id]].append(row.closed_at)
    return {
        job: None if None in closed else max(moment for moment in closed if moment)
        for job, closed in moments.items()
    }


def _differs(row: dict[str, Any], before: Row[Any]) -> bool:
    return any(value != getattr(before, name) for name, value in row.items())


def _apply(db: Session, plan: _Plan) -> None:
    queries.jobs.add(db, [plan.rows[job] for job in plan.new])
    queries.listings.set_jobs(db, plan.moved)
    queries.jobs.change(db, [plan.rows[job] for job in plan.changed])
    leads = queries.jobs.redirects(db)
    moved = {old: plan.merged[new] for old, new in leads.items() if new in plan.merged} | plan.merged
    alive = [job for job in plan.new if job in leads]  # a split gave a job its id back
    queries.jobs.set_redirects(
        db, [*moved, *alive], [{"old_id": old, "job_id": new} for old, new in sorted(moved.items())]
    )
    queries.jobs.remove(db, list(plan.merged))


def _write_pairs(db: Session, pairs: list[dedupe.Pair]) -> None:
    """Only what differs from memory is written."""
    rows = {
        (pair.a, pair.b): {
            "a_id": pair.a,
            "b_id": pair.b,
            "relation": pair.relation,
            "decided_by": pair.decided_by,
            "probability": pair.probability,
            "features": dict(pair.features),
            "reasons": list(pair.reasons),
        }
        for pair in pairs
    }
    stale = []
    for before in queries.pairs.every(db):
        row = rows.get((before.a_id, before.b_id))
        if row is not None and not _differs(row, before):
            del rows[before.a_id, before.b_id]
        else:
            stale.append(before.id)
    queries.pairs.remove(db, stale)
    queries.pairs.add(db, [rows[key] for key in sorted(rows)])
