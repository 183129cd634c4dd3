from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import webapp
from crawler import runs
from crawler.items import JobPosting
from db import session
from matcher import grouping, roles, search

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> Customer Service "Agent"'


@pytest.fixture
def client(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The pages over two jobs, one of them hostile."""
    store = runs.Runs(engines, "archive", NOW, NOW)
    for identifier, title, url in (
        ("1", "Bilingual Call Center Representative", "https://acme.example/1"),
        ("2", HOSTILE, "javascript:alert(1)"),
    ):
        item = JobPosting(
            source="acme",
            identifier=identifier,
            title=title,
            url=url,
            description="Answer inbound calls in Spanish and note them in Zendesk.",
        )
        store.post(runs.Judged(item, roles.classify(title)))
    store.close()
    grouping.regroup(engines, NOW)
    search.reindex(engines, tmp_path / "index")
    app = webapp.create_app(
        {"DATABASE_URL": database_url, "INDEX_DIRECTORY": tmp_path / "index", "TESTING": True}
    )
    yield app.test_client()
    app.extensions["engines"].close()


def test_the_first_page_says_how_many_jobs_are_open(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "among 2 open jobs" in page.text


def test_a_pasted_summary_gives_ranked_jobs_with_links_and_reasons(client: FlaskClient) -> None:
    page = client.post("/", data={"summary": "inbound calls in Spanish, Zendesk"})
    assert page.status_code == 200
    assert 'href="https://acme.example/1"' in page.text
    assert "Spanish" in page.text
    assert "Zendesk" in page.text


def test_a_hostile_posting_is_inert(client: FlaskClient) -> None:
    page = client.post("/", data={"summary": "inbound calls in Spanish, Zendesk, customer service agent"})
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "javascript:" not in page.text


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for page in (client.get("/"), client.post("/", data={"summary": "x"}), client.get("/no/such/page")):
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_text_of_megabytes_is_refused_in_words(client: FlaskClient) -> None:
    page = client.post("/", data={"summary": "word " * 300_000})
    assert page.status_code == 413
    assert "too long" in page.text


def test_without_an_index_the_page_says_so_and_tells_no_path(
    engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    app = webapp.create_app({"DATABASE_URL": database_url, "INDEX_DIRECTORY": tmp_path / "none"})
    page = app.test_client().post("/", data={"summary": "calls"})
    app.extensions["engines"].close()
    assert page.status_code == 503
    assert str(tmp_path) not in page.text


@pytest.mark.parametrize(
    "url, link",
    [
        ("https://acme.example/1", True),
        ("http://acme.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//acme.example/1", False),
        ("mailto:jobs@acme.example", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, *, link: bool) -> None:
    assert (webapp.web_link(url) == url) is link
