from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import names, terms, text

TITLES = names.table(
    [
        "Customer Service Supervisor",
        "Supervisors, Customer Care",
        "Service Rep",
        "",
        "Team Lead - Team",
        "Lead",
    ]
    + ["Customer Service Representative"] * 2000
)
EMPLOYERS = names.table(["Acme Care, Inc.", "Care Acme", "Amazon Parcels", "Ámbar", "", "Acme"])


def rows(known: names.Names, words: str, *, exact: bool = False) -> list[int]:
    return np.flatnonzero(known.having(text.tokens(words), exact=exact))[:6].tolist()


@pytest.mark.parametrize(
    "words, exact, found",
    [
        ("supervisor", False, [0, 1]),
        ("supervisors", False, [0, 1]),
        ("supervisor", True, [0]),
        ("customer service", True, [0, 6, 7, 8, 9, 10]),
        ("service customer", True, []),
        ("representative", False, [2, 6, 7, 8, 9, 10]),
        ("reps", False, [2, 6, 7, 8, 9, 10]),
        ("rep", True, [2]),
        ("team", True, [4]),
        ("team lead team", True, [4]),
        ("team lead", True, [4]),
        ("lead lead", True, []),
        ("plumber", False, []),
        ("team lead team lead team lead " * 9, False, []),
    ],
)
def test_words_in_a_row_are_found_in_names(words: str, exact: bool, found: list[int]) -> None:  # noqa: FBT001
    assert rows(TITLES, words, exact=exact) == found


@given(
    st.lists(st.text("ab ", max_size=6), max_size=6),
    st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=3),
)
def test_reading_every_name_finds_the_same(said: list[str], words: list[str]) -> None:
    slow = [f" {' '.join(words)} " in f" {' '.join(text.tokens(one))} " for one in said]
    assert names.table(said).having(words, exact=True).tolist() == slow


def test_no_name_at_all_has_no_word() -> None:
    assert rows(names.table([]), "care") == rows(names.table(["", "-"]), "care") == []
    assert names.meant("cusotmer", [names.table([])]) is None


@pytest.mark.parametrize(
    "word, meant",
    [
        ("cusotmer", "customer"),
        ("custmer", "customer"),
        ("costomar", "customer"),
        ("suprevisor", "supervisor"),
        ("amazn", "amazon"),
        ("amaon", "amazon"),
        ("representatives", None),  # the plural of one that is there
        ("supervisor", None),
        ("carre", "care"),
        ("cre", None),  # too short to tell
        ("should", None),
        ("amz0n", None),
        ("24/7", None),
        ("zendesk", None),  # a skill
        ("toledo", None),  # a city
        ("ambar", "ámbar"),
        ("東京都庁", None),
        ("x" * 40, None),
    ],
)
def test_a_misprint_is_told_by_the_names_that_there_are(word: str, meant: str | None) -> None:
    assert names.meant(word, [TITLES, EMPLOYERS]) == meant


def test_a_word_of_texts_or_of_few_names_is_a_misprint_only_beside_a_thousand_times_as_many() -> None:
    many = names.table(["Manager"] * 1001 + ["Manger"])
    assert names.meant("manger", [many]) == "manager"
    assert names.meant("manger", [many], jobs=2) is None
    assert names.meant("manger", [names.table(["Manager"] * 1000 + ["Manger"])]) is None


def test_of_two_words_equally_near_the_frequent_is_meant_and_a_very_frequent_one_may_be_farther() -> None:
    assert names.meant("caller", [names.table(["Callen", "Calles", "Calles"])]) == "calles"
    assert names.meant("costomre", [names.table(["Costomer"] + ["Customer"] * 5000)]) == "customer"


def test_names_come_back_from_their_file_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.npz"
    names.write(file, {"title": TITLES, "organization": EMPLOYERS})
    back = names.load(file)
    assert list(tmp_path.iterdir()) == [file]
    assert rows(back["organization"], "acme care") == [0]
    for name in names.ARRAYS:
        np.testing.assert_array_equal(getattr(back["title"], name), getattr(TITLES, name))
    names.write(file, {"title": TITLES})
    whole = file.read_bytes()
    with np.load(file) as kept:
        np.savez(file, **{name: array for name, array in kept.items() if name != "title-jobs"})
    with pytest.raises(ValueError, match="lacks names"):
        names.load(file)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Exception, match="zip"):
        names.load(file)


def test_a_misprint_among_many_names_is_found_in_milliseconds() -> None:
    made = [
        f"{a}{b}{c}"
        for a in "bcdfgklmnprst"
        for b in ("ando", "eril", "istu", "ovan")
        for c in map(str, range(100, 400))
    ]
    known = names.table([name.translate(str.maketrans("0123456789", "aeioubcdfg")) for name in made])
    began = time.process_time()
    names.meant("bandoeee", [known])
    assert time.process_time() - began < 0.2


def test_singular_plural_and_spelling_are_one_form() -> None:
    assert {"centre", "centers", "center", "centres"} <= names._forms("centre")
    assert {"agency", "agencies"} <= names._forms("agencies")
    assert all(terms.fold(form) == "box" for form in names._forms("boxes"))
