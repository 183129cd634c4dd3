"""How events are written: a line each, to standard error."""

from __future__ import annotations

import logging
import sys

FLOORS = ("rolecall", "crawler", "matcher", "webapp", "db")


def begin(level: str) -> None:
    """Our own floors speak from `level` on, libraries from WARNING on."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr, force=True
    )
    for floor in FLOORS:
        logging.getLogger(floor).setLevel(level)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits
