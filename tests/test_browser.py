from __future__ import annotations

import re

import browser
import files
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
SUMMARY = (
    "Bilingual call center representative, six years: inbound calls in Spanish and English for a utility, live chat "
    "and e-mail, Zendesk and Salesforce, billing questions, payments, de-escalation. High school diploma."
)
LINES = ("Ada Sample", "Customer service representative", "Inbound calls in Spanish, 80 a day, with Zendesk")
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def searched(tab: Page, summary: str = SUMMARY) -> None:
    """The first results for a summary."""
    tab.goto("/")
    tab.locator("[name=summary]").fill(summary)
    tab.get_by_role("button", name="Find my jobs").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Your jobs")


def cards(tab: Page) -> Locator:
    return tab.locator("li.card")


def total(tab: Page) -> int:
    """How many cards there are on all pages."""
    said = re.search(r"to [\d,]+ of ([\d,]+)", tab.locator("main").inner_text())
    return int(said[1].replace(",", "")) if said else 0


def panel(tab: Page) -> Locator:
    """The filters, beside the list or folded away above it."""
    found = tab.locator("details.panel")
    if not found.locator("[name=remote]").is_visible():
        found.locator("summary").first.click()
    return found


def applied(tab: Page) -> None:
    """The results with the filters as they are set."""
    with tab.expect_navigation():
        panel(tab).get_by_role("button", name="Apply").click()


@SCRIPTS
def test_a_person_pastes_a_summary_and_reads_ranked_jobs_with_reasons(
    chromium: Browser, site: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        searched(tab)
        first = cards(tab).first
        expect(first.get_by_role("link").first).to_be_visible()
        expect(first.locator(".score")).to_contain_text("match")
        expect(first).to_contain_text("You have")
        expect(first).to_contain_text("Spanish")
        scores = [int(number) for number in tab.locator("li.card .score b").all_inner_texts()]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > scores[-1]


@SCRIPTS
def test_filters_narrow_the_list_and_keep_what_is_not_stated(
    chromium: Browser, site: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        searched(tab)
        everything = total(tab)
        panel(tab).locator("[name=remote]").check()
        applied(tab)
        remote = total(tab)
        assert 0 < remote < everything
        expect(panel(tab).locator("[name=remote]")).to_be_checked()
        assert not any("on site" in card for card in cards(tab).all_inner_texts())
        panel(tab).locator("[name=pay]").fill("19")
        applied(tab)
        assert 0 < total(tab) < remote
        panel(tab).locator("[name=remote]").uncheck()
        applied(tab)
        assert remote < total(tab) < everything
        expect(panel(tab).locator("[name=pay]")).to_have_value("19")
        assert re.search(r"more (is|are) shown although (its|their) pay is missing", panel(tab).inner_text())
        panel(tab).locator("[name=pay]").fill("")
        panel(tab).locator("[name=employment][value=PART_TIME]").check()
        applied(tab)
        assert 0 < total(tab) < everything
        panel(tab).locator("[name=employment][value=PART_TIME]").uncheck()
        panel(tab).locator("[name=place]").fill("Ohio")
        applied(tab)
        assert 0 < total(tab) < everything
        panel(tab).locator("[name=place]").fill("")
        applied(tab)
        assert total(tab) == everything


@SCRIPTS
def test_pages_are_turned_and_turned_back(chromium: Browser, site: str, *, scripts: bool) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        searched(tab)
        first = cards(tab).all_inner_texts()
        with tab.expect_navigation():
            tab.get_by_role("button", name="Next page").click()
        second = cards(tab).all_inner_texts()
        assert not set(first) & set(second)
        with tab.expect_navigation():
            tab.get_by_role("button", name="Previous page").click()
        assert cards(tab).all_inner_texts() == first


@SCRIPTS
def test_what_was_read_is_weighed_before_and_after_the_ranking(
    chromium: Browser, site: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=summary]").fill(SUMMARY)
        tab.get_by_role("button", name="Check what you read first").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("What we read")
        expect(tab.get_by_role("row", name="Salesforce Bilingual")).to_contain_text("Zendesk and Salesforce")
        tab.get_by_label("Spanish counts").select_option("leave out")
        tab.get_by_role("button", name="Find my jobs").click()
        expect(cards(tab).first).not_to_contain_text("Spanish")
        before = cards(tab).all_inner_texts()
        tab.get_by_role("button", name="Change or add").click()
        expect(tab.get_by_label("Spanish counts")).to_have_value("out:la.spanish")
        tab.get_by_label("Spanish counts").select_option("more")
        tab.locator("[name=add]").fill("Korean")
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab.get_by_role("region", name="What we read of your text")).to_contain_text("Korean")
        assert cards(tab).all_inner_texts() != before
        expect(cards(tab).first).to_contain_text("Spanish")
        tab.get_by_role("button", name="Zendesk (leave out)").click()
        expect(tab.get_by_role("region", name="What we read of your text")).not_to_contain_text("Zendesk")


@SCRIPTS
def test_a_job_opens_in_a_tab_of_its_own_and_leads_on(chromium: Browser, site: str, *, scripts: bool) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        searched(tab)
        link = cards(tab).first.get_by_role("link").first
        title = link.locator("bdi").inner_text()
        with window.context.expect_page() as opened:
            link.click()
        job = opened.value
        expect(job.get_by_role("heading", level=1)).to_have_text(title)
        expect(job.get_by_role("heading", name="Where it is listed")).to_be_visible()
        several = tab.locator("li.card", has_text="with the same ad").first
        several.get_by_text("with the same ad").click()
        with window.context.expect_page() as opened:
            several.locator("details a").first.click()
        job = opened.value
        here = job.url
        expect(job.get_by_role("heading", name="Other places")).to_be_visible()
        job.locator("#elsewhere + ul a").last.click()
        job.wait_for_url(lambda url: url != here)
        expect(job.get_by_role("heading", name="Other places")).to_be_visible()
        job.get_by_role("link", name="Sources", exact=True).click()
        expect(job.get_by_role("heading", level=1)).to_have_text("Sources")
        expect(job.get_by_role("table").first).to_contain_text("complete")
        job.get_by_role("link", name="About", exact=True).click()
        expect(job.get_by_text("O*NET").first).to_be_visible()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Your jobs")  # the list is still there


@SCRIPTS
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_resume_is_sent_as_a_file(chromium: Browser, site: str, kind: str, *, scripts: bool) -> None:
    data = files.pdf(lambda page: files.lines(page, LINES)) if kind == "pdf" else files.document(*LINES)
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=resume]").set_input_files(
            {"name": f"Ada Sample.{kind}", "mimeType": "application/octet-stream", "buffer": data}
        )
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Your jobs")
        expect(tab.locator("main")).to_contain_text("Zendesk")
        expect(cards(tab).first).to_contain_text("Inbound calls")
        assert "Ada Sample" not in tab.content()


def test_a_file_is_dropped_named_taken_back_and_dropped_again(chromium: Browser, site: str) -> None:
    drop = """zone => {
        const data = new DataTransfer();
        data.items.add(new File(["Customer service, inbound calls in Spanish, Zendesk"], "<img src=x onerror=alert(1)>.txt", {type: "text/plain"}));
        for (const kind of ["dragenter", "dragover", "drop"])
            zone.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        zone = tab.locator("[data-drop]")
        zone.evaluate(drop)
        expect(zone).to_contain_text(
            "<img src=x onerror=alert(1)>.txt"
        )  # in words: the window allows no script
        zone.get_by_role("button", name="Remove").click()
        expect(zone).not_to_contain_text(".txt")
        expect(tab.locator("[name=resume]")).to_be_focused()
        zone.evaluate(drop)
        tab.get_by_role("button", name="Find my jobs").click()
        expect(cards(tab).first).to_contain_text("Inbound calls")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=resume]").set_input_files(
            {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * (5 * 2**20 + 1)}
        )
        expect(tab.get_by_role("alert")).to_contain_text("larger than 5 MiB")
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab).to_have_url(f"{site}/")


SHOWN = """() => {
    const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
    const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    return ring && box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
NAMED = """() => document.activeElement.name || document.activeElement.textContent.trim()"""


def test_everything_is_reached_by_keyboard_with_the_focus_in_sight(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.keyboard.press("Tab")
        expect(tab.get_by_role("link", name="Skip to the content")).to_be_focused()
        assert tab.evaluate(SHOWN)
        tab.keyboard.press("Enter")
        expect(tab.locator("main")).to_be_focused()
        reached: list[str] = []
        while not reached or reached[-1] != "Find my jobs":
            tab.keyboard.press("Tab")
            reached.append(tab.evaluate(NAMED))
            assert tab.evaluate(SHOWN), reached
            assert len(reached) < 30, reached
            if reached[-1] == "summary":
                tab.keyboard.type("calls in Spanish, Zendesk")
            if reached[-1] == "remote":
                tab.keyboard.press("Space")
        fields = ["summary", "resume", "place", "remote", "pay", "per", "employment"]
        assert [name for name in dict.fromkeys(reached) if name in fields] == fields
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Your jobs")
        expect(panel(tab).locator("[name=remote]")).to_be_checked()
        while tab.evaluate("document.activeElement.closest('li.card') === null"):
            tab.keyboard.press("Tab")
            assert tab.evaluate(SHOWN), tab.evaluate(NAMED)
        with window.context.expect_page() as opened:
            tab.keyboard.press("Enter")
        expect(opened.value.get_by_role("heading", name="Where it is listed")).to_be_visible()


@SCRIPTS
@pytest.mark.parametrize(
    "name, typed", [("place", "Boston or Denver"), ("pay", "12 apples"), ("summary", "")]
)
def test_wrong_input_is_told_at_its_field_and_what_was_typed_is_kept(
    chromium: Browser, site: str, name: str, typed: str, *, scripts: bool
) -> None:
    with browser.window(chromium, site, java_script_enabled=scripts) as window:
        tab = window.context.new_page()
        tab.goto("/")
        told = {"summary": SUMMARY, "place": "Ohio", "pay": "17.50"} | {name: typed}
        for field, value in told.items():
            tab.locator(f"[name={field}]").fill(value)
        tab.locator("[name=employment][value=FULL_TIME]").check()
        tab.get_by_role("button", name="Find my jobs").click()
        field = tab.locator(f"[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()
        assert f"{name}-problem" in described
        expect(tab.locator(f"#{name}-problem")).to_be_visible()
        expect(tab.get_by_role("alert").first).to_be_visible()
        for field, value in told.items():
            expect(tab.locator(f"[name={field}]")).to_have_value(value)
        expect(tab.locator("[name=employment][value=FULL_TIME]")).to_be_checked()


def test_who_keeps_no_cookies_is_told_and_keeps_what_was_typed(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.locator("[name=summary]").fill(SUMMARY)
        window.context.clear_cookies()
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab.get_by_role("alert").first).to_contain_text("cookie")
        expect(tab.locator("[name=summary]")).to_have_value(SUMMARY)
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Your jobs")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_come_in_the_colours_that_a_person_chose(chromium: Browser, site: str, scheme: str) -> None:
    with browser.window(chromium, site, color_scheme=scheme) as window:
        tab = window.context.new_page()
        tab.goto("/")
        ground, ink = tab.evaluate(
            "['backgroundColor', 'color'].map(name => getComputedStyle(document.body)[name])"
        )
        light = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ground, ink)]
        assert (light[0] > light[1]) is (scheme == "light")


def test_what_a_page_must_not_do_is_noted(chromium: Browser, site: str) -> None:
    with browser.window(chromium, site, strict=False) as window:
        tab = window.context.new_page()
        tab.goto("/")
        tab.evaluate("""() => {
            document.body.innerHTML = '<p style="color: red"><img src="https://evil.example/x.png" onerror="alert(1)">';
            confirm("popped up");
            setTimeout(() => { throw new Error("broken"); });
        }""")
        tab.wait_for_timeout(100)
    for sign in (
        "dialog: popped",
        "script: broken",
        "request: https://evil",
        "style-src",
        "script-src",
        "img-src",
    ):
        assert any(sign in wrong for wrong in window.wrong), sign
