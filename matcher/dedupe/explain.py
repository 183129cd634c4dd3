"""The comparison of any two ads in words."""

from __future__ import annotations

import numpy as np

from matcher.dedupe import reasons, signs
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
    found = Comparer(read.__getitem__).compare(0, 1)
    told = reasons.told(found, read[0], read[1], found.relation)
    return Pair(a.key, b.key, found.relation, "rule", found.probability, reasons.features(found), told)
