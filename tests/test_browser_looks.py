from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import pages
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from db import models, session

pytestmark = pytest.mark.browser
SUMMARY = (
    "Bilingual call center representative, six years: inbound calls in Spanish and English for a utility, live chat "
    "and e-mail, Zendesk and Salesforce, billing questions, payments, de-escalation. High school diploma."
)
FEW = {
    "place": "Columbus, OH"
}  # of whole pages axe has seen enough in "results unfolded": it takes long for each
WIDE = "W" * 1_000
PHONE, DESK, NARROW = (
    ViewportSize(width=360, height=740),
    ViewportSize(width=1280, height=900),
    ViewportSize(width=320, height=640),
)


@pytest.fixture(scope="module")
def site(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The demo's pages with a job of words without end and the style guide; and places to look at, by name."""
    home = tmp_path_factory.mktemp("looks") / "home"
    shutil.copytree(demo_home, home)
    url = f"sqlite:///{home}/rolecall.sqlite3"
    engines = session.open_engines(url)
    endless = pages.posting(
        *("wide", WIDE, f"Customer service {WIDE}", f"Zendesk, Salesforce and Spanish. {WIDE}"),
        hiring_organization=WIDE,
        where=WIDE,
        url=f"https://{'w' * 60}.example/{WIDE}",
        base_salary=pages.pay(WIDE, "USD", "15", "HOUR"),
    )
    pages.remember(engines, [endless], home / "index")
    with session.reading(engines) as db:
        listed = list(
            db.execute(
                select(models.Listing.job_id, models.Listing.title, models.Job.campaign).join(
                    models.Job, models.Job.id == models.Listing.job_id
                )
            )
        )
    engines.close()
    jobs = [row.job_id for row in listed]
    places = {
        "a job": jobs[0],
        "a job of several listings": max(jobs, key=jobs.count),
        "a job in several places": next(row.job_id for row in listed if row.campaign),
        "a job of words without end": next(row.job_id for row in listed if WIDE[:100] in row.title),
    }
    with (
        pages.opened(url, home / "index", TESTING=False, WTF_CSRF_ENABLED=True, DEBUG=True) as app,
        browser.served(app) as address,
    ):
        yield address, {name: f"/jobs/{job}" for name, job in places.items()}


def searched(**typed: str) -> Callable[[Page], None]:
    """The answer to the first page's form."""

    def go(tab: Page) -> None:
        tab.goto("/")
        tab.locator("details.panel").evaluate("one => one.open = true")  # on a narrow screen it is folded
        for name, value in typed.items():
            tab.locator(f"[name={name}]").fill(value)
        with tab.expect_navigation():
            tab.get_by_role("button", name="Find my jobs").click()

    return go


def unfolded(tab: Page) -> None:
    searched(summary=SUMMARY)(tab)
    tab.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    tab.locator("[data-why]").first.click()
    expect(tab.locator("[data-account]")).to_be_visible()


def why(tab: Page) -> None:
    """The page of its own that says why, as who has no scripts sees it."""
    searched(summary=SUMMARY)(tab)
    tab.locator("#whys").evaluate("form => { form.target = '_self'; }")
    with tab.expect_navigation():
        tab.locator("[data-why]").first.evaluate("one => one.form.requestSubmit(one)")
    expect(tab.locator("h1")).to_have_text("Why number 1 ranks where it does")


def checked(tab: Page) -> None:
    tab.goto("/")
    tab.locator("[name=summary]").fill(SUMMARY)
    tab.get_by_role("button", name="Check what you read first").click()
    expect(tab.locator("h1")).to_have_text("What we read")


def filtered_wrongly(tab: Page) -> None:
    searched(summary=SUMMARY, **FEW)(tab)
    tab.locator("details.panel").evaluate("one => one.open = true")
    tab.locator("[name=pay]").fill("12 apples")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Apply").click()


def filtered_to_nothing(tab: Page) -> None:
    searched(summary=SUMMARY)(tab)
    tab.locator("details.panel").evaluate("one => one.open = true")
    tab.locator("[name=place]").fill("Guam")
    tab.locator("[name=pay]").fill("9,000")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Apply").click()


def refused(tab: Page) -> None:
    """A form that is no form of ours: the plainest error page."""
    tab.goto("/")
    tab.locator("main form").evaluate("form => { form.action = '/about'; }")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Find my jobs").click()


def place(address: str) -> Callable[[Page], None]:
    return lambda tab: tab.goto(address) and None


TOUR: dict[str, Callable[[Page], None]] = {
    "home": place("/"),
    "home with problems": searched(summary=SUMMARY, place="Boston or Denver", pay="12 apples"),
    "home without a text": searched(),
    "what was read": checked,
    "results": searched(summary=SUMMARY, **FEW),
    "results unfolded": unfolded,
    "a search in the address": place("/jobs?q=chat&shift=weekends&sort=newest"),
    "why": why,
    "results with problems": filtered_wrongly,
    "no results": filtered_to_nothing,
    "sources": place("/sources"),
    "guide": place("/guide"),
    "about": place("/about"),
    "for programs": place("/api/v1/"),
    "style guide": place("/styleguide"),
    "404": place("/no/such/page"),
    "405": refused,
    "413": searched(summary="calls " * 40_000),
}


def tour(tab: Page, jobs: dict[str, str]) -> Iterator[str]:
    """Go to every page; its name."""
    for name, go in {**TOUR, **{name: place(address) for name, address in jobs.items()}}.items():
        go(tab)
        expect(tab.locator("main h1")).to_have_count(1)
        yield name


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "scheme, size",
    [
        pytest.param("light", DESK, id="light-desk"),
        pytest.param("dark", PHONE, id="dark-phone", marks=pytest.mark.soak),
        pytest.param("light", PHONE, id="light-phone", marks=pytest.mark.soak),
        pytest.param("dark", DESK, id="dark-desk", marks=pytest.mark.soak),
    ],
)
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_a_narrow_phone(
    chromium: Browser, site: tuple[str, dict[str, str]], scheme: str, size: ViewportSize
) -> None:
    found: dict[tuple[str, str], object] = {}
    with browser.window(chromium, site[0], color_scheme=scheme, viewport=size) as window:
        tab = window.context.new_page()
        for name in tour(tab, site[1]):
            for wrong in Axe().run(tab).response["violations"]:
                found[name, wrong["id"]] = [node["html"][:200] for node in wrong["nodes"]][:3]
            tab.set_viewport_size(NARROW)
            width = tab.evaluate("document.scrollingElement.scrollWidth")
            if width > NARROW["width"]:
                found[name, "too wide"] = width
            tab.set_viewport_size(size)
    assert found == {}
