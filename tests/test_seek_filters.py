from __future__ import annotations

import re
from typing import Any

import pages
import pytest
from flask.testing import FlaskClient
from seeking import CALLS, again, ask, of


def test_a_filter_keeps_what_does_not_state_it_and_says_how_many(client: FlaskClient) -> None:
    everything = ask(client, CALLS)
    page = again(client, everything, remote="1")
    said = pages.words(page)
    remote = r"(\d+) say they are remote; a job that names a town and says nothing .*?; (\d+) name no place and stay"
    says, silent = map(int, re.search(remote, said).groups())  # type: ignore[union-attr]
    assert says >= 2
    assert silent >= 1
    assert re.search(remote, pages.words(everything)).groups() == (str(says), str(silent))  # type: ignore[union-attr]
    titles = [card.title for card in pages.cards(page)]
    assert pages.HOSTILE in titles  # says nothing of its place
    assert "Complaints Handler" not in titles
    assert re.search(r"your filters hide \d+ of them", said)


def test_pay_is_compared_in_its_currency_and_silence_passes(client: FlaskClient) -> None:
    paid = "lead a contact center of agents, French for bank customers, the power bill and its tariff"
    page = again(client, ask(client, paid), pay="30", per="hour", currency="USD")
    titles = [card.title for card in pages.cards(page)]
    assert "Contact Center Manager" in titles
    assert not any("Energy" in title for title in titles)
    assert any("French" in title for title in titles)  # in Canadian dollars
    assert re.search(r"1 pays that much; \d+ more are shown although their pay is missing", pages.words(page))
    assert "pay could not be compared" in of(page, "French").text
    assert "pay could not be compared" not in of(page, "Manager").text
    assert '<option value="USD" selected>' in page.text
    assert 'value="30"' in page.text


def test_kinds_of_employment_have_counts(client: FlaskClient) -> None:
    page = again(client, ask(client, CALLS), employment=["PART_TIME", "CONTRACTOR"])
    assert 'value="PART_TIME" checked' in page.text
    assert re.search(r"Part time\s*[1-9]", pages.words(page))
    assert "Chat" not in " ".join(card.title for card in pages.cards(page))


def test_a_place_keeps_what_is_there(client: FlaskClient) -> None:
    page = again(client, ask(client, CALLS), place="Ohio")
    titles = [card.title for card in pages.cards(page)]
    assert any("Energy" in title for title in titles)
    assert "Patient Services Representative" not in titles
    assert re.search(r"\d+ there, \d+ do not say where", pages.words(page))


def test_when_nothing_passes_each_filter_says_what_it_takes_away(client: FlaskClient) -> None:
    page = ask(client, "the tariff", place="Ohio", pay="90", per="hour", currency="USD")
    said = pages.words(page)
    assert page.status_code == 200
    assert "No job passes the filters" in said
    assert "Leave out the minimum pay to see 3 jobs." in said
    assert "Leave out the place" not in said  # there would be none, too
    assert pages.cards(page) == []


def test_a_place_that_no_job_names_is_said(client: FlaskClient) -> None:
    shown = ask(client, CALLS)
    page = again(client, shown, place="Guam")
    assert "No open job names “Guam”" in pages.words(page)
    assert "do not say where they are" in pages.words(page)
    assert pages.cards(page)  # those that name no place
    assert "No open job names" not in pages.words(again(client, shown, place="Ohio"))
    assert "No open job names" not in pages.words(again(client, shown, place="Ohio", pay="900", per="hour"))


def test_a_number_of_a_page_is_of_the_list_that_showed_it(client: FlaskClient) -> None:
    shown = ask(client, CALLS)
    made = pages.carried(shown, "made")
    assert pages.cards(again(client, shown, made=made, page="2"))[0].number == "21"
    changed = again(client, shown, made=made, page="2", pay="10")
    assert pages.cards(changed)[0].number == "1"
    assert pages.carried(changed, "made") != made


# ---------------------------------------------------------------------------------- what leads away


def test_what_leads_away_from_the_answer_to_a_form_opens_beside_it(client: FlaskClient) -> None:
    for page, beside in ((client.get("/"), False), (client.get("/about"), False), (ask(client), True)):
        frame = re.findall(r'<a [^>]*href="/(?:about|sources|about#privacy)?"[^>]*>', page.text)
        frame = [link for link in frame if "Start over" not in page.text.partition(link)[2][:40]]
        assert len(frame) >= 4
        assert {"target=" in link for link in frame} == {beside}


def test_home_is_the_current_page_when_it_comes_again(client: FlaskClient) -> None:
    current = r'<a href="/"[^>]* aria-current="page">Home'
    for page in (client.get("/"), client.post("/jobs")):
        assert re.search(current, page.text)
    assert not re.search(current, ask(client).text)


def test_a_page_with_problems_says_so_in_its_title_and_leads_to_the_fields(client: FlaskClient) -> None:
    for page in (ask(client, pay="lots"), again(client, ask(client), pay="lots")):
        assert "<title>Problem: " in page.text
        assert '<a href="#pay">Write only the number' in page.text
    assert "Problem" not in ask(client).text


# ---------------------------------------------------------------------------------- pages


def test_pages_hold_the_same_order_and_scores_as_one_list(client: FlaskClient) -> None:
    first = ask(client, CALLS)
    total = int(re.search(r"1 to 20 of (\d+)", pages.words(first))[1])  # type: ignore[index]
    assert total > 60
    rows = pages.cards(first)
    for page in range(2, -(-total // 20) + 1):
        rows += pages.cards(again(client, first, page=str(page)))
    assert [row.number for row in rows] == [str(n + 1) for n in range(total)]
    scores = [int(re.search(r"score (\d+)", row.score)[1]) for row in rows]  # type: ignore[index]
    assert scores == sorted(scores, reverse=True)
    assert len({row.links[0] for row in rows}) == total
    assert pages.cards(again(client, first)) == pages.cards(first)
    assert pages.carried(again(client, first)) == pages.carried(first)


def test_a_page_beyond_the_end_is_the_last(client: FlaskClient) -> None:
    first = ask(client, CALLS)
    last = again(client, first, page="999999")
    assert last.status_code == 200
    assert pages.cards(last)[-1].number == re.search(r"of (\d+)", pages.words(last).partition(" to ")[2])[1]  # type: ignore[index]


def test_apply_stands_before_the_buttons_of_pages_so_that_enter_goes_to_the_first(
    client: FlaskClient,
) -> None:
    text = ask(client, CALLS).text
    assert text.index(">Apply</button>") < text.index('name="page"')


def test_why_a_job_is_not_there_is_told_with_numbers_that_are_those_of_the_filters(
    client: FlaskClient,
) -> None:
    every = ask(client, CALLS)
    assert "Why is a job not here?" in pages.words(every)
    assert "that would match" not in pages.words(every)
    for field, value, name in (
        ("place", "Ohio", "The place"),
        ("pay", "40", "The minimum pay"),
        ("employment", "PART_TIME", "The kind of employment"),
        ("shift", "nights", "The shift"),
        ("channel", "chat", "The channel"),
    ):
        page = again(client, every, **{field: value})
        [hidden] = re.findall(rf"{name} hides ([\d,]+) jobs? that would match", pages.words(page))
        [both] = re.findall(r"your filters hide ([\d,]+) of them", pages.words(page))
        assert hidden == both, field


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"shift": "rotating"}, "No ad says rotating shifts"),
        ({"channel": "chat"}, ""),
        (
            {"shift": ["rotating", "weekends_only"], "channel": "chat"},
            "No ad says rotating shifts or weekends only",
        ),
    ],
)
def test_what_no_ad_says_is_told_where_those_that_leave_it_open_stand(
    client: FlaskClient, fields: dict[str, Any], told: str
) -> None:
    page = pages.words(ask(client, "live chat, calls, parcels", **fields))
    assert ("No ad says" in page) is bool(told)
    assert told in page
