"""What becomes of the pairs that were compared: which are kept, and as what they are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.dedupe.ads import RELATIONS
from matcher.dedupe.cluster import CAMPAIGN, JOB, TEMPLATE, Groups

Array = npt.NDArray[Any]

NEAR_MISS = len(RELATIONS)  # beside the relations: a pair that was kept apart, and is worth a reviewer's eye
KEPT = 20  # pairs that are kept for one ad of each of campaign, template and near miss


def outcome(
    pairs: Array,
    groups: Groups,
    same: Array,
    apart: Array,
    names: Array,
    before: Array | None = None,
    changed: Array | None = None,
) -> Array:
    """What became of each of m pairs (uint8): 0 nothing worth keeping, JOB, CAMPAIGN, TEMPLATE or NEAR_MISS.

    Pairs of one job are all kept, and those of verdicts; of the other kinds those that are among the `KEPT`
    surest of both their ads.

    With `before`, what became of the same pairs last time, only pairs of the `changed` rows (n, bool) are
    looked at again: both rows of each pair that came or went, or that may be of another kind than it was.
    """
    if before is None or changed is None:
        return _outcome(pairs, groups, same, apart, names)
    some = np.flatnonzero(_of(pairs, beside(pairs, changed)))  # all that those pairs may be less sure than
    again = _of(pairs[some], changed)
    found = before.copy()
    found[some[again]] = _outcome(pairs[some], groups, same, apart, names)[again]
    return found


def beside(pairs: Array, rows: Array) -> Array:
    """Some of n rows (n, bool), and all that were compared with one of them."""
    found = rows.copy()
    some = pairs[_of(pairs, rows)]
    found[some["a"]] = found[some["b"]] = True
    return found


def _of(pairs: Array, rows: Array) -> Array:
    """Which pairs are of one of some rows, or two."""
    return np.asarray(rows[pairs["a"]] | rows[pairs["b"]])


def _outcome(pairs: Array, groups: Groups, same: Array, apart: Array, names: Array) -> Array:
    a, b, relation = pairs["a"], pairs["b"], pairs["relation"]
    parted = _listed(pairs, apart)
    judged = parted | _listed(pairs, same)
    card = groups.campaign[a] == groups.campaign[b]
    linked = groups.template[a] == groups.template[b]
    found = np.select(
        [
            groups.job[a] == groups.job[b],
            card & ((relation == JOB) | (relation == CAMPAIGN)),
            linked & ~parted & (relation == TEMPLATE),
            judged | (pairs["near"] > 0),
        ],
        [JOB, CAMPAIGN, TEMPLATE, NEAR_MISS],
        0,
    ).astype(np.uint8)
    for kind in (CAMPAIGN, TEMPLATE, NEAR_MISS):
        some = np.flatnonzero((found == kind) & ~judged)
        found[some[_over(pairs[some], names)]] = 0
    return found


def _listed(pairs: Array, verdicts: Array) -> Array:
    """Which pairs stand among verdicts."""
    found = np.zeros(len(pairs), bool)
    verdicts = np.sort(np.asarray(verdicts, np.int64).reshape(-1, 2), axis=1)
    if not len(verdicts):
        return found
    some = np.flatnonzero(np.isin(pairs["a"], verdicts) & np.isin(pairs["b"], verdicts))
    ends = np.sort(np.stack((pairs["a"][some], pairs["b"][some]), axis=1).astype(np.int64), axis=1)
    found[some] = np.isin(ends[:, 0] << 32 | ends[:, 1], verdicts[:, 0] << 32 | verdicts[:, 1])
    return found


def _over(pairs: Array, names: Array) -> Array:
    """Which pairs of one kind are not among the surest of both their ads."""
    ends, others = np.append(pairs["a"], pairs["b"]), np.append(pairs["b"], pairs["a"])
    crowded = np.flatnonzero(np.bincount(ends, minlength=len(names))[ends] > KEPT)
    sureness = np.append(pairs["probability"], pairs["probability"])[crowded]
    order = crowded[np.lexsort((names[others[crowded]], -sureness, ends[crowded]))]
    place = np.arange(len(order))
    starts = np.flatnonzero(np.diff(ends[order], prepend=-1))
    place -= np.repeat(starts, np.diff(np.append(starts, len(order))))
    over = np.zeros(len(pairs), bool)
    over[order[place >= KEPT] % len(pairs)] = True
    return over
