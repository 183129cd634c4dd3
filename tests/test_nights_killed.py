"""kill -9, or a commit that fails, at any step of a night: all is whole, and the next run ends as if nothing had been."""

from __future__ import annotations

import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import new_database
from deciding import asked
from doom import doomed
from sqlalchemy import make_url
from test_backup import contents
from test_grouping_nights import DAY, DUTIES, NOW, posting, remember, whole

from db import checking, lease, queries, session, upgrade
from matcher import deciding, grouping, search

PARTS = 10  # of the kills, so that few of them can be tried at once
KILLS = 200
ROOM = 5  # steps by which two runs may differ: sets have no order
FIRST = [posting(str(at), words="\n".join(DUTIES[at % 2 :])) for at in range(4)]
THEN = [FIRST[0], posting("1", town="Dayton"), FIRST[3], posting("7", title="Meter Clerk")]
FEED = [posting("x1", "feed"), posting("x2", "feed", title="Meter Clerk", town="Toledo")]


class Home:
    """A database of either kind, and the folder beside it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.jobs: tuple[str, str] = ("", "")

    @contextmanager
    def opened(self) -> Iterator[session.Engines]:
        engines = session.open_engines(self.url)
        try:
            yield engines
        finally:
            engines.close()

    def first_night(self) -> None:
        with self.opened() as engines:
            remember(engines, "acme", FIRST, NOW)
            remember(engines, "feed", FEED[:1], NOW)
            grouping.regroup(engines, NOW, folder=self.folder / "shelf")
            search.reindex(engines, self.folder / "index")
            with session.reading(engines) as db:
                homes = {row.identifier: row.job_id for row in queries.listings.memberships(db)}
        self.jobs = homes["0"], homes["3"]

    def next_night(self, at: timedelta = DAY) -> None:
        """A person's merge, what two sources say now, jobs, index: each with commits of its own."""
        with self.opened() as engines, lease.held(engines, "refresh"):
            if self.jobs[0] != self.jobs[1]:
                deciding.merge(engines, asked(NOW, key="of-one-form"), *self.jobs)
            remember(engines, "acme", THEN, NOW + DAY)
            remember(engines, "feed", FEED, NOW + DAY)
            grouping.regroup(engines, NOW + at, folder=self.folder / "shelf")
            search.reindex(engines, self.folder / "index")

    def state(self) -> Any:
        """All that lasts: listings, jobs, pairs, what was decided, and the index of it."""
        with self.opened() as engines:
            assert checking.check(engines).faults == ()
            with session.reading(engines) as db:
                said = [tuple(row) for row in queries.verdicts.every(db)]
                listings = [
                    (row.source, row.identifier, row.title, row.first_seen, row.closed_at, row.job_id)
                    for row in queries.listings.every(db)
                ]
            indexed = search.open_index(engines, self.folder / "index")
            ids = sorted(bytes(job) for job in indexed.ids() if job)
            return whole(engines), said, sorted(listings), ids


Copied = Callable[[], Any]


@pytest.fixture
def copied(database_kind: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Copied:
    """Whoever asks gets a copy of a home that has had its first night, for as long as it is asked for."""
    pristine = Home(database_url, tmp_path / "pristine")
    pristine.folder.mkdir()
    if database_kind == "sqlite":
        shutil.move(tmp_path / "rolecall.sqlite3", pristine.folder / "rolecall.sqlite3")
        pristine.url = f"sqlite:///{pristine.folder}/rolecall.sqlite3"
    pristine.first_night()
    server = request.getfixturevalue("postgresql") if database_kind == "postgresql" else ""

    @contextmanager
    def copy() -> Iterator[Home]:
        folder = tmp_path / "home"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(pristine.folder, folder)
        template = f"TEMPLATE {make_url(pristine.url).database}"
        made = (
            contextmanager(new_database)(server, template)
            if server
            else nullcontext(f"sqlite:///{folder}/rolecall.sqlite3")
        )
        with made as url:
            home = Home(url, folder)
            home.jobs = pristine.jobs
            yield home

    return copy


def undisturbed(copied: Copied, *, commits: bool) -> tuple[Any, Any, int]:
    """What is there before a night, what comes of it, and how many steps it takes."""
    with copied() as home:
        before = home.state()
        steps = doomed(home.next_night, home.folder, 0, commits=commits)
        assert steps > ROOM
        return before, home.state(), steps if commits else steps - ROOM


def disturbed(copied: Copied, left: int, after: Any, *, commits: bool) -> None:
    """A night that ends at a step, and the next, which takes the lease over at once.

    By its clock the next begins when the other did: one that was put back makes no run shorter than nothing.
    """
    with copied() as home:
        assert doomed(home.next_night, home.folder, left, commits=commits) == 0
        home.state()  # whole, whatever of it is there
        home.next_night(DAY + timedelta(hours=1))
        assert home.state() == after, left


def test_a_night_that_is_killed_in_the_middle_and_at_its_end_is_made_good_by_the_next(copied: Copied) -> None:
    before, after, steps = undisturbed(copied, commits=False)
    assert before != after
    for left in (steps // 2, steps):
        disturbed(copied, left, after, commits=False)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_night_that_is_killed_at_any_of_200_steps_is_made_good_by_the_next(
    copied: Copied, part: int
) -> None:
    _, after, steps = undisturbed(copied, commits=False)
    kills = sorted({1 + (number * steps) // KILLS for number in range(KILLS)})
    for left in kills[part::PARTS]:
        disturbed(copied, left, after, commits=False)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_night_in_which_any_one_commit_fails_is_made_good_by_the_next(copied: Copied) -> None:
    _, after, commits = undisturbed(copied, commits=True)
    assert commits > 8
    for left in range(1, commits):  # the last gives the lease back: where that fails it goes stale
        disturbed(copied, left, after, commits=True)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_night_for_which_the_disk_has_no_room_is_made_good_when_there_is(
    copied: Copied, database_kind: str
) -> None:
    if database_kind == "postgresql":
        pytest.skip("its server writes the files")
    _, after, _ = undisturbed(copied, commits=True)
    ended = []
    for room in (1 << 12, 1 << 15, 1 << 17, 1 << 19, 1 << 30):
        with copied() as home:

            def cramped(home: Home = home, room: int = room) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write fails, as on a disk that is full
                resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
                home.next_night()

            ended.append(doomed(cramped, home.folder, 0, commits=True) > 0)
            home.state()
            home.next_night(DAY + timedelta(hours=1))
            assert home.state() == after, room
    assert (ended[0], ended[-1]) == (False, True)


# --------------------------------------------------------------------------- migrations

OLD = "0006"


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_migration_that_is_killed_is_done_or_not_done_and_nothing_is_lost(copied: Copied, way: str) -> None:
    def move(home: Home) -> None:
        upgrade.upgrade(home.url) if way == "up" else upgrade.downgrade(home.url, OLD)

    def begun(home: Home) -> None:
        if way == "up":
            upgrade.downgrade(home.url, OLD)

    with copied() as home:
        begun(home)
        started = upgrade.status(home.url).current
        steps = doomed(lambda: move(home), home.folder, 0)
        ended = upgrade.status(home.url).current
        upgrade.upgrade(home.url)
        after = contents(home.url)
    assert steps > 20
    assert {started, ended} == {OLD, upgrade.migrations.history()[-1]}
    for left in sorted({1 + (number * steps) // 12 for number in range(12)} | {steps - ROOM}):
        with copied() as home:
            begun(home)
            assert doomed(lambda home=home: move(home), home.folder, left) == 0
            assert upgrade.status(home.url).current in (started, ended)
            move(home)
            upgrade.upgrade(home.url)
            assert contents(home.url) == after
