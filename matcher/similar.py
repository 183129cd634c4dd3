"""An ad as a profile, to find jobs like it: its heaviest terms, its kind of work, its level, its demands."""

from __future__ import annotations

import numpy as np

from matcher import index as indexes
from matcher import profile as profiles
from matcher import reading, requirements, terms

MOST_TERMS = 60  # the heaviest of an ad's two hundred make nearly all of its length


def as_profile(index: indexes.Index, document: terms.Document) -> profiles.Profile:
    """Who would be asked for by this ad: its own terms weigh, and what it requires is there."""
    read = reading.count([document])
    terms.damp(read.counts)
    columns = index.columns(read.vocabulary)
    weights = read.counts.toarray()[0, : len(columns)]
    lengths = weights * np.where(columns >= 0, index.idf[columns], 0.0)
    known = sorted(np.flatnonzero(lengths), key=lambda place: (-lengths[place], read.vocabulary[place]))
    heaviest = {read.vocabulary[place]: float(weights[place]) for place in known[:MOST_TERMS]}
    asked, order = read.facts[0], terms.concept_ids()
    wanted = "core" if document.role == "core" else document.family
    return profiles.Profile(
        terms=dict(sorted(heaviest.items())),
        concepts=frozenset(order[number] for number in read.concepts.tolist()),
        unwanted=frozenset(),
        families=frozenset({wanted} if document.role != "other" and wanted else ()),
        levels=frozenset({document.level}),
        years=float(asked["half_years"]) / 2 or None,
        degree=int(asked["degree"]),
        licences=frozenset(requirements.names(int(asked["licences"]), requirements.LICENCES)),
        languages=frozenset(requirements.names(int(asked["languages"]), requirements.LANGUAGES)),
    )
