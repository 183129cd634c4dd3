"""How fast a host is asked: one request at a time, a pause after each answer, and longer when it says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    IgnoreRequest,
)
from scrapy.http import Request, Response
from twisted.internet.defer import Deferred

from crawler import addresses, streaming
from crawler.source import Refused

SLOWEST = 30.0  # seconds: nobody's Crawl-delay makes us slower
LONGEST = 600.0  # seconds: a host that asks for a longer break is asked again another night
LATEST = 7 * 86_400.0  # seconds: the longest break that we believe in
OVER = "the crawl of this source is over"
GLANCE = 1.0  # seconds: how often one that waits looks whether its crawl is over


class Unreachable(IgnoreRequest):
    """A request to a host that is not there."""


class Over(IgnoreRequest):
    """A request of a crawl that is being closed."""


@dataclass
class Gate:
    """The one door to a host, for all crawls of this process."""

    host: str
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: float = -SLOWEST  # when the last answer had ended, in seconds of the monotonic clock
    delay: float = 0.0  # what its robots.txt asks for
    held: float = 0.0  # nobody asks before this
    closed: str = ""  # why nobody asks any more

    def opens(self, delay: float) -> float:
        """When the next request may start."""
        return max(self.left + max(delay, self.delay), self.held)


GATES: dict[str, Gate] = {}


def gate(url: str) -> Gate:
    """The gate of an address.

    A name is one host whatever its ports, since one machine or one account answers for it. Under an
    address in digits there may be anybody: each port of it is an origin with a gate of its own.
    """
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    digits = ":" in name or name.replace(".", "").isdigit()
    key = parts.netloc.rpartition("@")[2].lower() if digits else name
    return GATES.setdefault(key, Gate(key))


def hold(url: str, seconds: float) -> None:
    """Asks nothing of a host for some time."""
    found = gate(url)
    found.held = max(found.held, time.monotonic() + seconds)


def slow(url: str, delay: float) -> None:
    """Asks a host as slowly as it wants, within reason."""
    found = gate(url)
    found.delay = max(found.delay, min(delay, SLOWEST))


def retry_after(headers: Mapping[str, bytes | None]) -> float | None:
    """How many seconds a host asks us to wait; None where it does not say, or nothing sensible.

    A date is measured by the answer's own date, since the host's clock may be wrong; where that makes no
    sense, by our clock.
    """
    said = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:20]), LATEST)
    until, date = _moment(said), _moment((headers.get("Date") or b"").decode("latin-1"))
    if until is None:
        return None
    spans = [until - clock for clock in (date, time.time()) if clock is not None and until >= clock]
    sensible = [seconds for seconds in spans if seconds <= LONGEST] or spans
    return min(sensible[0], LATEST) if sensible else None


def _moment(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None


class Handler(HTTP11DownloadHandler):
    """Sends a request once the gate of its host opens.

    What a request waits there is not part of its time: DOWNLOAD_TIMEOUT is for connecting, asking and
    reading to the end.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # Twisted would ask again at once, past the gate
        addresses.allow(crawler.settings.getlist("ROLECALL_ALLOW_PRIVATE"))
        self.delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self.largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def download_request(self, request: Request) -> Response:
        """The answer.

        :raise Refused: when the host asked for a longer break than a night has.
        """
        at = gate(request.url)
        async with at.door:
            await self._wait(at, request)
            try:
                with streaming.kept(request):
                    response = streaming.end(request, await self._send(request))
            except DownloadFailedError as error:
                raise _broken(error) from error
            except DownloadCancelledError:
                largest = request.meta.get("download_maxsize", self.largest)
                raise IgnoreRequest(f"the answer is larger than {largest >> 20} MiB") from None
            finally:
                at.left = time.monotonic()
            self._hear(at, response)
            return response

    async def close(self) -> None:
        """Closes the connections that were kept; one that takes longer than a second is left to the kernel.

        Not as Scrapy 2.19 does it: its timer calls the Deferred of these connections too, and raises where
        they closed in time but the process was too busy to hear of it.
        """
        closing: Deferred[None] = self._pool.closeCachedConnections()  # type: ignore[no-untyped-call]
        closed = closing.asFuture(asyncio.get_running_loop())
        await asyncio.wait({closed}, timeout=self._disconnect_timeout)

    def _hear(self, at: Gate, response: Response) -> None:
        """Heeds a host that asks for a break, before anybody else may pass."""
        seconds = retry_after(response.headers) if response.status in (429, 503) else None
        if seconds is None:
            return
        if seconds <= LONGEST:
            at.held = max(at.held, time.monotonic() + seconds)
            return
        at.closed = f"{at.host} asked to wait {_in_words(seconds)}"
        assert self.crawler.stats is not None  # noqa: S101 - Scrapy makes it before us
        self.crawler.stats.max_value("rolecall/resume_after", seconds)

    async def _wait(self, at: Gate, request: Request) -> None:
        while True:
            if at.closed:
                raise Refused(at.closed)
            if self._over():
                raise Over(OVER)
            pause = at.opens(self.delay) - time.monotonic()
            if streaming.waits(request):
                pause = max(pause, GLANCE)
            if pause <= 0:
                return
            await asyncio.sleep(min(pause, GLANCE))

    async def _send(self, request: Request) -> Response:
        sent = asyncio.ensure_future(super().download_request(request))
        while not (await asyncio.wait({sent}, timeout=GLANCE))[0]:
            if self._over():
                sent.cancel()
        if sent.cancelled():
            raise Over(OVER)
        return sent.result()

    def _over(self) -> bool:
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - whoever sends a request has one
        slot = engine._slot  # noqa: SLF001 - nothing public says that a spider is being closed
        return not engine.running or slot is None or slot.closing is not None


def _broken(error: DownloadFailedError) -> Exception:
    """The same, saying what Twisted knows of it; where TLS refused, it will be no better in a second."""
    reasons = getattr(error.__cause__, "reasons", ())
    said = " ".join(reason.getErrorMessage() for reason in reasons)[:200] or str(error)
    origins = {type(reason.value).__module__.partition(".")[0] for reason in reasons}
    if origins & {"OpenSSL", "service_identity"}:
        return IgnoreRequest(f"no secure connection: {said}")
    return DownloadFailedError(said)


def _in_words(seconds: float) -> str:
    return f"{round(seconds / 3600)} h" if seconds >= 5400 else f"{round(seconds / 60)} min"
