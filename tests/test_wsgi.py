"""The pages under another server: gunicorn, and Flask's own."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serving

GUNICORN = ("gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "--threads", "4", "rolecall.wsgi:app")
FORM = b"Content-Type: application/x-www-form-urlencoded"
FLASK = ("flask", "--app", "rolecall.wsgi", "run", "--port", "0")


def ended(command: tuple[str, ...], **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ROLECALL_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=serving.ROOT, env=environ | variables, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [GUNICORN, FLASK], ids=["gunicorn", "flask"])
def test_the_same_pages_are_served(tmp_path: Path, command: tuple[str, ...]) -> None:
    serving.home(tmp_path)
    with serving.started(*command, ROLECALL_HOME=str(tmp_path), ROLECALL_LOG_LEVEL="warning") as one:
        answer = one.raw(b"GET /about HTTP/1.0\r\n\r\n")
        assert " INFO webapp" not in one.said
        slow = [one.connect() for _ in range(3)]  # more than have a turn at once: they take none
        for each in slow:
            each.sendall(
                b"POST /signin HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n" + FORM + b"\r\n\r\nname="
            )
        time.sleep(0.2)
        assert b" 200 OK\r\n" in one.raw(b"GET /about HTTP/1.0\r\n\r\n")
        for each in slow:
            each.close()
    assert b" 200 OK\r\n" in answer
    assert b"Content-Security-Policy: default-src 'none'" in answer
    assert (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    "command",
    [pytest.param(GUNICORN, id="gunicorn"), pytest.param(FLASK, id="flask", marks=pytest.mark.soak)],
)
def test_what_is_wrong_ends_it_with_a_sentence(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = ended(command, ROLECALL_HOME=str(tmp_path), ROLECALL_SECRET_KEY="change-me" * 8)
    assert done.returncode != 0
    assert "Error: the secret key is too easy to guess" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("ROLECALL_PROXIES", "many", "wrong value for 'proxies' in ROLECALL_PROXIES"),
        ("ROLECALL_PROXY", "1", "unknown variable 'ROLECALL_PROXY': did you mean 'ROLECALL_PROXIES'?"),
        ("ROLECALL_LOG_LEVEL", "INFO", "no database at"),
    ],
    ids=["setting", "variable", "database"],
)
def test_whatever_is_wrong_the_module_is_not_loaded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("ROLECALL_HOME", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("rolecall.wsgi")
    assert ended.value.code == 4, "any other, and gunicorn would try again for ever"
    assert capsys.readouterr().err.startswith(f"Error: {sentence}")
