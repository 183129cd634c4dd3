"""Several places in one piece: "Oulu, Turku, Uusimaa, Finland", "Reno, NV, Austin, TX", "SF, Seattle"."""

from __future__ import annotations

import re

from crawler.clean import placenames
from crawler.clean.placenames import EDGES
from crawler.items import Place
from matcher import gazetteer

_BETWEEN = re.compile(r"\s*(?:/|&|\bor\b|\band\b|\sou\s)\s*")
_WIDE = frozenset(
    ("europe", "eu", "emea", "apac", "latam", "asia", "africa", "north america", "northern america")
)
_LAST_OR = re.compile(r"^(?:or|and|&)\s+", re.I)


def read(parts: list[str], *, remote: bool = False) -> list[Place]:
    """The places of the parts between commas, [] where they say one place or none."""
    if len(parts) < 2:
        return _countries(parts[0]) if parts else []
    if any(placenames.short(part) for part in parts) and (found := _known(parts, remote=remote)):
        return found
    return _groups(parts, remote=remote) or _abroad(parts) or _known(parts, remote=remote)


def _countries(words: str) -> list[Place]:
    """Read "US & Canada", "India/Pakistan"."""
    names = [name for piece in re.split(r"\s*[/&+]\s*", words) if (name := piece.strip(EDGES))]
    codes = [placenames.country(name) for name in names]
    if len(names) < 2 or not all(codes):
        return []
    return [Place(text=name, address_country=code) for name, code in zip(names, codes, strict=True)]


def _groups(parts: list[str], *, remote: bool) -> list[Place]:
    """Read "Reno, NV, Austin, TX", "NY, US, IL, US", "Reno, NV, United States, Ohio, United States"."""
    found: list[Place] = []
    at = 0
    while at < len(parts):
        place, used = _group(parts[at : at + 3], remote=remote)
        if place is None:
            return []
        found.append(place)
        at += used
    states = len(parts) == 3 and all(place.address_region and not place.address_locality for place in found)
    return found if len(found) > 1 and (len(parts) > 3 or states or _only_countries(found)) else []


def _only_countries(found: list[Place]) -> bool:
    countries = {place.address_country for place in found}
    return len(countries) > 1 and not any(place.address_region for place in found)


def _group(parts: list[str], *, remote: bool) -> tuple[Place | None, int]:
    """The place that stands first, and how many parts say it: town, state and country, or fewer."""
    first, second, third = (*parts, "", "")[:3]
    if not placenames.is_state(first) and (country := placenames.country(first)):
        return Place(text=first, address_country=country), 1
    code, state = placenames.state(first, None)
    named = state and (remote or first.lower() not in placenames.CITIES_FIRST)
    if state and (named or (first.isupper() and len(first) == 2) or placenames.country(second) == code):
        used = 2 if placenames.country(second) == code else 1
        return Place(text=", ".join(parts[:used]), address_region=state, address_country=code), used
    town = placenames.plausible(first)
    code, state = placenames.country_or_state(first, second) if town and second else (None, None)
    if not code or (gazetteer.sure(first) and not gazetteer.within(first, state, code)):
        return None, 0
    used = (
        3 if state and third and not placenames.is_state(third) and placenames.country(third) == code else 2
    )
    said = ", ".join(parts[:used])
    return Place(text=said, address_locality=town, address_region=state, address_country=code), used


def _abroad(parts: list[str]) -> list[Place]:
    """Read "Oulu, Turku, North Ostrobothnia, Southwest Finland, Finland": towns, regions, a country."""
    country, towns = None, list(parts)
    while towns and (code := placenames.country(towns[-1])) and code == (country or code):
        country = code
        towns.pop()
    if country is None or placenames.has_states(country):
        return []
    said = parts[len(towns)]
    regions: dict[str, str] = {}
    while len(towns) > 1 and (known := _region(towns[-1], country)):
        regions[known] = towns.pop()
    enough = len(towns) > 2 or (len(towns) == 2 and len(regions) > 1)
    there = [town for town in towns if gazetteer.within(town, None, country)]
    if not enough or len(there) * 2 < len(towns):
        return []
    return [_of_region(town, country, regions, said) for town in dict.fromkeys(towns)]


def _region(words: str, country: str) -> str | None:
    return gazetteer.region_of(words, country) or (placenames.county(words) if country == "GB" else None)


def _of_region(town: str, country: str, regions: dict[str, str], said: str) -> Place:
    spots = [spot for spot in gazetteer.named(town) if spot.country == country]
    among = {spot.region for spot in spots} & set(regions)
    only = regions[min(among)] if len(among) == 1 else None
    if len(regions) == 1 and (not spots or country == "GB"):
        only = next(iter(regions.values()))
    return Place(
        text=", ".join(word for word in (town, only, said) if word),
        address_locality=placenames.plausible(town),
        address_region=only,
        address_country=country,
    )


def _known(parts: list[str], *, remote: bool) -> list[Place]:
    """Read "San Francisco, Seattle, NYC": towns that nobody would take for others, far from each other."""
    abroad = [
        part
        for part in parts
        if part in ("US", "UK") or (len(part) > 2 and not placenames.is_state(part))
        if placenames.country(part)
    ]
    towns = [part for part in parts if part not in abroad]
    codes = {placenames.country(part) for part in abroad}
    country = min(codes, key=str) if len(codes) == 1 else None
    if not towns or (len(towns) < 2 and len(codes) < 2):
        return []
    if any(placenames.is_state(town) for town in towns[1:]) and len(towns) < 3:
        return []
    if len(towns) == 2 and country and gazetteer.region_of(towns[1], country):
        return []
    found = [place for town in towns if (place := _sure(town, country))]
    if (
        len(found) < len(towns)
        or (len(found) > 1 and not _apart(found))
        or any(map(placenames.county, towns))
    ):
        return []
    if remote or len(codes) > 1:
        found += [Place(text=part, address_country=placenames.country(part)) for part in abroad]
    return found


def _sure(town: str, country: str | None) -> Place | None:
    if known := placenames.short(town, shorter=True):
        locality, region, code = known
        said = Place(text=town, address_locality=locality, address_region=region, address_country=code)
        return said if country in (None, code) else None
    if len(town) < 4 or placenames.country(town) or not gazetteer.sure(town, None, country):
        return None
    return Place(text=town, address_locality=town, address_country=country)


def _apart(places: list[Place]) -> bool:
    spots = [
        gazetteer.sure(place.address_locality or "", place.address_region, place.address_country)
        for place in places
    ]
    first = spots[0]
    if any(first and spot and gazetteer.kilometres(first, spot) > gazetteer.SAME for spot in spots[1:]):
        return True
    regions = (first and gazetteer.region_of(place.text, first.country) for place in places)
    several = len(spots) > 2 and all(spots) and len(set(spots)) == len(spots)
    return several and not any(regions)  # "Köln, Bonn, Düsseldorf"


def cleared(parts: list[str]) -> list[str]:
    """The parts without continents, without an "or" before the last, and each once where it is said twice."""
    bare = [part for said in parts if (part := _LAST_OR.sub("", said)).lower() not in _WIDE]
    return [part for at, part in enumerate(bare) if not at or part != bare[at - 1] or len(part) > 3]


def british(parts: list[str]) -> list[str]:
    """The town, or the towns, among the parts of a British address: the last part that names one."""
    for part in reversed(parts):
        names = between(part)
        if len(names) > 1 and all(gazetteer.within(name, None, "GB") for name in names):
            return list(dict.fromkeys(names))
        for words in (part, part.split(" - ", 1)[0].strip(EDGES)):
            if gazetteer.within(words, None, "GB"):
                return [words]
    last = placenames.plausible(parts[-1]) if parts else None
    if not last or (last.isupper() and len(last) < 5):
        return []
    return [placenames.tail(last, None, "GB") or last] if len(last.split()) <= 4 else []


def between(words: str) -> list[str]:
    """The names that a slash or an "and" stands between, or the words themselves."""
    return [name for piece in _BETWEEN.split(words) if (name := piece.strip(EDGES))]
