"""Named evidence beside the words of a match: kind of work, level, credibility and hard requirements.

* *kind of work*: core, or adjacent in a family that the person asks for, 1.0; other adjacent work 0.67;
  other work 0.5. A telesales agent who asks for telesales is not told that it is second best; for someone
  who asks for adjacent work only, core counts 0.85.
* *level*: within one step of the person's, 1.0; further off less: who leads agents is not sent back to the
  telephone. A text that names no level is a plain agent's.
* *credibility*: one red flag (commission only, door to door, pay to work, ...) 0.85, two kinds 0.6. Never
  0: flags are read from words, and words are sometimes innocent; the page shows the flag.
* *not wanted*: the ad names what the text refuses ("no commission", "not 1099", "no restaurants") 0.7. Ads
  name much in passing, so this, too, is no veto.
* *years*, *degree*, *licence*, *language*: required by the ad and lacking in the text. A licence halves,
  for nobody is a nurse by applying; years and degrees are asked for more often than needed. Only what the
  ad states can be lacking, and a text that leaves its years open lacks none.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from matcher import index as indexes
from matcher import profile as profiles
from matcher import requirements, roles, skills, terms

TIER = {"core": 1.0, "adjacent": 0.67, "other": 0.5}
UNASKED_CORE = 0.85
LEVEL_STEPS = (1.0, 1.0, 0.7, 0.55, 0.45)  # by how many steps apart
RUNGS = {"entry": 0, None: 1, "senior": 2, "lead": 3, "manager": 4}
RED_FLAGS = (1.0, 0.85, 0.6)  # by how many kinds of flag, the last for more
_FLAGS = np.array([RED_FLAGS[min(flags.bit_count(), len(RED_FLAGS) - 1)] for flags in range(256)])
UNWANTED = 0.7
LACKING = {"years": 0.85, "degree": 0.85, "licence": 0.5, "language": 0.7}
ENOUGH = 50  # terms
LITTLE = "little text"
GRACE = 1.0  # years by which people come short and are still asked in

Floats = npt.NDArray[np.float64]


def factors(
    index: indexes.Index, profile: profiles.Profile, facts: npt.NDArray[np.void]
) -> Iterable[tuple[str, Floats]]:
    """Each named factor for each of some records of terms.FACTS."""
    kinds = _kinds(index, profile)
    yield "kind of work", kinds.take(facts["tier"] * np.intp(kinds.shape[1]) + facts["family"])
    yield "level", np.array([_level(profile, level) for level in terms.LEVELS]).take(facts["level"])
    yield "credibility", _FLAGS.take(facts["flags"])
    refused = np.uint64(requirements.bits(profile.unwanted & set(terms.refusable()), terms.refusable()))
    yield "not wanted", np.where(facts["refusable"] & refused > 0, UNWANTED, 1.0)
    yield "years", _lacks("years", facts["half_years"] / 2 > _years(profile))
    yield "degree", _lacks("degree", facts["degree"] > _degree(profile))
    licences = np.uint64(requirements.bits(profile.licences, requirements.LICENCES))
    yield "licence", _lacks("licence", (facts["licences"] & ~licences) > 0)
    spoken = np.uint64(requirements.bits(profile.languages, requirements.LANGUAGES))
    asked = facts["languages"]
    one_of_many = (np.bitwise_count(asked) >= requirements.ONE_OF) & (asked & spoken > 0)
    yield "language", _lacks("language", (asked & ~spoken > 0) & ~one_of_many)


def little(said: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """The factor of ads of so many terms each."""
    factors = said.astype(np.float32)  # in place: every search asks this of every ad
    factors *= np.float32(1 / ENOUGH)
    np.minimum(factors, np.float32(1), out=factors)
    return np.sqrt(factors, out=factors)


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


_LEVELS = {
    None: ("a job of no special level", ""),
    "entry": ("an entry-level job", "entry-level"),
    "senior": ("a senior job", "senior"),
    "lead": ("a team-lead job", "lead"),
    "manager": ("a manager’s job", "management"),
}


def reason(name: str, fact: np.void, index: indexes.Index, profile: profiles.Profile) -> str:
    """Why a job has a factor, in words."""
    if name == "kind of work":
        return _kind(index.families[fact["family"]], terms.TIERS[fact["tier"]], profile.families)
    if name == "level":
        return _distance(terms.LEVELS[fact["level"]], profile.levels)
    known = skills.concepts()
    if name == "credibility":
        return "; ".join(
            known[flag].label for flag in requirements.names(int(fact["flags"]), terms.RED_FLAGS)
        )
    if name == "not wanted":
        named = set(requirements.names(int(fact["refusable"]), terms.refusable())) & profile.unwanted
        return f"names what the text does not want: {', '.join(known[one].label for one in sorted(named))}"
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
    kind = "" if family == "customer_service" else f": {roles.in_words(family)}"
    return f"close to customer service{kind}{asked}"


def _distance(level: str | None, own: frozenset[str | None]) -> str:
    """A job's level beside the levels of a text that are all further off than a step."""
    job, needed = _LEVELS[level]
    nearest = min(own, key=lambda other: (abs(RUNGS[level] - RUNGS[other]), RUNGS[other]))
    if RUNGS[nearest] < RUNGS[level]:
        return f"{job}; the text shows no {needed} experience"
    return f"{job}; the text shows {_LEVELS[nearest][1]} experience"


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
