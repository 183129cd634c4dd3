"""What of a text counts, its words and concepts as terms, and what else is known of a document.

Both sides of a match, the job and the profile, pass through `words` and `concept_term`, so they meet in one
space.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import xxhash

from matcher import filters, gazetteer, requirements, skills, stated, text

if TYPE_CHECKING:
    import scipy.sparse as sp  # to load it takes a quarter of a second: a crawl reads texts and has no matrix

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


def revision(document: Document) -> int:
    """The revision of a document: its own, or a hash of all that it says."""
    if document.revision:
        return document.revision
    values = [getattr(document, field.name) for field in fields(document)]
    return xxhash.xxh3_64_intdigest(json.dumps(values).encode())


# ---------------------------------------------------------------------------------- what of a text counts


def words(tokens: Iterable[str]) -> list[str]:
    """The folded words of `tokens`, without stop words, bare numbers and single letters."""
    return [word for word in map(counts_as, tokens) if word]


@functools.lru_cache(maxsize=1 << 16)
def counts_as(token: str) -> str:
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
