"""The shipped nginx.conf in front of the pages: what it passes on, what it refuses, and what it never writes."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import browser
import pages
import postoffice
import pytest
import serving

SHIPPED = Path(__file__).parents[1] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
HOST = "jobs.example.com"
MIB = 1024 * 1024
HEAD = f"Host: {HOST}\r\n".encode()
TEMPORARY = "".join(
    f"{name}_temp_path FOLDER/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    took: float


@dataclass(frozen=True)
class Proxy:
    """nginx by the shipped file, at ports of this machine."""

    plain: int
    secure: int
    folder: Path

    def connect(self, host: str = HOST) -> ssl.SSLSocket:
        told = ssl.create_default_context(cafile=self.folder / "trusted.pem")
        told.check_hostname = False  # the certificate is for this machine
        return told.wrap_socket(
            socket.create_connection(("127.0.0.1", self.secure), 20), server_hostname=host
        )

    def raw(self, sent: bytes) -> bytes:
        with self.connect() as one:
            one.sendall(sent)
            return b"".join(iter(lambda: one.recv(65_536), b""))

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        began = time.monotonic()
        with closing(http.client.HTTPConnection(HOST, timeout=20)) as one:
            one.sock = self.connect()
            one.request(method, path, body, headers)
            told = one.getresponse()
            return Answer(told.status, told.headers, told.read(), time.monotonic() - began)

    @property
    def log(self) -> str:
        return (self.folder / "access.log").read_text() + (self.folder / "error.log").read_text()


@contextmanager
def proxied(folder: Path, behind: int, at_work: int = 64) -> Iterator[Proxy]:
    """The shipped file; only ports, folders, the user and one limit may differ from it."""
    folder.mkdir()
    postoffice.certificate(folder)
    one = Proxy(browser.free_port(), browser.free_port(), folder)
    told = SHIPPED.read_text()
    for before, after in (
        ("listen 80", f"listen 127.0.0.1:{one.plain}"),
        ("listen 443", f"listen 127.0.0.1:{one.secure}"),
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"{folder}/server.pem"),
        (f"/etc/letsencrypt/live/{HOST}/privkey.pem", f"{folder}/server.pem"),
        ("/run/", f"{folder}/"),
        ("/var/log/nginx", str(folder)),
        ("/var/lib/nginx", str(folder)),
        ("user www-data;", "user root;\ndaemon off;"),  # who is not root has no choice
        ("server_tokens off;", "server_tokens off;\n" + TEMPORARY.replace("FOLDER", str(folder))),
        ("max_conns=64;", f"max_conns={at_work};"),
    ):
        assert before in told, before
        told = told.replace(before, after)
    (folder / "nginx.conf").write_text(told)
    words = [str(NGINX), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with (folder / "said").open("wb") as said, subprocess.Popen(words, stderr=said) as process:
        try:
            browser.await_port(one.secure, process)
            yield one
        finally:
            process.terminate()


def told(home: Path) -> dict[str, str]:
    """The variables of pages behind one proxy."""
    return {
        "ROLECALL_HOME": str(home),
        "ROLECALL_NOW": browser.NOW,
        "ROLECALL_SECRET_KEY": pages.SECRET,
        "ROLECALL_PROXIES": "1",
    }


@pytest.fixture(scope="module")
def proxy(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy before `rolecall serve` of two processes, over the demo."""
    with (
        serving.started("rolecall", "serve", "--port", "0", "--processes", "2", **told(demo_home)) as served,
        proxied(tmp_path_factory.mktemp("deployed") / "nginx", served.port) as one,
    ):
        yield one


def test_pages_come_by_tls_as_rolecall_made_them(proxy: Proxy) -> None:
    answer = proxy.ask("/", **{"Accept-Encoding": "gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])
    assert answer.headers["Server"] == "nginx"  # and no version
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_what_never_changes_is_kept_by_the_proxy(proxy: Proxy) -> None:
    [address] = re.findall(r'href="(/static/page\.css[^"]*)"', proxy.ask("/").body.decode())
    first, again = proxy.ask(address), proxy.ask(address)
    assert first.status == 200
    assert "max-age=31536000" in first.headers["Cache-Control"]
    assert again.headers["X-Request-ID"] == first.headers["X-Request-ID"], "Rolecall was asked again"


def test_without_tls_there_is_only_the_way_to_it(proxy: Proxy) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=20)) as one:
        one.request("GET", "/about", headers={"Host": HOST})
        answer = one.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/about")
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=20)) as one:
        one.request("GET", "/", headers={"Host": "evil.example"})
        with pytest.raises(ConnectionResetError):
            one.getresponse()
    with pytest.raises(ssl.SSLError):
        proxy.connect("evil.example")


def test_a_program_hears_that_the_pages_are_alive_and_only_this_machine_what_they_count(proxy: Proxy) -> None:
    assert proxy.ask("/healthz").body == b'{"alive":true}\n'
    assert proxy.ask("/readyz").status == 200
    assert proxy.ask("/metrics").status == 404


SMUGGLED = b"GET /about HTTP/1.1\r\n" + HEAD + b"\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(SMUGGLED)),
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED),
        b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED),
        b"Content-Length: %d\r\nTransfer-Encoding: xchunked\r\n\r\n" % len(SMUGGLED),
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content_Length: 5\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED),
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
    ],
    ids=["CL and TE", "TE and CL", "two CL", "an unknown TE", "two TE", "a blank", "an underscore", "a trailer"],
)  # fmt: skip
def test_one_request_in_is_one_request_out(proxy: Proxy, lines: bytes) -> None:
    begin = b"POST /none HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n" + lines
    answer = proxy.raw(begin if SMUGGLED in begin else begin + SMUGGLED)
    assert len(re.findall(rb"HTTP/1\.[01] \d\d\d ", answer)) == 1
    assert b"<title>About" not in answer


def test_what_is_too_large_is_refused_in_words_before_its_body_has_come(proxy: Proxy) -> None:
    for length in (7 * MIB + 1, 10**12):
        asked = f"POST /jobs HTTP/1.1\r\nContent-Length: {length}\r\nConnection: close\r\n".encode()
        with proxy.connect() as one:
            one.sendall(asked + HEAD + b"\r\n")
            answer = one.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"That is too much at once" in answer
    answer = proxy.ask(
        "/jobs", "POST", b"x" * (6 * MIB + 2), **{"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status, b"<h1>That is too much at once</h1>" in answer.body) == (413, True)


def test_two_hundred_slow_clients_keep_nobody_else_waiting(proxy: Proxy) -> None:
    with ExitStack() as open_:
        for number in range(200):
            one = open_.enter_context(socket.create_connection(("127.0.0.1", proxy.plain), 20))
            one.sendall(
                b"POST /jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 99\r\n\r\nx"
                if number % 2
                else b"GET / H"
            )
        took = sorted(proxy.ask("/about").took for _ in range(10))
    assert took[4] < 1


def test_its_log_names_no_address_neither_a_visitor_s_nor_a_page_s(proxy: Proxy) -> None:
    answer = proxy.ask("/saved/Zorbinaxt?q=Zorbinaxt", **{"User-Agent": "Zorbinaxt", "Referer": "Zorbinaxt"})
    assert answer.status == 404
    told = f"request={answer.headers['X-Request-ID']}"
    until = time.monotonic() + 5
    while told not in proxy.log and time.monotonic() < until:  # it is written once the answer is sent
        time.sleep(0.01)
    assert told in proxy.log
    assert "Zorbinaxt" not in proxy.log
    assert "127.0.0.1" not in proxy.log


def test_over_the_limit_and_without_rolecall_a_visitor_hears_at_once_when_to_come_again(
    tmp_path: Path,
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        proxied(tmp_path / "nginx", silent.getsockname()[1], at_work=2) as full,
        ExitStack() as open_,
    ):
        silent.settimeout(10)
        for _ in range(4):  # who sends a byte a minute takes nobody's place
            slow = open_.enter_context(full.connect())
            slow.sendall(b"POST /jobs HTTP/1.1\r\n" + HEAD + b"Content-Length: 99\r\n\r\nx")
        for _ in range(2):
            one = open_.enter_context(full.connect())
            one.sendall(b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n")
            open_.enter_context(silent.accept()[0])  # it is here, and is not answered
        with ThreadPoolExecutor(8) as pool:
            refused = list(pool.map(full.ask, ["/"] * 20))
        for answer in refused:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.took < 1
    with proxied(tmp_path / "gone", browser.free_port()) as alone:
        answer = alone.ask("/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.soak
def test_gunicorn_stands_behind_the_same_file(demo_home: Path, tmp_path: Path) -> None:
    words = ("gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "--threads", "8", "rolecall.wsgi:app")
    with (
        serving.started(*words, **told(demo_home)) as served,
        proxied(tmp_path / "nginx", served.port) as one,
    ):
        assert one.ask("/").headers["Strict-Transport-Security"]
        test_two_hundred_slow_clients_keep_nobody_else_waiting(one)
        for number in range(8):
            assert (
                len(
                    re.findall(
                        rb"HTTP/1\.1 \d\d\d ",
                        one.raw(b"GET /about HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"),
                    )
                )
                == 1
            ), number
