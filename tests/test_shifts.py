from __future__ import annotations

from pathlib import Path

import numpy as np
import pages
import pytest
from flask.testing import FlaskClient
from lxml import html
from seeking import CALLS, again, ask

from matcher import index, shifts, skills
from webapp.seek import form

ADS = {
    "a": "Evening and weekend shifts on live chat.",
    "b": "Weekend only: answer calls.",
    "c": "Overnight at the front desk, in person.",
    "d": "Answer questions of customers.",
}
CHOICES = [set(), {"weekends"}, {"weekends_only"}, {"nights", "evenings"}, set(shifts.SHIFTS)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> index.Index:
    documents = [
        index.Document(job, "Customer service", text, "core", None, "core") for job, text in ADS.items()
    ]
    return index.build(documents, tmp_path_factory.mktemp("shifts"), stamp="s", generation=1)


def test_every_name_stands_for_concepts_that_there_are_and_has_words() -> None:
    for concepts in [*shifts.SHIFTS.values(), *shifts.CHANNELS.values()]:
        assert set(concepts) <= skills.concepts().keys()
    assert (form.SHIFTS.keys(), form.CHANNELS.keys()) == (shifts.SHIFTS.keys(), shifts.CHANNELS.keys())
    assert len(shifts.NAMES) <= np.iinfo(np.uint16).bits


def test_what_an_ad_tells_is_read_by_row(opened: index.Index) -> None:
    bits = shifts.read(opened)
    told = {job: shifts.of(int(bits[row])) for job, row in zip(ADS, opened.find(list(ADS)), strict=True)}
    assert told["a"] == (["evenings", "weekends"], ["chat"])
    assert "weekends_only" in told["b"][0]
    assert told["c"] == (["nights"], ["in_person"])
    assert told["d"] == ([], [])


@pytest.mark.parametrize("names", CHOICES, ids=lambda names: "+".join(sorted(names)) or "none")
def test_who_tells_one_of_the_chosen_passes_and_who_tells_none(opened: index.Index, names: set[str]) -> None:
    bits = shifts.read(opened)
    mask = shifts.passing(bits, names, shifts.SHIFTS)
    for row, told in enumerate(bits.tolist()):
        mine, _ = shifts.of(told)
        assert (mask is None or bool(mask[row])) == (not names or not mine or bool(names & set(mine)))


def test_counts_are_those_of_counting_one_by_one(opened: index.Index) -> None:
    bits = shifts.read(opened)
    rows = np.arange(opened.rows) != 0
    told = [shifts.of(one)[0] for one in bits[rows].tolist()]
    count = shifts.count(shifts.histogram(bits, rows), shifts.SHIFTS)
    assert count.silent == sum(not names for names in told)
    assert count.says == {name: sum(name in names for names in told) for name in shifts.SHIFTS}
    assert shifts.count(shifts.histogram(bits, ~rows & rows), shifts.CHANNELS) == shifts.Count(
        dict.fromkeys(shifts.CHANNELS, 0), 0
    )


# ---------------------------------------------------------------------------------- on the pages


def counted(page: object, field: str) -> dict[str, int]:
    """The number beside each box of a field."""
    boxes = html.fromstring(page.text).xpath(f"//fieldset[@id='{field}']//label")  # type: ignore[attr-defined]
    return {box.xpath("input/@value")[0]: int(box.xpath("span[@class='count']")[0].text) for box in boxes}


def test_a_choice_keeps_what_names_it_and_what_names_none_and_says_how_many(client: FlaskClient) -> None:
    every = ask(client, CALLS)
    assert counted(every, "shift")["weekends"] > 0
    page = again(client, every, shift="weekends", channel="chat")
    told = {card.title: card.text for card in pages.cards(page)}
    assert told
    assert not any("Energy" in title for title in told)  # it names the phone, and no chat
    assert "your filters hide" in pages.words(page)
    assert counted(page, "shift") != counted(every, "shift")
    assert "The ad says: weekends" in pages.words(again(client, page, shift="weekends"))


def test_counts_of_a_filter_are_of_the_jobs_that_pass_all_others(client: FlaskClient) -> None:
    every = ask(client, CALLS)
    shifted = again(client, every, shift="evenings")
    assert counted(shifted, "shift") == counted(every, "shift")
    both = again(client, every, shift="evenings", channel="email")
    assert counted(both, "channel") == counted(shifted, "channel")


@pytest.mark.parametrize("field", ["shift", "channel"])
def test_an_unknown_choice_is_a_problem_of_its_field(client: FlaskClient, field: str) -> None:
    page = again(client, ask(client, CALLS), **{field: "never"})
    assert page.status_code == 400
    assert f'id="{field}-problem"' in page.text


def test_a_search_in_the_address_is_answered_with_its_filters_and_order(client: FlaskClient) -> None:
    page = client.get("/jobs?q=inbound+calls&shift=weekends&sort=newest&page=1")
    assert page.status_code == 200
    assert pages.cards(page)
    assert "the newest first" in pages.words(page)
    assert 'value="weekends" checked' in page.text


def test_an_address_never_brings_a_profile_or_a_long_text(client: FlaskClient) -> None:
    profile = pages.carried(ask(client, CALLS))
    assert client.get(f"/jobs?profile={profile}").status_code == 302
    assert client.get("/jobs?summary=inbound+calls").status_code == 302
    assert client.get("/jobs?q=" + "calls+" * 200).status_code == 302
    kept = client.get("/jobs?place=Ohio&profile=" + profile)
    assert 'value="Ohio"' in kept.text
    assert not pages.cards(kept)


def test_an_example_shows_what_a_summary_does(client: FlaskClient) -> None:
    links = html.fromstring(client.get("/").text).xpath("//nav[@aria-labelledby='examples']//a/@href")
    assert len(links) == 4
    for link in links:
        assert len(pages.cards(client.get(link))) > 5, link
    assert client.get("/jobs?example=nobody").status_code == 302


def test_the_home_page_is_not_made_of_a_folder_that_is_gone(client: FlaskClient, tmp_path: Path) -> None:
    with pages.opened(client.application.config["DATABASE_URL"], tmp_path / "none") as app:
        assert app.test_client().get("/jobs?place=Ohio").status_code == 200
