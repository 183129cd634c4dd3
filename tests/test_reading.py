"""Many documents are read as each of them is by itself, only faster."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import reading, requirements, skills, terms, text, words

SAID = (
    *("call center", "customer service", "zendesk", "excel", "in excel", "fluent Spanish", "P&C license"),
    *("telegram", "via telegram", "refund", "parcel", "the", "e-mail", "24/7", "\n", ". ", "jo@gmail.com"),
    *("3 years of experience", "202-555-0100", "\u2019", "\u0130", "x" * 50, "guidelinesAdhere", "II"),
    *("Contact Jane Doe", "please call", "\nJane Doe", "Job Description:", "send your CV to", "Email:\n"),
    *(
        "bachelor's degree required",
        "registered nurse licence",
        "must speak",
        "Spanish",
        "caf\u00e9",
        "\u2122",
    ),
)
TEXTS = st.lists(st.one_of(st.sampled_from(SAID), st.text(max_size=4)), max_size=12).map(" ".join)
DOCUMENTS = st.lists(st.builds(terms.Document, st.just("job"), TEXTS, TEXTS, st.just("core")), max_size=4)


def plainly(document: terms.Document) -> Counter[str]:
    """The terms of a document, each as often as it counts."""
    title, body = text.tokens(document.title), text.tokens(text.without_contacts(document.text))
    counted = Counter(terms.TITLE_WEIGHT * terms.words(title) + terms.words(body))
    for mention in skills.find_in([*title, ".", *body]):
        weight = terms.TITLE_WEIGHT if mention.start < len(title) else 1
        counted[terms.concept_term(mention.concept)] += weight
    return counted


def counts(batch: reading.Batch, row: int) -> dict[str, float]:
    starts, found, often = batch.counts
    own = slice(starts[row], starts[row + 1])
    columns, often = found[own].tolist(), often[own].tolist()
    return {batch.vocabulary[column]: count for column, count in zip(columns, often, strict=True)}


@given(DOCUMENTS)
def test_each_of_many_documents_has_the_terms_concepts_and_demands_that_it_has_alone(documents):
    batch = reading.count(documents)
    for row, document in enumerate(documents):
        counted = plainly(document)
        assert counts(batch, row) == counted
        numbers = batch.concepts[batch.concepts_at[row] : batch.concepts_at[row + 1]]
        named = [terms.concept_term(terms.concept_ids()[number]) for number in numbers]
        assert named == sorted(term for term in counted if term.startswith("concept:"))
        asked = requirements.asked(document.title, text.without_contacts(document.text))
        assert batch.facts["half_years"][row] == round(2 * asked.years)
        assert batch.facts["degree"][row] == asked.degree
        for name, order in (("licences", requirements.LICENCES), ("languages", requirements.LANGUAGES)):
            assert batch.facts[name][row] == requirements.bits(getattr(asked, name), order)


def test_texts_that_are_long_together_are_read_in_smaller_parts(monkeypatch):
    monkeypatch.setattr(reading, "MOST_LETTERS", 10)
    documents = [terms.Document(str(n), "", "refund" * (n % 2), "core") for n in range(7)]
    assert [len(batch.jobs) for batch in reading.batches(documents, None)] == [4, 3]


def test_the_numbers_of_words_are_the_same_to_every_document_however_many_were_met(monkeypatch):
    documents = [terms.Document(str(n), "Agent", f"parcel{n} refund", "core") for n in range(6)]
    whole = reading.count(documents)
    monkeypatch.setattr(words, "MOST_WORDS", 3)
    for row, document in enumerate(documents):
        assert counts(reading.count([document]), 0) == counts(whole, row)


COUNTED_TWICE = """
import gc, sys
from matcher import reading, terms
documents = [terms.Document(said, said, " ".join(sys.argv[1:]), "core") for said in sys.argv[1:]]
reading.count(documents)
gc.collect()
gc.disable()
reading.count(documents)
print(gc.collect())
"""


def test_to_count_leaves_nothing_to_the_garbage_collector():
    # In a process of its own: here threads of other tests leave something meanwhile.
    alone = [sys.executable, "-X", "utf8", "-c", COUNTED_TWICE, *SAID]
    assert subprocess.run(alone, capture_output=True, text=True, check=True).stdout == "0\n"


@pytest.mark.parametrize(
    "said, flag",
    [
        ("Be there. Send your CV to jo@gmail.com", "rf.personal_email"),
        ("Be there. To apply: text your resume to 202-555-0100", "rf.messenger"),
        ("Be there.", None),
    ],
)
def test_what_warns_among_contacts_is_a_flag_and_no_term(said, flag):
    batch = reading.count([terms.Document("a", "Agent", said, "core")])
    flags = requirements.names(int(batch.facts["flags"][0]), terms.RED_FLAGS)
    refusable = requirements.names(int(batch.facts["refusable"][0]), terms.refusable())
    assert flags == tuple(one for one in refusable if one in terms.RED_FLAGS) == ((flag,) if flag else ())
    assert set(counts(batch, 0)) <= {"agent"}
    assert np.array_equal(batch.concepts, [])
