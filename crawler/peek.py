"""A look at the first page of a source, as `rolecall sources check` takes it; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.spiderloader import SpiderLoader

from crawler import links, recognise, source
from crawler.items import JobPosting

NOBODY = "nobody knows a host of that name"  # as answers.words says it, and crawler.robots after it


class First:
    """Spider middleware: the first page leads nowhere else; what it leads to is counted.

    Of the postings that have a page of their own as many are asked for as ROLECALL_SHOWN says.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.stats = crawler.stats
        self.shown = crawler.settings.getint("ROLECALL_SHOWN")
        spiders: Any = SpiderLoader.from_settings(crawler.settings)
        self.spiders = (
            {name: spiders.load(name) for name in spiders.list()}
            if crawler.settings.getbool("ROLECALL_RECOGNISE")
            else {}
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """All of it; whom it asks first is kept."""
        async for request in start:
            if self.stats.get_value("rolecall/asked") is None and isinstance(request, Request):
                self.stats.set_value("rolecall/asked", request.url)
            yield request

    def process_spider_input(self, response: Response) -> None:
        """Where the first answer came from in the end, and which sources it speaks of."""
        if not response.meta.get("identifier") and self.stats.get_value("rolecall/answered") is None:
            self.stats.set_value("rolecall/answered", response.url)
            if self.spiders and response.status == 200:
                found = recognise.in_page(response, self.spiders)
                self.stats.set_value("rolecall/recognised", [asdict(one) for one in found])

    async def process_spider_output(self, response: Response, result: Any) -> AsyncIterator[Any]:
        """All but requests, and nothing of a posting's own page."""
        async for found in result:
            if response.meta.get("identifier"):
                self._show(found)
            elif isinstance(found, Request):
                own = found.meta.get("identifier")
                self.stats.inc_value("rolecall/postings" if own else "rolecall/pages")
                if own and self.shown > 0:
                    self.shown -= 1
                    yield found
            else:
                self._show(found)
                yield found

    def _show(self, found: Any) -> None:
        if isinstance(found, JobPosting):
            shown = self.stats.get_value("rolecall/shown", [])
            self.stats.set_value("rolecall/shown", [*shown, in_short(found)][:3])


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
            case JobPosting() | source.Seen(failed=False):
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
        value = self.crawler.stats.get_value
        listed = self.postings + value("rolecall/postings", 0)
        status, reason = self.judged(listed, value("rolecall/pages", 0))
        told = {
            "answered": value("rolecall/answered") or "",
            "led": self.led(),
            "shown": value("rolecall/shown", []),
            "recognised": value("rolecall/recognised", []),
        }
        run = {"status": status, "reason": reason, "listed": listed, "look": told}
        self.crawler.stats.set_value("rolecall/run", run)

    def judged(self, listed: int, pages: int) -> tuple[str, str]:
        """Status and words."""
        if self.trouble is not None:
            return self._troubled(self.trouble)
        status, reason = self._found(listed, pages)
        led = self.led()
        return status, f"{reason} (it leads to {led})" if led else reason

    def led(self) -> str:
        """The address at another host where redirects ended, "" where none led there."""
        value = self.crawler.stats.get_value
        asked = value("rolecall/asked") or ""
        ended = value("rolecall/answered") or (self.trouble.url if self.trouble else "") or asked
        return "" if _host(asked) == _host(ended) else ended

    def _found(self, listed: int, pages: int) -> tuple[str, str]:
        if self.bad and not listed:
            [(reason, number)] = self.bad.most_common(1)
            return "failed", f"no posting can be read: {reason} ({_many(number, 'time')})"
        total = self.end.total if self.end is not None else None
        if listed == 0 and self.end is not None and not self.end.sure:
            board = getattr(self.crawler.spider, "board", "")
            why = "a board that does not exist answers so too" if board else "its list is never empty"
            return ("unknown" if board else "failed"), f"no posting: {why}"
        if listed == 0 and self.end is not None and not total:
            return "empty", f"no posting now: {self.end.proof}"
        if listed or self.end is not None:
            where = " on its first page" if pages and not total else ""
            return "ok", f"{_many(total or listed, 'posting')} listed{where}"
        if pages:
            return "ok", f"leads to {_many(pages, 'more page')}"
        return "failed", "the first page says nothing of postings"

    def _troubled(self, trouble: source.Trouble) -> tuple[str, str]:
        spider, led = self.crawler.spider, self.led()
        board, base = getattr(spider, "board", ""), getattr(spider, "base_url", "")
        own = "{board}" in base and links.same_site(
            base.replace("{board}", "any"), getattr(spider, "url", "")
        )
        asked = self.crawler.stats.get_value("rolecall/asked") or ""
        unknown = f"unknown board '{board}'" if board else "no such page"
        if led and own and links.owner(asked) == links.owner(led):  # to the platform's own pages
            return "unknown", f"{unknown} (it leads to {led})"
        if led and not links.same_site(asked, led):
            return "moved", f"it leads to {led} ({trouble.reason})"
        if trouble.blocked:
            return "blocked", trouble.reason
        if trouble.reason in ("HTTP 404", "HTTP 410"):
            return "unknown", f"{unknown} ({trouble.reason})"
        if own and trouble.reason.endswith(NOBODY):
            return "unknown", f"{unknown} ({NOBODY})"
        return "failed", trouble.reason


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _many(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def in_short(posting: JobPosting) -> dict[str, str | None]:
    """What a person recognises a posting by."""
    pay = posting.base_salary
    return {
        "title": posting.title,
        "organization": posting.hiring_organization,
        "place": "; ".join(place.text for place in posting.job_location) or posting.job_location_type,
        "pay": pay.text if pay else None,
        "date": posting.date_posted.isoformat() if posting.date_posted else None,
        "url": posting.url,
    }
