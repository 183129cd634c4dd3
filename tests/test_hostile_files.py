from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import browser
import files
import hostile
import lxml.html
import pages
import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from db import session, upgrade
from matcher import resume
from webapp import sorry
from webapp.seek import results

MOST_SECONDS = resume.WALL_SECONDS + 2  # a child's, and what stands around it
READ_ALONE = {case for case, *_ in files.HOSTILE}  # by the tests of what reads, whatever the pages make of it
SENTENCES = (*resume.SENTENCES.values(), results.UNREAD, results.UNSHARED, sorry.WORDS[413][1])


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The pages where files are handed in."""
    folder = tmp_path_factory.mktemp("counter")
    url = f"sqlite:///{folder}/rolecall.sqlite3"
    upgrade.upgrade(url)
    engines = session.open_engines(url)
    pages.remember(engines, pages.sample(), folder / "index")
    engines.close()
    with pages.opened(url, folder / "index", TESTING=False) as app:
        yield app


def form_of(data: bytes, name: str) -> dict[str, Any]:
    return {"resume": FileStorage(io.BytesIO(data), name)}


def handed_in(app: Flask, data: bytes, name: str) -> TestResponse:
    boundary, body = encode_multipart(form_of(data, name))
    return app.test_client().post(
        "/jobs", data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )


def words(page: TestResponse) -> str:
    return " ".join(lxml.html.document_fromstring(page.data).text_content().split())


@pytest.mark.parametrize(
    "name, make, readable",
    [
        pytest.param(name, make, readable, id=case, marks=[pytest.mark.soak] if case in READ_ALONE else [])
        for case, name, make, readable in files.UPLOADS
    ],
)
def test_a_hostile_file_is_ranked_or_refused_in_words_and_in_time(
    counter: Flask, name: str, make: Callable[[], bytes], *, readable: bool
) -> None:
    data, start = make(), time.monotonic()
    answer = handed_in(counter, data, name)
    assert time.monotonic() - start < MOST_SECONDS
    if readable:
        hostile.inert(answer)
        assert "Zendesk" in words(answer)
    else:
        assert answer.status_code in (400, 413) or results.UNSHARED in words(answer)
        assert sum(sentence in words(answer) for sentence in SENTENCES) == 1


@pytest.mark.parametrize("name", files.NAMES)
def test_the_name_of_a_file_is_neither_a_path_nor_markup(counter: Flask, name: str) -> None:
    read = handed_in(counter, files.pdf(files.lines), name)
    hostile.inert(read)
    refused = handed_in(counter, b"", name)
    assert refused.status_code == 400
    refused.status_code = 200
    hostile.inert(refused)
    assert not hostile.UNSEEN.search(refused.text)
    assert len(refused.data) < len(counter.test_client().get("/").data) + 2_000


def test_pages_are_answered_while_hostile_files_are_read(counter: Flask) -> None:
    [heavy] = [make() for case, _, make, _ in files.UPLOADS if case == "a PDF bomb"]
    with browser.served(counter) as address, ThreadPoolExecutor(5) as senders:
        sent = [senders.submit(browser.asked, address, "/jobs", form_of(heavy, "cv.pdf")) for _ in range(5)]
        waits = []
        while not all(one.done() for one in sent):
            start = time.monotonic()
            assert browser.asked(address, "/about").status == 200
            waits.append(time.monotonic() - start)
            time.sleep(0.05)
    assert {one.result().status for one in sent} <= {400, 503}
    assert max(waits) < 2
