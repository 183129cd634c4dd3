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
        ("insurance ", "casualty ", "health ", "producer", "adjuster", "c licen", "c agent", "in property"),
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
        (
            *("registered nurse", "practical nurse", "vocational nurse", "nursing licen"),
            *("rn licen", "rn required", "rn degree", "lpn ", "lvn "),
        ),
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
        ("cdl", "commercial driver", "class a licen", "class b licen"),
        r"\bcdl\b|commercial driver'?s? licen[sc]e|class [ab] licen[sc]e",
    ),
    "social work": (
        ("lcsw", "lmsw", "lpc", "social worker"),
        r"\b(?:lcsw|lmsw|lpc)\b|licensed (?:clinical )?social worker",
    ),
    "real estate": (("estate", "realtor"), r"real estate licen[sc]\w+|licensed realtor"),
    "teacher": (("teach",), r"teach(?:ing|er'?s?) (?:licen[sc]e|certificate|certification)"),
    "security guard": (
        ("guard licen", "guard card", "sia licen"),
        r"guard (?:licen[sc]e|card)|\bsia licen[sc]e",
    ),
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
ONE_OF = 3  # languages: an ad that asks for so many ("French, German, Danish") takes who has one of them

# All patterns are of text in small letters: that is many times as fast as any case.
_LICENCE = {name: (needed, re.compile(words)) for name, (needed, words) in _LICENCES.items()}
_UNLICENSED = {name: told for name, told in _LICENCE.items() if name not in ("insurance", "real estate")}
_LANGUAGE_OF = {word: language for language, words in _LANGUAGES.items() for word in words.split("|")}
# It begins with one of some letters, which is searched twice as fast as the edge of a word.
_LANGUAGE = re.compile(
    rf"[{''.join({word[0] for word in _LANGUAGE_OF})}](?<!\w.)"
    rf"(?:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in _LANGUAGE_OF)})\b"
)
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
# "Good knowledge of Finnish and English", but not "of the German market".
_KNOWN = ("language skills", "knowledge of", "command of")
_TONGUE = ("language", "english", "written", "oral")
_COMPANY = re.compile(
    r"\b(?:we|our|company|founded|business for|has been|have been|established|over the (?:past|last))\b"
)
_YEAR = re.compile(r"y(?:ears?|rs)\b")
_OTHER_CUES = (
    *("degree", "bachelor", "licens", "licenc", "certif", "nurse", "series", "cdl", "nmls", "ptcb", "lcsw"),
    *("fluen", "lingual", "speak", "native"),
)
# Of a sentence that is read for languages alone.
_LANGUAGE_CUES = ("proficien", "language", "knowledge", "command")

# What words of a line begin with or hold where a pattern may be found in it: of most lines none is tried.
CUES = {
    "cue": ("year", "yrs", *_OTHER_CUES, *_LANGUAGE_CUES),
    "years": ("year", "yrs"),
    "experience": ("experience",),
    "named": (
        *("degree", "mba", "phd", "bachelor", "school", "diploma", "licen", "certif", "regist", "series"),
        *("nmls", "ptcb", "cpht", "cdl", "lcsw", "lmsw", "lpc", "guard"),
    ),
}
WHOLE_CUES = {  # and which whole words
    "years": frozenset({"yr", *(f"{number}yr" for number in range(1, 41))}),
    "named": frozenset("ph ged b ba bs bsc aa hs rn lpn lvn".split()),
    "language": frozenset(word.split()[0] for word in _LANGUAGE_OF),
}

# What a sentence must hold for a pattern above to be found in it.
_YEARS_CUES = ("year", "yr")
_DEGREE_CUES = ("degree", "mba", "ph.d", "phd", "bachelor", "high school", "high-school", "ged", "diploma")
_LICENCE_CUES = (
    *("licen", "series", "nmls", "registered", "rn required", "rn degree", "lpn ", "lvn "),
    *("certif", "registration", "ptcb", "cpht", "cdl", "lcsw", "lmsw", "lpc", "guard card"),
)
# It begins with one of a few letters, which is searched several times as fast as the edge of a word.
_DEGREE_LETTERS = re.compile(r"[bah](?<!\w.)(?:(?<=b)\.?[as]|(?<=a)a|(?<=h)s)(?![a-bd-z])")


Named = tuple[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an ad requires, or what a résumé shows; 0 and empty when nothing is stated."""

    years: float = 0.0
    degree: int = 0  # place in DEGREES
    licences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


NOTHING = Requirements()


def asked(title: str, body: str) -> Requirements:
    """What an ad requires. Of several years or degrees the lowest counts: the others are for other cases."""
    return together((name, value) for name, value, _ in told(title, body))


def together(named: Iterable[Named]) -> Requirements:
    """What an ad requires whose title and lines require these."""
    found: dict[str, list[Any]] = {name: [] for name in ("years", "degree", "licence", "language")}
    for name, value in named:
        found[name].append(value)
    return Requirements(
        min(found["years"], default=0.0),
        min(found["degree"], default=0),
        frozenset(found["licence"]),
        frozenset(found["language"]),
    )


def told(title: str, body: str) -> Iterator[tuple[str, float | int | str, str]]:
    """Each requirement as it stands: "years", "degree", "licence" or "language", which one, the sentence."""
    yield from ((*named, title) for named in of_title(title))
    for sentence in text.sentences_at(body, cues.places(body, cues.REQUIREMENTS)):
        yield from ((*named, sentence) for named in _of_sentence(sentence))


def of_title(title: str) -> list[Named]:
    """What a title requires: a language that it names."""
    return [("language", language) for language in _spoken(title.lower())]


def of_line(line: str) -> list[Named]:
    """What a line of an ad requires."""
    return [named for sentence in text.sentences(f"\n{line}") for named in _of_sentence(sentence)]


def _of_sentence(sentence: str) -> list[Named]:
    low = sentence.lower()
    if len(sentence) > MAX_SENTENCE:
        return []
    if _has(low, _OTHER_CUES) or _YEAR.search(low):
        found = list(_named(low))
    else:
        found = list(_languages(low)) if _has(low, _LANGUAGE_CUES) else []
    return found if found and not _has(low, _EASED) and demands.said(low) in (None, "must") else []


def _named(low: str) -> Iterator[Named]:
    """What a sentence in small letters names of years, degrees, licences and languages."""
    if "experience" in low and _has(low, _YEARS_CUES) and not _COMPANY.search(low):
        yield from (("years", years) for years in _years(low))
    yield from (("degree", degree) for degree in _degrees(low))
    yield from (("licence", licence) for licence in _licences(low))
    yield from _languages(low)


def _languages(low: str) -> Iterator[Named]:
    if _has(low, _FLUENT) or (_has(low, _KNOWN) and _has(low, _TONGUE)):
        yield from (("language", language) for language in _spoken(low))


def _has(low: str, cues: tuple[str, ...]) -> bool:
    """Whether a text in small letters holds any of some words: the patterns take ten times as long."""
    return any(map(low.__contains__, cues))  # in half the time of a generator


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
    if not _has(low, _LICENCE_CUES):
        return []
    known = _LICENCE if "licen" in low else _UNLICENSED
    return [name for name, (needed, words) in known.items() if _has(low, needed) and words.search(low)]


def _spoken(words: str) -> list[str]:
    return [_LANGUAGE_OF[found[0]] for found in _LANGUAGE.finditer(words)]


def _number(word: str) -> float:
    return min(float(_NUMBERS.get(word, 0) or (word if word[0].isdigit() else 0)), MAX_YEARS)
