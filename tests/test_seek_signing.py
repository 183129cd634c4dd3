from __future__ import annotations

from collections.abc import Iterator

import pages
import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from matcher import profile, terms
from webapp.seek import form, signing

TEXT = "Inbound calls in Spanish, Zendesk, three years in a call center. Looking for work by chat."


@pytest.fixture
def app() -> Iterator[Flask]:
    """Signing asks of an app its secret only."""
    made = Flask(__name__)
    made.config["SECRET_KEY"] = pages.SECRET
    with made.app_context():
        yield made


def test_what_was_signed_is_read_as_it_was(app: Flask) -> None:
    person = profile.read(TEXT)
    assert signing.read(signing.sign(person)) == person


def damaged(field: str) -> Iterator[str]:
    middle = len(field) // 2
    yield field[:middle] + ("A" if field[middle] != "A" else "B") + field[middle + 1 :]
    yield field[:-1]
    yield field + "x"
    yield field.rpartition(".")[0]
    yield ""
    yield "."
    yield "\x00é."
    yield URLSafeSerializer("another secret", salt="profile").dumps(profile.carried(profile.read(TEXT)))


def test_a_field_that_was_changed_or_made_elsewhere_is_refused(app: Flask) -> None:
    for field in damaged(signing.sign(profile.read(TEXT))):
        with pytest.raises(signing.StaleProfile):
            signing.read(field)


def test_a_field_of_another_vocabulary_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    field = signing.sign(profile.read(TEXT))
    with monkeypatch.context() as tomorrow:
        tomorrow.setitem(terms.SPELLINGS, "colour", "color")
        terms.tables.cache_clear()
        with pytest.raises(signing.StaleProfile):
            signing.read(field)
    terms.tables.cache_clear()
    assert signing.read(field) == profile.read(TEXT)


def test_a_signed_value_that_is_no_profile_is_refused(app: Flask) -> None:
    for value in ({}, [], None, {"terms": {"call": "NaN"}}, {"terms": 7}):
        with pytest.raises(signing.StaleProfile):
            signing.read(signing._serializer().dumps(value))


def distinct(letters: int) -> str:
    """Words of which none comes twice, `letters` characters in all."""
    made = " ".join(f"{chr(97 + n % 26)}{n * 7919:x}q{'z' * (n % 23)}" for n in range(letters // 10))
    return made[:letters]


@pytest.mark.parametrize(
    "text", [distinct(200_000), "inbound " * 25_000, "x" * 200_000, "客服" * 100_000, "é1 " * 66_000]
)
def test_the_field_fits_in_a_form_whatever_the_text(app: Flask, text: str) -> None:
    person = profile.read(text)
    field = signing.sign(person)
    assert len(field) < form.MOST_TEXT
    assert signing.read(field) == person
