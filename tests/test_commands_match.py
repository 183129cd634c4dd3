"""What `rolecall match` tells of the why, and what it read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from commandline import SUMMARY, lines, prepared

from matcher import account
from rolecall.commands import telling


def test_json_carries_the_whole_why(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    best = json.loads(run("match", "-", "--near", "Columbus, OH", "--format", "json", text=SUMMARY).stdout)[0]
    why = best["why"]
    assert sum(part["share"] for part in why["parts"]) == pytest.approx(1)
    assert sum(part["points"] for part in why["parts"]) == pytest.approx(best["score"], abs=1e-5)
    spanish = next(part for part in why["parts"] if part["term"] == "Spanish")
    assert spanish["yours"] == SUMMARY
    assert spanish["theirs"].startswith("Answer inbound calls about gas bills in English and Spanish")
    assert set(why["lacks"]) == {"must", "nice", "told"}
    facets = {facet["name"]: facet["state"] for facet in why["facets"]}
    assert facets["place"] == "met"
    assert facets["shift"] == "open"
    assert facets["licence"] == "not stated"


def test_a_table_tells_both_sentences_and_what_is_met(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    told = run("match", "-", "--near", "Columbus, OH", text=SUMMARY + "\nno nights\nmore").stdout
    assert f"you:  “{SUMMARY}”" in told
    assert "ad:  “Answer inbound calls about gas bills" in told
    assert "met:  place: there" in told
    assert re.search(r"lacks, \w+:  \w", told)
    assert re.search(r"not stated:  .*licence", told)


def test_what_a_table_has_no_room_for_is_counted() -> None:
    shares = (0.3, 0.2, 0.15, 0.1, 0.1, 0.07, 0.05, 0.029, 0.001)
    parts = tuple(account.Part(f"word{number}", share, "", "") for number, share in enumerate(shares))
    lacks = tuple(account.Lack(f"skill{number}", "must", "") for number in range(8))
    told = {label: words for label, words, _ in telling.account_lines(account.Account(parts, lacks, ()))}
    assert told["why"].endswith("word4 10%, word5 7%, others 8%")
    assert told["lacks, must"].endswith("skill4, skill5 and 2 more")
    few = account.Account((*parts[:2], account.Part("word", 0.001, "", "")), (), ())
    assert dict(line[:2] for line in telling.account_lines(few))["why"] == "word0 30%, word1 20%"


def test_profiles_are_ranked_without_the_sentences(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    people = tmp_path / "people.jsonl"
    people.write_text(json.dumps({"id": "p", "text": SUMMARY}))
    [line] = lines(run("match", "--profiles", people))
    assert "why" not in line["matches"][0]


def test_what_is_read_of_a_text_is_printed_without_a_database(run: Callable[..., Result]) -> None:
    said = f"{SUMMARY}\nLooking for evening work\nBachelor's degree, no nights"
    rows = json.loads(run("match", "-", "--show-profile", "--format", "json", text=said).stdout)
    told = {row["key"]: row for row in rows}
    assert told["la.spanish"]["evidence"] == SUMMARY
    assert told["sh.evenings"]["group"] == "When and where"
    assert told["years"]["label"] == "3 years"
    assert told["degree"]["label"] == "bachelor's degree"
    table = run("match", "-", "--show-profile", text=said).stdout
    assert "Zendesk" in table
    assert SUMMARY in table


def test_a_place_that_is_none_is_said(run: Callable[..., Result], ads: Path) -> None:
    prepared(run, ads)
    told = run("match", "-", "--near", "Qwertyville", text=SUMMARY)
    assert "no town called 'qwertyville'" in told.stderr
    assert "leave some of them away" in told.stdout


def test_no_more_of_a_file_is_taken_in_than_a_resume_may_have(run: Callable[..., Result]) -> None:
    told = run("match", "/dev/zero", "--show-profile", code=1)
    assert "larger than 5 MiB" in told.stderr


def test_of_many_profiles_it_is_said_whose_is_whose_and_of_none_that_there_are_none(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "none.jsonl").write_text("\n")
    (tmp_path / "two.jsonl").write_text('{"id": "p", "text": "Zendesk"}\n{"id": 7, "text": "Spanish"}\n')
    told = lines(run("match", "--profiles", tmp_path / "two.jsonl", "--show-profile", "--format", "jsonl"))
    assert {(row["profile"], row["label"]) for row in told} >= {("p", "Zendesk"), (7, "Spanish")}
    assert "none.jsonl is empty" in run("match", "--profiles", tmp_path / "none.jsonl", code=1).stderr
