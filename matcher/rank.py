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
the next one. A factor that a reader can name ("manager: two steps above the level in the text, x 0.85") can
be argued with. Factors multiply: each is evidence of its own, and none rescues a job that shares no word.

**What does not count.** Place, pay, shift and date: they filter. The name, the address, the length of the
ad. Popularity and freshness: a score must be the same tomorrow.

**Methods weighed.** BM25 and word TF-IDF (the cosine alone), concepts instead of words (too coarse: all
agents look alike), separate cosines for titles, words and concepts in a weighted sum (short titles then
beat whole ads), embeddings (below TF-IDF on the judged ads, and they explain nothing). One joint space with
the title counted three times was best or level with the best, and its shares add up to its score by
construction. Figures: docs/matching.md.

Scoring is exact: every job that shares a term is scored, and the best k are cut from all. The score is in
float64, ties go by job id.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import evidence
from matcher import index as indexes
from matcher import profile as profiles
from matcher.why import Match, Why

# What a score means, by 748 judged pairs of 16 résumés and ads (docs/matching.md): the share of ads that an
# adviser would put in front of this person was .90 from the first threshold on, .58, .37, and .12 below all.
STRENGTHS = ((0.18, "strong"), (0.12, "good"), (0.08, "stretch"))

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """Every job of an index scored for one profile, by row; a job that shares no term has 0."""

    index: indexes.Index
    profile: profiles.Profile
    columns: npt.NDArray[np.int32]
    weights: Floats
    postings: sp.csc_matrix  # of `columns`
    similarity: Floats
    scores: Floats

    def best(
        self, among: Mask, limit: int, *, skip: int = 0, one_of: npt.NDArray[np.int32] | None = None
    ) -> list[Match]:
        """Matches `skip` to `skip + limit` of the jobs in `among`, best first; ties by job id.

        Of the jobs that have one number in `one_of`, only the best counts.
        """
        if limit < 1:
            return []
        rows = np.flatnonzero(among & (self.scores > 0))
        best = _best(self.scores[rows], skip + limit, None if one_of is None else one_of[rows])
        rows = rows[best[skip:]]
        why = Why(self.index, self.profile, self.columns, self.weights, self.postings, rows)
        return [
            why.match(place, row, float(self.scores[row]), float(self.similarity[row]))
            for place, row in enumerate(rows.tolist())
        ]


def rank(index: indexes.Index, profile: profiles.Profile, *, limit: int = 20) -> list[Match]:
    """The `limit` best jobs for `profile`, best first. A job that shares no term is no match."""
    scored = score(index, profile)
    return scored.best(scored.scores > 0, limit)


def score(index: indexes.Index, profile: profiles.Profile) -> Scores:
    """Every job, scored for `profile`."""
    columns, weights = _query(index, profile)
    postings = index.weights[:, columns]
    similarity = np.asarray(postings @ weights, dtype=np.float64)
    every = np.ones(len(index.facts))
    for _, factors in evidence.factors(index, profile, index.facts):
        every *= factors
    return Scores(index, profile, columns, weights, postings, similarity, similarity * every[index.facts_at])


def strength(score: float) -> str:
    """A score in a word: strong, good, stretch or weak."""
    return next((word for least, word in STRENGTHS if score >= least), "weak")


# ---------------------------------------------------------------------------------- similarity


def _query(index: indexes.Index, profile: profiles.Profile) -> tuple[npt.NDArray[np.int32], Floats]:
    """The profile as a unit vector: columns, sorted, and their weights."""
    columns = index.columns(list(profile.terms))
    known = columns >= 0
    weights = np.fromiter(profile.terms.values(), dtype=np.float64, count=len(profile.terms))[known]
    columns = columns[known]
    weights = weights * index.idf[columns]
    order = np.argsort(columns)
    length = np.sqrt(np.sum(weights[order] ** 2))
    return columns[order], weights[order] / (length or 1.0)


def _best(scores: Floats, wanted: int, one_of: npt.NDArray[np.int32] | None) -> Rows:
    """The places of the greatest scores, the greatest first; ties by place, so by row and job id."""
    reach = wanted
    while True:
        best = _greatest(scores, reach)
        firsts = best if one_of is None else best[np.sort(np.unique(one_of[best], return_index=True)[1])]
        if len(firsts) >= wanted or len(best) == len(scores):
            return firsts[:wanted]
        reach *= 4  # several of one campaign were among them


def _greatest(scores: Floats, limit: int) -> Rows:
    """The places of the `limit` greatest scores, in order."""
    if len(scores) > limit:
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= least)
    else:
        candidates = np.arange(len(scores))
    best: Rows = candidates[np.argsort(-scores[candidates], kind="stable")][:limit]
    return best
