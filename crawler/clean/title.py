"""A job's title as a person would write it: one line, without stars, pictures and glitter around it."""

from __future__ import annotations

import re

from crawler.clean import html

MAX_CHARACTERS = 300

_GLITTER = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u20e3\u25a0-\u25ff\U0001f000-\U0001faff]+|\\*{2,}|[_=~]{2,}"
)
_EDGES = " *~_=|•·-–—:,;>"  # never "#", "+", "." or a bracket: "C#", "C++", "Sr.", "(m/w/d)"
_NOTHING = frozenset(("nan", "none", "null", "n/a", "none available", "untitled"))


def clean(raw: object) -> str:
    """The title to show, at most 300 characters; "" when nothing is there. Idempotent, never raises."""
    words = " ".join(_GLITTER.sub(" ", html.line(raw, 2 * MAX_CHARACTERS)).split())
    words = words.strip(_EDGES)[:MAX_CHARACTERS].rstrip(_EDGES)
    return "" if words.lower() in _NOTHING else words
