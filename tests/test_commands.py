from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from commandline import ADS, SUMMARY, lines, prepared, write

from db import lease, session
from rolecall import __main__ as door
from rolecall import settings


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


def test_pairs_are_exported_as_csv_with_features_and_reasons_too(
    run: Callable[..., Result], ads: Path
) -> None:
    prepared(run, ads)
    pairs = lines(run("export", "duplicates"))
    rows = list(csv.DictReader(io.StringIO(run("export", "duplicates", "--format", "csv").stdout)))
    assert [json.loads(row["features"]) for row in rows] == [pair["features"] for pair in pairs]
    assert [json.loads(row["reasons"]) for row in rows] == [pair["reasons"] for pair in pairs]


def test_a_job_is_exported_with_each_field_from_the_listing_that_states_it_best(
    run: Callable[..., Result], ads: Path
) -> None:
    prepared(run, ads)
    listings = {(row["source"], row["identifier"]): row for row in lines(run("export", "listings"))}
    told = [
        (job[field], listings[teller["source"], teller["identifier"]][field])
        for job in lines(run("export", "jobs"))
        for field, teller in ({"title": job["canonical"]} | job["stated_by"]).items()
    ]
    assert told
    assert all(shown == stated for shown, stated in told)


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


FILTERS = [
    (["--near", "Dayton, OH"], {"Front Desk Receptionist"}),
    (
        ["--near", "Columbus, OH", "--within", "70mi"],
        {"Customer Service Representative", "Front Desk Receptionist"},
    ),
    (["--near", "OH"], {"Customer Service Representative", "Front Desk Receptionist"}),
    (
        ["--min-pay", "15-20/hour"],
        {"Customer Service Representative", "Chat Support Agent (Remote)", "Front Desk Receptionist"},
    ),
    (["--near", "Ohio"], {"Customer Service Representative", "Front Desk Receptionist"}),
    (["--remote"], {"Chat Support Agent (Remote)"}),
    (["--near", "Dayton, OH", "--remote"], {"Front Desk Receptionist", "Chat Support Agent (Remote)"}),
    (
        ["--min-pay", "17/hour"],
        {"Customer Service Representative", "Chat Support Agent (Remote)"},  # its pay is not stated
    ),
    (["--min-pay", "USD 45000/year"], {"Chat Support Agent (Remote)"}),
    (
        ["--employment", "full-time"],
        {"Customer Service Representative", "Chat Support Agent (Remote)", "Front Desk Receptionist"},
    ),
    (["--employment", "Part-Time"], {"Customer Service Representative", "Chat Support Agent (Remote)"}),
    (
        ["--employment", "part-time", "--employment", "full-time", "--near", "Dayton Ohio"],
        {"Front Desk Receptionist"},
    ),
]


def test_only_options_filter_and_what_is_not_stated_stays(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    text = "calls, chat, front desk, appointments; weekends only, remote only, $40 an hour, Alaska only"
    for options, titles in FILTERS:
        found = lines(run("match", "-", *options, "--format", "jsonl", text=text))
        assert {row["title"] for row in found} == titles, options


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["match"], "--profiles"),
        (["match", "-", "--min-pay", "plenty"], "plenty"),
        (["match", "-", "--near", "???"], "???"),
        (["import", "no-such-file.jsonl"], "no-such-file.jsonl"),
        (["match", "no-such-resume.pdf"], "no-such-resume.pdf"),
        (["match", "-", "--near", "Dublin or Ottawa"], "several places"),
        (["match", "-", "--near", ""], "--near"),
        (["match", "-", "--near", "Ohio", "--within", "50km"], "measured from a town"),
        (["match", "-", "--near", "Dayton, OH", "--within", "far"], "no distance we can read"),
        (["match", "-", "--within", "50mi"], "say of what place"),
        (["match", "-", "--near", "remote"], "choice of their own"),
        (["match", "-", "--employment", "sometimes"], "full-time"),
        (["match", "-", "--min-pay", ""], "--min-pay"),
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


def test_an_upgrade_says_what_another_version_left_behind(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    assert "now run" not in run("db", "upgrade").stderr
    [meta] = (tmp_path / "here" / "index").glob("*/meta.json")
    meta.write_text(meta.read_text().replace('"format": ', '"format": 9'))
    assert run("db", "upgrade").stderr == "now run `rolecall index`: until then nobody can search\n"
    (tmp_path / "here" / "shelf" / "shelf.json").unlink()
    assert "now run `rolecall group` and `rolecall index`" in run("db", "upgrade").stderr


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


@pytest.mark.soak
def test_both_databases_tell_the_same_story(
    run: Callable[..., Result], ads: Path, empty_url: str, tmp_path: Path
) -> None:
    told = []
    for home, url in (("one", None), ("two", empty_url)):
        here = settings.load(
            {"ROLECALL_NOW": "2026-11-21T12:00:00Z"} | ({"ROLECALL_DATABASE_URL": url} if url else {}),
            home=tmp_path / home,
        )
        said = [
            CliRunner().invoke(door.main, command, obj=here, input=SUMMARY)
            for command in (
                ["import", str(ads), "--format", "json"],
                ["import", str(ads), "--format", "json"],
                ["group", "--format", "json"],
                ["index", "--format", "json"],
                ["match", "-", "--near", "Ohio", "--min-pay", "10/hour", "--format", "jsonl"],
                *(["export", what] for what in ("jobs", "listings", "duplicates", "drops")),
                ["explain", "board:city", "a2", "greenhouse:harbor", "a1"],
            )
        ]
        assert [result.exit_code for result in said] == [0] * len(said), said
        told.append([result.stdout for result in said])
    assert told[0] == told[1]
