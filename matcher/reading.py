"""Documents read many at a time: their terms, concepts and facts as arrays, by processes where many."""

from __future__ import annotations

import functools
import gc
import operator
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, fields
from itertools import chain, islice, pairwise
from multiprocessing import get_context
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matcher import lines, requirements, skills, stated, terms, words

CHUNK, MOST_LETTERS = 2_000, 10_000_000  # documents that are read together, if their texts are not longer
POOL_FROM = 5  # chunks; starting processes costs two seconds

Array = npt.NDArray[Any]
Counts = tuple[Array, Array, Array]  # starts of rows, terms, how often: numbers as small as they go
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, counted: rows of term counts over a vocabulary of their own, and what else is known.

    The vocabulary falls, so that what is weighed of it lies as a shard has it, without another sort.
    """

    jobs: Array  # ids as UTF-8 bytes
    revisions: Array
    vocabulary: list[str]
    counts: Counts  # of places in `vocabulary`
    families: tuple[str, ...]  # what facts["family"] counts in
    facts: Array  # records of terms.FACTS
    concepts: Array  # numbers of concepts, row after row
    concepts_at: Array  # offsets into `concepts`, one more than rows
    statements: stated.Statements


def count(documents: Sequence[terms.Document]) -> Batch:
    """The terms and facts of some documents. Contacts are no terms, but what warns among them is a flag."""
    if len(words.known()) > words.MOST_WORDS:
        words.forget()
    ads = lines.read((one.title[: terms.MAX_TITLE], one.text[: terms.MAX_TEXT]) for one in documents)
    said = _in_a_row(ads.titles, ads.bodies, ads)
    at, concepts = _mentions(said)
    of = said.documents(at)
    vocabulary, counts = _counted(said, at, concepts)
    named = np.zeros((len(documents), len(terms.concept_ids())), bool)
    named[of, concepts] = True
    families = tuple(sorted({document.family for document in documents}))
    facts = _facts(documents, families)
    _demand(facts, documents, ads)
    _flag(facts, of, concepts)
    _warn(facts, ads)
    mentioned, concepts = named.nonzero()
    return Batch(
        np.array([document.job.encode() for document in documents], dtype=bytes),
        np.array([terms.revision(document) for document in documents], dtype=np.uint64),
        vocabulary,
        counts,
        families,
        facts,
        concepts.astype(np.uint16),
        np.searchsorted(mentioned, np.arange(len(documents) + 1)),
        stated.table([document.said for document in documents]),
    )


# ---------------------------------------------------------------------------------- words in a row


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of some documents in a row, by number: the title, a stop, the text, a stop."""

    words: Array
    starts: Array  # of each document, and the end of the last
    bodies: Array  # where each text begins

    def documents(self, places: Array) -> Array:
        """Which document each place is in."""
        found: Array = np.searchsorted(self.starts, places, side="right") - 1
        return found


def _in_a_row(titles: Sequence[int], texts: Sequence[list[int]], ads: lines.Ads) -> _Said:
    rows = [(title, lines.STOP, *text, lines.STOP) for title, text in zip(titles, texts, strict=True)]
    found, starts = words.ragged(ads.words, ads.starts, np.fromiter(chain.from_iterable(rows), np.int64))
    first = np.cumsum([0, *map(len, rows)])
    return _Said(found, starts[first], starts[first[:-1] + 2])


def _mentions(said: _Said, wanted: Collection[str] = ()) -> tuple[Array, Array]:
    """Where some concepts, or all, are mentioned, and their numbers."""
    known = words.known()

    def tell(starts: Array, ends: Array) -> list[str]:
        bounds = np.cumsum([0, *(ends - starts)])
        at = np.arange(bounds[-1]) + np.repeat(starts - bounds[:-1], ends - starts)
        told = [*map(known.words.__getitem__, said.words[at].tolist())]
        return [" ".join(told[start:end]) for start, end in pairwise(bounds.tolist())]

    return skills.find_in_row(known.in_phrases(said.words), said.starts, tell, wanted)


def _counted(said: _Said, at: Array, concepts: Array) -> tuple[list[str], Counts]:
    """How often each document has each term: a row a document, over a vocabulary of these documents."""
    known, size = words.known(), len(said.bodies)
    found = known.terms_of(said.words)
    counted = np.flatnonzero(found >= 0)
    vocabulary, column = _columns(found[counted], concepts)
    places = np.concatenate([counted, at])
    of = np.concatenate([np.repeat(np.arange(size), np.diff(said.starts))[counted], said.documents(at)])
    width = max(1, len(vocabulary))
    keys = (of * width + column[np.concatenate([found[counted], concepts])]).astype(_smallest(size * width))
    in_title = keys[places < said.bodies[of]]
    pairs = np.sort(np.concatenate([keys, *[in_title] * (terms.TITLE_WEIGHT - 1)]))
    first = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)])
    often = np.diff(first, append=len(pairs))
    often = often.astype(_smallest(often.max(initial=0)))
    rows, columns = np.divmod(pairs[first], width)
    starts = np.searchsorted(rows, np.arange(size + 1))
    return vocabulary, (starts, columns.astype(_smallest(width)), often)


def _columns(*found: Array) -> tuple[list[str], Array]:
    """The terms among some, by their numbers: each once, falling, and of every number its place there."""
    known = words.known()
    met = np.zeros(len(known.terms), bool)
    for numbers in found:
        met[numbers] = True
    falling = known.falling(met)
    column = np.zeros(len(known.terms), np.int64)
    column[falling] = np.arange(len(falling))
    return [*map(known.terms.__getitem__, falling)], column


def _smallest(most: int) -> np.dtype[Any]:
    """The smallest type of numbers up to some number: they are sorted and sent in a part of the time."""
    return np.min_scalar_type(int(most))


# ---------------------------------------------------------------------------------- facts


def _facts(documents: Sequence[terms.Document], families: Sequence[str]) -> Array:
    """Records of terms.FACTS: what roles said of the documents."""
    facts = np.zeros(len(documents), terms.FACTS)
    tiers, levels = ({name: n for n, name in enumerate(names)} for names in (terms.TIERS, terms.LEVELS))
    family = {name: n for n, name in enumerate(families)}
    facts["tier"] = [tiers.get(document.role, 0) for document in documents]
    facts["level"] = [levels.get(document.level, 0) for document in documents]
    facts["family"] = [family[document.family] for document in documents]
    return facts


def _demand(facts: Array, documents: Sequence[terms.Document], ads: lines.Ads) -> None:
    """Add what the documents require."""
    for row, (document, body) in enumerate(zip(documents, ads.bodies, strict=True)):
        named = [*chain.from_iterable(map(ads.demands.__getitem__, ads.demands.keys() & body))]
        if ads.titles[row] in ads.spoken:
            named += requirements.of_title(document.title[: terms.MAX_TITLE])
        if named:
            asked = requirements.together(named)
            facts["half_years"][row], facts["degree"][row] = round(2 * asked.years), asked.degree
            facts["licences"][row] = requirements.bits(asked.licences, requirements.LICENCES)
            facts["languages"][row] = requirements.bits(asked.languages, requirements.LANGUAGES)


def _flag(facts: Array, of: Array, concepts: Array) -> None:
    """Add that documents mention concepts, where these may be refused."""
    flags, refusable = _bits()
    for name, bits in (("flags", flags), ("refusable", refusable)):
        own = np.flatnonzero(bits[concepts])
        found = np.zeros(len(facts), np.uint64)
        np.bitwise_or.at(found, of[own], bits[concepts[own]])
        facts[name] |= found.astype(facts.dtype[name])


def _warn(facts: Array, ads: lines.Ads) -> None:
    """Add what warns in texts of which a part was cut: among what was cut, read with all around it."""
    cut = [row for row, (raw, body) in enumerate(zip(ads.raw, ads.bodies, strict=True)) if raw != body]
    said = _in_a_row([ads.titles[row] for row in cut], [ads.raw[row] for row in cut], ads)
    at, concepts = _mentions(said, terms.RED_FLAGS)
    _flag(facts, np.array(cut, np.int64)[said.documents(at)], concepts)


@functools.cache
def _bits() -> tuple[Array, Array]:
    """The bits of each concept by number, in facts["flags"] and facts["refusable"]."""
    flags, refusable = np.zeros((2, len(terms.concept_ids())), np.uint64)
    for names, bits in ((terms.RED_FLAGS, flags), (terms.refusable(), refusable)):
        for n, name in enumerate(names):
            bits[terms.concept_ids().index(name)] = 1 << n
    return flags, refusable


# ---------------------------------------------------------------------------------- many documents


def batches(documents: Iterable[terms.Document], progress: terms.Progress | None) -> Iterator[Batch]:
    """The documents counted, some at a time and in order; in processes when there are many."""
    chunks = _chunks(documents)
    first = list(islice(chunks, POOL_FROM))
    done = 0
    counted = _here(first) if len(first) < POOL_FROM else _pooled(chain(first, chunks))
    for batch in counted:
        done += len(batch.jobs)
        if progress:
            progress(done)
        yield batch


def _chunks(documents: Iterable[terms.Document]) -> Iterator[list[terms.Document]]:
    chunk, letters = [], 0
    for document in documents:
        chunk.append(document)
        letters += len(document.text)
        if len(chunk) == CHUNK or letters > MOST_LETTERS:
            yield chunk
            chunk, letters = [], 0
    if chunk:
        yield chunk


_TOLD = operator.attrgetter(*(field.name for field in fields(terms.Document)))


def _count(told: Sequence[tuple[Any, ...]]) -> Batch:
    """`count` of documents that come as tuples: these go to another process several times as fast."""
    return count([terms.Document(*one) for one in told])


def _prepare() -> None:
    """Have all tables at hand, and no cycles looked for among documents: counting leaves none."""
    count([])
    gc.disable()


def _here(chunks: Iterable[list[terms.Document]]) -> Iterator[Batch]:
    """The chunks counted; no cycles are looked for meanwhile: all tables would be looked through for none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield from map(count, chunks)
    finally:
        if collects:
            gc.enable()


def _pooled(chunks: Iterable[list[terms.Document]]) -> Iterator[Batch]:
    """The same in a process a core. Few chunks wait at a time: all texts would not fit in memory."""
    workers = os.cpu_count() or 1
    collecting = gc.isenabled()
    gc.disable()  # here, too: what waits would be looked through each time, and what is read leaves no cycles
    try:
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_prepare) as pool:
            told = ([*map(_TOLD, chunk)] for chunk in chunks)
            yield from ahead(pool, _count, told, 2 * workers)
    finally:
        if collecting:
            gc.enable()


def ahead(pool: Executor, work: Callable[[Given], Made], every: Iterable[Given], most: int) -> Iterator[Made]:
    """What comes of `every` one, in order; while somebody takes one, at most so many others are made."""
    waiting: deque[Future[Made]] = deque()
    for one in every:
        waiting.append(pool.submit(work, one))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
