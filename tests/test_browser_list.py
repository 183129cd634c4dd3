"""What scripts better on a person's way through the list, and what works without them."""

from __future__ import annotations

import re

import browser
import pytest
from playwright.sync_api import Browser, expect
from test_browser import SCRIPTS, SUMMARY, cards, searched

pytestmark = pytest.mark.browser
WHY = re.compile(r"^Why it ranks here\s*: number 3$")


@SCRIPTS
def test_why_a_job_ranks_where_it_does_is_told_in_its_card_or_beside_the_list(
    chromium: Browser, site: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        searched(tab)
        button = tab.get_by_role("button", name=WHY)
        button.focus()
        if not scripts:
            with window.context.expect_page() as opened:
                tab.keyboard.press("Enter")
            expect(opened.value.get_by_role("heading", level=1)).to_have_text(
                "Why number 3 ranks where it does"
            )
            expect(opened.value.locator("main")).to_contain_text("You: ")
            return
        for _ in range(2):
            tab.keyboard.press("Enter")
            expect(button).to_have_attribute("aria-expanded", "true")
            expect(cards(tab).nth(2)).to_contain_text("What the score of number 3 is made of")
            tab.keyboard.press("Enter")
            expect(button).to_have_attribute("aria-expanded", "false")
            expect(cards(tab).nth(2).locator("[data-account]")).to_be_hidden()
        assert len(window.context.pages) == 1


def test_filters_stand_in_the_address_and_nothing_of_the_person(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=summary]").fill(SUMMARY)
        tab.locator("[name=place]").fill("Ohio")
        tab.locator("[name=shift][value=weekends]").check()
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab).to_have_url(f"{site}/jobs?place=Ohio&shift=weekends")
        tab.locator("[name=sort]").select_option("newest")
        tab.get_by_role("button", name="Sort").click()
        expect(tab).to_have_url(f"{site}/jobs?place=Ohio&shift=weekends&sort=newest")
        again = window.context.new_page()
        again.goto(tab.url)  # as a bookmark
        expect(again.locator("[name=place]")).to_have_value("Ohio")
        expect(again.locator("[name=shift][value=weekends]")).to_be_checked()


def test_what_may_be_added_is_offered_for_each_of_several_things(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=summary]").fill(SUMMARY)
        tab.get_by_role("button", name="Check what you read first").click()
        offered = "[...document.querySelector('[name=add]').list.options].map(one => one.value)"
        assert "Korean" in tab.evaluate(offered)
        tab.locator("[name=add]").fill("Excel, Kor")
        assert "Excel, Korean" in tab.evaluate(offered)


def test_moments_are_told_in_the_reader_s_own_time(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site, timezone_id="America/New_York", locale="en-US") as window:
        tab = window.context.new_page()
        tab.goto("/")
        expect(tab.locator("time[data-moment]")).to_contain_text(re.compile(r"2026 at \d+:\d\d\s[AP]M"))
