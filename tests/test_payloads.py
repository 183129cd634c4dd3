from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty import started
from nights import DIALECTS, Home, lasting

NAN = float("nan")
DEEP = "[" * 100_000 + "]" * 100_000
Record = dict[str, Any]


def greenhouse(number: int) -> Record:
    return {
        "id": 5000 + number,
        "title": "Customer Service Representative",
        "absolute_url": f"https://jobs.acme.example/{number}",
        "location": {"name": "Omaha, NE"},
        "company_name": "Acme Care",
        "first_published": "2026-11-02T09:00:00-05:00",
        "content": "&lt;p&gt;You answer by phone.&lt;/p&gt;",
    }


def lever(number: int) -> Record:
    return {
        "id": f"lever-{number}",
        "text": "Support Specialist",
        "hostedUrl": f"https://jobs.acme.example/{number}",
        "categories": {"location": "Boise", "commitment": "Full-time"},
        "createdAt": 1793600000000,
        "description": "<p>You help people.</p>",
        "lists": [],
    }


def ashby(number: int) -> Record:
    return {
        "id": f"ashby-{number}",
        "title": "Chat Agent",
        "jobUrl": f"https://jobs.acme.example/{number}",
        "location": "Leeds",
        "publishedAt": "2026-11-03T09:00:00Z",
        "descriptionHtml": "<p>You write to people.</p>",
        "isListed": True,
    }


# What each part of a record is called there: identifier, title, address, place, date, text.
MADE = {"greenhouse": greenhouse, "lever": lever, "ashby": ashby}
PARTS = {
    "greenhouse": ("id", "title", "absolute_url", "location", "first_published", "content"),
    "lever": ("id", "text", "hostedUrl", "categories", "createdAt", "description"),
    "ashby": ("id", "title", "jobUrl", "location", "publishedAt", "descriptionHtml"),
}
IDENTIFIER, TITLE, ADDRESS, PLACE, DATE, TEXT = range(6)
KEPT, DROPPED, EITHER = True, False, None
DIVS = "<div>" * 50_000 + "You help." + "</div>" * 50_000
# The third of five records: which of its parts is what, and whether a posting may come of it.
RECORDS: dict[str, tuple[int, Any, bool | None]] = {
    "a title that is null": (TITLE, None, DROPPED),
    "a title that is a number": (TITLE, 17, DROPPED),
    "a title that is a list": (TITLE, ["Agent"], DROPPED),
    "a title that is an object": (TITLE, {"en": "Agent"}, DROPPED),
    "a title that is true": (TITLE, True, DROPPED),
    "a title that is no number": (TITLE, NAN, DROPPED),
    "a title without a letter": (TITLE, "", DROPPED),
    "a title of blanks": (TITLE, " \t\u00a0\u200b", DROPPED),
    "a title of markup": (TITLE, "<b></b>", DROPPED),
    "a title with a script": (TITLE, "Call Center Agent<script>alert(1)</script>", EITHER),
    "a title with half a character": (TITLE, "Call Center Agent \ud800", EITHER),
    "a title with a null": (TITLE, "Call Center\0Agent", EITHER),
    "a title that turns round": (TITLE, "Call Center \u202etnegA", EITHER),
    "a title without end": (TITLE, "Call Center Agent " * 20_000, EITHER),
    "an identifier that is null": (IDENTIFIER, None, DROPPED),
    "an identifier that is a list": (IDENTIFIER, [1], DROPPED),
    "an identifier that is true": (IDENTIFIER, True, DROPPED),
    "an identifier that is no number": (IDENTIFIER, NAN, DROPPED),
    "an identifier of blanks": (IDENTIFIER, "  ", DROPPED),
    "an identifier without end": (IDENTIFIER, "x" * 100_000, DROPPED),
    "an identifier with a null": (IDENTIFIER, "a\0b", DROPPED),
    "an identifier of 5,000 digits": (IDENTIFIER, 10**4000, EITHER),
    "an address that is a script": (ADDRESS, "javascript:alert(document.domain)", EITHER),
    "an address that is a script, in disguise": (
        ADDRESS,
        " \x01JaVaScRiPt\n:alert(1)//https://acme.example",
        EITHER,
    ),
    "an address that is data": (ADDRESS, "data:text/html,<script>alert(1)</script>", EITHER),
    "an address that is a file": (ADDRESS, "file:///etc/passwd", EITHER),
    "an address that is null": (ADDRESS, None, EITHER),
    "an address that is a number": (ADDRESS, 7, EITHER),
    "a place that is null": (PLACE, None, EITHER),
    "a place that is a number": (PLACE, 7, EITHER),
    "a place that is a list of lists": (PLACE, [[[["Omaha"]]]], EITHER),
    "a place that is odd": (PLACE, {"name": {"name": NAN}, "location": [None]}, EITHER),
    "a date that there is not": (DATE, "2026-02-31T09:00:00Z", EITHER),
    "a date before all dates": (DATE, "0000-00-00", EITHER),
    "a date without end": (DATE, 10**30, EITHER),
    "a date that is no number": (DATE, NAN, EITHER),
    "a date that is infinite": (DATE, math.inf, EITHER),
    "a date that is an object": (DATE, {"$date": 1}, EITHER),
    "a text that is null": (TEXT, None, EITHER),
    "a text that is a list": (TEXT, ["<p>You help.</p>"], EITHER),
    "a text that is nested": (TEXT, DIVS, EITHER),
    "a text with half a character": (TEXT, "You help.\udfff", EITHER),
    "a text with a null": (TEXT, "You\0help.", EITHER),
    "a text with a script": (
        TEXT,
        "<p>You help.</p><script>alert(1)</script><img src=x onerror=alert(1)>",
        EITHER,
    ),
    "a text without end": (TEXT, "You help. " * 300_000, EITHER),
}
ODD: dict[str, Any] = {
    "null": None,
    "a number": 7,
    "a text": "x",
    "a list": [],
    "an empty object": {},
    "no number": NAN,
}
CHALLENGE = b"<!doctype html><html><head><title>Just a moment...</title></head><body></body></html>"
# Whole answers of which nothing may come, and nothing that is known may change.
DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/json"),
    "blanks": (b" \n", "application/json"),
    "null": (b"null", "application/json"),
    "a number": (b"7", "application/json"),
    "no number": (b"NaN", "application/json"),
    "a text": (b'"jobs"', "application/json"),
    "a list of null": (b'{"jobs": null, "content": null, "totalFound": 3}', "application/json"),
    "a list that is an object": (b'{"jobs": {}, "content": {}, "totalFound": 3}', "application/json"),
    "a list that is a text": (b'{"jobs": "x", "content": "x", "totalFound": 3}', "application/json"),
    "an error": (b'{"ok": false, "error": "Document not found"}', "application/json"),
    "a cut": (b'{"jobs": [{"id": 1, "title": "Agent"', "application/json"),
    "a depth": (DEEP.encode(), "application/json"),
    "a depth under a name": (b'{"jobs": ' + DEEP.encode() + b"}", "application/json"),
    "no UTF-8": (b"\xff\xfe\xfd\xfc", "application/json"),
    "a challenge": (CHALLENGE, "text/html; charset=utf-8"),
    "a page": (b"<!doctype html><html><body><h1>Welcome</h1></body></html>", "text/html"),
    "a form": (b"<html><body><form action=/login><input name=password></form></body></html>", "text/html"),
    "zeroes": (b"\0" * 100_000, "application/octet-stream"),
}
HOSTS = 8  # that play the sources: those of one host wait for each other
DROPS = 'SELECT s.name AS source, d.* FROM "drop" d JOIN source s ON s.id = d.source_id'
LD = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "title": "Guest Services Agent",
    "description": "<p>You welcome guests.</p>",
    "datePosted": "2026-11-02",
    "hiringOrganization": {"@type": "Organization", "name": "Acme Care"},
}
GOOD = json.dumps(LD)
TWO = [{**LD, "identifier": "a"}, {**LD, "identifier": "b", "title": "Chat Agent"}]
# What stands in the scripts of a page, and how many postings come of it.
PAGES: dict[str, tuple[list[str], int]] = {
    "one": ([GOOD], 1),
    "a list": ([json.dumps(TWO)], 2),
    "a graph": ([json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, LD]})], 1),
    "a broken one before": (['{"@type": "JobPosting", "title": ', GOOD], 1),
    "a broken one after": ([GOOD, "{{ template }}"], 1),
    "an empty one before": (["", GOOD], 1),
    "in a comment": ([f"<!-- {GOOD} -->"], 1),
    "in CDATA": ([f"//<![CDATA[\n{GOOD}\n//]]>"], 1),
    "a comma too many": ([GOOD.replace("}}", "},}")], 1),
    "line breaks inside": ([GOOD.replace("You welcome", "You\nwelcome")], 1),
    "a depth before": ([DEEP, GOOD], 1),
    "no number": (
        [json.dumps({**LD, "baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": NAN}})],
        1,
    ),
    "a script as its address": ([json.dumps({**LD, "url": "javascript:alert(1)"})], 1),
    "an organization in words": ([json.dumps({**LD, "hiringOrganization": "Acme Care"})], 1),
    "a date in words": ([json.dumps({**LD, "datePosted": "some day"})], 1),
    "half a character": ([json.dumps({**LD, "description": "You \ud800 help."})], 1),
    "a text that is nested": ([json.dumps({**LD, "description": DIVS})], 1),
    "no title": ([json.dumps({**LD, "title": None})], 0),
    "a title that is an object": ([json.dumps({**LD, "title": {"a": 1}})], 0),
    "past": ([json.dumps({**LD, "validThrough": "2020-01-01"})], 0),
    "no markup": ([], 0),
    "another type": ([json.dumps({**LD, "@type": "Event"})], 0),
}


def page(scripts: list[str]) -> bytes:
    told = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    words = f"<!doctype html><html><head><title>Job</title>{told}</head><body><h1>Job</h1></body></html>"
    return words.encode("utf-8", "surrogatepass")


def answer(dialect: str, records: list[Any]) -> bytes:
    """A list in its wire format; JSON as lax as Python writes it, NaN and all."""
    told = records if dialect == "lever" else {"jobs": records, "meta": {"total": len(records)}}
    return json.dumps(told).encode()


def five(dialect: str, third: Any) -> bytes:
    return answer(dialect, [MADE[dialect](number) if number != 3 else third for number in range(1, 6)])


def written() -> Iterator[tuple[str, bytes, str]]:
    """Every payload: its name, its bytes, its content type."""
    for dialect, made in MADE.items():
        for case, (part, value, _) in RECORDS.items():
            yield (
                name(dialect, case),
                five(dialect, {**made(3), PARTS[dialect][part]: value}),
                "application/json",
            )
        for case, value in ODD.items():
            yield name(dialect, f"a record that is {case}"), five(dialect, value), "application/json"
        copies = [
            made(1),
            made(1),
            {**made(1), PARTS[dialect][TEXT]: "<p>You answer at length.</p>"},
            made(2),
        ]
        yield name(dialect, "copies"), answer(dialect, copies), "application/json"
        many = [made(number) for number in range(1, 501)]
        many[249] = {**many[249], PARTS[dialect][TITLE]: 7}
        yield name(dialect, "one in 500"), answer(dialect, many), "application/json"
        yield name(dialect, "a mark before"), b"\xef\xbb\xbf" + five(dialect, made(3)), "application/json"
        yield name(dialect, "16 bits"), five(dialect, made(3)).decode().encode("utf-16"), "application/json"
        latin = five(dialect, made(3)).replace(b"Acme Care", b"Acm\xe9 Care").replace(b"You ", b"Yo\xfc ")
        yield name(dialect, "some bytes of another"), latin, "application/json"
    for case, (body, kind) in DOCUMENTS.items():
        yield name("any", case), body, kind
    for case, (scripts, _) in PAGES.items():
        yield name("page", case), page(scripts), "text/html; charset=utf-8"
    links = "".join(f'<a href="/careers/px-{name("page", case)}/jobs/1">Job</a>' for case in PAGES)
    yield "page-list", f"<!doctype html><html><body>{links}</body></html>".encode(), "text/html"


def name(dialect: str, case: str) -> str:
    return f"{dialect}-{re.sub('[^a-z0-9]+', '-', case.lower())}"


@pytest.fixture
def home(shared: Path, tmp_path: Path) -> Iterator[Home]:
    kit = tmp_path / "kit"
    kit.mkdir()
    lines = []
    for number, (identifier, body, kind) in enumerate(written()):
        (kit / f"{number}").write_bytes(body)
        said = {"id": identifier, "kind": "payload", "file": f"{number}", "status": 200}
        lines.append(json.dumps({**said, "headers": {"Content-Type": kind}}))
    (kit / "manifest.jsonl").write_text("\n".join(lines))
    with started(shared / "tools", origins=HOSTS, payloads=kit) as server:
        yield Home(tmp_path / "home", server)


def nothing_wrong(row: dict[str, Any]) -> None:
    """No blank, no markup, no address that is none, no number that is none; whatever came in."""
    assert row["title"].strip()
    assert "<" not in row["title"]
    assert len(row["title"]) <= 1000
    assert row["identifier"].strip()
    assert len(row["identifier"]) <= 1000
    assert re.fullmatch(r"(https?://\S+)?", row["url"]), row["url"]
    assert "<script" not in row["description"]
    assert len(row["description"]) <= 300_000
    for value in row.values():
        assert "\0" not in str(value)
        assert not re.search(r"\b(NaN|Infinity|nan|inf)\b", str(value)), value
        str(value).encode()
    assert row["date_posted"] is None or "1990" < str(row["date_posted"]) < "2027"
    assert row["closed_at"] is None


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["greenhouse", "lever", "ashby"])
def test_a_bad_record_costs_its_siblings_nothing_and_nothing_wrong_is_stored(
    home: Home, dialect: str
) -> None:
    cases = [*RECORDS, *(f"a record that is {odd}" for odd in ODD)]
    names = {
        case: home.add(dialect, f"px-{name(dialect, case)}", home.server.bases[number % HOSTS])
        for number, case in enumerate(cases)
    }
    told, rows = home.refresh(code=0), home.rows()
    drops = {drop["source"] for drop in home.select(DROPS)}
    for case, source in names.items():
        siblings = {str(MADE[dialect](number)["id"]) for number in (1, 2, 4, 5)}
        others = rows[source].keys() - siblings
        assert siblings <= rows[source].keys(), (source, told[source])
        assert len(others) <= 1, source
        kept = RECORDS[case][2] if case in RECORDS else DROPPED
        assert kept is EITHER or bool(others) == kept, (source, others)
        assert others or source in drops, f"{source}: dropped, and nobody is told why"
        assert told[source]["listed"] >= 5, told[source]
        for row in rows[source].values():
            nothing_wrong(row)
    again = home.refresh(code=0)
    assert {source: lasting(found) for source, found in home.rows().items()} == {
        source: lasting(found) for source, found in rows.items()
    }
    assert not any(row["new"] or row["changed"] or row["closed"] for row in again.values())
    assert not home.server.canary()


@pytest.mark.soak
def test_a_list_is_read_whole_however_it_is_written(home: Home) -> None:
    cases = {"copies": 2, "one in 500": 499, "a mark before": 5, "16 bits": 5, "some bytes of another": 5}
    names = {
        (dialect, case): home.add(dialect, f"px-{name(dialect, case)}") for dialect in MADE for case in cases
    }
    told, rows = home.refresh(code=0), home.rows()
    for (dialect, case), source in names.items():
        assert len(rows[source]) == cases[case], told[source]
        if dialect != "lever":  # whose server says the same page for ever
            assert told[source]["status"] == "complete", told[source]
        if case == "copies":
            assert "at length" in rows[source][str(MADE[dialect](1)["id"])]["description"]
            assert told[source]["repeated"] == 2
        if case == "one in 500":
            assert told[source]["dropped"] == 1
        for row in rows[source].values():
            nothing_wrong(row)


@pytest.mark.soak
@pytest.mark.parametrize("dialects", [DIALECTS[::3], DIALECTS], ids=["some", "all"])
def test_an_answer_that_is_no_list_changes_nothing(home: Home, dialects: tuple[str, ...]) -> None:
    names = {}
    for dialect in dialects:
        for case in DOCUMENTS:
            token = f"acme-{name(dialect, case)}"
            home.server.source(token, dialect=dialect, n=2)
            names[dialect, case] = (token, home.add(dialect, token))
    first = home.refresh(code=0)
    assert {row["status"] for row in first.values()} == {"complete"}
    before = home.rows()
    for (_, case), (token, _) in names.items():
        home.server.put(f"alias/{token}", {"payload": name("any", case)})
    told = home.refresh(code=1)
    after = home.rows()
    for (_, case), (_, source) in names.items():
        assert told[source]["status"] == ("blocked" if case == "a challenge" else "failed"), told[source]
        assert told[source]["reason"]
        assert after[source] == before[source]


def test_a_page_gives_what_can_be_read_of_it_script_by_script(home: Home) -> None:
    source = home.add("jsonld", "px-page-list")
    told, rows = home.refresh(code=0)[source], home.rows()[source]
    assert (told["status"], told["listed"]) == ("complete", len(PAGES)), told
    for case, (_, number) in PAGES.items():
        address = f"{home.server.base}/careers/px-{name('page', case)}/jobs/1"
        own = [row for row in rows.values() if row["identifier"].partition("#")[0] == address]
        assert len(own) == number, (case, [row["identifier"] for row in own])
        for row in own:
            nothing_wrong(row)
