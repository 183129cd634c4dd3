"""What was read before: when a page is asked for, when it is only asked whether it changed, and when neither."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faulty import FaultServer, faulty
from probing import Fetched, Probe, probe
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from twisted.python.failure import Failure

from crawler import known, pace
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
    Trouble,
)
from db import upgrade

__all__ = ["faulty", "probe"]

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
LIST = "https://acme.example/jobs"


class Stats(dict[str, int]):
    """Scrapy's counters, without a crawl."""

    def inc_value(self, name: str) -> None:
        self[name] = self.get(name, 0) + 1

    def get_value(self, name: str, default: int) -> int:
        return self.get(name, default)


@pytest.fixture
def memory() -> known.Known:
    """The middleware of a source of which nothing is known."""
    settings = Settings({"ROLECALL_NOW": NOW.isoformat(), "ROLECALL_WANTED": ["core"]})
    crawler: Any = SimpleNamespace(
        settings=settings, signals=SignalManager(), stats=Stats(), spidercls=SourceSpider
    )
    return known.Known(crawler)


def page(memory: known.Known, url: str, *, days: float = 1, version: str = "", **more: Any) -> None:
    """Remember a page that was read some days ago."""
    row = {
        "etag": "",
        "last_modified": "",
        "version": version,
        "stamp": memory.stamp,
        "gave": {"seen": ["1"]},
    }
    memory.pages[url] = SimpleNamespace(**{**row, "fetched_at": NOW - timedelta(days=days), **more})


def spider() -> SourceSpider:
    return SourceSpider(name="acme", url=LIST, today=date(2026, 11, 21))


def answer(url: str = LIST, status: int = 200, **meta: Any) -> Response:
    request = Request(url, meta={"identifier": "", "version": "", **meta})
    return Response(url, status=status, headers={"ETag": '"a"', "Last-Modified": "now"}, request=request)


def given(memory: known.Known, response: Response, *terms: Any) -> list[Any]:
    """What comes out where a callback gives these."""

    async def callback() -> AsyncIterator[Any]:
        for term in terms:
            yield term

    async def collect() -> list[Any]:
        return [term async for term in memory.process_spider_output(response, callback())]

    return asyncio.run(collect())


def detail(number: int = 1, version: str = "") -> Request:
    url = f"{LIST}/{number}"
    return spider().ask(url, "unchanged", identifier=str(number), version=version, page=2)


def posting(identifier: str) -> JobPosting:
    return JobPosting(
        source="acme:acme",
        identifier=identifier,
        url=LIST,
        title="Agent",
        description="<p>Calls</p>",
        hiring_organization="Acme",
    )


@pytest.mark.parametrize(
    "listed, kept, asked",
    [
        ({"version": "2"}, None, True),
        ({"version": "2"}, {"version": "2"}, False),
        ({"version": "2"}, {"version": "1"}, True),
        ({"version": "2"}, {"version": "2", "days": 31}, True),
        ({"version": "2"}, {"version": "2", "stamp": "of another version of this program"}, True),
        ({"version": ""}, {"version": ""}, True),
        ({"version": ""}, {"version": known.OVER}, True),
    ],
)
def test_a_posting_is_read_again_when_its_list_says_that_it_changed(
    memory: known.Known, listed: dict[str, str], kept: dict[str, Any] | None, *, asked: bool
) -> None:
    if kept is not None:
        page(memory, f"{LIST}/1", gave={"seen": ["1", "1#b"]}, **kept)
    terms = given(memory, answer(), detail(**listed))
    assert [type(term) for term in terms[:-1]] == ([Request] if asked else [Seen, Seen])
    assert isinstance(terms[-1], Read)
    stats: Any = memory.crawler.stats
    assert stats == {"rolecall/listed": 1, **({"rolecall/details": 1} if asked else {})}
    if asked:
        assert terms[0].meta.get("gave") == (Gave(("1", "1#b")) if kept else None)


def test_what_lists_is_asked_for_first_and_then_what_is_new(memory: known.Known) -> None:
    page(memory, f"{LIST}/1")
    old, new, lists, _ = given(
        memory, answer(), detail(1), detail(2), spider().ask(f"{LIST}?page=2", "parse")
    )
    assert lists.priority > new.priority > old.priority


def test_in_a_list_that_takes_all_night_pages_of_postings_have_their_part_of_it(
    memory: known.Known,
) -> None:
    memory.most = 10
    priorities = []
    for asked in (5, 7):
        memory.crawler.stats["response_received_count"] = asked  # type: ignore[index]
        lists, new, _ = given(memory, answer(), spider().ask(f"{LIST}?page={asked}", "parse"), detail(asked))
        priorities.append(lists.priority > new.priority)
    assert priorities == [True, False]


@pytest.mark.parametrize(
    "error, heard", [(pace.Over("over"), False), (IgnoreRequest("HTTP 206: a part"), True)]
)
def test_a_request_that_a_closing_crawl_sent_no_more_waits_for_its_answer(
    memory: known.Known, error: Exception, *, heard: bool
) -> None:
    lists, shows, _ = given(
        memory, answer(sweep=memory.sweep.ask({})), spider().ask(LIST, "parse"), detail(7)
    )
    assert (len(memory.sweep.todo), [*memory.sweep.details.values()]) == (1, [("7",)])
    said = []
    for request in (lists, shows):
        failure = Failure(error)
        failure.request = request  # type: ignore[attr-defined]
        said += request.errback(failure)
    assert [type(term) for term in said] == ([Trouble, Seen, Trouble] if heard else [])
    assert (len(memory.sweep.todo), len(memory.sweep.details)) == (1, 0 if heard else 1)


def test_of_many_pages_that_no_list_tells_apart_some_are_read_each_night(memory: known.Known) -> None:
    for number in range(1200):
        page(memory, f"{LIST}/{number}", days=1 + number % 3)
    terms = given(memory, answer(), *(detail(number) for number in range(1200)))
    asked = [term for term in terms if isinstance(term, Request)]
    assert len(asked) == 400
    assert {int(request.meta["identifier"]) % 3 for request in asked} == {2}, "the longest unread"
    assert len([term for term in terms if isinstance(term, Seen)]) == 800


def test_never_more_than_a_nights_work(memory: known.Known) -> None:
    for number in range(1200):
        page(memory, f"{LIST}/{number}", days=20)
    terms = given(memory, answer(), *(detail(number) for number in range(1200)))
    assert sum(isinstance(term, Request) for term in terms) == known.AGAIN


def test_what_an_answer_gave_is_remembered_so_that_it_can_give_it_again(memory: known.Known) -> None:
    *_, read = given(memory, answer(), posting("1"), Seen("2"), detail(3, "v3"), End("total", total=3))
    follow = {"url": f"{LIST}/3", "callback": "unchanged", "identifier": "3", "version": "v3", "page": 2}
    end = dataclasses.asdict(End("total", total=3))  # whatever it has to say
    assert read == Read(LIST, '"a"', "now", "", memory.stamp, Gave(("1", "2"), (follow,), end))
    again = spider()
    request = Request(LIST, meta={"gave": known.gave(SimpleNamespace(gave=read.row()["gave"]))})
    one, two, three, last = again.unchanged(Response(LIST, request=request))
    assert (one, two, last) == (Seen("1"), Seen("2"), End("total", total=3))
    assert isinstance(three, Request)
    assert (three.url, three.meta["identifier"], three.meta["version"]) == (f"{LIST}/3", "3", "v3")
    assert three.cb_kwargs == {"page": 2}


@pytest.mark.parametrize("term", [Bad("7", "title missing"), Repeat("1"), Trouble("cut off")])
def test_an_answer_that_was_not_read_whole_is_not_remembered(memory: known.Known, term: Any) -> None:
    assert given(memory, answer(), posting("1"), term) == [posting("1"), term]


@pytest.mark.parametrize("status", [203, 304, 404])
def test_nothing_but_a_whole_answer_is_remembered(memory: known.Known, status: int) -> None:
    assert given(memory, answer(status=status), Seen("1")) == [Seen("1")]


def test_an_answer_that_cannot_be_known_again_is_remembered_only_for_a_posting(memory: known.Known) -> None:
    plain = Response(LIST, request=Request(LIST, meta={"identifier": ""}))
    assert given(memory, plain, Seen("1")) == [Seen("1")]
    plain = Response(LIST, request=Request(LIST, meta={"identifier": "1", "version": "v"}))
    assert given(memory, plain, posting("1"))[1:] == [Read(LIST, "", "", "v", memory.stamp, Gave(("1",)))]


@pytest.mark.parametrize("status", [200, 404])
def test_a_posting_that_is_gone_is_looked_for_while_it_is_listed(memory: known.Known, status: int) -> None:
    gone = Gone("1", "noindex")
    *_, read = given(memory, answer(f"{LIST}/1", status, identifier="1", version="v1"), gone)
    page(memory, f"{LIST}/1", **{**read.row(), "days": 0})
    assert [type(term) for term in given(memory, answer(), detail(1, "v1"))] == [Request, Read]


def test_the_address_that_was_asked_for_is_remembered_and_not_where_it_led(memory: known.Known) -> None:
    moved = answer("https://www.acme.example/jobs", redirect_urls=[LIST, "https://acme.example/to"])
    assert given(memory, moved, Seen("1"))[-1].url == LIST


@pytest.mark.parametrize("header", ["x" * 501, "a\x00b", "a\x85b"])
def test_a_validator_that_nobody_can_keep_is_none(memory: known.Known, header: str) -> None:
    response = answer()
    response.headers["ETag"] = header.encode("latin-1")
    assert given(memory, response, Seen("1"))[-1].etag == ""


def test_only_the_records_of_a_list_count_as_listed(memory: known.Known) -> None:
    terms = [
        posting("1"),
        Seen("2"),
        Bad("3", "x"),
        Repeat("1"),
        detail(4),
        spider().ask(LIST, "parse"),
        End("x"),
    ]
    given(memory, answer(), *terms)
    stats: Any = memory.crawler.stats
    assert stats["rolecall/listed"] == 5
    given(memory, answer(f"{LIST}/1", identifier="1"), posting("1"))
    assert stats["rolecall/listed"] == 5


@pytest.mark.parametrize(
    "error, reason, blocked",
    [
        (Unreadable("jobs missing"), "jobs missing", False),
        (Blocked("a challenge"), "a challenge", True),
        (TypeError("x"), "could not be read (TypeError)", False),
    ],
)
def test_a_callback_that_fails_is_trouble_and_its_posting_is_still_listed(
    memory: known.Known, error: Exception, reason: str, *, blocked: bool
) -> None:
    assert memory.process_spider_exception(answer(), error) == [Trouble(reason, LIST, blocked=blocked)]
    url = f"{LIST}/1"
    shows = answer(url, identifier="1", gave=Gave(("1", "1#b")))
    found = memory.process_spider_exception(shows, error)
    assert found == [
        Seen("1", failed=True),
        Seen("1#b", failed=True),
        Trouble(reason, url, listing=False, blocked=blocked),
    ]
    assert given(memory, shows, Seen("1")) == [Seen("1")], "what was read of it is not remembered"


@pytest.fixture
def night(probe: Probe, faulty: FaultServer, tmp_path: Path) -> Callable[..., tuple[Fetched, list[Any]]]:
    """One night's crawl of a board and one posting's page; what came, and the statuses that the server gave."""
    url = f"sqlite:///{tmp_path}/rolecall.sqlite3"
    upgrade.upgrade(url)
    faulty.source("acme", n=3)
    urls = [f"{faulty.base}/v1/boards/acme/jobs", f"{faulty.base}/careers/acme/jobs/acme-00001"]

    def fetch(day: int, **settings: Any) -> tuple[Fetched, list[Any]]:
        before = len(faulty.log("acme"))
        told = {
            "ROLECALL_ALLOW_PRIVATE": faulty.allowed,
            "ROLECALL_DATABASE_URL": url,
            "ROLECALL_SOURCE": "looking:here",
            "ROLECALL_SPIDER": "looking",
            "ROLECALL_WANTED": ["core"],
            "ROLECALL_NOW": (NOW + timedelta(days=day)).isoformat(),
            "ITEM_PIPELINES": {"crawler.pipelines.Store": 900},
        }
        found = probe.fetch(*urls, **{**told, **settings})
        return found, [request["status"] for request in faulty.log("acme")[before:]]

    return fetch


def test_a_page_that_has_not_changed_gives_what_it_gave_before(
    night: Callable[..., tuple[Fetched, list[Any]]], faulty: FaultServer
) -> None:
    first, statuses = night(0)
    assert statuses == [200, 200]
    second, statuses = night(1)
    assert statuses == [304, 304]
    assert sorted(second.seen) == sorted(first.seen)
    assert not second.answers
    assert not second.failures
    _, statuses = night(2, ROLECALL_WANTED=["core", "adjacent"])
    assert statuses == [200, 200], "what is wanted changed, so all is read anew"
    _, statuses = night(10, ROLECALL_WANTED=["core", "adjacent"])
    assert statuses == [200, 200], "a server is believed for a week"
    faulty.next_run("acme")
    _, statuses = night(11, ROLECALL_WANTED=["core", "adjacent"])
    assert statuses[0] == 200, "the board changed"


def test_a_page_that_nobody_asked_about_has_not_not_changed(probe: Probe, faulty: FaultServer) -> None:
    faulty.source("acme", n=3, faults={"status": 304})
    found = probe.fetch(f"{faulty.base}/v1/boards/acme/jobs", ROLECALL_ALLOW_PRIVATE=faulty.allowed)
    assert found.said == "HTTP 304"
