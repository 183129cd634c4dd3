"""The key that signs forms: told, or made once, and nobody else's."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rolecall import secret, settings


def load(home: Path, **variables: str) -> settings.Settings:
    return settings.load(variables | {"ROLECALL_HOME": str(home)})


def test_a_key_is_made_at_the_first_start_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new"
    made = secret.key(load(home))
    assert len(made) == 64
    assert secret.key(load(home)) == made
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in home.iterdir()] == ["secret_key"]
    assert secret.key(load(tmp_path / "other")) != made


def test_a_key_that_is_told_is_taken_and_none_is_kept(tmp_path: Path) -> None:
    assert secret.key(load(tmp_path, ROLECALL_SECRET_KEY="told")) == "told"
    assert list(tmp_path.iterdir()) == []


def test_two_that_start_together_agree(tmp_path: Path) -> None:
    told, found = load(tmp_path), []
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        found.append(secret.key(told))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    secret.key(load(tmp_path))
    (tmp_path / "secret_key").chmod(mode)
    with pytest.raises(settings.WrongSetting, match=r"others may read .*secret_key: delete it"):
        secret.key(load(tmp_path))


def test_a_place_that_keeps_no_key_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder")
    with pytest.raises(settings.WrongSetting, match=r"cannot be kept in .*: set ROLECALL_SECRET_KEY"):
        secret.key(load(tmp_path / "home"))
    (tmp_path / "secret_key").mkdir(mode=0o700)
    with pytest.raises(settings.WrongSetting, match=r"cannot be kept in .*: set ROLECALL_SECRET_KEY"):
        secret.key(load(tmp_path))
