"""README and docs name only commands, options, settings and targets that exist, and all of them."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from crawler import archive
from rolecall.__main__ import loaded, main
from rolecall.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text()
# Read outside the settings: the tests' own server, and a setting of Scrapy's.
OTHER_VARIABLES = {"ROLECALL_TEST_POSTGRES_URL", "ROLECALL_REPLAY"}


def code(page: Path) -> Iterator[str]:
    """Each line of a fenced block and each span of code."""
    text = page.read_text()
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    yield from (line for block in blocks for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def named(word: str) -> list[tuple[str, str]]:
    """Where the docs call `word` with something after it: the page, and what follows up to a pipe."""
    calls = re.compile(rf"(?:^|[\s/]){word} (?! )([^|>;&]+)")
    return [
        (page.relative_to(ROOT).as_posix(), call[1].strip())
        for page in PAGES
        for line in code(page)
        for call in calls.finditer(line)
    ]


@cache
def tree() -> dict[str, click.Command]:
    """Every command by its words: "" is the root, groups are among them."""
    found: dict[str, click.Command] = {"": main}
    todo: list[tuple[str, click.Command]] = [("", main)]
    for words, command in todo:
        if isinstance(command, click.Group):
            below = [
                (f"{words} {each}".strip(), child if words else loaded(each))
                for each, child in command.commands.items()
            ]
            found.update(below)
            todo.extend(below)
    return found


def test_the_help_loads_no_command_and_no_library_of_one():
    told = "import sys; from rolecall.__main__ import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(f"  {name} " in done.stdout for name in main.commands)
    assert not {"sqlalchemy", "pydantic", "rich", "rolecall.settings"} & {*done.stdout.split()}


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in [*parameter.opts, *parameter.secondary_opts]
        if name.startswith("--")
    } - {"--help"}


def resolve(call: str) -> tuple[str, list[str]]:
    """The longest command that a line of shell names, and the words after it."""
    words = shlex.split(call, comments=True)
    depth = 0
    while " ".join(words[: depth + 1]) in tree() and depth < len(words):
        depth += 1
    return " ".join(words[:depth]), words[depth:]


@pytest.mark.parametrize("page, call", named("rolecall"))
def test_the_docs_name_only_commands_and_options_that_exist(page, call):
    words, rest = resolve(call)
    command = tree()[words]
    if isinstance(command, click.Group):
        assert not rest or rest[0].startswith("--"), f"{page}: no command rolecall {call}"
    said = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert said <= options(command) | {"--help"}, f"{page}: rolecall {call}"


def sections(page: str, heading: str) -> dict[str, str]:
    """What stands under each heading that begins with some words, by the rest of the heading."""
    parts = re.split(rf"^## {heading} ?(.*)$", (ROOT / "docs" / page).read_text(), flags=re.MULTILINE)
    return {
        title.strip(): text.partition("\n## ")[0]
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_every_command_has_its_section_and_every_section_its_command():
    leaves = {words for words, command in tree().items() if not isinstance(command, click.Group)}
    assert set(sections("commands.md", "rolecall")) == leaves | {""}


@pytest.mark.parametrize("words", sections("commands.md", "rolecall"))
def test_a_command_s_section_lists_its_options_and_no_others(words):
    listed = re.findall(r"^\| `(--[a-z-]+)", sections("commands.md", "rolecall")[words], re.MULTILINE)
    assert sorted(listed) == sorted(options(tree()[words]))


def test_the_table_of_columns_is_what_the_archive_reads_in_its_order():
    section = sections("commands.md", "rolecall")["import"]
    rows = re.findall(r"^\| [^`|]+ \| (`.+`) \|$", section, re.MULTILINE)
    listed = [tuple(re.sub(r"[^a-z0-9]", "", name) for name in re.findall(r"`(.+?)`", row)) for row in rows]
    assert listed == list(archive.COLUMNS.values())


@pytest.mark.parametrize("words", tree())
def test_every_command_and_option_says_what_it_is_for(words):
    command = tree()[words]
    assert command.help
    assert [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ] == []


def test_the_docs_name_only_settings_that_exist_and_all_of_them():
    documented = re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(Settings.model_fields)


def test_the_docs_name_only_variables_that_exist_and_all_of_them():
    variables = {f"ROLECALL_{name.upper()}" for name in Settings.model_fields}
    said = {found for page in PAGES for found in re.findall(r"\bROLECALL_[A-Z_]*[A-Z]\b", page.read_text())}
    assert said - OTHER_VARIABLES == variables


def targets() -> dict[str, str]:
    return dict(re.findall(r"^([a-z]+):.*?##\s*(.+)$", MAKEFILE, re.MULTILINE))


def test_the_docs_name_only_targets_of_make_that_exist():
    assert {call.split()[0] for _, call in named("make") if "=" not in call.split()[0]} <= set(targets())


def test_continuous_integration_makes_only_what_can_be_made():
    files = [*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / ".ci" / "run"]
    made = {target for file in files for target in re.findall(r"\bmake ([a-z]+)\b", file.read_text())}
    assert {"check", "test", "audit"} <= made <= set(targets())


def test_contributing_lists_every_target_and_make_explains_it():
    listed = re.findall(r"^\| `make ([a-z]+)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert sorted(listed) == sorted(targets()) == sorted(phony[1].split())


def test_every_link_between_pages_leads_somewhere():
    links = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert links == []
