"""Private addresses: how one is made, what is stored of it, and how what stands there is deleted for good."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any

from werkzeug.wrappers import Response

from db import scrubbing, session
from webapp import memory

log = logging.getLogger(__name__)
PATIENCE = 2.0  # seconds to wait for another writer


def address() -> str:
    """A new private address: 128 random bits in 22 letters."""
    return secrets.token_urlsafe(16)


def digest(token: str) -> str:
    """What is stored of a private address."""
    return hashlib.sha256(token.encode()).hexdigest()


def writing() -> Any:
    """A session that writes, soon or not at all; raises session.Unusable."""
    return memory.writing(PATIENCE)


def scrub(what: str) -> None:
    """Take what was just deleted out of the log of an SQLite file too, unless somebody reads there."""
    try:
        emptied = scrubbing.empty_log(memory.here().engines, patience=PATIENCE)
    except session.Unusable as error:
        log.warning("log of the database not emptied reason=%s", error)
    else:
        log.info("%s deleted emptied=%s", what, emptied)


def unlisted(page: Response) -> Response:
    """For nobody's index; that no one keeps it or tells where it was is said of every page."""
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
