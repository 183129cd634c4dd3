"""The language that an ad is written in, told from its letters; nothing where the text does not say."""

from __future__ import annotations

import functools
import re
from typing import Any

FEWEST = 20  # words; with fewer, names of places and products decide
MOST = 6_000  # characters; what follows is seldom in another language
_ENGLISH = frozenset("the and to with for you our your will are that this from be have".split())
_SHARE = 0.12  # of the words: three quarters of our English ads are above it, and no other language's
# By these a text of a few words shows its language; none is an English word.
_FUNCTION = {
    "French": "je suis et le les des du une pour avec dans mes nous vous sur est ans chez emploi cherche",
    "Spanish": "soy yo el los las una para por mi mis con tengo estoy busco trabajo y años experiencia muy",
    "Portuguese": "sou eu os uma para por meu minha com tenho estou procuro trabalho anos em não e",
    "German": "ich bin und mit der das den ein eine einen für auf meine habe suche als zu im jahre",
    "Italian": "sono io il gli una per mio mia con ho cerco lavoro anni di che nel della e",
    "Dutch": "ik ben een het en van met voor mijn heb zoek werk jaar bij naar wij niet",
    "Swedish": "jag är och en ett för på som med har söker jobb år inom av att",
    "Finnish": "olen ja minulla kanssa etsin työtä haen vuotta joka sekä on asiakaspalvelussa kokemusta",
    "Polish": "jestem i w z na dla oraz szukam pracy lat moje się nie mam doświadczenie",
}
_FUNCTIONS = {language: frozenset(words.split()) for language, words in _FUNCTION.items()}
FUNCTION_WORDS = frozenset[str]().union(*_FUNCTIONS.values()) - {"on"}
_FOREIGN = 0.15  # of the words of a text
_FEWEST_FOREIGN = 3  # different ones
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


def foreign(words: list[str]) -> str:
    """The language of the words of a person's text where it is plainly another one, "" if it may be English.

    By its smallest words alone, which take no model: a search waits for this.
    """
    said = {language: [word for word in words if word in own] for language, own in _FUNCTIONS.items()}
    language = max(said, key=lambda one: len(said[one]))
    found, english = said[language], sum(word in _ENGLISH for word in words)
    plain = len(set(found)) >= _FEWEST_FOREIGN and len(found) >= _FOREIGN * len(words)
    return language if plain and len(found) > english else ""


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
