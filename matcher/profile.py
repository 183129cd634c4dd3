"""A person's text read into a Profile: a résumé of pages or a query of three words, by the same rules.

A résumé is cut into sentences of a kind (a wish, a headline, a post held, skills, prose, ...), and a term
counts by the kind of sentence it stands in: what someone wants weighs more than what someone did. Name,
address and contacts are not read, here or where they come again. What is negated ("no sales") is no wish.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import xxhash

from matcher import filters, places, requirements, roles, skills, terms, text

MAX_TEXT = 50_000  # characters that are read: two pages have some 6,000; it takes half a second at worst
MAX_LINES = 1_000
MAX_TERMS = 500  # of a text; two pages have some 330
# How much the wishes, the headline, the titles of posts and all else together count, however long each is.
WEIGHTS = MappingProxyType({"wish": 1.0, "headline": 0.5, "post": 0.5, "else": 1.0})
FAMILY = MappingProxyType(
    {"wish": 2.0, "headline": 2.0, "post": 1.0, "work": 0.5}
)  # what a job title says of the work wanted
WANTED = 2.0  # said so often, a family of work is wanted
UNREAD_CATEGORIES = frozenset({"benefit", "red_flag"})  # what an employer offers or does is nobody's skill
WISHED = frozenset({"schedule", "work_mode", "employment"})  # conditions: where and when somebody would work
FREE_WEEKENDS = "sh.no_weekends"
WEIGHTS_GIVEN = ("more", "less", "out")  # by the person, to what was read

_SECTIONS = {
    "wish": r"(?:career |job )?(?:objective|target|goals?)|desired (?:position|role|job)|wanted",
    "skills": r"(?:core |key |technical |soft |computer )?(?:skills?|competenc\w+|strengths)|skill set|tools"
    r"|software|languages?",
    "work": r"(?:work |professional |relevant )?(?:experience|history)|employment(?: history)?"
    r"|what i have done|volunteer\w*",
    "education": r"education|certifications?|certificates?|licen[sc]es|training|courses",
    "conditions": r"availability|available|schedule|hours|references?|home office|interests|hobbies",
}
_SECTION = re.compile(
    "|".join(rf"(?P<{kind}>^\W*(?:{words})\s*(?::|$))" for kind, words in _SECTIONS.items()), re.I
)
_WISH = re.compile(
    r"\b(?:looking (?:for|to)|seeking|(?:i )?wants?(?: to\b|:| )|(?:i'd|i would|would) (?:like|love)"
    r"|interested in|aiming (?:at|for|to)|next step:|roles?:|hop(?:e|ing) to|applying for)",
    re.I,
)
_NEGATION = re.compile(
    r"\b(?:not|never|without|neither|nor|avoid|instead of|rather than|tired of|away from|cannot|anything but"
    r"|(?:get|getting) out of|no(?! (?:experience|problem)))\b|n't\b",
    re.I,
)
_STOP = re.compile(r"(?<=[a-z\d)][.!?])\s+")  # "... or training. $30 an hour"
_CLAUSE = re.compile(r"[,;()]|\bbut\b|\binto\b|\s[-–—]\s(?=not?\b|never\b)")
_SPAN = re.compile(
    r"\b((?:19|20)\d\d)\b\s*(?:-|–|—|to|until)\s*(?:(now|present|today|current|date)|((?:19|20)?\d\d)\b)",
    re.I,
)
_TOWN = re.compile(
    r"\b(?:in|near|around)\s+"
    r"((?:[A-Z][\w.'-]{1,30} ){0,3}[A-Z][\w.'-]{1,30}, ?(?:[A-Z]{2}\b|[A-Z][a-z]{2,20}))"
)
_SELF = re.compile(r"\b(?:I|I'[a-z]+|[Mm]y|me)\b")
_BODY = re.compile(rf"{_SECTION.pattern}|{_SPAN.pattern}|^[*•-]", re.I)
_HEADER = 5  # lines in which a name and an address stand
_HEADER_PART = re.compile(r"\s*[|•·,;/\t()]\s*|\s+[-–—]\s+")


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


@dataclass(frozen=True, slots=True)
class Sentence:
    kind: str
    said: str
    negated: str  # what it says not to be wanted, from the negation on


def read(person: str) -> Profile:
    """What a résumé or a query says. Never raises: a text without a known word is an empty profile."""
    cut, private = sentences(person)
    said = "\n".join(sentence.said for sentence in cut)
    held = requirements.held(said)
    weights, concepts = _terms(cut, private)
    negated = (skills.find(sentence.negated) for sentence in cut if sentence.negated)
    unwanted = {mention.concept for mentions in negated for mention in mentions}
    wished = {mention.concept for one in cut if one.kind == "wish" for mention in skills.find(one.said)}
    spare = (unwanted & set(terms.refusable())) - wished
    families, levels = _wanted(cut)
    wishes, spared = _conditions(cut)
    return Profile(
        terms=weights,
        concepts=frozenset(concepts),
        unwanted=frozenset(unwanted - concepts - wishes | spare) | spared,  # though held before
        families=families,
        levels=levels or frozenset({"entry" if "ex.none" in concepts else None}),
        years=_years(cut),
        degree=held.degree,
        licences=held.licences,
        languages=held.languages,
        wishes=wishes,
        place=_place(cut),
    )


def sentences(person: str) -> tuple[list[Sentence], frozenset[str]]:
    """The sentences that are read, and the words of the name and the address."""
    lines, private = _lines(person[:MAX_TEXT])
    return [_cut(kind, sentence) for kind, sentence in _kinds(lines)], private


def labels(person: Profile) -> list[str]:
    """What people call the concepts that the text names, in the order of the vocabulary."""
    named = [concept for concept in skills.concepts().values() if concept.id in person.concepts]
    return list(dict.fromkeys(one.label for one in named if one.category not in UNREAD_CATEGORIES))


# ---------------------------------------------------------------------------------- to carry and back


def carried(person: Profile) -> dict[str, Any]:
    """The profile as JSON says it: ids, terms and numbers."""
    return {
        name: sorted(value, key=str) if isinstance(value, frozenset) else value
        for name, value in asdict(person).items()
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


# ---------------------------------------------------------------------------------- lines and sentences


def _lines(person: str) -> tuple[list[str], frozenset[str]]:
    """The lines that tell of work, and the words of the name and the address that stood in the others."""
    lines = [line.strip() for line in person.splitlines() if line.strip()][:MAX_LINES]
    if len(lines) < 3:  # a query
        return [text.without_contacts(line) for line in lines], frozenset()
    kept: list[str] = []
    private: set[str] = set()
    header = True
    for number, line in enumerate(lines):
        header = header and number < _HEADER and not _BODY.search(line)
        if header and not (number and _WISH.match(line)):  # "Seeking work in Columbus, OH" is no address
            parts = [part for part in _HEADER_PART.split(text.without_contacts(line)) if part]
            short = len(line.split()) <= 12
            personal = [part for part in parts if short and _is_personal(part, first=number == 0)]
            private.update(word for part in personal for word in text.tokens(part))
            line = (
                ", ".join(part for part in parts if part not in personal)
                if personal
                else text.without_contacts(line)
            )
        else:
            line = text.without_contacts(line)
        kept.append(line)
    return [line for line in kept if line], frozenset(private)


def _is_personal(part: str, *, first: bool) -> bool:
    """Whether a part of a header line is a name or an address: short, capitals or figures, no work."""
    tokens = part.split()
    if places.state(part) or (len(part) > 3 and places.country(part)):
        return True
    if len(tokens) > 6 or (part.isupper() and not first):
        return False
    capital = all(token[:1].isupper() or not token[:1].isalpha() for token in tokens)
    return capital and not skills.find(part) and roles.classify(part).tier == "other"


def _kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each sentence with its kind."""
    section: str | None = None
    headline = True
    for line in lines:
        here = section
        if heading := _SECTION.search(line):
            here = heading.lastgroup
            line = line[heading.end() :].strip()
            section = None if line else here  # "Skills: Excel" is over with its line
            headline = False
        for sentence in (part for whole in text.sentences(line) for part in _STOP.split(whole)):
            for part in _split_wish(sentence):
                yield _kind(part, here, headline=headline), part
        headline = headline and not line


def _split_wish(sentence: str) -> list[str]:
    """A sentence, cut where it comes to a wish: "Field technician, nine years, want to do it by phone"."""
    wish = _WISH.search(sentence)
    if not wish or wish.start() < 25 or _SELF.search(sentence[: wish.start() + 2]):
        return [sentence]
    return [sentence[: wish.start()], sentence[wish.start() :]]


def _kind(sentence: str, section: str | None, *, headline: bool) -> str:
    wish = _WISH.search(sentence)
    if wish and not _NEGATION.search(sentence[max(0, wish.start() - 12) : wish.start()]):
        return "wish"
    if _SPAN.search(sentence):
        return "post"
    if section == "wish":
        return "wish"
    if headline and not _SELF.search(sentence):
        return "headline"
    if _SELF.search(sentence):
        return "prose"
    return section or "work"


def _cut(kind: str, sentence: str) -> Sentence:
    """A sentence without what it negates: from a negation to the end of its clause."""
    said, negated = [], []
    for clause in _CLAUSE.split(sentence):
        negation = _NEGATION.search(clause)
        said.append(clause[: negation.start()] if negation else clause)
        if negation:
            negated.append(clause[negation.start() :])
    return Sentence(kind, ", ".join(part.strip() for part in said if part.strip()), ", ".join(negated))


# ---------------------------------------------------------------------------------- what they say


def _terms(sentences: list[Sentence], private: frozenset[str]) -> tuple[dict[str, float], set[str]]:
    """The weight of each term, and the concepts.

    Each part of WEIGHTS is a vector of damped counts, brought to its own length: ten years of history do not
    outweigh the one sentence that says what is wanted.
    """
    counts: dict[str, dict[str, int]] = {part: defaultdict(int) for part in WEIGHTS}
    concepts: set[str] = set()
    for sentence in sentences:
        tokens = text.tokens(sentence.said)
        counted = counts[sentence.kind if sentence.kind in WEIGHTS else "else"]
        for word in terms.words(token for token in tokens if token not in private):
            counted[word] += 1
        for mention in skills.find_in(tokens):
            concepts.add(mention.concept)
            if skills.concepts()[mention.concept].category not in UNREAD_CATEGORIES:
                counted[terms.concept_term(mention.concept)] += 1
    weights: dict[str, float] = defaultdict(float)
    for part, counted in counts.items():
        damped = {term: 1 + math.log(count) for term, count in counted.items()}
        length = math.sqrt(sum(weight**2 for weight in damped.values()))
        for term, weight in damped.items():
            weights[term] += WEIGHTS[part] * weight / length
    heaviest = sorted(weights, key=lambda term: (-weights[term], _drawn(term)))[:MAX_TERMS]
    return {term: weights[term] for term in sorted(heaviest)}, concepts


def _conditions(sentences: list[Sentence]) -> tuple[frozenset[str], frozenset[str]]:
    """When and how somebody would work and would not: by wishes, headlines and lines of conditions only."""
    wishing = [one for one in sentences if one.kind in ("wish", "headline", "conditions")]
    named, refused = (
        {mention.concept for told in texts for mention in skills.find(told)}
        for texts in ([one.said for one in wishing], [one.negated for one in wishing])
    )
    if FREE_WEEKENDS in refused:  # "no weekends" asks for them
        named, refused = named | {FREE_WEEKENDS}, refused - {FREE_WEEKENDS} | {"sh.weekends"}
    known = skills.concepts()
    wishes, spared = (
        frozenset(concept for concept in some if known[concept].category in WISHED)
        for some in (named, refused)
    )
    return wishes - spared, spared


def _place(sentences: list[Sentence]) -> str:
    """The town that a wish names with its state or country, "" where it is not sure."""
    for found in (_TOWN.search(s.said) for s in sentences if s.kind == "wish"):
        if found:
            try:
                filters.centre(filters.read_near(found[1]))
            except ValueError:
                continue
            return found[1]
    return ""


def _drawn(term: str) -> int:
    """A number that says nothing of the term, and is always the same."""
    return xxhash.xxh64_intdigest(term.encode("utf-8", "replace"))


def _wanted(sentences: list[Sentence]) -> tuple[frozenset[str], frozenset[str | None]]:
    """The families of work that are wanted, and the levels of the job titles that are."""
    levels: set[str | None] = set()
    families: dict[str, float] = defaultdict(float)
    for sentence in sentences:
        for part in (
            re.split(r"[,:/]|\b(?:or|and|at|in|as|for)\b|\d{4}", sentence.said)
            if sentence.kind in FAMILY
            else ()
        ):
            role = roles.classify(part.strip()) if 0 < len(part.split()) <= 7 else None
            if role is None or role.tier == "other":
                continue
            families[role.family if role.tier == "adjacent" else role.tier] += FAMILY[sentence.kind]
            if sentence.kind in ("wish", "headline"):
                levels.add(role.level)
    wanted = frozenset(family for family, weight in families.items() if weight >= WANTED)
    return wanted, frozenset(levels)


def _years(sentences: list[Sentence]) -> float | None:
    """Years of experience as stated up front, else as the posts add up to; None when they are open.

    Without a clock "2019 - now" has no length, and with one a score would change overnight.
    """
    stated = [requirements.most_years(s.said) for s in sentences if s.kind in ("headline", "wish")]
    if max(stated, default=0.0):
        return max(stated)
    spans = [span for sentence in sentences for span in _SPAN.findall(sentence.said)]
    if not spans or any(now for _, now, _ in spans):
        return None
    return float(
        sum(max(0, int(end if len(end) == 4 else start[:2] + end) - int(start)) for start, _, end in spans)
    )
