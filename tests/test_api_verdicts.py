"""Programs decide: what is written, followed and undone, once each, and who comes too late is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pages
import programs
import pytest
from people import engines_of
from programs import Program, problem

from db import queries, session


@pytest.fixture
def by_scope(demo_home: Path, tmp_path: Path) -> Iterator[dict[str, Program]]:
    with programs.opened(demo_home, tmp_path) as found:
        yield found


@pytest.fixture
def decider(by_scope: dict[str, Program]) -> Program:
    return by_scope["decide"]


def near_misses(program: Program) -> list[Any]:
    """Pairs that nothing joins."""
    found: list[Any] = program.get("/duplicates", relation="different").get_json()["duplicates"]
    return found


def ends(pair: Any) -> dict[str, Any]:
    """The two listings of a pair by name."""
    return {end: {name: pair[end][name] for name in ("source", "identifier")} for end in ("a", "b")}


def jobs_of(program: Program, pair: Any) -> set[str]:
    """The jobs that the two are in now."""
    return {
        one["job"]
        for end in ends(pair).values()
        for one in program.get("/listings", **end).get_json()["listings"]
    }


def acts(program: Program) -> list[Any]:
    with session.reading(engines_of(program.client.application)) as db:
        return queries.acts.page(db, most=100)


def test_a_verdict_is_written_followed_read_and_undone(decider: Program) -> None:
    pair = near_misses(decider)[0]
    said = ends(pair) | {"decision": "same", "note": "The agency confirmed it."}
    done = decider.post("/verdicts", said).get_json()
    assert (done["again"], done["waits"]) == (False, None)
    assert len(jobs_of(decider, pair)) == 1
    [verdict] = decider.get("/verdicts").get_json()["verdicts"]
    told = {name: verdict[name] for name in ("decision", "decided_by", "note")}
    assert told == {"decision": "same", "decided_by": "token:decideer", "note": "The agency confirmed it."}
    assert {tuple(verdict[end].items()) for end in "ab"} == {tuple(said[end].items()) for end in "ab"}
    back = decider.post("/verdicts/undo", {"act": done["act"]}).get_json()
    assert len(jobs_of(decider, pair)) == 2
    assert decider.get("/verdicts").get_json()["verdicts"] == []
    assert [(act.who, act.what, act.undoes) for act in acts(decider)[:2]] == [
        ("token:decideer", "undo", done["act"]),
        ("token:decideer", "verdict", None),
    ]
    assert back["act"] > done["act"]


def test_what_is_asked_twice_with_one_key_acts_once(decider: Program) -> None:
    said = ends(near_misses(decider)[0]) | {"decision": "same", "key": "k-1"}
    first, again = (decider.post("/verdicts", said).get_json() for _ in range(2))
    assert again == first | {"again": True}
    undo = {"act": first["act"], "key": "k-2"}
    first, again = (decider.post("/verdicts/undo", undo).get_json() for _ in range(2))
    assert again == first | {"again": True}
    assert len([act for act in acts(decider) if act.who == "token:decideer"]) == 2


def test_a_key_that_did_something_else_is_refused(by_scope: dict[str, Program], decider: Program) -> None:
    one, other = near_misses(decider)[:2]
    said = ends(one) | {"decision": "same", "key": "k"}
    act = decider.post("/verdicts", said).get_json()["act"]
    for path, told in (
        ("/verdicts", said | {"decision": "different"}),
        ("/verdicts", said | ends(other)),
        ("/verdicts/undo", {"act": act, "key": "k"}),
    ):
        assert "This key did another act" in problem(decider.post(path, told), 409)["detail"]
    assert by_scope["operate"].post("/verdicts/undo", {"act": act, "key": "k"}).status_code == 200


def test_who_comes_too_late_is_told_what_is_there_now(decider: Program) -> None:
    number = near_misses(decider)[0]["pair"]
    pair = decider.get(f"/duplicates/{number}").get_json()
    said = ends(pair) | {"seen": pair["seen"]}
    assert decider.post("/verdicts", said | {"decision": "same"}).status_code == 200
    told = problem(decider.post("/verdicts", said | {"decision": "different"}), 409)
    assert set(told["jobs"]) == jobs_of(decider, pair)
    [job] = told["jobs"]
    assert told["seen"] == decider.get(f"/jobs/{job}").get_json()["seen"]
    assert decider.get("/verdicts").get_json()["verdicts"][0]["decision"] == "same"
    now = said | {"seen": told["seen"], "decision": "different"}
    assert decider.post("/verdicts", now).status_code == 200


def test_of_two_at_once_one_wins(decider: Program) -> None:
    number = near_misses(decider)[0]["pair"]
    pair = decider.get(f"/duplicates/{number}").get_json()
    together, statuses = threading.Barrier(2), list[int]()

    def work(decision: str) -> None:
        client = decider.client.application.test_client()
        said = ends(pair) | {"seen": pair["seen"], "decision": decision}
        together.wait()
        answer = client.post(f"{programs.ROOT}/verdicts", json=said, headers=decider.headers)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=work, args=[word]) for word in ("same", "different")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    assert len(decider.get("/verdicts").get_json()["verdicts"]) == 1


def test_a_verdict_that_contradicts_others_is_refused_with_their_chain(decider: Program) -> None:
    listings = decider.get("/listings", limit=3).get_json()["listings"]
    a, b, c = ({name: one[name] for name in ("source", "identifier")} for one in listings)
    for pair in ({"a": a, "b": b}, {"a": b, "b": c}):
        assert decider.post("/verdicts", pair | {"decision": "same"}).status_code == 200
    told = problem(decider.post("/verdicts", {"a": a, "b": c, "decision": "different"}), 409)
    assert [": same (token:decideer" in said for said in told["chain"]] == [True, True, False]


def test_what_cannot_be_done_is_refused_with_what_to_do(decider: Program) -> None:
    pair = ends(near_misses(decider)[0])
    nobody = {"source": "nowhere", "identifier": "1"}
    with session.writing(engines_of(decider.client.application)) as db:
        other = queries.acts.add(db, pages.NOW, "command", "user added", "ruth", after={"role": "recruiter"})
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("/verdicts", pair | {"b": pair["a"], "decision": "same"}, "the same as itself"),
        ("/verdicts", pair | {"b": nobody, "decision": "same"}, "no job holds a listing"),
        ("/verdicts/undo", {"act": 999_999}, "no such decision"),
        ("/verdicts/undo", {"act": other}, "no such decision"),
    ]
    for path, told, words in cases:
        assert words in problem(decider.post(path, told), 409)["detail"].lower()


BAD: list[tuple[dict[str, Any], str]] = [
    ({"decision": "perhaps"}, "decision"),
    ({"a": "acme 1"}, "a"),
    ({"a": {"source": "acme"}}, "a.identifier"),
    ({"a": {"source": "acme", "identifier": 1}}, "a.identifier"),
    ({"a": {"source": "acme\0", "identifier": "1"}}, "a.source"),
    ({"note": "x" * 2001}, "note"),
    ({"why": "because"}, "why"),
]


@pytest.mark.parametrize("change, where", BAD, ids=range(len(BAD)))
def test_a_verdict_that_cannot_be_read_is_told_which_part(
    decider: Program, change: dict[str, Any], where: str
) -> None:
    name = {"source": "acme", "identifier": "1"}
    said = {"a": name, "b": name | {"identifier": "2"}, "decision": "same", **change}
    assert [one["where"] for one in problem(decider.post("/verdicts", said), 422)["errors"]] == [where]
