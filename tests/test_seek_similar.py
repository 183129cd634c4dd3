"""Similar jobs on the page of a job."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import pages
import pytest
from flask.testing import FlaskClient
from lxml import html

from db import session
from matcher import index, lasting, similar, terms

TWIN = dict.fromkeys(("hiring_organization",), "Clearbrook Gas")


@pytest.fixture
def shown(engines: session.Engines, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The pages over the sample, with the same ad of another organization."""
    copy = pages.posting("gasworks", "g1", "Bilingual Call Center Representative", pages.METERS, **TWIN)
    pages.remember(engines, [*pages.sample(), copy], tmp_path / "index")
    with pages.opened(database_url, tmp_path / "index") as app:
        yield app.test_client()


def similars(client: FlaskClient, source: str, identifier: str) -> list[str]:
    page = client.get(f"/jobs/{lasting.made_id(source, identifier)}")
    assert page.status_code == 200
    return [
        pages.said(one)
        for one in html.fromstring(page.text).xpath("//h2[@id='similar']/following-sibling::ul/li")
    ]


def test_a_job_names_at_most_five_others_each_with_what_both_are_about(shown: FlaskClient) -> None:
    told = similars(shown, "clearbrook", "w1")
    assert 0 < len(told) <= 5
    assert all("Both name " in one for one in told)
    assert any("Customer Service Representative - Energy" in one for one in told)


def test_neither_the_job_nor_its_copies_nor_its_campaign_are_similar(shown: FlaskClient) -> None:
    assert not [one for one in similars(shown, "clearbrook", "w1") if "Bilingual Call Center Rep" in one]
    assert not [one for one in similars(shown, "northlight", "n0") if "Energy" in one]


def test_without_an_index_the_page_stands_without_them(
    engines: session.Engines, database_url: str, tmp_path: Path
) -> None:
    pages.remember(engines, pages.sample(), tmp_path / "index")
    with pages.opened(database_url, tmp_path / "none") as app:
        assert similars(app.test_client(), "clearbrook", "w1") == []


def test_an_ad_as_a_profile_has_its_own_demands_and_its_heaviest_terms(tmp_path: Path) -> None:
    words = " ".join(f"thing{n}" for n in range(200))
    made = [
        index.Document(
            "a", "Senior Agent", f"Zendesk {words}. Must speak Spanish. 3 years experience.", "core", "senior"
        ),
        index.Document("b", "Clerk", words, "core"),
    ]
    built = index.build(made, tmp_path, stamp="a", generation=1)
    person = similar.of_text(built, made[0])
    assert len(person.terms) == similar.MOST_TERMS
    assert {"zendesk", "agent", terms.concept_term("la.spanish")} <= set(person.terms)
    assert (person.years, person.languages, person.levels) == (3.0, {"Spanish"}, {"senior"})
    assert person.families == {"core"}
    row = similar.of_row(built, int(built.find(["a"])[0]))
    assert {"zendesk", "agent", terms.concept_term("la.spanish")} <= set(row.terms)
    assert row.terms == pytest.approx(_scaled(person.terms, row.terms), rel=1e-3)
    assert row == dataclasses.replace(person, terms=row.terms)


def _scaled(own: Mapping[str, float], like: Mapping[str, float]) -> dict[str, float]:
    """The same direction, as long as another."""
    by = like["zendesk"] / own["zendesk"]
    return {term: by * weight for term, weight in own.items()}
