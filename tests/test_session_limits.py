"""What keeps a page from waiting for ever: connections for everybody, and statements that end."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pages
import pytest
from sqlalchemy import text

from db import queries, session, upgrade
from webapp import access, memory

THREADS = 24  # of `rolecall serve`
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_each_thread_of_the_pages_has_a_connection(database_url: str) -> None:
    engines = session.open_engines(database_url)
    with ExitStack() as held:
        for _ in range(THREADS):
            queries.installation.stamp(held.enter_context(session.reading(engines)))
        began = time.monotonic()
        with session.reading(engines) as one_more:
            queries.installation.stamp(one_more)
    assert time.monotonic() - began < session.PATIENCE
    engines.close()


def test_who_waits_too_long_for_a_connection_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session.POOL, "pool_timeout", 0.1)
    engines = session.open_engines(database_url)
    with ExitStack() as held:
        for _ in range(session.POOL["pool_size"] + session.POOL["max_overflow"]):
            queries.installation.stamp(held.enter_context(session.reading(engines)))
        with (
            pytest.raises(session.Unusable, match="is asked by too many at once"),
            session.reading(engines) as one_more,
        ):
            queries.installation.stamp(one_more)
    with session.reading(engines) as later:
        assert queries.installation.stamp(later)
    engines.close()


@pytest.mark.timeout(30)
def test_a_statement_without_end_is_ended_and_the_connection_serves_on(engines: session.Engines) -> None:
    with (
        pytest.raises(session.Unusable, match="takes too long to answer: try again in a minute"),
        session.reading(engines, seconds=0.2) as db,
    ):
        db.execute(text(ENDLESS))
    for seconds in (0.5, None):
        with session.reading(engines, seconds=seconds) as db:
            assert queries.installation.stamp(db)


@pytest.mark.postgres
@pytest.mark.timeout(30)
def test_a_statement_that_sleeps_is_ended(engines: session.Engines) -> None:
    if engines.read.dialect.name != "postgresql":
        pytest.skip("SQLite does not sleep")
    with pytest.raises(session.Unusable, match="too long"), session.reading(engines, seconds=0.2) as db:
        db.execute(text("SELECT pg_sleep(20)"))


def test_a_session_without_a_limit_outlasts_one_with(engines: session.Engines) -> None:
    """Connections are lent in turn: a limit must not stay on one."""
    with session.reading(engines, seconds=0.001) as db:
        queries.installation.stamp(db)
    time.sleep(0.01)
    with session.reading(engines) as db:
        far = ENDLESS.replace("FROM n)", "FROM n WHERE i < 200000)", 1)
        assert db.scalar(text(far)) == 200_000


def test_each_statement_has_the_seconds_for_itself(engines: session.Engines) -> None:
    with session.reading(engines, seconds=0.3) as db:
        for _ in range(3):
            queries.installation.stamp(db)
            time.sleep(0.15)
        far = ENDLESS.replace("FROM n)", "FROM n WHERE i < 20000)", 1)
        assert db.scalar(text(far)) == 20_000


@pytest.mark.parametrize(("who", "seconds"), [(access.ANYONE, "SECONDS"), (access.ALONE, "LONGER")])
def test_a_page_whose_statement_takes_too_long_is_503(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str, seconds: str
) -> None:
    monkeypatch.setattr(memory, seconds, 0.1)
    monkeypatch.setattr(access, "ACCESS", {**access.ACCESS, "far": who})
    with pages.opened(database_url, tmp_path) as app:

        @app.get("/far")
        def far() -> str:
            with memory.reading() as db:
                return str(db.scalar(text(ENDLESS)))

        page = app.test_client().get("/far")
    assert page.status_code == 503
    assert page.headers["Retry-After"]


def test_threads_read_an_sqlite_file_beside_each_other_with_little_memory_each(tmp_path: Path) -> None:
    upgrade.upgrade(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    engines = session.open_engines(f"sqlite:///{tmp_path}/rolecall.sqlite3")
    caches: list[int] = []
    together = threading.Barrier(THREADS, timeout=20)

    def read() -> None:
        with session.reading(engines) as db:
            caches.append(db.scalar(text("PRAGMA cache_size")))
            together.wait()

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(caches) == THREADS
    assert -100_000 < sum(caches) < 0  # KiB
    engines.close()
