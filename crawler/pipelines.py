"""What happens to every posting: Validate, Role, Store. They judge and store, and change nothing."""

from __future__ import annotations

import asyncio
import logging
from datetime import date, datetime, timedelta
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from twisted.python.failure import Failure

from crawler import closing, records, runs, source, sweep
from crawler.hearing import Hearing
from crawler.items import JobPosting
from crawler.known import Known
from crawler.storing import Judged
from db import lease, queries, session
from matcher import roles

log = logging.getLogger(__name__)
BATCH = 200  # a source's postings a transaction; many sources wait side by side
PATIENCE = 60.0  # seconds that a crawl waits for another writer


class Validate:
    """Drops what is not a whole posting; `today` None holds no date against it (an archive)."""

    def __init__(self, today: date | None) -> None:
        self.today = today

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Validate:
        """With the spider's today."""
        return cls(getattr(crawler.spider, "today", None))

    def process_item(self, item: Any) -> Any:
        """The same item.

        :raise DropItem: with the posting's first problem, when it has any.
        """
        if isinstance(item, JobPosting) and (problems := item.problems(self.today)):
            raise DropItem(problems[0])
        return item


class Role:
    """Says what kind of work a posting is, and drops the kinds that are not wanted."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Role:
        """With the kinds that the settings want."""
        return cls(frozenset(crawler.settings.getlist("ROLECALL_WANTED")))

    def process_item(self, item: Any) -> Any:
        """A posting with its role; anything else as it is.

        :raise DropItem: "other work" or the like, when its tier is not wanted.
        """
        if not isinstance(item, JobPosting):
            return item
        role = roles.classify(item.title, item.description)
        if role.tier not in self.wanted:
            raise DropItem(f"{role.tier} work")
        return Judged(item, role)


class Store:
    """Remembers what a spider says, and judges its run when it closes. Without a database it is not there."""

    def __init__(self, crawler: Crawler, engines: session.Engines) -> None:
        self.crawler = crawler
        self.source: str = crawler.settings["ROLECALL_SOURCE"]
        self.now = datetime.fromisoformat(crawler.settings["ROLECALL_NOW"])
        self.runs = runs.Runs(
            engines,
            crawler.settings["ROLECALL_SPIDER"],
            self.now,
            self.now,
            batch=BATCH,
            patience=PATIENCE,
            began=crawler.settings.get("ROLECALL_BEGAN"),
        )
        self.hearing = Hearing()
        self.refused: set[str] = set()
        self.sweep: sweep.Sweep | None = None
        self.broken = ""  # why nothing can be stored any more
        self.closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Store:
        """On the database that the settings name.

        :raise NotConfigured: where they name none.
        """
        url = crawler.settings.get("ROLECALL_DATABASE_URL")
        if not url:
            raise NotConfigured("no database: items are printed and nothing is stored")
        store = cls(crawler, runs.opened(url, crawler.settings.get("ROLECALL_HOLDER") or ""))
        crawler.signals.connect(store.dropped, signals.item_dropped)
        crawler.signals.connect(store.erred, signals.item_error)
        crawler.signals.connect(store.closed, signals.spider_closed)
        return store

    def open_spider(self) -> None:
        """The run begins, or goes on in the list where the night before stopped."""
        run = self.runs.of(self.source)
        known, spider = self.crawler.get_spider_middleware(Known), self.crawler.spider
        assert known is not None  # noqa: S101 - the settings name it
        assert isinstance(spider, source.SourceSpider)  # noqa: S101 - there are no others
        stamp = records.digest([known.stamp, spider.board, spider.url])
        found = sweep.read(run.left, stamp, run.run_id, self.now, run.open_before, run.missed_before)
        self.sweep = known.sweep = sweep.Sweep(*found)
        self.runs.sweep(self.source, self.sweep)
        named = spider.attribution
        said = {"text": named.text, "url": named.url} if named else None
        if said != run.attribution:
            with session.writing(self.runs.engines, patience=PATIENCE) as db:
                queries.sources.set_attribution(db, run.source_id, said)

    def process_item(self, item: Any) -> Any:
        """The same item, which is stored with its batch."""
        if self.broken:
            raise DropItem(self.broken)
        try:
            self._take(item)
        except (session.Unusable, lease.Busy) as error:
            self._stop(str(error))
            raise DropItem(self.broken) from error
        return item

    def dropped(self, item: Any, exception: BaseException) -> None:
        """Count a posting that Validate or Role refused."""
        if self.broken or not isinstance(item, JobPosting):
            return
        self.hearing.take(item)
        bad = source.Bad(item.identifier, str(exception), item.title)
        try:
            self._take(bad)  # kinds of work that are not wanted are no fault: the judgement knows them
        except (session.Unusable, lease.Busy) as error:
            self._stop(str(error))

    def erred(self, item: Any, failure: Failure) -> None:
        """Count a posting on which our own code failed: it is not gone, and the log has the trace."""
        self.dropped(item, DropItem(f"could not be read ({type(failure.value).__name__})"))

    def closed(self, reason: str) -> None:
        """Judge the run and end it, whatever happened; what came of it stands in the crawler's stats."""
        told: dict[str, Any] = {"status": "failed", "reason": self.broken, "stored": not self.broken}
        try:
            if not self.broken:
                told = self._finish(reason)
        except runs.WrongSums as error:
            log.error("sums are wrong %s", error)  # noqa: TRY400 - the sentence has it all
            told["reason"] = f"its numbers do not add up: {error}"
            with session.writing(self.runs.engines, patience=PATIENCE) as db:
                queries.sources.fail_run(db, self.source, self.runs.moment(), told["reason"])
                queries.sources.set_sweep(db, self.runs.of(self.source).source_id, None)
        except (session.Unusable, lease.Busy) as error:
            told.update(reason=str(error), stored=False)
        self.crawler.stats.set_value("rolecall/run", told)
        counts = " ".join(f"{name}={value}" for name, value in told.items() if value and type(value) is int)
        level = logging.INFO if told["status"] == "complete" else logging.WARNING
        said = (self.source, told["status"], counts, told["reason"])
        log.log(level, "crawled source=%s status=%s %s reason=%s", *said)

    def _take(self, item: Any) -> None:
        self.hearing.take(item)
        match item:
            case Judged():
                self.runs.post(item)
            case source.Seen():
                self.runs.see(self.source, item.identifier, failed=item.failed)
            case source.Gone():
                self.runs.over(self.source, item.identifier, item.reason)
            case source.Bad():
                self._refuse(item)
            case source.Repeat():
                self.runs.repeat(self.source, beside=True)
            case source.Read():
                self.runs.remember(self.source, item.url, item.row())

    def _refuse(self, bad: source.Bad) -> None:
        """Drop a record, once; those without a name are others on every page, though called after a place."""
        if bad.identifier in self.refused and not bad.nameless:
            self.runs.repeat(self.source)
            return
        self.refused.add(bad.identifier)
        self.runs.drop(self.source, bad.identifier, bad.title, bad.reason)

    def _finish(self, reason: str) -> dict[str, Any]:
        value, far = self.crawler.stats.get_value, self.sweep
        assert far is not None  # noqa: S101 - it was there when the run began
        self.runs.flush()
        heard = self.hearing.heard(
            far,
            listed=value("rolecall/listed", 0),
            details=value("rolecall/details", 0),
            shifted=self.runs.of(self.source).shifted,
            finish_reason=reason,
        )
        for name in (name for names in far.details.values() for name in names):
            self.runs.see(self.source, name, failed=True)  # it is listed, and nobody got round to its page
        after = value("rolecall/resume_after")
        resume_at = self.runs.moment() + timedelta(seconds=after) if after else None
        judgement, sums = self.runs.finish(
            self.source,
            heard.listed,
            lambda memory: closing.judge(heard, memory),
            resume_at,
            newest=bool(heard.end and heard.end.newest),
        )
        return {"status": judgement.status, "reason": judgement.reason, **sums}

    def _stop(self, reason: str) -> None:
        self.broken = reason
        log.error("nothing more is stored source=%s reason=%s", self.source, reason)
        if self.crawler.engine is not None:
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="database"))
