"""The project's own habits: small modules that say what they are, no machine's traces, a lock that fits."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("rolecall", "crawler", "matcher", "webapp", "db")

# Registries, and paths that only one machine has. The brackets keep these patterns from finding themselves.
TRACES = re.compile(
    r"""pypi[.]org | pythonhosted[.]org | file:[/]{3}(?:home|root|work|Users|opt)/ | index-url[ =]\S*:[/]{2}
    | (?<![\w./-])/(?:home|root|work|Users|opt)/\w""",
    re.VERBOSE,
)
# What was recorded from outside, in its own words.
RECORDED = ("tests/samples/", "LICENSE")


@cache
def tracked() -> tuple[Path, ...]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files are ours cannot be told")
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_over_400_lines():
    lines = {name(path): len(path.read_text().splitlines()) for path in modules()}
    assert lines
    assert {module: count for module, count in lines.items() if count > 400} == {}


def test_every_module_opens_with_a_sentence_on_what_is_here():
    def opening(path: Path) -> str:
        return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n\n")[0]

    ours = [path for path in modules() if path.relative_to(ROOT).parts[0] in PACKAGES]
    assert ours
    assert [name(path) for path in ours if not opening(path).endswith((".", "?", ":"))] == []


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    traces = [
        f"{name(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if not name(path).startswith(RECORDED)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if TRACES.search(line)
    ]
    assert traces == []


@pytest.mark.parametrize(
    "line, traced",
    [
        ("--index+-url https://mirror.example/simple", True),
        ('SHARED = Path("/ho+me/somebody/data")', True),
        ("https://jobs.example.com/home/list", False),
        ("make PYTHON=/path/to/python3", False),
    ],
)
def test_a_trace_is_told_from_an_address(line, traced):
    assert bool(TRACES.search(line.replace("+", ""))) is traced  # the + keeps these lines from being traces


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    stated = [
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *project["dependency-groups"]["build"],
        *(line for line in project["dependency-groups"]["dev"] if isinstance(line, str)),
    ]
    return [Requirement(line) for line in stated]


def locked() -> dict[str, set[str]]:
    """The versions of each package in the lock: more than one where they differ by platform."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==([^\s;]+)", lock(), re.MULTILINE):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def lock() -> str:
    return (ROOT / "requirements.lock").read_text()


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_the_lock_holds_what_pyproject_asks_for(requirement):
    versions = locked().get(canonicalize_name(requirement.name), set())
    assert versions, f"{requirement} is not locked: run make lock"
    assert all(map(requirement.specifier.contains, versions)), f"{requirement} is behind: run make lock"


def test_the_lock_names_no_host_and_hashes_everything():
    for told in (lock(), (ROOT / "deploy" / "requirements.lock").read_text()):
        assert "://" not in told
        for block in re.split(r"\n(?=\w)", told)[1:]:
            assert "--hash=sha256:" in block


def test_the_wheel_carries_every_file_of_the_packages(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    ours = {name(path) for path in tracked() if path.relative_to(ROOT).parts[0] in PACKAGES}
    assert ours - carried == set()
