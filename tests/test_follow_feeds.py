"""Feeds of searches: valid, inert, quick to say that nothing is new, and a job comes in them once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import following
import numpy as np
import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from following import again, atom, engines, job, jsonfeed, night, reword
from lxml import html
from pages import NOW
from sqlalchemy import update

from db import session
from db.models import Job, Listing
from matcher import newest, profile, query, rank, search, tallying
from matcher.lasting import made_id
from webapp import memory

WATER, CHAT, POWER = made_id("clearbrook", "w1"), made_id("bakesoft", "c1"), made_id("northlight", "n0")
LATER = NOW + timedelta(days=1)
UNFIT = "\x00\x08\x0b\x1f\x7f\x9f\ufffe\uffff\u202e\u2066"
SEARCHES = ("spanish", "calls", "org:evil", '"inbound calls" -sales', "zendesk chat", "title:agent")


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with following.copied(made, tmp_path_factory.mktemp("read") / "site") as app:
        yield app


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Flask]:
    """A site whose nights go on."""
    with following.copied(made, tmp_path / "site") as app:
        yield app


def feed(app: Flask, q: str = "spanish", **args: Any) -> list[dict[str, str]]:
    return atom(app.test_client().get("/jobs.atom", query_string={"q": q, **args}))


# ---------------------------------------------------------------------------------- what they are


@pytest.mark.parametrize("q", SEARCHES)
def test_both_feeds_hold_to_their_rules_and_have_the_same_jobs(reader: FlaskClient, q: str) -> None:
    entries = atom(reader.get("/jobs.atom", query_string={"q": q}))
    items = jsonfeed(reader.get("/jobs.json", query_string={"q": q}))
    assert entries
    assert [one["id"] for one in entries] == [one["id"] for one in items]
    assert [one["title"] for one in entries] == [one["title"] for one in items]
    assert [one["content"] for one in entries] == [one["content_html"] for one in items]


def test_nothing_found_is_a_valid_feed_too(reader: FlaskClient) -> None:
    assert atom(reader.get("/jobs.atom?q=org:nobody")) == []
    assert jsonfeed(reader.get("/jobs.json?q=org:nobody")) == []


def test_filters_stand_in_the_address_and_hold(reader: FlaskClient) -> None:
    everywhere = {job(one) for one in atom(reader.get("/jobs.atom?q=spanish"))}
    near = {job(one) for one in atom(reader.get("/jobs.atom?q=spanish&place=Tampa, FL"))}
    assert WATER in everywhere - near
    assert near < everywhere  # what names no place stays
    part = {
        job(one) for one in atom(reader.get("/jobs.atom?q=customer&employment=PART_TIME&pay=15&per=hour"))
    }
    assert CHAT not in part


@pytest.mark.parametrize(
    "address",
    [
        "/jobs.atom",
        "/jobs.json?q=+",
        "/jobs.atom?q=-sales",
        "/jobs.atom?q=agent&pay=much",
        "/jobs.atom?q=agent&place=nearby",
        "/jobs.atom?q=" + "x" * 501,
        "/jobs.atom?q=a%0Ab%0Ac",
    ],
)
def test_what_cannot_be_searched_is_no_feed_and_is_not_remembered(reader: FlaskClient, address: str) -> None:
    answer = reader.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")


def test_a_feed_of_another_kind_is_not_there(reader: FlaskClient) -> None:
    assert reader.get("/jobs.rss?q=spanish").status_code == 404


def test_hostile_words_are_inert_in_both_feeds(own: Flask) -> None:
    evil = f"]]><script>alert(1)</script>{UNFIT}&amp; <img src=x onerror=alert(1)>"
    reword(own, "h1", NOW, title=evil, hiring_organization=evil, description=f"Spanish {evil}")
    client = own.test_client()
    page = client.get("/jobs.atom?q=org:script")
    [entry] = [one for one in feed(own) if "alert(1)" in one["title"]]
    for content in (entry["content"], jsonfeed(client.get("/jobs.json?q=spanish"))[0]["content_html"]):
        read = html.fromstring(f"<div>{content}</div>")
        assert {element.tag for element in read.iter()} <= {"div", "p", "a"}
        assert all(not set(element.attrib) - {"href"} for element in read.iter())
    for text in (page.text, client.get("/jobs.json?q=spanish").text, entry["title"], entry["content"]):
        assert not set(UNFIT) & set(text)
    assert entry["author"].startswith("]]><script>")  # said as it is, as text


def test_a_search_with_signs_is_inert_in_its_own_feed_and_page(reader: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>'
    page = reader.get("/jobs.atom", query_string={"q": f"spanish {evil}"})
    atom(page)
    assert "<script" not in page.text
    assert "<script>alert" not in reader.get("/follow", query_string={"q": f"spanish {evil}"}).text


# ---------------------------------------------------------------------------------- what they cost


def test_a_reader_that_has_it_is_told_that_nothing_changed(reader: FlaskClient) -> None:
    first = reader.get("/jobs.atom?q=spanish")
    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in first.headers
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-None-Match", f"W/{first.headers['ETag']}"),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = reader.get("/jobs.atom?q=spanish", headers={name: value})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert reader.get("/jobs.atom?q=spanish", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_squeezed_feed_is_known_again(reader: FlaskClient) -> None:
    squeezed = reader.get("/jobs.atom?q=calls", headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    known = {"Accept-Encoding": "gzip", "If-None-Match": squeezed.headers["ETag"]}
    assert reader.get("/jobs.atom?q=calls", headers=known).status_code == 304


def test_feeds_count_as_searches(app: Flask, tmp_path: Path) -> None:
    told = {"RATE_LIMITS": True, "WTF_CSRF_ENABLED": True}
    with pages.opened(app.config["DATABASE_URL"], Path(app.config["INDEX_DIRECTORY"]), **told) as strict:
        client = strict.test_client()
        answers = [client.get("/jobs.atom?q=spanish") for _ in range(8)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_feed_is_answered_while_somebody_else_writes(own: Flask) -> None:
    writer = sqlite3.connect(own.config["DATABASE_URL"].removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    before = feed(own)
    writer.execute("ROLLBACK")
    writer.close()
    assert before
    assert feed(own) == before  # and who comes after it is told the same times


# ---------------------------------------------------------------------------------- a job once


def test_what_is_new_comes_first_and_what_was_there_stays_as_it_was(own: Flask) -> None:
    before = feed(own)
    told = pages.posting("late", "x1", "Spanish Call Agent", pages.METERS, hiring_organization="Late Ltd")
    night(own, LATER, [told])
    first, *rest = feed(own)
    assert job(first) == made_id("late", "x1")
    assert first["published"] > before[0]["published"]
    assert rest == before


def test_a_repost_and_a_merge_do_not_bring_a_job_anew(own: Flask) -> None:
    before = feed(own)
    water = {"hiring_organization": "Clearbrook Water", "where": "Columbus, OH", "requisition": "CW-1170"}
    copy = pages.posting("later-board", "r9", "Bilingual Call Center Representative", pages.METERS, **water)
    night(own, LATER, [copy])
    with session.reading(engines(own)) as db:
        assert db.query(Listing).filter_by(identifier="r9").one().job_id == WATER
    after = feed(own)
    assert [(one["id"], one["published"]) for one in after] == [
        (one["id"], one["published"]) for one in before
    ]


def test_an_index_that_is_made_anew_changes_nothing(own: Flask) -> None:
    first = own.test_client().get("/jobs.atom?q=spanish")
    again(own, LATER)
    client = own.test_client()
    assert client.get("/jobs.atom?q=spanish").data == first.data


def test_what_is_split_off_a_job_is_as_old_as_its_listings(own: Flask) -> None:
    before = {job(one) for one in feed(own)}
    with session.writing(engines(own)) as db:  # as grouping does when it finds them to be two
        [moved] = db.query(Listing).filter_by(identifier="99017").all()
        row = {"id": "feedfeedfeedfeed", "canonical_id": moved.id, "role": "core", "reasons": []}
        db.add(Job(**row, created_at=LATER, updated_at=LATER))
        db.flush()
        moved.job_id = row["id"]
        db.flush()
        tallying.catch_up(db, LATER)
    search.reindex(engines(own), Path(own.config["INDEX_DIRECTORY"]))
    after = feed(own)
    assert {job(one) for one in after} == before | {"feedfeedfeedfeed"}
    assert {one["published"] for one in after} == {"2026-11-21T12:00:00Z"}


def test_updated_moves_when_what_is_shown_moves_and_only_then(own: Flask) -> None:
    def of_chat() -> dict[str, str]:
        [entry] = [one for one in feed(own, "title:chat") if job(one) == CHAT]
        return entry

    first = of_chat()
    reword(own, "c1", LATER, description=pages.CHAT + " " * 2000 + "Apply by letter.")
    assert of_chat() == first  # what changed is not shown
    reword(own, "c1", LATER, title="Customer Support Specialist (Chat, nights)")
    second = of_chat()
    assert second["updated"] > first["updated"] == first["published"] == second["published"]
    assert second["id"] == first["id"]
    with session.writing(engines(own)) as db:
        db.execute(update(Job).where(Job.id == CHAT).values(updated_at=LATER + timedelta(hours=1)))
    assert of_chat() == second


def test_all_readers_are_shown_the_same_whatever_their_language(own: Flask) -> None:
    for language in ("en-US", "de", "fr-CA", "en-US"):
        page = own.test_client().get("/jobs.atom?q=title:complaints", headers={"Accept-Language": language})
        [entry] = atom(page)
        assert "posted on 1 October 2026" in entry["content"]
        assert entry["updated"] == "2026-11-21T12:00:00Z"


def test_towns_of_one_ad_that_came_together_are_one_entry_and_a_later_town_another(own: Flask) -> None:
    energy = feed(own, "title:energy")
    assert len(energy) == 1
    assert "and other places" in energy[0]["content"]
    power = {"hiring_organization": "Northlight Energy", "where": "Akron, OH"}
    text = "Customer Service Representative - Energy"
    night(own, LATER, [pages.posting("northlight", "n9", text, pages.POWER, **power)])
    after = feed(own, "title:energy")
    assert job(after[0]) == made_id("northlight", "n9")
    assert [one["id"] for one in after[1:]] == [one["id"] for one in energy]


def test_a_job_that_closed_since_the_index_is_not_shown(own: Flask) -> None:
    with session.writing(engines(own)) as db:
        db.execute(update(Job).where(Job.id == WATER).values(closed_at=LATER))
    assert WATER not in {job(one) for one in feed(own)}


# ---------------------------------------------------------------------------------- the joint itself


def test_the_newest_are_all_that_match_by_age_and_then_by_id(app: Flask) -> None:
    with app.app_context(), memory.reading() as db:
        scored = rank.score(memory.here().index.get(), profile.read("calls"))

        def found(limit: int, **more: Any) -> list[newest.New]:
            asked = query.read("calls")
            every = np.ones(scored.index.rows, dtype=np.bool_)
            return newest.newest(db, scored, every, asked, {}, limit, **more)

        every = found(100)
        assert found(3) == every[:3]
        assert [(one.first_seen, one.job) for one in every] == sorted(
            (one.first_seen, one.job) for one in every
        )
        assert found(100, since=NOW) == []
        assert found(100, since=NOW - timedelta(seconds=1)) == every
        well = {one.job for one in found(100, profiled=True)}
        scores = {scored.index.job(row): scored.scores[row] for row in range(scored.index.rows)}
        assert all(scores[name] >= newest.WELL for name in well)
