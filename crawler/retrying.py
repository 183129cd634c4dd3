"""Asking again: where a redirect leads, when a host has trouble or asks for a break, and when to give up."""

from __future__ import annotations

import asyncio
import random
from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from twisted.internet import error

from crawler import pace, sources
from crawler.source import Refused

TROUBLE = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
BROKEN = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    error.ConnectError,
    error.ConnectionDone,
    error.ConnectionLost,
)
GONE = frozenset({404, 410})  # these are answers
PATIENCE = 5  # addresses in a row


class Redirect(RedirectMiddleware):
    """Follows redirects, but never in a circle, from https to http, or to whom Rolecall never asks.

    Where the target stands is checked when it is connected to, its scheme by the handlers that there are.
    """

    def process_response(  # type: ignore[override]  # without the argument that Scrapy gives up
        self, request: Request, response: Response
    ) -> Request | Response:
        """The answer, or the request for where it sends us."""
        found = super().process_response(request, response)
        if isinstance(found, Request):
            if whose := sources.never(found.url):
                raise Refused(f"it leads to a page of {whose}, which wants no crawlers")
            if request.url.startswith("https:") and found.url.startswith("http:"):
                raise IgnoreRequest(f"redirected from https to {found.url[:200]}")
            if found.url in found.meta["redirect_urls"]:
                raise IgnoreRequest("redirected in a circle")
        return found

    def handle_referer(self, request: Request, response: Response) -> None:
        """Tells nobody where we come from."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Scrapy looks here for its middleware that would."""


class Retry:
    """Asks again where that may help, never before the host wants, and closes a source that is down."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.times = crawler.settings.getint("RETRY_TIMES")
        self.unit = min(max(crawler.settings.getfloat("DOWNLOAD_DELAY"), 0.1), 1.0)
        self.failed = 0  # addresses in a row
        self.closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the same request once more.

        :raise Refused: when the host asks for a break that is longer than a night.
        :raise IgnoreRequest: when the answer is a part of what was asked for.
        """
        if response.status == 206:
            raise IgnoreRequest("HTTP 206: the answer is a part, and we asked for the whole")
        if response.status not in TROUBLE:
            own_fault = response.status >= 500 or not request.meta.get("identifier")
            self._count(request, failed=response.status >= 400 and response.status not in GONE and own_fault)
            return response
        if closed := pace.gate(request.url).closed:
            raise Refused(closed)
        if again := self._again(request, f"HTTP {response.status}"):
            return again
        self._count(request, failed=True)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The same request once more, where the connection broke."""
        if isinstance(exception, BROKEN) and (again := self._again(request, type(exception).__name__)):
            return again
        if not isinstance(exception, Refused | pace.Unreachable | pace.Over):
            self._count(request, failed=True)
        return None

    def _again(self, request: Request, reason: str) -> Request | None:
        spider = self.crawler.spider
        assert spider is not None  # noqa: S101 - it asked
        done = request.meta.get("retry_times", 0)
        if done < self.times:
            pace.hold(request.url, self.unit * random.uniform(1, 2) * 2**done)  # noqa: S311
        return get_retry_request(request, spider=spider, reason=reason, give_up_log_level="DEBUG")

    def _count(self, request: Request, *, failed: bool) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        self.failed = self.failed + 1 if failed else 0
        engine = self.crawler.engine
        if self.failed >= PATIENCE and self.closing is None and engine is not None:
            reason = f"circuit: {PATIENCE} addresses in a row failed"
            self.closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))
