"""Where a job is: the places of a string or a record, each as stated, with what its words say; workplaces.

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

from crawler.clean import html, placenames, placestrings, placetext
from crawler.items import LocationType, Place
from matcher import gazetteer

MAX_PLACES = placestrings.MOST
MAX_CHARACTERS = 2000

_NO_POSTAL = re.compile(
    r"\D*|0+|12345(?:6789?)?|9{4,}|1{5,}|.*[^\W\d]{4}.*"
)  # what fills a field that must not be empty
_PIECES = re.compile(r"\s*[;|]\s*")
_TOWN_STATE = re.compile(r"^([^\d,;|]{2,60})\s([A-Z]{2,3})$")


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
    return placestrings.read(words)


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
        return _record(_area(area) | {"text": raw.get("display_name")}, depth + 1)
    for key in ("addressLocality", "city", "town"):
        if isinstance(raw.get(key), list):
            return [
                place
                for town in raw[key][:MAX_PLACES]
                for place in _record({**raw, key: town}, depth + 1)
                if depth < 3 and isinstance(town, str)
            ]
    return _columns(raw)


def _area(area: list[str]) -> dict[str, str | None]:
    """The country, its region and the town of a list from wide to narrow: ["UK", "London"] names a town."""
    country, *inner = area
    code = placenames.country(country)
    if len(inner) == 1 and not (
        code and (placenames.state(inner[0], code)[1] or gazetteer.region_of(inner[0], code))
    ):
        inner = ["", *inner] if gazetteer.within(inner[0], None, code) else inner
    return {
        "addressCountry": country,
        "addressRegion": inner[0] if inner else None,
        "addressLocality": inner[-1] if len(inner) > 1 else None,
    }


def _columns(raw: Mapping[Any, Any]) -> list[Place]:
    def first(*keys: str) -> str:
        values = (raw.get(key) for key in keys)
        values = (value.get("name") if isinstance(value, Mapping) else value for value in values)
        lines = (html.line(value, 200) for value in values)
        return next((words for words in lines if words and not placenames.is_nothing(words)), "")

    locality = first("addressLocality", "city", "town")
    region = first("addressRegion", "state", "region", "province")
    postal = first("postalCode", "postal_code", "postcode", "zip")
    postal = "" if _NO_POSTAL.fullmatch(postal) else postal
    country = first("addressCountry", "country", "country_code", "countryCode")
    stated = first("text", "display_name", "fullLocation", "name", "location")
    text = stated or ", ".join(part for part in (locality, region, postal, country) if part)
    if not text:
        return []
    if not (locality or region or country or postal):
        return placestrings.read(text)
    code = placenames.country(country)
    state_of, state = placenames.state(region, code)
    whole = Place(
        text=text,
        address_locality=None if placenames.is_filler(locality) else locality,
        address_region=state or (None if placenames.is_filler(region) else region),
        address_country=code or state_of,
        postal_code=postal or None,
    )
    if (
        found := _TOWN_STATE.match(locality)
        if placenames.has_states(code) and not region and "," not in locality
        else None
    ):
        locality = ", ".join(found.groups()) if placenames.state(found[2], code)[1] else locality
    return _within(locality, whole, country) if _PIECES.search(locality) or "," in locality else [whole]


def _within(locality: str, whole: Place, country: str) -> list[Place]:
    """Read "Helsinki, Uusimaa, Finland" in the field for the town; the other fields stand as they are."""
    code = whole.address_country
    said = placenames.unmistakable(code) if code else country
    pieces = (piece for piece in _PIECES.split(locality) if not placenames.is_filler(piece))
    pieces = (", ".join(part for part in (piece, said) if part) for piece in pieces)
    found = [place for piece in pieces for place in placetext.read(piece)]
    found = [place for place in found if code in (None, place.address_country)]
    if len(found) > 1:
        return [replace(place, text=place.text.removesuffix(f", {said}")) for place in found]
    read = found[0] if found else Place(text=whole.text)
    return [
        replace(
            whole,
            address_locality=read.address_locality,
            address_region=whole.address_region or read.address_region,
            address_country=code or read.address_country,
            postal_code=whole.postal_code or read.postal_code,
        )
    ]


_DAYS = r"(?:[1-4]|one|two|three|four)(?:\s?(?:-|–|to|or)\s?[2-4])?\s?(?:x|days?)"
_HOME = r"(?:remote(?:ly)?|wfh|home[\s-]?office|(?:from|at)\shome|t[ée]l[ée]travail|teletrabajo)"
_HYBRID = re.compile(
    r"\b(?:some|part(?:ly|ially)|occasional(?:ly)?|teilweise|parcialmente)\s(?:remote|home|tele)"
    r"|\bhybrid(?!i[sz])(?!\s(?:cloud|vehicle|car|auto|electric|engine|integration|infrastructure|network|mobile\sapp"
    r"|event|it\b|azure|power))|\bh[íi]brid[oa]\b|\bibrid[oa]\b|\bhybryd|\bsemi-?presencial"
    r"|\b(?:t[ée]l[ée]travail|teletrabajo|home[\s-]?office)\s(?:partiel|parcial|teilweise)"
    rf"|\b{_DAYS}\s(?:(?:a|per|/|of|in|im|en|de)\s?(?:the\s)?(?:week\s|office\b|site\b)?)?(?:{_HOME}|(?:in[\s-])?(?:the\s)?office|on-?site)\b"
    rf"|\b{_HOME}[\s(:,-]{{0,3}}(?:up\sto\s)?{_DAYS}\b"
    rf"|(?<![\d.])[1-9]\d?\s?%\s{_HOME}\b",
    re.I,
)
_NOT = re.compile(
    r"\b(?:not?|non|never|isn['’]?t|cannot\sbe|nicht|não)[\s-](?:(?:a|an|be|fully|currently|eligible\sfor|available|possible|open\sto|100%)\s){0,3}"
    r"(?:remote|work(?:ing)?\sfrom\shome|telework|telecommut\w*|presencial)\w*"
    r"|\bremote(?:ly)?(?:\swork(?:ing)?)?\s?[:=–—-]\s?(?:no|none|false|not\b[^,;|]{0,30}|n/?a)(?=\s*(?:$|[,;|.)\]]))"
    r"|\bremote(?:\swork(?:ing)?)?\s(?:is\s|are\s)?(?:not\s|un)(?:an?\s)?(?:available|possible|allowed|option|offered|eligible|permitted|considered)",
    re.I,
)
_REMOTE = re.compile(
    r"\bremote(?:ly)?\b(?!\s(?:sens|monitor|access|control|area|site|possible|considered|optional"
    r"|hands|deposit|support|island|s?ensing))"
    r"|\bwork(?:ing)?[ -](?:from|at|@)[ -]home\b|\bhome[ -]?based\b|\bwfh\b|\btelecommut|\btelework"
    r"|\boffsite/home\b"
    r"|\bwerk van thuis\b|\bthuiswerk|\bt[ée]l[ée]travail|\bteletrabajo|\bzdaln(?:ie|[aey])"
    r"|(?<!soporte )(?<!suporte )(?<!acceso )(?<!acesso )(?<!control )(?<!controle )\bremot[oa]\b"
    r"|\betätyö|\bdistansarbete\b|^distans\b|^virtual(?=\s*(?:$|[(,;/|]|[-–]\s))|リモート"
    r"|\bhome ?office\b(?! - )(?!\s(?:support|specialist|suppl|furniture|assistant|equipment|manager|admin))",
    re.I,
)
_ONSITE = re.compile(
    r"\bon-?\s?site\b|\bin[- ]office\b|\bin[- ]person\b|\boffice\sor\s(?=remote)|\bpresencial\b"
    r"|^vor[ -]ort\b(?!-|\s\w)|\bsur\ssite\b|\bop\slocatie\b|\bpå\splats\b|\bstacjonarn",
    re.I,
)


def location_type(*stated: object) -> LocationType | None:
    """What the first words say that say anything, of workplace, location or title.

    Hybrid before remote; remote with on site says neither.
    """
    return next((kind for raw in stated if (kind := _workplace(html.line(raw, 500)))), None)


def _workplace(words: str) -> LocationType | None:
    words = _NOT.sub(" ", words.replace("_", " "))
    if _HYBRID.search(words):
        return "hybrid"
    remote, onsite = bool(_REMOTE.search(words)), bool(_ONSITE.search(words))
    if remote == onsite:
        return None
    return "remote" if remote else "onsite"
