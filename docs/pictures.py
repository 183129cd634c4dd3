"""The pictures that the README shows, taken of the demo's own pages with Chromium: `make pictures`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks import web, web_paint

IMAGES = Path(__file__).parent / "images"
DESK: ViewportSize = {"width": 1100, "height": 840}
RESULTS = "/jobs?example=lead"  # whose first job shows most of what a card can say
PHONE: ViewportSize = {"width": 390, "height": 780}


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium takes the pictures: install it (on Debian, apt install chromium).")
    with tempfile.TemporaryDirectory() as folder:
        demo = [sys.executable, "-m", "rolecall", "demo", "--home", folder, "--no-serve"]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        with web.serving(Path(folder)) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=web_paint.FLAGS)
            take(browser, f"http://127.0.0.1:{port}")
            browser.close()


def take(browser: Browser, at: str) -> None:
    """Each page as it is first seen, on a desk and in the light, or on a phone in the dark."""
    for name, address, screen, scheme in (
        ("home", "/", DESK, "light"),
        ("results", RESULTS, DESK, "light"),
        ("phone", f"{RESULTS}#list", PHONE, "dark"),
        ("job", with_pay(browser, at), DESK, "light"),
    ):
        tab = browser.new_page(base_url=at, viewport=screen, color_scheme=scheme, reduced_motion="reduce")
        tab.goto(address)
        tab.screenshot(path=IMAGES / f"{name}.png")
        tab.close()


def with_pay(browser: Browser, at: str) -> str:
    """The address of the best job whose pay stands beside the usual: its page shows most."""
    tab = browser.new_page(base_url=at)
    tab.goto(RESULTS)
    link = tab.locator("li.card:has(.among) h3 a").first.get_attribute("href")
    tab.close()
    return link or "/"


if __name__ == "__main__":
    main()
