"""The whole why of a match, with the ad's text at hand: what made its score, what it asks for, its facets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher import filters, fit, lacking, profile, quoting, skills, terms, why

DEMANDS = ("must", "nice", "told")


@dataclass(frozen=True, slots=True)
class Part:
    """What a term made of a score: its share of it, and the sentences of both texts that carry it.

    `yours` is "" where the person's text is not at hand, as on every page but the first.
    """

    term: str
    share: float
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Lack:
    """What an ad names and the text does not: whether it must be, is nice to have, or is only told."""

    label: str
    demand: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Account:
    """All parts, the greatest first, their shares sum to 1; what is lacking, by DEMANDS; every facet."""

    parts: tuple[Part, ...]
    lacks: tuple[Lack, ...]
    facets: tuple[fit.Facet, ...]


def of(
    match: why.Match,
    person: profile.Profile,
    wanted: filters.Filters,
    job: fit.Job,
    quotes: Mapping[str, str] | None = None,
) -> Account:
    """The account of one match; `quotes` are quoting.quotes of the person's text, while that is at hand."""
    ad = quoting.lines(job.title, job.description)
    return Account(
        tuple(_parts(match, ad, quotes or {})),
        tuple(sorted(_lacks(ad, person), key=lambda lack: DEMANDS.index(lack.demand))),
        fit.facets_of(person, wanted, job),
    )


def _parts(match: why.Match, ad: tuple[quoting.Line, ...], quotes: Mapping[str, str]) -> Iterator[Part]:
    """A concept together with the words that alone say it: "Zendesk" and "zendesk" are one part."""
    concepts = skills.concepts()
    shared = set(match.keys)
    shares: dict[str, float] = defaultdict(float)
    for key, (_, share) in zip(match.keys, match.terms, strict=True):
        alone = terms.concept_term(profile.concept_of(key))
        shares[alone if alone in shared else key] += share
    carried = quoting.carrying(ad, shares)
    for key in sorted(shares, key=lambda key: (-shares[key], key)):
        concept = concepts.get(key.removeprefix("concept:"))
        label = concept.label if concept and key.startswith("concept:") else key
        yield Part(label, shares[key], quotes.get(key, ""), carried.get(key, ""))


def _lacks(ad: tuple[quoting.Line, ...], person: profile.Profile) -> Iterator[Lack]:
    """Each concept that the ad names and the person lacks once, where it is demanded most."""
    found: dict[str, tuple[str, str]] = {}
    for line in ad:
        for concept, demand in quoting.demand(line).items():
            kind: str = demand or "told"
            if concept not in found or DEMANDS.index(kind) < DEMANDS.index(found[concept][0]):
                found[concept] = (kind, line.said)
    known = skills.concepts()
    for concept, (kind, said) in found.items():
        if lacking.is_asked(concept) and not lacking.has(person, concept):
            yield Lack(known[concept].label, kind, quoting.clipped(said))
