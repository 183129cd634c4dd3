"""The door and the log in a browser: with the keyboard alone, without scripts, narrow, dark, and for screen readers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import browser
import pages
import people
import pytest
from axe_playwright_python.sync_playwright import Axe
from people import engines_of, opened
from playwright.sync_api import Browser, Page, expect

from db import queries, session

pytestmark = pytest.mark.browser
LONG = "listing:greenhouse:" + "harbor" * 30
SIZES = [(320, "dark"), pytest.param(1280, "light", marks=pytest.mark.soak)]


@pytest.fixture(scope="module")
def address(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages as in production, with a log of more than a page."""
    file = Path(shutil.copy(sqlite_model, tmp_path_factory.mktemp("door")))
    with opened(file, TESTING=False, WTF_CSRF_ENABLED=True) as app, browser.served(app) as address:
        with session.writing(engines_of(app)) as db:
            for number in range(120):
                at = pages.NOW + timedelta(hours=number)
                rows = {"jobs": ["3f2a" * 4, "91bc" * 4], "decision": "same", "note": None}
                queries.acts.add(
                    db, at, "ruth", "verdict", LONG if number % 3 else "job:91bc", before=None, after=rows
                )
        yield address


def signed_in(tab: Page, next_: str = "/log") -> None:
    tab.goto(next_)
    tab.get_by_label("Name").fill("ruth")
    tab.get_by_label("Password").fill(people.PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Sign in").click()


def test_the_keyboard_is_enough_to_get_in_to_filter_and_to_get_out(chromium: Browser, address: str) -> None:
    with browser.window(chromium, address) as window:
        tab = window.context.new_page()
        tab.goto("/log?what=verdict")
        expect(tab).to_have_url(f"{address}/signin?next=/log?what%3Dverdict")
        tab.get_by_label("Name").focus()
        for keys in ("ruth", "Tab", "four walls and a pot", "Enter"):
            tab.keyboard.press(keys) if keys in ("Tab", "Enter") else tab.keyboard.type(keys)
        expect(tab.get_by_role("alert")).to_contain_text("You are not signed in")
        expect(tab.get_by_label("Name")).to_have_value("ruth")
        expect(tab.get_by_label("Password")).to_have_value("")
        tab.get_by_label("Password").focus()
        tab.keyboard.type(people.PASSWORD)
        tab.keyboard.press("Enter")
        expect(tab).to_have_url(f"{address}/log?what=verdict")
        expect(tab.get_by_label("What", exact=True)).to_have_value("verdict")
        tab.get_by_label("Done to").focus()
        tab.keyboard.type("job:91bc")
        tab.keyboard.press("Enter")
        expect(tab.locator("tbody tr")).to_have_count(40)
        tab.get_by_role("link", name="ruth").first.press("Enter")
        tab.get_by_role("button", name="Sign out").press("Enter")
        expect(tab.locator("main")).to_contain_text("You are signed out.")


def test_scripts_are_not_needed(chromium: Browser, address: str) -> None:
    with browser.window(chromium, address, java_script_enabled=False) as window:
        tab = window.context.new_page()
        signed_in(tab, "/log?what=verdict")  # signing in, too, is told in the log
        expect(tab.locator("tbody tr")).to_have_count(100)
        tab.get_by_role("link", name="Older").click()
        expect(tab.locator("tbody tr")).to_have_count(20)


@pytest.mark.parametrize("width, scheme", SIZES)
def test_nothing_hinders_a_screen_reader_or_sticks_out(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    with browser.window(chromium, address, viewport=size, color_scheme=scheme) as window:
        tab = window.context.new_page()
        places = ("/log?since=last+week", "/log?before=30", "/signin")
        tab.goto("/signin")
        for place in (None, *places):
            signed_in(tab) if place is None else tab.goto(place)
            found = Axe().run(tab).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], place
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, place
