"""What a short phrase stands for that another text replaces: a client, a store, a term, pay, experience."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import text
from matcher.dedupe import modes

# What a job is for: where one of these stands beside a replaced phrase, the phrase names another one.
_NAMED = frozenset("account site team client store branch ward department program programme requires".split())
_NUMBERED = frozenset("account site store branch ward".split())
_LABEL_WORDS = 3  # a longer phrase behind "team" or "site" is a sentence that goes on
_PRAISE = frozenset(
    """
    growing dynamic friendly great amazing awesome fun supportive expanding professional passionate new small
    large big global international local busy talented dedicated experienced motivated existing current
    today now hiring immediately members member leads lead leader leaders mates management manager managers
    """.split()
)
_LEARNT = frozenset("licence license degree diploma certificate certification".split())
_SPANS = {"year": 12, "years": 12, "yr": 12, "yrs": 12, "month": 1, "months": 1, "mos": 1}
_TERMS = frozenset(("contract", "term", "temporary", "assignment", "secondment"))
_UNITS = frozenset("a an per monthly hourly annually yearly weekly pm ph pa k gross basic".split())
_MONEY = frozenset("php gbp usd eur aud cad pesos salary pay paid wage rate earn basic package".split())
_EXTRA = frozenset("bonus bonuses incentive incentives allowance allowances referral referrals".split())
_PERIODS = frozenset("hour hours hourly ph day daily week weekly month monthly year yearly annum pa".split())
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
LEAST_PAY = 7  # a smaller number beside "a week" counts days
RAISED, APART = 1.1, 1.3  # how far pay may lie apart on one board, and as two boards estimate it
_NUMBER = re.compile(r"\d")
_AMOUNT = re.compile(r"(\d+)((?: \d{3})*)(?: ?(k))?(?![^ ])")


def named(after: str) -> bool:
    """Whether the word behind a phrase says what the phrase names: "the Northgate branch"."""
    return after in _NAMED


def conflict(
    left: str, right: str, before: Sequence[str], behind: Sequence[str], *, one_source: bool
) -> tuple[str, str, str] | None:
    """(kind, left, right) where a phrase in place of another makes it another job; None where it may not."""
    around = {*before, *behind, *left.split(), *right.split()}
    kind = (
        (not modes.WORDS.isdisjoint(around) and _mode(left, right, before, behind))
        or (not _LEARNT.isdisjoint(around) and _learnt(left, right, behind))
        or (not DAYS.isdisjoint(around) and _days(left, right))
    )
    if not kind and _NUMBER.search(left) and _NUMBER.search(right):
        told = [(words, f"{words} {' '.join(behind)}") for words in (left, right)]
        kind = _span(told, around) or _pay(told, around, before, one_source=one_source)
    return (kind, left, right) if kind else None


def label(left: str, right: str, before: Sequence[str], behind: Sequence[str]) -> str | None:
    """What the two phrases name by the word beside them: "account", "store"; None where nothing says."""
    if _NAMED.isdisjoint(before) and _NAMED.isdisjoint(behind[:1]):  # nothing is named beside most phrases
        return None
    sides = [{word for word in words.split() if word not in text.STOP} - _PRAISE for words in (left, right)]
    if not all(sides):
        return None
    if any(map(str.isdigit, left.split() + right.split())):  # "Store 1123", but no "team of 12"
        return next((word for word in before[-1:] if word in _NUMBERED), None)
    if behind and behind[0] in _NAMED:
        return behind[0]
    leading = [word for word in before if word not in text.STOP][-1:]
    short = max(len(left.split()), len(right.split())) <= _LABEL_WORDS
    return leading[0] if short and leading and leading[0] in _NAMED else None


def _mode(left: str, right: str, before: Sequence[str], behind: Sequence[str]) -> str | None:
    ends = " ".join(before[-2:]), " ".join(behind[:2])
    one, other = (modes.told(f"{ends[0]} {words} {ends[1]}") for words in (left, right))
    return "work mode" if one and other and one.isdisjoint(other) else None


def _learnt(left: str, right: str, behind: Sequence[str]) -> str | None:
    one, other = (f"{words} {' '.join(behind[:1])}".split() for words in (left, right))
    learnt = not _LEARNT.isdisjoint(one) and not _LEARNT.isdisjoint(other)
    return (
        "qualification"
        if learnt and set(one) - _LEARNT - text.STOP != set(other) - _LEARNT - text.STOP
        else None
    )


def _days(left: str, right: str) -> str | None:
    one, other = DAYS.intersection(left.split()), DAYS.intersection(right.split())
    return "days" if len(one) > 1 and len(other) > 1 and one.isdisjoint(other) else None


def _span(told: Sequence[tuple[str, str]], around: set[str]) -> str | None:
    """A time in years or months, of experience or of a contract."""
    kind = "experience" if "experience" in around else "contract" if not _TERMS.isdisjoint(around) else None
    if not kind:
        return None
    spans = [_months(*words) for words in told]
    return kind if all(spans) and spans[0] != spans[1] else None


def _months(phrase: str, going_on: str) -> int:
    """The months of the first time that a phrase, with the words behind it, tells; 0 where it tells none."""
    words = going_on.split()
    for at, word in enumerate(phrase.split()):
        unit = next((_SPANS[unit] for unit in words[at + 1 : at + 2] if unit in _SPANS), 0)
        if unit and word.isdecimal():
            return int(word) * unit
    return 0


def _pay(
    told: Sequence[tuple[str, str]],
    around: set[str],
    before: Sequence[str],
    *,
    one_source: bool,
) -> str | None:
    """Two amounts of money, so far apart that they are no raise and no estimate."""
    if not _EXTRA.isdisjoint(around) or around.isdisjoint(_MONEY | _UNITS):
        return None
    periods = [_PERIODS.intersection(words.split()) for words, _ in told]
    if periods[0] != periods[1]:  # by the hour and by the year: how many hours, nobody says
        return None
    ends = [_amounts(*words, money=not _MONEY.isdisjoint(before)) for words in told]
    if not all(ends):
        return None
    low, high = sorted(ends)
    return "pay" if low[-1] * (RAISED if one_source else APART) < high[0] else None


def _amounts(phrase: str, going_on: str, *, money: bool) -> list[int]:
    """The amounts that begin in a phrase, sorted, where a unit follows them or money was spoken of."""
    found = []
    for match in _AMOUNT.finditer(going_on):
        if match.start() >= len(phrase):
            break
        amount = int(match[1] + match[2].replace(" ", "")) * (1000 if match[3] else 1)
        unit = going_on[match.end() :].split()[:1]
        if amount >= LEAST_PAY and (money or match[3] or unit and unit[0] in _UNITS):
            found.append(amount)
    return sorted(found)
