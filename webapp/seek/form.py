"""The form of home and results: values as typed, the filters that they mean, and what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from matcher import filters

PERIODS = tuple(filters.PER_YEAR)
KINDS = filters.EMPLOYMENT
MOST_TEXT = 100_000  # bytes of the summary or of the profile, however the form comes
MOST_PLACE = 200  # characters
MOST_PAY = Decimal(1_000_000_000)  # a month in rupiah is millions
LAST_PAGE = 1_000_000

_PAY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PAGE = re.compile(r"[1-9]\d{0,17}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a person asks; a field with a problem, which is a sentence, filters nothing."""

    summary: str = ""
    profile: str = ""
    place: str = ""
    remote: bool = False
    pay: str = ""
    per: str = "hour"
    currency: str = ""
    employment: frozenset[str] = frozenset()
    page: int = 1
    must: filters.Filters = field(default_factory=filters.Filters)
    problems: Mapping[str, str] = field(default_factory=dict)


def read(sent: MultiDict[str, str]) -> Form:
    """What a form says; what cannot be read is a problem of its field, and the rest is kept.

    :raise RequestEntityTooLarge: when the text is longer than it may be.
    """
    if any(len(sent.get(name, "").encode()) > MOST_TEXT for name in ("summary", "profile")):
        raise RequestEntityTooLarge
    problems: dict[str, str] = {}
    near = _place(sent, problems)
    pay, currency = _pay(sent, problems), _currency(sent, problems)
    kinds = frozenset(sent.getlist("employment")) - {""}
    if not kinds <= set(KINDS):
        problems["employment"] = "One of these kinds of employment is unknown: choose among those shown."
    typed = {name: sent.get(name, "").strip() for name in ("place", "pay", "per")}
    return Form(
        summary=sent.get("summary", ""),
        profile=sent.get("profile", ""),
        place=typed["place"][:MOST_PLACE],
        remote=_remote(sent, problems),
        pay=typed["pay"][:MOST_PLACE],
        per=typed["per"] if typed["per"] in PERIODS else "hour",
        currency=currency,
        employment=kinds & set(KINDS),
        page=_page(sent, problems),
        must=filters.Filters(
            near=near,
            remote=sent.get("remote") == "1",
            min_pay=pay,
            currency=currency or None,
            employment=kinds & set(KINDS),
        ),
        problems=problems,
    )


def _place(sent: MultiDict[str, str], problems: dict[str, str]) -> Any:
    place = sent.get("place", "").strip()
    if len(place) > MOST_PLACE:
        problems["place"] = 'That is long for a place: write a town and a state, such as "Columbus, OH".'
    elif place:
        try:
            return filters.read_near(place)
        except ValueError as error:
            problems["place"] = str(error)
    return None


def _remote(sent: MultiDict[str, str], problems: dict[str, str]) -> bool:
    if sent.get("remote", "") not in ("", "1"):
        problems["remote"] = "This box is ticked or not: tick it once more if jobs must be remote."
    return sent.get("remote") == "1"


def _pay(sent: MultiDict[str, str], problems: dict[str, str]) -> Decimal | None:
    """The least pay for a year, None when any will do."""
    per = sent.get("per", "hour")
    if per not in PERIODS:
        problems["per"] = "Pay is by the hour, day, week, month or year: choose one of these."
    pay = sent.get("pay", "").strip()
    if not pay:
        return None
    if not _PAY.fullmatch(pay):
        problems["pay"] = "Write the pay as a number, such as 17 or 17.50 or 35,000."
        return None
    amount = Decimal(pay.replace(",", ""))
    if amount > MOST_PAY:
        problems["pay"] = "No job pays that much: write a smaller number."
        return None
    return filters.per_year(amount, per) if amount and per in PERIODS else None


def _currency(sent: MultiDict[str, str], problems: dict[str, str]) -> str:
    currency = sent.get("currency", "").strip()
    if not currency or _CURRENCY.fullmatch(currency):
        return currency
    problems["currency"] = "A currency is three capital letters, such as USD: choose one of those shown."
    return ""


def _page(sent: MultiDict[str, str], problems: dict[str, str]) -> int:
    page = sent.get("page", "").strip()
    if not page or _PAGE.fullmatch(page):
        return min(int(page or 1), LAST_PAGE)
    problems["page"] = "The number of the page could not be read: this is the first."
    return 1


def currencies(asked: Form, stated: Sequence[tuple[str, int]]) -> list[str]:
    """What a person may choose: the currencies that jobs state, the commonest first, and the chosen one."""
    return list(dict.fromkeys([code for code, _ in stated] + [asked.currency] * bool(asked.currency)))


def kinds(asked: Form, stated: Sequence[str]) -> list[str]:
    """The kinds of employment that a person may choose: those that jobs state, and the chosen ones."""
    return [kind for kind in KINDS if kind in stated or kind in asked.employment]
