"""What is read of résumés, by layout: ours, and real and designed ones with words that stand in them.

    python -m benchmarks.resumes [SHARED]

For a file, parts of its lines must be found, as a person reads them: down a column of a page, with nothing of
another column between. Those of SHARED's files stand in resumes_expected.csv, each word as a hash of it. Of
designed and typeset pages they were read off pictures of them; of plain PDFs and of DOCX they are drawn from
what another library reads (pypdf; the XML itself).
"""

from __future__ import annotations

import argparse
import csv
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.resumes_samples import Sample, hashed, samples
from matcher import resume

EXPECTED = Path(__file__).with_name("resumes_expected.csv")
SCAN = "scan"


class Row(NamedTuple):
    """How one file was read: answered as it should be, words found of those expected, pairs in order."""

    layout: str
    is_answered: bool
    found: int
    expected: int
    ordered: int
    pairs: int
    seconds: float


def judged(given: Sample) -> Row:
    """Read a file, and hold what was read against what it should say."""
    began = time.perf_counter()
    try:
        text, problem = resume.read(given.data), ""
    except resume.UnreadableResume as error:
        text, problem = "", next(key for key, said in resume.SENTENCES.items() if said == str(error))
    seconds = time.perf_counter() - began
    words = hashed(text)
    columns = [_places(column, words) for column in given.columns]
    places = [place for column in columns for place in column]
    return Row(
        given.layout,
        problem == given.problem,
        sum(place >= 0 for place in places),
        len(places),
        sum(_ordered(column, places) for column in columns),
        sum(max(len(column) - 1, 0) for column in columns),
        seconds,
    )


def _places(column: tuple[str, ...], text: str) -> list[int]:
    """Where words stand in a text, however its lines break, each after those before it if it can; or -1."""
    places, at = [], 0
    for words in column:
        apart = r"\s+".join(map(re.escape, words.split()))
        pattern = re.compile(rf"(?<!\w){apart}(?!\w)")
        found = pattern.search(text, at) or pattern.search(text)
        places.append(found.start() if found else -1)
        at = found.end() if found else at
    return places


def _ordered(column: list[int], places: list[int]) -> int:
    """How many follow the one before in their column, with nothing of another column between."""
    return sum(
        0 <= one < other and not any(one < place < other for place in places)
        for one, other in pairwise(column)
    )


def real(shared: Path) -> Iterator[Sample]:
    """The files of SHARED with their words; a scan should be told to be one."""
    folder = shared / "data" / "resumes"
    with EXPECTED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            columns = [tuple(column.split("; ")) for column in row["words"].split(" | ") if column]
            yield Sample(row["layout"], (folder / row["file"]).read_bytes(), tuple(columns), row["problem"])


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a table by layout, as docs/matching.md has it."""
    by_layout: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_layout[row.layout].append(row)
    yield "| layout | files | answered rightly | words found | in order | median ms |"
    yield "|---|---|---|---|---|---|"
    for layout, some in by_layout.items():
        answered = sum(row.is_answered for row in some)
        found, expected = sum(row.found for row in some), sum(row.expected for row in some)
        ordered, pairs = sum(row.ordered for row in some), sum(row.pairs for row in some)
        middle = 1000 * statistics.median(row.seconds for row in some)
        yield (
            f"| {layout} | {len(some)} | {answered} | {_of(found, expected)} | {_of(ordered, pairs)}"
            f" | {middle:.0f} |"
        )


def _of(some: int, every: int) -> str:
    return f"{some} of {every}" if every else ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    shared = parser.parse_args().shared
    print("Our own:", *table(map(judged, samples())), sep="\n")
    if not (shared / "data" / "resumes").is_dir():
        sys.exit(f"no résumés in {shared}: name the folder that holds data/resumes")
    print("\nReal and designed:", *table(map(judged, real(shared))), sep="\n")


if __name__ == "__main__":
    main()
