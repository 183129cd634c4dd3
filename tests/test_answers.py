from __future__ import annotations

import json
import time
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Response

from crawler import answers, jsonld, lists, records, source
from crawler.spiders.ashby import Ashby
from crawler.spiders.schemaorg import SchemaOrgSpider

PAGE = "https://careers.harbour.example/jobs/17"


def answer(body: bytes, kind: str = "application/json") -> Response:
    return Response("https://api.example/jobs", body=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "encoding, kind",
    [
        ("utf-8", "application/json"),
        ("utf-8-sig", "application/json"),
        ("utf-16", "application/json"),
        ("latin-1", "application/json; charset=iso-8859-1"),
        ("cp1252", "text/html"),
        ("utf-8", "application/json; charset=latin-1"),
        ("utf-8", "application/json; charset=nonsense"),
    ],
)
def test_words_are_read_as_they_were_written(encoding: str, kind: str) -> None:
    body = json.dumps({"title": "Café Zürich"}, ensure_ascii=False).encode(encoding)
    assert answers.document(answer(body, kind)) == {"title": "Café Zürich"}


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "text/html; charset=idna"]
)
def test_a_bad_byte_costs_its_own_record_and_not_the_words_of_the_others(kind: str) -> None:
    body = '{"jobs": ["Café Zürich", "Agent ?"]}'.encode().replace(b"?", b"\xff")
    assert answers.document(answer(body, kind)) == {"jobs": ["Café Zürich", "Agent \ufffd"]}


@pytest.mark.parametrize("deep", ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000])
def test_a_value_nested_too_deeply_costs_its_own_record_and_no_other(deep: str) -> None:
    body = f'{{"jobs": [{{"id": 1}}, {{"id": 2, "own": {deep}, "a": "]\\"}}"}}, {{"id": 3}}]}}'
    jobs = answers.document(answer(body.encode()))["jobs"]
    assert [job["id"] for job in jobs] == [1, 2, 3]
    assert jobs[1]["a"] == ']"}'


@pytest.mark.parametrize("endless", ["[" * 100_000, "[" * 2_000 + '"' + '\\"' * 1_000_000 + "\\"])
def test_what_is_nested_without_end_is_no_answer(endless: str) -> None:
    began = time.process_time()
    with pytest.raises(answers.Unreadable, match="nested too deeply"):
        answers.document(answer(endless.encode()))
    assert time.process_time() - began < 5


def test_a_source_that_renames_its_text_has_drifted_and_blanks_nothing() -> None:
    record = {
        "id": "1",
        "title": "Agent",
        "location": "Leeds",
        "jobUrl": "https://jobs.example/1",
        "isListed": True,
        "text": "<p>You answer the phones of a harbour.</p>",
    }
    spider = Ashby(board="acme", today="2026-11-21")
    [bad] = [item for item in spider.each([record], spider.posting) if isinstance(item, source.Bad)]
    assert bad.reason == "descriptionHtml missing"
    whole = {**record, "descriptionHtml": "", "descriptionPlain": ""}
    assert [type(item).__name__ for item in spider.each([whole], spider.posting)] == ["JobPosting"]


def page(*scripts: Any) -> HtmlResponse:
    inside = "".join(
        f'<script type="application/ld+json">{json.dumps(script)}</script>' for script in scripts
    )
    return HtmlResponse(PAGE, body=f"<html><head>{inside}</head><body></body></html>".encode())


def test_references_that_multiply_are_written_out_only_so_far() -> None:
    bomb = {
        "@graph": [
            {"@id": "x", "name": "n", "items": [{"@id": "x"}] * 150},
            {"@type": "JobPosting", "title": "Call Agent", "foo": {"@id": "x"}},
        ]
    }
    [found] = jsonld.find(lists.page(page(bomb))).postings
    assert jsonld.stated_title(found) == "Call Agent"
    assert len(json.dumps(found)) < 100 * jsonld.MAX_WRITTEN


def test_an_address_with_half_a_character_costs_its_siblings_nothing() -> None:
    postings = [
        {"@type": "JobPosting", "title": f"Agent {number}", "description": "Calls. " * 40, "url": url}
        for number, url in enumerate(["", "https://a.example/\ud800", ""])
    ]
    spider = SchemaOrgSpider(url="https://careers.harbour.example/jobs/", today="2026-11-21")
    response = page(*postings)
    response.request = spider.ask(PAGE, spider.parse_posting, identifier=PAGE)
    titles = {item.title for item in spider.parse_posting(response)}
    assert titles == {"Agent 0", "Agent 1", "Agent 2"}


@pytest.mark.parametrize(
    "body",
    [b"<p>x" * 300_000, b"<p " + b"a=1 b " * 100_000 + b">"],
    ids=["tags without end", "one tag without end"],
)
def test_markup_that_would_take_minutes_to_read_is_refused(body: bytes) -> None:
    with pytest.raises(lists.Unlisted, match="more than 200,000 tags, or one of more than 500,000 bytes"):
        lists.page(HtmlResponse(PAGE, body=b"<html><body>" + body + b"</body></html>"))


@pytest.mark.parametrize("name", ["a\x85b", "\u202eabc", "\u200b", "a\x00", "\ud800"])
def test_a_name_that_nobody_can_see_or_store_is_none(name: str) -> None:
    assert records.name_of({"id": name}) == ""
