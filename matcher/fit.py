"""The facets of a job beside what a person has and wishes: met, not met, open, or not stated by the ad.

*Open*: the ad says it, and the text or the filters do not say what is wanted. Language, licence, education
and experience go by the very requirements that lower a score; what an ad only prefers is told as preferred.
Shift, place, remote area and pay are conditions: nothing here changes a score.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, Protocol

from matcher import facets, filters, gazetteer, places, profile, quoting, requirements, text

Asked = Sequence[tuple[str, float | int | str, str]]  # as requirements.told tells
State = Literal["met", "not met", "open", "not stated"]
NEAR = 50.0  # km that count as near where nobody says how far
FACETS = ("shift", "place", "remote area", "pay", "language", "licence", "education", "experience")

READ = frozenset(
    "shift weekend hours eligibility language licence education experience".split()
)  # of facets.csv
_DAYPARTS = {"sh.days": "day", "sh.evenings": "evening", "sh.nights": "overnight", "sh.rotating": "rotating"}
_SHIFTS = {
    **{concept: ("shift", value) for concept, value in _DAYPARTS.items()},
    "sh.weekends": ("weekend", "required"),
    "sh.weekend_only": ("weekend", "only"),
    "sh.no_weekends": ("weekend", "no"),
    "sh.fulltime": ("hours", "full_time"),
    "sh.parttime": ("hours", "part_time"),
}
_IN_WORDS = {
    ("weekend", "required"): "weekends",
    ("weekend", "only"): "weekends only",
    ("weekend", "no"): "no weekends",
    ("hours", "full_time"): "full time",
    ("hours", "part_time"): "part time",
}
_WEEKENDS = {("weekend", "required"), ("weekend", "only")}
FACET_OF = {"degree": "education", "years": "experience"}  # of requirements.told
_LANGUAGES = {name.lower(): name for name in requirements.LANGUAGES}
_LICENCES = {name: name for name in requirements.LICENCES}
_SCHOOLS = {"high_school": 1, "associate": 2, "bachelor": 3, "master": 4}
_OR = re.compile(r",|/|;|\band\b|\bor\b|\bthe\b", re.I)


class Job(Protocol):
    title: str
    description: str
    job_location: Sequence[Any]
    job_location_type: str | None
    base_salary: Any


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet: what the ad says of it in words, and the sentence that says so ("" where it is a field)."""

    name: str
    state: State
    says: str = ""
    evidence: str = ""


def facets_of(person: profile.Profile, wanted: filters.Filters, job: Job) -> tuple[Facet, ...]:
    """Every one of FACETS, in their order."""
    said, asked = _read(job.title, job.description)
    where = _where(person, wanted)
    found = (
        _shift(person, said),
        _place(where, wanted.within or NEAR, job),
        _area(where, said),
        _pay(wanted, job),
        _language(person, asked, said),
        _licence(person, asked, said),
        _education(person, asked, said),
        _experience(person, asked, said),
    )
    return tuple(replace(facet, evidence=quoting.clipped(facet.evidence)) for facet in found)


@functools.lru_cache(maxsize=512)  # the best ads of one page are often the next one's
def _read(title: str, body: str) -> tuple[list[facets.Fact], Asked]:
    title, body = text.without_contacts(title), text.without_contacts(body)  # nobody's address is evidence
    return facets.read(body, title, READ), list(requirements.told(title, body))


# --- conditions


def _shift(person: profile.Profile, said: Sequence[facets.Fact]) -> Facet:
    told = {(fact.facet, fact.value): fact for fact in said if fact.facet in ("shift", "weekend", "hours")}
    wishes = {_SHIFTS[concept] for concept in person.wishes & _SHIFTS.keys()}
    refused = {_SHIFTS[concept] for concept in person.unwanted & _SHIFTS.keys()}
    if not told:
        return Facet("shift", "not stated")
    clash = refused & told.keys() | (_WEEKENDS & told.keys() if ("weekend", "no") in wishes else set())
    for kind in ("shift", "hours"):
        ours, theirs = ({one for one in some if one[0] == kind} for some in (wishes, told))
        clash |= theirs if ours and theirs and not ours & theirs else set()
    agreed = wishes & told.keys()
    state: State = "not met" if clash else "met" if agreed else "open"
    shown = sorted(clash or agreed or told)
    says = ", ".join(_IN_WORDS.get(one, one[1].replace("_", " ")) for one in shown)
    return Facet("shift", state, says, told[shown[0]].evidence)


def _where(person: profile.Profile, wanted: filters.Filters) -> filters.Near | None:
    """Where the person would work: as filtered, else as wished in the text."""
    if wanted.near or not person.place:
        return wanted.near
    try:
        return filters.read_near(person.place)
    except ValueError:
        return None


def _place(where: filters.Near | None, within: float, job: Job) -> Facet:
    stated = [
        (spot.get("address_locality"), spot.get("address_region"), spot.get("address_country"))
        for spot in job.job_location
    ]
    words = "; ".join(spot["text"] for spot in job.job_location[:3])
    if job.job_location_type == "remote":
        return Facet("place", "met", "remote")
    if not words:
        return Facet("place", "not stated")
    if where is None:
        return Facet("place", "open", words)
    try:
        centre = filters.centre(where)
    except ValueError:  # a state or a country: its name decides
        return _named(where, stated, words)
    spots = [spot for one in stated if one[0] and (spot := gazetteer.find(*one))]
    if not spots:
        return Facet("place", "open", words)
    apart = min(gazetteer.kilometres(centre, spot) for spot in spots)
    far = f"{apart:.0f} km ({apart / filters.MILE:.0f} miles) away" if apart >= 1 else "there"
    return Facet("place", "met" if apart <= within else "not met", far)


def _named(where: filters.Near, stated: list[tuple[Any, Any, Any]], words: str) -> Facet:
    keys = places.keys(tuple((*one, None) for one in stated))
    at = next(at for at in range(3) if where[at])
    named = {key[at] for key in keys if key[at]}
    if not named:
        return Facet("place", "open", words)
    return Facet("place", "met" if where[at] in named else "not met", words)


def _area(where: filters.Near | None, said: Sequence[facets.Fact]) -> Facet:
    """Where a remote worker must live."""
    fact = next((fact for fact in said if fact.facet == "eligibility"), None)
    if fact is None:
        return Facet("remote area", "not stated")
    allowed = {state for part in _OR.split(fact.value) if (state := places.state(part.strip()))}
    if not allowed or where is None or where[1] is None:
        return Facet("remote area", "open", fact.value, fact.evidence)
    return Facet("remote area", "met" if where[1] in allowed else "not met", fact.value, fact.evidence)


def _pay(wanted: filters.Filters, job: Job) -> Facet:
    stated = job.base_salary or {}
    words = stated.get("text", "")
    if not words:
        return Facet("pay", "not stated")
    amount = stated.get("max_value") or stated.get("min_value")
    unit = str(stated.get("unit_text") or "").lower()
    currency = stated.get("currency") or wanted.currency
    if wanted.min_pay is None or not amount or unit not in filters.PER_YEAR:
        return Facet("pay", "open", words)
    if wanted.currency and currency != wanted.currency:
        return Facet("pay", "open", words)
    try:
        enough = filters.per_year(Decimal(str(amount)), unit) >= wanted.min_pay
    except ArithmeticError:
        return Facet("pay", "open", words)
    return Facet("pay", "met" if enough else "not met", words)


# --- requirements


@dataclass(frozen=True, slots=True)
class _Named:
    """What an ad names of a requirement, the sentence, and whether it only prefers it."""

    value: Any
    sentence: str
    preferred: bool = False


def _named_in(
    name: str, asked: Asked, said: Sequence[facets.Fact], read: Callable[[str], Any]
) -> list[_Named]:
    """What is required, as it lowers a score; where nothing is, what is named besides."""
    if required := [_Named(value, sentence) for kind, value, sentence in asked if kind == name]:
        return required
    named = [(read(fact.value), fact) for fact in said if fact.facet == FACET_OF.get(name, name)]
    found = [
        _Named(value, fact.evidence, fact.strength == "preferred")
        for value, fact in named
        if value is not None
    ]
    return sorted(found, key=lambda one: one.preferred)


def _language(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    named = _named_in("language", asked, said, _LANGUAGES.get)
    required = {one.value for one in named if not one.preferred}
    if len(required) >= requirements.ONE_OF and required & person.languages:
        named = [one for one in named if one.value in person.languages]
    return _held("language", person.languages, named)


def _licence(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    return _held("licence", person.licences, _named_in("licence", asked, said, _LICENCES.get))


def _held(name: str, held: frozenset[str], named: list[_Named]) -> Facet:
    """All that is named must be held; what is only preferred counts where nothing else is named."""
    named = [one for one in named if one.preferred == named[0].preferred]
    if not named:
        return Facet(name, "not stated")
    shown = [one for one in named if one.value not in held] or named
    says = ", ".join(dict.fromkeys(one.value for one in shown))
    state: State = "met" if shown[0].value in held else "not met"
    return Facet(name, state, says + _softly(shown[0]), shown[0].sentence)


def _education(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    named = _named_in("degree", asked, said, _SCHOOLS.get)
    if not named:
        return Facet("education", "not stated")
    least = min(named, key=lambda one: (one.preferred, one.value))
    met = least.value <= max(person.degree, 1)  # who names no school has been to one
    says = requirements.DEGREES[least.value] + _softly(least)
    return Facet("education", "met" if met else "not met", says, least.sentence)


def _experience(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    named = _named_in("years", asked, said, float)
    if not named:
        return Facet("experience", "not stated")
    least = min(named, key=lambda one: (one.preferred, one.value))
    if not least.value:
        return Facet("experience", "met", "none needed", least.sentence)
    says = f"{least.value:g} year{'' if least.value == 1 else 's'}" + _softly(least)
    if person.years is None:
        return Facet("experience", "open", says, least.sentence)
    return Facet("experience", "met" if person.years >= least.value else "not met", says, least.sentence)


def _softly(named: _Named) -> str:
    return " (preferred)" if named.preferred else ""
