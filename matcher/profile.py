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
from dataclasses import dataclass
from types import MappingProxyType

from matcher import requirements, roles, skills, terms, text

MAX_TEXT = 200_000  # characters
WEIGHTS = MappingProxyType({"wish": 3.0, "headline": 2.0, "post": 1.5})  # all else 1
FAMILY = MappingProxyType(
    {"wish": 2.0, "headline": 2.0, "post": 1.0, "work": 0.5}
)  # what a job title says of the work wanted
WANTED = 2.0  # said so often, a family of work is wanted
UNREAD_CATEGORIES = frozenset({"benefit", "red_flag"})  # what an employer offers or does is nobody's skill

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
_SELF = re.compile(r"\b(?:I|I'[a-z]+|[Mm]y|me)\b")
_BODY = re.compile(rf"{_SECTION.pattern}|{_SPAN.pattern}|^[*•-]", re.I)
_HEADER = 5  # lines in which a name and an address stand
_HEADER_PART = re.compile(r"\s*[|•·,;/\t]\s*|\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a person's text.

    `terms` are weights before idf. `concepts` and `unwanted` give each concept's id with the sentence that
    names it. `years` is None where the text leaves it open, and then no number of years is too much to ask.
    """

    text: str
    terms: Mapping[str, float]
    concepts: Mapping[str, str]
    unwanted: Mapping[str, str]
    titles: tuple[str, ...]
    families: frozenset[str]
    levels: frozenset[str | None]
    years: float | None
    degree: int
    licences: frozenset[str]
    languages: frozenset[str]

    @property
    def education(self) -> str:
        """The highest degree that the text names."""
        return requirements.DEGREES[self.degree]


@dataclass(frozen=True, slots=True)
class _Sentence:
    kind: str
    said: str
    negated: str


def read(person: str) -> Profile:
    """What a résumé or a query says. Never raises: a text without a known word is an empty profile."""
    person = person[:MAX_TEXT]
    lines, private = _lines(person)
    sentences = [_cut(kind, sentence) for kind, sentence in _kinds(lines)]
    said = "\n".join(sentence.said for sentence in sentences)
    held = requirements.held(said)
    concepts = _evidence([(sentence.said, sentence.said) for sentence in sentences])
    unwanted = _evidence(
        [(sentence.negated, f"{sentence.said} {sentence.negated}") for sentence in sentences]
    )
    titles, families, levels = _titles(sentences)
    return Profile(
        text=person,
        terms=_terms(sentences, private),
        concepts=concepts,
        unwanted={concept: why for concept, why in unwanted.items() if concept not in concepts},
        titles=titles,
        families=families,
        levels=levels or frozenset({"entry" if "ex.none" in concepts else None}),
        years=_years(sentences),
        degree=held.degree,
        licences=held.licences,
        languages=held.languages,
    )


# ---------------------------------------------------------------------------------- lines and sentences


def _lines(person: str) -> tuple[list[str], frozenset[str]]:
    """The lines that tell of work, and the words of the name and the address that stood in the others."""
    lines = [line.strip() for line in person.splitlines() if line.strip()]
    if len(lines) < 3:  # a query
        return [text.without_contacts(line) for line in lines], frozenset()
    kept: list[str] = []
    private: set[str] = set()
    header = True
    for number, line in enumerate(lines):
        header = header and number < _HEADER and not _BODY.search(line)
        if header:
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


def _cut(kind: str, sentence: str) -> _Sentence:
    """A sentence without what it negates: from a negation to the end of its clause."""
    said, negated = [], []
    for clause in _CLAUSE.split(sentence):
        negation = _NEGATION.search(clause)
        said.append(clause[: negation.start()] if negation else clause)
        if negation:
            negated.append(clause[negation.start() :])
    return _Sentence(kind, ", ".join(part.strip() for part in said if part.strip()), ", ".join(negated))


# ---------------------------------------------------------------------------------- what they say


def _terms(sentences: list[_Sentence], private: frozenset[str]) -> dict[str, float]:
    """The weight of each term: sections summed, then damped as the index damps counts."""
    weights: dict[str, float] = defaultdict(float)
    for sentence in sentences:
        tokens = text.tokens(sentence.said)
        weight = WEIGHTS.get(sentence.kind, 1.0)
        for word in terms.words(token for token in tokens if token not in private):
            weights[word] += weight
        for mention in skills.find_in(tokens):
            if skills.concepts()[mention.concept].category not in UNREAD_CATEGORIES:
                weights[terms.concept_term(mention.concept)] += weight
    return {term: 1 + math.log(weight) if weight >= 1 else weight for term, weight in sorted(weights.items())}


def _evidence(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Each concept of the first texts with the second text of its first mention."""
    found: dict[str, str] = {}
    for said, evidence in pairs:
        for mention in skills.find(said):
            found.setdefault(mention.concept, evidence.strip())
    return found


def _titles(sentences: list[_Sentence]) -> tuple[tuple[str, ...], frozenset[str], frozenset[str | None]]:
    """The job titles that are wanted, the families of work that are, and the levels of those titles."""
    titles: list[str] = []
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
                titles.append(part.strip())
                levels.add(role.level)
    wanted = frozenset(family for family, weight in families.items() if weight >= WANTED)
    return tuple(dict.fromkeys(titles)), wanted, frozenset(levels)


def _years(sentences: list[_Sentence]) -> float | None:
    """Years of experience as stated up front, else as the posts add up to; None when they are open.

    Without a clock "2019 - now" has no length, and with one a score would change overnight.
    """
    stated = [requirements.held(s.said).years for s in sentences if s.kind in ("headline", "wish")]
    if max(stated, default=0.0):
        return max(stated)
    spans = [span for sentence in sentences for span in _SPAN.findall(sentence.said)]
    if not spans or any(now for _, now, _ in spans):
        return None
    return float(
        sum(max(0, int(end if len(end) == 4 else start[:2] + end) - int(start)) for start, _, end in spans)
    )
