"""The employer's own numbers for an opening, as a text names them: "Job ID 1234", "Ref: AB-123"."""

from __future__ import annotations

import re

from matcher import cues

MAX_CHARACTERS = 60_000  # of a text; the number stands at its head or foot

_KIND = r"(?:ID|No\.?|Number|Num\.?|Nr\.?|Code|Ref(?:erence)?\.?|#)"
_SAYS = re.compile(
    r"(?:(?:job|vacancy|position|posting|post(?!\s?code)|req(?:uisition)?)"
    rf"(?:\srequisition|\sposting|\svacancy|\sopening)?\s?{_KIND}(?:\s?{_KIND})?"
    r"|req(?:uisition)?\b\.?"
    # "Ref" alone is a word of prose: a sign follows, or letters and digits that are no word.
    rf"|ref(?:erence)?\.?(?:\s{_KIND})?(?:(?=\s?[:#])|(?=\s(?-i:[A-Z]{{1,6}}[-/]?\d{{3}}))))"
    r"(?:\s?(?:[:#.–-]|is\b)){0,3}\s{0,3}\(?"
    r"(?=[A-Za-z\d/_.-]{0,29}\d)([A-Za-z\d][A-Za-z\d/_.-]{2,29})(?![*\w@])",
    re.I | re.A,
)
_TITLED = re.compile(r"(?:\b(?:job|req|ref|id)\W{0,3}|#\s?)(\d{4,12})\b|\[\D{0,12}(\d{4,12})\]", re.I | re.A)
_FOUR_DIGITS = re.compile(r"\d{4}", re.A)
_ADDRESSED = re.compile(
    r"_((?:R|JR|REQ)-?\d{4,10})(?:-\d{1,2})?/?(?:[?#]|\Z)"
    r"|[?&](?:[a-z_]{0,20}req(?:uisition)?_?(?:id|no|number)?|vacancy_?(?:id|no)|codvaga)=([a-z]{0,4}-?\d{4,12})\b",
    re.I | re.A,
)
_DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](?:\d\d|\d{4})")


def find(raw: str) -> tuple[str, ...]:
    """The numbers that a text names, as written and in its order, each once; no masks and no dates."""
    raw = raw[:MAX_CHARACTERS]
    starts = sorted(cues.places(raw, cues.NUMBERS))
    starts = [at for at in starts if at == 0 or not (raw[at - 1].isalnum() or raw[at - 1] == "/")]
    found = (_SAYS.match(raw, at) for at in starts)
    named: dict[str, str] = {}
    for match in found:
        if match and (number := _number(match[1])):
            named.setdefault(key(number), number)
    return tuple(named.values())


def find_in_address(url: str) -> tuple[str, ...]:
    """The number in a posting's address, where it is the employer's: "…/Agent_R160424-1", "?jobReqId=4711".

    What a board adds for a second posting ("-1") is left out.
    """
    found = _ADDRESSED.search(url[:MAX_CHARACTERS])
    return (found[1] or found[2],) if found else ()


def find_in_title(title: str) -> tuple[str, ...]:
    """The numbers in a title, where a sign or a bracket is enough: "Agent #20231", "Agent [ID 20231]"."""
    if not _FOUR_DIGITS.search(title):
        return ()
    return tuple(match[1] or match[2] for match in _TITLED.finditer(title))


def key(number: str) -> str:
    """What two writings of one number share: its letters and digits, small."""
    return re.sub(r"[^a-z0-9]", "", number.lower())


def _number(words: str) -> str | None:
    words = words.rstrip("/_.-")
    digits = sum(character.isdigit() for character in words)
    if digits < 2 or len(words) < 4 or _DATE.fullmatch(words):
        return None
    return words
