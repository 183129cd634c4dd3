"""The place that parts between commas say: "Fairfax, VA 22030", "US, NY, New York", "Oulu, Finland"."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.clean import placenames
from crawler.clean.placenames import EDGES
from crawler.items import Place
from matcher import gazetteer

Said = tuple[str, str | None, str | None]  # town, region, country

_ZIP = re.compile(r"(?:^|\s)(\d{5}(?:-\d{4})?)$")
_POSTCODE = re.compile(
    r"(?:^|\s)([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2})$"
)
_UK = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}")
_ISLANDS = {"IM": "IM", "JE": "JE", "GY": "GG"}
_CODE_FIRST = re.compile(
    r"^(?:[A-Z]{1,2}-)?(\d{5}|\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|\d{4}"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\s+(\D{3,40})$"
)
_PREMISES = re.compile(
    r"\b(?:hq|headquarters|offices?|campus|downtown|city|tower|building|center|centre|area)$", re.I
)
_COUNTY = re.compile(r"(?:Co\.?|County)\s[A-Z][a-z]+$")
_FORMS = (  # of postal codes that are written before the town
    (r"\d{5}", "DE FR ES IT FI EE HR MX MA TN LT ME RS TR UA".split()),
    (r"\d{4}\s?[A-Z]{2}", ["NL"]),
    (r"\d{2}-\d{3}", ["PL"]),
    (r"\d{4}-\d{3}", ["PT"]),
    (r"\d{3}\s\d{2}", "SE CZ SK GR".split()),
    (r"\d{4}", "AT CH BE DK NO HU LU SI BG".split()),
    (r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}", ["GB"]),
)
_STREET = re.compile(
    r"\b(?:st|street|ave|avenue|dr|drive|rd|road|blvd|boulevard|way|lane|ln|pkwy|parkway|hwy|circle|cir"
    r"|(?:ste|suite|unit)\s\S+)\.?\s+(\D{3,40})$",
    re.I,
)


def read(place: Place, parts: list[str], *, remote: bool) -> Place:
    """The place with the fields that its parts say, and those that its town leaves no doubt of."""
    if "USA" in parts[1:-1]:  # "Maple Tower, USA, Houston, 601 Fern Street, Texas"
        parts = parts[parts.index("USA") :]
    if len(parts) > 1 and _starts_with_country(parts):
        return placenames.filled(country_first(place, parts))
    read = _country_last(place, parts, remote=remote)
    return read if _of_another(read, parts) else placenames.filled(read)


def _of_another(place: Place, parts: list[str]) -> bool:
    """Whether words follow a town that may be of a namesake: "Clark, Pampanga", "San Diego, Cesar".

    Of a country whose states are known by code, a part of the town itself is no such word, all else is.
    """
    town = place.address_locality
    if place.address_country or not town or len(parts) < 2 or parts[0] != town:
        return False
    spot, after = gazetteer.sure(town), parts[1]
    if spot is None or _PREMISES.search(after) or placenames.country(after):
        return False
    if placenames.state(after.split()[0], spot.country)[1]:  # "CA and US-", "Texas area"
        return False
    if any(gazetteer.kilometres(spot, other) <= gazetteer.SAME for other in gazetteer.named(after)):
        return False
    rivals = (one for one in gazetteer.named(town) if one.country != spot.country)
    return placenames.has_states(spot.country) or any(
        one.weight >= gazetteer.SMALL and not placenames.has_states(one.country) for one in rivals
    )


def _starts_with_country(parts: list[str]) -> bool:
    first, last = parts[0], parts[-1]
    if first in ("US", "USA", "GB", "UK") or first.lower() in ("united states", "united kingdom", "canada"):
        return not placenames.country(last) or bool(placenames.state(last, "US")[1])
    if len(first) == 3 and first.isupper() and placenames.country(first):
        return len(parts) > 2
    if first == "CA" and len(last) > 3 and placenames.state(last, "CA")[1]:
        return True
    return placenames.is_code(first) and len(parts) > 2 and not placenames.country(last)


def country_first(place: Place, parts: list[str]) -> Place:
    """Read "US, NY, New York", "USA, Beavercreek Township, 3725 Octagon Boulevard, Ohio"."""
    country = placenames.country(parts[0])
    rest, postal = postal_of(parts[1:])
    state, rest = _states_side(rest, country)
    if country == "US" and not state and rest and (found := placenames.LAST_CODE.match(rest[-1])):
        state = placenames.state(found[2], country)[1]  # "USA - Provo UT"
        rest = [found[1]] if state else rest
    town = next((part for part in rest if gazetteer.within(part, state, country)), None)
    unknown = [part for part in rest if placenames.plausible(part)] if state and not town else []
    return replace(
        place,
        address_country=country,
        address_region=state,
        address_locality=town or next(iter(unknown), None),
        postal_code=postal,
    )


def _states_side(rest: list[str], country: str | None) -> tuple[str | None, list[str]]:
    """The state that stands first or last, and what is left."""
    if rest and placenames.has_states(country):
        if (state := placenames.state(rest[0], country)[1]) and (len(rest) < 2 or len(rest[0]) < 4):
            return state, rest[1:]
        if state := placenames.state(rest[-1], country)[1]:
            return state, rest[:-1]
        if state := placenames.state(rest[0], country)[1]:
            return state, rest[1:]
    return None, rest


def _country_last(place: Place, parts: list[str], *, remote: bool) -> Place:
    """Read "Fairfax, VA 22030", "Helsinki, Uusimaa, Finland, FI", "Toronto, ON, CA", "London"."""
    if len(parts) == 1 and (found := _UK.fullmatch(parts[0]) or _ZIP.fullmatch(parts[0])):
        return _postal_alone(place, found[0])
    parts, postal = postal_of(parts)
    country = None
    while parts and (code := _last_country(parts)) and code == (country or code):
        country, parts = code, parts[:-1]
        if not postal:
            parts, postal = postal_of(parts)
    if not postal:
        parts, postal, country = _postal_first(parts, country)
    state_of, state = _last_state(parts, country, remote=remote)
    country, parts = country or state_of, _without_state(parts) if state else parts
    if state and (state_of or placenames.has_states(country)):
        town = _of_state(parts, state, country)
    elif parts and (county := placenames.county(parts[-1])) and country in (None, "GB"):
        country, state = "GB", county
        towns = (part for part in parts if part != county and not placenames.country(part))
        town = next(towns, "")
    else:
        town, state, country = _of_country(parts, country, postal)
    return replace(
        place,
        address_country=country,
        address_region=None if state and placenames.is_filler(state) else state,
        address_locality=placenames.plausible(town, alone=not state) or None,
        postal_code=postal,
    )


def _of_country(parts: list[str], country: str | None, postal: str | None) -> Said:
    """The town, region and country of "Tampere, Pirkanmaa", "Bavaria", "Pune, Maharashtra", "London"."""
    if country and len(parts) == 1 and (_only_region(parts[0], country) or _COUNTY.match(parts[0])):
        return "", parts[0], country
    if len(parts) < 2:
        town, region = parts[0] if parts else "", None
    elif not country and (there := placenames.with_region(parts[0], parts[1])):
        return parts[0], there[1], there[0]
    else:
        town, region = _town_and_region(parts, country)
    if not country and not postal and not _stands_alone(town):
        town = ""  # a firm, or a building
    return town, region, country


def _only_region(words: str, country: str) -> bool:
    return not gazetteer.within(words, None, country) and bool(gazetteer.region_of(words, country))


def _stands_alone(words: str) -> bool:
    """Whether words that no state or country follows are a town: "Leeds", "Leeds - base to be agreed"."""
    town = placenames.plausible(words) or ""
    if " - " in words:
        return gazetteer.is_town(town) and gazetteer.sure(town) is not None
    return gazetteer.is_town(town) or placenames.short(town) is not None


def _postal_alone(place: Place, code: str) -> Place:
    """A postal code and nothing else: a British one, or an American one of nine digits, says the country."""
    if code[0].isdigit():
        return replace(place, postal_code=code, address_country="US" if "-" in code else None)
    return replace(place, postal_code=code, address_country=_ISLANDS.get(code[:2], "GB"))


def _of_state(parts: list[str], state: str, country: str | None) -> str:
    """The town before a state: "12 High Street Naples", "Office - San Diego"; "New Jersey, NJ" has none."""
    words = parts[-1] if parts else ""
    cities = {*placenames.CITIES_FIRST, "quebec", "québec"}
    if words.lower() not in cities and placenames.state(words, country)[1] == state:
        return ""
    if len(words.split()) > 4:
        return placenames.tail(words, state, country) or words
    if found := _STREET.search(words):
        return found[1] if gazetteer.within(found[1], state, country) else words
    if gazetteer.within(words, state, country):
        return words
    halves = [half.strip(EDGES) for half in re.split(r"\s-\s|-(?=[A-Z][a-z]+$)", words)]
    if known := next((half for half in halves if gazetteer.within(half, state, country)), None):
        return known
    return "" if len(parts) > 1 and gazetteer.sure(words) else words  # "New York City, Boston, Connecticut"


def _town_and_region(parts: list[str], country: str | None) -> tuple[str, str | None]:
    """The town of "Tampere, Pirkanmaa", "Bogota, D.C., Capital District" or "Ba Dinh District, Ha Noi"."""
    if not country:
        if len(parts) == 2 and re.fullmatch(r"[A-Z]{2,4}", parts[0]) and gazetteer.sure(parts[1]):
            return parts[1], None  # "BGC, Taguig"
        return (parts[0], None) if gazetteer.is_town(parts[0]) else ("", None)
    known = next((part for part in parts if gazetteer.within(part, None, country)), None)
    if (
        len(parts) == 2
        and known == parts[1]
        and gazetteer.region_of(parts[1], country)
        and placenames.plausible(parts[0])
    ):
        known = parts[0]
    if known and parts.index(known):
        after = parts[parts.index(known) + 1 :]
        return known, after[-1] if after else None
    region = parts[-1] if not re.search(r"\d", parts[-1]) else None
    return (parts[0] if known or len(parts) == 2 else ""), region


def _postal_first(parts: list[str], country: str | None) -> tuple[list[str], str | None, str | None]:
    """The parts without the postal code before a town, the code, and the only country where both may be."""
    found = _CODE_FIRST.match(parts[0]) if parts else None
    code, town = found.groups() if found else ("", "")
    there = {
        spot.country
        for form, countries in _FORMS
        if re.fullmatch(form, code)
        for spot in gazetteer.named(town)
        if spot.country in countries and spot.weight >= gazetteer.SMALL and country in (None, spot.country)
    }
    return ([town, *parts[1:]], code, there.pop()) if len(there) == 1 else (parts, None, country)


def postal_of(parts: list[str]) -> tuple[list[str], str | None]:
    """The parts without a postal code at their end, and the code; a street's number is none."""
    if len(parts) < 2 and not (
        parts and re.search(r"\s[A-Z]{2}\s\d{5}|\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}$", parts[0])
    ):
        return parts, None
    found = _ZIP.search(parts[-1]) or _POSTCODE.search(parts[-1])
    if not found:
        return parts, None
    rest = parts[-1][: found.start()].strip(EDGES)
    return [*parts[:-1], rest] if rest else parts[:-1], found[1]


def _last_country(parts: list[str]) -> str | None:
    """The country that the last part says; "CA" after a comma is California unless after a province."""
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    code = placenames.country(last) or placenames.cut_country(last)
    if code is None or (len(last) == 2 and not last.isupper()):
        return None
    if last.lower() != "georgia" and (len(last) > 2 or not placenames.is_state(last)):
        return code
    if not before:
        return "NL" if last == "NL" else None  # Newfoundland has one town for a hundred Dutch ones
    if placenames.has_states(code) and placenames.state(before, code)[1]:
        return code
    if len(parts) > 2 and re.fullmatch(r"[A-Z]{2,3}", before):
        return code
    country, state = placenames.country_or_state(before, last)
    return country if country == code and not state else None


def _last_state(parts: list[str], country: str | None, *, remote: bool) -> tuple[str | None, str | None]:
    """The country and code of the state in the last part; alone, only a name that is no city's says one."""
    if not parts:
        return None, None
    last = parts[-1]
    if len(parts) == 1 and not country:
        if found := placenames.LAST_CODE.match(last):  # "St. Louis MO", "Sydney NSW"
            country, state = placenames.country_or_state(found[1], found[2])
            return (country, state) if state else placenames.state(found[2], "US")
        cities = placenames.CITIES_FIRST - ({"new york", "washington"} if remote else set())
        if last.lower() in cities or (len(last) <= 3 and (not remote or placenames.is_code(last))):
            return None, None
    if len(parts) == 1 and country and last.lower() in ("new york", "washington") and not remote:
        return None, None
    if len(parts) > 1 and not country and (found_state := placenames.country_or_state(parts[-2], last))[1]:
        return found_state
    found_state = placenames.state(last, country)
    if not found_state[1] and (found := placenames.LAST_CODE.match(last)):
        return placenames.state(found[2], country)
    return found_state


def _without_state(parts: list[str]) -> list[str]:
    last = parts[-1]
    found = placenames.LAST_CODE.match(last)
    if last.lower() in placenames.WASHINGTON:
        return parts[:-1] or ["Washington"]
    return (
        [*parts[:-1], found[1].strip(EDGES)] if found and not placenames.state(last, None)[1] else parts[:-1]
    )
