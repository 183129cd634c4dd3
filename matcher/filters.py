"""What a person asks of a job besides the work: its place, remote work, pay, kinds of employment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from matcher import gazetteer, places, text

Near = tuple[str | None, str | None, str | None]  # locality, region, country, folded as places.keys does

EMPLOYMENT = (  # schema.org's words
    *("FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY"),
    *("INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"),
)
MOST_PLACE = 200  # characters
PER_YEAR = {"hour": 2080, "day": 260, "week": 52, "month": 12, "year": 1}

_SEVERAL = re.compile(r"[;|•\n]|\s/\s|\sor\s", re.I)
_POSTAL = re.compile(
    r"[,\s]+(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2})$"
)
_TOWNS_FIRST = frozenset(("newyork", "washington"))  # said alone, the town is meant
_SHORT = {  # what people write for a town
    "nyc": "New York, NY",
    "newyorkcity": "New York, NY",
    "sf": "San Francisco, CA",
    "philly": "Philadelphia, PA",
    "vegas": "Las Vegas, NV",
}
_EXAMPLE = 'write a town and a state, such as "Columbus, OH"'
_HERE = f"We do not know where you are: {_EXAMPLE}."
_ANYWHERE = "For jobs anywhere leave the place empty; remote jobs have a choice of their own."
_NO_PLACE = {
    **dict.fromkeys(("nearme", "nearby", "here", "myarea", "local"), _HERE),
    **dict.fromkeys(("anywhere", "everywhere", "any", "worldwide"), _ANYWHERE),
    **dict.fromkeys(
        ("workfromhome", "workathome", "fromhome", "athome", "home", "wfh", "telework"),
        "Work from home is no place: remote jobs have a choice of their own.",
    ),
    "la": '"LA" may be Los Angeles or Louisiana: write "Los Angeles, CA" or "Louisiana".',
}
_ZIP = re.compile(r"\d{5}(?:-\d{4})?", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(?:\s?\d[A-Z]{2})?|[A-Z]\d[A-Z]\s?\d[A-Z]\d", re.ASCII | re.I)
_DISTANCE = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)\s?(km|kilometers?|kilometres?|mi|miles?)", re.ASCII | re.I)
MILE = 1.609344  # km
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a job must not contradict; what a job does not state passes every filter.

    `near` is (locality, region, country) in folded words, each None where it does not matter: the narrowest
    that is asked must be stated, the wider ones must not be contradicted. With `within` kilometres,
    which needs a `centre`, a job passes where one of its places lies within, or names no town that we
    know, but the one asked for or a state or country that reaches so far. `near` and `remote` together
    keep what is near or remote. `min_pay` is per year, compared where the currency is `currency`, or not
    stated; `currency` None compares any. `employment` keeps a job that states one of these kinds.
    """

    near: Near | None = None
    within: float | None = None
    remote: bool = False
    min_pay: Decimal | None = None
    currency: str | None = None
    employment: frozenset[str] = frozenset()


def per_year(amount: Decimal, per: str) -> Decimal:
    """An amount per hour, day, week, month or year, by the year: 2,080 hours, 260 days."""
    if per not in PER_YEAR:
        raise ValueError(f"{per!r} is no period of pay: choose one of {', '.join(PER_YEAR)}.")
    return amount * PER_YEAR[per]


def centre(near: Near) -> gazetteer.Spot:
    """Where the town of `near` lies, to measure from.

    :raise ValueError: when it is no town, or none that we know, with a sentence that says what to write.
    """
    town, region, country = near
    if town is None:
        raise ValueError(f"A distance is measured from a town: {_EXAMPLE}, or ask for this place only.")
    if spot := gazetteer.find(town, region, country):
        return spot
    if region is None and gazetteer.named(town):
        raise ValueError(f"Several towns have this name: {_EXAMPLE}, or ask for this place only.")
    raise ValueError(
        "We do not know where this town lies: name a larger one nearby, or ask for this place only."
    )


def read_near(said: str) -> Near:
    """The one place that a person names: "Columbus, OH", "Columbus Ohio", "OH", "Dublin, Ireland".

    :raise ValueError: when it is none, or several, with a sentence that says what to write.
    """
    said = said.strip()
    if len(said) > MOST_PLACE:
        raise ValueError(f"That is long for a place: {_EXAMPLE}.")
    if _ZIP.fullmatch(said):
        raise ValueError(f"We cannot look up ZIP codes: {_EXAMPLE}.")
    if _POSTCODE.fullmatch(said):
        raise ValueError(f"We cannot look up postcodes: {_EXAMPLE}.")
    if refused := _NO_PLACE.get(_folded(said)):
        raise ValueError(refused)
    if len(said) == 2 and _is_either(said):
        raise ValueError(f'"{said}" may be a state or a country: write its name.')
    said = _SHORT.get(_folded(said), said)
    if _SEVERAL.search(said):
        raise ValueError(f'"{said}" names several places: choose one.')
    parts = [part for piece in _POSTAL.sub("", said).split(",") if (part := piece.strip())]
    keys = places.keys(((*_roles(parts), None),))
    town = keys[0][0] if keys else None
    if town == "remote":
        raise ValueError(f'"{said}" is no place: remote jobs have a choice of their own.')
    if not keys or (town and not _LETTERS.search(town)):
        raise ValueError(f'"{said}" is no place we can read: {_EXAMPLE}.')
    return keys[0]


def read_within(said: str) -> float:
    """Kilometres of "50 km" or "30mi".

    :raise ValueError: when it is no distance, with a sentence that says what to write.
    """
    found = _DISTANCE.fullmatch(said.strip())
    if not found or not float(found[1]):
        raise ValueError(f'"{said}" is no distance we can read: write "50mi" or "80km".')
    return float(found[1]) * (MILE if found[2].lower().startswith("mi") else 1)


def _roles(parts: list[str]) -> Near:
    """Which part is the town, which the state, which the country; a state says its country.

    A region that is no state is left out: ads seldom name it, and in too many ways. What could be another
    country's is left open, and the town decides: "St. John's, NL", "Perth, WA".
    """
    country = None
    if parts and places.country(parts[-1]) and not _is_state(parts):
        *parts, country = parts
    if parts:
        *parts, last = parts
        parts += _halves(last)
    if not country and len(parts) > 1:
        owner, by_state = gazetteer.meant(parts[-2], parts[-1])
        if owner and by_state:
            return parts[-2], None if owner == "AU" else parts[-1], owner.lower()  # as ads fold it
        if _is_either(parts[-1]):
            return parts[0], None, None
    state = places.state(parts[-1]) if parts else None
    if state and (len(parts) > 1 or _folded(parts[-1]) not in _TOWNS_FIRST):
        town = parts[-2] if len(parts) > 1 else None
        owners = places.countries_of(parts[-1]) if town else places.countries_of(state)
        return town, state, country or (min(owners) if len(owners) == 1 else None)
    return (parts[0] if parts else None), None, country


def _is_state(parts: list[str]) -> bool:
    """Whether the last part is a state rather than a country: "CA", unless after "ON", "IN" after "KA"."""
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if len(parts) > 2 and (places.state(before) or re.fullmatch(r"[A-Z]{2,3}", before)):
        return False
    owner, by_state = gazetteer.meant(before, last) if before else (None, False)
    if owner:
        return by_state
    return bool(before) if _is_either(last) else bool(places.state(last))


def _is_either(part: str) -> bool:
    """Whether a country and a state have this name or code, and the state is none of the United States."""
    owners = places.countries_of(part)
    return bool(owners) and "us" not in owners and places.country(part) is not None


def _halves(part: str) -> list[str]:
    """A town and the state after it, where no comma stands: "Columbus OH", "Charleston West Virginia"."""
    words = part.split()
    for at in range(max(1, len(words) - 3), len(words)) if not places.state(part) else ():
        town, state = " ".join(words[:at]), " ".join(words[at:])
        if places.state(state) and _folded(state) not in _TOWNS_FIRST:
            return [town, state]
    return [part]


def _folded(name: str) -> str:
    return "".join(text.tokens(name))
