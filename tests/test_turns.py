"""Turns at the processor: few at a time, the first who came is the next, and who waits elsewhere lends theirs."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import people
import pytest

from webapp import memory, turns


def soon(true: Any) -> None:
    """Wait until something holds; a test fails when it does not."""
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.001)


def started(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_no_more_than_so_many_work_at_once_and_all_are_done() -> None:
    here, at_once, most, done = turns.Turns(3), [], [], []

    def work() -> None:
        with here.taken():
            at_once.append(1)
            most.append(len(at_once))
            time.sleep(0.001)
            at_once.pop()
            done.append(1)

    threads = [started(work) for _ in range(40)]
    for thread in threads:
        thread.join(10)
    assert (len(done), max(most) <= 3) == (40, True)


def test_who_has_waited_longest_is_the_next() -> None:
    here, order = turns.Turns(1), []

    def work(number: int) -> None:
        with here.taken():
            order.append(number)

    with here.taken():
        threads = []
        for number in range(10):
            threads.append(started(lambda number=number: work(number)))
            soon(lambda number=number: len(here._waiting) == number + 1)
    for thread in threads:
        thread.join(10)
    assert order == list(range(10))


def test_who_lends_a_turn_lets_another_work_and_has_it_back() -> None:
    here, told = turns.Turns(1), []

    def work() -> None:
        with here.taken():
            told.append("another")

    with here.taken():
        with here.lent():
            started(work).join(10)
            told.append("lent")
        told.append("back")
        other = started(work)
        soon(lambda: here._waiting)
    other.join(10)
    assert told == ["another", "lent", "back", "another"]


def test_who_has_no_turn_lends_none() -> None:
    here = turns.Turns(1)
    with here.lent(), here.taken():
        started(here._take)
        soon(lambda: here._waiting)  # there is still only one


def test_a_turn_is_given_back_whatever_happens() -> None:
    here = turns.Turns(1)

    def broken(_: Any, __: Any) -> None:
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            turns.queued(broken, here)({}, None)


def test_who_waits_for_another_writer_lends_the_turn(sqlite_model: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sqlite_model, tmp_path))
    with people.opened(file) as app, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked, written = [], []

        def work() -> None:
            with turns.here.taken(), app.app_context():
                asked.append(1)
                with memory.writing(5) as db:
                    written.append(db.connection())

        threads = [started(work) for _ in range(2 * turns.AT_ONCE)]
        soon(lambda: len(asked) == len(threads))  # two of them at once, if none lent a turn
        assert not written
        other.execute("ROLLBACK")
        for thread in threads:
            thread.join(10)
    assert len(written) == len(threads)
