"""The ads of a shelf by their rows, as they are compared: read from disk when asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator

from matcher.dedupe import signs, sketch
from matcher.dedupe.compare import Comparer
from matcher.dedupe.shelf import View

CACHED = 20_000  # ads that are kept in memory: about 5 kB each


class Book:
    """From a row to its signs; what was asked for lately is kept."""

    def __init__(self, view: View) -> None:
        self._boilerplate = view.small("boilerplate")
        self._note = reader(view)
        self._read: dict[int, signs.Signs] = {}
        self._shingles: dict[int, tuple[signs.Words, signs.Words]] = {}

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
            self._shingles.clear()
            wanted = sorted(rows)
        read = signs.every(map(self._note, wanted), self._boilerplate)
        for at in range(0, len(wanted), signs.TOGETHER):
            some = dict(zip(wanted[at : at + signs.TOGETHER], read, strict=False))
            self._shingles.update(zip(some, _shingles(some.values()), strict=True))
            self._read.update(some)

    def shingles(self, row: int) -> tuple[signs.Words, signs.Words]:
        """The shingles of an ad's words, and of its own."""
        if row not in self._shingles:
            self.prepare([row])
        return self._shingles[row]


def _shingles(read: Collection[signs.Signs]) -> Iterator[tuple[signs.Words, signs.Words]]:
    whole = sketch.every([one.words for one in read])
    own = iter(sketch.every([one.own for one in read if one.own is not one.words]))
    return (
        (words, words if one.own is one.words else next(own)) for one, words in zip(read, whole, strict=True)
    )


def reader(view: View) -> Callable[[int], signs.Note]:
    """A function from a row to what was noted of its ad."""
    record, normal = view.cells("record"), view.cells("normal")
    return lambda row: signs.Note(record(row), normal(row))


def notes(view: View, start: int, end: int) -> list[signs.Note]:
    """What was noted of the ads in the rows from `start` to `end`."""
    return list(map(signs.Note, view.stretch("record", start, end), view.stretch("normal", start, end)))


def comparer(view: View, rows: Iterable[int] = ()) -> Comparer:
    """The comparer of a view's ads, one for each process; `rows` will be asked for."""
    book, found = _opened(view)
    book.prepare(rows)
    return found


@functools.lru_cache(maxsize=1)
def _opened(view: View) -> tuple[Book, Comparer]:
    book = Book(view)
    return book, Comparer(book, book.shingles)


def forget() -> None:
    """Let go of the last view: a night that failed may have left other ads under the same rows."""
    _opened.cache_clear()


def ordered(comparer: Comparer, a: int, b: int) -> tuple[int, int]:
    """Two rows, the one of the smaller (source, identifier) first: as they are compared."""
    one, other = comparer.signs(a).ad, comparer.signs(b).ad
    return (a, b) if (one.source, one.identifier) <= (other.source, other.identifier) else (b, a)
