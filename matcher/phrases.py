"""Finds the phrases of a vocabulary in a text's words: a trie of words, longest first, none overlapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any, Generic, TypeVar

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

    def find(self, tokens: Sequence[str]) -> list[tuple[int, int, Value]]:
        """(start, end, value) of each phrase, `end` excluded, in order of `start`."""
        first, found, free = self._first, [], 0
        words = [*tokens, _END]
        # Most words begin no phrase: they are passed over without a step of the loop.
        for start in compress(range(len(words)), map(first.__contains__, words)):
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
