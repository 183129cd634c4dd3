"""The language of an ad: told from its words, and not told where they do not say."""

from __future__ import annotations

import pytest

from matcher import language

ENGLISH = (
    "You answer the phones of our members and help them with their bills, their meters and their moves. "
    "We train you for six weeks, and you work with a team that likes what it does for people."
)
GERMAN = (
    "Sie beantworten die Anfragen unserer Kundinnen und Kunden am Telefon und per E-Mail, nehmen Bestellungen auf "
    "und finden f\u00fcr jedes Anliegen eine L\u00f6sung. Wir bieten Ihnen eine gr\u00fcndliche Einarbeitung und feste Zeiten."
)
FRENCH = (
    "Vous r\u00e9pondez aux appels de nos clients, vous prenez leurs commandes et vous trouvez une solution \u00e0 chaque "
    "demande. Nous vous formons pendant six semaines, avec une \u00e9quipe qui aime son m\u00e9tier et ses clients."
)


@pytest.mark.parametrize("words, told", [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr")])
def test_the_language_of_an_ad_is_told(words: str, told: str) -> None:
    assert language.of(words) == told


@pytest.mark.parametrize(
    "words",
    ["", "Call Center Agent", "Zendesk, Excel, Outlook", f"{ENGLISH}\n{GERMAN}", "7 " * 500, "\ud800" * 50],
)
def test_what_does_not_say_its_language_has_none(words: str) -> None:
    assert language.of(words) is None
