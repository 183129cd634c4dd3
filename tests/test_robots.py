"""What a robots.txt allows us."""

from __future__ import annotations

import pytest
from scrapy.http import Response

from crawler import robots

CASES = [
    ("User-agent: *\nDisallow: /jobs", "/jobs/1", False),
    ("User-agent: *\nDisallow: /jobs\nAllow: /jobs/1", "/jobs/1", True),
    ("User-agent: *\nDisallow:", "/jobs/1", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: rolecall\nAllow: /", "/jobs/1", True),
    ("User-agent: *\nAllow: /\n\nUser-agent: RoleCall\nDisallow: /", "/jobs/1", False),
    ("User-agent: *\nAllow: /\n\nUser-agent: rolecall/2.0\nDisallow: /", "/jobs/1", False),
    ("User-agent: *\nAllow: /\n\nUser-agent: other\nUser-agent: rolecall # us\nDisallow: /", "/jobs/1", False),
    ("User-agent: *\nAllow: /\n\nUser-agent: role\nDisallow: /", "/jobs/1", True),
    ("User-agent: *\nAllow: /\n\nUser-agent: rolecall-image\nDisallow: /", "/jobs/1", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: role\nAllow: /", "/jobs/1", False),
    ("User-agent: rolecall\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: rolecall\nDisallow: /b", "/b", False),
    ("\ufeffUser-agent: *\r\nDisallow: /jobs\r\n", "/jobs", False),
    ("User-agent: *\rDisallow: /jobs\r", "/jobs", False),
    ("Disallow: /", "/jobs", True),
    ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
    ("User-agent: *\nDisallow: /*.php$", "/a.php?x=1", True),
    ("User-agent: *\nDisallow: /%C3%A9t%C3%A9", "/été", False),
    ("", "/jobs", True),
]  # fmt: skip


@pytest.mark.parametrize("text, path, allowed", CASES)
def test_only_a_group_of_our_whole_name_or_of_all_binds_us(text: str, path: str, *, allowed: bool) -> None:
    assert robots.parse(text).can_fetch(f"https://acme.example{path}", robots.TOKEN) is allowed


def answer(status: int, body: bytes = b"User-agent: *\nDisallow: /") -> robots.Rules:
    return robots.read(Response("https://acme.example/robots.txt", status=status, body=body))


def allows(rules: robots.Rules, path: str = "/jobs") -> bool:
    url = f"https://acme.example{path}"
    return not rules.unread and (rules.parser is None or rules.parser.can_fetch(url, robots.TOKEN))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_host_that_has_none_allows_everything(status: int) -> None:
    assert allows(answer(status))


@pytest.mark.parametrize("status", [304, 302, 429, 500, 502, 503, 599])
def test_a_host_that_does_not_say_allows_nothing(status: int) -> None:
    assert not allows(answer(status, b""))


@pytest.mark.parametrize(
    "body", [b"<html>User-agent: *\nDisallow: /", b"\xef\xbb\xbf\n <!doctype html>", b"\xff\xfe\0"]
)
def test_a_page_in_its_place_has_no_rules(body: bytes) -> None:
    assert allows(answer(200, body))


def test_the_first_500_kib_are_read_and_no_half_line() -> None:
    filler = b"# nothing\n" * 60_000
    assert allows(answer(200, b"User-agent: *\n" + filler + b"Disallow: /\n"))
    assert not allows(answer(200, b"User-agent: *\nDisallow: /jobs\n" + filler))
    cut = b"User-agent: *\n#" + b"x" * (robots.LARGEST - 26) + b"\nDisallow: /private"
    assert allows(answer(200, cut))


@pytest.mark.parametrize(
    "said, delay", [("2", 2.0), ("0.5", 0.5), ("-1", None), ("soon", None), ("nan", None)]
)
def test_a_crawl_delay_is_ours_when_its_group_is(said: str, delay: float | None) -> None:
    assert robots.parse(f"User-agent: *\nCrawl-delay: {said}").crawl_delay(robots.TOKEN) == delay
    text = f"User-agent: other\nCrawl-delay: {said}\n\nUser-agent: *\nDisallow: /x"
    assert robots.parse(text).crawl_delay(robots.TOKEN) is None


def test_it_is_read_in_time_that_grows_with_its_length() -> None:
    text = "User-agent: *\n" + "Disallow: /" + "*a" * 20_000 + "$\n" + "user agent:\n" * 20_000
    assert robots.parse(text).can_fetch("https://acme.example/" + "a" * 5_000, robots.TOKEN)
