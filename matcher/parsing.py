"""A person's text cut into sentences of a kind with what they name, without name, address and contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matcher import filters, negation, places, query, requirements, roles, skills, terms, text

MAX_TEXT = 50_000  # characters that are read: two pages have some 6,000; it takes half a second at worst
MAX_LINES = 1_000
MOST_ASKED = 12  # words: who writes more tells of themself, and does not ask for each word
CONDITIONS = frozenset({"schedule", "work_mode", "employment"})  # when, where and how somebody would work

_SECTIONS = {
    "wish": r"(?:career |job )?(?:objective|target|goals?)|desired (?:position|role|job)|wanted",
    "headline": r"(?:professional |career |personal )?(?:summary|profile|statement)|about me|highlights",
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
    r"\b(?:looking (?:for|to)|lookin (?:for|to)|seeking|(?:i )?wants?(?: to\b|:| )|in search of"
    r"|(?:i['\u2019]d|i would|would) (?:like|love|rather|prefer)|(?:\A\W*|i )prefer\b|interested in"
    r"|(?:look for|need|wish for) (?:an? |some |steady )*(?:job|work|position|employment)\b"
    r"|(?:would|will) consider|(?:ideal|dream|next|perfect) (?:job|role|position)\b"
    r"|aiming (?:at|for|to)|next step:|roles?:|hop(?:e|ing) (?:to|for)|applying for|ready to move"
    r"|busco|suche|je cherche)",
    re.I,
)
# "People who want to leave", "whether a man wants his bill fixed": what others want is their wish.
_OTHERS = re.compile(
    r"\b(?:(?:who|that|which|they|we|you)(?=(?: \w+)? want\b)|s?he|(?:some|any|every)(?:one|body)|man|woman"
    r"|people|parents|(?:custom|call|own)ers|(?:client|guest|member|patient|student|user|visitor)s)"
    r"(?: (?!(?:and|but|or|i|who)\b)\w+){0,3} (?=wants?\b)",
    re.I,
)
_STOP = re.compile(r"(?<=[a-z\d)][.!?])\s+")  # "... or training. $30 an hour"
SPAN = re.compile(
    r"\b((?:19|20)\d\d)\b\s*(?:-|–|—|to|until)\s*(?:(now|present|today|current|date)|((?:19|20)?\d\d)\b)",
    re.I,
)
_TOWN = re.compile(
    r"\b(?:in|near|around)\s+"
    r"((?:[A-Z][\w.'-]{1,30} ){0,3}[A-Z][\w.'-]{1,30}, ?(?:[A-Z]{2}\b|[A-Z][a-z]{2,20}))"
)
_SELF = re.compile(r"\b(?:I|I'[a-z]+|[Mm]y|me)\b")
_SUBJECT = re.compile(r"\bI(?: am|['\u2019]m)?\s*\Z")  # of the wish itself: "..., and I | would like"
_BODY = re.compile(rf"{_SECTION.pattern}|{SPAN.pattern}|^[*•-]", re.I)
_FORMER = re.compile(r"\W*(?:former(?:ly)?|ex(?=-)|retired|previous(?:ly)?)\b", re.I)
_AGREED = frozenset("ok okay fine only please preferred possible yes fully".split())
_HEADER = 5  # lines in which a name and an address stand
_HEADER_PART = re.compile(r"\s*[|•·,;/\t()]\s*|\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, read once.

    `kind` is wish, headline, post, prose, its section, or line where it stands in none; `whole` all of it;
    `negated` what it says not to be wanted or not to be there, and not in `said`; `tokens`, `mentions` and
    `held` are of `said`, `refused` concepts of `negated`. `town` is the one that a wish names with its state
    or country, "" where it is not sure.
    """

    kind: str
    said: str
    negated: str
    whole: str
    tokens: list[str]
    mentions: list[skills.Mention]
    held: requirements.Requirements
    refused: frozenset[str]
    town: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text by its sentences, the words of the name and the address, and whether it is but a search."""

    sentences: list[Sentence]
    private: frozenset[str]
    is_search: bool


def parse(person: str) -> Parsed:
    """The sentences of a résumé, a summary or a search. Never raises."""
    lines, private = _lines(person[:MAX_TEXT])
    is_search = query.is_search(person) and len(text.tokens(person)) <= MOST_ASKED
    kinds = _kinds(lines, is_search=is_search)
    return Parsed([_cut(kind, sentence) for kind, sentence in kinds], private, is_search)


# ---------------------------------------------------------------------------------- lines


def _lines(person: str) -> tuple[list[str], frozenset[str]]:
    """The lines that tell of work, and the words of the name and the address that stood in the others."""
    lines = [line.strip() for line in person.splitlines() if line.strip()][:MAX_LINES]
    if len(lines) < 3:  # they have no header
        return [text.without_contacts(line) for line in lines], frozenset()
    kept: list[str] = []
    private: set[str] = set()
    header = True
    for number, line in enumerate(lines):
        header = header and number < _HEADER and not _BODY.search(line)
        bare = text.without_contacts(line)
        if header and not (number and _WISH.match(line)):  # "Seeking work in Columbus, OH" is no address
            parts = [part for part in _HEADER_PART.split(bare) if part]
            short = len(line.split()) <= 12
            personal = [part for part in parts if short and _is_personal(part, first=number == 0)]
            private.update(word for part in personal for word in text.tokens(part))
            if personal:
                bare = ", ".join(part for part in parts if part not in personal)
        kept.append(bare)
    return [line for line in kept if line], frozenset(private)


def _is_personal(part: str, *, first: bool) -> bool:
    """Whether a part of a header line is a name or an address: short, capitals or figures, no work."""
    tokens = part.split()
    if places.state(part) or (len(part) > 3 and places.country(part)):
        return True
    if len(tokens) > 6 or (part.isupper() and not first):
        return False
    capital = all(token[:1].isupper() or not token[:1].isalpha() for token in tokens)
    return capital and not _is_skill(part) and roles.classify(part).tier == "other"


def _is_skill(part: str) -> bool:
    """Whether a part names a skill, or is one by itself that is a word like others beside them: "Excel"."""
    tokens = text.tokens(part)
    alone = any(span[:2] == (0, len(tokens)) for span in skills.phrases().find(tokens))
    return alone or bool(skills.find_in(tokens))


# ---------------------------------------------------------------------------------- sentences


def _kinds(lines: list[str], *, is_search: bool) -> Iterator[tuple[str, str]]:
    """Each sentence with its kind."""
    section: str | None = None
    headline = True
    for line in lines:
        here = section
        if heading := _SECTION.search(line):
            here = heading.lastgroup
            line = line[heading.end() :].strip()
            section = None if line else here  # "Skills: Excel" is over with its line
            headline = is_search
        for sentence in (part for whole in text.sentences(line) for part in _STOP.split(whole)):
            for part in _split_wish(sentence):
                yield _kind(part, here, headline=headline), part
        headline = headline and (is_search or not line)


def _split_wish(sentence: str) -> list[str]:
    """A sentence, cut where it comes to a wish: "Field technician, nine years, want to do it by phone".

    Who tells of themself before ("I work in a garage and want to stay in the trade") says one thing.
    """
    wish = _wish(sentence)
    if not wish or wish.start() < 10:
        return [sentence]
    before = sentence[: wish.start()]
    return [sentence] if _SELF.search(_SUBJECT.sub("", before)) else [before, sentence[wish.start() :]]


def _wish(sentence: str) -> re.Match[str] | None:
    """Where a sentence comes to a wish of its writer's own."""
    others = _OTHERS.search(sentence)
    theirs = others.end() if others else len(sentence)
    for wish in _WISH.finditer(sentence):
        if wish.start() < theirs or not wish[0].lower().startswith("want"):
            negated = negation.negates(sentence[max(0, wish.start() - 12) : wish.start()])
            return None if negated else wish
    return None


def _kind(sentence: str, section: str | None, *, headline: bool) -> str:
    if _wish(sentence):
        return "wish"
    if SPAN.search(sentence):
        return "post"
    if section == "wish":
        return "wish"
    if _SELF.search(sentence):
        return "prose"
    if headline:
        return "post" if _FORMER.match(sentence) else "headline"
    return section or "line"


def _cut(kind: str, sentence: str) -> Sentence:
    """A sentence with what it names, without what it negates."""
    cut = negation.cut(sentence)
    tokens = text.tokens(cut.said)
    mentions = skills.find_in(tokens)
    return Sentence(
        "conditions" if kind == "line" and _is_of_conditions(tokens, mentions) else kind,
        cut.said,
        cut.negated,
        sentence.strip(),
        tokens,
        mentions,
        requirements.held(cut.said),
        cut.refused,
        _town(cut.said) if kind == "wish" else "",
    )


def _is_of_conditions(tokens: list[str], mentions: list[skills.Mention]) -> bool:
    """Whether words tell of nothing but when, where and how somebody would work: "Part time, days only"."""
    conditional = [one for one in mentions if skills.concepts()[one.concept].category in CONDITIONS]
    within = {at for one in conditional for at in range(one.start, one.end)}
    rest = [token for at, token in enumerate(tokens) if at not in within and token not in _AGREED]
    return bool(conditional) and not terms.words(rest)


def _town(said: str) -> str:
    """The town that a wish names with its state or country, "" where it is not sure."""
    found = _TOWN.search(said)
    try:
        filters.centre(filters.read_near(found[1] if found else ""))
    except ValueError:
        return ""
    return found[1] if found else ""
