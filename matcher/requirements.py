"""The hard requirements of an ad, and what of them a résumé shows: years, degree, licences, job languages.

Precision first: an ad that prefers, trains for or sponsors a thing does not require it, and silence requires
nothing. A driver's licence is left out: ads ask for it by habit, and few résumés name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matcher import text

DEGREES = ("no degree", "high school", "associate degree", "bachelor's degree", "master's degree")
MAX_YEARS = 40

_LICENCES = {
    "insurance": r"(?:p\s?&\s?c|property (?:and|&) casualty|life (?:and|&) health|insurance|producer"
    r"|adjuster'?s?) (?:agent'?s? )?licen[sc]e\w*|licensed (?:insurance|producer|adjuster|in property)",
    "securities": r"series\s?(?:6|7|63|65|66)\b|finra licen[sc]\w+|securities licen[sc]\w+",
    "mortgage": r"nmls|(?:mlo|mortgage loan originator) licen[sc]\w+",
    "nurse": r"registered nurse|licensed (?:practical|vocational) nurse|\brn licen[sc]\w+"
    r"|nursing licen[sc]\w+|\b(?:rn|lpn|lvn)\b(?= licen[sc]| required| degree)",
    "pharmacy": r"pharmac(?:y technician|ist) (?:licen[sc]\w+|certifi\w+|registration)"
    r"|(?:licensed|certified|registered) pharmac\w+|\bptcb\b|\bcpht\b",
    "commercial driver": r"\bcdl\b|commercial driver'?s? licen[sc]e|class [ab] licen[sc]e",
    "social work": r"\b(?:lcsw|lmsw|lpc)\b|licensed (?:clinical )?social worker",
    "real estate": r"real estate licen[sc]\w+|licensed realtor",
    "teacher": r"teach(?:ing|er'?s?) (?:licen[sc]e|certificate|certification)",
    "security guard": r"guard (?:licen[sc]e|card)|\bsia licen[sc]e",
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

_LICENCE = re.compile("|".join(f"(?P<l{n}>{words})" for n, words in enumerate(_LICENCES.values())), re.I)
_LANGUAGE_OF = {word: language for language, words in _LANGUAGES.items() for word in words.split("|")}
_LANGUAGE = re.compile(rf"\b(?:{'|'.join(_LANGUAGE_OF)})\b")  # of lower-case text: thirty times as fast
_NUMBERS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten".split())}
_YEARS = re.compile(
    r"(?<![\w-])(?P<number>\d{1,2}(?:\.5)?|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"\s?(?:\(\d{1,2}\))?\s?(?:\+|plus|or more)?"
    r"\s?(?:(?:-|–|to)\s?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s?\+?\s?)?"
    r"(?:years?|yrs?)\b(?! (?:old|of age))",
    re.I,
)
_DEGREE = re.compile(
    r"(?P<m>\bmaster(?:'?s|s'|s) degree|\bmba\b|\bgraduate degree|\bph\.?d\b)"
    r"|(?P<b>\bbachelor|\b(?:4|four)[- ]year (?:college )?degree"
    r"|\b(?:college|university|undergraduate) degree|\bb\.?[as]\.?\b"
    r"(?= (?:degree|in)\b|/)|\bBS[c]?\b|\bBA\b|\bdegree in\b)"
    r"|(?P<a>\bassociate(?:'?s|s'|s)?'? degree|\b(?:2|two)[- ]year degree|\bAA\b)"
    r"|(?P<h>\bhigh[- ]school|\bged\b|\bdiploma\b|\bhs\b)",
    re.I,
)
_RANKS = {"m": 4, "b": 3, "a": 2, "h": 1}
_SOFT = re.compile(
    r"prefer|\bplus\b(?! years)|desir|nice to have|\basset\b|advantage|ideal|helpful|bonus|would be|welcome"
    r"|not (?:required|necessary|needed)|will (?:train|sponsor|help|pay)|sponsor|obtain|willing|paid training"
    r"|training (?:is )?provided|equivalent experience",
    re.I,
)
_FLUENT = re.compile(
    r"bilingual|fluen|speak|native|proficien|mother tongue|required|must|essential"
    r"|written and (?:spoken|verbal)",
    re.I,
)
_COMPANY = re.compile(
    r"\b(?:we|our|company|founded|business for|has been|have been|established|over the (?:past|last))\b", re.I
)
_CUE = re.compile(
    r"years?\b|yrs\b|degree|bachelor|licen[sc]|certif|nurse|series|cdl|nmls|ptcb|lcsw|fluen|lingual|speak"
    r"|native",
    re.I,
)

# What a text must hold for a pattern above to be found in it.
_CUES = (
    *("year", "yrs", "degree", "bachelor", "licen", "certif", "nurse", "series", "cdl", "nmls", "ptcb"),
    *("lcsw", "fluen", "lingual", "speak", "native"),
)
_YEARS_CUES = ("year", "yr")
_DEGREE_CUES = (
    *("degree", "mba", "ph.d", "phd", "bachelor", "ba", "bs", "b.a", "b.s", "aa", "high", "ged", "diploma"),
    "hs",
)
_LICENCE_CUES = (
    *("licen", "series", "nmls", "nurse", "rn ", "lpn ", "lvn ", "pharmac", "ptcb", "cpht", "cdl", "lcsw"),
    *("lmsw", "lpc", "social worker", "realtor", "teach", "guard"),
)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an ad requires, or what a résumé shows; 0 and empty when nothing is stated."""

    years: float = 0.0
    degree: int = 0  # place in DEGREES
    licences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


def asked(title: str, body: str) -> Requirements:
    """What an ad requires. Of several years or degrees the lowest counts: the others are for other cases."""
    found = list(told(title, body))
    years, degrees = ([value for name, value, _ in found if name == kind] for kind in ("years", "degree"))
    licences, languages = (
        frozenset(str(value) for name, value, _ in found if name == kind) for kind in ("licence", "language")
    )
    return Requirements(
        min(map(float, years), default=0.0), min(map(int, degrees), default=0), licences, languages
    )


def told(title: str, body: str) -> Iterator[tuple[str, float | int | str, str]]:
    """Each requirement as it stands: "years", "degree", "licence" or "language", which one, the sentence."""
    for language in _spoken(title):
        yield "language", language, title
    for sentence in text.sentences(body):
        low = sentence.lower()
        if len(sentence) > 600 or not _has(low, _CUES) or not _CUE.search(sentence) or _SOFT.search(sentence):
            continue
        if "experience" in low and _has(low, _YEARS_CUES) and not _COMPANY.search(sentence):
            for found in _YEARS.finditer(sentence):
                yield "years", _number(found["number"]), sentence
        if _has(low, _DEGREE_CUES):
            for found in _DEGREE.finditer(sentence):
                yield "degree", _RANKS[found.lastgroup or "h"], sentence
        if _has(low, _LICENCE_CUES):
            for licence in _licences(sentence):
                yield "licence", licence, sentence
        if (languages := _spoken(sentence)) and _FLUENT.search(sentence):
            for language in languages:
                yield "language", language, sentence


def _has(low: str, cues: tuple[str, ...]) -> bool:
    """Whether a text in small letters holds any of some words: the patterns take ten times as long."""
    return any(cue in low for cue in cues)


def held(body: str) -> Requirements:
    """What a résumé shows: the most years, the highest degree, each licence and language that it names."""
    low = body.lower()
    degrees = _DEGREE.finditer(body) if _has(low, _DEGREE_CUES) else ()
    years = _YEARS.finditer(body) if _has(low, _YEARS_CUES) else ()
    return Requirements(
        max((_number(found["number"]) for found in years), default=0.0),
        max((_RANKS[found.lastgroup or "h"] for found in degrees), default=0),
        frozenset(_licences(body) if _has(low, _LICENCE_CUES) else ()),
        frozenset(_spoken(low)),
    )


def bits(names: Iterable[str], order: tuple[str, ...]) -> int:
    """A set of names as one number: bit n stands for order[n]."""
    return sum(1 << order.index(name) for name in set(names))


def names(number: int, order: tuple[str, ...]) -> tuple[str, ...]:
    """The names whose bits are set in `number`."""
    return tuple(name for n, name in enumerate(order) if number >> n & 1)


def _licences(words: str) -> list[str]:
    return [LICENCES[int((found.lastgroup or "l0")[1:])] for found in _LICENCE.finditer(words)]


def _spoken(words: str) -> list[str]:
    return [_LANGUAGE_OF[found[0]] for found in _LANGUAGE.finditer(words.lower())]


def _number(word: str) -> float:
    return min(float(_NUMBERS.get(word.lower(), 0) or (word if word[0].isdigit() else 0)), MAX_YEARS)
