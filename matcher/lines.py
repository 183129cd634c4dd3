"""The lines of many ads, each different one read once: its words, what it demands, its contacts."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher import folding, requirements, text, words

Array = npt.NDArray[Any]

STOP = 0  # the line of nothing but words.STOP
_DIGITS = 9  # that a telephone number has at least
_SOMEBODY = "\nJane Doe\n"


@dataclass(frozen=True, slots=True)
class Ads:
    """The lines of some ads by number: of the title, of the text as it came, and of what is no contact in it.

    `starts` tells where the words of each line begin in `words`, `demands` what it requires, if anything;
    `spoken` are lines that may name a language.
    """

    titles: list[int]
    raw: list[list[int]]
    bodies: list[list[int]]
    words: Array
    starts: Array
    demands: dict[int, list[requirements.Named]]
    spoken: set[int]


def read(ads: Iterable[tuple[str, str]]) -> Ads:
    """Titles and texts, read."""
    lines = _Lines()
    titles, raw = [], []
    for title, said in ads:
        titles.append(lines.number(title.replace("\n", " ")))
        raw.append(lines.numbers(said))
    lines.read()
    bodies = list(without_contacts(lines, raw))
    lines.read()
    demands = {row: found for row in lines.asking() if (found := requirements.of_line(lines.said(row)))}
    spoken = set(np.flatnonzero(lines.have("language")).tolist())
    return Ads(titles, raw, bodies, lines.words, lines.starts, demands, spoken)


class _Lines:
    """Different lines, numbered as they were met."""

    def __init__(self) -> None:
        self.raw: list[bytes] = [b""]  # in UTF-8, in which they are parted and compared in half the time
        self.words, self.starts = np.array([words.STOP], np.int32), np.array([0, 1])
        self.hints, self.digits = np.zeros((2, 1), np.int32)
        self.signed: set[int] = set()  # lines of texts with an "@" or "#"
        self._numbers: defaultdict[bytes, int] = defaultdict(itertools.count(1).__next__)

    def number(self, line: str) -> int:
        return self._numbers[folding.encoded(line)]

    def numbers(self, said: str) -> list[int]:
        """The lines of a text."""
        lines = folding.encoded(said).split(b"\n")
        rows = list(map(self._numbers.__getitem__, lines))
        if "@" in said or "#" in said:  # most texts have none
            self.signed.update(
                row for row, line in zip(rows, lines, strict=True) if b"@" in line or b"#" in line
            )
        return rows

    def said(self, row: int) -> str:
        return folding.decoded(self.raw[row])

    def read(self) -> None:
        """Read the words of the lines that were met since."""
        if not (new := [*islice(self._numbers, len(self.raw) - 1, None)]):
            return
        self.raw += new
        known = words.known()
        found, starts = known.read(new)
        hints, digits = known.hints(found, starts)
        self.starts = np.concatenate([self.starts, starts[1:] + len(self.words)])
        self.words = np.concatenate([self.words, found])
        self.hints, self.digits = np.append(self.hints, hints), np.append(self.digits, digits)

    def have(self, *names: str) -> Array:
        """Whether the words of each line are cues of all these."""
        bits = sum(words.HINTS[name] for name in names)
        found: Array = (self.hints & bits) == bits
        return found

    def asking(self) -> list[int]:
        """The lines that may require something."""
        named = self.have("years", "experience") | self.have("named") | self.have("language")
        return np.flatnonzero(self.have("cue") & named).tolist()


def without_contacts(lines: _Lines, raw: Sequence[list[int]]) -> Iterator[list[int]]:
    """The lines of each ad without its contacts, as `text.without_contacts` cuts them."""
    left = _without_addresses(lines)
    asked = _asking_for_somebody(lines, left)
    for rows in raw:
        named = not asked.keys().isdisjoint(rows)
        if not named and left.keys().isdisjoint(rows) and not text.has_label(lines.said(rows[0])):
            yield rows
            continue
        said = [left[row] if row in left else lines.said(row) for row in rows]
        body = "\n".join(said)
        if named:
            starts = accumulate((len(line) + 1 for line in said), initial=0)
            places = [
                start + at for row, start in zip(rows, starts, strict=False) for at in asked.get(row, ())
            ]
            body = text.without_persons(body, places)
        yield lines.numbers(text.without_label(body))


def _without_addresses(lines: _Lines) -> dict[int, str]:
    """What is left of each line that holds an address, a telephone number or where to apply."""
    clauses = lines.have("sent", "resume") | lines.have("apply", "called")
    may_hold = clauses | (lines.digits >= _DIGITS)
    may_hold[[*lines.signed]] = True
    rows = np.flatnonzero(may_hold).tolist()
    whole = [*map(lines.said, rows)]
    rest = text.without_addresses("\n".join(whole)).split("\n")[: len(rows)]  # of no lines there is one
    return {row: left for row, said, left in zip(rows, whole, rest, strict=True) if left != said}


def _asking_for_somebody(lines: _Lines, left: dict[int, str]) -> dict[int, list[int]]:
    """Where in a line the sentence begins that names whom to ask; the name may come in the next line."""
    rows = np.flatnonzero(lines.have("person")).tolist()
    said = [f"{left[row] if row in left else lines.said(row)}{_SOMEBODY}" for row in rows]
    found = [one.start() for one in text.persons("".join(said))]
    starts = np.cumsum([0, *map(len, said)])
    asked = defaultdict(list)
    for row, place in zip((np.searchsorted(starts, found, side="right") - 1).tolist(), found, strict=True):
        asked[rows[row]].append(place - int(starts[row]))
    return asked
