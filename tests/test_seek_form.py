from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from matcher.filters import Filters
from webapp.seek import form

BAD = [
    ("place", "Columbus, OH; Dayton, OH", "several places"),
    ("place", "12345", "no place we can read"),
    ("place", "remote", "choice of their own"),
    ("place", "o" * 201, "long for a place"),
    ("place", "\x00\u202e<b>", "no place we can read"),
    ("remote", "yes", "ticked or not"),
    ("pay", "lots", "as a number"),
    ("pay", "-17", "as a number"),
    ("pay", "NaN", "as a number"),
    ("pay", "Infinity", "as a number"),
    ("pay", "1e9", "as a number"),
    ("pay", "17.5.1", "as a number"),
    ("pay", "٣٠", "as a number"),
    ("pay", "9" * 5000, "as a number"),
    ("pay", "999999999999", "smaller number"),
    ("per", "fortnight", "hour, day, week, month or year"),
    ("per", "", "hour, day, week, month or year"),
    ("currency", "euro", "three capital letters"),
    ("currency", "<b>", "three capital letters"),
    ("employment", "SOMETIMES", "is unknown"),
    ("page", "two", "number of the page"),
    ("page", "0", "number of the page"),
    ("page", "-1", "number of the page"),
    ("page", "1" * 5000, "number of the page"),
    ("page", "１", "number of the page"),
]


@pytest.mark.parametrize("name, value, words", BAD)
def test_what_cannot_be_read_is_a_problem_of_its_field_and_the_rest_is_kept(
    name: str, value: str, words: str
) -> None:
    good = {"summary": "calls", "place": "Ohio", "pay": "17", "per": "day", "employment": "INTERN"}
    asked = form.read(MultiDict({**good, name: value}))
    assert list(asked.problems) == [name]
    assert words in asked.problems[name]
    typed = {**good, "employment": frozenset({"INTERN"})}
    assert [other for other, said in typed.items() if other != name and getattr(asked, other) != said] == []


@pytest.mark.parametrize(
    "sent, must",
    [
        ({}, Filters()),
        ({"place": " Columbus, OH "}, Filters(near=("columbus", "ohio", "us"))),
        ({"remote": "1"}, Filters(remote=True)),
        ({"pay": "17.50", "per": "hour"}, Filters(min_pay=Decimal(36400))),
        ({"pay": "17"}, Filters(min_pay=Decimal(35360))),
        (
            {"pay": "35,000", "per": "year", "currency": "GBP"},
            Filters(min_pay=Decimal(35000), currency="GBP"),
        ),
        ({"pay": "0"}, Filters()),
        ({"pay": "", "per": "month"}, Filters()),
        ({"employment": ["FULL_TIME", "INTERN"]}, Filters(employment=frozenset({"FULL_TIME", "INTERN"}))),
    ],
)
def test_what_is_typed_becomes_filters(sent: dict[str, Any], must: Filters) -> None:
    asked = form.read(MultiDict(sent))
    assert (asked.must, asked.problems) == (must, {})


def test_a_filter_with_a_problem_filters_nothing() -> None:
    asked = form.read(
        MultiDict({"place": "12345", "pay": "lots", "per": "aeon", "employment": "X", "page": "?"})
    )
    assert asked.must == Filters()
    assert asked.page == 1


def test_a_page_without_end_is_the_last_that_there_may_be() -> None:
    assert form.read(MultiDict({"page": "999999999999999999"})).page == form.LAST_PAGE


@pytest.mark.parametrize("name", ["summary", "profile"])
def test_a_text_beyond_the_limit_is_refused_however_it_comes(name: str) -> None:
    form.read(MultiDict({name: "é" * 50_000}))
    with pytest.raises(RequestEntityTooLarge):
        form.read(MultiDict({name: "é" * 50_001}))


def test_the_chosen_currency_can_be_chosen_again_though_no_job_states_it() -> None:
    asked = form.read(MultiDict({"currency": "SEK"}))
    assert form.currencies(asked, [("USD", 9), ("GBP", 2)]) == ["USD", "GBP", "SEK"]
    assert form.currencies(form.Form(), []) == []
