"""The desk and who advertises what, in a browser: by keyboard, without scripts, narrow, dark, for screen readers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import browser
import desking
import people
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
SIZES = [(320, "dark"), pytest.param(1440, "light", marks=pytest.mark.soak)]


@pytest.fixture(scope="module")
def address(desk_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages as in production."""
    file = Path(shutil.copy(desk_file, tmp_path_factory.mktemp("browser")))
    with desking.opened(file, TESTING=False, WTF_CSRF_ENABLED=True) as app, browser.served(app) as address:
        yield address


def signed_in(tab: Page, place: str) -> None:
    tab.goto(place)
    tab.get_by_label("Name").fill("ruth")
    tab.get_by_label("Password").fill(people.PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign in").click()


def test_the_keyboard_alone_finds_ticks_and_merges(chromium: Browser, address: str) -> None:
    with browser.window(chromium, address) as window:
        tab = window.context.new_page()
        signed_in(tab, "/desk?sort=title")
        tab.keyboard.press("?")
        expect(tab.get_by_text("next job, job before")).to_be_visible()
        tab.keyboard.press("/")
        tab.keyboard.type("lantern")
        tab.keyboard.press("Enter")
        expect(tab.locator("[data-row]")).to_have_count(6)
        for key in "jjkxjx":
            tab.keyboard.press(key)
        expect(tab.locator("[data-row] input:checked")).to_have_count(2)
        expect(tab.locator("[data-row]").nth(1).locator("th a").first).to_be_focused()
        ticked = tab.locator("[data-row] input").evaluate_all("all => all.slice(0, 2).map(one => one.value)")
        expect(tab.get_by_role("button", name="Merge these 2 jobs")).to_be_visible()
        with tab.expect_navigation():
            tab.keyboard.press("m")
        assert tab.url == f"{address}/jobs/{ticked[0]}/edit?with={ticked[1]}"
        tab.goto("/desk?reposts=1")
        tab.keyboard.press("j")
        tab.keyboard.press("o")
        expect(tab.locator(".behind tbody tr")).to_have_count(3)
        expect(tab.locator(".behind tbody tr").first).to_be_visible()
        tab.keyboard.press("?")
        tab.get_by_role("button", name="Switch single keys off").click()
        tab.reload()
        tab.keyboard.press("j")
        tab.get_by_text("Keys", exact=True).click()
        expect(tab.locator("[data-row] :focus")).to_have_count(0)
        tab.get_by_role("button", name="Switch single keys on").click()
        tab.keyboard.press("j")
        expect(tab.locator("[data-row] th a").first).to_be_focused()


def test_scripts_are_not_needed(chromium: Browser, address: str) -> None:
    with browser.window(chromium, address, java_script_enabled=False) as window:
        tab = window.context.new_page()
        signed_in(tab, "/desk?copies=1&sort=title")
        tab.locator(".behind summary").first.click()
        expect(tab.locator(".behind tbody tr").first).to_be_visible()
        tab.get_by_text("Views", exact=True).click()
        tab.get_by_label("Keep what is shown as").fill("Copies")
        tab.get_by_role("button", name="Keep").click()
        expect(tab.get_by_role("status").first).to_have_text("The view “Copies” is kept.")
        expect(tab.get_by_role("link", name="Copies", exact=True)).to_have_attribute("aria-current", "page")
        for box in tab.locator("[data-row] input").all():
            box.check()
        tab.get_by_role("button", name="Merge what is ticked").click()
        assert "/edit?with=" in tab.url


@pytest.mark.parametrize("width, scheme", SIZES)
def test_nothing_hinders_a_screen_reader_or_sticks_out(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    with browser.window(chromium, address, viewport=size, color_scheme=scheme) as window:
        tab = window.context.new_page()
        places = (
            "/desk?reposts=1&since=soon",
            "/advertised?since=2026-01-01",
            "/advertised/organizations/clearbrook-water",
        )
        signed_in(tab, "/desk")
        for place in places:
            tab.goto(place)
            for folded in tab.locator("main summary").all():
                folded.click()
            found = Axe().run(tab).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], place
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, place


def test_a_laptop_shows_every_column_of_the_desk(chromium: Browser, demo_home: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(demo_home / "rolecall.sqlite3", tmp_path))
    with (
        desking.opened(file, TESTING=False, WTF_CSRF_ENABLED=True) as app,
        browser.served(app) as address,
        browser.window(chromium, address, viewport={"width": 1200, "height": 800}) as window,
    ):
        people.add(people.engines_of(app), "ruth", "recruiter")
        tab = window.context.new_page()
        signed_in(tab, "/desk")
        expect(tab.locator("[data-row]").first).to_be_visible()
        assert tab.locator(".scroll").evaluate("one => one.scrollWidth - one.clientWidth") == 0
