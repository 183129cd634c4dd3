"""What is too large, malformed or odd: refused in words, and never an error on our side."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pages
import pytest
import serving
from flask import Flask

from db import session
from webapp import guard


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small database and its index, for reading only."""
    return serving.home(tmp_path_factory.mktemp("stored"))


@pytest.fixture(scope="module")
def app(stored: Path) -> Iterator[Flask]:
    """The pages with no guard against forgery and haste, to get at what lies behind; errors become pages."""
    with pages.opened(serving.database(stored), stored / "index", TESTING=False, PROXIES=1) as app:
        yield app


@pytest.fixture(scope="module")
def guarded(stored: Path) -> Iterator[Flask]:
    """The pages that look for a token."""
    with pages.opened(
        serving.database(stored), stored / "index", TESTING=False, WTF_CSRF_ENABLED=True
    ) as app:
        yield app


# -------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("name", ["summary", "profile", "place", "csrf_token", "unknown"])
def test_a_field_of_more_than_100_kb_is_refused_in_words(app: Flask, name: str) -> None:
    form = {name: "w" * 100_001}
    answer = app.test_client().post("/jobs", data=form, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "pasted text 100 kB" in answer.text


@pytest.mark.parametrize("name", ["summary", "profile"])
def test_a_text_of_more_than_100_kb_is_refused_however_it_is_sent(app: Flask, name: str) -> None:
    answer = app.test_client().post("/jobs", data={name: "w" * 100_001})
    assert answer.status_code == 413
    assert "pasted text 100 kB" in answer.text


@pytest.mark.parametrize("body", [b"&a" * 131_073, b"unknown=" + b"%00" * 87_500], ids=["fields", "field"])
def test_a_form_of_no_parts_is_refused_when_it_is_larger_than_any_that_we_take(
    app: Flask, body: bytes
) -> None:
    kind = "application/x-www-form-urlencoded"
    assert app.test_client().post("/jobs", data=body, content_type=kind).status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_summary_of_just_under_100_kb_is_read(app: Flask, kind: str) -> None:
    text = "inbound calls in Spanish; " * 3_840
    answer = app.test_client().post("/jobs", data={"summary": text}, content_type=kind)
    assert answer.status_code == 200


def test_more_than_50_parts_are_refused(app: Flask) -> None:
    def post(parts: int) -> int:
        fields = {"summary": "inbound calls", "employment": ["FULL_TIME"] * (parts - 1)}
        return app.test_client().post("/jobs", data=fields, content_type="multipart/form-data").status_code

    assert (post(50), post(51)) == (200, 413)


@pytest.mark.parametrize("size, status", [(6 * guard.MIB, 413), (50 * guard.MIB, 413)])
def test_a_request_of_more_than_6_mib_is_refused_unread(app: Flask, size: int, status: int) -> None:
    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, _: Any) -> int:
            pytest.fail("the body was read")

    said = {"CONTENT_LENGTH": str(size + 1), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = app.test_client().post("/jobs", environ_overrides={"wsgi.input": Unread(), **said})
    assert answer.status_code == status
    assert "A file may have 5 MiB" in answer.text


# ------------------------------------------------------------------------------ bad input


PARTS = b'--b\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n%PDF'
BAD_FORMS = {
    "no boundary": ("multipart/form-data", b"--b--"),
    "another boundary": ("multipart/form-data; boundary=c", PARTS),
    "no end": ("multipart/form-data; boundary=b", PARTS),
    "empty": ("multipart/form-data; boundary=b", b""),
    "a boundary of 10,000": ("multipart/form-data; boundary=" + "b" * 10_000, PARTS),
    "no name": ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
    "no headers": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--"),
    "bad charset": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="summary"\r\nContent-Type: text/plain; charset=rot13\r\n\r\nx\r\n--b--',
    ),
    "invalid UTF-8": ("application/x-www-form-urlencoded", b"summary=%ff%fe%c0%af&place=%e2%28%a1"),
    "null bytes": ("application/x-www-form-urlencoded", b"summary=a%00b&place=%00&pay=%00&profile=%00"),
    "surrogates": ("application/x-www-form-urlencoded", b"summary=%ed%a0%80&place=%ed%b0%80"),
    "no percent": ("application/x-www-form-urlencoded", b"summary=%zz&%=%&&&==&"),
    "binary": ("application/x-www-form-urlencoded", bytes(range(256)) * 10),
    "JSON": ("application/json", b'{"summary": ['),
    "no type": ("", b"summary=calls"),
    "a type of nonsense": ("\x00/\xff; charset=\x80", b"summary=calls"),
    "numbers": ("application/x-www-form-urlencoded", b"pay=1e999&page=-1&per=hour&remote=NaN&employment=%F0%9F%98%80"),
    "more numbers": ("application/x-www-form-urlencoded", b"summary=calls&pay=NaN&page=99999999999999999999"),
    "a row of digits": ("application/x-www-form-urlencoded", b"summary=calls&page=" + b"9" * 5_000),
    "unicode digits": ("application/x-www-form-urlencoded", "summary=calls&page=١٢&pay=٣".encode()),
    "a name of 50,000": ("application/x-www-form-urlencoded", b"n" * 50_000 + b"=1"),
}  # fmt: skip


@pytest.mark.parametrize(
    "part",
    [b"", b'; filename="a.txt"', b"; name", b"; name*=utf-8''"],
    ids=["field", "file", "name without value", "encoded"],
)
def test_a_part_without_a_name_is_refused_by_whoever_looks_for_a_token(guarded: Flask, part: bytes) -> None:
    body = b"--b\r\nContent-Disposition: form-data" + part + b"\r\n\r\nx\r\n--b--\r\n"
    answer = guarded.test_client().post("/jobs", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("case", BAD_FORMS)
def test_a_malformed_form_is_never_our_fault(app: Flask, guarded: Flask, case: str) -> None:
    kind, body = BAD_FORMS[case]
    for one in (app, guarded):
        answer = one.test_client().post("/jobs", data=body, content_type=kind)
        assert answer.status_code < 500
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


PATHS = [
    "/" + "a" * 5_000,
    "/jobs/" + "a" * 5_000,
    "/jobs/%00",
    "/jobs/a%00b",
    "/jobs/%ff%fe",
    "/jobs/%ed%a0%80",
    "/jobs/%0d%0aSet-Cookie:%20a=b",
    "/jobs/..%2f..%2fetc%2fpasswd",
    "/jobs/'%20OR%201=1--",
    "/jobs/{{7*7}}",
    "/jobs/🦜",
    "/static/../webapp/guard.py",
    "/static/%2e%2e/guard.py",
    "/static/..%5c..%5cguard.py",
    "/static//etc/passwd",
    "/static/%00",
    "/static/page.css%00.png",
    "/static/" + "a" * 5_000,
    "//evil.example/",
    "/about//",
    "/jobs//a",
    "/sources?" + "a=b&" * 2_000,
    "/?%ff=%00&page[]=1",
    "/about/",
    "/.env",
]


@pytest.mark.parametrize("path", PATHS, ids=[path[:30] for path in PATHS])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_an_odd_address_is_never_our_fault(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method, buffered=True)
    assert answer.status_code < 500
    assert "Set-Cookie: a=b" not in str(answer.headers)
    assert urljoin("http://localhost", answer.headers.get("Location", "/")).startswith("http://localhost/")


@pytest.mark.parametrize("path", ["/jobs", "//about", "/about//", "/jobs//a", "/static//page.css", ""])
def test_no_redirect_names_the_host_that_was_asked_for(app: Flask, path: str) -> None:
    asked = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = app.test_client().get(headers=asked, environ_overrides={"PATH_INFO": path}, buffered=True)
    assert answer.headers.get("Location") == ("/" if path == "/jobs" else None)
    assert "evil.example" not in answer.text + str(answer.headers)


def test_an_odd_job_is_never_our_fault(engines: session.Engines, database_url: str, tmp_path: Path) -> None:
    with pages.opened(database_url, tmp_path / "index", TESTING=False) as app:
        client = app.test_client()
        found = {path: client.get(path).status_code for path in PATHS if path.startswith("/jobs/")}
    assert len(found) > 5
    assert set(found.values()) == {404}


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "A" * 100, "GE\x00T"]
)
@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs/a", "/static/page.css", "/none"])
def test_an_odd_method_is_refused(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method, buffered=True)
    if method.upper() == "GET":
        assert answer.status_code < 500
    else:
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize(
    "name, value",
    [
        ("Host", "a b"),
        ("Host", "evil.example:99999"),
        ("Host", "[::1"),
        ("Host", ""),
        ("Host", "é.example"),
        ("Host", "a..b"),
        ("Host", ".x"),
        ("Host", "x" * 64),
        ("X-Forwarded-Host", "a..b"),
        ("Cookie", "rolecall=" + "A" * 4_000),
        ("Cookie", "rolecall=\x00\xff; ; =; rolecall"),
        ("Range", "bytes=5-2"),
        ("Range", "bytes=999999999-"),
        ("If-Modified-Since", "yesterday"),
        ("If-None-Match", "W/"),
        ("Accept", "\xff"),
        ("Accept-Language", "," * 5_000),
        ("Content-Length", "-1"),
        ("Content-Length", "1" * 50),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-For", "'; DROP TABLE job;--"),
        ("X-HTTP-Method-Override", "DELETE"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/static/page.css"])
def test_an_odd_header_is_never_our_fault(app: Flask, name: str, value: str, path: str) -> None:
    for method in ("GET", "POST"):
        answer = app.test_client().open(path, method=method, headers={name: value}, buffered=True)
        assert answer.status_code < 500
