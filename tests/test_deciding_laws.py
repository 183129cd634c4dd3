"""Decisions, nights and edits in any order, beside a small model: the tables say what it says."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest
from deciding import NOW, asked, loner, name, night, remember, twin, whole
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from db import session
from matcher import deciding
from matcher.acting import Refused, undo
from matcher.decisions import Contradiction

TWINS = ("twin0", "twin1")
LONERS = tuple(f"loner{number}" for number in range(4))
NAMES = tuple(sorted((*TWINS, *LONERS)))
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - where nothing waits for a disk


MARKS = ("campaign", "template")
NO_ACT = 999_999
DISGUISE = "You tune the organs of a dozen village churches and keep their bellows dry. " * 3


class Said(NamedTuple):
    """A verdict: "same" or "different", when, and what the two said then; a mark is "together" or "apart"."""

    word: str
    at: datetime
    of: tuple[str, ...]


Book = dict[frozenset[str], Said]  # by the two names; of a mark, by these and what it is about


class Model:
    """Verdicts on a few names, and the jobs that follow from them by plain search."""

    def __init__(self) -> None:
        self.now = NOW
        self.texts = dict.fromkeys(NAMES, "")  # what each says now besides, or instead
        self.book: Book = {}
        self.acts: dict[int, tuple[Book, Book]] = {}  # what an act changed: before, after
        self.undone: set[int] = set()

    def judge(self, book: Book, pair: frozenset[str], word: str) -> Book:
        """A verdict; what was said already stays, unless of other words."""
        said = Said(word, self.now, tuple(self.texts[at] for at in sorted(pair)))
        old = book.get(pair)
        return book if old and (old.word, old.of) == (word, said.of) else book | {pair: said}

    def bound(self, book: Book, start: str, about: str = "") -> set[str]:
        """All that verdicts bind to a name, and marks of one kind."""
        binding = [
            key - {about}
            for key, said in book.items()
            if said.word == "same" or (about in key and said.word == "together")
        ]
        found = {start}
        while more := {end for pair in binding if pair & found for end in pair} - found:
            found |= more
        return found

    def sound(self, book: Book) -> bool:
        """Whether nothing is said that all else contradicts; what marks say within one job is nothing."""
        for key, said in book.items():
            [about] = key.intersection(MARKS) or [""]
            pair = key - {about}
            one = min(pair)
            if said.word == "different" and self.bound(book, one) >= pair:
                return False
            marked = said.word == "apart" and self.bound(book, one, about) >= pair
            if marked and not self.bound(book, one) >= pair:
                return False
        return True

    def marked(
        self, ours: frozenset[str], others: frozenset[str], faces: set[str], about: str, word: str
    ) -> Book:
        across = {frozenset((a, b, about)) for a in ours for b in others}
        book = {key: said for key, said in self.book.items() if key not in across or said.word == word}
        key = frozenset((*faces, about))
        return book if key in book else book | {key: Said(word, self.now, ())}

    def shared(self, about: str) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
        """Pairs of jobs that marks hold together, and apart."""
        home_of = {at: job for job in self.jobs() for at in job}
        found: dict[str, set[frozenset[str]]] = {"together": set(), "apart": set()}
        for key, said in self.book.items():
            if about in key and len(jobs := {home_of[at] for at in key - {about}}) == 2:
                found[said.word].add(frozenset().union(*jobs))
        return found["together"], found["apart"]

    def jobs(self) -> set[frozenset[str]]:
        """People's sets; then the twins' own, unless people or a conflict across keep them apart."""
        sets = {at: self.bound(self.book, at) for at in NAMES}
        left, right = sets[TWINS[0]], sets[TWINS[1]]
        across = {frozenset((a, b)) for a in left for b in right}
        parted = any(pair in self.book and self.book[pair].word == "different" for pair in across)
        if not self.texts[TWINS[1]] and not parted and (left == {TWINS[0]} or right == {TWINS[1]}):
            for at in left | right:
                sets[at] = left | right
        return {frozenset(some) for some in sets.values()}

    def merged(self, ours: frozenset[str], others: frozenset[str], face: str) -> Book:
        across = {frozenset((a, b)) for a in ours for b in others}
        book = {pair: said for pair, said in self.book.items() if pair not in across or said.word == "same"}
        for at in sorted((ours | others) - {face}):
            pair = frozenset((face, at))
            if (
                at not in self.bound(book, face) and pair not in book
            ):  # who was split out, and waits, stays out
                book = self.judge(book, pair, "same")
        return book

    def split(self, at: str, others: frozenset[str]) -> Book:
        left = {frozenset((at, other)): other for other in others}
        friends = sorted(
            other for pair, other in left.items() if pair in self.book and self.book[pair].word == "same"
        )
        book = self.book
        for pair in left:
            book = self.judge(book, pair, "different")
        for pair in map(frozenset, pairwise(friends)):
            book = book if pair in book else self.judge(book, pair, "same")
        return book

    def write(self, act: int | None, book: Book) -> None:
        keys = {key for key in {**self.book, **book} if self.book.get(key) != book.get(key)}
        assert (act is None) == (not keys)
        if act is not None:
            was, now = ({key: some[key] for key in keys if key in some} for some in (self.book, book))
            self.acts[act] = (was, now)
        self.book = book

    def restored(self, act: int) -> Book | None:
        was, now = self.acts[act]
        if act in self.undone or any(self.book.get(key) != now.get(key) for key in {**was, **now}):
            return None
        return {key: said for key, said in self.book.items() if key not in now} | was


@dataclass
class Start:
    """A grouped home that every sequence begins with; the database is open all along, and put back."""

    folder: Path
    engines: session.Engines
    database: sqlite3.Connection
    told: dict[str, Any]  # the whole of it

    def again(self) -> Path:
        """The database as it was, and a new folder with its shelf."""
        with closing(sqlite3.connect(self.folder / "rolecall.sqlite3")) as file:
            self.database.backup(file)
        shelf = Path(tempfile.mkdtemp(prefix="shelf-", dir=self.folder))
        return shutil.copytree(self.folder / "shelf", shelf, dirs_exist_ok=True)


class Decisions(RuleBasedStateMachine):
    """A database of six listings: two are copies, which the rules join; four are like nobody.

    The jobs follow at once, or later: then several decisions of people who saw the same jobs together. No act
    touches what grouping writes, so it is read, and compared with the model, when the jobs have followed.
    """

    start: ClassVar[Start]

    def __init__(self) -> None:
        super().__init__()
        self.shelf, self.engines = self.start.again(), self.start.engines
        self.model = Model()
        self.waiting = False  # whether the jobs have still to follow
        self.merged: tuple[int, dict[str, Any]] | None = None  # the last act, and what was before it
        self.told = self.start.told  # all that grouping wrote
        self.ids = set(self.told["jobs"])

    def teardown(self) -> None:
        self.follow()
        shutil.rmtree(self.shelf)

    @rule()
    def follow(self) -> None:
        if self.waiting:
            assert deciding.follow(self.engines, self.model.now, self.shelf) is None
            self.look()

    def look(self) -> None:
        """Compare what grouping wrote with the model."""
        self.told, self.waiting = whole(self.engines), False
        assert set(self.homes().values()) == self.model.jobs()
        self.cards_and_templates_are_what_people_marked()
        self.no_address_is_lost()

    def homes(self) -> dict[str, frozenset[str]]:
        """The names in each job."""
        found: dict[str, set[str]] = {}
        for at, job in self.told["homes"].items():
            found.setdefault(job, set()).add(at)
        return {job: frozenset(names) for job, names in found.items()}

    def face(self, job: str) -> str:
        """Whose words a job shows."""
        return str(self.told["jobs"][job]["canonical_id"])

    def act(self, do: Any, book: Book | None) -> int | None:
        """Do what the model expects: `book` after it, None where it refuses; the act, if there was one."""
        now, self.model.now = self.model.now, self.model.now + timedelta(minutes=1)
        if book is None or not self.model.sound(book):
            with pytest.raises((Refused, Contradiction)):
                do(now)
            return None
        act: int | None = do(now).act
        self.model.write(act, book)
        self.waiting, self.merged = True, None
        return act

    @rule(pair=st.sampled_from(list(combinations(NAMES, 2))), said=st.sampled_from(["same", "different"]))
    def verdict(self, pair: tuple[str, str], said: Any) -> None:
        a, b = map(name, pair)
        book = self.model.judge(self.model.book, frozenset(pair), said)
        self.act(lambda now: deciding.decide(self.engines, asked(now), a, b, said), book)

    @rule(a=st.sampled_from(NAMES), b=st.sampled_from(NAMES))
    def merge(self, a: str, b: str) -> None:
        one, other = self.told["homes"][a], self.told["homes"][b]
        found, book = self.homes(), None
        if one != other:
            made = {job: self.told["jobs"][job]["created_at"] for job in (one, other)}
            to = min(made, key=lambda job: (-len(found[job]), made[job], job))
            book = self.model.merged(found[one], found[other], self.face(to))
        before = None if self.waiting else self.told
        act = self.act(lambda now: deciding.merge(self.engines, asked(now), one, other), book)
        if act and before:
            self.merged = act, before

    @rule(at=st.sampled_from(NAMES))
    def split(self, at: str) -> None:
        others = self.homes()[self.told["homes"][at]] - {at}
        book = self.model.split(at, others) if others else None
        self.act(lambda now: deciding.split(self.engines, asked(now), name(at)), book)

    @rule(at=st.sampled_from(NAMES), to=st.sampled_from(NAMES))
    def move(self, at: str, to: str) -> None:
        out, goal = self.told["homes"][at], self.told["homes"][to]
        found, book = self.homes(), None
        if out != goal:
            others = found[out] - {at}
            kept = self.model.book
            self.model.book = self.model.split(at, others) if others else kept
            book = self.model.merged(found[goal], frozenset({at}), self.face(goal))
            self.model.book = kept
        self.act(lambda now: deciding.move(self.engines, asked(now), name(at), goal), book)

    @rule(
        pair=st.sampled_from(list(combinations(NAMES, 2))),
        about=st.sampled_from(MARKS),
        together=st.booleans(),
    )
    def mark(self, pair: tuple[str, str], about: Any, *, together: bool) -> None:
        one, other = (self.told["homes"][at] for at in pair)
        found, book = self.homes(), None
        if one != other:
            faces = {self.face(one), self.face(other)}
            book = self.model.marked(
                found[one], found[other], faces, about, "together" if together else "apart"
            )
        self.act(
            lambda now: deciding.mark(self.engines, asked(now), one, [other], about, together=together), book
        )

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        act = data.draw(st.sampled_from([NO_ACT, *sorted(self.model.acts)]))
        book = self.model.restored(act) if act in self.model.acts else None
        self.act(lambda now: undo(self.engines, asked(now), act), book)
        if book is not None and self.model.book == book:
            self.model.undone.add(act)

    @precondition(lambda self: self.merged)
    @rule()
    def a_merge_undone_leaves_no_trace(self) -> None:
        assert self.merged is not None
        act, before = self.merged
        self.follow()
        self.act(lambda now: undo(self.engines, asked(now), act), self.model.restored(act))
        self.model.undone.add(act)
        self.follow()
        assert self.told == before

    @rule(
        gone=st.sets(st.sampled_from(NAMES), max_size=2),
        edited=st.sets(st.sampled_from((TWINS[1], *LONERS)), max_size=2),
    )
    def refresh(self, gone: set[str], edited: set[str]) -> None:
        """A night: some listings are gone, others are back, some say something else or the same again."""
        self.model.now += timedelta(days=1)
        texts = self.model.texts
        for at in edited - gone:
            texts[at] = f"Night {self.model.now:%d}." if at in LONERS else "" if texts[at] else DISGUISE
        remember(self.engines, [ad(at, texts[at]) for at in NAMES if at not in gone], self.model.now)
        night(self.engines, self.shelf, self.model.now)
        self.merged = None
        self.look()

    def cards_and_templates_are_what_people_marked(self) -> None:
        for about in MARKS:
            label = {at: self.told["jobs"][job][about] for at, job in self.told["homes"].items()}
            together, apart = self.model.shared(about)
            for jobs in apart:
                assert len({label[at] for at in jobs}) == 2 or None in {label[at] for at in jobs}
            sets = joined(together)
            if not any(some >= jobs for some in sets for jobs in apart):  # else "apart" holds
                found = {
                    frozenset(at for at in label if label[at] == one) for one in {*label.values()} - {None}
                }
                assert found == sets

    def no_address_is_lost(self) -> None:
        jobs, redirects = self.told["jobs"].keys(), self.told["redirects"]
        self.ids |= jobs
        assert self.ids == jobs | redirects.keys()
        assert not jobs & redirects.keys()
        assert set(redirects.values()) <= jobs


def joined(pairs: set[frozenset[str]]) -> set[frozenset[str]]:
    """What overlaps, as one."""
    sets: set[frozenset[str]] = set()
    for pair in pairs:
        touched = {some for some in sets if some & pair}
        sets = (sets - touched) | {pair.union(*touched)}
    return sets


def ad(at: str, text: str) -> Any:
    """What a listing says: a twin in its own words, or in others; a loner with one more sentence or without."""
    if at in LONERS:
        return loner(LONERS.index(at), text)
    return twin(at, text) if text else twin(at)


@pytest.fixture
def start(sqlite_model: Path, tmp_path: Path) -> Iterator[Start]:
    """The home that every sequence begins with, grouped; in memory, where nothing waits for a disk."""
    folder = Path(tempfile.mkdtemp(prefix="rolecall-deciding-", dir=MEMORY or tmp_path))
    shutil.copy(sqlite_model, folder / "rolecall.sqlite3")
    engines = session.open_engines(f"sqlite:///{folder}/rolecall.sqlite3")
    remember(engines, [*map(twin, TWINS), *(loner(number) for number in range(4))])
    night(engines, folder / "shelf")
    with closing(sqlite3.connect(":memory:")) as database:
        with closing(sqlite3.connect(folder / "rolecall.sqlite3")) as file:
            file.backup(database)
        yield Start(folder, engines, database, whole(engines))
    engines.close()
    shutil.rmtree(folder)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def drive(start: Start, examples: int, steps: int) -> None:
    Decisions.start = start
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=QUIET
    )
    run_state_machine_as_test(Decisions, settings=how)


@pytest.mark.timeout(300)  # a third of a minute where nobody else works
def test_decisions_nights_and_edits_in_any_order_leave_what_the_model_says(start: Start) -> None:
    drive(start, 200, 3)


@pytest.mark.soak
@pytest.mark.timeout(14_400)
def test_thousands_of_orders_leave_what_the_model_says(start: Start) -> None:
    drive(start, 5000, 8)
