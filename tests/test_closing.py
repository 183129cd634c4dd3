from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import closing
from crawler.closing import Heard, Memory
from crawler.source import End, Trouble

SOURCE = "greenhouse:acme"
KNOWN = Memory(source=SOURCE, open_before=25, ever=True)
NEW = Memory(source=SOURCE)
PROVEN = End("the document closes")
WHOLE = Heard(listed=25, postings=25, end=PROVEN)
FORBIDDEN = Trouble("robots.txt of careers.example forbids /v1 to rolecall", blocked=True)
BROKEN = Trouble("HTTP 500", "https://careers.example/jobs?page=2")
NOT_READ = Trouble("HTTP 500", "https://careers.example/jobs/7", listing=False)
REFUSED = replace(NOT_READ, reason="HTTP 403", blocked=True)
TITLES = {"title missing": 25}


def some(memory: Memory = KNOWN, **heard: Any) -> tuple[Heard, Memory]:
    return replace(WHOLE, **heard), memory


def details(trouble: Trouble, failed: int, listed: int = 25) -> tuple[Heard, Memory]:
    return some(listed=listed, details=listed, details_failed=failed, troubles=(trouble,) * failed)


CASES: dict[str, tuple[tuple[Heard, Memory], str, str]] = {
    "all is well": (some(), "complete", ""),
    "a first night": (some(NEW), "complete", ""),
    "a proven total": (some(end=End("meta.total", total=25)), "complete", ""),
    "a board that lists nothing, and says so": (
        some(NEW, listed=0, postings=0, end=End("meta.total", total=0)),
        "complete",
        "lists nothing",
    ),
    "zero as of a board that does not exist": (
        some(NEW, listed=0, postings=0, end=End("totalFound", total=0, sure=False)),
        "failed",
        "nothing listed, and the source says the same of a board that does not exist: check its name",
    ),
    "the same zero of a board that had listings": (
        some(replace(KNOWN, missing=5), listed=0, postings=0, end=End("totalFound", total=0, sure=False)),
        "complete",
        "lists nothing",
    ),
    "zero without proof": (
        some(listed=0, postings=0, end=None),
        "failed",
        "nothing listed, and no sign that this is all",
    ),
    "zero of many": (some(listed=0, postings=0, end=End("totalFound", total=25)), "failed", "got 0 of 25"),
    "zero and trouble, whatever ended": (
        some(listed=0, postings=0, troubles=(Trouble("HTTP 500"),)),
        "failed",
        "HTTP 500",
    ),
    "kept out": (some(listed=0, postings=0, end=None, troubles=(FORBIDDEN,)), "blocked", FORBIDDEN.reason),
    "kept out on page 2": (
        some(listed=10, end=None, troubles=(BROKEN, FORBIDDEN)),
        "blocked",
        FORBIDDEN.reason,
    ),
    "the second page fails": (
        some(listed=10, end=None, troubles=(BROKEN,)),
        "partial",
        "got 10 of 25 known: HTTP 500 (https://careers.example/jobs?page=2)",
    ),
    "the end says more": (
        some(listed=10, end=End("totalFound", total=25)),
        "partial",
        "got 10 of 25: no more came",
    ),
    "the end says less, as one was added meanwhile": (some(end=End("totalFound", total=24)), "complete", ""),
    "an end, and a part that failed": (
        some(troubles=(BROKEN,)),
        "partial",
        "got 25: HTTP 500 (https://careers.example/jobs?page=2)",
    ),
    "an empty page in the middle": (
        some(listed=10, end=None, troubles=(Trouble("got 10 of 25"),)),
        "partial",
        "got 10 of 25",
    ),
    "no end": (
        some(end=None),
        "partial",
        "got 25: the list ended without a sign that this is all",
    ),
    "out of time on the list": (
        some(listed=10, end=None, finish_reason="closespider_timeout"),
        "partial",
        "got 10 of 25 known: stopped at its time limit",
    ),
    "out of time on the pages of postings": (
        some(finish_reason="closespider_timeout"),
        "partial",
        "stopped at its time limit",
    ),
    "asked to stop": (some(finish_reason="shutdown"), "partial", "stopped before its end"),
    "stopped for a reason of its own": (some(finish_reason="database"), "partial", "stopped (database)"),
    "records on two pages": (
        some(shifted=3),
        "partial",
        "3 of 25 records came on two pages: the list moved while it was read",
    ),
    "records on two pages, and still as many as there are": (
        some(listed=28, shifted=3, end=End("totalFound", total=25)),
        "complete",
        "",
    ),
    "a new shape": (some(bad=TITLES), "failed", "title missing in 25 of 25 records"),
    "a new shape for most": (
        some(bad={"title missing": 13, "id missing": 1}),
        "failed",
        "title missing in 13 of 25 records",
    ),
    "a new shape is said before the page that failed": (
        some(bad=TITLES, end=None, troubles=(BROKEN,)),
        "failed",
        "title missing in 25 of 25 records",
    ),
    "all bad, each in its way": (
        some(listed=2, bad={"title missing": 1, "id missing": 1}),
        "failed",
        "title missing in 1 of 2 records",
    ),
    "half of few": (
        some(listed=2, bad={"title missing": 1}),
        "complete",
        "1 of 2 records dropped: title missing",
    ),
    "one bad of 500": (
        some(listed=500, bad={"title is a number, not text": 1}),
        "complete",
        "1 of 500 records dropped: title is a number, not text",
    ),
    "most bad, each in its way": (
        some(listed=10, bad={"title missing": 3, "id missing": 3}),
        "complete",
        "6 of 10 records dropped: title missing",
    ),
    "no work of ours": (some(bad={"other work": 25}), "complete", ""),
    "all over": (some(bad={"valid_through past": 25}), "complete", ""),
    "a page that broke": (details(NOT_READ, 2), "complete", "2 of 25 pages could not be read: HTTP 500"),
    "pages that broke": (details(NOT_READ, 3), "partial", "3 of 25 pages could not be read: HTTP 500"),
    "pages that keep us out": (details(REFUSED, 20), "blocked", "20 of 25 pages could not be read: HTTP 403"),
    "the only page": (details(NOT_READ, 1, listed=1), "partial", "1 of 1 pages could not be read: HTTP 500"),
    "the one page that is asked for every night": (
        some(details=1, details_failed=1, troubles=(NOT_READ,)),
        "complete",
        "1 of 1 pages could not be read: HTTP 500",
    ),
    "no page has markup": (
        some(postings=0, details=25, gone={"markup removed": 25}),
        "failed",
        "no job markup in 25 of 25 pages",
    ),
    "some pages lost their markup": (some(postings=0, details=3, gone={"markup removed": 3}), "complete", ""),
    "a page lost its markup": (
        some(listed=1, postings=0, details=1, gone={"markup removed": 1}),
        "complete",
        "",
    ),
    "most are missing": (
        some(replace(KNOWN, missing=11), listed=14),
        "partial",
        "11 of 25 listings missing: held until `rolecall sources confirm greenhouse:acme`",
    ),
    "most are missing, and a page broke": (
        some(replace(KNOWN, missing=10, gone=4), details=5, details_failed=1, troubles=(NOT_READ,)),
        "partial",
        "14 of 25 listings missing: held until `rolecall sources confirm greenhouse:acme`; 1 of 5 pages could not be read: HTTP 500",
    ),
    "ten of ten are missing": (
        some(Memory(source=SOURCE, open_before=10, ever=True, missing=10), listed=0, end=End("", total=0)),
        "complete",
        "lists nothing",
    ),
    "listings come and go": (
        some(replace(KNOWN, missing=7, waiting=8, returned=6)),
        "complete",
        "listings come and go: what is missing stays open for 14 days",
    ),
}


@pytest.mark.parametrize("run, status, reason", CASES.values(), ids=CASES.keys())
def test_a_run_is_judged_by_what_it_heard(run: tuple[Heard, Memory], status: str, reason: str) -> None:
    judgement = closing.judge(*run)
    assert (judgement.status, judgement.reason) == (status, reason)
    assert judgement.misses == (status == "complete")


GONE: dict[str, tuple[tuple[Heard, Memory], bool]] = {
    "in a whole run": (some(replace(KNOWN, gone=1)), True),
    "in a part": (some(replace(KNOWN, gone=1), end=None), True),
    "all at once in a part": (some(replace(KNOWN, gone=25), end=None), False),
    "all at once": (some(replace(KNOWN, gone=25)), False),
    "when the source failed": (some(replace(KNOWN, gone=1), bad=TITLES), False),
    "when we were kept out": (some(replace(KNOWN, gone=1), troubles=(FORBIDDEN,)), False),
}


@pytest.mark.parametrize("run, closes", GONE.values(), ids=GONE.keys())
def test_what_its_own_page_says_is_over_closes_at_once(run: tuple[Heard, Memory], closes: bool) -> None:  # noqa: FBT001
    assert closing.judge(*run).closes_gone is closes


@dataclass
class Board:
    """A source night after night, and what is remembered of it as a run would write it."""

    open: set[int] = field(default_factory=set)
    missed: dict[int, datetime] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    ever_closed: set[int] = field(default_factory=set)
    reopened: set[int] = field(default_factory=set)
    last: tuple[tuple[int, bool], ...] = ()
    now: datetime = datetime(2026, 11, 21, 3, tzinfo=UTC)

    def night(self, listed: set[int]) -> closing.Judgement:
        missing, returned = self.open - listed, self.missed.keys() & listed
        memory = Memory(
            source=SOURCE,
            open_before=len(self.open),
            ever=bool(self.open | self.closed),
            missing=len(missing),
            waiting=len(self.missed),
            returned=len(returned),
            last=self.last[: closing.CALM],
        )
        judgement = closing.judge(Heard(listed=len(listed), end=PROVEN), memory)
        self.reopened |= self.closed & listed
        self.closed -= listed
        self.open |= listed
        self.missed = {name: when for name, when in self.missed.items() if name not in listed}
        if judgement.misses:
            self._miss(missing, judgement)
            self.last = ((len(returned), judgement.flapping), *self.last)
        self.now += timedelta(days=1)
        return judgement

    def _miss(self, missing: set[int], judgement: closing.Judgement) -> None:
        gone = {
            name for name in missing & self.missed.keys() if self.now - self.missed[name] >= judgement.after
        }
        self.missed |= dict.fromkeys(missing - self.missed.keys(), self.now)
        self.missed = {name: when for name, when in self.missed.items() if name not in gone}
        self.open -= gone
        self.closed |= gone
        self.ever_closed |= gone


def random_losses(size: int, share: float, seed: int, nights: int = 10) -> Board:
    draw = random.Random(seed).random
    board = Board()
    board.night(set(range(size)))
    for _ in range(nights):
        board.night({name for name in range(size) if draw() >= share})
    return board


def closures(size: int, share: float, times: int) -> float:
    """In how many of so many lives of a board, of 1, anything was closed."""
    return sum(bool(random_losses(size, share, seed).ever_closed) for seed in range(times)) / times


@pytest.mark.parametrize("size", [25, 50, 100])
def test_a_source_that_loses_listings_at_random_closes_none(size: int) -> None:
    assert closures(size, 0.3, 500) <= 0.004


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "size, share, at_most", [(25, 0.3, 0.0025), (100, 0.3, 0), (25, 0.4, 0.002), (50, 0.2, 0.002)]
)
def test_in_ten_thousand_lives_hardly_a_listing_closes_by_chance(
    size: int, share: float, at_most: float
) -> None:
    assert closures(size, share, 10_000) <= at_most


def test_a_source_that_loses_listings_from_its_first_night_closes_hardly_any() -> None:
    def closes(seed: int) -> bool:
        draw, board = random.Random(seed).random, Board()
        for _ in range(10):
            board.night({name for name in range(25) if draw() >= 0.3})
        return bool(board.ever_closed)

    assert sum(closes(seed) for seed in range(1000)) <= 15


@dataclass
class Employer:
    """Drops listings night by night and takes some of them back, as real ones do."""

    size: int
    vanish: int
    new: int
    reappear: int = 0
    seed: int = 7
    away: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.listed, self.next = set(range(self.size)), self.size
        self.draw = random.Random(self.seed)

    def night(self) -> set[int]:
        gone = self.draw.sample(sorted(self.listed), min(self.vanish, len(self.listed)))
        self.listed = self.listed - set(gone) | self.away | set(range(self.next, self.next + self.new))
        self.next += self.new
        self.away = set(gone[: self.reappear])
        return set(self.listed)


EMPLOYERS = {
    "calm": (25, 1, 1),
    "usual": (25, 2, 1),
    "usual, and takes one back": (25, 2, 1, 1),
    "usual, and takes one of three back": (25, 3, 2, 1),
    "smaller": (20, 3, 1),
    "fewer every night": (25, 2, 0),
    "busy": (25, 5, 5),
    "large": (500, 20, 20, 2),
    "small": (4, 1, 0),
}


@pytest.mark.parametrize("shape", EMPLOYERS.values(), ids=EMPLOYERS.keys())
@pytest.mark.parametrize("seed", range(20))
def test_what_really_vanished_is_closed_by_the_second_whole_run(shape: tuple[int, ...], seed: int) -> None:
    employer, board = Employer(*shape, seed=seed), Board()
    board.night(set(employer.listed))
    nights = [set(employer.listed)]
    for _ in range(12):
        nights.append(employer.night())
        board.night(set(nights[-1]))
        away = set.union(*nights) - nights[-1] - nights[-2]
        assert board.closed == away, "closed is what was missing twice, and nothing else"
    assert not board.reopened


def test_a_boards_last_listing_closes_too() -> None:
    board = Board()
    for listed in ({1}, set(), set()):
        board.night(listed)
    assert board.closed == {1}


def test_a_whole_board_of_eleven_waits_for_a_person() -> None:
    board = Board()
    board.night(set(range(11)))
    held = [board.night(set()).held for _ in range(5)]
    assert (held, board.closed, board.missed) == ([11] * 5, set(), {})


def test_two_runs_of_one_day_are_one_look() -> None:
    board = Board()
    for listed, hours in (({1, 2}, 24), ({1}, 1), ({1}, 1), ({1}, 18)):
        board.now += timedelta(hours=hours) - timedelta(days=1)
        board.night(listed)
    assert board.closed == set()
    board.night({1})
    assert board.closed == {2}


def test_a_flapping_source_is_calm_after_three_runs_to_which_nothing_came_back() -> None:
    board = Board()
    for listed in (set(range(25)), set(range(18)), set(range(5, 25))):
        judgement = board.night(listed)
    assert judgement.flapping
    assert [board.night(set(range(5, 25))).flapping for _ in range(4)] == [True, True, False, False]
    assert board.closed == set(range(5))


def test_what_is_away_for_two_weeks_closes_though_the_rest_comes_and_goes() -> None:
    draw, board = random.Random(3).random, Board()
    board.night(set(range(100)))
    for night in range(1, 20):
        board.night({name for name in range(5, 100) if draw() >= 0.3})
        assert board.ever_closed == (set(range(5)) if night > 14 else set()), night


counts = st.integers(0, 40)
ENDS = st.none() | st.builds(End, st.just("proof"), st.none() | counts, st.booleans())
TROUBLES = st.builds(
    Trouble,
    st.sampled_from(["HTTP 500", "no whole answer in time"]),
    listing=st.booleans(),
    blocked=st.booleans(),
)
HEARD = st.builds(
    Heard,
    listed=counts,
    shifted=st.integers(0, 3),
    postings=counts,
    details=counts,
    details_failed=st.integers(0, 5),
    bad=st.dictionaries(st.sampled_from(["title missing", "id missing", "other work"]), st.integers(1, 40)),
    gone=st.dictionaries(st.sampled_from(["markup removed", "HTTP 404"]), st.integers(1, 40)),
    troubles=st.lists(TROUBLES, max_size=4).map(tuple),
    end=ENDS,
    finish_reason=st.sampled_from(["finished", "finished", "shutdown"]),
)


@st.composite
def memories(draw: Callable[..., int]) -> Memory:
    before = draw(counts)
    gone = draw(st.integers(0, before))
    waiting = draw(st.integers(0, before))
    return Memory(
        source=SOURCE,
        open_before=before,
        ever=bool(before),
        gone=gone,
        missing=draw(st.integers(0, before - gone)),
        waiting=waiting,
        returned=draw(st.integers(0, waiting)),
        last=draw(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=4).map(tuple)),  # type: ignore[arg-type]
    )


@given(HEARD, memories())
def test_only_a_complete_run_counts_a_miss_and_every_other_says_why(heard: Heard, memory: Memory) -> None:
    judgement = closing.judge(heard, memory)
    assert judgement.misses == (judgement.status == "complete")
    assert judgement.reason or judgement.status == "complete"
    assert not judgement.closes_gone or judgement.status in ("complete", "partial")
    if judgement.misses:
        assert heard.end
        assert heard.listed >= (heard.end.total or 0)
        assert heard.finish_reason == "finished"
        assert not any(trouble.listing for trouble in heard.troubles)


@given(HEARD, memories())
def test_a_run_never_takes_more_than_two_in_five_and_ten(heard: Heard, memory: Memory) -> None:
    judgement = closing.judge(heard, memory)
    lost = (memory.missing if judgement.misses else 0) + (memory.gone if judgement.closes_gone else 0)
    assert lost <= 10 or lost <= 0.4 * memory.open_before
    assert judgement.held in (0, memory.missing + memory.gone)


@given(HEARD, memories(), st.sampled_from([FORBIDDEN, BROKEN]))
def test_trouble_with_the_list_never_makes_a_run_better(
    heard: Heard, memory: Memory, trouble: Trouble
) -> None:
    order = ["complete", "partial", "failed", "blocked"]
    worse = closing.judge(replace(heard, troubles=(*heard.troubles, trouble)), memory)
    assert order.index(worse.status) >= order.index(closing.judge(heard, memory).status)
    assert worse.status != "complete"


@given(st.integers(1, 40), st.integers(0, 10), st.integers(1, 40))
def test_the_more_listings_come_back_the_surer_a_source_flaps(
    before: int, missing: int, waiting: int
) -> None:
    memory = Memory(source=SOURCE, open_before=before, ever=True, missing=min(missing, before))
    waiting = min(waiting, before)
    flaps = [
        closing.judge(WHOLE, replace(memory, waiting=waiting, returned=returned)).flapping
        for returned in range(1, waiting + 1)
    ]
    assert flaps == sorted(flaps)
    assert flaps[-1], "all came back, and none was missed again"
