"""Documents read many at a time: their terms, concepts and facts as arrays, by processes where many."""

from __future__ import annotations

import functools
import gc
import itertools
import operator
import os
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, fields
from itertools import chain, islice, pairwise
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from matcher import requirements, skills, stated, terms, text

CHUNK = 500  # documents
POOL_FROM = 10_000  # documents; starting processes costs two seconds
MOST_WORDS = 1 << 20  # that are kept (200 MB); then they are numbered anew

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, counted: rows of term counts over a vocabulary of their own, and what else is known."""

    jobs: Array  # ids as UTF-8 bytes
    revisions: Array
    vocabulary: list[str]
    counts: sp.csr_matrix
    families: tuple[str, ...]  # what facts["family"] counts in
    facts: Array  # records of terms.FACTS
    concepts: Array  # numbers of concepts, row after row
    concepts_at: Array  # offsets into `concepts`, one more than rows
    statements: stated.Statements


def count(documents: Sequence[terms.Document]) -> Batch:
    """The terms and facts of some documents. Contacts are no terms, but what warns among them is a flag."""
    if len(_known()) > MOST_WORDS:
        forget()
    titles = [text.tokens(document.title[: terms.MAX_TITLE]) for document in documents]
    plain, asked = [], []
    for document in documents:  # both while `cues` has the text at hand
        plain.append(text.without_contacts(document.text)[: terms.MAX_TEXT])
        asked.append(requirements.asked(document.title[: terms.MAX_TITLE], plain[-1]))
    said = _said(titles, plain)
    vocabulary, counts = _counted(said)
    concepts = [{mention.concept for mention in mentions} for mentions in said.mentions]
    number = {concept: n for n, concept in enumerate(terms.concept_ids())}
    mentioned = [sorted(map(number.__getitem__, found)) for found in concepts]
    families = tuple(sorted({document.family for document in documents}))
    for found, document, body in zip(concepts, documents, plain, strict=True):
        found |= _warnings(document, body)
    facts = [
        _facts(document, own, found, families)
        for document, own, found in zip(documents, asked, concepts, strict=True)
    ]
    return Batch(
        np.array([document.job.encode() for document in documents], dtype=bytes),
        np.array([terms.revision(document) for document in documents], dtype=np.uint64),
        vocabulary,
        counts,
        families,
        np.array(facts, dtype=terms.FACTS),
        np.array([*chain.from_iterable(mentioned)], dtype=np.uint16),
        np.cumsum([0, *map(len, mentioned)], dtype=np.int64),
        stated.table([document.said for document in documents]),
    )


# ---------------------------------------------------------------------------------- words as numbers


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of some documents, titles first, as numbers in a row, and the concepts that they mention."""

    words: Array
    starts: Array  # of each document, and the end of the last
    bodies: Array  # where each text begins
    mentions: list[list[skills.Mention]]


def _said(titles: Sequence[list[str]], bodies: Sequence[str]) -> _Said:
    said = [[*title, ".", *text.tokens(body)] for title, body in zip(titles, bodies, strict=True)]
    starts = np.cumsum([0, *map(len, said)])
    words = _known().numbers(chain.from_iterable(said), int(starts[-1]))
    places = np.flatnonzero(_known().may_begin(words))
    of = np.searchsorted(places, starts)
    own = (places - np.repeat(starts[:-1], np.diff(of))).tolist()
    mentions = [
        skills.find_in(tokens, own[start:end])
        for tokens, (start, end) in zip(said, pairwise(of.tolist()), strict=True)
    ]
    return _Said(words, starts, starts[:-1] + np.array([*map(len, titles)], np.int64), mentions)


class _Known:
    """Words, numbered as they were met, with what is asked of each again and again."""

    def __init__(self) -> None:
        self.terms = [*map(terms.concept_term, terms.concept_ids())]  # then what words count as, each once
        self._terms = {term: number for number, term in enumerate(self.terms)}
        self._words: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        self._firsts, self._seconds, self._begin = skills.phrases().pairs()
        self._of = np.zeros((3, 0), np.int32)  # of each word: its term or -1, and its numbers in phrases

    def __len__(self) -> int:
        return len(self._words)

    def numbers(self, words: Iterable[str], count: int) -> Array:
        """The numbers of so many words."""
        known = len(self._words)
        found = np.fromiter(map(self._words.__getitem__, words), np.int32, count)
        if new := [self._told(word) for word in islice(self._words, known, None)]:
            self._of = np.hstack([self._of, np.array(new, np.int32).T])
        return found

    def _told(self, word: str) -> tuple[int, int, int]:
        number = -1
        if counted := terms.counts_as(word):
            number = self._terms.setdefault(counted, len(self.terms))
            if number == len(self.terms):
                self.terms.append(counted)
        return number, self._firsts.get(word, 0), self._seconds.get(word, 0)

    def terms_of(self, words: Array) -> Array:
        """The number of what each word counts as, -1 for one that does not count."""
        found: Array = self._of[0][words]
        return found

    def may_begin(self, words: Array) -> Array:
        """Whether the phrase of a concept may begin at each of some words in a row."""
        found: Array = self._begin[self._of[1][words], np.append(self._of[2][words[1:]], 0)]
        return found


@functools.cache
def _known() -> _Known:
    return _Known()


def forget() -> None:
    """Have words numbered anew: other tables are in force, or too many words are kept."""
    _known.cache_clear()


def _counted(said: _Said) -> tuple[list[str], sp.csr_matrix]:
    """How often each document has each term: a row a document, over a vocabulary of these documents."""
    known, size = _known(), len(said.mentions)
    width = len(known.terms)
    rows = np.repeat(np.arange(size), np.diff(said.starts))
    found = known.terms_of(said.words)
    weights = np.where(np.arange(len(rows)) < said.bodies[rows], terms.TITLE_WEIGHT, 1)
    keys = np.repeat(rows * width + found, np.where(found < 0, 0, weights))
    pairs = np.sort(np.concatenate([keys, _mentioned(said, width)]))
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    often = np.diff(first, append=len(pairs)).astype(np.float32)
    rows, columns = np.divmod(pairs[first], width)
    met = np.zeros(width, bool)
    met[columns] = True
    own = (np.cumsum(met) - 1)[columns]
    starts = np.searchsorted(rows, np.arange(size + 1))
    vocabulary = [known.terms[number] for number in np.flatnonzero(met).tolist()]
    return vocabulary, sp.csr_matrix((often, own, starts), shape=(size, max(1, len(vocabulary))))


def _mentioned(said: _Said, width: int) -> Array:
    """Each mention of a concept: the number of its document times `width` and that of its term."""
    number = {concept: n for n, concept in enumerate(terms.concept_ids())}
    titles = (said.bodies - said.starts[:-1]).tolist()
    found = [
        (row * width + number[mention.concept], terms.TITLE_WEIGHT if mention.start < title else 1)
        for row, (mentions, title) in enumerate(zip(said.mentions, titles, strict=True))
        for mention in mentions
    ]
    keys, weights = np.array(found, np.int64).reshape(-1, 2).T
    return np.repeat(keys, weights)


# ---------------------------------------------------------------------------------- facts


def _warnings(document: terms.Document, left: str) -> set[str]:
    """The red flags of a document of which a part was cut: among what was cut, read with all around it."""
    whole = document.text.strip()[: terms.MAX_TEXT]
    if whole == left:
        return set()
    kept, lines = set(left.split("\n")), whole.split("\n")
    cut = {row for row, line in enumerate(lines) if line not in kept}
    near = "\n".join(line for row, line in enumerate(lines) if not cut.isdisjoint((row - 1, row, row + 1)))
    if not any(
        concept in terms.RED_FLAGS for _, _, (concept, *_) in skills.phrases().find(text.tokens(near))
    ):
        return set()
    words = [*text.tokens(document.title[: terms.MAX_TITLE]), ".", *text.tokens(whole)]
    return {mention.concept for mention in skills.find_in(words)}.intersection(terms.RED_FLAGS)


@functools.cache
def _bits() -> dict[str, tuple[int, int]]:
    """The bits of each concept that may be refused, in facts["flags"] and facts["refusable"]."""
    flags = {name: 1 << n for n, name in enumerate(terms.RED_FLAGS)}
    return {name: (flags.get(name, 0), 1 << n) for n, name in enumerate(terms.refusable())}


def _facts(
    document: terms.Document,
    asked: requirements.Requirements,
    concepts: Collection[str],
    families: Sequence[str],
) -> tuple[Any, ...]:
    """A record of terms.FACTS."""
    bits = [_bits()[concept] for concept in concepts if concept in _bits()]
    return (
        terms.TIERS.index(document.role) if document.role in terms.TIERS else 0,
        terms.LEVELS.index(document.level) if document.level in terms.LEVELS else 0,
        families.index(document.family),
        sum(flag for flag, _ in bits),
        round(2 * asked.years),
        asked.degree,
        requirements.bits(asked.licences, requirements.LICENCES),
        requirements.bits(asked.languages, requirements.LANGUAGES),
        sum(refusable for _, refusable in bits),
    )


# ---------------------------------------------------------------------------------- many documents


def batches(documents: Iterable[terms.Document], progress: terms.Progress | None) -> Iterator[Batch]:
    """The documents counted, some at a time and in order; in processes when there are many."""
    stream = iter(documents)
    chunks = iter(lambda: list(islice(stream, CHUNK)), [])
    first = list(islice(chunks, POOL_FROM // CHUNK))
    done = 0
    counted = map(count, first) if len(first) < POOL_FROM // CHUNK else _pooled(chain(first, chunks))
    for batch in counted:
        done += len(batch.jobs)
        if progress:
            progress(done)
        yield batch


_TOLD = operator.attrgetter(*(field.name for field in fields(terms.Document)))


def _count(told: Sequence[tuple[Any, ...]]) -> Batch:
    """`count` of documents that come as tuples: these go to another process several times as fast."""
    return count([terms.Document(*one) for one in told])


def _prepare() -> None:
    """Have all tables at hand, and out of the way of the garbage collector, which would look through them."""
    count([])
    gc.freeze()


def _pooled(chunks: Iterable[list[terms.Document]]) -> Iterator[Batch]:
    """The same in a process a core. Few chunks wait at a time: all texts would not fit in memory."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_prepare) as pool:
        waiting: deque[Future[Batch]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_count, [*map(_TOLD, chunk)]))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
