from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from db import lease, session
from rolecall import __main__ as door
from rolecall import settings

ADS = [
    {
        "id": "a1",
        "source": "greenhouse:harbor",
        "title": "Customer Service Representative",
        "company": "Harbor Gas",
        "location": "Columbus, OH",
        "salary": "$19.50 an hour",
        "posted": "2026-11-18",
        "url": "https://harbor.example/jobs/a1",
        "description": "<p>Answer inbound calls about gas bills in English and <b>Spanish</b>.</p><ul><li>Note calls in "
        "Zendesk</li><li>Take payments</li></ul><p>Evening shift. A year of call center experience. Write to ruth@harbor.example.</p>",
    },
    {
        "id": "a2",
        "source": "board:city",
        "title": "**Customer Service Representative**",
        "company": "Harbor Gas Inc.",
        "location": "Columbus, OH",
        "posted": "2026-11-19",
        "url": "https://board.example/x?id=a2",
        "description": "Answer inbound calls about gas bills in English and Spanish. - Note calls in Zendesk...",
    },
    {
        "id": "b1",
        "source": "greenhouse:harbor",
        "title": "Front Desk Receptionist",
        "company": "Elm Clinic",
        "location": "Dayton, OH",
        "salary": "$14 - $15 per hour",
        "description": "Greet patients at the front desk, schedule appointments and keep the waiting room calm.",
    },
    {
        "id": "c1",
        "source": "board:city",
        "title": "Chat Support Agent (Remote)",
        "company": "Plumtree Software",
        "location": "Remote - US",
        "description": "Answer customers by live chat and e-mail from home. Zendesk, patience, clear writing.",
    },
    {
        "id": "d1",
        "source": "board:city",
        "title": "Customer Data Engineer",
        "company": "Plumtree Software",
        "description": "Build pipelines in Python and Spark.",
    },
    {"id": "e1", "source": "board:city", "title": " ", "company": "Nobody"},
]
SUMMARY = "Call center representative, three years of inbound calls in Spanish and English with Zendesk."


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`rolecall …` in a home of its own, on 21 November 2026."""

    def invoke(
        *arguments: object, code: int = 0, text: str | None = None, now: str = "2026-11-21T12:00:00Z"
    ) -> Result:
        here = settings.load({"ROLECALL_NOW": now}, home=tmp_path / "here")
        result = CliRunner().invoke(door.main, [str(word) for word in arguments], obj=here, input=text)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    return write(tmp_path / "ads.jsonl", ADS)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode(), mtime=0))
    else:
        path.write_text(lines)
    return path


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def counted(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def prepared(run: Callable[..., Result], *files: Path, roles: str = "core,adjacent") -> None:
    run("import", *files, "--roles", roles)
    run("group")
    run("index")


def test_the_summary_of_an_import_adds_up(run: Callable[..., Result], ads: Path) -> None:
    summary = counted(run("import", ads, "--format", "json"))
    assert summary["dropped"] == {"other work": 1, "title missing": 1}
    assert (summary["read"], summary["new"], summary["as_of"]) == (6, 4, "2026-11-19")
    kept = sum(summary[name] for name in ("new", "changed", "unchanged", "repeated"))
    assert summary["read"] == kept + sum(summary["dropped"].values())


def test_all_roles_keep_work_of_every_kind(run: Callable[..., Result], ads: Path) -> None:
    assert counted(run("import", ads, "--roles", "all", "--format", "json"))["new"] == 5


def test_a_copy_is_one_job_and_its_identity_comes_back_verbatim(
    run: Callable[..., Result], ads: Path
) -> None:
    prepared(run, ads)
    jobs = lines(run("export", "jobs"))
    together = [job for job in jobs if len(job["listings"]) > 1]
    assert [job["listings"] for job in together] == [
        [
            {"source": "board:city", "identifier": "a2"},
            {"source": "greenhouse:harbor", "identifier": "a1"},
        ]
    ]
    assert together[0]["canonical"] == {"source": "greenhouse:harbor", "identifier": "a1"}
    assert together[0]["reasons"]
    assert sum(len(job["listings"]) for job in jobs) == 4


def test_every_joined_pair_is_exported_with_features_and_reasons(
    run: Callable[..., Result], ads: Path
) -> None:
    prepared(run, ads)
    [pair] = [row for row in lines(run("export", "duplicates")) if row["relation"] == "job"]
    assert pair["a"] == {"source": "board:city", "identifier": "a2"}
    assert pair["b"] == {"source": "greenhouse:harbor", "identifier": "a1"}
    assert pair["decided_by"] in {"rule", "model"}
    assert 0 <= pair["probability"] <= 1
    assert pair["features"]
    assert pair["reasons"]


def test_explain_says_why_two_listings_are_one_job(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    told = run("explain", "board:city", "a2", "greenhouse:harbor", "a1").stdout
    assert "one job" in told
    apart = run("explain", "board:city", "c1", "greenhouse:harbor", "a1").stdout
    assert "two jobs" in apart
    missing = run("explain", "board:city", "zz", "greenhouse:harbor", "a1", code=1)
    assert "zz" in missing.stderr


def test_match_prints_a_line_a_profile_in_the_agreed_shape(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    people = [{"id": "p1", "text": SUMMARY}, {"id": 2, "text": "zzzz qqqq"}, {"id": "p3", "text": ""}]
    told = lines(run("match", "--profiles", write(tmp_path / "people.jsonl", people)))
    assert [line["profile"] for line in told] == ["p1", 2, "p3"]
    assert [line["matches"] for line in told[1:]] == [[], []]
    best = told[0]["matches"][0]
    assert best["rank"] == 1
    assert best["title"] == "Customer Service Representative"
    assert {"source": "greenhouse:harbor", "identifier": "a1"} in best["listings"]
    assert isinstance(best["job"], str)
    assert sum(term["share"] for term in best["terms"]) == pytest.approx(1, abs=0.01)
    assert any("Spanish" in label for label in best["have"])
    scores = [match["score"] for match in told[0]["matches"]]
    assert scores == sorted(scores, reverse=True)
    assert told[0]["generation"] == 1


def test_match_reads_a_text_typed_in_and_a_file(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    typed = run("match", "-", text=SUMMARY).stdout
    (tmp_path / "summary.txt").write_text(SUMMARY)
    assert run("match", tmp_path / "summary.txt").stdout == typed
    assert "Harbor Gas" in typed
    assert "$19.50 an hour" in typed
    assert "says:  shift evening" in typed


@pytest.mark.parametrize(
    "options, titles",
    [
        (["--near", "Dayton, OH"], {"Front Desk Receptionist"}),
        (["--near", "Ohio"], {"Customer Service Representative", "Front Desk Receptionist"}),
        (["--remote"], {"Chat Support Agent (Remote)"}),
        (["--near", "Dayton, OH", "--remote"], {"Front Desk Receptionist", "Chat Support Agent (Remote)"}),
        (
            ["--min-pay", "17/hour"],
            {"Customer Service Representative", "Chat Support Agent (Remote)"},  # its pay is not stated
        ),
        (["--min-pay", "USD 45000/year"], {"Chat Support Agent (Remote)"}),
    ],
)
def test_only_options_filter_and_what_is_not_stated_stays(
    run: Callable[..., Result], ads: Path, options: list[str], titles: set[str]
) -> None:
    prepared(run, ads)
    text = "calls, chat, front desk, appointments; weekends only, remote only, $40 an hour, Alaska only"
    found = lines(run("match", "-", *options, "--format", "jsonl", text=text))
    assert {row["title"] for row in found} == titles


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["match"], "--profiles"),
        (["match", "-", "--min-pay", "plenty"], "plenty"),
        (["match", "-", "--near", "???"], "???"),
        (["import", "no-such-file.jsonl"], "no-such-file.jsonl"),
    ],
)
def test_wrong_usage_ends_with_two_and_names_what_is_wrong(
    run: Callable[..., Result], arguments: list[str], said: str
) -> None:
    assert said in run(*arguments, code=2, text="calls").stderr


@pytest.mark.parametrize(
    "command", [["group"], ["index"], ["match", "-"], ["export", "jobs"], ["db", "status"]]
)
def test_without_a_database_a_command_fails_and_says_what_to_do(
    run: Callable[..., Result], command: list[str]
) -> None:
    assert "db upgrade" in run(*command, code=1, text="calls").stderr


def test_import_makes_no_database_beside_the_index_of_a_lost_one(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    for file in (tmp_path / "here").glob("rolecall.sqlite3*"):
        file.unlink()
    assert "no database" in run("import", ads, code=1).stderr


def test_jobs_are_not_exported_before_they_are_grouped(run: Callable[..., Result], ads: Path) -> None:
    run("import", ads)
    assert "rolecall group" in run("export", "jobs", code=1).stderr


def test_another_run_at_work_ends_with_three(run: Callable[..., Result], ads: Path, tmp_path: Path) -> None:
    run("import", ads)
    engines = session.open_engines(f"sqlite:///{tmp_path}/here/rolecall.sqlite3")
    with lease.held(engines, "refresh"):
        assert "refresh" in run("group", code=3).stderr
    engines.close()
    run("group")


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


def test_a_key_that_no_database_can_index_is_a_bad_row(run: Callable[..., Result], tmp_path: Path) -> None:
    file = write(tmp_path / "ads.jsonl", [ADS[0] | {"id": "x" * 6000}, ADS[2]])
    result = run("import", file, "--format", "json")
    assert json.loads(result.stdout)["new"] == 1
    assert "longer than 1,000" in result.stderr


@pytest.mark.parametrize("line", [b'{"id": 1}', b'{"id": 1, "text": null}', b"\xff", b"[1]", b'"x"'])
def test_a_profile_that_cannot_be_read_is_named_by_its_line(
    run: Callable[..., Result], ads: Path, tmp_path: Path, line: bytes
) -> None:
    prepared(run, ads)
    file = tmp_path / "people.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + b'{"id": 1, "text": "calls"}\n' + line + b"\n")
    assert "line 2" in run("match", "--profiles", file, code=1).stderr


def test_filters_that_leave_nothing_are_named_as_the_reason(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    assert "passes the filters" in run("match", "-", "--near", "Juneau, AK", text=SUMMARY).stdout
    assert "shares a word" in run("match", "-", text="zzzz").stdout


def test_csv_exports_are_inert_in_a_spreadsheet(run: Callable[..., Result], tmp_path: Path) -> None:
    hostile = ADS[0] | {"title": '=HYPERLINK("http://x.example") Customer Service Representative'}
    run("import", write(tmp_path / "ads.jsonl", [hostile]))
    rows = list(csv.reader(run("export", "listings", "--format", "csv").stdout.splitlines()))
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def seed_jobs(rows: list[dict[str, Any]], groups: list[dict[str, Any]]) -> tuple[set, set, set]:
    """Jobs, cards and template families as sets of rows."""

    def rows_of(jobs: list[dict[str, Any]]) -> frozenset[str]:
        return frozenset(listing["identifier"] for job in jobs for listing in job["listings"])

    cards: dict[str, list[dict[str, Any]]] = {}
    templates: dict[str, list[dict[str, Any]]] = {}
    for job in groups:
        cards.setdefault(job["campaign"] or job["job"], []).append(job)
        if job["template"]:
            templates.setdefault(job["template"], []).append(job)
    return (
        {rows_of([job]) for job in groups},
        {rows_of(jobs) for jobs in cards.values()},
        {rows_of(jobs) for jobs in templates.values()},
    )


def truth(rows: list[dict[str, str]], column: str) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        if row[column]:
            found.setdefault(row[column], set()).add(row["row"])
    return {frozenset(group) for group in found.values()}


@pytest.mark.parametrize("seed", range(3))
def test_the_fifteen_seed_ads_are_eleven_jobs_on_eight_cards_and_one_template_in_any_order(
    run: Callable[..., Result], shared: Path, tmp_path: Path, seed: int
) -> None:
    with (shared / "domain" / "seed_listings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    random.Random(seed).shuffle(rows)
    shuffled = tmp_path / "seed_listings.csv"
    with shuffled.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    run("import", shuffled)
    run("group")
    jobs, cards, templates = seed_jobs(rows, lines(run("export", "jobs")))
    assert jobs == truth(rows, "vacancy_city_group")
    assert cards == truth(rows, "card_group")
    assert templates == truth(rows, "template_family")
    assert (len(jobs), len(cards), len(templates)) == (11, 8, 1)
