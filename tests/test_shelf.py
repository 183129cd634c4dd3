"""The shelf: what was committed is what holds, whatever a killed night left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from matcher.dedupe.shelf import MOST_ROWS, SIGNED, Shelf, read_header


def noted(*keys: int) -> dict[str, object]:
    return {
        "key": np.array(keys),
        "name": np.array(keys),
        "stamp": np.array(keys),
        "record": [f"record {key}".encode() for key in keys],
        "normal": [b"words" * key for key in keys],
    }


def signed(*keys: int) -> dict[str, object]:
    fixed = {name: np.full((len(keys), width), 7) for name, (_, width) in SIGNED.items()}
    return fixed | {"digest": np.array(keys), "keys": (np.array(keys), np.arange(1, len(keys) + 1))}


def filled(folder: Path, *keys: int) -> Shelf:
    shelf = Shelf(folder)
    shelf.append(noted(*keys))
    shelf.append(signed(*keys))
    return shelf


def held(folder: Path) -> list[tuple[int, bytes, bytes, int]]:
    """What a reader finds in each row."""
    view = Shelf(folder).view
    rows = range(view.rows)
    keys, digests = view.column("key"), view.column("digest")
    return [
        (int(keys[row]), view.cells("record")(row), view.cells("normal")(row), int(digests[row]))
        for row in rows
    ]


def test_rows_come_back_as_they_were_appended_over_two_nights(tmp_path: Path) -> None:
    shelf = filled(tmp_path, 3, 1)
    shelf.commit("first", {"alive": np.array([True, True])})
    shelf.append(noted(2))
    shelf.append(signed(2))
    shelf.commit("second", {"alive": np.array([True, False, True])})
    assert held(tmp_path) == [(key, f"record {key}".encode(), b"words" * key, key) for key in (3, 1, 2)]
    assert Shelf(tmp_path).small("alive", np.empty(0)).tolist() == [True, False, True]
    assert read_header(tmp_path).stamp == "second"


def test_rows_side_by_side_are_read_as_they_are_one_by_one(tmp_path: Path) -> None:
    view = filled(tmp_path, 3, 0, 1, 2).view
    cell = view.cells("normal")
    for start in range(5):
        for end in range(start, 5):
            assert view.stretch("normal", start, end) == list(map(cell, range(start, end)))


def test_what_a_killed_night_left_is_cut_off(tmp_path: Path) -> None:
    filled(tmp_path, 3, 1).commit("first", {"alive": np.array([True, True])})
    before = held(tmp_path)
    killed = Shelf(tmp_path)
    killed.append(noted(2))  # it died before it had signed them, and before it had committed
    assert held(tmp_path) == before
    again = Shelf(tmp_path)
    again.append(noted(4))
    again.append(signed(4))
    again.commit("second", {"alive": np.ones(3, bool)})
    assert [row[0] for row in held(tmp_path)] == [3, 1, 4]


def test_a_shelf_that_is_full_says_so_and_takes_nothing(tmp_path: Path) -> None:
    shelf = filled(tmp_path, 3)
    shelf.rows["noted"] = MOST_ROWS - 1
    with pytest.raises(OverflowError, match="at most 67,108,864 rows"):
        shelf.append(noted(1, 2))
    shelf.rows["noted"] = 1
    shelf.commit("first", {"alive": np.array([True])})
    assert [row[0] for row in held(tmp_path)] == [3]


def test_a_new_epoch_that_was_never_committed_leaves_the_old_one(tmp_path: Path) -> None:
    filled(tmp_path, 3, 1).commit("first", {"alive": np.array([True, True])})
    killed = Shelf(tmp_path)
    old = killed.renew(generation=2, fitted=2)
    killed.append(old.noted(np.array([1])))
    assert [row[0] for row in held(tmp_path)] == [3, 1]
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_a_damaged_or_foreign_header_is_an_empty_shelf(tmp_path: Path) -> None:
    for content in ("", "{", '{"rules": "others"}', '{"epoch": 5}', "[]"):
        filled(tmp_path, 3).commit("first", {"alive": np.array([True])})
        (tmp_path / "shelf.json").write_text(content, encoding="utf-8")
        assert Shelf(tmp_path).view.rows == 0, content


def test_a_reader_sees_what_held_when_it_began(tmp_path: Path) -> None:
    filled(tmp_path, 3, 1).commit("first", {"alive": np.array([True, True])})
    reader = Shelf(tmp_path).view
    writer = Shelf(tmp_path)
    writer.append(noted(2))
    writer.append(signed(2))
    writer.commit("second", {"alive": np.ones(3, bool)})
    assert reader.column("key").tolist() == [3, 1]
    assert writer.view.rows_of(np.array([[2, 9], [3, 1]]), np.array([True, False, True])).tolist() == [
        [2, -1],
        [0, -1],
    ]


@pytest.mark.parametrize(
    "harm",
    [
        lambda epoch: (epoch / "key.bin").write_bytes(b"short"),
        lambda epoch: (epoch / "normal.bin").unlink(),
        lambda epoch: (epoch / "alive-1.npy").unlink(),
    ],
)
def test_a_shelf_that_lost_something_is_empty(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    filled(tmp_path, 3, 1).commit("first", {"alive": np.array([True, True])})
    harm(tmp_path / str(read_header(tmp_path).epoch))
    assert Shelf(tmp_path).view.rows == 0


def test_a_shelf_of_another_grouping_is_emptied_where_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    filled(folder, 3, 1).commit("first", {"alive": np.array([True, True])})
    assert Shelf(folder, "first").view.rows == 2
    assert Shelf(folder, "second").view.rows == 0
    assert folder.is_symlink()
