"""Words as numbers are the words that a text has alone, however many lines are read at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import terms, text, words

SAID = st.sampled_from(
    ("refund", "a", "c++", "24/7", "x" * 17, "x" * 50, "caf\u00e9", "\u00fc" * 21, "P&C", "\u2013")
)
LINES = st.lists(st.lists(st.one_of(SAID, st.text(max_size=5)), max_size=6).map(" ".join), max_size=6)
ONE_LINE = LINES.map(lambda lines: [line.replace("\n", " ") for line in lines])


@given(st.lists(ONE_LINE, max_size=3))
def test_each_line_has_the_words_that_it_has_alone(batches: list[list[str]]) -> None:
    known = words.Known()
    for lines in filter(None, batches):
        found, starts = known.read([*map(str.encode, lines)])
        told = [[known.words[number] for number in part.tolist()] for part in np.split(found, starts[1:-1])]
        assert told == [text.tokens(line) for line in lines]


def test_terms_fall_by_their_letters_however_late_they_were_met() -> None:
    known = words.Known()
    for said in (" ".join(f"w{n * 37 % 1000}x" for n in range(1000)), "w5a w50a w999a", "w0 zebra ant"):
        known.read([said.encode()])
        met = np.zeros(len(known.terms), bool)
        met[::3] = met[-2:] = True
        falling = [known.terms[number] for number in known.falling(met)]
        assert falling == sorted((known.terms[number] for number in np.flatnonzero(met)), reverse=True)


def test_words_that_share_a_slot_of_the_table_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_SLOTS", 1)
    known = words.Known()
    said = "one two three four five six seven one two"
    for _ in range(2):
        found, _ = known.read([said.encode()])
        assert [known.words[number] for number in found.tolist()] == said.split()


@pytest.mark.parametrize(
    "line, name",
    [
        ("Please contact Jane", "person"),
        ("E-mail it", "sent"),
        ("your CV's", "resume"),
        ("10 years", "years"),
        ("prelicensed", "named"),
        ("Spanish/English", "language"),
        ("x" * 60, "language"),
    ],
)
def test_a_line_is_known_by_the_cues_among_its_words(line: str, name: str) -> None:
    known = words.Known()
    hints, _ = known.hints(*known.read([b"parcel", line.encode(), b""]))
    assert [bool(hint & words.HINTS[name]) for hint in hints.tolist()] == [False, True, False]


def test_digits_are_counted_by_line() -> None:
    known = words.Known()
    _, digits = known.hints(*known.read([b"202-555-0100", b"", "c3 and \u0663".encode()]))
    assert digits.tolist() == [10, 0, 2]


@pytest.mark.parametrize(
    "word, folded",
    [
        ("refunds", "refund"), ("policies", "policy"), ("businesses", "business"), ("boxes", "box"), ("address", "address"),
        ("status", "status"), ("analysis", "analysis"), ("saas", "saas"), ("gas", "gas"), ("ties", "tie"),
        ("training", "training"), ("trainer", "trainer"), ("reps", "representative"), ("enquiries", "inquiry"),
    ],
)  # fmt: skip
def test_words_are_folded_to_the_singular_and_one_spelling_and_no_further(word, folded):
    assert terms.fold(word) == folded
