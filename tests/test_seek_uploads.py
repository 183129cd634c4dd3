from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import files
import pages
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from matcher import resume
from webapp.seek import uploads

SAID = ("Maria Example", "Call center agent", "Inbound calls in Spanish for a water utility, Zendesk")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with pages.site(tmp_path_factory.mktemp("uploads")) as app:
        yield app.test_client()


def sent(client: FlaskClient, data: bytes, name: str = "resume.pdf", **fields: str) -> TestResponse:
    return client.post("/jobs", **encoded(data, name, **fields))


def encoded(data: bytes, name: str, **fields: str) -> dict[str, Any]:
    """A form with a file, in memory; werkzeug's client would put a large one on the disk, and forget it."""
    boundary, body = encode_multipart({"resume": FileStorage(BytesIO(data), name), **fields})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


@pytest.mark.parametrize(
    "name, made",
    [
        ("resume.pdf", lambda: files.pdf(lambda page: files.lines(page, SAID))),
        ("resume.docx", lambda: files.document(*SAID)),
        ("resume.txt", lambda: "\n".join(SAID).encode()),
        ("wrongly named.jpg", lambda: files.document(*SAID)),
    ],
)
def test_a_file_is_read_and_ranks(client: FlaskClient, name: str, made: Callable[[], bytes]) -> None:
    page = sent(client, made(), name)
    assert page.status_code == 200
    assert pages.cards(page)[0].title == "Bilingual Call Center Representative"
    assert "Zendesk" in pages.words(page)


def test_a_summary_and_a_file_are_read_as_one(client: FlaskClient) -> None:
    file = files.document("Inbound calls for a water utility")
    page = sent(client, file, summary="French and Salesforce")
    read = pages.words(page)
    assert "French" in read
    assert "Salesforce" in read
    assert "inbound calls" in read.lower()


@pytest.mark.parametrize(
    "made, status, words",
    [
        (lambda: b"", 400, "is empty"),
        (lambda: files.pdf(files.scan), 400, "scan"),
        (files.encrypted, 400, "password"),
        (lambda: b"\x89PNG\r\n\x1a\n" + files.NOISE, 400, "a picture"),
        (lambda: files.NOISE, 400, "not a PDF, DOCX, ODT, RTF or text file"),
        (lambda: files.word(" " * (60 * 2**20)), 400, "too much time or memory"),
        (files.overlapping, 400, "too much time or memory"),
        (lambda: b"a " * (resume.MOST_BYTES // 2) + b"a", 413, "larger than 5 MiB"),
    ],
)
def test_a_file_that_gives_no_text_is_said_at_its_field_and_what_was_typed_is_kept(
    client: FlaskClient, made: Callable[[], bytes], status: int, words: str
) -> None:
    page = sent(client, made(), "mine.pdf", summary="three years by phone", place="Ohio", employment="INTERN")
    assert page.status_code == status
    assert page.text.count("mine.pdf: ") == 2  # above, and at the field
    assert words in pages.words(page)
    assert ">three years by phone</textarea>" in page.text.replace("\n", "")
    assert 'value="Ohio"' in page.text
    assert 'value="INTERN" checked' in page.text


def test_a_name_of_a_file_is_neither_a_path_nor_markup(client: FlaskClient) -> None:
    page = sent(client, b"", "../../etc/<img src=x onerror=alert(1)>.pdf")
    assert page.status_code == 400
    assert "<img" not in page.text
    assert "../" not in page.text


def test_a_form_of_more_than_six_mebibytes_is_refused_in_words(client: FlaskClient) -> None:
    page = sent(client, b"a" * (6 * 2**20))
    assert page.status_code == 413
    assert "5 MiB" in pages.words(page)


def test_a_file_never_touches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a temporary file was opened")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", forbidden)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", forbidden)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", forbidden, raising=False)
    large = encoded(b"a" * 3_000_000, "large.txt")
    with uploads.MemoryRequest.from_values(method="POST", **large) as request:
        assert len(request.files["resume"].read()) == 3_000_000


def test_the_app_takes_files_in_that_way(client: FlaskClient) -> None:
    assert client.application.request_class is uploads.MemoryRequest


def test_few_files_are_read_at_once_some_wait_and_the_rest_is_sent_away() -> None:
    desk, lock, go_on = uploads.Desk(), threading.Lock(), threading.Event()
    reading: set[int] = set()
    most = 0

    def read(number: int) -> int:
        nonlocal most
        with desk.place():
            with lock:
                reading.add(number)
                most = max(most, len(reading))
            assert go_on.wait(10)
            with lock:
                reading.remove(number)
        return number

    room = uploads.AT_ONCE + uploads.WAITING
    with ThreadPoolExecutor(room) as people:
        readings = [people.submit(read, number) for number in range(room)]
        while desk.room._value:  # until all have come in
            time.sleep(0.01)
        with pytest.raises(uploads.Busy), desk.place():
            pytest.fail("one too many was let in")
        go_on.set()
        assert [each.result() for each in readings] == list(range(room))
    assert most == uploads.AT_ONCE
    assert read(99) == 99


def test_nobody_waits_for_a_place_for_ever() -> None:
    desk = uploads.Desk(patience=0.05)
    with desk.place(), desk.place(), pytest.raises(uploads.Busy), desk.place():
        pytest.fail("one too many was let in")
    with desk.place(), desk.place():
        pass


def test_a_place_is_free_again_after_a_file_that_cannot_be_read() -> None:
    desk = uploads.Desk(patience=0.0)
    for _ in range(2 * (uploads.AT_ONCE + uploads.WAITING)):
        with pytest.raises(resume.UnreadableResume), desk.place():
            resume.read(b"")


def test_who_comes_when_the_room_is_full_is_told_when_to_come_back(client: FlaskClient) -> None:
    room = uploads.AT_ONCE + uploads.WAITING
    for _ in range(room):
        uploads.desk.room.acquire()
    try:
        page = sent(client, b"calls", "resume.txt", summary="Spanish")
        long = client.post("/jobs", data={"summary": "answer calls in Spanish " * 500})
        short = client.post("/jobs", data={"summary": "answer calls in Spanish"})
    finally:
        for _ in range(room):
            uploads.desk.room.release()
    assert page.status_code == 503
    assert page.headers["Retry-After"] == str(uploads.RETRY_AFTER)
    assert "Many are being read" in pages.words(page)
    assert (long.status_code, short.status_code) == (503, 200)
    assert ">Spanish</textarea>" in page.text.replace("\n", "")
