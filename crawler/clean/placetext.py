"""The places that one piece of a location says: "Hybrid in Reno, NV", "US-NY-New York", "GB, Leeds, LS2"."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from crawler.clean import placelists, placenames, placeparts
from crawler.clean.placenames import EDGES
from crawler.items import Place
from matcher import gazetteer

Places = Sequence[Place]

_MORE = re.compile(r"[(\s]*\+\s?\d{1,3}\s(?:more|locations?|others?)\)?.{0,60}$|\sja\s\d{1,3}\smuuta\b", re.I)
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_ENCLOSED = re.compile(r"^\(([^()]*)\)$")
_COUNTRY_IN_BRACKETS = re.compile(r"^\((USA?|UK)\)\s")
WITHIN = re.compile(
    r"^\s*(?:fully\s)?(?:remote|hybrid|on-?site)\s*[-–—,:]?\s*[(\[]([^()\[\]]+)[)\]]\s*$", re.I
)
LEAD = re.compile(  # what stands before a place
    r"^\W*(?:(?:open\sto|for)\s(?:candidates|applicants|residents)\s(?:in|from|of)|(?:candidates|applicants)\s(?:in|from)"
    r"|residents?\s(?:in|of)|(?:must\s)?(?:be\s)?(?:live|living|reside|residing|located|based)\s(?:in|within)"
    r"|anywhere\sin|near|nearby|close\sto|within\s\d{1,3}\s(?:miles|mi|km)\sof)\s+(?:the\s)?",
    re.I,
)
_WORKPLACE = re.compile(
    r"\b(?:hybrid\s(?:remote|work)(?:\sin)?|(?:fully\s|100%\s)?remote(?:[\s-](?:work|friendly|accepted|first))?"
    r"(?:\s(?:in|from|within))?(?:\sthe)?|rem(?=$)|hybrid|on-?site|offsite/home|in-office|telecommute"
    r"|work(?:ing)?\s(?:from|at)\shome|home[\s-]?based|werk\svan\sthuis|timezones?|t[ée]l[ée]travail|teletrabajo"
    r"|remot[oa]|h[íi]brid[oa]|presencial|zdalnie|hybrydowo)\b",
    re.I,
)
_REMOTE = re.compile(r"\bremote|\bhome\b|\brem$", re.I)
_AREAS = re.compile(r"^(?:AMER|APAC|EMEA|LATAM|EMEIA|NAMER)\s-\s")
_COMMAS = (  # what stands for a comma, or has one too many
    (re.compile(r"\s*(?:\.{3}|…)\s*(?=\w)"), ", "),
    (re.compile(r"^([A-Z][a-zé]{3,12})\s\d{1,2}(?:er?|ème)?(?=,|$|\s-\s)"), r"\1"),  # "Dublin 4, Ireland"
    (re.compile(r"^(K[øo]benhavn|Copenhagen)\s(?:[KVNSØ]|[NS][VØ])(?=,|$)"), r"\1"),
    (re.compile(r"\b(Bogot[áa]),?\sD\.?C\b\.?"), r"\1"),
    (re.compile(r"(?<=[A-Z.])\s(?:US|USA|United States)$"), ", US"),
    (
        re.compile(r"\b(\w+),\s*((?:[\w']+\s){0,3}(?:Republic|State)\sof(?:\sthe)?)(?=,|$)", re.I),
        r"\2 \1",
    ),
    (re.compile(r"(?<=[a-z])\.\s(?=[A-Z]{2}$)"), ", "),  # "Minneapolis. MN"
    (re.compile(r"^(US|USA|U\.S\.A?\.?|United States|GB|UK|Canada)\s*[-–]\s*(?=\S)"), r"\1, "),
    (re.compile(r"\s[-–—]\s(US|USA|United States|UK|United Kingdom)$"), r", \1"),
    (re.compile(r"(,\s?[A-Z]{2})\s[-–—]\s.*$"), r"\1"),  # "Columbus, OH - Data Center"
)
_OUTWARD = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]?$")
_CODES = re.compile(r"^(?:([A-Z]{2})-|([A-Z]{3})(?:-|\s(?=[A-Z][a-z])))\s?(?=[^\s,])")
_SPACED = re.compile(r"^USA? ([A-Z]{2}) ([A-Za-z .'-]+)")
_METRO = re.compile(r"(?:\sMetro(?:politan)?|(?<=\bSan Francisco)\sBay|(?<=\bSF)\sBay)\sArea$")
_GREATER = re.compile(r"^Greater\s(.{3,40})\sArea$")
_AROUND = re.compile(r"\s(?:and|&)\s(?:the\s)?surrounding\sareas?.*$", re.I)
_SHOP = re.compile(r"^([A-Z][A-Za-z .']{2,40})-\d")


@functools.lru_cache(maxsize=4096)  # a night has ten times as many postings as places
def read(text: str) -> Places:
    """The places of a piece, each with the words that say it; one without fields where they say nothing."""
    inner = WITHIN.match(text) or _ENCLOSED.match(text)
    bare = _COUNTRY_IN_BRACKETS.sub(r"\1 ", _MORE.sub("", inner[1] if inner else text))
    bare = _BRACKETS.sub(" ", bare) if "(" in bare or "[" in bare else bare
    words = " ".join(_WORKPLACE.sub(",", bare).split()).strip(EDGES)
    remote = bool(_REMOTE.search(text))
    words = LEAD.sub("", _METRO.sub("", _AREAS.sub("", words)))
    words = _GREATER.sub(r"\1", words)
    for shape in _SHAPES:
        if (found := shape(Place(text=text), words)) is not None:
            return [placenames.filled(found)]
    return _commas(text, words, remote=remote)


def _commas(text: str, words: str, *, remote: bool) -> Places:
    british = words[:3] in ("GB,", "UK,")
    for pattern, comma in _COMMAS if not british else ():
        words = pattern.sub(comma, words)
    parts = [part for piece in words.split(",") if (part := piece.strip(EDGES))]
    if len(parts) > 2 and parts[-1].endswith(("…", "...")) and not placenames.cut_country(parts[-1]):
        parts.pop()
    british = british and not all(map(placenames.country, parts))  # "UK, Ireland" are two
    parts = parts if british else placelists.cleared(parts)
    if british and len(parts) > 1:
        return _british(text, parts)
    if several := placelists.read(parts, remote=remote):
        return [placenames.filled(place) for place in several]
    names = placelists.between(parts[0]) if parts else []
    each = [placeparts.read(Place(text=name), [name, *parts[1:]], remote=remote) for name in names]
    if len(each) > 1 and all(map(placenames.is_known, each)):
        return each
    return [placeparts.read(Place(text=text), parts, remote=remote)]


def _codes(place: Place, words: str) -> Place | None:
    """Read "AE-ABU DHABI-AL GHAITH YARD", "US-NY-New York", "IND Bangalore - EGL D", by the country's towns.

    "CA-San Diego" and "TX-Austin" are states of the United States: their towns tell.
    """
    found = _CODES.match(words)
    if not found:
        return None
    code, segments = found[1] or found[2], words[found.end() :].split("-")
    country = placenames.country(code)
    read = _segments(replace(place, address_country=country), segments, country) if country else None
    if read and read.address_locality:
        return read
    state = placenames.state(code, "US")[1]
    if state and (town := _longest(segments, 0, state, "US")):
        return replace(place, address_country="US", address_region=state, address_locality=town)
    return read if read and (len(code) == 2 or read.address_region) else None


def _segments(place: Place, segments: list[str], country: str) -> Place:
    state = placenames.state(segments[0].strip(), country)[1]
    if state or (not placenames.has_states(country) and re.fullmatch(r"[A-Z]{2,3}", segments[0])):
        place = replace(place, address_region=state or (segments[0] if len(segments) > 1 else None))
        segments = segments[1:]
    known = [
        town for start in range(min(len(segments), 2)) if (town := _longest(segments, start, state, country))
    ]
    if known:
        return replace(place, address_locality=max(known, key=lambda town: gazetteer.weight(town, country)))
    only = placenames.plausible(segments[0]) if len(segments) == 1 and state else None
    return replace(place, address_locality=only)


def _longest(segments: list[str], start: int, state: str | None, country: str) -> str | None:
    """The town that most of the segments from `start` name together: "CONDE-SUR-NOIREAU"."""
    ends = range(min(len(segments), start + 4), start, -1)
    towns = ("-".join(segments[start:end]).strip() for end in ends)
    return next(
        (town for town in towns if gazetteer.within(town, state, country) or placenames.short(town)), None
    )


def _spaced(place: Place, words: str) -> Place | None:
    """Read "US TX DESOTO 06938 WAREHOUSE", "US CA San Mateo"."""
    found = _SPACED.match(words)
    state = placenames.state(found[1], "US")[1] if found else None
    if not found or not state:
        return None
    town = found[2].strip()
    known = town if gazetteer.within(town, state, "US") else None
    return replace(place, address_country="US", address_region=state, address_locality=known)


def _shop(place: Place, words: str) -> Place | None:
    """Read "Richardson-909 E Collins Blvd", where the town is sure."""
    found = _SHOP.match(words)
    return replace(place, address_locality=found[1]) if found and gazetteer.sure(found[1]) else None


def _dashed(place: Place, words: str) -> Place | None:
    """Read "United States - California - Foster City", "Canada - Ontario", "FL - New Smyrna Beach"."""
    parts = [part for piece in words.split(" - ") if (part := piece.strip(EDGES))]
    if len(parts) < 2 or "," in words:
        return None
    if placenames.country(parts[0]) and (len(parts[0]) > 2 or parts[0] in ("US", "UK", "GB")):
        return placeparts.country_first(place, parts)
    country, state = placenames.state(parts[0], None)
    if state and len(parts) == 2 and (len(parts[0]) > 3 or not placenames.is_code(state)):
        town = placenames.plausible(parts[1])
        return replace(place, address_region=state, address_country=country, address_locality=town)
    code = placenames.country(parts[-1]) if len(parts[-1]) > 2 else None
    if not code:
        return None
    town = placenames.plausible(parts[0]) if gazetteer.within(parts[0], None, code) else None
    return replace(place, address_country=code, address_locality=town)


_SHAPES: tuple[Callable[[Place, str], Place | None], ...] = (_codes, _spaced, _shop, _dashed)


def _british(text: str, parts: list[str]) -> Places:
    """Read "GB, Quarry House, Leeds, LS2 7UE": the part before the postcode is the town, or names several."""
    rest, postal = placeparts.postal_of(parts[1:])
    if not postal and rest and _OUTWARD.match(rest[-1]):
        rest, postal = rest[:-1], rest[-1]
    rest = placeparts.postal_of(rest)[0] if postal else rest
    rest = [placenames.without_county(_AROUND.sub("", part)) for part in rest]
    rest = [part for part in rest if not placenames.county(part) and placenames.country(part) != "GB"]
    place = Place(text=text, address_country="GB", postal_code=postal)
    towns = placelists.british(rest)
    if len(towns) > 1:
        return [replace(place, text=town, address_locality=town, postal_code=None) for town in towns]
    return [replace(place, address_locality=towns[0] if towns else None)]
