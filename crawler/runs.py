"""Crawl runs as they are written: what was read waits for a transaction, and ends in exactly one count."""

from __future__ import annotations

import atexit
import contextlib
import functools
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from crawler import absent, closing, storing
from crawler.storing import Judged, Run
from crawler.sweep import Sweep
from db import lease, queries, session

FORGOTTEN = timedelta(days=60)  # what was not read for so long is read anew, should it still be there
BATCH = 1000  # postings a transaction
LOST = 3  # postings that said something: when none does any more, the source has changed
COUNTS = (
    *("listed", "read", "new", "changed", "unchanged", "repeated", "dropped"),
    *("reopened", "missed", "returned", "closed", "held"),
)


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
        if reason == storing.OVER:
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

    def repeat(self, source: str, *, beside: bool = False) -> None:
        """Count a copy of a posting that was read already; `beside` where both stand in one answer."""
        run = self.of(source)
        run.repeated += 1
        run.beside += beside

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
                said = source.sweep, source.attribution
            self.runs[name] = Run(name, source.id, started, self.seen_at, before, missed, *said)
        return self.runs[name]

    def sweep(self, source: str, sweep: Sweep) -> None:
        """The list is read from where it was left; a night that dies without a word has not moved it."""
        run = self.of(source)
        run.sweep = sweep
        if sweep.begun.nights:
            with session.writing(self.engines, patience=self.patience) as db:
                queries.sources.set_sweep(db, run.source_id, self._row(run))

    def moment(self) -> datetime:
        """Now, by the clock that `now` was read from."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def flush(self) -> None:
        """Store what waits, in one transaction; what fails is not counted."""
        waiting = [run for run in self.runs.values() if run.size() or run.repeated]
        with session.writing(self.engines, patience=self.patience) as db:
            counted = [storing.write(db, run, self.seen_at, self.now) for run in waiting]
            for run in waiting:
                if run.sweep and run.sweep.todo and not run.sweep.details:  # else these would be missed
                    run.left = self._row(run)  # so that the end of this run takes it away again
                    queries.sources.set_sweep(db, run.source_id, run.left)
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
        *,
        newest: bool = False,
    ) -> tuple[closing.Judgement, dict[str, int]]:
        """Store what waits and end a source's run as it is judged; its judgement and its counts.

        `resume_at` is until when the source asked to be left alone. `newest`: it lists its newest postings
        only, so that an older one is not missed.

        :raise WrongSums: when the numbers do not add up: then nothing closes.
        """
        self.flush()
        run = self.of(source)
        run.counts["listed"] = listed
        with session.writing(self.engines, patience=self.patience) as db:
            unseen = absent.find(db, run, newest=newest)
            judgement = judge(self._memory(db, run, unseen))
            closed = absent.close(db, run, unseen, judgement, self.now)
            run.counts.update(closed=closed, held=judgement.held)
            queries.sources.set_resume(db, run.source_id, resume_at)
            return judgement, self._end(db, run, judgement)

    def _end(self, db: Session, run: Run, judgement: closing.Judgement) -> dict[str, int]:
        """Write what is left of a run that was judged; its counts."""
        if judgement.status == "complete":
            queries.pages.forget(db, run.source_id, self.now - FORGOTTEN)
        self._leave(db, run, goes_on=judgement.goes_on)
        sums = {**self._sums(db, run), "flapping": judgement.flapping}
        reason = judgement.reason[:1000]
        queries.sources.finish_run(db, run.run_id, self.moment(), judgement.status, sums, reason)
        return sums

    def _wait(self) -> None:
        self.waiting += 1
        if self.waiting >= self.batch:
            self.flush()

    def _row(self, run: Run) -> dict[str, Any] | None:
        assert run.sweep is not None  # noqa: S101 - or nobody asks
        return run.sweep.row(self.moment(), shifted=run.shifted, returned=run.counts["returned"])

    def _leave(self, db: Session, run: Run, *, goes_on: bool) -> None:
        """Keep how far the list was read; at its end all that was seen was seen by this run."""
        row = self._row(run) if run.sweep and goes_on else None
        if row or run.left:
            queries.sources.set_sweep(db, run.source_id, row)
        if run.sweep and not run.sweep.todo and run.sweep.begun.nights:
            queries.listings.seen_by(db, run.source_id, run.sweep.begun.run, run.run_id)
            run.counts["returned"] += run.sweep.begun.returned

    def _memory(self, db: Session, run: Run, unseen: absent.Absent) -> closing.Memory:
        last = queries.sources.last_complete(db, run.source_id, closing.CALM)
        begun = run.sweep.begun if run.sweep else None
        counts = run.counts
        said = {name: counts[f"says {name}"] for name in storing.OPTIONAL}
        lost = {name: counts[f"lost {name}"] for name in storing.OPTIONAL}
        return closing.Memory(
            source=run.name,
            open_before=begun.open_before if begun else run.open_before,
            ever=queries.listings.ever(db, run.source_id),
            missing=len(unseen.missing),
            gone=len(unseen.gone),
            waiting=begun.waiting if begun else run.missed_before,
            returned=counts["returned"] + (begun.returned if begun else 0),
            last=tuple((row.returned, row.flapping) for row in last),
            lost={name: number for name, number in lost.items() if number >= LOST and not said[name]},
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
