"""What a list of results says of jobs that changed since its index was built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pages
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from db import queries, session
from db.models import Job, Listing
from matcher import search

CALLS = "answer inbound calls"


@pytest.fixture
def client(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The pages over sixty jobs, on both databases in turn."""
    pages.remember(engines, pages.many(60), tmp_path)
    with pages.opened(database_url, tmp_path) as app:
        yield app.test_client()


def ask(client: FlaskClient, page: int = 1) -> pages.TestResponse:
    return client.post("/jobs", data={"summary": CALLS, "page": str(page)})


def links(page: pages.TestResponse) -> list[str]:
    return [card.links[0].removeprefix("/jobs/") for card in pages.cards(page)]


def merge(engines: session.Engines, old: str, new: str) -> None:
    """What a night does to a job that turned out to be another."""
    with session.writing(engines) as db:
        db.execute(update(Listing).where(Listing.job_id == old).values(job_id=new))
        queries.jobs.remove(db, [old])
        queries.jobs.set_redirects(db, [old], [{"old_id": old, "job_id": new}])


def remove(engines: session.Engines, jobs: list[str]) -> None:
    with session.writing(engines) as db:
        db.execute(update(Listing).where(Listing.job_id.in_(jobs)).values(job_id=None))
        queries.jobs.remove(db, jobs)


def test_a_job_that_was_closed_since_the_list_was_made_says_so(
    client: FlaskClient, engines: session.Engines
) -> None:
    before = ask(client)
    assert "closed since" not in before.text
    with session.writing(engines) as db:
        db.execute(update(Job).where(Job.id == links(before)[3]).values(closed_at=pages.NOW))
    said = ["closed since the list was made" in card.text for card in pages.cards(ask(client))]
    assert said == [number == 3 for number in range(20)]


def test_a_job_that_was_merged_stands_once_under_its_new_address(
    client: FlaskClient, engines: session.Engines
) -> None:
    first, second = links(ask(client)), links(ask(client, 2))
    merge(engines, first[2], first[10])  # both are on the page
    merge(engines, first[5], second[7])  # one of another page
    shown = links(ask(client))
    assert shown == [*first[:2], first[10], *first[3:5], second[7], *first[6:10], *first[11:]]
    assert client.get(f"/jobs/{shown[5]}").status_code == 200


def test_a_page_whose_jobs_are_gone_says_so_and_leads_to_the_others(
    client: FlaskClient, engines: session.Engines
) -> None:
    remove(engines, links(ask(client, 2)))
    page = ask(client, 2)
    assert page.status_code == 200
    assert pages.cards(page) == []
    assert "These jobs changed while you read: apply once more." in pages.words(page)
    assert re.findall(r'name="page" value="(\d)"', page.text) == ["1", "3", "1", "3"]
    assert "changed while you read" not in ask(client, 3).text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # a page counts them, and no database
@pytest.mark.parametrize(
    "places, told",
    [
        (41, "and 40 more places"),
        (51, "and 50 more places 40 and 10 more, listed on the job’s page"),
        (52, "and 51 more places 40 and 11 more"),
    ],
)
def test_the_places_of_an_ad_are_counted_however_many_are_shown(
    client: FlaskClient, engines: session.Engines, tmp_path: Path, places: int, told: str
) -> None:
    with session.writing(engines) as db:
        some = db.scalars(select(Job.id).order_by(Job.id).limit(places)).all()
        db.execute(update(Job).where(Job.id.in_(some)).values(campaign="one"))
    search.reindex(engines, tmp_path)
    [card] = [card for card in pages.cards(ask(client)) if "more place" in card.text]
    found = re.search(
        r"(and \d+ more places) with the same ad((?: place not stated \(opens in a new tab\))*)"
        r"( and \d+ more(?:, listed on the job’s page)?)?",
        card.text,
    )
    assert found
    shown = found[2].count("opens in") or ""
    assert f"{found[1]} {shown if found[3] else ''}{found[3] or ''}".strip() == told
    assert f"{places - 1 - 50} more" in client.get(card.links[0]).text or places <= 51
