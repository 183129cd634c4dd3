"""A night of deduplication: what changed is read, signed, compared and grouped; the rest stands as it stood.

From scratch is a night with an empty shelf. All that a night concludes is a function of the ads that are
there, their verdicts and the generation's boilerplate, so the same ads in one night or in ten give the same
jobs. What costs time goes to worker processes where it is worth starting them.
"""

from __future__ import annotations

import functools
import logging
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.dedupe import (
    book,
    candidates,
    cluster,
    columns,
    marks,
    outcomes,
    signing,
    signs,
    sketch,
    telling,
)
from matcher.dedupe import compare as comparing
from matcher.dedupe.ads import PAIR, Ad, Night, Pair, Progress, Verdict
from matcher.dedupe.shelf import Column, Shelf, View
from matcher.dedupe.state import State
from matcher.dedupe.workers import Workers, uncollected

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Fetch = Callable[[Sequence[int]], Iterable[Ad]]

TOLD = 1_000_000  # pairs that are kept in words until it is known which are told: about 1.5 kB each
NOTES, SIGNS, PAIRS = 2000, 2000, 4000  # ads or pairs in one piece of work
GROWN = 2  # boilerplate is learned anew when there are so many times the ads that it was learned from
WORN = 3  # rows for each ad above which the shelf is written anew


@dataclass(frozen=True, slots=True)
class Listed:
    """What is there now: each ad's key, once, and a number that changes with all that the ad says."""

    keys: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.uint64]


def held(shelf: Shelf) -> Listed:
    """What a shelf knows to be there: to group it again where nothing but verdicts and choices changed."""
    alive = np.flatnonzero(shelf.small("alive", np.empty(0, bool)))
    return Listed(shelf.view.column("key")[alive], shelf.view.column("stamp")[alive])


class Update:
    """A night's work on a shelf: `run` it, write what it says, then `keep` it.

    `processes` above 1 shares out what takes long. Until `keep`, nothing of the shelf has changed for anybody
    else, nor for a later night.
    """

    def __init__(self, shelf: Shelf, processes: int = 1, progress: Progress | None = None) -> None:
        self.shelf, self.processes = shelf, processes
        self.tick = progress or (lambda step, done, total: None)
        self.after = State.read(shelf)

    def run(
        self,
        listed: Listed,
        fetch: Fetch,
        verdicts: Sequence[Verdict] = (),
        chosen: Mapping[int, int] | None = None,
        *,
        refit: bool = False,
    ) -> Night:
        """Group what is listed, and say what that changes.

        `chosen` are the keys of ads that people chose to stand for their jobs, and when: the newest holds.

        `fetch` gives the ads of some keys, in any order; a key that it does not give counts as not listed.
        `refit` begins a new generation, whose boilerplate is learned from what is listed; so does an empty
        shelf, and one whose boilerplate was learned from at most half as many ads.
        """
        book.forget()
        with Workers(self.processes) as self.workers:
            whole, kept, known = self._begin(listed, refit=refit)
            before = State.read(self.shelf) if whole else self.after
            first = 0 if whole else len(before.alive)
            self._note(listed.keys[~known], listed, fetch)
            self._sign()
            view = self.shelf.view
            alive = np.arange(view.rows) >= first
            alive[kept] = True
            was = before.padded(view.rows)
            words: dict[int, Pair] = {}
            with uncollected():
                self.after, changed, compared = self._group(view, alive, was, verdicts, words)
                choices = np.array(sorted((chosen or {}).items()), np.int64).reshape(-1, 2)
                self.after = replace(self.after, chosen=choices)
                told = telling.Telling(view, was, self.after, first, changed).night(
                    self.workers, words, whole=whole, compared=compared
                )
            self.tick("group", len(listed.keys), len(listed.keys))
            log.info(
                "grouped ads=%d read=%d compared=%d generation=%d",
                int(alive.sum()), view.rows - first, compared, self.shelf.header.generation,
            )  # fmt: skip
            return told

    def keep(self, stamp: str) -> None:
        """Let the shelf hold what `run` made; `stamp` names the grouping that it was written as."""
        self.shelf.commit(stamp, {name: getattr(self.after, name) for name in State.__slots__})

    def _begin(self, listed: Listed, *, refit: bool) -> tuple[bool, Array, Array]:
        """Whether the whole is told anew, the rows of ads that say what they said, and which listed do."""
        shelf, count = self.shelf, len(listed.keys)
        held = shelf.header
        kept, known = _unchanged(shelf.view, self.after.alive, listed)
        refit = refit or held.fitted * GROWN <= count or not held.night
        if not refit and held.rows <= WORN * count:
            return False, kept, known
        boilerplate = None if refit else shelf.view.small("boilerplate")
        old = shelf.renew(held.generation + refit, count if refit else held.fitted)
        if boilerplate is not None:
            shelf.write("boilerplate", boilerplate)
        for start in range(0, len(kept), SIGNS):
            shelf.append(old.noted(kept[start : start + SIGNS]))
        log.info("shelf renewed kept=%d generation=%d", len(kept), shelf.header.generation)
        return True, np.arange(len(kept)), known

    def _note(self, keys: Array, listed: Listed, fetch: Fetch) -> None:
        order = np.argsort(listed.keys)
        done = 0
        pieces = ((list(map(_told, ads)),) for ads in _pieces(fetch(keys.tolist()), NOTES))
        for piece in self.workers.each(note, pieces, len(keys)):
            at = order[np.searchsorted(listed.keys, piece["key"], sorter=order)]
            self.shelf.append({**piece, "stamp": listed.stamps[at]})
            done += len(at)
            self.tick("read", done, len(keys))

    def _sign(self) -> None:
        view, first = self.shelf.view, self.shelf.rows["signed"]
        if not self.shelf.has("boilerplate"):
            whole = [(view, at, min(at + SIGNS, view.rows)) for at in range(0, view.rows, SIGNS)]
            told = self.workers.each(sentences, whole, view.rows)
            self.shelf.write("boilerplate", signs.boilerplate(told))
        spans = [(view, at, min(at + SIGNS, view.rows)) for at in range(first, view.rows, SIGNS)]
        signed = self.workers.each(sign, spans, view.rows - first)
        for (_, _, end), piece in zip(spans, signed, strict=True):
            self.shelf.append(piece)
            self.tick("sign", end - first, view.rows - first)

    def _group(
        self, view: View, alive: Array, was: State, verdicts: Sequence[Verdict], words: dict[int, Pair]
    ) -> tuple[State, Array, int]:
        """The state after this night, the rows of which it may say anything new, and how many pairs came.

        `words` gets the pairs that are told already.
        """
        same, apart, judged = _judged(view, alive, [one for one in verdicts if one.about == "job"])
        marked = marks.packed(view, alive, verdicts)
        rep_of = _representatives(view, alive, same, apart)
        rep = rep_of == np.arange(view.rows)
        pairs, old, gone = self._pairs(view, was, rep, words)
        came = pairs[len(old) :]
        touched = _moved(was, alive, rep_of)
        said = np.concatenate([_other(judged, was.judged)[:, :2], _other(marked, was.marked)[:, :2]])
        rows = view.rows_of(said, alive).ravel()
        rows = rows[rows >= 0]
        touched[rows] = touched[rep_of[rows]] = True
        for some in (came, gone):
            touched[some["a"]] = touched[some["b"]] = True
        same, apart = rep_of[same], rep_of[apart]
        comparer = book.comparer(view)
        groups = cluster.cluster(
            pairs, same, apart, view.column("name"), rep, comparer.signs, comparer.compare,
            was.groups if was.alive.any() else None, touched, functools.partial(book.comparer, view),
            marks.read(view, alive, marked).each(rep_of.__getitem__),
        )  # fmt: skip
        job, campaign, template = (np.where(alive, sets[rep_of], -1) for sets in groups.each())
        touched |= (job != was.job) | (campaign != was.campaign) | (template != was.template)
        changed = outcomes.beside(pairs, touched)
        known = np.append(old, np.zeros(len(came), np.uint8))
        outcome = outcomes.outcome(pairs, groups, same, apart, view.column("name"), known, changed)
        now = State(alive, rep_of, job, campaign, template, pairs, outcome, judged, marked, was.chosen)
        return now, changed, len(came)

    def _pairs(
        self, view: View, was: State, rep: Array, words: dict[int, Pair]
    ) -> tuple[Array, Array, Array]:
        """The compared pairs, those that stayed first; what had become of these; and those that went."""
        was_rep = was.rep_of == np.arange(view.rows)
        if np.array_equal(was_rep, rep):
            self.tick("compare", 0, 0)
            return was.pairs, was.outcome, was.pairs[:0]
        changes = self._candidates(view, was_rep, rep)
        stays = rep[was.pairs["a"]] & rep[was.pairs["b"]] & ~_among(was.pairs, changes.lost, view.rows)
        pairs = np.concatenate((was.pairs[stays], self._compare(view, changes.new, words)))
        return pairs, was.outcome[stays], was.pairs[~stays]

    def _candidates(self, view: View, was: Array, rep: Array) -> candidates.Changes:
        table = columns.table(view)
        count = candidates.ranges(table, was, rep)
        pieces = ((view, was, rep, at, count) for at in range(count))
        found = []
        for one in self.workers.each(block, pieces, view.rows if count > 1 else 0):
            found.append(one)
            self.tick("block", len(found), count)
        return candidates.merge(table, was, rep, found)

    def _compare(self, view: View, rows: Array, words: dict[int, Pair]) -> Array:
        title = view.column("title")[rows[:, 0]]  # mostly that of both: an ad is read once for all its pairs
        rows = rows[np.argsort(title, kind="stable")]
        pieces = [(view, rows[at : at + PAIRS]) for at in range(0, len(rows), PAIRS)]
        found, done = [np.empty(0, PAIR)], 0
        for compared, told in self.workers.each(compare, pieces, len(rows)):
            found.append(compared)
            if len(words) < TOLD:
                words.update(told)
            done += len(compared)
            self.tick("compare", done, len(rows))
        self.tick("compare", len(rows), len(rows))
        return np.concatenate(found)


# --- what a worker does


# An ad goes to a worker as a row of its fields: pickled as it is, it takes twice as long.
_FIELDS = tuple(one.name for one in fields(Ad))
_told = operator.attrgetter(*_FIELDS)


def note(told: Sequence[tuple[Any, ...]]) -> dict[str, Column]:
    """The columns of some ads, told as rows, that are made from the ads themselves, but for the stamp."""
    ads = [Ad(**dict(zip(_FIELDS, row, strict=True))) for row in told]
    notes = [signs.note(ad) for ad in ads]
    return {
        "key": np.array([ad.key for ad in ads], np.int64),
        "name": np.array([signs.name(ad) for ad in ads], np.uint64),
        "record": [one.record for one in notes],
        "normal": [one.normal for one in notes],
    }


def sentences(view: View, start: int, end: int) -> Array:
    """What the rows from `start` to `end` say, to learn boilerplate from."""
    return signs.sentences(book.notes(view, start, end))


def sign(view: View, start: int, end: int) -> Mapping[str, Column]:
    """The columns of the rows from `start` to `end` that are made from their notes."""
    return signing.sign(book.notes(view, start, end), view.small("boilerplate")).columns()


def block(view: View, was: Array, rep: Array, at: int, count: int) -> candidates.Found:
    """The candidates of one range of keys."""
    return candidates.partition(columns.table(view), was, rep, at, count)


def compare(view: View, rows: Array) -> tuple[Array, dict[int, Pair]]:
    """The comparisons of some pairs of rows, as ads.PAIR; and in words those that it would cost to repeat."""
    comparer = book.comparer(view, rows.ravel().tolist())
    pairs = [book.ordered(comparer, a, b) for a, b in rows.tolist()]
    found = comparer.each(pairs)
    worth = (
        at
        for at, one in enumerate(found)
        if one.near and "different" not in (one.facts.employer, one.facts.title)
    )
    told = {telling.code(*pairs[at]): telling.pair(comparer, pairs[at], found[at]) for at in worth}
    return comparing.packed(pairs, found), told


# --- rows and keys


def _pieces(ads: Iterable[Ad], size: int) -> Iterator[list[Ad]]:
    piece = []
    for ad in ads:
        piece.append(ad)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


def _unchanged(view: View, alive: Array, listed: Listed) -> tuple[Array, Array]:
    """The living rows of the ads that say what they said, and which of those listed these are."""
    rows = np.flatnonzero(alive)
    if not np.array_equal(view.column("key")[rows], listed.keys):  # as `held` lists them
        rows = view.rows_of(listed.keys, alive)
    known = rows >= 0
    known[known] = view.column("stamp")[rows[known]] == listed.stamps[known]
    return rows[known], known


def _moved(was: State, alive: Array, rep_of: Array) -> Array:
    """The rows that came, went or are stood for by others than before; and by whom they are, and were."""
    found: Array = (alive != was.alive) | (rep_of != was.rep_of)
    rows = np.flatnonzero(found)
    for stands in (rep_of[rows], was.rep_of[rows]):
        found[stands[stands >= 0]] = True
    return found


def _other(now: Array, was: Array) -> Array:
    """What one of two small tables has, and the other has not."""
    left = {*map(tuple, now.tolist())} ^ {*map(tuple, was.tolist())}
    return np.array(sorted(left), np.int64).reshape(-1, now.shape[1])


def _judged(view: View, alive: Array, verdicts: Sequence[Verdict]) -> tuple[Array, Array, Array]:
    """Pairs of rows that are the same and that are not, and both as (key, key, 1 or 0); "different" holds."""
    said: dict[tuple[int, int], bool] = {}
    for one in verdicts:
        if one.a != one.b:
            pair = (min(one.a, one.b), max(one.a, one.b))
            said[pair] = said.get(pair, True) and one.same
    judged = np.array([(*pair, same) for pair, same in sorted(said.items())], np.int64).reshape(-1, 3)
    rows = view.rows_of(judged[:, :2], alive)
    there = (rows >= 0).all(axis=1)
    judged, rows = judged[there], rows[there]
    same = judged[:, 2] == 1
    return rows[same], rows[~same], judged


def _representatives(view: View, alive: Array, same: Array, apart: Array) -> Array:
    """For each living row the one of its look with the smallest name, or itself; -1 for the others.

    Whom verdicts name stands with those of its look of whom they say the same: of a hundred copies of which
    one was split out, the others still stand as one.
    """
    rep_of = np.full(len(alive), -1, np.int64)
    rows = np.flatnonzero(alive)
    rep_of[rows] = rows
    look = view.column("look").copy()
    look = np.where(look == 0, look, look + _judgements(view, same, apart))
    rows = rows[look[rows] != 0]
    looks = np.sort(look[rows])
    rows = rows[sketch.among(look[rows], looks[1:][looks[1:] == looks[:-1]])]  # few have copies
    if len(rows):
        rows = rows[np.lexsort((view.column("key")[rows], view.column("name")[rows], look[rows]))]
        new = np.concatenate(([True], np.diff(look[rows]) != 0))
        rep_of[rows] = rows[new][np.cumsum(new) - 1]
    return rep_of


def _judgements(view: View, same: Array, apart: Array) -> Array:
    """A number for each row (uint64): what verdicts say of it, and of whom; 0 where they say nothing."""
    found = np.zeros(view.rows, np.uint64)
    names = view.column("name")
    for pairs, factor in ((same, _SAME), (apart, _APART)):
        for one, other in (pairs.T, pairs.T[::-1]):
            told = names[other] * factor
            np.add.at(found, one, (told ^ (told >> np.uint64(32))) * factor)
    return found


_SAME, _APART = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # odd, of many bits


def _among(pairs: Array, lost: Array, rows: int) -> Array:
    """Which of the pairs are among the rows of `lost`, whichever comes first."""
    there = np.zeros(rows, bool)
    there[lost] = True
    some = np.flatnonzero(there[pairs["a"]] & there[pairs["b"]])
    ends = np.sort(np.column_stack((pairs["a"][some], pairs["b"][some])), axis=1)
    found = np.zeros(len(pairs), bool)
    found[some] = sketch.among(ends @ telling.CODE, np.sort(np.sort(lost, axis=1) @ telling.CODE))
    return found
