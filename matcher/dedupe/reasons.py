"""Comparisons in words: why two ads are one job, one campaign or one template, or what keeps them apart."""

from __future__ import annotations

import dataclasses
import re

from matcher.dedupe import facts, model, relation, snippets, titles
from matcher.dedupe.ads import Features
from matcher.dedupe.compare import Comparison
from matcher.dedupe.signs import Signs

_EMPLOYERS = {
    "same": "same employer: {a}",
    "kin": "same employer under two names: {a} and {b}",
    "unknown": "an employer is not named",
    "different": "different employers: {a} / {b}",
}
_TITLES = {
    "same": "same title",
    "near": "titles nearly the same: {a} / {b}",
    "head": "titles that begin alike and end otherwise: {a} / {b}",
    "different": "different titles: {a} / {b}",
}
_PLACES = {
    "same": "same place",
    "near": "same town, written differently",
    "part": "one ad names more places than the other",
    "unknown": "a place is not stated",
    "different": "different places: {a} / {b}",
}

THROUGH = "joined through other copies"  # of a pair that is one job, though not by itself

_SHARES = ("text_contained", "text_contained_back")


def features(found: Comparison) -> Features:
    """The named features of a comparison: all that the model goes by."""
    told = {one.name: getattr(found.facts, one.name) for one in dataclasses.fields(found.facts)}
    return told | {name: round(told[name], 3) for name in _SHARES}


def measured(found: Comparison, a: Signs, b: Signs) -> Features:
    """The features as they are exported: None where the texts were not read beside each other."""
    told = features(found)
    if a.digest == b.digest and len(a.words):
        return told  # nothing is replaced or added: that is known without reading
    if not _read(found, a, b):
        return told | {"phrases_replaced": None, "words_added": None}
    return told | ({"words_added": None} if snippets.inside(a, b) else {})


def _read(found: Comparison, a: Signs, b: Signs) -> bool:
    """Whether the texts were read beside each other: not where the fields tell the two apart already."""
    apart = (
        "different" in (found.facts.employer, found.facts.title)
        or found.facts.text_contained < model.WORTH_READING
    )
    employer = facts.employers(a, b)
    said = facts.conflicts(
        a,
        b,
        employer=employer,
        opening=found.facts.same_requisition,
        money=found.facts.pay,
        board=found.facts.one_source,
    )
    if found.facts.place == "different" or (found.facts.same_address and found.facts.title == "same"):
        said = [one for one in said if one.kind not in facts.OWN_TO_A_PLACE]
    return not apart and not said


def told(found: Comparison, a: Signs, b: Signs, outcome: str) -> list[str]:
    """Why the two stand in `outcome`, the weightiest first: each a few words with its evidence."""
    evidence = _evidence(found, a, b)
    against = [
        f"kept apart: {conflict.kind} ({conflict.left or 'not said'} / {conflict.right or 'not said'})"
        for conflict in found.conflicts
    ]
    if outcome == "job":
        return evidence + _differing(found)
    if outcome == found.relation == "different" and not against:
        weakest = _weakest(found, a, b)
        against = [f"kept apart: {weakest}"]
        evidence = [words for words in evidence if words not in weakest]
    return (against + evidence) if outcome == "different" else (evidence + against)


def _evidence(found: Comparison, a: Signs, b: Signs) -> list[str]:
    told = []
    if found.facts.same_requisition:
        shared = [a.requisitions[key] for key in sorted(a.requisitions.keys() & b.requisitions.keys())]
        told.append(f"same requisition number {' and '.join(shared)}")
    if found.facts.same_address:
        told.append("same web address")
    told.append("same text" if a.digest == b.digest and len(a.words) else _text(found))
    told.append(_TITLES[found.facts.title].format(a=a.ad.title.strip(), b=b.ad.title.strip()))
    told.append(_employers(found, a, b))
    told.append(_places(found, a, b))
    if found.facts.same_recruiter:
        told.append("same recruiter's contact")
    return told


def _text(found: Comparison) -> str:
    if not found.facts.words_compared:
        return "an ad has no text"
    if found.facts.text_contained == 1:
        return "the shorter text stands word for word in the longer one"
    return f"{int(100 * found.facts.text_contained)} % of the shorter text stands in the longer one"


def _employers(found: Comparison, a: Signs, b: Signs) -> str:
    names = a.ad.organization or "-", b.ad.organization or "-"
    kind = found.facts.employer
    if kind == "kin" and "-" in names:
        kind = "unknown"  # what holds them together is the recruiter, who is named
    return _EMPLOYERS[kind].format(a=names[0], b=names[1])


def _places(found: Comparison, a: Signs, b: Signs) -> str:
    for kind, left, right in titles.conflicts(a.title, b.title):
        if kind == "place":
            return f"the titles name different places: {left} / {right}"
    remote = a.where.remote and b.where.remote
    if found.facts.place == "near" and remote:
        return "both remote, open to some of the same places"
    spots = sorted((*a.where.spots, *b.where.spots), key=lambda spot: not spot.town)
    if found.facts.place == "part" and len(a.where.spots) == len(b.where.spots) == 1 and not remote:
        named, wide = spots
        if named.town and not wide.town and (wide.region or wide.country):
            around = "region" if wide.region else "country"
            return f"one ad names the town, the other the {around} around it"
        return "one place holds the other"
    return _PLACES[found.facts.place].format(a=place(a), b=place(b))


def _differing(found: Comparison) -> list[str]:
    told = [f"other words: {phrase}" for phrase in found.replaced[:3]]
    if found.facts.words_added:
        told.append(_added(found))
    if found.facts.days_apart:
        told.append(f"posted {found.facts.days_apart} day{'s' if found.facts.days_apart > 1 else ''} apart")
    return told


def _added(found: Comparison) -> str:
    return f"{found.facts.words_added} word{'s' if found.facts.words_added > 1 else ''} in one text only"


def _weakest(found: Comparison, a: Signs, b: Signs) -> str:
    """The one feature that a merge fails on, where no conflict does."""
    if found.facts.employer == "different":
        return _employers(found, a, b)
    if found.facts.title in ("different", "head"):
        return _TITLES[found.facts.title].format(a=a.ad.title.strip(), b=b.ad.title.strip())
    if found.facts.place in ("different", "part", "unknown"):
        return _places(found, a, b)
    if found.facts.place == "near" and found.facts.one_source:
        return "two addresses in one town"
    if not found.facts.words_compared:
        return _text(found)
    weakest = model.weakest(found.facts)
    if found.facts.text_contained < relation.SAME_TEXT or weakest == model.TEXT:
        return f"only {_text(found)}"
    if found.probability >= relation.JOINED:
        vague = (
            "an employer that is not named" if found.facts.employer == "unknown" else "nearly equal titles"
        )
        return f"the text alone is not enough for {vague}"
    return {
        "few words": f"the texts have only {found.facts.words_compared} words to compare",
        "phrases replaced": f"{len(found.replaced)} phrases were replaced",
        "words added": _added(found),
        "pay different": "pay differs",
    }.get(weakest, f"{weakest}")


def place(one: Signs) -> str:
    """The first place of an ad as stated."""
    stated = [" ".join(part for part in spot if part) for spot in one.ad.places]
    return (
        (stated[0] + (f" and {len(stated) - 1} more" if len(stated) > 1 else ""))
        if stated
        else one.ad.remote or "not stated"
    )


_AGAINST = (
    *("kept apart", "different ", "titles that begin alike", "the titles name different", "other words"),
    *("only ", "an employer is not named", "an ad has no text", "a place is not stated"),
)


def against(reason: str) -> bool:
    """Whether a reason speaks against one job."""
    little = re.match(r"[1-4]?\d % of the shorter text", reason)
    return bool(little) or reason.startswith(_AGAINST) or reason.endswith((" in one text only", " apart"))
