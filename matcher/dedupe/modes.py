"""Where the work is done, as a title, a field or a text states it: at home, on site, or by turns."""

from __future__ import annotations

import re

_MODE = re.compile(
    r"(?<![^ \n])(?:(?P<home>wfh|home ?based|work(?:ing)? (?:from|at) home|remote(?:ly)?)"
    r"|(?P<onsite>(?:work(?:ing)? )?on ?site|office based)|(?P<hybrid>hybrid))(?![^ \n])"
)
# A text speaks of many things; it states its own set-up where one of these stands before or behind it.
_BEFORE = re.compile(
    r"(?:fully|purely|strictly|permanent(?:ly)?|100|set ?up(?: is)?|arrangement(?: is)?"
    r"|(?:this|it) is(?: an?)?|(?:position|role|job|work) (?:type|is)(?: an?)?) $"
)
_BEHIND = re.compile(
    r" (?:work )?(?:set ?up|arrangement|position|role|job|opportunity"
    r"|(?:at|in) our (?:\w+ )?office)(?![^ \n])"
)
_HINT = re.compile(r"home|wfh|remote|site|office|hybrid")


def told(words: str) -> frozenset[str]:
    """The modes that lower-case words name: "home", "onsite", "hybrid", which stands for all it names."""
    if not _HINT.search(words):
        return frozenset()
    found = frozenset(match.lastgroup or "" for match in _MODE.finditer(words))
    return frozenset(("hybrid",)) if "hybrid" in found or len(found) > 1 else found


def stated(normal: str) -> frozenset[str]:
    """The mode that a text (a sentence a line) states of its own job; none where it states several."""
    if not _HINT.search(normal):
        return frozenset()
    found = frozenset(
        match.lastgroup or ""
        for match in _MODE.finditer(normal)
        if _BEFORE.search(normal, max(0, match.start() - 30), match.start())
        or _BEHIND.match(normal, match.end())
    )
    return found if len(found) == 1 else frozenset()


def of(title: str, field: str | None, normal: str) -> frozenset[str]:
    """Where an ad's work is done: by its title, else its field, else its text."""
    return told(title) or told(field or "") or stated(normal)
