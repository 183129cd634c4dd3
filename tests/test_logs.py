"""How events are written: one line each, as words or as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from crawler import logs
from rolecall import values

log = logging.getLogger("webapp.test")
HOSTILE = "ended\n2026-01-01 00:00:00 ERROR db forged=yes\r\x1b[2J\u2028end"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What other tests see of logging is left as it was."""
    root = logging.getLogger()
    handlers, level, levels = root.handlers[:], root.level, {}
    for floor in (*logs.FLOORS, "waitress.queue"):
        levels[floor] = logging.getLogger(floor).level
    yield
    root.handlers[:], root.level = handlers, level
    for floor, before in levels.items():
        logging.getLogger(floor).setLevel(before)


def said(capsys: pytest.CaptureFixture[str], shape: str, *event: Any, level: int = logging.INFO) -> str:
    logs.begin("INFO", shape)
    log.log(level, *event)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "event, told",
    [
        (("answered request=%s page=%s status=%d ms=%d", "3f", "seek.home", 200, 12),
         {"event": "answered", "fields": {"request": "3f", "page": "seek.home", "status": 200, "ms": 12}}),
        (("crawled source=%s reason=%s", "greenhouse:acme", HOSTILE),
         {"event": "crawled", "fields": {"source": "greenhouse:acme", "reason": HOSTILE}}),
        (("serving process killed pid=%d: it did not end in time", 7),
         {"event": "serving process killed: it did not end in time", "fields": {"pid": 7}}),
        (("schedule stopped",), {"event": "schedule stopped"}),
        (("refresh skipped reason=another run is at work",),
         {"event": "refresh skipped reason=another run is at work"}),
        (("%s deleted emptied=%s", "list", True), {"event": "list deleted emptied=True"}),
        (("sums are wrong %s", "a=%s"), {"event": "sums are wrong a=%s"}),
    ],
)  # fmt: skip
def test_as_json_an_event_is_an_object_with_its_fields(
    capsys: pytest.CaptureFixture[str], event: tuple[Any, ...], told: dict[str, Any]
) -> None:
    line = said(capsys, "json", *event)
    found = json.loads(line)
    assert line.count("\n") == 1
    assert found.pop("at").endswith("+00:00")
    assert found == {"level": "INFO", "logger": "webapp.test"} | told


@pytest.mark.parametrize("shape", values.FORMATS)
def test_no_field_begins_a_line_of_its_own(capsys: pytest.CaptureFixture[str], shape: str) -> None:
    line = said(capsys, shape, "crawled source=%s reason=%s", "acme", HOSTILE)
    assert len(line.splitlines()) == 1
    assert not {"\r", "\x1b", "\u2028"} & set(line)
    assert "forged=yes" in line


def test_a_trace_is_whole_in_words_and_one_field_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    for shape in values.FORMATS:
        logs.begin("INFO", shape)
        try:
            raise LookupError("nothing is here")
        except LookupError:
            log.exception("failed pid=%d", 7)
    words, last = capsys.readouterr().err.rstrip().rsplit("\n", 1)
    assert words.endswith("\nLookupError: nothing is here")
    assert json.loads(last)["trace"].endswith("\nLookupError: nothing is here")


def test_our_floors_speak_from_the_level_on_and_libraries_when_they_warn(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(capsys, "words", "seen", level=logging.DEBUG) == ""
    logging.getLogger("somebody.else").info("chatter")
    logging.getLogger("somebody.else").warning("trouble")
    assert capsys.readouterr().err.endswith("WARNING somebody.else trouble\n")
