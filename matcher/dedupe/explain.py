"""The comparison of any two ads in words."""

from __future__ import annotations

import numpy as np

from matcher.dedupe import reasons, signs
from matcher.dedupe.ads import Ad, Pair
from matcher.dedupe.compare import Comparer


def explain(a: Ad, b: Ad) -> Pair:
    """The comparison of any two ads in words, by the rule; the order of the two is nothing to it."""
    a, b = sorted((a, b), key=lambda ad: (ad.source, ad.identifier, ad.key))
    none = np.empty(0, np.uint64)
    read = [signs.signs(signs.note(ad), none) for ad in (a, b)]
    found = Comparer(read).compare(0, 1)
    told = reasons.told(found, read[0], read[1], found.relation)
    return Pair(a.key, b.key, found.relation, "rule", found.probability, reasons.features(found), told)
