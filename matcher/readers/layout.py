"""The lines of a page in the order in which a person reads them, where a PDF draws them in another.

Mostly the drawn order is the read one, column after column, and then it stays. Design programs draw all
headings after all texts, and some programs draw line by line across columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

MOST_LINES = 400  # of a page that are put in order: each is held against each
SHARED = 0.2  # of the narrower line's width: so far above each other, two lines are of one column
WIDE = 2.0  # of a line's height: no blank between words is so wide
LEAST_GUTTER = 8.0  # points
PAGE = (-1e9, 1e9)  # from its left to its right edge, and beyond
FEW = 3  # lines with a gap at one place are no columns yet

HEADING = re.compile(
    r"\W*(?:[\w/&-]+\W+){0,3}?(?:about|achievements|awards|certifications?|contact|education|employment|experience"
    r"|history|hobbies|interests|languages?|licen[cs]es|objective|profile|projects|qualifications|references|skills"
    r"|strengths|summary|tools|training|volunteering|work)(?:\W+[\w/&-]+){0,2}\W*",
    re.I,
)


class Line(NamedTuple):
    """A line's words and its box in points, from the lower left corner of the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


def is_plain(boxes: Sequence[tuple[float, float, float, float]], breaks: int) -> bool:
    """Whether what is drawn goes down the page in one column, and breaks into lines where it does so.

    `boxes` are left, bottom, right and top of what is drawn; `breaks` are the line breaks of its text.
    """
    gaps, rows = 0, 1
    for (_, bottom, right, top), (left, low, _, high) in pairwise(boxes):
        if low > top:
            return False
        rows += high < bottom or low < bottom - (top - bottom) / 2
        gaps += high > bottom and left - right > WIDE * max(top - bottom, 1.0)
    return gaps < FEW and breaks <= 2 * rows


def ordered(lines: list[Line]) -> list[Line]:
    """The lines as drawn, where none comes before one above it; else from the top down, column by column."""
    if len(lines) > MOST_LINES:
        return lines
    under = [{other for other, low in enumerate(lines) if _is_above(line, low)} for line in lines]
    if all(other > one for one, lower in enumerate(under) for other in lower):
        return lines
    waits = [sum(one in lower for lower in under) for one in range(len(lines))]
    free = {one for one, count in enumerate(waits) if not count}
    read: list[Line] = []
    block = Line("", 0, 0, 0, 0)  # the last line, as wide as its paragraph
    while free:
        column = [one for one in free if _is_above(block, lines[one])]
        nearest = _first(lines, column or free)
        free.remove(nearest)
        line = lines[nearest]
        goes_on = abs(block.left - line.left) < 2 and block.bottom - line.top < line.top - line.bottom
        block = _whole([line, block])._replace(bottom=line.bottom, top=line.top) if goes_on else line
        read.append(line)
        for other in under[nearest]:
            waits[other] -= 1
            if not waits[other]:
                free.add(other)
    return read


def _first(lines: list[Line], some: Collection[int]) -> int:
    """Of some lines the highest; the leftmost of those at its height."""
    high = lines[max(some, key=lambda one: (lines[one].middle, -one))]
    low = high.middle - (high.top - high.bottom) / 2
    return min((one for one in some if lines[one].middle >= low), key=lambda one: (lines[one].left, one))


def _is_above(line: Line, under: Line) -> bool:
    """Whether a line stands above another and, by a fifth of the narrower, over it."""
    if line.middle - under.middle <= min(line.top - line.bottom, under.top - under.bottom) / 2:
        return False
    narrower = min(line.right - line.left, under.right - under.left)
    return min(line.right, under.right) - max(line.left, under.left) > SHARED * max(narrower, 1.0)


def by_columns(lines: list[list[Line]]) -> list[Line]:
    """Lines, each as its pieces between wide gaps: whole, or cut where two columns lie beside each other.

    Rows of a table look the same; two columns of a résumé have a heading each.
    """
    read: list[Line] = []
    for run, gutter in _runs(list(_mended(lines))):
        pieces = [piece for line in run for piece in line]
        left = [piece for piece in pieces if piece.left < gutter]
        right = [piece for piece in pieces if piece.left >= gutter]
        cut = [line for line in run if len(line) > 1]
        clear = len(cut) >= FEW or any(all(map(_is_heading, line)) for line in cut)
        if clear and any(map(_is_heading, left)) and any(map(_is_heading, right)):
            read += [_whole([p for p in line if p.left < gutter]) for line in run if line[0].left < gutter]
            read += [_whole([p for p in line if p.left >= gutter]) for line in run if line[-1].left >= gutter]
        else:
            read += map(_whole, run)
    return read


def _mended(lines: list[list[Line]]) -> Iterator[list[Line]]:
    """Lines that were drawn word by word, or apart, put together where they go on at the same height."""
    whole: list[Line] = []
    for line in _upright(lines):
        if whole and _goes_on(whole[-1], line[0]):
            gap = line[0].left - whole[-1].right
            if gap <= WIDE * (whole[-1].top - whole[-1].bottom):
                whole[-1] = _whole([whole[-1], line[0]])
                line = line[1:]
            whole += line
            continue
        if whole:
            yield whole
        whole = list(line)
    if whole:
        yield whole


def _upright(lines: list[list[Line]]) -> Iterator[list[Line]]:
    """Lines, with words that run up or down the page, and come letter by letter, put together."""
    letters: list[Line] = []
    for line in [*lines, []]:
        if len(line) == 1 and len(line[0].text.strip()) == 1:
            letters += line
            continue
        yield from _turned(letters)
        letters = []
        if line:
            yield line


def _turned(letters: list[Line]) -> Iterator[list[Line]]:
    """Letters in a row from below or from above as one line, with a blank where it is wider apart."""
    steps = [abs(after.middle - letter.middle) for letter, after in pairwise(letters)]
    if len(steps) < FEW or min(steps) < 1:
        yield from ([letter] for letter in letters)
        return
    usual = sorted(steps)[len(steps) // 2]
    words = [
        f" {letter.text}" if step > 1.5 * usual else letter.text
        for step, letter in zip(steps, letters[1:], strict=True)
    ]
    yield [_whole(letters)._replace(text=letters[0].text + "".join(words))]


def _goes_on(line: Line, after: Line) -> bool:
    return line.bottom < after.middle < line.top and after.left >= line.right - (line.top - line.bottom) / 2


def _is_heading(piece: Line) -> bool:
    return len(piece.text) < 40 and HEADING.fullmatch(piece.text) is not None


def _runs(lines: list[list[Line]]) -> Iterator[tuple[list[list[Line]], float]]:
    """Lines that leave one strip of the page free, and where it ends on the right."""
    run: list[list[Line]] = []
    strip = PAGE
    for line in lines:
        narrowed = _free(line, strip)
        if run and (strip == PAGE or narrowed[1] - narrowed[0] < LEAST_GUTTER):
            yield run, strip[1]
            run, narrowed = [], _free(line, PAGE)
        run.append(line)
        strip = narrowed
    if run:
        yield run, strip[1]


def _free(line: list[Line], strip: tuple[float, float]) -> tuple[float, float]:
    """The widest part of a strip that a line leaves free between its pieces, or beside it."""
    edges = [strip[0], *(edge for piece in line for edge in (piece.left, piece.right)), strip[1]]
    inside = [min(max(edge, strip[0]), strip[1]) for edge in edges]
    gaps = list(zip(inside[::2], inside[1::2], strict=True))
    if strip == PAGE:  # the margins are no gutter
        gaps = gaps[1:-1] or [strip]
    return max(gaps, key=lambda gap: gap[1] - gap[0])


def _whole(pieces: list[Line]) -> Line:
    return Line(
        " ".join(piece.text for piece in pieces),
        min(piece.left for piece in pieces),
        min(piece.bottom for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.top for piece in pieces),
    )
