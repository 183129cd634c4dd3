"""Where a job is: several places in one string, each as stated, with only those fields that its words say.

A country is said by its name or code, by a state of the United States, Canada or Australia after a comma
("Fairfax, VA"), or by a town that nobody would take for another ("Seattle").
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crawler.clean import html, placenames, placetext
from crawler.items import LocationType, Place

MAX_PLACES = 50
MAX_CHARACTERS = 2000

_LABEL = re.compile(r"^\s*(?:job\s)?locations?\s*[:\n]\s*", re.I)
_ADVERTISED = re.compile(r"^[^•]*•\s*([^•]+?)\s*•\s*via\s", re.I)  # a firm, the place, and who passed it on
_SEPARATORS = re.compile(
    r"\s*(?:;|\|+|•|\n(?!\s*\())\s*|\s+/\s+|\s+[oO]r\s+|(?<!,)\s+OR\s+"
    r"|(?<=[A-Z]{2})/(?=[A-Z][a-z])"  # "Sunnyvale, CA/San Francisco, CA"
    r"|(?<=,\s[A-Z]{2})\s+(?:(?:and|-)\s+)?(?=[A-Z][^,|;]{2,30},\s[A-Z]{2}\b)"
    r"|,\s*(?=(?:US|UK|CA|Canada)\s?-\s?[A-Z])"
)
_LINES = re.compile(r"\s*\n\s*")
_MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf]")


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
    return _said(words)


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
    code = placenames.country(country)
    state_of, state = placenames.state(region, code)
    if not (locality or region or country or postal):
        return _said(text)
    if "," in locality:  # "Helsinki, Uusimaa, Finland" in the field for the town
        return list(placetext.read(", ".join(part for part in (locality, region, country) if part)))
    return [
        Place(
            text=text,
            address_locality=locality or None,
            address_region=state or region or None,
            address_country=code or state_of,
            postal_code=postal or None,
        )
    ]


def _said(words: str) -> list[Place]:
    """The places of a string, each read by itself, and then in the light of the others."""
    pieces = _parts(words)
    places = [place for piece in pieces for place in placetext.read(piece)]
    return _together(places) if len(places) > 1 else places


def _parts(words: str) -> list[str]:
    """A string cut into its places: at ";", "|", "•", line breaks, " / " and "or"; "GB, …" is one address."""
    if _MOJIBAKE.search(words):
        words = _mended(words)
    words = html.text(_LABEL.sub("", words, count=1))
    if found := _ADVERTISED.match(words) or placetext.WITHIN.match(words):
        words = found[1]
    one = words[:3] in ("GB,", "UK,")  # "GB, Ipswich or Colchester, IP4 5PD" shares one postcode
    parts = (html.line(part, 1000) for part in (_LINES if one else _SEPARATORS).split(words))
    return [part for part in parts if any(character.isalnum() for character in part)][:MAX_PLACES]


def _mended(words: str) -> str:
    """UTF-8 that somebody read as Windows-1252, if all of it is."""
    try:
        return words.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return words


def _together(places: list[Place]) -> list[Place]:
    """What a place does not say and the others beside it do: "Georgia; Texas", "Lansing | Detroit, MI".

    A town's state is that of another place if only there is a town of this name; its country that of another
    place if its largest namesake is there.
    """
    beside = dict.fromkeys(
        (
            place.address_region if placenames.has_states(place.address_country) else None,
            place.address_country,
        )
        for place in places
        if place.address_country
    )
    countries = dict.fromkeys(country for _, country in beside)
    return [
        place if place.address_country else _beside(place, list(beside), list(countries)) for place in places
    ]


def _beside(place: Place, beside: list[tuple[str | None, str | None]], countries: list[str | None]) -> Place:
    town = place.address_locality
    if town is None:
        is_state = place.text.strip().lower() == "georgia" and countries == ["US"]
        return replace(place, address_region="GA", address_country="US") if is_state else place
    fitting = [
        (region, country) for region, country in beside if region and placenames.within(town, region, country)
    ]
    if len(fitting) == 1:
        return replace(place, address_region=fitting[0][0], address_country=fitting[0][1])
    if (country := placenames.largest(town)) in countries:
        return placenames.filled(replace(place, address_country=country))
    return place


_HYBRID = re.compile(
    r"\b(?:some|part(?:ly|ially)|occasional(?:ly)?)\s(?:remote|home|tele)|\bhybrid|\bhybride\b|\bhybridi",
    re.I,
)
_REMOTE = re.compile(
    r"(?<!not )(?<!no )(?<!non-)(?<!non )\bremote(?:ly)?\b(?!\s(?:sens|monitor|access|control|area|site"
    r"|hands|deposit|support|island|s?ensing))"
    r"|\bwork(?:ing)?[ -](?:from|at)[ -]home\b|\bhome[ -]based\b|\bwfh\b|\btelecommut|\btelework"
    r"|\boffsite/home\b"
    r"|\bwerk van thuis\b|\bthuiswerk"
    r"|\betätyö|\bdistansarbete\b|\bhome ?office\b(?! - )",
    re.I,
)
_ONSITE = re.compile(r"\bon-?\s?site\b|\bin[- ]office\b|\bin[- ]person\b", re.I)


def location_type(*stated: object) -> LocationType | None:
    """What the first words say that say anything, of workplace, location or title.

    Hybrid before remote; remote with on site says neither.
    """
    return next((kind for raw in stated if (kind := _workplace(html.line(raw, 500)))), None)


def _workplace(words: str) -> LocationType | None:
    words = words.replace("_", " ")
    if _HYBRID.search(words):
        return "hybrid"
    remote, onsite = bool(_REMOTE.search(words)), bool(_ONSITE.search(words))
    if remote == onsite:
        return None
    return "remote" if remote else "onsite"
