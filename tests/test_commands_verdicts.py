"""`rolecall verdicts`: what is written of decisions is taken elsewhere, once, and nothing that contradicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from db import queries, session
from matcher import acting, deciding
from rolecall import settings
from rolecall.commands import verdicts as commands

Run = Callable[..., Result]
GAS, COPY, DESK, CHAT = (
    ("greenhouse:harbor", "a1"),
    ("board:city", "a2"),
    ("greenhouse:harbor", "b1"),
    ("board:city", "c1"),
)


@pytest.fixture
def home(run: Run, ads: Path, tmp_path: Path) -> settings.Settings:
    """A grouped home with some decisions."""
    run("import", ads, "--roles", "all")
    run("group")
    here = settings.load({"ROLECALL_NOW": "2026-11-21T12:00:00Z"}, home=tmp_path / "here")
    asked = acting.Asked("ruth", here.clock(), "Said on the phone: Ünal's team.")
    engines = session.open_engines(here.database_url)
    deciding.decide(engines, asked, GAS, COPY, "different")
    deciding.decide(engines, asked, DESK, CHAT, "same")
    deciding.choose(engines, asked, GAS)
    deciding.remark(engines, asked, CHAT)
    with session.reading(engines) as db:
        gas, desk = (queries.listings.one(db, *name) for name in (GAS, DESK))
    assert gas
    assert desk
    deciding.mark(engines, asked, gas.job_id, [desk.job_id], "campaign")
    deciding.follow(engines, here.clock(), here.shelf_directory)
    engines.close()
    return here


def decided(here: settings.Settings) -> list[Any]:
    engines = session.open_engines(here.database_url)
    with session.reading(engines) as db:
        rows = [*queries.verdicts.every(db), *queries.verdicts.choices(db), *queries.verdicts.marks(db)]
        acts = len(queries.acts.page(db, most=100))
    engines.close()
    kept = [{name: value for name, value in row._mapping.items() if "digest" not in name} for row in rows]
    return [kept, acts]


def empty(here: settings.Settings) -> None:
    """Take back all, as if on another machine."""
    engines = session.open_engines(here.database_url)
    with session.writing(engines) as db:
        ends = [(r.source_a, r.identifier_a, r.source_b, r.identifier_b) for r in queries.verdicts.every(db)]
        queries.verdicts.set_verdicts(db, ends, [])
        names = [(row.source, row.identifier, row.what) for row in queries.verdicts.choices(db)]
        queries.verdicts.set_choices(db, names, [])
        marked = [
            (row.source_a, row.identifier_a, row.source_b, row.identifier_b, row.what)
            for row in queries.verdicts.marks(db)
        ]
        queries.verdicts.set_marks(db, marked, [])
    engines.close()


def test_what_is_exported_is_imported_elsewhere_once_and_followed(
    run: Run, home: settings.Settings, tmp_path: Path
) -> None:
    file = tmp_path / "decided.jsonl"
    assert "5 decisions written" in run("verdicts", "export", file).stderr
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert {line.get("decision") or line["choice"] for line in lines} == {
        "same",
        "different",
        "together",
        "canonical",
        "note",
    }
    assert all(line["features"]["text_contained"] >= 0 for line in lines if "features" in line)
    rows, acts = decided(home)
    jobs = run("export", "jobs").stdout
    empty(home)
    run("group")
    assert run("export", "jobs").stdout != jobs
    assert run("verdicts", "import", file).stdout == "5 new, 0 known, 0 left out\n"
    assert decided(home) == [rows, acts + 1]
    assert run("verdicts", "import", file).stdout == "0 new, 5 known, 0 left out\n"
    assert decided(home) == [rows, acts + 1]
    assert run("export", "jobs").stdout == jobs


def test_what_contradicts_is_left_out_and_told(run: Run, home: settings.Settings, tmp_path: Path) -> None:
    before = decided(home)
    said = {"who": "ada", "when": "2026-11-20T08:00:00+01:00", "note": ""}
    ends = [
        {end: dict(zip(("source", "identifier"), name, strict=True)) for end, name in (("a", a), ("b", b))}
        for a, b in ((COPY, GAS), (GAS, DESK), (CHAT, COPY))
    ]
    text = "\n".join(json.dumps(one | {"decision": "same"} | said) for one in ends)
    result = run("verdicts", "import", "-", text=text)
    assert result.stdout == "1 new, 0 known, 2 left out\n"
    assert "greenhouse:harbor a1 and board:city a2: different (ruth" in result.stderr.replace(
        "board:city a2 and greenhouse:harbor a1", "greenhouse:harbor a1 and board:city a2"
    )
    assert len(decided(home)[0]) == len(before[0]) + 1


GOOD = {
    "a": {"source": "x", "identifier": "1"},
    "b": {"source": "x", "identifier": "2"},
    "decision": "same",
    "who": "ada",
    "when": "2026-11-20T08:00:00Z",
    "note": "",
}
BAD: dict[str, str] = {
    "no JSON": "same same",
    "a list": "[]",
    "a mark of nothing": json.dumps(GOOD | {"mark": "card", "decision": "together"}),
    "a mark that is a verdict": json.dumps(GOOD | {"mark": "campaign"}),
    "another decision": json.dumps(GOOD | {"decision": "maybe"}),
    "no zone": json.dumps(GOOD | {"when": "2026-11-20T08:00:00"}),
    "no day": json.dumps(GOOD | {"when": 7}),
    "one listing": json.dumps(GOOD | {"a": GOOD["b"]}),
    "no name": json.dumps(GOOD | {"a": {"source": "", "identifier": "1"}}),
    "a number for a name": json.dumps(GOOD | {"a": {"source": 1, "identifier": "1"}}),
    "a NUL": json.dumps(GOOD | {"who": "a\0b"}),
    "half a character": json.dumps(GOOD | {"who": "\ud83d"}),
    "no UTF-8": "\udcff",
    "a deep nest": "[" * 100_000,
    "a long note": json.dumps(GOOD | {"note": "n" * 10_001}),
}


def test_a_file_with_a_line_that_is_no_decision_is_refused_whole(
    run: Run, home: settings.Settings, tmp_path: Path
) -> None:
    before = decided(home)
    file = tmp_path / "bad.jsonl"
    for case, line in BAD.items():
        file.write_bytes(json.dumps(GOOD).encode() + b"\n\n" + line.encode("utf-8", "surrogateescape"))
        said = run("verdicts", "import", file, code=1).stderr
        assert "line 3 is no decision" in said, case
    assert decided(home) == before


def test_more_than_one_act_can_hold_are_to_be_split(
    run: Run, ads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "MOST", 2)
    run("import", ads)
    lines = [json.dumps(GOOD | {"b": {"source": "x", "identifier": str(at)}}) for at in range(2, 5)]
    said = run("verdicts", "import", "-", text="\n".join(lines), code=1).stderr
    assert "more than 2 decisions: split it" in said
    assert run("verdicts", "import", "-", text="\n".join(lines[:2])).stdout.startswith("2 new")


def test_nothing_decided_is_an_empty_file(run: Run, ads: Path) -> None:
    run("import", ads)
    assert run("verdicts", "export", "-").stdout == ""
