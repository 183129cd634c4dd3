from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import browser
import following
import hostile
import lxml.html
import pages
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import create_engine, select
from werkzeug.test import TestResponse

from db import models
from rolecall import __main__ as door
from rolecall import settings
from webapp import cells
from webapp.seek import exporting

SUMMARY = (
    "Customer service representative: calls in Spanish, letters, refunds and meters, all noted in Zendesk."
)
Way = Callable[[Path, str], Path]  # from a home and a database's address to the folder of the index
FRAME = "<!doctype html><html><head><title>x</title></head><body><main>{}</main></body></html>"


def addresses(url: str) -> list[str]:
    """The first page, the sources, what this is, and the page of every job."""
    engine = create_engine(url)
    with engine.connect() as db:
        jobs = db.execute(select(models.Job.id).order_by(models.Job.id)).scalars().all()
    engine.dispose()
    return ["/", "/sources", "/about", *(f"/jobs/{job}" for job in jobs)]


def looked_at(client: FlaskClient, url: str) -> Iterator[tuple[str, TestResponse]]:
    """Every page that shows what sources said: those with an address, a list of all jobs, and all results."""
    for address in addresses(url):
        yield address, client.get(address)
    for job in (address for address in addresses(url) if address.startswith("/jobs/")):
        kept = client.post(job, data={"state": "saved"})
        assert kept.status_code == 303
    address = client.get("/saved").headers["Location"]
    yield address, client.get(address)
    number, answer = 1, client.post("/jobs", data={"summary": SUMMARY})
    yield "results", answer
    read = lxml.html.document_fromstring(answer.data)
    fields = {one.get("name"): one.get("value") for one in read.xpath("//form[@id='whys']//input")}
    for address in read.xpath("//button[@data-why]/@formaction"):
        yield "why", client.post(address, data=fields)
    while (more := f'name="page" value="{number + 1}"') in answer.text:
        assert number < 10, more
        number += 1
        profile = lxml.html.document_fromstring(answer.data).xpath("//*[@name='profile']/@value")[0]
        answer = client.post("/jobs", data={"profile": profile, "page": str(number)})
        yield f"results {number}", answer


def program(home: Path, url: str) -> Callable[..., None]:
    here = settings.load({"ROLECALL_NOW": browser.NOW, "ROLECALL_DATABASE_URL": url}, home=home)

    def invoke(*arguments: object) -> None:
        told = CliRunner().invoke(door.main, [str(word) for word in arguments], obj=here)
        assert told.exit_code == 0, told.output + repr(told.exception)

    return invoke


def imported(home: Path, url: str) -> Path:
    """The folder of the index over all hostile postings, taken in as a file of an operator's."""
    run = program(home, url)
    run("import", hostile.archive(home / "hostile.jsonl"), "--roles", "all")
    run("group")
    run("index")
    return home / "index"


def unclean(home: Path, url: str) -> Path:
    """The same, and then every word of every table is written over, as if nobody had cleaned it."""
    index = imported(home, url)
    values = [*hostile.FIELDS.values(), *hostile.ADDRESSES, "W" * hostile.LONG]
    engine = create_engine(url)
    with engine.begin() as db:
        for table in models.Base.metadata.sorted_tables:
            [*keys] = table.primary_key.columns
            found = db.execute(select(*keys).order_by(*keys)).scalars().all()
            for number, key in enumerate(found):
                if told := hostile.tables(values[number % len(values)], number).get(table.name):
                    db.execute(table.update().where(keys[0] == key).values(told))
    engine.dispose()
    program(home, url)("index")
    return index


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Way], tuple[str, Path]]:
    """A database on SQLite and the folder of its index, filled in a way: for reading only."""

    @cache
    def filled(way: Way) -> tuple[str, Path]:
        home = tmp_path_factory.mktemp("hostile")
        url = f"sqlite:///{home}/rolecall.sqlite3"
        return url, way(home, url)

    return filled


@pytest.mark.parametrize("way", [imported, unclean])
def test_a_hostile_posting_shows_inert_and_bounded_on_every_page(
    kept: Callable[[Way], tuple[str, Path]], way: Way
) -> None:
    inert_and_bounded(*kept(way))


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", [imported, unclean])
def test_what_is_hostile_shows_so_from_the_other_database(
    database_url: str, tmp_path: Path, way: Way
) -> None:
    inert_and_bounded(database_url, way(tmp_path, database_url))


def inert_and_bounded(url: str, index: Path) -> None:
    with pages.opened(url, index, TESTING=False) as app:
        client = app.test_client()
        shown = [hostile.inert(page) for _, page in looked_at(client, url)]
        table = client.get(f"{client.get('/saved').headers['Location']}/jobs.csv")
        entries = following.atom(client.get("/jobs.atom?q=calls"))
        items = following.jsonfeed(client.get("/jobs.json?q=calls"))
    for number, row in enumerate(csv.reader(io.StringIO(table.text.removeprefix(cells.UTF_8)))):
        assert len(row) == len(exporting.COLUMNS), number
        assert not any(cell.lstrip().startswith(cells.FORMULA) for cell in row), row
    assert number > 40
    assert len(entries) == len(items) > 20
    for content in (*(one["content"] for one in entries), *(one["content_html"] for one in items)):
        assert {element.tag for element in lxml.html.fromstring(f"<main>{content}</main>").iter()} <= {
            "main",
            "p",
            "a",
        }
    assert len(shown) > 40
    everything = "".join(page.text_content() for page in shown)
    assert f"<{hostile.MARK}>" in everything  # as words


def test_what_an_address_or_a_form_brings_shows_inert(kept: Callable[[Way], tuple[str, Path]]) -> None:
    url, index = kept(imported)
    with pages.opened(url, index, TESTING=False) as app:
        client = app.test_client()
        read = lxml.html.document_fromstring(client.post("/jobs", data={"summary": SUMMARY}).data)
        fields = {one.get("name"): one.get("value") for one in read.xpath("//form[@id='whys']//input")}
        address = read.xpath("//button[@data-why]/@formaction")[0]
        for typed in hostile.FIELDS.values():
            said = json.dumps([[typed, ["spanish", "calls", "concept:la.spanish"]]])
            for page in (
                client.get("/jobs", query_string={"q": f"calls {typed}", "place": typed, "sort": typed}),
                client.get("/jobs", query_string={"q": "calls", "shift": typed}),
                client.post(address, data=fields | {"said": said, "place": typed}),
                client.post(f"{address}&number={typed}", data=fields),
            ):
                if page.status_code == 302:  # no search, and so no page
                    continue
                page.status_code = 200  # what is no filter is a 400 with the page
                hostile.inert(page)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<script src=/static/other.js></script>",
        "<p onclick=alert(1)>",
        "<p style='position: fixed'>",
        f"<{hostile.MARK}>",
        f"<p {hostile.MARK}=1>",
        "<img src=/static/icon.svg>",
        "<a href='javascript:alert(1)'>",
        "<a href='//evil.example/'>",
        "<a href='https://acme.example@evil.example/'>",
        "<form action='https://evil.example/'>",
        "<button formaction='https://evil.example/'>",
        "<button formaction='javascript:alert(1)'>",
        "<link href='https://evil.example/x.css'>",
        "<!-- a comment -->",
        '<p class="&quot;">',
        "</main><main>",
        "w" * hostile.MOST_PAGE,
    ],
)
def test_markup_that_came_through_would_be_found(markup: str) -> None:
    app = Flask(__name__)
    app.add_url_rule("/<int:number>", view_func=lambda number: FRAME.format(markup if number else "<p>words"))
    hostile.inert(app.test_client().get("/0"))
    with pytest.raises(AssertionError):
        hostile.inert(app.test_client().get("/1"))


def test_what_cannot_be_seen_is_cleaned_before_it_is_stored(
    kept: Callable[[Way], tuple[str, Path]],
) -> None:
    url, index = kept(imported)
    with pages.opened(url, index) as app:
        for address, page in looked_at(app.test_client(), url):
            assert not hostile.UNSEEN.search(page.text), address


@pytest.mark.browser
def test_nothing_of_a_hostile_posting_runs_in_a_browser(
    chromium: Browser, kept: Callable[[Way], tuple[str, Path]]
) -> None:
    url, index = kept(unclean)
    with (
        pages.opened(url, index, TESTING=False, WTF_CSRF_ENABLED=True) as app,
        browser.served(app) as address,
        browser.window(chromium, address) as window,
    ):
        tab = window.context.new_page()
        for place in addresses(url):
            tab.goto(place)
            assert tab.evaluate("document.querySelectorAll('main').length") == 1, place
        tab.goto("/")
        tab.fill("[name=summary]", SUMMARY)
        tab.get_by_role("button", name="Find my jobs").click()
        expect(tab.locator("li.card").first).to_be_visible()
