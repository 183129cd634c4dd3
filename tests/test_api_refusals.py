"""What programs may not say is refused, as a problem that says which part and what to do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import programs
import pytest
from people import engines_of
from programs import ROOT, Program, problem

from webapp.api import wrong


@pytest.fixture(scope="module")
def operator(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with programs.opened(demo_home, tmp_path_factory.mktemp("api")) as found:
        yield found["operate"]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("/jobs", {"limit": "0"}, "limit"),
    ("/jobs", {"limit": "1e2"}, "limit"),
    ("/jobs", {"limit": ["1", "2"]}, "limit"),
    ("/jobs", {"state": "ajar"}, "state"),
    ("/jobs", {"updated_since": "1700000000"}, "updated_since"),
    ("/jobs", {"lmit": "3"}, "lmit"),
    ("/listings", {"source": "a\0b"}, "source"),
    ("/search", {}, "q"),
    ("/search", {"q": " "}, "q"),
    ("/search", {"q": "chat", "place": "nearby"}, "place"),
    ("/search", {"q": "chat", "place": "Ohio", "within": "50"}, "place"),
    ("/search", {"q": "chat", "within": "50"}, "place"),
    ("/search", {"q": "chat", "sort": "near"}, "place"),
    ("/search", {"q": "chat", "remote": "yes"}, "remote"),
    ("/search", {"q": "chat", "pay": "a lot"}, "pay"),
    ("/search", {"q": "chat", "employment": "FULL"}, "employment.0"),
    ("/runs", {"status": "done"}, "status"),
]


@pytest.mark.parametrize("path, query, where", BAD, ids=range(len(BAD)))
def test_a_question_that_cannot_be_read_is_told_which_part(
    operator: Program, path: str, query: dict[str, Any], where: str
) -> None:
    assert [one["where"] for one in problem(operator.get(path, **query), 422)["errors"]] == [where]


@pytest.mark.parametrize(
    "path, query, what",
    [
        ("/jobs", {"limit": "0"}, "Write 1 or more"),
        ("/jobs", {"limit": "99999999999"}, "Write 100 or less"),
        ("/jobs", {"limit": "1.5"}, "Write a whole number"),
        ("/jobs", {"updated_since": "2026-13-45"}, "Write a day, such as 2026-11-21"),
        ("/jobs", {"state": "ajar"}, "Write 'open', 'closed' or 'any'"),
        ("/search", {}, "This is needed, and missing"),
        ("/search", {"q": "\0"}, "Write some words, without the character NUL"),
        ("/search", {"q": "chat", "remote": "yes"}, "Write true or false"),
        ("/search", {"q": "chat", "pay": "-3"}, "Write a number, such as 18 or 18.50"),
        ("/search", {"q": "chat", "currency": "usd"}, "Write three capital letters, such as USD"),
        ("/listings", {"job": "0" * 17}, "Write 16 characters or fewer"),
    ],
)
def test_what_is_wrong_is_told_as_what_to_send_instead(
    operator: Program, path: str, query: dict[str, Any], what: str
) -> None:
    assert [one["what"] for one in problem(operator.get(path, **query), 422)["errors"]] == [what]


def test_no_pattern_is_told_as_one(operator: Program) -> None:
    told = json.dumps(operator.get("/openapi.json").json)
    patterns = set(re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', told))
    assert len(patterns) > 3
    assert {json.loads(pattern) for pattern in patterns} <= set(wrong.PATTERNS)


@pytest.mark.parametrize("names", [[f"no{at}" for at in range(5_000)], ["n" * 90_000]], ids=["many", "long"])
def test_of_very_much_that_is_wrong_the_first_is_told_in_short(operator: Program, names: list[str]) -> None:
    answer = operator.post("/match", dict.fromkeys(names, 1))
    assert len(problem(answer, 422)["errors"]) == min(20, 1 + len(names))
    assert len(answer.data) < 3_000


def test_a_text_of_all_the_characters_there_may_be_is_read_however_json_writes_them(
    operator: Program,
) -> None:
    answer = operator.post("/match", {"text": f"I answer phones. {'Ж' * 49_983}"})
    assert answer.status_code == 200
    assert (answer.request.content_length or 0) > 290_000


PARTS = "multipart/form-data; boundary=b"


def parts(file: bytes, name: bytes = b"resume", filename: bytes = b"a.txt") -> bytes:
    """A file in a body of parts."""
    head = b'--b\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n\r\n' % (name, filename)
    return head + file + b"\r\n--b--\r\n"


BODIES: list[tuple[dict[str, Any], int]] = [
    ({"data": "{", "content_type": "application/json"}, 400),
    ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
    ({"data": "[" * 100_000, "content_type": "application/json"}, 400),
    ({"data": "[]", "content_type": "application/json"}, 422),
    ({"data": '"text"', "content_type": "application/json"}, 422),
    ({"data": '{"text": "\\ud800"}', "content_type": "application/json"}, 422),
    ({"json": {}}, 422),
    ({"json": {"text": 3}}, 422),
    ({"json": {"text": ""}}, 422),
    ({"json": {"text": "x" * 50_001}}, 422),
    ({"json": {"text": "chat", "keep": True}}, 422),
    ({"json": {"text": "x" * 1_100_000}}, 413),
    ({"data": "text=chat", "content_type": "application/x-www-form-urlencoded"}, 415),
    ({"data": "chat"}, 415),
    ({"data": {"resume": "chat"}}, 415),
    ({"data": {"resume": "chat"}, "content_type": "multipart/form-data"}, 422),
    ({"data": {"other": (io.BytesIO(b"chat"), "a.txt")}}, 422),
    ({"data": {"resume": (io.BytesIO(b"\x7fELF\0\0\0"), "a.pdf")}}, 422),
    ({"data": parts(b"four years of phone support", filename=b""), "content_type": PARTS}, 422),
    ({"data": parts(b"x" * 7_000_000), "content_type": "multipart/form-data; boundary=b"}, 413),
    ({"data": parts(b"chat", name=b"a")}, 415),
    ({"data": parts(b"chat", name=b""), "content_type": "multipart/form-data; boundary=b"}, 422),
]


@pytest.mark.parametrize("body, status", BODIES, ids=range(len(BODIES)))
def test_a_body_that_cannot_be_read_is_refused(operator: Program, body: dict[str, Any], status: int) -> None:
    problem(operator.post("/match", **body), status)


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/nothing", 404),
        ("GET", "/jobs/", 404),
        ("GET", "/jobs/..%2f..", 404),
        ("GET", "/duplicates/99999999999999999999999", 404),
        ("GET", "/match", 405),
        ("DELETE", "/verdicts", 405),
        ("PATCH", "/jobs", 405),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(
    operator: Program, method: str, path: str, status: int
) -> None:
    answer = operator.client.open(ROOT + path, method=method, headers=operator.headers)
    problem(answer, status)
    assert ("Allow" in answer.headers) == (status == 405)


def test_trouble_on_our_side_is_a_problem_that_says_nothing_of_what_is_inside(
    demo_home: Path, tmp_path: Path
) -> None:
    with programs.opened(demo_home, tmp_path) as found:
        _trouble(found["operate"])


def _trouble(own: Program) -> None:
    app = own.client.application
    app.view_functions["api.jobs"] = lambda: 1 / 0
    assert "zero" not in json.dumps(problem(own.get("/jobs"), 500))
    engines_of(app).close()
    file = Path(str(app.config["DATABASE_URL"]).removeprefix("sqlite:///"))
    for each in file.parent.glob("rolecall.sqlite3*"):
        each.write_bytes(b"no database " * 1000)
    answer = own.get("/listings")
    problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
