"""What tests of saved jobs press, and how they read a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pages
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from matcher.lasting import made_id

WATER, CHAT, DESK = made_id("clearbrook", "w1"), made_id("bakesoft", "c1"), made_id("harborclinic", "d1")
POWER = made_id("northlight", "n0")  # in three towns
HOSTILE = made_id("hostile", "h1")


def opened(home: Path, **config: Any) -> Any:
    return pages.opened(f"sqlite:///{home}/rolecall.sqlite3", home / "index", **config)


def keep(client: FlaskClient, job: str, state: str = "saved", **fields: str) -> TestResponse:
    """A press on a button beside a job."""
    return client.post(f"/jobs/{job}", data={"state": state, **fields})


def begun(client: FlaskClient, job: str = WATER, state: str = "saved") -> str:
    """The private address of a new list with a job on it."""
    return keep(client, job, state).headers["Location"]


def titles(page: TestResponse, section: str = "") -> list[str]:
    """What stands on a list, or under one of its headings."""
    read = html.fromstring(page.text)
    under = f"//h2[@id='{section}']/following-sibling::*[1]" if section else "/"
    return [pages.said(each) for each in read.xpath(f"{under}/descendant::li[@class='kept']/h3")]
