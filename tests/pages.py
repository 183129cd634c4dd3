"""The pages over a small database that we wrote: copies, a campaign, no pay, remote, currencies, hostile ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from lxml import html
from werkzeug.test import TestResponse

import webapp
from crawler import runs, storing
from crawler.clean import place
from crawler.items import JobPosting, MonetaryAmount
from db import session, upgrade
from matcher import grouping, roles, search

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "9f2c7d1e5b8a4036" * 2 + "of these tests, and of nothing else"
IN_SOAK = [
    pytest.mark.postgres,
    pytest.mark.soak,
]  # most pages are read from PostgreSQL in the long tests only
DATABASES = ("sqlite", pytest.param("postgresql", marks=IN_SOAK))
HOSTILE = '<script>alert("title")</script> Customer Service {{ 7 * 7 }} "Agent"'

METERS = (
    "Answer inbound calls in English and Spanish for a water utility. Look up meters and bills, take payments by "
    "phone, set up payment plans and note every call in Zendesk. Calm callers whose water was turned off. We train "
    "you for four weeks. You bring one year of experience in a call center and type forty words a minute."
)
POWER = (
    "Households call us when the power fails or a bill looks wrong. You answer inbound calls, find the account, "
    "explain the tariff and book an engineer. Shifts rotate and include weekends. Paid training of six weeks, a "
    "headset and a desk are provided. Experience on the phone with customers helps and is not required."
)
CHAT = (
    "Reply to customers by live chat and email for a company that makes software for bakeries. You use Zendesk "
    "and write help articles. Two years of support experience are required. Shopify is required, French a plus. "
    "You work from home in any state."
)
FRONT_DESK = (
    "Greet patients at the front desk of a clinic, answer the phone and schedule appointments. Insurance cards are "
    "scanned and copays are taken. A high school diploma is required, and a kind voice."
)
LONDON = (
    "Handle complaints of rail passengers by phone and letter in our London office. Refunds are decided by you up "
    "to a limit. Salesforce is what we write in. Experience of complaints in a regulated industry is welcome."
)
TORONTO = (
    "Bilingual support in French and English for bank customers in Toronto: cards, accounts and fraud calls. "
    "Salesforce and a telephone are the tools. Two weekends a month are worked."
)
MANAGER = (
    "Lead a contact center of eighty agents in Phoenix: hire, coach, plan shifts, report service levels. You have "
    "managed a call center for five years and hold a bachelor's degree."
)
PARCELS = "Answer calls about parcels that are late. Weekend shifts."
INTERPRET = "Interpret calls between Spanish and English."
GARDEN = "Serve customers at the till of a garden shop."
EASY = (
    "Make easy money from home taking calls! No experience needed. Commission only, unlimited income, pay a small "
    "starter kit fee and begin today answering inbound calls in your own hours."
)
EVIL = (
    "Answer inbound calls in Spanish and note them in Zendesk. <script>alert('text')</script>"
    '<img src=x onerror="alert(1)"> \u202egnp.exe \u200b javascript:alert(1) {{ config }} end.'
)


def posting(source: str, identifier: str, title: str, description: str, **stated: Any) -> JobPosting:
    """A posting with an address of its own, unless one is stated."""
    where = stated.pop("where", "")
    return JobPosting(
        source=source,
        identifier=identifier,
        title=title,
        description=description,
        job_location=place.read(where) if where else (),
        **{"url": f"https://{source.replace(':', '-')}.example/jobs/{identifier}", **stated},
    )


def pay(text: str, currency: str, least: str, unit: Any, most: str | None = None) -> MonetaryAmount:
    """Pay as stated."""
    return MonetaryAmount(
        text=text,
        currency=currency,
        min_value=Decimal(least),
        max_value=Decimal(most or least),
        unit_text=unit,
    )


def sample() -> list[JobPosting]:
    """Seventeen postings: fifteen jobs, on thirteen cards."""
    water: dict[str, Any] = {
        "hiring_organization": "Clearbrook Water",
        "where": "Columbus, OH",
        "base_salary": pay("$18.50 - $21.00 an hour", "USD", "18.50", "HOUR", "21.00"),
        "employment_type": ("FULL_TIME",),
        "requisition": "CW-1170",
    }
    power: dict[str, Any] = {
        "hiring_organization": "Northlight Energy",
        "base_salary": pay("$16 per hour", "USD", "16", "HOUR"),
        "employment_type": ("FULL_TIME", "PART_TIME"),
    }
    return [
        posting(
            *("clearbrook", "w1", "Bilingual Call Center Representative", METERS),
            **water,
            date_posted=date(2026, 11, 20),
        ),
        posting("mirror", "99017", "Bilingual Call Center Representative", METERS, **water),
        posting("feeds", "f-8", "Bilingual Call Center Representative", METERS, **water),
        *(
            posting(
                *("northlight", f"n{number}", "Customer Service Representative - Energy", POWER),
                **power,
                where=town,
                date_posted=date(2026, 11, 2),
            )
            for number, town in enumerate(("Columbus, OH", "Toledo, OH", "Dayton, OH"))
        ),
        posting(
            *("bakesoft", "c1", "Customer Support Specialist (Chat)", CHAT),
            hiring_organization="Bakesoft",
            job_location_type="remote",
            base_salary=pay("$48,000 - $55,000 a year", "USD", "48000", "YEAR", "55000"),
            employment_type=("FULL_TIME",),
        ),
        posting(
            *("harborclinic", "d1", "Patient Services Representative", FRONT_DESK),
            hiring_organization="Harbor Clinic",
            where="Tampa, FL",
            employment_type=("PART_TIME",),
        ),
        posting(
            *("railcare", "l1", "Complaints Handler", LONDON),
            hiring_organization="Railcare",
            where="London, United Kingdom",
            base_salary=pay("£27,500 a year", "GBP", "27500", "YEAR"),
            date_posted=date(2026, 10, 1),
        ),
        posting(
            *("maplebank", "t1", "Bilingual Customer Service Agent, French", TORONTO),
            hiring_organization="Maple Bank",
            where="Toronto, ON, Canada",
            base_salary=pay("CA$22 an hour", "CAD", "22", "HOUR"),
        ),
        posting(
            *("sunline", "m1", "Contact Center Manager", MANAGER),
            hiring_organization="Sunline Travel",
            where="Phoenix, AZ",
            base_salary=pay("$72,000 a year", "USD", "72000", "YEAR"),
        ),
        posting(*("easy", "e1", "Work From Home Call Agent", EASY), job_location_type="remote"),
        posting(
            *("hostile", "h1", HOSTILE, EVIL),
            hiring_organization='<b onmouseover="alert(1)">Evil & Sons</b>',
            url="javascript:alert(document.cookie)",
        ),
        posting(
            *("hostile", "h2", f"Call Center Agent {'very ' * 4000}long", EVIL.replace("Spanish", "Dutch")),
            hiring_organization="O" * 5000,
            url="https://[broken/",
        ),
        posting(
            *("parcels", "p1", "Customer Care Agent", PARCELS),
            hiring_organization="Swift Parcels",
            where="Reno, NV",
            job_location_type="hybrid",
        ),
        posting(
            *("lingua", "i1", "Telephone Interpreter, Spanish", INTERPRET),
            hiring_organization="Lingua Lines",
            job_location_type="remote",
            employment_type=("CONTRACTOR",),
        ),
        posting(
            *("shop", "s1", "Retail Customer Service Associate", GARDEN),
            hiring_organization="Fernhill Gardens",
            where="Boise, ID",
            base_salary=pay("$15.25/hour", "USD", "15.25", "HOUR"),
            employment_type=("PART_TIME", "TEMPORARY"),
        ),
    ]


def read(engines: session.Engines, *items: JobPosting, gone: bool = False, at: datetime = NOW) -> None:
    """Store and group some postings; with `gone`, what their sources had besides closes."""
    store = runs.Runs(engines, "archive", at, at)
    for item in items:
        store.post(storing.Judged(item, roles.classify(item.title)))
    store.close(gone=gone)
    grouping.regroup(engines, at)


def remember(
    engines: session.Engines, postings: Iterable[JobPosting], index: Path, at: datetime = NOW
) -> None:
    """Store, group and index some postings, as a night does."""
    read(engines, *postings, at=at)
    search.reindex(engines, index)


class Compiled(BytecodeCache):
    """Templates as they were compiled for the app of another test: that takes longer than most tests."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


@contextmanager
def opened(database_url: str, index: Path, **config: Any) -> Iterator[Flask]:
    """The app over a database and an index; neither forgery nor rates are checked unless `config` asks for it."""
    app = webapp.create_app(
        {
            "DATABASE_URL": database_url,
            "INDEX_DIRECTORY": index,
            "SHELF_DIRECTORY": index.parent / "shelf",
            "SECRET_KEY": SECRET,
            "CLOCK": lambda: NOW,
            "TESTING": True,
            "RATE_LIMITS": False,
            "WTF_CSRF_ENABLED": False,
            **config,
        }
    )
    app.jinja_env.bytecode_cache = COMPILED
    try:
        yield app
    finally:
        app.extensions["rolecall"].close()


@contextmanager
def site(folder: Path, postings: Iterable[JobPosting] = (), url: str = "", **config: Any) -> Iterator[Flask]:
    """The app over the sample and further postings, on SQLite in `folder` or elsewhere: for tests that read."""
    url = url or f"sqlite:///{folder}/rolecall.sqlite3"
    upgrade.upgrade(url)
    engines = session.open_engines(url)
    remember(engines, [*sample(), *postings], folder / "index")
    engines.close()
    with opened(url, folder / "index", **config) as app:
        yield app


def many(number: int) -> list[JobPosting]:
    """Jobs of as many employers: pages of them."""
    things = "parcels meters cards tickets boilers phones bicycles prescriptions flights kettles".split()
    return [
        posting(
            *("board", f"b{n}", f"Call Center Agent, {things[n % 10]}"),
            f"Answer inbound calls about {things[n % 10]} and {things[n // 10 % 10]} for employer {n}.",
            hiring_organization=f"Employer {n:03}",
        )
        for n in range(number)
    ]


@dataclass(frozen=True)
class Card:
    """What a page of results shows of one row."""

    number: str
    title: str
    score: str
    text: str
    links: tuple[str, ...]


def cards(page: TestResponse) -> list[Card]:
    """The rows of a page of results, in order, without the person's own sentences: the first page has them."""
    read = html.fromstring(page.text)
    for quote in read.xpath("//p[@class='yours']"):
        quote.drop_tree()
    return [
        Card(
            said(card.xpath("p[contains(@class, 'rank')]")[0]).removeprefix("Number "),
            said(card.xpath(".//h3//bdi")[0]),
            said(card.xpath("p[contains(@class, 'score')]")[0]),
            said(card),
            tuple(card.xpath(".//a/@href")),
        )
        for card in read.xpath("//li[contains(@class, 'card')]")
    ]


def said(element: Any) -> str:
    """The words of an element, whitespace folded."""
    return " ".join(element.text_content().split())


def words(page: TestResponse) -> str:
    """The words of a page's own part."""
    return said(html.fromstring(page.text).xpath("//main")[0])


def carried(page: TestResponse, name: str = "profile") -> str:
    """The value of a hidden field, the same in all forms of the page."""
    [value] = set(html.fromstring(page.text).xpath(f"//input[@type='hidden'][@name='{name}']/@value"))
    return str(value)
