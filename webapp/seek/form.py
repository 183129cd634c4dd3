"""The form of home and results: values as typed, the filters that they mean, and what cannot be read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from matcher import filters, query

PERIODS = tuple(filters.PER_YEAR)
KINDS = filters.EMPLOYMENT
MOST_TEXT = 100_000  # bytes of the summary or of the profile, however the form comes
MOST_SHOWN = 200  # characters of a short field that are shown again
MOST_PAY = Decimal(1_000_000_000)  # a month in rupiah is millions
LAST_PAGE = 1_000_000

DISTANCES = {
    "25": "25 km (15 miles)",
    "50": "50 km (30 miles)",
    "100": "100 km (60 miles)",
    "200": "200 km (120 miles)",
}

SHIFTS = {  # by matcher.shifts
    "days": "days",
    "evenings": "evenings",
    "nights": "nights",
    "rotating": "rotating shifts",
    "weekends": "weekends",
    "weekends_only": "weekends only",
    "no_weekends": "no weekends",
}
CHANNELS = {"phone": "phone", "chat": "chat", "email": "e-mail", "in_person": "in person"}
SORTS = {"": "best match", "newest": "newest", "pay": "highest pay", "near": "nearest"}

LARGE_WAGE = 1_000  # for an hour: what is larger is meant for a month or a year
SMALL_SALARY = 1_000  # for a year: what is smaller is meant for an hour or a day
LARGE_UNITS = frozenset(("", "USD", "CAD", "AUD", "NZD", "EUR", "GBP", "CHF"))  # nobody earns 1,000 an hour
SIGNS = {"€": "EUR", "£": "GBP"}
DOLLARS = frozenset(("", "USD", "CAD", "AUD", "NZD", "SGD", "HKD"))  # and a sign for all of them
OF_REGIONS = dict(  # by what a browser says of its reader: en-US
    pair.split(":")
    for pair in (
        "US:USD CA:CAD GB:GBP AU:AUD NZ:NZD IN:INR PH:PHP SG:SGD"
        " IE:EUR DE:EUR AT:EUR FR:EUR BE:EUR NL:EUR LU:EUR ES:EUR PT:EUR IT:EUR FI:EUR GR:EUR"
    ).split()
)

_PAY = re.compile(
    r"(?P<sign>[$€£]?) ?"
    r"(?P<number>(?:(?P<whole>\d{1,3}(?:[, ]\d{3})+|\d{1,12})(?:\.(?P<part>\d{1,4}))?"
    r"|(?P<euros>\d{1,12}),(?P<cents>\d\d)) ?(?P<thousands>k?)) ?(?P<trailing>[$€£]?)"
    r" ?(?:(?:/|per\b|an?\b) ?(?P<per>h|hr|hour|day|wk|week|mo|month|y|yr|year|annum))?",
    re.ASCII | re.IGNORECASE,
)
IN_ADDRESS = (
    *("place", "within", "remote", "pay", "per", "currency"),
    *("employment", "shift", "channel", "sort", "page"),
)
_PER = {"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year", "a": "year"}  # by the first letter
_CURRENCY = re.compile(r"[A-Z]{3}")
_PAGE = re.compile(r"[1-9]\d{0,17}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a person asks; a field with a problem, which is a sentence, filters nothing."""

    summary: str = ""
    profile: str = ""
    keywords: str = ""  # the search that the profile was read of, where it asks for more than it ranks
    place: str = ""
    within: str = ""
    remote: bool = False
    pay: str = ""
    per: str = "hour"
    currency: str = ""
    employment: frozenset[str] = frozenset()
    shifts: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    sort: str = ""
    page: int = 1
    must: filters.Filters = field(default_factory=filters.Filters)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def filters(self) -> bool:
        """Whether anything is asked of a job besides the work."""
        return bool(self.place or self.remote or self.pay or self.employment or self.shifts or self.channels)

    @property
    def made(self) -> str:
        """What tells a list made with these filters from others: a page's number is of one list."""
        must = self.must
        pay = (must.min_pay, must.currency) if must.min_pay else ()
        filtered = (must.near, must.within, must.remote, pay, sorted(must.employment))
        told = repr((self.keywords, *filtered, sorted(self.shifts), sorted(self.channels), self.sort))
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class _Pay:
    """The least pay as it is shown again, and by the year where it could be read."""

    typed: str
    per: str
    currency: str
    by_year: Decimal | None = None


def from_address(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """The fields that an address may carry: a search, filters and an order; never a person's profile."""
    told = MultiDict((name, value) for name in IN_ADDRESS for value in args.getlist(name))
    if (asked := args.get("q", "").strip()) and query.is_search(asked):
        told["summary"] = asked
    return told


def read(sent: MultiDict[str, str]) -> Form:
    """What a form says; what cannot be read is a problem of its field, and the rest is kept.

    :raise RequestEntityTooLarge: when the text is longer than it may be.
    """
    if any(len(sent.get(name, "").encode()) > MOST_TEXT for name in ("summary", "profile")):
        raise RequestEntityTooLarge
    problems: dict[str, str] = {}
    place, near = _place(sent, problems)
    within, far = _within(sent, near, problems)
    pay, remote = _pay(sent, problems), _remote(sent, problems)
    kinds = _chosen(sent, "employment", KINDS, "One of these kinds of employment", problems)
    asked = Form(
        summary=sent.get("summary", ""),
        profile=sent.get("profile", ""),
        keywords=sent.get("keywords", "")[: query.MOST],
        place=place,
        within=within,
        remote=remote,
        pay=pay.typed,
        per=pay.per,
        currency=pay.currency,
        employment=kinds,
        shifts=_chosen(sent, "shift", SHIFTS, "One of these shifts", problems),
        channels=_chosen(sent, "channel", CHANNELS, "One of these ways to work", problems),
        sort=_sort(sent, near, problems),
        page=_page(sent, problems),
        must=filters.Filters(
            near=near,
            within=far,
            remote=remote,
            min_pay=pay.by_year,
            currency=pay.currency or None,
            employment=kinds,
        ),
        problems=problems,
    )
    return replace(asked, page=1) if sent.get("made", asked.made) != asked.made else asked


def _place(sent: MultiDict[str, str], problems: dict[str, str]) -> tuple[str, filters.Near | None]:
    """The place as typed, and as it filters."""
    place = sent.get("place", "").strip()
    if not place:
        return "", None
    try:
        return place, filters.read_near(place)
    except ValueError as error:
        problems["place"] = str(error)
        return place[:MOST_SHOWN], None


def _within(
    sent: MultiDict[str, str], near: filters.Near | None, problems: dict[str, str]
) -> tuple[str, float | None]:
    """The distance as chosen, and in kilometres where there is a place to measure from."""
    within = sent.get("within", "").strip()
    if within and within not in DISTANCES:
        problems["within"] = "The distance could not be read: choose one of those shown."
        return "", None
    if not within or near is None:
        return within, None
    try:
        filters.centre(near)
    except ValueError as error:
        problems["within"] = str(error)
        return within, None
    return within, float(within)


def _remote(sent: MultiDict[str, str], problems: dict[str, str]) -> bool:
    if sent.get("remote", "") not in ("", "1"):
        problems["remote"] = "This box is ticked or not: tick it once more if jobs must be remote."
    return sent.get("remote") == "1"


def _chosen(
    sent: MultiDict[str, str], name: str, known: Iterable[str], called: str, problems: dict[str, str]
) -> frozenset[str]:
    """The boxes that are ticked of one field."""
    chosen = frozenset(sent.getlist(name)) - {""}
    if not chosen <= set(known):
        problems[name] = f"{called} is unknown: choose among those shown."
    return chosen & set(known)


def _pay(sent: MultiDict[str, str], problems: dict[str, str]) -> _Pay:
    """The least pay: a number, or as people write it ("$18/hr", "18,50"): then what they write holds."""
    typed, per = sent.get("pay", "").strip()[:MOST_SHOWN], sent.get("per", "hour").strip()
    if per not in PERIODS:
        problems["per"] = "Pay is by the hour, day, week, month or year: choose one of these."
    known = per if per in PERIODS else "hour"
    currency = _currency(sent, problems)
    if not typed:
        return _Pay("", known, currency)
    said = _PAY.fullmatch(" ".join(typed.split()))
    if not said:
        problems["pay"] = "Write only the number, such as 18 or 18.50."
        return _Pay(typed, known, currency)
    typed = said["number"].strip()
    if written := said["per"]:
        known = _PER[written[0].lower()]
    sign = said["sign"] or said["trailing"]
    currency = "USD" if sign == "$" and currency not in DOLLARS else SIGNS.get(sign, currency)
    amount = _amount(said)
    if wrong := _improbable(amount, known, currency):
        problems["pay"] = wrong
    if not amount or "pay" in problems or "per" in problems:
        return _Pay(typed, known, currency)
    return _Pay(typed, known, currency, filters.per_year(amount, known))


def _amount(said: re.Match[str]) -> Decimal:
    whole = re.sub(r"[, ]", "", said["whole"] or said["euros"])
    amount = Decimal(f"{whole}.{said['part'] or said['cents'] or 0}")
    return amount * 1000 if said["thousands"] else amount


def _improbable(amount: Decimal, per: str, currency: str) -> str:
    """Why nobody means this amount for this period, "" where somebody may."""
    if amount > MOST_PAY:
        return "No job pays that much: write a smaller number."
    if per == "hour" and amount >= LARGE_WAGE and currency in LARGE_UNITS:
        return f'{amount:,.0f} an hour? Choose "month" or "year" beside the number.'
    if per == "year" and 0 < amount < SMALL_SALARY:
        return f'{amount:,f} a year? Choose "hour" or "day" beside the number.'
    return ""


def _currency(sent: MultiDict[str, str], problems: dict[str, str]) -> str:
    currency = sent.get("currency", "").strip()
    if not currency or _CURRENCY.fullmatch(currency):
        return currency
    problems["currency"] = "A currency is three capital letters, such as USD: choose one of those shown."
    return ""


def _sort(sent: MultiDict[str, str], near: filters.Near | None, problems: dict[str, str]) -> str:
    """How the list is sorted; by distance only where there is a town to measure from."""
    sort = sent.get("sort", "").strip()
    if sort not in SORTS:
        problems["sort"] = "The order could not be read: choose one of those shown."
        return ""
    return sort if sort != "near" or sortable(near) else ""


def sortable(near: filters.Near | None) -> bool:
    """Whether jobs can be sorted by how far they are from there."""
    if near is None:
        return False
    try:
        filters.centre(near)
    except ValueError:
        return False
    return True


def _page(sent: MultiDict[str, str], problems: dict[str, str]) -> int:
    page = sent.get("page", "").strip()
    if not page or _PAGE.fullmatch(page):
        return min(int(page or 1), LAST_PAGE)
    problems["page"] = "The number of the page could not be read: this is the first."
    return 1


def currencies(asked: Form, stated: Sequence[tuple[str, int]], languages: Sequence[str]) -> list[str]:
    """What a person may choose: the currencies that jobs state, and the chosen one.

    That of the region in the first of the person's `languages` stands first, then the commonest.
    """
    region = languages[0].upper().partition("-")[2] if languages else ""
    own, codes = OF_REGIONS.get(region), [code for code, _ in stated]
    first = [own] if own in codes else []
    return list(dict.fromkeys([*first, *codes, *([asked.currency] if asked.currency else ())]))


def kinds(asked: Form, stated: Sequence[str]) -> list[str]:
    """The kinds of employment that a person may choose: those that jobs state, and the chosen ones."""
    return [kind for kind in KINDS if kind in stated or kind in asked.employment]
