"""Words for money: currencies, the periods of pay, and the number that digits with separators write."""

from __future__ import annotations

import re
from decimal import Decimal

from crawler.clean import html
from crawler.items import Unit

_SYMBOLS = dict(
    pair.split()
    for pair in (
        "US$ USD;CA$ CAD;C$ CAD;AU$ AUD;A$ AUD;NZ$ NZD;HK$ HKD;SG$ SGD;S$ SGD;MX$ MXN;R$ BRL;CN¥ CNY;JP¥ JPY"
        ";£ GBP;€ EUR;₹ INR;₱ PHP;₩ KRW;₫ VND;₺ TRY;₴ UAH;₽ RUB;฿ THB;₦ NGN;₪ ILS;‚¬ EUR;zł PLN;Kč CZK"
        ";S/. PEN;S/ PEN;¥ ¥;￥ ¥;$ $"
    ).split(";")
)
CODES = frozenset(
    "AED AFN AMD ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP ETB EUR GBP GEL GHS HKD HUF IDR"
    " ILS INR ISK JPY KES KRW"
    " LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND"
    " ZAR ZMW".split()
)
_SHORT = {"rm": "MYR", "rp": "IDR", "tk": "BDT", "rs": "Rs", "kr": "kr"}
_WORDS = {
    **dict.fromkeys(("euro", "euros", "euroa", "eur"), "EUR"),
    **dict.fromkeys(("pounds", "gbp"), "GBP"),
    **dict.fromkeys(("dollars",), "$"),
    "usd": "USD",
    "kronor": "SEK",
    "pesos": "pesos",
    "руб": "RUB",
    "円": "JPY",
    "원": "KRW",
    "ft": "HUF",
    "tl": "TRY",
    **_SHORT,
}
_DOLLARS = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN"}
_OF_COUNTRY: dict[str, dict[str, str | None]] = {  # symbols that several countries have
    "$": {**dict.fromkeys(("AR", "CL", "CO", "UY")), **_DOLLARS},  # where pesos are paid, a "$" may be either
    "pesos": {"MX": "MXN", "CL": "CLP", "CO": "COP", "AR": "ARS", "UY": "UYU", "PH": "PHP"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
    "Rs": {"IN": "INR", "PK": "PKR", "LK": "LKR"},
}

CURRENCY = (
    r"(?:\([£$€]\)|"
    + "|".join(
        rf"(?<!\w){re.escape(symbol)}" if symbol[:2] == "S/" else re.escape(symbol) for symbol in _SYMBOLS
    )
    + "|(?<![A-Za-z])(?:"
    + "|".join(sorted(CODES))
    + rf")(?![a-z])|(?<![A-Za-z])(?:{'|'.join(_SHORT)})\.?(?=\s?\d))"
)
_OTHER_DOLLAR = re.compile(
    r"(?<![A-Za-z])(?:ARS|AUD|CAD|CLP|COP|HKD|MXN|NZD|SGD|TWD|UYU|USD)(?![A-Za-z])|\bpesos\b"
)
AFTER = (
    rf"(?:\s?(?:{CURRENCY}|(?:euroa?s?|(?:UK\s)?pounds|dollars|eur|usd|gbp|kronor|pesos|(?-i:Ft|TL))\b"
    r"|kr(?:\.(?=\s|/|$)|\b)|руб(?:\.|лей\b|\b)|[円원]|:-))"
)
SCALES = {  # None: what it multiplies by depends on the language, or no pay is that much
    **dict.fromkeys(("k", "thousand", "tsd", "tys", "тыс", "ribu", "rb"), 1_000),
    **dict.fromkeys(("万", "만"), 10_000),
    **dict.fromkeys(("l", "lac", "lacs", "lakh", "lakhs", "lpa"), 100_000),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions", "juta", "jt", "triệu"), 1_000_000),
    **dict.fromkeys(("crore", "crores"), 10_000_000),
    **dict.fromkeys(("mil", "miles", "tr", "cr", "bn", "billion", "mrd", "trillion")),
}
SCALE = (  # not the "M" of "$9 M-F"
    rf"\s?(?:[万만]|(?:{'|'.join(sorted(SCALES, key=len, reverse=True))})(?!\w|(?<=m)-[a-z])\.?)"
)

_PLAUSIBLE: dict[Unit, tuple[int, int]] = {  # the most in the currencies below
    "HOUR": (1, 1_000),
    "DAY": (5, 10_000),
    "WEEK": (10, 50_000),
    "MONTH": (20, 40_000),
    "YEAR": (1_000, 10_000_000),
}
_STRONG = frozenset(("USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF", "SGD", "$", None))
NO_CENTS = frozenset(("CLP", "COP", "HUF", "IDR", "JPY", "KRW", "VND"))  # their "." sets off thousands

_STEMS: dict[Unit, str] = {
    "HOUR": r"hour|hrs?\b|stund|\bstd|heure|\bhoras?\b|\buur|timme|timen\b|tunti|tunnis|\boras?\b|godz|час",
    "DAY": r"\bdays?\b|daily|\bdag|\btag|\bjours?\b|\bd[ií]as?\b|päivä|\bgiorno|\baraw|\bdzie[nń]|\bhari\b",
    "WEEK": r"week(?!end)|\bwk|woche|wöchent|semaine|semana|vecka|viikko|settiman|linggo|\bu[gk]e\b|tydzie",
    "MONTH": r"month|mth|maand|monat|mois\b|mensu|mensal|mensil|\bm[êe]s\b|månad|måned|kuukau|\bmese\b|buwan"
    r"|miesi|\bmån\b|\bměs|\bbulan\b|\bhó\b|\bмес|月|\bmtl",
    "YEAR": r"year|\byr|annu|anual|\bann?[nmuae]{2,4}\b|jaar|jahr|jähr|année|año|\bår(?:et)?\b|vuosi|vuode"
    r"|\bano\b|\btaon|\brok\b|roczn|\btahun\b",
}
_STEM = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _STEMS.items()), re.I)
_CODES_OF: dict[Unit, str] = {
    "HOUR": "h hr hur ph phr phora tim time ora pt1h",
    "DAY": "d pd p1d",
    "WEEK": "w pw wee tyg p1w",
    "MONTH": "mo mon pm pcm mnd kk mies mens p1m",
    "YEAR": "y pa gpa a an ann ba lpa p1y",
}
_UNIT_OF: dict[str, Unit] = {code: name for name, codes in _CODES_OF.items() for code in codes.split()}
_EACH = r"per|an?|each|/|par|por|pro|à l'|de l'|all'|al|alla|a la|la|ao|im|pr\.?|om|i|kada|bawat|na|za|в"
_CODE = re.compile(rf"(?:1|{_EACH})?({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})", re.I)
_PERIODS = (
    r"hours?|hrs?|h|stunde|std|heure|hora|uur|timme|timmen|tim|tunti|oras?|ora|godz(?:in[aęy])?"
    r"|days?|dag(?:en)?|tag|jour|d[ií]a|päivä|giorno|araw|dzie[nń]"
    r"|weeks?|wk|week|woche|semaine|semana|vecka|viikko|settimana|linggo|uge|uke|tydzie[nń]"
    r"|months?|mo|mth|maand|monat|mois|m[êe]s|mån(?:ad(?:en)?)?|měsíc|bulan|hó|мес(?:яц)?|月|kk|kuukausi|mese|buwan|måned(?:en)?|mnd"
    r"|mies(?:i[ąa]c)?"
    r"|years?|yr|an{1,2}[nmuae]{0,4}|jaar|jahr|année|año|år(?:et)?|annual(?:ly)?|vuosi|ano|taon|rok|tahun|час|hari"
)
_ADVERBS = (
    r"hourly|(?<!bi)(?<!bi-)weekly|daily|(?<!bi)monthly|yearly|annual(?:ly|(?! leave))|annum"
    r"|stündlich|monatlich|jährlich|mensuel(?:le)?s?|annuels?|mensual(?:es)?|anual(?:es)?|mensili?|annui"
    r"|miesięcznie|rocznie|maandelijks|jaarlijks|mtl|měsíčně|tunnissa|kuukaudessa|vuodessa"
)
UNIT_WORDS = (
    rf"(?:(?:(?<![^\W\d_])|(?=/))(?:{_EACH})\s?/?\s?(?:{_PERIODS})\b"
    r"|(?<![^\W\d_])(?:per\sa(?=\s?$)|(?:pr\.?\s|i\s)timen?\b)|/\s?time\b"
    r"|(?<![^\W\d_])g?p\.?\s?/?\s?(?:h(?:r|our|ora)?|a|d|w)\b|pcm\b|(?<!\w)(?:p\.?\s?m\b|b/a\b)"
    rf"|(?<![^\W\d_])(?:{_ADVERBS})\b)"
)
UNIT = rf"(?:\s?\(?\s?(?:{UNIT_WORDS}|hour\b|hourly\b)\)?\.?)"
_NO_UNIT = re.compile(
    r"bi[-\s]?(?:week|month)|semi|fortnight|twice|school year|one time|(?<![\d.])(?!1\b)\d+ ?(?:week|month)",
    re.I,
)


def currency(raw: object) -> str | None:
    """An ISO 4217 code, "$" or "kr" where the words say no more than that."""
    words = html.line(raw, 20)
    for word in re.findall(r"[A-Za-z]{2,7}", words):
        if word.upper() in CODES:
            return str(word.upper())
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
    if word := next((word for word in ("руб", "円", "원") if word in words.lower()), None):
        return _WORDS[word]
    return next((code for symbol, code in _SYMBOLS.items() if symbol.lower() in words.lower()), None)


def dollar_of(words: str) -> str:
    """The dollar or peso that words with a "$" name somewhere: "$ 650.000 (CLP)"."""
    named = set(_OTHER_DOLLAR.findall(words))
    return named.pop() if len(named) == 1 else "$"


def of_country(code: str | None, other: str | None, country: str | None) -> str | None:
    """The ISO code of a symbol, by the other statement or the country; "$" alone is USD, "kr" unknown."""
    if code not in _OF_COUNTRY:
        return code
    if other and other not in _OF_COUNTRY:
        return other
    return _OF_COUNTRY[code].get(country or "", "USD" if code == "$" else None)


def unit(raw: object) -> Unit | None:
    """The period that words or a source's code name: "per hour", "1 YEAR", "per-year-salary", "PA"."""
    words = re.sub(r"[-_]", " ", html.line(raw, 40)).strip(" ().").lower()
    if not words or _NO_UNIT.search(words):
        return None
    if stem := _STEM.search(words):
        return next(name for name in _STEMS if stem.lastgroup == name)
    code = _CODE.fullmatch(re.sub(r"[\s./]", "", words))
    return _UNIT_OF[code[1]] if code else None


def decimal(digits: str) -> Decimal | None:
    """The number that digits with separators write: 1,234.56, 1.234,56, 42.000, 17,87, 8,00,000, 35 000."""
    digits = re.sub(r"['’](?=\d{3}([.,])\d{3}(?!\d))", r"\1", digits)  # 1'300.000
    digits = re.sub(r"[ \u00a0'’]", "", digits)
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
    elif len(groups) > 2 or (separators[0] == "," and len(groups[1]) > 2):
        return None  # "33,65700"
    else:
        whole, fraction = groups[:1], groups[1]
    if len(whole) > 1 and (
        len(whole[-1]) != 3 or len(whole[0]) > 3 or any(len(group) not in (2, 3) for group in whole[1:-1])
    ):
        return None
    return Decimal("".join(whole) + ("." + fraction if fraction else ""))


def is_plausible(value: Decimal, unit: Unit | None, code: str | None) -> bool:
    """Whether so much can be paid an hour, a year; other currencies than the strong ones have no most."""
    least, most = _PLAUSIBLE[unit] if unit else (0, _PLAUSIBLE["YEAR"][1])
    return least <= value and (value <= most or code not in _STRONG)


def tidy(value: Decimal) -> Decimal:
    """Whole amounts without, others with two decimals."""
    cents = value.quantize(Decimal("0.01"))
    return cents.quantize(Decimal(1)) if cents == cents.to_integral_value() else cents
