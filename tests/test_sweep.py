"""A list that takes more than a night is read on where it was left, and nothing closes before it was read whole."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offline import board

from crawler import closing, refresh, runs, storing, sweep
from crawler.items import JobPosting
from crawler.source import End
from crawler.sources import Source
from crawler.sweep import Begun, Sweep
from db import lease, queries, session, upgrade
from db.models import Listing
from db.models import Source as Row
from matcher import roles

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
BUDGET = {"CLOSESPIDER_PAGECOUNT": 9, "DOWNLOAD_DELAY": 0}  # robots.txt, and eight pages of a list
LONG, SHORT = "0123456789ABCDEFGHIJKLMNOPQRSTUV", "abcdefghijklmnopqrst"


class Town:
    """Boards in Lever's form on hosts of their own, a folder that answers for them, and nights."""

    def __init__(self, folder: Path) -> None:
        self.pages, self.day = folder / "pages", 0
        self.url = f"sqlite:///{folder}/rolecall.sqlite3"
        upgrade.upgrade(self.url)
        self.engines = session.open_engines(self.url)
        self.sources: dict[str, Source] = {}

    def board(self, name: str, postings: Iterable[str], size: int = 2) -> None:
        """A board lists these now, so many on a page; a "?" has no identifier."""
        base, listed = f"https://{name}.example", [*postings]
        self.sources[name] = Source("lever", name, url=base)
        shutil.rmtree(self.pages / name, ignore_errors=True)
        (self.pages / name).mkdir(parents=True)
        for skip in (*range(0, len(listed), size), len(listed), len(listed) + size):
            page = [posting(base, each) for each in listed[skip : skip + size]]
            url = f"{base}/v0/postings/{name}?mode=json&skip={skip}&limit=100"
            (self.pages / name / f"{skip}.json").write_text(json.dumps(page))
            (self.pages / name / f"{skip}.expected.json").write_text(json.dumps({"url": url}))

    def night(self, **settings: Any) -> dict[str, refresh.Outcome]:
        """What came of every board."""
        now = NOW + timedelta(days=self.day)
        self.day += 1
        night = refresh.Night(
            now=now, wanted=("core",), replay=self.pages, log_level="ERROR", settings=BUDGET | settings
        )
        every = [*self.sources.values()]
        with lease.held(self.engines, "crawl") as held:
            report = refresh.crawl(self.engines, self.url, every, night, held, lambda *_: None)
        assert report.wrong == []
        told = {one.source.removeprefix("lever:"): one for one in report.outcomes}
        assert {name for name, one in told.items() if one.status == "complete" and self.left(name)} == set()
        return told

    def open(self, name: str) -> str:
        """The open listings of a board, a letter each."""
        with session.reading(self.engines) as db:
            rows = (
                db.query(Listing).join(Row).filter(Row.name == f"lever:{name}", Listing.closed_at.is_(None))
            )
            return "".join(sorted(row.identifier for row in rows))

    def left(self, name: str) -> dict[str, Any] | None:
        """Where a list was left."""
        with session.reading(self.engines) as db:
            source = name if ":" in name else f"lever:{name}"
            return queries.sources.find(db, [source])[source].sweep


def posting(base: str, name: str) -> dict[str, Any]:
    identifier = {"id": name} if name != "?" else {}
    return identifier | {
        "text": f"Customer Service Representative {name}",
        "categories": {"location": "Omaha, NE"},
        "description": f"<div>Answer the calls of team {name}.</div>",
        "hostedUrl": f"{base}/jobs/{name}",
    }


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.engines.close()


@pytest.mark.soak
def test_a_list_of_many_pages_is_read_in_as_many_nights_and_misses_once_in_each_reading(town: Town) -> None:
    large = [f"{number:03}" for number in range(450)]
    town.board("long", LONG)  # three nights
    town.board("short", SHORT)  # two
    town.board("moves", LONG)
    town.board("large", large, size=100)  # one, in several transactions
    town.board("nameless", "a?b?")
    town.sources["one"] = board(town.pages, "one", range(250))
    first = town.night()
    assert {first.pop(name).status for name in ("large", "greenhouse:one")} == {"complete"}
    assert (first["nameless"].status, first.pop("nameless").reason) == (
        "complete",
        "2 of 4 records dropped: id missing",
    )
    assert {one.status for one in first.values()} == {"partial"}
    assert first["long"].reason == (
        "got 16: stopped at its limit of requests; to go on there the next night (this was night 1)"
    )
    town.board("moves", f"x{LONG}")  # one is new in front: it pushes others past where we stopped
    second = town.night()
    assert (second["short"].status, second["short"].reason) == ("complete", "")
    assert (second["long"].status, second["long"].counts["new"]) == ("partial", 14)
    assert second["moves"].status == "partial"
    town.board("short", SHORT.replace("b", ""))  # b vanished
    town.board("large", large[5:], size=100)
    town.sources["one"] = board(town.pages, "one", range(5, 250))
    third = town.night()
    assert {third[name].status for name in ("long", "moves", "large", "greenhouse:one")} == {"complete"}
    assert town.open("long") == LONG
    assert town.open("moves") == LONG, "what is new stands before where we stopped: the next reading has it"
    town.board("large", ["new", *large], size=100)
    town.sources["one"] = board(town.pages, "one", range(251))
    fourth = town.night()
    assert (third["short"].status, fourth["short"].status) == ("partial", "complete")
    assert (third["short"].counts["missed"], fourth["short"].counts["missed"]) == (0, 1)
    assert town.open("short") == SHORT
    for name, many in (("large", 451), ("greenhouse:one", 251)):
        assert (third[name].counts["missed"], third[name].counts["closed"]) == (5, 0)
        counts = fourth[name].counts
        assert (counts["listed"], counts["missed"], counts["closed"]) == (many, 0, 0)


@pytest.mark.soak
def test_a_list_that_does_not_move_or_is_read_in_another_way_is_begun_anew(town: Town) -> None:
    town.board("stuck", LONG)
    town.board("moved", SHORT)
    town.night()
    town.board("elsewhere", SHORT)  # the same entry, with another address
    town.sources["moved"] = dataclasses.replace(town.sources.pop("elsewhere"), board="moved")
    for golden in (town.pages / "elsewhere").glob("*.expected.json"):
        golden.write_text(golden.read_text().replace("/postings/elsewhere", "/postings/moved"))
    broken = town.pages / "stuck" / "16.json"
    whole = broken.read_text()
    broken.write_text("[")
    told = town.night()
    assert told["moved"].reason.endswith("begun anew, because the source is read in another way")
    for still in range(1, sweep.NIGHTS + 1):
        assert told["stuck"].status == "partial"
        assert (town.left("stuck") or {})["still"] == still
        told = town.night()
    broken.write_text(whole)
    assert told["stuck"].reason.endswith("begun anew, because for 3 nights no more of it came")
    assert (told["stuck"].counts["listed"], told["stuck"].counts["closed"]) == (16, 0)


def test_what_a_killed_night_stored_is_not_read_again_and_missed_once_in_the_whole(
    engines: session.Engines,
) -> None:
    night(engines, 0, "abcdefgh", whole=True)
    killed = begin(engines, 1)
    key = killed.sweep.ask(arguments(1))
    read(killed.runs, "abcd")
    killed.sweep.details[0] = ("d",)
    read(killed.runs, "ef")
    assert kept(engines)["todo"] == [arguments(1)]
    chain(killed.sweep, key, [1, 2])
    read(killed.runs, "g")
    assert kept(engines)["todo"] == [arguments(1)], "d would be missed, were its page not read"
    killed.sweep.details.clear()
    read(killed.runs, "i")
    assert kept(engines)["todo"] == [arguments(2)]
    judgement, sums = night(engines, 2, "", whole=True)
    assert (judgement.status, sums["missed"], sums["closed"]) == ("complete", 1, 0)
    assert kept(engines) == {}
    with session.reading(engines) as db:
        rows = {row.identifier: row.run_id for row in db.query(Listing)}
    assert {rows[name] for name in "abcdefgi"} == {max(rows.values())}, "the last night saw them all"
    assert night(engines, 3, "abcdefgi", whole=True)[1]["closed"] == 1


@pytest.mark.parametrize("status", ["complete", "partial", "failed", "blocked"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_kept_on_the_way_is_not_built_upon_when_the_run_has_ended(
    engines: session.Engines, status: closing.Status
) -> None:
    under = begin(engines, 0)
    key = under.sweep.ask(arguments(1))
    read(under.runs, "ab")
    assert kept(engines)["todo"] == [arguments(1)]
    last = chain(under.sweep, key, [1])
    if status == "complete":
        under.sweep.turn(last, 0, [], None)
    under.runs.finish("lever:a", 2, lambda _: closing.Judgement(status=status, reason="so it is"))
    assert kept(engines) == {}


@dataclasses.dataclass
class Under:
    """A run that is under way."""

    runs: runs.Runs
    sweep: Sweep


def begin(engines: session.Engines, day: int) -> Under:
    """A run of a board goes on where the one before it stopped."""
    now = NOW + timedelta(days=day)
    made = runs.Runs(engines, "lever", now, now, batch=2)
    run = made.of("lever:a")
    far = Sweep(*sweep.read(run.left, "a", run.run_id, now, run.open_before, run.missed_before))
    made.sweep("lever:a", far)
    return Under(made, far)


def read(into: runs.Runs, names: str) -> None:
    core = roles.Role("core", "customer_service", None, "")
    for name in names:
        into.post(storing.Judged(JobPosting(source="lever:a", identifier=name, title="Agent"), core))
    into.flush()


def night(engines: session.Engines, day: int, names: str, *, whole: bool) -> tuple[closing.Judgement, Any]:
    """A night that reads these and, where it is the `whole`, the rest of the list too."""
    under = begin(engines, day)
    read(under.runs, names)
    for key in [*under.sweep.todo]:
        under.sweep.turn(key, len(names), [], None)
    heard = closing.Heard(
        listed=len(names), end=End("the list ends"), before=8 - len(names), waits=0 if whole else 1
    )
    return under.runs.finish("lever:a", len(names), lambda memory: closing.judge(heard, memory))


def kept(engines: session.Engines) -> dict[str, Any]:
    with session.reading(engines) as db:
        return queries.sources.find(db, ["lever:a"])["lever:a"].sweep or {}


def arguments(page: int) -> dict[str, Any]:
    return {"url": f"https://acme.example/{page}", "callback": "parse"}


def begun(**values: Any) -> Begun:
    return Begun(**{"stamp": "a", "run": 7, "at": NOW.isoformat(), "open_before": 5, "waiting": 1, **values})


def chain(far: Sweep, key: int, pages: Iterable[int]) -> int:
    """Turns pages one after the other, ten records on each; the request that waits then."""
    for page in pages:
        following = far.key()
        far.turn(key, 10, [(following, arguments(page + 1))], None)
        key = following
    return key


def test_the_page_that_was_turned_last_is_turned_again_and_its_records_count_once() -> None:
    far = Sweep(begun())
    chain(far, far.ask(arguments(1)), [1, 2, 3])
    row = far.row(NOW, shifted=0, returned=2)
    assert row is not None
    assert (row["todo"], row["listed"], row["nights"], row["run"]) == ([arguments(3)], 20, 1, 7)
    again, why = sweep.read(json.loads(json.dumps(row)), "a", 9, NOW + timedelta(days=1), 50, 3)
    assert (again.run, again.open_before, again.waiting, again.returned, why) == (7, 5, 1, 2, "")
    far = Sweep(again)
    [(key, _)] = far.todo.items()
    last = chain(far, key, [3])
    far.turn(last, 4, [], End("total", total=34))
    assert (again.listed + far.listed, far.todo, far.nights) == (34, {}, 2)
    assert far.row(NOW, shifted=0, returned=0) is None


def test_pages_that_one_page_asks_for_at_once_wait_each_for_itself_in_any_order() -> None:
    far = Sweep(begun())
    first, second, third = far.ask(arguments(1)), far.key(), far.key()
    far.turn(second, 10, [], None)  # it was quicker than the page that asked for it
    far.turn(first, 10, [(second, arguments(2)), (third, arguments(3))], None)
    row = far.row(NOW, shifted=0, returned=0)
    assert row is not None
    assert (row["todo"], row["listed"]) == ([arguments(3)], 20)


def test_a_night_that_dies_at_once_has_not_moved_the_list() -> None:
    told = begun(nights=2, still=1, listed=20, todo=(arguments(3),))
    row = Sweep(told).row(NOW, shifted=0, returned=0)
    assert row is not None
    assert (row["still"], row["nights"], row["listed"]) == (2, 3, 20)


@pytest.mark.parametrize(
    "changes, stamp, why",
    [
        ({}, "a", ""),
        ({}, "b", "another way"),
        ({"still": sweep.NIGHTS}, "a", "no more of it came"),
        ({"at": (NOW - timedelta(days=8)).isoformat()}, "a", "too long ago"),
    ],
)
def test_a_list_goes_on_where_it_is_the_same_list(changes: dict[str, Any], stamp: str, why: str) -> None:
    told = dataclasses.asdict(begun(nights=1, todo=[arguments(3)], **changes))
    found, said = sweep.read(told, stamp, 9, NOW, 50, 3)
    assert why in said
    assert bool(said) == bool(why)
    assert (found.run, found.nights) == ((9, 0) if why else (7, 1))
