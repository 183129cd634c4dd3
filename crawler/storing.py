"""What waits of a source, and a batch of it as it is written: each posting ends in exactly one count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crawler.columns import columns, demanded, place_keys
from crawler.items import JobPosting, Place
from crawler.sweep import Sweep
from db import queries
from matcher import roles

OVER = "valid_through past"  # a drop with this reason closes a known listing: its own page says so
OPTIONAL = ("description", "hiring_organization", "job_location", "date_posted", "base_salary")
KEPT = OPTIONAL[:-1]  # pay may be taken back


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole posting and what kind of work it is."""

    posting: JobPosting
    role: roles.Role


@dataclass
class Run:
    """One source's part: what waits for a transaction, what was said to be gone, and its counts."""

    name: str
    source_id: int
    run_id: int
    seen_at: datetime  # of the newest file that names the source, which is read first
    open_before: int
    missed_before: int  # of these, how many the last complete run missed
    left: dict[str, Any] | None = None  # where an earlier night stopped in the list
    attribution: dict[str, Any] | None = None  # whom the pages name beside its listings
    sweep: Sweep | None = None  # how far the list was read
    waiting: dict[str, Judged] = field(default_factory=dict)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)  # of the seen, whose page could not be read
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    beside: int = 0  # of all copies, which stood in one answer
    counts: Counter[str] = field(default_factory=Counter)

    def size(self) -> int:
        """How much waits."""
        return len(self.waiting) + len(self.dropped) + len(self.seen) + len(self.pages)

    @property
    def shifted(self) -> int:
        """How many were read on two pages."""
        return max(0, self.counts["repeated"] - self.beside)

    def written(self) -> None:
        """Nothing waits any more."""
        self.waiting, self.dropped, self.seen, self.pages, self.repeated = {}, [], set(), {}, 0


def write(db: Session, run: Run, seen_at: datetime, now: datetime) -> Counter[str]:
    """Write what waits; how many were new, changed and so on."""
    counts = _save(db, run, seen_at, now)
    counts.update(_see(db, run, seen_at, now))
    _record_drops(db, run.source_id, run.dropped, seen_at)
    counts.update(dropped=len(run.dropped), repeated=run.repeated)
    queries.pages.save(db, run.source_id, list(run.pages.values()))
    counts["read"] = sum(counts[name] for name in ("new", "changed", "unchanged", "repeated", "dropped"))
    return counts


def _save(db: Session, run: Run, seen_at: datetime, now: datetime) -> Counter[str]:
    known = queries.listings.known(db, run.source_id, list(run.waiting))
    before_now = _remembered(db, run, known)
    counts: Counter[str] = Counter()
    new, changed, same, stated = [], [], [], {}
    for name, item in run.waiting.items():
        counts.update(f"says {field}" for field in OPTIONAL if getattr(item.posting, field))
        before = known.get(name)
        if name in before_now:
            counts.update(f"lost {field}" for field in before_now[name])
            item = _kept(item, before_now[name])
        if before is not None and before.run_id == run.run_id:
            counts["repeated"] += 1
            continue
        row = columns(item.posting, item.role) | {"run_id": run.run_id, "missed_at": None, "closed_at": None}
        if before is None:
            seen = {"first_seen": seen_at, "last_seen": seen_at}
            new.append(row | _written(item, now) | seen | {"source_id": run.source_id})
            stated[name] = item.posting.job_location
            continue
        counts.update(_came_back(before))
        first, last = min(before.first_seen, seen_at), max(before.last_seen, seen_at)
        if before.digest == row["digest"] and before.closed_at is None:
            same.append({"key": before.id, "first": first, "last": last, "run": run.run_id})
            continue
        changed.append(row | _written(item, now) | {"first_seen": first, "last_seen": last, "id": before.id})
        stated[name] = item.posting.job_location
    counts.update(_lost(db, changed))
    queries.listings.add(db, new)
    queries.listings.change(db, changed)
    queries.listings.see(db, same)
    _save_places(db, run.source_id, stated)
    counts.update(new=len(new), changed=len(changed), unchanged=len(same))
    return counts


def _written(item: Judged, now: datetime) -> dict[str, Any]:
    """What a row has more where the posting itself is written, not only seen."""
    return {"demands": demanded(item.posting), "updated_at": now}


def _remembered(db: Session, run: Run, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What known listings said of themselves that they leave out tonight, by identifier.

    Who leaves out a text, an employer, a place or a day has not taken it back: the source has changed.
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for said in KEPT:
        silent = [name for name, item in run.waiting.items() if not getattr(item.posting, said)]
        names = {known[name].id: name for name in silent if name in known}
        for key, value in queries.listings.said(db, said, list(names)).items():
            found[names[key]][said] = value
    return found


def _kept(item: Judged, said: dict[str, Any]) -> Judged:
    """The same posting with what it said before."""
    if places := said.get("job_location"):
        said = {**said, "job_location": tuple(Place(**place) for place in places)}
    posting = replace(item.posting, **said)
    return Judged(posting, roles.classify(posting.title, posting.description))


def _lost(db: Session, changed: list[dict[str, Any]]) -> Counter[str]:
    """How many of these said before what they say no more, by "lost" and the field."""
    before = queries.listings.stated(db, [row["id"] for row in changed])
    return Counter(
        f"lost {name}"
        for row in changed
        for name in OPTIONAL
        if not row[name] and getattr(before[row["id"]], name)
    )


def _see(db: Session, run: Run, seen_at: datetime, now: datetime) -> Counter[str]:
    """Move the dates of what is listed still; a dropped posting that was a listing once is seen too."""
    counts: Counter[str] = Counter()
    dropped = {identifier for identifier, _, _ in run.dropped}
    known = queries.listings.known(db, run.source_id, sorted(run.seen | dropped))
    same, again = [], []
    for name, before in known.items():
        if before.run_id == run.run_id:
            counts["repeated"] += name not in dropped
            continue
        first, last = min(before.first_seen, seen_at), max(before.last_seen, seen_at)
        same.append({"key": before.id, "first": first, "last": last, "run": run.run_id})
        if before.closed_at is None:
            counts["returned"] += before.missed_at is not None
        if name in dropped:
            continue
        over = before.valid_through is not None and before.valid_through < seen_at.date()
        if before.closed_at is not None and not over and name not in run.unread:
            again.append(before.id)
            continue
        counts["unchanged"] += 1
        if over:
            run.gone[name] = OVER
    queries.listings.see(db, same)
    queries.listings.reopen(db, again, now)
    counts.update(changed=len(again), reopened=len(again))
    unread = sorted(run.seen - known.keys())
    ledger = queries.sources.drops_of(db, run.source_id, unread)
    again_dropped = [(drop.identifier, drop.reason, drop.title) for drop in ledger.values()]
    _record_drops(db, run.source_id, again_dropped, seen_at)
    counts["dropped"] += len(again_dropped)
    return counts


def _save_places(db: Session, source_id: int, stated: dict[str, tuple[Place, ...]]) -> None:
    ids = {name: row.id for name, row in queries.listings.known(db, source_id, list(stated)).items()}
    rows = [
        {"listing_id": ids[name], "position": number, "locality": town, "region": area, "country": land}
        for name, where in stated.items()
        for number, town, area, land in place_keys(where)
    ]
    queries.listings.set_places(db, list(ids.values()), rows)


def _record_drops(
    db: Session, source_id: int, dropped: list[tuple[str, str, str]], seen_at: datetime
) -> None:
    known = queries.sources.known_drops(db, source_id, [identifier for identifier, _, _ in dropped])
    new: dict[tuple[str, str], dict[str, Any]] = {}
    again: dict[int, dict[str, Any]] = {}
    for identifier, reason, title in dropped:
        before = known.get((identifier, reason))
        if before is None:
            new[identifier, reason] = {
                "source_id": source_id,
                "identifier": identifier,
                "reason": reason,
                "title": title,
                "first_seen": seen_at,
                "last_seen": seen_at,
                "nights": 1,
            }
        elif before.last_seen < seen_at:
            again[before.id] = {
                "id": before.id,
                "title": title,
                "last_seen": seen_at,
                "nights": before.nights + 1,
            }
    queries.sources.add_drops(db, list(new.values()))
    queries.sources.see_drops(db, list(again.values()))


def _came_back(before: Any) -> dict[str, int]:
    closed, missed = before.closed_at is not None, before.missed_at is not None
    return {"reopened": int(closed), "returned": int(missed and not closed)}
