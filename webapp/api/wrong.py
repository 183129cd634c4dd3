"""What pydantic finds wrong in a request, in words that say what to send instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.api import asks

UNKNOWN = "There is nothing of this name: /api/v1/openapi.json says what this operation takes"
OBJECT = "Send a JSON object"
WHOLE, FLAG, DAY = "Write a whole number", "Write true or false", "Write a day, such as 2026-11-21"
WORDS: Mapping[str, str] = {  # pydantic's names; in braces what it knows of them
    "missing": "This is needed, and missing",
    "extra_forbidden": UNKNOWN,
    "greater_than_equal": "Write {ge} or more",
    "less_than_equal": "Write {le} or less",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "bool_type": FLAG,
    "bool_parsing": FLAG,
    "date_type": DAY,
    "date_from_datetime_parsing": DAY,
    "literal_error": "Write {expected}",
    "string_type": "Write a string",
    "string_unicode": "Write a string in Unicode: there is half a character in this one",
    "string_too_short": "Write something: this is empty",
    "string_too_long": "Write {max_length} characters or fewer",
    "model_type": OBJECT,
}
PATTERNS: Mapping[str, str] = {
    asks.NO_NUL: "Leave out the character NUL",
    asks.WORDS: "Write some words, without the character NUL",
    asks.AMOUNT: "Write a number, such as 18 or 18.50",
    asks.CURRENCY: "Write three capital letters, such as USD",
}


def said(error: Mapping[str, Any]) -> str:
    """What to send instead of something that pydantic refused; its own words where we have none."""
    kind, told = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(told["pattern"], error["msg"])
    return WORDS[kind].format(**told) if kind in WORDS else str(error["msg"])
