"""`rolecall sources add`: an address becomes an entry, after a look at an offline web that we wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from offline import board

from crawler import sources, sourcesfile
from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import crawling

Run = Callable[..., Result]
TOML = """# Ours.

[[source]]
spider = "greenhouse"  # the first
board = "acme"
"""
GREENHOUSE = "https://boards-api.greenhouse.io"


@pytest.fixture
def rolecall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`rolecall sources …` where pages of a folder answer in place of their servers."""
    home, pages = tmp_path / "home", tmp_path / "pages"
    home.mkdir()
    pages.mkdir()
    (home / "sources.toml").write_text(TOML)
    here = settings.load({"ROLECALL_NOW": "2026-11-21"}, home=home)
    of = crawling.night_of
    monkeypatch.setattr(crawling, "night_of", lambda *a, **b: replace(of(*a, **b), replay=pages))

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(door.main, ["sources", *words], obj=here)
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def page(folder: Path, url: str, body: str, status: int = 200, **headers: str) -> None:
    """A page that stands at an address."""
    name = f"page-{len(list(folder.glob('*.html')))}"
    (folder / f"{name}.html").write_text(body)
    (folder / f"{name}.expected.json").write_text(
        json.dumps({"url": url, "status": status, "headers": headers})
    )


def toml(folder: Path) -> str:
    return (folder / "home" / "sources.toml").read_text()


CAREERS = "https://www.harbor.example/careers"
EMBEDS = "<html><body><h1>Work with us</h1><iframe src='https://boards.greenhouse.io/embed/job_board?for={}'></iframe>"


def test_a_board_is_looked_at_shown_and_written_below_the_others(rolecall: Run, tmp_path: Path) -> None:
    board(tmp_path / "pages", "harbor", [1, 2, 3, 4], host=GREENHOUSE)
    said = rolecall("add", "boards.greenhouse.io/harbor/jobs/4")
    assert said.stdout.startswith("greenhouse:harbor: ok, 4 postings listed\n")
    assert [f"Harbor {number}" in said.stdout for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "Tulsa, OK" in said.stdout
    assert toml(tmp_path) == TOML + '\n[[source]]\nspider = "greenhouse"\nboard = "harbor"\n'
    assert f"written to {tmp_path / 'home' / 'sources.toml'}" in said.stdout
    assert (
        "is there already, as source 2 of"
        in rolecall("add", "https://boards.greenhouse.io/Harbor", code=1).stderr
    )


def test_of_several_boards_none_is_taken_before_a_person_says_which(rolecall: Run, tmp_path: Path) -> None:
    board(tmp_path / "pages", "harbor", [1], host=GREENHOUSE)
    page(tmp_path / "pages", CAREERS, EMBEDS.format("harbor") + EMBEDS.format("tide"))
    said = rolecall("add", CAREERS, code=1).stderr
    assert "speaks of 2 sources; say which, as in --spider greenhouse:" in said
    assert "\n  greenhouse:harbor  (the page names it)\n  greenhouse:tide  (" in said
    assert toml(tmp_path) == TOML
    rolecall("add", CAREERS, "--spider", "greenhouse:harbor")
    assert 'board = "harbor"' in toml(tmp_path)


def test_what_gives_no_posting_is_written_only_when_told_to(rolecall: Run, tmp_path: Path) -> None:
    said = rolecall("add", "https://boards.greenhouse.io/tide", code=1)
    assert said.stdout == "greenhouse:tide: unknown, unknown board 'tide' (HTTP 404)\n"
    assert "was not written: --anyway writes it all the same" in said.stderr
    assert toml(tmp_path) == TOML
    rolecall("add", "https://boards.greenhouse.io/tide", "--anyway")
    assert 'board = "tide"' in toml(tmp_path)


@pytest.mark.soak
def test_a_site_with_markup_and_a_feed_are_written_with_their_address_or_a_name(
    rolecall: Run, tmp_path: Path
) -> None:
    marked = {"@type": "JobPosting", "title": "Chat Agent", "description": "You answer. " * 40}
    script = f'<script type="application/ld+json">{json.dumps(marked)}</script>'
    page(tmp_path / "pages", CAREERS, f"<html><head>{script}</head><body><h1>Chat Agent</h1></body></html>")
    assert "Chat Agent" in rolecall("add", CAREERS, "--name", "harbor").stdout
    assert toml(tmp_path).endswith(f'spider = "schemaorg"\nboard = "harbor"\nurl = "{CAREERS}"\n')


@pytest.mark.parametrize("more", [(), pytest.param(("--enable",), marks=pytest.mark.soak)])
def test_a_source_of_an_optional_platform_is_written_at_rest_with_the_reason(
    rolecall: Run, tmp_path: Path, more: tuple[str, ...]
) -> None:
    enabled = bool(more)
    said = rolecall("add", "https://acme.breezy.hr/", "--anyway", *more)
    entry = toml(tmp_path).removeprefix(TOML)
    assert f"enabled = {str(enabled).lower()}\n" in entry
    assert ("# At rest: breezy is optional." in entry) is not enabled
    assert ("set enabled = true there" in said.stderr) is not enabled
    [_, source] = sources.read(tmp_path / "home" / "sources.toml", sources.spiders(), ())
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
    rolecall: Run, tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in rolecall("add", *words, code=code).stderr
    assert toml(tmp_path) == TOML


def test_a_look_tells_unknown_from_empty_from_moved_from_blocked(rolecall: Run, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    board(pages, "acme", [1], host=GREENHOUSE)
    board(pages, "none", [], host=GREENHOUSE)
    address = f"{GREENHOUSE}/v1/boards/{{}}/jobs?content=true&pay_transparency=true"
    page(pages, address.format("gone"), "", 302, Location="https://jobs.lever.co/gone")
    page(pages, "https://jobs.lever.co/gone", "<html><body>Jobs at Gone</body></html>")
    page(pages, address.format("shut"), "<html><title>Just a moment...</title></html>", 403)
    for name in ("none", "gone", "shut", "nobody"):
        sourcesfile.append(tmp_path / "home" / "sources.toml", {"spider": "greenhouse", "board": name})
    told = json.loads(rolecall("check", "--format", "json", code=1).stdout)
    found = {row["source"].partition(":")[2]: (row["status"], row["reason"]) for row in told}
    assert found["acme"] == ("ok", "1 postings listed")
    assert found["none"] == ("empty", "no posting now: meta.total")
    assert found["gone"] == ("moved", "it leads to https://jobs.lever.co/gone, which is lever:gone")
    assert found["shut"][0] == "blocked"
    assert found["nobody"] == ("unknown", "unknown board 'nobody' (HTTP 404)")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only words",
        TOML,
        TOML.rstrip(),
        TOML.replace("\n", "\r\n"),
        '[[source]]\nspider="a"\nboard="""b\n[[c"""\n',
    ],
)
def test_an_entry_is_written_below_whatever_the_file_holds(tmp_path: Path, before: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(before.encode())
    sourcesfile.append(file, {"spider": "lever", "board": 'a"b\\', "enabled": False}, ["At rest."])
    assert file.read_bytes().decode().startswith(before)
    assert sources.entries(file)[-1] == {"spider": "lever", "board": 'a"b\\', "enabled": False}
    sourcesfile.remove(file, len(sources.entries(file)) - 1)
    assert file.read_bytes().decode().rstrip() == before.rstrip()
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_whichever_entry_is_taken_out_the_others_and_all_comments_stay(tmp_path: Path, number: int) -> None:
    parts = [
        f'# above {one}\n\n[[source]] # [[ {one}\nspider = "s{one}"  # why\n\n# below {one}\n'
        for one in range(3)
    ]
    file = tmp_path / "sources.toml"
    file.write_text("".join(parts))
    sourcesfile.remove(file, number)
    left = file.read_text()
    assert [entry["spider"] for entry in sources.entries(file)] == [
        f"s{one}" for one in range(3) if one != number
    ]
    assert all(f"# above {one}" in left and f"# below {one}" in left for one in range(3))


def test_a_list_in_one_line_is_left_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('source = [{spider = "a"}, {spider = "b"}]\n')
    for change in (lambda: sourcesfile.append(file, {"spider": "c"}), lambda: entries.remove(file, 0)):
        with pytest.raises(sources.WrongSources, match="lists its sources in one line"):
            change()
    assert file.read_text() == 'source = [{spider = "a"}, {spider = "b"}]\n'
