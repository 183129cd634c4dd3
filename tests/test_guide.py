"""The guide: every figure has a year and a source, and the page shows no other."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pages
import pytest
import seeking
from flask.testing import FlaskClient
from lxml import html

from webapp.seek import guide, pay

FIGURE = re.compile(r"\d(?:[\d,.]*\d)?")
SAID = {"1", "3", "4", "5", "9", "10"}  # "1 in 10 earns less", "a scale from 1 to 5"
NAMES = {"43", "4051", "4.0"}  # the occupation's code, a licence
PUBLISHED = ("PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")  # pay.POINTS


@pytest.fixture
def shown(client: FlaskClient) -> Any:
    found = client.get("/guide")
    assert found.status_code == 200
    return html.fromstring(found.text)


def every() -> list[guide.Fact]:
    return [fact for some in guide.facts().values() for fact in some]


def known() -> set[str]:
    """Every figure that our two files have, as a page may write it."""
    found = set()
    for fact in every():
        for words in (fact.value, fact.said, fact.year, fact.about, fact.source):
            found.update(FIGURE.findall(words))
        if fact.fact == "jobs":
            found.add(f"{Decimal(fact.value) / 10**6:.2f}")
    for each in pay.occupations().values():
        found |= {str(each.year), f"{each.employed:,}"}
        found |= {
            f"{value:,}" if value == int(value) else f"{value:.2f}" for value in each.hour + each.annual
        }
    return found


def test_every_figure_on_the_page_stands_in_our_files(shown: Any) -> None:
    [main] = shown.xpath("//main")
    figures = set(FIGURE.findall(" ".join(main.itertext())))
    assert len(figures) > 100
    assert figures - known() - SAID - NAMES == set()


def test_every_fact_has_a_source_that_the_page_names_and_a_year_or_none_that_is_known(shown: Any) -> None:
    names = " ".join(pages.said(name).lower() for name in shown.xpath("//h2[@id='sources']/following::dt"))
    for fact in every():
        assert fact.source == "advertisements" or fact.source.removeprefix("second ").lower() in names, fact
        assert fact.year or fact.source in ("advertisements", "career page", "second career page"), fact
        assert re.fullmatch(r"(?:about )?(?:19|20)\d\d|", fact.year), fact


def test_what_can_be_summed_is_right() -> None:
    shares = [float(fact.value) for fact in guide.facts()["schooling"]]
    assert 99 < sum(shares) <= 100.1
    assert all(1 <= float(fact.value) <= 5 for fact in guide.facts()["quality"])
    for growth in guide.facts()["growth"]:
        begin, end = growth.about.split(" to ")
        counted, foreseen = (Decimal(guide.one("jobs", year).value) for year in (begin, end))
        change = Decimal(guide.one("change", growth.about).value)
        assert abs(counted + change - foreseen) <= 100, growth  # BLS rounds each of the three
        assert round(100 * change / counted) == int(growth.value), growth


def test_what_is_drawn_rises_from_left_to_right_and_this_work_is_among_the_related() -> None:
    related = guide._related(pay.occupations()[guide.WORK])
    assert [here for _, _, here in related].count(True) == 1
    medians = [values[2] for _, values, _ in related]
    assert medians == sorted(medians, reverse=True)


def test_the_wages_are_those_that_were_published(shared: Path) -> None:
    with (shared / "domain" / "bls" / "oews_2024_focus.csv").open() as lines:
        published = {row["OCC_CODE"]: row for row in csv.DictReader(lines)}
    for code, each in pay.occupations().items():
        row = published[code]
        assert each.year == int(row["year"])
        assert each.employed == int(row["TOT_EMP"])
        for sums, unit in ((each.hour, "H"), (each.annual, "A")):
            assert list(sums) == [Decimal(row[f"{unit}_{name}"]) for name in PUBLISHED]


def test_each_picture_has_its_figures_in_a_table(shown: Any) -> None:
    figures = shown.xpath("//main//figure")
    assert len(figures) == 5
    for figure in figures:
        [picture] = figure.xpath("svg[@role='img']")
        assert picture.xpath("title")[0].text
        assert picture.xpath("desc")[0].text
        cells = {pages.said(cell).lstrip("$") for cell in figure.xpath(".//td | .//th")}
        for value in picture.xpath("text[@class='value' and @text-anchor='end']"):
            assert pages.said(value).lstrip("$") in cells


def test_every_pointer_leads_to_a_heading(shown: Any) -> None:
    pointers = shown.xpath("//ul[@class='pointers']//a/@href")
    assert len(pointers) == len(shown.xpath("//main/h2"))
    assert all(shown.xpath(f"//h2[@id='{pointer[1:]}']") for pointer in pointers)


def test_each_title_begins_a_search_for_it(shown: Any, client: FlaskClient) -> None:
    [form] = shown.xpath("//form[@class='titles']")
    assert (form.get("action"), form.get("method")) == ("/jobs", "post")
    titles = form.xpath(".//button[@name='summary']/@value")
    assert titles == [fact.value for fact in guide.facts()["title"]]
    assert form.xpath(".//input[@name='csrf_token']")
    found = pages.cards(seeking.ask(client, "Bilingual Call Center Representative"))
    assert "Bilingual Call Center Representative" in [card.title for card in found]


def test_every_page_leads_to_the_guide(client: FlaskClient) -> None:
    for address in ("/", "/about", "/guide", "/no/such/page"):
        assert html.fromstring(client.get(address).text).xpath("//nav//a[@href='/guide']"), address


def test_a_card_says_what_pay_is_beside_the_usual_where_it_can_be_compared(client: FlaskClient) -> None:
    found = pages.cards(seeking.ask(client, "call center manager, calls, bilingual, complaints, bank"))
    said = {card.title: card.text for card in found}
    water = said["Bilingual Call Center Representative"]
    assert "About the middle: such work usually pays $17.29 to $24.11 an hour (BLS 2024). " in water
    assert "Our estimate: about USD 38,500 to 43,700 a year at 2,080 hours." in water
    assert "such work usually pays $53,190 to $82,340 a year" in said["Contact Center Manager"]
    abroad = [said["Complaints Handler"], said["Bilingual Customer Service Agent, French"]]
    silent = [text for text in said.values() if "pay not stated" in text]
    assert silent
    assert not any("BLS" in text for text in [*abroad, *silent])


def test_the_page_of_a_job_says_it_too(client: FlaskClient) -> None:
    found = pages.cards(seeking.ask(client, "retail associate, till, garden shop"))
    [shop] = [card for card in found if "Retail" in card.title]
    [address] = {link for link in shop.links if re.fullmatch(r"/jobs/[0-9a-f]{16}", link)}
    page = client.get(address)
    assert "Below the middle: half of US customer service representatives earn" in pages.words(page)
    assert page.text.count('class="among"') == 1
    [how] = html.fromstring(page.text).xpath("//p[@class='usual']//a/@href")
    assert how == "/guide#beside"
    assert 'id="beside"' in client.get("/guide").text


def test_a_fact_that_is_no_number_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"correct guide\.csv"):
        _ = guide.one("training", "Most").number
