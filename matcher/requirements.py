"""The hard requirements of an ad, and what of them a résumé shows: years, degree, licences, job languages.

Precision first: an ad that prefers, trains for or sponsors a thing does not require it, and silence requires
nothing. A driver's licence is left out: ads ask for it by habit, and few résumés name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matcher import cues, demands, text

DEGREES = ("no degree", "high school", "associate degree", "bachelor's degree", "master's degree")
MAX_YEARS = 40
MAX_SENTENCE = 600  # characters: a longer one is a list that was run together

# Of each licence words of which a text must hold one, then its pattern.
_LICENCES = {
    "insurance": (
        ("insur", "propert", "life", "producer", "adjuster", "&"),
        (
            r"(?:p\s?&\s?c|property (?:and|&) casualty|life (?:and|&) health|insurance|producer|adjuster'?s?)"
            r" (?:agent'?s? )?licen[sc]e\w*|licensed (?:insurance|producer|adjuster|in property)"
        ),
    ),
    "securities": (
        ("series", "finra", "securities"),
        r"series\s?(?:6|7|63|65|66)\b|finra licen[sc]\w+|securities licen[sc]\w+",
    ),
    "mortgage": (("nmls", "mlo", "mortgage"), r"nmls|(?:mlo|mortgage loan originator) licen[sc]\w+"),
    "nurse": (
        ("nurs", "rn ", "lpn ", "lvn "),
        (
            r"registered nurse|licensed (?:practical|vocational) nurse|\brn licen[sc]\w+"
            r"|nursing licen[sc]\w+|\b(?:rn|lpn|lvn)\b(?= licen[sc]| required| degree)"
        ),
    ),
    "pharmacy": (
        ("pharmac", "ptcb", "cpht"),
        (
            r"pharmac(?:y technician|ist) (?:licen[sc]\w+|certifi\w+|registration)"
            r"|(?:licensed|certified|registered) pharmac\w+|\bptcb\b|\bcpht\b"
        ),
    ),
    "commercial driver": (
        ("cdl", "commercial", "class"),
        r"\bcdl\b|commercial driver'?s? licen[sc]e|class [ab] licen[sc]e",
    ),
    "social work": (
        ("lcsw", "lmsw", "lpc", "social"),
        r"\b(?:lcsw|lmsw|lpc)\b|licensed (?:clinical )?social worker",
    ),
    "real estate": (("estate", "realtor"), r"real estate licen[sc]\w+|licensed realtor"),
    "teacher": (("teach",), r"teach(?:ing|er'?s?) (?:licen[sc]e|certificate|certification)"),
    "security guard": (("guard", "sia "), r"guard (?:licen[sc]e|card)|\bsia licen[sc]e"),
}
_LANGUAGES = {
    "Spanish": "spanish|español", "French": "french|français", "Mandarin": "mandarin|chinese",
    "Cantonese": "cantonese", "Portuguese": "portuguese", "Korean": "korean", "Vietnamese": "vietnamese",
    "Russian": "russian", "Arabic": "arabic", "German": "german", "Italian": "italian",
    "Japanese": "japanese", "Tagalog": "tagalog|filipino", "Polish": "polish",
    "Haitian Creole": "creole", "Hindi": "hindi|urdu|punjabi", "Somali": "somali|amharic",
    "Farsi": "farsi|dari|persian", "Sign Language": "sign language|asl", "Dutch": "dutch",
    "Swedish": "swedish", "Norwegian": "norwegian", "Danish": "danish", "Finnish": "finnish",
    "Ukrainian": "ukrainian", "Czech": "czech", "Hungarian": "hungarian", "Romanian": "romanian",
    "Turkish": "turkish", "Greek": "greek", "Hebrew": "hebrew", "Thai": "thai", "Hmong": "hmong",
    "Armenian": "armenian",
}  # fmt: skip
LICENCES = tuple(_LICENCES)
LANGUAGES = tuple(_LANGUAGES)

# All patterns are of text in small letters: that is many times as fast as any case.
_LICENCE = {name: (needed, re.compile(words)) for name, (needed, words) in _LICENCES.items()}
_LANGUAGE_OF = {word: language for language, words in _LANGUAGES.items() for word in words.split("|")}
_LANGUAGE = re.compile(rf"\b(?:{'|'.join(_LANGUAGE_OF)})\b")
_NUMBERS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten".split())}
_YEARS = re.compile(
    r"(?<![\w-])(?P<number>\d{1,2}(?:\.5)?|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"\s?(?:\(\d{1,2}\))?\s?(?:\+|plus|or more)?"
    r"\s?(?:(?:-|–|to)\s?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s?\+?\s?)?"
    r"(?:years?|yrs?)\b(?! (?:old|of age))"
)
_DEGREE = re.compile(
    r"(?P<m>\bmaster(?:'?s|s'|s) degree|\bmba\b|\bgraduate degree|\bph\.?d\b)"
    r"|(?P<b>\bbachelor|\b(?:4|four)[- ]year (?:college )?degree"
    r"|\b(?:college|university|undergraduate) degree|\bb\.?[as]\.?\b"
    r"(?= (?:degree|in)\b|/)|\bbs[c]?\b|\bba\b|\bdegree in\b)"
    r"|(?P<a>\bassociate(?:'?s|s'|s)?'? degree|\b(?:2|two)[- ]year degree|\baa\b)"
    r"|(?P<h>\bhigh[- ]school|\bged\b|\bdiploma\b|\bhs\b)"
)
_RANKS = {"m": 4, "b": 3, "a": 2, "h": 1}
# What comes with the job, or may come in place of it, is required as little as what is only preferred.
_EASED = (
    *("equivalent experience", "welcome", "willing", "obtain", "sponsor", "paid training"),
    *("will train", "will help", "will pay", "training provided", "training is provided"),
)
_FLUENT = (
    *("bilingual", "fluen", "speak", "native", "proficien", "mother tongue", "required", "must", "essential"),
    *("written and spoken", "written and verbal"),
)
_COMPANY = re.compile(
    r"\b(?:we|our|company|founded|business for|has been|have been|established|over the (?:past|last))\b"
)
_CUE = re.compile(
    r"years?\b|yrs\b|degree|bachelor|licen[sc]|certif|nurse|series|cdl|nmls|ptcb|lcsw|fluen|lingual|speak"
    r"|native"
)

# What a sentence must hold for a pattern above to be found in it.
_YEARS_CUES = ("year", "yr")
_DEGREE_CUES = ("degree", "mba", "ph.d", "phd", "bachelor", "high", "ged", "diploma")
# It begins with one of a few letters, which is searched several times as fast as the edge of a word.
_DEGREE_LETTERS = re.compile(r"[bah](?<!\w.)(?:(?<=b)\.?[as]|(?<=a)a|(?<=h)s)(?![a-bd-z])")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an ad requires, or what a résumé shows; 0 and empty when nothing is stated."""

    years: float = 0.0
    degree: int = 0  # place in DEGREES
    licences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


def asked(title: str, body: str) -> Requirements:
    """What an ad requires. Of several years or degrees the lowest counts: the others are for other cases."""
    found: dict[str, list[Any]] = {name: [] for name in ("years", "degree", "licence", "language")}
    for name, value, _ in told(title, body):
        found[name].append(value)
    return Requirements(
        min(found["years"], default=0.0),
        min(found["degree"], default=0),
        frozenset(found["licence"]),
        frozenset(found["language"]),
    )


def told(title: str, body: str) -> Iterator[tuple[str, float | int | str, str]]:
    """Each requirement as it stands: "years", "degree", "licence" or "language", which one, the sentence."""
    for language in _spoken(title.lower()):
        yield "language", language, title
    for sentence in text.sentences_at(body, cues.places(body, cues.REQUIREMENTS)):
        low = sentence.lower()
        if len(sentence) > MAX_SENTENCE or not _CUE.search(low):
            continue
        found = list(_named(low))
        if found and not _has(low, _EASED) and demands.said(low) in (None, "must"):
            yield from ((name, value, sentence) for name, value in found)


def _named(low: str) -> Iterator[tuple[str, float | int | str]]:
    """What a sentence in small letters names of years, degrees, licences and languages."""
    if "experience" in low and not _COMPANY.search(low):
        yield from (("years", years) for years in _years(low))
    yield from (("degree", degree) for degree in _degrees(low))
    yield from (("licence", licence) for licence in _licences(low))
    if _has(low, _FLUENT):
        yield from (("language", language) for language in _spoken(low))


def _has(low: str, cues: tuple[str, ...]) -> bool:
    """Whether a text in small letters holds any of some words: the patterns take ten times as long."""
    return any(cue in low for cue in cues)


def held(body: str) -> Requirements:
    """What a résumé shows: the most years, the highest degree, each licence and language that it names."""
    low = body.lower()
    return Requirements(
        max(_years(low), default=0.0),
        max(_degrees(low), default=0),
        frozenset(_licences(low)),
        frozenset(_spoken(low)),
    )


def bits(names: Iterable[str], order: tuple[str, ...]) -> int:
    """A set of names as one number: bit n stands for order[n]."""
    return sum(1 << order.index(name) for name in set(names))


def names(number: int, order: tuple[str, ...]) -> tuple[str, ...]:
    """The names whose bits are set in `number`."""
    return tuple(name for n, name in enumerate(order) if number >> n & 1)


# --- what a text in small letters names


def _years(low: str) -> list[float]:
    return [_number(found["number"]) for found in _YEARS.finditer(low)] if _has(low, _YEARS_CUES) else []


def _degrees(low: str) -> list[int]:
    may_be = _has(low, _DEGREE_CUES) or _DEGREE_LETTERS.search(low)
    return [_RANKS[found.lastgroup or "h"] for found in _DEGREE.finditer(low)] if may_be else []


def _licences(low: str) -> list[str]:
    return [name for name, (needed, words) in _LICENCE.items() if _has(low, needed) and words.search(low)]


def _spoken(words: str) -> list[str]:
    return [_LANGUAGE_OF[found[0]] for found in _LANGUAGE.finditer(words)]


def _number(word: str) -> float:
    return min(float(_NUMBERS.get(word, 0) or (word if word[0].isdigit() else 0)), MAX_YEARS)
