from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pages
import pytest
from searching import CITIES, advertise_in_cities, best, matched, remember
from sqlalchemy import update

from crawler.clean import place
from crawler.items import MonetaryAmount
from db import queries, session
from db.models import Listing
from matcher import filters, gazetteer, index, profile, rank, search, sift

pytestmark = pytest.mark.parametrize("database_kind", pages.DATABASES, indirect=True)


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
    assert (built.generation, built.size, built.fitted_on) == (1, 10, 9)
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


def pay(amount: str) -> MonetaryAmount:
    return MonetaryAmount(text=amount, max_value=Decimal(amount), unit_text="YEAR", currency="USD")


@pytest.mark.parametrize(
    "change",
    [
        {"base_salary": pay("40000")},
        {"job_location": place.read("Dayton, OH")},
        {"job_location_type": "remote"},
        {"employment_type": ("FULL_TIME",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_filters_ask_is_indexed_with_a_job_and_its_change_alone_is_noticed(
    engines: session.Engines, tmp_path: Path, change: dict[str, Any]
) -> None:
    remember(engines, "1234")
    before = search.reindex(engines, tmp_path)
    remember(engines, "1", **change)
    after = search.reindex(engines, tmp_path)
    assert after.generation == before.generation
    assert after.name != before.name
    assert search.reindex(engines, tmp_path).name == after.name


def test_filters_select_by_what_any_open_listing_says_and_are_counted(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1", base_salary=pay("40000"), job_location=place.read("Dayton, OH"))
    remember(engines, "2", job_location_type="remote", employment_type=("PART_TIME",))
    remember(engines, "3", base_salary=pay("30000"), job_location=place.read("Dublin, Ireland"))
    remember(engines, "4")
    search.reindex(engines, tmp_path)
    text = "calls in Spanish, live chat, clinic front desk, bank customers by telephone"
    wanted = filters.Filters(near=filters.read_near("Ohio"), min_pay=Decimal(35000))
    found = matched(engines, tmp_path, text, wanted)
    assert {row.listings[0].identifier for row in found.rows} == {"1", "4"}
    assert (found.jobs, found.cards) == (2, 2)
    assert [row.unpaid for row in found.rows] == [row.listings[0].identifier == "4" for row in found.rows]
    assert not any(row.unpaid for row in matched(engines, tmp_path, text).rows)
    counts = found.counts
    assert (counts.matched, counts.near, counts.pay) == (4, sift.Count(1, 1), sift.Count(1, 1))
    assert counts.remote == sift.Count(1, 1)
    assert counts.currencies == [("USD", 1)]
    assert (counts.employment["PART_TIME"], counts.employment_silent) == (0, 2)


@pytest.mark.parametrize("asked", [{}, {"remote": True}, {"near": (None, "ohio", "us")}])
def test_the_best_of_what_passes_are_the_first_rows_of_all_that_match(
    engines: session.Engines, tmp_path: Path, asked: dict[str, Any]
) -> None:
    remember(engines, "1", job_location=place.read("Dayton, OH"))
    remember(engines, "2", job_location=place.read("Dublin, Ireland"))
    remember(engines, "3", job_location_type="remote")
    opened = search.reindex(engines, tmp_path)
    person, wanted = profile.read("calls in Spanish, live chat, front desk"), filters.Filters(**asked)
    with session.reading(engines) as db:
        rows = search.match(db, rank.score(opened, person), wanted, 9).rows
        assert search.best(db, opened, person, wanted, 9) == rows
        assert search.best(db, opened, person, wanted, 1) == rows[:1]


def test_a_page_begins_where_the_one_before_ends(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "123456789")
    search.reindex(engines, tmp_path)
    whole = matched(engines, tmp_path, "calls about parcels")
    pages = [matched(engines, tmp_path, "calls about parcels", limit=3, skip=skip) for skip in (0, 3, 6, 90)]
    assert [row.match for page in pages for row in page.rows] == [row.match for row in whole.rows]
    assert [row.number for page in pages for row in page.rows] == list(range(1, whole.jobs + 1))
    assert {page.jobs for page in pages} == {whole.jobs}


def test_a_campaign_is_one_card_that_names_its_other_places(engines: session.Engines, tmp_path: Path) -> None:
    advertise_in_cities(engines)
    search.reindex(engines, tmp_path)
    jobs = matched(engines, tmp_path, "calls in Spanish, bank customers")
    cards = matched(engines, tmp_path, "calls in Spanish, bank customers", cards=True)
    assert (jobs.jobs, jobs.cards, cards.jobs, cards.cards) == (5, 2, 5, 2)
    assert [len(row.elsewhere) for row in jobs.rows] == [0] * 5
    assert sorted(len(row.elsewhere) for row in cards.rows) == [0, 3]
    campaign = next(row for row in cards.rows if row.elsewhere)
    best = next(row.match for row in jobs.rows if row.job.campaign)
    assert best.terms
    assert campaign.match == replace(best, terms=(), keys=())  # a card says no shares
    cities = {where["text"] for row in (campaign.job, *campaign.elsewhere) for where in row.job_location}
    assert cities == set(CITIES)
    assert matched(engines, tmp_path, "calls in Spanish", cards=True, skip=1, limit=9).rows == []


def test_where_a_town_is_asked_the_nearest_other_places_come_first(
    engines: session.Engines, tmp_path: Path
) -> None:
    advertise_in_cities(engines)
    search.reindex(engines, tmp_path)
    for asked in CITIES:
        near = filters.read_near(asked)
        wanted = filters.Filters(near=near, within=5000.0)
        rows = matched(engines, tmp_path, "calls in Spanish, bank customers", wanted, cards=True).rows
        [others] = [row.elsewhere for row in rows if row.elsewhere]
        towns = [filters.centre(filters.read_near(other.job_location[0]["text"])) for other in others]
        apart = [gazetteer.kilometres(filters.centre(near), town) for town in towns]
        assert len(apart) == 3
        assert apart == sorted(apart)


def test_a_job_that_is_no_more_when_its_row_is_read_is_left_out(
    engines: session.Engines, tmp_path: Path
) -> None:
    remember(engines, "1234")
    search.reindex(engines, tmp_path)
    with session.writing(engines) as db:
        [gone] = [row.listings[0].job for row in matched(engines, tmp_path, "live chat, Zendesk").rows]
        db.execute(update(Listing).where(Listing.job_id == gone).values(job_id=None))
        queries.jobs.remove(db, [gone])
    assert matched(engines, tmp_path, "live chat, Zendesk").rows == []


def test_the_current_index_is_opened_once_and_again_when_it_is_swapped(
    engines: session.Engines, tmp_path: Path
) -> None:
    current = search.CurrentIndex(engines, tmp_path)
    with pytest.raises(index.IndexMissing):
        current.get()
    remember(engines, "123")
    search.reindex(engines, tmp_path)
    opened = current.get()
    assert current.get() is opened
    search.reindex(engines, tmp_path)
    assert current.get() is opened
    remember(engines, "4")
    search.reindex(engines, tmp_path)
    assert current.get().size == 4
    assert opened.size == 3  # who reads it may go on
    shutil.rmtree(tmp_path)
    with pytest.raises(index.IndexMissing):
        current.get()


def test_threads_share_one_index_and_open_it_once(engines: session.Engines, tmp_path: Path) -> None:
    remember(engines, "123")
    search.reindex(engines, tmp_path)
    current, together = search.CurrentIndex(engines, tmp_path), threading.Barrier(8)
    seen: list[index.Index] = []

    def read() -> None:
        together.wait()
        seen.append(current.get())

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(seen) == 8
    assert len({id(one) for one in seen}) == 1


def test_an_index_that_cannot_be_used_leaves_the_one_before_in_use_and_is_logged_once(
    engines: session.Engines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    remember(engines, "123")
    search.reindex(engines, tmp_path)
    current = search.CurrentIndex(engines, tmp_path)
    opened = current.get()
    remember(engines, "4")
    broken = search.reindex(engines, tmp_path)
    (tmp_path / broken.name / "meta.json").write_text("{")
    assert [current.get() for _ in range(3)] == [opened] * 3
    [said] = [record.getMessage() for record in caplog.records if record.name == "matcher.search"]
    assert f"index refused name={broken.name} kept={opened.name} reason=The index in" in said
    mended = search.reindex(engines, tmp_path)
    assert (current.get().name, current.get().size) == (mended.name, 4)
    (tmp_path / mended.name / "meta.json").write_text("{")
    with pytest.raises(index.IndexDamaged):  # who has none from before
        search.CurrentIndex(engines, tmp_path).get()


def test_the_current_index_of_another_database_is_refused(engines: session.Engines, tmp_path: Path) -> None:
    index.build([], tmp_path, stamp="another", generation=1)
    with pytest.raises(index.IndexProblem, match="another database"):
        search.CurrentIndex(engines, tmp_path).get()


@pytest.mark.parametrize("asked", [{}, {"remote": True}, {"near": (None, "ohio", "us")}])
def test_one_scoring_serves_every_filter_and_counts_as_it_matches(
    engines: session.Engines, tmp_path: Path, asked: dict[str, Any]
) -> None:
    remember(engines, "1", job_location=place.read("Dayton, OH"))
    remember(engines, "2", job_location=place.read("Dublin, Ireland"))
    scored = rank.score(search.reindex(engines, tmp_path), profile.read("calls in Spanish, live chat"))
    wanted = filters.Filters(**asked)
    with session.reading(engines) as db:
        jobs = search.match(db, scored, wanted, 1).jobs
    assert search.count(scored, wanted) == jobs == {"remote": 0, "near": 1}.get(next(iter(asked), ""), 2)
