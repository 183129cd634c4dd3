"""A look at the first page of a source, as `rolecall sources check` takes it; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler import source
from crawler.items import JobPosting


class First:
    """Spider middleware: the first page leads nowhere else; what it leads to is counted."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: Any) -> AsyncIterator[Any]:
        """All but requests."""
        async for found in result:
            if isinstance(found, Request):
                kind = "postings" if found.meta.get("identifier") else "pages"
                self.crawler.stats.inc_value(f"rolecall/{kind}")
            else:
                yield found


class Look:
    """Pipeline: what the first page says, in words; it stands in the crawler's stats where a run would."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.postings = 0
        self.bad: Counter[str] = Counter()
        self.end: source.End | None = None
        self.trouble: source.Trouble | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = cls(crawler)
        crawler.signals.connect(made.closed, signals.spider_closed)
        return made

    def process_item(self, item: Any) -> Any:
        """The same item."""
        match item:
            case JobPosting() | source.Seen():
                self.postings += 1
            case source.Bad():
                self.bad[item.reason] += 1
            case source.End():
                self.end = item
            case source.Trouble() if item.listing:
                self.trouble = self.trouble or item
        return item

    def closed(self) -> None:
        """Say what was found."""
        listed = self.postings + self.crawler.stats.get_value("rolecall/postings", 0)
        pages = self.crawler.stats.get_value("rolecall/pages", 0)
        status, reason = self.judged(listed, pages)
        self.crawler.stats.set_value("rolecall/run", {"status": status, "reason": reason, "listed": listed})

    def judged(self, listed: int, pages: int) -> tuple[str, str]:
        """Status and words."""
        if self.trouble is not None:
            board = getattr(self.crawler.spider, "board", "")
            unknown = f"unknown board '{board}' (HTTP 404)" if board else "no such page (HTTP 404)"
            said = self.trouble.reason
            return "blocked" if self.trouble.blocked else "failed", unknown if said == "HTTP 404" else said
        if self.bad and not listed:
            [(reason, number)] = self.bad.most_common(1)
            return "failed", f"no posting can be read: {reason} ({number} times)"
        total = self.end.total if self.end is not None else None
        if listed == 0 and self.end is not None and not self.end.sure:
            return "failed", "no posting: a board that does not exist answers so too"
        if listed or self.end is not None:
            where = " on its first page" if pages and not total else ""
            return "ok", f"{total or listed} postings listed{where}"
        if pages:
            return "ok", f"leads to {pages} more pages"
        return "failed", "the first page says nothing of postings"
