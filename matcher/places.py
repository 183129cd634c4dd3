"""Whether two ads are for one place: towns, postal codes, regions and countries as they were stated."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from matcher import text

Stated = tuple[tuple[str | None, str | None, str | None, str | None], ...]

_COMPASS = re.compile(r"\A(?:north|south|east|west|central|downtown)(?=\w{4})")
_SEVERAL = re.compile(r"\w (?:and|&|/|[-–]) \w|\bvarious\b", re.I)
_DROP = frozenset("city greater area metro metropolitan town of municipality county region saint st".split())


# What stands where a place should: nothing to compare by.
_NOWHERE = re.compile(
    r"\s*(?:[\d,.]+\+? reviews?|unknown|other|various|not specified|n/?a|(?:multiple|various|all) locations?"
    r"|(?:anywhere|nationwide)(?: in .*)?|worldwide|global)\s*",
    re.I,
)
# Work that is done anywhere, where a town should stand.
_AT_HOME = frozenset(
    ("remote", "online", "virtual", "homebased", "workfromhome", "thuiswerken", "werkvanthuis")
)
# What stands before a town: "Postcode 5211 in Den Bosch", "Hybrid work in Leyburn".
_LEAD = re.compile(
    r"\A\s*(?:postcode \w+ in|(?:hybrid |remote )?(?:work|working|hybrid|remote|thuiswerken) in"
    r"|omgeving|regio)\s+",
    re.I,
)
# What a longer writing of one town adds: "Iloilo City Proper", "Glasgow City Centre", "Newcastle upon Tyne".
_TAIL = re.compile(
    r"(?:proper|cent(?:re|er)|citycent(?:re|er)|cbd|airport|downtown|(?:up)?on|under|by|in|le|de|na)\w*"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place with folded names: "Mc Lean" and "McLean" are both "mclean"; "" is not stated."""

    town: str
    region: str
    country: str
    code: str
    several: bool = False  # "Newtown and Welshpool", "Norfolk - West": one code, but a place of its own
    around: frozenset[str] = frozenset()  # what holds the town: "Balsall Heath, Birmingham", Makati in Manila


@dataclass(frozen=True, slots=True)
class Where:
    """An ad's places without order, the words they are made of, and whether the work is remote.

    `told` are the spots that can be compared: where one stands before a comma, its town is that alone.
    """

    spots: frozenset[Spot]
    words: frozenset[str]
    remote: bool
    told: frozenset[Spot]


@functools.lru_cache(maxsize=1 << 16)
def read(stated: Stated, remote: str | None) -> Where:
    """The places as stated, folded."""
    spots, told, words = set(), set(), set()
    for locality, region, country, code in stated:
        words.update(text.tokens(f"{locality or ''} {region or ''}"))
        spot = Spot(
            _town(locality),
            _region(region),
            _country(country),
            _code(code),
            bool(_SEVERAL.search(locality or "")),
        )
        if spot != Spot("", "", "", ""):
            spots.add(spot)
            told.add(_told(spot, locality or ""))
    told = {spot for spot in told if spot != Spot("", "", "", "")}
    anywhere = remote == "remote" or any(spot.town in _AT_HOME for spot in spots)
    return Where(frozenset(spots), frozenset(words), anywhere, frozenset(told))


def _told(spot: Spot, locality: str) -> Spot:
    """The spot as it is compared: its town alone, in one spelling, and what holds it."""
    if _NOWHERE.fullmatch(locality) or spot.town in _AT_HOME:
        return replace(spot, town="")
    first, *rest = (_town(part) for part in _LEAD.sub("", locality).split(","))
    first, rest = _metro(first, spot.country), [_metro(part, spot.country) for part in rest]
    held = {
        *rest,
        *around(first, spot.country),
        *(name for part in rest for name in around(part, spot.country)),
    }
    region = _metro(spot.region, spot.country) if spot.region else ""
    if not first or first in _country_codes() or _country(locality) in _country_codes():
        first = ""
    return replace(spot, town=first, region=region, around=frozenset(held - {"", first}))


def keys(stated: Stated) -> list[tuple[str | None, str | None, str | None]]:
    """(town, region, country) of each place, folded, None where not stated: what a filter selects by."""
    spots = sorted({(spot.town, spot.region, spot.country) for spot in read(stated, None).spots})
    return [
        (town or None, region or None, country or None)
        for town, region, country in spots
        if town or region or country
    ]


def relation(a: Where, b: Where) -> str:
    """How two stand: same, near (one town, other code), part (one holds the other), unknown, different."""
    if a.remote and b.remote:
        return "same" if a.spots == b.spots else _remote(a, b)
    if a.told == b.told:
        return "same" if a.told else "unknown"
    if not a.told or not b.told:
        return "unknown"
    if len(a.told) == len(b.told) == 1:
        return _pair(next(iter(a.told)), next(iter(b.told)))
    every = [[_pair(left, right) for right in b.told] for left in a.told]
    rows: list[str] = [min(row, key=_ORDER.index) for row in every]
    columns: list[str] = [min(column, key=_ORDER.index) for column in zip(*every, strict=True)]
    if "different" not in rows and "different" not in columns:
        return max(rows + columns, key=_ORDER.index)
    return "part" if set(rows) & {"same", "near"} else "different"


_ORDER = ("same", "near", "part", "unknown", "different")


def _remote(a: Where, b: Where) -> str:
    """Remote work differs in place only where the countries or regions that it is open to differ."""
    left, right = (
        {(spot.country, spot.region, "" if spot.town in _AT_HOME else spot.town) for spot in one.spots}
        - {("", "", "")}
        for one in (a, b)
    )
    if not left or not right:
        return "part" if left or right else "same"
    return "different" if not left & right else "near"


def _pair(a: Spot, b: Spot) -> str:
    if a.country and b.country and a.country != b.country:
        return "different"
    if _regions_part(a, b):
        return "different"
    if a.code and b.code:
        if a.code == b.code:
            return _one_code(a, b)
        if _district(a.code) != _district(b.code):
            return "different"
        if a.town == b.town or not a.town or not b.town:
            return "near"
        # The first figures of a number hold many towns.
        return _towns(a, b) if a.code.isdigit() and b.code.isdigit() else "part"
    if a.town and b.town:
        return _towns(a, b)
    if a.town or b.town or a.code or b.code or not (a.region and b.region):
        return "part"
    return "same"


def _one_code(a: Spot, b: Spot) -> str:
    """One postal code: a unit's is one place; a number can be an office's, and two towns outweigh it."""
    if a.town == b.town or not a.town or not b.town:
        return "same"
    if a.several or b.several:
        return "different"
    return "different" if a.code.isdigit() and _towns(a, b) == "different" else "same"


def _towns(a: Spot, b: Spot) -> str:
    """How two spots stand that both name a town."""
    if a.town == b.town:
        return "same"
    if a.town in (*b.around, b.region) or b.town in (*a.around, a.region):
        return "part"
    if _COMPASS.sub("", a.town) == _COMPASS.sub("", b.town):
        return "near"
    short, long = sorted((a.town, b.town), key=len)
    if len(short) > 4 and long.startswith(short):
        return "same" if _TAIL.fullmatch(long, len(short)) else "part"
    return "different"


def _regions_part(a: Spot, b: Spot) -> bool:
    """Whether the regions say two places: states do; a county beside a province of one town does not."""
    if not a.region or not b.region or a.region == b.region:
        return False
    names = _state_names()
    if a.region in names and b.region in names:
        return True
    return not (a.town and a.town in (b.town, b.region)) and not (b.town and b.town == a.region)


def _district(code: str) -> str:
    """The part of a postal code that names a district: "sm3" of "sm39dw", "212" of "21201"."""
    return code[:3] if code.isdigit() else (code[:-3] if len(code) > 4 else code)


def town(name: str) -> str:
    """The folded name of a town; a metropolitan area has one: "NCR" and "Metro Manila" are "manila"."""
    return _metro(_town(name), "")


def around(town: str, country: str = "") -> frozenset[str]:
    """The metropolitan areas that hold a town of this folded name: Manila holds Makati."""
    held = _metros()[1].get(town)
    return frozenset(metro for code, metro in held if not country or code == country) if held else _NOTHING


def _metro(town: str, country: str) -> str:
    """The one name of a metropolitan area, or the name as it is."""
    called = _metros()[0].get(town)
    named = [metro for code, metro in called if not country or code == country] if called else ()
    return named[0] if len(named) == 1 else town


_NOTHING: frozenset[str] = frozenset()
Owners = Mapping[str, tuple[tuple[str, str], ...]]


@functools.cache
def _metros() -> tuple[Owners, Owners]:
    """(country, metropolitan area) of each other name of one, and of each of its parts, all folded."""
    called: dict[str, tuple[tuple[str, str], ...]] = {}
    parts: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in text.vocabulary("metros.csv"):
        one = row["country"].lower(), _town(row["metro"])
        for names, into in ((row["aliases"], called), (row["parts"], parts)):
            for name in filter(None, names.split(";")):
                for folded in {_town(name), "".join(text.tokens(name))} - {one[1]}:
                    into[folded] = (*into.get(folded, ()), one)
    return MappingProxyType(called), MappingProxyType(parts)


_BRACKETS = re.compile(r"\([^()]*\)")


@functools.lru_cache(maxsize=1 << 16)
def _town(name: str | None) -> str:
    name = name or ""
    words = text.tokens(_BRACKETS.sub(" ", name) if "(" in name else name)
    return "".join([word for word in words if word not in _DROP] or words)


@functools.lru_cache(maxsize=1 << 14)
def _region(name: str | None) -> str:
    folded = "".join(text.tokens(name or ""))
    return _states().get(folded, folded)


def state(name: str) -> str | None:
    """The folded name of a state of the United States or a province of Canada, by its name or code."""
    folded = _region(name)
    return folded if folded in _state_names() else None


def countries_of(state: str) -> frozenset[str]:
    """The countries that have a state of this name or code: "WA" is in two."""
    return _claims().get("".join(text.tokens(state)), frozenset())


def country(name: str) -> str | None:
    """The code of a country, by its name or code."""
    code = _country(name)
    return code if code in _country_codes() else None


@functools.lru_cache(maxsize=1 << 12)
def _country(name: str | None) -> str:
    folded = "".join(text.tokens(name or ""))
    return _countries().get(folded, folded)


@functools.cache
def _countries() -> Mapping[str, str]:
    """Codes by folded name."""
    rows = text.vocabulary("places.csv")
    named = {"".join(text.tokens(row["name"])): row["code"].lower() for row in rows if not row["country"]}
    return MappingProxyType({"america": "us", **named})


@functools.cache
def _country_codes() -> frozenset[str]:
    return frozenset(_countries().values())


@functools.cache
def _state_names() -> frozenset[str]:
    return frozenset(_states().values())


@functools.cache
def _states() -> Mapping[str, str]:
    """Folded names of states of the United States and Canada by folded code, and by other spellings."""
    states: dict[str, str] = {}
    for row in text.vocabulary("places.csv"):
        if row["country"] in ("US", "CA"):
            name = "".join(text.tokens(row["name"]))
            states[name] = states.setdefault(row["code"].lower(), name)
    return MappingProxyType(states)


@functools.cache
def _claims() -> Mapping[str, frozenset[str]]:
    """The countries that have a state, by its folded name or code."""
    claims: dict[str, set[str]] = {}
    for row in text.vocabulary("places.csv"):
        for said in (row["code"], row["name"]) if row["country"] else ():
            claims.setdefault("".join(text.tokens(said)), set()).add(row["country"].lower())
    return MappingProxyType({said: frozenset(countries) for said, countries in claims.items()})


def _code(code: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (code or "").lower())
