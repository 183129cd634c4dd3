"""The digest: each person is told of each job once, whatever fails on the way, and one click ends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import following
import pages
import postoffice
import pytest
from click.testing import CliRunner
from flask import Flask
from following import ME, PUBLIC, bytes_of, engines, night, reword
from lxml import html
from pages import NOW
from sqlalchemy import text

from db import queries, session
from db.models import Job, Listing
from matcher import search
from matcher.lasting import made_id
from rolecall import __main__ as door
from rolecall import settings
from rolecall.commands import digest
from webapp.seek import private
from webapp.seek.follow import digests

OTHER = "other@mail.example"
LATER = NOW + timedelta(hours=15)


@pytest.fixture(scope="session")
def newer(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with something new, that others are copies of."""
    folder = tmp_path_factory.mktemp("newer") / "site"
    with following.copied(made, folder) as app:
        night(app, LATER, [spanish(1)])
    return folder


@pytest.fixture
def news(newer: Path, clock: dict[str, Any]) -> Path:
    """With it a site has something new since somebody began to follow it."""
    clock["now"] = LATER
    return newer


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    made: Path,
    tmp_path: Path,
    office: postoffice.Office,
    clock: dict[str, Any],
) -> Iterator[Flask]:
    source = request.getfixturevalue("news") if "news" in request.fixturenames else made
    with following.mailing(source, tmp_path / "site", office, clock) as app:
        yield app


def subscribe(app: Flask, address: str = ME, q: str = "spanish", every: str = "day") -> str:
    """Somebody follows a search and has confirmed; the private address."""
    token = private.address()
    row = {"digest": private.digest(token), "asked": {"q": q, "typed": {}}, "made_at": NOW}
    with session.writing(engines(app)) as db:
        row |= {"used_on": NOW.date(), "address": address, "every": every}
        follow_id = queries.follow.make(db, row)
        queries.follow.confirm(db, follow_id, NOW)
    return token


def spanish(number: int, **stated: Any) -> Any:
    """A new posting that a search for Spanish finds."""
    words = pages.METERS.replace("meters", f"meters of street {number}")
    organization = {"hiring_organization": f"Waterworks {number}"}
    return pages.posting(
        "new", f"s{number}", f"Bilingual Agent {number}, Spanish", words, **organization | stated
    )


def told(message: EmailMessage) -> set[str]:
    """The jobs that a mail names, the same in both of its forms."""
    plain = message.get_body(("plain",)).get_content()
    in_plain = {line.rsplit("/", 1)[1] for line in plain.splitlines() if line.startswith(f"{PUBLIC}/jobs/")}
    read = html.fromstring(message.get_body(("html",)).get_content())
    assert {address.rsplit("/", 1)[1] for address in read.xpath("//h2/a/@href")} == in_plain
    return in_plain


def ids(*numbers: int) -> set[str]:
    return {made_id("new", f"s{number}") for number in numbers}


# ---------------------------------------------------------------------------------- what is sent when


def test_what_was_there_when_somebody_began_is_not_news(app: Flask, office: postoffice.Office) -> None:
    subscribe(app)
    assert digests.send(app) == digests.Report(due=1, nothing_new=1)
    assert office.came == []


def test_a_job_is_told_once_and_the_next_mail_has_the_next(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    subscribe(app)
    for days, numbers in enumerate(((1, 2), (3,), ())):
        now = clock["now"] = LATER + timedelta(days=days)
        night(app, now, [spanish(number) for number in numbers])
        sent = digests.send(app)
        assert (sent.sent, sent.failed) == (int(bool(numbers)), 0)
        assert digests.send(app).sent == 0  # nothing is due so soon
    assert [told(message) for message in office.came] == [ids(1, 2), ids(3)]


def test_a_week_is_waited_for_by_whom_asked_for_it(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    subscribe(app, every="week")
    for days in (0, 1, 6, 7):
        now = clock["now"] = LATER + timedelta(days=days)
        if days < 7:
            night(app, now, [spanish(days)])
        digests.send(app)
    assert [told(message) for message in office.came] == [ids(0), ids(1, 6)]


def test_what_is_reposted_merged_or_split_is_not_told_again(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    def copy(source: str) -> Any:
        where = {"where": "Akron, OH", "requisition": "WW-77231", "hiring_organization": "Waterworks"}
        return pages.posting(source, "w7", "Bilingual Agent, Spanish", pages.METERS, **where)

    subscribe(app)
    clock["now"] = LATER
    night(app, LATER, [copy("one"), copy("two")])
    assert digests.send(app).sent == 1
    now = clock["now"] = LATER + timedelta(days=1)
    night(app, now, [copy("three")])  # a repost
    with session.reading(engines(app)) as db:
        [job] = {one.job_id for one in db.query(Listing).filter_by(identifier="w7")}
    assert digests.send(app) == digests.Report(due=1, nothing_new=1)
    with session.writing(engines(app)) as db:  # a part of what was told gets another id
        row = {"id": "feedfeedfeedfeed", "role": "core", "reasons": [], "created_at": now, "updated_at": now}
        first, *_ = db.query(Listing).filter_by(job_id=job).order_by(Listing.id).all()
        other = db.query(Listing).filter_by(job_id=job).order_by(Listing.id).offset(1).first()
        db.query(Job).filter_by(id=job).update({"canonical_id": first.id})
        db.add(Job(canonical_id=other.id, **row))
        db.flush()
        other.job_id = row["id"]
    search.reindex(engines(app), Path(app.config["INDEX_DIRECTORY"]))
    assert digests.send(app) == digests.Report(due=1, nothing_new=1)


@pytest.mark.usefixtures("news")
def test_one_address_is_told_once_whatever_it_follows(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    for q in ("spanish", "bilingual"):
        subscribe(app, q=q)
    subscribe(app, OTHER)
    assert digests.send(app) == digests.Report(due=3, sent=2, nothing_new=1)
    assert [told(one) for one in office.to(ME) + office.to(OTHER)] == [ids(1), ids(1)]


# ---------------------------------------------------------------------------------- what a mail says


@pytest.mark.usefixtures("news")
def test_a_mail_says_how_to_end_it_to_people_and_to_programs(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    subscribe(app)
    digests.send(app)
    [message] = office.came
    assert message["Subject"] == "1 new job: spanish"
    assert message["From"].addresses[0].addr_spec == postoffice.SENDER
    assert message["Date"].datetime == LATER
    assert message["Message-ID"].endswith("@rolecall.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058, 3.1
    stop = message["List-Unsubscribe"].strip("<>")
    assert stop.startswith(f"{PUBLIC}/follow/stop/")
    assert stop in message.get_body(("plain",)).get_content()
    assert message.get_content_type() == "multipart/alternative"
    path = stop.removeprefix(PUBLIC)
    client = app.test_client(use_cookies=False)
    assert "End these mails?" in pages.words(client.get(path))
    assert ME.encode() in bytes_of(app)
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})  # 3.2: no cookie, no other field
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert ME.encode() not in bytes_of(app)
    assert "no more mails" in pages.words(client.get(path))
    assert client.post(path).status_code == 200
    assert client.post(path + "x").status_code == 404
    clock["now"] = LATER + timedelta(days=1)
    night(app, clock["now"], [spanish(2)])
    assert digests.send(app).due == 0


@pytest.mark.usefixtures("news")
def test_hostile_ads_and_searches_are_inert_in_a_mail(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    evil = "<script>alert(1)</script>\r\nBcc: all@mail.example\r\n\r\n<img src=x onerror=alert(1)>\u202e\x00"
    subscribe(app, q=f"spanish {evil.replace(chr(0), '')}".replace("\r\n", " "))
    subscribe(app, OTHER, q="spanish")
    reword(app, "s1", LATER, title=evil, hiring_organization=evil, description=evil)
    assert digests.send(app).sent >= 1
    for message in office.came:
        assert set(message.keys()) == {
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
            *("Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post"),
        }
        read = html.fromstring(message.get_body(("html",)).get_content())
        assert read.xpath("//script | //img | //*[@onerror]") == []
        assert "\u202e" not in message.as_string() + message.get_body(("plain",)).get_content()


def test_a_mail_is_no_book_and_what_is_beyond_comes_with_the_next(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    number = digests.MOST + 5
    subscribe(app)
    clock["now"] = LATER
    night(app, LATER, [spanish(n) for n in range(number)])
    for _ in range(2):
        digests.send(app)
        clock["now"] += timedelta(days=1)
    counts = [len(told(message)) for message in office.came]
    assert sum(counts) == number
    assert max(counts, default=0) <= digests.MOST
    assert len(set().union(*map(told, office.came))) == number


# ---------------------------------------------------------------------------------- what fails


@pytest.mark.usefixtures("news")
def test_after_a_crash_between_sending_and_noting_the_same_message_comes_once_more(
    app: Flask, office: postoffice.Office, clock: dict[str, Any], tmp_path: Path
) -> None:
    subscribe(app)
    shutil.copytree(tmp_path / "site", tmp_path / "before")
    digests.send(app)
    config = {"MAIL": office.server(), "PUBLIC_URL": PUBLIC, "CLOCK": lambda: LATER + timedelta(minutes=5)}
    with following.copied(tmp_path / "before", tmp_path / "again", **config) as crashed:  # nothing was noted
        digests.send(crashed)
    first, second = office.came
    assert first["Message-ID"] == second["Message-ID"]
    assert told(first) == told(second)
    clock["now"] = LATER + timedelta(days=1)
    night(app, clock["now"], [spanish(2)])
    digests.send(app)
    assert office.came[2]["Message-ID"] != first["Message-ID"]


@pytest.mark.usefixtures("news")
def test_one_who_is_refused_stops_nobody_and_is_tried_again(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    for address in ("a@mail.example", ME, OTHER):
        subscribe(app, address)
    office.refused = {"a@mail.example": "451 later", ME: "451 later"}
    office.times = {ME: 1}  # greylisted: the second time is right
    assert digests.send(app) == digests.Report(due=3, sent=2, failed=1)
    office.refused.clear()
    assert digests.send(app) == digests.Report(due=1, sent=1)
    assert [len(office.to(address)) for address in ("a@mail.example", ME, OTHER)] == [1, 1, 1]


@pytest.mark.usefixtures("news")
def test_an_address_that_is_refused_for_good_again_and_again_is_deleted(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    subscribe(app)
    office.refused = {ME: "550 nobody here"}
    reports = []
    while not (reports and reports[-1].ended) and len(reports) < 9:
        reports.append(digests.send(app))
        clock["now"] += timedelta(days=1)
    assert reports[-1].ended == 1
    assert len(reports) == digests.MOST_REFUSED
    assert digests.send(app).due == 0


@pytest.mark.usefixtures("news")
def test_a_follow_that_cannot_be_read_stops_nobody(
    app: Flask, office: postoffice.Office, clock: dict[str, Any]
) -> None:
    subscribe(app)
    with session.writing(engines(app)) as db:
        db.execute(text("UPDATE follow SET asked = '{}'"))
    subscribe(app, OTHER)
    assert digests.send(app) == digests.Report(due=2, sent=1, failed=1)


def test_a_mail_server_that_is_away_is_not_asked_for_everybody(
    newer: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = {"MAIL": postoffice.Office(port=1).server(), "PUBLIC_URL": PUBLIC, "CLOCK": lambda: LATER}
    with following.copied(newer, tmp_path / "away", **config) as app:
        for number in range(6):
            subscribe(app, f"a{number}@mail.example")
        assert digests.send(app) == digests.Report(due=6, failed=6)
    assert caplog.text.count("digest not sent") == digests.MOST_LOST
    assert "mail.example" not in caplog.text


# ---------------------------------------------------------------------------------- the command


@pytest.fixture
def run(newer: Path, tmp_path: Path, office: postoffice.Office) -> Callable[..., Any]:
    """`rolecall …` beside a site that has something new for one person."""
    config = {"MAIL": office.server(), "PUBLIC_URL": PUBLIC, "CLOCK": lambda: LATER}
    with following.copied(newer, tmp_path / "home", **config) as app:
        subscribe(app)

    def invoke(*arguments: str, code: int = 0, port: int = office.port, mail: bool = True) -> Any:
        told = {"ROLECALL_NOW": LATER.isoformat()}
        if mail:
            told |= {"ROLECALL_MAIL_HOST": "127.0.0.1", "ROLECALL_MAIL_PORT": str(port)}
            told |= {"ROLECALL_MAIL_SECURITY": "none", "ROLECALL_MAIL_FROM": postoffice.SENDER}
            told |= {"ROLECALL_PUBLIC_URL": PUBLIC}
        result = CliRunner().invoke(door.main, arguments, obj=settings.load(told, home=tmp_path / "home"))
        assert result.exit_code == code, result.output + repr(result.exception)
        return result

    return invoke


def test_the_command_sends_what_is_due_and_says_what_it_did(run: Any, office: postoffice.Office) -> None:
    assert '"sent": 1' in run("digest", "--format", "json").output
    assert [told(message) for message in office.came] == [ids(1)]
    assert "due" in run("digest").output
    assert len(office.came) == 1


def test_the_command_fails_in_a_sentence(run: Any) -> None:
    assert "1 not sent: see the log" in run("digest", port=1, code=1).output
    assert "set mail_host, mail_from and public_url first" in run("digest", mail=False, code=1).output


def test_a_digest_that_fails_undoes_no_night(
    office: postoffice.Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"ROLECALL_MAIL_HOST": "127.0.0.1", "ROLECALL_MAIL_FROM": postoffice.SENDER}
    nowhere = settings.load(told | {"ROLECALL_PUBLIC_URL": PUBLIC}, home=tmp_path / "nowhere")
    digest.after_night(nowhere)
    assert "digests not sent reason=no database at" in caplog.text
    digest.after_night(settings.load({}, home=tmp_path / "nowhere"))
    assert caplog.text.count("digests not sent") == 1


@pytest.mark.soak
def test_a_refresh_ends_with_the_digest(run: Any, office: postoffice.Office, tmp_path: Path) -> None:
    (tmp_path / "home" / "sources.toml").write_text(
        '[[source]]\nspider = "greenhouse"\nboard = "acme"\nenabled = false\n'
    )
    run("refresh")
    assert len(office.came) == 1
