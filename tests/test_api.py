"""Programs: what a token opens, how answers come in pages, and what they look like."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pages
import people
import programs
import pytest
from flask.testing import FlaskClient
from people import engines_of
from programs import ROOT, Program, problem
from sqlalchemy import update

from db import queries, session
from db.models import Job, Listing, Redirect
from webapp import access, accounts

UNKNOWN = "0123456789abcdef"
CALLS: dict[str, tuple[str, str, Any]] = {  # by endpoint: method, path, body
    "api.jobs": ("GET", "/jobs", None),
    "api.job": ("GET", f"/jobs/{UNKNOWN}", None),
    "api.listings": ("GET", "/listings", None),
    "api.search": ("GET", "/search?q=chat", None),
    "api.match": ("POST", "/match", {"text": "four years of phone support"}),
    "api.duplicates": ("GET", "/duplicates", None),
    "api.duplicate": ("GET", "/duplicates/1", None),
    "api.verdicts": ("GET", "/verdicts", None),
    "api.decide": ("POST", "/verdicts", {}),
    "api.undo": ("POST", "/verdicts/undo", {}),
    "api.sources": ("GET", "/sources", None),
    "api.runs": ("GET", "/runs", None),
}
LISTS = [
    ("/jobs", "jobs", {"state": "any"}),
    ("/listings", "listings", {}),
    ("/duplicates", "duplicates", {}),
]
LISTS += [("/sources", "sources", {}), ("/runs", "runs", {}), ("/search", "matches", {"q": "support calls"})]


@pytest.fixture(scope="module")
def by_scope(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Program]]:
    """For tests that only read."""
    with programs.opened(demo_home, tmp_path_factory.mktemp("api")) as found:
        yield found


@pytest.fixture(scope="module")
def operator(by_scope: dict[str, Program]) -> Program:
    return by_scope["operate"]


@pytest.fixture
def own(demo_home: Path, tmp_path: Path) -> Iterator[Program]:
    """For tests that write."""
    with programs.opened(demo_home, tmp_path) as found:
        yield found["operate"]


def writing(program: Program) -> Any:
    return session.writing(engines_of(program.client.application))


# --- who may


def test_each_operation_is_in_the_table_of_these_tests() -> None:
    asked = {name for name, said in access.ACCESS.items() if said in access.SCOPES}
    assert set(CALLS) == asked - {"health.metrics"}  # which has tests of its own


@pytest.mark.parametrize("scope", accounts.SCOPES)
@pytest.mark.parametrize("endpoint", CALLS)
def test_a_token_opens_what_its_scope_says(by_scope: dict[str, Program], endpoint: str, scope: str) -> None:
    method, path, body = CALLS[endpoint]
    program, needed = by_scope[scope], access.SCOPES[access.ACCESS[endpoint]]
    answer = program.client.open(ROOT + path, method=method, json=body, headers=program.headers)
    if needed in accounts.scopes(scope):
        assert answer.status_code in (200, 404, 422)
    else:
        problem(answer, 403)
        assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer rolecall_" + "x" * 43, "Basic cm9sZTpjYWxs", "\x7f"])
def test_without_a_token_that_holds_nothing_is_open(by_scope: dict[str, Program], shown: str) -> None:
    for method, path, body in CALLS.values():
        answer = by_scope["read"].client.open(
            ROOT + path, method=method, json=body, headers={"Authorization": shown}
        )
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Rolecall"'


def test_a_revoked_token_opens_nothing_from_the_next_request_on(own: Program) -> None:
    assert own.get("/jobs").status_code == 200
    with writing(own) as db:
        queries.people.revoke(db, "operateer")
    problem(own.get("/jobs"), 401)


def test_who_is_signed_in_at_the_pages_opens_nothing_without_a_token(own: Program) -> None:
    app = own.client.application
    people.add(engines_of(app), "oscar", "operator")
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert people.sign_in(client, "oscar").status_code == 303
    assert client.get("/sources").status_code == 200
    for method, path, body in CALLS.values():
        problem(client.open(ROOT + path, method=method, json=body), 401)


def test_the_document_and_its_page_are_open_to_anybody(by_scope: dict[str, Program]) -> None:
    client = by_scope["read"].client.application.test_client()
    told = client.get(f"{ROOT}/openapi.json").get_json()
    assert told["openapi"].startswith("3.1")
    assert {f"{ROOT}{path.partition('?')[0]}" for _, path, _ in CALLS.values()} >= {
        path for path in told["paths"] if "{" not in path
    }
    for address in (f"{ROOT}/", ROOT):
        page = client.get(address)
        assert page.status_code == 200
        words = pages.words(page)
        assert all(path in words for path in told["paths"])
        assert all(f'id="{name}"' in page.text for name in told["components"]["schemas"])
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page.text) == []


def test_with_rates_a_token_asks_twenty_times_a_second_and_searches_five(
    demo_home: Path, tmp_path: Path
) -> None:
    with programs.opened(demo_home, tmp_path, RATE_LIMITS=True) as by_scope:
        statuses = [by_scope["read"].get("/verdicts").status_code for _ in range(40)]
        searches = [by_scope["decide"].get("/search", q="chat") for _ in range(12)]
        sifted = [by_scope["operate"].get("/jobs", updated_since="2026-11-21") for _ in range(12)]
    assert 429 in statuses
    assert 429 in [answer.status_code for answer in sifted], "it reads every job, however few it finds"
    assert 429 in [answer.status_code for answer in searches]
    assert problem(searches[-1], 429)
    assert int(searches[-1].headers["Retry-After"]) >= 1


# --- pages


def walked(program: Program, path: str, name: str, key: Callable[[Any], Any], **query: Any) -> list[Any]:
    """The keys of all rows, by the links from page to page."""
    found, answer = [], program.get(path, **query)
    while True:
        found += [key(row) for row in answer.get_json()[name]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.get_json()["next"] is not None)
        if not link:
            return found
        assert link.startswith(f"<{ROOT}{path}?")
        assert link.endswith('>; rel="next"')
        answer = program.client.get(link[1 : link.index(">")], headers=program.headers)


@pytest.mark.parametrize("path, name, query", LISTS, ids=[path for path, _, _ in LISTS])
def test_pages_of_any_size_give_each_row_once_in_one_order(
    operator: Program, path: str, name: str, query: dict[str, Any]
) -> None:
    keys = [walked(operator, path, name, json.dumps, limit=limit, **query) for limit in (100, 7)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(keys[0]) > 7


def test_rows_that_come_and_go_between_two_pages_move_no_others(own: Program) -> None:
    def key(row: Any) -> str:
        return str(row["job"])

    every = walked(own, "/jobs", "jobs", key, limit=100)
    first = own.get("/jobs", limit=10).get_json()
    with writing(own) as db:
        db.execute(update(Job).where(Job.id.in_([every[2], every[20]])).values(closed_at=pages.NOW))
    found = [key(row) for row in first["jobs"]]
    while first["next"]:
        first = own.get("/jobs", limit=10, cursor=first["next"]).get_json()
        found += [key(row) for row in first["jobs"]]
    assert found == [job for job in every if job != every[20]]


HOSTILE = ["x", "MQ.x", "\0", "é" * 900, "' OR 1=1 --", "eyJhIjoxfQ.AAAA", "../..", "MTA" * 300]


@pytest.mark.parametrize("cursor", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("path", ["/jobs", "/runs", "/search?q=chat"])
def test_a_cursor_that_is_none_of_ours_leads_nowhere(operator: Program, path: str, cursor: str) -> None:
    query = {"q": "chat"} if "?" in path else {}
    told = problem(operator.get(path.partition("?")[0], cursor=cursor, **query), 404)
    assert told["detail"].startswith("There is no such page")


def test_a_cursor_is_of_its_question(operator: Program) -> None:
    cursor = operator.get("/jobs", limit=5).get_json()["next"]
    assert operator.get("/jobs", limit=50, cursor=cursor).status_code == 200
    problem(operator.get("/jobs", state="any", cursor=cursor), 404)
    problem(operator.get("/listings", cursor=cursor), 404)


# --- answers


@pytest.mark.parametrize("path", ["/jobs", "/duplicates/1", "/search?q=chat", "/runs", "/openapi.json"])
def test_who_has_an_answer_already_is_told_so(operator: Program, path: str) -> None:
    query = {"q": "chat"} if "?" in path else {}
    path = path.partition("?")[0]
    first = operator.get(path, **query)
    again = operator.get(path, headers={"If-None-Match": first.headers["ETag"]}, **query)
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "private, no-cache"
    assert operator.get(path, headers={"If-None-Match": 'W/"x"'}, **query).status_code == 200


def test_what_changed_has_another_tag(own: Program) -> None:
    first = own.get("/jobs")
    with writing(own) as db:
        db.execute(update(Job).values(updated_at=pages.NOW + timedelta(hours=1)))
    again = own.get("/jobs", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_a_job_is_told_whole_and_in_the_page_s_words(operator: Program) -> None:
    row = next(row for row in operator.get("/jobs").get_json()["jobs"] if row["base_salary"])
    job = operator.get(f"/jobs/{row['job']}").get_json()
    assert {name: job[name] for name in row} == row
    page = operator.client.get(f"/jobs/{row['job']}").text
    assert row["hiring_organization"] in page
    assert job["base_salary"]["currency"] == "USD"
    listings = operator.get("/listings", job=row["job"]).get_json()["listings"]
    names = sorted((one["source"], one["identifier"]) for one in listings)
    assert names == [(one["source"], one["identifier"]) for one in job["listings"]]


def test_a_merged_job_s_address_leads_to_the_job_that_it_became(own: Program) -> None:
    job = own.get("/jobs").get_json()["jobs"][0]["job"]
    with writing(own) as db:
        db.add(Redirect(old_id=UNKNOWN, job_id=job))
    answer = own.get(f"/jobs/{UNKNOWN}")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{ROOT}/jobs/{job}")
    of = [own.get("/listings", job=each).get_json()["listings"] for each in (UNKNOWN, job)]
    assert of[0] == of[1] != []
    problem(own.get("/jobs/fedcba9876543210"), 404)


def test_what_an_ad_does_not_state_is_null(own: Program) -> None:
    with writing(own) as db:
        db.execute(update(Listing).values(hiring_organization="", family="", url=""))
    job = own.get("/jobs").get_json()["jobs"][0]["job"]
    told = [own.get(f"/jobs/{job}").get_json(), own.get("/listings").get_json()["listings"][0]]
    told += [own.get("/search", q="customer").get_json()["matches"][0]["job"]]
    assert [(one["hiring_organization"], one["family"], one["url"]) for one in told] == [(None,) * 3] * 3
    pair = own.get("/duplicates").get_json()["duplicates"][0]
    assert [pair["a"][name] for name in ("hiring_organization", "url")] == [None, None]


def test_filters_of_lists_keep_what_they_name(operator: Program) -> None:
    assert operator.get("/jobs", updated_since="2099-01-01").get_json()["jobs"] == []
    near = operator.get("/duplicates", relation="different").get_json()["duplicates"]
    assert {row["relation"] for row in near} == {"different"}
    source = near[0]["a"]["source"]
    one = operator.get("/listings", source=source, identifier=near[0]["a"]["identifier"]).get_json()
    assert [row["title"] for row in one["listings"]] == [near[0]["a"]["title"]]
    runs = operator.get("/runs", source=source, status="complete").get_json()["runs"]
    assert {row["source"] for row in runs} == {source}
    assert runs[0]["read"] >= runs[0]["new"]


def test_a_search_gives_the_rows_of_the_page_in_its_order(operator: Program) -> None:
    app = operator.client.application
    told = operator.get("/search", q="bilingual support", place="Ohio", remote="true", limit=20).get_json()
    page = app.test_client().get(
        "/jobs", query_string={"q": "bilingual support", "place": "Ohio", "remote": "1"}
    )
    assert [row["job"]["title"] for row in told["matches"]] == [card.title for card in pages.cards(page)]
    first = told["matches"][0]
    factor = 1.0
    for one in first["evidence"]:
        factor *= one["factor"]
    assert first["score"] == pytest.approx(first["similarity"] * factor, rel=1e-3)
    assert sum(one["share"] for one in first["terms"]) == pytest.approx(1)


def test_a_text_and_a_file_of_it_match_alike(operator: Program) -> None:
    text = "Four years of phone support for a telecom.\nSpanish, Zendesk.\nCalm with upset callers."
    of_text = operator.post("/match", {"text": text})
    file = {"resume": (io.BytesIO(text.encode()), "summary.txt")}
    of_file = operator.post("/match", data=file)
    assert of_text.get_json() == of_file.get_json()
    assert of_text.get_json()["matches"][0]["have"]
    assert "ETag" not in of_text.headers
    assert of_text.headers["Cache-Control"] == "no-store"


def test_the_next_page_of_a_match_takes_the_text_once_more(operator: Program) -> None:
    told = {"text": "Four years of phone support, Spanish, Zendesk."}
    first = operator.post("/match", told, query_string={"limit": 3}).get_json()
    second = operator.post("/match", told, query_string={"limit": 3, "cursor": first["next"]}).get_json()
    assert [row["number"] for row in first["matches"] + second["matches"]] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("q", ["-support", "zzzqqq", "?!"])
def test_a_search_that_finds_nothing_says_why(operator: Program, q: str) -> None:
    told = operator.get("/search", q=q).get_json()
    assert (told["matches"], told["total"]) == ([], 0)
    assert told["note"].endswith(".")


@pytest.mark.soak
@pytest.mark.postgres
def test_lists_come_whole_from_postgresql_too(site_on_postgresql: FlaskClient) -> None:
    operator = programs.program(site_on_postgresql.application, "whole", "operate")
    for path, name, query in LISTS:
        keys = [walked(operator, path, name, json.dumps, limit=limit, **query) for limit in (100, 3)]
        assert keys[0] == keys[1]
        assert len(set(keys[0])) == len(keys[0])
        problem(operator.get(path, cursor="x\0", **query), 404)
    assert operator.get("/listings", source="board", job="0" * 16).get_json()["listings"] == []
