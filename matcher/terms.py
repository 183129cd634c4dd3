"""What of a text counts: documents read into terms and facts, in processes when there are many.

Both sides of a match, the job and the profile, pass through `words` and `concept_term`, so they meet in one
space.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, fields
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any

import numpy as np
import scipy.sparse as sp

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
}
# A level's "II" is rare and would outweigh the work; the level is evidence of its own.
NUMBERS = frozenset(
    "two three four five six seven eight nine ten twelve fifteen twenty thirty ii iii iv".split()
)
STOP = text.STOP | NUMBERS
MAX_TITLE = 1_000  # characters that are read
MAX_TEXT = 200_000
CHUNK = 500  # documents
POOL_FROM = 10_000  # documents; starting processes costs two seconds

Progress = Callable[[int], None]  # is told how many documents are done


@dataclass(frozen=True, slots=True)
class Document:
    """One job as it is ranked.

    `text` is without contacts; `role` (core, adjacent, other), `level` and `family` are what `roles` said of
    the job; `said` is what its open listings state besides.
    """

    job: str
    title: str
    text: str
    role: str
    level: str | None = None
    family: str = ""
    said: stated.Stated = stated.NOTHING


FACTS = np.dtype(
    [
        *((name, "u1") for name in ("tier", "level", "family", "flags", "half_years", "degree")),
        *((name, "<u8") for name in ("licences", "languages")),
    ]
)
TIERS = ("other", "adjacent", "core")
LEVELS = (None, "entry", "senior", "lead", "manager")
RED_FLAGS = (
    "rf.commission_only", "rf.disguised_sales", "rf.upfront_money", "rf.too_good",
    "rf.personal_email", "rf.messenger", "rf.id_docs",
)  # fmt: skip


# ---------------------------------------------------------------------------------- what of a text counts


def words(tokens: Iterable[str]) -> list[str]:
    """The folded words of `tokens`, without stop words, bare numbers and single letters."""
    return [fold(token) for token in tokens if len(token) > 1 and token not in STOP and not token.isdigit()]


@functools.lru_cache(maxsize=1 << 16)
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
    ]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


# ---------------------------------------------------------------------------------- reading documents


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, counted: rows of term counts over a vocabulary of their own."""

    jobs: list[str]
    hashes: list[bytes]
    vocabulary: list[str]
    counts: sp.csr_matrix
    facts: list[tuple[Any, ...]]
    concepts: list[list[int]]
    said: list[stated.Stated]


def count(documents: Sequence[Document]) -> Batch:
    """The terms and facts of some documents; runs in a process of its own when there are many."""
    found = [read(document) for document in documents]
    terms, mentions = [terms for terms, _ in found], [concepts for _, concepts in found]
    if any(terms):
        from sklearn.feature_extraction.text import (  # noqa: PLC0415 - costs a second, and only a build needs it
            CountVectorizer,
        )

        vectorizer = CountVectorizer(analyzer=list, dtype=np.float32)
        counts, vocabulary = vectorizer.fit_transform(terms), vectorizer.get_feature_names_out().tolist()
    else:  # which CountVectorizer refuses
        counts, vocabulary = sp.csr_matrix((len(documents), 0), dtype=np.float32), []
    number = {concept: n for n, concept in enumerate(concept_ids())}
    return Batch(
        [document.job for document in documents],
        [digest(document) for document in documents],
        vocabulary,
        counts,
        [_facts(document, concepts) for document, concepts in zip(documents, mentions, strict=True)],
        [sorted({number[concept] for concept in concepts}) for concepts in mentions],
        [document.said for document in documents],
    )


def read(document: Document) -> tuple[list[str], list[str]]:
    """Every term of a document, as often as it counts, and its concepts."""
    title = text.tokens(document.title[:MAX_TITLE])
    body = text.tokens(document.text[:MAX_TEXT])
    concepts = [mention.concept for mention in skills.find_in([*title, ".", *body])]
    counted = TITLE_WEIGHT * words(title) + words(body) + [concept_term(concept) for concept in concepts]
    return counted, concepts


def _facts(document: Document, concepts: Collection[str]) -> tuple[Any, ...]:
    """A record of FACTS, with the family still by its name."""
    asked = requirements.asked(document.title[:MAX_TITLE], document.text[:MAX_TEXT])
    return (
        TIERS.index(document.role) if document.role in TIERS else 0,
        LEVELS.index(document.level) if document.level in LEVELS else 0,
        document.family,
        requirements.bits((flag for flag in concepts if flag in RED_FLAGS), RED_FLAGS),
        round(2 * asked.years),
        asked.degree,
        requirements.bits(asked.licences, requirements.LICENCES),
        requirements.bits(asked.languages, requirements.LANGUAGES),
    )


def digest(document: Document) -> bytes:
    values = [getattr(document, field.name) for field in fields(document)]
    return hashlib.sha256(json.dumps(values).encode()).digest()


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
