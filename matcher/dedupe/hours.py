"""The working times that a text tells by the clock ("17.00 to 22.00", "Mon-Fri 9-5") or as a rota."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from matcher import cues

NEAR = 60  # minutes by which two tellings of one shift may differ at each end
_CLOCK = r"(\d{1,2})(?: ?([0-5]\d))? ?(am|pm)"
_PATTERNS = tuple(
    re.compile(r"(?<![^ ])(?:" + pattern + r")(?![^ ])")
    for pattern in (
        rf"{_CLOCK} (?:to |till |until |and )?{_CLOCK}",
        r"([01]?\d|2[0-4]) ([0-5]\d)() ?(?:hrs )?(?:to|till|until) ([01]?\d|2[0-4]) ([0-5]\d)()",
        r"([01]\d|2[0-4]) ?(00|15|30|45)()(?: ?hrs)? (?:to )?([01]\d|2[0-4]) ?(00|15|30|45)()(?: ?hrs)?",
        r"mon(?:day)? (?:to )?(?:fri|sat|sun)(?:day|urday)? (\d)()() (?:to )?(\d)()()",
    )
)
# A number that may be a time: over every letter, and every number, the patterns are slow.
_START = re.compile(r"\d(?=\d?(?: ?[0-5]\d)? ?(?:am|pm|hrs|to |till|until|\d))")
_DIGITS = bytes.maketrans(b"123456789?", b"0000000000")  # "?" is what is not ASCII: other scripts have digits
_NUMBERS = {word: at for at, word in enumerate("two three four five six seven".split(), 2)}
_COUNT = rf"(\d|{'|'.join(_NUMBERS)})"
_TURN = r"(?:days? |nights? |shifts? )?"
_ROTA = re.compile(rf"(?<![^ ]){_COUNT} {_TURN}on (?:and )?{_COUNT} {_TURN}off(?![^ ])")
# Times at which somebody may be called or seen say nothing of the work.
_NOT_WORK = frozenset(
    """
    call calls calling phone telephone tel contact enquiries interview interviews open opening visit lines
    line apply closing deadline office session webinar event
    """.split()
)


def differing(left: bytes, right: bytes) -> tuple[str, str] | None:
    """What each text tells of its times, unless one of the one is near one of the other; "" tells none.

    The texts are UTF-8: words with one blank or line feed between.
    """
    ours, theirs = _told(left), _told(right)
    if ours == theirs or any(_near(one, other) for one in ours for other in theirs):
        return None
    return _said(ours), _said(theirs)


Span = tuple[int, int]  # minutes of the day; of a rota, days on and off with a minus


@functools.lru_cache(maxsize=1 << 12)
def _told(normal: bytes) -> frozenset[Span]:
    words = normal.decode().replace("\n", " ")
    rotas = _ROTA.finditer(words) if " off " in f"{words} " else ()
    return frozenset((*_clocks(words), *((-_count(rota[1]), -_count(rota[2])) for rota in rotas)))


def _clocks(words: str) -> Iterator[Span]:
    starts = [at for at in _numbers(words) if _START.match(words, at)] + cues.starts(words, ("mon",))
    for pattern in _PATTERNS:
        for match in cues.found_at(pattern, words, starts):
            before = words[max(0, match.start() - 60) : match.start()].split()[-5:]
            start, end = _minutes(*match.groups()[:3]), _minutes(*match.groups()[3:])
            if end <= start and not match[6]:  # "9 to 5"
                end += 12 * 60 if not match[2] else 0
            if start != end and _NOT_WORK.isdisjoint(before):
                yield start, end


def _numbers(words: str) -> list[int]:
    """Where a word begins with a digit, or with what is not ASCII."""
    return cues.starts(b" " + cues.letters(words).translate(_DIGITS), (b" 0",))


def _count(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    of_day = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    return 60 * of_day + int(minute or 0)


def _near(one: Span, other: Span) -> bool:
    if min(*one, *other) < 0:
        return one == other
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


def _said(spans: frozenset[Span]) -> str:
    return ", ".join(
        f"{-a} on {-b} off" if a < 0 else f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}"
        for a, b in sorted(spans)
    )
