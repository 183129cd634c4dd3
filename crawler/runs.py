"""Crawl runs as they are written: what was read waits for a transaction, and ends in exactly one count."""

from __future__ import annotations

import atexit
import contextlib
import functools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crawler import closing
from crawler.columns import columns, place_keys
from crawler.items import JobPosting, Place
from db import lease, queries, session
from matcher import roles

FORGOTTEN = timedelta(days=60)  # what was not read for so long is read anew, should it still be there
BATCH = 1000  # postings a transaction
COUNTS = (
    *("listed", "read", "new", "changed", "unchanged", "repeated", "dropped"),
    *("reopened", "missed", "returned", "closed", "held"),
)
OVER = "valid_through past"  # a drop with this reason closes a known listing: its own page says so


@dataclass(frozen=True, slots=True)
class Judged:
    """A whole posting and what kind of work it is."""

    posting: JobPosting
    role: roles.Role


@functools.cache
def opened(url: str, holder: str) -> session.Engines:
    """The engines of a crawl process, whose every commit renews the lease of its holder ("": of nobody)."""
    ending = contextlib.ExitStack()
    atexit.register(ending.close)
    engines = session.open_engines(url)
    ending.callback(engines.close)
    if holder:
        ending.enter_context(lease.joined(engines, holder))
    return engines


class ForeignSource(ValueError):
    """A source belongs to another spider, or to an archive: two writers would close each other's listings."""


class WrongSums(Exception):
    """A run's numbers do not add up, so nothing of its end was written; the sentence has the numbers."""


@dataclass
class Run:
    """One source's part: what waits for a transaction, what was said to be gone, and its counts."""

    name: str
    source_id: int
    run_id: int
    seen_at: datetime  # of the newest file that names the source, which is read first
    open_before: int
    missed_before: int  # of these, how many the last complete run missed
    waiting: dict[str, Judged] = field(default_factory=dict)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)  # of the seen, whose page could not be read
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def size(self) -> int:
        """How much waits."""
        return len(self.waiting) + len(self.dropped) + len(self.seen) + len(self.pages)

    def written(self) -> None:
        """Nothing waits any more."""
        self.waiting, self.dropped, self.seen, self.pages, self.repeated = {}, [], set(), {}, 0


class Runs:
    """The runs of some sources, written in batches; `seen_at` is when the sources said what is read.

    Every posting that was read ends in exactly one of new, changed, unchanged, repeated, dropped.

    :raise ForeignSource: when a source of this name belongs to another spider.
    """

    def __init__(
        self,
        engines: session.Engines,
        spider: str,
        seen_at: datetime,
        now: datetime,
        *,
        batch: int = BATCH,
        patience: float | None = None,
        began: float | None = None,
    ) -> None:
        self.engines, self.spider, self.seen_at, self.now = engines, spider, seen_at, now
        self.began = time.monotonic() if began is None else began  # when it was `now`
        self.batch, self.patience = batch, patience
        self.runs: dict[str, Run] = {}
        self.waiting = 0
        self.reasons: Counter[str] = Counter()

    def post(self, item: Judged) -> None:
        """Store a posting with its batch."""
        run = self.of(item.posting.source)
        if item.posting.identifier in run.waiting:
            run.repeated += 1
            return
        run.waiting[item.posting.identifier] = item
        self._wait()

    def drop(self, source: str, identifier: str, title: str, reason: str) -> None:
        """Count a posting that is not stored, and keep it in the ledger; it counts as seen."""
        run = self.of(source)
        run.dropped.append((identifier, reason, title[:200]))
        if reason == OVER:
            run.gone[identifier] = reason
        self.reasons[reason] += 1
        self._wait()

    def see(self, source: str, identifier: str, *, failed: bool = False) -> None:
        """A posting is still listed, and was not read anew; where that `failed`, nothing is reopened."""
        run = self.of(source)
        if failed:
            run.unread.add(identifier)
        if identifier in run.seen:
            run.repeated += 1
            return
        run.seen.add(identifier)
        self._wait()

    def over(self, source: str, identifier: str, reason: str) -> None:
        """A posting's own page says that it is over."""
        self.of(source).gone[identifier] = reason

    def repeat(self, source: str) -> None:
        """Count a copy of a posting that was read already."""
        self.of(source).repeated += 1

    def remember(self, source: str, url: str, row: dict[str, Any]) -> None:
        """Keep what an address gave."""
        self.of(source).pages[url] = {**row, "url": url, "fetched_at": self.now}
        self._wait()

    def of(self, name: str) -> Run:
        """The run of a source, which begins when it is first asked for."""
        if name not in self.runs:
            with session.writing(self.engines, patience=self.patience) as db:
                found = queries.sources.find(db, [name]).get(name)
                source = found or queries.sources.add(db, name, self.spider)
                if source.spider != self.spider:
                    raise ForeignSource(
                        f"{name} is read by the spider {source.spider}: give these rows another source"
                    )
                started = queries.sources.start_run(db, source.id, self.moment())
                before = queries.listings.count_open(db, source.id)
                missed = queries.listings.count_waiting(db, source.id)
            self.runs[name] = Run(name, source.id, started, self.seen_at, before, missed)
        return self.runs[name]

    def moment(self) -> datetime:
        """Now, by the clock that `now` was read from."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def flush(self) -> None:
        """Store what waits, in one transaction; what fails is not counted."""
        waiting = [run for run in self.runs.values() if run.size() or run.repeated]
        with session.writing(self.engines, patience=self.patience) as db:
            counted = [self._write(db, run) for run in waiting]
        for run, counts in zip(waiting, counted, strict=True):
            run.counts.update(counts)
            run.written()
        self.waiting = 0

    def close(self, *, gone: bool = False, failed: bool = False) -> Counter[str]:
        """Store what waits and end every run; `gone`: listings that were not seen are closed. The sums."""
        self.flush()
        total: Counter[str] = Counter()
        status = "partial" if failed else "complete"
        with session.writing(self.engines) as db:
            for run in self.runs.values():
                if gone:
                    ids = [row.id for row in queries.listings.missing(db, run.source_id, run.run_id)]
                    queries.listings.close(db, ids, run.seen_at, self.now)
                    run.counts["closed"] = len(ids)
                queries.sources.set_as_of(db, run.source_id, run.seen_at.date())
                queries.sources.finish_run(db, run.run_id, self.moment(), status, self._sums(db, run))
                total.update(run.counts)
        return total

    def finish(
        self,
        source: str,
        listed: int,
        judge: Callable[[closing.Memory], closing.Judgement],
        resume_at: datetime | None = None,
    ) -> tuple[closing.Judgement, dict[str, int]]:
        """Store what waits and end a source's run as it is judged; its judgement and its counts.

        `resume_at` is until when the source asked to be left alone.

        :raise WrongSums: when the numbers do not add up: then nothing closes.
        """
        self.flush()
        run = self.of(source)
        run.counts["listed"] = listed
        with session.writing(self.engines, patience=self.patience) as db:
            known = queries.listings.known(db, run.source_id, list(run.gone))
            gone = [row.id for row in known.values() if row.closed_at is None]
            missing = [
                row
                for row in queries.listings.missing(db, run.source_id, run.run_id)
                if row.identifier not in run.gone
            ]
            judgement = judge(self._memory(db, run, len(missing), len(gone)))
            closed = gone if judgement.closes_gone else []
            if judgement.misses:
                queries.listings.miss(db, [row.id for row in missing if row.missed_at is None], self.now)
                over = self.now - judgement.after
                closed += [row.id for row in missing if row.missed_at and row.missed_at <= over]
                run.counts["missed"] = len(missing)
            queries.listings.close(db, closed, self.now, self.now)
            queries.sources.set_resume(db, run.source_id, resume_at)
            if judgement.status == "complete":
                queries.pages.forget(db, run.source_id, self.now - FORGOTTEN)
            run.counts.update(closed=len(closed), held=judgement.held)
            sums = {**self._sums(db, run), "flapping": judgement.flapping}
            queries.sources.finish_run(
                db, run.run_id, self.moment(), judgement.status, sums, judgement.reason[:1000]
            )
        return judgement, sums

    def _wait(self) -> None:
        self.waiting += 1
        if self.waiting >= self.batch:
            self.flush()

    def _memory(self, db: Session, run: Run, missing: int, gone: int) -> closing.Memory:
        last = queries.sources.last_complete(db, run.source_id, closing.CALM)
        return closing.Memory(
            source=run.name,
            open_before=run.open_before,
            ever=queries.listings.ever(db, run.source_id),
            missing=missing,
            gone=gone,
            waiting=run.missed_before,
            returned=run.counts["returned"],
            last=tuple((row.returned, row.flapping) for row in last),
        )

    def _sums(self, db: Session, run: Run) -> dict[str, int]:
        counts, after = run.counts, queries.listings.count_open(db, run.source_id)
        expected = run.open_before + counts["new"] + counts["reopened"] - counts["closed"]
        if after != expected:
            raise WrongSums(
                f"{run.name}: {run.open_before} open listings + {counts['new']} new + {counts['reopened']} "
                f"reopened - {counts['closed']} closed are {expected}, yet {after} are open"
            )
        said = {name: counts[name] for name in COUNTS}
        return {**said, "open_before": run.open_before, "open_after": after}

    def _write(self, db: Session, run: Run) -> Counter[str]:
        counts = self._save(db, run)
        counts.update(self._see(db, run))
        self._record_drops(db, run.source_id, run.dropped)
        counts.update(dropped=len(run.dropped), repeated=run.repeated)
        queries.pages.save(db, run.source_id, list(run.pages.values()))
        counts["read"] = sum(counts[name] for name in ("new", "changed", "unchanged", "repeated", "dropped"))
        return counts

    def _save(self, db: Session, run: Run) -> Counter[str]:
        known = queries.listings.known(db, run.source_id, list(run.waiting))
        counts: Counter[str] = Counter()
        new, changed, same, stated = [], [], [], {}
        for name, item in run.waiting.items():
            before = known.get(name)
            if before is not None and before.run_id == run.run_id:
                counts["repeated"] += 1
                continue
            row = {
                **columns(item.posting, item.role),
                "run_id": run.run_id,
                "missed_at": None,
                "closed_at": None,
            }
            if before is None:
                seen = {"first_seen": self.seen_at, "last_seen": self.seen_at}
                new.append({**row, **seen, "source_id": run.source_id, "updated_at": self.now})
                stated[name] = item.posting.job_location
                continue
            counts.update(_came_back(before))
            first, last = min(before.first_seen, self.seen_at), max(before.last_seen, self.seen_at)
            if before.digest == row["digest"] and before.closed_at is None:
                same.append({"key": before.id, "first": first, "last": last, "run": run.run_id})
                continue
            seen = {"first_seen": first, "last_seen": last}
            changed.append({**row, **seen, "id": before.id, "updated_at": self.now})
            stated[name] = item.posting.job_location
        queries.listings.add(db, new)
        queries.listings.change(db, changed)
        queries.listings.see(db, same)
        self._save_places(db, run.source_id, stated)
        counts.update(new=len(new), changed=len(changed), unchanged=len(same))
        return counts

    def _see(self, db: Session, run: Run) -> Counter[str]:
        """Move the dates of what is listed still; a dropped posting that was a listing once is seen too."""
        counts: Counter[str] = Counter()
        dropped = {identifier for identifier, _, _ in run.dropped}
        known = queries.listings.known(db, run.source_id, sorted(run.seen | dropped))
        same, again = [], []
        for name, before in known.items():
            if before.run_id == run.run_id:
                counts["repeated"] += name not in dropped
                continue
            first, last = min(before.first_seen, self.seen_at), max(before.last_seen, self.seen_at)
            same.append({"key": before.id, "first": first, "last": last, "run": run.run_id})
            if before.closed_at is None:
                counts["returned"] += before.missed_at is not None
            if name in dropped:
                continue
            over = before.valid_through is not None and before.valid_through < self.seen_at.date()
            if before.closed_at is not None and not over and name not in run.unread:
                again.append(before.id)
                continue
            counts["unchanged"] += 1
            if over:
                run.gone[name] = OVER
        queries.listings.see(db, same)
        queries.listings.reopen(db, again, self.now)
        counts.update(changed=len(again), reopened=len(again))
        unread = sorted(run.seen - known.keys())
        ledger = queries.sources.drops_of(db, run.source_id, unread)
        again_dropped = [(drop.identifier, drop.reason, drop.title) for drop in ledger.values()]
        self._record_drops(db, run.source_id, again_dropped)
        counts["dropped"] += len(again_dropped)
        return counts

    def _save_places(self, db: Session, source_id: int, stated: dict[str, tuple[Place, ...]]) -> None:
        ids = {name: row.id for name, row in queries.listings.known(db, source_id, list(stated)).items()}
        rows = [
            {"listing_id": ids[name], "position": number, "locality": town, "region": area, "country": land}
            for name, where in stated.items()
            for number, town, area, land in place_keys(where)
        ]
        queries.listings.set_places(db, list(ids.values()), rows)

    def _record_drops(self, db: Session, source_id: int, dropped: list[tuple[str, str, str]]) -> None:
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
                    "first_seen": self.seen_at,
                    "last_seen": self.seen_at,
                    "nights": 1,
                }
            elif before.last_seen < self.seen_at:
                row = {"title": title, "last_seen": self.seen_at, "nights": before.nights + 1}
                again[before.id] = {"id": before.id, **row}
        queries.sources.add_drops(db, list(new.values()))
        queries.sources.see_drops(db, list(again.values()))


def _came_back(before: Any) -> dict[str, int]:
    closed, missed = before.closed_at is not None, before.missed_at is not None
    return {"reopened": int(closed), "returned": int(missed and not closed)}
