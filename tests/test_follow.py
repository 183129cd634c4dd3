"""Following: a profile only with consent and only its terms, mails only after a yes, and nothing is left at the end."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import following
import pages
import postoffice
import pytest
from flask import Flask
from flask.testing import FlaskClient
from following import (
    ME,
    PUBLIC,
    RESUME,
    atom,
    bytes_of,
    engines,
    follows,
    job,
    jsonfeed,
    keep,
    link,
    mailed,
    night,
    profiled,
)
from lxml import html
from pages import NOW
from sqlalchemy import text
from werkzeug.test import TestResponse

from crawler import refresh
from db import session
from matcher.lasting import made_id
from webapp.seek import private

WATER = made_id("clearbrook", "w1")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def app(made: Path, tmp_path: Path, office: postoffice.Office, clock: dict[str, Any]) -> Iterator[Flask]:
    with following.mailing(made, tmp_path / "site", office, clock) as app:
        yield app


@pytest.fixture
def person(app: Flask) -> FlaskClient:
    return app.test_client()


# ---------------------------------------------------------------------------------- a search


def test_the_page_of_a_search_names_both_feeds_and_says_what_is_in_them(person: FlaskClient) -> None:
    page = person.get("/follow?q=spanish&place=Columbus, OH&within=50&pay=18&employment=FULL_TIME")
    read = html.fromstring(page.text)
    shown = read.xpath("//input[@readonly]/@value")
    assert [address.split("?")[0] for address in shown] == [f"{PUBLIC}/jobs.atom", f"{PUBLIC}/jobs.json"]
    assert read.xpath("//link[@rel='alternate']/@href") == shown
    for word in ("spanish", "Columbus, OH, within 50 km", "at least 18 per hour", "full time"):
        assert word in pages.words(page)
    assert WATER in {job(one) for one in atom(person.get(shown[0].removeprefix(PUBLIC)))}
    assert WATER in {
        one["url"].rsplit("/", 1)[1] for one in jsonfeed(person.get(shown[1].removeprefix(PUBLIC)))
    }


@pytest.mark.parametrize(
    "q, says",
    [
        ("", ""),
        ("-sales", "only takes away"),
        ("!?", "Write what work"),
        ("x" * 600, "too long"),
        ("a\nb\nc\nd", "too long"),
    ],
)
def test_a_page_without_a_search_asks_for_one(still: FlaskClient, q: str, says: str) -> None:
    page = still.get("/follow", query_string={"q": q})
    assert says in pages.words(page)
    assert page.status_code == (400 if says else 200)


def test_a_filter_that_cannot_be_read_is_told(still: FlaskClient) -> None:
    assert "Write only the number" in pages.words(still.get("/follow?q=spanish&pay=much"))


def test_without_mail_nothing_of_it_is_offered_or_taken(made: Path, tmp_path: Path) -> None:
    with following.copied(made, tmp_path / "silent") as app:
        client = app.test_client()
        assert "e-mail" not in pages.words(client.get("/follow?q=spanish"))
        form = {"q": "spanish", "address": ME, "every": "day", "agree": "1"}
        assert client.post("/follow/keep", data=form).status_code == 400
        assert follows(app) == []
        assert "private feed" in pages.words(client.get(keep(client, **profiled(client, address=ME))))
        assert follows(app)[0].address is None


# ---------------------------------------------------------------------------------- a profile


def test_a_profile_is_followed_only_with_consent(person: FlaskClient, app: Flask) -> None:
    fields = profiled(person)
    assert "never your text" in pages.words(person.post("/follow", data=fields))
    del fields["agree"]
    refused = person.post("/follow/keep", data=fields)
    assert (refused.status_code, follows(app)) == (400, [])
    assert "Tick the box" in pages.words(refused)


def test_of_a_profile_only_what_ranks_is_kept(person: FlaskClient, app: Flask) -> None:
    path = keep(person, **profiled(person, weigh="out:to.zendesk", place="Columbus, OH"))
    [row] = follows(app)
    asked = json.loads(row.asked)
    assert asked["typed"] == {"place": ["Columbus, OH"]}
    assert "concept:to.zendesk" not in asked["profile"]["terms"]
    assert asked["profile"]["weighed"] == {}
    for word in ("Zelda", "Quartermain", "Ashdown", "zelda.q", "loved my years", path.rsplit("/", 1)[1]):
        assert word.encode() not in bytes_of(app)


def test_what_a_form_cannot_send_is_not_kept(person: FlaskClient, app: Flask) -> None:
    junk = "not for you to keep " * 1_000
    several = {"place": ["Columbus, OH", junk], "pay": ["$18" + " " * 1_000 + "per hour", junk]}
    keep(person, **profiled(person, shift=["days"] * 200, remote=["", junk], **several))
    [row] = follows(app)
    told = {"place": ["Columbus, OH"], "pay": ["18"], "per": ["hour"], "currency": [], "shift": ["days"]}
    assert json.loads(row.asked)["typed"] == {name: said for name, said in told.items() if said}


def test_its_feed_has_good_matches_and_what_comes_later(person: FlaskClient, app: Flask) -> None:
    path = keep(person, **profiled(person))
    page = person.get(f"{path}/jobs.atom")
    before = atom(page)
    assert WATER in {job(one) for one in before}
    assert page.headers["Cache-Control"] == "private, max-age=900"
    again = person.get(f"{path}/jobs.atom", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    late = pages.posting(
        "late", "x1", "Bilingual Call Center Agent", pages.METERS, hiring_organization="Late"
    )
    night(app, LATER, [late])
    assert next(job(one) for one in atom(person.get(f"{path}/jobs.atom"))) == made_id("late", "x1")
    assert len(jsonfeed(person.get(f"{path}/jobs.json"))) == len(before) + 1


def test_a_profile_of_another_vocabulary_says_so(person: FlaskClient, app: Flask) -> None:
    path = keep(person, **profiled(person))
    with session.writing(engines(app)) as db:
        asked = json.loads(follows(app)[0].asked)
        asked["profile"]["concepts"] = ["to.gone"]
        db.execute(text("UPDATE follow SET asked = :asked"), {"asked": json.dumps(asked)})
    assert person.get(f"{path}/jobs.atom").status_code == 410
    assert "earlier version" in pages.words(person.get(path))


def test_a_forged_profile_is_not_followed(still: FlaskClient) -> None:
    answer = still.post("/follow/keep", data={"profile": "forged", "agree": "1"})
    assert (answer.status_code, follows(still.application)) == (400, [])


# ---------------------------------------------------------------------------------- a private address


def test_wrong_addresses_answer_alike(person: FlaskClient) -> None:
    path = keep(person, **profiled(person))
    wrong = [f"/follow/{token}" for token in (private.address(), "x", path.rsplit("/", 1)[1].swapcase())]
    told = {
        re.sub(r"<code>\w+</code>", "", person.get(one + end).text)
        for one in wrong
        for end in ("", "/jobs.atom")
    }
    assert len({re.sub(r"/follow/[^\"]*", "", page) for page in told}) == 1
    assert {person.post(f"{one}/delete").status_code for one in wrong} == {404}


def test_its_address_stands_in_no_log_and_no_other_page_may_keep_it(
    person: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = keep(person, **profiled(person, address=ME, every="day"))
    page = person.get(path)
    person.get(f"{path}/jobs.atom")
    person.post(f"{path}/delete")
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    ours = "".join(record.getMessage() for record in caplog.records if record.name != "mail.log")
    assert "follow deleted" in ours
    assert path.rsplit("/", 1)[1] not in ours
    assert ME not in ours


def test_deleting_leaves_nothing_of_it(person: FlaskClient, app: Flask) -> None:
    path = keep(person, **profiled(person, address=ME, every="week"))
    assert ME.encode() in bytes_of(app)
    assert "deleted" in pages.words(person.post(f"{path}/delete"))
    assert follows(app) == []
    assert ME.encode() not in bytes_of(app)
    assert person.get(path).status_code == 404


def test_what_nobody_reads_for_sixty_days_is_forgotten(person: FlaskClient, app: Flask, clock: Any) -> None:
    read, unread = keep(person, **profiled(person)), keep(person, **profiled(person))
    clock["now"] = NOW + timedelta(days=50)
    assert person.get(f"{read}/jobs.json").status_code == 200
    clock["now"] = NOW + timedelta(days=61)
    assert person.get(unread).status_code == 404  # already before a night deletes it
    refresh.forget_unused(engines(app), clock["now"])
    assert len(follows(app)) == 1
    assert person.get(read).status_code == 200


# ---------------------------------------------------------------------------------- what guards them


def test_forms_carry_a_token_and_links_in_mails_are_their_own(
    made: Path, tmp_path: Path, office: postoffice.Office
) -> None:
    office.came.clear()
    told = {"MAIL": office.server(), "PUBLIC_URL": PUBLIC, "WTF_CSRF_ENABLED": True, "RATE_LIMITS": True}
    with following.copied(made, tmp_path / "strict", **told) as app:
        client = app.test_client()
        form = {"q": "spanish", "address": ME, "every": "day", "agree": "1"}
        assert client.post("/follow/keep", data=form).status_code == 400
        token = pages.carried(client.get("/follow?q=spanish"), "csrf_token")
        path = client.post("/follow/keep", data={**form, "csrf_token": token}).headers["Location"]
        assert client.post(f"{path}/delete").status_code == 400
        nobody = app.test_client(use_cookies=False)
        assert nobody.post(link(office.came[0], "confirm")).status_code == 200
        assert nobody.get(link(office.came[0], "confirm") + "x").status_code == 410


def test_only_so_many_are_begun_in_an_hour(made: Path, tmp_path: Path) -> None:
    with following.copied(made, tmp_path / "limited", RATE_LIMITS=True) as app:
        client = app.test_client()
        fields = profiled(client)
        codes = [client.post("/follow/keep", data=fields).status_code for _ in range(22)]
        assert (codes[0], codes[-1], codes.count(303)) == (303, 429, 20)


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "{{ 7 * 7 }}<img src=x onerror=alert(1)>"])
def test_what_is_typed_is_inert_on_every_page(
    person: FlaskClient, office: postoffice.Office, evil: str
) -> None:
    path = mailed(person, q=f"spanish {evil}")
    shown: list[TestResponse] = [
        person.get("/follow", query_string={"q": f"spanish {evil}"}),
        person.get(path),
        person.get(link(office.came[0], "confirm")),
        person.post(link(office.came[0], "confirm")),
        person.post("/follow/keep", data={"q": evil, "address": evil, "every": evil, "agree": evil}),
    ]
    for page in shown:
        read = html.fromstring(page.text)
        assert read.xpath("//main//script | //main//img | //*[@onerror]") == []
        assert "49" not in pages.words(page)


# ---------------------------------------------------------------------------------- the way there


def test_a_list_of_a_search_leads_to_its_feeds_with_its_filters(still: FlaskClient) -> None:
    for page in (
        still.get("/jobs?q=spanish+calls&employment=FULL_TIME"),
        still.post("/jobs", data={"summary": "spanish calls", "employment": "FULL_TIME"}),
    ):
        read = html.fromstring(page.text)
        [atom_link, _] = read.xpath("//link[@rel='alternate']/@href")
        assert atom_link == "/jobs.atom?q=spanish+calls&employment=FULL_TIME"
        assert atom(still.get(atom_link))
        [way] = read.xpath("//a[contains(., 'Follow this search')]/@href")
        assert "full time" in pages.words(still.get(way))


def test_a_list_of_a_profile_leads_to_the_question_whether_it_may_be_kept(still: FlaskClient) -> None:
    page = still.post("/jobs", data={"summary": RESUME, "place": "Columbus, OH"})
    read = html.fromstring(page.text)
    assert read.xpath("//link[@rel='alternate']") == []
    [button] = read.xpath("//button[contains(., 'Follow new jobs')]")
    form = html.fromstring(page.text).get_element_by_id("asked")
    asked = still.post(button.get("formaction"), data=dict(form.form_values()))
    assert "Columbus, OH" in pages.words(asked)
    assert "Yes, keep these words" in pages.words(asked)
    for word in ("Zelda", "Ashdown", "loved my years"):
        assert word not in asked.text


def test_a_search_that_was_weighed_is_followed_as_a_profile(still: FlaskClient) -> None:
    first = still.post("/jobs", data={"summary": "title:agent spanish"})
    fields = {"profile": pages.carried(first), "keywords": pages.carried(first, "keywords")}
    assert "Follow this search" in still.post("/jobs", data=fields).text
    weighed = still.post("/jobs", data=fields | {"add": "Korean"})
    assert "Follow new jobs like these" in weighed.text
