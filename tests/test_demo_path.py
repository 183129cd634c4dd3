"""The demo's postings through the program, compared with the truth that their author wrote down."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler import demo
from rolecall import __main__ as door
from rolecall import settings

TODAY = date(2026, 11, 21)
Key = tuple[str, str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """`rolecall …` in a home that holds the demo, grouped."""
    home = tmp_path_factory.mktemp("demo")

    def invoke(*arguments: object) -> str:
        here = settings.load({"ROLECALL_NOW": f"{TODAY}T12:00:00Z"}, home=home)
        result = CliRunner().invoke(door.main, [str(word) for word in arguments], obj=here)
        assert result.exit_code == 0, result.output + repr(result.exception)
        return result.stdout

    demo.write(home / "postings.jsonl", TODAY)
    invoke("import", home / "postings.jsonl")
    invoke("group")
    return invoke


@pytest.fixture(scope="module")
def truth() -> dict[Key, dict[str, str]]:
    file = Path(__file__).parent / "data" / "demo_truth.csv"
    with file.open(newline="", encoding="utf-8") as lines:
        return {(row["source"], row["identifier"]): row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def jobs(run: Callable[..., str]) -> dict[Key, dict[str, Any]]:
    """The job of every listing."""
    told = [json.loads(line) for line in run("export", "jobs").splitlines()]
    return {(it["source"], it["identifier"]): job for job in told for it in job["listings"]}


def pairs(kept: dict[Key, Any], same: Callable[[Any, Any], bool]) -> set[tuple[Key, Key]]:
    return {(a, b) for a, b in itertools.combinations(sorted(kept), 2) if same(kept[a], kept[b])}


def easy(truth: dict[Key, dict[str, str]], found: set[tuple[Key, Key]]) -> set[tuple[Key, Key]]:
    """Without what its author called hard."""
    return {pair for pair in found if not any(truth[key]["hard"] for key in pair)}


def test_what_is_not_customer_service_or_has_no_title_is_dropped(
    run: Callable[..., str], truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    must = {key for key, row in truth.items() if row["dropped"] and not row["hard"]}
    may = {key for key, row in truth.items() if row["dropped"] or row["hard"]}
    dropped = {
        (row["source"], row["identifier"]) for row in map(json.loads, run("export", "drops").splitlines())
    }
    assert must <= dropped <= may
    assert not dropped & set(jobs)


def test_copies_are_one_job_and_nothing_else_is(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: a["job"] == b["job"])
    found = pairs(jobs, lambda a, b: a["job"] == b["job"])
    assert found <= right
    assert easy(truth, right) <= found


def test_one_ad_in_several_places_is_one_card(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: bool(a["campaign"]) and a["campaign"] == b["campaign"])
    found = pairs(jobs, lambda a, b: a["campaign"] is not None and a["campaign"] == b["campaign"])
    assert found <= right
    assert easy(truth, right) <= found


def test_one_text_of_several_employers_is_linked_and_never_merged(
    truth: dict[Key, dict[str, str]], jobs: dict[Key, dict[str, Any]]
) -> None:
    kept = {key: truth[key] for key in jobs}
    right = pairs(kept, lambda a, b: bool(a["template"]) and a["template"] == b["template"])
    found = pairs(jobs, lambda a, b: a["template"] is not None and a["template"] == b["template"])
    assert right
    assert found == right


def test_the_demo_prints_ranked_jobs_with_reasons_for_a_resume(tmp_path: Path) -> None:
    here = settings.load({"ROLECALL_NOW": f"{TODAY}T12:00:00Z"}, home=tmp_path)
    told = CliRunner().invoke(door.main, ["demo", "--limit", "3"], obj=here)
    assert told.exit_code == 0, told.output
    assert "listings are" in told.stdout
    first, *_ = told.stdout.partition("The best jobs for bilingual_representative.txt")[2].split("\n\n")[1:]
    assert "  1  " in first
    for label in ("why:", "have:", "asks:"):
        assert label in first
    assert list(tmp_path.iterdir()) == []
