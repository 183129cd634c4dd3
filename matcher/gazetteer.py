"""Where towns lie: the coordinates, region and country of the town that a name and the words beside it mean.

gazetteer.xz is made of GeoNames (CC BY 4.0) by benchmarks/gazetteer.py. It is read once, when first asked.
"""

from __future__ import annotations

import functools
import hashlib
import io
import lzma
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matcher import places, text

Array = npt.NDArray[Any]

NAME, OTHER, SHORT = 0, 1, 2  # how a town is called: by its name, another one, what filters make of it
LONGEST = 30  # letters of a name
ARRAYS = ("regions", "region", "latitude", "longitude", "people", "names", "town", "way")
EARTH = 6371.0  # km
SAME = 50  # km: towns of one name that are so near each other are one place to somebody who looks for work

DOMINANT = 10  # times as many people as the next town of the name: then the name alone means it
SMALL = 10_000  # people: of smaller towns a name alone says too little, many a firm is called so
DOMINANT_WITHIN = 2  # the same, where the country or the region is stated

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "ð": "d"})
_WORDS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A town: `country` is its code, `region` the folded name of its state or province, "" where unknown.

    `weight` is how many live there, a tenth of them where the town was asked for by a name that is not its
    own: Amman was Philadelphia once.
    """

    country: str
    region: str
    latitude: float
    longitude: float
    weight: float

    @property
    def vector(self) -> tuple[float, float, float]:
        """The town as a point on a ball of radius 1, so that distances are differences."""
        up, across = math.radians(self.latitude), math.radians(self.longitude)
        return math.cos(up) * math.cos(across), math.cos(up) * math.sin(across), math.sin(up)


class _Towns(NamedTuple):
    names: Array  # folded, sorted; a name once for each of its towns, the largest first
    town: Array
    way: Array
    region: Array  # of each town
    latitude: Array
    longitude: Array
    people: Array
    regions: tuple[tuple[str, str], ...]  # country, folded name


@functools.cache
def digest() -> str:
    """What tells one edition of the gazetteer from another."""
    return hashlib.sha256(_packed()).hexdigest()[:16]


def _packed() -> bytes:
    return resources.files("matcher").joinpath("gazetteer.xz").read_bytes()


@functools.cache
def _towns() -> _Towns:
    file = io.BytesIO(lzma.decompress(_packed()))
    arrays = {name: np.load(file, allow_pickle=False) for name in ARRAYS}
    regions = (one.decode().partition(" ") for one in arrays.pop("regions"))
    names = np.array(arrays.pop("names").tobytes().split(b"\n"), dtype=f"S{LONGEST}")
    return _Towns(names=names, regions=tuple((code, name) for code, _, name in regions), **arrays)


@functools.lru_cache(maxsize=1 << 15)
def fold(name: str) -> str:
    """A name without case, accents, blanks and signs; "St." is "Saint"."""
    words = (_WORDS.get(word, word) for word in text.tokens(name.translate(_LETTERS)))
    if name.isascii():
        return "".join(words)
    marked = unicodedata.normalize("NFKD", "".join(words)).translate(_LETTERS)
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


@functools.cache
def _coded() -> Mapping[tuple[str, str], str]:
    """Folded names of states by country and folded code."""
    rows = text.vocabulary("places.csv")
    return {(row["country"], row["code"].lower()): fold(row["name"]) for row in rows if row["country"]}


@functools.cache
def _named() -> frozenset[tuple[str, str]]:
    return frozenset(_towns().regions)


def region_of(name: str, country: str) -> str | None:
    """The folded name of a region of this country that the gazetteer knows, by its name or a state's code."""
    folded = fold(name)
    folded = _coded().get((country, folded), folded)
    return folded if (country, folded) in _named() else None


def named(locality: str) -> tuple[Spot, ...]:
    """All towns that are called so."""
    return _called(fold(locality), short=False)


@functools.lru_cache(maxsize=1 << 15)
def _called(folded: str, *, short: bool) -> tuple[Spot, ...]:
    towns, wanted = _towns(), folded.encode()
    if not 1 < len(wanted) <= LONGEST:
        return ()
    start = int(np.searchsorted(towns.names, np.bytes_(wanted), side="left"))
    found = []
    while start < len(towns.names) and towns.names[start] == wanted:
        if (towns.way[start] == SHORT) == short:
            found.append(_spot(int(towns.town[start]), 0.1 if towns.way[start] == OTHER else 1))
        start += 1
    return tuple(found)


def _spot(town: int, share: float) -> Spot:
    towns = _towns()
    country, region = towns.regions[towns.region[town]]
    return Spot(
        country=country,
        region=region,
        latitude=int(towns.latitude[town]) / 100,
        longitude=int(towns.longitude[town]) / 100,
        weight=share * 2 ** (int(towns.people[town]) / 8),
    )


@functools.lru_cache(maxsize=1 << 15)
def find(
    locality: str, region: str | None = None, country: str | None = None, *, times: float | None = None
) -> Spot | None:
    """The town that is meant, in any spelling; None where no town, or more than one, could be.

    A region or country that is stated must be the town's; a region that the gazetteer does not know says
    nothing. Of several towns one is meant that has `times` the people of the others: DOMINANT, or
    DOMINANT_WITHIN where a region or a country is stated.
    """
    fitting = could_be(locality, region, country)
    if not fitting:
        return None
    stated = country or any(region_of(region or "", spot.country) for spot in fitting)
    return _meant(fitting, times or (DOMINANT_WITHIN if stated else DOMINANT))


def could_be(locality: str, region: str | None = None, country: str | None = None) -> list[Spot]:
    """Every town that is called so and contradicts neither the region nor the country that are stated."""
    folded, code = fold(locality), country.upper() if country else None
    for short in (False, True):
        if fitting := [spot for spot in _called(folded, short=short) if _fits(spot, region, code)]:
            return fitting
    return []


def _fits(spot: Spot, region: str | None, country: str | None) -> bool:
    if country and spot.country != country:
        return False
    known = region_of(region, spot.country) if region else None
    if known is None and region and not country:
        return not _elsewhere(region)
    return known is None or spot.region == known


@functools.lru_cache(maxsize=1 << 12)
def _elsewhere(region: str) -> bool:
    """Whether some country has a region of this name or code: then it is no region of any other."""
    folded = fold(region)
    return any(name == folded for _, name in _named()) or any(code == folded for _, code in _coded())


def _meant(fitting: list[Spot], times: float) -> Spot | None:
    largest, *others = sorted(fitting, key=lambda spot: -spot.weight)
    rivals = (other for other in others if kilometres(largest, other) > SAME)
    return largest if largest.weight >= times * next((rival.weight for rival in rivals), 0) else None


def is_town(name: str) -> bool:
    """Whether there is a town of this name that a word of another meaning would not be taken for."""
    return len(name) > 3 and fold(name).encode() in _large()


@functools.cache
def _large() -> frozenset[bytes]:
    """The names of the towns that are not small: titles ask of thousands of words whether they are towns."""
    towns = _towns()
    share = np.where(towns.way == OTHER, 0.1, 1)
    large = (share * 2 ** (towns.people[towns.town] / 8) >= SMALL) & (towns.way != SHORT)
    return frozenset(name for name in towns.names[large].tolist() if len(name) > 1)


def sure(town: str, region: str | None = None, country: str | None = None) -> Spot | None:
    """The town that nobody would take for another: DOMINANT, whatever is stated besides."""
    return find(town, region, country, times=DOMINANT)


def largest(town: str) -> str | None:
    """The country of the largest town of this name."""
    spots = named(town)
    return max(spots, key=lambda spot: spot.weight).country if spots else None


def weight(town: str, country: str) -> float:
    """How large the largest town of this name in a country is."""
    return max((spot.weight for spot in named(town) if spot.country == country), default=0)


def within(town: str, region: str | None, country: str | None) -> bool:
    """Whether a country, and its region if it is given, has a town of this name."""
    spots = [spot for spot in named(town) if spot.country == country]
    if not spots and town.lower().endswith(" city"):
        return within(town[:-5], region, country)
    known = region_of(region, country) if region and country else None
    return any(known in (None, spot.region) for spot in spots)


def meant(town: str, said: str) -> tuple[str | None, bool]:
    """The country that stands after a town, and whether it is said by a state of it: the town tells.

    "Amsterdam, NL" is no Newfoundland, "Atlanta, Georgia" not on the Black Sea. Where the town does not tell,
    a state of the United States is meant, and else it stays open.
    """
    readings = [(code.upper(), True) for code in sorted(places.countries_of(said), reverse=True)]
    if code := places.country(said):
        readings.append((code.upper(), False))
    told = [one for one in readings if find(town, said if one[1] else None, one[0])] or readings
    american = ("US", True)
    return told[0] if len(told) == 1 else (american if american in told else (None, False))


def kilometres(a: Spot, b: Spot) -> float:
    """How far apart two towns are, as the crow flies."""
    chord = math.dist(a.vector, b.vector)
    return 2 * EARTH * math.asin(min(1.0, chord / 2))


def chord(kilometres: float) -> float:
    """The straight line through the ball of radius 1 between two points of its surface that far apart."""
    return 2 * math.sin(min(kilometres / EARTH, math.pi) / 2)


@functools.cache
def _vectors() -> Array:
    towns = _towns()
    up, across = np.radians(towns.latitude / 100), np.radians(towns.longitude / 100)
    return np.stack([np.cos(up) * np.cos(across), np.cos(up) * np.sin(across), np.sin(up)], axis=1).astype(
        np.float32
    )


@functools.lru_cache(maxsize=256)
def reach(spot: Spot, within: float) -> frozenset[tuple[str, str]]:
    """Every (country, folded region), and every (country, ""), that has a town within so many kilometres."""
    towns = _towns()
    apart = ((_vectors() - np.array(spot.vector, dtype=np.float32)) ** 2).sum(axis=1)
    found = {towns.regions[at] for at in np.unique(towns.region[apart <= chord(within) ** 2])}
    return frozenset(found | {(country, "") for country, _ in found})
