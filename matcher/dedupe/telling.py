"""What a night changed, told: jobs whole, and pairs with their reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.dedupe import book, canonical, reasons, sketch
from matcher.dedupe.ads import RELATIONS, Job, Night, Pair
from matcher.dedupe.cluster import CAMPAIGN, JOB
from matcher.dedupe.compare import Comparer, Comparison
from matcher.dedupe.outcomes import NEAR_MISS
from matcher.dedupe.shelf import View
from matcher.dedupe.signs import Signs
from matcher.dedupe.state import State
from matcher.dedupe.workers import Workers

Array = npt.NDArray[Any]

PAIRS = 1000  # in one piece of work
REASONS = 12  # a job shows at most so many
SAME, APART = 8, 16  # added to an outcome that a verdict decided


class Telling:
    """The states before and after a night, over the same rows; those from `first` on are new.

    `changed` (n, bool) are the rows of which anything is said that was not said before.
    """

    def __init__(self, view: View, before: State, after: State, first: int, changed: Array) -> None:
        self.view, self.before, self.after = view, before, after
        self.keys = view.column("key")
        self.new = (np.arange(view.rows) >= first) | (before.alive != after.alive)
        self.changed = changed | self.new

    def night(self, workers: Workers, known: dict[int, Pair], *, whole: bool, compared: int) -> Night:
        """What changed; `known` are pairs that are in words already, by `code`, as they alone would stand."""
        now, old = (self._links(state, self.changed) for state in (self.after, self.before))
        other = now[~sketch.among(_whole_codes(now), _whole_codes(old))]
        taken = old[~sketch.among(old[:, :2] @ CODE, now[:, :2] @ CODE)]
        touched = self._touched(np.concatenate((other, taken)), self._chosen())
        links = self._links(self.after, self.changed | touched)
        dirty = sketch.among(_whole_codes(links), _whole_codes(other))
        inside = (links[:, 2] & 7 == JOB) & touched[links[:, 0]]
        told = self._tell(workers, links[dirty | inside], known)
        written = [pair for pair, new in zip(told, dirty[dirty | inside], strict=True) if new]
        names = {frozenset((pair.a, pair.b)) for pair in written}
        stale = [pair for pair in self.keys[taken[:, :2]].tolist() if frozenset(pair) not in names]
        gone = self.keys[self.before.alive & ~self.after.alive]
        return Night(
            whole=whole,
            jobs=self._jobs(workers, touched, told),
            gone=np.sort(gone[self.view.rows_of(gone, self.after.alive) < 0]).tolist(),
            pairs=written,
            stale=[(a, b) for a, b in stale],
            ads=int(self.after.alive.sum()),
            compared=compared,
        )

    def _links(self, state: State, some: Array) -> Array:
        """(row, row, outcome) of each pair that is written: those kept, the copies, and what was judged.

        Those of `some` rows (n, bool), in the order of the two rows, each two once.
        """
        kept = np.flatnonzero(state.outcome)
        kept = kept[some[state.pairs["a"][kept]] | some[state.pairs["b"][kept]]]
        pairs = state.pairs[kept]
        copies = np.flatnonzero(state.alive & (state.rep_of != np.arange(self.view.rows)))
        copies = copies[some[copies] | some[state.rep_of[copies]]]
        judged = self.view.rows_of(state.judged[:, :2], state.alive)
        said = np.where(state.judged[:, 2] == 1, SAME, APART) + _outcome(state, judged)
        ours = some[judged].any(axis=1)
        links = np.concatenate(
            (
                np.column_stack((judged[ours], said[ours])),
                np.column_stack((pairs["a"], pairs["b"], state.outcome[kept])),
                np.column_stack((state.rep_of[copies], copies, np.full(len(copies), JOB))),
            )
        ).astype(np.int64)
        links[:, :2].sort(axis=1)
        _, first = np.unique(links[:, :2] @ CODE, return_index=True)
        return links[first]

    def _chosen(self) -> Array:
        """The rows that are chosen now and were not, or were and are not."""
        now, was = ({*map(tuple, one.chosen.tolist())} for one in (self.after, self.before))
        keys = np.array(sorted(key for key, _ in now ^ was), np.int64)
        rows = self.view.rows_of(keys, self.after.alive)
        return rows[rows >= 0]

    def _touched(self, changed: Array, chosen: Array) -> Array:
        """The living rows whose job is told: all of a job, and all jobs of its card and template."""
        before, after = self.before, self.after
        sets = [(getattr(before, name), getattr(after, name)) for name in ("job", "campaign", "template")]
        touched: Array = self.new.copy()
        for was, now in sets:
            touched |= was != now
        joins = changed[changed[:, 2] & 7 == JOB]
        touched[joins[:, :2]] = True
        touched[chosen] = True
        reached = -1
        while (count := int(touched.sum())) != reached:  # a template's job tells its card, and so on
            reached = count
            for labels in (label for pair in sets for label in pair):
                touched |= _spread(touched, labels)
        return touched & after.alive

    def _tell(self, workers: Workers, links: Array, known: dict[int, Pair]) -> list[Pair]:
        found = [known.get(code(a, b)) for a, b in links[:, :2].tolist()]
        for at, (pair, outcome) in enumerate(zip(found, links[:, 2].tolist(), strict=True)):
            if pair and (outcome & (SAME | APART) or pair.relation != _relation(outcome)):
                found[at] = None
        rest = links[[pair is None for pair in found]]
        pieces = [(self.view, rest[at : at + PAIRS]) for at in range(0, len(rest), PAIRS)]
        told = (pair for piece in workers.each(tell, pieces, len(rest)) for pair in piece)
        return [pair or next(told) for pair in found]

    def _jobs(self, workers: Workers, touched: Array, told: list[Pair]) -> list[Job]:
        after = self.after
        rows = np.flatnonzero(touched)
        rows = rows[np.argsort(after.job[rows], kind="stable")]
        roots, keys = after.job[rows], self.keys[rows].tolist()
        ends = [*np.flatnonzero(np.diff(roots)).tolist(), len(rows) - 1] if len(rows) else []
        firsts = [0, *(end + 1 for end in ends[:-1])]
        spans = list(zip(firsts, ends, strict=True)) if len(rows) else []
        several = [rows[first : end + 1] for first, end in spans if end > first]
        order = iter(self._ordered(workers, several))
        shared = [_shared(after, labels)[roots].tolist() for labels in (after.campaign, after.template)]
        why = self._why(told)
        jobs = []
        for first, end in spans:
            listings, best = next(order) if end > first else ((keys[first],), keys[first])
            campaign, template = (labels[first] if labels[first] >= 0 else None for labels in shared)
            jobs.append(Job(listings, best, campaign, template, why.get(int(roots[first]), ())))
        return jobs

    def _ordered(self, workers: Workers, jobs: list[Array]) -> Iterator[tuple[tuple[int, ...], int]]:
        when = dict(self.after.chosen.tolist())
        pieces = [(self.view, jobs[at : at + PAIRS], when) for at in range(0, len(jobs), PAIRS)]
        for piece in workers.each(order, pieces, len(jobs)):
            yield from piece

    def _why(self, told: list[Pair]) -> dict[int, tuple[str, ...]]:
        """The reasons of each job by its row: people's first, then the surest pairs', each said once."""
        joined = [pair for pair in told if pair.relation == "job"]
        roots = self.after.job[self.view.rows_of(np.array([pair.a for pair in joined]), self.after.alive)]
        found: dict[int, dict[str, None]] = defaultdict(dict)
        ranked = sorted(
            zip(roots.tolist(), joined, strict=True),
            key=lambda row: (row[1].decided_by != "verdict", -row[1].probability, row[1].a, row[1].b),
        )
        for root, pair in ranked:
            if len(found[root]) < REASONS:
                found[root].update(dict.fromkeys(pair.reasons))
        return {root: tuple(some) for root, some in found.items()}


CODE = np.array([1 << 32, 1], np.int64)  # times two rows it gives one number


def _whole_codes(links: Array) -> Array:
    """One number for a pair and its outcome: rows stay under 2**26 (shelf.MOST_ROWS), outcomes under 2**6."""
    codes: Array = links @ np.array([1 << 32, 1 << 6, 1], np.int64)
    return codes


def _outcome(state: State, rows: Array) -> Array:
    """What pairs of rows are, whoever decided it."""
    a, b = rows[:, 0], rows[:, 1]
    return np.select(
        [state.job[a] == state.job[b], state.campaign[a] == state.campaign[b]], [JOB, CAMPAIGN], NEAR_MISS
    )


def _spread(rows: Array, labels: Array) -> Array:
    """All rows that share a label with one of `rows`."""
    named = np.zeros(len(labels), bool)
    named[labels[rows & (labels >= 0)]] = True
    spread: Array = (labels >= 0) & named[labels]
    return spread


def _shared(state: State, labels: Array) -> Array:
    """Each row's label where several jobs share it; else -1."""
    named = np.zeros(len(labels), bool)
    named[state.job[state.alive]] = True
    roots = np.flatnonzero(named)  # np.unique takes ten times as long
    jobs = np.bincount(labels[roots], minlength=len(labels)) if len(roots) else np.zeros(len(labels), int)
    return np.where((labels >= 0) & (jobs[labels] > 1), labels, -1) if len(labels) else labels


def order(view: View, jobs: list[Array], chosen: dict[int, int]) -> list[tuple[tuple[int, ...], int]]:
    """The keys of each job's rows by (source, identifier), and that of the listing that stands for it.

    `chosen`: when people chose an ad to stand for its job, by key; the newest choice holds.
    """
    comparer = book.comparer(view, (row for rows in jobs for row in rows.tolist()))
    return [_ordered([comparer.signs(row) for row in rows.tolist()], chosen) for rows in jobs]


def _ordered(read: list[Signs], chosen: dict[int, int]) -> tuple[tuple[int, ...], int]:
    ads = sorted((one.ad for one in read), key=lambda ad: (ad.source, ad.identifier, ad.key))
    best = min(read, key=lambda one: canonical.preference(one, chosen.get(one.ad.key)))
    return tuple(ad.key for ad in ads), best.ad.key


def tell(view: View, links: Array) -> list[Pair]:
    """Pairs in words, for (row, row, outcome)."""
    comparer = book.comparer(view, links[:, :2].ravel().tolist())
    pairs = [book.ordered(comparer, a, b) for a, b in links[:, :2].tolist()]
    outcomes = links[:, 2].tolist()
    return [
        pair(comparer, ends, comparer.compare(*ends), how) for ends, how in zip(pairs, outcomes, strict=True)
    ]


def code(a: int, b: int) -> int:
    """One number for two rows, whichever comes first."""
    return min(a, b) << 32 | max(a, b)


def _relation(outcome: int) -> str:
    return "different" if outcome & 7 == NEAR_MISS else RELATIONS[outcome & 7]


def pair(comparer: Comparer, rows: tuple[int, int], found: Comparison, outcome: int | None = None) -> Pair:
    """Two rows in words, the one of the smaller (source, identifier) first: as they alone would stand.

    Or as they stand by their `outcome`.
    """
    one, other = map(comparer.signs, rows)
    relation = found.relation if outcome is None else _relation(outcome)
    told = reasons.told(found, one, other, relation)
    judged = (outcome or 0) & (SAME | APART)
    if judged:
        told.insert(0, _verdict(judged, relation))
    elif relation != found.relation:
        joined = relation == "job"
        told.insert(0, reasons.THROUGH if joined else "kept apart: another listing of the job conflicts")
    return Pair(
        one.ad.key, other.ad.key, relation, "verdict" if judged else "rule", found.probability,
        reasons.measured(found, one, other), told,
    )  # fmt: skip


def _verdict(judged: int, relation: str) -> str:
    if judged == APART:
        return "a reviewer said: different jobs"
    if relation == "job":
        return "a reviewer said: the same job"
    return "a reviewer said the same job; left out, because other verdicts contradict it"
