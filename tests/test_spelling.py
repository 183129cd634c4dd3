"""Which words of a summary are read as words of skills that they are misprints of."""

from __future__ import annotations

import pytest

from matcher import keywords, skills, spelling
from matcher.query import read
from webapp.seek import searching


def often(word: str) -> int:
    """As if ads knew each word of the vocabulary, and some that are none of it."""
    known = {"suport": 2, "managment": 20, "shade": 90}
    return known.get(word, 40_000 * (word in skills.phrases().words))


def unknown(word: str) -> int:
    return 0 if word in MISPRINTS or word in WORDS else often(word)


MISPRINTS = {
    "servise": "service",
    "custmer": "customer",
    "billingual": "bilingual",
    "zendes": "zendesk",
    "suport": "support",
    "trainning": "training",
    "expirience": "experience",
}
WORDS = (
    "offshored",
    "competed",
    "metamask",
    "multiplan",
    "información",
    "cal",
    "braddock",
    "ohare",
    "calmed",  # of "calm", and not "called"
    "shading",  # of "shade", and not "sharing"
)


@pytest.mark.parametrize("word, meant", MISPRINTS.items())
def test_a_clear_misprint_of_a_skill_is_read_as_it(word: str, meant: str) -> None:
    assert spelling.meant(word, unknown) == meant


@pytest.mark.parametrize("word", WORDS)
def test_another_word_or_a_form_of_one_is_no_misprint(word: str) -> None:
    assert spelling.meant(word, unknown) is None


def test_what_ads_write_themselves_is_no_misprint() -> None:
    assert spelling.meant("servise", lambda word: {"servise": 50}.get(word, 40_000)) is None


def test_no_text_of_a_summary_is_carried_because_a_misprint_was_told() -> None:
    told = keywords.Asked(read("a\nb\nc"), notes=("Read “zendes” as “zendesk”.",))
    assert told.tells
    assert not searching.Search("a\nb\nc", told, {}, again=True).carried
    assert searching.Search("zendes", told, {}, again=True).carried == "zendes"
