"""The offline web answers as a server would: its own addresses, its own tags, and what is wrong with it."""

import json

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, JsonRequest, JsonResponse, Request, XmlResponse
from scrapy.spiders import Spider
from scrapy.utils.test import get_crawler

from crawler import replay

PAGES = {
    "list.json": ("https://a.example/jobs", {}, b"[]"),
    "list.feed.xml": (
        "https://a.example/rss",
        {"headers": {"Content-Type": "application/rss+xml"}},
        b"<rss></rss>",
    ),
    "posted.json": ("https://a.example/jobs", {"data": {"page": 1, "all": True}}, b"[1]"),
    "posted.again.json": ("https://a.example/jobs", {"data": {"page": 2, "all": True}}, b"[2]"),
    "gone.html": ("https://a.example/jobs/1", {"status": 410}, b"gone"),
    "deeper/page.html": ("https://b.example/", {}, "<p>Zürich</p>".encode()),
}


@pytest.fixture
def folder(tmp_path):
    for name, (url, more, body) in PAGES.items():
        page = tmp_path / name
        page.parent.mkdir(exist_ok=True)
        page.write_bytes(body)
        page.with_name(page.stem + replay.GOLDEN).write_text(json.dumps({"url": url, **more}))
    return tmp_path


@pytest.mark.parametrize(
    "url, status, kind, text",
    [
        ("https://a.example/jobs", 200, JsonResponse, "[]"),
        ("https://a.example/rss", 200, XmlResponse, "<rss></rss>"),
        ("https://a.example/jobs/1", 410, HtmlResponse, "gone"),
        ("https://b.example/", 200, HtmlResponse, "<p>Zürich</p>"),
        ("https://a.example/jobs?page=2", 404, None, "not found"),
        ("https://c.example/robots.txt", 200, None, "User-agent: *\nAllow: /\n"),
    ],
)
def test_a_page_answers_its_own_address_and_no_other(folder, url, status, kind, text):
    response = replay.Replay(folder).process_request(Request(url))
    assert (response.url, response.status, response.text) == (url, status, text)
    assert kind is None or type(response) is kind


@pytest.mark.parametrize(("page", "text"), [(1, "[1]"), (2, "[2]"), (3, "not found")])
def test_lists_at_one_address_are_told_apart_by_what_is_posted(folder, page, text):
    request = JsonRequest("https://a.example/jobs", data={"all": True, "page": page})
    assert replay.Replay(folder).process_request(request).text == text


@pytest.mark.parametrize(
    "known, status",
    [("{tag}", 304), ("W/{tag}", 304), ('"other", {tag}', 304), ('"other"', 200), (None, 200)],
)
def test_a_page_that_is_known_has_not_changed(folder, known, status):
    web = replay.Replay(folder)
    tag = web.process_request(Request("https://a.example/jobs")).headers["ETag"].decode()
    headers = {"If-None-Match": known.format(tag=tag)} if known else {}
    again = web.process_request(Request("https://a.example/jobs", headers=headers))
    assert (again.status, again.headers["ETag"].decode()) == (status, tag)
    assert (again.body == b"") == (status == 304)

    (folder / "list.json").write_bytes(b"[1]")
    assert web.process_request(Request("https://a.example/jobs", headers=headers)).body == b"[1]"


def test_it_is_on_only_where_a_folder_is_named(folder):
    with pytest.raises(NotConfigured):
        replay.Replay.from_crawler(get_crawler(Spider))
    on = replay.Replay.from_crawler(get_crawler(Spider, {"ROLECALL_REPLAY": str(folder)}))
    assert {page.url for page in on.web.values()} == {url for url, _, _ in PAGES.values()}


@pytest.mark.parametrize(
    "name, golden, why",
    [
        ("alone", '{"url": "https://d.example/"}', "has 0 pages"),
        ("list", '{"address": "https://a.example/jobs"}', "is no golden"),
        ("list", "[]", "is no golden"),
        ("list", "{", "is no golden"),
        ("list.feed", '{"url": "https://a.example/jobs"}', "gives the address of"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said_with_the_file(folder, name, golden, why):
    (folder / f"{name}{replay.GOLDEN}").write_text(golden)
    with pytest.raises(replay.NoWeb, match=rf"/{name}\.expected\.json {why}"):
        replay.web(folder)


def test_a_folder_that_is_not_there_is_said(folder):
    with pytest.raises(replay.NoWeb, match="is no folder"):
        replay.web(folder / "nowhere")
