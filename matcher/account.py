"""The whole why of a match, with the ad's text at hand: what made its score, what it asks for, its facets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher import filters, fit, profile, quoting, skills, terms, why

DEMANDS = ("must", "nice", "told")
_DEGREES = {"ed.hs": 1, "ed.some_college": 1, "ed.associate": 2, "ed.bachelor": 3, "ed.master": 4}
# Who has the one has the other, whatever it is called.
_IMPLIED = {
    "to.crm": "to.salesforce to.hubspot to.zoho to.dynamics to.oracle_service",
    "to.ticketing": "to.zendesk to.freshdesk to.servicenow to.jira to.helpdesk_saas to.gorgias to.kustomer"
    " to.help_scout to.front to.gladly",
    "to.helpdesk_saas": "to.zendesk to.freshdesk to.gorgias to.kustomer to.help_scout to.front to.gladly",
    "to.livechat_sw": "to.intercom ch.chat",
    "to.ms_office": "to.excel to.word to.outlook to.powerpoint to.access_db",
    "to.word": "to.ms_office",
    "to.outlook": "to.ms_office",
    "to.acd": "to.genesys to.five9 to.nice_cxone to.talkdesk to.amazon_connect to.avaya to.cisco_cc",
    "to.voip": "to.ringcentral to.8x8 to.dialpad to.aircall to.five9",
    "to.ecommerce": "to.shopify to.amazon_seller",
    "ch.phone": "ch.inbound ch.outbound ch.call_center ex.cc",
    "ch.call_center": "ex.cc",
    "ex.cs": "ex.cc ch.call_center ch.inbound",
    "ex.cc": "ch.call_center",
    "hs.typing": "hs.wpm",
    "hs.computer": "to.ms_office to.excel to.word to.windows to.crm to.salesforce to.zendesk hs.data_entry",
    "so.customer_focus": "ex.cs ex.cc",
}
_IMPLIES = {general: frozenset(special.split()) for general, special in _IMPLIED.items()}


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
        alone = next((terms.concept_term(mention.concept) for mention in skills.find(key)), key)
        shares[alone if alone in shared else key] += share
    carried = quoting.carrying(ad, shares)
    for key in sorted(shares, key=lambda key: (-shares[key], key)):
        concept = concepts.get(key.removeprefix("concept:"))
        label = concept.label if concept and key.startswith("concept:") else key
        yield Part(label, shares[key], quotes.get(key, ""), carried.get(key, ""))


def _lacks(ad: tuple[quoting.Line, ...], person: profile.Profile) -> Iterator[Lack]:
    """Each concept that the ad names and the person lacks once, where it is demanded most."""
    found: dict[str, list[quoting.Line]] = defaultdict(list)
    for line in ad:
        for concept in line.concepts:
            if _is_asked(concept) and not _has(person, concept):
                found[concept].append(line)
    known = skills.concepts()
    for concept, lines in found.items():
        demanded = [(quoting.demand(line, concept) or "told", line.said) for line in lines]
        kind, said = min(demanded, key=lambda one: DEMANDS.index(one[0]))
        yield Lack(known[concept].label, kind, quoting.clipped(said))


def _is_asked(concept: str) -> bool:
    category = skills.concepts()[concept].category
    return category not in why.OFFERED and category not in why.UNASKED and concept not in why.UNASKED


def _has(person: profile.Profile, concept: str) -> bool:
    if concept in _DEGREES:
        return _DEGREES[concept] <= max(person.degree, 1)  # who names no school has been to one
    if concept == "la.bilingual" and person.languages:
        return True
    return concept in person.concepts or bool(_IMPLIES.get(concept, frozenset()) & person.concepts)
