"""Keys of platforms: each reaches the platform's own origin, and nothing else ever holds it."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy.http import Request

from crawler import keys, logs, refresh, sources
from crawler.spiders.adzuna import Adzuna
from crawler.spiders.reed import Reed
from crawler.spiders.usajobs import USAJobs
from db import lease, queries, session
from rolecall import values

SAMPLES = Path(__file__).parent / "samples"
KEYS = {
    "adzuna": "9f1c0ad2:adz-5ecret-0f-n0body",
    "reed": "reed-5ecret-0f-n0body",
    "usajobs": "ann@rolecall.example:usa/5ecret+0f=n0body",
}
SECRETS = (
    "5ecret",
    "n0body",
    base64.b64encode(b"reed-5ecret-0f-n0body:").decode(),
    "9f1c0ad2",
    "ann@rolecall",
)
JSON = "application/json"


class Origin(ThreadingHTTPServer):
    """A server that remembers what it was asked, and where else it sends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Platforms)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.elsewhere = ""


class Platforms(BaseHTTPRequestHandler):
    """Three platforms at one origin; one country's list is cut, one's lies elsewhere, one repeats the key."""

    server: Origin

    def do_GET(self) -> None:
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.server.seen.append((self.path, dict(self.headers.items())))
        country = path.removeprefix("/v1/api/jobs/").partition("/")[0]
        if path == "/api/search":
            return self.answer(sample("usajobs", "parse.page2"))
        if path == "/api/1.0/search":
            return self.answer(sample("reed", "parse.page2"))
        if path.startswith("/api/1.0/jobs/"):
            return self.answer(sample("reed", "parse_posting.unpaid"))
        if country == "us":
            return self.answer(b"{" * 9, length=99)
        if country == "de":
            return self.send_on(f"{self.server.elsewhere}{self.path}")
        if country == "gb":
            page = json.loads(sample("adzuna", "parse.page2").replace(b'"count": 4', b'"count": 1'))
            page["results"][0]["description"] = f"Asked with {asked.get('app_key', ['no key'])[0]}."
            return self.answer(json.dumps(page).encode())
        if country == "fr":
            return self.answer(str(asked.get("app_key")).encode())
        return self.answer(b"", status=404)

    def answer(self, body: bytes, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None

    def send_on(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def sample(spider: str, page: str) -> bytes:
    """A page of the offline web, which is the only one of its list."""
    text = (SAMPLES / spider / f"{page}.json").read_text()
    for total in ("SearchResultCountAll", "totalResults"):
        text = text.replace(f'"{total}": 4', f'"{total}": 1').replace(f'"{total}": 3', f'"{total}": 1')
    return text.encode()


@pytest.fixture
def origins() -> Iterator[list[Origin]]:
    """Two origins, the second of which nobody told us of."""
    servers = [Origin(), Origin()]
    for server in servers:
        server.elsewhere = f"http://127.0.0.1:{servers[1].server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


def crawl(
    engines: session.Engines,
    url: str,
    entries: list[sources.Source],
    private: tuple[str, ...],
    **changes: Any,
) -> dict[str, refresh.Outcome]:
    """One night of these sources, by their names."""
    night = refresh.Night(
        now=datetime(2026, 1, 15, 3, tzinfo=UTC),
        wanted=("core", "adjacent", "other"),
        allow_private=private,
        log_level="DEBUG",
        **changes,
    )
    with lease.held(engines, "crawl") as held:
        report = refresh.crawl(engines, url, entries, night, held, lambda *_: None)
    assert report.wrong == []
    return {one.source: one for one in report.outcomes}


def stored(engines: session.Engines) -> str:
    """Every value of every row of the database."""
    with engines.read.connect() as connection:
        names = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        )
        return str([connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in names])  # noqa: S608


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_key_reaches_its_platform_alone_and_is_kept_nowhere(
    engines: session.Engines,
    database_url: str,
    origins: list[Origin],
    capfd: pytest.CaptureFixture[str],
) -> None:
    own, other = origins
    base = f"http://127.0.0.1:{own.server_port}"
    entries = [
        sources.Source("reed", url=base, crawl_delay=0),
        sources.Source("usajobs", url=base, crawl_delay=0),
    ]
    entries += [sources.Source("adzuna", name, base, crawl_delay=0) for name in ("gb", "us", "de", "fr")]
    private = tuple(f"127.0.0.1:{server.server_port}" for server in origins)
    done = crawl(engines, database_url, entries, private, keys=KEYS, log_format="json")
    said = capfd.readouterr().err

    reed, usajobs, gb = (done[one.name] for one in entries[:3])
    assert [reed.status, usajobs.status, gb.status] == ["complete"] * 3
    assert [one.counts["new"] for one in (reed, usajobs, gb)] == [1, 1, 1]
    seen = {urlsplit(path).path: (path, headers) for path, headers in own.seen}
    assert seen["/api/1.0/search"][1]["Authorization"] == f"Basic {SECRETS[2]}"
    assert seen["/api/1.0/jobs/57010103"][1]["Authorization"] == f"Basic {SECRETS[2]}"
    assert seen["/api/search"][1]["Authorization-Key"] == "usa/5ecret+0f=n0body"
    assert seen["/api/search"][1]["User-Agent"] == "ann@rolecall.example"
    assert "app_id=9f1c0ad2&app_key=adz-5ecret-0f-n0body" in seen["/v1/api/jobs/gb/search/1"][0]
    told = str(seen.pop("/robots.txt")) + str(other.seen)
    assert [path for path, _ in other.seen if "/de/" in path] != []
    assert "***" in done["adzuna:fr"].reason  # the beginning of its answer
    events = [json.loads(line)["event"] for line in said.splitlines()]  # as the setting wants them
    assert any("data loss" in event for event in events)  # Scrapy names the address of a cut answer
    with session.reading(engines) as db:
        assert queries.sources.crawled(db)[entries[0].name].attribution == {
            "text": "via Reed",
            "url": Reed.base_url,
        }
        assert queries.sources.crawled(db)[entries[1].name].attribution is None
    for secret in SECRETS:
        assert secret not in told
        assert secret not in said
        assert secret not in stored(engines)
        assert secret not in str(done)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_without_its_key_a_platform_is_not_asked(engines: session.Engines, database_url: str) -> None:
    spiders = sources.spiders()
    entries = [
        sources.Source(name, board, base_url=spiders[name].base_url, crawl_delay=2.5)
        for name, board in (("reed", ""), ("usajobs", ""), ("adzuna", "gb"))
    ]
    done = crawl(engines, database_url, entries, (), keys={"usajobs": "ann@rolecall.example"})
    assert {one.status for one in done.values()} == {"failed"}
    assert done["reed"].reason.startswith(
        "no key: get one at https://www.reed.co.uk/developers/jobseeker, then set keys.reed in rolecall.toml"
    )
    assert done["adzuna:gb"].reason.startswith("no key: get one at https://developer.adzuna.com/signup")
    assert done["usajobs"].reason.startswith("keys.usajobs is not whole: write email:key, from https://")
    with session.reading(engines) as db:
        assert {row.status for row in queries.sources.last_runs(db).values()} == {"failed"}


def test_the_settings_know_the_spiders_that_ask_for_a_key() -> None:
    asking = [name for name, kind in sources.spiders().items() if kind.use == "key"]
    assert tuple(sorted(asking)) == values.KEYED


@pytest.mark.parametrize(
    ("spider", "said", "sentence"),
    [
        (
            Reed,
            "",
            "no key: get one at https://www.reed.co.uk/developers/jobseeker, then set keys.reed in rolecall.toml",
        ),
        (Adzuna, "only-an-id", "keys.adzuna is not whole: write app_id:app_key"),
        (USAJobs, ":secret-of-mine", "keys.usajobs is not whole: write email:key"),
    ],
)
def test_a_key_that_is_not_there_or_not_whole_says_where_to_get_it(
    spider: Any, said: str, sentence: str
) -> None:
    with pytest.raises(keys.Missing, match=sentence) as error:
        keys.parts(spider.key, spider.name, said)
    assert not said or said.strip(":") not in str(error.value)


def test_the_request_that_came_stays_without_the_key() -> None:
    came = Request("https://api.adzuna.com/v1/api/jobs/gb/search/1?sort_by=date&app_key=***")
    sent = keys.signed(came, Adzuna.key, {"app_id": "an-id", "app_key": "a+secret"})
    assert parse_qs(urlsplit(sent.url).query) == {
        "sort_by": ["date"],
        "app_id": ["an-id"],
        "app_key": ["a+secret"],
    }
    assert "secret" not in came.url
    sent = keys.signed(came, USAJobs.key, {"email": "ann@acme.example", "key": "s3cret"})
    assert sent.headers["Authorization-Key"] == b"s3cret"
    assert "Authorization-Key" not in came.headers


def test_a_log_line_and_its_traceback_hold_no_key() -> None:
    lines = logs.Masked(logging.Formatter("%(message)s"), keys.secrets(["ann@acme.example:a/long+secret"]))
    try:
        raise OSError("GET /?key=a%2Flong%2Bsecret failed")
    except OSError as error:
        record = logging.LogRecord("x", 40, "", 1, "%s asked", ("ann@acme.example",), (OSError, error, None))
    assert lines.format(record) == "*** asked\nOSError: GET /?key=*** failed"
    assert "abc" not in keys.secrets(["abc:longer"])  # it stands in other words
