"""What tests of the recruiters' pages stand on: made-up ads with doubtful pairs, grouped, and two who sign in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import deciding as world
import pages
import people
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from crawler.items import JobPosting, Place
from db import queries, session
from webapp.review import acts

WORK = {
    "kettles": "You answer calls about kettles, mend what can be mended and send a new lid where one is lost. "
    "You log each call, and know the warranty by heart after six paid weeks with a patient colleague.",
    "trams": "You tell riders of the trams why theirs is late, refund tickets and note lost umbrellas. "
    "You sit in a bright room above the depot, four colleagues beside you, and the timetable on the wall.",
    "seeds": "You help gardeners by chat with seeds that do not come up, and post them others. "
    "You know a beet from a chard, write plainly and stay kind in April, when everybody sows at once.",
}


def ad(source: str, identifier: str, work: str, more: str = "", **given: Any) -> JobPosting:
    """An ad of one of a few employers; `more` words follow its text."""
    where = Place(text="Dayton, OH", address_locality="Dayton", address_region="OH", address_country="US")
    told = {"title": f"Customer Service Representative, {work.title()}", "job_location": (where,)} | given
    return JobPosting(
        source=source,
        identifier=identifier,
        url=f"https://{source}.example/{identifier}",
        hiring_organization=f"Acme {work.title()}",
        description=f"{WORK[work]} {more}".strip(),
        **told,
    )


def doubtful() -> list[JobPosting]:
    """Each work twice on one board, kept apart by what the board says otherwise, and once more elsewhere."""
    shifts = {"kettles": ("day shift", "night shift"), "trams": ("early shift", "late shift")}
    found = [
        ad("board", f"{work}-{at}", work, f"You work the {shift}.")
        for work, pair in shifts.items()
        for at, shift in enumerate(pair)
    ]
    found += [
        ad("board", "seeds-0", "seeds"),
        ad("agency", "seeds-1", "seeds", "Apply with us today, we are quick."),
    ]
    return found


def grouped(engines: session.Engines, folder: Path) -> None:
    """A database of doubtful pairs and of ads that are like nobody, grouped."""
    for source in ("board", "agency"):
        items = [item for item in doubtful() if item.source == source]
        world.remember(engines, items)
    world.remember(engines, [world.loner(number) for number in range(3)])
    world.night(engines, folder)


def made(model: Path, folder: Path) -> Path:
    """A home with such a database and its shelf: to be copied."""
    file = Path(shutil.copy(model, folder / "rolecall.sqlite3"))
    engines = session.open_engines(f"sqlite:///{file}")
    grouped(engines, folder / "shelf")
    for name in ("ruth", "rita"):
        people.add(engines, name)
    engines.close()
    return folder


@contextmanager
def opened(home: Path, folder: Path, **config: Any) -> Iterator[Flask]:
    """The pages over a copy of a home, with ruth and rita, recruiters."""
    shutil.copytree(home, folder, dirs_exist_ok=True)
    with pages.opened(f"sqlite:///{folder}/rolecall.sqlite3", folder / "index", **config) as app:
        yield app


def client(app: Flask, name: str = "ruth") -> FlaskClient:
    """A browser in which somebody has signed in."""
    found = app.test_client()
    people.sign_in(found, name)
    return found


def decided(app: Flask) -> list[tuple[str, str]]:
    """Who decided what, the newest first."""
    with session.reading(people.engines_of(app)) as db:
        return [(act.who, act.what) for act in queries.acts.page(db, most=50) if act.what in acts.WORDS]


def form(page: TestResponse, button: str) -> tuple[str, dict[str, Any]]:
    """Where the form of a button goes, and what it carries: the first whose words begin so."""
    read = html.fromstring(page.text)
    for found in read.xpath("//button"):
        if " ".join(found.text_content().split()).startswith(button):
            [owner] = (
                read.xpath(f"//form[@id='{found.get('form')}']")
                if found.get("form")
                else found.xpath("ancestor::form")
            )
            told: dict[str, Any] = {
                name: owner.xpath(f".//input[@name='{name}']/@value")
                for name in owner.xpath(".//input/@name")
            }
            told |= {one.get("name"): one.text or "" for one in owner.xpath(".//textarea[@name]")}
            told |= {
                one.get("name"): one.xpath("option/@value")[0] for one in owner.xpath(".//select[@name]")
            }
            if found.get("name"):
                told[found.get("name")] = found.get("value")
            return found.get("formaction") or owner.get("action"), told
    raise AssertionError(f"no button {button!r}")


def press(browser: FlaskClient, page: TestResponse, button: str, **more: str) -> TestResponse:
    """What the server says when a button of a page is pressed."""
    address, told = form(page, button)
    return browser.post(address, data=told | more)
