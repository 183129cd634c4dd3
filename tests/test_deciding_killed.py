"""kill -9 at any moment of a merge leaves all of it or nothing, and whoever sends the form again gets it done once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from deciding import NOW, asked, loner, night, remember, twin, whole
from sqlalchemy import event
from test_grouping_killed import Doom

from db import queries, session
from matcher import deciding

KEY = "of-one-form"
Jobs = tuple[str, str]


def opened(folder: Path) -> session.Engines:
    return session.open_engines(f"sqlite:///{folder}/rolecall.sqlite3")


def merge(engines: session.Engines, folder: Path, jobs: Jobs) -> str | None:
    """A person's form: two jobs become one, and the jobs follow; None, or why they wait."""
    deciding.merge(engines, asked(NOW, key=KEY), *jobs)
    return deciding.follow(engines, NOW, folder / "shelf")


def killed(folder: Path, jobs: Jobs, left: int) -> int:
    """Merge in a process that is killed at its `left`-th step; how many steps it took if it was not, else 0."""
    inlet, outlet = os.pipe()
    if (child := os.fork()) == 0:
        doom = Doom(folder, left)
        engines = opened(folder)
        event.listen(engines.write, "before_cursor_execute", doom.step)
        event.listen(engines.write, "commit", doom.step)
        assert merge(engines, folder, jobs) is None
        os.write(outlet, str(doom.seen).encode())
        os._exit(0)
    os.close(outlet)
    _, status = os.waitpid(child, 0)
    with os.fdopen(inlet) as told:
        return int(told.read() or 0) if os.WIFEXITED(status) else 0


def state(folder: Path) -> tuple[Any, Any]:
    """What people said, with the log; and what the jobs are."""
    engines = opened(folder)
    with session.reading(engines) as db:
        said = [tuple(row) for row in queries.verdicts.every(db)]
        acts = [(row.what, row.key, len(row.after["verdicts"])) for row in queries.acts.page(db, most=9)]
    jobs = whole(engines)
    engines.close()
    return (said, acts), jobs


@pytest.fixture
def pristine(sqlite_model: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "pristine"
    folder.mkdir()
    shutil.copy(sqlite_model, folder / "rolecall.sqlite3")
    engines = opened(folder)
    remember(engines, [twin("twin0"), twin("twin1"), loner(0), loner(1)])
    night(engines, folder / "shelf")
    engines.close()
    return folder


def check(pristine: Path, steps_of: Any) -> list[tuple[bool, bool]]:
    """Of each kill whether the merge was said, and whether the jobs had followed."""
    folder = pristine.parent / "home"
    shutil.copytree(pristine, folder)
    old = state(folder)
    jobs = old[1]["homes"]["loner0"], old[1]["homes"]["twin0"]
    steps = killed(folder, jobs, 0)
    new = state(folder)
    assert old[0] != new[0]
    assert len(old[1]["jobs"]) == len(new[1]["jobs"]) + 1
    seen = []
    for left in steps_of(steps):
        shutil.rmtree(folder)
        shutil.copytree(pristine, folder)
        assert killed(folder, jobs, left) == 0
        said, grouped = state(folder)
        assert said in (old[0], new[0]), left
        assert grouped in (old[1], new[1]), left
        assert said == new[0] or grouped == old[1], left
        seen.append((said == new[0], grouped == new[1]))
        engines = opened(folder)
        # Who is killed when the jobs are written and the shelf is not leaves one that only a night makes anew.
        assert merge(engines, folder, jobs) in (None, deciding.LATER)
        night(engines, folder / "shelf")
        engines.close()
        assert state(folder) == new, left
    return seen


def test_a_merge_that_is_killed_is_whole_or_nothing_and_is_done_once_when_it_is_sent_again(
    pristine: Path,
) -> None:
    seen = check(pristine, lambda steps: sorted({1, steps // 4, steps // 2, steps}))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == ((False, False), (True, True))


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_so_it_is_at_each_of_its_steps(pristine: Path) -> None:
    seen = check(pristine, lambda steps: range(1, steps + 1))
    assert len(seen) >= 100
    assert seen == sorted(seen)
    assert set(seen) == {(False, False), (True, False), (True, True)}
