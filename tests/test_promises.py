"""The table of what is promised in docs/operations.md names tests that exist, and says which are long."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("## What is promised, and how it is tested\n")[2].partition("\n## ")[0]
ROWS = dict(re.findall(r"^\| ([C-I]\d+) \| (.+) \|$", SECTION, re.MULTILINE))
NAMED = re.compile(r"`(test_\w+\.py)(?:::(\w+))?`( \(\*soak\*)?")
SCRIPT = re.compile(r"`(benchmarks/\w+\.py)")


@cache
def found_in(file: str) -> dict[str, bool]:
    """Each test of a file, and whether it is a long one."""
    tree = ast.parse((ROOT / "tests" / file).read_text())
    whole = any(re.match(r"pytestmark = .*mark\.soak", ast.unparse(node)) for node in tree.body)
    return {
        node.name: whole or "pytest.mark.soak" in map(ast.unparse, node.decorator_list)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("number", ROWS)
def test_a_promise_names_tests_and_scripts_that_exist_and_which_are_long(number: str) -> None:
    named, scripts = NAMED.findall(ROWS[number]), SCRIPT.findall(ROWS[number])
    assert named or scripts or "](#" in ROWS[number]  # what is only written down says where
    for file, name, long in named:
        assert (ROOT / "tests" / file).is_file(), file
        if name:
            assert name in found_in(file), f"{file} has no {name}"
            assert found_in(file)[name] == bool(long), f"{name}: say (*soak*) where it is one"
    for script in scripts:
        assert (ROOT / script).is_file(), script


def test_every_promise_has_its_three_cells_and_no_number_is_twice() -> None:
    assert all(row.count(" | ") == 2 for row in ROWS.values())
    assert len(ROWS) == len(re.findall(r"^\| [C-I]\d+ \|", SECTION, re.MULTILINE)) > 50


def test_every_promise_that_must_hold_stands_in_the_table(shared: Path) -> None:
    told = (shared / "RELIABILITY.md").read_text()
    must = set(re.findall(r"^\| ([C-I]\d+) \|.*\| P0 \|$", told, re.MULTILINE))
    assert len(must) > 50
    assert must <= set(ROWS)
