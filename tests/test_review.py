"""The review queue: what is asked first, what an answer does, and that two people never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import deciding as world
import pages
import pytest
import reviewing
from deciding import home, homes
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from people import engines_of
from reviewing import ad, client, decided, form, press

from db import lease, queries, session
from matcher.dedupe import beside


@pytest.fixture(scope="module")
def made(sqlite_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reviewing.made(sqlite_model, tmp_path_factory.mktemp("review"))


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


def works(browser: FlaskClient) -> str:
    """What work the pair on the page is about, and how it stands."""
    told = pages.words(browser.get("/review"))
    found = re.search(r"Acme (Kettles|Trams|Seeds)", told)
    return found[1] if found else told


def address(app: Flask, a: str, b: str) -> str:
    """The page of two listings."""
    with session.reading(engines_of(app)) as db:
        ids = {row.identifier: row.id for row in queries.listings.memberships(db)}
    return f"/review/{ids[a]}-{ids[b]}"


def test_the_most_doubtful_pair_is_asked_first_and_each_once(app: Flask, ruth: FlaskClient) -> None:
    asked = []
    for button in ("Same", "Different", "Same"):
        asked.append(works(ruth))
        assert press(ruth, ruth.get("/review"), button).headers["Location"] == "/review"
    assert asked == ["Kettles", "Trams", "Seeds"]
    assert "Every doubtful pair has been decided" in works(ruth)
    found = set(homes(engines_of(app)).values())
    assert {
        frozenset({"kettles-0", "kettles-1"}),
        frozenset({"trams-0"}),
        frozenset({"seeds-0", "seeds-1"}),
    } <= found
    press(ruth, ruth.get("/review"), "Undo")
    assert works(ruth) == "Seeds"


def test_a_page_shows_what_differs_what_speaks_for_one_job_and_the_jobs(still: Flask) -> None:
    page = client(still).get("/review")
    told = pages.words(page)
    assert "Now they are two jobs." in told
    assert "Same title" in told.split("Speaks for one job")[1].split("Speaks against")[0]
    assert "Kept apart: shift (day / night)" in told.split("Speaks against")[1]
    assert "<mark>day </mark>shift" in page.text.replace("\n", "")
    for identifier in ("kettles-0", "kettles-1"):
        assert f"https://board.example/{identifier}" in page.text
        assert f"/jobs/{home(engines_of(still), identifier)}/edit" in page.text
    assert "Neither states: workplace, pay, employment, requisition, posted." in told


def test_an_answer_is_kept_with_its_note_counted_and_undone(app: Flask, ruth: FlaskClient) -> None:
    before = world.whole(engines_of(app))
    first = ruth.get("/review")
    press(ruth, first, "Same", note="One desk, two shifts.")
    page = ruth.get("/review")
    told = pages.words(page)
    assert "You decided 1 today" in told
    assert "Of 1 pair that was kept apart looked at, 0 were right" in told
    shown = ruth.get(address(app, "kettles-0", "kettles-1"))
    assert "ruth said on 21 November 2026: the same job. One desk, two shifts." in pages.words(shown)
    logged = pages.words(ruth.get("/log"))
    titles = "Customer Service Representative, Kettles, Acme Kettles board kettles-0 and board kettles-1"
    assert f"Before: the rules had said: different After: verdicts: {titles}: same" in logged
    assert "same (ruth, 2026-11-21)" in logged
    back = press(ruth, page, "Undo")
    assert back.headers["Location"] == address(app, "kettles-0", "kettles-1")
    assert world.whole(engines_of(app)) == before
    assert "You decided 0 today" in pages.words(ruth.get("/review"))


def test_what_is_skipped_comes_no_more_in_a_sitting_unless_asked_for(app: Flask, ruth: FlaskClient) -> None:
    press(ruth, ruth.get("/review"), "Skip")
    press(ruth, ruth.get("/review"), "Skip")
    assert works(ruth) == "Seeds"
    assert works(client(app)) == "Kettles"  # another sitting
    page = ruth.get("/review")
    assert "2 skipped" in pages.words(page)
    press(ruth, page, "show them again")
    assert works(ruth) == "Kettles"
    assert not decided(app)


def test_u_after_a_skip_goes_back_to_what_was_skipped_and_keeps_every_verdict(
    app: Flask, ruth: FlaskClient
) -> None:
    press(ruth, ruth.get("/review"), "Same")
    asked = works(ruth)
    press(ruth, ruth.get("/review"), "Skip")
    back = press(ruth, ruth.get("/review"), "Back to the last")
    assert asked in ruth.get(back.headers["Location"]).text
    assert works(ruth) == asked
    assert decided(app) == [("ruth", "verdict")]
    page = ruth.get("/review")
    assert "Back to the last" not in page.text
    press(ruth, page, "Undo")
    assert decided(app)[0] == ("ruth", "undo")


def test_a_double_click_the_button_back_and_a_replay_have_one_effect(app: Flask, ruth: FlaskClient) -> None:
    where, told = form(ruth.get("/review"), "Same")
    assert [ruth.post(where, data=told).status_code for _ in range(3)] == [303] * 3
    undo = form(ruth.get("/review"), "Undo")
    assert [ruth.post(undo[0], data=undo[1]).status_code for _ in range(2)] == [303] * 2
    assert decided(app) == [("ruth", "undo"), ("ruth", "verdict")]
    assert ruth.post(where, data=told).status_code == 303
    assert len(decided(app)) == 2


def test_of_two_recruiters_one_wins_and_the_other_is_shown_how_it_is_now(
    app: Flask, ruth: FlaskClient
) -> None:
    rita = client(app, "rita")
    hers = rita.get("/review")
    press(ruth, ruth.get("/review"), "Same")
    late = press(rita, hers, "Different")
    assert late.status_code == 409
    told = pages.words(late)
    assert "Somebody else changed this meanwhile" in told
    assert "Now they are one job." in told
    assert "ruth said on 21 November 2026: the same job." in told
    assert decided(app) == [("ruth", "verdict")]
    assert press(rita, late, "Different").status_code == 303
    assert home(engines_of(app), "kettles-0") != home(engines_of(app), "kettles-1")


def test_a_verdict_that_contradicts_others_is_refused_with_the_chain(app: Flask, ruth: FlaskClient) -> None:
    for pair in (("loner0", "loner1"), ("loner1", "loner2")):
        press(ruth, ruth.get(address(app, *pair)), "Same")
    refused = press(ruth, ruth.get(address(app, "loner0", "loner2")), "Different")
    assert refused.status_code == 409
    told = pages.words(refused)
    assert "That was not written" in told
    assert "cannot be different jobs and, by other verdicts, the same. Take one of these back first" in told
    assert "acme loner2: different" not in told  # that was not written
    assert re.search(r"\S acme loner0 and [^:]*\S acme loner1: same \(ruth, 2026-11-21\)", told)
    assert len(decided(app)) == 2


def test_what_keeps_two_apart_that_are_alike_is_named(app: Flask, ruth: FlaskClient, tmp_path: Path) -> None:
    world.remember(engines_of(app), [ad("agency", "kettles-2", "kettles")])
    world.night(engines_of(app), tmp_path / "shelf")
    [job] = [job for job in homes(engines_of(app)).values() if "kettles-2" in job]
    [near] = job - {"kettles-2"}
    [far] = {"kettles-0", "kettles-1"} - {near}
    told = pages.words(ruth.get(address(app, "kettles-2", far)))
    assert "Now they are two jobs. The rules by themselves say: one job" in told
    title = "Customer Service Representative, Kettles"
    assert f"What keeps them apart: {title} board {near} and {title} board {far} cannot be one job." in told


def test_a_decided_pair_comes_back_when_its_text_changed_and_new_evidence_overrules_nothing(
    app: Flask, ruth: FlaskClient, tmp_path: Path
) -> None:
    press(ruth, ruth.get("/review"), "Same")
    items = [
        item for item in reviewing.doubtful() if item.source == "board" and item.identifier != "kettles-1"
    ]
    items.append(ad("board", "kettles-1", "kettles", "Job ID: R-20344. You work nights in another town."))
    later = world.NOW + timedelta(days=1)
    world.remember(engines_of(app), items, later)
    world.night(engines_of(app), tmp_path / "shelf", later)
    page = ruth.get("/review")
    told = pages.words(page)
    assert "A text has changed since: say it again, or say otherwise." in told
    assert "What the ads say now speaks against that. The verdict holds" in told
    assert "Now they are one job." in told
    press(ruth, page, "Same")
    assert works(ruth) == "Trams"


def test_while_a_refresh_is_at_work_the_page_says_that_the_jobs_follow_later(
    app: Flask, ruth: FlaskClient
) -> None:
    engines, holder = engines_of(app), "process 1 on another-machine (0a0b0c0d)"
    lease.take(engines, holder, "refresh", lease.clock, lease.STALE)
    press(ruth, ruth.get("/review"), "Same")
    page = ruth.get("/review")
    assert "The decision is kept; the jobs follow it with the next grouping" in pages.words(page)
    assert works(ruth) == "Trams"  # what was answered is not asked again
    lease.release(engines, holder)
    assert "waits for the next grouping" not in pages.words(ruth.get("/desk?sort=title"))  # it may follow yet
    here = app.extensions["rolecall"]
    app.extensions["rolecall"] = replace(here, clock=lambda: here.clock() + timedelta(minutes=2))
    assert "1 decision waits for the next grouping" in pages.words(ruth.get("/desk?sort=title"))


@pytest.mark.parametrize(
    "path, more, status",
    [
        ("", {"decision": "maybe"}, 400),
        ("", {"key": "short"}, 400),
        ("", {"key": "x" * 30 + "\0"}, 400),
        ("", {"seen": "nothing"}, 400),
        ("/skip", {"key": ""}, 303),
        ("9", {}, 404),
    ],
)
def test_a_form_that_is_none_of_ours_writes_nothing(
    still: Flask, path: str, more: dict[str, str], status: int
) -> None:
    ruth = client(still)
    where, told = form(ruth.get("/review"), "Same")
    assert ruth.post(where + path, data=told | more).status_code == status
    assert not decided(still)


@pytest.mark.parametrize(
    "path", ["/review/1-1", "/review/1-999999", f"/review/1-{2**63 - 1}", f"/review/1-{2**70}"]
)
def test_what_is_no_pair_is_not_found(still: Flask, path: str) -> None:
    assert client(still).get(path).status_code == 404


def test_words_of_an_ad_are_words_and_no_markup(app: Flask, ruth: FlaskClient, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\u202e</mark>"
    items = [ad("evil", str(n), "seeds", f"{evil} {n}", title=f"{evil} {n}") for n in range(2)]
    world.remember(engines_of(app), items)
    world.night(engines_of(app), tmp_path / "shelf")
    ids = re.findall(r"\d+", address(app, "0", "1"))
    pair = ruth.get(f"/review/{ids[0]}-{ids[1]}")
    assert pair.status_code == 200
    edit = ruth.get(f"/jobs/{home(engines_of(app), '0')}/edit?with={home(engines_of(app), '1')}")
    assert all("<script>alert" not in page.text for page in (pair, edit))


TEXT = st.lists(
    st.sampled_from(["the", "of", "day", "night,", "Shift", "shift", "-", "2\n"]), max_size=30
).map(" ".join)


@given(left=TEXT, right=TEXT)
def test_side_by_side_nothing_is_lost_and_what_both_have_is_the_same(left: str, right: str) -> None:
    sides = beside.words(left, right)
    assert tuple("".join(run.text for run in side).split() for side in sides) == (left.split(), right.split())
    shared = [[run.text.casefold() for run in side if run.shared] for side in sides]
    words = [
        ["".join(re.findall(r"\w+", word)) or word for word in " ".join(some).split()] for some in shared
    ]
    assert words[0] == words[1]


def test_of_a_long_stretch_that_both_have_the_middle_is_left_out() -> None:
    long = " ".join(f"word{n}" for n in range(100))
    [start, gap, end, own] = beside.shortened(beside.words(f"{long} day", f"{long} night")[0])
    assert (len(start.text.split()), gap.left_out, len(end.text.split())) == (12, 76, 12)
    assert (own.text, own.shared) == ("day", False)
