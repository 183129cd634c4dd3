"""The joint of review and memory: which two listings a person is asked about next, and how they compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from db import queries
from matcher import dedupe, grouping, verdicts
from matcher.dedupe import beside, diff, doubt, reasons, signs
from matcher.dedupe.compare import Comparer
from matcher.verdicts import Said

READ = 300  # pairs of which the next is chosen: what is answered already is passed over
WORTH = 0.3  # doubt from which a pair counts as waiting to be looked at
KINDS = {  # of differences, as a person reads them; what is printed otherwise needs no eye
    "shift": "Shift",
    "pay": "Pay",
    "number": "Number",
    "date": "Date",
    "place": "Place",
    "words": "Words",
    "passage": "Passage",
}
MOST_DIFFERENCES = 12
MOST_KEEPERS = 6  # listings of each of two jobs, among which is looked for what keeps them apart
MOST_PAIRS = 1000  # of a job that are read, to say of each listing why it stands there

Pair = tuple[int, int]  # the ids of two listings


@dataclass(frozen=True, slots=True)
class Compared:
    """Two listings side by side.

    `pair` is what the rules say of the two alone; `title` and `text` are their words, each with what
    the other has not; `differences` are (kind, left, right) in words.
    """

    pair: dedupe.Pair
    title: tuple[beside.Runs, beside.Runs]
    text: tuple[beside.Runs, beside.Runs]
    differences: Sequence[tuple[str, str, str]]

    @property
    def agreeing(self) -> list[str]:
        """The reasons that speak for one job."""
        return [reason for reason in self.pair.reasons if not reasons.against(reason)]

    @property
    def conflicting(self) -> list[str]:
        """The reasons that speak against it."""
        return [reason for reason in self.pair.reasons if reasons.against(reason)]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is: what they decided today, how many doubtful pairs are left, how many they skipped.

    `right` says of "job" and "different", as the rules had made them, how many that people looked at were
    right, and how many those were. They were the most doubtful ones.
    """

    today: int
    left: int
    skipped: int
    right: dict[str, tuple[int, int]]


def next_pair(db: Session, sitting: str, since: datetime) -> Pair | None:
    """The two listings that a person is asked about next; None where nothing is worth asking.

    First what was decided on words that have changed since; then what is most doubtful, by
    `doubt.in_turn`: a wrong merge hides a job, and where the rules are unsure an answer teaches most. What
    follows from an answer is not asked: so of two jobs one pair. `since`: the beginning of what counts as
    just asked.
    """
    changed = queries.verdicts.changed(db, 1 + queries.pairs.count_skipped(db, sitting))
    skipped = set(queries.pairs.skipped(db, sitting)) if changed else set()
    again = next(((row.a_id, row.b_id) for row in changed if (row.a_id, row.b_id) not in skipped), None)
    return again or next(_waiting(db, sitting, since), None)


def _waiting(db: Session, sitting: str, since: datetime) -> Iterator[Pair]:
    rows = queries.pairs.doubtful(db, sitting, READ)
    said = _said(db, rows)
    open_rows = [row for row in rows if not _answered(row, said)]
    lately = queries.verdicts.jobs_since(db, since)
    turn = doubt.in_turn(((row.doubt, row.job_a, row.job_b, row) for row in open_rows), lately)
    return ((row.a_id, row.b_id) for row in turn)


def hardly(db: Session, a: int, b: int) -> bool:
    """Whether two listings were compared and are less doubtful than is worth being asked."""
    found = queries.pairs.one(db, a, b)
    return found is not None and 0 < found.doubt < WORTH


def _said(db: Session, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    jobs = sorted({job for row in rows for job in (row.job_a, row.job_b)})
    return queries.verdicts.beside(db, jobs) if jobs else []


def _answered(row: Row[Any], said: Sequence[Row[Any]]) -> bool:
    """Whether what people said answers for a pair: any word of two jobs; in one, what binds or parts them."""
    if row.job_a != row.job_b:
        return any({one.job_a, one.job_b} == {row.job_a, row.job_b} for one in said)
    ours = [
        Said(one.a_id, one.b_id, one.decision == "same")
        for one in said
        if row.job_a in (one.job_a, one.job_b)
    ]
    top = verdicts.bound(ours)
    if row.a_id in top and top[row.a_id] == top.get(row.b_id):
        return True
    return any({one.a, one.b} == {row.a_id, row.b_id} for one in ours)


def progress(db: Session, who: str, sitting: str, since: datetime) -> Progress:
    """How far a person is since the beginning of their day."""
    right: dict[str, tuple[int, int]] = {}
    for row in queries.acts.answers(db):
        good, seen = right.get(row.found, (0, 0))
        agreed = (row.found == "job") == (row.said == "same")
        right[row.found] = (good + row.times * agreed, seen + row.times)
    return Progress(
        queries.acts.count(db, who, "verdict", since),
        queries.pairs.count_doubtful(db, WORTH),
        queries.pairs.count_skipped(db, sitting),
        right,
    )


def compare(a: Row[Any], b: Row[Any], folder: Path) -> Compared:
    """Two listings (rows of `queries.listings.these`) as their words are now; `folder` holds the shelf."""
    boilerplate = grouping.boilerplate(folder)
    ads = grouping.ad(a), grouping.ad(b)
    read = [signs.signs(signs.note(ad), boilerplate) for ad in ads]
    found = [
        (KINDS[one.kind], one.left, one.right)
        for one in diff.differences(read[0], read[1])
        if one.kind in KINDS
    ]
    return Compared(
        dedupe.explain(*ads, boilerplate),
        beside.words(a.title, b.title),
        beside.words(a.description, b.description),
        found[:MOST_DIFFERENCES],
    )


def keepers(db: Session, a: Row[Any], b: Row[Any], folder: Path) -> tuple[Row[Any], Row[Any]] | None:
    """Two listings, of the jobs of `a` and `b`, that no job may hold both: by a verdict, else by the rules.

    None where the first listings of the two jobs may all be one.
    """
    for one in queries.verdicts.beside(db, [a.job_id, b.job_id]):
        if one.decision == "different" and {one.job_a, one.job_b} == {a.job_id, b.job_id}:
            left, right = queries.listings.these(db, [one.a_id, one.b_id])
            return left, right
    ours, theirs = _first(db, a), _first(db, b)
    boilerplate = grouping.boilerplate(folder)
    both = [signs.signs(signs.note(grouping.ad(row)), boilerplate) for row in (*ours, *theirs)]
    comparer = Comparer(both.__getitem__)
    for left_at, right_at in product(range(len(ours)), range(len(theirs))):
        if comparer.compare(left_at, len(ours) + right_at).clash:
            return ours[left_at], theirs[right_at]
    return None


def _first(db: Session, listing: Row[Any]) -> list[Row[Any]]:
    """A listing and the first others of its job, as `compare` reads them."""
    others = [row.id for row in queries.jobs.listed(db, listing.job_id, MOST_KEEPERS)]
    return [listing, *queries.listings.these(db, [other for other in others if other != listing.id])]


@dataclass(frozen=True)
class Why:
    """Why a listing is of a job: beside which other one, None where that is not shown, and what was found."""

    beside: Row[Any] | None
    reasons: Sequence[str]

    @property
    def agreeing(self) -> list[str]:
        """The reasons that speak for one job."""
        return [reason for reason in self.reasons if not reasons.against(reason)]

    @property
    def conflicting(self) -> list[str]:
        """The reasons that speak against it: a person, or another listing, outweighs them."""
        return [reason for reason in self.reasons if reasons.against(reason)]


def whys(db: Session, job: str, listings: Sequence[Row[Any]]) -> dict[int, Why]:
    """Why each of a job's listings but the canonical one, the first, is of it, by id."""
    if len(listings) < 2:
        return {}
    return why(listings, queries.pairs.within(db, job, listings[0].id, MOST_PAIRS))


def why(listings: Sequence[Row[Any]], pairs: Sequence[Row[Any]]) -> dict[int, Why]:
    """The same by the first of each listing's pairs.

    All pairs of a job are kept, but for those of listings that closed long ago, which stay where they were.
    """
    shown = {row.id: row for row in listings}
    found: dict[int, Why] = {}
    for pair in pairs:
        for one, other in ((pair.a_id, pair.b_id), (pair.b_id, pair.a_id)):
            found.setdefault(one, Why(shown.get(other), pair.reasons))
    unmet = Why(None, ["no longer compared" if len(pairs) < MOST_PAIRS else reasons.THROUGH])
    return {row.id: found.get(row.id, unmet) for row in listings[1:]}
