"""The listings desk: its rows are what their listings come to, in every order, under every filter."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import desking
import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, text

from db import queries, session
from db.models import Carried, Job, Listing, Tally
from db.queries import advertised, desk, forgetting
from matcher import deciding, grouping, lasting, tally, tallying
from matcher.acting import Asked
from webapp import cells
from webapp.review import desk as page

KETTLE = lasting.made_id("kettles", "k11")
WATER = lasting.made_id("agencyboard", "q-1")


@pytest.fixture(scope="module")
def app(desk_file: Path) -> Iterator[Flask]:
    with desking.opened(desk_file) as app:
        yield app


@pytest.fixture
def ruth(app: Flask) -> FlaskClient:
    return desking.client_of(app)


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    with session.reading(app.extensions["rolecall"].engines) as opened:
        yield opened


def tallies(db: Any) -> list[Any]:
    """Every tally with its job's listings."""
    return list(db.scalars(select(Tally).order_by(Tally.job_id)))


# ---------------------------------------------------------------------------------- what is counted


@pytest.mark.parametrize(
    "name, agency",
    [
        ("Quay Staffing Agency", True),
        ("HAYS Specialist Recruitment", True),
        ("Robert Half", True),
        ("Brook Street Temporary Services", True),
        ("Clearbrook Water", False),
        ("Temporal Labs", False),
        ("Agency for Healthcare", False),
        ("", False),
    ],
)
def test_an_agency_is_called_so_where_its_name_says_it(name: str, agency: object) -> None:
    assert tally.agency(name) is agency


@pytest.mark.parametrize(
    "words, folded",
    [("  Lisäpalvelu\n Oy ", "lisapalvelu oy"), ("STRASSE ÉTÉ", "strasse ete"), ("ﬁne", "fine"), ("", "")],
)
def test_words_are_found_without_case_accents_and_blanks(words: str, folded: str) -> None:
    assert tally.folded(words) == folded


def test_each_tally_is_what_the_listings_of_its_job_come_to(db: Any) -> None:
    listings = list(db.scalars(select(Listing)))
    for row in tallies(db):
        those = [one for one in listings if one.job_id == row.job_id]
        assert row.listings == len(those)
        assert row.sources == len({one.source_id for one in those})
        assert row.first_seen == min(one.first_seen for one in those)
        assert row.last_seen == max(one.last_seen for one in those)
        assert all(tally.folded(one.identifier) in row.words for one in those)
        carried = list(db.scalars(select(Carried).where(Carried.job_id == row.job_id)))
        assert sum(one.listings for one in carried) == row.listings
        assert sum(one.reposts for one in carried) == row.reposts
    assert len(tallies(db)) == len(list(db.scalars(select(Job.id))))


def test_what_a_source_posts_on_a_later_day_than_its_first_is_a_repost(db: Any) -> None:
    [kettle] = [row for row in tallies(db) if row.title == "kettle care agent"]
    assert (kettle.listings, kettle.reposts, str(kettle.reposted)) == (3, 2, "2026-11-03")
    [water] = [row for row in tallies(db) if row.listings == 4]
    assert (water.sources, water.agencies, water.reposts) == (4, 1, 0)  # elsewhere it is no repost


@pytest.fixture
def own(desk_file: Path, tmp_path: Path) -> Iterator[session.Engines]:
    """The same in a database to write to."""
    engines = session.open_engines(f"sqlite:///{shutil.copy(desk_file, tmp_path)}")
    yield engines
    engines.close()


def counted(engines: session.Engines) -> list[list[Any]]:
    with session.reading(engines) as db:
        return [
            sorted(db.execute(select(*table.__table__.columns)).all(), key=str) for table in (Tally, Carried)
        ]


def test_tallies_follow_nights_and_decisions_as_if_all_were_counted_anew(
    own: session.Engines, tmp_path: Path
) -> None:
    later = pages.NOW + timedelta(days=1)
    edited = pages.posting("shop", "s1", "Shop Assistant, Garden", pages.GARDEN, where="Boise, ID")
    pages.read(own, edited, pages.sample()[0], gone=True, at=later)
    grouping.regroup(own, later, folder=tmp_path / "shelf")
    asked = Asked("ruth", later)
    deciding.split(own, asked, ("kettles", "k9"))
    assert deciding.follow(own, later, tmp_path / "shelf") is None
    now = counted(own)
    assert any(row.title == "shop assistant, garden" for row in now[0])
    with session.writing(own) as db:
        tallying.count(db, list(db.scalars(select(Job.id))))
    assert counted(own) == now
    with session.reading(own) as db:
        assert queries.tallies.stale(db, later + timedelta(days=1)) == []


def test_an_older_file_moves_the_day_that_a_job_was_seen_first(own: session.Engines) -> None:
    older = desking.LAST_MONTH - timedelta(days=9)
    pages.read(own, pages.sample()[0], at=older)
    with session.reading(own) as db:
        [water] = [row for row in tallies(db) if row.listings == 4]
        assert water.first_seen == older
        assert water.last_seen == pages.NOW


def test_a_source_that_is_forgotten_leaves_no_word_on_the_desk(own: session.Engines) -> None:
    with session.writing(own) as db:
        source = queries.sources.find(db, ["agencyboard"])["agencyboard"]
        forgetting.forget(db, source, pages.NOW)
    with session.reading(own) as db:
        assert not [row for row in tallies(db) if "agencyboard" in row.words or "talent" in row.words]
    grouping.regroup(own, pages.NOW)
    with session.reading(own) as db:
        [water] = [row for row in tallies(db) if "clearbrook" in row.words]
        assert (water.listings, water.agencies) == (3, 0)


# ---------------------------------------------------------------------------------- orders and filters


@pytest.mark.parametrize(
    "words, most",
    [((), 10_000), (("a",), 10_000), (("a",), 3)],
    ids=["all", "few are found first", "many along the index"],
)
@pytest.mark.parametrize("way", ["up", "down"])
def test_pages_of_any_order_show_every_job_once(
    db: Any, way: str, words: tuple[str, ...], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MOST", most)
    rows = [row for row in tallies(db) if all(word in row.words for word in words)]
    total = len(rows) if len(rows) <= most else most + 1
    for by in desk.ORDERS:
        expected = [row.job_id for row in sorted(rows, key=lambda row: (getattr(row, by), row.job_id))]
        found = walked(db, desk.Wanted(words=words), desk.Order(by, way == "down"), total)
        assert found == (expected[::-1] if way == "down" else expected)


def walked(db: Any, wanted: desk.Wanted, order: desk.Order, total: int) -> list[str]:
    """Every job, page by page, each of which says how many there are."""
    found: list[str] = []
    while True:
        ids, said = desk.page(db, wanted, order, most=4, after=found[-1] if found else None)
        assert said == total
        if not ids:
            return found
        found += ids


WANTED: list[tuple[desk.Wanted, Callable[[Any], bool]]] = [
    (desk.Wanted(words=("call", "columbus")), lambda row: False),  # no place is searched
    (desk.Wanted(words=("bilingual", "cw-1170")), lambda row: row.listings == 4),
    (desk.Wanted(words=("https://kettles.example/jobs/k9",)), lambda row: "kettle" in row.title),
    (desk.Wanted(words=("50%_",)), lambda row: False),
    (desk.Wanted(source="lantern"), lambda row: row.campaign is not None and "lantern" in row.title),
    (desk.Wanted(source="nowhere"), lambda row: False),
    (desk.Wanted(organization="clearbrook-water-talent"), lambda row: row.listings == 4),
    (desk.Wanted(organization="clearbrook-water"), lambda row: row.listings == 4),
    (desk.Wanted(role="core"), lambda row: row.role == "core"),
    (desk.Wanted(closed=True), lambda row: row.closed),
    (desk.Wanted(closed=False), lambda row: not row.closed),
    (desk.Wanted(copies=True), lambda row: row.listings > 1),
    (desk.Wanted(reposts=True), lambda row: "kettle" in row.title),
    (desk.Wanted(agency=True), lambda row: row.agencies > 0),
    (desk.Wanted(merged="machine"), lambda row: row.listings > 1),
    (desk.Wanted(merged="people"), lambda row: False),
    (desk.Wanted(shared="campaign"), lambda row: row.campaign is not None),
    (desk.Wanted(shared="template"), lambda row: row.template is not None),
    (desk.Wanted(since=datetime(2026, 11, 1, tzinfo=UTC)), lambda row: row.first_seen > desking.LAST_MONTH),
    (desk.Wanted(role="core", copies=True, agency=True), lambda row: row.listings == 4),
]


@pytest.mark.parametrize("wanted, passes", WANTED)
def test_a_filter_leaves_what_it_says(
    db: Any, wanted: desk.Wanted, passes: Callable[[Any], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [row.job_id for row in tallies(db) if passes(row)]
    order = desk.Order("listings", down=False)
    ids, total = desk.page(db, wanted, order, most=100)
    assert (sorted(ids), total) == (expected, len(expected))
    monkeypatch.setattr(desk, "MOST", 0)
    assert desk.page(db, wanted, order, most=100) == (ids, len(expected) and 1)


def test_what_people_joined_is_told_from_what_the_machine_joined(own: session.Engines) -> None:
    with session.reading(own) as db:
        [a, b, *_] = [row.job_id for row in tallies(db) if row.campaign and "lantern" in row.title]
    deciding.merge(own, Asked("ruth", pages.NOW), a, b)
    grouping.regroup(own, pages.NOW)
    with session.reading(own) as db:
        by_people, _ = desk.page(db, desk.Wanted(merged="people"), desk.Order("title", False), most=9)
        by_machine, _ = desk.page(db, desk.Wanted(merged="machine"), desk.Order("title", False), most=9)
    assert len(by_people) == 1
    assert set(by_people) <= {a, b}
    assert set(by_machine) & {a, b} == set()


def test_each_order_has_an_index_that_serves_it(db: Any) -> None:
    for by in desk.ORDERS:
        served(db, by)


def served(db: Any, by: str) -> None:
    plan = []
    for way in (getattr(Tally, by), Tally.job_id), (getattr(Tally, by).desc(), Tally.job_id.desc()):
        asked = str(select(Tally.job_id).order_by(*way).compile(compile_kwargs={"literal_binds": True}))
        plan += [row[3] for row in db.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert len(plan) == 2
    assert all(f"ix_tally_{by}" in step for step in plan), plan


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pages.IN_SOAK)])
def test_postgresql_says_what_sqlite_says(engines: session.Engines, db: Any) -> None:
    desking.fill(engines)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    with session.reading(engines) as other:
        for wanted, _ in WANTED:
            for by in desk.ORDERS:
                order = desk.Order(by, down=True)
                assert desk.page(other, wanted, order, most=9) == desk.page(db, wanted, order, most=9)
        for asked in (
            lambda at: advertised.week(at, since),
            advertised.shares,
            lambda at: advertised.agencies(at, since, 9),
            lambda at: advertised.blasted(at, 9, since=since),
            lambda at: advertised.reposted(at, since.date(), 9),
            lambda at: advertised.copied(at, since, 9),
            lambda at: advertised.summed(at, "clearbrook-water"),
            lambda at: advertised.sources_of(at, "clearbrook-water", 9),
            lambda at: advertised.others_of(at, "clearbrook-water", 9),
            lambda at: advertised.places(at, 9, organization="lantern-wick"),
            lambda at: advertised.carriers(at, desk.page(db, WANTED[1][0], order, most=1)[0][0]),
            lambda at: advertised.spelled(at, "clearbrook-water"),
        ):
            assert asked(other) == asked(db)
        other.execute(text("SET LOCAL enable_seqscan = off"))
        plan = other.execute(
            text("EXPLAIN SELECT job_id FROM tally ORDER BY title DESC, job_id DESC LIMIT 9")
        )
        assert "Index" in str(plan.all())
        assert "ix_tally_title" in str(
            other.execute(text("EXPLAIN SELECT job_id FROM tally ORDER BY title DESC, job_id DESC")).all()
        )


# ---------------------------------------------------------------------------------- the page


def rows_of(answer: Any) -> list[str]:
    return [pages.said(row) for row in html.fromstring(answer.text).xpath("//tbody[@data-row]/tr[1]/th/a[1]")]


def test_the_desk_shows_jobs_newest_first_and_the_listings_behind_them(ruth: FlaskClient) -> None:
    answer = ruth.get("/desk?copies=1")
    assert answer.status_code == 200
    read = html.fromstring(answer.text)
    assert rows_of(answer) == ["Kettle Care Agent", "Bilingual Call Center Representative"]
    behind = [pages.said(row) for row in read.xpath("//tr[@class='behind'][1]//tbody/tr")]
    assert len(behind) == 7
    assert sum("Talent Staffing" in row for row in behind) == 1
    [head] = read.xpath("//th[@aria-sort]")
    assert (pages.said(head), head.get("aria-sort")) == ("First seen", "descending")
    assert "sort=first_seen" in head.xpath("a/@href")[0]


def test_nothing_on_the_desk_is_markup(ruth: FlaskClient) -> None:
    for address in (
        "/desk",
        "/desk?q=<script>alert(1)</script>",
        "/desk?source=%22><script>&organization=<b>",
    ):
        read = html.fromstring(ruth.get(address).text)
        assert not [one for one in read.xpath("//main//script | //main//b") if one.text]
        assert not read.xpath("//@onmouseover | //a[starts-with(@href, 'javascript')]")


@pytest.mark.parametrize(
    "address, said",
    [
        ("/desk?since=soon", "Write the day as 2026-11-21."),
        ("/desk?role=boss", "This choice is none of the desk’s."),
        ("/desk?source=nowhere", "No source of that name carries a job."),
        ("/desk?q=zebra+wrangler", "No job is like that."),
        ("/desk?after=ffffffffffffffff", "22 jobs"),
        ("/desk?after=%00&sort=%00&campaign=x", "22 jobs"),
        ("/desk?" + "q=a&" * 300, "jobs"),
        ("/desk?since=9999999-01-01", "Write the day"),
    ],
)
def test_bad_questions_are_answered_in_words(ruth: FlaskClient, address: str, said: str) -> None:
    answer = ruth.get(address)
    assert answer.status_code == 200
    assert said in " ".join(html.fromstring(answer.text).text_content().split())


def test_pages_lead_on_and_back(ruth: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", 5)
    whole, address, seen = [], "/desk?sort=title", []
    while address:
        answer = ruth.get(address)
        whole.append(rows_of(answer))
        seen.append(address)
        address = next(iter(html.fromstring(answer.text).xpath("//a[@rel='next']/@href")), "")
    assert [len(rows) for rows in whole] == [5, 5, 5, 5, 2]
    back = ruth.get(html.fromstring(ruth.get(seen[2]).text).xpath("//a[@rel='prev']/@href")[0])
    assert rows_of(back) == whole[1]
    first = ruth.get(html.fromstring(back.text).xpath("//a[@rel='prev']/@href")[0])
    assert rows_of(first) == whole[0]
    assert not html.fromstring(first.text).xpath("//a[@rel='prev']")


def test_ticked_jobs_go_to_where_they_are_merged(ruth: FlaskClient) -> None:
    a, b = "0" * 16, "f" * 16
    answer = ruth.get(f"/desk/merge?job={a}&job={b}&job={a}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{a}/edit?with={b}")
    assert ruth.get(f"/desk/merge?job={a}&job=../x").status_code == 400


def test_a_table_of_the_filter_holds_every_listing_and_no_formula(
    ruth: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SOME", 3)
    answer = ruth.get("/desk/listings.csv?sort=title")
    assert answer.headers["Content-Disposition"] == "attachment; filename=rolecall-listings.csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(cells.UTF_8), newline="")))
    assert len(rows) == 27
    assert len({row["job"] for row in rows}) == 22
    assert sum(row["canonical"] == "yes" for row in rows) == 22
    assert not [cell for row in rows for cell in row.values() if cell.startswith(cells.FORMULA)]
    few = ruth.get("/desk/listings.csv?agency=1").text
    assert few.count("\r\n") == 5
