"""Clear misprints in what a person tells of themself: of the words of skills, and of no others.

A search is mended by the words of titles and organizations (matcher.names). A summary has more words, names
of people and towns among them, so only what can be one long word of the vocabulary of skills is read as it:
"servise", "billingual", "Zendes".
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matcher import gazetteer, names, skills, terms

SHORTEST = 6  # letters of a word that a misprint may be of; the misprint may have one less
LONG = 10  # letters of a misprint in which two may be wrong: of eight, "metamask" would be "metabase"
ENOUGH = 10_000  # jobs, before a word that none has is no word
_ENDINGS = ("ed", "ing")  # of forms of a word: "competed" is no "computer"
_INFLECTED = (*_ENDINGS, "er", "ers", "ly")
_STEM = 4  # letters of a word that has forms, at least


def meant(word: str, often: Callable[[str], int]) -> str | None:
    """The word of a skill that a misprint is of; None for one that may be meant as it is.

    `often` says in how many texts of jobs a word stands: a misprint in hardly any, what is meant in a
    thousand times as many. It begins with the same letter, and no other word is as near. A form of a word
    that is not so rare is meant as it is, though no ad has it: "calmed" is no "called".
    """
    known = skills.phrases().words
    if len(word) < SHORTEST - 1 or not (word.isascii() and word.isalpha()):
        return None
    if word in terms.STOP or word in known or terms.fold(word) in known:
        return None
    wrong = 1 if len(word) < LONG else 2
    found = process.extract(word, _words(word[0]), scorer=OSA.distance, score_cutoff=wrong, limit=None)
    nearest = {other for other, letters, _ in found if letters == min(found, key=lambda one: one[1])[1]}
    if len({terms.fold(other) for other in nearest}) != 1:
        return None
    other = min(nearest)
    if word.startswith(other) or any(word.endswith(x) and not other.endswith(x) for x in _ENDINGS):
        return None
    if often(other) <= names.RARE * max(map(often, (word, *_stems(word, other)))):
        return None
    return None if any(town.weight >= names.CITY for town in gazetteer.named(word)) else other


def _stems(word: str, other: str) -> Iterator[str]:
    """What a word may be a form of, but for `other`: "calmed" of "calm", "shaded" of "shade"."""
    for ending in _INFLECTED:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _STEM:
            yield from {stem, f"{stem}e"} - {other}


@functools.cache
def _words(letter: str) -> tuple[str, ...]:
    """The words of skills that begin with a letter."""
    every = skills.phrases().words
    return tuple(word for word in every if word[0] == letter and len(word) >= SHORTEST and word.isalpha())
