"""`scrapy record` as a person runs it, against a server of our own."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title></channel></rss>'


class Site(http.server.BaseHTTPRequestHandler):
    """Allows all but /closed/, and answers every other address with a feed."""

    def do_GET(self):
        robots = self.path == "/robots.txt"
        body = b"User-agent: *\nDisallow: /closed/\n" if robots else FEED
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if robots else "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_is_kept_once_as_it_came_and_politely(site, tmp_path):
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")

    def record(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "record", "greenhouse", *words]
        allowed = ["-s", f"ROLECALL_ALLOW_PRIVATE={site}", "-a", "board=acme"]
        return subprocess.run([*command, *allowed], cwd=tmp_path, capture_output=True, text=True, check=False)

    kept = record(f"http://{site}/jobs.rss", "parse", "--variant", "feed")
    assert (kept.returncode, kept.stderr) == (0, "")
    assert "a shape, not somebody's text" in kept.stdout
    assert "pytest -k greenhouse" in kept.stdout

    folder = tmp_path / "tests" / "samples" / "greenhouse"
    assert {path.name for path in folder.iterdir()} == {"parse.feed.xml", "parse.feed.expected.json"}
    assert (folder / "parse.feed.xml").read_bytes() == FEED
    assert json.loads((folder / "parse.feed.expected.json").read_text()) == {
        "url": f"http://{site}/jobs.rss",
        "headers": {"Content-Type": "application/rss+xml; charset=utf-8"},
        "spider": {"board": "acme"},
    }

    for words, why in (
        ([f"http://{site}/jobs.rss", "--variant", "feed"], "is there already: say --variant NAME"),
        ([f"http://{site}/closed/jobs.rss"], "robots.txt"),
    ):
        refused = record(*words)
        assert refused.returncode != 0
        assert why in refused.stdout + refused.stderr
    assert len(list(folder.iterdir())) == 2
