"""Pages a second of the whole path, as a share of a bare Scrapy spider over the same pages; then memory.

    python benchmarks/crawl.py [SHARED] [--pages 6400] [--postings 500000] [--sources 1000]
                               [--only pace|memory|sources]

A server on 64 loopback addresses answers with job pages of 2 kB and more (schema.org, one posting each). The
bare spider fetches them and stores nothing; `rolecall crawl` fetches, cleans, judges and stores them, with no
pause between requests. Both crawl in one process beside the server's, and are timed from start to exit. Then
64 boards list as many postings as told, a hundred a page, and the crawl's memory is read every second. Then
as many boards as told list three postings each, first on a host each, then all on 16 hosts: seconds
and MiB. SHARED is not used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from db import scratch

HOSTS = [f"127.0.0.{number}" for number in range(1, 65)]
MANY = [f"127.0.{third}.{number}" for third in range(1, 33) for number in range(1, 251)]  # for thousands
PORT = 8711
WORDS = (
    "Answer calls and e-mails about orders, deliveries and bills, keep notes in the ticket system, calm "
    "people who have waited, find out what went wrong and put it right. You work with the warehouse and the "
    "drivers, hand over at the end of a shift, and write down what the next one has to know. "
).split()
ROLES = ("Customer Service Representative", "Call Center Agent", "Help Desk Technician", "Live Chat Agent")
TOWNS = (("Akron", "OH"), ("Boise", "ID"), ("Tampa", "FL"), ("Omaha", "NE"))
BARE = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {
        "CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False,
    }
    async def start(self):
        for site in json.loads(sys.argv[1]):
            yield scrapy.Request(site)
    def parse(self, response):
        response.selector.remove_namespaces()
        for url in response.xpath("//loc/text()").getall():
            yield scrapy.Request(url, callback=self.page)
    def page(self, response):
        yield {"url": response.url, "bytes": len(response.body)}

process = CrawlerProcess()
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("item_scraped_count"))
"""


def text(number: int) -> str:
    """Some 330 words, a different run of them for each posting."""
    start = number * 7 % len(WORDS)
    words = (WORDS[start:] + WORDS) * 6
    paragraphs = [" ".join(words[i : i + 55]) for i in range(0, 330, 55)]
    return "".join(f"<p>{paragraph} {number}.</p>" for paragraph in paragraphs)


def page(host: str, number: int) -> bytes:
    """A job page as employers publish them."""
    town, state = TOWNS[number % 4]
    posting = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": ROLES[number % 4],
        "description": text(number),
        "identifier": {"@type": "PropertyValue", "name": "Bench", "value": f"R-{number}"},
        "datePosted": "2026-11-01",
        "employmentType": "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": f"Employer {host}"},
        "jobLocation": {
            "@type": "Place",
            "address": {"addressLocality": town, "addressRegion": state, "addressCountry": "US"},
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "USD",
            "value": {"minValue": 17 + number % 9, "maxValue": 27, "unitText": "HOUR"},
        },
    }
    return (
        f"<!doctype html><html><head><title>{ROLES[number % 4]}</title>"
        f'<script type="application/ld+json">{json.dumps(posting)}</script></head>'
        f"<body><h1>{ROLES[number % 4]}</h1>{text(number)}</body></html>"
    ).encode()


def sitemap(host: str, count: int) -> bytes:
    """The addresses of a host's job pages."""
    urls = "".join(f"<url><loc>http://{host}:{PORT}/jobs/{number}</loc></url>" for number in range(count))
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def board(host: str, skip: int, count: int) -> bytes:
    """A hundred postings of a board, in Lever's words."""
    return json.dumps(
        [
            {
                "id": f"{host}-{number}",
                "text": ROLES[number % 4],
                "categories": {"commitment": "Full-time", "location": ", ".join(TOWNS[number % 4])},
                "createdAt": 1_793_000_000_000,
                "description": text(number),
                "lists": [],
                "additional": "",
                "hostedUrl": f"http://{host}:{PORT}/jobs/{number}",
                "workplaceType": "onsite",
                "country": "US",
            }
            for number in range(skip, min(skip + 100, count))
        ]
    ).encode()


def answer(host: str, path: str, count: int) -> tuple[str, bytes]:
    """What the server says: its type and its body."""
    if path == "/robots.txt":
        return "text/plain", b"User-agent: *\nAllow: /\n"
    if path == "/sitemap.xml":
        return "application/xml", sitemap(host, count)
    if path.startswith("/v0/postings/"):
        skip = int(path.partition("skip=")[2].partition("&")[0] or 0)
        return "application/json", board(host, skip, count)
    return "text/html; charset=utf-8", page(host, int(path.rpartition("/")[2]))


async def serve(count: int, hosts: list[str]) -> None:
    """Answer on every address, as fast as may be."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                kind, body = answer(host, head.split(b" ", 2)[1].decode(), count)
                length = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(length.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    servers = [await asyncio.start_server(talk, host, PORT) for host in hosts]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def run_server(count: int, hosts: list[str] = HOSTS) -> multiprocessing.Process:
    """The server, in a process of its own."""
    process = multiprocessing.Process(target=lambda: asyncio.run(serve(count, hosts)), daemon=True)
    process.start()
    time.sleep(1)
    return process


def crawl(
    home: Path, spider: str, hosts: list[str] = HOSTS, boards: int = 1
) -> tuple[dict[str, float], list[int]]:
    """`rolecall crawl` over these hosts: its sums and seconds, and MiB of its crawling process over time."""
    entries = (
        f'[[source]]\nspider = "{spider}"\nboard = "{host.replace(".", "-")}-{number}"\n'
        f'url = "http://{host}:{PORT}{"/sitemap.xml" if spider == "schemaorg" else ""}"\ncrawl_delay = 0\n'
        for host in hosts
        for number in range(boards)
    )
    (home / "sources.toml").write_text("".join(entries))
    told = {
        "ROLECALL_HOME": str(home),
        "ROLECALL_ALLOW_PRIVATE": ",".join(f"{host}:{PORT}" for host in hosts),
        "ROLECALL_LOG_LEVEL": "WARNING",
        "ROLECALL_NOW": "2026-11-21T03:00:00Z",
    }
    began, busy = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "rolecall", "crawl", "--format", "json"]
    report = (home / "report.json").open("w+")  # a pipe would be full of some hundred sources
    child = subprocess.Popen(command, env=os.environ | told, stdout=report)
    memory = []
    while child.poll() is None:
        time.sleep(1)
        memory.append(resident(child.pid))
    seconds = time.monotonic() - began
    report.seek(0)
    sums = json.load(report)["sums"]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - busy.ru_utime - busy.ru_stime
    return {**sums, "seconds": seconds, "cpu": cpu}, memory


def resident(parent: int) -> int:
    """MiB of the children of a process, 0 when they are gone."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == parent:
            found += int(lines.get("VmRSS", "0 kB").split()[0]) // 1024
    return found


def measure_pace(pages: int) -> None:
    """Print both rates and their ratio, three rounds in turn."""
    each = pages // len(HOSTS)
    server = run_server(each)
    sites = json.dumps([f"http://{host}:{PORT}/sitemap.xml" for host in HOSTS])
    print(f"{'round':<7}{'bare pages/s':>14}{'rolecall pages/s':>18}{'share':>8}")
    for number in range(1, 4):
        with scratch.folder("benchmark") as folder:
            script = folder / "bare.py"
            script.write_text(BARE)
            began = time.monotonic()
            fetched = int(subprocess.check_output([sys.executable, str(script), sites]))
            seconds = time.monotonic() - began
            sums, _ = crawl(folder, "schemaorg")
        assert fetched == sums["new"] == each * len(HOSTS), (fetched, sums)
        fast, ours = fetched / seconds, sums["new"] / sums["seconds"]
        print(f"{number:<7}{fast:>14.0f}{ours:>18.0f}{ours / fast:>8.0%}", flush=True)
    server.terminate()


def measure_memory(postings: int) -> None:
    """Print the memory of a crawl of many postings, over its time."""
    each = postings // len(HOSTS)
    server = run_server(each)
    with scratch.folder("benchmark") as folder:
        sums, memory = crawl(folder, "lever")
    server.terminate()
    print(f"{sums['new']:,.0f} postings in {sums['seconds']:.0f} s")
    for tenth in range(1, 11):
        at = memory[: max(1, len(memory) * tenth // 10)]
        print(f"{tenth * 10:>3} % of the time: {at[-1]:>5} MiB (most so far {max(at)})")


def measure_sources(count: int) -> None:
    """Print what a source costs of which there are many, in seconds and in memory."""
    for hosts, boards in ((MANY[:count], 1), (MANY[:16], count // 16)):
        server = run_server(3, hosts)
        with scratch.folder("benchmark") as folder:
            sums, memory = crawl(folder, "lever", hosts, boards)
        server.terminate()
        total = len(hosts) * boards
        assert sums["new"] == 3 * total, sums
        print(
            f"{total:,} sources on {len(hosts):,} hosts: {sums['seconds']:.0f} s, "
            f"of these {sums['cpu']:.0f} s of work ({1000 * sums['cpu'] / total:.0f} ms a source), "
            f"{max(memory)} MiB at most",
            flush=True,
        )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path)
    parser.add_argument("--pages", type=int, default=6400)
    parser.add_argument("--postings", type=int, default=500_000)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--only", choices=("pace", "memory", "sources"))
    given = parser.parse_args()
    if given.only in (None, "pace"):
        measure_pace(given.pages)
    if given.only in (None, "memory"):
        measure_memory(given.postings)
    if given.only in (None, "sources"):
        measure_sources(given.sources)


if __name__ == "__main__":
    main()
