"""The job editor: every act is done, followed at once, and undone exactly; nothing is lost between two people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import deciding as world
import pages
import pytest
import reviewing
from deciding import home, homes
from flask import Flask
from flask.testing import FlaskClient
from people import engines_of
from reviewing import client, decided, form, press
from werkzeug.test import TestResponse

from db import queries, session


@pytest.fixture(scope="module")
def made(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewing.made(sqlite_model, tmp_path_factory.mktemp("editor"))


@pytest.fixture
def app(made: Path, tmp_path: Path) -> Iterator[Flask]:
    with reviewing.opened(made, tmp_path) as app:
        yield app


@pytest.fixture
def ruth(app: Flask) -> FlaskClient:
    return client(app)


@pytest.fixture(scope="module")
def still(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The pages for tests that change nothing."""
    with reviewing.opened(made, tmp_path_factory.mktemp("still")) as app:
        yield app


def edit(app: Flask, browser: FlaskClient, identifier: str, *others: str) -> TestResponse:
    """The editor of a listing's job, with others beside it."""
    engines = engines_of(app)
    beside = ",".join(home(engines, other) for other in others)
    return browser.get(f"/jobs/{home(engines, identifier)}/edit" + (f"?with={beside}" if beside else ""))


def jobs(app: Flask) -> set[frozenset[str]]:
    return set(homes(engines_of(app)).values())


def cards(app: Flask, what: str) -> set[frozenset[str]]:
    """The listings of each campaign or template."""
    told = world.whole(engines_of(app))
    found: dict[str, set[str]] = {}
    for identifier, job in told["homes"].items():
        found.setdefault(told["jobs"][job][what], set()).add(identifier)
    return {frozenset(some) for label, some in found.items() if label}


ONE = frozenset({"loner0", "loner1"})
ACTS: dict[str, tuple[tuple[str, ...], str, Callable[[Flask], bool]]] = {
    "merge": (("loner0", "loner1"), "Merge", lambda app: ONE in jobs(app)),
    "split": (("seeds-0",), "Split", lambda app: frozenset({"seeds-1"}) in jobs(app)),
    "move": (
        ("seeds-0", "loner2"),
        "Move",
        lambda app: (
            {frozenset({"seeds-1"}), frozenset({"seeds-0", "loner2"})} <= jobs(app)
            or {frozenset({"seeds-0"}), frozenset({"seeds-1", "loner2"})} <= jobs(app)
        ),
    ),
    "campaign": (("loner0", "loner1"), "One campaign", lambda app: ONE in cards(app, "campaign")),
    "template": (("loner0", "loner1"), "One template", lambda app: ONE in cards(app, "template")),
}


TOLD = {
    "merge": "Merged: they are this one job now.",
    "split": "Split out: these are two jobs now, this one and the one beside it.",
    "move": "Moved: that listing is of the other job now.",
    "campaign": "Marked: they are one campaign now.",
    "template": "Marked: they share a template now.",
}


@pytest.mark.parametrize("case", ACTS)
def test_an_act_is_followed_at_once_told_in_the_history_and_undone_exactly(
    app: Flask, ruth: FlaskClient, case: str
) -> None:
    named, button, holds = ACTS[case]
    before = world.whole(engines_of(app))
    done = press(ruth, edit(app, ruth, *named), button)
    assert done.status_code == 303
    assert holds(app)
    page = ruth.get(done.headers["Location"])
    assert TOLD[case] in pages.words(page)
    assert "by ruth" in pages.words(page).split("What people decided here")[1]
    undone = press(ruth, page, "Undo")
    assert undone.status_code == 303
    assert "Undone." in pages.words(ruth.get(undone.headers["Location"]))
    after = world.whole(engines_of(app))
    assert (after["jobs"], after["homes"]) == (before["jobs"], before["homes"])


def test_what_else_was_put_beside_a_job_stays_after_a_merge(app: Flask, ruth: FlaskClient) -> None:
    done = press(ruth, edit(app, ruth, "loner0", "loner1", "loner2"), "Merge the two")
    there, *others = (home(engines_of(app), f"loner{number}") for number in range(3))
    [left] = set(others) - {there}
    assert done.headers["Location"] == f"/jobs/{there}/edit?with={left}"
    done = press(ruth, ruth.get(done.headers["Location"]), "Merge the two")
    assert frozenset({"loner0", "loner1", "loner2"}) in jobs(app)
    assert "?" not in done.headers["Location"]


def test_all_that_were_put_beside_a_job_are_merged_at_once_and_parted_by_one_undo(
    app: Flask, ruth: FlaskClient
) -> None:
    before = world.whole(engines_of(app))
    done = press(ruth, edit(app, ruth, "seeds-0", "loner1", "loner2"), "Merge these 3 jobs")
    assert frozenset({"seeds-0", "seeds-1", "loner1", "loner2"}) in jobs(app)
    page = ruth.get(done.headers["Location"])
    assert "Merged: they are this one job now." in pages.words(page)
    press(ruth, page, "Undo")
    after = world.whole(engines_of(app))
    assert (after["jobs"], after["homes"]) == (before["jobs"], before["homes"])


@pytest.mark.parametrize("listing", ["seeds-0", "seeds-1"])
def test_after_a_split_both_jobs_are_shown_whichever_keeps_the_id(
    app: Flask, ruth: FlaskClient, listing: str
) -> None:
    page = edit(app, ruth, "seeds-0")
    where, told = form(page, "Split")
    with session.reading(engines_of(app)) as db:
        ids = {row.identifier: row.id for row in queries.listings.memberships(db)}
    done = ruth.post(where, data=told | {"listing": str(ids[listing])})
    shown = ruth.get(done.headers["Location"])
    assert {home(engines_of(app), f"seeds-{number}") for number in range(2)} == set(
        re.findall(r"/jobs/([0-9a-f]{16})/edit", shown.request.url + shown.text)
    )


def test_acts_are_undone_in_any_order(app: Flask, ruth: FlaskClient) -> None:
    before = world.whole(engines_of(app))
    press(ruth, edit(app, ruth, "seeds-0"), "Split")
    press(ruth, edit(app, ruth, "loner0", "loner1"), "Merge")
    press(ruth, edit(app, ruth, "trams-0", "loner2"), "One campaign")
    for identifier in ("seeds-0", "trams-0", "loner0"):
        press(ruth, edit(app, ruth, identifier), "Undo")
    after = world.whole(engines_of(app))
    assert (after["jobs"], after["homes"]) == (before["jobs"], before["homes"])


def canonical(app: Flask, identifier: str) -> str:
    told = world.whole(engines_of(app))
    return str(told["jobs"][told["homes"][identifier]]["canonical_id"])


def test_the_canonical_listing_is_chosen_and_given_back_to_the_rule(app: Flask, ruth: FlaskClient) -> None:
    by_rule = canonical(app, "seeds-0")
    page = edit(app, ruth, "seeds-0")
    press(ruth, page, "Make it canonical")
    assert canonical(app, "seeds-0") != by_rule
    page = edit(app, ruth, "seeds-0")
    assert "canonical, chosen by ruth" in pages.words(page)
    press(ruth, page, "Let the rule choose")
    assert canonical(app, "seeds-0") == by_rule


def test_a_note_stands_beside_its_listing(app: Flask, ruth: FlaskClient) -> None:
    press(ruth, edit(app, ruth, "loner0"), "Keep the note", note="They pay the bus. <b>Ask Ada.</b>")
    page = edit(app, ruth, "loner0")
    assert "They pay the bus. <b>Ask Ada.</b> (ruth, 21 Nov 2026)" in pages.words(page)
    press(ruth, page, "Keep the note", note="")
    assert "They pay the bus" not in pages.words(edit(app, ruth, "loner0")).split("What people")[0]


def test_a_job_is_taken_off_its_card_and_every_other_stays(app: Flask, ruth: FlaskClient) -> None:
    for other in ("loner1", "loner2"):
        press(ruth, edit(app, ruth, "loner0", other), "One campaign")
    assert frozenset({"loner0", "loner1", "loner2"}) in cards(app, "campaign")
    refused = pages.words(press(ruth, edit(app, ruth, "loner1"), "Not with this one: Library"))
    assert "cannot be no campaign and, by other decisions, one. Take one of these back first" in refused
    assert "Ferry Booking Agent, Lumen Ferries acme loner1: one campaign (ruth, 2026-11-21)" in refused
    press(ruth, edit(app, ruth, "loner1"), "Not with this one: Museum")
    assert cards(app, "campaign") == {frozenset({"loner0", "loner2"})}


def test_of_two_editors_one_wins_and_the_other_is_shown_how_it_is_now(app: Flask, ruth: FlaskClient) -> None:
    rita = client(app, "rita")
    hers = edit(app, rita, "seeds-0", "loner0")
    press(ruth, edit(app, ruth, "seeds-0"), "Split")
    merged = press(rita, hers, "Merge")
    assert merged.status_code == 409
    assert "Somebody else changed this meanwhile" in pages.words(merged)
    assert not any("loner0" in some and len(some) > 1 for some in jobs(app))
    assert press(rita, merged, "Merge").status_code == 303
    assert any("loner0" in some and len(some) == 2 for some in jobs(app))


def test_a_merged_job_s_address_leads_to_the_editor_of_what_it_became(app: Flask, ruth: FlaskClient) -> None:
    old = {home(engines_of(app), name) for name in ONE}
    press(ruth, edit(app, ruth, "loner0", "loner1"), "Merge")
    [gone] = old - {home(engines_of(app), "loner0")}
    there = f"/jobs/{home(engines_of(app), 'loner0')}/edit"
    for asked, told in (("", ""), ("?with=x&job_id=y&_scheme=javascript&_anchor=z", "?with=x")):
        assert ruth.get(f"/jobs/{gone}/edit{asked}").headers["Location"] == there + told


@pytest.mark.parametrize("named", ["{0}", "https://jobs.example/jobs/{0}?x=1", "see {0} and {1}"])
def test_another_job_is_named_by_its_id_or_its_address(still: Flask, named: str) -> None:
    ruth = client(still)
    ids = [home(engines_of(still), name) for name in ("loner1", "loner2")]
    page = ruth.get(
        f"/jobs/{home(engines_of(still), 'loner0')}/edit", query_string={"with": named.format(*ids)}
    )
    assert pages.words(page).count("Merge the two") == named.count("{")


@pytest.mark.parametrize("named", ["nothing", "0" * 16, "0" * 3000, "\0", "0123456789abcdef0"])
def test_a_job_that_is_none_is_told(still: Flask, named: str) -> None:
    ruth = client(still)
    page = ruth.get(f"/jobs/{home(engines_of(still), 'loner0')}/edit", query_string={"with": named})
    assert page.status_code == 200
    assert "There is no job of that number or address" in pages.words(page)


@pytest.mark.parametrize("job", ["0" * 16, "nothing", "0" * 17])
def test_an_editor_of_no_job_is_not_found(still: Flask, job: str) -> None:
    ruth = client(still)
    assert ruth.get(f"/jobs/{job}/edit").status_code == 404
    assert ruth.post(f"/jobs/{job}/edit", data={"do": "split"}).status_code == 404


@pytest.mark.parametrize(
    "more",
    [{"do": "burn"}, {"do": ""}, {"listing": "nothing"}, {"listing": "9" * 18}, {"key": ""}, {"seen": "x"}],
)
def test_a_form_that_is_none_of_ours_writes_nothing(still: Flask, more: dict[str, str]) -> None:
    ruth = client(still)
    where, told = form(edit(still, ruth, "seeds-0"), "Split")
    assert ruth.post(where, data=told | more).status_code == 400
    assert not decided(still)


def test_an_undo_of_what_is_no_decision_is_refused_in_words(still: Flask) -> None:
    ruth = client(still)
    page = edit(still, ruth, "seeds-0")
    key = form(page, "Split")[1]["key"]
    assert ruth.post("/undo", data={"act": "999", "key": key}).headers["Location"] == "/log"
    page = ruth.get("/log")
    assert "Not undone. There is no such decision to undo." in page.text
    assert page.text.count('role="alert"') == 1
    assert ruth.post("/undo", data={"act": "x", "key": key}).status_code == 400
