"""Ranked jobs in another order: the best paid or the nearest first, each by what an index knows of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matcher import gazetteer, stated

MOST = 1_000  # jobs that are put into another order: the best of those that pass

Rows = npt.NDArray[np.int64]
Keys = npt.NDArray[np.float64]  # one a row; the least comes first, what is not known is infinite


def by_pay(statements: stated.Statements, rows: Rows, currency: str | None) -> Keys:
    """The most that each job states to pay in a year, in one currency: the commonest if none is given."""
    pay, sets, of = statements.pay, statements.pay_sets, statements.offer_of[rows]
    if currency:
        right = pay["currency"] == statements.number(currency)
    else:
        jobs = np.bincount(of, minlength=len(statements.employment))
        known = pay["currency"] != stated.NOT_STATED
        common = np.bincount(pay["currency"][known], weights=jobs[sets[known]])
        right = pay["currency"] == (int(common.argmax()) if common.any() else stated.NOT_STATED)
    most = np.full(len(statements.employment), -np.inf)
    np.maximum.at(most, sets[right], pay["amount"][right].astype(np.float64))
    return -most[of]


def by_distance(statements: stated.Statements, rows: Rows, centre: gazetteer.Spot) -> Keys:
    """How far the nearest town of each job is, as a chord of the ball on which it lies."""
    places = statements.places
    apart = np.zeros(len(places))
    for axis, at in zip(stated.POINT, centre.vector, strict=True):
        apart += (places[axis].astype(np.float64) - at) ** 2
    apart[np.isnan(apart) | ~places["sure"]] = np.inf
    nearest = np.full(len(statements.says), np.inf)
    np.minimum.at(nearest, statements.place_sets, apart[statements.place_at])
    return nearest[statements.where_of[rows]]


def sorted_by(keys: Keys, rows: Rows, card: npt.NDArray[np.int32] | None) -> Rows:
    """The rows by their keys, ties as they stood; with `card`, only the first row of each card."""
    ordered = rows[np.argsort(keys, kind="stable")]
    if card is None:
        return ordered
    firsts = np.sort(np.unique(card[ordered], return_index=True)[1])
    return ordered[firsts]
