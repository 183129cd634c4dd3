"""The language of an ad: told from its words, and not told where they do not say."""

from __future__ import annotations

import pytest

from matcher import language, text

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
    "words, told",
    [
        ("Je suis agente, je cherche un emploi de service", "French"),
        ("Busco trabajo, tengo cinco años de experiencia con clientes", "Spanish"),
        ("Ich suche eine Stelle im Kundenservice", "German"),
        ("Olen asiakaspalvelija ja etsin työtä", "Finnish"),
        (FRENCH, "French"),
        (GERMAN, "German"),
        (ENGLISH, ""),
        ("Front desk at La Quinta, Los Angeles, and El Paso", ""),
        ("Bilingual: “Busco trabajo” is what I said, and now I work in English for the people of a bank", ""),
        ("suis", ""),
        ("", ""),
    ],
)
def test_a_person_who_writes_another_language_is_told_by_its_small_words(words: str, told: str) -> None:
    assert language.foreign(text.tokens(words)) == told


@pytest.mark.parametrize(
    "words",
    ["", "Call Center Agent", "Zendesk, Excel, Outlook", f"{ENGLISH}\n{GERMAN}", "7 " * 500, "\ud800" * 50],
)
def test_what_does_not_say_its_language_has_none(words: str) -> None:
    assert language.of(words) is None
