from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import runs, storing
from crawler.items import JobPosting, Place
from db import queries, session
from db.models import Verdict
from matcher import grouping, lasting, roles

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CORE = roles.Role("core", "customer_service", None, "")
TEXT = (
    "You answer the phones of a busy water utility, look up accounts, take payments and explain bills. "
    "You note every call in the customer system and pass outages on to dispatch. We teach you our systems "
    "in six paid weeks. You bring a year with customers, a clear voice and patience on a Monday morning."
)
OTHER = (
    "Our museum shop looks for somebody at the information desk who sells tickets, guides school classes to "
    "the cloakroom and knows where the lifts are. Weekends are part of the rota, Tuesdays are always free."
)


def posting(identifier: str, text: str = TEXT, place: str = "Columbus", source: str = "acme", **more: str):
    given = {"title": "Customer Service Representative", "hiring_organization": "Acme Water", **more}
    where = Place(text=f"{place}, OH", address_locality=place, address_region="OH", address_country="US")
    return JobPosting(source=source, identifier=identifier, description=text, job_location=(where,), **given)


def remember(engines: session.Engines, *items: JobPosting, gone: bool = False, at: datetime = NOW) -> None:
    store = runs.Runs(engines, "archive", at, at)
    for item in items:
        store.post(storing.Judged(item, CORE))
    store.close(gone=gone)


def jobs(engines: session.Engines) -> dict[str, set[str]]:
    """Job ids and the identifiers of their listings."""
    found: dict[str, set[str]] = {}
    with session.reading(engines) as db:
        for row in queries.listings.memberships(db):
            found.setdefault(row.job_id, set()).add(row.identifier)
    return found


def whole(engines: session.Engines) -> list[object]:
    """Everything that a grouping writes."""
    with session.reading(engines) as db:
        return [list(queries.jobs.every(db)), list(queries.pairs.every(db)), queries.jobs.redirects(db)]


def decide(engines: session.Engines, a: str, b: str, decision: str) -> None:
    with session.writing(engines) as db:
        db.add(
            Verdict(
                source_a="acme",
                identifier_a=a,
                source_b="acme",
                identifier_b=b,
                decision=decision,
                decided_by="ruth",
                decided_at=NOW,
            )
        )


def test_copies_are_one_job_named_by_its_smallest_listing(engines: session.Engines) -> None:
    remember(engines, posting("2"), posting("1"), posting("3", OTHER, title="Museum Information Clerk"))
    outcome = grouping.regroup(engines, NOW)
    assert jobs(engines) == {
        lasting.made_id("acme", "1"): {"1", "2"},
        lasting.made_id("acme", "3"): {"3"},
    }
    assert (outcome.listings, outcome.jobs, outcome.new_jobs) == (3, 2, 2)


def test_grouping_without_a_shelf_leaves_no_folder_nor_what_a_killed_one_left(
    engines: session.Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "rolecall-shelf.left").mkdir()
    remember(engines, posting("1"))
    grouping.regroup(engines, NOW)
    assert not list(tmp_path.glob("*rolecall-*"))


def test_grouping_again_writes_nothing(engines: session.Engines) -> None:
    remember(engines, posting("1"), posting("2"), posting("3", place="Dayton"))
    grouping.regroup(engines, NOW)
    before = whole(engines)
    outcome = grouping.regroup(engines, NOW + timedelta(days=1))
    assert whole(engines) == before
    assert (outcome.new_jobs, outcome.changed_jobs, outcome.merged_jobs) == (0, 0, 0)


def test_a_job_keeps_its_id_when_a_smaller_listing_joins(engines: session.Engines) -> None:
    remember(engines, posting("5"))
    grouping.regroup(engines, NOW)
    remember(engines, posting("1"))
    grouping.regroup(engines, NOW)
    assert jobs(engines) == {lasting.made_id("acme", "5"): {"1", "5"}}


def test_a_merged_job_takes_the_oldest_id_and_the_other_redirects_until_a_split(
    engines: session.Engines,
) -> None:
    first, second = lasting.made_id("acme", "7"), lasting.made_id("acme", "1")
    remember(engines, posting("7"))
    grouping.regroup(engines, NOW)
    remember(engines, posting("1", OTHER, title="Museum Information Clerk"))
    grouping.regroup(engines, NOW + timedelta(days=1))
    assert set(jobs(engines)) == {first, second}

    decide(engines, "1", "7", "same")
    grouping.regroup(engines, NOW + timedelta(days=2))
    assert jobs(engines) == {first: {"1", "7"}}
    with session.reading(engines) as db:
        assert queries.jobs.redirects(db) == {second: first}

    with session.writing(engines) as db:
        for verdict in db.query(Verdict):
            verdict.decision = "different"
    grouping.regroup(engines, NOW + timedelta(days=3))
    assert jobs(engines) == {first: {"7"}, second: {"1"}}
    with session.reading(engines) as db:
        assert queries.jobs.redirects(db) == {}


def test_a_verdict_of_different_keeps_copies_apart(engines: session.Engines) -> None:
    remember(engines, posting("1"), posting("2"))
    decide(engines, "1", "2", "different")
    grouping.regroup(engines, NOW)
    assert sorted(map(sorted, jobs(engines).values())) == [["1"], ["2"]]


def test_a_job_is_open_while_one_of_its_listings_is(engines: session.Engines) -> None:
    remember(engines, posting("1"), posting("2"))
    remember(engines, posting("2"), gone=True)
    grouping.regroup(engines, NOW)
    with session.reading(engines) as db:
        assert [row.closed_at for row in queries.jobs.every(db)] == [None]
    other = posting("9", OTHER, title="Museum Information Clerk")
    remember(engines, other, gone=True, at=NOW + timedelta(days=1))
    grouping.regroup(engines, NOW + timedelta(days=1))
    with session.reading(engines) as db:
        closed = {row.id: row.closed_at for row in queries.jobs.every(db)}
    assert closed[lasting.made_id("acme", "1")] == NOW + timedelta(days=1)
    assert closed[lasting.made_id("acme", "9")] is None


def test_a_listing_closed_long_ago_keeps_its_job_and_draws_nobody_in(engines: session.Engines) -> None:
    remember(engines, posting("1"))
    grouping.regroup(engines, NOW)
    remember(engines, posting("2", OTHER, title="Museum Information Clerk"), gone=True)
    later = NOW + grouping.MEMORY + timedelta(days=1)
    remember(engines, posting("3"), at=later)
    grouping.regroup(engines, later)
    assert jobs(engines)[lasting.made_id("acme", "1")] == {"1"}
    assert jobs(engines)[lasting.made_id("acme", "3")] == {"3"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_listings_in_any_order_give_the_same_jobs_and_ids(
    engines: session.Engines, seed: int
) -> None:
    items = [
        *(
            posting(str(n), place=place)
            for n, place in enumerate(("Columbus", "Columbus", "Dayton", "Toledo"))
        ),
        posting("8", OTHER, title="Museum Information Clerk"),
        posting("9", OTHER, title="Museum Information Clerk", hiring_organization="Town Museum"),
    ]
    random.Random(seed).shuffle(items)
    remember(engines, *items)
    grouping.regroup(engines, NOW)
    with session.reading(engines) as db:
        told = {
            row.identifier: (row.job_id, queries.jobs.named(db, [row.job_id])[row.job_id].campaign)
            for row in queries.listings.memberships(db)
        }
    columbus, dayton = lasting.made_id("acme", "0"), lasting.made_id("acme", "2")
    toledo = lasting.made_id("acme", "3")
    card = min(columbus, dayton, toledo)
    assert {n: told[n] for n in "0123"} == {
        "0": (columbus, card),
        "1": (columbus, card),
        "2": (dayton, card),
        "3": (toledo, card),
    }
    assert told["8"][0] != told["9"][0]


def test_a_job_closes_though_its_listings_closed_before_anybody_looked(engines: session.Engines) -> None:
    remember(engines, posting("1"))
    grouping.regroup(engines, NOW)
    remember(engines, posting("9", OTHER, title="Museum Information Clerk"), gone=True, at=NOW)
    later = NOW + grouping.MEMORY + timedelta(days=1)
    outcome = grouping.regroup(engines, later)
    with session.reading(engines) as db:
        closed = {row.id: row.closed_at for row in queries.jobs.every(db)}
    assert closed[lasting.made_id("acme", "1")] == NOW
    assert outcome.changed_jobs == 1


def test_an_open_listing_speaks_for_its_job_before_a_closed_one(engines: session.Engines) -> None:
    remember(engines, posting("1", TEXT + " Apply with us directly, we read every letter ourselves."))
    remember(engines, posting("2"), gone=True)
    grouping.regroup(engines, NOW)
    [(job, members)] = jobs(engines).items()
    assert members == {"1", "2"}
    with session.reading(engines) as db:
        canonical = queries.jobs.named(db, [job])[job].canonical_id
        assert queries.listings.one(db, "acme", "2").id == canonical
