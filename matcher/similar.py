"""An ad as a profile, to find jobs like it: its heaviest terms, its kind of work, its level, its demands."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np
import scipy.sparse as sp

from matcher import index as indexes
from matcher import profile as profiles
from matcher import reading, requirements, terms

MOST_TERMS = 60  # the heaviest of an ad's two hundred make nearly all of its length
_reads = threading.Lock()  # words are numbered by one reader at a time


def of_row(index: indexes.Index, row: int) -> profiles.Profile:
    """Who would be asked for by the ad in a row: its own terms weigh, and what it requires is there."""
    columns, weights = index.terms(row)
    heaviest = np.lexsort((columns, -weights))[:MOST_TERMS]
    names = [bytes(name).decode() for name in index.vocabulary[columns[heaviest]]]
    own = weights[heaviest] / index.idf[columns[heaviest]]
    fact = index.facts_of(row)
    return _profile(
        *(dict(zip(names, own.tolist(), strict=True)), frozenset(index.concepts_of(row)), fact),
        *(terms.TIERS[fact["tier"]], index.families[fact["family"]], terms.LEVELS[fact["level"]]),
    )


def of_text(index: indexes.Index, document: terms.Document) -> profiles.Profile:
    """The same of an ad that is in no row, as that of a job that closed."""
    with _reads:
        read = reading.count([document])
    starts, found, often = read.counts
    counts = sp.csr_matrix((often, found, starts), shape=(1, len(read.vocabulary)), dtype=np.float32)
    terms.damp(counts)
    columns = index.columns(read.vocabulary)
    weights = counts.toarray()[0]
    lengths = weights * np.where(columns >= 0, index.idf[columns], 0.0)
    known = sorted(np.flatnonzero(lengths), key=lambda place: (-lengths[place], read.vocabulary[place]))
    heaviest = {read.vocabulary[place]: float(weights[place]) for place in known[:MOST_TERMS]}
    order = terms.concept_ids()
    concepts = frozenset(order[number] for number in read.concepts.tolist())
    return _profile(heaviest, concepts, read.facts[0], document.role, document.family, document.level)


def _profile(
    heaviest: Mapping[str, float],
    concepts: frozenset[str],
    asked: np.void,
    role: str,
    family: str,
    level: str | None,
) -> profiles.Profile:
    wanted = "core" if role == "core" else family
    return profiles.Profile(
        terms=dict(sorted(heaviest.items())),
        concepts=concepts,
        unwanted=frozenset(),
        families=frozenset({wanted} if role != "other" and wanted else ()),
        levels=frozenset({level}),
        years=float(asked["half_years"]) / 2 or None,
        degree=int(asked["degree"]),
        licences=frozenset(requirements.names(int(asked["licences"]), requirements.LICENCES)),
        languages=frozenset(requirements.names(int(asked["languages"]), requirements.LANGUAGES)),
    )
