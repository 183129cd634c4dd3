"""Feeds of jobs in XML: whole, cut, broken in places, packed, and larger than memory should hold."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request, Response

from crawler import source, streaming, xmlrecords
from crawler.answers import Blocked, Unreadable
from crawler.items import JobPosting
from crawler.spiders.jobfeed import JobFeed

ROOT = Path(__file__).parents[1]
URL = "https://feeds.harbour.example/jobs.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<source><publisher>Harbour</publisher>'


def job(number: object, more: str = "") -> str:
    return (
        f"<job><title>Agent {number}</title><referencenumber>R-{number}</referencenumber>"
        f"<url>https://harbour.example/{number}</url>{more}</job>"
    )


def feed(*jobs: str, head: str = HEAD, tail: str = "</source>") -> str:
    return head + "\n".join(jobs) + tail


def terms(body: str | bytes) -> list[Any]:
    raw = body.encode() if isinstance(body, str) else body
    spider = JobFeed(url=URL, today="2026-11-21")
    return list(spider.parse(Response(URL, body=raw, request=Request(URL))))


def postings(body: str | bytes) -> list[JobPosting]:
    return [term for term in terms(body) if isinstance(term, JobPosting)]


def names(body: str | bytes) -> list[str]:
    return [posting.identifier for posting in postings(body)]


THREE = [job(1), job(2), job(3)]


def test_a_feed_ends_in_the_closing_tag_of_its_root_and_its_number_of_records_is_the_total() -> None:
    found = terms(feed(*THREE))
    assert [term.identifier for term in found[:3]] == ["R-1", "R-2", "R-3"]
    assert found[3] == source.End("</source>", total=3)


@pytest.mark.parametrize(
    "root", ["jobs", "JOBS", "items", "feed:jobs", "rss", "trovit", "Job-Listings", "vacancies"]
)
def test_an_empty_feed_is_one_whose_root_is_known_and_closed(root: str) -> None:
    assert terms(f"<{root}></{root}>") == [source.End(f"</{root}>", total=0)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (feed(*THREE, tail=""), "the feed is cut: it does not end in </source>"),
        (feed(*THREE, tail="</sour"), "the feed is cut"),
        (feed(*THREE)[:-60], "the feed is cut"),
        (HEAD, "the feed is cut"),
        ("<error><code>404</code></error>", "no job in <error>, which is not known"),
        ("<urlset><url><loc>https://harbour.example/</loc></url></urlset>", "no job in <urlset>"),
        ("<!doctype html><html><body>Our feed has moved</body></html>", "no feed of jobs; it begins '<!doc"),
        ('{"jobs": []}', "no feed of jobs; it begins"),
        ("", "no feed of jobs; it begins ''"),
        (gzip.compress(feed(*THREE).encode())[:-10], "no whole gzip file"),
        (gzip.compress(feed(*THREE).encode()) + b"more", "no whole gzip file"),
    ],
)
def test_what_is_no_feed_or_is_cut_ends_nothing(body: str | bytes, reason: str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    spider, found = JobFeed(url=URL, today="2026-11-21"), []
    with pytest.raises(Unreadable, match=reason):
        found.extend(spider.parse(Response(URL, body=raw, request=Request(URL))))
    assert not [term for term in found if isinstance(term, source.End)]


def test_a_challenge_is_no_feed() -> None:
    with pytest.raises(Blocked):
        terms("<!doctype html><html><head><title>Just a moment...</title></head></html>")


BROKEN = {
    "a bare ampersand": job("x", "<company>Bed & Bath</company>"),
    "a bare angle": job("x", "<description>shifts < 8 hours, a <- b</description>"),
    "controls": job("x", "<description>a\x0bb\x00c</description>"),
    "an entity of HTML": job("x", "<description>caf&eacute;&nbsp;open</description>"),
    "an entity of nobody": job("x", "<description>&who;</description>"),
    "an undeclared namespace": job("x", "<g:location>Leeds</g:location>"),
    "HTML that is not escaped": job("x", "<description><p>Calls<br>and mails<p>Nights</description>"),
    "its own tags in CDATA": job("x", "<description><![CDATA[</job><job></source>]]></description>"),
    "a comment with its own tags": job("x", "<!-- <job> </job> -->"),
    "an attribute": job("x").replace("<job>", '<job lang="en" id="7">'),
    "capitals": job("x").replace("job>", "JOB>").replace("title>", "Title>"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_record_that_is_no_sound_xml_is_read_and_costs_its_siblings_nothing(broken: str) -> None:
    assert names(feed(job(1), broken, job(2))) == ["R-1", "R-x", "R-2"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("<job><title>Agent", "the record is not closed"),
        ("<job><title>Agent</title>", "the record is not closed"),
        ("<job></job>", "title missing"),
        ("<job><title></title><city>Leeds</city></job>", "title missing"),
        ("<job><title>Agent</title><city>Leeds</city></job>", "url and description missing"),
        (f"<job><title>Agent</title><id>{'7' * 1001}</id></job>", "id"),
    ],
)
def test_a_record_that_is_no_posting_is_counted_and_costs_its_siblings_nothing(
    broken: str, reason: str
) -> None:
    found = terms(feed(job(1), broken, job(2)))
    [bad] = [term for term in found if isinstance(term, source.Bad)]
    assert bad.identifier == "item 2"
    assert reason in bad.reason
    assert names(feed(job(1), broken, job(2))) == ["R-1", "R-2"]
    assert found[-1] == source.End("</source>", total=3)


@pytest.mark.parametrize("length", [xmlrecords.MAX_RECORD, xmlrecords.MAX_BETWEEN + 1_000_000])
def test_a_record_without_end_costs_nothing_but_itself(length: int) -> None:
    endless = "<job><title>Agent</title><description>" + "word " * (length // 5)
    assert names(feed(job(1), endless, *[job(n) for n in range(2, 5)])) == ["R-1", "R-2", "R-3", "R-4"]


def test_bytes_of_windows_in_what_says_it_is_utf_8_are_read() -> None:
    raw = feed(job(1, "<company>Café “Zürich”</company>")).encode("cp1252")
    assert postings(raw)[0].hiring_organization == "Café “Zürich”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_feed_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n<source>'
    raw = feed(job(1, "<company>Zoë &amp; Söhne</company>"), head=head).encode(encoding)
    assert postings(raw)[0].hiring_organization == "Zoë & Söhne"


def test_entities_that_a_feed_declares_are_not_resolved() -> None:
    inside = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 50}">' if n else '<!ENTITY e0 "lol">' for n in range(9)
    )
    head = f'<!DOCTYPE source [{inside}<!ENTITY file SYSTEM "file:///etc/passwd">]>\n<source>'
    [posting] = postings(feed(job(1, "<description>a &e8; &file; b</description>"), head=head))
    assert posting.description == "a &e8; &file; b"


def test_copies_are_counted_and_the_first_is_taken() -> None:
    found = terms(feed(job(1, "<city>Leeds</city>"), job(2), job(1, "<city>Leeds</city>"), job(1)))
    assert [type(term).__name__ for term in found] == ["JobPosting", "JobPosting", "Repeat", "Repeat", "End"]
    assert found[0].job_location[0].address_locality == "Leeds"


def test_two_jobs_under_one_name_are_both_kept_and_a_copy_of_either_is_a_copy() -> None:
    both = [job(1, "<city>Leeds</city>"), job(1, "<city>York</city>"), job(1).replace("Agent", "Clerk")]
    found = terms(feed(*both, *both))
    kept = [term.identifier for term in found if isinstance(term, JobPosting)]
    assert kept[0] == "R-1"
    assert [name.partition("-")[2].partition("-")[0] for name in kept] == ["1", "1", "1"]
    assert len(set(kept)) == 3
    assert [term.identifier for term in found if isinstance(term, source.Repeat)] == kept


@pytest.mark.parametrize(
    ("more", "stated"),
    [
        ('<salary period="year">18000</salary>', {"base_salary": (None, "18000", "YEAR")}),
        (
            '<salary currency="EUR" unit="month">1200</salary>',
            {"base_salary": ("EUR", "1200", "MONTH")},
        ),
        (
            "<salary><value>15</value><period>hourly</period></salary>",
            {"base_salary": (None, "15", "HOUR")},
        ),
        ("<posted>3 days ago</posted>", {"date_posted": date(2026, 11, 18)}),
        ('<contract type="Part-time">Standard</contract>', {"employment_type": ("PART_TIME",)}),
    ],
)
def test_what_attributes_and_inner_elements_say_of_a_text_is_read(more: str, stated: dict[str, Any]) -> None:
    [posting] = postings(feed(job(1, more)))
    pay = posting.base_salary
    said = pay and (pay.currency, str(pay.min_value), pay.unit_text)
    found = {
        "base_salary": said,
        **{name: getattr(posting, name) for name in stated if name != "base_salary"},
    }
    assert {name: found[name] for name in stated} == stated


def test_the_feed_s_name_of_a_posting_is_not_the_employer_s_number() -> None:
    found = postings(
        feed(*[job(n, "<requisitionid>REQ-7</requisitionid><city>X</city>") for n in ("7a", "7b")])
    )
    assert [(posting.identifier, posting.requisition) for posting in found] == [
        ("R-7a", "REQ-7"),
        ("R-7b", "REQ-7"),
    ]


def test_records_without_a_name_are_known_by_what_they_are() -> None:
    bare = (
        "<job><title>Agent</title><location>{}</location><url>https://a.example/join?utm_source=x</url></job>"
    )
    leeds, york = names(feed(bare.format("Leeds"), bare.format("York")))
    assert leeds != york
    assert names(feed(bare.format("York").replace("?utm_source=x", ""))) == [york]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_a_feed_is_read_alike_however_it_is_cut_into_pieces(size: int) -> None:
    raw = feed(*BROKEN.values(), *THREE).encode()
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    document = xmlrecords.Document(itertools.chain([raw[:200]], _rest(pieces, 200)))
    assert list(document.records()) == list(xmlrecords.Document([raw]).records())
    assert document.ended


def _rest(pieces: Iterator[bytes], skip: int) -> Iterator[bytes]:
    for piece in pieces:
        if skip < len(piece):
            yield piece[skip:]
        skip = max(0, skip - len(piece))


@given(st.lists(st.sampled_from([*'<>/!-[]&;" ab', "<job>", "</job>", "<![CDATA[", "]]>", "<!--", "-->"])))
def test_no_words_break_the_reading_of_records(parts: list[str]) -> None:
    words = "".join(parts)
    for record in xmlrecords.Document([f"<jobs>{words}</jobs>".encode()]).records():
        with suppress(Unreadable):
            xmlrecords.parsed(record)


def test_a_feed_is_read_in_memory_that_does_not_grow_with_it() -> None:
    text = f"<description><![CDATA[{'Answer calls. ' * 200}]]></description>"

    def pieces(count: int) -> Iterator[bytes]:
        yield HEAD.encode()
        for number in range(count):
            yield job(number, text).encode()
        yield b"</source>"

    most = []
    for count in (100, 1500):
        tracemalloc.start()
        assert sum(1 for _ in xmlrecords.Document(pieces(count)).records()) == count
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[1] < most[0] + 500_000


def test_a_bomb_is_unpacked_no_further_than_anybody_may_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "UNPACKED", 3 << 20)
    with pytest.raises(Unreadable, match="unpacked"):
        terms(gzip.compress(feed(*THREE).encode() + b" " * (4 << 20)))
    twice = gzip.compress(gzip.compress(feed(*THREE).encode()))
    assert names(twice) == ["R-1", "R-2", "R-3"]


class Publisher(BaseHTTPRequestHandler):
    """Answers as each address is told to."""

    body: ClassVar[bytes] = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.asked.append(path)
        if path == "robots.txt":
            self.send_error(404)
            return
        if path == "moved":
            self.send_response(302)
            self.send_header("Location", "/gzip")
            self.end_headers()
            return
        body = gzip.compress(self.body) if path in ("gzip", "file", "short") else self.body
        body = body[:-9] if path in ("short", "open") else body
        self.send_response(404 if path == "gone" else 200)
        self.send_header("Content-Type", "application/xml")
        if path in ("gzip", "short"):
            self.send_header("Content-Encoding", "gzip")
        if path != "open":
            self.send_header("Content-Length", str(len(body) + 5 * (path == "torn")))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def publisher() -> Iterator[str]:
    """A server of feeds; its origin."""
    Publisher.body = feed(
        *(job(n, f"<city>Leeds</city><salary>£{n + 20} an hour</salary>") for n in range(30))
    ).encode()
    Publisher.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


CRAWL = """
import collections, json, sys
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
from crawler.spiders.jobfeed import JobFeed

settings, found = get_project_settings(), collections.defaultdict(list)
settings.setdict({"LOG_LEVEL": "WARNING", "ITEM_PIPELINES": None, "DOWNLOAD_DELAY": 0, "ROLECALL_ALLOW_PRIVATE": [sys.argv[1]]})
process = CrawlerProcess(settings)

def keep(item, spider):
    found[spider.board].append(getattr(item, "reason", None) or type(item).__name__)

for path in sys.argv[2:]:
    crawler = process.create_crawler(JobFeed)
    crawler.signals.connect(keep, signals.item_scraped, weak=False)
    process.crawl(crawler, board=path, url=f"http://{sys.argv[1]}/{path}", today="2026-11-21")
process.start()
print(json.dumps(found))
"""
CRAWLS = {  # of a feed at this path: how many postings come, and what comes last
    "plain": (30, "End"),
    "gzip": (30, "End"),
    "file": (30, "End"),  # a .gz that nobody declares
    "moved": (30, "End"),
    "open": (30, "the feed is cut: it does not end in </source>"),
    "short": (None, "the answer is no whole gzip file"),
    "torn": (0, "the answer is cut"),
    "gone": (0, "HTTP 404"),
}


def test_feeds_are_streamed_through_files_and_whole_is_told_from_cut(publisher: str) -> None:
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", CRAWL, publisher, *CRAWLS]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "ResourceWarning" not in done.stderr
    found = json.loads(done.stdout)
    for path, (count, last) in CRAWLS.items():
        assert found[path][-1 if last != "End" else found[path].index("End")] == last, path
        assert count is None or found[path].count("JobPosting") == count, path
    assert Publisher.asked.count("torn") == 3  # asked again, each time into a new file
