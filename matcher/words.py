"""The words of many lines at once as numbers in a row, with what is asked of each again and again."""

from __future__ import annotations

import functools
import itertools
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import cues, folding, requirements, skills, terms, text

SORTED_ANEW = 1.25  # times as many terms as were sorted
MOST_WORDS = 1 << 20  # that are kept (200 MB); then they are numbered anew
STOP, STOP_WORD = 0, "."  # the word that stands between texts; no text has it

# What words of a line hold where a pattern may be found in it: of most lines none is tried.
CUES = {
    "sent": ("mail", "send", "submit", "forward"),
    "apply": ("apply",),
    **requirements.CUES,
}
WHOLE_CUES = {
    "person": text.PERSON_CUES,
    "resume": frozenset("resume resumes r\u00e9sum\u00e9 r\u00e9sum\u00e9s cv cvs".split()),
    "called": frozenset({"click", "tap", "visit", "go", "call"}),
    **requirements.WHOLE_CUES,
}
HINTS = {name: 1 << number for number, name in enumerate({**CUES, **WHOLE_CUES})}
_EVERY = (1 << len(HINTS)) - 1

Array = npt.NDArray[Any]

_SLOTS = 20  # bits, in 20 MB; so many words are known by their letters, all others by a dictionary
_MIXED = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # odd, their bits as good as drawn
_EIGHT = 8  # letters are one number
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(_EIGHT + 1)], np.uint64)  # of eight letters


class Known:
    """Words, numbered as they were met."""

    def __init__(self) -> None:
        self.terms = [*map(terms.concept_term, terms.concept_ids())]  # then what words count as, each once
        self.words: list[str] = []
        self._terms = {term: number for number, term in enumerate(self.terms)}
        self._numbers: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        self._of = np.zeros((4, 0), np.int32)  # what `_told` tells of each word
        self._falling = np.zeros(0, np.int64)  # the first terms that were met, in the order of `falling`
        self._slots = np.zeros((2, 1 << _SLOTS), np.uint64), np.zeros(1 << _SLOTS, np.int32)
        self._learn([STOP_WORD])

    def __len__(self) -> int:
        return len(self.words)

    def read(self, lines: Sequence[bytes]) -> tuple[Array, Array]:
        """The numbers of the words of lines in UTF-8, and where each line begins among them, and the end."""
        low = folding.folded_bytes(b"\n".join(lines))
        padded = np.frombuffer(b"\n%b\n%b" % (low, bytes(3 * _EIGHT)), np.uint8)
        signs = padded[: len(low) + 2]
        inside = signs > ord(" ")
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        starts, ends = edges[::2].copy(), edges[1::2].copy()  # what lies apart is read more slowly
        feeds = np.flatnonzero(signs[1:] == ord("\n"))
        begun = np.searchsorted(starts, feeds + 1)
        return self._numbered(padded, starts, ends), np.concatenate([[0], begun])

    def _numbered(self, signs: Array, starts: Array, ends: Array) -> Array:
        eights = np.ndarray((len(signs) - _EIGHT + 1,), np.dtype("<u8"), buffer=signs, strides=(1,))
        lengths = ends - starts
        first = eights[starts] & _FIRST[np.minimum(lengths, _EIGHT)]
        second = np.zeros(len(starts), np.uint64)
        more = np.flatnonzero(lengths > _EIGHT)
        second[more] = eights[starts[more] + _EIGHT] & _FIRST[np.minimum(lengths[more] - _EIGHT, _EIGHT)]
        slots = ((first * _MIXED[0] + second * _MIXED[1]) >> np.uint64(64 - _SLOTS)).view(np.int64)
        (one, other), found = self._slots
        numbers: Array = found.take(slots)
        missed = (one.take(slots) != first) | (other.take(slots) != second)
        missed[more] |= lengths[more] > 2 * _EIGHT
        if len(rows := np.flatnonzero(missed)):
            raw = signs.tobytes()
            spans = zip(starts[rows].tolist(), ends[rows].tolist(), strict=True)
            numbers[rows] = self._learn([raw[start:end].decode()[: text.MAX_TOKEN] for start, end in spans])
            # Who has a slot stays in it: usual words are met first, and no rare one puts them out.
            rows = rows[(lengths[rows] <= 2 * _EIGHT) & (one.take(slots[rows]) == 0)]
            kept = slots[rows]
            one[kept], other[kept], found[kept] = first[rows], second[rows], numbers[rows]
        return numbers

    def _learn(self, words: list[str]) -> Array:
        known = len(self._numbers)
        numbers = np.fromiter(map(self._numbers.__getitem__, words), np.int32, len(words))
        if new := [*islice(self._numbers, known, None)]:
            self.words += new
            told = [*zip(*map(self._told, new), strict=True), _hints(new)]
            self._of = np.hstack([self._of, np.array(told, np.int32)])
        return numbers

    def _told(self, word: str) -> tuple[int, int, int]:
        number = -1
        if counted := terms.counts_as(word):
            number = self._terms.setdefault(counted, len(self.terms))
            if number == len(self.terms):
                self.terms.append(counted)
        digits = 0 if word.isalpha() else sum(map(str.isdecimal, word))
        return number, skills.phrases().words.get(word, 0), digits

    def terms_of(self, words: Array) -> Array:
        """The number of what each word counts as, -1 for one that does not count."""
        found: Array = self._of[0].take(words)
        return found

    def falling(self, met: Array) -> list[int]:
        """The numbers of the terms that are `met`, which has a place for each: by their letters, falling."""
        if len(self._falling) * SORTED_ANEW < len(self.terms):
            every = sorted(range(len(self.terms)), key=self.terms.__getitem__, reverse=True)
            self._falling = np.array(every)
        known = self._falling[met[self._falling]].tolist()
        later = np.flatnonzero(met[len(self._falling) :]) + len(self._falling)
        # What is in order already is not sorted again, but the others into it.
        return sorted([*known, *later.tolist()], key=self.terms.__getitem__, reverse=True)

    def in_phrases(self, words: Array) -> Array:
        """The number of each word in phrases, 0 for one that is in none."""
        found: Array = self._of[1].take(words)
        return found

    def hints(self, words: Array, starts: Array) -> tuple[Array, Array]:
        """Of each line the hints of its words together, and how many digits its words have."""
        hints, digits = np.zeros((2, len(starts) - 1), np.int32)
        some = np.flatnonzero(np.diff(starts))
        if len(some):
            hints[some] = np.bitwise_or.reduceat(self._of[3].take(words), starts[some])
            digits[some] = np.add.reduceat(self._of[2].take(words), starts[some])
        return hints, digits


@functools.cache
def known() -> Known:
    return Known()


def forget() -> None:
    """Have words numbered anew: other tables are in force, or too many words are kept."""
    known.cache_clear()


_PARTS = cues.Cues(chain.from_iterable(CUES.values()))


def _hints(found: Sequence[str]) -> Array:
    """What each word is a cue of; one that was cut short may have been anything."""
    hints = np.array([_whole().get(word, 0) if len(word) < text.MAX_TOKEN else _EVERY for word in found])
    starts = np.cumsum([0, *(len(word) + 1 for word in found)])
    for part, places in _PARTS.find("\n".join(found).encode("ascii", "replace")).items():
        bits = sum(HINTS[name] for name, parts in CUES.items() if part in parts)
        hints[np.searchsorted(starts, places, side="right") - 1] |= bits
    return hints


@functools.cache
def _whole() -> dict[str, int]:
    every = {word for words in WHOLE_CUES.values() for word in words}
    return {word: sum(HINTS[name] for name, words in WHOLE_CUES.items() if word in words) for word in every}


def ragged(values: Array, starts: Array, rows: Array) -> tuple[Array, Array]:
    """Rows of different lengths, one after the other: their values, and where each row starts."""
    lengths = starts[rows + 1] - starts[rows]
    new = np.concatenate([[0], np.cumsum(lengths)])
    return values[np.arange(new[-1]) + np.repeat(starts[rows] - new[:-1], lengths)], new
