"""What was read of a person as a list of things, each to be weighed or left out, and what they add to it.

A thing is named by a key: a concept's id, or a kind and its value ("language:Czech", "level:lead"). What was
read stays in the profile, so that what was left out can come back; `applied` is what ranks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from matcher import parsing, requirements, roles, skills
from matcher import profile as profiles

FACTORS = {"": 1.0, "more": 2.0, "less": 0.5}
MAX_ADDED = 200  # characters

_GROUPS = {
    "language": "Languages",
    "tool": "Tools",
    "licence": "Licences and checks",
    "skill": "Skills and tasks",
    "task": "Skills and tasks",
    "soft_skill": "Skills and tasks",
    "channel": "Skills and tasks",
    "schedule": "When and where",
    "work_mode": "When and where",
    "employment": "When and where",
    "experience": "Experience",
    "education": "Education",
    "domain": "Fields",
    "metric": "Fields",
}
OTHER = "Other words"
GROUPS = ("Work wanted", *dict.fromkeys(_GROUPS.values()), "Not wanted", OTHER)
MOST_WORDS = 8  # of the other words, the heaviest
_TOLD: tuple[str, ...] = (
    "Languages",
    "Tools",
    "Education",
    "Work wanted",
    "When and where",
    "Not wanted",
    "Licences and checks",
)
_TOLD += tuple(group for group in GROUPS if group not in _TOLD)  # in this order in few words
_LEVELS = {"entry": "entry level", "senior": "senior", "lead": "team lead", "manager": "manager"}
_COUNTED = frozenset("ex.lt1 ex.1 ex.2 ex.3 ex.5 ed.hs ed.associate ed.bachelor ed.master".split())


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was read.

    `weight` is what the person gave it, "" for nothing; what does not weigh can only be left out.
    """

    key: str
    group: str
    label: str
    weight: str
    weighs: bool


def things(person: profiles.Profile) -> list[Thing]:
    """All that may be weighed or left out, in the order of GROUPS; years and degree are apart."""
    found = [
        Thing(key, group, label, person.weighed.get(key, ""), weighs)
        for key, group, label, weighs in _things(person)
    ]
    return sorted(found, key=lambda thing: GROUPS.index(thing.group))


def _things(person: profiles.Profile) -> Iterator[tuple[str, str, str, bool]]:
    known = skills.concepts()
    for family in sorted(person.families):
        yield f"family:{family}", "Work wanted", _family(family), False
    for level in sorted(person.levels - {None}, key=str):
        yield f"level:{level}", "Work wanted", _LEVELS[str(level)], False
    shown = person.concepts - person.unwanted | person.wishes
    for concept in known.values():
        group = _GROUPS.get(concept.category)
        if group and concept.id in shown and concept.id not in _COUNTED:
            yield concept.id, group, concept.label, concept.id in person.concepts
        if concept.id in person.unwanted:
            yield f"unwanted:{concept.id}", "Not wanted", concept.label, False
    named = [held(concept) for concept in person.concepts]
    for language in sorted(person.languages.difference(*(each.languages for each in named))):
        yield f"language:{language}", "Languages", language, False
    for licence in sorted(person.licences.difference(*(each.licences for each in named))):
        yield f"licence:{licence}", "Licences and checks", f"{licence} licence", False
    if person.place:
        yield "place", "When and where", person.place, False
    others = {term: _key(term) for term in person.terms if not term.startswith("concept:")}
    words = sorted((-person.terms[term], term) for term, key in others.items() if key.startswith("word:"))
    for _, word in words[:MOST_WORDS]:
        yield f"word:{word}", OTHER, word, True


def group_of(concept: skills.Concept) -> str | None:
    """The group that a concept is shown in, None for one that is not shown."""
    return None if concept.id in _COUNTED else _GROUPS.get(concept.category)


def quote(key: str, quotes: Mapping[str, str]) -> str:
    """The sentence that says a thing, of quoting.quotes; "" where none does, or none is at hand."""
    return quotes.get(key) or quotes.get(f"concept:{key}", "")


def _family(family: str) -> str:
    return "customer service" if family == "core" else roles.in_words(family)


def held(concept: str) -> requirements.Requirements:
    """What a concept stands for among the hard requirements: Spanish is a language."""
    one = skills.concepts()[concept]
    named = one.category in ("language", "licence")
    return requirements.held(one.label) if named else requirements.Requirements()


def summary(person: profiles.Profile) -> list[str]:
    """What is ranked by, in few words: "Spanish", "Zendesk", "3 years", "team lead", "not: Overnight"."""
    return list(named(person))


def named(person: profiles.Profile) -> dict[str, str]:
    """The key of each of these words; "" for years and degree, which are no things."""
    ranked = applied(person)
    told: dict[str, dict[str, str]] = {group: {} for group in _TOLD}
    for thing in things(ranked):
        refused = thing.group == "Not wanted"
        told[thing.group].setdefault(f"not: {thing.label}" if refused else thing.label, thing.key)
    if ranked.years:
        told["Tools"][in_years(ranked.years)] = ""
    if ranked.degree:
        told["Education"][ranked.education] = ""
    every: dict[str, str] = {}
    for label, key in (pair for group in _TOLD for pair in told[group].items()):
        every.setdefault(label, key)
    return every


def in_years(years: float) -> str:
    """A number of years in words."""
    return f"{years:g} year{'' if years == 1 else 's'}"


def applied(person: profiles.Profile) -> profiles.Profile:
    """The profile as its weights make it: what is left out is not there, more counts twice and less half.

    A concept's weight is also that of each word which alone says it: "zendesk" is Zendesk.
    """
    if not person.weighed:
        return person
    given = person.weighed
    out = {key for key, weight in given.items() if weight == "out"}
    weights = {
        term: weight * FACTORS[given.get(key, "")]
        for term, weight in person.terms.items()
        if (key := _key(term)) not in out
    }
    dropped = [held(key) for key in out if key in skills.concepts()]
    return replace(
        person,
        terms=weights,
        concepts=person.concepts - out,
        unwanted=person.unwanted
        - {key.removeprefix("unwanted:") for key in out if key.startswith("unwanted:")},
        families=person.families - _named("family:", out),
        levels=person.levels - _named("level:", out) or frozenset({None}),
        licences=(person.licences - _named("licence:", out)).difference(*(each.licences for each in dropped)),
        languages=(person.languages - _named("language:", out)).difference(
            *(each.languages for each in dropped)
        ),
        wishes=person.wishes - out,
        place="" if "place" in out else person.place,
        weighed={},
    )


def _named(kind: str, keys: set[str]) -> set[str]:
    return {key.removeprefix(kind) for key in keys if key.startswith(kind)}


def _key(term: str) -> str:
    """The key by which a term is weighed: its concept's, or that of the concept which the word alone says."""
    return profiles.concept_of(term) or f"word:{term}"


def added(person: profiles.Profile, said: str) -> profiles.Profile:
    """The profile with what a person says besides: read as a wish, for it is said on purpose.

    A word of it counts as much as the heaviest that was read, and no more.
    """
    words = " ".join(said.split())[:MAX_ADDED]
    wish = profiles.of(replace(parsing.parse(f"Looking for {words}"), is_search=False))
    most = max(person.terms.values(), default=math.inf)
    new = {term: min(weight, most) for term, weight in wish.terms.items()}
    weights = new | {term: max(weight, new.get(term, 0.0)) for term, weight in person.terms.items()}
    heaviest = sorted(weights, key=lambda term: (term not in wish.terms, -weights[term], term))
    back = {
        *wish.concepts,
        *(f"unwanted:{one}" for one in wish.unwanted),
        *(f"family:{one}" for one in wish.families),
    }
    back |= {*(f"language:{one}" for one in wish.languages), *(f"licence:{one}" for one in wish.licences)}
    return replace(
        person,
        terms={term: weights[term] for term in sorted(heaviest[: profiles.MAX_TERMS])},
        concepts=person.concepts | wish.concepts,
        unwanted=(person.unwanted - wish.concepts - wish.wishes) | wish.unwanted,
        families=person.families | wish.families,
        levels=person.levels | wish.levels if wish.levels != {None} else person.levels,
        years=person.years if wish.years is None else wish.years,
        degree=max(person.degree, wish.degree),
        licences=person.licences | wish.licences,
        languages=person.languages | wish.languages,
        wishes=(person.wishes - wish.unwanted) | wish.wishes,
        place=wish.place or person.place,
        weighed={key: weight for key, weight in person.weighed.items() if weight != "out" or key not in back},
    )
