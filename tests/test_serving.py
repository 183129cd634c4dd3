"""`rolecall serve` as a process: where it listens, how it ends, and what it takes from the network."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serving
from click.testing import CliRunner

from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import serving as command
from webapp import guard

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return serving.home(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[serving.Served]:
    """A server that knows of no proxy."""
    with serving.started("rolecall", "serve", "--port", "0", ROLECALL_HOME=str(home)) as one:
        yield one


HURRIED = """
from rolecall import __main__ as door, server
server.FOR_HEADER, server.FOR_BODY = 2, 4
door.main()
"""


@pytest.fixture(scope="module")
def hurried(home: Path) -> Iterator[serving.Served]:
    """A server that gives a header two seconds, and a body four."""
    with serving.started("-c", HURRIED, "serve", "--port", "0", ROLECALL_HOME=str(home)) as one:
        yield one


@pytest.fixture(scope="module")
def proxied(home: Path) -> Iterator[serving.Served]:
    """A server behind one proxy."""
    proxies = {"ROLECALL_HOME": str(home), "ROLECALL_PROXIES": "1"}
    with serving.started("rolecall", "serve", "--port", "0", **proxies) as one:
        yield one


def invoke(home: Path, *words: str, **variables: str) -> tuple[int, str]:
    told = settings.load(variables, home=home)
    result = CliRunner().invoke(door.main, ["serve", *words], obj=told)
    return result.exit_code, result.output


# --------------------------------------------------------------------------- beginning and end


@pytest.mark.parametrize("sent", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_it_says_where_it_is_once_it_answers_and_ends_without_a_complaint(
    home: Path, sent: signal.Signals
) -> None:
    with serving.started("rolecall", "serve", "--port", "0", ROLECALL_HOME=str(home)) as one:
        assert b" 200 OK\r\n" in one.raw(b"GET / HTTP/1.0\r\n\r\n")
        code, said = one.stop(sent)
    assert code == 0
    assert f"Rolecall is at http://127.0.0.1:{one.port}/" in said
    assert "Nobody can sign in yet, which only recruiters and operators need: `rolecall user add" in said
    assert "Traceback" not in said
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", one.port), timeout=5)


def test_it_serves_without_an_index_and_has_one_when_there_is_one(tmp_path: Path) -> None:
    serving.home(tmp_path)
    (tmp_path / "index").rename(tmp_path / "aside")
    with serving.started("rolecall", "serve", "--port", "0", ROLECALL_HOME=str(tmp_path)) as one:
        assert "pages without an index" in one.said
        assert b" 200 OK\r\n" in one.raw(b"GET /about HTTP/1.0\r\n\r\n")
        assert serving.statuses(one.port, 1) <= {400, 503}
        (tmp_path / "aside").rename(tmp_path / "index")
        assert serving.statuses(one.port, 1) == {400}  # nothing was given


def test_a_port_that_is_taken_is_told_in_one_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert invoke(home, "--port", str(port)) == (
            1,
            f"Error: port {port} is taken: stop what listens there, or choose another with --port\n",
        )


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1", "a" * 300, "not a host"])
def test_a_host_that_is_not_ours_is_told_in_one_sentence(home: Path, host: str) -> None:
    code, said = invoke(home, "--host", host, "--port", "0")
    assert (code, said) == (1, f"Error: {host} is no address of this machine: leave --host away\n")


@pytest.mark.parametrize("secret", ["dev", "change-me" * 8])
def test_an_easy_secret_is_told_in_one_sentence(home: Path, secret: str) -> None:
    code, said = invoke(home, "--port", "0", ROLECALL_SECRET_KEY=secret)
    assert code == 1
    assert said.startswith("Error: the secret key is too easy to guess: take 32 random characters")
    assert secret not in said


def test_without_a_database_it_says_how_to_make_one(tmp_path: Path) -> None:
    code, said = invoke(tmp_path / "none", "--port", "0")
    assert code == 1
    assert re.fullmatch(r"Error: no database at \S+: run `rolecall db upgrade`\n", said)


@pytest.mark.parametrize(
    "host, address", [("127.0.0.1", "http://127.0.0.1:{}/"), ("::1", "http://[::1]:{}/"), ("0.0.0.0", "http://0.0.0.0:{}/")]  # noqa: S104
)  # fmt: skip
def test_an_address_is_printed_as_a_browser_takes_it(host: str, address: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("needs IPv6")
    with command.listening(host, 0) as at:
        assert command.address(at) == address.format(at.getsockname()[1])


# ------------------------------------------------------------------------------- whose address


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "X-Forwarded-Host", "CF-Connecting-IP"],
)
def test_nobody_s_word_on_an_address_is_believed_where_no_proxy_is_known(
    served: serving.Served, header: str
) -> None:
    value = "for=9.9.9.{}" if header == "Forwarded" else "9.9.9.{}"
    assert 429 in serving.statuses(served.port, 100, **{header: value})


@pytest.mark.parametrize(
    "value, limited", [("9.9.9.{}, 203.0.113.7", True), ("203.0.113.9, 9.9.9.{}", False)]
)
def test_behind_one_proxy_the_last_hop_counts(proxied: serving.Served, value: str, *, limited: bool) -> None:
    assert (429 in serving.statuses(proxied.port, 100, **{"X-Forwarded-For": value})) is limited


def test_https_is_believed_of_a_proxy_only(served: serving.Served, proxied: serving.Served) -> None:
    asked = b"GET / HTTP/1.0\r\nX-Forwarded-Proto: https\r\n\r\n"
    assert b"Strict-Transport-Security" not in served.raw(asked)
    assert b"; Secure;" in proxied.raw(asked)
    assert b"Strict-Transport-Security" in proxied.raw(asked)


# ------------------------------------------------------------------------------- what is taken


def head(length: int | str, *lines: str) -> bytes:
    told = ("POST /jobs HTTP/1.1", "Host: a", "Content-Type: multipart/form-data; boundary=b", *lines)
    return "\r\n".join([*told, f"Content-Length: {length}", "", ""]).encode()


@pytest.mark.parametrize("lines", [(), ("Expect: 100-continue",)], ids=["plain", "asked before"])
@pytest.mark.parametrize("length", [6 * MIB + 1, 7 * MIB, 10**12, "9" * 40])
def test_what_is_too_large_is_refused_in_words_before_its_body_has_come(
    served: serving.Served, length: int | str, lines: tuple[str, ...]
) -> None:
    answer = served.raw(head(length, *lines)).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert "A file may have 5 MiB" in answer
    assert "Content-Security-Policy: default-src 'none'" in answer
    assert "Connection: close" in answer


def test_a_body_in_chunks_is_refused_when_it_has_become_too_large(served: serving.Served) -> None:
    chunk = b"100000\r\n" + b"x" * MIB + b"\r\n"
    begin = b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served.connect() as connection:
        connection.sendall(begin)
        for _ in range(6):
            connection.sendall(chunk)
        connection.sendall(b"100000\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_a_browser_that_sends_a_large_file_reads_why_not(served: serving.Served) -> None:
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", served.port, 20, (next(serving.OTHERS), 0))
    ) as connection:
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        connection.request("POST", "/jobs", b"x" * 20 * MIB, kind)
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"A file may have 5 MiB" in answer.read()


def test_an_upload_without_end_is_cut_after_a_while(served: serving.Served) -> None:
    with served.connect() as connection:
        connection.sendall(head(10**12))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(bytes(100 * MIB))


MALFORMED = {
    "no version": b"GET /\r\n\r\n",
    "nothing": b"\r\n\r\n\r\n",
    "binary": bytes(range(128, 256)) * 20 + b"\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    "a header of no name": b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    "a bare line feed": b"GET / HTTP/1.1\nHost: a\r\n\r\n",
    "a null in a header": b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
    "length of letters": b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n",
    "length of minus one": b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "length with a plus": b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
    "two lengths": b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "chunks of nonsense": b"POST /jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
    "an unknown coding": b"POST /jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "an address of brackets": b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
    "length of 5,000 digits": b"POST /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    "a host of no letters": b"GET / HTTP/1.1\r\nHost: a..b\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_http_is_refused_without_a_word_of_the_inside(served: serving.Served, case: str) -> None:
    with served.connect() as connection:
        connection.sendall(MALFORMED[case])
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    status = re.match(rb"HTTP/1\.[01] (\d\d\d) ", answer)
    assert (status and int(status[1]) < 500) or b" 501 Not Implemented" in answer or case == "nothing"
    for word in (b"Traceback", b"waitress", b".py", b"Server:", b"Python"):
        assert word not in answer
    if answer:
        for name, value in guard.HEADERS.items():
            assert f"{name}: {value}\r\n".encode() in answer
        assert b"Cache-Control: no-store\r\n" in answer
    assert "Traceback" not in served.said
    assert "exception" not in served.said


SMUGGLED = b"GET /about HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(SMUGGLED)),
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        % (len(SMUGGLED), SMUGGLED),
        b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED),
        b"Content-Length: %d\r\nTransfer-Encoding: xchunked\r\n\r\n" % len(SMUGGLED),
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content_Length: 5\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED),
    ],
    ids=["CL and TE", "TE and CL", "two CL", "an unknown TE", "two TE", "a blank", "an underscore"],
)
def test_one_request_in_is_one_request_out(served: serving.Served, lines: bytes) -> None:
    begin = b"POST /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + lines
    sent = begin if SMUGGLED in begin else begin + SMUGGLED
    with served.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert len(re.findall(rb"HTTP/1\.[01] \d\d\d ", answer)) == 1
    assert b"<title>About" not in answer


def closed_after(connection: socket.socket, most: float = 15) -> float:
    """After how many seconds a connection takes no more bytes of those that trickle in."""
    began = time.monotonic()
    while (after := time.monotonic() - began) < most:
        try:
            connection.sendall(b"x")
        except (BrokenPipeError, ConnectionResetError):
            return after
        time.sleep(0.2)
    pytest.fail(f"it was open for {most} seconds")


@pytest.mark.parametrize(
    "begin, least",
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: ", 1.5),
        (head(1_000_000) + b"--b", 3.5),
        (head(10**12), 3.5),  # refused at once, and sent on
    ],
    ids=["header", "body", "refused"],
)
def test_a_request_that_comes_too_slowly_is_cut(hurried: serving.Served, begin: bytes, least: float) -> None:
    with hurried.connect() as connection:
        connection.sendall(begin)
        assert least < closed_after(connection) < least + 6


@pytest.mark.soak
def test_who_takes_a_rest_between_two_requests_is_not_cut(hurried: serving.Served) -> None:
    with hurried.connect() as connection:
        for _ in range(2):
            connection.sendall(b"GET /about HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")
            time.sleep(3)
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                assert connection.recv(65_536)  # the rest of the page, and no end
            connection.settimeout(20)


def test_many_slow_clients_keep_nobody_else_waiting(served: serving.Served) -> None:
    slow = [served.connect() for _ in range(200)]
    try:
        for number, each in enumerate(slow):
            each.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: " if number % 2 else head(1_000_000) + b"--b")
        took = []
        for _ in range(10):
            began = time.perf_counter()
            assert b" 200 OK\r\n" in served.raw(b"GET /about HTTP/1.0\r\n\r\n")
            took.append(time.perf_counter() - began)
        assert sorted(took)[4] < 1
    finally:
        for each in slow:
            each.close()


def test_a_person_who_goes_away_is_no_trouble(served: serving.Served) -> None:
    for sent in (b"", b"GE", head(500_000) + b"--b\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 20):
        connection: Any = served.connect()
        connection.sendall(sent)
        connection.close()
    assert b" 200 OK\r\n" in served.raw(b"GET / HTTP/1.0\r\n\r\n")
