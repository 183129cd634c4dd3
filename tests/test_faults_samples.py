"""Every spider of the samples under every fault of an answer: its run is not complete, and nothing closes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.spidermiddlewares.httperror import HttpError
from test_known import Stats
from test_samples import SOURCES, TODAY, spiders, web
from twisted.python.failure import Failure

from crawler import closing, known, replay
from crawler.answers import Unreadable
from crawler.hearing import Hearing
from crawler.items import JobPosting
from crawler.source import Bad, Gone, Trouble

CHALLENGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>"
WELCOME = b"<!doctype html><html><head><title>Welcome</title></head><body><p>Hello.</p></body></html>"
Fault = Callable[[Response], Response | Exception]


def status(code: int) -> Fault:
    return lambda answer: answer.replace(status=code, body=b"sorry")


def with_body(change: Callable[[bytes], bytes]) -> Fault:
    return lambda answer: answer.replace(body=change(answer.body))


def other_shape(body: bytes) -> bytes:
    """What an answer of another kind would be: an object for a list, a list for an object, a plain page."""
    try:
        return b"[]" if isinstance(json.loads(body), dict) else b"{}"
    except ValueError:
        return WELCOME


FAULTS: dict[str, Fault] = {
    "HTTP 500": status(500),
    "HTTP 503": status(503),
    "HTTP 429": status(429),
    "HTTP 403": status(403),
    "reset": lambda _: DownloadFailedError("reset"),
    "silence": lambda _: DownloadTimeoutError(),
    "a challenge": with_body(lambda _: CHALLENGE),
    "nothing": with_body(lambda _: b""),
    "half of it": with_body(lambda body: body[: len(body) // 2]),
    "all but the end": with_body(lambda body: body.rstrip()[:-1]),
}
PAGED = (
    "bamboohr breezy careerplug icims jazzhr oracle reed rippling schemaorg smartrecruiters workday"
).split()
DETAILED = [source for source in SOURCES if source["spider"] in PAGED]  # each posting has a page that is read
GONE = {
    "HTTP 404": status(404),
    "HTTP 410": status(410),
    "noindex": lambda answer: answer.replace(headers={**answer.headers, "X-Robots-Tag": "noindex"}),
}
LISTS = {**FAULTS, "HTTP 404": status(404), "another shape": with_body(other_shape)}


@dataclass
class Crawled:
    """A crawl over the samples: what came of it, and how many pages of its list were asked for."""

    known: known.Known
    hearing: Hearing = field(default_factory=Hearing)
    terms: list[Any] = field(default_factory=list)
    lists: int = 0

    def of(self, kind: type[Any]) -> list[Any]:
        return [term for term in self.terms if isinstance(term, kind)]

    @property
    def details(self) -> int:
        """How many pages of postings were asked for."""
        return self.known.crawler.stats.get_value("rolecall/details", 0)

    def judged(self) -> closing.Judgement:
        """What the run amounts to for a source of which 25 listings are known."""
        listed = self.known.crawler.stats.get_value("rolecall/listed", 0)
        heard = self.hearing.heard(self.known.sweep, listed=listed, details=self.details)
        gone = len(over(self))
        return closing.judge(
            heard, closing.Memory(source="acme", open_before=25, ever=True, missing=3, gone=gone)
        )


def crawled(source: dict[str, Any], fault: Fault | None = None, at: int | None = None) -> Crawled:
    """A crawl whose list has a fault at its so-many-th page; None: the page of every posting has it."""
    return asyncio.run(crawl(source, fault, at))


async def crawl(source: dict[str, Any], fault: Fault | None, at: int | None) -> Crawled:
    made = spiders()[source["spider"]]
    spider, settings = made(source.get("board", ""), source["url"], today=TODAY), Settings()
    whole: Any = SimpleNamespace(settings=settings, signals=SignalManager(), stats=Stats(), spidercls=made)
    heard = Crawled(known.Known(whole))
    todo = [request async for request in heard.known.process_start(spider.start())]
    for request in todo:
        name = request.meta["identifier"]
        broken = fault is not None and (bool(name) if at is None else not name and heard.lists == at)
        heard.lists += not name
        async for term in answered(heard.known, request, fault if broken else None):
            heard.hearing.take(term)
            (todo if isinstance(term, Request) else heard.terms).append(term)
        assert len(todo) < 200, "it goes on for ever"
    return heard


async def answered(middleware: known.Known, request: Request, fault: Fault | None) -> AsyncIterator[Any]:
    """What comes of a request when its answer has a fault, as Scrapy has it."""
    page = web().get(replay.asked(request))
    answer: Any = page.answer(request) if page else Response(request.url, status=404, request=request)
    answer = fault(answer) if fault else answer
    if not isinstance(answer, Response):
        for term in failed(request, answer):
            yield term
        return
    well = 200 <= answer.status < 300
    given = called(request, answer) if well else each(failed(request, HttpError(answer, "status")))
    try:
        async for term in middleware.process_spider_output(answer, given):
            yield term
    except Unreadable as error:
        for term in middleware.process_spider_exception(answer, error) or ():
            yield term


def failed(request: Request, error: Exception) -> Iterable[Any]:
    failure = Failure(error)
    failure.request = request  # type: ignore[attr-defined]
    return request.errback(failure)  # type: ignore[misc]


async def called(request: Request, answer: Response) -> AsyncIterator[Any]:
    for term in request.callback(answer, **request.cb_kwargs) or ():  # type: ignore[misc]
        yield term


async def each(terms: Iterable[Any]) -> AsyncIterator[Any]:
    for term in terms:
        yield term


@cache
def calm(name: str) -> Crawled:
    """The crawl of a spider's sample without a fault."""
    (source,) = [source for source in SOURCES if source["spider"] == name]
    return crawled(source)


def over(heard: Crawled) -> set[str]:
    """What its own page says is over."""
    return {term.identifier for term in heard.of(Gone)}


@pytest.mark.parametrize("fault", LISTS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["spider"])
def test_a_fault_of_a_list_makes_no_complete_run(source: dict[str, Any], fault: str) -> None:
    whole = calm(source["spider"])
    assert whole.judged().status == "complete"
    assert bool(whole.details) == (source in DETAILED)
    for at in {0, whole.lists - 1}:
        heard = crawled(source, LISTS[fault], at)
        judgement = heard.judged()
        assert judgement.status != "complete", (at, heard)
        assert judgement.reason
        assert not judgement.misses
        assert over(heard) <= over(whole)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", DETAILED, ids=lambda source: source["spider"])
def test_a_fault_of_the_pages_of_postings_says_of_none_that_it_is_over(
    source: dict[str, Any], fault: str
) -> None:
    heard = crawled(source, FAULTS[fault])
    assert over(heard) <= over(calm(source["spider"]))
    troubles = [trouble for trouble in heard.of(Trouble) if not trouble.listing]
    read = [*heard.of(JobPosting), *heard.of(Bad), *heard.of(Gone)]
    assert len(troubles) + len(read) >= heard.details
    if len(troubles) == heard.details:
        assert heard.judged().status != "complete"


@pytest.mark.parametrize("fault", GONE)
@pytest.mark.parametrize("source", DETAILED, ids=lambda source: source["spider"])
def test_pages_of_postings_that_are_all_gone_close_none_where_the_list_names_them(
    source: dict[str, Any], fault: str
) -> None:
    heard, whole = crawled(source, GONE[fault]), calm(source["spider"])
    if heard.of(JobPosting):
        assert fault == "noindex", "which the address of an API may say, and means no posting"
        assert over(heard) == over(whole)
        return
    judgement = heard.judged()
    assert (judgement.status, judgement.closes_gone) == ("failed", False)
    assert judgement.reason.startswith(f"{fault} on ")
