"""A night: every source crawled in one run, the rest unhurt by what fails, and numbers that add up."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pages
import pytest
from hypothesis import given
from hypothesis import strategies as some
from offline import answer, board
from sqlalchemy import select

from crawler import children, refresh, sources
from crawler.sources import Source
from db import lease, queries, session
from db.models import CrawlRun, Listing

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Place:
    """A database, a folder of pages, and nights in them."""

    def __init__(self, engines: session.Engines, url: str, folder: Path) -> None:
        self.engines, self.url, self.folder = engines, url, folder
        self.pages = folder / "pages"

    def night(self, day: int = 0, **changes: Any) -> refresh.Night:
        now = NOW + timedelta(days=day)
        values = {"now": now, "wanted": ("core", "adjacent"), "replay": self.pages, "log_level": "WARNING"}
        return refresh.Night(**values | changes)

    def refresh(self, *sources: Source, day: int = 0) -> refresh.Report:
        with lease.held(self.engines, "refresh") as held:
            index = self.folder / "index"
            return refresh.refresh(self.engines, self.url, sources, self.night(day), index, held, nothing)

    def crawl(
        self, *sources: Source, progress: refresh.Progress | None = None, **changes: Any
    ) -> refresh.Report:
        with lease.held(self.engines, "crawl") as held:
            night = self.night(**changes)
            return refresh.crawl(self.engines, self.url, sources, night, held, progress or nothing)

    def rows(self, model: type[Any]) -> list[Any]:
        with session.reading(self.engines) as db:
            return list(db.scalars(select(model).order_by(model.id)))

    def open(self) -> list[str]:
        return [row.identifier for row in self.rows(Listing) if row.closed_at is None]


def nothing(*_: Any) -> None:
    pass


@pytest.fixture
def place(engines: session.Engines, database_url: str, tmp_path: Path) -> Place:
    return Place(engines, database_url, tmp_path)


def statuses(report: refresh.Report) -> dict[str, str]:
    return {one.source: one.status for one in report.outcomes}


@pytest.mark.parametrize("database_kind", pages.DATABASES, indirect=True)
def test_a_night_stores_groups_and_indexes_and_a_second_one_changes_nothing(place: Place) -> None:
    sources = [board(place.pages, "acme", range(3)), board(place.pages, "elm", range(3, 5))]
    report = place.refresh(*sources)
    assert statuses(report) == {"greenhouse:acme": "complete", "greenhouse:elm": "complete"}
    assert [one.counts["new"] for one in report.outcomes] == [3, 2]
    assert (report.grouped.listings if report.grouped else 0, report.indexed) == (5, 5)
    assert not report.failed
    before = [(row.id, row.job_id, row.updated_at, row.first_seen) for row in place.rows(Listing)]
    report = place.refresh(*sources, day=1)
    assert [one.counts["unchanged"] for one in report.outcomes] == [3, 2]
    assert (report.grouped.changed_jobs if report.grouped else 1, report.wrong) == (0, [])
    assert [(row.id, row.job_id, row.updated_at, row.first_seen) for row in place.rows(Listing)] == before
    assert {row.last_seen for row in place.rows(Listing)} == {NOW + timedelta(days=1)}


@sqlite_only
def test_a_source_that_fails_costs_the_others_nothing_and_closes_nothing(place: Place) -> None:
    good, broken, unknown = (
        board(place.pages, name, [number]) for number, name in enumerate(("a", "b", "c"))
    )
    place.refresh(good, broken, unknown)
    answer(place.pages, broken, '{"jobs": [')
    answer(place.pages, unknown, "{}", status=404)
    strange = Source("greenhouse", "", url="https://x.example")  # no board: its address is none
    report = place.refresh(good, broken, unknown, strange, day=1)
    found = statuses(report)
    assert found.pop("greenhouse:a") == "complete"
    assert set(found.values()) == {"failed"}
    assert not report.failed
    assert place.open() == ["0", "1", "2"]


@sqlite_only
def test_a_night_in_which_every_source_fails_is_none(place: Place) -> None:
    report = place.refresh(answer(place.pages, Source("greenhouse", "a", url="https://a.example"), "{"))
    assert (statuses(report), report.failed) == ({"greenhouse:a": "failed"}, True)
    assert report.grouped is not None


@pytest.mark.soak
@sqlite_only
def test_a_removed_source_is_closed_and_one_at_rest_is_not_but_only_by_a_refresh(place: Place) -> None:
    kept, resting, removed = (board(place.pages, name, [number]) for number, name in enumerate("abc"))
    place.refresh(kept, resting, removed)
    place.crawl(kept)
    assert place.open() == ["0", "1", "2"]
    report = place.refresh(kept, dataclasses.replace(resting, enabled=False), day=1)
    assert place.open() == ["0", "1"]
    [gone] = report.removed
    assert (gone.source, gone.status, gone.counts["closed"]) == ("greenhouse:c", "complete", 1)
    run = place.rows(CrawlRun)[-1]
    assert (run.reason, run.closed, run.open_before, run.open_after) == (refresh.REMOVED, 1, 1, 0)


@pytest.mark.soak
@sqlite_only
def test_a_source_whose_terms_ask_for_a_rest_is_not_asked_before_its_end_and_is_not_blocked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.classes()["greenhouse"], "rest", timedelta(hours=6))
    seldom = board(place.pages, "a", [1])
    assert statuses(place.crawl(seldom)) == {"greenhouse:a": "complete"}
    early = place.crawl(seldom, now=NOW + timedelta(hours=5))
    assert (statuses(early), early.wrong, early.failed) == ({"greenhouse:a": "at rest"}, [], False)
    assert early.outcomes[0].reason == "its terms ask for a rest between two runs: until 2026-11-21 09:00 UTC"
    assert len(place.rows(CrawlRun)) == 1
    assert statuses(place.crawl(seldom, now=NOW + timedelta(hours=7))) == {"greenhouse:a": "complete"}


@pytest.mark.soak
@sqlite_only
def test_a_host_that_asked_to_be_left_alone_is_not_asked_for_any_of_its_boards(place: Place) -> None:
    sources = [board(place.pages, "a", [1]), board(place.pages, "b", [2])]
    place.refresh(*sources)
    with session.writing(place.engines) as db:
        found = queries.sources.find(db, ["greenhouse:b"])["greenhouse:b"]
        queries.sources.set_resume(db, found.id, NOW + timedelta(days=2))
    report = place.refresh(*sources, day=1)
    assert statuses(report) == {"greenhouse:a": "blocked", "greenhouse:b": "blocked"}
    assert "left alone until 2026-11-23 03:00 UTC" in report.outcomes[0].reason
    assert (report.failed, place.open()) == (True, ["1", "2"])
    assert set(statuses(place.refresh(*sources, day=2)).values()) == {"complete"}


@sqlite_only
def test_a_source_whose_process_dies_is_tried_alone_and_one_that_kills_it_again_has_failed(
    place: Place,
) -> None:
    sources = [board(place.pages, name, [number]) for number, name in enumerate("abc")]
    killed = []

    def kill(step: str, done: int, _: int) -> None:
        if step == "greenhouse:b":
            for pid in processes():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    report = place.crawl(*sources, progress=kill)
    assert len(set(killed)) == 2
    assert [one.status for one in report.outcomes] == ["complete", "failed", "complete"]
    assert report.outcomes[1].reason == "its process ended: signal 9"
    assert (report.wrong, report.failed) == ([], False)
    assert {"0", "2"} <= set(place.open())
    assert "running" not in [row.status for row in place.rows(CrawlRun)]


@sqlite_only
def test_a_process_that_falls_silent_is_killed(place: Place) -> None:
    source = board(place.pages, "a", [1])
    job = refresh.job(place.night(), place.url, "")

    def stop(event: dict[str, Any]) -> None:
        if event["state"] == "started":
            os.kill(event["pid"], signal.SIGSTOP)

    died = children.run([[[source]]], job, stop, silence=2)
    assert died == {source.name: "its process said nothing any more and was killed"}
    assert processes() == []


def processes() -> list[int]:
    """The processes that this one started and that crawl."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"crawler.crawl" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@sqlite_only
def test_a_run_that_lost_its_lease_ends_its_processes_and_stores_nothing_more(place: Place) -> None:
    source = board(place.pages, "a", [1])
    with lease.held(place.engines, "crawl") as held:
        held.lost.set()
        with pytest.raises(lease.Busy):
            refresh.crawl(place.engines, place.url, [source], place.night(), held, nothing)
    assert processes() == []


RUN = """
import logging, signal, sys
from datetime import UTC, datetime
from crawler import refresh
from crawler.sources import Source
from db import lease, session
def stop(*_): raise KeyboardInterrupt
signal.signal(signal.SIGTERM, stop)
url, port = sys.argv[1:]
engines = session.open_engines(url)
night = refresh.Night(now=datetime(2026, 11, 21, tzinfo=UTC), wanted=("core",), allow_private=("127.0.0.1:" + port,))
source = Source("greenhouse", "slow", url="http://127.0.0.1:" + port)
with lease.held(engines, "crawl") as held:
    refresh.crawl(engines, url, [source], night, held, lambda step, *_: print(step, flush=True))
"""


@pytest.fixture
def silent_port() -> Iterator[socket.socket]:
    """A server that takes a connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(60)
        yield server


@pytest.mark.soak
@sqlite_only
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_night_that_ends_before_its_time_leaves_no_process_behind(
    place: Place, silent_port: socket.socket, how: signal.Signals
) -> None:
    port = silent_port.getsockname()[1]
    command = [sys.executable, "-c", RUN, place.url, str(port)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        connection, _ = silent_port.accept()  # the child asks for robots.txt
        with connection:
            began = time.monotonic()
            process.send_signal(how)
            process.wait(30)
            connection.settimeout(15)
            with suppress(ConnectionResetError):
                while connection.recv(4096):  # ends when the child has ended
                    pass
            assert time.monotonic() - began < 30
    if how == signal.SIGTERM:
        assert {row.status for row in place.rows(CrawlRun)} <= {"failed", "blocked", "partial"}
    board(place.pages, "slow", [1], host=f"http://127.0.0.1:{port}")
    again = place.crawl(Source("greenhouse", "slow", url=f"http://127.0.0.1:{port}"))
    assert [one.status for one in again.outcomes] == ["complete"]
    assert "running" not in [row.status for row in place.rows(CrawlRun)]


hosts = some.lists(
    some.tuples(
        some.sampled_from(["a.example", "a.example:8080", "b.example", "127.0.0.1:1", "127.0.0.1:2"])
    ),
    max_size=30,
)


@given(hosts, some.integers(1, 5))
def test_processes_get_every_source_once_and_never_share_a_machine(
    asked: Sequence[tuple[str]], jobs: int
) -> None:
    sources = [
        Source("greenhouse", str(number), url=f"http://{host}") for number, (host,) in enumerate(asked)
    ]
    dealt = refresh.lanes(sources, jobs)
    assert sorted(one.name for lane in dealt for one in lane) == sorted(one.name for one in sources)
    assert len(dealt) <= jobs
    where = [
        {(one.host.partition(":")[0] if "example" in one.host else one.host) for one in lane}
        for lane in dealt
    ]
    assert sum(len(lane) for lane in where) == len(set().union(*where))


def edited(**changes: int) -> Callable[[refresh.Outcome], refresh.Outcome]:
    return lambda one: dataclasses.replace(one, counts={**one.counts, **changes})


@sqlite_only
def test_numbers_that_do_not_add_up_are_found(place: Place) -> None:
    report = place.crawl(board(place.pages, "a", [1, 2]))
    told = {one.source: one for one in report.outcomes}
    find = lambda outcomes: refresh.check_sums(place.engines, 1, outcomes, NOW)  # noqa: E731
    assert find(told) == []
    assert "other numbers" in find({name: edited(new=1)(one) for name, one in told.items()})[0]
    assert "has no run" in find({**told, "greenhouse:z": refresh.Outcome("greenhouse:z", "complete")})[0]
    assert "was not asked" in find({})[0]
    with session.writing(place.engines) as db:
        listing = db.scalars(select(Listing)).first()
        assert listing is not None
        listing.closed_at = NOW
    assert "than the 1 listings that are open" in find(told)[0]
    with session.writing(place.engines) as db:
        queries.sources.start_run(db, place.rows(CrawlRun)[0].source_id, NOW)
    assert "never ended" in find(told)[0]
    assert place.rows(CrawlRun)[-1].status == "failed"


@sqlite_only
def test_a_look_at_first_pages_says_what_is_there_and_stores_nothing(place: Place) -> None:
    sources = [
        board(place.pages, "good", [1, 2]),
        board(place.pages, "none", []),
        answer(place.pages, Source("greenhouse", "cut", url="https://x.example"), '{"jobs": ['),
        Source("greenhouse", "nobody", url="https://x.example"),
        Source("greenhouse", "other", url="https://y.example"),
    ]
    answer(place.pages, sources[-1], '{"jobs": [{"id": 1}, {"id": 2}]}')
    found = refresh.check(sources, place.night())
    words = {name.partition(":")[2]: (one.status, one.reason) for name, one in found.items()}
    assert words["good"] == ("ok", "2 postings listed")
    assert words["none"] == ("empty", "no posting now: meta.total")
    assert words["nobody"] == ("unknown", "unknown board 'nobody' (HTTP 404)")
    assert words["cut"][0] == "failed"
    assert "no whole JSON" in words["cut"][1]
    assert words["other"] == ("failed", "no posting can be read: title missing (2 times)")
    assert place.rows(CrawlRun) == []
