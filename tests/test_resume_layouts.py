"""Résumés of every layout: what a person sees is read, in the order in which it is seen."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks import resumes, resumes_samples
from matcher import resume
from matcher.readers import layout, tidy
from matcher.readers.layout import Line

SAMPLES = {sample.layout: sample for sample in resumes_samples.samples()}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_layout_is_read_whole_and_in_order(name: str) -> None:
    read = resumes.judged(SAMPLES[name])
    assert read.is_answered
    assert (read.found, read.ordered) == (read.expected, read.pairs)


def test_a_header_and_a_footer_of_all_pages_are_said_once() -> None:
    text = resume.read(SAMPLES["header and footer on each page"].data)
    assert text.count("curriculum vitae") == 1
    assert text.count("of 3") == 1
    assert text.count("Sentence") == 24


def test_a_text_box_is_said_once_though_it_is_written_twice() -> None:
    assert resume.read(resumes_samples.RTF).count("Boxed") == 1


@pytest.mark.parametrize(
    "data, columns, found, ordered",
    [
        (b"one two three", [("three", "two", "four")], 2, 0),
        (b"a 1 b 2 3", [("a", "b"), ("1", "2", "3")], 5, 1),
        (b"a b 1 2 3", [("a", "b"), ("1", "2", "3")], 5, 3),
        (b"part of a word", [("art",)], 0, 0),
        (b"apart is a part", [("a part", "is a")], 2, 0),
    ],
)
def test_the_figures_see_a_missing_word_and_a_wrong_order(
    data: bytes, columns: list[tuple[str, ...]], found: int, ordered: int
) -> None:
    read = resumes.judged(resumes_samples.sample("", data, *columns))
    assert (read.found, read.ordered) == (found, ordered)


def test_the_figures_see_a_wrong_answer() -> None:
    assert not resumes.judged(resumes_samples.sample("", b"", ("one",))).is_answered
    assert not resumes.judged(resumes_samples.sample("", b"words", problem="scan")).is_answered


def test_the_table_adds_up_by_layout() -> None:
    rows = [resumes.Row("a", True, 2, 3, 1, 2, 0.010), resumes.Row("a", False, 1, 1, 0, 0, 0.030)]
    assert list(resumes.table(rows))[2:] == ["| a | 2 | 1 | 3 of 4 | 1 of 2 | 20 |"]


def test_every_file_of_the_real_ones_has_its_line(shared: Path) -> None:
    folder = shared / "data" / "resumes"
    real = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    lines = resumes.EXPECTED.read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[0] for line in lines} == {name for name in real if not name.endswith("README.md")}


def test_of_real_resumes_hashes_are_kept_and_no_word() -> None:
    with resumes.EXPECTED.open(encoding="utf-8") as lines:
        words = [word for row in csv.DictReader(lines) for word in re.findall(r"\w+", row["words"])]
    assert len(words) > 1000
    assert [word for word in words if not re.fullmatch(r"[0-9a-f]{8}", word)] == []


# Lines of a page


def page(*columns: tuple[float, float, int]) -> list[list[Line]]:
    """Columns (left, right, lines) of lines that do not overlap."""
    return [
        [Line(f"{left:.0f}.{row}", left, 700 - 14 * row, right, 710 - 14 * row) for row in range(rows)]
        for left, right, rows in columns
    ]


def test_what_is_drawn_in_the_order_of_reading_stays_as_it_is() -> None:
    left, right = page((50, 250, 9), (300, 500, 7))
    assert layout.ordered(left + right) == left + right
    assert layout.ordered(right + left) == right + left


@given(some.randoms(use_true_random=False))
def test_columns_are_read_one_after_the_other_however_they_are_drawn(chance: random.Random) -> None:
    left, right = page((50, 250, 9), (300, 500, 7))
    top = Line("name", 40, 730, 510, 750)
    drawn = [top, *left, *right]
    chance.shuffle(drawn)
    read = layout.ordered(drawn)
    assert sorted(read) == sorted(drawn)
    assert [line for line in read if line in left] == left
    assert [line for line in read if line in right] == right
    assert read[0] == top


@given(
    some.lists(
        some.tuples(*[some.integers(0, 600)] * 2, some.integers(0, 90), some.integers(0, 40)), max_size=25
    )
)
def test_no_line_is_lost_doubled_or_read_before_one_above_it(boxes: list[tuple[int, int, int, int]]) -> None:
    lines = [Line(f"{n}", x, y, x + wide, y + high) for n, (x, y, wide, high) in enumerate(boxes)]
    read = layout.ordered(lines)
    assert sorted(read) == sorted(lines)
    for number, line in enumerate(read):
        assert not any(layout._is_above(later, line) for later in read[number + 1 :])


def test_a_page_of_too_many_lines_stays_as_it_is_drawn() -> None:
    [drawn] = page((50, 250, layout.MOST_LINES + 1))
    assert layout.ordered(drawn[::-1]) == drawn[::-1]


@pytest.mark.parametrize(
    "cells, lines",
    [
        (["2019 to 2021", "Agent"], "2019 to 2021 | Agent"),
        (["Agent", "2021"], "Agent | 2021"),
        (["Agent\ncalls", "2021"], "Agent\ncalls\n2021"),
        (["2021", "Agent\n• calls"], "2021 | Agent\n• calls"),
        (["SKILLS", "Spanish\nExcel"], "SKILLS\nSpanish\nExcel"),
        (["", " Excel ", "Word"], "Excel\nWord"),
        ([], ""),
    ],
)
def test_a_row_of_a_table_keeps_years_beside_what_they_are_said_of(cells: list[str], lines: str) -> None:
    assert tidy.row(cells) == lines


@pytest.mark.parametrize(
    "pages, text",
    [
        (["Dana\n" + "a\nb\nc\nd\ne\nf\n" + "1 / 2", "Dana\n" + "g\nh\ni\nj\nk\nl\n" + "2 / 2"], "Dana a b c d e f 1 / 2 g h i j k l"),
        (["same\n2", "same\n2"], "same 2 same 2"),  # too short to have a header
        (["a\nb\nc\nd\ne\nf\ng"], "a b c d e f g"),
        (["Calls: 90\nb\nc\nd\ne\nf\ng", "Calls: 70\nh\ni\nj\nk\nl\nm"], "Calls: 90 b c d e f g Calls: 70 h i j k l m"),
    ],
)  # fmt: skip
def test_pages_are_joined_without_what_their_edges_say_again(pages: list[str], text: str) -> None:
    assert " ".join(tidy.joined(pages).split()) == text
