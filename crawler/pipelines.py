"""What happens to every posting: Validate, Role, Store. They judge and store, and change nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from scrapy.exceptions import DropItem
from sqlalchemy.orm import Session

from crawler.clean import pay
from crawler.items import JobPosting, Place
from db import queries, session
from matcher import roles, text
from matcher.dedupe import places

BATCH = 1000  # postings a transaction


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole posting and what kind of work it is."""

    posting: JobPosting
    role: roles.Role


class ForeignSource(ValueError):
    """An archive names a source that a spider crawls: two writers would close each other's listings."""


class Validate:
    """Drops what is not a whole posting; `today` None holds no date against it (an archive)."""

    def __init__(self, today: date | None) -> None:
        self.today = today

    def process_item(self, item: JobPosting) -> JobPosting:
        """The same posting.

        :raise DropItem: with its first problem, when it has any.
        """
        if problems := item.problems(self.today):
            raise DropItem(problems[0])
        return item


class Role:
    """Says what kind of work it is, and drops the kinds that are not wanted."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted

    def process_item(self, item: JobPosting) -> Judged:
        """The posting with its role.

        :raise DropItem: "other work" or the like, when its tier is not wanted.
        """
        role = roles.classify(item.title, item.description)
        if role.tier not in self.wanted:
            raise DropItem(f"{role.tier} work")
        return Judged(item, role)


@dataclass
class _Run:
    """One source's part: its rows waiting for a transaction, and its counts."""

    source_id: int
    run_id: int
    seen_at: datetime  # of the newest file that names the source, which is read first
    waiting: list[Judged] = field(default_factory=list)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)


class Store:
    """Remembers postings in batches, a crawl run per source; `seen_at` is when the sources said so.

    Every posting that was read ends in exactly one of new, changed, unchanged, repeated, dropped.
    `closing` remembers what was seen, so that `close` can close the rest.

    :raise ForeignSource: when a source of this name belongs to another spider.
    """

    def __init__(
        self,
        engines: session.Engines,
        spider: str,
        seen_at: datetime,
        now: datetime,
        *,
        closing: bool = False,
    ) -> None:
        self.engines, self.spider, self.seen_at, self.now = engines, spider, seen_at, now
        self.closing = closing
        self.runs: dict[str, _Run] = {}
        self.waiting = 0
        self.reasons: Counter[str] = Counter()

    def process_item(self, item: Judged) -> Judged:
        """The same item, which is stored with its batch."""
        run = self._run(item.posting.source)
        run.waiting.append(item)
        self._wait(run, item.posting.identifier)
        return item

    def drop(self, source: str, identifier: str, title: str, reason: str) -> None:
        """Count a posting that is not stored, and keep it in the ledger; it counts as seen."""
        run = self._run(source)
        run.dropped.append((identifier, reason, title[:200]))
        self.reasons[reason] += 1
        self._wait(run, identifier)

    def repeat(self, source: str) -> None:
        """Count a posting that stood in the same file before."""
        self._run(source).counts.update(read=1, repeated=1)

    def flush(self) -> None:
        """Store what waits, in one transaction; what fails is not counted."""
        waiting = [run for run in self.runs.values() if run.waiting or run.dropped]
        with session.writing(self.engines) as db:
            counts = [self._save(db, run) for run in waiting]
            for run in waiting:
                self._record_drops(db, run)
        for run, counted in zip(waiting, counts, strict=True):
            run.counts.update(counted)
            run.counts.update(read=len(run.waiting) + len(run.dropped), dropped=len(run.dropped))
            run.waiting, run.dropped = [], []
        self.waiting = 0

    def close(self, *, gone: bool = False, failed: bool = False) -> Counter[str]:
        """Store what waits and end every run; `gone`: listings that were not seen are closed. The sums."""
        self.flush()
        total: Counter[str] = Counter()
        status = "partial" if failed else "complete"
        with session.writing(self.engines) as db:
            for run in self.runs.values():
                if gone:
                    self._close_unseen(db, run)
                queries.sources.set_as_of(db, run.source_id, run.seen_at.date())
                queries.sources.finish_run(db, run.run_id, self.now, status, run.counts)
                total.update(run.counts)
        return total

    def _run(self, name: str) -> _Run:
        if name not in self.runs:
            with session.writing(self.engines) as db:
                found = queries.sources.find(db, [name]).get(name)
                source = found or queries.sources.add(db, name, self.spider)
                if source.spider != self.spider:
                    raise ForeignSource(
                        f"{name} is read by the spider {source.spider}: give these rows another source"
                    )
                started = queries.sources.start_run(db, source.id, self.now)
                self.runs[name] = _Run(source.id, started, self.seen_at)
        return self.runs[name]

    def _wait(self, run: _Run, identifier: str) -> None:
        if self.closing:
            run.seen.add(identifier)
        self.waiting += 1
        if self.waiting >= BATCH:
            self.flush()

    def _save(self, db: Session, run: _Run) -> Counter[str]:
        known = queries.listings.known(db, run.source_id, [item.posting.identifier for item in run.waiting])
        new, changed, same, stated = [], [], [], {}
        for item in run.waiting:
            row, before = columns(item), known.get(item.posting.identifier)
            stated[item.posting.identifier] = item.posting.job_location
            if before is None:
                seen = {"first_seen": self.seen_at, "last_seen": self.seen_at, "closed_at": None}
                new.append({**row, **seen, "source_id": run.source_id, "updated_at": self.now})
                continue
            first, last = min(before.first_seen, self.seen_at), max(before.last_seen, self.seen_at)
            if before.digest == row["digest"] and before.closed_at is None:
                if (first, last) != (before.first_seen, before.last_seen):
                    same.append({"key": before.id, "first": first, "last": last})
                del stated[item.posting.identifier]
            else:
                seen = {"first_seen": first, "last_seen": last, "closed_at": None}
                changed.append({**row, **seen, "id": before.id, "updated_at": self.now})
        queries.listings.add(db, new)
        queries.listings.change(db, changed)
        queries.listings.see(db, same)
        self._save_places(db, run.source_id, stated)
        unchanged = len(run.waiting) - len(new) - len(changed)
        return Counter(new=len(new), changed=len(changed), unchanged=unchanged)

    def _save_places(self, db: Session, source_id: int, stated: dict[str, tuple[Place, ...]]) -> None:
        ids = {name: row.id for name, row in queries.listings.known(db, source_id, list(stated)).items()}
        rows = [
            {
                "listing_id": ids[name],
                "position": number,
                "locality": town,
                "region": region,
                "country": country,
            }
            for name, where in stated.items()
            for number, (town, region, country) in enumerate(places.keys(parts(where)))
        ]
        queries.listings.set_places(db, list(ids.values()), rows)

    def _record_drops(self, db: Session, run: _Run) -> None:
        known = queries.sources.known_drops(
            db, run.source_id, [identifier for identifier, _, _ in run.dropped]
        )
        new: dict[tuple[str, str], dict[str, Any]] = {}
        again: dict[int, dict[str, Any]] = {}
        for identifier, reason, title in run.dropped:
            before = known.get((identifier, reason))
            if before is None:
                new[identifier, reason] = {
                    "source_id": run.source_id,
                    "identifier": identifier,
                    "reason": reason,
                    "title": title,
                    "first_seen": self.seen_at,
                    "last_seen": self.seen_at,
                    "nights": 1,
                }
            elif before.last_seen < self.seen_at:
                row = {"title": title, "last_seen": self.seen_at, "nights": before.nights + 1}
                again[before.id] = {"id": before.id, **row}
        queries.sources.add_drops(db, list(new.values()))
        queries.sources.see_drops(db, list(again.values()))

    def _close_unseen(self, db: Session, run: _Run) -> None:
        before = queries.listings.open_identifiers(db, run.source_id)
        gone = [key for identifier, key in before.items() if identifier not in run.seen]
        queries.listings.close(db, gone, run.seen_at, self.now)
        run.counts["closed"] = len(gone)


def columns(item: Judged) -> dict[str, Any]:
    """A listing's columns as a posting and its role say them, with the digest that tells a change."""
    posting = item.posting
    salary = posting.base_salary
    row: dict[str, Any] = {
        "identifier": posting.identifier,
        "url": posting.url,
        "title": posting.title,
        "hiring_organization": posting.hiring_organization,
        "description": posting.description,
        "job_location": [_stated(asdict(stated)) for stated in posting.job_location],
        "job_location_type": posting.job_location_type,
        "date_posted": posting.date_posted,
        "valid_through": posting.valid_through,
        "base_salary": _stated(asdict(salary)) if salary else None,
        "employment_type": list(posting.employment_type),
        "requisition": posting.requisition,
        "role": item.role.tier,
        "level": item.role.level,
        "family": item.role.family,
        "contacts": list(text.contacts(posting.description)),
        "pay_per_year": pay.per_year(salary) if salary else None,
        "pay_currency": salary.currency if salary else None,
    }
    canonical = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)
    return {**row, "digest": hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()}


def parts(stated: tuple[Place, ...]) -> places.Stated:
    """Places as the matcher reads them: (locality, region, country, postal code) of each."""
    return tuple(
        (place.address_locality, place.address_region, place.address_country, place.postal_code)
        for place in stated
    )


def _stated(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) else str(value)
        for name, value in fields.items()
        if value is not None
    }
