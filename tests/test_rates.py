"""Rates that several processes share: counted as one process alone would, and no name of anybody kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse, strategies
from limits.storage import MemoryStorage

from webapp import rates

NOW = 1_800_000_000.0
Asked = list[tuple[float, str, str]]


def shared(folder: Path) -> rates.Shared:
    return rates.Shared(f"{rates.SCHEME}://{folder}/rates", secret="a secret")


asks = st.lists(
    st.tuples(
        st.sampled_from([0, 0.13, 0.57, 1.1, 7, 61]), st.sampled_from("ab"), st.sampled_from(["hit", "test"])
    ),
    max_size=40,
)


@settings(max_examples=20)
@given(asks)
def test_it_counts_as_a_memory_of_one_process_does(
    tmp_path_factory: pytest.TempPathFactory, asked: Asked
) -> None:
    """Two that share a file answer, in turn, as one that keeps all to itself."""
    folder = tmp_path_factory.mktemp("rates")
    limit = parse("4 per second")
    ours = [strategies.MovingWindowRateLimiter(shared(folder)) for _ in range(2)]
    theirs = strategies.MovingWindowRateLimiter(MemoryStorage())
    now = NOW
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: now)
        for number, (later, who, what) in enumerate(asked):
            now += later
            mine = getattr(ours[number % 2], what)(limit, who)
            assert mine == getattr(theirs, what)(limit, who)
            told, known = ours[0].get_window_stats(limit, who), theirs.get_window_stats(limit, who)
            assert told.remaining == known.remaining
            assert known.remaining == 4 or told.reset_time == known.reset_time


def test_no_name_is_in_the_file(tmp_path: Path) -> None:
    limiter = strategies.MovingWindowRateLimiter(shared(tmp_path))
    assert limiter.hit(parse("5/second"), "203.0.113.77")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert kept
    assert b"203.0.113.77" not in kept


def test_what_no_longer_counts_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = shared(tmp_path)
    assert storage.acquire_entry("one", 5, expiry=1)
    now = time.time() + rates.SWEPT + 1
    monkeypatch.setattr(time, "time", lambda: now)
    assert storage.acquire_entry("another", 5, expiry=1)
    assert storage._opened().execute("SELECT count(*) FROM asked").fetchone() == (1,)


def test_what_limits_asks_besides(tmp_path: Path) -> None:
    storage = shared(tmp_path)
    assert [storage.incr("one", 60), storage.incr("one", 60, amount=2)] == [1, 3]
    assert storage.get_expiry("one") == pytest.approx(time.time() + 60, abs=10)
    assert storage.check()
    storage.clear("one")
    assert storage.get("one") == 0
    assert storage.incr("one", 60) == 1
    assert storage.reset() == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")
def test_processes_that_ask_side_by_side_get_no_more_than_the_limit_together(tmp_path: Path) -> None:
    storage = shared(tmp_path)
    counts, told = os.pipe()
    children = []
    for _ in range(3):
        if not (child := os.fork()):
            os.write(told, bytes([sum(storage.acquire_entry("one", 100, expiry=600) for _ in range(60))]))
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert sum(os.read(counts, 3)) == 100
    os.close(counts)
    os.close(told)


def damaged(file: Path, _: rates.Shared) -> None:
    file.write_bytes(b"no database" * 1000)


def gone(file: Path, _: rates.Shared) -> None:
    for one in file.parent.iterdir():
        one.unlink()


def full(_: Path, storage: rates.Shared) -> None:
    db = storage._opened()
    db.execute("PRAGMA max_page_count = 1")
    with contextlib.suppress(sqlite3.OperationalError):
        for at in range(10_000):
            db.execute("INSERT INTO asked VALUES (zeroblob(16), ?, 1e12)", (at,))


@pytest.mark.parametrize("spoil", [damaged, gone, full])
def test_while_the_file_cannot_be_used_a_process_counts_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Any
) -> None:
    storage = shared(tmp_path)
    limiter = strategies.MovingWindowRateLimiter(storage)
    spoil(tmp_path / "rates", storage)
    limit = parse("2/minute")
    assert [limiter.hit(limit, "one") for _ in range(3)] == [True, True, False]
    assert limiter.get_window_stats(limit, "one").remaining == 0
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "one" not in caplog.text


def test_the_file_is_tried_again_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "PATIENCE", 0.01)
    storage = shared(tmp_path)
    holder = sqlite3.connect(tmp_path / "rates", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert storage.acquire_entry("one", 5, expiry=60)
    assert storage.get("one") == 0
    holder.close()
    now = time.monotonic() + rates.APART
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert storage.acquire_entry("one", 5, expiry=60)
    assert storage.get("one") == 1
