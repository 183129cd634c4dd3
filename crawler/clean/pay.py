"""Pay as stated: the first amount or range of a text, its currency and unit, never a converted figure.

Not a figure: a mask ("****K"), zero (it means unknown), a band ("Band 6"), a percentage, a bonus, and what
would be upside down or a thousandfold wrong ("25 - 31000"). The words are kept in any case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from crawler.clean import html
from crawler.items import MonetaryAmount, Unit

MAX_CHARACTERS = 300
WIDEST = 20  # a range's top is at most so many times its bottom: "$150K – $1M" is one, "30-45000" a slip

_PER_YEAR: dict[Unit, int] = {"HOUR": 2080, "DAY": 260, "WEEK": 52, "MONTH": 12, "YEAR": 1}
_PLAUSIBLE: dict[
    Unit, tuple[int, int]
] = {  # in the currencies below; "$28,080 hourly" keeps its figure, not its unit
    "HOUR": (1, 1_000),
    "DAY": (5, 10_000),
    "WEEK": (10, 50_000),
    "MONTH": (20, 40_000),
    "YEAR": (1_000, 10_000_000),
}
_STRONG = frozenset(("USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF", "SGD", None))
_DOLLARS = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN"}

_SYMBOLS = dict(
    pair.split()
    for pair in (
        "US$ USD;CA$ CAD;C$ CAD;AU$ AUD;A$ AUD;NZ$ NZD;HK$ HKD;SG$ SGD;S$ SGD;MX$ MXN;R$ BRL;CN¥ CNY;JP¥ JPY"
        ";£ GBP;€ EUR;₹ INR;₱ PHP;₩ KRW;₫ VND;₺ TRY;₴ UAH;₽ RUB;฿ THB;₦ NGN;₪ ILS;‚¬ EUR;zł PLN;$ $"
    ).split(";")
)
_CODES = frozenset(
    "AED AFN AMD ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP ETB EUR GBP GEL GHS HKD HUF IDR"
    " ILS INR JPY KES KRW"
    " LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND"
    " ZAR ZMW".split()
)
_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "pounds": "GBP",
    "dollars": "$",
    "eur": "EUR",
    "usd": "USD",
    "gbp": "GBP",
}

_CURRENCY = (
    "(?:"
    + "|".join(re.escape(symbol) for symbol in _SYMBOLS)
    + "|(?<![A-Za-z])(?:"
    + "|".join(sorted(_CODES))
    + r")(?![a-z]))"
)
_AFTER = rf"(?:\s?(?:{_CURRENCY}|\b(?:euros?|(?:UK\s)?[Pp]ounds|dollars|eur|usd|gbp)\b))"
_UNIT = (
    r"(?:\s?\(?\s?(?:(?:per|an?|each|/|par|por|pro|à l')\s?/?(?:hours?|hr|h|stunde|std|heure|hora|uur"
    r"|timme|tunti|days?|dag|tag|jour"
    r"|día|weeks?|wk|week|woche|semaine|semana|vecka|months?|mo|mth|maand|monat|mois|mes|månad|years?"
    r"|yr|annum|anum|anmum|jaar"
    r"|jahr|an|année|año|år|annual(?:ly)?)\b|p\.?\s?/?\s?h(?:r|our)?\b|p\.?\s?/?\s?a\b|p\.?\s?/?\s?d\b"
    r"|p\.?\s?/?\s?w\b|pcm\b|hourly|hour\b"
    r"|(?<!bi)(?<!bi-)weekly|daily|(?<!bi)monthly|yearly|annual(?:ly)?|annum)\)?\.?)"
)
_DIGITS = (
    r"(?>\d{1,3}(?: \d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,12}(?:[.,]\d{1,6}){0,4})"  # whole or not at all
)
_AMOUNT = re.compile(
    rf"(?P<sign>-)?(?P<before>(?:{_CURRENCY}\s?){{0,2}})(?<![\w.,%])(?<!\d,\s)(?P<digits>{_DIGITS})[.,]?"
    rf"(?P<k>\s?[kmL]\b)?(?={_UNIT}|{_AFTER}|(?!\d|[.,]\d|\s?%|\*|[a-z]))"
    rf"(?P<plus>\+(?!\s?\d))?(?P<after>(?:{_AFTER}(?!\s?\d))?)(?P<unit>{_UNIT}?)(?P<plus2>\+(?!\s?\d))?",
    re.I,
)
_TO = re.compile(r"\s?(?:-|–|—|−|~|\bto\b|\bbis\b|\btot\b|\btill?\b|\bhasta\b|\bà\b|\buntil\b)\s?", re.I)
_AND = re.compile(r"\s?\band\b\s?", re.I)  # "between 20 and 25"
_OPEN_END = re.compile(r"\s?(?:\bto\s(?!\d)|[-–—]\s?\W?-\s?\d|\band (?:up|above)\b)", re.I)
_UP_TO = re.compile(
    r"(?:\bup ?to|^to|\bmax(?:imum)?|\bbis(?: zu)?|\btot|\bjusqu'à|\blên đến|\bhasta|\bunder)\W{0,3}$", re.I
)
_FROM = re.compile(
    r"(?:\bfrom|\bstarting(?: at| from)?|\bstarts at|\bmin(?:imum)?|\bat least|\bab|\bvanaf"
    r"|\bà partir de|\bdesde|\btrên)\W{0,3}$",
    re.I,
)
_NOT_PAY = re.compile(
    r"\s(?:welcome|sign(?:ing|[- ]on)?|joining|retention|referral|bonus|commission)\b", re.I
)
_UNIT_BEFORE = re.compile(r"\b(hourly|daily|weekly|monthly|yearly|annual(?:ly)?)\b", re.I)
_UNITS: tuple[tuple[Unit, re.Pattern[str]], ...] = (
    (
        "HOUR",
        re.compile(
            r"h(?:ou)?rs?\b|hourly|p\.?\s?/?\s?h|/\s?h\b|stunde|std|heure|hora\b|uur|timme|tunti|^ph$", re.I
        ),
    ),
    ("MONTH", re.compile(r"month|\bmo\b|mth|maand|monat|mois|\bmes\b|månad|pcm", re.I)),
    ("WEEK", re.compile(r"week|\bwk|woche|semaine|semana|vecka|p\.?\s?/?\s?w\b", re.I)),
    ("YEAR", re.compile(r"year|\byr|ann|anum|anmum|jaar|jahr|\ban$|\baño|\bår|p\.?\s?/?\s?a\b|^pa$", re.I)),
    ("DAY", re.compile(r"day|daily|\bdag|\btag|jour|día|p\.?\s?/?\s?d\b|^pd$", re.I)),
)
_NO_UNIT = re.compile(r"bi[-\s]?(?:week|month)|semi|fortnight|twice|^[24]\s?weeks", re.I)


@dataclass(frozen=True, slots=True)
class _Figures:
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    unit: Unit | None = None


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

    `minimum` and `maximum` beat what the text says; `unit` and `currency` fill in what it leaves open. A bare
    "$" is the dollar of `country` (ISO 3166), else USD. None when nothing at all is said. Never raises.
    """
    record = _record(raw)
    if record is not None:
        return _read_record(record, unit, currency, country)
    words = html.line(
        str(raw) if isinstance(raw, int | float | Decimal) and _number(raw) else raw, MAX_CHARACTERS
    )
    low, high = _number(minimum), _number(maximum)
    said = _figures(words)
    stated = _Figures(low, high, said.currency, said.unit) if low or high else said
    text = words or _in_words(low, high, currency, unit)
    if not text:
        return None
    return _amount(text, stated, _unit(unit), _currency(currency), country)


def _in_words(low: Decimal | None, high: Decimal | None, *rest: object) -> str:
    figures = " - ".join(dict.fromkeys(str(value) for value in (low, high) if value))
    return (
        " ".join(word for word in (figures, *(html.line(part, 40) for part in rest)) if word)
        if figures
        else ""
    )


def per_year(amount: MonetaryAmount) -> Decimal | None:
    """The most that is stated, at 2,080 hours, 260 days, 52 weeks, 12 months; None without unit or figure."""
    most = amount.max_value or amount.min_value
    return most * _PER_YEAR[amount.unit_text] if most and amount.unit_text else None


def _amount(
    text: str, said: _Figures, unit: Unit | None, currency: str | None, country: str | None
) -> MonetaryAmount:
    low, high = said.low, said.high
    if not (low or high) or (low and high and not low <= high <= low * WIDEST):
        return MonetaryAmount(text=text)
    code = said.currency or currency
    if code == "$":
        code = currency if currency and currency != "$" else _DOLLARS.get(country or "", "USD")
    unit = said.unit or unit
    if unit and code in _STRONG:
        least, most = _PLAUSIBLE[unit]
        unit = unit if all(least <= value <= most for value in (low, high) if value) else None
    return MonetaryAmount(text=text, currency=code, min_value=low, max_value=high, unit_text=unit)


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

    def first(*keys: str, of: Mapping[str, Any] = raw) -> Any:
        return next((of[key] for key in keys if of.get(key) not in (None, "")), None)

    words = first("compensationTierSummary", "scrapeableCompensationSalarySummary", "text")
    parts = raw.get("summaryComponents")
    salary = [part for part in parts if _is_salary(part)] if isinstance(parts, list) else []
    inner = salary[0] if salary else first("value", "baseSalary")
    source = inner if isinstance(inner, Mapping) else raw
    currency = (
        first("currency", "currencyCode", "currency_type", of=source)
        or first("currency", "currency_type")
        or currency
    )
    unit = (
        first("unitText", "interval", "period", "unit", of=source)
        or first("unitText", "interval", "period", "unit")
        or unit
    )
    cents = {key: _number(raw.get(key)) for key in ("min_cents", "max_cents")}
    low = first("minValue", "min", "min_value", of=source) or (
        cents["min_cents"] and cents["min_cents"] / 100
    )
    high = first("maxValue", "max", "max_value", of=source) or (
        cents["max_cents"] and cents["max_cents"] / 100
    )
    value = inner.get("value") if isinstance(inner, Mapping) else inner
    if isinstance(value, Mapping | list):
        value = None
    if words is None and value is not None and not (low or high):
        words = value if isinstance(value, str) else None
        low, high = (value, value) if words is None else (None, None)
    return (
        read(words, minimum=low, maximum=high, unit=unit, currency=currency, country=country)
        if words or low or high
        else None
    )


def _is_salary(part: object) -> bool:
    if not isinstance(part, Mapping) or part.get("compensationType") != "Salary":
        return False
    return bool(part.get("minValue") or part.get("maxValue"))


def _figures(words: str) -> _Figures:
    """The first amount or range of a text that looks like pay."""
    at = 0
    while found := _AMOUNT.search(words, at):
        at = found.end()
        other = _other(words, found)
        end = other.end() if other else at
        if found["sign"] or not (other or _is_money(found, words)):
            continue
        if not (other or found["unit"]) and _NOT_PAY.match(words, end):
            continue
        if other and words[end : end + 1] in ("-", "–") and _AMOUNT.match(words, end + 1):
            return _Figures()  # "£45-753-£51,668"
        return _stated(words, found, other, end)
    return _Figures()


def _other(words: str, found: re.Match[str]) -> re.Match[str] | None:
    """The second amount, if the first one opens a range: "Band 7 - £38,890" opens none."""
    between = "between" in words[: found.start()].lower()
    to = _TO.match(words, found.end()) or (_AND.match(words, found.end()) if between else None)
    other = _AMOUNT.match(words, to.end()) if to else None
    if other is None or other["sign"]:
        return None
    if _is_money(found, words):
        return other
    low, high = _value(found, other), _value(other, None)
    near = low is not None and high is not None and low * WIDEST >= high
    return other if near and not other["before"] and _is_money(other, words) else None


def _is_money(found: re.Match[str], words: str) -> bool:
    """Whether a number says that it is money: by a currency, a unit, a "k" (not 401k), or as thousands."""
    if found["digits"] == "401" and found["k"]:
        return False
    if found["before"] or found["after"] or found["unit"] or found[0] == words:
        return True
    if found["k"]:
        return True
    value = _decimal(found["digits"])
    if value is None or value < 1000:
        return False
    return not (len(found["digits"]) == 4 and 1950 <= value <= 2100)  # a year


def _stated(words: str, found: re.Match[str], other: re.Match[str] | None, end: int) -> _Figures:
    """What the matched figures state, with the words right before and after them."""
    last = other or found
    low, high = _value(found, other), _value(last, None)
    if low is None or high is None:
        return _Figures()
    currencies = {code for match in (found, last) for code in _currencies(match)}
    if "$" in currencies and len(currencies) > 1:
        currencies.discard("$")  # "$70,000 - CA$75,000"
    if len(currencies) > 1:
        return _Figures()
    open_end = _OPEN_END.match(words, end) if other is None else None
    end = open_end.end() if open_end else end
    unit = _unit(found["unit"]) or _unit(last["unit"]) or _unit_around(words, found.start(), end)
    before = words[max(0, found.start() - 25) : found.start()]
    bottom, top = low or None, high or None  # zero is unknown
    if other is None and (found["plus"] or found["plus2"] or open_end or _FROM.search(before)):
        top = None
    elif other is None and _UP_TO.search(before):
        bottom = None
    if unit == "HOUR" and high >= 1000 and re.fullmatch(r"\d{1,3}[.,]\d{3}", last["digits"]):
        return _Figures()  # "$17.250 per hour": a thousand, or three decimals?
    return _Figures(bottom, top, next(iter(currencies), None), unit)


def _value(found: re.Match[str], other: re.Match[str] | None) -> Decimal | None:
    """A match's number; in "25 - 31k" the "k" is said once for both."""
    value = _decimal(found["digits"])
    scale = (found["k"] or "").strip().lower()
    if not scale and other is not None and other["k"] and value is not None and value < 1000:
        scale = other["k"].strip().lower()
    if value is None or (scale == "l" and "₹" not in found["before"]):
        return None
    if value >= 10_000 and scale:
        return None
    return _tidy(value * {"": 1, "k": 1_000, "l": 100_000, "m": 1_000_000}[scale])


def _currencies(found: re.Match[str]) -> list[str]:
    return [code for side in (found["before"], found["after"]) for code in [_currency(side)] if code]


def _currency(raw: object) -> str | None:
    """An ISO 4217 code, "$" where the words say no more than that."""
    words = html.line(raw, 20)
    for word in re.findall(r"[A-Za-z]{3,7}", words):
        if word.upper() in _CODES:
            return str(word.upper())
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
    return next((code for symbol, code in _SYMBOLS.items() if symbol.lower() in words.lower()), None)


def _unit(raw: object) -> Unit | None:
    words = html.line(raw, 40).strip(" ().")
    if not words or _NO_UNIT.search(words):
        return None
    return next((unit for unit, pattern in _UNITS if pattern.search(words)), None)


def _unit_around(words: str, start: int, end: int) -> Unit | None:
    """A unit a few words after the figures, else before them, with no other number between."""
    after = re.match(r"[^\d•;|]{0,40}", words[end:])
    if after and (found := re.search(_UNIT, after[0], re.I)) and not _NO_UNIT.search(after[0]):
        return _unit(found[0])
    before = re.search(r"[^\d•;|]{0,60}$", words[max(0, start - 60) : start])
    found = _UNIT_BEFORE.search(before[0]) if before else None
    return _unit(found[0]) if found else None


def _number(raw: object) -> Decimal | None:
    """A positive number that a source gives as number or text; None for zero, NaN, infinity and the rest."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    try:
        value = Decimal(str(raw)) if not isinstance(raw, str) else Decimal(raw.strip()[:40])
    except (DecimalException, ValueError):
        found = _AMOUNT.fullmatch(html.line(raw, 40))
        return None if found is None or found["sign"] else _value(found, None)
    return _tidy(value) if value.is_finite() and 0 < value < 10**12 else None


def _decimal(digits: str) -> Decimal | None:
    """The number that digits with separators write: 1,234.56, 1.234,56, 42.000, 17,87, 8,00,000, 35 000."""
    digits = re.sub(r"[ \u00a0]", "", digits)
    separators = re.findall(r"[.,]", digits)
    if not separators:
        return Decimal(digits)
    groups = re.split(r"[.,]", digits)
    if len(set(separators)) == 2:
        if separators[-1] in separators[:-1]:
            return None
        whole, fraction = groups[:-1], groups[-1]
    elif len(groups[-1]) == 3 and groups[0] != "0":
        whole, fraction = groups, ""
    else:
        whole, fraction = groups[:1], groups[1]
        if len(groups) > 2:
            return None
    if len(whole) > 1 and (
        len(whole[-1]) != 3 or len(whole[0]) > 3 or any(len(group) not in (2, 3) for group in whole[1:-1])
    ):
        return None
    return Decimal("".join(whole) + ("." + fraction if fraction else ""))


def _tidy(value: Decimal) -> Decimal:
    """Whole amounts without, others with two decimals."""
    cents = value.quantize(Decimal("0.01"))
    return cents.quantize(Decimal(1)) if cents == cents.to_integral_value() else cents
