from __future__ import annotations

import pytest

from matcher import text
from matcher.facets import Fact
from webapp.seek import job


@pytest.mark.parametrize(
    "facet, value, words",
    [
        ("experience", "1", "1 year"),
        ("experience", "2.5", "2.5 years"),
        ("experience", "0.5", "6 months"),
        ("experience", "0", "none is needed"),
        ("training", "4", "4 weeks"),
        ("training", "paid", "paid"),
        ("typing", "1e+02", "100 words a minute"),
        ("channel", "phone_inbound", "phone, inbound"),
        ("education", "high_school", "high school"),
        ("language", "haitian creole", "Haitian creole"),
    ],
)
def test_a_fact_is_told_in_words(facet: str, value: str, words: str) -> None:
    assert job.in_words(Fact(facet, value, "")) == words


def test_every_value_that_can_be_read_is_told_without_signs_of_a_program() -> None:
    for row in text.vocabulary("facets.csv"):
        told = job.in_words(Fact(row["facet"], row["value"].strip("<>"), ""))
        assert told
        assert "_" not in told
