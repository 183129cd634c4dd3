"""A feed of jobs of 250 MB through the real crawling process: seconds, and the memory it needs at its peak.

    python benchmarks/jobfeed.py [SHARED] [--megabytes 250] [--postings 48000] [--gzip] [--share 10]

A server on a loopback address writes the feed as Indeed documents it while it is asked for, a posting in
SHARE of them customer service and the rest other work; with --gzip it is packed. `rolecall crawl` fetches,
cuts, cleans, judges and stores it; its process is looked at ten times a second. A feed of a hundredth of the
size goes first, so that what grows can be told from what is always there. SHARED is not used.
"""

from __future__ import annotations

import argparse
import http.server
import json
import multiprocessing
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from db import scratch

PORT = 8712
WORDS = (
    "Answer calls and e-mails about orders, deliveries and bills, keep notes in the ticket system, calm "
    "people who have waited, find out what went wrong and put it right. You work with the warehouse and the "
    "drivers, hand over at the end of a shift, and write down what the next one has to know. "
).split()
OURS = ("Customer Service Representative", "Call Center Agent", "Help Desk Technician")
OTHERS = ("Forklift Operator", "Registered Nurse", "Line Cook", "Diesel Mechanic", "Warehouse Picker")
TOWNS = (("Akron", "OH"), ("Boise", "ID"), ("Tampa", "FL"), ("Omaha", "NE"))


def job(number: int, size: int, share: int) -> str:
    """One posting, as long as told."""
    titles = OURS if number % share == 0 else OTHERS
    city, state = TOWNS[number % 4]
    begin = number * 7 % len(WORDS)
    words = " ".join((WORDS[begin:] + WORDS) * (size // 250 + 1))
    head = (
        f"<job><title><![CDATA[{titles[number % len(titles)]}]]></title>"
        f"<date><![CDATA[Mon, 16 Nov 2026 08:30:00 GMT]]></date>"
        f"<referencenumber><![CDATA[R-{number}]]></referencenumber>"
        f"<url><![CDATA[http://127.0.0.1:{PORT}/view?id={number}&from=feed]]></url>"
        f"<company><![CDATA[Employer {number % 900}]]></company><sourcename><![CDATA[Bench]]></sourcename>"
        f"<city><![CDATA[{city}]]></city><state><![CDATA[{state}]]></state><country><![CDATA[US]]></country>"
        f"<salary><![CDATA[${15 + number % 9} - $24 per hour]]></salary><jobtype>fulltime</jobtype>"
    )
    text = f"<p>Opening {number}.</p><p>{words}"[: max(0, size - len(head) - 60)]
    return f"{head}<description><![CDATA[{text}</p>]]></description></job>\n"


def feed(postings: int, size: int, share: int) -> Iterator[bytes]:
    """The feed, piece by piece."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<source><publisher>Bench</publisher>\n'
    for first in range(0, postings, 50):
        numbers = range(first, min(first + 50, postings))
        yield "".join(job(number, size, share) for number in numbers).encode()
    yield b"</source>\n"


class Server(http.server.BaseHTTPRequestHandler):
    """Answers with the feed; its length is not told, so that the closing tag is the only proof."""

    def __init__(self, *arguments: object, postings: int, size: int, share: int, packed: bool) -> None:
        self.told = postings, size, share
        self.packed = packed
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """The feed, or that there is no robots.txt."""
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        if self.packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        packer = zlib.compressobj(1, wbits=31) if self.packed else None
        for piece in feed(*self.told):
            self.wfile.write(packer.compress(piece) if packer else piece)
        if packer:
            self.wfile.write(packer.flush())

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(**told: Any) -> None:
    """Answer until the end."""
    http.server.HTTPServer(("127.0.0.1", PORT), partial(Server, **told)).serve_forever()


def crawl(home: Path) -> tuple[dict[str, float], float, int]:
    """`rolecall crawl` of the feed: its sums, its seconds, and the most MiB of its crawling process."""
    (home / "sources.toml").write_text(
        f'[[source]]\nspider = "jobfeed"\nurl = "http://127.0.0.1:{PORT}/jobs.xml"\ncrawl_delay = 0\n'
    )
    told = {
        "ROLECALL_HOME": str(home),
        "ROLECALL_ALLOW_PRIVATE": f"127.0.0.1:{PORT}",
        "ROLECALL_LOG_LEVEL": "WARNING",
        "ROLECALL_NOW": "2026-11-21T03:00:00Z",
    }
    command = [sys.executable, "-m", "rolecall", "crawl", "--format", "json"]
    began, most = time.monotonic(), 0
    with subprocess.Popen(command, env=os.environ | told, stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            time.sleep(0.1)
            most = max(most, peak(child.pid))
        seconds = time.monotonic() - began
        assert child.stdout is not None
        return json.loads(child.stdout.read())["sums"], seconds, most


def peak(parent: int) -> int:
    """The most MiB that a child of a process has had, 0 when they are gone."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == parent:
            found = max(found, int(lines.get("VmHWM", "0 kB").split()[0]) // 1024)
    return found


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", nargs="?", type=Path)
    parser.add_argument("--megabytes", type=int, default=250)
    parser.add_argument("--postings", type=int, default=48_000)
    parser.add_argument("--share", type=int, default=10)
    parser.add_argument("--gzip", action="store_true")
    given = parser.parse_args()
    size = given.megabytes * 1_000_000 // given.postings
    for postings in (given.postings // 100, given.postings):
        length = sum(map(len, feed(postings, size, given.share)))
        told = {"postings": postings, "size": size, "share": given.share, "packed": given.gzip}
        server = multiprocessing.Process(target=partial(serve, **told), daemon=True)
        server.start()
        time.sleep(1)
        with scratch.folder("benchmark") as folder:
            sums, seconds, most = crawl(folder)
        server.terminate()
        server.join()
        print(f"{length / 1e6:>7,.1f} MB, {postings:,} postings: {seconds:.1f} s, peak {most} MiB", sums)


if __name__ == "__main__":
    main()
