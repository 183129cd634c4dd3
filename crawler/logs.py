"""How events are written: a line each, to standard error, as words or as JSON, by every process."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

FLOORS = ("rolecall", "crawler", "matcher", "webapp", "db")
FIELD = re.compile(r" ?\b(\w+)=%[sdrgf]")  # as our events are written: "answered request=%s page=%s"
MASK = "***"
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


class Masked(logging.Formatter):
    """Writes events as another does, traces too, without secrets."""

    def __init__(self, other: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self.other, self.secrets = other, tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return masked(self.other.format(record), self.secrets)


def masked(words: str, secrets: Iterable[str]) -> str:
    """The same words without secrets, the longest of which come first."""
    for secret in secrets:
        words = words.replace(secret, MASK)
    return words


def begin(level: str, shape: str = "words", secrets: Iterable[str] = ()) -> None:
    """Our own floors speak from `level` on, libraries from WARNING on; `secrets` stand in no line."""
    lines = logging.StreamHandler(sys.stderr)
    words = Words("%(asctime)s %(levelname)s %(name)s %(message)s")
    lines.setFormatter(Masked(Json() if shape == "json" else words, secrets))
    logging.basicConfig(handlers=[lines], force=True)
    for floor in FLOORS:
        logging.getLogger(floor).setLevel(level)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits
