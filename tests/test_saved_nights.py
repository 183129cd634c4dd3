"""What nights do to saved jobs: merged, split, closed, advertised again, forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pages
import pytest
from flask.testing import FlaskClient
from pages import METERS, NOW, POWER, posting, read
from saving import begun, keep, titles
from sqlalchemy import delete, func, select

from crawler import refresh
from db import queries, session
from db.models import Redirect, SavedJob, SavedList, Verdict
from matcher import grouping
from matcher.lasting import made_id
from webapp.seek import keeping
from webapp.seek.keeping import STATES, Said

ONE, TWO = made_id("acme", "1"), made_id("acme", "2")
ACME = {"hiring_organization": "Acme", "date_posted": date(2026, 10, 1)}
PAIR = (
    posting("acme", "1", "Customer Service Agent", METERS, **ACME),
    posting("acme", "2", "Call Center Agent", POWER, **ACME),
)


def judge(engines: session.Engines, decision: str) -> None:
    """A reviewer says of the two jobs that they are the same, or different."""
    with session.writing(engines) as db:
        names = {"source_a": "acme", "identifier_a": "1", "source_b": "acme", "identifier_b": "2"}
        db.execute(delete(Verdict))
        db.add(Verdict(**names, decision=decision, decided_by="ruth", decided_at=NOW))
    grouping.regroup(engines, NOW)


@pytest.fixture
def person(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser on the pages over two jobs."""
    read(engines, *PAIR)
    with pages.opened(database_url, tmp_path / "index") as app:
        yield app.test_client()


def states(client: FlaskClient) -> dict[str, list[str]]:
    page = client.get("/saved", follow_redirects=True)
    return {state: titles(page, state) for state in STATES if titles(page, state)}


def test_a_merged_job_is_saved_as_what_it_became_and_a_split_one_as_itself_again(
    person: FlaskClient, engines: session.Engines
) -> None:
    address = begun(person, ONE, "applied")
    keep(person, TWO, "hidden")
    for job, note in ((ONE, "wrote to Ada"), (TWO, "too far")):
        state = "applied" if job == ONE else "hidden"
        person.post(f"{address}/{job}", data={"state": state, "note": note})
    apart = states(person)
    assert apart == {"applied": ["Customer Service Agent"], "hidden": ["Call Center Agent"]}
    judge(engines, "same")
    together = person.get(address)
    assert list(states(person)) == ["applied"]
    assert len(titles(together)) == 1
    assert "wrote to Ada" in together.text
    assert "too far" in together.text
    judge(engines, "different")
    assert states(person) == apart


@pytest.mark.parametrize("state", [*STATES, ""])
def test_what_is_said_of_a_merged_job_replaces_what_was_said_of_both(
    person: FlaskClient, engines: session.Engines, state: str
) -> None:
    address = begun(person, ONE)
    keep(person, TWO)
    judge(engines, "same")
    with session.reading(engines) as db:
        [old] = db.scalars(select(Redirect.old_id))
    keep(person, old, state)  # from a page that was made before
    with session.reading(engines) as db:
        assert [tuple(row) for row in db.execute(select(SavedJob.job_id, SavedJob.state))] == [
            (job, state) for job in {ONE, TWO} - {old} if state
        ]
    person.post(f"{address}/{old}", data={"state": ""})
    assert states(person) == {}


def test_a_job_that_closed_is_said_to_be_closed(person: FlaskClient, engines: session.Engines) -> None:
    begun(person, ONE)
    keep(person, TWO, "hidden")
    assert "closed" not in pages.words(person.get("/saved", follow_redirects=True)).lower()
    read(engines, posting("acme", "3", "Museum Guide", POWER), gone=True, at=NOW + timedelta(days=1))
    told = pages.words(person.get("/saved", follow_redirects=True))
    assert "1 job is closed." in told, "a hidden one is nobody's concern"
    assert "Closed: no source has listed it since 22 November 2026." in told
    assert "closed" in person.get(person.get("/saved").headers["Location"] + "/jobs.csv").text


def test_a_job_that_one_applied_to_and_that_is_advertised_again_is_told_with_the_day(
    person: FlaskClient, engines: session.Engines
) -> None:
    begun(person, ONE, "applied")
    told = {"hiring_organization": "Acme", "date_posted": date(2026, 12, 1)}
    once_more = posting("acme", "9", "Customer Service Agent", METERS, **told)
    read(engines, once_more, PAIR[1], gone=True, at=NOW + timedelta(days=10))
    warned = "Advertised again since you applied: a new listing was first seen on 1 December 2026."
    page = pages.words(person.get("/saved", follow_redirects=True))
    assert warned in page
    assert "1 job that you applied to was advertised again." in page
    assert warned in pages.words(person.get(f"/jobs/{ONE}"))
    keep(person, ONE, "saved")
    assert "Advertised again" not in pages.words(person.get(f"/jobs/{ONE}"))


def test_a_job_whose_source_was_forgotten_keeps_its_note(
    person: FlaskClient, engines: session.Engines
) -> None:
    address = begun(person, ONE)
    person.post(f"{address}/{ONE}", data={"state": "saved", "note": "wrote to Ada"})
    with session.writing(engines) as db:
        queries.forgetting.forget(db, queries.sources.find(db, ["acme"])["acme"], NOW)
    page = person.get(address)
    assert titles(page) == ["A job that is no longer known here"]
    assert "wrote to Ada" in page.text
    assert "no longer known,wrote to Ada" in person.get(f"{address}/jobs.csv").text


def test_a_night_forgets_the_lists_that_nobody_opened_for_sixty_days(
    person: FlaskClient, engines: session.Engines
) -> None:
    begun(person, ONE)
    for days, lists in ((60, 1), (61, 0), (62, 0)):
        refresh.forget_unused(engines, NOW + timedelta(days=days))
        with session.reading(engines) as db:
            left = [db.scalar(select(func.count()).select_from(table)) for table in (SavedList, SavedJob)]
        assert left == [lists, lists], days


def test_of_a_campaign_all_that_is_not_saved_is_hidden(
    engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    power = [item for item in pages.sample() if item.source == "northlight"]
    pages.remember(engines, power, tmp_path / "index")
    towns = [made_id("northlight", f"n{number}") for number in range(3)]
    with pages.opened(database_url, tmp_path / "index") as app:
        client = app.test_client()
        address = begun(client, towns[0], "hidden")
        keep(client, towns[1], "saved")
        with session.reading(engines) as db:
            pairs = queries.saved.siblings(db, towns[:1])
            assert sorted(pairs) == sorted((towns[0], town) for town in towns)
        page = client.post("/jobs", data={"summary": "Answer calls about bills and power, rotating shifts"})
        assert [card.links[0] for card in pages.cards(page) if "Energy" in card.title] == [
            f"/jobs/{towns[1]}"
        ]
        client.post(f"{address}/delete")
    with session.reading(engines) as db:
        assert db.scalar(select(func.count()).select_from(SavedJob)) == 0


def said(*told: tuple[str, int, str]) -> list[Said]:
    return [Said("j", state, NOW + timedelta(days=day), note) for state, day, note in told]


@pytest.mark.parametrize(
    ("rows", "state", "day"),
    [
        (said(("saved", 0, ""), ("applied", 5, "")), "applied", 5),
        (said(("applied", 3, ""), ("applied", 1, "")), "applied", 1),
        (said(("hidden", 0, ""), ("saved", 9, "")), "saved", 9),
        (said(("hidden", 0, ""), ("hidden", 1, ""), ("applied", 7, "")), "applied", 7),
    ],
)
def test_of_what_was_said_of_several_the_weightiest_holds_in_any_order(
    rows: list[Said], state: str, day: int
) -> None:
    for order in itertools.permutations(rows):
        [told] = keeping.together(order).values()
        assert (told.state, told.since) == (state, NOW + timedelta(days=day))


def test_notes_of_several_are_all_kept() -> None:
    rows = said(("saved", 0, "one"), ("saved", 1, ""), ("hidden", 2, "two"))
    [told] = keeping.together(rows).values()
    assert told.note == "one\n\ntwo"
