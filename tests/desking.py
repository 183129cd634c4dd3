"""The sample with what recruiters look for: an agency's copies, reposts, an ad over many places, a shared text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pages
import people
from flask import Flask
from flask.testing import FlaskClient

from crawler.items import JobPosting
from db import session

LAST_MONTH = pages.NOW - timedelta(days=40)
TOWNS = ("Akron, OH", "Canton, OH", "Lima, OH", "Mansfield, OH", "Elyria, OH", "Parma, OH")
KETTLES = (
    "People who bought a kettle call us when it does not boil. You listen, try the plug with them, send another "
    "kettle where it helps and write down what broke. Four weeks of training, then shifts from seven to three."
)
LANTERNS = (
    "Answer chats of campers whose lantern went out: which wick, which oil, which part to send. Evenings and two "
    "Saturdays a month. You write kindly and look up stock in our own system."
)


def posted() -> list[JobPosting]:
    """A job of Clearbrook Water is an agency's too; Kettles posts one again, and one over six towns."""
    water: dict[str, Any] = {"where": "Columbus, OH", "requisition": "CW-1170"}
    boil: dict[str, Any] = {"hiring_organization": "Kettles Direct", "where": "Reno, NV"}
    return [
        pages.posting(
            *("agencyboard", "q-1", "Bilingual Call Center Representative", pages.METERS),
            **water,
            hiring_organization="Clearbrook Water Talent Staffing",
            base_salary=pages.pay("$18.50 - $21.00 an hour", "USD", "18.50", "HOUR", "21.00"),
        ),
        *(
            pages.posting(
                *("kettles", f"k{month}", "Kettle Care Agent", KETTLES),
                **boil,
                date_posted=date(2026, month, 3),
            )
            for month in (8, 9, 11)
        ),
        *(
            pages.posting(
                *("lantern", f"l{number}", "Chat Agent, Lanterns", LANTERNS),
                hiring_organization="Lantern & Wick",
                where=town,
            )
            for number, town in enumerate(TOWNS)
        ),
    ]


def fill(engines: session.Engines) -> None:
    """The sample a month ago, and what was posted since."""
    pages.read(engines, *pages.sample(), at=LAST_MONTH)
    pages.read(engines, *posted())


def home(model: Path, folder: Path) -> Path:
    """The file of a database: the sample a month ago, what was posted since, and three recruiters."""
    file = Path(shutil.copy(model, folder / "rolecall.sqlite3"))
    engines = session.open_engines(f"sqlite:///{file}")
    fill(engines)
    for name in ("ruth", "rex", "rose"):
        people.add(engines, name)
    engines.close()
    return file


@contextmanager
def opened(file: Path, **config: Any) -> Iterator[Flask]:
    """The pages over such a database."""
    with pages.opened(f"sqlite:///{file}", file.parent / "index", **config) as app:
        yield app


def client_of(app: Flask, name: str = "ruth") -> FlaskClient:
    """The browser of somebody who is signed in."""
    client = app.test_client()
    assert people.sign_in(client, name).status_code == 303
    return client
