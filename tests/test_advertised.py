"""Who else advertises this: a week, an organization and a job say what their listings come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import desking
import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from db import session
from db.models import Carried, Job, Listing, Redirect, Source
from db.queries import advertised, desk
from matcher import tally
from webapp.review import advertised as page

JUNE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(desk_file: Any) -> Iterator[Flask]:
    with desking.opened(desk_file) as app:
        yield app


@pytest.fixture
def ruth(app: Flask) -> FlaskClient:
    return desking.client_of(app)


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    with session.reading(app.extensions["rolecall"].engines) as opened:
        yield opened


def job_of(db: Any, source: str) -> str:
    statement = (
        select(Listing.job_id).join(Source, Source.id == Listing.source_id).where(Source.name == source)
    )
    return str(db.scalars(statement.order_by(Listing.id)).first())


def table(answer: Any, label: str) -> list[list[str]]:
    """The rows of a table that stands in a region."""
    read = html.fromstring(answer.text)
    heading = read.xpath("//*[@id=$label]", label=label)
    name = pages.said(heading[0]) if heading else label
    rows = read.xpath(
        "//*[@role='region'][@aria-labelledby=$label or @aria-label=$name]//tbody/tr", label=label, name=name
    )
    return [[pages.said(cell) for cell in row.xpath("th | td")] for row in rows]


def test_what_each_source_brings_is_counted_of_its_listings(db: Any) -> None:
    rows = list(db.execute(select(Listing, Source.name).join(Source, Source.id == Listing.source_id)))
    listings, at = Counter(one.job_id for one, _ in rows), Counter()  # type: ignore[var-annotated]
    for job, _ in {(one.job_id, name) for one, name in rows}:
        at[job] += 1
    for share in advertised.shares(db):
        own = [one for one, name in rows if name == share.source]
        jobs = {one.job_id for one in own}
        assert (share.listings, share.jobs) == (len(own), len(jobs))
        assert share.alone == sum(at[job] == 1 for job in jobs)
        assert share.copies == sum(listings[one.job_id] > 1 for one in own)
    assert {share.source: share.reposts for share in advertised.shares(db) if share.reposts} == {"kettles": 2}


def test_an_organization_s_page_tells_who_else_where_and_how_often(ruth: FlaskClient) -> None:
    answer = ruth.get("/advertised/organizations/clearbrook-water")
    assert answer.status_code == 200
    assert "1 job, 1 open, as 4 listings in 1 place; 1 listed more than once" in pages.words(answer)
    [[name, kind, *figures]] = table(answer, "others")
    assert (name, kind, figures[:3]) == ("Clearbrook Water Talent Staffing", "agency", ["1", "1", "0"])
    assert [row[0] for row in table(answer, "boards")] == ["clearbrook", "feeds", "mirror"]
    back = ruth.get("/advertised/organizations/clearbrook-water-talent")
    assert "A staffing agency, by its name." in pages.words(back)
    assert [row[0] for row in table(back, "others")] == ["Clearbrook Water"]


def test_other_names_of_an_organization_count_as_its_own_and_are_named(app: Flask, ruth: FlaskClient) -> None:
    where = "/advertised/organizations/lantern-wick"
    assert "Nobody of another name does." in pages.words(ruth.get(where))
    engines = app.extensions["rolecall"].engines
    with session.writing(engines) as db:
        one = db.scalars(select(Carried).where(Carried.organization == "lantern-wick").limit(1)).one()
        one.name = "Lantern & Wick Group Ltd"
    told = pages.words(ruth.get(where))
    with session.writing(engines) as db:
        db.merge(one).name = "Lantern & Wick"
    assert "Counted as this one, too: Lantern & Wick Group Ltd." in told
    assert "Nobody of another name does; the names above count as its own." in told


def test_an_ad_over_many_places_is_told_with_its_places(ruth: FlaskClient, db: Any) -> None:
    answer = ruth.get("/advertised/organizations/lantern-wick")
    [[ad, _, places, jobs, _]] = table(answer, "blasted")
    assert (ad, jobs) == ("Chat Agent, Lanterns", "6")
    assert places.startswith("6")
    of_job = ruth.get(f"/jobs/{job_of(db, 'lantern')}/advertised")
    assert "One ad over 6 places" in pages.words(of_job)
    link = html.fromstring(of_job.text).xpath("//a[contains(@href, 'campaign=')]/@href")[0]
    assert pages.words(ruth.get(link)).count("Chat Agent, Lanterns") == 6


def test_reposts_are_drawn_month_by_month_with_a_table_behind(ruth: FlaskClient, db: Any) -> None:
    answer = ruth.get(f"/jobs/{job_of(db, 'kettles')}/advertised")
    months = {row[0]: row[1:] for row in table(answer, "Postings by month: table")}
    assert len(months) == 12
    assert (months["Aug 2026"], months["Sep 2026"], months["Nov 2026"]) == (
        ["1", "0"],
        ["0", "1"],
        ["0", "1"],
    )
    assert html.fromstring(answer.text).xpath("//*[local-name()='svg'][contains(@class, 'months')]")
    water = ruth.get(f"/jobs/{job_of(db, 'mirror')}/advertised")
    assert "months" not in water.text
    assert len(table(water, "carriers")) == 4


def test_a_week_tells_what_is_new_in_it(ruth: FlaskClient) -> None:
    answer = ruth.get("/advertised")
    said = pages.words(answer)
    assert "Since 14 November 2026: 7 new jobs" in said
    assert [row[0] for row in table(answer, "Most copied new jobs")] == ["Kettle Care Agent"]
    assert [row[0] for row in table(answer, "agencies")] == ["Clearbrook Water Talent Staffing"]
    assert [row[0] for row in table(answer, "One ad, many places")] == ["Chat Agent, Lanterns"]
    assert "No new job" in pages.words(ruth.get("/advertised?since=2026-11-22"))
    longer = ruth.get("/advertised?since=2026-01-01")
    assert len(table(longer, "Most copied new jobs")) == 2
    assert [row[0] for row in table(longer, "Posted again")] == ["Kettle Care Agent"]
    kettles = next(row for row in table(longer, "sources") if row[0] == "kettles")
    assert kettles[1:] == ["3", "1", "1", "100 %", "3", "100 %", "2", "67 %"]


def test_a_week_is_counted_once_for_a_grouping(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ruth = desking.client_of(app)
    first = ruth.get("/advertised?since=2026-02-02").text
    monkeypatch.setattr(advertised, "shares", lambda _: pytest.fail("counted again"))
    again = ruth.get("/advertised?since=2026-02-02").text
    assert html.fromstring(again).xpath("//main")[0].text_content() == (
        html.fromstring(first).xpath("//main")[0].text_content()
    )


@pytest.mark.parametrize(
    "asked, there",
    [
        ("Lantern & Wick", "/advertised/organizations/lantern-wick"),
        ("LANTERN WICK GmbH", "/advertised/organizations/lantern-wick"),
        ("<b>", "/advertised/organizations/b"),
    ],
)
def test_an_organization_is_looked_up_by_any_way_to_write_it(
    ruth: FlaskClient, asked: str, there: str
) -> None:
    answer = ruth.get("/advertised", query_string={"organization": asked})
    assert (answer.status_code, answer.headers["Location"]) == (303, there)


@pytest.mark.parametrize(
    "address",
    [
        "/advertised/organizations/nobody-at-all",
        f"/advertised/organizations/{tally.NOT_STATED}",
        "/advertised/organizations/%00",
        f"/advertised/organizations/{'x' * 5000}",
        "/jobs/ffffffffffffffff/advertised",
        "/jobs/%00/advertised",
    ],
)
def test_what_nobody_advertises_is_not_found(ruth: FlaskClient, address: str) -> None:
    assert ruth.get(address).status_code == 404


def test_hostile_names_stay_words(ruth: FlaskClient, db: Any) -> None:
    assert "Write the day as" in pages.words(ruth.get("/advertised?since=<script>"))
    job = job_of(db, "hostile")
    key = desk.rows(db, [job])[0].organization
    for address in (
        f"/jobs/{job}/advertised",
        f"/advertised/organizations/{key}",
        "/advertised?since=2026-01-01",
    ):
        answer = ruth.get(address)
        assert answer.status_code == 200
        assert not html.fromstring(answer.text).xpath("//@onmouseover | //main//script")


def test_a_merged_job_s_old_address_leads_on(desk_file: Any, tmp_path: Any) -> None:
    file = tmp_path / "rolecall.sqlite3"
    file.write_bytes(desk_file.read_bytes())
    with desking.opened(file) as app:
        with session.writing(app.extensions["rolecall"].engines) as db:
            job = db.scalars(select(Job.id)).first()
            db.add(Redirect(old_id="0" * 16, job_id=job))
        answer = desking.client_of(app).get(f"/jobs/{'0' * 16}/advertised")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/jobs/{job}/advertised")


def test_months_count_each_posting_in_its_own() -> None:
    def listing(number: int, job: str, source: int, day: date | None) -> Any:
        return SimpleNamespace(id=number, job_id=job, source_id=source, date_posted=day, first_seen=pages.NOW)

    rows = [
        listing(1, "a", 1, date(2026, 10, 1)),
        listing(2, "a", 1, None),  # first seen in November
        listing(3, "a", 2, date(2026, 11, 1)),  # another source's first
        listing(4, "b", 1, date(2025, 11, 30)),  # longer ago than is drawn
        listing(5, "b", 1, date(2025, 12, 1)),
    ]
    months = page._months(rows, date(2026, 11, 21))
    assert [month for month in months if month.first or month.again] == [
        ("Dec 2025", 0, 1),
        ("Oct 2026", 1, 0),
        ("Nov 2026", 1, 1),
    ]
    assert page._months(rows[:1], date(2026, 11, 21)) == []
    assert page._months(rows, date(2028, 11, 21)) == []  # all is older than what is drawn
