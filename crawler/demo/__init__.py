"""What `rolecall demo` runs on: 150 invented postings with dates near today, and three invented résumés."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

DAYS = re.compile(r"@([+-]?\d{1,4})")  # "@-12" stands for the ISO date twelve days before today


def rows(today: date) -> Iterator[dict[str, str]]:
    """Each posting under its source's own column names, in the file's order, with its dates filled in."""
    with (resources.files(__name__) / "postings.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield {column: _filled(value, today) for column, value in json.loads(line).items()}


def write(path: Path, today: date) -> None:
    """Write the postings as a JSONL file for `rolecall import`; a file of that name is replaced."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows(today))
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def resumes() -> list[Traversable]:
    """The résumés by file name: each as text, one also as DOCX and one as PDF."""
    return sorted((resources.files(__name__) / "resumes").iterdir(), key=lambda file: file.name)


def _filled(value: str, today: date) -> str:
    found = DAYS.fullmatch(value)
    return (today + timedelta(days=int(found[1]))).isoformat() if found else value
