"""Finds the phrases of a vocabulary in a text's words: a trie of words, longest first, none overlapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from matcher import text

Value = TypeVar("Value")

_END = "\n"  # no word is a line feed


class Phrases(Generic[Value]):
    """`phrases` maps a phrase, as people write it, to its value; time does not grow with their number.

    Raises ValueError for a phrase without a word.
    """

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._first: dict[str, Any] = {}  # a word -> [a list of the value, if a phrase ends, what may follow]
        for phrase, value in phrases.items():
            words = text.tokens(phrase)
            if not words:
                raise ValueError(f"The phrase {phrase!r} has no word: give it one, or leave it out.")
            following = self._first
            for word in words:
                node = following.setdefault(word, [[], {}])
                following = node[1]
            node[0] = [value]

    def find(
        self, tokens: Sequence[str], places: Iterable[int] | None = None
    ) -> list[tuple[int, int, Value]]:
        """(start, end, value) of each phrase, `end` excluded, in order of `start`.

        `places`, rising, is where one may begin, if that is known: as `pairs` tells.
        """
        first, found, free = self._first, [], 0
        words = [*tokens, _END]
        if places is None:  # most words begin no phrase: they are passed over without a step of the loop
            places = compress(range(len(words)), map(first.__contains__, words))
        for start in places:
            if start < free:
                continue
            ends, following = first[words[start]]
            end = at = start + 1
            while following and (node := following.get(words[at])) is not None:
                at += 1
                reached, following = node
                if reached:
                    ends, end = reached, at
            if ends:
                found.append((start, end, ends[0]))
                free = end
        return found

    def pairs(self) -> tuple[dict[str, int], dict[str, int], npt.NDArray[np.bool_]]:
        """Which two words in a row may begin a phrase, for who has many texts as numbers.

        The first words and those that come second, each numbered from 1, and bool[first, second]; 0 is any
        other word. A phrase of one word begins whatever comes second.
        """
        after = sorted({word for _, following in self._first.values() for word in following})
        firsts, seconds = ({word: n for n, word in enumerate(words, 1)} for words in (self._first, after))
        begin = np.zeros((len(firsts) + 1, len(seconds) + 1), bool)
        for word, (ends, following) in self._first.items():
            begin[firsts[word], [seconds[one] for one in following]] = True
            begin[firsts[word]] |= bool(ends)
        return firsts, seconds, begin
