"""What was read before: a page is asked whether it changed, and one posting's page seldom asked for again."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cached_property, partial
from importlib import metadata
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import pace, records, runs
from crawler.answers import Blocked, Unreadable
from crawler.items import JobPosting
from crawler.source import (
    Bad,
    End,
    Gave,
    Gone,
    Read,
    Repeat,
    Seen,
    SourceSpider,
    Term,
    Trouble,
)
from crawler.sweep import Begun, Sweep
from db import queries, session

log = logging.getLogger(__name__)
TRUSTED = timedelta(days=7)  # for so long we believe that a page has not changed
FRESH = timedelta(days=7)  # for so long we believe a list that says it has not
AGAIN = 500  # pages a night that nothing says to be new
SHARE = 0.6  # of a night's time that asking these may take, or listing while pages of postings wait
LATE = timedelta(hours=12)  # nights are not all as long
LIST, NEW, LAST = 100, 10, -10  # priorities: first what lists, for a while; what is new; the rest; more lists
OVER = "over"  # in place of a version: of a page whose posting was gone
LONGEST = 2000  # characters of an address that is remembered, 500 of a validator


class Known:
    """Spider middleware: takes what is known for an answer, and says what is worth to be known.

    It turns an exception of a callback into Trouble, and counts what the list gave.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.now = datetime.fromisoformat(settings.get("ROLECALL_NOW") or "1970-01-01T00:00:00Z")
        said = [metadata.version("rolecall"), sorted(settings.getlist("ROLECALL_WANTED"))]
        self.stamp = records.digest([*said, crawler.spidercls.__name__])
        self.pages: dict[str, Any] = {}
        self.sweep = Sweep(Begun(self.stamp, 0, "", 0, 0))  # a run that is stored puts its own there
        self.again = self.listed = 0
        self.delay = settings.getfloat("DOWNLOAD_DELAY")
        self.time = settings.getfloat("CLOSESPIDER_TIMEOUT")
        self.most = settings.getint("CLOSESPIDER_PAGECOUNT")
        self.longest: int = getattr(crawler.spidercls, "most", SourceSpider.most)
        self.began = time.monotonic()
        crawler.signals.connect(self.opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self) -> None:
        """Reads what the database knows of this source's pages."""
        self.began = time.monotonic()
        settings = self.crawler.settings
        if not (url := settings.get("ROLECALL_DATABASE_URL")):
            return
        with session.reading(runs.opened(url, settings.get("ROLECALL_HOLDER") or "")) as db:
            self.pages = queries.pages.find(db, settings["ROLECALL_SOURCE"])

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The first request; of a list that goes on, the requests that had no answer the night before."""
        if self.sweep.begun.nights:
            spider = self.crawler.spider
            assert isinstance(spider, SourceSpider)  # noqa: S101 - it begins
            for key, (arguments, _) in list(self.sweep.todo.items()):
                yield self._lists(spider.ask(**arguments), key)
            return
        async for first in start:
            yield self._lists(first, self.sweep.ask(_arguments(first))) if _is_list(first) else first

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Term]
    ) -> AsyncIterator[Term | Read]:
        """What a callback gave, and at its end that its page was read."""
        listing = not response.meta.get("identifier")
        given: list[Term] = []
        async for term in result:
            if listing and is_listed(term):
                self._list()
            given.append(_short(term))
            for each in self._instead(term):
                yield each
        if read := self._read(response, given):
            yield read
        if listing:
            self._turned(response, given)
        else:
            self.sweep.details.pop(response.meta.get("sweep", 0), None)

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Term] | None:
        """What a callback gives that failed: Trouble, and that a posting is still listed."""
        if isinstance(exception, CloseSpider):
            return None
        response.meta["broken"] = True
        if isinstance(exception, Unreadable):
            why = str(exception)
        else:
            why = f"could not be read ({type(exception).__name__})"
            source = self.crawler.settings.get("ROLECALL_SOURCE")
            log.error("page not read source=%s url=%s", source, response.url, exc_info=exception)
        identifier = response.meta.get("identifier", "")
        self.sweep.details.pop(response.meta.get("sweep", 0), None)
        blocked = isinstance(exception, Blocked)
        trouble = Trouble(why, asked_for(response.request), listing=not identifier, blocked=blocked)
        listed = (Seen(seen.identifier, failed=True) for seen in _seen(identifier, response.meta.get("gave")))
        return [*listed, trouble]

    def _instead(self, term: Term) -> Iterator[Term]:
        """The same; for the page of a known posting, that it was seen."""
        if not isinstance(term, Request):
            yield term
            return
        identifier = term.meta.get("identifier", "")
        if not identifier:
            yield self._lists(term, self.sweep.key())
            return
        row = self.pages.get(term.url)
        if row is not None and not self._to_read(term.url, row, term.meta.get("version", "")):
            yield from _seen(identifier, gave(row))
            return
        if row is None:
            term.priority = NEW
        else:
            term.meta["gave"] = gave(row)
        self._count("details")
        key = term.meta["sweep"] = self.sweep.key()
        self.sweep.details[key] = tuple(seen.identifier for seen in _seen(identifier, term.meta.get("gave")))
        yield self._heard_of(term)

    def _lists(self, request: Request, key: int) -> Request:
        """A request for a page of the list, so that it is known when nobody answers it.

        Such pages come first, but not all night: else nothing of a list that takes more nights is read.
        """
        assert self.crawler.stats is not None  # noqa: S101 - Scrapy makes it before us
        asked = self.crawler.stats.get_value("response_received_count", 0)
        late = self.time and time.monotonic() - self.began > SHARE * self.time
        late = late or (self.most and asked > SHARE * self.most)
        request.priority = LAST if late else LIST
        request.meta["sweep"] = key
        return self._heard_of(request)

    def _heard_of(self, request: Request) -> Request:
        """The same, and when it fails it is known whether that was its answer."""
        if request.errback is not None:
            request.errback = partial(self._failed, request.errback)
        return request

    def _failed(self, said: Callable[[Failure], Iterable[Term]], failure: Failure) -> Iterable[Term]:
        """What a request says that gave nothing; one that a closing crawl sent no more was not asked."""
        if isinstance(failure.value, pace.Over):
            return ()
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy hangs it on
        self.sweep.details.pop(request.meta.get("sweep", 0), None)
        return said(failure)

    def _turned(self, response: Response, given: list[Term]) -> None:
        """A page of the list was read whole, and all that it gave was taken."""
        if response.meta.get("broken") or any(isinstance(term, Trouble) for term in given):
            return
        lists = [term for term in given if isinstance(term, Request) and _is_list(term)]
        follow = [(term.meta["sweep"], _arguments(term)) for term in lists]
        end = next((term for term in given if isinstance(term, End)), None)
        self.sweep.turn(response.meta.get("sweep", 0), sum(map(is_listed, given)), follow, end)

    def _to_read(self, url: str, row: Any, version: str) -> bool:
        """Whether a known page is read again: its list says that it changed, or it is its turn."""
        if row.version != version:
            return True
        age = self.now - row.fetched_at
        if version and row.stamp == self.stamp and age <= FRESH:
            return False
        if self.again >= self._most(url) or age < self._turn(url):
            return False
        self.again += 1
        return True

    def _most(self, url: str) -> int:
        """How many pages can be asked again in a part of a night's time, at the pace of their host."""
        pause = max(self.delay, pace.gate(url).delay)
        return min(AGAIN, int(self.time * SHARE / pause)) if pause and self.time else AGAIN

    def _turn(self, url: str) -> timedelta:
        """After how long it is a page's turn, where not all can have theirs every night."""
        nights = math.ceil(len(self.pages) / max(1, self._most(url)))
        return timedelta(days=nights) - LATE if nights > 1 else timedelta()

    def _read(self, response: Response, given: list[Term]) -> Read | None:
        url, meta = asked_for(response.request), response.meta
        if meta.get("broken") or len(url) > LONGEST:
            return None
        if any(isinstance(term, Gone) for term in given):  # and while it is listed we look whether it is back
            return Read(url, "", "", OVER, self.stamp, Gave())
        etag, modified = _header(response, "ETag"), _header(response, "Last-Modified")
        lasting = all(isinstance(term, JobPosting | Seen | Request | End) for term in given)
        worth = etag or modified or meta.get("identifier")
        posted = "data" in meta  # another answer at the same address
        if response.status != 200 or posted or not lasting or not worth:
            return None
        return Read(url, etag, modified, meta.get("version", ""), self.stamp, _gave(given))

    def _list(self) -> None:
        self.listed += 1
        self._count("listed")
        if self.sweep.begun.listed + self.listed > self.longest:
            raise CloseSpider("closespider_itemcount")

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None  # noqa: S101 - Scrapy makes it before us
        self.crawler.stats.inc_value(f"rolecall/{name}")


class Conditional:
    """Downloader middleware: asks for a known page only if it has changed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not issubclass(crawler.spidercls, SourceSpider):
            raise NotConfigured
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Adds what the page was known by, where that is recent and was read by this very code."""
        row = self._row(request)
        if row is None or row.stamp != self.known.stamp or self.known.now - row.fetched_at > TRUSTED:
            return
        if row.etag:
            request.headers["If-None-Match"] = row.etag
        if row.last_modified:
            request.headers["If-Modified-Since"] = row.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer; that nothing has changed is answered with what the page gave last."""
        row = self._row(request)
        asked = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        if response.status == 304 and asked and row is not None:
            spider = self.crawler.spider
            assert isinstance(spider, SourceSpider)  # noqa: S101 - or we were not there
            request.meta.update(gave=gave(row), handle_httpstatus_list=[304])
            request.callback = spider.unchanged
            request.cb_kwargs.clear()
        return response

    @cached_property
    def known(self) -> Known:
        found = self.crawler.get_spider_middleware(Known)
        assert found is not None  # noqa: S101 - the settings name both
        return found

    def _row(self, request: Request) -> Any:
        if request.meta.get("dont_obey_robotstxt") or request.method != "GET":
            return None
        return self.known.pages.get(asked_for(request))


def _is_list(term: Any) -> bool:
    return isinstance(term, Request) and not term.meta.get("identifier")


def is_listed(term: Term) -> bool:
    """Whether a term stands for one record of a list."""
    if isinstance(term, Request):
        return bool(term.meta.get("identifier"))
    return isinstance(term, JobPosting | Bad | Repeat | Seen)


def _gave(given: list[Term]) -> Gave:
    ends = [asdict(term) for term in given if isinstance(term, End)]
    seen = tuple(term.identifier for term in given if isinstance(term, Seen))
    follow = tuple(_arguments(term) for term in given if isinstance(term, Request))
    return Gave(seen, follow, ends[0] if ends else None)


def gave(row: Any) -> Gave:
    """What a remembered page gave."""
    said = row.gave
    return Gave(tuple(said.get("seen", ())), tuple(said.get("follow", ())), said.get("end"))


def asked_for(request: Request | None) -> str:
    """The address that was asked for, wherever it was redirected to."""
    assert request is not None  # noqa: S101 - every answer has one
    first: str = request.meta.get("redirect_urls", [request.url])[0]
    return first


def _seen(identifier: str, known: Gave | None) -> Iterator[Seen]:
    if identifier:
        yield from (Seen(name) for name in (known.seen if known and known.seen else (identifier,)))


def _short(term: Term) -> Term:
    """What is remembered of it, without a posting's text."""
    return Seen(term.identifier) if isinstance(term, JobPosting) else term


def _arguments(request: Request) -> dict[str, Any]:
    """The arguments of `ask` that make this request again."""
    meta, callback = request.meta, getattr(request.callback, "__name__", "parse")
    named = {"identifier": meta.get("identifier", ""), "version": meta.get("version", "")}
    data = {"data": meta["data"]} if "data" in meta else {}
    return {"url": request.url, "callback": callback, **named, **data, **request.cb_kwargs}


def _header(response: Response, name: str) -> str:
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if value.isprintable() and len(value) <= 500 else ""
