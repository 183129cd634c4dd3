"""What many tests stand on: a database of either kind, and the data that lies beside a checkout."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import browser
import hypothesis
import pytest
from click.testing import CliRunner, Result
from commandline import ADS, write
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from scrapy.core.downloader import contextfactory  # noqa: F401 - asks each module for its file: while they are few
from sqlalchemy import create_engine, make_url, text

from crawler import logs
from db import scratch, session, upgrade
from rolecall import __main__ as door
from rolecall import settings

if TYPE_CHECKING:
    import postoffice

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"
NOTHING = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")


# Files that take long, those first that do not wait for the demo's home.
LONG = tuple(
    "test_refresh. test_faults. test_crawling test_serving test_hostile test_wsgi test_stopping test_browser"
    " test_demo_path test_accounts_browser test_canary test_record test_deciding_laws".split()
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every worker begin with files that take long: what begins last and takes long is waited for alone."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    files: dict[tuple[int, str], list[pytest.Item]] = {}
    rest = []
    for item in items:
        rank = next((number for number, word in enumerate(LONG) if item.path.name.startswith(word)), None)
        (rest if rank is None else files.setdefault((rank, item.path.name), [])).append(item)
    dealt = [found for _, found in sorted(files.items())]
    made, others = list[pytest.Item](), iter(rest)
    for number in range(workers):
        end = len(made) + (len(items) - len(made)) // (workers - number)  # as xdist deals them
        made += chain.from_iterable(dealt[number::workers])
        made += islice(others, max(0, end - len(made)))
    items[:] = [*made, *others]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """How much a command let our floors say is not how much the next test hears of them."""
    for logger in map(logging.getLogger, logs.FLOORS):
        if logger.level:
            logger.setLevel(logging.NOTSET)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Whatever is made is kept: looking for garbage among thousands of tests takes a sixth of collecting them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        # Every 20,000 objects, not every 700: what a test leaves behind is little.
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; nothing of it is ours to commit."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder 'shared' beside the checkout")
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database: both in turn."""
    return request.param


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing yet."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/rolecall.sqlite3"
    else:
        yield from new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of its own with all tables."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_model"), tmp_path / "rolecall.sqlite3")
        urls = iter([f"sqlite:///{tmp_path}/rolecall.sqlite3"])
    else:
        model = request.getfixturevalue("postgresql_model")
        urls = new_database(request.getfixturevalue("postgresql"), f"TEMPLATE {model}")
    for url in urls:
        engine = create_engine(session.address(url))
        with engine.begin() as connection:  # which database it is: an index is stamped with it
            connection.execute(
                text("UPDATE installation SET stamp = :stamp"), {"stamp": secrets.token_hex(16)}
            )
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, made once, that others are copies of: migrations take a while."""
    file = tmp_path_factory.mktemp("model") / "rolecall.sqlite3"
    upgrade.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_model(postgresql: str) -> Iterator[str]:
    """The same on PostgreSQL: its name."""
    for url in new_database(postgresql):
        upgrade.upgrade(url)
        yield make_url(url).database or ""


@pytest.fixture
def engines(database_url: str) -> Iterator[session.Engines]:
    """Engines on a database of its own with all tables."""
    opened = session.open_engines(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server: the one we are told of, or Debian's, started for these tests."""
    if told := os.environ.get("ROLECALL_TEST_POSTGRES_URL"):
        yield told
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        reason = "needs PostgreSQL: install it, or name a server in ROLECALL_TEST_POSTGRES_URL"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    yield from started(found[-1])


def started(programs: Path) -> Iterator[str]:
    """A server in a folder of its own that listens on a socket file only; it refuses to run as root.

    One that a killed session left ends within a minute of the next one's removing its folder.
    """
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with scratch.folder("postgresql") as folder:
        if user:
            shutil.chown(folder, "postgres")

        def run(program: str, *arguments: str) -> None:
            command = [*user, str(programs / program), "-D", f"{folder}/data", *arguments]
            with (folder / "output").open("a") as output:
                subprocess.run(command, check=True, cwd=folder, stdout=output, stderr=output)

        run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8")
        run("pg_ctl", "start", "-w", "-l", f"{folder}/log", "-o", f"{FAST} -k {folder}")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-m", "immediate")


def new_database(server: str, made: str = NOTHING) -> Iterator[str]:
    """The address of a new database, dropped at the end with whoever is still connected.

    It sorts words as a dictionary does, unless told otherwise: what relies on its order is noticed.
    """
    name = f"rolecall_test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {made}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`rolecall …` in a home of its own, on 21 November 2026."""

    def invoke(
        *arguments: object, code: int = 0, text: str | None = None, now: str = "2026-11-21T12:00:00Z"
    ) -> Result:
        here = settings.load({"ROLECALL_NOW": now}, home=tmp_path / "here")
        result = CliRunner().invoke(door.main, [str(word) for word in arguments], obj=here, input=text)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    return write(tmp_path / "ads.jsonl", ADS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a module; while it runs, Playwright's loop keeps others from asyncio."""
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo of 21 November 2026, for reading only: one for all workers."""
    own = tmp_path_factory.getbasetemp()
    return browser.demo_home(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def desk_file(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of jobs as recruiters see them, without an index: for tests that keep nothing but views."""
    import desking  # noqa: PLC0415

    return desking.home(sqlite_model, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def site(demo_home: Path) -> Iterator[str]:
    """The address of the demo's pages, for a browser."""
    import pages  # noqa: PLC0415

    url = f"sqlite:///{demo_home}/rolecall.sqlite3"
    with (
        pages.opened(url, demo_home / "index", TESTING=False, WTF_CSRF_ENABLED=True) as app,
        browser.served(app) as address,
    ):
        yield address


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that tests of following copy: each changes its own."""
    import following  # noqa: PLC0415

    return following.made(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def open_office() -> Iterator[postoffice.Office]:
    """A mail server that stays open."""
    import postoffice  # noqa: PLC0415

    with postoffice.opened() as office:
        yield office


@pytest.fixture
def office(open_office: postoffice.Office) -> postoffice.Office:
    """It, with nothing in it, taking everything."""
    open_office.came.clear()
    open_office.refused.clear()
    open_office.times.clear()
    return open_office


@pytest.fixture
def clock() -> dict[str, datetime]:
    """What time it is, for a test to move."""
    import pages  # noqa: PLC0415

    return {"now": pages.NOW}


@pytest.fixture(scope="session")
def still(
    made: Path, tmp_path_factory: pytest.TempPathFactory, open_office: postoffice.Office
) -> Iterator[FlaskClient]:
    """A site where nothing comes to be followed."""
    import following  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("still") / "site"
    told = {"MAIL": open_office.server(), "PUBLIC_URL": following.PUBLIC}
    with following.copied(made, folder, **told) as app:
        yield app.test_client()
        assert following.follows(app) == []


@pytest.fixture(scope="session")
def site_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    import pages  # noqa: PLC0415 - only tests of pages load them

    with pages.site(tmp_path_factory.mktemp("site"), pages.many(60)) as app:
        yield app.test_client()


@pytest.fixture(scope="session")
def site_on_postgresql(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    import pages  # noqa: PLC0415

    with (
        contextmanager(new_database)(postgresql) as url,
        pages.site(tmp_path_factory.mktemp("site"), pages.many(60), url) as app,
    ):
        yield app.test_client()


@pytest.fixture(scope="session")
def saved_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with that sample, in which every test may have saved lists of its own."""
    import pages  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("saved")
    with pages.site(folder, pages.many(60)):
        return folder


@pytest.fixture(scope="module")
def saved_app(saved_home: Path) -> Iterator[Flask]:
    """The pages over it."""
    import saving  # noqa: PLC0415

    with saving.opened(saved_home) as app:
        yield app


@pytest.fixture
def person(saved_app: Flask) -> FlaskClient:
    """A browser of somebody who has saved nothing yet."""
    return saved_app.test_client()


PAGES_ON_POSTGRESQL = pytest.param("site_on_postgresql", marks=[pytest.mark.postgres, pytest.mark.soak])


@pytest.fixture(params=["site_on_sqlite", PAGES_ON_POSTGRESQL])
def client(request: pytest.FixtureRequest) -> FlaskClient:
    """The pages over the sample of `pages` and sixty more jobs, on both databases in turn; to be read only."""
    found: FlaskClient = request.getfixturevalue(request.param)
    return found
