"""Comparisons in words: why two ads are one job, one campaign or one template, or what keeps them apart."""

from __future__ import annotations

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
    "different": "different titles: {a} / {b}",
}
_PLACES = {
    "same": "same place",
    "near": "same town, written differently",
    "part": "one ad names more places than the other",
    "unknown": "a place is not stated",
    "different": "different places: {a} / {b}",
}


def features(found: Comparison) -> Features:
    """The named features of a comparison, as they are exported."""
    return {
        "employer": found.employer,
        "title": found.title,
        "place": found.place,
        "text_contained": round(found.text, 3),
        "text_contained_back": round(found.text_back, 3),
        "words_compared": found.words,
        "same_requisition": found.requisition,
        "same_recruiter": found.recruiter,
        "same_address": found.address,
        "pay": found.pay,
        "days_apart": found.days,
        "phrases_replaced": len(found.replaced),
        "conflicts": ", ".join(sorted({conflict.kind for conflict in found.conflicts})) or None,
    }


def told(found: Comparison, a: Signs, b: Signs, relation: str) -> list[str]:
    """Why the two stand in `relation`, the weightiest first: each a few words with its evidence."""
    evidence = _evidence(found, a, b)
    against = [
        f"kept apart: {conflict.kind} ({conflict.left or 'not said'} / {conflict.right or 'not said'})"
        for conflict in found.conflicts
    ]
    if relation == "job":
        return evidence + _differing(found)
    if relation == "different" and not against:
        weakest = _weakest(found, a, b)
        against = [f"kept apart: {weakest}"]
        evidence = [words for words in evidence if words not in weakest]
    return (against + evidence) if relation == "different" else (evidence + against)


def _evidence(found: Comparison, a: Signs, b: Signs) -> list[str]:
    told = []
    if found.requisition:
        shared = [a.requisitions[key] for key in sorted(a.requisitions.keys() & b.requisitions.keys())]
        told.append(f"same requisition number {' and '.join(shared)}")
    if found.address:
        told.append("same web address")
    told.append("same text" if a.digest == b.digest and len(a.words) else _text(found))
    told.append(_TITLES[found.title].format(a=a.ad.title.strip(), b=b.ad.title.strip()))
    told.append(_employers(found, a, b))
    told.append(_places(found, a, b))
    if found.recruiter:
        told.append("same recruiter's contact")
    return told


def _text(found: Comparison) -> str:
    if not found.words:
        return "an ad has no text"
    if found.text == 1:
        return "the shorter text stands word for word in the longer one"
    return f"{int(100 * found.text)} % of the shorter text stands in the longer one"


def _employers(found: Comparison, a: Signs, b: Signs) -> str:
    names = a.ad.organization or "-", b.ad.organization or "-"
    kind = found.employer
    if kind == "kin" and "-" in names:
        kind = "unknown"  # what holds them together is the recruiter, who is named
    return _EMPLOYERS[kind].format(a=names[0], b=names[1])


def _places(found: Comparison, a: Signs, b: Signs) -> str:
    remote = a.where.remote and b.where.remote
    if found.place == "near" and remote:
        return "both remote, open to some of the same places"
    spots = sorted((*a.where.spots, *b.where.spots), key=lambda spot: not spot.town)
    if found.place == "part" and len(a.where.spots) == len(b.where.spots) == 1 and not remote:
        named, wide = spots
        if named.town and not wide.town and (wide.region or wide.country):
            around = "region" if wide.region else "country"
            return f"one ad names the town, the other the {around} around it"
        return "one place holds the other"
    return _PLACES[found.place].format(a=place(a), b=place(b))


def _differing(found: Comparison) -> list[str]:
    told = [f"other words: {phrase}" for phrase in found.replaced[:3]]
    if found.days:
        told.append(f"posted {found.days} day{'s' if found.days > 1 else ''} apart")
    return told


def _weakest(found: Comparison, a: Signs, b: Signs) -> str:
    """The one feature that a merge fails on, where no conflict does."""
    if found.employer == "different":
        return _employers(found, a, b)
    if found.title == "different":
        return _TITLES["different"].format(a=a.ad.title.strip(), b=b.ad.title.strip())
    if found.place in ("different", "part", "unknown"):
        return _places(found, a, b)
    if found.text >= 0.9:
        return "the text alone is not enough for " + (
            "an employer that is not named" if found.employer == "unknown" else "nearly equal titles"
        )
    return f"only {_text(found)}" if found.words else _text(found)


def place(one: Signs) -> str:
    """The first place of an ad as stated."""
    stated = [" ".join(part for part in spot if part) for spot in one.ad.places]
    return (
        (stated[0] + (f" and {len(stated) - 1} more" if len(stated) > 1 else ""))
        if stated
        else one.ad.remote or "not stated"
    )
