"""The part of a longer text that a shorter one was cut from, so that only that part is read beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcher.dedupe.signs import Signs

CUT = 0.5  # a text shorter than this share of the other is a snippet of it, though no sign says so
EDGE = 3  # words at either end of a snippet that may be a board's own, or half a word
RUN = 3


def level(a: Signs, b: Signs) -> tuple[Signs, Signs]:
    """The two as they are, or the longer with no more words than those where the shorter stands in it."""
    if _snippet(a, b):
        return _cut(a, b)
    if _snippet(b, a):
        long, short = _cut(b, a)[::-1]
        return long, short
    return a, b


def _snippet(short: Signs, long: Signs) -> bool:
    share = len(short.words) / max(len(long.words), 1)
    return share < CUT or (short.cut and share < 1)


def inside(a: Signs, b: Signs) -> bool:
    """Whether one text is a snippet whose every sentence, in whatever order, stands in the other."""
    short, long = sorted((a, b), key=lambda one: len(one.words))
    if not _snippet(short, long):
        return False
    among = b" " + long.normal.replace(b"\n", b" ") + b" "
    return all(b" " + sentence + b" " in among for sentence in short.normal.split(b"\n"))


def _cut(short: Signs, long: Signs) -> tuple[Signs, Signs]:
    words, among = short.tokens, long.tokens
    found = _runs(words, among)
    if not found:
        return short, long
    (first, start), (last, end) = found[0], found[-1]
    before, after = first, len(words) - last - RUN  # words of the snippet outside the runs that both have
    left, right = (0 if edge <= EDGE else edge for edge in (before, after))
    kept = words[first - left : last + RUN + right]
    part = among[max(0, start - left) : end + RUN + right]
    return replace(short, normal=_packed(kept)), replace(long, normal=_packed(part))


def _packed(words: Sequence[str]) -> bytes:
    return " ".join(words).encode()


def _runs(words: Sequence[str], among: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs of `RUN` words stand in both, in order: about as far apart in one as in the other."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(among) - RUN + 1):
        places.setdefault(tuple(among[at : at + RUN]), []).append(at)
    runs = [
        (at, spot)
        for at in range(len(words) - RUN + 1)
        for spot in places.get(tuple(words[at : at + RUN]), ())
    ]
    shifts = sorted(spot - at for at, spot in runs)
    middle = shifts[len(shifts) // 2] if shifts else 0
    return sorted((at, spot) for at, spot in runs if abs(spot - at - middle) <= len(words) // 2)
