"""One night: crawl in processes of their own, close removed sources, group, index; and the sums checked."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler import children, runs
from crawler.sources import Source, classes
from db import lease, queries, scrubbing, session
from matcher import grouping, search

log = logging.getLogger(__name__)
SUMS = (*runs.COUNTS, "open_before", "open_after")
PATIENCE = 60.0  # seconds to wait for another writer
REMOVED = "removed from sources.toml"
RESTING = "at rest"  # in place of a run's status
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Night:
    """What holds for all of a night."""

    now: datetime
    wanted: tuple[str, ...]
    allow_private: tuple[str, ...] = ()
    contact: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)  # of platforms, by their spiders
    jobs: int = 1  # processes side by side
    shelf: Path | None = None  # the folder in which grouping keeps what it read
    log_level: str = "INFO"
    log_format: str = "words"
    replay: Path | None = None  # a folder of pages that answer in place of their servers
    settings: Mapping[str, Any] = field(default_factory=dict)  # Scrapy's, where a night differs
    began: float = field(default_factory=time.monotonic)  # when it was `now`

    def moment(self) -> datetime:
        """Now, by the clock that `now` was read from."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)


@dataclass(frozen=True)
class Outcome:
    """How one source did: its crawl run."""

    source: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    stored: bool = True  # False: the database took no more
    look: Mapping[str, Any] = field(default_factory=dict)  # of `check`: what crawler.peek saw


@dataclass(frozen=True)
class Report:
    """What a night gave; `wrong` are sums that do not add up."""

    outcomes: list[Outcome]
    removed: list[Outcome]
    wrong: list[str]
    grouped: grouping.Outcome | None = None
    indexed: int | None = None

    @property
    def failed(self) -> bool:
        """Whether a night is none: every source failed."""
        useless = [one.status in ("failed", "blocked") for one in self.outcomes if one.status != RESTING]
        return bool(useless) and all(useless)

    @property
    def unstored(self) -> list[Outcome]:
        """The sources whose postings the database did not take."""
        return [one for one in self.outcomes if not one.stored]


def refresh(
    engines: session.Engines,
    url: str,
    sources: Sequence[Source],
    night: Night,
    directory: Path,
    held: lease.Held,
    progress: Progress,
) -> Report:
    """A whole night, under a lease that is held; `sources` are all that the file names.

    Those that rest (`enabled = false`) are left alone. What it names no more is closed.

    :raise matcher.index.IndexProblem: when the index in `directory` cannot be written.
    """
    report = crawl(engines, url, [one for one in sources if one.enabled], night, held, progress)
    removed = close_removed(engines, {one.name for one in sources}, night.moment())
    forget_unused(engines, night.moment())
    grouped = grouping.regroup(engines, night.now, progress, folder=night.shelf, processes=night.jobs)
    log.info("grouped %s", " ".join(f"{name}={value}" for name, value in asdict(grouped).items()))
    with session.reading(engines) as db:
        total = queries.jobs.count_open(db)
    built = search.reindex(engines, directory, progress=lambda done: progress("indexing", done, total))
    log.info("indexed jobs=%d generation=%d", built.size, built.generation)
    return Report(report.outcomes, removed, report.wrong, grouped, built.size)


def crawl(
    engines: session.Engines,
    url: str,
    sources: Sequence[Source],
    night: Night,
    held: lease.Held,
    progress: Progress,
) -> Report:
    """Crawl these sources, each in one crawl run, and check that the numbers add up."""
    with session.reading(engines) as db:
        first = queries.sources.newest_run(db) + 1
        known = queries.sources.find(db, [one.name for one in sources])
    foreign = {
        one.name: Outcome(one.name, "failed", f"'{one.name}' was imported: import it under another --source")
        for one in sources
        if one.name in known and known[one.name].spider != one.spider
    }
    resting = dict(too_early(engines, sources, night.moment()))
    outcomes: dict[str, Outcome] = {}
    for one, until in at_rest(sources, known, night.moment()):
        reason = f"its host asked to be left alone until {until:%Y-%m-%d %H:%M} UTC"
        outcomes[one.name] = unasked(engines, one, first, night.moment(), reason, "blocked")
    left_alone = {*outcomes, *foreign, *resting}
    asked = [one for one in sources if one.name not in left_alone]
    try:
        outcomes |= ask(engines, url, asked, first, night, held, progress)
    except BaseException:
        stop(engines, first, night.moment())
        raise
    wrong = check_sums(engines, first, outcomes, night.moment())
    for sentence in wrong:
        log.error("sums are wrong %s", sentence)
    outcomes |= resting | foreign
    return Report([outcomes[one.name] for one in sources], [], wrong)


def too_early(
    engines: session.Engines, sources: Sequence[Source], now: datetime
) -> Iterator[tuple[str, Outcome]]:
    """Sources that their terms let us ask so seldom that it is too early: they have no run tonight."""
    rests = {name: spider.rest for name, spider in classes().items() if spider.rest}
    seldom = [one for one in sources if one.spider in rests]
    if not seldom:
        return
    with session.reading(engines) as db:
        last = queries.sources.last_runs(db)
    for one in seldom:
        until = last[one.name].started_at + rests[one.spider] if one.name in last else now
        if until > now:
            reason = f"its terms ask for a rest between two runs: until {until:%Y-%m-%d %H:%M} UTC"
            log.info("not asked source=%s reason=%s", one.name, reason)
            yield one.name, Outcome(one.name, RESTING, reason)


def at_rest(
    sources: Sequence[Source], known: Mapping[str, Any], now: datetime
) -> Iterator[tuple[Source, datetime]]:
    """Sources whose host asked for a break, for all that is crawled of it, and until when."""
    rests: dict[str, datetime] = {}
    for one in sources:
        found = known.get(one.name)
        if found is not None and found.resume_at is not None and found.resume_at > now:
            rests[one.machine] = max(found.resume_at, rests.get(one.machine, found.resume_at))
    yield from ((one, rests[one.machine]) for one in sources if one.machine in rests)


def ask(
    engines: session.Engines,
    url: str,
    sources: Sequence[Source],
    first: int,
    night: Night,
    held: lease.Held,
    progress: Progress,
) -> dict[str, Outcome]:
    """Crawl in processes; a source whose process dies is tried once more, in one of its own."""
    outcomes: dict[str, Outcome] = {}
    unstored: dict[str, str] = {}

    def take(event: dict[str, Any]) -> None:
        if held.lost.is_set():
            raise lease.Busy("the lease was taken over by another run: this one stops")
        name = event["source"]
        match event["state"]:
            case "ended":
                outcomes[name] = outcome(event)
                progress(name, -1, 0)
                if "open_after" not in event:
                    unstored[name] = event["reason"]
                progress("crawling", len(outcomes), len(sources))
            case "started" | "progress":
                progress(name, event.get("listed", 0), 0)

    by_name, told = {one.name: one for one in sources}, job(night, url, held.holder)
    died = children.run([[part] for part in lanes(sources, night.jobs)], told, take)
    if died:
        log.warning("crawls broke off, each is tried alone sources=%s", " ".join(sorted(died)))
        again = lanes([by_name[name] for name in died], night.jobs)
        died = children.run([[[one] for one in lane] for lane in again], told, take)
    for name, reason in {**unstored, **died}.items():
        stored = name not in outcomes or outcomes[name].stored
        ended = unasked(engines, by_name[name], first, night.moment(), reason)
        outcomes[name] = replace(ended, stored=stored)
    return outcomes


def outcome(event: Mapping[str, Any]) -> Outcome:
    """A crawl's last event as its outcome."""
    counts = {name: event.get(name, 0) for name in SUMS}
    stored = event.get("stored", True)
    return Outcome(event["source"], event["status"], event["reason"], event["seconds"], counts, stored)


def lanes(sources: Iterable[Source], jobs: int) -> list[list[Source]]:
    """Sources dealt out to at most so many processes; those of one machine stay together."""
    machines = defaultdict(list)
    for one in sources:
        machines[one.machine].append(one)
    dealt: list[list[Source]] = [[] for _ in range(max(1, min(jobs, len(machines))))]
    for _, those in sorted(machines.items(), key=lambda item: (-len(item[1]), item[0])):
        min(dealt, key=len).extend(those)
    return [lane for lane in dealt if lane]


def job(night: Night, url: str | None, holder: str) -> dict[str, Any]:
    """What a crawling process is told, its sources aside; without a database it looks at first pages only."""
    return {
        "now": night.now.isoformat(),
        "began": night.began,
        "database_url": url,
        "holder": holder,
        "wanted": list(night.wanted),
        "allow_private": list(night.allow_private),
        "contact": night.contact,
        "keys": dict(night.keys),
        "replay": str(night.replay) if night.replay else None,
        "log_level": night.log_level,
        "log_format": night.log_format,
        "settings": dict(night.settings),
        "first_page": url is None,
    }


def unasked(
    engines: session.Engines, one: Source, first: int, now: datetime, reason: str, status: str = "failed"
) -> Outcome:
    """Write tonight's run of a source that could not write it itself; it changed nothing that is known."""
    with session.writing(engines, patience=PATIENCE) as db:
        found = queries.sources.find(db, [one.name]).get(one.name)
        found = found or queries.sources.add(db, one.name, one.spider)
        begun = [row.id for row in queries.sources.runs_since(db, first) if row.source_id == found.id]
        run_id = begun[-1] if begun else queries.sources.start_run(db, found.id, now)
        still = queries.listings.count_open(db, found.id)
        counts = {**dict.fromkeys(SUMS, 0), "open_before": still, "open_after": still}
        queries.sources.finish_run(db, run_id, now, status, counts, reason)
    log.warning("crawled source=%s status=%s reason=%s", one.name, status, reason)
    return Outcome(one.name, status, reason, counts=counts)


def stop(engines: session.Engines, first: int, now: datetime) -> None:
    """End the runs of a night that was stopped; where that fails, the next night does it."""
    try:
        with session.writing(engines) as db:
            for row in queries.sources.runs_since(db, first):
                if row.status == "running":
                    queries.sources.fail_run(db, row.name, now, "the refresh was stopped")
    except (session.Unusable, lease.Busy) as error:
        log.warning("runs left as they are reason=%s", error)


def close_removed(engines: session.Engines, named: set[str], now: datetime) -> list[Outcome]:
    """Close the listings of sources that the file names no more, in a run of their own."""
    closed = []
    with session.writing(engines, patience=PATIENCE) as db:
        for name, one in queries.sources.crawled(db).items():
            ids = [] if name in named else queries.listings.open_ids(db, one.id)
            if ids:
                queries.listings.close(db, ids, now, now)
                counts = {"closed": len(ids), "open_before": len(ids), "open_after": 0}
                run_id = queries.sources.start_run(db, one.id, now)
                queries.sources.finish_run(db, run_id, now, "complete", counts, REMOVED)
                closed.append(Outcome(name, "complete", REMOVED, counts=counts))
    for done in closed:
        log.info("closed source=%s closed=%d reason=%s", done.source, done.counts["closed"], done.reason)
    return closed


def forget_unused(engines: session.Engines, now: datetime) -> None:
    """Delete what people keep here and have not opened for long, and empty the log that still holds it."""
    with session.writing(engines, patience=PATIENCE) as db:
        lists = queries.saved.forget(db, now)
        follows = sum(queries.follow.forget(db, now).values())
    try:
        emptied = scrubbing.empty_log(engines)
    except session.Unusable as error:
        log.warning("log of the database not emptied reason=%s", error)
    else:
        log.info("forgotten lists=%d follows=%d emptied=%s", lists, follows, emptied)


def check_sums(
    engines: session.Engines, first: int, outcomes: Mapping[str, Outcome], now: datetime
) -> list[str]:
    """What does not add up in tonight's runs, in sentences; a run that never ended fails now."""
    with session.writing(engines, patience=PATIENCE) as db:
        rows = queries.sources.runs_since(db, first)
        last = {row.name: row for row in rows}
        wrong = [f"{name} was asked and has no run" for name in outcomes if name not in last]
        for row in rows:
            if row.status == "running":
                queries.sources.fail_run(db, row.name, now, "its run never ended")
                wrong.append(f"{row.name}: its run never ended")
        for name, row in last.items():
            told = outcomes.get(name)
            if told is None:
                wrong.append(f"{name} has a run and was not asked")
            elif differs := [key for key in SUMS if told.counts.get(key, 0) != getattr(row, key)]:
                wrong.append(f"{name}: its process counted other numbers than its run holds: {differs}")
        now_open = sum(queries.listings.count_open(db, row.source_id) for row in last.values())
        total = {key: sum(getattr(row, key) for row in last.values()) for key in SUMS}
    if total["open_before"] + total["new"] + total["reopened"] - total["closed"] != now_open:
        wrong.append(f"{total} lead to another number than the {now_open} listings that are open")
    return wrong


def check(
    sources: Sequence[Source], night: Night, *, shown: int = 0, recognise: bool = False
) -> dict[str, Outcome]:
    """Look at the first page of each source and store nothing: its status there, in words, and `look`.

    `shown` is how many postings' own pages may be asked for besides; with `recognise`, the page is searched
    for sources that it embeds.
    """
    found: dict[str, Outcome] = {}

    def take(event: dict[str, Any]) -> None:
        if event["state"] == "ended":
            found[event["source"]] = replace(outcome(event), look=event.get("look", {}))

    own = {"ROLECALL_SHOWN": shown, "ROLECALL_RECOGNISE": recognise}
    told = job(replace(night, settings={**night.settings, **own}), None, "")
    died = children.run([[list(sources)]], told, take)
    return found | {name: Outcome(name, "failed", reason) for name, reason in died.items()}
