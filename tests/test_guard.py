"""What every answer carries and no request gets past: policy, forgery, sizes, rates, and errors that tell nothing."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pages
import pytest
import serving
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from db import session
from matcher import index
from webapp import access, guard, limits, sorry

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
HIDDEN = "the-words-of-a-visitor"  # in what goes wrong; to be found nowhere else


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small database and its index, for reading only."""
    return serving.home(tmp_path_factory.mktemp("guarded"))


@pytest.fixture
def app(stored: Path) -> Iterator[Flask]:
    """The pages as in production: every guard is up, and nothing is propagated to the test."""
    with guarded(stored) as app:
        yield app


@pytest.fixture
def open_app(stored: Path) -> Iterator[Flask]:
    """The pages with no guard against forgery and haste, to get at what lies behind."""
    with guarded(stored, WTF_CSRF_ENABLED=False, RATE_LIMITS=False) as app:
        yield app


def guarded(home: Path, **config: Any) -> AbstractContextManager[Flask]:
    """The pages as in production."""
    config = {"TESTING": False, "WTF_CSRF_ENABLED": True, "RATE_LIMITS": True, **config}
    return pages.opened(serving.database(home), home / "index", **config)


def broken(app: Flask) -> FlaskClient:
    """A client of an app with pages that break."""

    def crash() -> str:
        raise KeyError(HIDDEN)

    def unusable() -> str:
        raise session.Unusable(f"no database at /somewhere/{HIDDEN}")

    def unindexed() -> str:
        raise index.IndexMissing(f"There is no index in /somewhere/{HIDDEN}")

    for view in (crash, unusable, unindexed):
        app.add_url_rule(f"/{view.__name__}", view_func=view)
        app.extensions[access.NAME][view.__name__] = access.ANYONE
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/").text)
    assert found is not None
    return found[1] or found[2]


def answers(app: Flask) -> Iterator[tuple[int, TestResponse]]:
    """An answer of every kind, with the status that it should have."""
    client = broken(app)
    yield 200, client.get("/")
    yield 200, client.get("/about")
    yield 200, client.get("/sources")
    yield 200, client.head("/")
    yield 200, client.options("/jobs")
    with client.get("/static/page.css") as file:
        yield 200, file
    yield 200, client.options("/static/page.css")
    yield 302, client.get("/jobs")
    yield 400, client.post("/jobs", data={"summary": "calls"})
    yield 404, client.get("/no/such/page")
    yield 404, client.get("/jobs/none")
    yield 404, client.get("/static/none.css")
    yield 405, client.delete("/")
    yield 413, client.post("/jobs", data={"summary": "x" * 200_000})
    yield 500, client.get("/crash")
    yield 503, client.get("/unusable")
    yield 503, client.get("/unindexed")
    yield 429, hasten(client, {"csrf_token": token(client)})


def hasten(client: FlaskClient, form: dict[str, Any], most: int = 200) -> TestResponse:
    """The first answer that finds us too quick."""
    for _ in range(most):
        answer = client.post("/jobs", data=form)
        if answer.status_code == 429:
            return answer
    pytest.fail(f"none of {most} requests was too many")


def test_every_kind_of_answer_carries_every_header(app: Flask) -> None:
    numbers = set()
    for status, answer in answers(app):
        assert answer.status_code == status
        assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS
        assert "Strict-Transport-Security" not in answer.headers
        assert "Server" not in answer.headers
        numbers.add(answer.headers["X-Request-ID"])
        if status >= 400:
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "<h1" in answer.text
            assert (
                status == 400 or answer.headers["X-Request-ID"] in answer.text
            )  # 400: the form, to send again
    assert len(numbers) == 18
    assert all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)


def test_the_policy_allows_nothing_but_our_own_files_and_forms() -> None:
    said = dict(part.split(" ", 1) for part in guard.HEADERS["Content-Security-Policy"].split("; "))
    assert said.pop("default-src") == "'none'"
    assert {name: value for name, value in said.items() if value not in ("'self'", "'none'")} == {}
    assert {name for name, value in said.items() if value == "'none'"} == {
        "base-uri",
        "object-src",
        "frame-ancestors",
    }


def test_pages_are_never_kept_and_files_are_kept_for_long(app: Flask) -> None:
    for status, answer in answers(app):
        kept = answer.request.path == "/static/page.css" and answer.request.method == "GET"
        assert answer.headers["Cache-Control"] == ("public, max-age=31536000" if kept else "no-store"), status


def test_an_error_page_says_what_to_do_and_nothing_of_the_inside(app: Flask, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    for status, answer in answers(app):
        if status >= 400:
            for word in (HIDDEN, "Traceback", "KeyError", ".py", "/somewhere", "Werkzeug", "sqlite"):
                assert word not in answer.text
            assert 'href="/"' in answer.text
    [crash] = [
        record for record in caplog.records if record.name == "webapp.sorry" and "crash" in record.message
    ]
    assert re.search("request=[0-9a-f]{16} page=crash kind=KeyError at=test_guard.py:[0-9]+,", crash.message)
    assert all(HIDDEN not in record.message or "reason=" in record.message for record in caplog.records)
    assert all(record.exc_info is None for record in caplog.records)


def test_what_is_logged_of_a_request_is_the_page_and_never_what_was_sent(
    open_app: Flask, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    client = open_app.test_client()
    client.post("/jobs?q=zyzzyva", data={"summary": "zyzzyva calls", "place": "Zyzzyva, OH"})
    client.post("/jobs", data={"resume": (io.BytesIO(b"zyzzyva calls"), "zyzzyva.txt")})
    client.get("/jobs/zyzzyva", headers={"User-Agent": "zyzzyva", "Referer": "http://zyzzyva.example"})
    client.get("/zyzzyva\r\nzyzzyva")
    assert [
        record.message.split(" ms=")[0].split()[2:]
        for record in caplog.records
        if record.name == "webapp.guard"
    ] == [
        ["page=seek.results", "status=200"],
        ["page=seek.results", "status=200"],
        ["page=seek.job", "status=404"],
        ["page=None", "status=404"],
    ]
    assert "zyzzyva" not in caplog.text.lower()


@pytest.mark.parametrize("host", ["a..b", ".x", "x" * 64, "x" * 64 + ".example"])
@pytest.mark.parametrize("path", ["/", "/none", "/static/page.css", f"/jobs/{HIDDEN}"])
def test_a_host_that_cannot_be_one_is_refused_in_words(app: Flask, host: str, path: str, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    for method in ("GET", "POST"):
        answer = app.test_client().open(path, method=method, headers={"Host": host})
        assert answer.status_code == 400
        assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "There is no page at this address" in answer.text
        assert 'href="/"' in answer.text
        assert answer.headers["X-Request-ID"] in answer.text
    assert host not in answer.text + caplog.text
    assert HIDDEN not in answer.text + caplog.text


def test_an_error_page_that_cannot_be_made_is_a_plain_one(app: Flask, caplog: Any) -> None:
    client = broken(app)
    app.jinja_env.globals["static_url"] = None
    for path, status in (("/none", 404), ("/crash", 500), ("/unusable", 503)):
        answer = client.get(path)
        assert answer.status_code == status
        assert f"<h1>{sorry.WORDS[status][0]}</h1>" in answer.text
        assert answer.headers["X-Request-ID"] in answer.text
        assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS
    assert "kind=TypeError" in caplog.text


def test_a_page_that_cannot_be_served_now_says_when_to_come_back(app: Flask) -> None:
    client = broken(app)
    assert client.get("/unusable").headers["Retry-After"] == "30"
    assert (
        client.delete("/").headers["Allow"].split(", ") == ["GET", "HEAD", "OPTIONS"]
        or "GET" in client.delete("/").headers["Allow"]
    )


# ------------------------------------------------------------------------------------ forgery


def test_a_form_without_the_token_of_its_session_is_refused(app: Flask) -> None:
    person, other = app.test_client(), app.test_client()
    form = {"summary": "inbound calls in Spanish"}
    own, foreign = token(person), token(other)
    assert person.post("/jobs", data=form).status_code == 400
    assert person.post("/jobs", data=form | {"csrf_token": ""}).status_code == 400
    assert person.post("/jobs", data=form | {"csrf_token": foreign}).status_code == 400
    assert app.test_client().post("/jobs", data=form | {"csrf_token": own}).status_code == 400
    assert person.post("/jobs", data=form | {"csrf_token": own}).status_code == 200


def test_a_form_without_a_token_is_no_error_of_ours_when_the_database_cannot_be_read(tmp_path: Path) -> None:
    with guarded(serving.home(tmp_path)) as app:
        app.extensions["rolecall"].engines.read.dispose()
        (tmp_path / "rolecall.sqlite3").write_bytes(b"no database " * 1_000)
        answer = app.test_client().post("/jobs", data={"summary": "inbound calls"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Try again in a minute" in answer.text


def test_a_session_that_was_tampered_with_is_none(app: Flask) -> None:
    client = app.test_client()
    form = {"summary": "inbound calls in Spanish", "csrf_token": token(client)}
    signed = client.get_cookie("rolecall")
    assert signed is not None
    client.set_cookie("rolecall", signed.value[:-2] + "AA")
    assert client.post("/jobs", data=form).status_code == 400


def test_asking_for_pages_changes_nothing(app: Flask, stored: Path) -> None:
    def content() -> dict[str, str]:
        files = [
            file for file in stored.rglob("*") if file.is_file() and not file.name.endswith(("-shm", "-wal"))
        ]
        return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    before, client = content(), app.test_client()
    asked = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    assert len(asked) >= 4
    for address in [*asked, "/jobs/none", "/jobs?summary=calls&page=2"]:
        assert client.get(address).status_code < 500
    assert content() == before


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_hidden_from_scripts_other_sites_and_plain_http(stored: Path, scheme: str) -> None:
    with guarded(stored, PROXIES=1) as app:
        answer = app.test_client().get("/", headers={"X-Forwarded-Proto": scheme})
        [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("rolecall=")
    flags = set(cookie.split("; ")[1:])
    assert flags == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if scheme == "https" else set())
    assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https")


# -------------------------------------------------------------------------------------- rates


def test_five_searches_a_second_are_answered_and_more_are_asked_to_wait(app: Flask) -> None:
    client = app.test_client()
    form = {"csrf_token": token(client)}
    first = [client.post("/jobs", data=form).status_code for _ in range(5)]
    assert first == [400] * 5  # nothing was given
    answer = hasten(client, form)
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert "wait a little" in answer.text
    assert client.get("/").status_code == 200
    assert client.post("/jobs", data=form, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 400


def test_ten_files_in_ten_minutes_are_read_and_more_are_asked_to_wait(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES", "1000/second")
    with guarded(stored, WTF_CSRF_ENABLED=False) as app:
        client = app.test_client()
        sent = [client.post("/jobs", data={"resume": (io.BytesIO(b""), "a.pdf")}) for _ in range(11)]
        assert [answer.status_code for answer in sent] == [400] * 10 + [429]
        assert 500 < int(sent[-1].headers["Retry-After"]) <= 601
        assert client.post("/jobs", data={"summary": "inbound calls"}).status_code == 200


def test_forms_without_a_token_count_as_searches(app: Flask) -> None:
    answer = hasten(app.test_client(), {}, most=7)
    assert 1 <= int(answer.headers["Retry-After"]) <= 2


def test_files_without_a_token_use_up_nobody_s_ten(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCHES", "1000/second")
    with guarded(stored) as app:
        client = app.test_client()
        for number in range(12):
            form = {"resume": (io.BytesIO(b""), "a.pdf")} | (
                {"csrf_token": token(client)} if number > 10 else {}
            )
            answer = client.post("/jobs", data=form)
            assert answer.status_code == 400
    assert "The file is empty" in answer.text or "empty" in answer.text


def test_the_sources_are_shown_thirty_times_a_minute(app: Flask) -> None:
    client = app.test_client()
    assert [client.get("/sources").status_code for _ in range(31)] == [200] * 30 + [429]


def test_three_hundred_jobs_are_shown_in_a_minute_and_the_rest_of_the_site_stays_open(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.JOBS == "300/minute"
    monkeypatch.setattr(limits, "JOBS", "5/minute")
    with guarded(stored) as app:
        client = app.test_client()
        shown = [client.get("/jobs/none-such") for _ in range(6)]
        assert [answer.status_code for answer in shown] == [404] * 5 + [429]
        assert 50 < int(shown[-1].headers["Retry-After"]) <= 61
        assert client.get("/").status_code == 200
        other = client.get("/jobs/none-such", environ_base={"REMOTE_ADDR": "203.0.113.7"})
        assert other.status_code == 404


def test_rates_may_be_left_to_a_proxy(open_app: Flask) -> None:
    client = open_app.test_client()
    assert {client.post("/jobs", data={}).status_code for _ in range(20)} == {400}


@pytest.mark.parametrize(
    "address, same, other",
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("203.0.113.7:1000", "203.0.113.7", "203.0.113.8:1000"),
        ("203.0.113.7:1000", "203.0.113.7:1001", "203.0.113.8:1000"),
        ("::ffff:203.0.113.7", "203.0.113.7", "::ffff:203.0.113.8"),
        ("[::ffff:203.0.113.7]:1000", "203.0.113.7", "[::ffff:203.0.113.8]:1000"),
        ("[2001:db8::1]:443", "2001:db8::2", "[2001:db8:0:1::1]:443"),
        ("[2001:db8::1]", "2001:db8::2", "[2001:db8:0:1::1]"),
        ("fe80::1%eth0", "fe80::2", "fe80:0:0:1::1"),
        ("unknown", "_hidden", "203.0.113.7"),
        ("203.0.113.7:x", "1.2.3.4.5:80", "203.0.113.7"),
        ("", "[]:80", "203.0.113.7"),
    ],
)
def test_whom_a_rate_is_counted_for(app: Flask, address: str, same: str, other: str) -> None:
    def peer(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return limits._peer()

    assert peer(address) == peer(same) != peer(other)


@pytest.mark.parametrize("proxies, spoofed, limited", [(0, "9.9.9.{}", True), (1, "9.9.9.{}, 203.0.113.7", True), (1, "9.9.9.{}", False), (2, "9.9.9.{}, 10.0.0.1", False), (2, "{}.1.1.1, 9.9.9.9, 10.0.0.1", True)])  # fmt: skip
def test_only_as_many_proxies_as_are_set_are_believed(
    stored: Path, proxies: int, spoofed: str, *, limited: bool
) -> None:
    with guarded(stored, PROXIES=proxies, WTF_CSRF_ENABLED=False) as app:
        client = app.test_client()
        sent = {
            client.post("/jobs", headers={"X-Forwarded-For": spoofed.format(number)}).status_code
            for number in range(100)
        }
    assert (429 in sent) is limited


def test_a_proxy_tells_a_visitor_s_scheme_and_not_what_we_are_called(stored: Path) -> None:
    told = {"Host": "evil.example", "Port": "99", "Prefix": "/evil", "Proto": "https"}
    headers = {f"X-Forwarded-{name}": value for name, value in told.items()}
    with guarded(stored, PROXIES=1) as app, app.test_client() as client:
        assert client.get("/about", headers=headers).status_code == 200
        assert request.url == "https://localhost/about"
