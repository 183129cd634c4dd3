"""Boards of Recruitee, Personio, Workable and Teamtailor to their ends, and records of every shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from boards import BOARD, TODAY, answer
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import XmlResponse

from crawler import source
from crawler.answers import Blocked, Unreadable
from crawler.items import JobPosting
from crawler.spiders.personio import Personio
from crawler.spiders.recruitee import Recruitee
from crawler.spiders.teamtailor import Teamtailor
from crawler.spiders.workable import Workable

OFFER = {
    "id": 17,
    "slug": "chat-agent",
    "title": "Chat Agent (m/f/d)",
    "description": "<p>You chat.</p>",
    "requirements": "<ul><li>patience</li></ul>",
    "location": "Ghent, Belgium",
    "locations": [{"name": "HQ", "city": "Ghent", "state": None, "country": "België", "country_code": "BE"}],
    "remote": False,
    "hybrid": True,
    "on_site": False,
    "employment_type_code": "parttime",
    "salary": {"min": "15.5", "max": "17", "period": "hour", "currency": "EUR"},
    "published_at": "2026-11-02 23:30:00 UTC",
    "close_at": "2026-12-24 22:59:59 UTC",
    "careers_url": "https://acme.example/o/chat-agent",
    "company_name": "Acme Care ",
}
ROW = {
    "title": "Support Agent",
    "shortcode": "A1B2C3",
    "code": "CS-9",
    "employment_type": "Full-time",
    "telecommuting": False,
    "url": "https://acme.example/j/A1B2C3",
    "published_on": "2026-11-03",
    "created_at": "2026-10-30",
    "country": "Greece",
    "city": "Patras",
    "state": "",
    "locations": [
        {"country": "Greece", "countryCode": "GR", "city": "Patras", "region": None, "hidden": False}
    ],
    "description": "<p>You help.</p>",
}
ITEM = {
    "id": "20fafb7d",
    "title": "Service Agent",
    "url": "https://acme.example/jobs/7167985-service-agent",
    "date_published": "2026-11-04T09:26:20+01:00",
    "content_html": "<p>You serve.</p>",
    "_jobposting": {
        "@type": "JobPosting",
        "title": "Service Agent",
        "identifier": {"@type": "PropertyValue", "name": "Acme", "value": 7167985},
        "hiringOrganization": {"name": "Acme Care AB"},
        "jobLocation": [{"address": {"addressLocality": "Lund", "addressCountry": "SE"}}],
        "employmentType": "FULL_TIME",
    },
}
POSITION = """<position><id>17</id><subcompany>Acme Care SE</subcompany><office>Leipzig</office>
<name>Hotline Agent (m/w/d)</name><jobDescriptions><jobDescription><name>Tasks</name>
<value><![CDATA[<p>You pick up.</p>]]></value></jobDescription></jobDescriptions>
<schedule>full-time</schedule><createdAt>2026-11-05T00:30:00+01:00</createdAt></position>"""
BROKEN = "<position><id>18</id><office><name>Agent</name></position>"
LISTS: list[Any] = [(Recruitee, OFFER, "offers"), (Workable, ROW, "jobs"), (Teamtailor, ITEM, "items")]


def parsed(spider: Any, found: Any, **arguments: Any) -> list[Any]:
    return list(spider(board=BOARD, today=TODAY).parse(answer(found), **arguments))


def one(spider: Any, record: Any, **changes: Any) -> Any:
    """What one record comes to, with other fields; `...` takes a field away."""
    changed = {name: value for name, value in {**record, **changes}.items() if value is not ...}
    (name,) = [name for cls, _, name in LISTS if cls is spider]
    found, _ = parsed(spider, {name: [changed]})
    return found


def document(*positions: str) -> bytes:
    return f"<?xml version='1.0'?>\n<workzag-jobs>{''.join(positions)}</workzag-jobs>".encode()


def personio(body: bytes, **arguments: Any) -> Iterator[Any]:
    response = XmlResponse("https://acme.example/xml", body=body, request=Request("https://acme.example/xml"))
    return Personio(board=BOARD, today=TODAY).parse(response, **arguments)


@pytest.mark.parametrize(("spider", "record", "name"), LISTS)
@pytest.mark.parametrize("count", [0, 1])
def test_a_board_ends_with_its_document(spider: Any, record: Any, name: str, count: int) -> None:
    *found, end = parsed(spider, {name: [record] * count})
    assert isinstance(end, source.End)
    assert end.sure
    assert len(found) == count


@pytest.mark.parametrize(("spider", "name"), [(spider, name) for spider, _, name in LISTS])
@pytest.mark.parametrize(
    "found", [{"error": "gone"}, [], None, "none", 7, {"offers": {}, "jobs": None, "items": 1}]
)
def test_an_answer_of_another_shape_is_unreadable(spider: Any, name: str, found: object) -> None:
    with pytest.raises(Unreadable, match=rf"{name} (?:missing|is )|the record is"):
        parsed(spider, found)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (document(POSITION)[:-5], "the document is cut"),
        (document(POSITION).replace(b"workzag-", b""), "workzag-jobs missing"),
        (b"<html><body>Personio, the software</body></html>", "workzag-jobs missing"),
        (b"", "workzag-jobs missing"),
        (document(POSITION, BROKEN, POSITION), "only 2 of its 3 positions"),
        (document("<position/>" * 400_000), "more than 400,000 tags"),
        (document("<![CDATA[" * 200_000), "the document is cut"),
        (document(POSITION.replace("]]>", "")), "the document is cut"),
    ],
)
def test_a_document_that_is_not_whole_says_so_by_raising(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        list(personio(body))


def test_a_challenge_in_place_of_a_document_is_no_board() -> None:
    with pytest.raises(Blocked):
        list(personio(b"<html><title>Just a moment...</title></html>"))


def test_what_can_be_read_of_a_broken_document_is_read_before_it_is_refused() -> None:
    found: list[Any] = []
    with pytest.raises(Unreadable, match="only 2 of its 3 positions"):
        found.extend(personio(document(POSITION, BROKEN, POSITION)))
    assert [item.identifier for item in found] == ["17", "18"]


@pytest.mark.parametrize("body", [document(), b"<workzag-jobs/>", document() + b"\n<!-- 3 ms -->\n"])
def test_an_empty_document_that_closes_is_an_empty_board(body: bytes) -> None:
    assert list(personio(body)) == [source.End("the document closes")]


SILENT = POSITION.replace("<![CDATA[<p>You pick up.</p>]]>", " ").replace("17", "18")


def test_who_says_nothing_in_english_is_read_in_the_board_s_own_language() -> None:
    told, asked = personio(document(POSITION, SILENT))
    assert told.identifier == "17"
    assert (asked.url, asked.cb_kwargs) == ("https://acme-care.jobs.personio.de/xml", {"left": ["18"]})
    assert asked.meta["identifier"] == ""  # a page that lists: its failure is the list's
    own, end = personio(document(POSITION, POSITION.replace("17", "18")), **asked.cb_kwargs)
    assert (own.identifier, own.description) == ("18", "Tasks\nYou pick up.")
    assert end == source.End("the document closes")


def test_who_says_nothing_in_any_language_is_kept() -> None:
    silent, _ = personio(document(SILENT), left=["18"])
    assert (silent.identifier, silent.description) == ("18", "")


def test_an_older_document_without_any_texts_is_read_at_once() -> None:
    found, _ = personio(b"<workzag><position><id>9</id><name>Agent</name></position></workzag>")
    assert (found.identifier, found.title, found.description) == ("9", "Agent", "")


def test_entities_of_a_document_are_not_resolved() -> None:
    body = document(POSITION.replace("Hotline", "&e;")).partition(b"\n")[2]
    bomb = b"<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY e 'Resolved'>]>" + body
    titles = [item.title for item in personio(bomb) if isinstance(item, JobPosting)]
    assert [title for title in titles if "Resolved" in title] == []


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        (("<office>Leipzig</office>", "<office>Leipzig</office><workplaceType>hybrid</workplaceType>"), "job_location_type", "hybrid"),
        (("full-time", "full-or-part-time"), "employment_type", ("FULL_TIME", "PART_TIME")),
        (("<subcompany>Acme Care SE</subcompany>", "<subcompany/>"), "hiring_organization", "Acme Care"),
        (("<name>Tasks</name>", "<name>CONTACT_PERSON</name>"), "description", ""),
        (("<name>Tasks</name>", ""), "description", "You pick up."),
        (("<schedule>", "<salaryInformation><min>0</min></salaryInformation><schedule>"), "base_salary", None),
    ],
)  # fmt: skip
def test_a_position_is_read_as_personio_means_it(change: tuple[str, str], field: str, value: object) -> None:
    found, _ = personio(document(POSITION.replace(*change)))
    assert getattr(found, field) == value


@pytest.mark.parametrize(
    ("spider", "record", "changes", "field", "value"),
    [
        (Recruitee, OFFER, {}, "title", "Chat Agent"),
        (Recruitee, OFFER, {}, "description", "You chat.\n\n- patience"),
        (Recruitee, OFFER, {"requirements": None}, "description", "You chat."),
        (Recruitee, OFFER, {"hybrid": False, "on_site": True}, "job_location_type", "onsite"),
        (Recruitee, OFFER, {"hybrid": False, "on_site": True, "remote": True}, "job_location_type", None),
        (Recruitee, OFFER, {"hybrid": "yes"}, "job_location_type", None),
        (Recruitee, OFFER, {"salary": {"min": None, "max": None, "period": "month"}}, "base_salary", None),
        (Recruitee, OFFER, {"company_name": None}, "hiring_organization", "Acme Care"),
        (Recruitee, OFFER, {"careers_url": "", "careers_apply_url": "https://acme.example/c"}, "url", "https://acme.example/c"),
        (Recruitee, OFFER, {"employment_type_code": None}, "employment_type", ()),
        (Workable, ROW, {"telecommuting": True}, "job_location_type", "remote"),
        (Workable, ROW, {"telecommuting": True, "workplace": "hybrid"}, "job_location_type", "hybrid"),
        (Workable, ROW, {"telecommuting": "no"}, "job_location_type", None),
        (Workable, ROW, {"code": ""}, "requisition", None),
        (Workable, ROW, {"published_on": None}, "date_posted", TODAY.replace(month=10, day=30)),
        (Workable, ROW, {"url": None}, "url", "https://apply.workable.com/acme-care/j/A1B2C3/"),
        (Workable, ROW, {"full_description": "<p>All.</p>", "benefits": "<p>Tea.</p>"}, "description", "All."),
        (Workable, ROW, {"benefits": "<p>Tea.</p>"}, "description", "You help.\n\nTea."),
        (Teamtailor, ITEM, {}, "identifier", "20fafb7d"),
        (Teamtailor, ITEM, {}, "requisition", None),
        (Teamtailor, ITEM, {}, "hiring_organization", "Acme Care AB"),
        (Teamtailor, ITEM, {"_jobposting": None}, "hiring_organization", "Acme Care"),
        (Teamtailor, ITEM, {}, "date_posted", TODAY.replace(day=4)),
        (Teamtailor, ITEM, {"content_html": None}, "description", ""),
        (Teamtailor, ITEM, {"title": "Agent (Remote)"}, "job_location_type", "remote"),
    ],
)  # fmt: skip
def test_a_field_is_read_as_its_platform_means_it(
    spider: Any, record: Any, changes: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(one(spider, record, **changes), field) == value


def places(found: JobPosting) -> list[tuple[str | None, str | None]]:
    return [(where.address_locality, where.address_country) for where in found.job_location]


def where(city: str, code: str, **more: Any) -> dict[str, Any]:
    return {"country": "", "countryCode": code, "city": city, "region": None, **more}


def test_a_country_is_known_by_its_code_whatever_the_board_s_language() -> None:
    assert places(one(Recruitee, OFFER)) == [("Ghent", "BE")]
    bare = one(Recruitee, OFFER, locations=[], city="Lyon", country="Frankreich", country_code="FR")
    assert places(bare) == [("Lyon", "FR")]


def test_rows_of_a_job_are_one_posting_with_all_its_places_whatever_their_order() -> None:
    rows = [
        {**ROW, "description": None, "locations": [where("Patras", "GR")]},
        {**ROW, "locations": [where("Volos", "GR")]},
        {**ROW, "shortcode": "Z9", "locations": [where("Cork", "IE")]},
        {**ROW, "locations": [where("Volos", "GR"), where("Porto", "PT")]},
    ]
    for order in (rows, rows[::-1]):
        *found, end = parsed(Workable, {"name": "Acme", "jobs": order})
        by_name = {item.identifier: item for item in found}
        assert (len(found), end.proof) == (2, "the document closes")
        assert sorted(places(by_name["A1B2C3"])) == [("Patras", "GR"), ("Porto", "PT"), ("Volos", "GR")]
        assert by_name["A1B2C3"].description == "You help."
        assert by_name["A1B2C3"].hiring_organization == "Acme"


def test_a_hidden_place_is_none_where_others_are_shown_or_the_job_is_remote() -> None:
    hidden = where("Patras", "GR", hidden=True)
    assert places(one(Workable, ROW, locations=[hidden, where("Cork", "IE")])) == [("Cork", "IE")]
    assert places(one(Workable, ROW, locations=[hidden], telecommuting=True)) == []
    assert [city for city, _ in places(one(Workable, ROW, locations=[hidden]))] == ["Patras"]


def test_teamtailor_goes_on_at_the_next_page_of_its_own_site() -> None:
    feed = {"items": [ITEM], "next_url": "https://board.example/jobs.json?page=2"}
    found, follow = parsed(Teamtailor, feed)
    assert (found.identifier, follow.url) == ("20fafb7d", "https://board.example/jobs.json?page=2")
    with pytest.raises(Unreadable, match="page 2 repeats page 1"):
        parsed(Teamtailor, feed, **follow.cb_kwargs)
    last = parsed(Teamtailor, {"items": []}, **follow.cb_kwargs)
    assert last == [source.End("no next page")]


@pytest.mark.parametrize(
    "following", ["https://evil.example/jobs.json", "ftp://board.example/", 7, ["x"], "//[x"]
)
def test_teamtailor_is_not_led_to_another_site(following: object) -> None:
    with pytest.raises(Unreadable, match="next_url is"):
        parsed(Teamtailor, {"items": [ITEM], "next_url": following})


@pytest.mark.parametrize(
    ("spider", "url"),
    [
        (Recruitee, "https://acme-care.recruitee.com/api/offers/"),
        (Personio, "https://acme-care.jobs.personio.de/xml?language=en"),
        (Workable, "https://apply.workable.com/api/v1/widget/accounts/acme-care?details=true"),
        (Teamtailor, "https://acme-care.teamtailor.com/jobs.json"),
    ],
)
def test_a_board_is_part_of_the_address_and_url_replaces_the_platform(spider: Any, url: str) -> None:
    assert spider(board=BOARD, today=TODAY).first_url() == url
    own = spider(board=BOARD, url="https://careers.acme.example/", today=TODAY).first_url()
    assert own.removeprefix("https://careers.acme.example/") == url.partition("://")[2].partition("/")[2]


REQUIRED = [
    (Recruitee, OFFER, "id title careers_url"),
    (Workable, ROW, "shortcode title"),
    (Teamtailor, ITEM, "id url title"),
]


@pytest.mark.parametrize(
    ("spider", "record", "name"),
    [(spider, record, name) for spider, record, names in REQUIRED for name in names.split()],
)
def test_a_field_that_is_always_there_is_missed_by_name(spider: Any, record: Any, name: str) -> None:
    bad = one(spider, record, **{name: ...})
    assert isinstance(bad, source.Bad)
    assert bad.reason == f"{name} missing"


@pytest.mark.parametrize(("spider", "record", "name"), LISTS)
def test_one_bad_record_costs_no_sibling(spider: Any, record: Any, name: str) -> None:
    *found, _ = parsed(spider, {name: ["x", None, {**record, "title": 7, "id": 1, "shortcode": "1"}, record]})
    assert [type(item).__name__ for item in found] == ["Bad", "Bad", "Bad", "JobPosting"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = "name city country location address hidden min max period value title description jobLocation".split()
NESTED = JSON | st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5) | st.lists(
    st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3), max_size=3
)  # fmt: skip


@settings(max_examples=50)
@given(data=st.data())
def test_anything_in_any_field_gives_a_posting_or_a_bad_record(data: st.DataObject) -> None:
    spider, record, _ = data.draw(st.sampled_from(LISTS))
    extra = ["translations", "location", "workplace", "benefits", "full_description"]
    found = one(
        spider, record, **data.draw(st.dictionaries(st.sampled_from([*record, *extra]), NESTED, max_size=4))
    )
    assert isinstance(found, JobPosting | source.Bad)
    if isinstance(found, source.Bad):
        assert not found.reason.startswith("could not be read")
    else:
        assert found.url == "" or found.url.startswith("http")
        assert all(
            isinstance(said, str) for said in (found.title, found.hiring_organization, found.description)
        )


@given(
    st.text(max_size=40), st.sampled_from("id name office schedule createdAt salaryInformation value".split())
)
def test_anything_in_any_part_of_a_position_gives_a_posting_or_a_bad_record(words: str, part: str) -> None:
    changed = POSITION.replace("</position>", f"<{part}><![CDATA[{words}]]></{part}></position>")
    try:
        found = [
            item for item in personio(document(POSITION, changed)) if not isinstance(item, source.Repeat)
        ]
    except Unreadable:
        return
    assert isinstance(found[0], JobPosting | source.Bad)


@pytest.mark.parametrize(
    ("spider", "pattern", "least"),
    [(Recruitee, "*/*recruitee.json", 6), (Workable, "*/*workable*.json", 9), (Teamtailor, "careerkit/teamtailor.json", 2)],
)  # fmt: skip
def test_recorded_answers_are_read(spider: Any, pattern: str, least: int, shared: Path) -> None:
    paths = sorted((shared / "data" / "sources" / "api_fixtures").glob(pattern))
    items = [item for path in paths for item in parsed(spider, json.loads(path.read_text(encoding="utf-8")))]
    postings = [item for item in items if isinstance(item, JobPosting)]
    assert len(postings) >= least
    assert [item for item in items if not isinstance(item, JobPosting | source.End)] == []
    assert all(found.problems() == [] and found.url.startswith("http") for found in postings)
    assert all(found.job_location or found.job_location_type for found in postings)


def test_recorded_documents_of_personio_are_read(shared: Path) -> None:
    paths = sorted((shared / "data" / "sources" / "api_fixtures").glob("*/*personio.xml"))
    items = [item for path in paths for item in personio(path.read_bytes())]
    asked = [item.cb_kwargs for item in items if isinstance(item, Request)]
    items += [item for path in paths for given in asked for item in personio(path.read_bytes(), **given)]
    postings = [item for item in items if isinstance(item, JobPosting)]
    assert len({found.identifier for found in postings}) == 3
    assert all(found.title and found.job_location for found in postings)
