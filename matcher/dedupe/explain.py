"""The comparison of any two ads in words."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.dedupe import reasons, signs
from matcher.dedupe.ads import Ad, Pair
from matcher.dedupe.compare import Comparer


def explain(a: Ad, b: Ad, *, verdict: bool | None = None, among: Sequence[Ad] = ()) -> Pair:
    """The comparison of any two ads in words; `among` are ads to learn the employers' boilerplate from.

    `verdict` is a recruiter's decision on the two (True: same), which beats the rule.
    """
    a, b = sorted((a, b), key=lambda ad: (ad.source, ad.identifier, ad.key))
    read = signs.read(
        [a, b, *(ad for ad in among if ad.key not in (a.key, b.key))], vocabulary := signs.Vocabulary()
    )
    found = Comparer(read, vocabulary).compare(0, 1)
    relation = found.relation if verdict is None else "job" if verdict else "different"
    told = reasons.told(found, read[0], read[1], relation)
    if verdict is not None:
        told.insert(0, f"a reviewer said: {'the same job' if verdict else 'different jobs'}")
    decided_by = "rule" if verdict is None else "verdict"
    return Pair(a.key, b.key, relation, decided_by, found.probability, reasons.features(found), told)
