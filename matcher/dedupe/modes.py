"""Where the work is done, as a title, a field or a text states it: at home, on site, or by turns."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from matcher import cues, text

_MODE = re.compile(
    r"(?<![^ \n])(?:(?P<home>wfh|home ?based|work(?:ing)? (?:from|at) home|remote(?:ly)?)"
    r"|(?P<onsite>(?:work(?:ing)? )?on ?site|office based)|(?P<hybrid>hybrid))(?![^ \n])"
)
# Words of which one stands in all that it finds: of most phrases that is enough to ask.
WORDS = frozenset("wfh home homebased remote remotely onsite site office hybrid".split())
# A text speaks of many things; it states its own set-up where one of these stands before or behind it.
_BEFORE = re.compile(
    r"(?:fully|purely|strictly|permanent(?:ly)?|100|set ?up(?: is)?|arrangement(?: is)?"
    r"|(?:this|it) is(?: an?)?|(?:position|role|job|work) (?:type|is)(?: an?)?) $"
)
_BEHIND = re.compile(
    r" (?:work )?(?:set ?up|arrangement|position|role|job|opportunity"
    r"|(?:at|in) our (?:\w+ )?office)(?![^ \n])"
)
# Tried only where one of these stands, or "work" a little before: over every letter of a text it is slow.
_CORES = ("home", "wfh", "remote", "onsite", "on site", "office based", "hybrid")
_WORK = len("working from ")


def _found(words: str) -> Iterator[re.Match[str]]:
    cores = cues.starts(words, _CORES)
    works = [words.rfind("work", max(0, at - _WORK), at) for at in cores]
    return cues.found_at(_MODE, words, [at for at in (*cores, *works) if at >= 0])


@functools.lru_cache(maxsize=1 << 16)
def titled(title: str) -> frozenset[str]:
    """The modes that a title names."""
    return told(" ".join(text.tokens(title)))


def told(words: str) -> frozenset[str]:
    """The modes that lower-case words name: "home", "onsite", "hybrid", which stands for all it names."""
    if WORDS.isdisjoint(words.split()):
        return frozenset()
    found = frozenset(match.lastgroup or "" for match in _found(words))
    return frozenset(("hybrid",)) if "hybrid" in found or len(found) > 1 else found


def stated(normal: str) -> frozenset[str]:
    """The mode that a text (a sentence a line) states of its own job; none where it states several."""
    found = frozenset(
        match.lastgroup or ""
        for match in _found(normal)
        if _BEFORE.search(normal, max(0, match.start() - 30), match.start())
        or _BEHIND.match(normal, match.end())
    )
    return found if len(found) == 1 else frozenset()


def of(title: str, field: str | None, normal: str) -> frozenset[str]:
    """Where an ad's work is done: by its title, else its field, else its text."""
    return titled(title) or told(field or "") or stated(normal)
