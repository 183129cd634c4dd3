"""Promises about pay and dates: nothing negative, swapped, a thousandfold wrong or invented."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import normalisers
from crawler.clean import pay
from crawler.items import MonetaryAmount


@pytest.mark.parametrize("name", ["pay", "dates"])
def test_labelled_strings_are_read_as_a_person_reads_them(name):
    wrong: list[object] = []
    told = normalisers.measure(normalisers.KINDS[name], lambda *row: wrong.append(row))
    assert told.labelled == 200
    assert told.precision >= 0.99, wrong
    assert told.coverage >= 0.90, wrong


@pytest.mark.parametrize(
    "raw, low, high, unit",
    [
        ("£9 per hour", 9, 9, "HOUR"),
        ("$211.4K - $290.6K . Offers Equity", 211400, 290600, None),
        ("£20,000 - £25,000 pa", 20000, 25000, "YEAR"),
        ("25 -31000 pro rata", None, None, None),
        ("£35007.97 - £5K Welcome Bonus", None, None, None),
        ("Salary 20000 to 18000", None, None, None),
        ("$-5 an hour", None, None, None),
        ("-£20,000 a year", None, None, None),
        ("$25 - $-1 hourly", 25, None, "HOUR"),
        ("0 - 65K", None, 65000, None),
        ("£24,00", None, None, None),
        ("£38, 984", 38984, 38984, None),
        ("$17.250 per hour", None, None, None),
        ("€17.250 per jaar", 17250, 17250, "YEAR"),
        ("€17,25 per uur", Decimal("17.25"), Decimal("17.25"), "HOUR"),
        ("$1.5M - $2M", 1500000, 2000000, None),
        ("12,34,567 INR", 1234567, 1234567, None),
        ("1,2,3", None, None, None),
        ("47 - 70 میلیون تومان", None, None, None),
        ("Lương:24 Tr - 30 Tr VND", None, None, None),
        ("****K", None, None, None),
        ("GS 9-11", None, None, None),
        ("1e9", None, None, None),
        ("$" + "9" * 400, None, None, None),
    ],
)
def test_no_pay_is_negative_swapped_or_a_thousandfold_wrong_and_its_words_stay(raw, low, high, unit):
    amount = pay.read(raw)
    assert amount
    assert (amount.min_value, amount.max_value, amount.unit_text) == (low, high, unit)
    assert amount.text == raw[: pay.MAX_CHARACTERS]


@pytest.mark.parametrize(
    "words, bounds, low, high, unit",
    [
        ("£14.91 per hour", ("25063", "25063"), "14.91", "14.91", "HOUR"),
        ("£9.21 to £17.06", ("15482", "28677"), "9.21", "17.06", None),
        ("Band 7 - 8a", ("13448", "13448"), None, None, None),
        ("£28,000 - £35,00", ("3500", "28000"), None, None, None),
        ("Up to £25,000 & £1500 Welcome Bonus", ("1500", "25000"), None, "25000", "YEAR"),
        ("Band 6", ("31365", "37890"), "31365", "37890", "YEAR"),
        ("From £24,000", ("24000", None), "24000", None, "YEAR"),
        ("$211.4K - $290.6K", ("211350", "290600"), "211350", "290600", "YEAR"),
        ("Up to £28,560", ("28560", "28560"), None, "28560", "YEAR"),
        ("£24,907 - £30,615 pro rata", ("24907", "30615"), "24907", "30615", "YEAR"),
        ("£72,333.82", ("72333", "72333"), "72333", "72333", "YEAR"),
        ("From £24,000", ("24000", "30000"), "24000", "30000", "YEAR"),
        ("Competitive", ("24907", "30615"), "24907", "30615", "YEAR"),
        ("Competitive", (None, None), None, None, None),
        ("TBC", ("0", "0"), None, None, None),
        ("25000", ("20000", "30000"), "20000", "30000", "YEAR"),
    ],
)
def test_markup_s_bounds_never_beat_words_that_say_otherwise(words, bounds, low, high, unit):
    value = {"value": words, "minValue": bounds[0], "maxValue": bounds[1], "unitText": "YEAR"}
    amount = pay.read({"@type": "MonetaryAmount", "currency": "GBP", "value": value})
    assert amount
    assert (amount.min_value, amount.max_value) == (low and Decimal(low), high and Decimal(high))
    assert amount.unit_text == unit
    assert amount.text == words or words.isdigit()  # a bare number beside bounds says nothing


def sound(amount: MonetaryAmount | None) -> bool:
    if amount is None or not (amount.min_value or amount.max_value):
        return amount is None or (amount.currency is None and amount.unit_text is None)
    values = [value for value in (amount.min_value, amount.max_value) if value is not None]
    return all(0 < value < 10**15 for value in values) and values == sorted(values)


SHAPES = st.lists(
    st.sampled_from(
        "£ $ € USD kr - – to up from / , . 5 31 24,907 £30,615 37.50 k K M per hour an p.a. (pro rata) OTE bonus +"
        " between and or • % band 6 -1 *** 0 00".split()
    )
    | st.sampled_from(["", "\u00a0", "\u202e", "\x00", "١٢٣", "½"]),
    max_size=25,
).map(" ".join)


@given(SHAPES | st.text())
def test_pay_read_from_its_own_words_says_the_same(raw):
    amount = pay.read(raw)
    assert sound(amount)
    if amount:
        again = pay.read(amount.text)
        assert again == amount or raw.count("&") or "<" in raw  # entities unfold once


@given(SHAPES, st.text(max_size=9) | st.floats() | st.integers(), st.floats() | st.integers())
def test_words_and_bounds_of_any_kind_give_sound_pay(raw, minimum, maximum):
    amount = pay.read(raw, minimum=minimum, maximum=maximum, unit="YEAR")
    assert sound(amount)
    yearly = amount and pay.per_year(amount)
    assert yearly is None or yearly > 0
