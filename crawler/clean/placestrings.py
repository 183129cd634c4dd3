"""Several places in one string: cut into pieces, each read by itself, and then in the light of the others."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.clean import html, placenames, placetext
from crawler.clean.placenames import EDGES
from crawler.items import Place
from matcher import gazetteer

MOST = 50  # places

_LABEL = re.compile(r"^\s*(?:job\s)?locations?\s*[:\n]\s*", re.I)
_ADVERTISED = re.compile(r"^[^•]*•\s*([^•]+?)\s*•\s*via\s", re.I)  # a firm, the place, and who passed it on
_SEPARATORS = re.compile(
    r"\s*(?:;|\|+|•|\n(?!\s*\())\s*|\s+/\s+|\s+[oO]r\s+|(?<!,)\s+OR\s+"
    r"|(?<=[A-Z]{2})/(?=[A-Z][a-z])"  # "Sunnyvale, CA/San Francisco, CA"
    r"|(?<=,\s[A-Z]{2})\s+(?:(?:and|-)\s+)?(?=[A-Z][^,|;]{2,30},\s[A-Z]{2}\b)"
    r"|,\s*(?=(?:US|UK|CA|Canada)\s?-\s?[A-Z])"
)
_LINES = re.compile(r"\s*\n\s*")
_EXCEPT = re.compile(  # what follows is where one may not be, or only goes to
    r"\b(?:except(?:\sfor|ing)?|exclud(?:es|ed|ing)|(?:any|every)where\sbut|but\snot|other\sthan"
    r"|not\s(?:available\s)?in|(?-i:no\s(?=[A-Z]{2}\b))|travel(?:s|ling|ing)?\sto|reports?\sto|reporting\sto)\b"
    r"[^;|\n()\[\]]*",
    re.I,
)
_AND = re.compile(r"\s*(?:,(?:\s*(?:or|and|&)\s)?|\b(?:or|and)\b|&|/)\s*", re.I)
_OR = re.compile(r"\s*(?:[;|]|\bor\b)\s*", re.I)
_MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf]")


def read(words: str) -> list[Place]:
    """The places of a string, each as stated; none has fields that says only where one may not be."""
    words = _tidy(words)
    said = _EXCEPT.sub("", words) if _EXCEPT.search(words) else words
    if found := _states(said):
        return found
    pieces = _parts(said)
    if words and not pieces and said != words:
        return [Place(text=html.line(words, 1000))]
    places = [place for piece in pieces for place in placetext.read(piece)]
    return _together(places) if len(places) > 1 else places


def _tidy(words: str) -> str:
    """A string without tags, the label before it, and what stands around the place."""
    if _MOJIBAKE.search(words):
        words = _mended(words)
    words = html.text(_LABEL.sub("", words, count=1))
    found = _ADVERTISED.match(words) or placetext.WITHIN.match(words)
    return found[1] if found else words


def _states(words: str) -> list[Place]:
    """Read "must live in TX, FL or AZ", "Open to candidates in Ohio and Texas": two states or more."""
    bare = placetext.LEAD.sub("", words)
    between = _OR if ";" in bare or "|" in bare else _AND  # "New York, New York; Ohio" has a town
    names = [name for part in between.split(bare) if (name := part.strip(EDGES))]
    codes = [placenames.state(name, "US")[1] for name in names]
    if not all(codes) or len(codes) < (2 if bare != words else 3) or len(set(codes)) < len(codes):
        return []
    return [
        Place(text=name, address_region=code, address_country="US")
        for name, code in zip(names, codes, strict=True)
    ][:MOST]


def _parts(words: str) -> list[str]:
    """A string cut into its places: at ";", "|", "•", line breaks, " / " and "or"; "GB, …" is one address."""
    one = words[:3] in ("GB,", "UK,")  # "GB, Ipswich or Colchester, IP4 5PD" shares one postcode
    parts = (html.line(part, 1000) for part in (_LINES if one else _SEPARATORS).split(words))
    return [part for part in parts if any(character.isalnum() for character in part)][:MOST]


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
        (region, country) for region, country in beside if region and gazetteer.within(town, region, country)
    ]
    if len(fitting) == 1:
        return replace(place, address_region=fitting[0][0], address_country=fitting[0][1])
    if (country := gazetteer.largest(town)) in countries:
        return placenames.filled(replace(place, address_country=country))
    return place
