"""How we fetch, against a server with any fault: what reaches it, and what we make of it."""

from __future__ import annotations

import itertools
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import probing
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from faulty import FaultServer, started
from probing import Fetched, Probe, probe
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.project import get_project_settings

from crawler import retrying, source

__all__ = ["probe"]

SPACE = 1 << 30


@pytest.fixture(scope="module")
def one_server(shared: Path) -> Iterator[FaultServer]:
    with started(shared / "tools") as server:
        yield server


@pytest.fixture
def faulty(one_server: FaultServer) -> FaultServer:
    """A server with any fault, that remembers nothing."""
    one_server.reset()
    return one_server


def board(server: FaultServer, board: str = "acme", **faults: Any) -> str:
    """The address of a board with three jobs and these faults."""
    server.source(board, dialect="greenhouse", n=3, faults=faults)
    return f"{server.base}/v1/boards/{board}/jobs"


def fetch(probe: Probe, server: FaultServer, *urls: str, **settings: Any) -> Fetched:
    return probe.fetch(*urls, **{"ROLECALL_ALLOW_PRIVATE": server.allowed, **settings})


def asked(server: FaultServer, board: str = "acme") -> list[float]:
    """When its board was asked for, in seconds."""
    return [request["t"] for request in server.log(board)]


def gaps(moments: list[float]) -> list[float]:
    return [later - sooner for sooner, later in itertools.pairwise(moments)]


def test_it_asks_for_robots_txt_first_and_says_who_it_is(probe: Probe, faulty: FaultServer) -> None:
    found = fetch(probe, faulty, board(faulty), ROLECALL_CONTACT="https://jobs.example/bot")
    assert [status for status, *_ in found.answers] == [200]
    assert [request["path"] for request in faulty.log()] == ["/robots.txt", "/v1/boards/acme/jobs"]
    for request in faulty.log():
        assert request["headers"]["user-agent"] == "rolecall/0.1.0 (+https://jobs.example/bot)"
        assert not request["headers"].keys() & {"cookie", "referer", "authorization"}


@pytest.mark.parametrize(
    "mode, said",
    [
        ("disallow", "forbids /v1/boards/acme/jobs to rolecall"),
        ("disallow_us", "forbids /v1/boards/acme/jobs to rolecall"),
        ("500", "could not be read (HTTP 500): nothing is asked of it"),
        ("429", "could not be read (HTTP 429): nothing is asked of it"),
        ("timeout", "could not be read (no whole answer in time)"),
        ("reset", "Connection to the other side was lost"),
        ("redirect:6", "could not be read (max redirections reached)"),
        ("redirect:5", "forbids /v1/boards/acme/jobs to rolecall"),
        ("redirect_canary", "is not a public address"),
    ],
)
def test_a_host_that_does_not_allow_it_is_asked_for_nothing(
    probe: Probe, faulty: FaultServer, mode: str, said: str
) -> None:
    faulty.robots(mode)
    found = fetch(probe, faulty, board(faulty), DOWNLOAD_TIMEOUT=0.5)
    assert said in found.said
    assert [blocked for *_, blocked in found.failures] == [True]
    assert not found.answers
    assert not asked(faulty)
    assert len(faulty.log()) <= 7
    assert not faulty.canary()


@pytest.mark.parametrize("mode", ["404", "403", "empty", "allow_then_disallow"])
def test_a_host_that_allows_it_is_asked_once_for_robots_txt(
    probe: Probe, faulty: FaultServer, mode: str
) -> None:
    faulty.robots(mode)
    found = fetch(probe, faulty, board(faulty), board(faulty, "beta"), board(faulty, "gamma"))
    assert len(found.answers) == 3
    assert [request["path"] for request in faulty.log()].count("/robots.txt") == 1


def test_one_request_at_a_time_and_a_second_after_each_answer(probe: Probe, faulty: FaultServer) -> None:
    tokens = ("a", "b", "c")
    found = fetch(probe, faulty, *(board(faulty, each, latency_s=0.3) for each in tokens), DOWNLOAD_DELAY=1)
    assert len(found.answers) == 3
    log = faulty.log()
    ends = [request["t"] + request["dur"] for request in log]
    assert all(later["t"] - end >= 0.98 for end, later in zip(ends, log[1:], strict=False))


def test_sources_side_by_side_are_one_at_a_time_for_their_host(probe: Probe, faulty: FaultServer) -> None:
    urls = [[board(faulty, f"b{number}", latency_s=0.2)] for number in range(3)]
    found = probe.side_by_side(*urls, ROLECALL_ALLOW_PRIVATE=faulty.allowed, DOWNLOAD_DELAY=0.1)
    assert [len(each.answers) for each in found] == [1, 1, 1]
    log = faulty.log()
    ends = [request["t"] + request["dur"] for request in log]
    assert all(later["t"] - end >= 0.08 for end, later in zip(ends, log[1:], strict=False))


def test_another_host_is_asked_for_its_own_robots_txt(probe: Probe, faulty: FaultServer) -> None:
    faulty.robots("disallow", faulty.second_port)
    found = fetch(probe, faulty, board(faulty, redirect="crossorigin"))
    assert f"robots.txt of 127.0.0.1:{faulty.second_port} forbids" in found.said
    assert [request["port"] for request in faulty.log("acme")] == [faulty.port]
    faulty.robots("allow", faulty.second_port)
    assert fetch(probe, faulty, board(faulty, redirect="crossorigin")).answers


def test_a_crawl_delay_is_kept(probe: Probe, faulty: FaultServer) -> None:
    faulty.robots("crawl_delay")
    fetch(probe, faulty, board(faulty), board(faulty, "beta"))
    assert all(gap >= 1.98 for gap in gaps([request["t"] for request in faulty.log()]))


@pytest.mark.parametrize("said, least", [("2", 2), ("date+3", 2), ("soon", 0)])
def test_every_request_waits_as_long_as_the_host_asks(
    probe: Probe, faulty: FaultServer, said: str, least: float
) -> None:
    found = fetch(
        probe, faulty, board(faulty, http429={"retry_after": said, "count": 1}), board(faulty, "beta")
    )
    assert len(found.answers) == 2
    first, second = asked(faulty)
    assert second - first >= max(least, 0.1) - 0.02
    assert asked(faulty, "beta")[0] - first >= least - 0.02


def test_who_asks_for_a_day_is_asked_for_nothing_more_tonight(probe: Probe, faulty: FaultServer) -> None:
    first = board(faulty, http429={"retry_after": "86400", "count": 9})
    found = fetch(probe, faulty, first, *(board(faulty, f"other{number}") for number in range(5)))
    assert "asked to wait 24 h" in found.said
    assert len(asked(faulty)) == 1
    assert faulty.log()[-1]["token"] == "acme", "nobody was asked after it"
    assert found.stats["rolecall/resume_after"] == 86_400


@pytest.mark.parametrize(
    "faults, requests, said",
    [
        ({"status": 500}, 3, "HTTP 500"),
        ({"status": 503}, 3, "HTTP 503"),
        ({"status": 404}, 1, "HTTP 404"),
        ({"status": 206}, 1, "HTTP 206"),
        ({"status": 403}, 1, "HTTP 403"),
        ({"drop": "rst"}, 3, "Connection to the other side was lost"),
        ({"reset_at": 100}, 3, "the answer is cut"),
        ({"cl_delta": 50}, 3, "the answer is cut"),
        ({"chunked": "cut"}, 3, "the answer is cut"),
        ({"slow_body_bps": 5}, 3, "no whole answer in time"),
        pytest.param(*({"slow_headers_s": 60}, 3, "no whole answer in time"), marks=pytest.mark.soak),
        pytest.param(*({"stall_at": 10}, 3, "no whole answer in time"), marks=pytest.mark.soak),
        ({"encoding_lie": "gzip"}, 1, "BadGzipFile"),
        ({"redirect": "loop"}, 3, "redirected in a circle"),
        ({"redirect": "chain:30"}, 6, "max redirections reached"),
        ({"redirect": "file"}, 1, "HTTP 302"),
        ({"redirect": "data"}, 1, "HTTP 302"),
        ({"redirect": "canary"}, 1, "is not a public address"),
        ({"redirect": "307"}, 1, "is not a public address"),
        ({"redirect": "metadata"}, 1, "169.254.169.254:80 is not a public address"),
    ],
)
def test_a_broken_answer_is_asked_for_again_at_most_twice_and_says_why(
    probe: Probe, faulty: FaultServer, faults: dict[str, Any], requests: int, said: str
) -> None:
    found = fetch(probe, faulty, board(faulty, **faults), DOWNLOAD_TIMEOUT=0.5)
    assert said in found.said
    assert len(found.failures) == 1
    assert not found.answers
    assert len(asked(faulty)) == requests
    assert not faulty.canary()


@pytest.mark.parametrize(
    "faults", [{"redirect": "chain:5"}, {"refresh_header": 1}, {"reset_every": 2}, {"spam_100": 3}]
)
def test_a_strange_answer_is_read_like_any_other(
    probe: Probe, faulty: FaultServer, faults: dict[str, Any]
) -> None:
    found = fetch(probe, faulty, board(faulty, **faults))
    assert [status for status, *_ in found.answers] == [200]
    assert not faulty.canary()


def test_the_pause_before_the_next_try_grows(probe: Probe, faulty: FaultServer) -> None:
    fetch(probe, faulty, board(faulty, status=500), DOWNLOAD_DELAY=0.2)
    first, second = gaps(asked(faulty))
    assert 0.19 <= first <= 0.8
    assert 0.39 <= second <= 1.2


@pytest.mark.parametrize(
    "faults",
    [
        {"gzip_bomb": SPACE},
        pytest.param({"deflate_bomb": SPACE}, marks=pytest.mark.soak),
        pytest.param({"br_bomb": SPACE // 4}, marks=pytest.mark.soak),
        {"zstd_bomb": SPACE},
        pytest.param({"gzip_twice": SPACE}, marks=pytest.mark.soak),
        {"huge": 10 * SPACE},
        {"huge": 10 * SPACE, "no_cl": 1},
        {"infinite": 1},
    ],
)
def test_an_answer_without_measure_is_refused_in_little_memory(
    probe: Probe, faulty: FaultServer, faults: dict[str, Any]
) -> None:
    found = fetch(probe, faulty, board(faulty, **faults))
    assert not found.answers
    assert "larger than 32 MiB" in found.said or "too large" in found.said
    assert len(asked(faulty)) == 1
    assert found.grown < 150


def test_a_source_that_is_down_is_left_alone(probe: Probe, faulty: FaultServer) -> None:
    urls = [board(faulty, f"b{number}", status=500) for number in range(12)]
    found = fetch(probe, faulty, *urls, RETRY_TIMES=1)
    assert found.reason == "circuit: 5 addresses in a row failed"
    assert len(faulty.log()) <= 1 + 2 * 9  # what waited at the gate goes nowhere either


def test_pages_that_are_gone_are_no_failures(probe: Probe, faulty: FaultServer) -> None:
    found = fetch(probe, faulty, *(f"{faulty.base}/careers/acme/jobs/none{number}" for number in range(8)))
    assert found.reason == "finished"
    assert len(asked(faulty)) == 8


def test_a_crawl_that_is_over_waits_for_nobody(probe: Probe, faulty: FaultServer) -> None:
    waits = board(faulty, http429={"retry_after": "300", "count": 1})
    found = fetch(probe, faulty, waits, board(faulty, "beta", latency_s=60), CLOSESPIDER_TIMEOUT=1)
    assert found.reason == "closespider_timeout"
    assert found.seconds < 5


def test_a_request_in_flight_is_cut_when_its_crawl_is_over(probe: Probe, faulty: FaultServer) -> None:
    found = fetch(probe, faulty, board(faulty, latency_s=60), CLOSESPIDER_TIMEOUT=1)
    assert (found.said, found.reason) == ("", "closespider_timeout"), "it was cut, which is no trouble"
    assert found.seconds < 5


def test_what_nobody_allowed_is_not_reached_under_any_name(probe: Probe, faulty: FaultServer) -> None:
    names = [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104 - nobody binds it
    ]
    urls = [f"http://{name}:{faulty.canary_port}/" for name in names]
    found = fetch(probe, faulty, *urls, RETRY_TIMES=0)
    assert not found.answers
    assert len(found.failures) == len(urls)
    assert not faulty.canary()
    assert not faulty.log()


def test_no_proxy_is_asked(faulty: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{faulty.canary_port}")
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    with probing.started(tmp_path / "log") as own:
        found = fetch(own, faulty, board(faulty))
    assert [status for status, *_ in found.answers] == [200]
    assert not faulty.canary()


@pytest.mark.parametrize(
    "url, location, followed",
    [
        ("https://acme.example/jobs", "https://www.acme.example/jobs", True),
        ("https://acme.example/jobs", "//www.acme.example/jobs", True),
        ("http://acme.example/jobs", "https://acme.example/jobs", True),
        ("https://acme.example/jobs", "http://acme.example/jobs", False),
        ("https://acme.example/jobs", "/jobs", False),
    ],
)
def test_a_redirect_leads_neither_to_where_it_began_nor_out_of_https(
    url: str, location: str, *, followed: bool
) -> None:
    redirect = retrying.Redirect(get_project_settings())
    redirect.crawler = SimpleNamespace(spider=source.SourceSpider(name="acme"))  # type: ignore[assignment]
    request = Request(url)
    answer = Response(url, status=302, headers={"Location": location})
    if followed:
        assert isinstance(redirect.process_response(request, answer), Request)
    else:
        with pytest.raises(IgnoreRequest, match="redirected"):
            redirect.process_response(request, answer)


class Page(BaseHTTPRequestHandler):
    """Answers everything, and keeps quiet."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """A server whose certificate nobody vouches for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.asked = []  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is no error here
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def certificate(folder: Path) -> Path:
    """A file with a certificate for `localhost` that signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_that_nobody_vouches_for_is_refused(
    probe: Probe, self_signed: ThreadingHTTPServer
) -> None:
    port = self_signed.server_address[1]
    told = {"ROLECALL_ALLOW_PRIVATE": [f"127.0.0.1:{port}"]}
    found = probe.fetch(f"https://localhost:{port}/", **told)
    assert "certificate verify failed" in found.said
    assert not self_signed.asked  # type: ignore[attr-defined]
    found = probe.fetch(f"https://localhost:{port}/", DOWNLOAD_VERIFY_CERTIFICATES=False, **told)
    assert found.answers, "the server answers whoever asks without looking"
