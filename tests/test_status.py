from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from pages import METERS, NOW, opened, posting
from sqlalchemy import event

from crawler import runs, storing
from db import queries, session
from matcher import roles
from webapp import drops as ledger
from webapp import status

BEGAN = NOW - timedelta(hours=9)
HOSTILE = 'x; rm -rf ~ <b onclick="alert(1)">'


@pytest.fixture(params=pages.DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def client(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    with opened(database_url, tmp_path / "index") as app:
        yield app.test_client()


def ran(
    engines: session.Engines, name: str, state: str = "complete", began: datetime = BEGAN, **told: Any
) -> None:
    """A source had a run that ended as told; "running" did not end, "never" did not begin."""
    reason, resume_at = told.pop("reason", ""), told.pop("resume_at", None)
    with session.writing(engines) as db:
        found = queries.sources.find(db, [name]).get(name) or queries.sources.add(db, name, "greenhouse")
        if state != "never":
            run = queries.sources.start_run(db, found.id, began)
        if state not in ("never", "running"):
            ended = began + timedelta(minutes=10)
            queries.sources.finish_run(db, run, ended, state, told, reason)
        queries.sources.set_resume(db, found.id, resume_at)


def imported(engines: session.Engines, source: str, *identifiers: str, drops: tuple[str, ...] = ()) -> None:
    """An archive was read: some listings, and drops for these reasons."""
    store = runs.Runs(engines, "archive", NOW, NOW)
    for identifier in identifiers:
        item = posting(source, identifier, "Customer Service Agent", METERS)
        store.post(storing.Judged(item, roles.classify(item.title)))
    for number, reason in enumerate(drops):
        store.drop(source, f"dropped-{number}", f"Title {number}", reason)
    store.close()


def told(client: FlaskClient) -> str:
    """The words of the page, without markup."""
    page = client.get("/sources")
    assert page.status_code == 200
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page.text)).split())


def row(client: FlaskClient, name: str) -> list[str]:
    """The cells of a source's row; the last one is the note under it, "" where there is none."""
    page = client.get("/sources").text.partition('id="each"')[2]
    body, *_ = [
        part for part in re.findall("<tbody>(.*?)</tbody>", page, re.DOTALL) if f">{name}</th>" in part
    ]
    first, *note = re.findall("<tr.*?</tr>", body, re.DOTALL)
    cells = [
        " ".join(html.unescape(re.sub("<[^>]*>", " ", cell)).split())
        for part in (first, *note)
        for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", part, re.DOTALL)
    ]
    return cells if note else [*cells, ""]


def test_an_empty_database_says_what_to_do(client: FlaskClient) -> None:
    words = told(client)
    assert "Nothing has been crawled yet Run rolecall refresh" in words
    assert words.count("Nothing has been crawled yet") == 1
    assert "Each source" not in words


def test_archives_alone_are_shown_and_no_night_is_claimed(
    client: FlaskClient, engines: session.Engines
) -> None:
    imported(engines, "acme", "1", "2")
    words = told(client)
    assert "only files were imported" in words
    assert "The last crawl" not in words
    assert row(client, "acme") == [
        *("acme", "complete archive, 21 Nov 2026", "just now 21 Nov 2026, 12:00 UTC"),
        *("2", "2", "0", "0", "0", "0", "2", ""),
    ]


def test_a_night_is_told_in_one_sentence(client: FlaskClient, engines: session.Engines) -> None:
    for name in ("a", "b"):
        ran(engines, name)
    ran(engines, "c", "failed", reason="no answer in 30 s")
    ran(engines, "old", "failed", began=BEGAN - timedelta(days=1), reason="of another night")
    words = told(client)
    assert (
        "The last crawl started on 21 November 2026, 03:00 UTC and ended 8 hours ago. 3 sources:"
        " 2 complete, 1 failed." in words
    )
    assert "1 source needs a look" in words
    assert "c Warning: failed 9 hours ago 21 Nov 2026, 03:00 UTC 1 no answer in 30 s" in words


def test_a_source_that_fails_says_since_when_it_has_not_been_read_whole(
    client: FlaskClient, engines: session.Engines
) -> None:
    for name in ("acme", "never"):
        for days in (5, 4, 3, 2, 1, 0):
            good = name == "acme" and days in (5, 3)
            state = "complete" if good else "failed" if days else "blocked"
            ran(engines, name, state, BEGAN - timedelta(days=days), reason="HTTP 403")
    part = told(client).partition("2 sources need a look")[2].partition("Each source")[0]
    assert "never Warning: blocked 5 days ago 16 Nov 2026, 03:00 UTC 6 HTTP 403" in part
    assert "acme Warning: blocked 2 days ago 19 Nov 2026, 03:00 UTC 3 HTTP 403" in part
    assert part.index("never") < part.index("acme")  # the longest first


def test_a_night_in_which_all_went_well_is_told_shortly(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, "a")
    assert "Its source was read completely." in told(client)
    ran(engines, "b")
    assert "ended 8 hours ago. All 2 sources were read completely." in told(client)


def test_a_night_that_goes_on_says_so(client: FlaskClient, engines: session.Engines) -> None:
    ran(engines, "a")
    ran(engines, "b", "running")
    words = told(client)
    assert "and goes on. 2 sources: 1 complete, 1 running." in words
    assert "needs a look" not in words


@pytest.mark.parametrize(
    "state, word",
    [
        ("complete", "complete"),
        ("partial", "Warning: partial"),
        ("failed", "Warning: failed"),
        ("blocked", "Warning: blocked"),
        ("running", "running"),
        ("never", "never crawled"),
    ],
)
def test_a_status_is_a_word(client: FlaskClient, engines: session.Engines, state: str, word: str) -> None:
    ran(engines, "acme", state)
    cells = row(client, "acme")
    assert cells[1] == word
    assert cells[2] == {
        "running": "since 9 hours ago",
        "never": "",
    }.get(state, "8 hours ago")


def test_a_source_is_told_by_its_newest_run_with_its_numbers_and_its_reason(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, "acme", read=9, new=9, began=BEGAN - timedelta(days=1), reason="yesterday's")
    ran(
        *(engines, "acme", "partial"),
        read=1234,
        new=3,
        changed=2,
        unchanged=1222,
        repeated=0,
        dropped=7,
        closed=5,
        reason="7 of 9 records dropped: title missing",
    )
    note = "7 of 9 records dropped: without a title"
    assert row(client, "acme")[3:] == ["1,234", "3", "2", "5", "7", "0", "0", note]
    assert "yesterday" not in told(client)
    assert '<tr class="noted">' in client.get("/sources").text  # no line between a row and its note


def test_held_closures_come_with_the_command_that_confirms_them(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, "acme", "partial", held=40, open_before=90, began=BEGAN - timedelta(days=1))
    ran(engines, "acme", "failed", reason="no answer")  # says nothing of what was held
    ran(engines, "done", "partial", held=11, began=BEGAN - timedelta(days=1))
    ran(engines, "done")
    words = told(client)
    assert "40 closures of 90 listings: rolecall sources confirm acme" in words
    assert row(client, "acme")[8] == "40"
    assert row(client, "acme")[-1] == "no answer. To close what is held: rolecall sources confirm acme"
    assert "confirm done" not in words
    assert row(client, "done")[8] == "0"


def test_a_source_at_rest_says_until_when(client: FlaskClient, engines: session.Engines) -> None:
    ran(engines, "acme", "blocked", reason="429", resume_at=NOW + timedelta(hours=3))
    ran(engines, "past", resume_at=NOW - timedelta(hours=3))
    assert row(client, "acme")[-1] == (
        "429. Resting until 21 November 2026, 15:00 UTC: its host asked for it"
    )
    assert row(client, "past")[-1] == ""


def test_drops_are_summed_by_reason_and_told_by_source(client: FlaskClient, engines: session.Engines) -> None:
    imported(engines, "acme", "1", drops=("other work", "title missing", "other work"))
    imported(engines, "zeta", drops=("title missing", "title missing", "date_posted in the future"))
    words = told(client)
    assert "What is not shown: 3 without a title, 2 of other work, 1 dated in the future." in words
    assert "Left out Postings Among them without a title 3 Title 1 of other work 2 Title 2; Title 0" in words
    assert (
        "acme 3 2 of other work, 1 without a title zeta 3 2 without a title, 1 dated in the future" in words
    )


@pytest.mark.parametrize(
    "reason, words",
    [
        ("title missing", "without a title"),
        ("text missing", "without a title"),
        ("MatchedObjectId missing", "without an identifier"),
        ("categories missing", "without categories"),
        ("adjacent work", "only close to customer service"),
        ("could not be read (TypeError)", "that could not be read"),
        ("title is a list, not text", "title is a list, not text"),
        ("no posting can be read: title missing (12 times)", "no posting can be read: without a title (12 times)"),
        ("25 of 30 listings missing: held until", "25 of 30 listings missing: held until"),
        ("HTTP 503", "HTTP 503"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_is_told_in_words(reason: str, words: str) -> None:
    assert ledger.in_words(reason) == words


def test_a_sentence_names_the_commonest_reasons_and_counts_the_others() -> None:
    many = Counter({f"reason {number}": number + 1 for number in range(9)})
    assert ledger.sentence(many, most=2) == "9 reason 8, 8 reason 7, 28 for other reasons"


def test_without_drops_the_page_says_so(client: FlaskClient, engines: session.Engines) -> None:
    imported(engines, "acme", "1")
    assert "Nothing was dropped." in told(client)


def test_the_picture_of_open_listings_has_the_numbers_as_a_table(
    client: FlaskClient, engines: session.Engines
) -> None:
    imported(engines, "acme", "1", "2", "3")
    imported(engines, "zeta", "1")
    page = client.get("/sources").text
    assert '<svg class="bars" role="img"' in page
    assert "<title>Open listings by source</title>" in page
    assert "acme 3 zeta 1" in told(client)


def test_only_the_largest_sources_have_bars_of_their_own() -> None:
    listings = {f"source-{number:02}": number for number in range(1, 26)}
    rows = status.bars(listings)
    assert rows[0] == ("source-25", 25, "")
    assert rows[-1] == ("others", 1 + 2 + 3 + 4 + 5, "5 sources")
    assert sum(count for _, count, _ in rows) == sum(listings.values())
    assert status.bars({}) == []


def test_a_hostile_name_is_inert_on_the_page_and_in_the_command(
    client: FlaskClient, engines: session.Engines
) -> None:
    ran(engines, HOSTILE, "partial", held=12, reason='<script>alert(1)</script> {{ 7 * 7 }} <img src="x">')
    page = client.get("/sources").text
    assert page.count("<script") == 1  # ours
    assert "<img" not in page
    assert "<b onclick" not in page
    assert "rolecall sources confirm 'x; rm -rf ~ <b onclick=\"alert(1)\">'" in html.unescape(page)


def test_a_thousand_sources_cost_no_statement_more_and_stand_on_pages(
    client: FlaskClient, engines: session.Engines
) -> None:
    statements: list[str] = []
    reading = client.application.extensions["rolecall"].engines.read
    event.listen(reading, "before_cursor_execute", lambda *told: statements.append(told[2]))
    ran(engines, "acme", "failed")
    client.get("/sources")
    few = len(statements)
    with session.writing(engines) as db:
        for number in range(999):
            found = queries.sources.add(db, f"board-{number:04}", "greenhouse")
            run = queries.sources.start_run(db, found.id, BEGAN)
            queries.sources.finish_run(db, run, BEGAN, "failed", {}, "no answer")
    statements.clear()
    page = client.get("/sources").text
    assert len(statements) == few
    above, _, table = page.partition('id="each"')
    assert "1,000 sources need a look" in above
    assert above.count("</tr>") == 1 + status.TOLD
    assert f"And {1000 - status.TOLD} more below." in above
    names = set()
    for number in range(1, 6):
        table = client.get(f"/sources?page={number}").text.partition('id="each"')[2].partition("</table>")[0]
        names |= set(re.findall(r'<th scope="row">([^<]+)</th>', table))
    assert names == {"acme", *(f"board-{number:04}" for number in range(999))}
    for bad in ("6", "0", "-1", "x", "", "9" * 30):
        assert client.get(f"/sources?page={bad}").status_code == 404


def test_what_was_left_out_is_told_of_the_sources_on_the_page(
    client: FlaskClient, engines: session.Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "PAGE", 1)
    imported(engines, "acme", "1", drops=("other work",))
    imported(engines, "zeta", "1", drops=("title missing",))
    words = told(client)
    assert "What is not shown: 1 of other work, 1 without a title." in words
    assert "By source, those of this page Source Postings Left out acme 1 1 of other work Each job" in words
