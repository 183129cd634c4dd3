"""An ad as a profile, to find jobs like it: its heaviest terms, its kind of work, its level, its demands."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from matcher import index as indexes
from matcher import profile as profiles
from matcher import requirements, terms

MOST_TERMS = 60  # the heaviest of an ad's two hundred make nearly all of its length


def as_profile(index: indexes.Index, document: terms.Document) -> profiles.Profile:
    """Who would be asked for by this ad: its own terms weigh, and what it requires is there."""
    counted, concepts = terms.read(document)
    counts = Counter(counted)
    columns = index.columns(list(counts))
    idf = np.where(columns >= 0, index.idf[columns], 0.0)
    damped = {term: 1 + math.log(number) for term, number in counts.items()}
    lengths = {term: damped[term] * float(rarity) for term, rarity in zip(counts, idf, strict=True) if rarity}
    heaviest = sorted(lengths, key=lambda term: (-lengths[term], term))[:MOST_TERMS]
    asked = requirements.asked(document.title[: terms.MAX_TITLE], document.text[: terms.MAX_TEXT])
    wanted = "core" if document.role == "core" else document.family
    return profiles.Profile(
        terms={term: damped[term] for term in sorted(heaviest)},
        concepts=frozenset(concepts),
        unwanted=frozenset(),
        families=frozenset({wanted} if document.role != "other" and wanted else ()),
        levels=frozenset({document.level}),
        years=asked.years or None,
        degree=asked.degree,
        licences=asked.licences,
        languages=asked.languages,
    )
