"""What docs/api.md tells of the operations holds, and its example runs."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import browser
import programs
import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def program(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[programs.Program]:
    with programs.opened(demo_home, tmp_path_factory.mktemp("api")) as by_scope:
        yield by_scope["read"]


def test_the_example_prints_every_row_of_all_pages(program: programs.Program) -> None:
    [example] = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert example.count("\n") <= 12
    total = program.get("/search", q="customer support").get_json()["total"]
    with browser.served(program.client.application) as address:
        told = example.replace("http://127.0.0.1:8000", address).replace("&remote=true", "&limit=7")
        told = told.replace("sleep(0.25)", "sleep(0)")
        command, env = [sys.executable, "-c", told], {**os.environ, "TOKEN": program.token}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    numbers = [int(line.split("\t")[0]) for line in done.stdout.splitlines()]
    assert numbers == list(range(1, total + 1))
    assert total > 7


def test_the_page_names_every_operation_and_no_other(program: programs.Program) -> None:
    told = program.get("/openapi.json").get_json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in told.items() for method in methods}
    assert set(re.findall(r"`((?:GET|POST) /api/v1/[^`]+)`", PAGE)) == there
