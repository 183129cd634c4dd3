"""The first amount or range of a text that looks like pay, with its currency and unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException

from crawler.clean import html, money, notpay
from crawler.items import Unit

WIDEST = 20  # a range's top is at most so many times its bottom: "$150K – $1M" is one, "30-45000" a slip
_SEVERAL = 3  # steps of a scale, and the pay of two grades, are nearer to one another than that
_MOST_STEPS = 9

_DIGITS = (  # whole or not at all
    r"(?>\d{1,3}(?: \d{3}){1,3}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}['’]\d{3}(?:[.,]\d{3}){1,2}(?!\d)"
    r"|\d{1,3}(?:['’]\d{3}){1,3}(?:\.\d\d)?(?!\d)"
    r"|\d{1,12}(?:[.,]\d{1,6}){0,4})"
)
_MORE = (  # "80k+" and "80k+ by experience" have no top, "£30,000+ benefits" and "£30,000+£2,162" have
    r"(?!\s?(?:\d|[£$€]|benefit|bens|bonus|enhance|pension|commission|comms|allow|car\b|tips|ote|super|package"
    r"|hol|unsoc|overtime|equity|excellent|great|shift|expenses|hca|l\.?w|london|live))"
)
_AMOUNT = re.compile(
    rf"(?P<sign>-)?(?:(?P<before>(?:{money.CURRENCY}\s?){{1,2}})|(?<![\w.,%])(?<!\d,\s))(?P<digits>{_DIGITS})[.,]?"
    rf"(?P<k>{money.SCALE})?(?={money.UNIT}|{money.AFTER}|to\s|(?!\d|[.,]\d|\s?%|\*|[a-z]))"
    rf"(?P<plus>\+{_MORE})?(?P<after>(?:{money.AFTER}(?!\s?\d))?)(?P<unit>{money.UNIT}?)(?P<plus2>\+{_MORE})?",
    re.I,
)
_SPLIT = re.compile(rf"({money.CURRENCY}\s?\d{{1,3}}), (?=\d{{3}}(?![\d.,]))", re.I)  # "£38, 984"
_TO = re.compile(
    r"\s?(?:\([^()\d]{0,15}\d?\)\s?)?"
    r"(?:(?:-|–|—|−|~|～|〜)(?:\s?(?:rising |up ?)to\b)?"
    r"|(?<![a-z])(?:to|bis|tot|till?|hasta|à|do|до|until|[a-z]*(?<=ing )?up ?to)\b"
    r"|\(?\b(?:rising|increasing|going up)\s(?:up\s)?to\b)\s?",
    re.I,
)
_MAXIMUM = re.compile(r"\s?[;,/|]?\s?(?:and\s)?max(?:imum|\.)?(?:\sof)?[\s:=]{1,3}", re.I)
_A = re.compile(r"\s?(?<![a-z])a\s", re.I)  # "de 18.000 a 22.000 euros"
_DE = re.compile(r"\b(?:de|desde|da|entre|od)\W{1,3}$", re.I)
_AND = re.compile(r"\s?\b(?:and|und|y|en|och|et|e|og|ja)\b\s?", re.I)  # "between 20 and 25"
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre|tussen|mellan|mellem|tra)\W", re.I)
_LIST = re.compile(r"\s?(?:\([^()\d]{1,20}\)\s?)?(?:[/,]|\bor\b)\s?", re.I)  # "£31,365/£33,779/£37,890"
_AGAIN = re.compile(r"\s?(?:\([^()]{1,20}\))?\s?(?:or|/|and)?\s?(?:band\s\w{1,3}\W{1,3})?(?:from\s)?", re.I)
_OPEN_END = re.compile(
    r"\s?(?:\bup ?to\b(?!\W{0,3}\d)|\bto\s(?!\d)|[-–—]\s?\W?-\s?\d|\band (?:up|above|over)\b|\bor more\b)",
    re.I,
)
_UP_TO = re.compile(
    r"(?:\bup ?to|^to|\bmax(?:imum|\.)?|\bbis(?: zu)?|\btot|\bjusqu'à|\blên đến|\bhasta|\bunder|\bupp till"
    r"|\bfino a|\baté|\bop til|\bopp til|\bpotential(?: to earn| earnings)?(?: of)?|\bcan earn)\W{0,3}$",
    re.I,
)
_FROM = re.compile(
    r"(?:\bfrom|\bstarting(?: at| from)?|\bstarts at|\bmin(?:imum|\.)?|\bat least|\bab|\bvanaf|\bfrån|\bfra"
    r"|\bà partir de|\bdesde|\btrên|\ba partir de|\bod|\bот|\balkaen)\W{0,3}$",
    re.I,
)
_LEAST_A_MONTH = 200
_CLOCK = re.compile(r"\W*p\.?\s?m\W*", re.I)  # "5 p.m."
_UNIT_BEFORE = re.compile(
    r"\b(hourly|daily|weekly|monthly|yearly|annual(?:ly)?|stundenlohn|monatsgehalt|jahresgehalt|timlön"
    r"|mtl|månadslön|uurloon|maandsalaris|timeløn|tuntipalkka|kuukausipalkka)\b",
    re.I,
)
_LONG_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("stundenlohn", "timlön", "uurloon", "timeløn", "tuntipalkka"), "HOUR"),
    **dict.fromkeys(("monatsgehalt", "månadslön", "maandsalaris", "kuukausipalkka"), "MONTH"),
    "jahresgehalt": "YEAR",
}
_UNIT_AFTER = re.compile(money.UNIT_WORDS, re.I)
_BIWEEKLY = re.compile(r"bi[-\s]?(?:week|month)|semi|fortnight|twice", re.I)
_ASIDE = re.compile(r"\([^()]*\d[^()]*\)|\[[^\][]*\]|\+?\s?\d{1,2}(?:\.\d{1,2})?\s?%")
_ADDED = re.compile(rf"\s?(?:\+|plus\b|&)\s?(?:{money.CURRENCY}\s?)?\d[\d,.]*k?", re.I)
_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
_LEAST_WITH_MILLS = 5  # "2.500" is no pay of two and a half
_DOT_THOUSAND = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text states, and where in it."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    unit: Unit | None = None
    start: int = 0
    end: int = 0

    def __bool__(self) -> bool:
        return bool(self.low or self.high)


def find(words: str) -> Figures:
    """The first amount or range of a text that looks like pay."""
    words = _SPLIT.sub(r"\1,", words)
    at = 0
    while found := _AMOUNT.search(words, at):
        at = found.end()
        steps = _steps(words, found)
        if found["sign"] or _is_grade(words, found) or not (len(steps) > 1 or _is_money(found, words)):
            continue
        if _is_extra(words, steps) or not all(_is_known(step) for step in steps):
            continue
        if words[steps[-1].end() :][:1] in ("-", "–") and _AMOUNT.match(words, steps[-1].end() + 1):
            return Figures()  # "£45-753-£51,668"
        if len(steps) == 1 and _is_one_of_several(words, found):
            return Figures()
        return _stated(words, steps)
    return Figures()


def number(raw: object) -> Decimal | None:
    """A positive number that a source gives as number or text; None for zero, NaN, infinity and the rest."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    try:
        value = Decimal(raw.strip()[:40] if isinstance(raw, str) else str(raw))
    except (DecimalException, ValueError):
        return None
    return (money.tidy(value) or None) if value.is_finite() and 0 < value < 10**12 else None


def bound(raw: object, unit: Unit | None, code: str | None) -> Figures:
    """An end of a range that a source gives by itself: 18, "22.50", "45k", "3 Lakh", "$45,000/yr".

    "2.400" is what can be paid for such a unit; nothing where both can, or neither is known.
    """
    words = html.line(raw, 40) if isinstance(raw, str) else ""
    if _DOT_THOUSAND.fullmatch(words):
        whole, broken = Decimal(words.replace(".", "")), money.tidy(Decimal(words))
        either = [value for value in (whole, broken) if unit and money.is_plausible(value, unit, code)]
        either = [value for value in either if value >= _LEAST_WITH_MILLS]
        value = whole if code in money.NO_CENTS else either[0] if len(either) == 1 else None
        return Figures(value, value)
    if value := number(raw):
        return Figures(value, value)
    found = _AMOUNT.fullmatch(words)
    if found is None or found["sign"]:
        return Figures()
    value = _value(found, None)
    return Figures(
        value, value, next(iter(_currencies(found)), None), money.unit(found["unit"] or found["k"])
    )


def _steps(words: str, found: re.Match[str]) -> list[re.Match[str]]:
    """The amount and those that it opens a range to: one, or the steps of a scale."""
    steps = [found]
    while len(steps) < _MOST_STEPS and (other := _other(words, steps)):
        steps.append(other)
    return steps


def _other(words: str, steps: list[re.Match[str]]) -> re.Match[str] | None:
    """The next amount, if the last one opens a range: "Band 7 - £38,890" opens none."""
    first, last = steps[0], steps[-1]
    to = _TO.match(words, last.end())
    if to is None and _BETWEEN.search(words[max(0, first.start() - 40) : first.start()]):
        to = _AND.match(words, last.end())
    if to is None and _FROM.search(words[max(0, first.start() - 25) : first.start()]):
        to = _MAXIMUM.match(words, last.end())
    to = to or _a(words, first)
    listed = None if to else _LIST.match(words, last.end())
    if not (between := to or listed):
        return None
    other = _AMOUNT.match(words, between.end())
    if other is None or other["sign"]:
        return None
    low, high = _value(last, other), _value(other, None)
    if listed or len(steps) > 1:
        ascends = low is not None and high is not None and low <= high <= low * _SEVERAL
        return other if ascends and last["before"] and other["before"] and not last["unit"] else None
    if _is_money(first, words):
        return other
    near = low is not None and high is not None and (low == 0 or low * WIDEST >= high)
    alone = not other["before"] or "." in first["digits"]
    return other if near and alone and _is_money(other, words) else None


def _a(words: str, first: re.Match[str]) -> re.Match[str] | None:
    """The "a" of "de 18.000 a 22.000 euros", "R$ 1.800 a R$ 2.200"; not that of "$800 a 40-hour week"."""
    to = _A.match(words, first.end())
    other = to and _AMOUNT.match(words, to.end())
    if not other or not (other["before"] or other["after"] or _DE.search(words[: first.start()][-10:])):
        return None
    low, high = _value(first, other), _value(other, None)
    return to if low and high and low <= high <= low * WIDEST else None


def _is_one_of_several(words: str, found: re.Match[str]) -> bool:
    """Whether another pay stands beside it: "$55,000 (NYC) / $48,000 (Austin)"."""
    between = _LIST.match(words, found.end())
    other = between and _AMOUNT.match(words, between.end())
    if not other or other["sign"] or other["before"] != found["before"] or not found["before"]:
        return False
    one, two = _value(found, None), _value(other, None)
    same_unit = money.unit(found["unit"]) in (None, money.unit(other["unit"]))
    return bool(one and two and same_unit and one != two and one <= two * _SEVERAL and two <= one * _SEVERAL)


def _is_known(found: re.Match[str]) -> bool:
    """Whether the word that multiplies a number says by how much: "$2 billion", "30 mil" do not."""
    return money.SCALES.get(_scale(found) or "k") is not None


def _is_money(found: re.Match[str], words: str) -> bool:
    """Whether a number says that it is money: by a currency, a unit, a "k" (not 401k), or as thousands."""
    if found["digits"] == "401" and found["k"]:
        return False
    value = money.decimal(found["digits"])
    if found["after"].strip() in ("Ft", "TL") and (value is None or value < 1000):
        return False  # six feet, five team leaders
    if found["before"] or found["after"] or found["k"] or found[0] == words:
        return True
    if found["unit"] and not _CLOCK.fullmatch(found["unit"]):
        return True
    if value is None or value < 1000:
        return False
    return not (len(found["digits"]) == 4 and 1950 <= value <= 2100)  # a year


def _is_grade(words: str, found: re.Match[str]) -> bool:
    """Whether a number counts grades: "Band 6 hourly rate"."""
    if found["before"] or found["after"] or len(found["digits"]) > 2:
        return False
    return notpay.is_grade(words[max(0, found.start() - 12) : found.start()])


def _is_extra(words: str, steps: list[re.Match[str]]) -> bool:
    """Whether what stands around says that it is no pay, though it is money."""
    first, last = steps[0], steps[-1]
    value = _value(first, None)
    return notpay.is_extra(
        words[max(0, first.start() - 40) : first.start()],
        words[last.end() : last.end() + 80],
        unit=last["unit"],
        small=len(steps) == 1 and value is not None and value < 10_000,
    )


def _stated(words: str, steps: list[re.Match[str]]) -> Figures:
    """What the matched figures state, with the words right before and after them."""
    first, last = steps[0], steps[-1]
    start, end = first.start(), last.end()
    low, high = _value(first, steps[1] if len(steps) > 1 else None), _value(last, None)
    currencies = {code for step in steps for code in _currencies(step)}
    if len(currencies) > 1:
        currencies.discard("$")  # "$70,000 - CA$75,000"
    if low is None or high is None or len(currencies) > 1:
        return Figures()
    open_end = _OPEN_END.match(words, end) if len(steps) == 1 else None
    end = open_end.end() if open_end else end
    units = (money.unit(step[part]) for step in (first, last) for part in ("unit", "k"))
    unit: Unit | None = next((one for one in units if one), None)
    if _CLOCK.fullmatch(last["unit"]) and high < _LEAST_A_MONTH:
        unit = None  # "$25 PM shift"
    if unit == "HOUR" and high >= 1000 and _THOUSANDS.fullmatch(last["digits"]):
        return Figures()  # "$17.250 per hour": a thousand, or three decimals?
    code = next(iter(currencies), None)
    code = money.dollar_of(words) if code == "$" else code
    said = Figures(low or None, high or None, code, unit, start, end)  # zero: unknown
    before = words[max(0, start - 25) : start]
    if len(steps) == 1 and (first["plus"] or first["plus2"] or open_end or _FROM.search(before)):
        said = replace(said, high=None)
    elif len(steps) == 1 and _UP_TO.search(before):
        said = replace(said, low=None)
    said = said if unit else replace(said, unit=_likely(said, _unit_around(words, start, end)))
    said = _with_second(words, said) if said.low and said.high else said
    said = said if said.unit else replace(said, unit=_likely(said, _unit_behind(words, said)))
    if said.unit != "HOUR" and any(_is_odd(step) for step in steps):
        return Figures()
    return said


def _is_odd(found: re.Match[str]) -> bool:
    """A slip of £24,000 rather than 24 pounds: "£24,00"."""
    anglo = {"GBP", "USD", "$"} & set(_currencies(found))
    return bool(anglo) and not found["k"] and bool(re.fullmatch(r"\d{1,3},\d{1,2}", found["digits"]))


def _with_second(words: str, said: Figures) -> Figures:
    """A second range right behind says the unit; where it is higher, as the next grade's, the top too."""
    gap = _AGAIN.match(words, said.end)
    found = (
        _AMOUNT.match(words, gap.end()) if gap and gap.end() > said.end and said.low and said.high else None
    )
    if found is None or found["sign"] or not said.currency or said.currency not in _currencies(found):
        return said
    steps = _steps(words, found)
    low, high = _value(found, steps[1] if len(steps) > 1 else None), _value(steps[-1], None)
    if not (low and high and said.high) or (len(steps) > 1) != (said.low != said.high):
        return said
    if not said.high <= high * _SEVERAL <= said.high * _SEVERAL**2 or (len(steps) == 1 and low != said.low):
        return said
    end = steps[-1].end()
    unit = said.unit or money.unit(steps[-1]["unit"]) or _likely(said, _unit_around(words, end, end))
    top = high if said.high < low <= high else said.high
    return replace(said, high=top, unit=unit, end=end)


def _value(found: re.Match[str], other: re.Match[str] | None) -> Decimal | None:
    """A match's number; in "25 - 31k" the "k" is said once for both."""
    value = money.decimal(found["digits"])
    scale = _scale(found)
    if value is not None and value >= 10_000 and len(scale) == 1 and found["k"][:1].isspace():
        scale = ""  # "£25,000 M-F", "£22,000 L & D"
    if not scale and other is not None and other["k"] and value is not None and value < 1000:
        scale = _scale(other)
    if value is None or (scale == "l" and "INR" not in _currencies(found)):
        return None
    times = money.SCALES[scale] if scale else 1
    if times is None or (value >= 10_000 and scale):
        return None
    return money.tidy(value * times)


def _scale(found: re.Match[str]) -> str:
    return (found["k"] or "").strip(" .").lower()


def _currencies(found: re.Match[str]) -> list[str]:
    said = [code for side in (found["before"], found["after"]) for code in [money.currency(side)] if code]
    return said or (["INR"] if _scale(found) == "lpa" else [])


def _likely(said: Figures, unit: Unit | None) -> Unit | None:
    """A unit that stands near by, if so much can be paid for it."""
    ends = [end for end in (said.low, said.high) if end]
    return unit if unit and all(money.is_plausible(end, unit, said.currency) for end in ends) else None


def _unit_around(words: str, start: int, end: int) -> Unit | None:
    """A unit a few words after the figures, else before them, with no other number between."""
    after = re.match(r"[^\d•;|]{0,40}", words[end:])
    if after and (found := _UNIT_AFTER.search(after[0])) and not _BIWEEKLY.search(after[0]):
        return money.unit(found[0])
    before = re.search(r"[^\d•;|]{0,60}$", words[max(0, start - 60) : start])
    found = _UNIT_BEFORE.search(before[0]) if before else None
    return _LONG_UNITS.get(found[0].lower()) or money.unit(found[0]) if found else None


def _unit_behind(words: str, said: Figures) -> Unit | None:
    """A unit behind a share or an addition: "£24,907 (plus 5%) per annum", "£82,096 + £2,162 per annum"."""
    behind = _ASIDE.sub(" ", words[said.end : said.end + 80])
    if behind != words[said.end : said.end + 80] and (unit := _unit_around(behind, 0, 0)):
        return unit
    added = _ADDED.match(behind)
    unit = _unit_around(behind, added.end(), added.end()) if added else None
    return unit if unit == "YEAR" else None
