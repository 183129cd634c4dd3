"""What was read of a person as fields of a form, and what they make of it: weighed, left out, added."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from werkzeug.datastructures import MultiDict

from matcher import profile, requirements, skills, weighing

WEIGHTS = {"": "as read", "more": "more", "less": "less", "out": "leave out"}
FIELDS = frozenset({"years", "degree"})  # that may hold what cannot be read
MOST_YEARS = 60
NO_YEARS = "Write the years as a number, such as 3, or leave them empty."
NO_DEGREE = "This is no degree of ours: choose one of those shown."


@dataclass(frozen=True)
class Row:
    """One thing that was read, what it may be given, and the sentence that says it, where one is at hand."""

    thing: weighing.Thing
    weights: Mapping[str, str]
    quote: str


def groups(person: profile.Profile, quotes: Mapping[str, str]) -> list[tuple[str, list[Row]]]:
    """All that was read and may be weighed, group by group."""
    left_out = {weight: WEIGHTS[weight] for weight in ("", "out")}
    rows = (
        Row(thing, WEIGHTS if thing.weighs else left_out, weighing.quote(thing.key, quotes))
        for thing in weighing.things(person)
    )
    return [(name, list(some)) for name, some in groupby(rows, key=lambda row: row.thing.group)]


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """What may be added by its name: the labels of things that are found in their own labels."""
    named = (one for one in skills.concepts().values() if weighing.group_of(one))
    found = (one.label for one in named if any(each.concept == one.id for each in skills.find(one.label)))
    return tuple(sorted(set(found), key=str.lower))


@dataclass(frozen=True)
class Told:
    """One of the few words that say what was read; with a key it can be left out."""

    label: str
    key: str


def told(person: profile.Profile) -> list[Told]:
    """What is ranked by, in few words."""
    return list(itertools.starmap(Told, weighing.named(person).items()))


def edited(person: profile.Profile, sent: MultiDict[str, str], problems: dict[str, str]) -> profile.Profile:
    """The profile as the form changes it; a form without such fields changes nothing.

    What cannot be read is a problem of its field. What was left out stays known, and can come back.
    """
    if "weigh" in sent:
        person = replace(person, weighed=_weighed(person, sent.getlist("weigh")))
    if out := sent.get("out", ""):
        left_out = _weighed(person, [f"out:{out}"])
        person = replace(person, weighed={**person.weighed, **left_out})
    if "years" in sent:
        person = _years(person, sent.get("years", "").strip(), problems)
    if degree := sent.get("degree", ""):
        if degree in map(str, range(len(requirements.DEGREES))):
            person = replace(person, degree=int(degree))
        else:
            problems["degree"] = NO_DEGREE
    if more := sent.get("add", "").strip():
        person = weighing.added(person, more)
    return person


def _weighed(person: profile.Profile, given: list[str]) -> dict[str, str]:
    """Of "more:to.zendesk" and the like what is known of this person."""
    known = {row.thing.key: row.weights for _, rows in groups(person, {}) for row in rows}
    asked = (one.partition(":")[::2] for one in given)
    return {key: weight for weight, key in asked if weight and weight in known.get(key, ())}


def _years(person: profile.Profile, said: str, problems: dict[str, str]) -> profile.Profile:
    try:
        years = float(said.replace(",", ".")) if said else None
    except ValueError:
        years = math.nan
    if years is not None and not 0 <= years <= MOST_YEARS:
        problems["years"] = NO_YEARS
        return person
    return replace(person, years=years)
