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
        ";£ GBP;€ EUR;₹ INR;₱ PHP;₩ KRW;₫ VND;₺ TRY;₴ UAH;₽ RUB;฿ THB;₦ NGN;₪ ILS;‚¬ EUR;zł PLN;Kč CZK;$ $"
    ).split(";")
)
_CODES = frozenset(
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
    **_SHORT,
}
_OF_COUNTRY = {  # symbols that several countries have
    "$": {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
    "Rs": {"IN": "INR", "PK": "PKR", "LK": "LKR"},
}

CURRENCY = (
    r"(?:\([£$€]\)|"
    + "|".join(re.escape(symbol) for symbol in _SYMBOLS)
    + "|(?<![A-Za-z])(?:"
    + "|".join(sorted(_CODES))
    + rf")(?![a-z])|(?<![A-Za-z])(?:{'|'.join(_SHORT)})\.?(?=\s?\d))"
)
AFTER = (
    rf"(?:\s?(?:{CURRENCY}|(?:euroa?s?|(?:UK\s)?pounds|dollars|eur|usd|gbp|kronor)\b"
    r"|kr(?:\.(?=\s|/|$)|\b)|:-))"
)

_STEMS: dict[Unit, str] = {
    "HOUR": r"hour|hrs?\b|stund|\bstd|heure|\bhoras?\b|\buur|timme|timen\b|tunti|tunnis|\boras?\b|godz",
    "DAY": r"\bdays?\b|daily|\bdag|\btag|\bjours?\b|\bd[ií]as?\b|päivä|\bgiorno|\baraw|\bdzie[nń]",
    "WEEK": r"week(?!end)|\bwk|woche|wöchent|semaine|semana|vecka|viikko|settiman|linggo|\bu[gk]e\b|tydzie",
    "MONTH": r"month|mth|maand|monat|mois\b|mensu|mensal|mensil|\bm[êe]s\b|månad|måned|kuukau|\bmese\b|buwan"
    r"|miesi",
    "YEAR": r"year|\byr|annu|anual|\bann?[nmuae]{2,4}\b|jaar|jahr|jähr|année|año|\bår(?:et)?\b|vuosi|vuode"
    r"|\bano\b|\btaon|\brok\b|roczn",
}
_STEM = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _STEMS.items()), re.I)
_CODES_OF: dict[Unit, str] = {
    "HOUR": "h hr hur ph phr phora tim time ora",
    "DAY": "d pd",
    "WEEK": "w pw wee tyg",
    "MONTH": "mo mon pm pcm mnd kk mies mens",
    "YEAR": "y pa gpa a an ann",
}
_UNIT_OF: dict[str, Unit] = {code: name for name, codes in _CODES_OF.items() for code in codes.split()}
_EACH = r"per|an?|each|/|par|por|pro|à l'|de l'|all'|al|alla|a la|la|ao|im|pr\.?|om|i|kada|bawat|na|za"
_CODE = re.compile(rf"(?:1|{_EACH})?({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})", re.I)
_PERIODS = (
    r"hours?|hrs?|h|stunde|std|heure|hora|uur|timme|timmen|tim|tunti|oras?|ora|godz(?:in[aęy])?"
    r"|days?|dag(?:en)?|tag|jour|d[ií]a|päivä|giorno|araw|dzie[nń]"
    r"|weeks?|wk|week|woche|semaine|semana|vecka|viikko|settimana|linggo|uge|uke|tydzie[nń]"
    r"|months?|mo|mth|maand|monat|mois|m[êe]s|månad(?:en)?|kk|kuukausi|mese|buwan|måned(?:en)?|mnd"
    r"|mies(?:i[ąa]c)?"
    r"|years?|yr|an{1,2}[nmuae]{0,4}|jaar|jahr|année|año|år(?:et)?|annual(?:ly)?|vuosi|ano|taon|rok"
)
_ADVERBS = (
    r"hourly|(?<!bi)(?<!bi-)weekly|daily|(?<!bi)monthly|yearly|annual(?:ly)?|annum"
    r"|stündlich|monatlich|jährlich|mensuel(?:le)?s?|annuels?|mensual(?:es)?|anual(?:es)?|mensili?|annui"
    r"|miesięcznie|rocznie|maandelijks|jaarlijks|tunnissa|kuukaudessa|vuodessa"
)
UNIT_WORDS = (
    rf"(?:(?:(?<![^\W\d_])|(?=/))(?:{_EACH})\s?/?\s?(?:{_PERIODS})\b"
    r"|(?<![^\W\d_])(?:per\sa(?=\s?$)|(?:pr\.?\s|i\s)timen?\b)|/\s?time\b"
    r"|(?<![^\W\d_])g?p\.?\s?/?\s?(?:h(?:r|our|ora)?|a|d|w)\b|pcm\b"
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
        if word.upper() in _CODES:
            return str(word.upper())
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
    return next((code for symbol, code in _SYMBOLS.items() if symbol.lower() in words.lower()), None)


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


def tidy(value: Decimal) -> Decimal:
    """Whole amounts without, others with two decimals."""
    cents = value.quantize(Decimal("0.01"))
    return cents.quantize(Decimal(1)) if cents == cents.to_integral_value() else cents
