"""Ranks the jobs of an index for a profile: similarity times named evidence.

**What counts as a match.** The question is an adviser's: would one put this ad in front of this person
because of what the job *is*? Two things answer it. The words and skills that both texts share say what the
work is like: a cosine in one TF-IDF space. What an ad *is* (its kind of work, its level, whether it can be
believed, what it demands) is known by rule, and no amount of shared words outweighs it: factors, at most 1,
each with its reason.

**Why not the cosine alone.** Plain TF-IDF was tried on judged ads and fails in ways that repeat. A school
leaver who was *vice president* of a business club gets vice presidents' jobs; a field technician who wants
a desk gets field technicians' jobs, for his own words draw him back; "make easy money at home" likes
everyone who says "you". The first is mended by the profile (what is wanted weighs more than what was done),
the second by the kind of work, the third by the stop list and credibility.

**Why factors and not a learned mixture.** Sixteen or forty judged people cannot fit weights that hold for
the next one. A factor that a reader can name ("manager: two steps above the level in the text, x 0.7") can
be argued with. Factors multiply: each is evidence of its own, and none rescues a job that shares no word.

**What does not count.** Place, pay, shift and date: they filter. The name, the address, the length of the
ad. Popularity and freshness: a score must be the same tomorrow.

**Methods weighed.** BM25 and word TF-IDF (the cosine alone), concepts instead of words (too coarse: all
agents look alike), separate cosines for titles, words and concepts in a weighted sum (short titles then
beat whole ads), embeddings (below TF-IDF on the judged ads, and they explain nothing). One joint space with
the title counted three times was best or level with the best, and its shares add up to its score by
construction. Figures: docs/matching.md.

Scoring is exact: every job that shares a term has its cosine, evidence is weighed of all that may be among
the best k, and these are cut from all. Ties go by job id. Where only few jobs are asked for, only these are
scored, to the same last bit.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher import evidence
from matcher import index as indexes
from matcher import profile as profiles
from matcher.why import Match, Why

# What a score means, by 1,597 judged pairs of 38 people and ads (docs/matching.md): the share of ads that an
# adviser would put in front of this person was .91 from the first threshold on, .72, .42, and .10 below all.
STRONG, GOOD, STRETCH = 0.17, 0.11, 0.07
STRENGTHS = ((STRONG, "strong"), (GOOD, "good"), (STRETCH, "stretch"))

SOME = 0.25  # a share of the rows that is picked out before evidence is weighed
SAMPLED = 16  # the best of every sixteenth bound the best of all; to part all takes five times as long
SMALLEST = float(np.finfo(np.float32).smallest_subnormal)

Floats = npt.NDArray[np.float64]
Scored = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """Jobs of an index scored for one profile, by row: 0 for one that shares no term or was not asked for.

    No factor exceeds 1, so that the best are found among the most similar, and the evidence of few is
    weighed. `given` are scores of another kind, in place of similarity times evidence.
    """

    index: indexes.Index
    profile: profiles.Profile
    columns: npt.NDArray[np.int32]
    weights: Floats
    similarity: Scored
    given: Scored | None = None

    @property
    def most(self) -> Scored:
        """What each score is at most, and above 0 where that is."""
        return self.similarity if self.given is None else self.given

    @functools.cached_property
    def scores(self) -> Scored:
        """The scores of all rows."""
        if self.given is not None:
            return self.given
        sharing = self.similarity > 0
        if np.count_nonzero(sharing) > SOME * len(sharing):
            return _weighed(self, None)
        rows = np.flatnonzero(sharing)
        scores = np.zeros_like(self.similarity)
        scores[rows] = _weighed(self, rows)
        return scores

    def of(self, rows: Rows) -> Scored:
        """The scores of some rows."""
        return _weighed(self, rows) if self.given is None else self.given[rows]

    def top(self, among: Mask | None, limit: int, *, one_of: npt.NDArray[np.int32] | None = None) -> Rows:
        """The rows of the first `limit` of those matches."""
        most = self.most if among is None else self.most * among
        return _best(self, most, limit, one_of)

    def passing(self, passes: Callable[[Rows], Mask], limit: int, share: float = 1.0) -> Rows:
        """The rows of the first `limit` matches that pass, about a `share`; only the likeliest are asked."""
        return _greatest(self, self.most, limit, passes, share)

    def best(
        self,
        among: Mask | None,
        limit: int,
        *,
        skip: int = 0,
        one_of: npt.NDArray[np.int32] | None = None,
    ) -> list[Match]:
        """Matches `skip` to `skip + limit` of the jobs in `among`, or of all, best first; ties by job id.

        Of the jobs that have one number in `one_of`, only the best counts.
        """
        if limit < 1:
            return []
        return self.told(self.top(among, skip + limit, one_of=one_of)[skip:])

    def told(self, rows: Rows, *, shares: bool = True) -> list[Match]:
        """The matches of some rows, in their order; with their terms only if `shares` are asked for."""
        why = Why(self.index, self.profile, self.columns, self.weights, rows)
        return [
            why.match(place, row, score, similarity, shares=shares)
            for place, (row, score, similarity) in enumerate(
                zip(rows.tolist(), self.of(rows).tolist(), self.similarity[rows].tolist(), strict=True)
            )
        ]


def rank(
    index: indexes.Index, profile: profiles.Profile, *, limit: int = 20, among: Mask | None = None
) -> list[Match]:
    """The `limit` best jobs for `profile`, or of those in `among`. A job that shares no term is no match."""
    return score(index, profile, among).best(None, limit)


def score(index: indexes.Index, profile: profiles.Profile, among: Mask | None = None) -> Scores:
    """Every job in `among`, or of all, scored for `profile`."""
    columns, weights = question(index, profile)
    similarity = np.zeros(index.rows, dtype=np.float32)
    index.add(columns, weights, similarity, among)
    similarity[index.dead] = 0.0
    if among is not None:
        similarity *= among
    return Scores(index, profile, columns, weights, similarity)


def _weighed(scored: Scores, rows: Rows | None) -> Scored:
    """Similarity times evidence of some rows, or of all."""
    index = scored.index
    own = index.facts_at if rows is None else index.facts_at.take(rows)
    if len(own) < len(index.facts):
        factors = _factors(index, scored.profile, index.facts.take(own))
    else:
        factors = _factors(index, scored.profile, index.facts).take(own)
    factors *= evidence.little(index.lengths(rows))
    factors *= scored.similarity if rows is None else scored.similarity.take(rows)
    return factors


def _factors(index: indexes.Index, profile: profiles.Profile, facts: npt.NDArray[np.void]) -> Scored:
    """The product of all factors for each of some records of terms.FACTS."""
    product = np.ones(len(facts))
    for _, factors in evidence.factors(index, profile, facts):
        product *= factors
    return product.astype(np.float32)


def strength(score: float) -> str:
    """A score in a word: strong, good, stretch or weak."""
    return next((word for least, word in STRENGTHS if score >= least), "weak")


# ---------------------------------------------------------------------------------- similarity


def question(index: indexes.Index, profile: profiles.Profile) -> tuple[npt.NDArray[np.int32], Floats]:
    """The profile as a unit vector: columns, sorted, and their weights."""
    columns = index.columns(list(profile.terms))
    known = columns >= 0
    weights = np.fromiter(profile.terms.values(), dtype=np.float64, count=len(profile.terms))[known]
    columns = columns[known]
    weights = weights * index.idf[columns]
    order = np.argsort(columns)
    length = np.sqrt(np.sum(weights[order] ** 2))
    return columns[order], weights[order] / (length or 1.0)


def _best(scored: Scores, most: Scored, wanted: int, one_of: npt.NDArray[np.int32] | None) -> Rows:
    """The rows of the greatest scores above 0, the greatest first; ties by job id."""
    reach = wanted
    while True:
        best = _greatest(scored, most, reach)
        firsts = best if one_of is None else best[np.sort(np.unique(one_of[best], return_index=True)[1])]
        if len(firsts) >= wanted or len(best) < reach:
            return firsts[:wanted]
        reach *= 4  # several of one campaign were among them


def _greatest(
    scored: Scores,
    most: Scored,
    limit: int,
    passes: Callable[[Rows], Mask] | None = None,
    share: float = 1.0,
) -> Rows:
    """The rows of the `limit` greatest scores above 0, in order, of all or of those that pass, about a share.

    `most` is what each is at most, 0 for one that does not count.
    """
    sampled = most[::SAMPLED]
    least = _least(sampled[sampled > 0], math.ceil(limit / share))  # to part many that are alike takes long
    while True:
        rows = np.flatnonzero(most >= least)
        rows = rows if passes is None else rows[passes(rows)]
        scores = scored.of(rows)
        reached = _least(scores, limit)
        if reached >= least:
            break
        least = reached  # some that can be at most as much were left out: once more, with them
    of_best = scores >= reached
    rows, scores = rows[of_best], scores[of_best]
    best: Rows = rows[np.lexsort((scored.index.ids(rows), -scores))[:limit]]
    return best


def _least(scores: Scored, limit: int) -> float:
    """What the `limit` greatest of some scores, and so of any more, are at least; more than 0."""
    least = np.partition(scores, -limit)[-limit] if len(scores) > limit else 0.0
    return max(float(least), SMALLEST)
