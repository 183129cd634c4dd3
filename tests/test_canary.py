from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import files
import pages
import pytest
from sqlalchemy import Engine
from werkzeug.datastructures import FileStorage

from db import models, session

# Nobody else has these words: wherever one of them stands, something of a person was kept.
RESUME = (
    "Quillona Brastlevex, quillona@brastlevex.example, +1 614 555 0179, 7 Zorbinaxt Lane, Vexmoorton.",
    "Customer service representative at Glimworthia Utilities: inbound calls in Spanish, Zendesk, payments.",
)
CANARIES = re.compile(rb"quillona|brastlevex|0179|zorbinaxt|vexmoorton|glimworthia", re.I)
DRAWN = re.compile(rb"\b[0-9a-f]{16}\b")  # a number of a request, by lot: any four digits may stand in it
SENT_FILES = (
    files.pdf(lambda page: files.lines(page, RESUME)),
    files.document(*RESUME),
    "\n".join(RESUME).encode(),
    files.pdf(lambda page: files.lines(page, RESUME))[:900],  # damaged
)


@contextlib.contextmanager
def serving(home: Path, url: str, temporary: Path, log: Path) -> Iterator[str]:
    """`rolecall serve` as it stands on its own, telling all that it ever tells."""
    port = browser.free_port()
    told = {name: value for name, value in os.environ.items() if not name.startswith("ROLECALL_")}
    told |= {"ROLECALL_HOME": str(home), "ROLECALL_DATABASE_URL": url, "ROLECALL_LOG_LEVEL": "DEBUG"}
    told |= {"TMPDIR": str(temporary), "HOME": str(temporary), "ROLECALL_NOW": browser.NOW}
    command = [sys.executable, "-m", "rolecall", "serve", "--port", str(port), "--processes", "2"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=told, stdout=output, stderr=output) as server,
    ):
        try:
            browser.await_port(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def visited(address: str) -> list[browser.Answer]:
    """What the server said to a person who did all that one can do with a résumé, and what one should not."""
    home = browser.asked(address, "/")
    cookie = home.headers["Set-Cookie"].partition(";")[0]
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', home.page)[:1]
    pasted = {"summary": "\n".join(RESUME), "csrf_token": token}
    forms: list[dict[str, Any]] = [
        pasted,
        *(
            {"resume": FileStorage(io.BytesIO(data), "Quillona Brastlevex.pdf"), "csrf_token": token}
            for data in SENT_FILES
        ),
        {**pasted, "csrf_token": "Brastlevex"},
        {**pasted, "place": "Vexmoorton", "pay": "Zorbinaxt", "per": "Zorbinaxt", "page": "Zorbinaxt"},
        {**pasted, "profile": "Brastlevex", "summary": ""},
        {**pasted, "summary": "Brastlevex " * 20_000},
    ]
    answers = [home]
    for form in forms:
        answers.append(browser.asked(address, "/jobs", form, cookie))
        time.sleep(0.25)  # five searches a second are enough for anybody
    places = (
        "/jobs/Brastlevex",
        "/Brastlevex?q=Zorbinaxt",
        "/jobs",
        "/sources",
        "/about",
        "/jobs/%ff%00Brastlevex",
    )
    return answers + [browser.asked(address, place, cookie=cookie) for place in places]


def held(engine: Engine) -> bytes:
    """Everything that a database holds."""
    with engine.connect() as db:
        rows = [list(db.execute(table.select())) for table in models.Base.metadata.sorted_tables]
    return repr(rows).encode()


def canary(content: bytes) -> re.Match[bytes] | None:
    """What of the person stands in it."""
    return CANARIES.search(DRAWN.sub(b"", content))


def files_in(*folders: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("database_kind", pages.DATABASES, indirect=True)
def test_of_a_resume_nothing_is_kept_anywhere(
    engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    home, temporary, log = tmp_path / "home", tmp_path / "temporary", tmp_path / "log"
    temporary.mkdir()
    home.mkdir()
    pages.remember(engines, pages.sample(), home / "index")
    before = held(engines.read)
    with serving(home, database_url, temporary, log) as address:
        answers = visited(address)
        while_it_runs = files_in(home, temporary)
    assert [answer.status for answer in answers[1:5]] == [200] * 4
    assert all(answer.status < 500 for answer in answers)
    assert b"answered" in log.read_bytes()  # it was listening
    assert not canary(log.read_bytes())
    assert held(engines.read) == before
    assert any(file.name.startswith("histogram_") for file in while_it_runs), (
        "what /metrics counts is looked at"
    )
    for file, content in (while_it_runs | files_in(tmp_path)).items():
        assert not canary(content), file
        assert not any(data[100:200] in content for data in SENT_FILES), file
    for answer in answers:
        assert not canary(str(answer.headers).encode())
        for link in re.findall(r"""(?:href|src|action)=["']?([^"'>]*)""", answer.page):
            assert not canary(link.encode())


def test_the_canary_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("\n".join(RESUME))
    [kept] = files_in(tmp_path).values()
    assert len(set(CANARIES.findall(kept.lower()))) == 6
