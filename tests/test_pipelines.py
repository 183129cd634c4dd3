from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from scrapy.exceptions import DropItem
from scrapy.signals import item_error
from sqlalchemy.exc import IntegrityError
from twisted.python.failure import Failure

from crawler import pipelines, runs, source, storing, sweep
from crawler.items import JobPosting, MonetaryAmount, Place
from db import queries, session
from matcher import roles

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CORE = roles.Role("core", "customer_service", None, "")
sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def posting(identifier: str = "1", **fields: object) -> JobPosting:
    given = {"title": "Customer Service Representative", "source": "acme", **fields}
    return JobPosting(identifier=identifier, **given)  # type: ignore[arg-type]


def store(engines: session.Engines, *items: JobPosting, at: datetime = NOON, gone: bool = False):
    """What one run over these postings counted."""
    opened = runs.Runs(engines, "archive", at, at)
    for item in items:
        opened.post(storing.Judged(item, CORE))
    return opened.close(gone=gone)


def rows(engines: session.Engines) -> dict[str, object]:
    with session.reading(engines) as db:
        return {row.identifier: row for row in queries.listings.every(db)}


def test_a_posting_without_a_title_is_dropped_with_that_reason() -> None:
    with pytest.raises(DropItem, match="title missing"):
        pipelines.Validate(None).process_item(posting(title=""))


def test_work_that_is_not_wanted_is_dropped_by_its_kind() -> None:
    wanted = frozenset({"core"})
    with pytest.raises(DropItem, match="other work"):
        pipelines.Role(wanted).process_item(posting(title="Customer Data Engineer"))
    assert pipelines.Role(wanted).process_item(posting()).role.tier == "core"


def test_a_posting_comes_back_from_memory_as_it_was_said(engines: session.Engines) -> None:
    said = posting(
        url="https://acme.example/1",
        hiring_organization="Acme",
        description="Answer calls.",
        job_location=(
            Place(
                text="Columbus, OH", address_locality="Columbus", address_region="OH", address_country="US"
            ),
        ),
        job_location_type="hybrid",
        date_posted=date(2026, 11, 1),
        base_salary=MonetaryAmount(
            text="$17.50/hr", currency="USD", min_value=Decimal("17.50"), unit_text="HOUR"
        ),
        employment_type=("FULL_TIME",),
        requisition="R-1",
    )
    store(engines, said)
    kept = rows(engines)["1"]
    assert (kept.source, kept.title, kept.requisition) == ("acme", said.title, "R-1")
    assert kept.job_location == [
        {
            "text": "Columbus, OH",
            "address_locality": "Columbus",
            "address_region": "OH",
            "address_country": "US",
        }
    ]
    assert kept.base_salary == {
        "text": "$17.50/hr",
        "currency": "USD",
        "min_value": "17.50",
        "unit_text": "HOUR",
    }
    assert (kept.first_seen, kept.last_seen, kept.closed_at) == (NOON, NOON, None)


@sqlite_only
def test_the_same_posting_twice_changes_nothing(engines: session.Engines) -> None:
    store(engines, posting(), posting("2"))
    before = rows(engines)
    counts = store(engines, posting("2"), posting(), at=NOON)
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 2)
    assert rows(engines) == before


@sqlite_only
def test_a_later_sight_moves_only_last_seen(engines: session.Engines) -> None:
    store(engines, posting())
    later = NOON + timedelta(days=1)
    store(engines, posting(), at=later)
    row = rows(engines)["1"]
    assert (row.first_seen, row.last_seen, row.updated_at) == (NOON, later, NOON)


@sqlite_only
def test_an_edit_is_counted_and_kept(engines: session.Engines) -> None:
    store(engines, posting(job_location=(Place(text="Ames, IA", address_locality="Ames"),)))
    counts = store(engines, posting(description="New words."))
    assert counts["changed"] == 1
    assert rows(engines)["1"].description == "New words."


def test_replace_closes_what_is_gone_and_a_return_opens_it_again(engines: session.Engines) -> None:
    store(engines, posting(), posting("2"))
    counts = store(engines, posting(), at=NOON + timedelta(days=1), gone=True)
    assert counts["closed"] == 1
    assert rows(engines)["2"].closed_at == NOON + timedelta(days=1)
    assert store(engines, posting("2"), at=NOON + timedelta(days=2))["changed"] == 1
    assert rows(engines)["2"].closed_at is None


def test_the_drop_ledger_has_a_row_a_reason_and_counts_nights(engines: session.Engines) -> None:
    for days in (0, 0, 1):
        opened = runs.Runs(engines, "archive", NOON + timedelta(days=days), NOON)
        opened.drop("acme", "9", "Welder", "other work")
        opened.drop("acme", "9", "Welder", "other work")
        counts = opened.close()
        assert (counts["read"], counts["dropped"]) == (2, 2)
    with session.reading(engines) as db:
        [row] = queries.sources.drops(db)
    assert (row.source, row.identifier, row.reason, row.nights) == ("acme", "9", "other work", 2)
    assert (row.first_seen, row.last_seen) == (NOON, NOON + timedelta(days=1))


@sqlite_only
def test_a_crawled_source_takes_nothing_from_an_archive(engines: session.Engines) -> None:
    with session.writing(engines) as db:
        queries.sources.add(db, "greenhouse:acme", "greenhouse")
    with pytest.raises(runs.ForeignSource, match="greenhouse:acme"):
        store(engines, posting(source="greenhouse:acme"))


def test_what_fails_to_be_stored_is_not_counted_and_the_next_run_heals(engines: session.Engines) -> None:
    opened = runs.Runs(engines, "archive", NOON, NOON)
    opened.post(storing.Judged(posting("1"), CORE))
    opened.post(storing.Judged(posting("2", title=""), CORE))  # the table refuses it
    with pytest.raises(IntegrityError):
        opened.flush()
    assert opened.runs["acme"].counts["new"] == 0
    assert rows(engines) == {}
    assert store(engines, posting("1"), posting("2"))["new"] == 2


@sqlite_only
def test_postings_of_many_sources_wait_no_longer_than_a_batch(engines: session.Engines) -> None:
    opened = runs.Runs(engines, "archive", NOON, NOON)
    for number in range(runs.BATCH):
        opened.post(storing.Judged(posting(str(number), source=f"board-{number % 7}"), CORE))
    assert len(rows(engines)) == runs.BATCH


@pytest.fixture
def crawl(engines: session.Engines) -> pipelines.Store:
    """The pipeline's end in a run of a board that has just begun."""
    settings = {"ROLECALL_SOURCE": "acme", "ROLECALL_SPIDER": "lever", "ROLECALL_NOW": NOON.isoformat()}
    stats = SimpleNamespace(get_value=lambda _, other=None: other, set_value=lambda *_: None)
    made = pipelines.Store(SimpleNamespace(settings=settings, stats=stats), engines)  # type: ignore[arg-type]
    made.runs.of("acme")
    made.sweep = sweep.Sweep(sweep.Begun("", 1, NOON.isoformat(), 0, 0))
    made.runs.sweep("acme", made.sweep)
    return made


@sqlite_only
def test_records_without_a_name_are_others_on_every_page_and_a_named_one_is_the_same(
    crawl: pipelines.Store,
) -> None:
    for name in ("item 1", "item 1", "7", "7"):
        crawl.process_item(source.Bad(name, "id missing"))
    crawl.runs.flush()
    run = crawl.runs.of("acme")
    assert (run.counts["dropped"], run.counts["repeated"], run.shifted) == (3, 1, 1)
    assert (crawl.hearing.nameless, crawl.hearing.bad) == (2, {"id missing": 4})


@sqlite_only
def test_a_posting_on_which_our_own_code_fails_is_told_of_and_stays_open(engines: session.Engines) -> None:
    store(engines, posting("1"), posting("2"), at=NOON - timedelta(days=3))
    connected = {}
    signals = SimpleNamespace(connect=lambda function, signal: connected.setdefault(signal, function))
    said = {"ROLECALL_SOURCE": "acme", "ROLECALL_SPIDER": "archive", "ROLECALL_NOW": NOON.isoformat()}
    told = said | {"ROLECALL_DATABASE_URL": engines.write.url.render_as_string(hide_password=False)}
    crawler = SimpleNamespace(settings=told, signals=signals)
    made = pipelines.Store.from_crawler(crawler)  # type: ignore[arg-type]
    made.process_item(storing.Judged(posting("1"), CORE))
    connected[item_error](item=posting("2"), failure=Failure(KeyError("a table of ours")))
    made.runs.flush()
    assert made.hearing.bad == {"could not be read (KeyError)": 1}
    assert made.runs.of("acme").counts["dropped"] == 1
    assert all(row.closed_at is None and row.last_seen == NOON for row in rows(engines).values())


@sqlite_only
def test_a_run_whose_numbers_do_not_add_up_has_failed_and_is_not_built_upon(
    crawl: pipelines.Store, engines: session.Engines
) -> None:
    crawl.process_item(storing.Judged(posting(), CORE))
    crawl.sweep.ask({"url": "https://acme.example/2", "callback": "parse"})  # type: ignore[union-attr]
    crawl.runs.flush()
    with session.writing(engines) as db:  # somebody closes a listing behind our back
        queries.listings.close(db, queries.listings.open_ids(db, 1), NOON, NOON)
    crawl.closed("closespider_timeout")
    with session.reading(engines) as db:
        assert queries.sources.last_runs(db)["acme"].reason.startswith("its numbers do not add up")
        assert queries.sources.find(db, ["acme"])["acme"].sweep is None
