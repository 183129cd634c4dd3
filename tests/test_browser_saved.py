"""A person saves, hides and notes jobs in a browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, Page, expect
from saving import WATER, begun, opened
from seeking import CALLS

pytestmark = pytest.mark.browser
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def site(saved_home: Path) -> Iterator[str]:
    with opened(saved_home, TESTING=False, WTF_CSRF_ENABLED=True) as app, browser.served(app) as address:
        yield address


def searched(tab: Page) -> None:
    tab.goto("/")
    tab.locator("[name=summary]").fill(CALLS)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Find my jobs").click()


def card(tab: Page, number: int) -> Locator:
    return tab.locator("li.card").nth(number - 1)


def pressed(tab: Page, number: int, label: str, *, scripts: bool) -> None:
    """A press on a button of a card; without scripts it opens a tab of its own, which is closed again."""
    button = card(tab, number).get_by_role("button", name=re.compile(f"^{label} number"))
    if scripts:
        button.click()
        expect(card(tab, number).get_by_role("status")).to_contain_text("opens in a new tab")
        return
    with tab.context.expect_page() as opening:
        button.click()
    opening.value.wait_for_load_state()
    opening.value.close()
    expect(card(tab, number)).to_be_visible()  # the list is where it was


def looked_at(tab: Page) -> None:
    """Nothing of a page is out of reach, for an eye or for a screen reader."""
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


@SCRIPTS
def test_jobs_are_saved_hidden_noted_and_deleted_from_the_list_of_results(
    chromium: Browser, site: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts, viewport=PHONE) as watched:
        tab = watched.context.new_page()
        searched(tab)
        title, hidden = (card(tab, number).locator("h3 bdi").inner_text() for number in (1, 2))
        pressed(tab, 1, "Save", scripts=scripts)
        pressed(tab, 1, "I applied", scripts=scripts)
        pressed(tab, 2, "Hide", scripts=scripts)
        if scripts:
            expect(card(tab, 1).get_by_role("button", name="Applied")).to_be_visible()
            expect(card(tab, 1).get_by_role("button", name="Save ")).to_be_visible()
            expect(card(tab, 2).locator(".line").first).to_be_hidden()
            looked_at(tab)
        searched(tab)
        expect(tab.locator("main")).to_contain_text("left out because you hid")
        expect(card(tab, 1).get_by_role("button", name="Applied")).to_be_visible()
        tab.goto("/saved")
        assert re.search(r"/saved/[\w-]{22}$", tab.url)
        expect(tab.locator("#applied + ul h3")).to_have_text(title)
        expect(tab.locator("#hidden ~ details h3").first).to_have_text(hidden)
        tab.get_by_text("Add a note").first.click()
        tab.get_by_label("Your note").first.fill("Wrote to Ada\nShe answers on Monday")
        tab.get_by_role("button", name=f"Keep the note on {title}").click()
        expect(tab.locator(".note")).to_have_text("Wrote to Ada\nShe answers on Monday")
        tab.get_by_text("Delete the list").click()
        tab.get_by_role("button", name="Delete everything now").click()
        expect(tab.locator("main")).to_contain_text("Your list is deleted")


def test_a_list_is_in_reach_wherever_it_is_opened(chromium: Browser, site: str, person: FlaskClient) -> None:
    address = begun(person)
    person.post(f"{address}/{WATER}", data={"state": "saved", "note": "Wrote to Ada"})
    with browser.window(chromium, site, viewport=PHONE, color_scheme="dark") as other:
        tab = other.context.new_page()
        tab.goto("/saved")
        looked_at(tab)
        tab.goto(address)
        tab.get_by_label("Keep it for 60 days").check()
        tab.get_by_role("button", name="Use this list in this browser").click()
        expect(tab.get_by_text("This browser does not keep this list")).to_have_count(0)
        tab.get_by_text("How long this browser keeps it").click()
        expect(tab.locator("main")).to_contain_text("Now it is kept for 60 days")
        looked_at(tab)


@pytest.mark.soak
def test_a_server_that_refuses_is_told_beside_the_button(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as watched:
        tab = watched.context.new_page()
        searched(tab)
        watched.context.clear_cookies()  # the form's token is of a session that is over
        card(tab, 1).get_by_role("button", name="Save ").click()
        expect(card(tab, 1).get_by_role("status")).to_have_text(
            "Go back, reload the page and send it once more."
        )
        expect(card(tab, 1).get_by_role("button", name="Save ")).to_be_visible()
