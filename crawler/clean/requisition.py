"""The employer's own number for an opening, where a text gives exactly one: "Job ID 1234", "Ref: AB-123"."""

from __future__ import annotations

import re

MAX_CHARACTERS = 60_000  # of the text; the number stands at its head or foot

_NUMBER = r"(?:ID|No\.?|Number|Nr\.?|Code|Ref(?:erence)?|#)"
_SAYS = re.compile(
    r"(?:\b(?:job|vacancy|position|posting|post|req(?:uisition)?)"
    rf"(?:\srequisition|\sposting|\svacancy|\sopening)?\s?{_NUMBER}(?:\s?{_NUMBER})?"
    rf"|\breq(?:uisition)?\b\.?|\bref(?:erence)?(?:\s{_NUMBER})?"
    r"(?=\s?[:#]))"
    r"\s?(?:[:#.–-]|is\b){0,3}\s{0,3}\(?"
    r"(?=[A-Za-z\d/_.-]{0,29}\d)([A-Za-z\d][A-Za-z\d/_.-]{2,29})(?![*\w@])",
    re.I,
)
_DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:\d\d|\d{4})")


def read(text: str) -> str | None:
    """The number, as written; None when the text gives none, or two that differ, or only a mask or a date."""
    found = {number for match in _SAYS.finditer(text[:MAX_CHARACTERS]) if (number := _number(match[1]))}
    return found.pop() if len(found) == 1 else None


def _number(words: str) -> str | None:
    words = words.rstrip("/_.-")
    digits = sum(character.isdigit() for character in words)
    if digits < 2 or len(words) < 4 or _DATE.fullmatch(words):
        return None
    return words
