from __future__ import annotations

from types import SimpleNamespace
from typing import Any

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


def paired(a: int, b: int, *reasons: str) -> Any:
    return SimpleNamespace(a_id=a, b_id=b, reasons=list(reasons))


def test_a_listing_stands_beside_what_it_was_compared_with_and_says_where_that_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listings: list[Any] = [SimpleNamespace(id=number) for number in (1, 2, 3, 4)]
    pairs = [paired(1, 2, "same text"), paired(2, 3, "same title")]
    told = job.whys(listings, pairs)
    assert {number: (why.beside and why.beside.id, why.reasons) for number, why in told.items()} == {
        2: (1, ["same text"]),
        3: (2, ["same title"]),
        4: (None, ["no longer compared"]),
    }
    monkeypatch.setattr(job, "MOST_PAIRS", 2)  # then there may be more than was read
    assert job.whys(listings, pairs)[4].reasons == ["joined through other copies"]
