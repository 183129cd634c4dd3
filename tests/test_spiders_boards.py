"""Boards of four platforms to their ends, and records of every shape: whatever comes, nothing breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from boards import ASHBY, BOARD, BOARDS, GREENHOUSE, LEVER, LISTED, PAGE, SPIDERS, TODAY, answer, listed, one
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler import source
from crawler.answers import Unreadable
from crawler.items import JobPosting, MonetaryAmount, Place
from crawler.spiders.ashby import Ashby
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.lever import Lever
from crawler.spiders.smartrecruiters import SmartRecruiters

JOBS = [{**LEVER, "id": f"job-{number}"} for number in range(60)]


def lever(*pages: list[Any]) -> list[Any]:
    """What Lever's chain yields over these pages, each given whatever was asked for."""
    spider, items = Lever(board=BOARD, today=TODAY), []
    callback, arguments = spider.parse, {}
    for page in pages:
        found = list(callback(answer(page), **arguments))
        follow = [item for item in found if isinstance(item, Request)]
        items += found
        if not follow:
            break
        callback, arguments = follow[0].callback, follow[0].cb_kwargs
    return items


def skips(items: list[Any]) -> list[str]:
    return [item.url.partition("skip=")[2].partition("&")[0] for item in items if isinstance(item, Request)]


def test_lever_goes_on_until_two_empty_pages() -> None:
    items = lever(JOBS[:10], JOBS[10:20], JOBS[20:25], [], [])
    assert len([item for item in items if isinstance(item, JobPosting)]) == 25
    assert items[-1] == source.End("two empty pages")
    assert skips(items) == ["10", "20", "25", "35"]


def test_lever_takes_two_empty_pages_for_an_empty_board() -> None:
    assert lever([], [])[-1] == source.End("two empty pages")
    assert skips(lever([], [])) == ["100"]


def test_lever_ends_where_the_last_page_comes_again() -> None:
    pages = [JOBS[:10], JOBS[10:20], JOBS[20:25]]
    for repeated in (JOBS[20:25], JOBS[24:19:-1]):
        assert lever(*pages, repeated)[-1] == source.End("the last page came again")
        assert lever(*pages, [], repeated)[-1] == source.End("the last page came again")
    assert len(lever(*pages, JOBS[20:25])) == len(lever(*pages)) + 1  # no posting twice


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ([JOBS[:10], JOBS[:10]], "page 2 repeats page 1"),
        ([JOBS[:10], [], JOBS[20:25]], "an empty page stood before others"),
        ([[], JOBS[:5]], "an empty page stood before others"),
        ([{"ok": False, "error": "Document not found"}], "the answer is no list of postings"),
    ],
)
def test_lever_says_what_is_wrong_with_a_page(pages: list[Any], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        lever(*pages)


def smartrecruiters(*answers: Any) -> Iterator[Any]:
    """What the list of SmartRecruiters yields over these pages."""
    spider, arguments = SmartRecruiters(board=BOARD, today=TODAY), {}
    for found in answers:
        items = list(spider.parse(answer(found), **arguments))
        yield from items
        last = items[-1]
        arguments = last.cb_kwargs if isinstance(last, Request) else {}


def content(begin: int, end: int, total: int = 25) -> dict[str, Any]:
    return {"totalFound": total, "content": [{**LISTED, "id": str(number)} for number in range(begin, end)]}


def test_smartrecruiters_goes_on_until_it_has_as_many_as_there_are() -> None:
    items = list(smartrecruiters(content(0, 10), content(10, 20), content(20, 25)))
    asked = [item for item in items if isinstance(item, Request)]
    assert [request.meta["identifier"] for request in asked if request.meta["identifier"]] == [
        str(number) for number in range(25)
    ]
    assert [request.url[-9:] for request in asked if not request.meta["identifier"]] == [
        "offset=10",
        "offset=20",
    ]
    assert items[-1] == source.End("totalFound", total=25)


def test_smartrecruiters_is_not_sure_of_an_empty_board() -> None:
    assert list(smartrecruiters(content(0, 0, 0))) == [source.End("totalFound", total=0, sure=False)]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([content(0, 10), content(0, 0)], "got 10 of 25"),
        ([content(0, 10), content(0, 10)], "page 2 repeats page 1"),
        ([{"content": []}], "totalFound missing"),
        ([{"totalFound": "25", "content": []}], "got 0 of 25"),
        ([{"totalFound": "many", "content": []}], "totalFound is 'many', not a number of postings"),
        ([{"totalFound": -5, "content": []}], "totalFound is '-5', not a number of postings"),
        ([{"totalFound": 2}], "content missing"),
        ([[]], "the record is a list, not an object"),
    ],
)
def test_smartrecruiters_says_what_is_wrong_with_a_list(answers: list[Any], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        list(smartrecruiters(*answers))


@pytest.mark.parametrize(
    ("spider", "found", "end"),
    [
        (Greenhouse, {"jobs": [GREENHOUSE], "meta": {"total": 1}}, source.End("meta.total", total=1)),
        (Greenhouse, {"jobs": [], "meta": {"total": 0}}, source.End("meta.total", total=0)),
        (Greenhouse, {"jobs": [GREENHOUSE], "meta": {"total": 9}}, source.End("meta.total", total=9)),
        (Greenhouse, {"jobs": [GREENHOUSE], "meta": {"total": "25"}}, source.End("meta.total", total=25)),
        (Greenhouse, {"jobs": [GREENHOUSE]}, source.End("the document closes")),
        (Ashby, {"jobs": [ASHBY]}, source.End("the document closes")),
        (Ashby, {"jobs": []}, source.End("the document closes")),
    ],
)
def test_a_board_in_one_document_ends_with_it(spider: Any, found: Any, end: source.End) -> None:
    items = list(spider(board=BOARD, today=TODAY).parse(answer(found)))
    assert items[-1] == end
    assert len(items) == len(found["jobs"]) + 1


@pytest.mark.parametrize("spider", [Greenhouse, Ashby])
@pytest.mark.parametrize("found", [{"error": "gone"}, [], None, {"jobs": None}, {"jobs": {}}, "jobs", 7])
def test_an_answer_without_a_list_of_jobs_is_unreadable(spider: Any, found: object) -> None:
    with pytest.raises(Unreadable, match=r"jobs|the record is"):
        list(spider(board=BOARD, today=TODAY).parse(answer(found)))


@pytest.mark.parametrize(
    ("spider", "url"),
    [
        (Greenhouse, "/v1/boards/a%2Fb%20c/jobs?content=true&pay_transparency=true"),
        (Lever, "/v0/postings/a%2Fb%20c?mode=json&skip=0&limit=100"),
        (Ashby, "/posting-api/job-board/a%2Fb%20c?includeCompensation=true"),
        (SmartRecruiters, "/v1/companies/a%2Fb%20c/postings?limit=100&offset=0"),
    ],
)
def test_a_board_is_one_part_of_the_address_and_url_replaces_the_platform(spider: Any, url: str) -> None:
    assert spider(board="a/b c", today=TODAY).first_url() == spider.base_url + url
    assert spider(board="a/b c", url="http://127.0.0.1:8801/", today=TODAY).first_url() == (
        "http://127.0.0.1:8801" + url
    )


@pytest.mark.parametrize(
    ("spider", "record", "changes"),
    [(Greenhouse, GREENHOUSE, {"internal_job_id": None}), (Ashby, ASHBY, {"isListed": False})],
)
def test_what_is_no_opening_for_the_public_is_not_listed(spider: Any, record: Any, changes: Any) -> None:
    assert one(spider, record, **changes) is None


REQUIRED = [
    (Greenhouse, GREENHOUSE, "id title location absolute_url"),
    (Lever, LEVER, "id text categories hostedUrl"),
    (Ashby, ASHBY, "id title location jobUrl"),
    (SmartRecruiters, LISTED, "id name"),
]


@pytest.mark.parametrize(
    ("spider", "record", "name"),
    [(spider, record, name) for spider, record, names in REQUIRED for name in names.split()],
)
def test_a_field_that_is_always_there_is_missed_by_name(spider: Any, record: Any, name: str) -> None:
    bad = one(spider, record, **{name: ...})
    assert isinstance(bad, source.Bad)
    assert bad.reason == f"{name} missing"


WITHOUT = dict.fromkeys(("content", "description", "descriptionHtml", "descriptionPlain"), ...)


@pytest.mark.parametrize(("spider", "record"), [(Greenhouse, GREENHOUSE), (Lever, LEVER), (Ashby, ASHBY)])
def test_a_description_under_another_name_is_missed(spider: Any, record: Any) -> None:
    for words in ("<p>You answer.</p>", "&lt;p&gt;You answer.&lt;/p&gt;", "You answer the phone " * 4):
        bad = one(spider, record, **WITHOUT, lists=None, additional=None, body=words)
        assert isinstance(bad, source.Bad)
        assert bad.reason in ("content missing", "description missing", "descriptionHtml missing")


@pytest.mark.parametrize(("spider", "record"), [(Greenhouse, GREENHOUSE), (Lever, LEVER), (Ashby, ASHBY)])
def test_a_posting_that_was_listed_without_its_text_is_kept(spider: Any, record: Any) -> None:
    found = one(
        spider, record, **WITHOUT, lists=None, additional=None, logo="https://acme.example/" + "x" * 400
    )
    assert found.title
    assert found.description == ""


@pytest.mark.parametrize("name", ["name", "location", "jobAd"])
def test_a_page_without_what_is_always_there_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable, match=f"{name} missing"):
        one(SmartRecruiters, PAGE, **{name: ...})


@pytest.mark.parametrize(("spider", "record"), SPIDERS)
@pytest.mark.parametrize(
    ("title", "kind"), [(["Agent"], "a list"), (7, "a number"), (None, "null"), ({}, "an object"), (True, "a truth")]
)  # fmt: skip
def test_a_title_is_text_or_the_record_is_bad(spider: Any, record: Any, title: object, kind: str) -> None:
    name = {"lever": "text", "smartrecruiters": "name"}.get(spider.name, "title")
    assert one(spider, record, **{name: title}).reason.startswith(f"{name} is {kind}")


@pytest.mark.parametrize(("spider", "record"), SPIDERS)
@pytest.mark.parametrize(
    "name", ["x" * 1001, "é" * 501, "a\x00b", "a\ud800", "", " ", None, [], {}, 1.5, True]
)
def test_an_identifier_that_cannot_be_kept_makes_a_bad_record(spider: Any, record: Any, name: object) -> None:
    bad = one(spider, record, id=name)
    assert isinstance(bad, source.Bad)
    assert bad.identifier == "item 1"
    assert bad.title in ("Call Center Agent", "Support Specialist", "Chat Agent", "Help Desk Lead")


def test_numbers_are_names() -> None:
    assert one(Lever, LEVER, id=12).identifier == "12"
    assert one(Lever, LEVER, id="x" * 1000).identifier == "x" * 1000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NESTED = JSON | st.dictionaries(
    st.sampled_from("name location address postalAddress value text content min max interval sections title".split()),
    JSON,
    max_size=5,
)  # fmt: skip


@given(data=st.data())
def test_anything_in_any_field_gives_a_posting_of_the_right_types_or_a_bad_record(
    data: st.DataObject,
) -> None:
    spider, record = data.draw(st.sampled_from([*BOARDS, (SmartRecruiters, PAGE)]))
    extra = ["metadata", "pay_input_ranges", "salaryDescription"]
    changes = data.draw(st.dictionaries(st.sampled_from([*record, *extra]), NESTED, max_size=4))
    try:
        found = one(spider, record, **changes)
    except Unreadable:
        assert record is PAGE
        return
    assert isinstance(found, JobPosting | source.Bad | Request | None)
    if isinstance(found, source.Bad):
        assert not found.reason.startswith("could not be read")
    if isinstance(found, JobPosting):
        texts = (found.identifier, found.title, found.url, found.hiring_organization, found.description)
        assert all(isinstance(words, str) and words.encode() is not None for words in texts)
        assert found.url == "" or found.url.startswith("http")
        assert isinstance(found.requisition, str | None)
        assert isinstance(found.date_posted, date | None)
        assert isinstance(found.base_salary, MonetaryAmount | None)
        assert all(isinstance(where, Place) for where in found.job_location)


@given(st.lists(JSON, max_size=5))
def test_a_list_of_anything_gives_an_outcome_each(records: list[Any]) -> None:
    for spider, record in BOARDS:
        found = listed(spider, *records, record)
        assert len(found) == len(records) + 1


TRIMMED = {"id missing"}  # recorded for somebody's own purpose, without what each answer holds


def recorded(shared: Path, spider: source.SourceSpider) -> Iterator[Any]:
    """What the spider yields for each recorded list of its platform; other files are no answers to it."""
    folder = shared / "data" / "sources"
    names = (
        f"api_fixtures/*/*{spider.name}*.json",
        f"_full_boards/{spider.name}*.json",
        f"{spider.name}/*.json",
    )
    for path in sorted({path for name in names for path in folder.glob(name)}):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(spider, Lever) == isinstance(found, list) and (
            spider.name == "lever" or "jobs" in found
        ):
            yield from spider.parse(answer(found))
        elif isinstance(spider, SmartRecruiters) and "content" in found:
            yield from spider.parse(answer(found))
            yield from (
                item
                for one in found["content"]
                for item in spider.parse_posting(answer({"jobAd": None, **one}))
            )


@pytest.mark.parametrize(
    ("spider", "least"), [(Greenhouse, 28), (Lever, 105), (Ashby, 608), (SmartRecruiters, 12)]
)
def test_recorded_answers_are_read(spider: Any, least: int, shared: Path) -> None:
    items = list(recorded(shared, spider(board="acme", today=TODAY)))
    postings = [item for item in items if isinstance(item, JobPosting)]
    assert len(postings) >= least
    assert {item.reason for item in items if isinstance(item, source.Bad)} <= TRIMMED
    assert [item for item in items if isinstance(item, source.Repeat)] == []
    assert all(found.hiring_organization for found in postings)
    assert [found.title for found in postings if found.problems()] in ([], [""])  # one has no title
    assert [found.url for found in postings if not found.url.startswith("http")] in ([], [""])  # one has none


def test_recorded_pages_of_smartrecruiters_are_read(shared: Path) -> None:
    spider = SmartRecruiters(board="acme", today=TODAY)
    paths = sorted((shared / "data" / "sources").glob("api_fixtures/*/*smartrecruiters*detail.json"))
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    found = [next(spider.parse_posting(answer(page))) for page in pages if "sections" in page["jobAd"]]
    assert len(found) >= 3
    assert all(posting.title and posting.description and posting.url for posting in found)
