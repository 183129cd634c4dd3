"""Pay as stated: the first amount or range of a text, its currency and unit, never a converted figure.

Not a figure: a mask ("****K"), zero (it means unknown), a band ("Band 6"), a percentage, a bonus, what would
be upside down or a thousandfold wrong ("25 - 31000"), and what nobody is paid for its unit ("18 - 22" a year:
which of the two is wrong, it does not say). The words are kept in any case. A full-time rate that is paid pro
rata is compared as it stands, as an hourly rate is; what is to be earned on target or by commission alone is
shown, and never compared as if it were paid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from crawler.clean import figures, html, money
from crawler.items import MonetaryAmount, Unit

MAX_CHARACTERS = 300

_PER_YEAR: dict[Unit, int] = {"HOUR": 2080, "DAY": 260, "WEEK": 52, "MONTH": 12, "YEAR": 1}
_ROUNDED = Decimal("0.01")  # "$211.4K" is 211,350
_OTHER_END = 3  # an end that the words leave open is at most so many times away
_DIGIT = re.compile(r"\d")
_BARE = re.compile(r"[\d.,\s/]*")
_BARE_RANGE = re.compile(r"[\d.,'’\s]{1,20}(?:[-–—~～]|to)[\d.,'’\s]{1,20}")
_AS_WORDS: dict[Unit, str] = {unit: f"per {unit.lower()}" for unit in _PER_YEAR}

_BY_COMMISSION = re.compile(
    r"\bcommission[- ](?:only|based)\b|\b(?:100\s?%|only|purely|solely) commission\b|\bnur provision\b"
    r"|\b(?:reine?|auf) provision|\bbara provision|\bpotential (?:to earn|earnings)\b|\bcan earn\b",
    re.I,
)
_ON_TARGET = re.compile(
    r"\bo\.?t\.?e\b|\bon[- ]target (?:earnings|pay|income)|\b\d0\s?/\s?\d0 (?:split|mix)", re.I
)
_OWN_FIGURE = re.compile(r"[\s:=(]{0,3}(?:of|is|up to|circa|c\.?)?[\s:=(]{0,3}(?:[£$€]\s?)?\d", re.I)
_BASE_BEHIND = re.compile(r"\bbase\b[^\d]*\d", re.I)


def read(
    raw: object,
    *,
    minimum: object = None,
    maximum: object = None,
    unit: object = None,
    currency: object = None,
    country: str | None = None,
) -> MonetaryAmount | None:
    """The pay that a text, a number, a schema.org MonetaryAmount (also as JSON text) or given bounds state.

    `minimum` and `maximum` say more exactly what the text says, or what it leaves open; where the two
    contradict one another, the words win: bounds are often computed from them, and wrongly. `unit` and
    `currency` fill in what is left open. A bare "$" is the dollar of `country` (ISO 3166), else USD.
    None when nothing at all is said. Never raises.
    """
    record = _record(raw)
    if record is not None:
        return _read_record(record, unit, currency, country)
    words = _words(raw)
    period, code = money.unit(unit), money.currency(currency)
    ends = [figures.bound(each, period, code) for each in (minimum, maximum)]
    low, high = (end.low for end in ends)
    period = period or next((end.unit for end in ends if end.unit), None)
    code = code or next((end.currency for end in ends if end.currency), None)
    said = figures.find(words) or _bare_range(words, period, code)
    stated, agree = _joined(words, said, low, high) if low or high else (said, True)
    text = words or _in_words(low or _spelled(minimum), high or _spelled(maximum), currency, unit)
    if not text:
        return None
    return _amount(text, stated, period if agree else None, code, country)


def _words(raw: object) -> str:
    if isinstance(raw, list):
        each = (_words(one) for one in raw[:20] if not isinstance(one, list))
        return html.line(" / ".join(filter(None, each)), MAX_CHARACTERS)
    if isinstance(raw, int | float | Decimal):
        return str(raw) if figures.number(raw) else ""
    return html.line(raw, MAX_CHARACTERS)


def _spelled(bound: object) -> str:
    """What stands in a bound that is no number: "3 to 4 Lakh", [20, 25]; "" for zero and "null"."""
    words = _words(bound)
    try:
        return "" if not _DIGIT.search(words) or not Decimal(words) > 0 else words
    except ArithmeticError:
        return words


def _bare_range(words: str, unit: Unit | None, code: str | None) -> figures.Figures:
    """A range as "18-22", which is money because its unit or currency is given beside it."""
    if not (unit or code) or not _BARE_RANGE.fullmatch(words):
        return figures.Figures()
    said = figures.find(f"{words} {code or ''} {_AS_WORDS[unit] if unit else ''}".replace("  ", " ").strip())
    return said if said.low and said.high else figures.Figures()


def _joined(
    words: str, said: figures.Figures, low: Decimal | None, high: Decimal | None
) -> tuple[figures.Figures, bool]:
    """The bounds, with what the words alone say, and whether the two agree; else the words alone."""
    if not said:
        computed = _DIGIT.search(words) and (low == high or money.currency(words))  # of "Band 7 - 8a"
        return (said if computed else replace(said, low=low, high=high)), True
    near = [_near(one, end) for one, end in ((low, said.low), (high, said.high)) if one and end]
    single = said.low == said.high
    if not (any(near) if single else near and all(near)):
        return said, False
    if not single and (low == high or (low and high and high > low * _OTHER_END)):
        return said, True  # "Up to £28,560"; "Up to £33,000 & £1500 bonus" as 1500 to 33000
    return replace(said, low=low or said.low, high=high or said.high), True


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _ROUNDED * other


def _in_words(low: Decimal | str | None, high: Decimal | str | None, *rest: object) -> str:
    span = " - ".join(dict.fromkeys(str(value) for value in (low, high) if value))
    return " ".join(word for word in (span, *(html.line(part, 40) for part in rest)) if word) if span else ""


def per_year(amount: MonetaryAmount) -> Decimal | None:
    """The most that is stated, at 2,080 hours, 260 days, 52 weeks, 12 months.

    None without unit or figure, and where the figure is no pay to count on: on target, by commission alone.
    """
    most = amount.max_value or amount.min_value
    if not (most and amount.unit_text) or not _is_paid(amount.text):
        return None
    return most * _PER_YEAR[amount.unit_text]


def _is_paid(text: str) -> bool:
    """Whether the first figure of a text is paid, rather than hoped for: "20k, OTE 35k", not "35k OTE"."""
    if _BY_COMMISSION.search(text):
        return False
    target = _ON_TARGET.search(text)
    if not target:
        return True
    said = figures.find(text)
    if not said or target.start() < said.start:  # "OTE £40,000 (£24,000 basic)"
        return not said or bool(_DIGIT.search(text[target.end() : said.start]))
    between = text[said.end : target.start()]
    own = any(character.isdigit() for character in between) or _OWN_FIGURE.match(text, target.end())
    return bool(own) and not _BASE_BEHIND.search(between)


def _amount(
    text: str, said: figures.Figures, unit: Unit | None, currency: str | None, country: str | None
) -> MonetaryAmount:
    low, high = said.low, said.high
    if not (low or high) or (low and high and not low <= high <= low * figures.WIDEST):
        return MonetaryAmount(text=text)
    code = money.of_country(said.currency or currency, currency, country)
    unit = said.unit or unit
    stated = code or ("pesos" if said.currency == "$" else said.currency)  # "$" where pesos are paid
    if not all(money.is_plausible(value, unit, stated) for value in (low, high) if value):
        return MonetaryAmount(text=text)
    return MonetaryAmount(text=text, currency=code, min_value=low, max_value=high, unit_text=unit)


_CURRENCY = ("currency", "currencyCode", "currency_type", "priceCurrency")
_UNIT = ("unitText", "interval", "period", "unit")
_NO_FIGURE = frozenset(("id", "name", "url", "type", "date", "updated", *_CURRENCY, *_UNIT))
_LEAST = ("minValue", "min", "min_value", "minPrice", "minimum", "from")
_MOST = ("maxValue", "max", "max_value", "maxPrice", "maximum", "to")


def _record(raw: object) -> Mapping[str, Any] | None:
    """A dict, or the first of a list of them, or the JSON text of either."""
    if isinstance(raw, str) and raw.lstrip()[:1] in ("{", "[") and len(raw) < 20_000:
        try:
            raw = json.loads(raw, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return None
    if isinstance(raw, list):
        raw = next((item for item in raw if isinstance(item, Mapping)), None)
    return raw if isinstance(raw, Mapping) else None


def _read_record(
    raw: Mapping[str, Any], unit: object, currency: object, country: str | None
) -> MonetaryAmount | None:
    """schema.org MonetaryAmount, many sources' {"min", "max", "period"}, Ashby's, Greenhouse's cents."""
    parts = raw.get("summaryComponents")
    salary = [part for part in parts if _is_salary(part)] if isinstance(parts, list) else []
    inner = salary[0] if salary else _first(raw, "value", "baseSalary", "amount", "price")
    source = inner if isinstance(inner, Mapping) else raw
    currency = _first(source, *_CURRENCY) or _first(raw, *_CURRENCY) or currency
    unit = _first(source, *_UNIT) or _first(raw, *_UNIT) or unit
    if isinstance(unit, str) and unit in money.CODES:
        currency, unit = currency or unit, None  # {"amount": "21.50", "unit": "USD"}
    low = _first(source, *_LEAST) or _cents(raw, "min_cents")
    high = _first(source, *_MOST) or _cents(raw, "max_cents")
    words = _first(raw, "compensationTierSummary", "scrapeableCompensationSalarySummary", "text")
    words = words if isinstance(words, str) else None  # a record in a record in a record would have no end
    value = _first(inner, "value", "amount", "price") if isinstance(inner, Mapping) else inner
    if isinstance(value, Mapping):
        value = _first(value, "value", "amount", "price", "minValue")
    if (
        words is None
        and isinstance(value, str | list)
        and not (_BARE.fullmatch(_words(value)) and (low or high))
    ):
        words = _words(value)
        if _BARE.fullmatch(words):
            words, low, high = None, value, value
    elif words is None and not isinstance(value, Mapping | list | str) and not (low or high):
        low = high = value
    if words or low or high:
        found = read(words, minimum=low, maximum=high, unit=unit, currency=currency, country=country)
        if found:
            return found
    stated = html.line(" ".join(_stated(raw)), MAX_CHARACTERS)
    return MonetaryAmount(text=stated) if stated else None


def _stated(record: Mapping[str, Any], depth: int = 3) -> list[str]:
    """What a record of a shape of its own says in figures, with the words beside them."""
    said: list[str] = []
    for key, value in record.items():
        if isinstance(value, Mapping):
            said += _stated(value, depth - 1) if depth else []
        elif key[:1] != "@" and key not in _NO_FIGURE and isinstance(value, str | int | float):
            said += [_spelled(value)]
    said = [*filter(None, said)]
    return [*said, *(str(record[key]) for key in (*_CURRENCY, *_UNIT) if record.get(key))] if said else []


def _first(record: Mapping[str, Any], *keys: str) -> Any:
    return next((record[key] for key in keys if record.get(key) not in (None, "")), None)


def _cents(record: Mapping[str, Any], key: str) -> Decimal | None:
    value = figures.number(record.get(key))
    return value and value / 100


def _is_salary(part: object) -> bool:
    if not isinstance(part, Mapping) or part.get("compensationType") != "Salary":
        return False
    return bool(part.get("minValue") or part.get("maxValue"))
