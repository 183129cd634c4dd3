"""`rolecall sources add`: an address becomes an entry, after a look at what is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from offline import board

from crawler import recognise, refresh, sources
from crawler.refresh import Night, Outcome
from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import crawling

Run = Callable[..., Result]
TOML = """# Ours.

[[source]]
spider = "greenhouse"  # the first
board = "acme"

[[source]]
spider = "workday"
board = "acme"
url = "https://acme.wd12.myworkdayjobs.com/en-US/Careers"
enabled = false

[[source]]
spider = "schemaorg"
board = "birch"
url = "https://www.birch.example/jobs/"
"""
CAREERS = "https://www.harbor.example/careers"
TIDE = "https://jobs.tide.example"


@pytest.fixture
def rolecall(tmp_path: Path) -> Run:
    """`rolecall sources …` in a home that names three sources."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(TOML)
    here = settings.load({"ROLECALL_NOW": "2026-11-21"}, home=home)

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door.main, ["sources", *words], obj=here)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """What a look at a source gives, by the source's name, in place of one; of others nobody knows."""
    made: dict[str, Outcome] = {}

    def check(told: Sequence[sources.Source], night: Night, **asked: Any) -> dict[str, Outcome]:
        unknown = Outcome("", "unknown", "no such page (HTTP 404)")
        return {one.name: replace(made.get(one.name, unknown), source=one.name) for one in told}

    monkeypatch.setattr(refresh, "check", check)
    return made


def found(*recognised: recognise.Found, status: str = "ok", **look: Any) -> Outcome:
    """A look that found these sources."""
    told = [{name: getattr(one, name) for name in one.__slots__} for one in recognised]
    return Outcome("", status, "2 postings listed", look={"recognised": told, **look})


def of(*names: str) -> list[recognise.Found]:
    """Boards that a page names."""
    pairs = (name.split(":") for name in names)
    return [recognise.Found(spider, board, why="the page names it") for spider, board in pairs]


def toml(folder: Path) -> str:
    return (folder / "home" / "sources.toml").read_text()


def added(folder: Path) -> str:
    """What was written below what there was, in one line."""
    return toml(folder).removeprefix(TOML).strip().replace("\n", " ")


def test_a_board_is_looked_at_shown_and_written_below_the_others(
    rolecall: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages"
    night_of = crawling.night_of
    monkeypatch.setattr(crawling, "night_of", lambda *a, **b: replace(night_of(*a, **b), replay=pages))
    board(pages, "harbor", [1, 2, 3, 4], host="https://boards-api.greenhouse.io")
    said = rolecall("add", "boards.greenhouse.io/harbor/jobs/4?gh_src=x")
    assert said.stdout.startswith("greenhouse:harbor: ok, 4 postings listed\n")
    assert [f"Harbor {number}" in said.stdout for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Tulsa, OK" in said.stdout
    assert toml(tmp_path) == TOML + '\n[[source]]\nspider = "greenhouse"\nboard = "harbor"\n'
    assert f"written to {tmp_path / 'home' / 'sources.toml'}" in said.stdout


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("https://boards.greenhouse.io/Acme/jobs/17",), "greenhouse:acme is there already, in line 3 of"),
        (("https://acme.wd12.myworkdayjobs.com/Careers/job/Omaha/Agent_R-1?utm_source=x",),
         "workday:acme is there already, in line 7 of"),
        (("http://birch.example/jobs?utm_campaign=x", "--spider", "schemaorg"), "schemaorg:birch is there already, in"),
        (("http://birch.example/jobs", "--spider", "schemaorg", "--name", "other"), "schemaorg:birch is there already"),
    ],
)  # fmt: skip
def test_what_is_named_already_is_known_by_its_name_or_by_its_address(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    said = rolecall("add", *words, code=1).stderr
    assert sentence in said
    assert ("it rests: set enabled = true" in said) is ("workday" in sentence)
    assert toml(tmp_path) == TOML


def test_an_address_is_written_without_what_follows_a_visitor_about(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["schemaorg:jobs.tide.example/all?team=care"] = found()
    rolecall("add", f"{TIDE}/all?utm_source=mail&team=care&gclid=1#top", "--spider", "schemaorg")
    assert added(tmp_path) == f'[[source]] spider = "schemaorg" url = "{TIDE}/all?team=care"'


def test_of_several_boards_none_is_taken_before_a_person_says_which(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["schemaorg:www.harbor.example/careers"] = found(*of("greenhouse:harbor", "greenhouse:tide"))
    seen["greenhouse:harbor"] = found()
    said = rolecall("add", CAREERS, code=1).stderr
    assert "speaks of 2 sources; say which, as in --spider greenhouse:" in said
    assert "\n  greenhouse:harbor  (the page names it)\n  greenhouse:tide  (" in said
    assert toml(tmp_path) == TOML
    rolecall("add", CAREERS, "--spider", "greenhouse:harbor")
    assert added(tmp_path) == '[[source]] spider = "greenhouse" board = "harbor"'


def test_what_gives_no_posting_is_written_only_when_told_to(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    said = rolecall("add", "https://boards.greenhouse.io/tide", code=1)
    assert said.stdout == "greenhouse:tide: unknown, no such page (HTTP 404)\n"
    assert "was not written: --anyway writes it all the same" in said.stderr
    assert toml(tmp_path) == TOML
    assert "with the next refresh" in rolecall("add", "https://boards.greenhouse.io/tide", "--anyway").stderr
    assert 'board = "tide"' in toml(tmp_path)


def test_without_its_key_nothing_is_promised_of_a_source(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["usajobs"] = Outcome("", "failed", "no key: get one")
    said = rolecall("add", "https://www.usajobs.gov", code=1).stderr
    assert "it gives nothing before keys.usajobs is set in rolecall.toml" in said
    said = rolecall("add", "https://www.usajobs.gov", "--anyway").stderr
    assert "gives nothing before keys.usajobs is set in rolecall.toml" in said
    assert "next refresh" not in said


@pytest.mark.parametrize("words", [(), ("--spider", "schemaorg")])
def test_the_page_of_one_posting_is_no_source_unless_it_is_to_be(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path, words: tuple[str, ...]
) -> None:
    why = f"it is the page of one posting; {TIDE}/all may list them all"
    page = f"{TIDE}/jobs/17"
    seen["schemaorg:jobs.tide.example/jobs/17"] = found(
        recognise.Found("schemaorg", "", page, why, single=True)
    )
    said = rolecall("add", page, *words, code=1).stderr
    assert f"was not written: {why}: give the address of the page that lists them" in said
    assert toml(tmp_path) == TOML
    rolecall("add", page, *words, "--anyway")
    assert added(tmp_path) == f'[[source]] spider = "schemaorg" url = "{page}"'


SILENT = {"title": "Agent", "organization": "", "place": ""}


@pytest.mark.parametrize(
    "shown, words, code",
    [
        ([SILENT, SILENT], (), 1),
        ([SILENT, {**SILENT, "place": "Omaha, NE"}], (), 0),
        ([SILENT], ("--anyway",), 0),
        ([SILENT], ("--spider", "feed"), 0),
    ],
)
def test_a_feed_that_says_neither_who_nor_where_is_written_only_when_told_to(
    rolecall: Run,
    seen: dict[str, Outcome],
    tmp_path: Path,
    shown: list[Any],
    words: tuple[str, ...],
    code: int,
) -> None:
    feed = recognise.Found("feed", url=f"{TIDE}/feed.rss")
    seen["schemaorg:jobs.tide.example/feed.rss"] = found(feed)
    seen["feed:jobs.tide.example/feed.rss"] = found(feed, shown=shown)
    said = rolecall("add", f"{TIDE}/feed.rss", *words, code=code).stderr
    assert ("name neither employer nor place" in said) is (code == 1)
    assert (toml(tmp_path) == TOML) is (code == 1)


@pytest.mark.parametrize(
    "words, entry",
    [
        ((), f'spider = "teamtailor" board = "tide" url = "{TIDE}"'),
        (("--name", "ebb"), f'spider = "teamtailor" board = "ebb" url = "{TIDE}"'),
        (("--spider", "teamtailor"), f'spider = "teamtailor" board = "tide" url = "{TIDE}"'),
    ],
)
def test_a_career_site_on_the_employer_s_own_host_is_called_after_it_or_as_one_says(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path, words: tuple[str, ...], entry: str
) -> None:
    seen["schemaorg:jobs.tide.example"] = found(recognise.Found("teamtailor", "tide", TIDE))
    seen |= dict.fromkeys(("teamtailor:tide", "teamtailor:ebb"), found())
    rolecall("add", TIDE, *words)
    assert added(tmp_path) == f"[[source]] {entry}"


def test_a_platform_s_board_at_an_address_of_its_own_needs_a_name(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["teamtailor:tide"] = found()
    said = rolecall("add", TIDE, "--spider", "teamtailor", code=1).stderr
    assert f"no board on teamtailor can be told from {TIDE}" in said
    assert "for a board at an address of its own add --name acme" in said
    rolecall("add", TIDE, "--spider", "teamtailor", "--name", "tide")
    assert added(tmp_path) == f'[[source]] spider = "teamtailor" board = "tide" url = "{TIDE}"'


def test_an_address_that_leads_to_a_board_is_that_board(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["schemaorg:www.harbor.example/careers"] = found(status="moved", led="https://jobs.lever.co/harbor")
    seen["lever:harbor"] = found()
    rolecall("add", CAREERS)
    assert added(tmp_path) == '[[source]] spider = "lever" board = "harbor"'


def test_a_site_with_markup_is_written_with_its_address_and_a_name(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path
) -> None:
    seen["schemaorg:www.harbor.example/careers"] = seen["schemaorg:harbor"] = found()
    rolecall("add", CAREERS, "--name", "harbor")
    assert added(tmp_path) == f'[[source]] spider = "schemaorg" board = "harbor" url = "{CAREERS}"'


@pytest.mark.parametrize("more", [(), ("--enable",)])
def test_a_source_of_an_optional_platform_is_written_at_rest_with_the_reason(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path, more: tuple[str, ...]
) -> None:
    enabled = bool(more)
    said = rolecall("add", "https://acme.breezy.hr/", "--anyway", *more)
    assert f"enabled = {str(enabled).lower()}" in added(tmp_path)
    assert ("# At rest: breezy is optional. Made for" in added(tmp_path)) is not enabled
    assert ("set enabled = true there" in said.stderr) is not enabled
    [*_, source] = sources.read(tmp_path / "home" / "sources.toml", sources.spiders(), ())
    assert (source.name, source.enabled) == ("breezy:acme", enabled)


@pytest.mark.parametrize(
    "words, code, sentence",
    [
        (("https://www.linkedin.com/jobs/view/17",), 1, "is a page of LinkedIn, which wants no crawlers"),
        (("https://uk.indeed.com/viewjob?jk=1",), 1, "is a page of Indeed"),
        (("https://www.glassdoor.co.uk/job",), 1, "is a page of Glassdoor"),
        (("https://www.google.com/search?q=jobs",), 1, "is a page of Google"),
        (("ftp://acme.example/jobs",), 1, "is no web address"),
        (("https://ann:pw@acme.example/",), 1, "holds a user or a password"),
        ((CAREERS, "--spider", "greenhose"), 2, "no spider 'greenhose': did you mean 'greenhouse'?"),
        ((CAREERS,), 1, "no source can be told from https://www.harbor.example/careers (no such page"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_source_is_refused_in_a_sentence(
    rolecall: Run, seen: dict[str, Outcome], tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in rolecall("add", *words, code=code).stderr
    assert toml(tmp_path) == TOML


@pytest.mark.parametrize(
    "outcome, status, reason",
    [
        (Outcome("", "ok", "1 posting listed"), "ok", "1 posting listed"),
        (Outcome("", "ok", "1 posting listed (it leads to https://b.acme.example/)",
                 look={"led": "https://b.acme.example/"}), "ok", "1 posting listed (it leads to https://b.acme.example/)"),
        (Outcome("", "moved", "it leads to there", look={"led": "https://jobs.lever.co/acme"}), "moved",
         "it leads to https://jobs.lever.co/acme, which is lever:acme"),
        (Outcome("", "ok", "1 posting listed", look={"led": "https://jobs.lever.co/acme"}), "moved",
         "it leads to https://jobs.lever.co/acme, which is lever:acme"),
        (Outcome("", "ok", "1 posting listed", look={"led": "https://boards.greenhouse.io/ACME"}), "ok", "1 posting listed"),
    ],
)  # fmt: skip
def test_a_source_that_leads_to_another_board_has_moved(
    rolecall: Run, seen: dict[str, Outcome], outcome: Outcome, status: str, reason: str
) -> None:
    seen["greenhouse:acme"] = outcome
    said = rolecall("check", "greenhouse:acme", "--format", "csv", code=int(status != "ok")).stdout
    assert said.splitlines()[1].replace('"', "") == f"greenhouse:acme,{status},0,{reason}"
