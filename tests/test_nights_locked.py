"""Somebody else keeps the database to themselves for a whole night: it ends in words, and the next makes it good."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nights
import pytest
from faulty import FaultServer, started
from sqlalchemy import text

from db import session, upgrade

BOARD, SOURCE = "acme", "greenhouse:acme"
pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


@pytest.fixture
def faulty(shared: Path) -> Iterator[FaultServer]:
    with started(shared / "tools") as server:
        yield server


@pytest.fixture
def home(empty_url: str, faulty: FaultServer, tmp_path: Path) -> nights.Home:
    """A home that has had its first night, and a source that has other postings since."""
    upgrade.upgrade(empty_url)
    made = nights.Home(tmp_path / "home", faulty, url=empty_url)
    faulty.source(BOARD, dialect="greenhouse", n=25, new=3, vanish=0, edit=4)
    made.add("greenhouse", BOARD)
    made.refresh(code=0)
    faulty.next_run(BOARD)
    return made


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Nobody else may write."""
    engines = session.open_engines(url)
    try:
        with session.writing(engines, patience=60) as db:
            if db.connection().dialect.name == "postgresql":  # asking begins: of SQLite that locks the file
                db.execute(text("LOCK TABLE lease, listing, crawl_run IN EXCLUSIVE MODE"))
            yield
    finally:
        engines.close()


def good(home: nights.Home) -> None:
    """A night on the unlocked database leaves what there is now, once, and nothing that runs or is held."""
    told = home.refresh(code=0)
    assert told[SOURCE]["status"] == "complete"
    assert len(nights.still_open(home.rows()[SOURCE])) == 28
    assert {run["status"] for run in home.runs()} <= {"complete", "failed"}
    assert home.select("SELECT * FROM lease") == []
    assert "whole" in home.rolecall("db", "check")


def test_a_night_that_finds_the_database_locked_says_so_soon_and_changes_nothing(home: nights.Home) -> None:
    before, began = home.rows(), time.monotonic()
    with locked(home.url):
        home.rolecall("refresh", code=1)
        assert time.monotonic() - began < 60
        assert home.rows() == before
    good(home)


def test_a_night_in_the_middle_of_which_the_database_is_locked_ends_in_words(
    home: nights.Home, faulty: FaultServer
) -> None:
    before, asked = home.rows(), len(faulty.log())
    with ExitStack() as until_the_end:
        ready = threading.Event()

        def lock() -> None:
            while len(faulty.log()) == asked:
                time.sleep(0.05)
            until_the_end.enter_context(locked(home.url))
            ready.set()

        thread = threading.Thread(target=lock)
        thread.start()
        home.rolecall("refresh", code=1)
        thread.join()
        assert ready.is_set()
        assert nights.lasting(home.rows()[SOURCE]) == nights.lasting(before[SOURCE])
    good(home)
