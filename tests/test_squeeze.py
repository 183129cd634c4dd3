from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from hypothesis import given, strategies
from seeking import ask

from webapp import squeeze

GZIP = {"Accept-Encoding": "br;q=1, gzip;q=0.8"}


@given(strategies.binary(max_size=5_000))
def test_what_was_squeezed_is_what_it_was(body: bytes) -> None:
    assert gzip.decompress(squeeze.gzipped(body)) == body


def test_the_length_of_an_answer_does_not_tell_its_content() -> None:
    assert len({len(squeeze.gzipped(b"the same page" * 200)) for _ in range(50)}) > 10


def test_pages_and_static_files_are_squeezed_for_who_takes_it(client: FlaskClient) -> None:
    for plain, small in (
        (client.get("/about"), client.get("/about", headers=GZIP)),
        (
            client.get("/static/page.css", buffered=True),
            client.get("/static/page.css", headers=GZIP, buffered=True),
        ),
    ):
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
        assert gzip.decompress(small.data) == plain.data
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in small.headers["Vary"]


def test_a_page_of_results_takes_a_fraction_of_its_bytes(client: FlaskClient) -> None:
    assert len(client.post("/jobs", data={"summary": "calls"}, headers=GZIP).data) < len(ask(client).data) / 3


@pytest.mark.parametrize("taken", ["", "identity", "br", "gzip;q=0", "deflate"])
def test_who_does_not_take_gzip_gets_words(client: FlaskClient, taken: str) -> None:
    assert b"<h1" in client.get("/about", headers={"Accept-Encoding": taken}).data


def test_a_static_file_that_a_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/page.css", headers=GZIP, buffered=True)
    assert first.headers["ETag"].startswith("W/")
    again = client.get(
        "/static/page.css", headers=GZIP | {"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "answer",
    [
        {"response": "few words"},
        {"response": "an error " * 999, "status": 500},
        {"response": b"\x89PNG" * 999, "mimetype": "image/png"},
        {"response": (part for part in ["a stream " * 999]), "mimetype": "text/html"},
        {"response": "squeezed " * 999, "headers": {"Content-Encoding": "br"}},
    ],
)
def test_what_is_short_streamed_or_no_page_goes_as_it_is(answer: dict[str, Any]) -> None:
    app = Flask(__name__)
    squeeze.install(app)
    app.add_url_rule("/", view_func=lambda: Response(**answer))
    assert app.test_client().get("/", headers=GZIP).headers.get("Content-Encoding") != "gzip"
