"""The ads of a shelf by their rows, as they are compared: read from disk when asked for."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from matcher.dedupe import signs
from matcher.dedupe.compare import Comparer
from matcher.dedupe.shelf import View

CACHED = 20_000  # ads that are kept in memory: about 5 kB each


class Book:
    """From a row to its signs; what was asked for lately is kept."""

    def __init__(self, view: View) -> None:
        self._boilerplate = view.small("boilerplate")
        self._columns = [(view.ragged(name), view.ends(name)) for name in ("record", "normal")]
        self._read: dict[int, signs.Signs] = {}

    def __call__(self, row: int) -> signs.Signs:
        if row not in self._read:
            self.prepare([row])
        return self._read[row]

    def prepare(self, rows: Iterable[int]) -> None:
        """Read many together, which costs half of what one by one does."""
        rows = set(rows)
        wanted = sorted(rows.difference(self._read))
        if len(self._read) + len(wanted) > CACHED:
            self._read.clear()
            wanted = sorted(rows)
        self._read.update(zip(wanted, signs.every(map(self.note, wanted), self._boilerplate), strict=True))

    def note(self, row: int) -> signs.Note:
        """What was noted of the ad in a row."""
        return signs.Note(*(v[e[row - 1] if row else 0 : e[row]].tobytes() for v, e in self._columns))


def notes(view: View, start: int, end: int) -> Iterator[signs.Note]:
    """What was noted of the ads in the rows from `start` to `end`."""
    columns = [(view.ragged(name), view.ends(name)) for name in ("record", "normal")]
    for row in range(start, end):
        yield signs.Note(*(v[e[row - 1] if row else 0 : e[row]].tobytes() for v, e in columns))


def comparer(view: View, rows: Iterable[int] = ()) -> Comparer:
    """The comparer of a view's ads, one for each process; `rows` will be asked for."""
    book, found = _opened(view)
    book.prepare(rows)
    return found


@functools.lru_cache(maxsize=1)
def _opened(view: View) -> tuple[Book, Comparer]:
    book = Book(view)
    return book, Comparer(book)


def forget() -> None:
    """Let go of the last view: a night that failed may have left other ads under the same rows."""
    _opened.cache_clear()


def ordered(comparer: Comparer, a: int, b: int) -> tuple[int, int]:
    """Two rows, the one of the smaller (source, identifier) first: as they are compared."""
    one, other = comparer.signs(a).ad, comparer.signs(b).ad
    return (a, b) if (one.source, one.identifier) <= (other.source, other.identifier) else (b, a)
