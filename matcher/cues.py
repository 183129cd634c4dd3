"""Where the words stand that a pattern begins with: over every letter of a long text patterns are slow."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import AnyStr

import numpy as np
import numpy.typing as npt

# --- one word after the other


def starts(text: AnyStr, words: Iterable[AnyStr]) -> list[int]:
    """Every place where one of `words` begins, in the order of `words`."""
    found = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + 1)
    return found


def found_at(pattern: re.Pattern[AnyStr], text: AnyStr, places: Iterable[int]) -> Iterator[re.Match[AnyStr]]:
    """What `pattern.finditer` finds, given every place where it may begin (and any others)."""
    end = 0
    for at in sorted(places):
        if at >= end and (found := pattern.match(text, at)):
            yield found
            end = found.end()


def replaced(text: AnyStr, spans: Sequence[tuple[int, int, AnyStr]]) -> AnyStr:
    """`text` with what stands in each (start, end) made the third."""
    kept: list[AnyStr] = []
    at = 0
    for start, end, put in spans:
        kept += [text[at:start], put]
        at = end
    kept.append(text[at:])
    return text[:0].join(kept)


# --- dozens of words at once

_LETTERS = 4  # by so many first ones a word is looked for
_MIXED = np.uint32(0x9E3779B1)  # the golden ratio: numbers times it differ in their top bits
_LEFT = np.uint32(15)  # and 17 bits are left
_AFTER = string.printable.lower().encode()  # what may follow a word of three letters


class Cues:
    """Finds where any of its words begins, several times faster than one by one.

    Every four letters of a text are looked up at once, as a number, in a table of those that words begin
    with; at the few places that are left the words are read. A word has three letters or more, small and of
    ASCII.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[bytes, tuple[bytes, ...]] = {}
        self._begun = np.zeros(1 << 17, bool)
        for word in sorted({word.encode("ascii") for word in words}):
            for first in (
                [word[:_LETTERS]] if len(word) >= _LETTERS else [word + bytes([x]) for x in {*_AFTER}]
            ):
                self._words[first] = (*self._words.get(first, ()), word)
                self._begun[_mixed(first)] = True

    def find(self, low: bytes) -> dict[str, list[int]]:
        """Of each word that `low` has the places, in order."""
        low += b" " * (_LETTERS - 1)
        found: dict[str, list[int]] = {}
        for at in self._begun.take(_mixed(low)).nonzero()[0].tolist():
            for word in self._words.get(low[at : at + _LETTERS], ()):
                if low.startswith(word, at):
                    found.setdefault(word.decode(), []).append(at)
        return found


def _mixed(low: bytes) -> npt.NDArray[np.uint32]:
    """A number of 17 bits for each four letters in a row."""
    rows = max(len(low) - _LETTERS + 1, 0)
    fours = np.ndarray((rows,), np.dtype("<u4"), buffer=low, strides=(1,))
    mixed = fours * _MIXED
    mixed >>= _LEFT
    return mixed


# --- what is looked for in every ad

PERSONS = (
    *("call", "contact", "email", "e-mail", "ask for", "speak ", "reach out", "recruiter", "hiring manager"),
    *("ansprechpartner", "kontaktperson", "yhteyshenkil", "please "),
)
APPLYING = ("how to apply", "to apply", "click", "tap ")
SENDING = ("please ", "email", "e-mail", "send", "submit", "forward")
CLAUSES = (*APPLYING, *SENDING)
NUMBERS = ("job", "vacancy", "position", "post", "req", "ref")
HOURS = ("hour", "hrs", "hr ", "hr/", "hrp", "hra", "hre", "weekly hour")
REQUIREMENTS = (
    *("year", "yrs", "degree", "bachelor", "licen", "certif", "nurse", "series", "cdl", "nmls", "ptcb"),
    *("lcsw", "fluen", "lingual", "speak", "native", "proficien", "language", "knowledge of", "command of"),
)
_ALL = Cues((*PERSONS, *CLAUSES, *NUMBERS, *HOURS, *REQUIREMENTS))


def places(text: str, words: Iterable[str]) -> list[int]:
    """Every place where one of `words`, which are of the lists above, begins in capitals or small letters."""
    found = _all(text)
    return [at for word in words for at in found.get(word, ())]


@functools.lru_cache(maxsize=4)  # the same text is asked for its persons, its hours and so on
def _all(text: str) -> Mapping[str, list[int]]:
    return _ALL.find(letters(text))


@functools.lru_cache(maxsize=4)
def letters(text: str) -> bytes:
    """`text` in small letters, a byte for each character, "?" for what is not ASCII."""
    return text.encode("ascii", "replace").lower()
