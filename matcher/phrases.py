"""Finds the phrases of a vocabulary in a text's words: a trie of words, longest first, none overlapping."""

from __future__ import annotations

import functools
import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from matcher import text

Value = TypeVar("Value")

Array = npt.NDArray[Any]

_END = "\n"  # no word is a line feed


class Phrases(Generic[Value]):
    """`phrases` maps a phrase, as people write it, to its value; time does not grow with their number.

    Raises ValueError for a phrase without a word.
    """

    def __init__(self, phrases: Mapping[str, Value]) -> None:
        self._first: dict[str, Any] = {}  # a word -> [a list of the value, if a phrase ends, what may follow]
        for (phrase, value), words in zip(phrases.items(), text.each([*phrases]), strict=True):
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

    # --- many texts, their words as numbers

    @functools.cached_property
    def words(self) -> dict[str, int]:
        """The words of phrases, numbered from 1; any other word is 0."""
        every = sorted({word for following in self._branches() for word in following})
        return {word: number for number, word in enumerate(every, 1)}

    @functools.cached_property
    def values(self) -> list[Value]:
        """The values of the phrases."""
        return [ends[0] for following in self._branches() for ends, _ in following.values() if ends]

    def find_in_row(self, words: Array) -> tuple[Array, Array, Array]:
        """`find` in texts that stand in a row, their words by the numbers of `words`, a 0 after each.

        The start, the end and the place in `values` of each phrase.
        """
        first, pairs, steps, reached, ends = self._tables
        starts = np.flatnonzero(pairs[first[words[:-1]], words[1:]])
        nodes = first[words[starts]]
        stops, found, depth = starts + 1, ends[nodes], 0
        live = np.arange(len(starts))
        while len(live):
            depth += 1
            step = nodes * len(first) + words[starts[live] + depth]
            place = np.searchsorted(steps, step)
            may = steps[place] == step
            live, nodes = live[may], reached[place[may]]
            whole = ends[nodes] >= 0
            stops[live[whole]], found[live[whole]] = starts[live[whole]] + depth + 1, ends[nodes[whole]]
        whole = found >= 0
        starts, stops, found = starts[whole], stops[whole], found[whole]
        kept = _apart(starts, stops)
        return starts[kept], stops[kept], found[kept]

    @functools.cached_property
    def _tables(self) -> tuple[Array, Array, Array, Array, Array]:
        """The trie as arrays.

        The node of each first word; whether such a node and a word may begin a phrase; steps, rising, where
        they lead, and the value of each node or -1. A step is a node times one more than there are words,
        and a word; 0 is no node.
        """
        first, steps, ends, places = np.zeros(len(self.words) + 1, np.int32), {}, [-1], itertools.count()
        for node, following in enumerate(self._branches()):
            for word, (value, _) in following.items():
                steps[node * len(first) + self.words[word]] = len(ends)
                ends.append(next(places) if value else -1)
        rising = np.array(sorted(steps), np.int32)
        reached = np.array([steps[step] for step in rising.tolist()], np.int32)
        roots = int(np.searchsorted(rising, len(first)))
        first[rising[:roots]] = reached[:roots]
        pairs = np.zeros((roots + 1, len(first)), bool)  # what is first comes first among nodes
        pairs[reached[:roots]] = np.array(ends)[reached[:roots], None] >= 0
        after, seconds = np.divmod(rising, len(first))
        begun = (after > 0) & (after <= roots)
        pairs[after[begun], seconds[begun]] = True
        return first, pairs, np.append(rising, np.iinfo(np.int32).max), reached, np.array(ends, np.int32)

    def _branches(self) -> Iterator[dict[str, Any]]:
        """What may follow each beginning of a phrase, breadth first: the n-th is that of node n."""
        waiting = deque([self._first])
        while waiting:
            yield (following := waiting.popleft())
            waiting.extend(after for _, after in following.values())


def _apart(starts: Array, stops: Array) -> npt.NDArray[np.bool_]:
    """Which of some stretches, in the order of their starts, are taken: what overlaps one taken is not."""
    taken = np.ones(len(starts), bool)
    taken[1:] = starts[1:] >= np.maximum.accumulate(stops)[:-1]
    for row in np.flatnonzero(~taken).tolist():  # few: most overlap nothing
        last = row - 1
        while not taken[last]:
            last -= 1
        taken[row] = starts[row] >= stops[last]
    return taken
