from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from crawler import runs
from crawler.items import JobPosting
from db import queries, session
from db.models import Listing
from matcher import filters, grouping, index, profile, roles, search

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORDS = {
    "1": "Answer inbound calls in Spanish for a water utility, take payments by phone.",
    "2": "Reply to customers by live chat and email for a software company, Zendesk.",
    "3": "Greet patients at the front desk of a clinic and schedule their appointments.",
    "4": "Help bank customers by telephone with cards and accounts, Salesforce.",
}


def remember(engines: session.Engines, identifiers: str, *, gone: bool = False) -> None:
    store = runs.Runs(engines, "archive", NOW, NOW)
    for identifier in identifiers:
        words = WORDS.get(identifier, f"Answer calls number {identifier} about parcels.")
        item = JobPosting(
            source="acme",
            identifier=identifier,
            title=f"Customer Service Agent {chr(64 + int(identifier, 36))}",
            hiring_organization=f"Acme {identifier}",
            description=words,
        )
        store.post(runs.Judged(item, roles.classify(item.title)))
    store.close(gone=gone)
    grouping.regroup(engines, NOW)


def best(engines: session.Engines, folder: Path, text: str) -> list[str]:
    opened = search.open_index(engines, folder)
    with session.reading(engines) as db:
        found = search.match(db, opened, profile.read(text), filters.Filters(), 10).rows
    return [row.listings[0].identifier for row in found]


def test_the_job_that_says_it_comes_first(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    assert best(engines, tmp_path, "live chat and Zendesk")[0] == "2"
    assert best(engines, tmp_path, "inbound calls in Spanish")[0] == "1"


def test_an_unchanged_night_writes_no_byte_and_keeps_the_generation(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1234")
    first = search.reindex(engines, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    again = search.reindex(engines, tmp_path)
    assert (again.generation, again.documents) == (first.generation, first.documents) == (1, first.documents)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_few_new_jobs_keep_the_generation_and_are_found(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "123456789")
    search.reindex(engines, tmp_path)
    remember(engines, "a")
    built = search.reindex(engines, tmp_path)
    assert (built.generation, len(built.jobs), built.fitted_on) == (1, 10, 9)
    assert "a" in best(engines, tmp_path, "calls about parcels")


def test_a_corpus_that_doubled_or_a_wish_begins_a_new_generation(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "12")
    search.reindex(engines, tmp_path)
    remember(engines, "34")
    assert search.reindex(engines, tmp_path).generation == 2
    assert search.reindex(engines, tmp_path, refit=True).generation == 3
    with session.reading(engines) as db:
        assert queries.installation.generation(db) == 3


def test_a_build_that_is_killed_has_used_its_generation_up(engines: session.Engines, tmp_path: Path) -> None:
    def kill(_: int) -> None:
        raise KeyboardInterrupt

    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        search.reindex(engines, tmp_path, refit=True, progress=kill)
    assert search.reindex(engines, tmp_path).generation == 1  # the old index is whole and holds
    assert search.reindex(engines, tmp_path, refit=True).generation == 3


def test_a_database_that_is_behind_its_index_does_not_give_a_generation_twice(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    search.reindex(engines, tmp_path, refit=True)
    with session.writing(engines) as db:
        queries.installation.set_generation(db, 1)
    assert search.reindex(engines, tmp_path, refit=True).generation == 3
    with session.reading(engines) as db:
        assert queries.installation.generation(db) == 3


def test_an_index_that_another_version_built_is_refused_and_built_under_a_new_generation(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    meta = next(tmp_path.rglob("meta.json"))
    meta.write_text(json.dumps({**json.loads(meta.read_text()), "tables": "of another vocabulary"}))
    with pytest.raises(index.IndexDamaged, match="another version"):
        search.open_index(engines, tmp_path)
    assert search.reindex(engines, tmp_path).generation == 2


def test_a_directory_that_cannot_be_used_takes_no_generation(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "12")
    place = tmp_path / "index"
    place.write_text("no folder")
    with pytest.raises(index.IndexProblem, match="cannot be read"):
        search.reindex(engines, place)
    with session.reading(engines) as db:
        assert queries.installation.generation(db) == 0


def test_the_family_that_was_stored_with_the_listing_is_the_one_that_is_ranked(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1")
    with session.writing(engines) as db:
        db.execute(update(Listing).values(family="stored"))
    assert search.reindex(engines, tmp_path).families == ("stored",)


def test_a_closed_job_leaves_the_index(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    remember(engines, "134", gone=True)
    search.reindex(engines, tmp_path)
    assert "2" not in best(engines, tmp_path, "live chat, Zendesk, phone, Spanish, clinic, bank")


def test_an_index_of_another_database_is_refused(engines: session.Engines, tmp_path: Path) -> None:
    index.build([], tmp_path, stamp="another", generation=1)
    with pytest.raises(index.IndexProblem, match="another database"):
        search.open_index(engines, tmp_path)


def test_a_damaged_index_is_built_anew_under_a_new_generation(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    next(tmp_path.rglob("meta.json")).write_text("{")
    with pytest.raises(index.IndexProblem):
        search.open_index(engines, tmp_path)
    assert search.reindex(engines, tmp_path).generation == 2
    assert best(engines, tmp_path, "live chat and Zendesk")[0] == "2"
