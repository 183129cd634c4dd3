"""A person says that what a run held back is really gone: it closes under the lease, and the log says who."""

from __future__ import annotations

import logging
from datetime import datetime

from db import lease, queries, session

log = logging.getLogger(__name__)
ACT = "confirmed"  # as the log has it


class NothingHeld(Exception):
    """A source holds nothing back, or not what the person saw; the sentence says so."""


def confirm(engines: session.Engines, source: str, who: str, now: datetime, run: int | None = None) -> int:
    """Close what the last run of a source held; how many listings that are.

    With `run`, only if it is this one that holds them: whoever looked at a page may have looked at another's.
    Nobody else may write with these engines meanwhile: each of their commits renews the lease.

    :raise NothingHeld: when there is nothing to close: so it ends when the same is asked twice.
    :raise db.lease.Busy: when another run holds the lease.
    """
    with lease.held(engines, "confirm"), session.writing(engines) as db:
        held = queries.sources.held(db, source)
        if held is None or run not in (None, held.id):
            raise NothingHeld(f"nothing of '{source}' is held{' any more' if run else ''}")
        closed = queries.sources.confirm(db, held.source_id, held.id, now)
        queries.acts.add(db, now, who, ACT, source, before={"held": held.held}, after={"closed": closed})
    log.info("confirmed source=%s closed=%d", source, closed)
    return closed
