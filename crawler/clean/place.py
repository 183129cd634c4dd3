"""Where a job is: several places in one string, each as stated, with only those fields that its words say.

A country is said by its name or code, or by a state of the United States, Canada or Australia after a comma
("Fairfax, VA"). matcher/places.csv holds those states and the countries' ISO 3166 codes and names.
"""

from __future__ import annotations

import ast
import csv
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, NamedTuple

from crawler.clean import html
from crawler.items import LocationType, Place

MAX_PLACES = 50
MAX_CHARACTERS = 2000

_GEORGIAN = frozenset(("tbilisi", "batumi", "kutaisi", "rustavi"))  # "Atlanta, Georgia" is the other one
_DUTCH = frozenset(("NL",))  # "Amsterdam, NL": Newfoundland has one city for a hundred Dutch ones
_CITIES_FIRST = frozenset(
    ("new york", "washington", "georgia", "victoria")
)  # alone, a state's name says no state

_LABEL = re.compile(r"^\s*(?:job\s)?locations?\s*[:\n]\s*", re.I)
_SEPARATORS = re.compile(r"\s*(?:;|\|+|•|\n(?!\s*\())\s*|\s+/\s+|\s+or\s+|(?<!,)\s+OR\s+")
_FIRM = re.compile(r"\s*[;\n]\s*")
_MORE = re.compile(r"[(\s]*\+\s?\d{1,3}\s(?:more|locations?|others?)\)?.{0,60}$|\sja\s\d{1,3}\smuuta\b", re.I)
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_WITHIN = re.compile(
    r"^\s*(?:fully\s)?(?:remote|hybrid|on-?site)\s*[-–—,:]?\s*[(\[]([^()\[\]]+)[)\]]\s*$", re.I
)
_WORKPLACE = re.compile(
    r"\b(?:hybrid\s(?:remote|work)(?:\sin)?|(?:fully\s|100%\s)?remote(?:\swork)?(?:\s(?:in|from"
    r"|within))?(?:\sthe)?"
    r"|hybrid|on-?site|in-office|work(?:ing)?\sfrom\shome|werk\svan\sthuis)\b",
    re.I,
)
_EDGES = " ,-–—:*/•·"
_ZIP = re.compile(r"(?:^|\s)(\d{5}(?:-\d{4})?)$")
_POSTCODE = re.compile(
    r"(?:^|\s)([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2})$"
)
_OUTWARD = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?$")
_COUNTRY_FIRST = re.compile(r"^(US|USA|U\.S\.A?\.?|United States|GB|UK)\s*[-–]\s*(?=\S)")
_COUNTRY_AFTER = re.compile(r"\s[-–—]\s(US|USA|United States|UK|United Kingdom)$")
_AFTER_STATE = re.compile(r"(,\s?[A-Z]{2})\s[-–—]\s.*$")  # "Columbus, OH - Data Center"
_CODES = re.compile(r"^([A-Z]{2})-([A-Z]{2})-(.+)$")
_LAST_CODE = re.compile(r"^(.*[a-z.])\s([A-Z]{2})$")
_NO_TOWN = re.compile(
    r"\d|[@#:{}\[\]<>*+/]|\b(?:locations?|various|multiple|several|nation-?wide|anywhere|worldwide"
    r"|global|flexible|tbd|tba"
    r"|unknown|n/?a|none|null|nan|unavailable|home|offices?|campus|hq|headquarters|region|area|zone"
    r"|emea|apac|latam|europe"
    r"|americas?|asia|africa|eu|field|district|state|county|province|thuis|etätyö|distans|offshore|only"
    r"|non|systems|solutions|bureau|trust|hospital"
    r"|and|or|b\.?v\.?|inc|ltd|gmbh|llc|any|see|all|undisclosed|confidential|telecommute|via|with|to|be"
    r"|please|is)\b",
    re.I,
)


class _Names(NamedTuple):
    countries: Mapping[str, str]  # "united states" -> "US"
    codes: frozenset[str]
    states: Mapping[str, Mapping[str, str]]  # country -> code or lower-case name -> code


@functools.cache
def _names() -> _Names:
    countries: dict[str, str] = {}
    states: dict[str, dict[str, str]] = {"US": {}, "CA": {}, "AU": {}}
    with resources.files("matcher").joinpath("places.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["country"]:
                states[row["country"]] |= {row["code"]: row["code"], row["name"].lower(): row["code"]}
            else:
                countries[row["name"].lower()] = row["code"]
    states["US"] |= {"D.C.": "DC", "d.c.": "DC", "washington d.c.": "DC"}
    return _Names(countries, frozenset(countries.values()), states)


def read(raw: object) -> tuple[Place, ...]:
    """The places of a string, a schema.org Place, a record of city, state and country, or a list of these.

    Each place once, in the order stated, at most 50; () when nothing is said. Never raises.
    """
    places = dict.fromkeys(_read(raw, 0))
    return tuple(places)[:MAX_PLACES]


def _read(raw: object, depth: int) -> list[Place]:
    if depth > 3:
        return []
    if isinstance(raw, Mapping):
        return _record(raw, depth)
    if isinstance(raw, list | tuple):
        return [place for part in raw[:MAX_PLACES] for place in _read(part, depth + 1)]
    if not isinstance(raw, str):
        return []
    words = raw[:MAX_CHARACTERS].strip()
    if words[:1] in ("{", "[") and (record := _literal(words)) is not None:
        return _read(record, depth + 1)
    return [_place(part) for part in _parts(words)]


def _literal(words: str) -> object:
    """What a text of JSON, or of a Python record that somebody printed, says; None when it is neither."""
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(words)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(value, dict | list):
            return value
    return None


def _record(raw: Mapping[Any, Any], depth: int) -> list[Place]:
    """A schema.org Place or PostalAddress, Adzuna's areas, or columns such as city, state and country."""
    if isinstance(address := raw.get("address"), Mapping | list | str) and address:
        return _read(address, depth + 1)
    area = raw.get("area")
    if isinstance(area, list) and area and all(isinstance(part, str) for part in area):
        widest = {"addressCountry": area[0], "addressRegion": area[1] if len(area) > 1 else None}
        town = {"addressLocality": area[-1] if len(area) > 2 else None, "text": raw.get("display_name")}
        return _record(widest | town, depth + 1)

    def first(*keys: str) -> str:
        values = (raw.get(key) for key in keys)
        values = (value.get("name") if isinstance(value, Mapping) else value for value in values)
        return next((words for value in values if (words := html.line(value, 200))), "")

    locality, postal = (
        first("addressLocality", "city", "town"),
        first("postalCode", "postal_code", "postcode", "zip"),
    )
    region = first("addressRegion", "state", "region", "province")
    country = first("addressCountry", "country", "country_code", "countryCode")
    stated = first("text", "display_name", "fullLocation", "name", "location")
    text = stated or ", ".join(part for part in (locality, region, postal, country) if part)
    if not text:
        return []
    code = _country(country)
    state_of, state = _state(region, code)
    if not (locality or region or country or postal):
        return [_place(part) for part in _parts(text)]
    if "," in locality:  # "Helsinki, Uusimaa, Finland" in the field for the town
        return [_place(", ".join(part for part in (locality, region, country) if part))]
    return [
        Place(
            text=text,
            address_locality=locality or None,
            address_region=state or region or None,
            address_country=code or state_of,
            postal_code=postal or None,
        )
    ]


def _parts(words: str) -> list[str]:
    """A string cut into its places: at ";", "|", "•", line breaks, " / " and "or"; "GB, …" is one address."""
    words = html.text(_LABEL.sub("", words, count=1))
    if inner := _WITHIN.match(words):
        words = inner[1]
    one = words[:3] in ("GB,", "UK,")  # "GB, Ipswich or Colchester, IP4 5PD" shares one postcode
    parts = (html.line(part, 300) for part in (_FIRM if one else _SEPARATORS).split(words))
    places = [place for part in parts for place in _pairs(part)]
    return [place for place in places if any(character.isalnum() for character in place)][:MAX_PLACES]


def _pairs(words: str) -> list[str]:
    """Two places of "Austin, TX, Reno, NV"."""
    parts = [part for piece in words.split(",") if (part := piece.strip())]
    if len(parts) < 4 or len(parts) % 2 or any(map(_country, parts[2::2])):
        return [words]
    if not all(_state(part, None)[1] or _country(part) for part in parts[1::2]):
        return [words]
    return [", ".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


@functools.lru_cache(maxsize=4096)  # a night has ten times as many postings as places
def _place(text: str) -> Place:
    words = _MORE.sub("", text)
    words = _BRACKETS.sub(" ", words) if "(" in words or "[" in words else words
    words = " ".join(_WORKPLACE.sub(",", words).split()).strip(_EDGES)
    place = Place(text=text)
    if codes := _CODES.match(words):  # "US-NY-New York"
        words = f"{codes[1]}, {codes[2]}, {codes[3]}"
    if _COUNTRY_FIRST.match(words):  # "United States - California - Foster City"
        words = _COUNTRY_FIRST.sub(r"\1, ", words).replace(" - ", ", ")
    words = _AFTER_STATE.sub(r"\1", _COUNTRY_AFTER.sub(r", \1", words))
    parts = [part for piece in words.split(",") if (part := piece.strip(_EDGES))]
    if len(parts) == 1 and " - " in parts[0]:
        return _dashed(place, parts[0])
    if len(parts) > 1 and _starts_with_country(parts):
        return _country_first(place, parts)
    return _country_last(place, parts)


def _dashed(place: Place, words: str) -> Place:
    """Read "United States - California - Foster City", "FL - New Smyrna Beach"."""
    parts = [part for piece in words.split(" - ") if (part := piece.strip(_EDGES))]
    if len(parts) > 1 and _starts_with_country(parts):
        return _country_first(place, parts)
    country, state = _state(parts[0], None) if parts else (None, None)
    if state and len(parts) == 2 and (len(parts[0]) > 3 or state not in _names().codes):
        return replace(place, address_region=state, address_country=country, address_locality=_town(parts[1]))
    code = _country(parts[-1]) if len(parts) > 1 and len(parts[-1]) > 2 else None
    return replace(place, address_country=code, address_locality=_town(parts[0]) if code else None)


def _starts_with_country(parts: list[str]) -> bool:
    first = parts[0]
    if first in ("US", "USA", "GB", "UK") or first.lower() in ("united states", "united kingdom"):
        return not _country(parts[-1]) or parts[-1] in _names().states["US"]
    return len(first) == 2 and first in _names().codes and len(parts) > 2 and not _country(parts[-1])


def _country_first(place: Place, parts: list[str]) -> Place:
    """Read "US, NY, New York", "GB, Quarry House, Leeds, LS2 7UE"."""
    country = _country(parts[0])
    rest, postal = _postal(parts[1:])
    if not postal and len(rest) > 1 and _OUTWARD.match(rest[-1]):
        rest, postal = rest[:-1], rest[-1]
    state = None
    if country in _names().states and rest:
        state = _state(rest[0], country)[1]
        rest = rest[1:] if state else rest
    if country == "US" and not state and rest and (found := _LAST_CODE.match(rest[-1])):  # "USA - Provo UT"
        state = _state(found[2], country)[1]
        rest = [found[1]] if state else rest
    return replace(
        place,
        address_country=country,
        address_region=state,
        address_locality=_town(rest[-1]) if rest else None,
        postal_code=postal,
    )


def _country_last(place: Place, parts: list[str]) -> Place:
    """Read "Fairfax, VA 22030", "Helsinki, Uusimaa, Finland, FI", "Toronto, ON, CA", "London"."""
    parts, postal = _postal(parts)
    country = None
    while parts and (code := _last_country(parts)) and code == (country or code):
        country = code
        parts = parts[:-1]
        if not postal:
            parts, postal = _postal(parts)
    state_of, state = _last_state(parts, country)
    if state:
        parts = _without_state(parts)
    elif country and len(parts) == 2 and country not in _names().states and not re.search(r"\d", parts[1]):
        parts, state = parts[:1], parts[1]  # "Tampere, Pirkanmaa, Finland": a region, as stated
    known = state_of or (country in _names().states and state)
    town = (
        parts[-1]
        if parts and (known or len(parts) == 1)
        else parts[0]
        if len(parts) == 2 and not country
        else ""
    )
    return replace(
        place,
        address_country=country or state_of,
        address_region=state,
        address_locality=_town(town, alone=not known),
        postal_code=postal,
    )


def _postal(parts: list[str]) -> tuple[list[str], str | None]:
    """The parts without a postal code at their end, and the code; a street's number is none."""
    if len(parts) < 2 and not (parts and re.search(r"\s[A-Z]{2}\s\d{5}", parts[0])):
        return parts, None
    found = _ZIP.search(parts[-1]) or _POSTCODE.search(parts[-1])
    if not found:
        return parts, None
    rest = parts[-1][: found.start()].strip(_EDGES)
    return [*parts[:-1], rest] if rest else parts[:-1], found[1]


def _country(words: str) -> str | None:
    names = _names()
    if len(words) == 2 and words.upper() in names.codes:
        return words.upper()
    return names.countries.get(words.lower().replace("’", "'")) or ("GB" if words == "UK" else None)


def _last_country(parts: list[str]) -> str | None:
    """The country that the last part says; "CA" after a comma is California unless after a province."""
    last, names = parts[-1], _names()
    code = _country(last)
    if code is None or (len(last) == 2 and not last.isupper()):
        return None
    if last.lower() == "georgia":
        return code if len(parts) > 1 and parts[-2].lower() in _GEORGIAN else None
    is_state = any(last in states for states in names.states.values())
    if len(last) > 2 or not is_state or last in _DUTCH:
        return code
    if len(parts) < 2:
        return None
    before = parts[-2]
    if code in names.states:
        return code if before in names.states[code] or before.lower() in names.states[code] else None
    return code if len(parts) > 2 and re.fullmatch(r"[A-Z]{2,3}", before) else None


def _last_state(parts: list[str], country: str | None) -> tuple[str | None, str | None]:
    """The country and code of the state in the last part; alone, only a name that is no city's says one."""
    if not parts:
        return None, None
    last = parts[-1]
    if len(parts) == 1 and not country:
        if found := _LAST_CODE.match(last):  # "St. Louis MO"
            return ("US", found[2]) if found[2] in _names().states["US"] else (None, None)
        if len(last) <= 3 or last.lower() in _CITIES_FIRST:
            return None, None
    if len(parts) == 1 and country and last.lower() in ("new york", "washington"):
        return None, None
    found_state = _state(last, country)
    if not found_state[1] and (found := _LAST_CODE.match(last)):
        return _state(found[2], country)
    return found_state


def _without_state(parts: list[str]) -> list[str]:
    last = parts[-1]
    found = _LAST_CODE.match(last)
    if last.lower() in ("washington d.c.", "washington dc", "washington d.c"):
        return parts[:-1] or ["Washington"]
    return [*parts[:-1], found[1].strip(_EDGES)] if found and not _state(last, None)[1] else parts[:-1]


def _state(words: str, country: str | None) -> tuple[str | None, str | None]:
    """(country, code) of a state's code in capitals or its name, if only one country has it."""
    names = _names()
    found = []
    for code in (country,) if country else ("US", "CA", "AU"):
        states = names.states.get(code or "", {})
        if state := states.get(words) or (
            states.get(words.lower()) if len(words) > 3 or "." in words else None
        ):
            found.append((code, state))
    if not country and found and found[0][0] != "US" and (len(found) > 1 or words in names.codes):
        return None, None  # "NT" is in two countries, "SK" and "SA" are countries too
    return found[0] if found else (None, None)


def _town(words: str, *, alone: bool = True) -> str | None:
    """The words as a town's name, unless a number, a placeholder, a sentence or, alone, a country."""
    words = words.split(" - ", 1)[0].strip(_EDGES)  # "Leeds - base to be agreed"
    plausible = 1 < len(words) <= 60 and len(words.split()) <= 6 and not _NO_TOWN.search(words)
    return words if plausible and not (alone and _country(words)) else None


_HYBRID = re.compile(r"\bhybrid|\bhybride\b|\bhybridi", re.I)
_REMOTE = re.compile(
    r"(?<!not )(?<!no )(?<!non-)(?<!non )\bremote(?:ly)?\b(?!\s(?:sens|monitor|access|control|area|site"
    r"|hands|deposit|support|island|s?ensing))"
    r"|\bwork(?:ing)?[ -](?:from|at)[ -]home\b|\bhome[ -]based\b|\bwfh\b|\btelecommut|\btelework"
    r"|\bwerk van thuis\b|\bthuiswerk"
    r"|\betätyö|\bdistansarbete\b|\bhome ?office\b(?! - )",
    re.I,
)
_ONSITE = re.compile(r"\bon-?\s?site\b|\bin[- ]office\b|\bin[- ]person\b", re.I)


def location_type(raw: object) -> LocationType | None:
    """What the words of a location or title say: hybrid before remote; remote with on site says neither."""
    words = html.line(raw, 500).replace("_", " ")
    if _HYBRID.search(words):
        return "hybrid"
    remote, onsite = bool(_REMOTE.search(words)), bool(_ONSITE.search(words))
    if remote == onsite:
        return None
    return "remote" if remote else "onsite"
