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
    ("place", "12345", "cannot look up ZIP codes"),
    ("place", "remote", "choice of their own"),
    ("place", "o" * 201, "long for a place"),
    ("place", "\x00\u202e<b>", "no place we can read"),
    ("within", "7", "choose one of those shown"),
    ("remote", "yes", "ticked or not"),
    ("pay", "lots", "Write only the number"),
    ("pay", "-17", "Write only the number"),
    ("pay", "NaN", "Write only the number"),
    ("pay", "Infinity", "Write only the number"),
    ("pay", "1e9", "Write only the number"),
    ("pay", "17.5.1", "Write only the number"),
    ("pay", "٣٠", "Write only the number"),
    ("pay", "9" * 5000, "Write only the number"),
    ("pay", "999999999999", "smaller number"),
    ("pay", "17.50.", "Write only the number"),
    ("pay", "18 to 20", "Write only the number"),
    ("pay", "$18/fortnight", "Write only the number"),
    ("pay", "1,5", "Write only the number"),
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
        ({"pay": "$18"}, Filters(min_pay=Decimal(37440))),
        ({"pay": " $ 18.50 / hr ", "per": "year"}, Filters(min_pay=Decimal(38480))),
        ({"pay": "18 an hour", "per": "month"}, Filters(min_pay=Decimal(37440))),
        ({"pay": "40k", "per": "year"}, Filters(min_pay=Decimal(40000))),
        ({"pay": "$40K per year"}, Filters(min_pay=Decimal(40000))),
        ({"pay": "$18", "currency": "CAD"}, Filters(min_pay=Decimal(37440), currency="CAD")),
        ({"pay": "$18", "currency": "GBP"}, Filters(min_pay=Decimal(37440), currency="USD")),
        ({"pay": "2.5k/mo"}, Filters(min_pay=Decimal(30000))),
        ({"pay": "40 000", "per": "year"}, Filters(min_pay=Decimal(40000))),
        ({"pay": "18,50"}, Filters(min_pay=Decimal(38480))),
        ({"pay": "15 €", "currency": "USD"}, Filters(min_pay=Decimal(31200), currency="EUR")),
        ({"pay": "£12/hr"}, Filters(min_pay=Decimal(24960), currency="GBP")),
        ({"pay": "1,100", "currency": "JPY"}, Filters(min_pay=Decimal(2288000), currency="JPY")),
        ({"pay": "999"}, Filters(min_pay=Decimal(2077920))),
        ({"pay": "1000", "per": "year"}, Filters(min_pay=Decimal(1000))),
        ({"pay": "0"}, Filters()),
        ({"pay": "", "per": "month"}, Filters()),
        ({"employment": ["FULL_TIME", "INTERN"]}, Filters(employment=frozenset({"FULL_TIME", "INTERN"}))),
    ],
)
def test_what_is_typed_becomes_filters(sent: dict[str, Any], must: Filters) -> None:
    asked = form.read(MultiDict(sent))
    assert (asked.must, asked.problems) == (must, {})


@pytest.mark.parametrize(
    "pay, per, words",
    [
        ("40000", "hour", '40,000 an hour? Choose "month" or "year" beside the number.'),
        ("40k an hour", "year", '40,000 an hour? Choose "month" or "year" beside the number.'),
        ("$18.50", "year", '18.50 a year? Choose "hour" or "day" beside the number.'),
    ],
)
def test_pay_for_another_period_than_the_chosen_one_is_asked_about(pay: str, per: str, words: str) -> None:
    asked = form.read(MultiDict({"pay": pay, "per": per}))
    assert asked.problems == {"pay": words}
    assert asked.must == Filters()


def test_pay_is_shown_again_as_what_was_understood() -> None:
    asked = form.read(MultiDict({"pay": "€18,50/hr", "per": "year", "currency": "USD"}))
    assert (asked.pay, asked.per, asked.currency) == ("18,50", "hour", "EUR")


def test_the_number_of_a_page_holds_for_the_list_that_it_was_shown_with() -> None:
    shown = form.read(MultiDict({"pay": "18", "employment": ["INTERN", "FULL_TIME"]}))
    turned = {"pay": "18", "page": "3", "made": shown.made, "employment": ["FULL_TIME", "INTERN"]}
    assert form.read(MultiDict(turned)).page == 3
    for changed in ({"pay": "19"}, {"place": "Ohio"}, {"remote": "1"}, {"employment": ["INTERN"]}):
        assert form.read(MultiDict({**turned, **changed})).page == 1


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
    assert form.currencies(asked, [("USD", 9), ("GBP", 2)], []) == ["USD", "GBP", "SEK"]
    assert form.currencies(form.Form(), [], ["en-US"]) == []


@pytest.mark.parametrize("within, far", [("", None), ("25", 25.0), ("200", 200.0)])
def test_a_distance_is_measured_from_the_town_that_is_asked(within: str, far: float | None) -> None:
    asked = form.read(MultiDict({"place": "Columbus, OH", "within": within}))
    assert (asked.within, asked.must.within, asked.problems) == (within, far, {})
    assert form.read(MultiDict({"within": within})).must.within is None


def test_a_distance_from_a_state_is_a_problem_and_the_state_still_filters() -> None:
    asked = form.read(MultiDict({"place": "Ohio", "within": "25"}))
    assert "measured from a town" in asked.problems["within"]
    assert (asked.must.near, asked.must.within) == ((None, "ohio", "us"), None)
