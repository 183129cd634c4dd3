"""Why a job matches: the terms and the evidence that made its score, what it asks for and what is lacking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import evidence, lacking, skills, terms
from matcher import index as indexes
from matcher import profile as profiles

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Match:
    """One job with its score and its why.

    `score` is `similarity` times the factors of `evidence` (name, factor, why). `terms` are (term, share of
    the similarity), the greatest first; shares sum to 1, and a card has none. `have` and `lack` are labels of
    concepts that the ad names, the rarest first.
    """

    job: str
    score: float
    similarity: float
    evidence: tuple[tuple[str, float, str], ...]
    terms: tuple[tuple[str, float], ...]
    keys: tuple[str, ...]  # the terms of `terms` as the index has them
    have: tuple[str, ...]
    lack: tuple[str, ...]


class Why:
    """What is the same for all matches of one profile.

    `columns`, rising, and `weights` are the profile as a vector; `rows` are the jobs that matches are made
    of.
    """

    def __init__(
        self,
        index: indexes.Index,
        profile: profiles.Profile,
        columns: npt.NDArray[np.int32],
        weights: evidence.Floats,
        rows: Rows,
    ) -> None:
        self.index, self.profile, self.weights = index, profile, weights
        self.place = np.full(len(index.vocabulary), -1, dtype=np.int32)  # of a term in the profile
        self.place[columns] = np.arange(len(columns))
        self.factors = list(evidence.factors(index, profile, index.facts[index.facts_at[rows]]))
        self.keys = [bytes(index.vocabulary[column]).decode() for column in columns]
        self.names = [_name(key) for key in self.keys]
        self.concepts = {row: index.concepts_of(row) for row in rows.tolist()}
        named = sorted({concept for concepts in self.concepts.values() for concept in concepts})
        places = index.columns([terms.concept_term(concept) for concept in named])
        idf = np.where(places >= 0, index.idf[places], 0.0)
        self.rarity = dict(zip(named, idf.tolist(), strict=True))

    def match(self, place: int, row: int, score: float, similarity: float, *, shares: bool) -> Match:
        """The match of the `place`-th of the rows, with its terms or without."""
        have, lack = self._concepts(row)
        told = self._terms(row) if shares else []
        return Match(
            job=self.index.job(row),
            score=score,
            similarity=similarity,
            evidence=tuple(self._evidence(place, row)),
            terms=tuple((name, share) for name, share, _ in told),
            keys=tuple(key for _, _, key in told),
            have=have,
            lack=lack,
        )

    def _terms(self, row: int) -> list[tuple[str, float, str]]:
        """(name, share, term) of what the job shares, the greatest first."""
        columns, weights = self.index.terms(row)
        place = self.place[columns]
        own = np.flatnonzero(place >= 0)
        place = place[own]
        parts = weights[own] * self.weights[place]
        shares = zip(place.tolist(), (parts / parts.sum()).tolist(), strict=True)
        told = [(self.names[number], share, self.keys[number]) for number, share in shares]
        return sorted(told, key=lambda one: (-one[1], *one))

    def _evidence(self, place: int, row: int) -> Iterable[tuple[str, float, str]]:
        """The factors of a job with their reasons: the kind of work, and what else changes the score."""
        for name, factors in self.factors:
            factor = float(factors[place])
            if factor != 1.0 or name == "kind of work":
                yield name, factor, evidence.reason(name, self.index.facts_of(row), self.index, self.profile)
        said = len(self.index.terms(row)[0])
        if said < evidence.ENOUGH:
            yield evidence.LITTLE, float(evidence.little(np.array([said]))[0]), "the ad says little"

    def _concepts(self, row: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = skills.concepts()
        named = sorted(self.concepts[row], key=lambda concept: (-self.rarity[concept], concept))
        have = (c for c in named if c in self.profile.concepts and lacking.may_be_had(c))
        lack = (c for c in named if lacking.is_asked(c) and not lacking.has(self.profile, c))
        return tuple(known[c].label for c in have), tuple(known[c].label for c in lack)


def _name(term: str) -> str:
    """A term as people read it."""
    return skills.concepts()[term.removeprefix("concept:")].label if term.startswith("concept:") else term
