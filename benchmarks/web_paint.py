"""What the pages weigh and how soon they are seen, measured with Chromium itself.

    python -m benchmarks.web_paint HOME [--runs N] [--slower TIMES]

HOME holds a database and an index. Each page is opened in a new profile of the browser, nothing cached, with
the processor slowed down (four times, as for an old phone; a screen of 360 x 740), and the middle of several
runs is told: requests, kilobytes as they were transferred, milliseconds until the first words are painted and
until the largest part is, what moved while it loaded (layout shift, 0 is none), and the first paint without
JavaScript. The server is on this machine: what the way takes is not in it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks import web

RESULTS = "/jobs?example=phone"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
PHONE: ViewportSize = {"width": 360, "height": 740}
# Before the page's own first line: what the browser itself notes of painting and moving.
NOTED = """
    window.noted = {shift: 0, largest: 0};
    new PerformanceObserver(list => list.getEntries().forEach(one => { noted.shift += one.value; }))
        .observe({type: "layout-shift", buffered: true});
    new PerformanceObserver(list => list.getEntries().forEach(one => { noted.largest = one.startTime; }))
        .observe({type: "largest-contentful-paint", buffered: true});
"""
PAINTED = """() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    ...(window.noted ?? {shift: 0, largest: 0}),
})"""
SETTLED = 400  # ms after loading: what moves later is the person's own doing


@dataclass(frozen=True)
class Opened:
    """One opening of a page: requests, bytes, and milliseconds from its beginning."""

    requests: int
    sent: int
    first: float
    largest: float
    shift: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path, help="a home that is ready")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slower", type=float, default=4, help="how many times slower the processor is")
    given = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with web.serving(given.home) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        at = f"http://127.0.0.1:{port}"
        print(
            f"{'':<12}{'requests':>10}{'kB':>8}{'first ms':>10}{'largest ms':>12}{'shift':>8}{'no JS ms':>10}"
        )
        pages = {"home": "/", "results": RESULTS, "job": first_job(browser, at)}
        pages |= {"guide": "/guide", "saved": "/saved", "about": "/about"}
        for name, address in pages.items():
            runs = [opened(browser, at + address, given.slower) for _ in range(given.runs)]
            plain = [opened(browser, at + address, given.slower, scripts=False) for _ in range(given.runs)]
            row(name, runs, plain)
        browser.close()


def row(name: str, runs: list[Opened], plain: list[Opened]) -> None:
    """The middle of what was measured."""

    def middle(what: str, of: list[Opened]) -> float:
        return float(statistics.median(getattr(one, what) for one in of))

    print(
        f"{name:<12}{middle('requests', runs):>10.0f}{middle('sent', runs) / 1000:>8.1f}"
        f"{middle('first', runs):>10.0f}{middle('largest', runs):>12.0f}{middle('shift', runs):>8.3f}"
        f"{middle('first', plain):>10.0f}",
        flush=True,
    )


def first_job(browser: Browser, at: str) -> str:
    """The address of the best job for an example."""
    context = browser.new_context(base_url=at)
    tab = context.new_page()
    tab.goto(RESULTS)
    link = tab.locator("li.card h3 a").first.get_attribute("href") or "/"
    context.close()
    return link


def opened(browser: Browser, address: str, slower: float, *, scripts: bool = True) -> Opened:
    """Open a page in a new profile; what was asked for and noted."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)
    tab = context.new_page()
    tools = context.new_cdp_session(tab)
    tools.send("Network.enable")
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    sizes: list[int] = []
    tools.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    if scripts:
        tools.send("Page.enable")
        tools.send("Page.addScriptToEvaluateOnNewDocument", {"source": NOTED})
    tab.goto(address, wait_until="load")
    tab.wait_for_timeout(SETTLED)
    painted = tab.evaluate(PAINTED)
    context.close()
    return Opened(len(sizes), sum(sizes), painted["first"], painted["largest"], painted["shift"])


if __name__ == "__main__":
    main()
