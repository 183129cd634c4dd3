"""Postings that somebody wrote to hurt: markup, links that run, invisible letters, no end; and a look for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pages
from werkzeug.test import TestResponse

MARK = (
    "x-hostile"  # a tag and an attribute that no page of ours has: where either stands, markup came through
)
# What a field may hold. Each runs, loads, leads away, leaves its element or cannot be seen.
FIELDS = {
    "script": f"<script>alert('{MARK}')</script>",
    "image": f'"><{MARK}><img src=x onerror=alert(1)>',
    "svg": f"<svg/onload=alert(1)><{MARK}/>",
    "double quote": f'" autofocus onfocus="alert(1)" {MARK}="',
    "single quote": f"' onmouseover='alert(1)' {MARK}='",
    "no quote": f" onmouseover=alert(1) {MARK}=1 ",
    "link": f'<a href="javascript:alert(1)" {MARK}>apply here</a>',
    "link of words": "[apply](javascript:alert(1)) javascript:alert(1) data:text/html,<b>",
    "end of an element": f"</textarea></title></script></style></template><{MARK}><script>alert(1)</script>",
    "end of the page": f"</main></body></html><body onload=alert(1) {MARK}>",
    "comment": f"<!--><{MARK}>--><![CDATA[<{MARK}>]]><?php ?>",
    "style": f"<style>*{{display:none}}</style><p style='position:fixed;inset:0' {MARK}>",
    "head": "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example/'>",
    "frame": "<iframe src=//evil.example/></iframe><object data=//evil.example/></object><embed src=//evil.example/>",
    "form": f"</form><form action=https://evil.example/ {MARK}><input name=csrf_token><button>Search</button>",
    "entities": f"&lt;{MARK}&gt;&#60;{MARK}&#62;&amp;lt;{MARK}&amp;gt;",
    "half an element": f"<{MARK} <<<script>script>alert(1)<</script>/script>",
    "template": "{{ config.SECRET_KEY }}{% include '/etc/passwd' %}{{ ''.__class__.__mro__ }}${7*7}#{7*7}",
    "format": "%s%n%(asctime)s{0.__class__}",
    "header": "Agent\r\nSet-Cookie: hostile=1\r\n\r\n<html>",
    "right to left": "\u202egnp.exe\u202c \u2066agent\u2069 \u200fagent\u061c",
    "never closed": "\u202e\u202e\u2067agent",
    "invisible": "a\u200bg\u200ce\u200dn\ufefft\u2060 \u00ad\u034f\u180e\U000e0041",
    "arabic and hebrew": "موظف خدمة العملاء נציג שירות לקוחות 12:30",
    "towers": "Z" + "\u0335\u0338\u034e\u0352" * 400,
    "controls": "a\x01\x02\x08\x1b[31m\x7f\x85b",
    "one word": "W" * 1_000,
    "other alphabets": "\U0001f469\u200d\U0001f4bb \ufdfd \U0001d54f 客服代表",
}
# Where a posting may lead. Only those that a browser takes for addresses of the web may become links.
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://acme.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "https:evil.example",
    "https:///evil.example",
    "https://[broken/",
    "https://[::1",
    "mailto:jobs@evil.example",
    "blob:https://evil.example/1",
    *(
        f'https://acme.example/"><{MARK}><script>alert(1)</script>',
        f"https://acme.example/' onclick='alert(1)' {MARK}='",
        "https://acme.example/\u202egpj.exe",
        "https://acme.example@evil.example/login",
        "https://acme.example\\@evil.example/",
        f"https://acme.example/{'a' * 5_000}",
        f"https://{'a' * 300}.example/",
    ),
)
LONG = 2_000_000  # characters: what a field is before it is cleaned


UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\x00-\x08\x0e-\x1f\x7f]")


def rows() -> list[dict[str, Any]]:
    """Postings for an import, hostile in every field that an archive may have.

    A source's name is a key, kept as it comes: what cannot be seen of it only an operator could have written.
    """
    told = [
        row(number, value, "https://acme.example/1", title=f"Customer Service Representative {value}")
        | {"source": f"board:{UNSEEN.sub('', value)}"[:300]}
        for number, value in enumerate(FIELDS.values())
    ]
    told += [row(100 + number, "Acme", address) for number, address in enumerate(ADDRESSES)]
    long = row(300, "long " * (LONG // 5), "https://acme.example/" + "a" * LONG)
    long["title"] = "Call Center Agent " + "very " * (LONG // 5)
    return [*told, long, *copies()]


def row(number: int, value: str, url: str, title: str = "Call Center Agent") -> dict[str, Any]:
    """One posting: its number keeps it apart from the others; the rest is the value."""
    tasks = ("calls", "letters", "refunds", "bookings", "meters", "parcels", "tickets")
    task = tasks[number % len(tasks)]
    return {
        "id": f"{number} {value}"[:900],
        "source": f"board:hostile{number % 3}",
        "title": title,
        "company": f"Company {number} {value}",
        "description": f"<p>Answer {task} for client number {number} in Spanish, with Zendesk.</p><p>{value}</p>",
        "location": f"Tulsa, OK {value}",
        "salary": f"${15 + number % 9} an hour {value}",
        "employmentType": value,
        "requisition": value[:100],
        "dateposted": value,
        "joblocationtype": value,
        "url": url,
    }


def copies() -> Iterator[dict[str, Any]]:
    """One hostile job at two sources: a page with more than one listing."""
    value = FIELDS["image"]
    for source in ("board:hostile-one", "greenhouse:hostile-two"):
        yield row(400, value, "javascript:alert(1)", title=f"Customer Care Agent {value}") | {
            "source": source
        }


def archive(path: Path) -> Path:
    """The postings as a file to import."""
    path.write_text("".join(json.dumps(told) + "\n" for told in rows()), encoding="utf-8")
    return path


def tables(value: str, number: int) -> dict[str, dict[str, Any]]:
    """By table the columns that hold words, as if nobody had cleaned them; the number keeps names apart.

    Codes (a unit of pay, a kind of employment) are no words: no cleaning makes another of them.
    """
    place = dict.fromkeys(("locality", "region", "country", "postal_code", "text"), value)
    pay = {"text": value, "currency": value[:100], "unit_text": "HOUR", "min_value": "15", "max_value": None}
    return {
        "source": {"name": f"{value[:500]} {number}"},
        "listing": {
            "identifier": f"{value[:500]} {number}",
            "url": value,
            "title": value,
            "hiring_organization": value,
            "description": f"Calls in Spanish, with Zendesk. {value}",  # so that it is found
            "job_location": [place],
            "base_salary": pay,
            "requisition": value,
        },
        "job": {"reasons": [value]},
        "pair": {"reasons": [value]},
        "crawl_run": {"reason": value},
        "drop": {"title": value, "reason": value},
    }


# What only a source's own words could bring into a page: none of our templates has it.
TAGS = {*"style base iframe frame object embed img video audio math".split(), MARK}
ATTRIBUTES = {*"style autofocus srcdoc srcset ping xlink:href".split(), MARK}
LINKS = ("href", "src", "action", "formaction", "data", "poster")
MOST_PAGE = 1_000_000  # bytes


def inert(page: TestResponse) -> lxml.html.HtmlElement:
    """The page, after a look at every element: nothing runs, loads or leads anywhere but by our own hand."""
    assert page.status_code == 200, page.text
    assert len(page.data) < MOST_PAGE, f"{len(page.data)} bytes"
    assert "hostile" not in str(page.headers)
    assert pages.SECRET not in page.text
    root = lxml.html.document_fromstring(page.data)
    assert len(root.findall(".//main")) == len(root.findall("body")) == len(root.findall("head/title")) == 1
    for element in root.iter():
        assert isinstance(element.tag, str), element  # no comment, no instruction
        assert element.tag not in TAGS
        assert not {name for name in element.attrib if name.startswith("on")} | (
            ATTRIBUTES & set(element.attrib)
        )
        assert re.fullmatch(r"[\w -]*", element.get("class", ""))
        for name in LINKS:
            if (link := element.get(name)) is not None:
                assert leads_nowhere_else(element.tag, link), link
        assert element.get("http-equiv") is None
        if element.tag == "script":
            assert (element.text, urlsplit(element.get("src")).path) == (None, "/static/page.js")
    return root


def leads_nowhere_else(tag: str, link: str) -> bool:
    """Whether it is a place of ours, or a link that a person may follow to a host of the web."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https"):
        return tag == "a" and re.fullmatch(r"[a-z0-9.-]+(:\d+)?", parts.netloc) is not None
    return not parts.scheme and re.match(r"/(?![/\\])|#|\?|$", link) is not None
