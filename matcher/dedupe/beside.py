"""Two texts side by side: the words of each as they are printed, and which of them the other has not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Indel

MOST = 4000  # words of a text that are compared
BY_CHANCE = 2  # words that two rewritten passages share now and then
SHOWN, LONG = 12, 40  # words that are left of each end of a long stretch that both have

_WORD = re.compile(r"\S+\s*")
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one text as printed, and whether the other text has it; `left_out` words are not shown."""

    text: str
    shared: bool
    left_out: int = 0


Runs = tuple[Run, ...]


def words(left: str, right: str) -> tuple[Runs, Runs]:
    """Both texts, each in stretches that the other has and has not; all of a text but what is beyond MOST.

    Case and punctuation make no difference.
    """
    ours, theirs = (_WORD.findall(text)[:MOST] for text in (left, right))
    one, other = ([_folded(word) for word in words] for words in (ours, theirs))
    blocks = [
        (block.a, block.b, block.size)
        for block in Indel.opcodes(one, other).as_matching_blocks()
        if _meant(block.a, block.b, block.size, len(one), len(other))
    ]
    return (
        tuple(_runs(ours, [(a, size) for a, _, size in blocks])),
        tuple(_runs(theirs, [(b, size) for _, b, size in blocks])),
    )


def _folded(word: str) -> str:
    return "".join(_LETTERS.findall(word.casefold())) or word.strip()


def _meant(a: int, b: int, size: int, end: int, other_end: int) -> bool:
    """Whether a shared stretch is no mere "of the" between passages that differ."""
    edge = (a == 0 and b == 0) or (a + size == end and b + size == other_end)
    return size > BY_CHANCE or (edge and size > 0)


def _runs(told: list[str], shared: list[tuple[int, int]]) -> Iterator[Run]:
    at = 0
    for start, size in [*shared, (len(told), 0)]:
        if start > at:
            yield Run("".join(told[at:start]), shared=False)
        if size:
            yield Run("".join(told[start : start + size]), shared=True)
        at = start + size


def shortened(runs: Iterable[Run]) -> Runs:
    """The same with the middle of long stretches that both have left out."""
    found: list[Run] = []
    for run in runs:
        told = _WORD.findall(run.text) if run.shared else []
        if len(told) <= LONG:
            found.append(run)
            continue
        found.append(Run("".join(told[:SHOWN]), shared=True))
        found.append(Run("", shared=True, left_out=len(told) - 2 * SHOWN))
        found.append(Run("".join(told[-SHOWN:]), shared=True))
    return tuple(found)
