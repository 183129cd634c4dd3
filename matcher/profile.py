"""A person's text read into a Profile: a résumé of pages or a query of three words, by the same rules.

A résumé is cut into sentences of a kind (a wish, a headline, a post held, skills, prose, ...), and a term
counts by the kind of sentence it stands in: what someone wants weighs more than what someone did. Name,
address and contacts are not read, here or where they come again. What is negated ("no sales") is no wish.
"""

from __future__ import annotations

import functools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import xxhash

from matcher import filters, parsing, requirements, roles, skills, terms, text

MAX_TERMS = 500  # of a text; two pages have some 330
# How much the wishes, the headline, the titles of posts and all else together count, however long each is.
WEIGHTS = MappingProxyType({"wish": 1.0, "headline": 0.5, "post": 0.5, "else": 1.0})
# What a part's length is at least, as of the 8 and 64 words that posts and all else have in a résumé: else
# the one word that stands beside a headline ("Quick learner.") would weigh more than all of it. A wish may be
# short, but the one word of "want claims" does not make all that was done count for nothing.
LEAST = MappingProxyType({"wish": math.sqrt(4), "post": math.sqrt(8), "else": math.sqrt(64)})
MOST_SAID = 3  # times a term counts in a part: who writes "Zendesk" sixty times wants it no more
FAMILY = MappingProxyType({"wish": 2.0, "headline": 2.0, "post": 1.0})  # what a title says of the work wanted
WANTED = 2.0  # said so often, a family of work is wanted
UNREAD_CATEGORIES = frozenset({"benefit", "red_flag"})  # what an employer offers or does is nobody's skill
CONDITIONS = "conditions"
WORK = frozenset({"task", "domain"})  # of concepts, what is refused as a kind of work: "no collections"
LEADING = frozenset(("lead", "manager"))
ONLY_FILTERED = "schedule"  # of these, what ranks nobody: a shift only filters
FREE_WEEKENDS = "sh.no_weekends"
_PARTED = re.compile(r"[,:/.]|\b(?:or|and|at|in|as|for|with|where|that|who|which)\b|\d{4}")
_PLACE = re.compile(r"\bat (?:an?|the|my|our)\b[^,:/]*")  # "support agent at a web host" is no host
_BEFORE_TITLE = text.STOP | {"want", "wants", "do"}  # "would do call centre"
MOST_TITLE = 7  # words
DAYS = frozenset(  # when somebody would work, and not what
    "monday tuesday wednesday thursday friday saturday sunday weekday weekdays weekend weekends".split()
)
ASKING = frozenset(  # by which a wish says that it is one, and what no ad spells so
    "want wants wanted interested hope hopes hoping aim aiming prefer maybe ideally possibly something"
    " anything thank thanks yr yrs hr hrs".split()
)
WEIGHTS_GIVEN = ("more", "less", "out")  # by the person, to what was read


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a person's text, and no sentence of it.

    `terms` are weights before idf, of the MAX_TERMS heaviest. `concepts` and `unwanted` are ids. `years` is
    None where the text leaves it open, and then no number of years is too much to ask. `wishes` are those of
    the concepts that say when and how somebody would work, `place` where; both only stand beside what an ad
    says. `weighed` is what the person made of it: see matcher.weighing, whose `applied` is what is ranked.
    """

    terms: Mapping[str, float]
    concepts: frozenset[str]
    unwanted: frozenset[str]
    families: frozenset[str]
    levels: frozenset[str | None]
    years: float | None
    degree: int
    licences: frozenset[str]
    languages: frozenset[str]
    wishes: frozenset[str] = frozenset()
    place: str = ""
    weighed: Mapping[str, str] = field(default_factory=dict)

    @property
    def education(self) -> str:
        """The highest degree that the text names."""
        return requirements.DEGREES[self.degree]


def read(person: str) -> Profile:
    """What a résumé or a search says. Never raises: a text without a known word is an empty profile."""
    return of(parsing.parse(person))


def of(parsed: parsing.Parsed) -> Profile:
    """The profile of a text that has been parsed."""
    cut = parsed.sentences
    weights = _terms(parsed)
    named, unwanted = _named(cut), frozenset[str]().union(*(one.refused for one in cut))
    spare = (unwanted & set(terms.refusable())) - _named(one for one in cut if one.kind == "wish")
    families, levels = _wanted(cut)
    wishes, spared = _conditions(cut)
    unwanted = (unwanted - named - wishes | spare) | spared  # though held before
    return Profile(
        terms={term: weight for term, weight in weights.items() if concept_of(term) not in unwanted},
        concepts=named - _conditional(),
        unwanted=unwanted,
        families=families,
        levels=_or_plain(levels, named),
        years=_years(cut),
        degree=max((one.held.degree for one in cut), default=0),
        licences=frozenset[str]().union(*(one.held.licences for one in cut)),
        languages=frozenset[str]().union(*(one.held.languages for one in cut)),
        wishes=wishes,
        place=next((one.town for one in cut if one.town), ""),
    )


# ---------------------------------------------------------------------------------- to carry and back


def carried(person: Profile) -> dict[str, Any]:
    """The profile as JSON says it: ids, terms and numbers."""
    return {
        name: sorted(value, key=str) if isinstance(value, frozenset) else value
        for name, value in ((each.name, getattr(person, each.name)) for each in fields(person))
    }


def restored(told: Any) -> Profile:
    """The profile that `carried` told, equal to what it was.

    :raise ValueError: when it is none that we can rank by.
    """
    try:
        person = Profile(
            terms={str(term): float(weight) for term, weight in told["terms"].items()},
            **{name: frozenset(told[name]) for name in _SETS},
            years=None if told["years"] is None else float(told["years"]),
            degree=int(told["degree"]),
            place=str(told["place"]),
            weighed={str(key): str(weight) for key, weight in told["weighed"].items()},
        )
        sound = carried(person) == told and _is_sound(person)
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError) as error:
        raise ValueError("This is no profile: read the text again.") from error
    if not sound:
        raise ValueError("This is no profile of today: read the text again.")
    return person


_SETS = ("concepts", "unwanted", "families", "levels", "licences", "languages", "wishes")


def _is_sound(person: Profile) -> bool:
    """Whether all that it says is known, finite and bounded."""
    numbers = [*person.terms.values(), 1.0 + (person.years or 0.0)]
    return (
        len(person.terms) <= MAX_TERMS
        and all(0 < number < math.inf for number in numbers)
        and person.concepts | person.unwanted | person.wishes <= skills.concepts().keys()
        and len(person.place) <= filters.MOST_PLACE
        and len(person.weighed) <= MAX_TERMS
        and set(person.weighed.values()) <= set(WEIGHTS_GIVEN)
        and all(len(key) <= filters.MOST_PLACE for key in person.weighed)
        and all(isinstance(family, str) for family in person.families)
        and bool(person.levels)
        and person.levels <= set(terms.LEVELS)
        and 0 <= person.degree < len(requirements.DEGREES)
        and person.licences <= set(requirements.LICENCES)
        and person.languages <= set(requirements.LANGUAGES)
    )


# ---------------------------------------------------------------------------------- what they say


def _named(sentences: Iterable[parsing.Sentence]) -> frozenset[str]:
    return frozenset(mention.concept for one in sentences for mention in one.mentions)


def concept_of(term: str) -> str:
    """The concept that a term is, or that the word alone says ("zendesk", "night"); "" for any other word."""
    if term.startswith("concept:"):
        return term.removeprefix("concept:")
    said = skills.find(term) or skills.find(f"{term}s")  # terms are in the singular
    return said[0].concept if said else ""


def _terms(parsed: parsing.Parsed) -> dict[str, float]:
    """The weight of each term.

    Each part of WEIGHTS is a vector of damped counts, brought to its own length: ten years of history do not
    outweigh the one sentence that says what is wanted. In it the work weighs at least as much as when, where
    and how somebody would do it, and a wish of such conditions alone is no part: they count with the most.
    """
    counts = _counts(parsed)
    if not counts.get("wish"):
        most = max(WEIGHTS, key=lambda part: len(counts[part]))
        for term, count in counts.pop(CONDITIONS).items():
            counts[most][term] += count
    vectors = {part: _damped(counts[part]) for part in WEIGHTS}
    conditions = _damped(counts.get(CONDITIONS, {}))
    wish = vectors.get("wish", {})
    share = min(1.0, _length(wish) / (_length(conditions) or 1.0))
    for term, weight in conditions.items():
        wish[term] = max(wish.get(term, 0.0), share * weight)
    weights: dict[str, float] = defaultdict(float)
    for part, vector in vectors.items():
        length = max(_length(vector), LEAST.get(part, 0.0))
        for term, weight in vector.items():
            weights[term] += WEIGHTS[part] * weight / length
    heaviest = sorted(weights, key=lambda term: (-weights[term], _drawn(term)))[:MAX_TERMS]
    return {term: weights[term] for term in sorted(heaviest)}


def _counts(parsed: parsing.Parsed) -> dict[str, dict[str, int]]:
    """How often each part of WEIGHTS has each term; the wishes' CONDITIONS are apart."""
    counts: dict[str, dict[str, int]] = {part: defaultdict(int) for part in (*WEIGHTS, CONDITIONS)}
    for sentence in parsed.sentences:
        part = sentence.kind if sentence.kind in WEIGHTS else "else"
        for term, conditional in _counted(sentence, parsed):
            counts[CONDITIONS if conditional and part == "wish" else part][term] += 1
    return counts


def _damped(counts: Mapping[str, int]) -> dict[str, float]:
    return {term: 1 + math.log(min(count, MOST_SAID)) for term, count in counts.items()}


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight**2 for weight in vector.values()))


def _counted(sentence: parsing.Sentence, parsed: parsing.Parsed) -> Iterator[tuple[str, bool]]:
    """The terms of a sentence, and whether each is of a condition; a search asks for each word alike.

    A shift and the town that is wished for are terms of a search only. The days of "Monday to Friday" are
    none: every office names them, and a dental receptionist would get a summer job for them.
    """
    left_out = parsed.private
    if not parsed.is_search:
        left_out = left_out.union(text.tokens(sentence.town), ASKING)
    within: set[int] = set()
    in_week: set[int] = set()
    for mention in sentence.mentions:
        category = skills.concepts()[mention.concept].category
        conditional = category in parsing.CONDITIONS and not parsed.is_search
        if category not in UNREAD_CATEGORIES and (parsed.is_search or category != ONLY_FILTERED):
            yield terms.concept_term(mention.concept), conditional
        if conditional:
            within.update(range(mention.start, mention.end))
        if mention.concept == FREE_WEEKENDS:
            in_week.update(range(mention.start, mention.end))
    for at, token in enumerate(sentence.tokens):
        if token not in left_out and at not in in_week:
            conditional = at in within or (token in DAYS and not parsed.is_search)
            yield from ((word, conditional) for word in terms.words([token]))


@functools.cache
def _conditional() -> frozenset[str]:
    """The concepts of when and where somebody would work."""
    return frozenset(one.id for one in skills.concepts().values() if one.category in parsing.CONDITIONS)


def _conditions(sentences: Sequence[parsing.Sentence]) -> tuple[frozenset[str], frozenset[str]]:
    """When and how somebody would work, by wishes, headlines and lines of conditions, and would not.

    Who tells of nights may have worked them once; who says "no nights" speaks of today wherever it stands.
    """
    named = _named(one for one in sentences if one.kind in ("wish", "headline", "conditions"))
    refused = frozenset[str]().union(*(one.refused for one in sentences))
    if FREE_WEEKENDS in refused:  # "no weekends" asks for them
        named, refused = named | {FREE_WEEKENDS}, refused - {FREE_WEEKENDS} | {"sh.weekends"}
    spared = refused & _conditional()
    return named & _conditional() - spared, spared


def _drawn(term: str) -> int:
    """A number that says nothing of the term, and is always the same."""
    return xxhash.xxh64_intdigest(term.encode("utf-8", "replace"))


def _wanted(sentences: Sequence[parsing.Sentence]) -> tuple[frozenset[str], frozenset[str | None]]:
    """The families of work that are wanted, and the levels of the job titles that are."""
    levels: set[str | None] = set()
    families: dict[str, float] = defaultdict(float)
    for sentence in (one for one in sentences if one.kind in FAMILY):
        for role in _titles(_without_others(sentence)):
            if role.tier != "other":
                families[role.family if role.tier == "adjacent" else role.tier] += FAMILY[sentence.kind]
            leads = sentence.kind == "wish" and role.level in LEADING  # "ready to move up to supervisor"
            if leads or (role.tier != "other" and sentence.kind in ("wish", "headline")):
                levels.add(role.level)
    wanted = frozenset(family for family, weight in families.items() if weight >= WANTED)
    refused = {role.level for one in sentences for role in _titles(one.negated) if role.level in LEADING}
    known = skills.concepts()
    unwanted = [known[concept] for one in sentences for concept in one.refused]
    left = {roles.classify(one.label).family for one in unwanted if one.category in WORK}
    return wanted - left, frozenset(levels - refused)


def _or_plain(levels: frozenset[str | None], named: frozenset[str]) -> frozenset[str | None]:
    """The levels of a text; who names none is a plain agent, or begins where they have done nothing yet."""
    return levels if levels - {None} else frozenset({"entry" if "ex.none" in named else None})


def _without_others(sentence: parsing.Sentence) -> str:
    """What a sentence says, without the phrases that mean another thing here: a store's "service desk"."""
    said = sentence.said
    meant = {(one.start, one.end) for one in sentence.mentions}
    for start, end, _ in skills.phrases().find(sentence.tokens):
        if end > start + 1 and (start, end) not in meant:
            said = re.sub(r"\W+".join(map(re.escape, sentence.tokens[start:end])), "", said, flags=re.I)
    return said


def _titles(said: str) -> Iterator[roles.Role]:
    """The kind of work that each part of a sentence names, as if it were a title; not where it was done."""
    for part in _PARTED.split(_PLACE.sub(",", said)):
        words = part.split()
        while words and words[0].lower() in _BEFORE_TITLE:
            del words[0]
        if 0 < len(words) <= MOST_TITLE:
            yield roles.classify(" ".join(words))


def _years(sentences: Sequence[parsing.Sentence]) -> float | None:
    """Years of experience as stated up front, else as the posts add up to; None when they are open.

    Without a clock "2019 - now" has no length, and with one a score would change overnight.
    """
    stated = [one.held.years for one in sentences if one.kind in ("headline", "wish")]
    if max(stated, default=0.0):
        return max(stated)
    spans = [span for sentence in sentences for span in parsing.SPAN.findall(sentence.said)]
    if not spans or any(now for _, now, _ in spans):
        return None
    return float(
        sum(max(0, int(end if len(end) == 4 else start[:2] + end) - int(start)) for start, _, end in spans)
    )
