"""Two recruiters at two browsers; the review by keyboard, without scripts, narrow, and for screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browser
import people
import pytest
import reviewing
from axe_playwright_python.sync_playwright import Axe
from deciding import home, homes
from flask import Flask
from people import engines_of
from playwright.sync_api import Browser, Page, expect

from db import queries, session

pytestmark = pytest.mark.browser
SIZES = [(320, "dark"), pytest.param(1920, "light", marks=pytest.mark.soak)]


@pytest.fixture(scope="module")
def made(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewing.made(sqlite_model, tmp_path_factory.mktemp("made"))


@pytest.fixture
def app(made: Path, tmp_path: Path) -> Iterator[Flask]:
    with reviewing.opened(made, tmp_path, TESTING=False, WTF_CSRF_ENABLED=True) as app:
        yield app


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with browser.served(app) as address:
        yield address


def signed_in(tab: Page, name: str, place: str) -> Page:
    tab.goto(f"/signin?next={place}")
    tab.get_by_label("Name").fill(name)
    tab.get_by_label("Password").fill(people.PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign in").click()
    return tab


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    chromium: Browser, app: Flask, address: str
) -> None:
    engines = engines_of(app)
    editor = f"/jobs/{home(engines, 'seeds-0')}/edit?with={home(engines, 'loner0')}"
    with browser.window(chromium, address) as one, browser.window(chromium, address) as other:
        ruth = signed_in(one.context.new_page(), "ruth", "/review")
        rita = signed_in(other.context.new_page(), "rita", "/review")
        with ruth.expect_navigation():
            ruth.keyboard.press("s")
        rita.get_by_role("button", name="Different jobs").click()
        expect(rita.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
        expect(rita.locator("main")).to_contain_text("Now they are one job.")
        with ruth.expect_navigation():
            ruth.keyboard.press("u")
        expect(ruth.locator("main")).to_contain_text("Now they are two jobs.")
        for tab in (ruth, rita):
            tab.goto(editor)
        ruth.get_by_role("button", name="Merge the two").click()
        expect(ruth.locator("main")).to_contain_text("Merged by ruth")
        rita.locator("summary").first.click()
        rita.get_by_role("button", name="Split it out").first.click()
        expect(rita.get_by_role("alert")).to_contain_text("Nothing of yours was written")
        rita.locator("summary").first.click()
        rita.get_by_role("button", name="Split it out").first.click()
        expect(rita.locator("main")).to_contain_text("Split out by rita")
    found = set(homes(engines).values())
    assert len(found) == len(homes(engines))
    assert sum(map(len, found)) == 9
    assert reviewing.decided(app) == [
        ("rita", "split"),
        ("ruth", "merge"),
        ("ruth", "undo"),
        ("ruth", "verdict"),
    ]


def test_the_keyboard_reviews_all_and_scripts_are_not_needed(
    chromium: Browser, app: Flask, address: str
) -> None:
    with browser.window(chromium, address) as window:
        tab = signed_in(window.context.new_page(), "ruth", "/review")
        for key in ("k", "d", "s"):
            before = tab.locator("[name=key]").first.input_value()
            tab.keyboard.press(key)
            expect(tab.locator(f"[name=key][value='{before}']")).to_have_count(0)
        expect(tab.locator("main")).to_contain_text("All that is left you have skipped.")
    with browser.window(chromium, address, java_script_enabled=False) as window:
        tab = signed_in(window.context.new_page(), "rita", "/review")
        tab.get_by_text("With a note").click()
        tab.get_by_label("Note").fill("One desk.")
        tab.get_by_role("button", name="Same job").click()
        expect(tab.locator("main")).to_contain_text("Every doubtful pair has been decided.")
    with session.reading(engines_of(app)) as db:
        assert [row.note for row in queries.verdicts.every(db) if row.decided_by == "rita"] == ["One desk."]


@pytest.mark.parametrize("width, scheme", SIZES)
def test_nothing_hinders_a_screen_reader_or_sticks_out(
    chromium: Browser, app: Flask, address: str, width: int, scheme: str
) -> None:
    ids = {name: home(engines_of(app), name) for name in ("seeds-0", "loner0")}
    size = {"width": width, "height": 800}
    with browser.window(chromium, address, viewport=size, color_scheme=scheme) as window:
        tab = signed_in(window.context.new_page(), "ruth", "/review")
        for place in ("/review", f"/jobs/{ids['seeds-0']}/edit?with={ids['loner0']}"):
            tab.goto(place)
            for folded in tab.locator("summary").all():
                folded.click()
            found = Axe().run(tab).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], place
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, place
