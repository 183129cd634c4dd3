from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from pages import CHAT, METERS, NOW, POWER, opened, pay, posting, read, remember, sample

from db import queries, session
from db.models import Verdict
from matcher import grouping, lasting, search
from webapp.seek import job

AGENCY = (
    "Our client needs twelve patient people for the phones of a harbour authority. You book berths, sell permits, "
    "chase late papers by e-mail and calm skippers whose slot was taken. One year of call center experience and a "
    "high school diploma are required; typing forty words a minute is a plus. Shifts begin at six, ten and two. "
    "Pay a small registration fee and buy the starter kit before the first day, then contact us via Telegram."
)


@pytest.fixture(params=pages.DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def sampled(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The pages over a sample of one's own."""
    remember(engines, sample(), tmp_path / "index")
    with opened(database_url, tmp_path / "index") as app:
        yield app.test_client()


@pytest.fixture
def empty(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The pages over a database that holds nothing yet."""
    with opened(database_url, tmp_path / "index") as app:
        yield app.test_client()


def page_of(client: FlaskClient, source: str, identifier: str) -> str:
    """The page of the job that was made from a listing, its entities read."""
    page = client.get(f"/jobs/{lasting.made_id(source, identifier)}")
    assert page.status_code == 200
    return html.unescape(page.text)


def rows_of(page: str, name: str) -> list[list[str]]:
    """The words in the cells of a table that a heading names, row by row."""
    [table] = re.findall(rf'<table[^>]* aria-labelledby="{name}">(.*?)</table>', page, re.DOTALL)
    rows = re.findall(r'<tr role="row">(.*?)</tr>', table, re.DOTALL)
    cells = (re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows)
    return [[" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def said(page: str, name: str) -> str:
    """What stands beside a name in the list of facts, without markup."""
    [found] = re.findall(rf"<dt>{name}</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found).split())


def test_a_job_is_told_with_its_facts_and_an_estimate_that_says_so(client: FlaskClient) -> None:
    page = page_of(client, "clearbrook", "w1")
    assert '<h1 dir="auto">Bilingual Call Center Representative</h1>' in page
    assert "Clearbrook Water" in page
    assert "posted yesterday" in page
    assert said(page, "Place") == "Columbus, OH"
    assert said(page, "Workplace") == "not stated; a place is named, so it counts as not remote"
    assert said(page, "Pay") == (
        "$18.50 - $21.00 an hour Our estimate: about USD 38,500 to 43,700 a year at 2,080 hours About the middle: "
        "half of US customer service representatives earn $17.29 to $24.11 an hour (BLS, May 2024). How we compare"
    )
    assert said(page, "Employment") == "full time"
    assert said(page, "Kind of work") == "call center"
    assert said(page, "Posted") == "20 November 2026; first seen 21 November 2026"
    assert said(page, "Requisition") == "CW-1170"
    assert "Calm callers whose water was turned off." in page


def test_what_is_not_stated_is_said_to_be_not_stated(empty: FlaskClient, engines: session.Engines) -> None:
    read(engines, posting("acme", "1", "Customer Service Agent", "", url=""))
    page = page_of(empty, "acme", "1")
    assert "organization not stated" in page
    assert [said(page, name) for name in ("Place", "Workplace", "Employment")] == ["not stated"] * 3
    assert said(page, "Pay") == "not stated What such work usually pays"  # a link, and no figure
    assert said(page, "Posted") == "not stated; first seen 21 November 2026"
    assert "The source gives no text." in page
    assert "Facts in the ad" not in page
    assert "Its source gives no address." in page


def test_the_main_button_leads_to_the_canonical_listing_and_tells_its_host(client: FlaskClient) -> None:
    page = page_of(client, "clearbrook", "w1")
    [button] = re.findall(r'<a class="out button"[^>]*>[^<]*</a>', page)
    with memory(client) as db:
        canonical = queries.jobs.one(db, lasting.made_id("clearbrook", "w1"))
    assert canonical is not None
    assert f'href="{canonical.url}"' in button
    assert f"Read and apply at {canonical.url.split('/')[2]}" in button
    assert 'rel="noopener noreferrer nofollow ugc"' in button


def memory(client: FlaskClient) -> Any:
    return session.reading(client.application.extensions["rolecall"].engines)


def test_every_listing_stands_there_with_its_dates_and_why_they_are_one(client: FlaskClient) -> None:
    page = page_of(client, "clearbrook", "w1")
    for link in ("clearbrook.example/jobs/w1", "mirror.example/jobs/99017", "feeds.example/jobs/f-8"):
        assert f'<a class="out" href="https://{link}" rel="noopener noreferrer nofollow ugc">' in page
    assert page.count('<time datetime="2026-11-21">21 Nov 2026</time>') == 6
    assert "Why these are one job" in page
    assert "same employer: Clearbrook Water" in page
    why = rows_of(page, "why")
    assert [row[0] for row in why] == ["clearbrook.example", "feeds.example", "mirror.example"]
    assert {(row[1], row[2]) for row in why} == {("Bilingual Call Center Representative", "Columbus, OH")}
    assert [row[3] for row in why] == ["20 Nov 2026", "not stated", "not stated"]
    assert why[0][4] == "Its words are shown above; the others are compared with it"
    assert all("same title; same employer: Clearbrook Water; same place" in row[4] for row in why[1:])
    alone = page_of(client, "maplebank", "t1")
    assert "Why these are one job" not in alone


def test_listings_that_differ_in_pay_or_share_a_site_are_told_apart(
    empty: FlaskClient, engines: session.Engines
) -> None:
    read(
        engines,
        *(
            posting(
                *(source, identifier, "Customer Service Agent", METERS),
                where="Dayton, OH",
                hiring_organization="Acme",
                url=f"https://boards.example/{identifier}",
                base_salary=pay(text, "USD", least, "YEAR" if "year" in text else "HOUR"),
            )
            for source, identifier, text, least in (
                ("acme", "20", "$20.85 an hour", "20.85"),
                ("feeds", "21", "$21.40 an hour", "21.40"),
                ("zeta", "22", "$44,512 a year", "44512"),
            )
        ),
    )
    page = page_of(empty, "acme", "20")
    assert re.search(
        r"Listings differ in pay: <b[^>]*>\$20.85 an hour</b> and <b[^>]*>\$21.40 an hour</b>\.", page
    )
    assert (
        len(re.findall(r'<a class="out" [^>]*>boards\.example <span dir="auto">2[012]</span></a>', page)) == 3
    )


def test_a_field_of_another_listing_says_where_it_is_from(
    empty: FlaskClient, engines: session.Engines
) -> None:
    told = {"where": "Dayton, OH", "hiring_organization": "Acme"}
    own = posting("acme", "1", "Customer Service Agent", METERS, url="https://acme.example/1", **told)
    paid = pay("$20.85 an hour", "USD", "20.85", "HOUR")
    copied = posting(
        *("feeds", "7", "Customer Service Agent", METERS),
        url="https://feeds.example/7",
        base_salary=paid,
        date_posted=date(2026, 11, 2),
        requisition="A-77",
        **told,
    )
    read(engines, own, copied)
    page = page_of(empty, "acme", "1")
    assert "Read and apply at acme.example" in page
    assert said(page, "Pay").startswith("$20.85 an hour as at feeds.example Our estimate: about USD 43,400")
    assert said(page, "Posted").startswith("2 November 2026 as at feeds.example ; first seen")
    assert said(page, "Requisition") == "A-77 as at feeds.example"
    assert said(page, "Place") == "Dayton, OH"


def test_an_advert_that_came_again_is_counted_since_the_first(
    empty: FlaskClient, engines: session.Engines
) -> None:
    for identifier, day in (("1", date(2026, 9, 1)), ("2", date(2026, 10, 1)), ("3", date(2026, 11, 1))):
        item = posting(
            *("acme", identifier, "Customer Service Agent", METERS),
            hiring_organization="Acme",
            date_posted=day,
        )
        read(engines, item, gone=True)
    page = page_of(empty, "acme", "1")
    assert len(rows_of(page, "listed")) == 3
    assert "Advertised 3 times since 1 September 2026." in page


def test_the_ad_says_each_fact_with_its_sentence(client: FlaskClient) -> None:
    page = page_of(client, "clearbrook", "w1")
    assert '<b dir="auto">bilingual, languages not named</b>' in page
    assert '<b dir="auto">1 year</b>' in page
    assert "You bring one year of experience in a call center and type forty words a minute." in page


def test_other_places_of_an_ad_have_links_and_pay_and_closed_ones_are_left_out(
    sampled: FlaskClient, engines: session.Engines
) -> None:
    page = page_of(sampled, "northlight", "n0")
    others = page[page.index("The same ad in other places") : page.index("Similar jobs")]
    for identifier, town in (("n1", "Toledo"), ("n2", "Dayton")):
        link = f'<a href="/jobs/{lasting.made_id("northlight", identifier)}" dir="auto">{town}, OH</a>'
        assert link in others
    assert "$16 per hour" in others
    assert "Columbus" not in others
    assert others.index("Dayton") < others.index("Toledo")  # from Columbus
    kept = [item for item in sample() if item.source == "northlight" and item.identifier != "n1"]
    read(engines, *kept, gone=True)
    assert "Toledo" not in page_of(sampled, "northlight", "n0")


def test_a_text_that_other_organizations_use_is_flagged_with_them(
    empty: FlaskClient, engines: session.Engines
) -> None:
    employers = (
        "Pier Nine",
        "Quay Staff",
        "Harbor Hands",
        "Mooring & Co",
        "Anchor Temps",
        "Dockside",
        "Tideway",
    )
    read(
        engines,
        *(
            posting(
                "board", str(at), "Call Center Agent", AGENCY, hiring_organization=name, where=f"{name}, OH"
            )
            for at, name in enumerate(employers)
        ),
    )
    page = page_of(empty, "board", "0")
    assert page.index("The same text is used by other organizations") < page.index("Read and apply")
    assert page.count('dir="auto">Anchor Temps</a>') == 1
    assert "Pier Nine</a>" not in page
    assert "and 1 more" in page


def test_words_that_call_for_care_are_shown_as_the_ad_writes_them(
    empty: FlaskClient, engines: session.Engines
) -> None:
    read(engines, posting("acme", "1", "Call Center Agent", AGENCY))
    page = page_of(empty, "acme", "1")
    assert page.index("Be careful: this ad uses warning words") < page.index("Read and apply")
    assert '<q dir="auto">registration fee</q>' in page
    assert '<q dir="auto">via Telegram</q>' in page
    assert job.red_flags(METERS) == []


def test_a_closed_job_says_so_and_offers_no_button(empty: FlaskClient, engines: session.Engines) -> None:
    first = posting("acme", "1", "Customer Service Agent", METERS)
    read(engines, first, at=NOW - timedelta(days=9))
    read(engines, posting("acme", "2", "Museum Guide", POWER), gone=True)
    page = page_of(empty, "acme", "1")
    assert "No source lists this job any more" in page
    assert "last seen on 12 November 2026" in page
    assert 'closed on <time datetime="2026-11-21">' in page
    assert "Read and apply" not in page


def test_a_merged_job_leads_to_what_it_became(empty: FlaskClient, engines: session.Engines) -> None:
    read(
        engines,
        posting("acme", "1", "Customer Service Agent", METERS),
        posting("acme", "2", "Call Center Agent", POWER),
    )
    with session.writing(engines) as db:
        names = {"source_a": "acme", "identifier_a": "1", "source_b": "acme", "identifier_b": "2"}
        db.add(Verdict(**names, decision="same", decided_by="ruth", decided_at=NOW))
    grouping.regroup(engines, NOW)
    ids = {lasting.made_id("acme", "1"), lasting.made_id("acme", "2")}
    answers = {old: empty.get(f"/jobs/{old}") for old in ids}
    assert sorted(answer.status_code for answer in answers.values()) == [200, 302]
    [(old, moved)] = [(old, answer) for old, answer in answers.items() if answer.status_code == 302]
    [kept] = ids - {old}
    assert moved.location == f"/jobs/{kept}"
    assert "A reviewer said: the same job" in answers[kept].text


@pytest.mark.parametrize(
    "address",
    ["0123456789abcdef", "0123456789ABCDEF", "x", "%00", "0123456789abcdef0", "é" * 16, "0123456789abcde%0a"],
)
def test_an_unknown_id_is_not_found(empty: FlaskClient, address: str) -> None:
    assert empty.get(f"/jobs/{address}").status_code == 404


@pytest.mark.parametrize("identifier", ["h1", "h2"])
def test_a_hostile_job_is_inert_and_bounded(client: FlaskClient, identifier: str) -> None:
    answer = client.get(f"/jobs/{lasting.made_id('hostile', identifier)}")
    assert answer.status_code == 200
    assert answer.text.count("<script") == 1  # ours
    assert not re.search(r"<[^>]*\son\w+=", answer.text)
    assert "<img" not in answer.text
    assert 'href="javascript' not in answer.text
    assert "49" not in re.sub("<[^>]*>", "", answer.text).split()  # {{ 7 * 7 }}
    assert "There is no safe link to this job" in answer.text
    assert "(no safe link)" in answer.text
    assert len(answer.text) < 20_000


@pytest.mark.parametrize(
    "unit", ["- call\n", "Answer inbound calls in Spanish. ", "must live in Ohio, no base;\n"]
)
def test_the_longest_text_is_shown_whole_and_soon(
    empty: FlaskClient, engines: session.Engines, unit: str
) -> None:
    longest = unit * (300_000 // len(unit))
    read(engines, posting("acme", "1", "Customer Service Agent", longest))
    began = time.process_time()
    page = page_of(empty, "acme", "1")
    assert time.process_time() - began < 10
    assert len(page) < 10 * len(longest)
    assert page.count(unit.strip("- \n")) >= 300_000 // len(unit)


def test_of_many_listings_some_are_shown_and_the_others_counted(
    empty: FlaskClient, engines: session.Engines
) -> None:
    read(
        engines,
        *(
            posting("acme", f"{at:03}", "Customer Service Agent", METERS, hiring_organization="Acme")
            for at in range(120)
        ),
    )
    page = page_of(empty, "acme", "000")
    assert page.count('<a class="out" href=') == job.MOST_LISTINGS
    assert "And 70 more." in page
    assert len(rows_of(page, "listed")) == len(rows_of(page, "why")) == job.MOST_LISTINGS


def test_days_that_are_over_are_said_to_be_over(empty: FlaskClient, engines: session.Engines) -> None:
    read(
        engines,
        posting("acme", "1", "Customer Service Agent", METERS, valid_through=date(2026, 11, 21)),
        posting("acme", "2", "Call Center Agent", POWER, valid_through=date(2026, 11, 20)),
    )
    assert said(page_of(empty, "acme", "1"), "Valid through") == "21 November 2026"
    assert said(page_of(empty, "acme", "2"), "Valid through") == "20 November 2026 (over)"


def test_a_source_whose_terms_ask_for_it_is_named_with_a_link_that_counts(
    empty: FlaskClient, engines: session.Engines, tmp_path: Path
) -> None:
    read(engines, posting("acme", "1", "Customer Service Agent", CHAT))
    search.reindex(engines, tmp_path / "index")
    with session.writing(engines) as db:
        queries.sources.set_attribution(
            db,
            queries.sources.find(db, ["acme"])["acme"].id,
            {"text": "Jobs by Acme", "url": "https://acme.example/"},
        )
    page = page_of(empty, "acme", "1")
    assert (
        page.count('<a class="out" href="https://acme.example/" rel="noopener noreferrer">Jobs by Acme</a>')
        == 2
    )
    assert "nofollow" not in page
    results = empty.post("/jobs", data={"summary": "live chat and email support, Zendesk"}).text
    assert '<a class="out" href="https://acme.example/" rel="noopener noreferrer">Jobs by Acme</a>' in results


def test_the_language_of_an_ad_is_told(empty: FlaskClient, engines: session.Engines, tmp_path: Path) -> None:
    german = "Sie beantworten die Fragen unserer Kundinnen und Kunden am Telefon und per E-Mail. " * 3
    read(engines, posting("acme", "1", "Customer Service Agent", german))
    search.reindex(engines, tmp_path / "index")
    assert said(page_of(empty, "acme", "1"), "Language of the ad") == "German"
    results = empty.post("/jobs", data={"summary": "Customer Service Agent Telefon"}).text
    assert "ad in German" in results
