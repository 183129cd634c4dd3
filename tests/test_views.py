"""The views that recruiters keep of the desk: each person's own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import desking
import pages
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from webapp.review import views


@pytest.fixture(scope="module")
def app(desk_file: Path) -> Iterator[Flask]:
    with desking.opened(desk_file) as app:
        yield app


def viewed(client: FlaskClient) -> list[tuple[str, str]]:
    read = html.fromstring(client.get("/desk?sort=title").text)
    return [(pages.said(link), link.get("href")) for link in read.xpath("//ul[@class='viewed']//a")][1:]


def test_a_view_is_kept_opened_with_renamed_and_deleted_by_who_made_it(app: Flask) -> None:
    ruth, rex = desking.client_of(app), desking.client_of(app, "rex")
    asks = "agency=1&sort=-listings&nonsense=1&role=boss"
    assert ruth.post("/desk/views", data={"name": " Monday  agencies ", "query": asks}).status_code == 303
    assert viewed(ruth) == [("Monday agencies", "/desk?agency=1&sort=-listings")]
    assert viewed(rex) == []
    ruth.post("/desk/views", data={"name": "Monday agencies", "query": "reposts=1"})
    ruth.post("/desk/views", data={"name": "Copies", "query": "copies=1"})
    assert [name for name, _ in viewed(ruth)] == ["Copies", "Monday agencies"]
    [monday] = html.fromstring(ruth.get("/desk?sort=title").text).xpath(
        "//form[input[@value='Monday agencies']]/@action"
    )
    for wish in ("rename", "open", "plain", "delete"):  # a view of somebody else's
        assert rex.post(monday, data={"wish": wish, "name": "Mine"}).status_code == 404
    assert ruth.post(monday, data={"wish": "burn"}).status_code == 400
    assert ruth.get("/desk").status_code == 200
    ruth.post(monday, data={"wish": "open"})
    assert ruth.get("/desk").headers["Location"] == "/desk?reposts=1&sort=-first_seen"
    assert rex.get("/desk").status_code == 200
    taken = ruth.post(monday, data={"wish": "rename", "name": "Copies"}, follow_redirects=True)
    assert views.TAKEN in taken.text
    assert views.UNNAMED in ruth.post(monday, data={"wish": "rename"}, follow_redirects=True).text
    ruth.post(monday, data={"wish": "rename", "name": "<i>Again</i>"})
    assert viewed(ruth)[0] == ("<i>Again</i>", "/desk?reposts=1&sort=-first_seen")
    ruth.post(monday, data={"wish": "plain"})
    assert ruth.get("/desk").status_code == 200
    ruth.post(monday, data={"wish": "delete"})
    assert [name for name, _ in viewed(ruth)] == ["Copies"]


def test_nobody_keeps_views_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 2)
    rose = desking.client_of(app, "rose")
    for name in random.Random(9).sample(["one", "two", "three"], 3):
        answer = rose.post("/desk/views", data={"name": name, "query": ""}, follow_redirects=True)
    assert "You have 2 views already" in answer.text
    assert len(viewed(rose)) == 2
