"""A job's facts in the words of a page: age, pay, places, links; and text as blocks."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, request, url_for

from matcher import filters, rank
from webapp import memory

MAX_LINK = 2_048  # characters of an address that becomes a link
MAX_PAY = 200
NO_PAY = "pay not stated"
MOST_PAY = Decimal(10) ** 12  # of any currency and period
MAX_PLACE = 80  # characters of one place
MOST_PLACES = 3  # named; more are counted
WEEKS_FROM = timedelta(days=14)
DATE_FROM = timedelta(days=90)  # an older day is said as the date
FULL_SCORE = round(200 * rank.STRONG)  # fills the meter: twice what is called strong
DAY = timedelta(days=1)  # it may be tomorrow already where a job is
SKEW = 5  # minutes by which another clock may be ahead of ours

Block = tuple[Literal["h", "p", "ul"], list[str]]


def install(app: Flask) -> None:
    """Give the templates these words, and static files addresses that change with their content."""
    said: tuple[Callable[..., Any], ...] = (
        *(web_link, rel, host, age, ago, day, moment, number, counted, clip, blocks),
        *(pay, pay_per_year, place, places, workplace, employment, language, score),
    )
    app.jinja_env.filters.update({each.__name__: each for each in said})
    app.jinja_env.globals["static_url"] = _static_urls(app)
    app.context_processor(lambda: {"today": memory.here().clock().date()})


def _static_urls(app: Flask) -> Callable[[str], str]:
    folder = Path(app.static_folder or "")

    @functools.cache
    def digest(name: str) -> str:
        return hashlib.blake2b((folder / name).read_bytes(), digest_size=8).hexdigest()

    return lambda name: url_for("static", filename=name, v=digest(name))


# --- links

_HOST = re.compile(r"[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\]")
_NOT_IN_LINKS = re.compile(r"[\s\\\x00-\x20\x7f-\xa0\u2028\u2029]")  # browsers read on where Python stops


def web_link(url: str) -> str | None:
    """The address when a browser may be sent there: http or https with a host and no name before it."""
    return url if host(url) else None


def rel(credit: object) -> str:
    """How an outgoing link stands to us: whose terms ask for a `credit` asks for links that count."""
    return "noopener noreferrer" if credit else "noopener noreferrer nofollow ugc"


def host(url: str) -> str:
    """The host that an address leads to, in ASCII: no letter passes for another. "" where it is no link."""
    if len(url) > MAX_LINK or _NOT_IN_LINKS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        named = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(named):
            return ""
        _ = parts.port  # raises where it is none
        return named if named.isascii() else named.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        return ""


# --- how well a job matches

METER = 96  # its width
MATCHES = {"strong": "Strong match", "good": "Good match", "stretch": "A stretch", "weak": "Weak match"}


class Score(NamedTuple):
    """A score as it is shown: rounded down, for its word begins at a whole number."""

    number: int
    strength: str
    word: str
    width: int  # of the meter's bar


def score(value: float) -> Score:
    """How a score is said and drawn."""
    number, strength = int(100 * value), rank.strength(value)
    return Score(number, strength, MATCHES[strength], min(METER * number // FULL_SCORE, METER))


# --- the reader


class Reader(NamedTuple):
    """How dates and numbers are written where a reader's browser says that it is from."""

    month_first: bool = False
    between: str = ","  # thousands


MONTH_FIRST = frozenset({"en-us", "es-us", "en-ph", "fil-ph"})
SPACE = "\u202f"  # narrow, and never a line's end


def _reader() -> Reader:
    """The reader of the page that is being made; nobody in particular outside of one."""
    if not has_request_context():
        return Reader()
    if "reader" not in g:
        first = next((tag.lower() for tag in request.accept_languages.values()), "en")
        g.reader = Reader(first in MONTH_FIRST, "," if first.startswith("en") or first == "*" else SPACE)
    reader: Reader = g.reader
    return reader


# --- time


def age(job: Any, today: date) -> str:
    """When a job was posted, else since when it is known: "posted 3 days ago", "first seen yesterday"."""
    if job.date_posted is None:
        return f"first seen {_since(job.first_seen.date(), today)}"
    if job.date_posted > today + DAY:
        return f"dated {day(job.date_posted)}"
    return f"posted {_since(min(job.date_posted, today), today)}"


def _since(then: date, today: date) -> str:
    passed = today - then
    if not timedelta() <= passed <= DATE_FROM:
        return f"on {day(then)}"
    if passed.days < 2:
        return ("today", "yesterday")[passed.days]
    return f"{passed.days} days ago" if passed < WEEKS_FROM else f"{passed.days // 7} weeks ago"


def ago(then: datetime, now: datetime) -> str:
    """How long ago a moment was: "just now", "5 minutes ago", "3 hours ago", else as a posting's age."""
    minutes = int((now - then).total_seconds() // 60)
    if not -SKEW <= minutes < 24 * 60:
        return _since(then.date(), now.date())
    if minutes < 60:
        return "just now" if minutes < 1 else "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
    return "an hour ago" if minutes < 120 else f"{minutes // 60} hours ago"


def day(when: date, *, short: bool = False) -> str:
    """A day: "3 March 2026", or short, for tables: "3 Mar 2026"; "March 3, 2026" for who reads it so."""
    month = f"{when:%b}" if short else f"{when:%B}"
    return f"{month} {when.day}, {when.year}" if _reader().month_first else f"{when.day} {month} {when.year}"


def moment(when: datetime, *, short: bool = False) -> str:
    """A moment, in UTC: "3 March 2026, 04:05 UTC", or short: "3 Mar 2026, 04:05 UTC"."""
    utc = when.astimezone(UTC)
    return f"{day(utc, short=short)}, {utc:%H:%M} UTC"


# --- figures and pay


def number(count: int) -> str:
    """A whole number with its thousands apart: by a comma for who reads English at home, else by a space."""
    return f"{count:,}".replace(",", _reader().between) if count > 999 else str(count)


def counted(count: int, one: str, many: str) -> str:
    """A number with what it counts: "1 job", "1,204 jobs"."""
    return f"{number(count)} {one if count == 1 else many}"


# No source's own words: at most a unit, as "HOUR", "per hour" or "Hourly pay".
_FIGURES_ONLY = re.compile(
    r"[\d.]+(?: - [\d.]+)?(?: [A-Z]{3})?(?: (?:per )?[\w/-]{1,40}(?: (?:pay|rate|salary|wage))?)?"
)
_PART_YEAR = re.compile(r"\b(?:part[- ]time|seasonal|temporary|temp|intern(?:ship)?)\b", re.IGNORECASE)
_NO_FULL_YEAR = re.compile(  # paid for a part of the year, or not for sure
    r"\b(?:pro[- ]?rata|term[- ]time|commission[- ]only|o\.?t\.?e|on[- ]target|potential earnings)\b",
    re.IGNORECASE,
)
_PART_KINDS = frozenset({"PART_TIME", "TEMPORARY", "PER_DIEM", "INTERN", "VOLUNTEER"})


def pay(base_salary: Mapping[str, str] | None) -> str:
    """Pay as stated; composed where a source gave figures and no words."""
    if not base_salary:
        return NO_PAY
    low, high = amounts(base_salary)
    if (low or high) and _FIGURES_ONLY.fullmatch(base_salary.get("text", "")):
        unit, currency = base_salary.get("unit_text", "").lower(), base_salary.get("currency", "")
        each = f" {'an' if unit == 'hour' else 'a'} {unit}" if unit else ""
        silent = " and ".join(name for name, said in (("currency", currency), ("period", unit)) if not said)
        return _span(low, high, currency) + each + (f" ({silent} not stated)" if silent else "")
    return clip(base_salary.get("text", ""), MAX_PAY) or NO_PAY


def pay_per_year(job: Any) -> str:
    """What pay by the hour, day, week or month comes to in a year, said as the estimate it is; else "".

    "" too for work that fills no year: part time, temporary, seasonal; for pay by commission or on target.
    """
    stated = job.base_salary or {}
    unit, sums = stated.get("unit_text", "YEAR").lower(), yearly(stated)
    if unit == "year" or not sums or not fills_year(job) or promised(stated):
        return ""
    low, high = (value and _rounded(value) for value in sums)
    span = _span(low, high, stated.get("currency", ""))
    return f"about {span} a year at {filters.PER_YEAR[unit]:,} {unit}s"


def fills_year(job: Any) -> bool:
    """Whether a job is not known to be part time, temporary or seasonal."""
    kinds = set(job.employment_type)
    return "FULL_TIME" in kinds or not (kinds & _PART_KINDS or _PART_YEAR.search(job.title))


def promised(base_salary: Mapping[str, str]) -> bool:
    """Whether pay is by commission, on target, or for a part of the year: no wage to compare."""
    return _NO_FULL_YEAR.search(base_salary.get("text", "")) is not None


def yearly(base_salary: Mapping[str, str]) -> tuple[Decimal | None, Decimal | None] | None:
    """The least and the most that pay comes to in a year; None where it has no figure or no period."""
    low, high = amounts(base_salary)
    unit = base_salary.get("unit_text", "").lower()
    if unit not in filters.PER_YEAR or not (low or high):
        return None
    return low and filters.per_year(low, unit), high and filters.per_year(high, unit)


def amounts(base_salary: Mapping[str, str]) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that is stated, each None where it is no figure that can be pay."""
    low, high = (_amount(base_salary.get(name)) for name in ("min_value", "max_value"))
    return low, high


def _amount(value: object) -> Decimal | None:
    """A figure that can be pay; what is none is as good as not stated."""
    try:
        read = Decimal(str(value)) if value else Decimal(0)
    except ArithmeticError:
        return None
    return read if read.is_finite() and 0 < read < MOST_PAY else None


def _rounded(value: Decimal) -> Decimal:
    """To hundreds, small sums to tens: an estimate shows no cents."""
    step = Decimal(100 if value >= 10_000 else 10)
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _span(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    figures = [f"{value:,.0f}" if value == int(value) else f"{value:,.2f}" for value in (low, high) if value]
    bound = "from " if high is None else "up to " if low is None else ""
    return bound + f"{currency} {' to '.join(dict.fromkeys(figures))}".strip()


# --- place and kind of work

_WORKPLACES = {"remote": "remote", "hybrid": "hybrid", "onsite": "on site"}
_FROM_HOME = re.compile(
    r"\b(?:work(?:ing)?[- ](?:from|at)[- ]home|home[- ]based|anywhere|virtual)\b", re.IGNORECASE
)
_EMPLOYMENT = {
    "FULL_TIME": "full time",
    "PART_TIME": "part time",
    "CONTRACTOR": "contract",
    "TEMPORARY": "temporary",
    "INTERN": "internship",
    "VOLUNTEER": "volunteer",
    "PER_DIEM": "by the day",
    "OTHER": "other",
}


def place(job: Any) -> str:
    """Where a job is, from its `job_location` and `job_location_type`; many places are counted."""
    kind = workplace(job.job_location_type)
    stated = _counted(spot["text"] for spot in job.job_location)
    if stated and kind not in stated.casefold() and not (kind == "remote" and _FROM_HOME.search(stated)):
        return f"{stated}, {kind}"
    return stated or kind or "place not stated"


def places(jobs: Iterable[Any]) -> str:
    """Where several jobs are, each place once, in their order; many are counted."""
    return _counted(
        text
        for job in jobs
        for text in ([spot["text"] for spot in job.job_location] or [workplace(job.job_location_type)])
    )


def workplace(job_location_type: str | None) -> str:
    """Where the work is done: "remote", "hybrid", "on site"; "" where it is not stated."""
    return _WORKPLACES[job_location_type] if job_location_type else ""


def employment(kinds: Sequence[str]) -> str:
    """schema.org's kinds of employment in words; "" where none is stated."""
    return ", ".join(_EMPLOYMENT.get(kind, _EMPLOYMENT["OTHER"]) for kind in kinds)


_LANGUAGES = dict(
    pair.split(" ")
    for pair in (
        "ar Arabic;bg Bulgarian;ca Catalan;cs Czech;da Danish;de German;el Greek;en English;es Spanish"
        ";et Estonian;fi Finnish;fr French;ga Irish;he Hebrew;hi Hindi;hr Croatian;hu Hungarian"
        ";id Indonesian;it Italian;ja Japanese;ko Korean;lt Lithuanian;lv Latvian;ms Malay;nb Norwegian"
        ";nl Dutch;nn Norwegian;no Norwegian;pl Polish;pt Portuguese;ro Romanian;ru Russian;sk Slovak"
        ";sl Slovenian;sr Serbian;sv Swedish;th Thai;tl Filipino;tr Turkish;uk Ukrainian;vi Vietnamese"
        ";zh Chinese"
    ).split(";")
)


def language(code: str | None) -> str:
    """The name of a language in ISO 639; its code where we have no name, "" where none is told."""
    return _LANGUAGES.get(code, code) if code else ""


_GAPS = re.compile(r"\s*,(?:\s*,)+")  # what a form leaves in a place where a field of it is empty


def _counted(names: Iterable[str]) -> str:
    """Some names and how many more there are: "Cebu, Davao, Manila and 4 more"."""
    whole = (_GAPS.sub(",", name).strip(" ,") for name in names)
    named = list(dict.fromkeys(clip(name, MAX_PLACE) for name in whole if name))
    more = len(named) - MOST_PLACES
    if more > 1:
        return f"{'; '.join(named[:MOST_PLACES])} and {more} more"
    return "; ".join(named)


# --- text

MAX_HEADING = 60
LONG = 120  # a line this long is a paragraph, whatever stands around it
_ITEM = re.compile(r"[-*•·▪●]\s+")


def clip(text: str, length: int) -> str:
    """The text, or as many whole words of it as `length` characters hold, with a sign that there is more."""
    if len(text) <= length:
        return text
    blank = text.rfind(" ", length // 2, length)
    return f"{text[: blank if blank > 0 else length - 1]}…"


def blocks(text: str) -> list[Block]:
    """A plain text as paragraphs, lists ("- " begins an item) and headings (a short line with a colon)."""
    found: list[Block] = []
    apart = True  # the next line begins a paragraph
    for kind, words in _lines(text):
        alone = kind == "p" and len(words) > LONG
        if not kind:
            apart = True
            continue
        joins = kind == "ul" or (kind == "p" and not (apart or alone))
        if joins and found and found[-1][0] == kind:
            found[-1][1].append(words)
        else:
            found.append((kind, [words]))
        apart = alone
    return found


def _lines(text: str) -> Iterator[tuple[Literal["h", "p", "ul", ""], str]]:
    """The lines of a text and what each is; "" for an empty one."""
    lines = [line.strip() for line in text.split("\n")]
    last = max((number for number, line in enumerate(lines) if line), default=0)
    for number, line in enumerate(lines):
        item = _ITEM.match(line)
        if not line:
            yield "", ""
        elif item:
            yield "ul", line[item.end() :]
        elif line.endswith(":") and len(line) <= MAX_HEADING and number != last:
            yield "h", line
        else:
            yield "p", line
