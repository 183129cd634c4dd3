"""The language that an ad is written in, told from its letters; nothing where the text does not say."""

from __future__ import annotations

import functools
import re
from typing import Any

FEWEST = 20  # words; with fewer, names of places and products decide
MOST = 6_000  # characters; what follows is seldom in another language
_ENGLISH = frozenset("the and to with for you our your will are that this from be have".split())
_SHARE = 0.12  # of the words: three quarters of our English ads are above it, and no other language's
_MARKUP = re.compile(r"https?://\S+|\S+@\S+|[\d_]+")


def of(text: str) -> str | None:
    """The language of a text, in ISO 639 ("en", "fr"); None where it is short or its halves do not agree.

    The halves of an ad in two languages do not, nor those of a list of product names. Told by py3langid, the
    naive Bayes over byte n-grams of Lui and Baldwin, "langid.py" (ACL 2012).
    """
    words = _MARKUP.sub(" ", text[:MOST]).split()
    if len(words) < FEWEST:
        return None
    middle = len(words) // 2
    first, second = (_told(half) for half in (words[:middle], words[middle:]))
    return first if first == second else None


def _told(words: list[str]) -> str:
    """The language of these words; plain English needs no model, which takes a hundred times as long."""
    if sum(word.lower() in _ENGLISH for word in words) >= _SHARE * len(words):
        return "en"
    return str(_identifier().classify(" ".join(words))[0])


@functools.cache
def _identifier() -> Any:
    """Its model, read when it is first needed: that takes a second, and a night without news needs none."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE)
