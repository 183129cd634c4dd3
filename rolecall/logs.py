"""How events are written: a line each, to standard error, as words or as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime

FLOORS = ("rolecall", "crawler", "matcher", "webapp", "db")
FIELD = re.compile(r" ?\b(\w+)=%[sdrgf]")  # as our events are written: "answered request=%s page=%s"
CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}


class Words(logging.Formatter):
    """An event is one line, whatever a source has put into a field of it; only a trace has more."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return super().formatMessage(record).translate(CONTROL)


class Json(logging.Formatter):
    """An event as one object: at (UTC), level, logger, event, its fields by name, a trace if it has one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **_event(record),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


def _event(record: logging.LogRecord) -> dict[str, object]:
    """What happened, and what is said of it; an event that is no row of fields is a sentence."""
    template, given = str(record.msg), record.args
    names = FIELD.findall(template)
    if not names or not isinstance(given, tuple) or len(names) != len(given):
        return {"event": record.getMessage()}
    return {"event": FIELD.sub("", template).strip(), "fields": dict(zip(names, given, strict=True))}


def begin(level: str, shape: str = "words") -> None:
    """Our own floors speak from `level` on, libraries from WARNING on."""
    lines = logging.StreamHandler(sys.stderr)
    words = Words("%(asctime)s %(levelname)s %(name)s %(message)s")
    lines.setFormatter(Json() if shape == "json" else words)
    logging.basicConfig(handlers=[lines], force=True)
    for floor in FLOORS:
        logging.getLogger(floor).setLevel(level)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits
