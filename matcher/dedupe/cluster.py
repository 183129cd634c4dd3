"""From compared pairs to jobs, campaigns and templates: constrained clustering, component by component.

Jobs grow from the surest pair down, and two of them are joined only if no pair across clashes: an ad that two
conflicting jobs want goes to the one it is surer of, and bridges nothing. Campaigns grow over jobs where most
pairs lead, and a card holds one employer and one level. Templates are what is connected.

Nothing looks beyond a connected component of related pairs, so a component without a changed pair stays as
it was, unread; the others are clustered as if from scratch. A component in which every two ads were compared
and none clashes is one set at once; only the rest is walked through, in `grow`. Ads are ranked by the hashes
of their names, never by row or by arrival: the same ads and verdicts give the same sets.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csgraph

from matcher.dedupe import grow, marks
from matcher.dedupe.ads import RELATIONS
from matcher.dedupe.compare import Comparison
from matcher.dedupe.links import Links
from matcher.dedupe.signs import Signs

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]

JOB, CAMPAIGN, TEMPLATE = (RELATIONS.index(name) for name in ("job", "campaign", "template"))
TOGETHER = 10_000  # ads that are read in one go before cards are grown, a fifth of what one by one costs


@dataclass(frozen=True, slots=True)
class Groups:
    """For each of n rows the row that names its job, campaign and template; -1 for a row that is not live.

    A set is named by the row of its smallest name; a job that is alone on its card names its campaign, and so
    with templates.
    """

    job: Array
    campaign: Array
    template: Array

    def each(self) -> tuple[Array, Array, Array]:
        """The three in order."""
        return self.job, self.campaign, self.template


_NO_GROUPS = Groups(*(np.empty(0, np.int32),) * 3)


def cluster(  # noqa: PLR0913, PLR0917 - all that a night knows
    pairs: Array,
    same: Array,
    apart: Array,
    names: Array,
    live: Array,
    signs: Callable[[int], Signs],
    compare: Callable[[int, int], Comparison],
    before: Groups | None = None,
    touched: Array | None = None,
    prepare: Callable[[list[int]], object] | None = None,
    marked: marks.Marks = marks.NONE,
) -> Groups:
    """The groups of n rows.

    `pairs` (m, ads.PAIR): each pair of live rows that was compared, once; others are compared where a job
    might hold both. `same`, `apart` (k, 2): verdicts, as rows. `names` (n, uint64), `live` (n, bool). `signs`
    reads a row, `compare` two rows, the one of the smaller (source, identifier) first. `prepare` hears of
    rows that `signs` will be asked for: to read many together.

    With `before`, the groups of the first rows as they were, only components that hold a row of `touched`
    (n, bool) are clustered again: rows that came, and both rows of each pair or verdict that came, went or
    changed.

    A verdict "different" parts two rows before all rules, a verdict "same" joins them; where verdicts
    contradict each other, "different" holds and the "same" of the larger names is left out. `marked` says the
    same of cards and templates, as rows: they say nothing within one job, and stand above "different".
    """
    some = live & _reached(pairs, same, marked, before, touched, len(live))
    ads = _Ads(_by_name(names, some, signs), signs, compare, prepare)
    rank = np.full(len(live), -1, np.int32)
    rank[ads.rows] = np.arange(len(ads.rows), dtype=np.int32)
    table, parted = _table(pairs[some[pairs["a"]] & some[pairs["b"]]], rank), _verdicts(apart, rank)
    were = (None, None) if before is None else (before.job, before.campaign)
    job_was, card_was = (_was(sets, touched, ads.rows, rank) for sets in were)
    job, again = _jobs(table, _verdicts(same, rank), parted, job_was, ads)
    said = marked.each(lambda rows: _verdicts(rows, rank)).between(job)
    campaign = _campaigns(table, parted, said.campaign, job, np.where(again, -1, card_was), ads)
    template = _templates(table, said.template, job)
    kept = (_kept(sets, live & ~some) for sets in (before or _NO_GROUPS).each())
    return Groups(*map(_by_row, (job, campaign, template), (ads.rows,) * 3, kept))


def _reached(
    pairs: Array, same: Array, marked: marks.Marks, before: Groups | None, touched: Array | None, count: int
) -> Array:
    """Which of `count` rows anything holds together, however far about, with a row that came or changed."""
    if before is None or touched is None:
        return np.ones(count, bool)
    begun = touched.copy()
    begun[: len(before.job)] |= before.job < 0
    begun[len(before.job) :] = True
    related = pairs[pairs["relation"] > 0]
    said = [
        np.asarray(some, np.int64).reshape(-1, 2) for some in (same, marked.campaign[0], marked.template[0])
    ]
    low, high = (
        np.concatenate((related[end], *(some[:, at] for some in said))) for at, end in enumerate("ab")
    )
    return _marked(_components(low, high, count), begun)


# --- ranks: the live rows in the order of their names


@dataclass(frozen=True, slots=True)
class _Ads:
    """The live ads by rank; `rows` are their rows."""

    rows: Array
    signs: Callable[[int], Signs]
    compare: Callable[[int, int], Comparison]
    prepare: Callable[[list[int]], object] | None

    def read(self, rank: int) -> Signs:
        return self.signs(int(self.rows[rank]))

    def clash(self, x: int, y: int) -> bool:
        a, b = sorted((int(self.rows[x]), int(self.rows[y])), key=lambda row: _name(self.signs(row)))
        return self.compare(a, b).clash


@dataclass(frozen=True, slots=True)
class _Table:
    """Compared pairs by rank, `low` < `high`."""

    low: Array
    high: Array
    relation: Array
    clash: Array
    apart: Array
    probability: Array

    def take(self, chosen: Array | slice) -> _Table:
        return _Table(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def surest_first(self, part: Array) -> _Table:
        """The pairs by component, then by probability, then by names."""
        return self.take(np.lexsort((self.high, self.low, -self.probability, part[self.low])))

    def ends(self) -> list[tuple[int, int]]:
        return list(zip(self.low.tolist(), self.high.tolist(), strict=True))


def _name(one: Signs) -> tuple[str, str]:
    return one.ad.source, one.ad.identifier


def _by_name(names: Array, live: Array, signs: Callable[[int], Signs]) -> Array:
    """The live rows by name; what has one hash by (source, identifier)."""
    rows = np.flatnonzero(live)
    rows = rows[np.argsort(names[rows])]
    told = names[rows]
    for name in np.unique(told[1:][told[1:] == told[:-1]]):
        twins = told == name
        rows[twins] = sorted(rows[twins].tolist(), key=lambda row: _name(signs(row)))
    return rows


def _table(pairs: Array, rank: Array) -> _Table:
    a, b = rank[pairs["a"]], rank[pairs["b"]]
    clash, apart = pairs["clash"].astype(bool), pairs["apart"].astype(bool)
    return _Table(np.minimum(a, b), np.maximum(a, b), pairs["relation"], clash, apart, pairs["probability"])


def _verdicts(rows: Array, rank: Array) -> Array:
    """Verdicts by rank, the smaller first, in order; without those on a row that is not live."""
    ranks = np.sort(rank[np.asarray(rows, np.int64).reshape(-1, 2)], axis=1)
    return np.unique(ranks[(ranks[:, 0] >= 0) & (ranks[:, 0] < ranks[:, 1])], axis=0)


def _was(sets: Array | None, touched: Array | None, rows: Array, rank: Array) -> Array:
    """For each rank the one that named its set before; -1 where that holds no more."""
    if sets is None or touched is None:
        return np.full(len(rows), -1, np.int32)
    earlier = np.full(len(rank), -1, np.int64)
    earlier[: len(sets)] = sets
    earlier = earlier[rows]
    return np.where((earlier < 0) | touched[rows], -1, rank[earlier])


def _kept(sets: Array, rows: Array) -> Array:
    """The sets of some of n rows (n, bool) as they were; -1 for the others."""
    found = np.full(len(rows), -1, np.int32)
    found[: len(sets)] = sets
    found[~rows] = -1
    return found


def _by_row(sets: Array, rows: Array, kept: Array) -> Array:
    kept[rows] = rows[sets]
    return kept


# --- components: each named by its smallest rank


def _components(low: Array, high: Array, count: int) -> Array:
    """The component of each of `count` ranks."""
    edges = coo_array((np.ones(len(low), np.int8), (low, high)), shape=(count, count))
    parts, part = csgraph.connected_components(edges, directed=False)
    least = np.empty(parts, np.int32)
    least[part[::-1]] = np.arange(count - 1, -1, -1, dtype=np.int32)  # the last that is written stays
    return np.asarray(least[part])


def _inside(low: Array, high: Array, part: Array) -> Array:
    """How many pairs lie inside each component."""
    return np.asarray(np.bincount(part[low[part[low] == part[high]]], minlength=len(part)))


def _two_of(size: Array) -> Array:
    """How many pairs so many make."""
    return np.asarray(size * (size - 1) // 2)


def _marked(part: Array, chosen: Array) -> Array:
    """Of each rank, whether its component holds a chosen one."""
    found = np.zeros(len(part), bool)
    found[part[chosen]] = True
    return np.asarray(found[part])


def _slices(parts: Array) -> dict[int, slice]:
    """Where each value of a sorted row stands."""
    edges = [*np.flatnonzero(np.diff(parts, prepend=-1)).tolist(), len(parts)]
    return {int(parts[start]): slice(start, end) for start, end in pairwise(edges)}


Component = tuple[int, Array, _Table]


def _walk(table: _Table, part: Array, walked: Array) -> Iterator[Component]:
    """Each component of the walked ranks: its name, its ranks, and the pairs inside, surest first."""
    table = table.take(walked[table.low] & (part[table.low] == part[table.high])).surest_first(part)
    where = _slices(part[table.low])
    ranks = np.flatnonzero(walked)
    ranks = ranks[np.argsort(part[ranks], kind="stable")]
    for name, at in _slices(part[ranks]).items():
        yield name, ranks[at], table.take(where.get(name, slice(0)))


def _prepared(components: Iterable[Component], ads: _Ads) -> Iterator[Component]:
    """The components, the ads of some of them read in one go."""
    some: list[Component] = []
    count = 0
    for component in components:
        some.append(component)
        count += len(component[1])
        if count >= TOGETHER:
            yield from _read(some, ads)
            some, count = [], 0
    yield from _read(some, ads)


def _read(components: list[Component], ads: _Ads) -> list[Component]:
    if ads.prepare and components:
        ads.prepare(ads.rows[np.concatenate([ranks for _, ranks, _ in components])].tolist())
    return components


# --- jobs, campaigns, templates


def _jobs(table: _Table, same: Array, apart: Array, was: Array, ads: _Ads) -> tuple[Array, Array]:
    """(the job of each rank, whether its component was clustered again)."""
    one = table.relation == JOB
    low, high = np.append(table.low[one], same[:, 0]), np.append(table.high[one], same[:, 1])
    part = _components(low, high, len(was))
    again = _marked(part, was < 0)
    table = table.take(again[table.low])
    size = np.bincount(part, minlength=len(part))
    free = _inside(table.low[~table.clash], table.high[~table.clash], part)
    parted = _inside(apart[:, 0], apart[:, 1], part)
    settled = (free == _two_of(size)) & (size <= grow.LARGEST_JOB) & (parted == 0)
    job = np.where(again, part, was)
    ours = _by_component(same, part), _by_component(apart, part)
    for name, ranks, pairs in _walk(table, part, again & ~settled[part]):
        known = dict(zip(pairs.ends(), pairs.clash.tolist(), strict=True))
        jobs = grow.Jobs(ranks.tolist(), known, ads.clash)
        _say(jobs.judge(ours[0][name], ours[1][name]), ads)
        jobs.grow(pairs.take(pairs.relation == JOB).ends())
        job[ranks] = [jobs.links.root(at) for at in ranks.tolist()]
    return job, again


def _say(left_out: list[tuple[int, int]], ads: _Ads) -> None:
    for pair in left_out:
        told = [ads.read(at).ad.identifier for at in pair]
        log.warning("verdict left out: it contradicts others a=%s b=%s", *told)


def _by_component(verdicts: Array, part: Array) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for a, b in verdicts[part[verdicts[:, 0]] == part[verdicts[:, 1]]].tolist():
        found[int(part[a])].append((a, b))
    return found


def _campaigns(
    table: _Table, parted: Array, marked: tuple[Array, Array], job: Array, was: Array, ads: _Ads
) -> Array:
    """The campaign of each rank: a pair that is one job or one campaign is taken to fit on one card."""
    table = table.take(job[table.low] != job[table.high])
    joins = (table.relation == JOB) | (table.relation == CAMPAIGN)
    together = marked[0]
    low, high = np.append(table.low[joins], together[:, 0]), np.append(table.high[joins], together[:, 1])
    part = _components(job[low], job[high], len(job))[job]
    again = _marked(part, was < 0)
    table, joins = table.take(again[table.low]), joins[again[table.low]]
    apart = np.append(parted, np.stack((table.low, table.high), axis=1)[table.apart], axis=0)
    card = _components(job[together[:, 0]], job[together[:, 1]], len(job))[job]
    apart = np.append(apart[card[apart[:, 0]] != card[apart[:, 1]]], marked[1], axis=0)
    apart = apart[job[apart[:, 0]] != job[apart[:, 1]]]
    size, own = (np.bincount(sets, minlength=len(job)) for sets in (part, job))
    across = _two_of(size) - np.bincount(part, _two_of(own), len(job)).astype(np.int64)
    joined = _inside(table.low[joins], table.high[joins], part)
    settled = (joined == across) & (_inside(apart[:, 0], apart[:, 1], part) == 0)
    campaign = np.where(again, part, was)
    ours, theirs = _by_component(apart, part), _by_component(together, part)
    walked = again & ~settled[part]
    for name, ranks, pairs in _prepared(_walk(table.take(joins), part, walked), ads):
        members = ((int(job[at]), ads.read(at)) for at in ranks.tolist())
        cards = grow.Cards(members, [(int(job[a]), int(job[b])) for a, b in ours[name]])
        cards.judge([(int(job[a]), int(job[b])) for a, b in theirs[name]])
        cards.grow([(int(job[a]), int(job[b])) for a, b in pairs.ends()])
        campaign[ranks] = [cards.links.root(at) for at in job[ranks].tolist()]
    return campaign


def _templates(table: _Table, marked: tuple[Array, Array], job: Array) -> Array:
    """The template of each rank: what is connected, but for what people marked as none."""
    table = table.take(table.relation == TEMPLATE).surest_first(np.zeros(len(job), np.int8))
    edges = job[np.append(marked[0], np.stack((table.low, table.high), axis=1), axis=0)]
    apart = job[marked[1]]
    part = _components(edges[:, 0], edges[:, 1], len(job))
    torn = _marked(part, apart[part[apart[:, 0]] == part[apart[:, 1]]].ravel())
    if torn.any():
        links = Links(np.flatnonzero(torn).tolist(), apart[torn[apart].all(axis=1)].tolist())
        for a, b in edges[torn[edges[:, 0]]].tolist():
            links.join(a, b)
        part[torn] = [links.root(at) for at in np.flatnonzero(torn).tolist()]
    return np.asarray(part[job])
