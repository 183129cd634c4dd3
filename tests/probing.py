"""A crawling process that tests ask to fetch: our settings and middlewares, and a spider that only looks."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

from crawler import addresses, pace, robots, source

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Fetched:
    """What came of a crawl."""

    answers: list[list[Any]]  # status, address, bytes
    seen: list[str]
    failures: list[list[Any]]  # in words, address, whether somebody kept us out
    reason: str
    seconds: float
    grown: int  # MiB that the process grew by, at its peak
    stats: dict[str, Any]

    @property
    def said(self) -> str:
        """Why each failed, in one text."""
        return "\n".join(words for words, *_ in self.failures)


class Looking(source.SourceSpider):
    """Asks for some addresses; the first lists, the others each show a posting."""

    name = "looking"
    urls: list[str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.answers: list[list[Any]] = []

    async def start(self) -> AsyncIterator[Any]:
        for number, url in enumerate(self.urls):
            yield self.ask(url, self.parse, identifier="" if number == 0 else str(number))

    def parse(self, response: Any) -> Iterator[Any]:
        self.answers.append([response.status, response.url, len(response.body)])
        yield source.Seen(response.url)


class Probe:
    """The process, seen from a test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def fetch(self, *urls: str, **settings: Any) -> Fetched:
        """Fetch these addresses as one source would; settings as Scrapy calls them, pace off."""
        return self.side_by_side([*urls], **settings)[0]

    def side_by_side(self, *sources: list[str], **settings: Any) -> list[Fetched]:
        """Fetch the addresses of several sources at once."""
        asked = {"DOWNLOAD_DELAY": 0, "CLOSESPIDER_TIMEOUT": 60, **settings}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"sources": sources, "settings": asked}) + "\n")
        self.process.stdin.flush()
        return [Fetched(**found) for found in json.loads(self.process.stdout.readline())]


@contextmanager
def started(log: Path) -> Iterator[Probe]:
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error::DeprecationWarning:crawler", __file__]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
        ) as process,
    ):
        try:
            yield Probe(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    """A process that fetches, for a module's tests."""
    with started(tmp_path_factory.mktemp("probe") / "log") as process:
        yield process


def main() -> None:
    """The process, seen from inside."""
    events = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    settings = get_project_settings()
    process = CrawlerProcess(settings)
    install_reactor(settings["TWISTED_REACTOR"])
    from twisted.internet import reactor  # there is none before it is installed

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked = json.loads(line)
            told = settings.copy()
            told.setdict({"ITEM_PIPELINES": None, **asked["settings"]}, priority="cmdline")
            addresses.ALLOWED.clear()
            pace.GATES.clear()
            robots.RULES.clear()
            found = await asyncio.gather(*(crawl(urls, told) for urls in asked["sources"]))
            events.write(json.dumps(found) + "\n")
            events.flush()
        reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(serve()))
    process.start(stop_after_crawl=False, install_signal_handlers=False)


async def crawl(urls: list[str], settings: Settings) -> dict[str, Any]:
    """One crawl, and what came of it."""
    items: list[Any] = []

    def keep(item: Any) -> None:
        items.append(item)

    crawler = Crawler(Looking, settings)
    crawler.signals.connect(keep, signals.item_scraped)
    before, began = peak(), time.monotonic()
    await crawler.crawl_async(url="-", source="looking:here", today="2026-11-21", urls=urls)
    assert crawler.stats is not None
    assert isinstance(crawler.spider, Looking)
    stats = crawler.stats.get_stats()
    return {
        "answers": crawler.spider.answers,
        "seen": [item.identifier for item in items if isinstance(item, source.Seen)],
        "failures": [[i.reason, i.url, i.blocked] for i in items if isinstance(i, source.Trouble)],
        "reason": stats.get("finish_reason"),
        "seconds": round(time.monotonic() - began, 2),
        "grown": peak() - before,
        "stats": {name: value for name, value in stats.items() if name.startswith("rolecall/")},
    }


def peak() -> int:
    """MiB that this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
