"""Pay in fields of its own: ends of a range, schema.org's records and others', whatever stands in them."""

from decimal import Decimal

import pytest

from crawler.clean import pay

D = Decimal  # the tables below are long


def figures(raw, **given_):
    amount = pay.read(raw, **given_)
    return amount and (amount.min_value, amount.max_value, amount.currency, amount.unit_text)


@pytest.mark.parametrize(
    "low, high, unit, currency, read",
    [
        ("2.600", "3.100", "month", "EUR", (2600, 3100)),
        ("36.000", "43.500", "YEAR", "EUR", (36000, 43500)),
        ("24.907", "30.615", "P1Y", "GBP", (24907, 30615)),
        ("21.500", "23.750", "HOUR", "USD", (D("21.50"), D("23.75"))),
        ("950.000", None, "MONTH", "CLP", (950000, None)),
        ("2 600", "3 100,00", "MONTH", "EUR", (2600, 3100)),
        ("66'000", "74'000", "YEAR", "CHF", (66000, 74000)),
        ("26k", "£31k", "YEAR", "GBP", (26000, 31000)),
        ("3 Lakh", "4.5 LPA", "YEAR", "INR", (300000, 450000)),
        ("28万", "35万", "MONTH", "JPY", (280000, 350000)),
        ("5 juta", None, "MONTH", "IDR", (5000000, None)),
        ("2e4", 30000.0, "YEAR", "GBP", (20000, 30000)),
    ],
)
def test_an_end_of_a_range_is_read_by_what_can_be_paid_for_its_unit(low, high, unit, currency, read):
    kind = {"P1Y": "YEAR"}.get(unit, unit.upper())
    assert figures(None, minimum=low, maximum=high, unit=unit, currency=currency) == (*read, currency, kind)
    value = {"minValue": low, "maxValue": high, "unitText": unit}
    assert figures({"currency": currency, "value": value}) == (*read, currency, kind)


def test_an_end_says_its_own_unit_and_currency():
    assert figures(None, minimum="$46,000/yr", maximum="$56,000/yr") == (46000, 56000, "USD", "YEAR")


@pytest.mark.parametrize(
    "given_, text",
    [
        ({"minimum": 36.0, "maximum": 43.5, "unit": "YEAR", "currency": "EUR"}, "36 - 43.50 EUR YEAR"),
        ({"minimum": 19, "maximum": 23, "unit": "YEAR", "currency": "USD"}, "19 - 23 USD YEAR"),
        ({"minimum": 46000, "maximum": 56000, "unit": "HOUR", "currency": "USD"}, "46000 - 56000 USD HOUR"),
        ({"minimum": 1850, "maximum": 2200, "unit": "HOUR"}, "1850 - 2200 HOUR"),
        ({"minimum": "25.000", "unit": "MONTH", "currency": "EUR"}, "25.000 EUR MONTH"),
        ({"minimum": "2.500", "unit": "HOUR", "currency": "EUR"}, "2.500 EUR HOUR"),
        ({"minimum": "35.000", "maximum": "42.000"}, "35.000 - 42.000"),
        ({"minimum": 22, "maximum": 18, "unit": "HOUR"}, "22 - 18 HOUR"),
        ({"minimum": "from 3 up to 4 Lakh", "currency": "INR"}, "from 3 up to 4 Lakh INR"),
        ({"minimum": [20, 25], "unit": "HOUR"}, "20 / 25 HOUR"),
        ({"raw": "19-23", "unit": "YEAR"}, "19-23"),
        ({"raw": "£15.20", "unit": "YEAR"}, "£15.20"),
    ],
)
def test_what_cannot_be_paid_for_its_unit_is_kept_in_words_and_claims_no_figure(given_, text):
    raw = given_.pop("raw", None)
    amount = pay.read(raw, **given_)
    assert amount
    assert (amount.text, amount.min_value, amount.max_value, amount.unit_text) == (text, None, None, None)


@pytest.mark.parametrize(
    "raw, unit, currency, read",
    [
        ("19-23", "HOUR", "USD", (19, 23, "USD", "HOUR")),
        ("19 to 23", "hour", None, (19, 23, None, "HOUR")),
        ("2.600 – 3.100", "month", "EUR", (2600, 3100, "EUR", "MONTH")),
        ("24,500 - 27,000", None, "GBP", (24500, 27000, "GBP", None)),
        ("19-23", None, None, (None, None, None, None)),
    ],
)
def test_a_bare_range_is_pay_where_its_unit_or_currency_stands_beside_it(raw, unit, currency, read):
    assert figures(raw, unit=unit, currency=currency) == read
    assert figures({"currency": currency, "value": raw, "unitText": unit}) == read


@pytest.mark.parametrize(
    "raw, text, read",
    [
        ({"amount": "22.50", "unit": "USD"}, "22.50 USD", (D("22.50"), D("22.50"), "USD", None)),
        ({"price": "44000", "priceCurrency": "USD"}, "44000 USD", (44000, 44000, "USD", None)),
        (
            {"@type": "MonetaryAmount", "value": {"@type": "PriceSpecification", "price": "3100.00"}},
            "3100",
            (3100, 3100, None, None),
        ),
        ({"from": 20, "to": 25, "period": "hour"}, "20 - 25 hour", (20, 25, None, "HOUR")),
        (["$20", "$25"], "$20 / $25", (20, 25, "USD", None)),
        (
            {"currency": "USD", "value": {"value": [20, 25], "unitText": "HOUR"}},
            "20 / 25 USD HOUR",
            (None,) * 4,
        ),
        ({"range": {"bottom": 20, "top": "25"}, "currency": "USD"}, "20 25 USD", (None,) * 4),
        ({"@id": "#pay7", "note": "see advert 12"}, "see advert 12", (None,) * 4),
        ({"value": {"value": {"value": 20}}}, "20", (20, 20, None, None)),
    ],
)
def test_a_record_of_any_shape_is_never_lost(raw, text, read):
    amount = pay.read(raw)
    assert amount
    assert amount.text == text
    assert figures(raw) == read


@pytest.mark.parametrize(
    "raw",
    [
        {"currency": "GBP", "value": {"minValue": 0, "maxValue": "0.00", "unitText": "P1Y"}},
        {"currency": "USD", "value": {"minValue": "null", "maxValue": "null", "unitText": "null"}},
        {"@id": "#pay7", "url": "https://acme.example/jobs/12"},
        {"unit": ["a"], "value": None},
    ],
)
def test_a_record_that_states_nothing_is_nothing(raw):
    assert pay.read(raw) is None
