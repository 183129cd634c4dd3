"""The phrases of a vocabulary, found as trying each of them at every place finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import text
from matcher.phrases import Phrases


def test_the_longest_phrase_wins_and_phrases_never_overlap() -> None:
    phrases = Phrases({"school": "industry", "high school": "level", "high school diploma": "diploma"})
    found = phrases.find(text.tokens("A high-school diploma, or a school of high school age"))
    assert found == [(1, 4, "diploma"), (6, 7, "industry"), (8, 10, "level")]


def test_a_phrase_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="has no word"):
        Phrases({"***": "nothing"})


def plainly(phrases: Mapping[str, str], words: Sequence[str]) -> list[tuple[int, int, str]]:
    """What `Phrases.find` gives, by trying every phrase at every place."""
    found, at = [], 0
    while at < len(words):
        fits = [p for p in phrases if words[at : at + len(p.split())] == p.split()]
        if fits:
            longest = max(fits, key=lambda p: len(p.split()))
            found.append((at, at + len(longest.split()), phrases[longest]))
            at += len(longest.split())
        else:
            at += 1
    return found


WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)


@given(st.lists(WORDS, max_size=8), st.lists(st.sampled_from("abcd"), max_size=30))
def test_the_trie_finds_what_trying_every_phrase_finds(phrases: list[list[str]], words: list[str]) -> None:
    table = {" ".join(phrase): f"value of {' '.join(phrase)}" for phrase in phrases}
    trie, plain = Phrases(table), plainly(table, words)
    assert trie.find(words) == plain
    row = np.array([*(trie.words.get(word, 0) for word in words), 0], int)
    found = zip(*(part.tolist() for part in trie.find_in_row(row)), strict=True)
    assert [(start, end, trie.values[value]) for start, end, value in found] == plain
