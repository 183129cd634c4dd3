"""How SQLite goes about what is asked of many jobs: by what names a few of them, never by all that is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db import queries, session

FEW = [f"c{number}" for number in range(12)]
ASKED: dict[str, Callable[[Session], Any]] = {
    "the places of campaigns": lambda db: queries.jobs.campaigns(db, FEW, FEW, 9),
    "verdicts that wait": queries.verdicts.waiting,
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("asked", ASKED)
def test_what_names_a_few_jobs_is_begun_with_those(engines: session.Engines, asked: str) -> None:
    said = list[tuple[str, Any]]()

    def told(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        said.append((statement, parameters))

    with session.reading(engines) as db:
        event.listen(engines.read, "before_cursor_execute", told)
        ASKED[asked](db)
        event.remove(engines.read, "before_cursor_execute", told)
        explained = [(f"EXPLAIN QUERY PLAN {statement}", given) for statement, given in said]
        plans = [row[3] for one in explained for row in db.connection().exec_driver_sql(*one)]
    assert plans
    assert not [step for step in plans if "closed_at" in step]
