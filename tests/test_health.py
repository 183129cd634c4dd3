"""For whoever runs the pages: alive, ready and why not, and what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pages
import pytest
from flask import Flask
from pages import NOW
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from db import queries, session
from webapp import accounts, health

TOKENS = {scope: f"rolecall_{scope}{'0' * 40}"[:52] for scope in accounts.SCOPES}
TYPED = "Zorbinaxt"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with pages.site(tmp_path_factory.mktemp("health")) as app:
        with session.writing(engines_of(app)) as db:
            for scope, token in TOKENS.items():
                queries.people.add_token(db, scope, accounts.digest(token), scope, NOW)
        yield app


def engines_of(app: Flask) -> session.Engines:
    found: session.Engines = app.extensions["rolecall"].engines
    return found


@pytest.fixture
def app(made: Flask) -> Iterator[Flask]:
    """The pages; what a test remembers of crawled sources is forgotten after it."""
    yield made
    with session.writing(engines_of(made)) as db:
        for source in queries.sources.crawled(db).values():
            db.delete(source)


def ran(app: Flask, ended: timedelta | None, status: str = "complete", **counts: int) -> None:
    """A source that is crawled, whose run ended so long ago; None: that never ran."""
    with session.writing(engines_of(app)) as db:
        found = queries.sources.find(db, ["greenhouse:acme"]).get("greenhouse:acme")
        source = found or queries.sources.add(db, "greenhouse:acme", "greenhouse")
        if ended is not None:
            run = queries.sources.start_run(db, source.id, NOW - ended)
            queries.sources.finish_run(db, run, NOW - ended, status, counts)


def asked(app: Flask, scope: str = "operate") -> TestResponse:
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKENS[scope]}"})


def figures(app: Flask) -> dict[tuple[str, ...], float]:
    """What /metrics tells: values by name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(asked(app).text)
        for sample in family.samples
    }


def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the database cannot be read."""

    def refused(*_: object, **__: object) -> None:
        raise session.Unusable("the database at /var/lib/somebody/rolecall.sqlite3 is damaged")

    monkeypatch.setattr(session, "reading", refused)


@pytest.mark.parametrize(
    "ended, status, ready, words",
    [
        ("no source", "", True, "ok"),
        (None, "", False, "no source was read yet: run `rolecall refresh`"),
        (timedelta(hours=5), "complete", True, "ok"),
        (timedelta(hours=26), "partial", True, "ok"),
        (timedelta(hours=5), "failed", False, "no source was read yet: run `rolecall refresh`"),
        (timedelta(hours=5), "blocked", False, "no source was read yet: run `rolecall refresh`"),
        (timedelta(hours=26, seconds=1), "complete", False, "the last good night ended 26 hours ago"),
        (timedelta(days=40), "complete", False, "the last good night ended 960 hours ago"),
    ],
)
def test_it_is_ready_while_the_last_good_night_is_a_day_old(
    app: Flask, ended: timedelta | str | None, status: str, *, ready: bool, words: str
) -> None:
    if not isinstance(ended, str):
        ran(app, ended, status)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == (200 if ready else 503)
    assert answer.json["ready"] is ready
    assert (answer.json["database"], answer.json["index"]) == ("ok", "ok")
    assert answer.json["refresh"].startswith(words)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_good_night_is_not_forgotten_over_a_bad_one(app: Flask) -> None:
    ran(app, timedelta(hours=20))
    ran(app, timedelta(hours=1), "failed")
    assert app.test_client().get("/readyz").status_code == 200


def test_without_an_index_it_is_not_ready_and_says_what_to_do(sqlite_model: Path, tmp_path: Path) -> None:
    with pages.opened(f"sqlite:///{sqlite_model}", tmp_path / "index") as app:
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["index"] == "there is none that can be used: run `rolecall index`"


def test_without_a_database_it_is_alive_and_not_ready_and_tells_nothing_secret(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken(app, monkeypatch)
    client = app.test_client()
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"alive": True})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert answer.json["database"] == "it cannot be read: the log of the pages says why"
    assert "somebody" not in answer.text
    assert "damaged" in caplog.text  # for who may read the log


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 401),
        ({"Authorization": "Bearer rolecall_of_nobody"}, 401),
        ({"Authorization": f"Bearer {TOKENS['read']}"}, 403),
        ({"Authorization": f"Bearer {TOKENS['decide']}"}, 403),
        ({"Authorization": f"Bearer {TOKENS['operate']}"}, 200),
    ],
    ids=["nobody", "a wrong token", "to read", "to decide", "to operate"],
)
def test_what_is_counted_is_told_to_a_token_of_an_operator(
    app: Flask, headers: dict[str, str], status: int
) -> None:
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == status
    assert answer.mimetype == ("text/plain" if status == 200 else "application/problem+json")
    assert ("rolecall_answers_total" in answer.text) == (status == 200)


def test_answers_are_counted_by_page_and_status_never_by_address(app: Flask) -> None:
    before, client = figures(app), app.test_client()
    for address in ("/", f"/?place={TYPED}", f"/jobs/{TYPED}", f"/{TYPED}", "/healthz"):
        client.get(address, headers={"User-Agent": TYPED, "Referer": f"https://{TYPED}.example"})
    told = figures(app)
    for page, status, more in (
        ("seek.home", "200", 2),
        ("seek.job", "404", 1),
        (health.NOWHERE, "404", 1),
        ("health.healthz", "200", 1),
    ):
        one = ("rolecall_answers_total", page, status)
        assert told[one] - before.get(one, 0) == more, one
    everybody = ("rolecall_answer_seconds_count", "seek.home")
    assert told[everybody] - before.get(everybody, 0) == 2
    assert told["rolecall_answer_seconds_sum", "seek.home"] > 0
    assert TYPED not in asked(app).text


def test_what_is_remembered_is_told_as_it_is(app: Flask) -> None:
    ran(app, timedelta(hours=3), new=4, changed=1, unchanged=90, repeated=2, dropped=3, read=100, held=12)
    told = figures(app)
    with session.reading(engines_of(app)) as db:
        assert told["rolecall_jobs_open",] == queries.jobs.count_open(db) == 15
        assert told["rolecall_listings_open",] == sum(queries.sources.open_listings(db).values()) == 17
    assert told["rolecall_index_jobs",] == 15
    assert told["rolecall_sources", "complete"] == 1
    assert told["rolecall_last_good_night_timestamp_seconds",] == (NOW - timedelta(hours=3)).timestamp()
    night = {name[1]: value for name, value in told.items() if name[0] == "rolecall_night_postings"}
    assert night == dict.fromkeys(health.NIGHTS, 0) | {
        "new": 4, "changed": 1, "unchanged": 90, "repeated": 2, "dropped": 3, "held": 12,
    }  # fmt: skip


def test_every_figure_says_what_it_is(app: Flask) -> None:
    said = dict(re.findall(r"^# HELP (\S+) (.+)$", asked(app).text, re.MULTILINE))
    assert len(said) > 8
    assert all(
        name.startswith("rolecall_") and words.endswith((".", ").", "used.")) for name, words in said.items()
    )
