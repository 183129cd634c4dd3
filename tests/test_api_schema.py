"""The document holds: whatever is asked by it, and against it, is answered as it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import programs
import pytest
import schemathesis
from schemathesis import Case, HookContext, engine, hooks
from schemathesis.engine import events
from schemathesis.transport.serialization import Binary

from matcher import filters

OPERATIONS = 12


@pytest.fixture(scope="module")
def operator(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.Program]:
    with programs.opened(demo_home, tmp_path_factory.mktemp("api")) as by_scope:
        yield by_scope["operate"]


def before_call(context: HookContext, case: Case, kwargs: Any) -> None:
    """No schema says which words name a place, nor which bytes are a file: some that do stand for those."""
    if case.query and isinstance(case.query.get("place", ""), str) and not _readable(case.query):
        case.query["place"] = "Columbus, OH"
    if isinstance(case.body, dict) and isinstance(file := case.body.get("resume"), Binary):
        file.data = b"Four years of phone support, Spanish, Zendesk."
    case._sync_validated_hashes()  # else it judges anew whether the case is valid, and a file never is


def _readable(query: dict[str, Any]) -> bool:
    from_there = query.get("within", 0) not in (0, "0") or query.get("sort") == "near"
    try:
        near = filters.read_near(query["place"]) if query.get("place", "").strip() else None
        if from_there and near:
            filters.centre(near)
    except ValueError:
        return False
    return near is not None or not from_there


def found(operator: programs.Program, phases: list[str], examples: int) -> tuple[set[str], list[str]]:
    """The operations that were asked behind a real server, and what all of Schemathesis's checks find."""
    asked, wrong = set[str](), list[str]()
    with browser.served(operator.client.application) as address:
        schema = schemathesis.openapi.from_url(f"{address}{programs.ROOT}/openapi.json")
        schema.config.update(headers=operator.headers, request_timeout=60)  # a busy machine is no failure
        refused = schema.config.checks.negative_data_rejection
        refused.expected_statuses = [*refused.expected_statuses, "413"]  # what is too long, too
        kept = "none"  # a file for each example takes as long as the answer
        schema.config.generation.update(max_examples=examples, no_shrink=True, database=kept)
        schema.config.phases.update(phases=phases)
        schemathesis.hook(before_call)
        for event in engine.from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                asked.add(event.recorder.label)
                wrong += _failures(event)
            elif isinstance(event, events.NonFatalError):
                wrong.append(repr(event.value))
            elif isinstance(event, events.FatalError):
                wrong.append(repr(event.exception))
        hooks.unregister(before_call)
    return asked, wrong


def _failures(event: events.ScenarioFinished) -> list[str]:
    return [
        f"{event.recorder.label}: {each.failure_info.failure}\n{each.failure_info.code_sample}"
        for checks in event.recorder.checks.values()
        for each in checks
        if each.failure_info
    ]


def test_a_few_answers_are_as_the_document_says(operator: programs.Program) -> None:
    asked, wrong = found(operator, ["examples", "fuzzing"], 2)
    assert len(asked) == OPERATIONS
    assert wrong == []


@pytest.mark.soak
def test_thousands_of_answers_are_as_the_document_says(operator: programs.Program) -> None:
    asked, wrong = found(operator, ["examples", "coverage", "fuzzing", "stateful"], 2000)
    assert len(asked) >= OPERATIONS
    assert wrong == []
