from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler import absent, closing, runs, source, storing
from crawler.items import JobPosting, MonetaryAmount, Place
from db import queries, session
from db.models import Listing
from matcher import roles

NIGHT = datetime(2026, 11, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
BOARD = "greenhouse:acme"
sqlite_only = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def posting(identifier: str, **fields: object) -> storing.Judged:
    given = {"title": "Call Center Agent", "source": BOARD, "identifier": identifier, **fields}
    made = JobPosting(**given)  # type: ignore[arg-type]
    return storing.Judged(made, roles.classify(made.title, made.description))


def night(engines: session.Engines, at: datetime, *said: object, heard: closing.Heard | None = None):
    """The judgement and the sums of one night in which a board said these things."""
    run = runs.Runs(engines, "greenhouse", at, at)
    for item in said:
        match item:
            case str():
                run.post(posting(item))
            case storing.Judged():
                run.post(item)
            case source.Seen():
                run.see(BOARD, item.identifier, failed=item.failed)
            case source.Gone():
                run.over(BOARD, item.identifier, item.reason)
            case source.Bad():
                run.drop(BOARD, item.identifier, item.title, item.reason)
    listed = len(said)
    end = source.End("meta.total", total=listed)
    heard = heard or closing.Heard(listed=listed, postings=listed, end=end)
    newest = bool(heard.end and heard.end.newest)
    return run.finish(BOARD, listed, lambda memory: closing.judge(heard, memory), newest=newest)


def rows(engines: session.Engines) -> dict[str, object]:
    with session.reading(engines) as db:
        return {row.identifier: row for row in queries.listings.every(db)}


def still_open(engines: session.Engines) -> set[str]:
    return {name for name, row in rows(engines).items() if row.closed_at is None}


def test_a_listing_closes_at_its_second_miss_and_no_sooner(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2", "3")
    _, first = night(engines, NIGHT + DAY, "1", "2")
    assert (first["missed"], first["closed"], still_open(engines)) == (1, 0, {"1", "2", "3"})
    _, second = night(engines, NIGHT + 2 * DAY, "1", "2")
    assert (second["closed"], still_open(engines)) == (1, {"1", "2"})
    assert (second["open_before"], second["open_after"]) == (3, 2)
    assert rows(engines)["3"].closed_at == NIGHT + 2 * DAY


@sqlite_only
def test_two_runs_of_one_day_are_one_miss(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    for hours in (20, 25, 39):
        night(engines, NIGHT + timedelta(hours=hours), "1")
        assert still_open(engines) == {"1", "2"}
    night(engines, NIGHT + timedelta(hours=40), "1")
    assert still_open(engines) == {"1"}


@sqlite_only
def test_a_clock_that_was_set_back_closes_nothing(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    night(engines, NIGHT + DAY, "1")
    judgement, _ = night(engines, NIGHT - 30 * DAY, "1")
    assert (judgement.status, still_open(engines)) == ("complete", {"1", "2"})


@sqlite_only
def test_the_last_listing_of_a_board_closes_too(engines: session.Engines) -> None:
    night(engines, NIGHT, "1")
    night(engines, NIGHT + DAY)
    judgement, _ = night(engines, NIGHT + 2 * DAY)
    assert (judgement.status, still_open(engines)) == ("complete", set())


@sqlite_only
def test_a_run_that_was_not_complete_misses_nothing(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    for days in (1, 2, 3):
        heard = closing.Heard(listed=1, postings=1, end=source.End("meta.total", total=2))
        judgement, sums = night(engines, NIGHT + days * DAY, "1", heard=heard)
        assert (judgement.status, sums["missed"], sums["closed"]) == ("partial", 0, 0)
    assert rows(engines)["2"].closed_at is None
    assert "got 1 of 2" in judgement.reason


def test_a_deep_fall_is_held_until_a_person_confirms_it(engines: session.Engines) -> None:
    night(engines, NIGHT, *map(str, range(25)))
    for days in (1, 2, 3):
        judgement, sums = night(engines, NIGHT + days * DAY, *map(str, range(11)))
        assert (judgement.status, sums["held"], sums["closed"]) == ("partial", 14, 0)
        assert f"rolecall sources confirm {BOARD}" in judgement.reason
    with session.writing(engines) as db:
        held = queries.sources.held(db, BOARD)
        assert held is not None
        assert queries.sources.confirm(db, held.source_id, held.id, NIGHT + 3 * DAY) == 14
    assert still_open(engines) == set(map(str, range(11)))
    judgement, _ = night(engines, NIGHT + 4 * DAY, *map(str, range(11)))
    assert judgement.status == "complete"


def shown(*postings: storing.Judged) -> dict[str, closing.Heard]:
    """What is heard of a list that shows only its newest postings."""
    end = source.End("the feed closes", newest=True)
    return {"heard": closing.Heard(listed=len(postings), postings=len(postings), end=end)}


def dated(name: str, day: date) -> storing.Judged:
    return posting(name, date_posted=day)


def test_a_list_of_the_newest_misses_only_what_is_younger_than_it_reaches_back(
    engines: session.Engines,
) -> None:
    old, day, mid, young = (dated(str(number), date(2026, 10, number)) for number in (1, 5, 10, 20))
    undated, over = posting("undated"), posting("over", valid_through=date(2026, 11, 3))
    others = [dated(name, date(2026, 10, 5 if name in "ab" else 20)) for name in "abcdefghi"]
    every, later = (old, day, mid, young, undated, over, *others), (young, *others)
    night(engines, NIGHT, *every, **shown(*every))
    _, sums = night(engines, NIGHT + DAY, *later, **shown(*later))
    assert (sums["missed"], sums["closed"]) == (1, 0)
    assert {name for name, row in missed(engines).items() if row} == {"10"}
    _, sums = night(engines, NIGHT + 2 * DAY, *later, **shown(*later))
    assert (sums["missed"], sums["closed"]) == (1, 1)
    assert still_open(engines) == {"1", "5", "20", "undated", "over", *"abcdefghi"}
    night(engines, NIGHT + 3 * DAY, *later, **shown(*later))
    assert "over" not in still_open(engines)
    _, sums = night(engines, NIGHT + 29 * DAY, young, **shown(young))
    assert sums["missed"] == 0, "of one posting nobody can tell how far the list reaches back"
    assert still_open(engines) == {"1", "5", "20", "undated", *"abcdefghi"}
    night(engines, NIGHT + 30 * DAY, young, **shown(young))
    assert still_open(engines) == {"20", *"abcdefghi"}, "the others were not seen for thirty days"


@sqlite_only
@pytest.mark.parametrize(
    "size, daily, pinned, statuses",
    [(10, 1, 1, {"complete"}), (30, 10, 1, {"complete"}), (30, 25, 4, {"complete", "partial"})],
)
def test_an_old_posting_that_a_list_of_the_newest_shows_closes_no_other_and_nothing_stays_for_ever(
    engines: session.Engines, size: int, daily: int, pinned: int, statuses: set[str]
) -> None:
    above = [dated(f"pinned {number}", date(2026, 6, 1)) for number in range(pinned)]
    posted: list[storing.Judged] = []
    for days in range(34):
        now = NIGHT + days * DAY
        some = daily if posted else size
        posted += [dated(f"{days}.{number}", now.date()) for number in range(some)]
        feed = [*above, *posted[pinned - size :]]
        judgement, sums = night(engines, now, *feed, **shown(*feed))
        assert judgement.status in statuses
        assert sums["closed"] == 0 or days >= absent.UNSEEN.days, "they are live, and older"
    assert len(still_open(engines)) <= pinned + size + absent.UNSEEN.days * daily


def missed(engines: session.Engines) -> dict[str, object]:
    with session.reading(engines) as db:
        return {row.identifier: row.missed_at for row in db.query(Listing)}


@sqlite_only
def test_a_field_that_no_posting_says_any_more_is_said_and_costs_nothing(engines: session.Engines) -> None:
    there = (Place(text="Omaha, NE", address_locality="Omaha"),)
    night(engines, NIGHT, *(posting(name, job_location=there) for name in "123"))
    judgement, _ = night(engines, NIGHT + DAY, *(posting(name) for name in "12"), source.Seen("3"))
    assert (judgement.status, judgement.reason) == ("complete", "")
    night(engines, NIGHT + 2 * DAY, *(posting(name, job_location=there) for name in "123"))
    judgement, _ = night(engines, NIGHT + 3 * DAY, *(posting(name) for name in "123"))
    assert judgement.reason == "no posting says its job location any more: 3 did"
    assert (judgement.status, judgement.misses) == ("complete", True)
    assert [row.job_location[0]["text"] for row in rows(engines).values()] == ["Omaha, NE"] * 3


@sqlite_only
def test_a_source_that_leaves_out_what_it_said_blanks_nothing(engines: session.Engines) -> None:
    whole = {
        "description": "You answer inbound calls of members by phone and by chat.",
        "hiring_organization": "Acme Care",
        "date_posted": date(2026, 11, 2),
        "job_location": (Place(text="Omaha, NE", address_locality="Omaha"),),
    }
    paid = MonetaryAmount(text="$20/hr")
    night(engines, NIGHT, posting("1", **whole, base_salary=paid))
    before = rows(engines)["1"]
    _, sums = night(engines, NIGHT + DAY, posting("1", base_salary=paid))
    assert sums["unchanged"] == 1
    night(engines, NIGHT + 2 * DAY, posting("1", description="You answer calls."))
    after = rows(engines)["1"]
    assert (after.description, after.base_salary) == ("You answer calls.", None)
    for field in ("hiring_organization", "date_posted", "job_location"):
        assert getattr(after, field) == getattr(before, field)


@sqlite_only
def test_what_its_own_page_says_is_over_closes_at_once(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    _, sums = night(engines, NIGHT + DAY, "1", source.Gone("2", "HTTP 404"))
    assert (sums["closed"], sums["missed"], still_open(engines)) == (1, 0, {"1"})


@sqlite_only
def test_what_was_closed_and_comes_back_is_the_same_listing(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    before = rows(engines)["2"]
    for days in (1, 2):
        night(engines, NIGHT + days * DAY, "1")
    _, sums = night(engines, NIGHT + 3 * DAY, "1", "2")
    after = rows(engines)["2"]
    assert (after.id, after.first_seen, after.closed_at) == (before.id, NIGHT, None)
    assert (sums["new"], sums["changed"], sums["reopened"]) == (0, 1, 1)


@sqlite_only
def test_what_is_only_seen_stays_as_it_is_and_is_not_missed(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    before = rows(engines)
    night(engines, NIGHT + DAY, "1")  # missed once
    _, sums = night(engines, NIGHT + 2 * DAY, "1", source.Seen("2"))
    assert (sums["unchanged"], sums["read"], sums["returned"]) == (2, 2, 1)
    night(engines, NIGHT + 3 * DAY, "1")
    after = rows(engines)
    assert still_open(engines) == {"1", "2"}  # its second miss in all, its first in a row
    assert (after["2"].updated_at, after["2"].last_seen) == (before["2"].updated_at, NIGHT + 2 * DAY)


@sqlite_only
def test_a_known_listing_that_is_dropped_tonight_counts_as_seen(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    for days in (1, 2, 3):
        _, sums = night(engines, NIGHT + days * DAY, "1", source.Bad("2", "title missing"))
        assert (sums["dropped"], sums["missed"], sums["read"]) == (1, 0, 2)
    assert still_open(engines) == {"1", "2"}


@sqlite_only
def test_a_listing_past_its_valid_through_closes_at_once(engines: session.Engines) -> None:
    over = date(2026, 11, 2)
    night(engines, NIGHT, "1", posting("2", valid_through=over), posting("3", valid_through=over))
    _, sums = night(engines, NIGHT + DAY, "1", source.Seen("2"), source.Seen("3"))
    assert sums["closed"] == 0
    said = ("1", source.Seen("2"), source.Bad("3", "valid_through past"))
    _, sums = night(engines, NIGHT + 2 * DAY, *said)  # one page unchanged, one read and refused
    assert (sums["closed"], still_open(engines)) == (2, {"1"})
    night(engines, NIGHT + 3 * DAY, *said)
    assert still_open(engines) == {"1"}


@sqlite_only
def test_what_was_dropped_and_is_only_seen_is_dropped_again(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", source.Bad("9", "other work", "Welder"))
    _, sums = night(engines, NIGHT + DAY, "1", source.Seen("9"))
    assert (sums["dropped"], sums["read"]) == (1, 2)
    with session.reading(engines) as db:
        [drop] = queries.sources.drops(db)
    assert (drop.nights, drop.title) == (2, "Welder")


@sqlite_only
def test_a_copy_counts_once_wherever_it_comes(engines: session.Engines) -> None:
    run = runs.Runs(engines, "greenhouse", NIGHT, NIGHT, batch=2)
    for name in ("1", "1", "2", "3", "1"):
        run.post(posting(name))
    heard = closing.Heard(listed=5, postings=5, end=source.End("the document closes"))
    _, sums = run.finish(BOARD, 5, lambda memory: closing.judge(heard, memory))
    assert (sums["new"], sums["repeated"], sums["read"]) == (3, 2, 5)


def test_numbers_that_do_not_add_up_write_no_end(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    run = runs.Runs(engines, "greenhouse", NIGHT + DAY, NIGHT + DAY)
    run.post(posting("1"))
    with session.writing(engines) as db:  # somebody closes a listing behind our back
        queries.listings.close(db, [rows(engines)["2"].id], NIGHT, NIGHT)
    heard = closing.Heard(listed=1, postings=1, end=source.End("meta.total", total=1))
    with pytest.raises(runs.WrongSums, match=r"2 open listings .* are 2, yet 1 are open"):
        run.finish(BOARD, 1, lambda memory: closing.judge(heard, memory))
    with session.reading(engines) as db:
        assert queries.sources.last_runs(db)[BOARD].status == "running"


def test_what_an_address_gave_is_remembered_with_what_it_gave(engines: session.Engines) -> None:
    gave = source.Gave(seen=("1",), follow=(), end={"proof": "meta.total", "total": 1})
    for etag in ('"a"', '"b"'):
        run = runs.Runs(engines, "greenhouse", NIGHT, NIGHT)
        run.post(posting("1"))
        read = source.Read("https://acme.example/jobs", etag, "", "", "stamp", gave)
        run.remember(BOARD, read.url, read.row())
        run.flush()
        with session.reading(engines) as db:
            [page] = queries.pages.find(db, BOARD).values()
        assert (page.etag, page.gave["seen"], page.fetched_at) == (etag, ["1"], NIGHT)


@sqlite_only
@pytest.mark.parametrize("batch", [1, 1000])
def test_what_is_listed_twice_is_repeated_though_it_was_not_read(
    engines: session.Engines, batch: int
) -> None:
    night(engines, NIGHT, "1", "2")
    run = runs.Runs(engines, "greenhouse", NIGHT + DAY, NIGHT + DAY, batch=batch)
    for name in ("1", "2", "1"):
        run.see(BOARD, name)
    heard = closing.Heard(listed=3, end=source.End("totalFound", total=3))
    _, sums = run.finish(BOARD, 3, lambda memory: closing.judge(heard, memory))
    assert (sums["read"], sums["unchanged"], sums["repeated"]) == (3, 2, 1)


def test_what_a_held_run_missed_can_be_confirmed_after_nights_that_failed(engines: session.Engines) -> None:
    night(engines, NIGHT, *map(str, range(25)))
    night(engines, NIGHT + DAY, *map(str, range(11)))
    failed = closing.Heard(troubles=(source.Trouble("HTTP 500"),))
    night(engines, NIGHT + 2 * DAY, heard=failed)
    killed = runs.Runs(engines, "greenhouse", NIGHT + 3 * DAY, NIGHT + 3 * DAY)
    for name in ("0", "1", "24"):  # the last of them is back
        killed.see(BOARD, name)
    killed.flush()
    with session.writing(engines) as db:
        held = queries.sources.held(db, BOARD)
        assert held is not None
        assert queries.sources.confirm(db, held.source_id, held.id, NIGHT + 4 * DAY) == 13
        assert queries.sources.held(db, BOARD) is None
    assert still_open(engines) == {*map(str, range(11)), "24"}


@sqlite_only
def test_a_page_that_cannot_be_read_opens_nothing_again(engines: session.Engines) -> None:
    night(engines, NIGHT, "1", "2")
    night(engines, NIGHT + DAY, "1", source.Gone("2", "HTTP 404"))
    _, sums = night(engines, NIGHT + 2 * DAY, "1", source.Seen("2", failed=True))
    assert (sums["reopened"], still_open(engines)) == (0, {"1"})
    _, sums = night(engines, NIGHT + 3 * DAY, "1", source.Seen("2"))
    assert (sums["reopened"], still_open(engines)) == (1, {"1", "2"})


@sqlite_only
def test_what_closed_long_ago_and_is_advertised_again_makes_no_source_flap(engines: session.Engines) -> None:
    all_of_it = [*map(str, range(25)), "a", "b", "c"]
    night(engines, NIGHT, *all_of_it)
    for days in (1, 2):
        night(engines, NIGHT + days * DAY, *all_of_it[:25])
    night(engines, NIGHT + 3 * DAY, *all_of_it[3:25])
    judgement, sums = night(engines, NIGHT + 4 * DAY, *all_of_it[3:])
    assert (judgement.flapping, sums["reopened"], sums["returned"], sums["closed"]) == (False, 3, 0, 3)


def test_a_run_has_the_times_of_its_own_by_the_clock_of_its_night(engines: session.Engines) -> None:
    run = runs.Runs(engines, "greenhouse", NIGHT, NIGHT, began=time.monotonic() - 60)
    run.post(posting("1"))
    heard = closing.Heard(listed=1, postings=1, end=source.End("meta.total", total=1))
    run.finish(BOARD, 1, lambda memory: closing.judge(heard, memory))
    with session.reading(engines) as db:
        told = queries.sources.last_runs(db)[BOARD]
    assert NIGHT + timedelta(seconds=60) <= told.started_at <= told.finished_at < NIGHT + timedelta(hours=1)
    assert rows(engines)["1"].first_seen == NIGHT
