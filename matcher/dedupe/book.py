"""The ads of a shelf by their rows, as they are compared: read from disk when asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from matcher.dedupe import signs
from matcher.dedupe.compare import Comparer
from matcher.dedupe.shelf import View

CACHED = 20_000  # ads that are kept in memory: about 5 kB each


def notes(view: View, start: int, end: int) -> Iterator[signs.Note]:
    """What was noted of the ads in the rows from `start` to `end`."""
    columns = [(view.ragged(name), view.ends(name)) for name in ("record", "normal")]
    for row in range(start, end):
        yield signs.Note(*(v[e[row - 1] if row else 0 : e[row]].tobytes() for v, e in columns))


def reader(view: View) -> Callable[[int], signs.Signs]:
    """A function from a row to its signs; what was asked for lately is kept."""
    boilerplate = view.small("boilerplate")
    columns = [(view.ragged(name), view.ends(name)) for name in ("record", "normal")]

    @functools.lru_cache(maxsize=CACHED)
    def read(row: int) -> signs.Signs:
        parts = (v[e[row - 1] if row else 0 : e[row]].tobytes() for v, e in columns)
        return signs.signs(signs.Note(*parts), boilerplate)

    return read


@functools.lru_cache(maxsize=1)
def comparer(view: View) -> Comparer:
    """The comparer of a view's ads: one for each process."""
    return Comparer(reader(view))


def ordered(comparer: Comparer, a: int, b: int) -> tuple[int, int]:
    """Two rows, the one of the smaller (source, identifier) first: as they are compared."""
    one, other = comparer.signs(a).ad, comparer.signs(b).ad
    return (a, b) if (one.source, one.identifier) <= (other.source, other.identifier) else (b, a)
