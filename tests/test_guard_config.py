"""What the pages must be told before they serve, and which secrets are none."""

from __future__ import annotations

from typing import Any

import pages
import pytest

import webapp
from webapp import guard

TOLD: dict[str, Any] = {
    "DATABASE_URL": "sqlite:////nowhere/rolecall.sqlite3",
    "INDEX_DIRECTORY": "/nowhere/index",
    "SHELF_DIRECTORY": "/nowhere/shelf",
    "SECRET_KEY": pages.SECRET,
    "CLOCK": lambda: pages.NOW,
}


@pytest.mark.parametrize("name", guard.REQUIRED)
def test_nothing_is_served_that_was_told_too_little(name: str) -> None:
    with pytest.raises(guard.WrongConfig, match=f"the pages need {name}"):
        webapp.create_app(TOLD | {name: None})


@pytest.mark.parametrize(
    "secret",
    [
        "dev",
        "secret",
        "change-me",
        "short-but-random-k3!",
        "a" * 64,
        "0" * 32,
        "ab" * 40,
        "change-me" * 8,
        "change-me" * 3 + "change-m",
        "secret" * 10,
        "dev" * 30,
        "dev-dev-dev-dev-dev-dev-dev-dev-dev-",
        "SECRET_KEY_SECRET_KEY_SECRET_KEY",
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "zyxwvutsrqponmlkjihgfedcba9876543210",
        "please-change-this-secret-key-before-production",
        "your-secret-key-here-your-secret-key",
        "this-is-not-a-secret-change-it-in-production",
        "django-insecure-change-me-change-me-please",
        "my super secret key for development only",
        "<insert a long random string here please>",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "passwordpassword1234passwordpassword",
        "secret                                  ",
        "\0" * 64,
    ],
)  # fmt: skip
def test_a_secret_that_anybody_could_guess_is_refused(secret: str) -> None:
    with pytest.raises(guard.WrongConfig, match="too easy to guess"):
        webapp.create_app(TOLD | {"SECRET_KEY": secret})


@pytest.mark.parametrize(
    "secret",
    [
        "b0f3c5d97a1e4862f9d3a7c15e80b246",
        "Zq3v-8kT_x0LrWm2uYbN5sHdJfGc7aEp",
        "9tZk!v#Qp2m$Lx8r^Wn4b&Hc6y*Jd1g(Fs3a)",
        "plum quartz ferry anvil sixty walrus",
        pages.SECRET,
    ],
)
def test_a_random_secret_is_taken(secret: str) -> None:
    guard.check(TOLD | {"SECRET_KEY": secret})  # or it raises
