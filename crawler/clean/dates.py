"""The calendar day that a source states, or None: a day is never guessed and never shifted by a time zone.

Not a day: "30+ days ago" (at least), "29-Jan" (no year), "05/06/2026" (which is the month?), "9m ago"
(minutes or months?).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from crawler.clean import html

YEARS = range(1990, 2101)

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januari januar jänner janvier enero ene tammikuu tammikuuta",
            "feb february februari februar février fevrier febrero helmikuu helmikuuta",
            "mar march maart mrt märz mars marzo maaliskuu maaliskuuta",
            "apr april avril abril abr huhtikuu huhtikuuta",
            "may mei mai maj mayo toukokuu toukokuuta",
            "jun june juni juin junio kesäkuu kesäkuuta",
            "jul july juli juillet julio heinäkuu heinäkuuta",
            "aug august augustus augusti août aout agosto ago elokuu elokuuta",
            "sep sept september septembre septiembre syyskuu syyskuuta",
            "oct okt october oktober octobre octubre lokakuu lokakuuta",
            "nov november novembre noviembre marraskuu marraskuuta",
            "dec dez december dezember décembre decembre diciembre dic joulukuu joulukuuta",
        ),
        start=1,
    )
    for name in names.split()
}

_TIME = (
    r"(?:[t,\s]\s?\d{1,2}[:.]?\d\d(?:[:.]?\d\d)?(?:[.,:]\d{1,9})?\s?(?:[ap]m)?\s?(?:z|[a-z]{2,5}"
    r"|[+-]\d\d:?(?:\d\d)?)?)?"
)
_ISO = re.compile(rf"(\d{{4}})([-/.]?)(\d\d?)\2(\d\d?){_TIME}")
_DAY_MONTH_YEAR = re.compile(
    rf"(?:[^\W\d]{{2,10}}\.?,?\s)?(\d\d?)(?:st|nd|rd|th"
    rf"|\.)?[\s-](?:de\s)?([^\W\d]{{3,12}})\.?,?[\s-](?:de\s)?(\d{{4}}){_TIME}"
)
_MONTH_DAY_YEAR = re.compile(
    rf"(?:[^\W\d]{{2,10}}\.?,?\s)?([^\W\d]{{3,12}})\.?[\s-](\d\d?)(?:st|nd|rd|th)?,?[\s-](\d{{4}}){_TIME}"
)
_NUMBERS = re.compile(rf"(\d\d?)([-/.])(\d\d?)\2(\d{{4}}){_TIME}")
_SECONDS = re.compile(r"(\d{9,10})(?:\.\d{1,9})?")
_MILLISECONDS = re.compile(r"(\d{12,13})(?:\.\d{1,9})?")

_TODAY = frozenset(
    "today;just posted;just now;vandaag;zojuist;zojuist geplaatst;idag;i dag;heute;hoy;tänään".split(";")
)
_YESTERDAY = frozenset(("yesterday", "gisteren", "igår", "i går", "gestern", "ayer", "eilen", "hier"))
_POSTED = re.compile(
    r"(?:re-?posted|posted|active|published|updated|added|listed|geplaatst|publicerad|veröffentlicht"
    r"|publicado|publié)"
    r"(?:\son)?:?\s"
)
_DEADLINE = re.compile(r"\sand deadline of application is on .*")
_UNITS = {
    unit: name
    for name, units in {
        "hour": "h hr hrs hour hours minute minutes min mins uur uren minuten timme timmar minuter"
        " stunde stunden hora"
        " horas minutos tunti tuntia minuuttia heure heures oras",
        "day": "d day days dag dagen dagar tag tagen día dia días dias päivä päivää jour jours araw daraw",
        "week": "w wk week weeks weken vecka veckor woche wochen semana semanas viikko viikkoa semaine"
        " semaines linggo",
        "month": "mo month months maand maanden månad månader monat monaten mes meses kuukausi"
        " kuukautta mois buwan",
        "year": "y yr year years jaar år jahr jahren año años vuosi vuotta an ans taon",
    }.items()
    for unit in units.split()
}
_NUMBER = r"(\d{1,3}|an?|one|een|één|en|ett|einem|einer|una?|une)"
_AGO = re.compile(
    rf"{_NUMBER}\s?([^\W\d]{{1,9}})\s(?:ago|geleden|sitten|nakalipas|sedan)"
    rf"|(?:för|vor|hace|il y a)\s{_NUMBER}\s([^\W\d]{{1,9}})(?:\ssedan)?"
)


def absolute(raw: object) -> date | None:
    """The day that a date, an ISO, RFC 822 or written date, or an epoch (s, ms; UTC) states."""
    if isinstance(raw, datetime):
        return _in_range(raw.date())
    if isinstance(raw, date):
        return _in_range(raw)
    return _absolute(_words(raw))


def read(raw: object, *, today: date) -> date | None:
    """The same, or what "2 days ago", "Gisteren" or "vor 3 Tagen" mean when read on `today`."""
    if isinstance(raw, date):  # a datetime is one
        return absolute(raw)
    words = _words(raw)
    return (_absolute(words) or _relative(words, today)) if words else None


def _words(raw: object) -> str:
    if isinstance(raw, bool):
        return ""
    return html.line(
        raw if isinstance(raw, str | bytes) else str(raw) if _is_number(raw) else "", 120
    ).lower()


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and 0 < raw < 1e14 or type(raw).__name__ == "Decimal"


def _absolute(words: str) -> date | None:
    words = _POSTED.sub("", words, count=1) if words[:1].isalpha() else words
    if found := _ISO.fullmatch(words):
        return _day(found[1], found[3], found[4]) if found[2] or len(found[3] + found[4]) == 4 else None
    if found := _MILLISECONDS.fullmatch(words):
        return _epoch(int(found[1]) // 1000)
    if found := _SECONDS.fullmatch(words):
        return _epoch(int(found[1]))
    if found := _NUMBERS.fullmatch(words):
        return _numbers(found[1], found[3], found[4], found[2])
    if (found := _DAY_MONTH_YEAR.fullmatch(words)) and found[2] in _MONTHS:
        return _day(found[3], _MONTHS[found[2]], found[1])
    if (found := _MONTH_DAY_YEAR.fullmatch(words)) and found[1] in _MONTHS:
        return _day(found[3], _MONTHS[found[1]], found[2])
    return None


def _numbers(first: str, second: str, year: str, separator: str) -> date | None:
    """25/05/2026 and 05/25/2026 can be only one day, 05/06/2026 two; with dots the day is first."""
    if separator == "." or int(first) > 12 or first == second:
        return _day(year, second, first)
    return _day(year, first, second) if int(second) > 12 else None


def _epoch(seconds: int) -> date | None:
    return _in_range(datetime.fromtimestamp(seconds, UTC).date())


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _in_range(day: date) -> date | None:
    return day if day.year in YEARS else None


def _relative(words: str, today: date) -> date | None:
    words = _DEADLINE.sub("", words)
    if words in _TODAY:
        return today
    words = _POSTED.sub("", words, count=1)
    if words in _TODAY:
        return today
    if words in _YESTERDAY:
        return today - timedelta(days=1)
    if not (found := _AGO.fullmatch(words)):
        return None
    number, unit = found[1] or found[3], _UNITS.get(found[2] or found[4])
    return _before(today, int(number) if number.isdigit() else 1, unit) if unit else None


def _before(today: date, number: int, unit: str) -> date | None:
    """Hours are today (a day is all we keep) unless more than a day; months keep the day of the month."""
    if unit in ("month", "year"):
        return _months_before(today, number * (12 if unit == "year" else 1))
    days = number // 24 if unit == "hour" else number * (7 if unit == "week" else 1)
    return _in_range(today - timedelta(days=days))


def _months_before(today: date, months: int) -> date | None:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year not in YEARS:
        return None
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
