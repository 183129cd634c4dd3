"""sources.toml with an entry more or less: whatever else it holds stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import sources, sourcesfile

TOML = """# Ours.

[[source]]
spider = "greenhouse"  # the first
board = "acme"
"""


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only words",
        TOML,
        TOML.rstrip(),
        TOML.replace("\n", "\r\n"),
        '[[source]]\nspider="a"\nboard="""b\n[[c"""\n',
    ],
)
def test_an_entry_is_written_below_whatever_the_file_holds(tmp_path: Path, before: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(before.encode())
    sourcesfile.append(file, {"spider": "lever", "board": 'a"b\\', "enabled": False}, ["At rest."])
    assert file.read_bytes().decode().startswith(before)
    assert sources.entries(file)[-1] == {"spider": "lever", "board": 'a"b\\', "enabled": False}
    sourcesfile.remove(file, len(sources.entries(file)) - 1)
    assert file.read_bytes().decode().rstrip() == before.rstrip()
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_whichever_entry_is_taken_out_the_others_and_all_comments_stay(tmp_path: Path, number: int) -> None:
    parts = [
        f'# above {one}\n\n[[source]] # [[ {one}\nspider = "s{one}"  # why\n\n# below {one}\n'
        for one in range(3)
    ]
    file = tmp_path / "sources.toml"
    file.write_text("".join(parts))
    sourcesfile.remove(file, number)
    left = file.read_text()
    assert [entry["spider"] for entry in sources.entries(file)] == [
        f"s{one}" for one in range(3) if one != number
    ]
    assert all(f"# above {one}" in left and f"# below {one}" in left for one in range(3))


def test_a_list_in_one_line_is_left_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('source = [{spider = "a"}, {spider = "b"}]\n')
    for change in (lambda: sourcesfile.append(file, {"spider": "c"}), lambda: sourcesfile.remove(file, 0)):
        with pytest.raises(sources.WrongSources, match="lists its sources in one line"):
            change()
    assert file.read_text() == 'source = [{spider = "a"}, {spider = "b"}]\n'


ENTRY = '[[source]]\nspider = "{}"\n'


@pytest.mark.parametrize(
    "entries, number, left",
    [
        (("a", "b", "c"), 0, "[[source]] b\n\n[[source]] c\n"),
        (("a", "b", "c"), 1, "[[source]] a\n\n[[source]] c\n"),
        (("a", "b", "c"), 2, "[[source]] a\n\n[[source]] b\n"),
        (("a",), 0, ""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_no_blank_lines_are_left_of_an_entry(
    tmp_path: Path, entries: tuple[str, ...], number: int, left: str, newline: str
) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes("\n".join(map(ENTRY.format, entries)).replace("\n", newline).encode())
    sourcesfile.remove(file, number)
    said = file.read_bytes().decode().replace(newline, "\n").replace('\nspider = "', " ").replace('"', "")
    assert said == left


def test_the_line_of_an_entry_is_that_of_its_header(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(f"# One\n\n{ENTRY.format('a')}\n# Two\n{ENTRY.format('b')}")
    assert [sourcesfile.line(file, number) for number in (0, 1)] == [3, 7]


def test_the_mark_that_an_editor_puts_before_a_file_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TOML.encode())
    assert [one["board"] for one in sources.entries(file)] == ["acme"]
    sourcesfile.append(file, {"spider": "lever", "board": "birch"})
    assert [one["board"] for one in sources.entries(file)] == ["acme", "birch"]
