from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

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
