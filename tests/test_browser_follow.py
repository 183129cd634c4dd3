"""Following in a browser: the whole way without JavaScript, axe clean, and no wider than a narrow phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import browser
import following
import postoffice
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
SUMMARY = "Inbound calls in Spanish, Zendesk, payments by phone, three years in a call center.\nWanted: more.\nSoon."
ME = "somebody@mail.example"


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, postoffice.Office]]:
    """The pages with mail, and the mail server."""
    folder = tmp_path_factory.mktemp("follow") / "site"
    with (
        postoffice.opened() as office,
        following.copied(made, folder, MAIL=office.server(), WTF_CSRF_ENABLED=True) as app,
        browser.served(app) as address,
    ):
        app.config["PUBLIC_URL"] = address
        yield address, office


def looked_at(tab: Page, found: dict[str, object]) -> None:
    """Every page on the way: what axe finds, and whether it is too wide."""
    name = tab.locator("h1").inner_text()
    for wrong in Axe().run(tab).response["violations"]:
        found[f"{name}: {wrong['id']}"] = [node["html"][:200] for node in wrong["nodes"]][:3]
    width, room = tab.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    if width > room:
        found[f"{name}: too wide"] = width


@pytest.mark.parametrize(
    "scheme, width", [("light", 1280), pytest.param("dark", 320, marks=pytest.mark.soak)]
)
def test_from_a_summary_to_mails_and_to_their_end(
    chromium: Browser, site: tuple[str, postoffice.Office], scheme: str, width: int
) -> None:
    address, office = site
    office.came.clear()
    found: dict[str, object] = {}
    size = {"width": width, "height": 700}
    with browser.window(chromium, address, color_scheme=scheme, viewport=size) as window:
        tab = window.context.new_page()

        def press(name: str) -> None:
            with tab.expect_navigation():
                tab.get_by_role("button", name=name).click()
            looked_at(tab, found)

        tab.goto("/")
        tab.locator("[name=summary]").fill(SUMMARY)
        with tab.expect_navigation():
            tab.get_by_role("button", name="Find my jobs").click()
        press("Follow new jobs like these")
        tab.get_by_label("Your e-mail address").fill(ME)
        press("Follow")
        expect(tab.locator("main")).to_contain_text("Tick the box")
        tab.get_by_role("checkbox").check()
        tab.get_by_label("Every week").check()
        press("Follow")
        expect(tab.locator("h1")).to_have_text("You follow this")
        private = tab.url
        [asked] = office.came
        link = re.search(r"http://\S+/follow/confirm/\S+", asked.get_body(("plain",)).get_content())
        assert link
        tab.goto(link[0])
        looked_at(tab, found)
        press("Yes, send them to me")
        tab.get_by_role("link", name="End the mails").click()
        looked_at(tab, found)
        tab.goto(private)
        press("Delete all of this now")
        expect(tab.locator("h1")).to_have_text("It is deleted")
        for path in ("/follow", "/follow?q=-sales", "/follow?q=spanish&place=Columbus, OH&within=50"):
            tab.goto(path)
            looked_at(tab, found)
    assert found == {}


@pytest.mark.soak
def test_a_search_is_followed_without_javascript(
    chromium: Browser, site: tuple[str, postoffice.Office]
) -> None:
    with browser.window(chromium, site[0], java_script_enabled=False) as window:
        tab = window.context.new_page()
        tab.goto("/jobs?q=spanish")
        tab.get_by_role("link", name="Follow this search").click()
        expect(tab.get_by_label("Atom")).to_have_value(f"{site[0]}/jobs.atom?q=spanish")
        tab.get_by_label("Your e-mail address").fill("other@mail.example")
        tab.get_by_role("checkbox").check()
        tab.get_by_role("button", name="Follow").click()
        expect(tab.locator("main")).to_contain_text("One step is left")
