"""`rolecall roles again`: stored listings get what today's vocabulary reads of them, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from crawler import columns, runs, storing
from crawler.items import JobPosting, MonetaryAmount, Place
from db import lease, session
from db.models import Listing
from matcher import roles
from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import roles as command

Run = Callable[..., Result]
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
POSTINGS = [
    JobPosting(source="acme", identifier="1", title="Senior Call Center Agent", description="You answer the calls. " * 9 + "Spanish a plus."),
    JobPosting(
        source="acme", identifier="2", title="Team Lead, Customer Service", url="https://acme.example/2",
        hiring_organization="Acme", requisition="R-2", job_location_type="hybrid", employment_type=("FULL_TIME", "OTHER"),
        job_location=(Place(text="Omaha, NE", address_locality="Omaha", address_region="NE"), Place(text="Remote")),
        date_posted=date(2026, 11, 2), valid_through=date(2027, 1, 2),
        base_salary=MonetaryAmount(text="$17.25 - $19 an hour", currency="USD", min_value=Decimal("17.25"),
                                   max_value=Decimal(19), unit_text="HOUR"),
    ),
    JobPosting(source="birch", identifier="1", title="Data Engineer", base_salary=MonetaryAmount(text="good")),
]  # fmt: skip


@pytest.fixture
def rolecall(engines: session.Engines, database_url: str, tmp_path: Any) -> Run:
    """`rolecall …` over three listings."""
    store = runs.Runs(engines, "archive", NOW, NOW)
    for posting in POSTINGS:
        store.post(storing.Judged(posting, roles.classify(posting.title, posting.description)))
    store.close()
    here = settings.load({"ROLECALL_DATABASE_URL": database_url, "ROLECALL_NOW": "2026-11-21"}, home=tmp_path)

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door.main, words, obj=here)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def rows(engines: session.Engines) -> list[dict[str, Any]]:
    with session.reading(engines) as db:
        statement = select(*Listing.__table__.columns).order_by(Listing.id)
        return [dict(row._mapping) for row in db.execute(statement)]


def test_with_the_same_vocabulary_nothing_changes(engines: session.Engines, rolecall: Run) -> None:
    before = rows(engines)
    said = rolecall("roles", "again")
    assert said.stdout == "read 3 listings, 0 changed\n"
    assert "rolecall group" not in said.stderr
    assert rows(engines) == before


def test_what_reads_otherwise_is_written_and_told_from_what_to_what(
    engines: session.Engines, rolecall: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "BATCH", 2)
    before = rows(engines)
    old = {
        "role": "adjacent",
        "level": None,
        "family": "clerical",
        "pay_per_year": None,
        "language": None,
        "demands": None,
        "digest": "x",
    }
    with session.writing(engines) as db:
        db.execute(update(Listing).where(Listing.identifier == "1").values(old))
    said = rolecall("roles", "again", "--format", "json")
    told = json.loads(said.stdout)
    assert (told["read"], told["changed"]) == (3, 2)
    changes = {(row["what"], row["from"], row["to"]): row["listings"] for row in told["changes"]}
    assert changes["role", "adjacent", "core"] == changes["role", "adjacent", "other"] == 1
    assert changes["level", "none", "senior"] == 1
    assert "`rolecall group` and `rolecall index`" in said.stderr
    after = rows(engines)
    assert [row["updated_at"].day for row in after] == [21, 20, 21]
    assert after[0]["demands"] == {"la.spanish": "nice"}
    assert [{**row, "updated_at": 0} for row in after] == [{**row, "updated_at": 0} for row in before]


def test_the_next_night_finds_what_was_read_again_unchanged(engines: session.Engines, rolecall: Run) -> None:
    with session.writing(engines) as db:
        db.execute(update(Listing).values(role="adjacent", digest="x"))
    rolecall("roles", "again")
    assert [row["digest"] for row in rows(engines)] == [
        columns.columns(one, roles.classify(one.title, one.description))["digest"] for one in POSTINGS
    ]


def test_nothing_is_read_while_another_run_is_at_work(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    engines = session.open_engines(f"sqlite:///{tmp_path}/here/rolecall.sqlite3")
    with closing(engines), lease.held(engines, "refresh"):
        assert "refresh" in run("roles", "again", code=3).stderr
