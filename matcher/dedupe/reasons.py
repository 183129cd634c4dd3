"""Comparisons in words: why two ads are one job, one campaign or one template, or what keeps them apart."""

from __future__ import annotations

from matcher.dedupe.ads import Features
from matcher.dedupe.compare import Comparison
from matcher.dedupe.signs import Signs

_EMPLOYERS = {
    "same": "same employer: {a}",
    "kin": "employers that go together: {a} / {b}",
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
    "near": "one town, the exact place told differently",
    "part": "one place holds the other",
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
        evidence = [words for words in evidence if words != weakest]
    return (against + evidence) if relation == "different" else (evidence + against)


def _evidence(found: Comparison, a: Signs, b: Signs) -> list[str]:
    told = []
    if found.requisition:
        told.append("same requisition " + " ".join(sorted(a.requisitions & b.requisitions)))
    if found.address:
        told.append("same address")
    told.append(
        "same text"
        if a.digest == b.digest and len(a.words)
        else f"text {found.text:.0%} contained".replace("%", " %")
    )
    told.append(_TITLES[found.title].format(a=a.ad.title.strip(), b=b.ad.title.strip()))
    told.append(_EMPLOYERS[found.employer].format(a=a.ad.organization or "-", b=b.ad.organization or "-"))
    told.append(_PLACES[found.place].format(a=place(a), b=place(b)))
    if found.recruiter:
        told.append("same recruiter's contact")
    return told


def _differing(found: Comparison) -> list[str]:
    told = [f"other words: {phrase}" for phrase in found.replaced[:3]]
    if found.days:
        told.append(f"{found.days} day{'s' if found.days > 1 else ''} apart")
    return told


def _weakest(found: Comparison, a: Signs, b: Signs) -> str:
    """The one feature that a merge fails on, where no conflict does."""
    if found.employer == "different":
        return _EMPLOYERS["different"].format(a=a.ad.organization or "-", b=b.ad.organization or "-")
    if found.title == "different":
        return _TITLES["different"].format(a=a.ad.title.strip(), b=b.ad.title.strip())
    if found.place in ("different", "part", "unknown"):
        return _PLACES[found.place].format(a=place(a), b=place(b))
    if found.text >= 0.9:
        return "the text alone is not enough for " + (
            "an employer that is not named" if found.employer == "unknown" else "nearly equal titles"
        )
    return f"only {found.text:.0%} of the shorter text is in the longer".replace("%", " %")


def place(one: Signs) -> str:
    """The first place of an ad as stated."""
    stated = [" ".join(part for part in spot if part) for spot in one.ad.places]
    return (
        (stated[0] + (f" and {len(stated) - 1} more" if len(stated) > 1 else ""))
        if stated
        else one.ad.remote or "not stated"
    )
