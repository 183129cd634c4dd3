from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from commandline import lines, prepared, write


def titles(result: Result) -> set[str]:
    return {row["title"] for row in lines(result)}


def search(run: Callable[..., Result], typed: str, code: int = 0) -> Result:
    return run("match", "-", "--format", "jsonl", text=typed, code=code)


def test_a_short_text_is_a_search_and_it_is_said_how_it_was_read(
    run: Callable[..., Result], ads: Path, tmp_path: Path
) -> None:
    prepared(run, ads)
    found = search(run, "calls, chat, appointments title:desk")
    assert titles(found) == {"Front Desk Receptionist"}
    assert "Only jobs with “desk” in the title." in found.stderr
    assert "Front Desk Receptionist" not in titles(search(run, "calls, chat, appointments -title:desk"))
    assert titles(search(run, 'org:"harbor gas"')) == {"Customer Service Representative"}
    mended = search(run, "recepshionist")
    assert titles(mended) == {"Front Desk Receptionist"}
    assert "Searched for “receptionist”: “recepshionist” looks like a misprint." in mended.stderr
    nothing = search(run, "chat title:plumber", code=1)
    assert "leave out title:plumber to see" in nothing.stderr
    people = write(tmp_path / "people.jsonl", [{"id": 1, "text": "calls, chat, appointments title:desk"}])
    assert len(lines(run("match", "--profiles", people))[0]["matches"]) > 1
