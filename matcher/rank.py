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

**Evidence.**

* *kind of work*: core, or adjacent in a family that the person asks for, 1.0; other adjacent work 0.7;
  other work 0.5. A telesales agent who asks for telesales is not told that it is second best; for someone
  who asks for adjacent work only, core counts 0.85.
* *level*: within one step of the person's, 1.0; further off less. A text that names no level is a plain
  agent's.
* *credibility*: one red flag (commission only, door to door, pay to work, ...) 0.85, two kinds 0.6. Never
  0: flags are read from words, and words are sometimes innocent; the page shows the flag.
* *years*, *degree*, *licence*, *language*: required by the ad and lacking in the text. A licence halves,
  for nobody is a nurse by applying; years and degrees are asked for more often than needed. Only what the
  ad states can be lacking, and a text that leaves its years open lacks none.

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

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import index as indexes
from matcher import profile as profiles
from matcher import requirements, roles, skills, terms

TIER = {"core": 1.0, "adjacent": 0.7, "other": 0.5}
UNASKED_CORE = 0.85
LEVEL_STEPS = (1.0, 1.0, 0.85, 0.7, 0.6)  # by how many steps apart
RUNGS = {"entry": 0, None: 1, "senior": 2, "lead": 3, "manager": 4}
RED_FLAGS = (1.0, 0.85, 0.6)  # by how many kinds of flag, the last for more
_FLAGS = np.array([RED_FLAGS[min(flags.bit_count(), len(RED_FLAGS) - 1)] for flags in range(256)])
LACKING = {"years": 0.85, "degree": 0.85, "licence": 0.5, "language": 0.6}
GRACE = 1.0  # years by which people come short and are still asked in

# What a score means, by 748 judged pairs of 16 résumés and ads (docs/matching.md): the share of ads that an
# adviser would put in front of this person was .90 from the first threshold on, .58, .37, and .12 below all.
STRENGTHS = ((0.18, "strong"), (0.12, "good"), (0.08, "stretch"))

MAX_LACK = 8
OFFERED = frozenset(
    {"benefit", "schedule", "red_flag", "employment", "work_mode"}
)  # nobody has or lacks them
# What an ad tells of itself is no demand, and years are judged as years.
UNASKED = frozenset({"domain", "metric"}) | frozenset(
    "ex.none ex.lt1 ex.1 ex.2 ex.3 ex.5 ex.internal ex.veteran ed.none ed.ojt".split()
)

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Match:
    """One job with its score and its why.

    `score` is `similarity` times the factors of `evidence` (name, factor, why). `terms` are (term, share of
    the similarity), the greatest first; shares sum to 1. `have` and `lack` are labels of concepts that the
    ad names, the rarest first.
    """

    job: str
    score: float
    similarity: float
    evidence: tuple[tuple[str, float, str], ...]
    terms: tuple[tuple[str, float], ...]
    have: tuple[str, ...]
    lack: tuple[str, ...]


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
        why = _Why(self, rows)
        return [why.match(place, row) for place, row in enumerate(rows.tolist())]


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
    for _, factors in _factors(index, profile, index.facts):
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


# ---------------------------------------------------------------------------------- evidence


def _factors(
    index: indexes.Index, profile: profiles.Profile, facts: npt.NDArray[np.void]
) -> Iterable[tuple[str, Floats]]:
    """Each named factor for each of some records of terms.FACTS."""
    yield "kind of work", _kinds(index, profile)[facts["tier"], facts["family"]]
    yield "level", np.array([_level(profile, level) for level in terms.LEVELS])[facts["level"]]
    yield "credibility", _FLAGS[facts["flags"]]
    yield "years", _lacks("years", facts["half_years"] / 2 > _years(profile))
    yield "degree", _lacks("degree", facts["degree"] > _degree(profile))
    for name, order, held in (
        ("licence", requirements.LICENCES, profile.licences),
        ("language", requirements.LANGUAGES, profile.languages),
    ):
        yield name, _lacks(name, (facts[f"{name}s"] & ~np.uint64(requirements.bits(held, order))) > 0)


def _kinds(index: indexes.Index, profile: profiles.Profile) -> Floats:
    """The factor of each tier (row) and family (column)."""
    kinds = np.repeat([[TIER[tier]] for tier in terms.TIERS], max(1, len(index.families)), axis=1)
    if profile.families and "core" not in profile.families:
        kinds[terms.TIERS.index("core")] = UNASKED_CORE
    for family, number in ((name, n) for n, name in enumerate(index.families)):
        if family in profile.families:
            kinds[terms.TIERS.index("adjacent"), number] = 1.0
    return kinds


def _lacks(name: str, lacking: npt.NDArray[np.bool_]) -> Floats:
    return np.where(lacking, LACKING[name], 1.0)


def _level(profile: profiles.Profile, level: str | None) -> float:
    return max(LEVEL_STEPS[abs(RUNGS[level] - RUNGS[own])] for own in profile.levels)


def _years(profile: profiles.Profile) -> float:
    return float("inf") if profile.years is None else profile.years + GRACE


def _degree(profile: profiles.Profile) -> int:
    """The highest degree an ad may ask for without lack. Who names no school has been to one."""
    return max(profile.degree, 1)


# ---------------------------------------------------------------------------------- why


class _Why:
    """What is the same for all matches of one profile."""

    def __init__(self, scored: Scores, rows: Rows) -> None:
        self.index, self.profile, self.scored = scored.index, scored.profile, scored
        self.postings = sp.csr_matrix(scored.postings[rows])  # a row a match
        self.factors = list(_factors(self.index, self.profile, self.index.facts[self.index.facts_at[rows]]))
        self.names = [_name(bytes(self.index.vocabulary[column]).decode()) for column in scored.columns]
        self.concepts = {row: self.index.concepts_of(row) for row in rows.tolist()}
        named = sorted({concept for concepts in self.concepts.values() for concept in concepts})
        places = self.index.columns([terms.concept_term(concept) for concept in named])
        idf = np.where(places >= 0, self.index.idf[places], 0.0)
        self.rarity = dict(zip(named, idf.tolist(), strict=True))

    def match(self, place: int, row: int) -> Match:
        have, lack = self._concepts(row)
        return Match(
            job=self.index.job(row),
            score=float(self.scored.scores[row]),
            similarity=float(self.scored.similarity[row]),
            evidence=tuple(self._evidence(place, row)),
            terms=self._terms(place),
            have=have,
            lack=lack,
        )

    def _terms(self, place: int) -> tuple[tuple[str, float], ...]:
        start, end = self.postings.indptr[place : place + 2]
        columns = self.postings.indices[start:end]
        parts = self.postings.data[start:end] * self.scored.weights[columns]
        names = [self.names[column] for column in columns.tolist()]
        shares = zip(names, (parts / parts.sum()).tolist(), strict=True)
        return tuple(sorted(shares, key=lambda pair: (-pair[1], pair[0])))

    def _evidence(self, place: int, row: int) -> Iterable[tuple[str, float, str]]:
        """The factors of a job with their reasons: the kind of work, and what else changes the score."""
        for name, factors in self.factors:
            factor = float(factors[place])
            if factor != 1.0 or name == "kind of work":
                yield name, factor, _reason(name, self.index.facts_of(row), self.index, self.profile)

    def _concepts(self, row: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = skills.concepts()
        named = sorted(self.concepts[row], key=lambda concept: (-self.rarity[concept], concept))
        told = [c for c in named if known[c].category not in OFFERED]
        have = tuple(known[c].label for c in told if c in self.profile.concepts)
        asked = [c for c in told if c not in UNASKED and known[c].category not in UNASKED]
        lack = tuple(known[c].label for c in asked if c not in self.profile.concepts)
        return have, lack[:MAX_LACK]


def _name(term: str) -> str:
    """A term as people read it."""
    return skills.concepts()[term.removeprefix("concept:")].label if term.startswith("concept:") else term


_LEVELS = {
    None: ("a job of no special level", ""),
    "entry": ("an entry-level job", "entry-level"),
    "senior": ("a senior job", "senior"),
    "lead": ("a team-lead job", "lead"),
    "manager": ("a manager’s job", "management"),
}


def _reason(name: str, fact: np.void, index: indexes.Index, profile: profiles.Profile) -> str:
    """Why a job has a factor, in words."""
    if name == "kind of work":
        return _kind(index.families[fact["family"]], terms.TIERS[fact["tier"]], profile.families)
    if name == "level":
        return _distance(terms.LEVELS[fact["level"]], profile.levels)
    if name == "credibility":
        known = skills.concepts()
        return "; ".join(
            known[flag].label for flag in requirements.names(int(fact["flags"]), terms.RED_FLAGS)
        )
    if name == "years":
        years = f"{fact['half_years'] / 2:g} year{'' if fact['half_years'] == 2 else 's'}"
        return f"asks for {years} of experience; the text shows {profile.years:g}"
    if name == "degree":
        return (
            f"asks for {_article(requirements.DEGREES[fact['degree']])}; the text shows {profile.education}"
        )
    order, held = (
        (requirements.LICENCES, profile.licences)
        if name == "licence"
        else (requirements.LANGUAGES, profile.languages)
    )
    lacking = [one for one in requirements.names(int(fact[f"{name}s"]), order) if one not in held]
    asked = [_article(f"{one} licence") for one in lacking] if name == "licence" else lacking
    return f"asks for {' and '.join(asked)}, which the text does not mention"


def _kind(family: str, tier: str, wanted: frozenset[str]) -> str:
    if tier == "other":
        return "other than customer service"
    if tier == "core":
        apart = wanted and "core" not in wanted
        return "customer service" + (", while the text asks for other work" if apart else "")
    asked = ", as the text asks for" if family in wanted else ""
    return f"close to customer service: {roles.in_words(family)}{asked}"


def _distance(level: str | None, own: frozenset[str | None]) -> str:
    """A job's level beside the levels of a text that are all further off than a step."""
    job, needed = _LEVELS[level]
    nearest = min(own, key=lambda other: (abs(RUNGS[level] - RUNGS[other]), RUNGS[other]))
    if RUNGS[nearest] < RUNGS[level]:
        return f"{job}; the text shows no {needed} experience"
    return f"{job}; the text shows {_LEVELS[nearest][1]} experience"


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
