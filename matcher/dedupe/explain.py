"""The comparison of any two ads in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from matcher.dedupe import book, shelf, signs, telling
from matcher.dedupe.ads import Ad, Pair
from matcher.dedupe.compare import Comparer
from matcher.dedupe.signs import Hashes

NONE: Hashes = np.empty(0, np.uint64)


def explain(a: Ad, b: Ad, boilerplate: Hashes = NONE) -> Pair:
    """The comparison of any two ads in words, by the rule; the order of the two is nothing to it.

    `boilerplate` are the sentences that employers repeat, as `signs.boilerplate` learned them.
    """
    a, b = sorted((a, b), key=lambda ad: (ad.source, ad.identifier, ad.key))
    read = [signs.signs(signs.note(ad), boilerplate) for ad in (a, b)]
    comparer = Comparer(read.__getitem__)
    return telling.pair(comparer, (0, 1), comparer.compare(0, 1))


def as_grouped(folder: Path, stamp: str | None, a: int, b: int) -> tuple[Pair, bool] | None:
    """The same of two ads by their keys, as the last night read them, and whether it had compared them.

    None where the shelf in `folder` is of another grouping than `stamp`, or does not hold both. A copy is
    compared where the ad that stands for it is.
    """
    held = shelf.read_header(folder)
    if not held.night or held.stamp != stamp:
        return None
    view = shelf.View(folder / str(held.epoch), held.rows)
    alive, stands, pairs = (view.small(f"{name}-{held.night}") for name in ("alive", "rep_of", "pairs"))
    rows = view.rows_of(np.array([a, b]), alive)
    if (rows < 0).any():
        return None
    comparer = book.comparer(view, rows.tolist())
    ends = book.ordered(comparer, *rows.tolist())
    one, other = stands[rows]
    met = (pairs["a"] == one) & (pairs["b"] == other) | (pairs["a"] == other) & (pairs["b"] == one)
    return telling.pair(comparer, ends, comparer.compare(*ends)), bool(one == other or met.any())
