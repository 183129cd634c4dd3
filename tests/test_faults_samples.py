"""Every spider of the samples under every fault of an answer: its run is not complete, and nothing closes."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from test_samples import SOURCES, TODAY, spiders, web
from twisted.python.failure import Failure

from crawler import closing, known, replay
from crawler.answers import Blocked, Unreadable
from crawler.items import JobPosting
from crawler.source import Bad, End, Gone, Trouble

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
LISTS = {**FAULTS, "HTTP 404": status(404), "another shape": with_body(other_shape)}


@dataclass
class Heard:
    """A crawl over the samples: what came of it, and how often a list or a posting was asked for."""

    lists: int = 0
    details: int = 0
    listed: int = 0
    terms: list[Any] = field(default_factory=list)

    def of(self, kind: type[Any]) -> list[Any]:
        return [term for term in self.terms if isinstance(term, kind)]

    def judged(self) -> closing.Judgement:
        """What the run amounts to for a source of which 25 listings are known."""
        troubles, ends = self.of(Trouble), self.of(End)
        gone = Counter(one.reason for one in self.of(Gone))
        heard = closing.Heard(
            listed=self.listed,
            postings=len(self.of(JobPosting)),
            details=self.details,
            details_failed=sum(not trouble.listing for trouble in troubles),
            bad=Counter(one.reason for one in self.of(Bad)),
            gone=gone,
            troubles=tuple(troubles),
            end=ends[0] if ends else None,
        )
        memory = closing.Memory(source="acme", open_before=25, ever=True, missing=3, gone=gone.total())
        return closing.judge(heard, memory)


def crawled(source: dict[str, Any], fault: Fault | None = None, at: int | None = None) -> Heard:
    """A crawl whose list has a fault at its so-many-th page; None: the page of every posting has it."""
    spider = spiders()[source["spider"]](source.get("board", ""), source["url"], today=TODAY)
    heard, todo = Heard(), [asyncio.run(anext(spider.start()))]
    for request in todo:
        name = request.meta["identifier"]
        broken = fault is not None and (bool(name) if at is None else not name and heard.lists == at)
        heard.details += bool(name)
        heard.lists += not name
        for term in answered(spider, request, fault if broken else None):
            heard.listed += not name and known.is_listed(term)
            (todo if isinstance(term, Request) else heard.terms).append(term)
        assert len(todo) < 200, "it goes on for ever"
    return heard


def answered(spider: Any, request: Request, fault: Fault | None) -> Iterator[Any]:
    """What a spider yields for an answer, and what the crawl makes of one that it cannot read."""
    page = web().get(replay.asked(request))
    answer: Any = page.answer(request) if page else Response(request.url, status=404, request=request)
    answer = fault(answer) if fault else answer
    try:
        if isinstance(answer, Response) and 200 <= answer.status < 300:
            yield from request.callback(answer, **request.cb_kwargs) or ()  # type: ignore[misc]
            return
        failure = Failure(answer if isinstance(answer, Exception) else HttpError(answer, "status"))
        failure.request = request  # type: ignore[attr-defined]
        yield from spider.failed(failure)
    except Unreadable as error:
        listing = not request.meta["identifier"]
        yield Trouble(str(error), request.url, listing=listing, blocked=isinstance(error, Blocked))


@cache
def calm(name: str) -> Heard:
    """The crawl of a spider's sample without a fault."""
    (source,) = [source for source in SOURCES if source["spider"] == name]
    return crawled(source)


def over(heard: Heard) -> set[str]:
    """What its own page says is over."""
    return {term.identifier for term in heard.of(Gone)}


@pytest.mark.parametrize("fault", LISTS)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source["spider"])
def test_a_fault_of_a_list_makes_no_complete_run(source: dict[str, Any], fault: str) -> None:
    whole = calm(source["spider"])
    assert whole.judged().status == "complete"
    for at in {0, whole.lists - 1}:
        heard = crawled(source, LISTS[fault], at)
        judgement = heard.judged()
        assert judgement.status != "complete", (at, heard)
        assert judgement.reason
        assert not judgement.misses
        assert over(heard) <= over(whole)


DETAILED = [source for source in SOURCES if calm(source["spider"]).details]


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
