"""A profile as it travels in a form: signed, so that what comes back is what we read."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from matcher import profile, terms

STALE = "This page was made by an earlier version of ours, or was damaged: paste your text once more."


class StaleProfile(ValueError):
    """The field is damaged or forged, or was made by another version or vocabulary."""


def sign(person: profile.Profile) -> str:
    """The profile as one field of a form; nobody else can make one, though anyone can read it."""
    return _serializer().dumps(profile.carried(person))


def read(field: str) -> profile.Profile:
    """The profile that was signed.

    :raise StaleProfile: when it is none of ours, or none by the vocabulary of today.
    """
    try:
        return profile.restored(_serializer().loads(field))
    except (BadData, ValueError) as error:
        raise StaleProfile from error


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"profile {terms.tables()}")
