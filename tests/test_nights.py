from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import new_database
from faulty import FaultServer, started
from nights import DIALECTS, Home, lasting, still_open

JOBS = "SELECT * FROM job ORDER BY id"
SMALL = {"n": 12, "page_size": 5}


@pytest.fixture
def faulty(shared: Path) -> Iterator[FaultServer]:
    with started(shared / "tools", origins=len(DIALECTS)) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.soak])])
def home(request: pytest.FixtureRequest, tmp_path: Path, faulty: FaultServer) -> Iterator[Home]:
    """An installation on either database; the quick selection takes the usual one."""
    here = Home(tmp_path / "home", faulty)
    if request.param == "sqlite":
        yield here
        return
    for here.url in new_database(request.getfixturevalue("postgresql")):
        yield here


def host(home: Home, dialect: str) -> str:
    """Where the sources of a dialect are: those of one host would wait for each other."""
    return home.server.bases[DIALECTS.index(dialect)]


def listed(home: Home, token: str) -> set[str]:
    """What the server lists now of acme-DIALECT, as a listing of this dialect is called."""
    dialect = token.rpartition("-")[2]
    active = home.server.get(f"truth?token={token}")["active"]
    if dialect == "greenhouse":
        return {str(4000000 + int(name.rpartition("-")[2])) for name in active}
    if dialect in ("jsonld", "sitemap", "rss"):
        return {f"{host(home, dialect)}/careers/{token}/jobs/{name}" for name in active}
    return set(active)


@pytest.mark.soak
def test_the_same_web_changes_nothing_and_what_vanished_is_closed_within_two_nights(home: Home) -> None:
    names = {
        f"acme-{dialect}": home.add(dialect, f"acme-{dialect}", host(home, dialect)) for dialect in DIALECTS
    }
    last, many = home.add("greenhouse", "acme-last"), home.add("lever", "acme-many")
    for token, dialect in zip(names, DIALECTS, strict=True):
        home.server.source(token, dialect=dialect, vanish=2, new=1, **SMALL)
    home.server.source("acme-last", n=1, vanish=1, new=0)
    home.server.source("acme-many", dialect="lever", n=11, vanish=11, new=0)
    told = home.refresh(code=0)
    for source in names.values():
        assert [told[source][name] for name in ("status", "new", "listed")] == ["complete", 12, 12]
    nothing_changed(home, names)
    now = {token: listed(home, token) for token in names}
    for night in range(2):
        for token in (*names, *(["acme-last", "acme-many"] if night == 0 else [])):
            home.server.next_run(token)
        before, now = now, {token: listed(home, token) for token in names}
        told, rows = home.refresh(code=0), home.rows()
        for token, source in names.items():
            assert told[source]["status"] == "complete", told[source]
            assert still_open(rows[source]) == now[token] | before[token], source
        assert (told[last]["status"], told[last]["closed"]) == ("complete", night)
        assert (told[many]["status"], told[many]["held"], len(still_open(rows[many]))) == ("partial", 11, 11)
    assert {told[source]["closed"] for source in names.values()} == {2}
    assert still_open(rows[last]) == set()
    sums_add_up(home)
    home.rolecall("sources", "confirm", many)
    assert still_open(home.rows()[many]) == set()


def nothing_changed(home: Home, names: dict[str, str]) -> None:
    """A night over the same web only asks whether it has changed."""
    before, jobs, earlier = home.rows(), home.select(JOBS), len(home.server.log())
    told, after = home.refresh(code=0), home.rows()
    log = home.server.log()[earlier:]
    for token, source in names.items():
        assert (told[source]["status"], told[source]["unchanged"]) == ("complete", 12), told[source]
        assert lasting(after[source]) == lasting(before[source])
        assert 304 in {one["status"] for one in log if one["token"] == token}, token
    assert home.select(JOBS) == jobs


def sums_add_up(home: Home) -> None:
    for run in home.runs():
        assert run["open_before"] + run["new"] + run["reopened"] - run["closed"] == run["open_after"]
        assert (
            run["read"] == run["new"] + run["changed"] + run["unchanged"] + run["repeated"] + run["dropped"]
        )


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_listing_that_comes_back_is_the_same_listing(home: Home) -> None:
    source = home.add("ashby", "acme-ashby")
    home.server.source("acme-ashby", dialect="ashby", n=12, vanish=1, new=0, edit=0)
    home.refresh(code=0)
    before = home.rows()[source]
    home.server.next_run()
    gone = set(before) - listed(home, "acme-ashby")
    home.refresh(code=0)
    home.refresh(code=0)
    assert still_open(home.rows()[source]) == set(before) - gone
    home.server.source("acme-ashby", vanish=0)  # as if it had never gone
    told, after = home.refresh(code=0), home.rows()[source]
    assert still_open(after) == set(before)
    assert (told[source]["new"], told[source]["closed"]) == (0, 0)
    kept = ("id", "first_seen", "job_id", "url", "identifier")
    assert [[row[key] for key in kept] for row in after.values()] == [
        [row[key] for key in kept] for row in before.values()
    ]


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_the_trouble_of_one_source_leaves_the_others_as_they_would_have_been(
    faulty: FaultServer, tmp_path: Path
) -> None:
    home, alone = (Home(tmp_path / name, faulty) for name in ("home", "alone"))
    names = [home.add(dialect, f"acme-{dialect}") for dialect in ("greenhouse", "lever", "rss")]
    alone.entries = dict(home.entries)
    home.add("greenhouse", "acme-broken")
    for dialect in ("greenhouse", "lever", "rss"):
        home.server.source(f"acme-{dialect}", dialect=dialect, **SMALL)
    home.refresh(code=0)
    alone.refresh(code=0)
    home.server.faults("acme-broken", truncate=0.5)
    home.server.next_run()
    told = home.refresh(code=0)
    alone.refresh(code=0)
    assert told["greenhouse:acme-broken"]["status"] == "failed"
    own = ("id", "source_id", "run_id")
    mine, others = (
        {
            source: {
                name: {k: v for k, v in row.items() if k not in own} for name, row in rows[source].items()
            }
            for source in names
        }
        for rows in (home.rows(), alone.rows())
    )
    assert mine == others


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_source_that_loses_listings_at_random_closes_and_reopens_none_in_ten_nights(home: Home) -> None:
    names = {
        dialect: home.add(dialect, f"acme-{dialect}") for dialect in ("greenhouse", "ashby", "lever", "rss")
    }
    for dialect in names:
        home.server.source(f"acme-{dialect}", dialect=dialect, n=25, edit=0)
    home.refresh(code=0)
    before = home.rows()
    for dialect in names:
        home.server.faults(f"acme-{dialect}", flip_flop=0.3)
    for _ in range(10):
        told = home.refresh(code=0)
        assert not any(row["closed"] or row["new"] or row["changed"] for row in told.values()), told
    after = home.rows()
    assert {source: lasting(after[source]) for source in before} == {
        source: lasting(before[source]) for source in before
    }
    assert any(run["flapping"] for run in home.runs())
    assert not any(run["reopened"] for run in home.runs())
