import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import pay
from crawler.items import MonetaryAmount

D = Decimal  # the tables below are long

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text("$£€kK.,-+ 0123456789perhouryaUSD"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "min", "max", "currency", "period", "minValue", "text"]), inner
        )
    ),
    max_leaves=6,
)


def figures(raw, **given_):
    amount = pay.read(raw, **given_)
    return amount and (amount.min_value, amount.max_value, amount.currency, amount.unit_text)


@pytest.mark.parametrize(
    "raw, low, high, currency, unit",
    [
        ("$17/hour", D(17), D(17), "USD", "HOUR"),
        ("$18 - $22.50/hr", D(18), D("22.50"), "USD", "HOUR"),
        ("£24,907 - £30,615 pro rata pa", D(24907), D(30615), "GBP", "YEAR"),
        ("£56.04 p/h to £67.24 p/h", D("56.04"), D("67.24"), "GBP", "HOUR"),
        ("Up to $21/hour", None, D(21), "USD", "HOUR"),
        ("Upto 30K", None, D(30000), None, None),
        ("From £27,785.70 plus benefits", D("27785.70"), None, "GBP", None),
        ("From 21,000 to 24,000 per annum", D(21000), D(24000), None, "YEAR"),
        ("£9.21ph+", D("9.21"), None, "GBP", "HOUR"),
        ("$80k+", D(80000), None, "USD", None),
        ("€2.973 - €4.494 per maand", D(2973), D(4494), "EUR", "MONTH"),
        ("1.234,56 € pro Monat", D("1234.56"), D("1234.56"), "EUR", "MONTH"),
        ("€17,87 per uur", D("17.87"), D("17.87"), "EUR", "HOUR"),
        ("35 000 - 40 000 € / an", D(35000), D(40000), "EUR", "YEAR"),
        ("8,00,000 INR per annum", D(800000), D(800000), "INR", "YEAR"),
        ("₹8.8L – ₹10.6L", D(880000), D(1060000), "INR", None),
        ("£25-31k", D(25000), D(31000), "GBP", None),
        ("$40- $60k", D(40000), D(60000), "USD", None),
        ("$150K – $1M • Offers Equity", D(150000), D(1000000), "USD", None),
        ("$135.4K – $159.3K • $27K Bonus", D(135400), D(159300), "USD", None),
        ("35000-73000", D(35000), D(73000), None, None),
        ("Between £7,959.64 and £8,531.12", D("7959.64"), D("8531.12"), "GBP", None),
        ("Band 6 £31365 - £37,890 pro rata", D(31365), D(37890), "GBP", None),
        ("Band 7 - £38,890-£44,503", D(38890), D(44503), "GBP", None),
        ("Bank Band 2 - £10.12ph", D("10.12"), D("10.12"), "GBP", "HOUR"),
        ("Grade 8 £56,060 per annum", D(56060), D(56060), "GBP", "YEAR"),
        ("24/7 shifts, $15/hr", D(15), D(15), "USD", "HOUR"),
        ("35 hours a week, £20k", D(20000), D(20000), "GBP", None),
        ("USD $136,000.00 - USD $166,000.00 /Yr", D(136000), D(166000), "USD", "YEAR"),
        ("$70,000/yr - CA$75,000/yr", D(70000), D(75000), "CAD", "YEAR"),
        ("CN¥7K – CN¥7.5K per month", D(7000), D(7500), "CNY", "MONTH"),
        ("12.03 per hour to 12.44 per hour", D("12.03"), D("12.44"), None, "HOUR"),
        ("£38,347.40 (£17.15 per hour)", D("38347.40"), D("38347.40"), "GBP", None),
        ("$0 – $65K", None, D(65000), "USD", None),
        ("$25 - $-1 hourly", D(25), None, "USD", "HOUR"),
        ("$3,047.20 biweekly", D("3047.20"), D("3047.20"), "USD", None),
        ("Annual salary £30,000", D(30000), D(30000), "GBP", "YEAR"),
        (35000, D(35000), D(35000), None, None),
        (17.5, D("17.50"), D("17.50"), None, None),
        ("17.25", D("17.25"), D("17.25"), None, None),
    ],
)
def test_pay_is_read_as_stated(raw, low, high, currency, unit):
    assert figures(raw) == (low, high, currency, unit)


@pytest.mark.parametrize(
    "raw",
    [
        "Competitive",
        "****K",
        "12****",
        "0-0",
        "£0.00",
        "-1",
        "-5000",
        "$-5",
        "Band 6",
        "GS 9-11",
        "Level 2 of 4",
        "10% bonus",
        "£500 welcome bonus",
        "£35007.97 - £5K",
        "Salary 20000 to 18000",
        "25 -31000 pro rata",
        "30-45000",
        "£45-753-£51,668",
        "$60K-$110 per year",
        "50-100",
        "$17.250 per hour",
        "£29.191.50",
        "K78, 441- K95, 873 per annum",
        "24 Tr - 30 Tr VND",
        "28080 hourly",
        "$90–$115/yr",
        "£20 - €30 per hour",
        "401k",
        "review in 2024",
        "(555) 010-1234",
        "2 years",
        "40 hours a week",
        "$1,000,000,000,000,000",
        "1234567890123",
        "{" * 200,
        '{"@type": "MonetaryAmount", "currency": "EUR", "value": {"unitText": "HOUR", "value": "As agreed"}}',
    ],
)
def test_what_states_no_pay_gives_no_figure_and_keeps_its_words(raw):
    amount = pay.read(raw)
    assert amount
    assert amount == MonetaryAmount(text=amount.text)


@pytest.mark.parametrize(
    "raw", [None, "", "  ", True, float("nan"), float("inf"), {}, [], {"min": None}, "<br>"]
)
def test_nothing_said_is_nothing(raw):
    assert pay.read(raw) is None


@pytest.mark.parametrize(
    "raw, low, high, currency, unit",
    [
        (
            {"min": "60000", "max": "75000", "period": "year", "currency": "EUR"},
            D(60000),
            D(75000),
            "EUR",
            "YEAR",
        ),
        ({"min": 219000, "max": 263000, "interval": "per-year-salary"}, D(219000), D(263000), None, "YEAR"),
        (
            {"currency": "USD", "value": {"minValue": 18, "maxValue": "22.50", "unitText": "HOUR"}},
            D(18),
            D("22.50"),
            "USD",
            "HOUR",
        ),
        (
            '{"currency": "USD", "value": {"value": "$100,000", "unitText": "YEAR"}}',
            D(100000),
            D(100000),
            "USD",
            "YEAR",
        ),
        ({"currency": "GBP", "value": 30000}, D(30000), D(30000), "GBP", None),
        ({"min_cents": 1725, "max_cents": 2000, "currency_type": "USD"}, D("17.25"), D(20), "USD", None),
        (
            {
                "compensationTierSummary": "$60K – $70K • Offers Equity",
                "summaryComponents": [
                    {"compensationType": "EquityPercentage", "minValue": 1},
                    {
                        "compensationType": "Salary",
                        "interval": "1 YEAR",
                        "currencyCode": "USD",
                        "minValue": 60000,
                        "maxValue": 70000,
                    },
                ],
            },
            D(60000),
            D(70000),
            "USD",
            "YEAR",
        ),
        ([{"min": 20, "max": 10}], None, None, None, None),
        ({"min": 20, "max": float("nan"), "period": "HOURLY", "currency": "usd"}, D(20), None, "USD", "HOUR"),
    ],
)
def test_records_are_read_by_their_own_names(raw, low, high, currency, unit):
    if low or high:
        assert figures(raw) == (low, high, currency, unit)
    else:
        assert (amount := pay.read(raw)) is None or amount.min_value is amount.max_value is None


def test_given_bounds_beat_the_text_and_the_words_stay():
    amount = pay.read("A fair wage", minimum=18, maximum="22", unit="HOURLY", currency="USD")
    assert amount == MonetaryAmount(
        text="A fair wage", currency="USD", min_value=D(18), max_value=D(22), unit_text="HOUR"
    )
    assert pay.read("A fair wage", minimum=30, maximum=20) == MonetaryAmount(text="A fair wage")


@pytest.mark.parametrize(
    "country, currency", [("CA", "CAD"), ("AU", "AUD"), ("US", "USD"), ("GB", "USD"), (None, "USD")]
)
def test_a_bare_dollar_is_the_dollar_of_the_country(country, currency):
    assert figures("$20 an hour", country=country) == (D(20), D(20), currency, "HOUR")


@pytest.mark.parametrize(
    "raw, yearly",
    [
        ("$20 an hour", D(41600)),
        ("$18 - $20 an hour", D(41600)),
        ("From $20 an hour", D(41600)),
        ("£100 per day", D(26000)),
        ("£500 per week", D(26000)),
        ("€3.000 per maand", D(36000)),
        ("£30,000 pa", D(30000)),
        ("£30,000", None),
        ("Competitive", None),
    ],
)
def test_a_yearly_figure_is_the_most_that_is_stated(raw, yearly):
    amount = pay.read(raw)
    assert amount
    assert pay.per_year(amount) == yearly


def sound(amount: MonetaryAmount | None) -> bool:
    if amount is None:
        return True
    values = [value for value in (amount.min_value, amount.max_value) if value is not None]
    if not values:
        return amount.currency is None and amount.unit_text is None
    return all(value.is_finite() and 0 < value < Decimal(10**15) for value in values) and values == sorted(
        values
    )


@given(ANYTHING, ANYTHING, ANYTHING)
def test_anything_gives_sound_pay_or_none(raw, minimum, unit):
    assert sound(pay.read(raw, minimum=minimum, maximum=minimum, unit=unit, currency=unit))
    assert sound(pay.read(raw))


@given(
    st.decimals("1.00", "999.99", places=2),
    st.sampled_from(["${:,} an hour", "{:,} USD per hour", "USD {}/hr"]),
)
def test_an_hourly_wage_comes_back_to_the_cent(value, words):
    assert figures(words.format(value)) == (value, value, "USD", "HOUR")


def test_real_pay_is_sound(shared):
    strings = [
        json.loads(line) for line in (shared / "data/sources/salary_strings.txt").read_text().splitlines()
    ]
    amounts = [pay.read(raw) for raw in strings]
    assert all(sound(amount) for amount in amounts)
    assert sum(bool(amount and (amount.min_value or amount.max_value)) for amount in amounts) > 1600
    assert not any(
        amount and amount.min_value and not any(c.isdigit() for c in amount.text) for amount in amounts
    )
