"""The sentences of a résumé and of an ad that carry what a match is made of, or demand something.

Contacts are cut on both sides: nobody's address is quoted.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from matcher import demands, parsing, profile, skills, terms, text

MAX_QUOTE = 240  # characters
MAX_AD = 40_000  # characters of an ad that are quoted from

Clause = tuple[str, demands.Demand | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an ad with the heading over it, and the terms and concepts in it."""

    said: str
    heading: str
    terms: frozenset[str]
    concepts: tuple[str, ...]


@functools.lru_cache(maxsize=512)  # the best ads of one page are often the next one's
def lines(title: str, body: str) -> tuple[Line, ...]:
    """The title of an ad and its sentences, in order; those without a word are left out."""
    said = _said(title, body)
    tokens = [text.tokens(sentence) for sentence, _ in said]
    return tuple(
        Line(*told, _terms(words, concepts := _concepts(words)), concepts)
        for told, words in zip(said, tokens, strict=True)
        if words
    )


def _said(title: str, body: str) -> list[tuple[str, str]]:
    title, body = (text.without_contacts(said) for said in (" ".join(title.split()), body[:MAX_AD]))
    return [(title, ""), *demands.headed(body)]


def _concepts(tokens: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.concept for mention in skills.find_in(tokens)))


def _terms(tokens: list[str], concepts: tuple[str, ...]) -> frozenset[str]:
    return frozenset({*map(terms.fold, tokens), *map(terms.concept_term, concepts)})


def demand(line: Line) -> dict[str, demands.Demand | None]:
    """How a line demands each concept it names: "must", "nice", or not, where it only tells of it."""
    return _demands(demands.clauses(line.said, line.heading), line.concepts)


def demanded(title: str, body: str) -> dict[str, demands.Demand]:
    """The concepts that an ad demands, each as the line does that demands it most.

    As `demand` says of each of its lines, in less time: most demand nothing, and are not searched.
    """
    found: dict[str, demands.Demand] = {}
    for said, heading in _said(title, body):
        clauses = demands.clauses(said, heading)
        if any(kind for _, kind in clauses):
            for concept, kind in _demands(clauses, _concepts(text.tokens(said))).items():
                if kind and found.get(concept) != "must":
                    found[concept] = kind
    return dict(sorted(found.items()))


def _demands(clauses: list[Clause], concepts: tuple[str, ...]) -> dict[str, demands.Demand | None]:
    """How the first clause that names each of a line's concepts demands it."""
    if len(clauses) == 1:
        return dict.fromkeys(concepts, clauses[0][1])
    named = [(_concepts(text.tokens(clause)), kind) for clause, kind in clauses] if concepts else []
    return {one: next((kind for some, kind in named if one in some), None) for one in concepts}


def carrying(ad: tuple[Line, ...], shares: Mapping[str, float]) -> dict[str, str]:
    """For each term the sentence of an ad that carries it: of those that have it, the one that carries most.

    The title only where no sentence has the term.
    """
    weighed = [(sum(shares[term] for term in sorted(line.terms & shares.keys())), line) for line in ad]
    found: dict[str, str] = {}
    for _, line in [*sorted(weighed[1:], key=lambda pair: -pair[0]), *weighed[:1]]:
        for term in line.terms & shares.keys():
            found.setdefault(term, clipped(line.said))
    return found


def quotes(parsed: parsing.Parsed) -> dict[str, str]:
    """The sentence of a text that says each thing which a profile has of it: the heaviest, to be shown.

    By term, and by "unwanted:…", "language:…", "licence:…", "years" and "degree". The words of the name and
    the address are left out of them. They are for the answer to this very text, and never kept.
    """
    found: dict[str, str] = {}
    for sentence in sorted(parsed.sentences, key=lambda one: -profile.WEIGHTS.get(one.kind, 1.0)):
        refused = {f"unwanted:{one}" for one in sentence.refused}
        for said, keys in ((sentence.whole, _held(sentence)), (sentence.negated, refused)):
            if new := keys - found.keys():
                found |= dict.fromkeys(new, clipped(_without(parsed.private, said)))
    return found


def _without(private: frozenset[str], said: str) -> str:
    """A sentence with "…" for the words of the name and the address."""
    if private.isdisjoint(text.tokens(said)):
        return said
    return " ".join("…" if not private.isdisjoint(text.tokens(word)) else word for word in said.split())


def _held(sentence: parsing.Sentence) -> set[str]:
    keys = {*terms.words(sentence.tokens)}
    keys |= {terms.concept_term(mention.concept) for mention in sentence.mentions}
    keys |= {f"language:{one}" for one in sentence.held.languages}
    keys |= {f"licence:{one}" for one in sentence.held.licences}
    if sentence.held.degree:
        keys.add("degree")
    if sentence.held.years and sentence.kind in ("headline", "wish"):
        keys.add("years")
    return keys


def clipped(said: str) -> str:
    """A sentence as it is shown: not long, and without unseen signs, which may turn a line around."""
    if not said.isascii():
        said = "".join(sign for sign in said if unicodedata.category(sign) != "Cf")
    return said if len(said) <= MAX_QUOTE else f"{said[: MAX_QUOTE - 1]}…"
