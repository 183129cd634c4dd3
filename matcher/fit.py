"""The facets of a job beside what a person has and wishes: met, not met, open, or not stated by the ad.

*Open*: the ad says it, and the text or the filters do not say what is wanted. Language, licence, education
and experience go by the very requirements that lower a score; what an ad only prefers is told as preferred.
Shift, place, remote area and pay are conditions: nothing here changes a score.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, Protocol

from matcher import facets, filters, gazetteer, places, profile, quoting, requirements

State = Literal["met", "not met", "open", "not stated"]
NEAR = 50.0  # km that count as near where nobody says how far
FACETS = ("shift", "place", "remote area", "pay", "language", "licence", "education", "experience")

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
    said = facets.read(job.description, job.title)
    asked = list(requirements.told(job.title, job.description))
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

Asked = Sequence[tuple[str, float | int | str, str]]


def _language(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    required = {str(value): sentence for name, value, sentence in asked if name == "language"}
    preferred = {
        fact.value.capitalize(): fact.evidence
        for fact in said
        if fact.facet == "language" and fact.value.capitalize() in requirements.LANGUAGES
    }
    return _held("language", person.languages, required, preferred)


def _licence(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    required = {str(value): sentence for name, value, sentence in asked if name == "licence"}
    preferred = {
        fact.value: fact.evidence
        for fact in said
        if fact.facet == "licence" and fact.value in requirements.LICENCES
    }
    return _held("licence", person.licences, required, preferred)


def _held(name: str, held: frozenset[str], required: dict[str, str], preferred: dict[str, str]) -> Facet:
    """All that is required counts; where nothing is, all that is named besides."""
    named = required or preferred
    if not named:
        return Facet(name, "not stated")
    lacking = [one for one in named if one not in held]
    shown = lacking or list(named)
    says = ", ".join(shown) + ("" if required else " (not required)")
    return Facet(name, "not met" if lacking else "met", says, named[shown[0]])


def _education(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    required = [(int(value), sentence) for name, value, sentence in asked if name == "degree"]
    named = [(_SCHOOLS[fact.value], fact.evidence) for fact in said if fact.facet == "education"]
    if not required and not named:
        return Facet("education", "not stated")
    degree, evidence = min(required or named, key=lambda one: one[0])
    says = requirements.DEGREES[degree] + ("" if required else " (not required)")
    met = degree <= max(person.degree, 1)  # who names no school has been to one
    return Facet("education", "met" if met else "not met", says, evidence)


def _experience(person: profile.Profile, asked: Asked, said: Sequence[facets.Fact]) -> Facet:
    required = [(float(value), sentence) for name, value, sentence in asked if name == "years"]
    named = [(float(fact.value), fact.evidence) for fact in said if fact.facet == "experience"]
    if not required and not named:
        return Facet("experience", "not stated")
    years, evidence = min(required or named, key=lambda one: one[0])
    says = f"{years:g} year{'' if years == 1 else 's'}" if years else "none needed"
    says += "" if required or not years else " (not required)"
    if not years:
        return Facet("experience", "met", says, evidence)
    if person.years is None:
        return Facet("experience", "open", says, evidence)
    return Facet("experience", "met" if person.years >= years else "not met", says, evidence)
