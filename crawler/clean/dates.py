"""The calendar day that a source states, or None: a day is never guessed and never shifted by a time zone.

Not a day: "30+ days ago" (at least), "29-Jan" (no year), "05/06/2026" (which is the month?), "9m ago"
(minutes or months?), "active 3 days ago" (not the ad). "5 hours ago" is today, "3 months ago" the same day of
that month: as near as the words go.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from crawler.clean import html

YEARS = range(1990, 2101)

_NAMES = """
jan january januari januar jänner janvier enero ene tammikuu tammikuuta janeiro gennaio gen stycznia styczeń
feb february februari februar février fevrier févr febrero helmikuu helmikuuta fevereiro fev febbraio lutego
mar march maart mrt märz mars marzo maaliskuu maaliskuuta marts março marca marzec marso
apr april avril avr abril abr huhtikuu huhtikuuta aprile kwietnia kwiecień
may mei mai maj mayo toukokuu toukokuuta maio maggio mag maja
jun june juni juin junio kesäkuu kesäkuuta junho giugno giu czerwca czerwiec hunyo
jul july juli juillet juil julio heinäkuu heinäkuuta julho luglio lug lipca lipiec hulyo
aug august augustus augusti août aout agosto ago elokuu elokuuta sierpnia sierpień
sep sept september septembre septiembre syyskuu syyskuuta setembro settembre września wrzesień setyembre
oct okt october oktober octobre octubre lokakuu lokakuuta outubro out ottobre ott października oktubre
nov november novembre noviembre marraskuu marraskuuta novembro listopada listopad nobyembre
dec dez des december dezember desember décembre decembre déc diciembre dic joulukuu joulukuuta dezembro
"""
_NAMES_MORE = {"luty": 2, "pebrero": 2, "dicembre": 12, "październik": 10, "grudnia": 12, "disyembre": 12}
_MONTHS = _NAMES_MORE | {
    name: month for month, names in enumerate(_NAMES.strip().splitlines(), start=1) for name in names.split()
}

_ZONE = (
    r"(?:z|(?:gmt|utc)?[+-]\d\d:?(?:\d\d)?|[a-z]{2,5})?(?:\s[a-z]{3,4}|\s?[a-z]{2,10}/[a-z_]{2,20})?"
    r"(?:\s?[\[(][^\])]{1,40}[\])])?"
)
_TIME = (
    r"(?:(?:t|,|,?\s(?:at|um|om|kl\.?|klo|à|alle|às)?)\s?\d{1,2}[:.]?\d\d(?:[:.]?\d\d)?(?:[.,:]\d{1,9})?"
    rf"\s?(?:[ap]m)?\s?{_ZONE})?"
)
_WEEKDAY = (  # and no other word: "Closes 10 November 2026", "do 10 listopada 2026" are no days of posting
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun|mitt|dien|donn|sam|sonn|maan|dins|woen|vrij|zat|zon|mån|man|tis|tir|ons"
    r"|tor|fre|lör|lør|sön|søn|tii|kesk|perj|lau|lun|mar|mer|jeu|ven|dim|mié|mie|jue|vie|sáb|sab|dom|gio|seg|terç"
    r"|qua|qui|sex|pon|wto|śro|czw|pią|sob|nie)[^\W\d]{0,8}(?:-feira)?\.?,?\s"
    r"|(?:mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)[.,]{1,2}\s)?"
)
_ISO = re.compile(rf"(\d{{4}})([-/.]?)(\d\d?)\2(\d\d?){_TIME}")
_ISO_WEEK = re.compile(r"(\d{4})-?w(\d\d)-?([1-7])")
_ISO_DAY = re.compile(r"(\d{4})-(\d{3})")
_DAY_MONTH_YEAR = re.compile(
    rf"{_WEEKDAY}(\d\d?)(?:st|nd|rd|th|er|\.|º)?[\s/-](?:de\s|of\s)?([^\W\d]{{3,12}})\.?,?[\s/-](?:de\s)?(\d{{4}})"
    rf"(?:\sr\.)?{_TIME}"
)
_MONTH_DAY_YEAR = re.compile(
    rf"{_WEEKDAY}([^\W\d]{{3,12}})\.?[\s-](\d\d?)(?:st|nd|rd|th)?,?[\s-](\d{{4}}){_TIME}"
)
_TIME_BEFORE_YEAR = re.compile(  # what C and Java print
    r"[a-z]{3} ([a-z]{3}) {1,2}(\d\d?) \d\d:\d\d:\d\d (?:[a-z]{2,5} )?(\d{4})"
)
_NUMBERS = re.compile(rf"(\d\d?)([-/.])(\d\d?)\2(\d{{4}}){_TIME}")
_SECONDS = re.compile(r"(\d{9,10})(?:\.\d{1,9})?")
_MILLISECONDS = re.compile(r"(?:/date\()?(\d{12,13})(?:[+-]\d{4})?(?:\)/)?(?:\.\d{1,9})?")

_CLOCK = re.compile(r",? (?:at|um|om|kl\.?|klo|à|alle|às|a las|o) \d{1,2}[:.h]\d\d(?: ?[ap]m)?$")
_DAYS_AGO = {
    **dict.fromkeys(
        (
            *(
                "today",
                "new today",
                "just posted",
                "just now",
                "moments ago",
                "a moment ago",
                "a few hours ago",
            ),
            *(
                "few hours ago",
                "vandaag",
                "zojuist",
                "zojuist geplaatst",
                "idag",
                "i dag",
                "heute",
                "gerade eben",
            ),
            *("hoy", "tänään", "aujourd'hui", "à l'instant", "oggi", "hoje", "dzisiaj", "dziś", "ngayon"),
        ),
        0,
    ),
    **dict.fromkeys(
        (
            *("yesterday", "gisteren", "igår", "i går", "gestern", "ayer", "eilen", "hier", "ieri", "ontem"),
            *("wczoraj", "kahapon"),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *("eergisteren", "vorgestern", "anteayer", "avant-hier", "toissapäivänä", "anteontem"),
            *("przedwczoraj", "i förrgår", "i forgårs"),
        ),
        2,
    ),
}
_POSTED = re.compile(
    r"(?:re-?posted|(?:date )?posted|published|added|listed|geplaatst|publicerad|upplagd|veröffentlicht"
    r"|eingestellt|online|publicado|publicada|publié|publiée|pubblicato|julkaistu|lagt ud|opslået|lagt ut"
    r"|publisert|opublikowano|dodano|nai-post)"
    r"(?:\s(?:on|op|am|den|seit|le|el|em|il(?! y a\b)|noong))?:?\s"
)
_POSTED_AFTER = re.compile(  # "Vor 3 Tagen ausgeschrieben"
    r"\s(?:posted|published|added|ausgeschrieben|veröffentlicht|eingestellt|online|geplaatst|publicerad|julkaistu)$"
)
_ABOUT = re.compile(r"(?:about|around|approximately|ca\.?|circa)\s(?=\S+\s(?:hour|minute|min))")
_ON = re.compile(r"(?:on|op|am|den|le|el|em|il|noong)\s(?=\d)")
_DEADLINE = re.compile(r"\sand deadline of application is on .*")
_PERIODS = {
    "minute": """
        minute minutes min mins minuut minuten minut minuter minuto minutos minuutti minuuttia minutter
        minuti minutę minuty""",
    "hour": """
        h hr hrs hour hours uur uren timme timmar std stunde stunden hora horas tunti tuntia heure heures oras
        time timer ora ore godzinę godzina godziny godzin""",
    "day": """
        d day days dag dagen dagar dage dager tag tage tagen día dia días dias päivä päivää jour jours
        araw daraw giorno giorni dzień dni""",
    "week": """
        w wk week weeks weken vecka veckor uge uger uke uker woche wochen semana semanas viikko viikkoa
        semaine semaines linggo settimana settimane tydzień tygodnie tygodni""",
    "month": """
        mo month months maand maanden månad månader måned måneder monat monate monaten mes meses mês
        kuukausi kuukautta mois buwan mese mesi miesiąc miesiące miesięcy""",
    "year": """
        y yr year years jaar år jahr jahre jahren año años ano anos vuosi vuotta an ans taon anno anni
        rok lata lat""",
}
_UNITS = {unit: name for name, units in _PERIODS.items() for unit in units.split()}
_NUMBER = r"(\d{1,3}|an?|one|een|één|en|ett|et|einem|einer|une?|una?|uno|um|uma|isang)"
_AGO = re.compile(
    rf"{_NUMBER}\s?([^\W\d]{{1,9}})\.?\s"
    r"(?:ago|geleden|sitten|(?:na\s)?(?:ang\s)?nakalipas|(?:na\s)?(?:ang\s)?nakakaraan|sedan|siden|fa|atrás|temu)"
    rf"|(?:för|for|vor|seit|hace|há|il y a|sedan)\s{_NUMBER}\s([^\W\d]{{1,9}})\.?(?:\ssedan|\ssiden)?"
    r"|()(tydzień|miesiąc|rok|godzinę)\stemu"
)


def absolute(raw: object, *, day_first: bool | None = None) -> date | None:
    """The day that a date, an ISO, RFC 822 or written date, or an epoch (s, ms; UTC) states.

    `day_first` says how a source writes 05/06/2026; None leaves what could be two days unknown.
    """
    if isinstance(raw, datetime):
        return _in_range(raw.date())
    if isinstance(raw, date):
        return _in_range(raw)
    return _absolute(_words(raw), day_first=day_first)


def read(raw: object, *, today: date, day_first: bool | None = None) -> date | None:
    """The same, or what "2 days ago", "Gisteren" or "vor 3 Tagen" mean when read on `today`."""
    if isinstance(raw, date):  # a datetime is one
        return absolute(raw)
    words = _words(raw)
    return (_absolute(words, day_first=day_first) or _relative(words, today)) if words else None


def _words(raw: object) -> str:
    if isinstance(raw, bool):
        return ""
    return html.line(
        raw if isinstance(raw, str | bytes) else str(raw) if _is_number(raw) else "", 120
    ).lower()


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and 0 < raw < 1e14 or type(raw).__name__ == "Decimal"


def _absolute(words: str, *, day_first: bool | None) -> date | None:
    if words[:1].isalpha():
        words = _ON.sub("", _POSTED.sub("", words, count=1), count=1)
    if found := _ISO.fullmatch(words):
        return _day(found[1], found[3], found[4]) if found[2] or len(found[3] + found[4]) == 4 else None
    if found := _MILLISECONDS.fullmatch(words):
        return _epoch(int(found[1]) // 1000)
    if found := _SECONDS.fullmatch(words):
        return _epoch(int(found[1]))
    if found := _NUMBERS.fullmatch(words):
        return _numbers(found[1], found[3], found[4], day_first=True if found[2] == "." else day_first)
    if (found := _DAY_MONTH_YEAR.fullmatch(words)) and found[2] in _MONTHS:
        return _day(found[3], _MONTHS[found[2]], found[1])
    found = _MONTH_DAY_YEAR.fullmatch(words) or _TIME_BEFORE_YEAR.fullmatch(words)
    if found and found[1] in _MONTHS:
        return _day(found[3], _MONTHS[found[1]], found[2])
    return _counted(words)


def _counted(words: str) -> date | None:
    """ISO 8601's day of a week, 2026-W32-3, and of a year, 2026-217."""
    try:
        if found := _ISO_WEEK.fullmatch(words):
            return _in_range(date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])))
        if (found := _ISO_DAY.fullmatch(words)) and int(found[1]) in YEARS:
            day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
            return day if day.year == int(found[1]) else None
    except ValueError:
        return None
    return None


def _numbers(first: str, second: str, year: str, *, day_first: bool | None) -> date | None:
    """25/05/2026 and 05/25/2026 can be only one day, 05/06/2026 two; with dots the day is first."""
    if day_first is None:
        day_first = True if int(first) > 12 or first == second else False if int(second) > 12 else None
    if day_first is None:
        return None
    return _day(year, second, first) if day_first else _day(year, first, second)


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
    words = _CLOCK.sub("", _DEADLINE.sub("", words).replace("’", "'"))
    bare = _ABOUT.sub("", _POSTED_AFTER.sub("", _POSTED.sub("", words, count=1)))
    for said in (words, bare):
        if said in _DAYS_AGO:
            return today - timedelta(days=_DAYS_AGO[said])
    if not (found := _AGO.fullmatch(bare)):
        return None
    number, name = next((found[at] or "1", found[at + 1]) for at in (1, 3, 5) if found[at + 1])
    unit = _UNITS.get(name)
    return _before(today, int(number) if number.isdigit() else 1, unit) if unit else None


def _before(today: date, number: int, unit: str) -> date | None:
    """Hours are today (a day is all we keep) unless more than a day; months keep the day of the month."""
    if unit in ("month", "year"):
        return _months_before(today, number * (12 if unit == "year" else 1))
    days = {"minute": 0, "hour": number // 24, "day": number, "week": number * 7}[unit]
    return _in_range(today - timedelta(days=days))


def _months_before(today: date, months: int) -> date | None:
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year not in YEARS:
        return None
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
