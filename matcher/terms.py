"""What of a text counts: documents read into terms and facts, in processes when there are many.

Both sides of a match, the job and the profile, pass through `words` and `concept_term`, so they meet in one
space.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
import xxhash

from matcher import filters, gazetteer, requirements, skills, stated, text

TITLE_WEIGHT = 3
# Otherwise a "rep" would be a rare kind of representative, and weigh more than the rest of an ad.
SPELLINGS = {
    "rep": "representative",
    "asst": "assistant",
    "mgr": "manager",
    "centre": "center",
    "adviser": "advisor",
    "enquiry": "inquiry",
    "cheque": "check",
    "programme": "program",
    "licence": "license",
    "genesy": "genesys",  # a name, and no plural
    # Whether a man or a woman did it ranks nobody.
    **dict.fromkeys("salesman saleswoman salesmen saleswomen".split(), "salesperson"),
    **dict.fromkeys("businessman businesswoman businessmen businesswomen".split(), "businessperson"),
    **dict.fromkeys("chairman chairwoman chairmen chairwomen".split(), "chairperson"),
    "waitress": "waiter",
    "hostess": "host",
    "stewardess": "steward",
}
# A level's "II" is rare and would outweigh the work; the level is evidence of its own.
NUMBERS = frozenset(
    "two three four five six seven eight nine ten twelve fifteen twenty thirty ii iii iv".split()
)
GENDER = frozenset(
    "mr mrs ms miss sir madam male female man woman men women gentleman gentlemen lady ladies girl boy"
    " mother father mom mum dad husband wife".split()
)
STOP = text.STOP | NUMBERS | GENDER
# How counts are damped: as BM25 does, by its usual figures. The tenth "claim" says little more than the
# third, and less in a long ad. The usual length is a figure of real ads and no mean of the corpus: what one
# job weighs hangs on no other.
SATURATION = 1.2
LENGTHS = 0.75  # of the way from "length does not matter" to "only the rate counts"
USUAL_LENGTH = 285  # terms, on average over 3,960 real ads
MAX_TITLE = 1_000  # characters that are read
MAX_TEXT = 200_000
CHUNK = 500  # documents
POOL_FROM = 10_000  # documents; starting processes costs two seconds

Array = npt.NDArray[Any]
Progress = Callable[[int], None]  # is told how many documents are done


@dataclass(frozen=True, slots=True)
class Document:
    """One job as it is ranked.

    Contacts in `text` do not count; `role` (core, adjacent, other), `level` and `family` are what `roles`
    said of the job; `said` is what its open listings state besides. `revision` is another number for
    everything that may be said of one job; 0 has it made of the words.
    """

    job: str
    title: str
    text: str
    role: str
    level: str | None = None
    family: str = ""
    said: stated.Stated = stated.NOTHING
    revision: int = 0


FACTS = np.dtype(
    [
        *((name, "u1") for name in ("tier", "level", "family", "flags", "half_years", "degree")),
        *((name, "<u8") for name in ("licences", "languages", "refusable")),
    ]
)
TIERS = ("other", "adjacent", "core")
LEVELS = (None, "entry", "senior", "lead", "manager")
RED_FLAGS = (
    "rf.commission_only", "rf.disguised_sales", "rf.upfront_money", "rf.too_good",
    "rf.personal_email", "rf.messenger", "rf.id_docs",
)  # fmt: skip
# What people say they do not want of a job besides its flags; when and where they would work only filters.
REFUSED_CATEGORIES = frozenset({"channel", "domain"})
REFUSED = frozenset(
    {"em.independent", "pa.commission", "me.quota", "ta.upsell", "ta.collections", "ta.supervise"}
)


@functools.cache
def refusable() -> tuple[str, ...]:
    """The concepts that weigh against a job where a text refuses them, in the order of their bits."""
    known = skills.concepts().values()
    asked = sorted(one.id for one in known if one.category in REFUSED_CATEGORIES or one.id in REFUSED)
    return (*RED_FLAGS, *asked)


@functools.cache
def _refusable() -> frozenset[str]:
    return frozenset(refusable())


# ---------------------------------------------------------------------------------- what of a text counts


def words(tokens: Iterable[str]) -> list[str]:
    """The folded words of `tokens`, without stop words, bare numbers and single letters."""
    return [word for word in map(_counts, tokens) if word]


@functools.lru_cache(maxsize=1 << 16)
def _counts(token: str) -> str:
    """What a token counts as; nothing for a stop word, a bare number or a single letter."""
    return fold(token) if len(token) > 1 and token not in STOP and not token.isdigit() else ""


def fold(word: str) -> str:
    """`word` in the singular and in one spelling. No more: "trainer" and "training" are different work."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "aas")):
        word = word[:-1]
    return SPELLINGS.get(word, word)


def concept_term(concept: str) -> str:
    """The term of a concept; no word has a colon."""
    return f"concept:{concept}"


def damp(counts: sp.csr_matrix) -> None:
    """Replace each count of a document (row) by what it weighs before idf, between 0 and SATURATION + 1."""
    every = np.diff(counts.indptr)
    lengths = np.repeat(np.asarray(counts.sum(axis=1)).ravel(), every)
    slack = SATURATION * (1 - LENGTHS + LENGTHS * lengths / USUAL_LENGTH)
    counts.data = (counts.data * (SATURATION + 1) / (counts.data + slack)).astype(np.float32)


@functools.cache
def concept_ids() -> tuple[str, ...]:
    """All concepts of the vocabulary, sorted; a concept's number is its place here."""
    return tuple(sorted(skills.concepts()))


@functools.cache
def tables() -> str:
    """A digest of the vocabulary and tables by which texts are read and what is found in them is numbered.

    Bits, concept numbers and weights that were made by other tables mean other things by these.
    """
    values = [
        *(text.vocabulary(name) for name in ("skills.csv", "skills_context.csv", "roles.csv")),
        *(requirements.LICENCES, requirements.LANGUAGES, requirements.DEGREES, RED_FLAGS, TIERS, LEVELS),
        *(filters.EMPLOYMENT, gazetteer.digest()),
        *(sorted(STOP), SPELLINGS, TITLE_WEIGHT, MAX_TITLE, MAX_TEXT, FACTS.descr),
        *(refusable(), SATURATION, LENGTHS, USUAL_LENGTH),
    ]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


# ---------------------------------------------------------------------------------- reading documents


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, counted: rows of term counts over a vocabulary of their own, and what else is known."""

    jobs: Array  # ids as UTF-8 bytes
    revisions: Array
    vocabulary: list[str]
    counts: sp.csr_matrix
    families: tuple[str, ...]  # what facts["family"] counts in
    facts: Array  # records of FACTS
    concepts: Array  # numbers of concepts, row after row
    concepts_at: Array  # offsets into `concepts`, one more than rows
    statements: stated.Statements


def count(documents: Sequence[Document]) -> Batch:
    """The terms and facts of some documents; runs in a process of its own when there are many."""
    plain = [replace(document, text=text.without_contacts(document.text)) for document in documents]
    found = [read(document) for document in plain]
    vocabulary, counts = _counted([terms for terms, _ in found])
    number = {concept: n for n, concept in enumerate(concept_ids())}
    mentioned = [sorted({number[concept] for concept in concepts}) for _, concepts in found]
    families = tuple(sorted({document.family for document in documents}))
    facts = [
        _facts(document, concepts, families) for document, (_, concepts) in zip(plain, found, strict=True)
    ]
    return Batch(
        np.array([document.job.encode() for document in documents], dtype=bytes),
        np.array([revision(document) for document in documents], dtype=np.uint64),
        vocabulary,
        counts,
        families,
        np.array(facts, dtype=FACTS),
        np.array([number for numbers in mentioned for number in numbers], dtype=np.uint16),
        np.cumsum([0, *map(len, mentioned)], dtype=np.int64),
        stated.table([document.said for document in documents]),
    )


def _counted(documents: list[list[str]]) -> tuple[list[str], sp.csr_matrix]:
    """How often each document has each term: a row a document, over a vocabulary of these documents."""
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    number: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    every = chain.from_iterable(documents)
    said = np.fromiter(map(number.__getitem__, every), dtype=np.int64, count=int(lengths.sum()))
    width = max(1, len(number))
    pairs = np.sort(np.repeat(np.arange(len(documents)), lengths) * width + said)
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    often = np.diff(first, append=len(pairs)).astype(np.float32)
    rows, columns = np.divmod(pairs[first], width)
    starts = np.searchsorted(rows, np.arange(len(documents) + 1))
    return list(number), sp.csr_matrix((often, columns, starts), shape=(len(documents), width))


def read(document: Document) -> tuple[list[str], list[str]]:
    """Every term of a document, as often as it counts, and its concepts."""
    title = text.tokens(document.title[:MAX_TITLE])
    body = text.tokens(document.text[:MAX_TEXT])
    mentions = skills.find_in([*title, ".", *body])
    counted = TITLE_WEIGHT * words(title) + words(body)
    for mention in mentions:
        counted += [concept_term(mention.concept)] * (TITLE_WEIGHT if mention.start < len(title) else 1)
    return counted, [mention.concept for mention in mentions]


def _facts(document: Document, concepts: Collection[str], families: Sequence[str]) -> tuple[Any, ...]:
    """A record of FACTS."""
    asked = requirements.asked(document.title[:MAX_TITLE], document.text[:MAX_TEXT])
    return (
        TIERS.index(document.role) if document.role in TIERS else 0,
        LEVELS.index(document.level) if document.level in LEVELS else 0,
        families.index(document.family),
        requirements.bits((flag for flag in concepts if flag in RED_FLAGS), RED_FLAGS),
        round(2 * asked.years),
        asked.degree,
        requirements.bits(asked.licences, requirements.LICENCES),
        requirements.bits(asked.languages, requirements.LANGUAGES),
        requirements.bits((one for one in concepts if one in _refusable()), refusable()),
    )


def revision(document: Document) -> int:
    """The revision of a document: its own, or a hash of all that it says."""
    values = [getattr(document, field.name) for field in fields(document)]
    return document.revision or xxhash.xxh3_64_intdigest(json.dumps(values).encode())


def batches(documents: Iterable[Document], progress: Progress | None) -> Iterator[Batch]:
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


def _pooled(chunks: Iterable[list[Document]]) -> Iterator[Batch]:
    """The same in a process a core. Few chunks wait at a time: all texts would not fit in memory."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Batch]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(count, chunk))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
