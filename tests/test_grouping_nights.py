"""Nights of grouping over one shelf: what lasts, and what a shelf may never tell the tables."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from crawler import runs, storing
from crawler.items import JobPosting, Place
from db import queries, session, upgrade
from db.models import Verdict
from matcher import grouping, lasting, roles

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CORE = roles.Role("core", "customer_service", None, "")
DUTIES = (
    "You answer the phones of a busy water utility and look up accounts for callers in a hurry.",
    "You take payments, explain bills and pass outages on to the dispatchers of the night.",
    "You note every call in the customer system, so that nobody has to tell a story twice.",
    "We teach you our systems in six paid weeks beside somebody who has done it for years.",
    "You bring a year with customers, a clear voice and patience on a Monday morning.",
    "Parking is free, the canteen is ours, and the bus from the station stops at the door.",
)
TOWNS = ("Columbus", "Dayton", "Toledo")
# Of three, their sentences would be boilerplate, which a night from scratch learns anew.
TITLES = ("Customer Service Representative", "Night Shift Customer Service Representative")


def posting(identifier: str, source: str = "acme", words: str = "\n".join(DUTIES), **said: Any) -> JobPosting:
    town = said.pop("town", "Columbus")
    where = Place(text=f"{town}, OH", address_locality=town, address_region="OH", address_country="US")
    told = {"title": TITLES[0], "hiring_organization": "Acme Water", **said}
    return JobPosting(source=source, identifier=identifier, description=words, job_location=(where,), **told)


def remember(engines: session.Engines, source: str, items: list[JobPosting], at: datetime) -> None:
    """All that a source lists now; what it listed before besides is closed."""
    store = runs.Runs(engines, "archive", at, at)
    for item in items:
        store.post(storing.Judged(item, CORE))
    store.close(gone=True)


def decide(engines: session.Engines, a: str, b: str, decision: str) -> None:
    names = {"source_a": "acme", "identifier_a": a, "source_b": "acme", "identifier_b": b}
    with session.writing(engines) as db:
        db.add(Verdict(**names, decision=decision, decided_by="ruth", decided_at=NOW))


def whole(engines: session.Engines) -> list[Any]:
    """All that a grouping writes but for the rows' own numbers and when."""
    with session.reading(engines) as db:
        names = {row.id: (row.source, row.identifier, row.job_id) for row in queries.listings.memberships(db)}
        jobs = [
            (
                row.id,
                names[row.canonical_id],
                row.campaign,
                row.template,
                row.role,
                row.closed_at,
                row.reasons,
            )
            for row in queries.jobs.every(db)
        ]
        pairs = sorted(
            (names[row.a_id], names[row.b_id], row.relation, row.decided_by, row.probability, row.reasons)
            for row in queries.pairs.every(db)
        )
        return [sorted(names.values()), jobs, pairs, queries.jobs.redirects(db)]


def homes(engines: session.Engines) -> set[frozenset[str]]:
    """The identifiers of each job's listings."""
    found: dict[str, set[str]] = {}
    with session.reading(engines) as db:
        for row in queries.listings.memberships(db):
            found.setdefault(row.job_id, set()).add(row.identifier)
    return {frozenset(names) for names in found.values()}


@pytest.fixture
def other(sqlite_model: Path, tmp_path: Path) -> Iterator[session.Engines]:
    """A second database, which is grouped from scratch each night."""
    shutil.copy(sqlite_model, tmp_path / "other.sqlite3")
    upgrade.upgrade(f"sqlite:///{tmp_path}/other.sqlite3")
    opened = session.open_engines(f"sqlite:///{tmp_path}/other.sqlite3")
    yield opened
    opened.close()


def some_posting(pick: random.Random, identifier: str, source: str) -> JobPosting:
    words = [duty for duty in DUTIES if pick.random() < 0.9]
    said = {"town": pick.choice(TOWNS), "title": pick.choice(TITLES)}
    return posting(identifier, source, "\n".join(words), **said)


@pytest.mark.parametrize(
    "database_kind, seed",
    [("sqlite", 1), pytest.param("postgresql", 2, marks=pytest.mark.postgres)],
    indirect=["database_kind"],
)
def test_nights_that_follow_what_changed_write_what_nights_from_scratch_write(
    engines: session.Engines, other: session.Engines, tmp_path: Path, seed: int
) -> None:
    pick = random.Random(seed)
    listed = {
        (source, str(at)): some_posting(pick, str(at), source)
        for source in ("acme", "feed")
        for at in range(6)
    }
    gone: dict[tuple[str, str], JobPosting] = {}
    for night in range(5):
        at = NOW + night * 50 * DAY  # long enough that what closed is forgotten at last
        for source in ("acme", "feed"):
            items = [item for (name, _), item in listed.items() if name == source]
            for memory in (engines, other):
                remember(memory, source, items, at)
        if night in (1, 3):
            for memory in (engines, other):
                decide(memory, str(night), str(night + 1), "same" if night == 1 else "different")
        grouping.regroup(engines, at, folder=tmp_path / "shelf")
        grouping.regroup(other, at)
        assert whole(engines) == whole(other)
        for key in pick.sample(sorted(listed), 3):
            if pick.random() < 0.5:
                gone[key] = listed.pop(key)
            else:
                listed[key] = some_posting(pick, key[1], key[0])
        for key in pick.sample(sorted(gone), min(1, len(gone))):
            listed[key] = gone.pop(key)
        listed["acme", f"1{night}"] = some_posting(pick, f"1{night}", "acme")


def test_a_verdict_outlasts_ten_refreshes_and_an_edit_of_the_text(
    engines: session.Engines, tmp_path: Path
) -> None:
    items = [posting("1"), posting("2"), posting("3", title="Meter Clerk"), posting("4", town="Dayton")]
    remember(engines, "acme", items, NOW)
    decide(engines, "1", "2", "different")
    decide(engines, "1", "3", "same")
    apart = {frozenset("13"), frozenset("2"), frozenset("4")}
    for night in range(10):
        if night == 5:
            items[0] = posting("1", words="\n".join(DUTIES[::-1]) + "\nApply by letter.")
        remember(engines, "acme", items, NOW + night * DAY)
        folder = None if night == 7 else tmp_path / "shelf"  # a night from scratch is no exception
        grouping.regroup(engines, NOW + night * DAY, folder=folder)
        assert homes(engines) == apart
    with session.reading(engines) as db:
        told = {
            row.relation: row.reasons[0] for row in queries.pairs.every(db) if row.decided_by == "verdict"
        }
    assert told == {
        "different": "a reviewer said: different jobs",
        "job": "a reviewer said: the same job",
    }


def test_a_night_without_changes_reads_and_writes_nothing_but_still_counts_all(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "acme", [posting("1"), posting("2"), posting("3", town="Dayton")], NOW)
    first = grouping.regroup(engines, NOW, folder=tmp_path / "shelf")
    before, name = whole(engines), named(engines)
    again = grouping.regroup(engines, NOW + DAY, folder=tmp_path / "shelf")
    assert (whole(engines), named(engines)) == (before, name)
    assert (first.listings, first.jobs, first.cards, first.pairs) == (3, 2, 1, again.pairs)
    assert (again.listings, again.jobs, again.cards) == (3, 2, 1)
    assert (again.new_jobs, again.changed_jobs, again.merged_jobs) == (0, 0, 0)


def named(engines: session.Engines) -> str | None:
    with session.reading(engines) as db:
        return queries.installation.grouped(db)


def test_a_shelf_of_another_grouping_is_thrown_away(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "acme", [posting("1"), posting("2")], NOW)
    grouping.regroup(engines, NOW, folder=tmp_path / "shelf")
    shutil.copytree(tmp_path / "shelf", tmp_path / "older")
    items = [posting("1"), posting("2", title="Meter Clerk"), posting("3")]
    remember(engines, "acme", items, NOW + DAY)
    grouping.regroup(engines, NOW + DAY, folder=tmp_path / "shelf")
    told = whole(engines)
    grouping.regroup(engines, NOW + 2 * DAY, folder=tmp_path / "older")  # killed before it was kept
    assert whole(engines) == told
    with session.writing(engines) as db:  # another database was brought back, which was never grouped
        for statement in ("DELETE FROM pair", "UPDATE listing SET job_id = NULL", "DELETE FROM job"):
            db.execute(text(statement))
        queries.installation.set_grouped(db, "another")
    grouping.regroup(engines, NOW + 2 * DAY, folder=tmp_path / "shelf")
    assert homes(engines) == {frozenset("13"), frozenset("2")}


def test_what_is_forgotten_leaves_the_shelf(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "acme", [posting("1", words="The zeppelin hangar is warm. " + "\n".join(DUTIES))], NOW)
    remember(engines, "feed", [posting("7", "feed")], NOW)
    grouping.regroup(engines, NOW, folder=tmp_path / "shelf")
    assert any(b"zeppelin" in file.read_bytes() for file in (tmp_path / "shelf").rglob("*.bin"))
    with session.writing(engines) as db:
        queries.forgetting.forget(db, queries.sources.find(db, ["acme"])["acme"], NOW)
    grouping.regroup(engines, NOW, folder=tmp_path / "shelf")
    assert not any(b"zeppelin" in file.read_bytes() for file in (tmp_path / "shelf").rglob("*.bin"))


def test_a_listing_that_comes_back_under_an_id_that_lives_on_gets_one_of_its_own(
    engines: session.Engines, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    remember(engines, "acme", [posting("1")], NOW)
    remember(engines, "feed", [posting("7", "feed")], NOW)
    grouping.regroup(engines, NOW, folder=shelf)
    old = lasting.made_id("acme", "1")
    with session.writing(engines) as db:
        queries.forgetting.forget(db, queries.sources.find(db, ["acme"])["acme"], NOW)
    grouping.regroup(engines, NOW + DAY, folder=shelf)
    remember(engines, "acme", [posting("1", title="Meter Clerk", town="Toledo")], NOW + 2 * DAY)
    grouping.regroup(engines, NOW + 2 * DAY, folder=shelf)
    with session.reading(engines) as db:
        owners = {row.identifier: row.job_id for row in queries.listings.memberships(db)}
    assert owners["7"] == old
    assert owners["1"] not in (old, None)


def test_a_folder_that_cannot_be_written_is_named(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "acme", [posting("1")], NOW)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(session.Unusable, match=r"/file/shelf cannot be written \(Not a directory\)"):
        grouping.regroup(engines, NOW, folder=tmp_path / "file" / "shelf")


def test_a_job_that_splits_off_has_its_id_alone_though_its_home_merges_that_night(
    engines: session.Engines,
) -> None:
    towns = [
        {"2": "Columbus"},
        {"2": "Columbus", "3": "Toledo"},
        {"1": "Dayton", "2": "Columbus", "3": "Toledo"},
        {"1": "Toledo", "2": "Columbus", "3": "Toledo"},  # the job of 1 merges into that of 3
        {"1": "Dayton", "2": "Columbus", "3": "Columbus"},  # 3 merges into 2, and 1 is a job again
    ]
    for night, told in enumerate(towns):
        at = NOW + night * DAY
        remember(engines, "acme", [posting(name, town=town) for name, town in told.items()], at)
        grouping.regroup(engines, at)
    one, two, three = (lasting.made_id("acme", name) for name in "123")
    with session.reading(engines) as db:
        assert {row.job_id for row in queries.listings.memberships(db)} == {one, two}
        assert queries.jobs.redirects(db) == {three: two}
