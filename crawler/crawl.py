"""A crawling process: `python -m crawler.crawl` reads its job from its parent and tells how it goes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
import time
from collections import defaultdict
from datetime import datetime
from typing import Any, TextIO

# First of all: it asks every module there is for its file, while there are few.
from scrapy.core.downloader import contextfactory  # noqa: F401
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from crawler import keys, logs, runs
from db import lease, session

log = logging.getLogger("crawler.crawl")  # which is __main__ here
TOLD = 1.0  # seconds between two words on a source
BEAT = 5.0  # seconds between two signs of life
LAST = 9.0  # seconds to end in when asked to
AT_ONCE = 100  # hosts: each has a crawl of its own in memory


def main() -> None:
    """Do the job that stands in the first line of the input, and end at once when the input ends."""
    line = b""
    while not line.endswith(b"\n"):
        line += read_or_end()
    job = json.loads(line)
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever prints, prints beside the events
    logs.begin(job["log_level"], job["log_format"], keys.secrets(job["keys"].values()))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which decides
    threading.Thread(target=follow_parent, daemon=True).start()
    Crawl(job, events).run()


def read_or_end() -> bytes:
    """More of the input; without any the parent is gone, and nothing half-done is written any more."""
    if not (some := os.read(0, 65_536)):
        os._exit(1)
    return some


def follow_parent() -> None:
    """End with the parent, however it ends."""
    while True:
        read_or_end()


class Crawl:
    """The crawls of one process: the sources of a host one after the other, hosts side by side."""

    def __init__(self, job: dict[str, Any], events: TextIO) -> None:
        self.job, self.events = job, events
        self.running: dict[str, Crawler] = {}
        self.told: dict[str, Any] = {}
        self.stopping = False
        self.ending: list[asyncio.Future[None]] = []
        self.room = asyncio.Semaphore(AT_ONCE)
        self.settings = settings(job)
        logging.disable(logging.INFO)  # Scrapy sets its own level to DEBUG, and greets
        self.process = CrawlerProcess(self.settings)
        logging.getLogger("scrapy").setLevel("WARNING")
        logging.disable(logging.NOTSET)

    def run(self) -> None:
        """Crawl all, and return when all have ended or this process was asked to."""
        install_reactor(self.settings["TWISTED_REACTOR"], self.settings["ASYNCIO_EVENT_LOOP"])
        from twisted.internet import reactor  # there is none before it is installed

        chief: Any = reactor
        signal.signal(signal.SIGTERM, lambda *_: chief.callFromThread(self.stop))
        chief.callWhenRunning(lambda: asyncio.ensure_future(self.every(chief)))
        self.process.start(stop_after_crawl=False, install_signal_handlers=False)

    async def every(self, reactor: Any) -> None:
        """All sources."""
        alive = asyncio.ensure_future(self.give_signs())
        try:
            machines = defaultdict(list)
            for told in self.job["sources"]:
                machines[told["machine"]].append(told)
            await asyncio.gather(*(self.one_by_one(sources) for sources in machines.values()))
        finally:
            alive.cancel()
            reactor.stop()

    async def one_by_one(self, sources: list[dict[str, Any]]) -> None:
        """The sources of a host."""
        async with self.room:
            for told in sources:
                if not self.stopping:
                    await self.one(told)

    async def one(self, told: dict[str, Any]) -> None:
        """One source; what goes wrong with it is told, and is nobody else's trouble."""
        name, began = told["name"], time.monotonic()
        self.tell(name, "started", pid=os.getpid())
        result: dict[str, Any] = {"status": "failed", "reason": "it ended without a word"}
        try:
            crawler = Crawler(self.process.spider_loader.load(told["spider"]), self.settings_of(told))
            self.running[name] = crawler
            today = datetime.fromisoformat(self.job["now"]).date()
            await crawler.crawl_async(board=told["board"], url=told["url"], source=name, today=today)
            result = crawler.stats.get_value("rolecall/run", result)
        except (session.Unusable, lease.Busy, runs.ForeignSource) as error:
            log.error("crawl not begun source=%s reason=%s", name, error)  # noqa: TRY400 - it says all
            result["reason"] = str(error)
        except Exception as error:
            log.exception("crawl not begun source=%s", name)
            result["reason"] = f"it could not begin: {type(error).__name__} {error}"
        finally:
            self.running.pop(name, None)
        self.tell(name, "ended", seconds=round(time.monotonic() - began, 3), **result)

    def settings_of(self, told: dict[str, Any]) -> Settings:
        """Scrapy's settings for one source, until the next asks: a crawler takes a copy."""
        own = {
            "ROLECALL_SOURCE": told["name"],
            "ROLECALL_SPIDER": told["spider"],
            "DOWNLOAD_DELAY": told["crawl_delay"],
            "ROLECALL_KEY": self.job["keys"].get(told["spider"], ""),
        }
        self.settings.setdict(own, priority="cmdline")
        return self.settings

    async def give_signs(self) -> None:
        """Tell how far each source is, where that has changed, and that this process lives."""
        beat = 0.0
        while True:
            await asyncio.sleep(TOLD)
            for name, crawler in self.running.items():
                far = progress(crawler)
                if far != self.told.get(name):
                    self.told[name] = far
                    self.tell(name, "progress", **far)
            if time.monotonic() - beat >= BEAT:
                beat = time.monotonic()
                self.tell("", "alive")

    def tell(self, name: str, state: str, **values: Any) -> None:
        """One event for the parent."""
        self.events.write(json.dumps({"source": name, "state": state, **values}) + "\n")
        self.events.flush()

    def stop(self) -> None:
        """End every crawl where it is: what was read is stored, and each run says that it was stopped."""
        if self.stopping:
            return
        self.stopping = True
        loop = asyncio.get_event_loop()
        loop.call_later(LAST, os._exit, 1)  # an answer that does not come would be waited for
        for crawler in self.running.values():
            self.ending.append(asyncio.ensure_future(wind_up(crawler)))


async def wind_up(crawler: Crawler) -> None:
    """Stop a crawl; one that is being opened is waited for, since Scrapy would never end it."""
    while crawler.crawling and not crawler.engine.running:  # noqa: ASYNC110 - there is no event of it
        await asyncio.sleep(0.05)
    await crawler.stop_async()


def settings(job: dict[str, Any]) -> Settings:
    """Scrapy's settings for a job: the project's own, and what the job says."""
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    made.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
    names = ("now", "began", "database_url", "holder", "wanted", "allow_private", "contact", "replay")
    made.setdict(
        {f"ROLECALL_{name.upper()}": job[name] for name in names if job.get(name) is not None},
        priority="cmdline",
    )
    if job["first_page"]:
        made.set("ITEM_PIPELINES", {"crawler.peek.Look": 1}, priority="cmdline")
        nearest = {**made.getdict("SPIDER_MIDDLEWARES"), "crawler.peek.First": 1}
        made.set("SPIDER_MIDDLEWARES", nearest, priority="cmdline")
    made.setdict(job["settings"], priority="cmdline")
    return made


def progress(crawler: Crawler) -> dict[str, int]:
    """How far a crawl is: postings listed, items read, answers."""
    value = crawler.stats.get_value
    return {
        "listed": value("rolecall/listed", 0),
        "read": value("item_scraped_count", 0),
        "answers": value("response_received_count", 0),
    }


if __name__ == "__main__":
    main()
