"""How long a host asks us to wait, and which requests wait for one another."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers
from twisted.internet.defer import Deferred

from crawler import pace

NOW = int(time.time())


@pytest.mark.parametrize(
    "said, seconds",
    [
        ("2", 2),
        ("0", 0),
        (" 120 ", 120),
        ("86400", 86_400),
        ("9" * 400, pace.LATEST),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        (90, 90),
        (-90, None),
        (90 * 86_400, pace.LATEST),
        ("Fri, 31 Feb 2026 10:00:00 GMT", None),
        ("Fri, 01 Jan 99999 10:00:00 GMT", None),
    ],
)
def test_seconds_and_dates_are_understood_and_nonsense_is_not(said: str | int, seconds: float | None) -> None:
    if isinstance(said, int):
        said = formatdate(NOW + said, usegmt=True)
    headers = Headers({"Retry-After": said.encode("latin-1"), "Date": formatdate(NOW, usegmt=True)})
    assert pace.retry_after(headers) == seconds


def test_a_date_is_measured_by_the_clock_of_its_host() -> None:
    ahead = NOW + 10 * 86_400
    headers = Headers({"Retry-After": formatdate(ahead + 5), "Date": formatdate(ahead)})
    assert pace.retry_after(headers) == 5


@pytest.mark.parametrize("skew", [-3 * 86_400, 3 * 86_400])
def test_a_date_that_makes_no_sense_by_the_clock_of_its_host_is_measured_by_ours(skew: int) -> None:
    now = time.time()
    headers = Headers({"Retry-After": formatdate(now + 90), "Date": formatdate(now + skew)})
    assert pace.retry_after(headers) == pytest.approx(90, abs=60)


def test_a_host_without_a_clock_is_measured_by_ours() -> None:
    headers = Headers({"Retry-After": formatdate(time.time() + 60), "Date": "yesterday"})
    assert pace.retry_after(headers) == pytest.approx(60, abs=30)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_whatever_it_says_it_is_a_time_that_can_be_waited_or_nothing(said: bytes, date: bytes) -> None:
    seconds = pace.retry_after(Headers({"Retry-After": said, "Date": date}))
    assert seconds is None or 0 <= seconds <= pace.LATEST


@pytest.mark.parametrize(
    "url, host",
    [
        ("https://Jobs.Acme.example/a", "jobs.acme.example"),
        ("https://jobs.acme.example.:8443/a", "jobs.acme.example"),
        ("http://user:word@jobs.acme.example:80/", "jobs.acme.example"),
        ("http://127.0.0.1:8801/a", "127.0.0.1:8801"),
        ("http://127.0.0.1:8802/a", "127.0.0.1:8802"),
        ("http://[::1]:8801/a", "[::1]:8801"),
        ("http://2130706433:8801/", "2130706433:8801"),
    ],
)
def test_a_name_is_one_host_and_each_port_of_digits_another(url: str, host: str) -> None:
    assert pace.gate(url).host == host


def test_the_slowest_of_all_wishes_counts_but_nobody_makes_us_slower_than_half_a_minute() -> None:
    at = pace.Gate("acme.example", left=100.0)
    assert at.opens(1) == 101
    at.delay = 5
    assert at.opens(1) == 105
    assert at.opens(20) == 120
    at.held = 300
    assert at.opens(20) == 300
    pace.slow("https://slow.example/", 3600)
    assert pace.gate("https://slow.example/jobs").delay == pace.SLOWEST


@pytest.mark.parametrize("in_time", [True, False])
def test_a_crawl_ends_whether_its_connections_close_in_time_or_not(*, in_time: bool) -> None:
    closed: Deferred[None] = Deferred()

    async def end() -> None:
        handler = pace.Handler.__new__(pace.Handler)
        handler._pool = Mock(closeCachedConnections=lambda: closed)
        handler._disconnect_timeout = 0
        ending = asyncio.ensure_future(handler.close())
        await asyncio.sleep(0)
        if in_time:
            closed.callback(None)
        time.sleep(0.01)  # noqa: ASYNC251 - busy for longer than the connections have
        await ending

    asyncio.run(end())
    assert closed.called == in_time
    if not in_time:
        closed.callback(None)  # what closes late disturbs nobody
