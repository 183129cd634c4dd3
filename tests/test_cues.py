"""Words are found all at once where they would be found one by one."""

from __future__ import annotations

import string
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from matcher import cues

EVERY = sorted({*cues.PERSONS, *cues.CLAUSES, *cues.NUMBERS, *cues.HOURS})
TEXTS = st.lists(st.one_of(st.sampled_from(EVERY), st.text(max_size=4)), max_size=12).map("".join)


@given(TEXTS, st.sampled_from([str, str.upper, str.title]))
def test_every_word_is_found_wherever_it_begins_in_any_case(text: str, written: Callable[[str], str]) -> None:
    text = written(text)
    low = cues.letters(text).decode()
    assert len(low) == len(text)
    for word in EVERY:
        begun = cues.starts(low, [word])
        told = [at for at in begun if len(word) > 3 or low[at + 3 : at + 4] in string.printable]
        assert cues.places(text, [word]) == told


def test_a_word_is_found_at_the_end_of_a_text_and_none_in_an_empty_one() -> None:
    found = cues.Cues(("job", "post"))
    assert found.find(b"a job, a post, a job") == {"job": [2, 17], "post": [9]}
    assert found.find(b"") == found.find(b"jo") == {}
