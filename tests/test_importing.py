from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from commandline import ADS, counted, lines, prepared, write


def test_the_summary_of_an_import_adds_up(run: Callable[..., Result], ads: Path) -> None:
    summary = counted(run("import", ads, "--format", "json"))
    assert summary["dropped"] == {"other work": 1, "title missing": 1}
    assert (summary["read"], summary["new"], summary["as_of"]) == (6, 4, "2026-11-19")
    kept = sum(summary[name] for name in ("new", "changed", "unchanged", "repeated"))
    assert summary["read"] == kept + sum(summary["dropped"].values())


def test_all_roles_keep_work_of_every_kind(run: Callable[..., Result], ads: Path) -> None:
    assert counted(run("import", ads, "--roles", "all", "--format", "json"))["new"] == 5


def test_import_makes_no_database_beside_the_index_of_a_lost_one(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    for file in (tmp_path / "here").glob("rolecall.sqlite3*"):
        file.unlink()
    assert "no database" in run("import", ads, code=1).stderr


def test_a_damaged_archive_keeps_the_rows_before_the_damage_and_closes_nothing(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    whole = write(tmp_path / "ads.jsonl.gz", ADS * 40)
    run("import", whole)
    cut = tmp_path / "cut" / "ads.jsonl.gz"
    cut.parent.mkdir()
    cut.write_bytes(whole.read_bytes()[:-20])
    assert "ads.jsonl.gz" in run("import", cut, "--replace", code=1).stderr
    assert all(row["closed_at"] is None for row in lines(run("export", "listings")))


def test_a_line_that_is_not_json_is_named_and_costs_nobody_else(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "ads.jsonl"
    file.write_text(json.dumps(ADS[0]) + "\n{broken\n[1]\n" + json.dumps(ADS[2]) + "\n")
    result = run("import", file, "--format", "json")
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
    summary = json.loads(result.stdout)
    assert (summary["read"], summary["new"]) == (4, 2)


def snapshot(run: Callable[..., Result], home: Path) -> dict[str, object]:
    """All that importing the same file again must leave alone."""
    index = {
        path.relative_to(home): path.read_bytes() for path in (home / "index").rglob("*") if path.is_file()
    }
    told = {what: run("export", what).stdout for what in ("jobs", "listings", "duplicates", "drops")}
    return {**told, "index": index}


def test_importing_the_same_file_twice_changes_nothing(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    before = snapshot(run, tmp_path / "here")
    tomorrow = "2026-11-22T12:00:00Z"
    summary = counted(run("import", ads, "--format", "json", now=tomorrow))
    assert (summary["new"], summary["changed"], summary["unchanged"]) == (0, 0, 4)
    run("group", now=tomorrow)
    run("index", now=tomorrow)
    assert snapshot(run, tmp_path / "here") == before


def test_replace_closes_what_the_new_file_does_not_hold(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    (tmp_path / "newer").mkdir()
    newer = write(tmp_path / "newer" / "ads.jsonl", ADS[1:])
    assert counted(run("import", newer, "--replace", "--format", "json"))["closed"] == 1
    run("group")
    closed = {row["identifier"]: row["closed_at"] for row in lines(run("export", "listings"))}
    assert closed["a1"] is not None
    assert closed["a2"] is None
    assert all(job["closed_at"] is None for job in lines(run("export", "jobs")))


def test_a_line_that_cannot_be_read_keeps_replace_from_closing(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file = write(tmp_path / "ads.jsonl", [ADS[0], ADS[2]])
    run("import", file)
    file.write_text(json.dumps(ADS[0]) + "\n" + json.dumps(ADS[2])[:-9] + "\n")
    result = run("import", file, "--replace", "--format", "json")
    assert json.loads(result.stdout)["closed"] == 0
    assert "nothing was closed" in result.stderr


def test_of_two_files_the_newer_speaks_whichever_is_named_first(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    older = write(
        tmp_path / "older.jsonl", [ADS[0] | {"description": "Old words."}, ADS[2] | {"posted": "2 days ago"}]
    )
    newer = write(tmp_path / "newer.jsonl", [ADS[0] | {"posted": "2026-11-20"}])
    first = counted(run("import", older, newer, "--format", "json"))
    told = run("export", "listings").stdout
    again = counted(run("import", newer, older, "--format", "json"))
    assert (first["new"], first["repeated"]) == (2, 1)
    assert (again["changed"], again["unchanged"], again["repeated"]) == (0, 2, 1)
    assert run("export", "listings").stdout == told
    rows = {row["identifier"]: row for row in map(json.loads, told.splitlines())}
    assert "Spanish" in rows["a1"]["description"]
    assert rows["b1"]["date_posted"] == "2026-11-16"  # two days before its own file's today
    assert rows["b1"]["last_seen"].startswith("2026-11-18")


def test_a_key_that_no_database_can_index_is_a_bad_row(run: Callable[..., Result], tmp_path: Path) -> None:
    file = write(tmp_path / "ads.jsonl", [ADS[0] | {"id": "\N{GRINNING FACE}" * 251}, ADS[2]])
    result = run("import", file, "--format", "json")
    assert json.loads(result.stdout)["new"] == 1
    assert "longer than 1,000" in result.stderr


def test_a_damaged_file_costs_the_others_nothing(run: Callable[..., Result], tmp_path: Path) -> None:
    good = write(tmp_path / "good.jsonl", [ADS[0]])
    (tmp_path / "page.jsonl").write_bytes(b"\xff\xfe<\x00h\x00")
    result = run("import", tmp_path / "page.jsonl", good, "--format", "json", code=1)
    assert json.loads(result.stdout)["new"] == 1
    assert "page.jsonl is UTF-16" in result.stderr


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("ads.json", b'[{"title": "Agent"}]', "one JSON array"),
        ("ads", b'[\n{"title": "Agent"}]', "one JSON array"),
        ("ads.csv", b"id,name\n1,Agent\n", "no column called title"),
        ("ads.csv", b"PK\x03\x04....", "neither JSON lines nor CSV"),
    ],
)
def test_what_is_no_archive_is_refused_with_what_to_do(
    run: Callable[..., Result], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in run("import", tmp_path / name, code=1).stderr


def test_an_empty_file_is_said_to_be_empty(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text("id,title\n")
    assert "no row" in run("import", tmp_path / "ads.csv").stderr


def test_two_first_imports_at_once_meet_one_database(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "rolecall.sqlite3").touch()  # another first run has made the file, and no table yet
    assert counted(run("import", ads, "--format", "json"))["new"] == 4


@pytest.mark.parametrize(
    "options", [["--source", ""], ["--source", "a\ud800"], ["--as-of", "0001-01-01"], ["--roles", ""]]
)
def test_an_option_that_says_nothing_sensible_is_wrong_usage(
    run: Callable[..., Result], ads: Path, options: list[str]
) -> None:
    run("import", ads, *options, code=2)


@pytest.mark.parametrize("written", ["1e3", "007", "-0", "0.00000012", "  7 ", "Ä/ö?", "1E+05"])
def test_an_identifier_comes_back_as_the_file_writes_it(
    run: Callable[..., Result], tmp_path: Path, written: str
) -> None:
    number = written in {"1e3", "-0", "0.00000012", "1E+05"}
    told = written if number else json.dumps(written)
    (tmp_path / "ads.jsonl").write_text(f'{{"id": {told}, "title": "Customer Service Agent"}}\n')
    run("import", tmp_path / "ads.jsonl")
    [row] = lines(run("export", "listings"))
    assert row["identifier"] == written
