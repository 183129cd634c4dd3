"""Where people may live who do work from home, as one string of several countries and parts of the world."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.clean import html, place
from crawler.items import Place

_ONLY = re.compile(r"\s+only$", re.I)  # "USA Only"


def read(raw: object) -> tuple[Place, ...]:
    """The areas of "UK, USA" or "EMEA,  Canada": each a place, with a country where it names one.

    An area is no town: "CST (UTC-6)" beside "USA" names none, and "Berlin, Germany" is Germany.
    """
    parts = (html.line(part, 300) for part in html.line(raw, 2000).split(","))
    areas = [
        replace(area, text=part, address_locality=None)
        for part in parts
        for area in place.read(_ONLY.sub("", part))[:1]
    ]
    return tuple(dict.fromkeys(areas))
