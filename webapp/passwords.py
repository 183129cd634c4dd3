"""Passwords: which will do, their hashes, and whether one is right."""

from __future__ import annotations

import re
import threading
import unicodedata

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.security import check_password_hash, generate_password_hash

from webapp import turns

SHORTEST, LONGEST = 12, 200  # characters
FEWEST_SIGNS = 5  # different ones
FEWEST_LEFT = 5  # letters beside plain words
METHOD = "scrypt:32768:8:3"  # the least that OWASP asks for (2024): 32 MiB and 0.3 s a hash
AT_ONCE = 2  # hashes: a crowd at the door must not take the memory and the processors of all others
PATIENCE = 3.0  # seconds to wait for one's turn
PLAINEST = (  # what is tried first, letters and digits only; also where one stands several times
    "password passwort motdepasse contrasena letmein welcome admin administrator changeme default secret"
    " rolecall recruiter operator customerservice qwerty qwertyuiop asdfghjkl zxcvbnm iloveyou sunshine"
    " princess football baseball dragon monkey master superman trustno1 correcthorsebatterystaple"
    " abcdefghijklmnopqrstuvwxyz 01234567890123456789 98765432109876543210 1q2w3e4r5t6y7u8i9o0p"
).split()
NOBODY_S = f"{METHOD}$nobody${'0' * 128}"  # no password has this hash
_turn = threading.BoundedSemaphore(AT_ONCE)


def problem(password: str, name: str) -> str:
    """Why a password will not do for somebody, as a sentence; "" when it will."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters: take four random words, or more"
    folded = re.sub(r"[\W_]", "", _normal(password).casefold())
    if len(set(_normal(password).casefold())) < FEWEST_SIGNS or _plain(folded, name.casefold()):
        return "that password is among the first that anybody tries: take four random words, or more"
    return ""


def _plain(folded: str, name: str) -> bool:
    """Whether it is a row of keys, or plain words, the name, a year, and little else."""
    if any(len(folded) >= SHORTEST and folded in row for row in PLAINEST):
        return True
    rest = folded
    for word in sorted({*PLAINEST, re.sub(r"[\W_]", "", name)} - {""}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != folded and len(re.sub(r"\d", "", rest)) < FEWEST_LEFT


def hashed(password: str) -> str:
    """The hash of a password; its method, with the parameters, and its salt are in it."""
    return generate_password_hash(_normal(password), METHOD)


def right(password: str, kept: str | None) -> bool:
    """Whether a password is the one whose hash is kept; for nobody's (None) it takes as long to say no.

    :raise werkzeug.exceptions.ServiceUnavailable: when too many ask at once.
    """
    with turns.here.lent():
        if not _turn.acquire(timeout=PATIENCE):
            raise ServiceUnavailable
        try:
            found = check_password_hash(kept or NOBODY_S, _normal(password)[: LONGEST + 1])
        finally:
            _turn.release()
    return found and kept is not None


def _normal(password: str) -> str:
    """One way to write what keyboards write in several."""
    return unicodedata.normalize("NFKC", password)
