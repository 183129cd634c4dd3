"""What tests of following stand on: nights that come later, and feeds that are read as strictly as their rules say."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pages
import postoffice
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from seeking import SPANISH
from sqlalchemy import text, update

from crawler.items import JobPosting
from db import session
from db.models import Listing
from matcher import grouping, search
from webapp import memory

PUBLIC = "https://jobs.rolecall.example"
ME = "somebody@mail.example"
RESUME = f"Zelda Quartermain, 14 Ashdown Lane\nzelda.q@mail.example\n{SPANISH}. I loved my years in Wexford."
ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}:[!-~]+")


def made(folder: Path) -> Path:
    """A folder with the sample of `pages`, that sites are copies of."""
    with pages.site(folder):
        return folder


@contextmanager
def copied(made: Path, folder: Path, **config: Any) -> Iterator[Flask]:
    """A site of its own."""
    shutil.copytree(made, folder)
    with pages.opened(f"sqlite:///{folder}/rolecall.sqlite3", folder / "index", **config) as app:
        yield app


@contextmanager
def mailing(
    made: Path, folder: Path, office: postoffice.Office, clock: Mapping[str, datetime]
) -> Iterator[Flask]:
    """A site of its own that mails by way of an office, at a time that a test may move."""
    told = {"MAIL": office.server(), "PUBLIC_URL": PUBLIC, "CLOCK": lambda: clock["now"]}
    with copied(made, folder, **told) as app:
        yield app


def engines(app: Flask) -> session.Engines:
    with app.app_context():
        return memory.here().engines


def night(app: Flask, now: datetime, postings: Iterable[JobPosting] = ()) -> None:
    """Store some postings, group and index, at a later time."""
    pages.remember(engines(app), postings, Path(app.config["INDEX_DIRECTORY"]), now)


def again(app: Flask, now: datetime) -> None:
    """Group and index what is stored."""
    grouping.regroup(engines(app), now)
    search.reindex(engines(app), Path(app.config["INDEX_DIRECTORY"]))


def reword(app: Flask, identifier: str, now: datetime, **columns: Any) -> None:
    """Change what a listing says, as a night does."""
    with session.writing(engines(app)) as db:
        changed = update(Listing).where(Listing.identifier == identifier)
        db.execute(changed.values(**columns, updated_at=now))


def atom(page: Any) -> list[dict[str, str]]:
    """The entries of a feed that holds to RFC 4287."""
    assert page.status_code == 200, page.text
    assert page.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(page.data, etree.XMLParser(resolve_entities=False, no_network=True))
    assert feed.tag == ATOM + "feed"
    _has_once(feed, "id", "title", "updated", "author")  # 4.1.1
    [own] = [link for link in feed.iterfind(ATOM + "link") if link.get("rel") == "self"]
    assert own.get("href").startswith("http")
    entries = feed.findall(ATOM + "entry")
    for entry in entries:
        _has_once(entry, "id", "title", "updated", "published", "content")  # 4.1.2
        assert entry.find(ATOM + "content").get("type") == "html"
        assert len(entry.findall(ATOM + "author")) <= 1
        [link] = entry.findall(ATOM + "link")
        assert link.get("rel") == "alternate"
        assert urlsplit(link.get("href")).scheme in ("http", "https")
        assert all(author.findtext(ATOM + "name") for author in entry.iterfind(ATOM + "author"))  # 3.2.1
    for element in feed.iter(ATOM + "updated", ATOM + "published"):
        assert MOMENT.fullmatch(element.text), element.text  # 3.3
    names = [element.text for element in feed.iter(ATOM + "id")]
    assert len(set(names)) == len(names)  # 4.1.1: no two entries of one id and one time
    assert all(TAG.fullmatch(name) for name in names)  # RFC 4151
    return [{child.tag.removeprefix(ATOM): _said(child) for child in entry} for entry in entries]


def _has_once(element: Any, *names: str) -> None:
    for name in names:
        assert len(element.findall(ATOM + name)) == 1, name


def _said(element: Any) -> str:
    return element.get("href") or "".join(element.itertext())


def jsonfeed(page: Any) -> list[dict[str, Any]]:
    """The items of a feed that holds to JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""
    assert page.status_code == 200, page.text
    assert page.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(page.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert isinstance(item["content_html"], str)
        assert MOMENT.fullmatch(item["date_published"])
        assert MOMENT.fullmatch(item["date_modified"])
        assert "author" not in item  # of version 1
        assert all(author["name"] for author in item.get("authors", []))
    return list(feed["items"])


def job(entry: dict[str, str]) -> str:
    """The job of an entry, by its address."""
    return entry["link"].rsplit("/", 1)[1]


# ---------------------------------------------------------------------------------- who follows


def profiled(client: FlaskClient, **fields: Any) -> dict[str, Any]:
    """The fields of a page that asks whether a profile may be kept."""
    shown = client.post("/jobs", data={"summary": RESUME})
    return {"profile": pages.carried(shown), "agree": "1", **fields}


def keep(client: FlaskClient, **fields: Any) -> str:
    """The path of the private page that following makes."""
    answer = client.post("/follow/keep", data=fields)
    assert answer.status_code == 303, pages.words(answer)
    return str(answer.headers["Location"])


def mailed(client: FlaskClient, address: str = ME, every: str = "day", q: str = "spanish") -> str:
    return keep(client, q=q, address=address, every=every, agree="1")


def link(message: Any, kind: str) -> str:
    """The link of a mail, as a path."""
    found = re.search(rf"{PUBLIC}(/follow/{kind}/[\w.-]+)", message.get_body(("plain",)).get_content())
    assert found
    return found[1]


def bytes_of(app: Flask) -> bytes:
    """All that an SQLite database holds, its log included."""
    file = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in file.parent.glob(file.name + "*"))


def follows(app: Flask) -> list[Any]:
    with session.reading(engines(app)) as db:
        return list(db.execute(text("SELECT * FROM follow")).all())
